"""Business cases, and the files that are made of them. Written by L&D; sponsors read what they are shown."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models

from reconvene.base.models import Owned
from reconvene.people.models import Person
from reconvene.people.rules import Role
from reconvene.releases.models import Report
from reconvene.rollout.assumptions import ASSUMPTIONS
from reconvene.rollout.formulas import Range
from reconvene.rollout.simulation import LARGEST_SEED
from reconvene.rollout.wording import CURRENCIES

LONGEST_WAIT = timedelta(minutes=10)
"""A printout takes seconds; after this it is asked for anew."""


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


class Kind(models.TextChoices):
    """What is made of a case."""

    PAGE = "page"
    WHOLE = "whole"
    DRAWINGS = "drawings"


class Printout(Owned):
    """A file made of a business case: the page for decision makers, the whole case on ten pages, or the drawings for slides. One for each state of the case.

    `matter` is what the first step worked out, all in words; the second sets it in pages.
    """

    case = models.ForeignKey(BusinessCase, models.CASCADE, related_name="printouts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=64, help_text="A hash of the case as it was; another state makes another file")
    report = models.ForeignKey(Report, models.SET_NULL, null=True, related_name="+", help_text="Whose figures are in it")
    asked_at = models.DateTimeField()
    worked_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    matter = models.JSONField(default=dict)
    data = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "kind", "state"], name="one_printout_per_state")]

    @property
    def step(self) -> int:
        """How far it is: 1 waits, 2 worked out, 3 made."""
        return 3 if self.made_at else 2 if self.worked_at else 1

    def work_out(self, matter: Mapping[str, Any], *, now: datetime) -> None:
        """Keep what the figures come to. Saves; tells no one."""
        self.matter, self.worked_at = dict(matter), now
        self.save(update_fields=["matter", "worked_at"])

    def finish(self, data: bytes, *, now: datetime) -> None:
        """Keep the file; what it was made of goes. Saves; tells no one."""
        self.data, self.matter, self.made_at = data, {}, now
        self.save(update_fields=["data", "matter", "made_at"])

    def is_stuck(self, *, now: datetime) -> bool:
        """Whether it failed, or has been waited for so long that nobody is making it any more."""
        return self.failed_at is not None or (self.made_at is None and now - self.asked_at > LONGEST_WAIT)

    def start_again(self, *, now: datetime) -> None:
        """Forget how far it was. Saves; tells no one."""
        self.asked_at, self.worked_at, self.failed_at, self.matter = now, None, None, {}
        self.save(update_fields=["asked_at", "worked_at", "failed_at", "matter"])

    def fail(self, *, now: datetime) -> None:
        """Say that it cannot be made as it is. Saves; tells no one."""
        self.failed_at = now
        self.save(update_fields=["failed_at"])


def read_figures(figures: Mapping[str, Mapping[str, float]]) -> dict[str, Range]:
    """Figures from a JSON column."""
    return {key: Range(one["low"], one["likely"], one["high"]) for key, one in figures.items() if key in ASSUMPTIONS}


def write_figures(ranges: Mapping[str, Range]) -> dict[str, dict[str, float]]:
    """Figures for a JSON column."""
    return {key: {"low": one.low, "likely": one.likely, "high": one.high} for key, one in ranges.items()}
