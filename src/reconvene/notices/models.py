"""The outbox: every message the program sends, as a row with a due time and a unique key. Written in the transaction of its cause.

Beside it each person's wishes about messages, what came back, the stop switch, and the counts of each day.
"""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Case, Q, When
from django.db.models.functions import Lower, Now

from reconvene.base import tenancy
from reconvene.base.models import Owned
from reconvene.notices.rules import message_id
from reconvene.people.models import Person

WAITING = Q(sent_at=None, dropped_at=None)
READY_AT = Case(When(held_until=None, then="due_at"), default="held_until")
"""When a notice may go: its due time, or later when something held it back. No COALESCE: under row-level security an index of one is not used."""
SETTLED_AT = Case(When(sent_at=None, then="dropped_at"), default="sent_at")


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Words for choosing notices. Only leases go by the database's clock, so that no worker's clock can end one early."""

    def waiting(self) -> Self:
        """Neither sent nor dropped."""
        return self.filter(WAITING)

    def due(self, now: datetime) -> Self:
        """Waiting in this organisation, its time has come, nothing holds it back, and no worker has it; longest due first."""
        free = Q(leased_until=None) | Q(leased_until__lt=Now())
        ours = self.waiting().filter(organisation_id=tenancy.current())  # said again beside the policy, because its index begins with it
        return ours.alias(ready_at=READY_AT).filter(free, ready_at__lte=now).order_by("ready_at")

    def counted(self) -> Self:
        """The kinds that count towards the cap of two in seven days."""
        return self.filter(is_counted=True)

    def settled(self, *, since: datetime, until: datetime) -> Self:
        """Of this organisation, sent or dropped from `since` on and before `until`."""
        ours = self.exclude(WAITING).filter(organisation_id=tenancy.current())
        return ours.alias(settled_at=SETTLED_AT).filter(settled_at__gte=since, settled_at__lt=until)

    def lease(self, *, length: timedelta) -> int:
        """Take these for one worker; the caller holds their row locks. Returns how many."""
        return self.waiting().update(leased_until=Now() + length, attempts=models.F("attempts") + 1)

    def give_back(self) -> int:
        """Put back what a worker took and did not try. Returns how many."""
        return self.waiting().update(leased_until=None, attempts=models.F("attempts") - 1)

    def drop(self, *, because: str, now: datetime) -> int:
        """Never send these: past their time, muted, over the cap, person gone, replaced. Returns how many."""
        return self.waiting().update(dropped_at=now, dropped_because=because, leased_until=None)


class Notice(Owned):
    """One message to one person about one thing. The words are made when it is sent; the row holds none of anybody's."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField(help_text="The row it is about; the kind says of which model")
    due_at = models.DateTimeField()
    not_after = models.DateTimeField(help_text="Worth nothing later than this; dropped then")
    is_counted = models.BooleanField(default=False, help_text="Counts towards the caps of the practice weeks")
    collapse_key = models.CharField(max_length=40, blank=True, help_text="Of those about one row with the same key, only the newest waits")
    leased_until = models.DateTimeField(null=True)
    held_until = models.DateTimeField(
        null=True, help_text="Not before: outside the person's hours, over the cap, or the mail server was away"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_because = models.CharField(max_length=30, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "subject_id", "due_at"], name="one_notice_per_cause"),
            models.UniqueConstraint(
                fields=["person", "subject_id", "collapse_key"], condition=WAITING & ~Q(collapse_key=""), name="one_waiting_notice_per_key"
            ),
        ]
        indexes = [
            models.Index("organisation", "is_counted", READY_AT, condition=WAITING, name="notices_waiting"),
            models.Index("organisation", SETTLED_AT, condition=~WAITING, name="notices_settled"),
        ]

    @property
    def message_id(self) -> str:
        """The mail's Message-ID: the same at every attempt, so that a receiver can see a repetition."""
        return message_id(self.id, self.organisation_id)

    def mark_sent(self, *, now: datetime) -> None:
        """The mail server has it, even if it was dropped while it was on its way."""
        self.sent_at, self.dropped_at, self.dropped_because, self.leased_until = now, None, "", None
        self.save(update_fields=["sent_at", "dropped_at", "dropped_because", "leased_until"])

    def hold(self, *, until: datetime) -> None:
        """Try it later."""
        self.held_until, self.leased_until = until, None
        self.save(update_fields=["held_until", "leased_until"])

    def drop(self, *, because: str, now: datetime) -> None:
        """Never send it: the server refuses it, or nobody wants it any more."""
        self.dropped_at, self.dropped_because, self.leased_until = now, because, None
        self.save(update_fields=["dropped_at", "dropped_because", "leased_until"])


class Preference(Owned):
    """How a person wants messages: muted or not, and the hour of the day at which they like them. Nobody else is told."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="preference")
    muted_at = models.DateTimeField(null=True)
    hour = models.PositiveSmallIntegerField(default=9)
    wants_plan_by_mail = models.BooleanField(default=False)

    def mute(self, *, now: datetime) -> None:
        """No counted messages from now on. Saves; tells no one."""
        self.muted_at = self.muted_at or now
        self.save(update_fields=["muted_at"])

    def unmute(self) -> None:
        """Messages again. Saves; tells no one."""
        self.muted_at = None
        self.save(update_fields=["muted_at"])

    def set_wishes(self, *, hour: int, wants_plan_by_mail: bool) -> None:
        """The hour for messages, and whether one's own plan may come by mail. Saves; tells no one."""
        self.hour, self.wants_plan_by_mail = hour, wants_plan_by_mail
        self.save(update_fields=["hour", "wants_plan_by_mail"])


def preference_of(person: Person) -> Preference:
    """The person's wishes about messages, or the usual ones, not saved."""
    return Preference.objects.filter(person=person).first() or Preference(person=person)


class BounceQuerySet(models.QuerySet["Bounce"]):
    """Words for choosing what came back."""

    def closing(self) -> Self:
        """Those that say the address the person has now takes no mail, unless the person has said since that it does."""
        address = Lower("person__email")
        return self.filter(kind=BounceKind.PERMANENT, mended_at=None).alias(known=address).filter(known=Lower("address"))


class BounceKind(models.TextChoices):
    """What a message that came back says."""

    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    COMPLAINT = "complaint"


class Bounce(Owned):
    """That one message came back, or that its reader complained: to which address, of what kind, and the server's code. No words."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="bounces")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    address = models.EmailField(help_text="Where it was sent; another address of the person is not concerned")
    kind = models.CharField(max_length=10, choices=BounceKind)
    status = models.CharField(max_length=12, blank=True, help_text="Enhanced status code of RFC 3463, like 5.1.1")
    returned_at = models.DateTimeField()
    mended_at = models.DateTimeField(null=True, help_text="When the person said that the address takes mail again")

    objects = BounceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "kind"], name="one_bounce_per_notice_and_kind")]


class Stop(Owned):
    """The stop switch: from when to when no message left the organisation, who pressed it and why. Its rows are the log."""

    reason = models.CharField(max_length=200)
    stopped_at = models.DateTimeField()
    stopped_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", help_text="Empty: the command line, or a clock")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-stopped_at"]
        constraints = [models.UniqueConstraint(fields=["organisation"], condition=Q(ended_at=None), name="one_stop_at_a_time")]

    def end(self, *, by: Person | None, now: datetime) -> None:
        """Let the messages go again. Saves; tells no one."""
        self.ended_at, self.ended_by = now, by
        self.save(update_fields=["ended_at", "ended_by"])


class Tally(Owned):
    """How many notices of one kind were settled in one way on one day of the organisation. Written afresh from the outbox; of nobody."""

    day = models.DateField()
    kind = models.CharField(max_length=40)
    became = models.CharField(max_length=30, help_text="sent, or why it was dropped")
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "day", "kind", "became"], name="one_tally_per_day_kind_and_fate")]


def current_stop() -> Stop | None:
    """The stop that holds the organisation's messages at the moment."""
    return Stop.objects.filter(organisation_id=tenancy.current(), ended_at=None).first()


def unreachable(people: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these people whose address takes no mail. One query."""
    return set(Bounce.objects.closing().filter(person__in=people).values_list("person_id", flat=True))
