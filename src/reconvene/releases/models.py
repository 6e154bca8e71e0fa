"""The one door for published numbers: reports taken at fixed dates, the figures that passed the gate, and who opened them."""

from typing import Self

from django.db import models

from reconvene.base.models import Owned
from reconvene.people.models import Person
from reconvene.privacy.disclosure import SMALLEST_K


class ReportQuerySet(models.QuerySet["Report"]):
    """Words for choosing reports."""

    def visible_to(self, person: Person) -> Self:
        """Reports of the organisation; for L&D and sponsors only."""
        return self.filter(organisation_id=person.organisation_id) if person.may_read_reports else self.none()


class Report(Owned):
    """The figures of one milestone. Taken once, never changed, so that nobody can watch a single group change."""

    milestone_on = models.DateField()
    k = models.PositiveSmallIntegerField(
        default=SMALLEST_K, help_text="People that stood behind every figure; may be raised, never lowered"
    )
    published_at = models.DateTimeField()

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-milestone_on"]
        constraints = [models.UniqueConstraint(fields=["organisation", "milestone_on"], name="one_report_per_milestone")]


class Figure(Owned):
    """One figure or table as it was published: rounded, suppressed where needed. The raw numbers are not kept."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="figures")
    key = models.CharField(max_length=40)
    value = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "key"], name="one_figure_per_key")]


class Opening(Owned):
    """A line of the report log: who opened which report, when. Everyone in L&D can read it."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="openings")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField()
