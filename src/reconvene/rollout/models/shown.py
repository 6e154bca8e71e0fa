"""What L&D writes and sponsors read once it is shown to them: business cases and roll-outs."""

from datetime import datetime
from typing import Self, TypeVar

from django.db import models

from reconvene.base.models import Owned
from reconvene.people.models import Person
from reconvene.people.rules import Role

M = TypeVar("M", bound="Shown")


class ShownQuerySet(models.QuerySet[M]):
    """Words for choosing what is shown."""

    def visible_to(self, person: Person) -> Self:
        """All of the organisation for L&D, those that are shown to them for sponsors, none for anybody else."""
        rows = self.filter(organisation_id=person.organisation_id)
        if person.has_role(Role.LEARNING):
            return rows
        return rows.exclude(shown_at=None) if person.has_role(Role.SPONSOR) else rows.none()


class Shown(Owned):
    """A name, who changed it when, and since when sponsors may read it."""

    name = models.CharField(max_length=120)
    version = models.PositiveIntegerField(default=1, help_text="Counts the changes, so that two editors do not overwrite each other")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    shown_at = models.DateTimeField(null=True, help_text="Since when sponsors may read it")

    class Meta:
        abstract = True
        ordering = ["-changed_at", "id"]

    def __str__(self) -> str:
        return self.name

    def show(self, *, now: datetime) -> None:
        """Let sponsors read it from now on. Saves; tells no one."""
        self.shown_at = now
        self.save(update_fields=["shown_at"])

    def hide(self) -> None:
        """Sponsors find it no more. Saves; tells no one."""
        self.shown_at = None
        self.save(update_fields=["shown_at"])
