"""Business cases. Written by L&D; sponsors read what they are shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self

from django.db import models

from reconvene.base.models import Owned
from reconvene.people.models import Person
from reconvene.people.rules import Role
from reconvene.rollout.assumptions import ASSUMPTIONS
from reconvene.rollout.formulas import Range
from reconvene.rollout.simulation import LARGEST_SEED
from reconvene.rollout.wording import CURRENCIES


class BusinessCaseQuerySet(models.QuerySet["BusinessCase"]):
    """Words for choosing cases."""

    def visible_to(self, person: Person) -> Self:
        """Every case of the organisation for L&D, those that are shown to them for sponsors, none for anybody else."""
        cases = self.filter(organisation_id=person.organisation_id)
        if person.has_role(Role.LEARNING):
            return cases
        return cases.exclude(shown_at=None) if person.has_role(Role.SPONSOR) else cases.none()


class BusinessCase(Owned):
    """What peer groups cost and bring, for one decision. Holds only the customer's own figures; defaults and measured ones join when it is read."""

    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3, choices=list(CURRENCIES.items()), default="EUR")
    rate = models.FloatField(default=1.0, help_text="What one euro buys of the currency; only our defaults are multiplied by it")
    figures = models.JSONField(default=dict, help_text="Own figures: low, likely and high by key")
    keeps_plan = models.BooleanField(default=False, help_text="Whether the planned number of managers stays when another was published")
    seed = models.PositiveIntegerField(help_text="Of chance, so that the same band comes out again")
    version = models.PositiveIntegerField(default=1, help_text="Counts the changes, so that two editors do not overwrite each other")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    shown_at = models.DateTimeField(null=True, help_text="Since when sponsors may read it")

    objects = BusinessCaseQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="a_euro_buys_something"),
            models.CheckConstraint(condition=models.Q(seed__lte=LARGEST_SEED), name="seed_can_be_typed"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def own(self) -> dict[str, Range]:
        """The customer's own figures; keys that the program no longer knows are left out."""
        return read_figures(self.figures)

    def show(self, *, now: datetime) -> None:
        """Let sponsors read it from now on. Saves; tells no one."""
        self.shown_at = now
        self.save(update_fields=["shown_at"])

    def hide(self) -> None:
        """Sponsors find it no more. Saves; tells no one."""
        self.shown_at = None
        self.save(update_fields=["shown_at"])


def read_figures(figures: Mapping[str, Mapping[str, float]]) -> dict[str, Range]:
    """Figures from a JSON column."""
    return {key: Range(one["low"], one["likely"], one["high"]) for key, one in figures.items() if key in ASSUMPTIONS}


def write_figures(ranges: Mapping[str, Range]) -> dict[str, dict[str, float]]:
    """Figures for a JSON column."""
    return {key: {"low": one.low, "likely": one.likely, "high": one.high} for key, one in ranges.items()}
