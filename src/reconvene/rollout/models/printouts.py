"""Files that are made of a business case or of a roll-out."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import models

from reconvene.base.models import Owned
from reconvene.releases.models import Report
from reconvene.rollout.models.cases import BusinessCase
from reconvene.rollout.models.projects import Project

LONGEST_WAIT = timedelta(minutes=10)
"""A printout takes seconds; after this it is asked for anew."""


class Kind(models.TextChoices):
    """What is made of a case, and of a roll-out: a paper."""

    PAGE = "page"
    WHOLE = "whole"
    DRAWINGS = "drawings"
    PAPER = "paper"


class Printout(Owned):
    """A file made of a business case or of a roll-out: the page for decision makers, the whole case on ten pages, the drawings for slides, or a paper. One for each state.

    `matter` is what the first step worked out, all in words; the second sets it in pages.
    """

    case = models.ForeignKey(BusinessCase, models.CASCADE, null=True, related_name="printouts")
    project = models.ForeignKey(Project, models.CASCADE, null=True, related_name="printouts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    paper = models.CharField(max_length=20, blank=True, help_text="Which paper of the roll-out")
    state = models.CharField(max_length=64, help_text="A hash of what it is made of; another state makes another file")
    report = models.ForeignKey(Report, models.SET_NULL, null=True, related_name="+", help_text="Whose figures are in it")
    asked_at = models.DateTimeField()
    worked_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    matter = models.JSONField(default=dict)
    data = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "state"], name="one_printout_per_state"),
            models.UniqueConstraint(fields=["project", "paper", "state"], name="one_paper_per_state"),
            models.CheckConstraint(
                condition=models.Q(case=None, project__isnull=False, kind="paper") | models.Q(case__isnull=False, project=None, paper=""),
                name="printout_is_of_one_thing",
            ),
        ]

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
