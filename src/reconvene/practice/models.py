"""Plans, check-ins, buddies, journals and practice reports: what one manager tries between the two sessions. Protected: see `measures`."""

from datetime import datetime
from typing import Self, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from reconvene.base.fields import MemberText
from reconvene.base.models import Owned
from reconvene.groups.models import Cycle
from reconvene.people.models import Person
from reconvene.practice.rules import CameUp, DecidedBy, DidIt, HalfWay, Times

M = TypeVar("M", bound=models.Model)


class OwnQuerySet(models.QuerySet[M]):
    """Words for rows that only their author sees."""

    def visible_to(self, person: Person) -> Self:
        """One's own only."""
        return self.filter(person=person)


class PlanQuerySet(OwnQuerySet["Plan"]):
    """Words for choosing plans."""

    def current(self) -> Self:
        """Plans that were not replaced."""
        return self.filter(replaced_at=None)


class CheckInQuerySet(OwnQuerySet["CheckIn"]):
    """Words for choosing check-ins."""

    def current(self) -> Self:
        """Answers that no others have replaced."""
        return self.filter(replaced_at=None)

    def counted(self, until: datetime) -> Self:
        """Answers as they stood at `until`, whatever was answered since."""
        return self.filter(Q(replaced_at=None) | Q(replaced_at__gte=until), answered_at__lt=until)


class Plan(Owned):
    """One manager's experiment: if this occasion comes, then I do that. The if-then line is shown to the group, the rest is private."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    want = MemberText(help_text="What I want")
    best_result = MemberText(help_text="The best that could come of it")
    obstacle = MemberText(help_text="What in me or my week gets in the way; visible to nobody else, ever")
    if_cue = MemberText(help_text="If ... (when, where or with whom)")
    then_action = MemberText(help_text="then I ...")
    sign = MemberText(help_text="How I will notice that it works")
    first_on = models.DateField(null=True, blank=True)
    is_for_keeping = models.BooleanField(default=False, help_text="Made at the reconvene, for the eight weeks after it")
    half_way = models.CharField(max_length=8, blank=True, choices=[(choice.value, choice.name) for choice in HalfWay])
    made_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "person", "is_for_keeping"], condition=Q(replaced_at=None), name="one_current_plan_per_member"
            )
        ]

    def replace(self, *, now: datetime) -> None:
        """A new plan takes its place; the old one stays for the practice report. Saves; tells no one."""
        self.replaced_at = now
        self.save(update_fields=["replaced_at"])

    def decide_half_way(self, choice: HalfWay) -> None:
        """Note what becomes of it half-way. Saves; tells no one."""
        self.half_way = choice
        self.save(update_fields=["half_way"])


class Buddy(Owned):
    """Who calls whom half-way. Pairs; with an odd number three people form a ring."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    buddy = models.ForeignKey(Person, models.CASCADE, related_name="+")
    talked_at = models.DateTimeField(null=True, help_text="When `person` said that the two have talked")

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "person"], name="one_buddy_per_member")]

    def talk(self, *, now: datetime) -> None:
        """Note that the two have talked. Saves; tells no one."""
        self.talked_at = self.talked_at or now
        self.save(update_fields=["talked_at"])


class Practice(Owned):
    """One member's four weeks: the date for which their messages were laid out, and their last sign of life, by which messages fall silent."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    laid_out_for = models.DateTimeField(help_text="When the reconvene was to begin, as the messages were laid out")
    seen_at = models.DateTimeField(help_text="When the person last answered, came by, or asked for messages")

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "person"], name="one_practice_per_member")]

    def see(self, *, now: datetime) -> None:
        """Note a sign of life. Saves; tells no one."""
        self.seen_at = max(self.seen_at, now)
        self.save(update_fields=["seen_at"])

    def lay_out_for(self, reconvene: datetime) -> None:
        """Note for which date the messages are laid out now. Saves; tells no one."""
        self.laid_out_for = reconvene
        self.save(update_fields=["laid_out_for"])


class JournalEntry(Owned):
    """A short dated note of one's own about the four weeks. Nobody else sees it, ever; its author takes it along or deletes it in one tap."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    text = MemberText()
    written_at = models.DateTimeField()

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "id"]
        indexes = [models.Index(fields=["cycle", "person"], name="journal_of_member")]


class CheckIn(Owned):
    """Three taps about how it went. Private unless shared with the buddy. Other taps later replace them; they are kept without a word, so that what a report
    counted stays what it was.
    """

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="check_ins")
    day = models.PositiveSmallIntegerField(help_text="7 or 21")
    came_up = models.CharField(max_length=5, choices=[(choice.value, choice.name) for choice in CameUp])
    did_it = models.CharField(max_length=8, blank=True, choices=[(choice.value, choice.name) for choice in DidIt])
    decided_by = models.CharField(max_length=20, blank=True, choices=[(choice.value, choice.name) for choice in DecidedBy])
    happened = MemberText(help_text="What happened, in a sentence")
    tell_a_colleague = MemberText()
    shared_at = models.DateTimeField(null=True, help_text="Since when the buddy sees it")
    answered_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, help_text="Since when other taps count instead")

    objects = CheckInQuerySet.as_manager()

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "person", "day"], condition=Q(replaced_at=None), name="one_check_in_per_day")
        ]

    def give_way(self, *, now: datetime) -> None:
        """Count for reports of the past alone; nobody reads it again. Saves; tells no one."""
        self.replaced_at, self.shared_at, self.happened, self.tell_a_colleague = now, None, "", ""
        self.save(update_fields=["replaced_at", "shared_at", "happened", "tell_a_colleague"])

    def share(self, *, now: datetime) -> None:
        """The buddy sees it from now on. Saves; tells no one."""
        self.shared_at = self.shared_at or now
        self.save(update_fields=["shared_at"])

    def unshare(self) -> None:
        """Nobody else sees it any more. Saves; tells no one."""
        self.shared_at = None
        self.save(update_fields=["shared_at"])


class PracticeReport(Owned):
    """What a member brings to the reconvene: planned, did, happened, surprised. "I did not get to it" is a full report."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    planned = MemberText()
    did = MemberText()
    happened = MemberText()
    surprised = MemberText()
    private_notes = MemberText(help_text="Never shown")
    times = models.CharField(max_length=5, blank=True, choices=[(choice.value, choice.name) for choice in Times])
    weeks = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True, help_text="Of the four, those in which it was done")
    saved_at = models.DateTimeField()
    shown_at = models.DateTimeField(null=True, help_text="Since when the group sees it")

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "person"], name="one_report_per_member")]

    @property
    def is_written(self) -> bool:
        """Whether its author has kept anything for the group in it, not only private notes."""
        return any((self.planned, self.did, self.happened, self.surprised))

    def show(self, *, now: datetime) -> None:
        """The group sees it from now on, apart from the private notes. Saves; tells no one."""
        self.shown_at = self.shown_at or now
        self.save(update_fields=["shown_at"])

    def hide(self) -> None:
        """The group sees it no more. Saves; tells no one."""
        self.shown_at = None
        self.save(update_fields=["shown_at"])
