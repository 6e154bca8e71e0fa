"""Sessions as appointments: local date and time, zone, place, host, answers. The live side is a room (see `rooms`)."""

import secrets
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from reconvene.availability.models import Connection
from reconvene.availability.registry import Filed
from reconvene.base.fields import SecretText
from reconvene.base.models import Owned
from reconvene.groups.models import Cycle
from reconvene.people.models import Person
from reconvene.scheduling.kinds import STILL_WANTED
from reconvene.scheduling.rules import ANSWER_WITHIN, HELD_WITHOUT_WORD, Answer, Kind

LONGEST_TAG = 200


def new_seal() -> str:
    """What nobody can guess: 128 bits."""
    return secrets.token_hex(16)


class Place(Owned):
    """A room in a building in which a group can meet: how many seats, at which site. Listed by L&D, held by sessions for their time.

    With a `connection` it has a calendar of its own, as rooms that can be booked have: what is busy there is not held.
    """

    name = models.CharField(max_length=120, help_text="As it stands in calendar entries")
    site = models.CharField(max_length=120, help_text="As people's sites are written in the directory")
    seats = models.PositiveSmallIntegerField()
    connection = models.OneToOneField(Connection, models.SET_NULL, null=True, related_name="place")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "site", "name"], name="one_place_per_name_and_site")]

    def __str__(self) -> str:
        return self.name

    def have(self, connection: Connection | None) -> None:
        """It has this calendar, or none. Saves; tells no one."""
        self.connection = connection
        self.save(update_fields=["connection"])


class SessionQuerySet(models.QuerySet["Session"]):
    """Words for choosing sessions."""

    def visible_to(self, person: Person) -> Self:
        """Sessions of the groups in which the person sits now, but for those of cycles that were closed before the person came."""
        return self.filter(cycle__in=Cycle.objects.visible_to(person))

    def conducted_by(self, *people: Person | uuid.UUID) -> Self:
        """Sessions of other groups that one of these people conducts as their guest host, not over and not called off."""
        return self.filter(guest_host__in=people, ended_at=None, cancelled_at=None, cycle__closed_at=None, cycle__group__ended_at=None)

    def with_viewers(self, people: Collection[uuid.UUID]) -> Self:
        """Each once for every one of these people to whom it is visible, with their id as `seen_by`: `visible_to` for many at once."""
        seat = "cycle__group__memberships"
        kept = Q(cycle__closed_at=None) | Q(cycle__closed_at__gt=F(f"{seat}__started_at"))
        return self.filter(kept, **{f"{seat}__person__in": people, f"{seat}__ended_at": None}).annotate(seen_by=F(f"{seat}__person"))

    def upcoming(self, now: datetime) -> Self:
        """Neither over nor cancelled, soonest first."""
        return self.filter(ended_at=None, cancelled_at=None, starts_at__gt=now - timedelta(hours=6)).order_by("starts_at")

    def standing(self, now: datetime) -> Self:
        """Ahead, at a date that stands: what belongs into calendars."""
        return self.filter(started_at=None, ended_at=None, cancelled_at=None, asked_at=None, starts_at__gt=now)

    def lost(self, now: datetime) -> Self:
        """Nobody began them, and a day later nobody has told of a session on paper; the longest past first."""
        open_ones = self.filter(started_at=None, ended_at=None, cancelled_at=None, asked_at=None, starts_at__lt=now - HELD_WITHOUT_WORD)
        return open_ones.filter(cycle__closed_at=None, cycle__group__ended_at=None).order_by("starts_at")

    def unanswered(self, now: datetime) -> Self:
        """In question, and the time to answer is over; the longest first."""
        return self.filter(ended_at=None, cancelled_at=None, asked_at__lt=now - ANSWER_WITHIN).order_by("asked_at")


class Session(Owned):
    """One of the two appointments of a cycle. Its truth is local wall time and zone; `starts_at` is computed from them."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="sessions")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.name) for kind in Kind])
    local_start = models.CharField(max_length=16, help_text="2026-03-03T10:00, wall time in `zone`")
    zone = models.CharField(max_length=60)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=90)
    place = models.CharField(max_length=160, blank=True)
    held = models.ForeignKey(
        Place, models.SET_NULL, null=True, related_name="+", help_text="The listed place that nobody else gets meanwhile"
    )
    host = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    guest_host = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", help_text="The host of another group who conducts it; no member"
    )
    passed = ArrayField(models.UUIDField(), default=list, help_text="Who asked that somebody else hosts it")
    sequence = models.PositiveSmallIntegerField(default=0, help_text="Rises with every change, for calendars")
    seal = models.CharField(
        max_length=32, default=new_seal, help_text="Seals the UIDs of its entries; empty where they were sent before there were seals"
    )
    strikes = models.PositiveSmallIntegerField(default=0, help_text="How often in a row its date came to nothing")
    asked_at = models.DateTimeField(null=True, help_text="Since when the members are asked whether they still want to meet")
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    seen_by: uuid.UUID  # of `with_viewers` only

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "kind"], condition=Q(cancelled_at=None), name="one_live_session_per_kind"),
        ]
        indexes = [models.Index(fields=["starts_at"], condition=Q(ended_at=None, cancelled_at=None), name="sessions_ahead")]

    @property
    def is_first(self) -> bool:
        """Whether it is the cycle's first session and not the reconvene."""
        return self.kind == Kind.FIRST

    @property
    def asks(self) -> str:
        """What its members are asked at the moment: whether they can come at this wall time, or STILL_WANTED."""
        return self.local_start if self.asked_at is None else STILL_WANTED

    @property
    def is_ahead(self) -> bool:
        """Whether it may still be moved or handed over: not begun, not over, not cancelled."""
        return self.started_at is None and self.ended_at is None and self.cancelled_at is None

    @property
    def ends_at(self) -> datetime:
        """When it is meant to end."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def local(self) -> datetime:
        """The start on the wall clock of the session's own zone."""
        return self.starts_at.astimezone(ZoneInfo(self.zone))

    def local_for(self, person: Person) -> datetime:
        """The start on the wall clock of a person."""
        return self.starts_at.astimezone(ZoneInfo(person.time_zone))

    def start(self, *, now: datetime) -> None:
        """The room has opened its first step. Saves; tells no one."""
        self.started_at = now
        self.save(update_fields=["started_at"])

    def finish(self, *, now: datetime) -> None:
        """The room has closed. Saves; tells no one."""
        self.ended_at = now
        self.save(update_fields=["ended_at"])

    def reopen(self) -> None:
        """It was not held after all. Saves; tells no one."""
        self.started_at, self.ended_at = None, None
        self.save(update_fields=["started_at", "ended_at"])

    def move(self, *, local_start: str, starts_at: datetime) -> None:
        """Another date, and no question any more whether there will be one; calendars learn it by the sequence. Saves; tells no one."""
        self.local_start, self.starts_at, self.sequence, self.asked_at = local_start, starts_at, self.sequence + 1, None
        self.save(update_fields=["local_start", "starts_at", "sequence", "asked_at"])

    def count_strike(self) -> None:
        """Its date came to nothing. Saves; tells no one."""
        self.strikes += 1
        self.save(update_fields=["strikes"])

    def ask(self, *, now: datetime) -> None:
        """Whether its members still want to meet is open. Saves; tells no one."""
        self.asked_at = now
        self.save(update_fields=["asked_at"])

    def begin_anew(self) -> None:
        """Its members want to meet; earlier dates count no more. Saves; tells no one."""
        self.strikes, self.asked_at = 0, None
        self.save(update_fields=["strikes", "asked_at"])

    def cancel(self, *, now: datetime) -> None:
        """It does not take place. Saves; tells no one."""
        self.cancelled_at, self.sequence = now, self.sequence + 1
        self.save(update_fields=["cancelled_at", "sequence"])

    def settle_place(self, *, place: str) -> None:
        """Where it takes place, in words; a listed place is free again. Calendars learn it by the sequence. Saves; tells no one."""
        self.place, self.held, self.sequence = place, None, self.sequence + 1
        self.save(update_fields=["place", "held", "sequence"])

    def hold(self, place: Place | None) -> None:
        """Take a listed place for its time, or give it back. Whoever calls this says it in calendars. Saves; tells no one."""
        self.held, self.place = place, f"{place.name}, {place.site}" if place else ""
        self.save(update_fields=["held", "place"])

    def hand_over(self, *, host: Person | None) -> None:
        """Another member hosts. Saves; tells no one."""
        self.host = host
        self.save(update_fields=["host"])

    def have_guest(self, guest: Person | None) -> None:
        """The host of another group conducts it, or nobody from outside. Saves; tells no one."""
        self.guest_host = guest
        self.save(update_fields=["guest_host"])

    def note_passed(self, person: Person) -> None:
        """This member asked that somebody else hosts. Saves; tells no one."""
        self.passed = [*(one for one in self.passed if one != person.id), person.id]
        self.save(update_fields=["passed"])


class Rsvp(Owned):
    """Whether one member can come to one session. Asked again by whoever changed their mind."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="rsvps")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    answer = models.CharField(max_length=4, choices=[(answer.value, answer.name) for answer in Answer])
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "person"], name="one_answer_per_member")]


class CopyQuerySet(models.QuerySet["Copy"]):
    """Words for choosing copies."""

    def open(self, now: datetime) -> Self:
        """Of sessions that are still ahead, cancelled or not; what is past stays in calendars as it is."""
        return self.filter(session__started_at=None, session__ended_at=None, session__starts_at__gt=now)


class Copy(Owned):
    """The event of one session in a calendar that we write into: a member's, or that of the place that is held (then `person` is empty).

    What it should say stands in the session; the row says what lies in the calendar, and a worker brings the one to the other.
    `address` and `tag` are where it lies and in which version, as its calendar says; `sequence` is the session's as it lies there, empty as
    long as nothing was put there for sure.
    """

    session = models.ForeignKey(Session, models.CASCADE, related_name="copies")
    connection = models.ForeignKey(Connection, models.SET_NULL, null=True, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    owner_id = models.UUIDField(help_text="The person or the place, as the UID of the event says")
    address = SecretText()
    tag = models.CharField(max_length=LONGEST_TAG, blank=True)
    sequence = models.PositiveSmallIntegerField(null=True)
    again_at = models.DateTimeField(help_text="Not looked at before: a worker has it, or its server was away")
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)

    objects = CopyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "connection"], name="one_copy_per_calendar")]

    @property
    def filed(self) -> Filed:
        """Where it lies, for a writer."""
        return Filed(self.address, self.tag)

    def look_again(self, *, at: datetime) -> None:
        """Put it off; also how a worker takes it for itself. Saves; tells no one."""
        self.again_at = at
        self.save(update_fields=["again_at"])

    def note_written(self, *, filed: Filed, sequence: int, now: datetime) -> None:
        """It says what the session said at this sequence. Saves; tells no one."""
        self.address, self.tag = filed.address, filed.tag if len(filed.tag) <= LONGEST_TAG else ""  # then it is asked for each time
        self.sequence, self.again_at, self.failing_since, self.failures = sequence, now, None, 0
        self.save(update_fields=["address", "tag", "sequence", "again_at", "failing_since", "failures"])

    def note_failure(self, *, now: datetime, again_at: datetime) -> None:
        """Its server did not take it. Saves; tells no one."""
        self.failing_since, self.failures, self.again_at = self.failing_since or now, min(self.failures + 1, 1000), again_at
        self.save(update_fields=["failing_since", "failures", "again_at"])


class Feed(Owned):
    """That a person's sessions may be read by a calendar at a secret address. The address is signed and names this row; without it, it leads nowhere."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="feed")
    made_at = models.DateTimeField()
