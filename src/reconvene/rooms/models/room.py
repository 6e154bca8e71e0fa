"""The room itself: where it is, what happened, who is there and by what, which inputs were taken. No words of members."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q

from reconvene.base.models import Owned
from reconvene.groups.models import Cycle
from reconvene.people.models import Person
from reconvene.rooms import saved
from reconvene.rooms.door import CameBy, Ending
from reconvene.rooms.rules import EventKind
from reconvene.rooms.state import RoomState
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import DOORS_SHUT

STATE = ("saved_state", "closed_at", "closes_from")  # columns that say where a session is


class RoomQuerySet(models.QuerySet["Room"]):
    """Words for choosing rooms."""

    def visible_to(self, person: Person) -> Self:
        """Rooms of the sessions that the person sees; without asking for these, which would be a condition more within a condition."""
        return self.filter(session__cycle__in=Cycle.objects.visible_to(person))

    def attended_by(self, person: Person) -> Self:
        """Closed rooms that the person was in, also when the group has ended since."""
        inside = Presence.objects.filter(person=person).exclude(admitted_at=None)
        return self.exclude(closed_at=None).filter(presences__in=inside)

    def open(self) -> Self:
        """Not closed yet."""
        return self.filter(closed_at=None)

    def to_close(self, now: datetime) -> Self:
        """Open ones of sessions that may have ended by themselves."""
        return self.open().exclude(saved_state=None).exclude(closes_from__gt=now)

    def on_paper(self) -> Self:
        """Of sessions that were held on paper."""
        return self.exclude(on_paper_at=None)

    def joinable(self, now: datetime) -> Self:
        """Rooms that codes and links still lead into: open, and not of a session that was cancelled or never began."""
        return self.open().filter(session__cancelled_at=None).exclude(saved_state=None, session__starts_at__lt=now - DOORS_SHUT)


class Room(Owned):
    """The live side of one session. Its row is the lock: whoever changes anything in the room holds it."""

    session = models.OneToOneField(Session, models.CASCADE, related_name="+")
    code = models.CharField(max_length=20, help_text="Six letters, unlike those of any other open room of the installation")
    saved_state = models.JSONField(null=True, help_text="See rooms.state; nothing before the host begins")
    counter = models.PositiveIntegerField(default=0, help_text="Number of the last event")
    last_change = models.PositiveIntegerField(
        default=0, help_text="Number of the last event that changed more of the state than who has finished"
    )
    closes_from = models.DateTimeField(
        null=True, help_text="Before this the session does not end by itself, so nobody looks; nothing before the host begins"
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    on_paper_at = models.DateTimeField(null=True, help_text="When a member said that the session was held on paper")
    on_paper_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", help_text="Who said so")

    is_locked = False  # whether this object was read under the lock of the transaction in hand: for one tap, by rooms.views.answering

    objects = RoomQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], condition=Q(closed_at=None), name="one_open_room_per_code")]
        indexes = [
            models.Index(fields=["on_paper_at"], condition=Q(on_paper_at__isnull=False), name="rooms_on_paper"),
            models.Index(fields=["closes_from"], condition=Q(closed_at=None), name="rooms_to_close"),
        ]

    @property
    def state(self) -> RoomState | None:
        """Where the session is, or None before it has begun."""
        return saved.from_json(self.saved_state) if self.saved_state else None

    def keep(self, state: RoomState) -> None:
        """Store where the session is. Saves; tells no one."""
        self._take(state)
        self.save(update_fields=STATE)

    def move_on(self, state: RoomState, *, is_only_done: bool = False) -> int:
        """Store where the session is, and that this is an event; its number. Saves; tells no one."""
        self._take(state)
        self.counter += 1
        if not is_only_done:
            self.last_change = self.counter
        self.save(update_fields=[*STATE, "counter", "last_change"])
        return self.counter

    def put_on_paper(self, *, by: Person, now: datetime) -> None:
        """The session was held without the app. Saves; tells no one."""
        self.on_paper_at, self.on_paper_by = now, by
        self.save(update_fields=["on_paper_at", "on_paper_by"])

    def raise_counter(self) -> int:
        """The number of the next event. Saves; tells no one."""
        self.counter += 1
        self.save(update_fields=["counter"])
        return self.counter

    def _take(self, state: RoomState) -> None:
        self.saved_state, self.closed_at, self.closes_from = saved.to_json(state), state.closed_at, state.first_moment


class InRoomQuerySet(models.QuerySet[Any]):
    """Words for rows of a room."""

    def visible_to(self, person: Person) -> Self:
        """Rows of the rooms that the person may enter; what of them is on the table yet, rooms.queries decides."""
        return self.filter(room__in=Room.objects.visible_to(person))


class RoomEvent(Owned):
    """That something happened in a room, numbered without gaps. No words, no names; a count may travel."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.name) for kind in EventKind])
    count = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()

    objects = InRoomQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["room", "number"], name="events_are_numbered")]


class Presence(Owned):
    """One member at one room: asked to come in by code, let in, last heard of. Without `admitted_at` the person waits at the door."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="presences")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    admitted_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()

    objects = InRoomQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "person"], name="one_presence_per_member")]

    def admit(self, *, now: datetime) -> None:
        """Let in. Saves; tells no one."""
        self.admitted_at, self.left_at, self.seen_at = self.admitted_at or now, None, now
        self.save(update_fields=["admitted_at", "left_at", "seen_at"])

    def leave(self, *, now: datetime) -> None:
        """Gone, and welcome back. Saves; tells no one."""
        self.left_at = now
        self.save(update_fields=["left_at"])


class DeviceQuerySet(InRoomQuerySet):
    """Words for choosing devices."""

    def live(self) -> Self:
        """Not ended; their room may have closed since."""
        return self.filter(ended_at=None)

    def waiting(self) -> Self:
        """At the door."""
        return self.live().filter(admitted_at=None)

    def seated(self) -> Self:
        """Counting as a member."""
        return self.live().exclude(admitted_at=None)


class Device(Owned):
    """One browser without an account at one room: whose seat it asked for, who let it in, when and why that ended.

    Facts with their times and no words: this is the record of who confirmed whom.
    """

    room = models.ForeignKey(Room, models.CASCADE, related_name="devices")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", help_text="As whom it sits")
    came_by = models.CharField(max_length=4, choices=[(way.value, way.name) for way in CameBy])
    asked_at = models.DateTimeField()
    admitted_at = models.DateTimeField(null=True)
    admitted_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", help_text="Nobody, for a member's own link")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", help_text="Who sent it away")
    ended_because = models.CharField(max_length=10, blank=True, choices=[(ending.value, ending.name) for ending in Ending])

    objects = DeviceQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["room", "person"],
                condition=Q(came_by=CameBy.CODE.value, ended_at=None, admitted_at__isnull=False),
                name="one_device_by_code_per_seat",
            )
        ]

    @property
    def number(self) -> int:
        """Two digits that the device shows and the notice names, so that the people inside can tell it from another."""
        return 10 + self.id.int % 90

    def admit(self, *, by: Person, now: datetime) -> None:
        """Let it sit. Saves; tells no one."""
        self.admitted_at, self.admitted_by = now, by
        self.save(update_fields=["admitted_at", "admitted_by"])

    def end(self, *, because: Ending, now: datetime, by: Person | None = None) -> None:
        """It counts as nobody any more. Saves; tells no one."""
        self.ended_at, self.ended_because, self.ended_by = now, because, by
        self.save(update_fields=["ended_at", "ended_because", "ended_by"])


class Helper(Owned):
    """A trained colleague whom the host asked for the first ten minutes: sees the steps of one room by a link, never a word."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="helpers")
    invited_by = models.ForeignKey(Person, models.CASCADE, related_name="+")
    invited_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="Ended by a member before the ten minutes were over")
    ended_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    objects = InRoomQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room"], condition=Q(ended_at=None), name="one_helper_per_room")]

    def end(self, *, by: Person, now: datetime) -> None:
        """The link shows nothing any more. Saves; tells no one."""
        self.ended_at, self.ended_by = now, by
        self.save(update_fields=["ended_at", "ended_by"])


class Receipt(Owned):
    """The number of the newest input of one member that was taken in one place: a form, a card, a tap. See rooms.actions.receipts."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    place = models.CharField(max_length=120)
    number = models.BigIntegerField(help_text="Microseconds of the room's clock when it was written, as the device counts them")

    objects = InRoomQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "person", "place"], name="one_receipt_per_place")]
