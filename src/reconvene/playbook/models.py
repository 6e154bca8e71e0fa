"""Settled strategies. A strategy knows no group and no person, and nothing in the database leads back to either."""

import hashlib
from datetime import datetime
from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models

from reconvene.base.fields import MemberText
from reconvene.base.models import Owned
from reconvene.guides.models import Topic
from reconvene.people.models import Person
from reconvene.playbook.rules import is_measured, shown_share
from reconvene.privacy.disclosure import Hidden, Share

SEARCHED = SearchVector("doing", weight="A", config="english") + SearchVector(
    "situation", "led_to", "because", "works_when", "not_when", "first_step", weight="B", config="english"
)


class StrategyQuerySet(models.QuerySet["Strategy"]):
    """Words for choosing strategies."""

    def visible_to(self, person: Person) -> Self:
        """Everything published in the person's organisation and not withdrawn."""
        return self.filter(organisation_id=person.organisation_id).current()

    def current(self) -> Self:
        """Not withdrawn; without the words as the search reads them, which are as long as the rest."""
        return self.filter(withdrawn_at=None).defer("search")

    def surest_first(self) -> Self:
        """By the lower end of what they plausibly help; the id settles ties."""
        return self.order_by("-lower", "id")


class Strategy(Owned):
    """Something that managers here tried and agreed to pass on: when it works, when not, and how many tried it."""

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+")
    situation = MemberText(help_text="When ...")
    doing = MemberText(help_text="doing ...")
    led_to = MemberText(help_text="led to ...")
    because = MemberText(help_text="because ...")
    works_when = MemberText()
    not_when = MemberText(help_text="Watch out for ...")
    first_step = MemberText()
    tried = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    believed = models.PositiveIntegerField(default=0)
    helped = models.PositiveIntegerField(default=0)
    groups = models.PositiveIntegerField(default=1)
    lower = models.FloatField(default=0.0, help_text="Lower end of the share helped, for the order; set by playbook.actions.reorder")
    published_on = models.DateField(help_text="The first day of the month, so that no session can be recognised")
    review_on = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)
    search = models.GeneratedField(expression=SEARCHED, output_field=SearchVectorField(), db_persist=True)

    objects = StrategyQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(helped__lte=models.F("tried")), name="helped_only_who_tried")]
        indexes = [
            GinIndex(fields=["search"], name="strategy_search"),
            models.Index(fields=["organisation", "topic"], name="strategy_topic"),
            models.Index("organisation", models.F("lower").desc(), "id", condition=models.Q(withdrawn_at=None), name="strategy_order"),
        ]

    @property
    def share(self) -> Share | Hidden:
        """How many it helped of those who tried it, as far as that may be shown."""
        return shown_share(helped=self.helped, tried=self.tried, groups=self.groups)

    @property
    def is_measured(self) -> bool:
        """Whether enough people of enough groups have tried it for a number."""
        return is_measured(tried=self.tried, groups=self.groups)

    def withdraw(self, *, now: datetime) -> None:
        """Take it out of the playbook for everyone, at once."""
        self.withdrawn_at = now
        self.save(update_fields=["withdrawn_at"])


class AuthorKey(Owned):
    """The hash of a secret that one author holds. Whoever has the secret may withdraw the strategy; the row names nobody."""

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="author_keys")
    digest = models.CharField(max_length=64, unique=True)

    @staticmethod
    def digest_of(secret: str) -> str:
        """SHA-256 of the secret, in hex. The secret has 256 random bits, so no salt is needed."""
        return hashlib.sha256(secret.encode()).hexdigest()
