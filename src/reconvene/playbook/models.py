"""Settled strategies. A strategy knows no group and no person, and nothing in the database leads back to either."""

import hashlib
import uuid
from datetime import date, datetime
from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.utils.crypto import salted_hmac

from reconvene.base.fields import MemberText
from reconvene.base.models import Owned
from reconvene.guides.models import Topic
from reconvene.people.models import Person
from reconvene.playbook.rules import Helped, K, State, StrategyEvidence, add_up, first_of_month, is_measured, shown_share, state_of
from reconvene.privacy.disclosure import Hidden, Share

SEARCHED = SearchVector("doing", weight="A", config="english") + SearchVector(
    "situation", "led_to", "because", "works_when", "not_when", "first_step", weight="B", config="english"
)

FITS = SearchVector("situation", "works_when", config="english")
READ_BY_SEARCH = ("search", "fits")
"""The words as a search reads them: as long as the rest, and shown nowhere."""


class StrategyQuerySet(models.QuerySet["Strategy"]):
    """Words for choosing strategies."""

    def visible_to(self, person: Person) -> Self:
        """Everything published in the person's organisation and neither withdrawn nor retired."""
        return self.filter(organisation_id=person.organisation_id).current()

    def kept_for(self, person: Person) -> Self:
        """As `visible_to`, with those that retired: whoever has their address may still read them."""
        return self.filter(organisation_id=person.organisation_id, withdrawn_at=None).defer(*READ_BY_SEARCH)

    def current(self) -> Self:
        """Neither withdrawn nor retired; without the words as a search reads them."""
        return self.filter(withdrawn_at=None, retired_on=None).defer(*READ_BY_SEARCH)

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
    partly = models.PositiveIntegerField(default=0)
    is_tried_by_others = models.BooleanField(default=False, help_text="Whether anybody but its authors has said that they tried it")
    groups = models.PositiveIntegerField(default=1)
    waiting_tried = models.PositiveIntegerField(default=0, help_text="Evidence of groups that counts once enough people stand behind it")
    waiting_helped = models.PositiveIntegerField(default=0)
    waiting_partly = models.PositiveIntegerField(default=0)
    waiting_groups = models.PositiveIntegerField(default=0)
    lower = models.FloatField(default=0.0, help_text="Lower end of the share helped, for the order; set by playbook.actions.reorder")
    published_on = models.DateField(help_text="The first day of the month, so that no session can be recognised")
    review_on = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)
    retired_on = models.DateField(null=True, help_text="The month in which it left the search: it became another, or helps no more")
    became = models.ForeignKey("self", models.SET_NULL, null=True, related_name="earlier", help_text="The wording that took its place")
    search = models.GeneratedField(expression=SEARCHED, output_field=SearchVectorField(), db_persist=True)
    fits = models.GeneratedField(expression=FITS, output_field=SearchVectorField(), db_persist=True)

    objects = StrategyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(tried__gte=models.F("helped") + models.F("partly")), name="helped_only_who_tried")
        ]
        indexes = [
            GinIndex(fields=["search"], name="strategy_search"),
            GinIndex(fields=["fits"], name="strategy_fits"),
            models.Index(
                "organisation",
                "topic",
                models.F("lower").desc(),
                "id",
                condition=models.Q(withdrawn_at=None, retired_on=None),
                name="strategy_topic",
            ),
            models.Index(
                "organisation",
                models.F("lower").desc(),
                "id",
                condition=models.Q(withdrawn_at=None, retired_on=None),
                name="strategy_order",
            ),
            models.Index(
                fields=["organisation", "review_on", "id"], condition=models.Q(withdrawn_at=None, retired_on=None), name="strategy_review"
            ),
        ]

    @property
    def share(self) -> Share | Hidden:
        """How many it helped of those who tried it, as far as that may be shown."""
        return shown_share(helped=self.helped, tried=self.tried, groups=self.groups)

    @property
    def is_measured(self) -> bool:
        """Whether enough people of enough groups have tried it for a number."""
        return is_measured(tried=self.tried, groups=self.groups)

    @property
    def state(self) -> State:
        """How well it stands, as far as that may be shown."""
        if self.retired_on is not None:
            return State.RETIRED
        return state_of(tried=self.tried, helped=self.helped, partly=self.partly, groups=self.groups)

    @property
    def evidence(self) -> StrategyEvidence:
        """What is known of how it went."""
        return StrategyEvidence(tried=self.tried, helped=self.helped, partly=self.partly, groups=self.groups)

    def take_over(self, evidence: StrategyEvidence) -> None:
        """Add evidence to its own."""
        self.tried += evidence.tried
        self.helped += evidence.helped
        self.partly += evidence.partly
        self.groups += evidence.groups
        self.save(update_fields=["tried", "helped", "partly", "groups"])

    @property
    def waiting(self) -> StrategyEvidence:
        """What groups added that its numbers do not show yet."""
        return StrategyEvidence(self.waiting_tried, self.waiting_helped, self.waiting_partly, self.waiting_groups)

    def gain(self, evidence: StrategyEvidence) -> None:
        """Count evidence with its own. Beside a number that is shown, the smaller part waits until `K` people stand behind it: from one number to the
        next nobody shall read what a single group said.
        """
        own = self.evidence
        if self.is_measured:
            self.let_wait(evidence)
        elif is_measured(tried=evidence.tried, groups=evidence.groups):
            self.tried = self.helped = self.partly = self.groups = 0
            self.take_over(evidence)
            self.let_wait(own)
        else:
            self.take_over(evidence)

    def let_wait(self, evidence: StrategyEvidence) -> None:
        """Add evidence to what waits; with `K` people it counts, all at once."""
        self._wait(add_up(self.waiting, evidence))
        if self.waiting_tried >= K:
            self.take_over(self.waiting)
            self._wait(StrategyEvidence())

    def change(self, change: StrategyEvidence) -> None:
        """Count what trials change, and with them all that waits: some of what is taken back may wait itself."""
        self.take_over(add_up(self.waiting, change))
        self._wait(StrategyEvidence())

    def _wait(self, evidence: StrategyEvidence) -> None:
        self.waiting_tried, self.waiting_helped = evidence.tried, evidence.helped
        self.waiting_partly, self.waiting_groups = evidence.partly, evidence.groups
        self.save(update_fields=["waiting_tried", "waiting_helped", "waiting_partly", "waiting_groups"])

    def retire(self, *, became: "Strategy | None", now: datetime) -> None:
        """Take it out of the search. Who has its address reads on, and is told what it became."""
        self.retired_on, self.became = first_of_month(now.date()), became
        self.save(update_fields=["retired_on", "became"])

    def withdraw(self, *, now: datetime) -> None:
        """Take it out of the playbook for everyone, at once."""
        self.withdrawn_at = now
        self.save(update_fields=["withdrawn_at"])


class TopicSize(Owned):
    """How many current strategies a topic has, so that nobody counts them for each page. Kept by playbook.actions.reorder."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+")
    strategies = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "topic"], name="one_size_per_topic")]


class AuthorKey(Owned):
    """The hash of a secret that one author holds. Whoever has the secret may withdraw the strategy; the row names nobody."""

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="author_keys")
    digest = models.CharField(max_length=64, unique=True)

    @staticmethod
    def digest_of(secret: str) -> str:
        """SHA-256 of the secret, in hex. The secret has 256 random bits, so no salt is needed."""
        return hashlib.sha256(secret.encode()).hexdigest()


class TrialQuerySet(models.QuerySet["Trial"]):
    """Words for choosing trials."""

    def about(self, strategy: Strategy) -> Self:
        """Of a strategy, or of what became it and was not withdrawn."""
        return self.filter(models.Q(strategy=strategy) | models.Q(strategy__became=strategy, strategy__withdrawn_at=None))

    def of(self, strategy: Strategy, *, person: Person) -> Self:
        """The person's own trial of a strategy, if there is one; several when they told of it and of what became it."""
        ids = Strategy.objects.filter(models.Q(id=strategy.id) | models.Q(became=strategy)).values_list("id", flat=True)
        return self.about(strategy).filter(digest__in=[Trial.digest_of(one, person.id) for one in ids])

    def uncounted(self) -> Self:
        """Those that the counters of their strategy do not show as they are now."""
        return self.exclude(helped=models.F("counted_as"))

    def with_words(self) -> Self:
        """Those that say when it works, or when not."""
        return self.exclude(helped="").exclude(works_when="", not_when="")


class Trial(Owned):
    """That somebody tried a strategy from the playbook, and what came of it.

    It names nobody. Only who signs in can be told their own again: `digest` is made from the secret key, the strategy and the person, so that one
    person counts once and can take it back; the database alone leads to nobody.
    """

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="trials")
    digest = models.CharField(max_length=64)
    helped = models.CharField(
        max_length=6, choices=[(one.value, one.name) for one in Helped], blank=True, help_text="Empty once taken back"
    )
    counted_as = models.CharField(
        max_length=6, blank=True, default="", help_text="What the strategy's counters took it for; empty for not at all"
    )
    works_when = MemberText()
    not_when = MemberText()
    told_on = models.DateField(help_text="The first day of the month")

    objects = TrialQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["strategy", "digest"], name="one_trial_per_person")]
        ordering = ["-told_on", "id"]

    @staticmethod
    def digest_of(strategy_id: uuid.UUID, person_id: uuid.UUID) -> str:
        """HMAC-SHA-256 of strategy and person with a key made from the secret key, in hex."""
        return salted_hmac("reconvene.playbook.trial", f"{strategy_id}:{person_id}", algorithm="sha256").hexdigest()

    def take_back(self) -> None:
        """Forget it: its words at once, its part in the counters when they next change."""
        if not self.counted_as:
            self.delete()
            return
        self.helped, self.works_when, self.not_when = "", "", ""
        self.save(update_fields=["helped", "works_when", "not_when"])


class FollowingQuerySet(models.QuerySet["Following"]):
    """Words for choosing followings."""

    def visible_to(self, person: Person) -> Self:
        """The person's own."""
        return self.filter(person=person)

    def due(self, month: date) -> Self:
        """Those not looked at since `month`, its first day, began."""
        return self.filter(told_for__lt=month)


class Following(Owned):
    """That somebody wants to hear once a month when strategies on a topic were published."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+")
    told_for = models.DateField(help_text="The first day of the month in which it was looked at last")

    objects = FollowingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "topic"], name="one_following_per_topic")]
        indexes = [models.Index(fields=["organisation", "told_for"], name="following_due")]
