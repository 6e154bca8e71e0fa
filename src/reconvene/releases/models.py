"""The one door for published numbers: reports taken at fixed dates, the figures that passed the gate, and who opened them."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from reconvene.base.models import Owned
from reconvene.people.models import Person
from reconvene.privacy.disclosure import SMALLEST_K


class OpeningQuerySet(models.QuerySet["Opening"]):
    """Words for choosing lines of the report log."""

    def visible_to(self, person: Person) -> Self:
        """All of the organisation, for whoever may read reports or oversees them."""
        sees = person.may_read_reports or person.may_oversee
        return self.filter(organisation_id=person.organisation_id) if sees else self.none()

    def newest_first(self) -> Self:
        """For lists, with the reports and who opened them."""
        return self.select_related("report", "person").order_by("-opened_at", "id")


class ThresholdChangeQuerySet(models.QuerySet["ThresholdChange"]):
    """Words for choosing changes of the threshold."""

    def visible_to(self, person: Person) -> Self:
        """All of the organisation, for whoever oversees them."""
        return self.filter(organisation_id=person.organisation_id) if person.may_oversee else self.none()

    def open(self) -> Self:
        """Proposed, and neither confirmed nor refused."""
        return self.filter(confirmed_at=None, refused_at=None)


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


class LedgerNumber(Owned):
    """The number under which the ledger knows a person, or a group. No person is named: the alias needs the installation's secret key to lead
    anywhere, and goes with the row when the person is erased; their bit in the lines then belongs to nobody. No page and no query of the
    product reads it but the audit of a new report.
    """

    alias = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    group = models.PositiveIntegerField(null=True, help_text="Number of a person's latest group; null for a group")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "alias"], name="one_ledger_number_per_alias"),
            models.UniqueConstraint(fields=["organisation", "number"], name="one_alias_per_ledger_number"),
        ]


class LedgerLine(Owned):
    """Who stood behind one published number, as bits by ledger number. Kept for as long as the number can be remembered: for ever.

    `book` says with which others it can be added up: "people", or the key of a question.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="+")
    book = models.CharField(max_length=60)
    table = models.CharField(max_length=60)
    cell = models.CharField(max_length=300, blank=True)
    place = models.PositiveIntegerField(help_text="In the order in which they were published")
    members = models.BinaryField()

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["organisation", "place"], name="one_ledger_line_per_place")]


class Way(models.TextChoices):
    """How figures of a report were opened."""

    PAGE = "page", _("read")
    CSV = "csv", _("taken as CSV")
    XLSX = "xlsx", _("taken as Excel file")
    PDF = "pdf", _("taken as PDF")
    DEMAND = "demand", _("read in the demand map")
    CASE = "case", _("read in a business case")
    CASE_FILE = "case_file", _("taken in a file of a business case")
    GATE = "gate", _("read at a gate")


class Opening(Owned):
    """A line of the report log: who opened which report, when, how, and how often within half an hour. Everyone in L&D can read it."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="openings")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField()
    way = models.CharField(max_length=9, choices=Way, default=Way.PAGE)
    times = models.PositiveIntegerField(default=1)

    objects = OpeningQuerySet.as_manager()


class ThresholdChange(Owned):
    """A higher k, proposed by one person and confirmed or refused by another. Only what was confirmed holds, from the next report on."""

    k = models.PositiveSmallIntegerField()
    was = models.PositiveSmallIntegerField(help_text="In force when it was proposed")
    proposed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)

    objects = ThresholdChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(confirmed_at=None, refused_at=None), name="one_open_threshold_change"
            ),
            models.CheckConstraint(condition=models.Q(confirmed_at=None) | models.Q(refused_at=None), name="confirmed_or_refused"),
            models.CheckConstraint(condition=models.Q(k__gt=models.F("was")), name="threshold_is_raised"),
        ]

    def confirm(self, *, by: Person, now: datetime) -> None:
        """Put it in force. Saves; tells no one."""
        self.decided_by, self.confirmed_at = by, now
        self.save(update_fields=["decided_by", "confirmed_at"])

    def refuse(self, *, by: Person, now: datetime) -> None:
        """Drop it. Saves; tells no one."""
        self.decided_by, self.refused_at = by, now
        self.save(update_fields=["decided_by", "refused_at"])
