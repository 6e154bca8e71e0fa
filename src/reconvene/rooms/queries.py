"""What one member may see of a room at a moment: the frame of every stage. The matter of each step is in `matter`."""

import uuid
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self

from django.http import QueryDict
from django.utils.translation import gettext

from reconvene.base.templatetags.design import SeatMark, seat_positions
from reconvene.guides.script import Part, Protocol, Step
from reconvene.guides.shares import ROUNDS
from reconvene.people.models import Person
from reconvene.rooms import afterwards, matter, script
from reconvene.rooms.actions.moves import position
from reconvene.rooms.clocks import Bar, Clock, bars, clock_of
from reconvene.rooms.conductor import settle_clock
from reconvene.rooms.devices import Door, door_of
from reconvene.rooms.models import Presence, Room
from reconvene.rooms.rules import is_away
from reconvene.rooms.scoring import HIGHEST, LOWEST
from reconvene.rooms.state import RoomState

LATE_FROM = timedelta(seconds=60)  # after the beginning somebody who comes in is told what they missed
SHOWN = ("session__cycle__group", "session__cycle__topic", "session__host", "session__guest_host", "organisation")
"""What a stage shows of what is around its room."""

WHOLE, HOST_WAITS = "rooms/stage.html", "rooms/waits.html"

PLACES = seat_positions(middle=360.0, distance=298.0)  # on the ring of the shared screen's drawing, 720 wide


@dataclass(frozen=True)
class Seat:
    """One member at the table. `tone` as in the design's seats; x and y place it on the shared screen's ring."""

    person: Person
    tone: str
    is_you: bool
    is_host: bool
    is_in: bool
    is_away: bool
    is_done: bool
    has_floor: bool
    is_to_come: bool = False
    offers: bool = False
    is_giver: bool = False
    came_at: datetime | None = None
    x: float = 0.0
    y: float = 0.0

    @property
    def text_y(self) -> float:
        """Where the letters stand."""
        return round(self.y + 2, 2)

    @property
    def badge(self) -> str:
        """Where the check mark of somebody who has finished sits."""
        return f"{self.x + 40:.2f} {self.y - 40:.2f}"


@dataclass(frozen=True)
class Stage:
    """Everything a screen shows of a room, for one viewer (None: the shared screen). `name` is door, waiting, lobby, step or closed."""

    name: str
    room: Room
    counter: int
    seats: tuple[Seat, ...]
    knocking: tuple[Person, ...] = ()
    state: RoomState | None = None
    protocol: Protocol | None = None
    step: Step | None = None
    part: Part | None = None
    clock: Clock | None = None
    matter: dict[str, Any] = field(default_factory=dict)
    viewer: Person | None = None
    now: datetime | None = None
    door: Door = field(default_factory=Door)

    @property
    def position(self) -> str:
        """Step, part and turn; sent back with every move."""
        return position(self.state) if self.state else ""

    @property
    def you(self) -> Seat | None:
        """The viewer's seat."""
        return next((seat for seat in self.seats if seat.is_you), None)

    @property
    def is_host(self) -> bool:
        """Whether the viewer hosts."""
        return bool(self.you and self.you.is_host)

    @property
    def host(self) -> Seat | None:
        """Who hosts."""
        return next((seat for seat in self.seats if seat.is_host), None)

    @property
    def holder(self) -> Seat | None:
        """Who has the floor."""
        return next((seat for seat in self.seats if seat.has_floor), None)

    @property
    def is_time_up(self) -> bool:
        """Whether the step waits for the host."""
        return bool(self.state and self.now and self.state.is_time_up(self.now))

    @property
    def waits(self) -> bool:
        """Whether nothing happens any more until the host taps."""
        return self.is_time_up and not (self.clock and self.clock.is_over)

    @property
    def asked(self) -> str:
        """What stands over the part: the step's question, and over the taps that end a session what they are."""
        if not self.state or not self.step or not self.part:
            return ""
        return self.part.title if self.step.kind == "close" and self.state.part > 0 else self.step.prompt

    @property
    def is_silent(self) -> bool:
        """Whether this part is written alone."""
        return bool(self.state and self.state.current_part.silent)

    @property
    def has_extended(self) -> bool:
        """Whether this step was made longer once."""
        return bool(self.state and self.state.current.key in self.state.extended)

    @property
    def step_number(self) -> int:
        """The step, from 1."""
        return self.state.step + 1 if self.state else 0

    @property
    def scale(self) -> range:
        """The scores one can give."""
        return range(LOWEST, HIGHEST + 1)

    @property
    def card_id(self) -> uuid.UUID:
        """A fresh id for a card, so that a form sent twice is one card."""
        return uuid.uuid4()

    @property
    def present(self) -> int:
        """How many are in the room."""
        return len(self.state.present) if self.state else sum(seat.is_in for seat in self.seats)

    @property
    def done(self) -> int:
        """How many have finished this part."""
        return len(self.state.done) if self.state else 0

    @property
    def part_number(self) -> int:
        """The part, from 1."""
        return self.state.part + 1 if self.state else 0

    @property
    def next_title(self) -> str:
        """What comes after this part or step, in a round who; empty at the end."""
        if not self.state or not self.protocol or not self.step:
            return ""
        if self.follows and self.state.current.kind != ROUNDS:
            return self.follows.person.first_name
        if self.follows and self.state.is_last_part:
            return gettext("%(name)s’s round") % {"name": self.follows.person.first_name}
        if not self.state.is_last_part and self.state.part + 1 < len(self.step.parts):
            return self.step.parts[self.state.part + 1].title
        return "" if self.state.is_last_step else script.step_of(self.protocol, self.state, self.state.step + 1).title

    @property
    def marks(self) -> list[SeatMark]:
        """The seats for the small table."""
        return [SeatMark(seat.tone, seat.person.initials) for seat in self.seats]

    @property
    def minutes_behind(self) -> int:
        """Minutes since the session began."""
        return int((self.now - self.state.started_at).total_seconds() // 60) if self.state and self.now else 0

    @property
    def minutes_late(self) -> int:
        """By how many minutes the session ends after its time, as things stand."""
        if not self.state or not self.now:
            return 0
        over = max(timedelta(), self.now - self.state.step_ends_at)
        return max(0, round((self.state.heading_for + over - self.state.ends_at).total_seconds() / 60))

    @property
    def taken(self) -> list[tuple[str, int]]:
        """(step, minutes): what later steps gave, as of this step, so that the session ends in time."""
        if not self.state or not self.protocol:
            return []
        titles = {step.key: step.title for step in self.protocol.steps}
        return [(titles[key], max(1, round(seconds / 60))) for key, seconds in self.state.taken]

    @property
    def minutes_taken(self) -> int:
        """The sum of what later steps gave."""
        return sum(minutes for _title, minutes in self.taken)

    @property
    def steps_behind(self) -> list[str]:
        """The titles of the steps that are over."""
        if not self.state or not self.protocol:
            return []
        return [script.step_of(self.protocol, self.state, number).title for number in range(self.state.step)]

    @property
    def has_just_come(self) -> bool:
        """Whether the viewer came in during this step of a session that had begun before."""
        you, state = self.you, self.state
        came = you.came_at if you else None
        return bool(state and came and came >= state.step_started_at and came > state.started_at + LATE_FROM)

    @property
    def still_writing(self) -> list[Seat]:
        """Who is in the room and has not finished this part."""
        return [seat for seat in self.seats if seat.is_in and not seat.is_done]

    @property
    def still_to_speak(self) -> list[Seat]:
        """Who has a turn to come in this round."""
        return [seat for seat in self.seats if seat.is_to_come]

    @property
    def follows(self) -> Seat | None:
        """Who has the next turn in this round."""
        key = self.state.to_come[0] if self.state and self.state.to_come else ""
        return next((seat for seat in self.seats if str(seat.person.id) == key), None)

    @property
    def there(self) -> list[str]:
        """The first names of those who are, or were, in the room and did not leave."""
        return [seat.person.first_name for seat in self.seats if seat.is_in]

    @property
    def giver(self) -> Seat | None:
        """Whose case it is."""
        return next((seat for seat in self.seats if seat.is_giver), None)

    @property
    def ways(self) -> tuple[Protocol, ...]:
        """The ways to hold the session with those who are in, the suggested one first."""
        return script.ways(self.room.session, present=self.present)

    @property
    def bars(self) -> list[Bar]:
        """The whole session as a line."""
        return bars(self.state) if self.state else []


@dataclass(frozen=True)
class Around:
    """What is the same of a room for everybody who looks at it after the same event: who sits there, who is heard of, who is at the door."""

    room: Room
    state: RoomState | None
    people: tuple[Person, ...]
    presences: Mapping[uuid.UUID, Presence]
    door: Door

    def standing_at(self, counter: int, saved_state: dict[str, Any] | None) -> Self:
        """The same people and door while the room itself has come as far as event `counter`."""
        room = copy(self.room)
        room.counter, room.saved_state = counter, saved_state
        return replace(self, room=room, state=room.state)


def template_for(asked: QueryDict) -> str:
    """What a script is shown of a stage: all of it, or with `of=waits` only whom the host waits for and the table, after a count."""
    return HOST_WAITS if asked.get("of") == "waits" else WHOLE


def around(room: Room, *, now: datetime) -> Around:
    """Read what is the same for everybody, after the room itself, so that it is never older than the room's counter."""
    state = room.state
    is_over = state is not None and settle_clock(state, now).closed_at is not None
    members = room.session.cycle.group.memberships.live().select_related("person")
    presences = {one.person_id: one for one in room.presences.all()}
    return Around(room, state, tuple(one.person for one in members), presences, Door() if is_over else door_of(room, state, now=now))


def stage(room: Room, *, viewer: Person | None, now: datetime, is_frame: bool = False) -> Stage:
    """What `viewer` may see of the room now; with None what everybody may see from across the table. A frame is without what lies on the table.

    The counter is read with the room, before anything else, so that a stream started from it misses nothing.
    """
    return stage_from(around(room, now=now), viewer=viewer, now=now, is_frame=is_frame)


def stage_from(seen: Around, *, viewer: Person | None, now: datetime, is_frame: bool = False) -> Stage:
    """As `stage`, from what was read for everybody."""
    room, counter, presences, door = seen.room, seen.room.counter, seen.presences, seen.door
    state = settle_clock(seen.state, now) if seen.state else None
    seats = _seats(seen, state, viewer, now)
    at_the_door = {key for key, one in presences.items() if one.admitted_at is None}
    knocking = tuple(seat.person for seat in seats if seat.person.id in at_the_door)
    mine = presences.get(viewer.id) if viewer else None
    name = _name(state, mine, viewer)
    if name != "step" or state is None:
        kept = _kept(room, state, viewer, seats) if name == "closed" and viewer and state else {}
        return Stage(name, room, counter, seats, knocking, state, matter=kept, viewer=viewer, now=now, door=door)
    protocol = script.protocol_for(room.session, mode=state.mode)
    step = script.step_of(protocol, state)
    part = script.part_of(step, state)
    shown = {} if is_frame else matter.of(room, state, viewer=viewer, now=now)
    return Stage(name, room, counter, seats, knocking, state, protocol, step, part, clock_of(state, now), shown, viewer, now, door)


def _kept(room: Room, state: RoomState, viewer: Person, seats: Sequence[Seat]) -> matter.Matter:
    """What stays of a session that is over, and what may still be typed in."""
    after = afterwards.of(room, state, viewer, is_member=any(seat.is_you for seat in seats))
    return {**matter.closing(room, viewer), "after": after}


def _name(state: RoomState | None, mine: Presence | None, viewer: Person | None) -> str:
    if state is not None and state.closed_at is not None:
        return "closed"
    if viewer is not None and (mine is None or mine.left_at is not None):
        return "door"
    if viewer is not None and mine is not None and mine.admitted_at is None:
        return "waiting"
    return "lobby" if state is None else "step"


def _seats(seen: Around, state: RoomState | None, viewer: Person | None, now: datetime) -> tuple[Seat, ...]:
    """The group's seats in order, empty ones left out. A room's host before it begins is the session's."""
    host = state.host if state else str(seen.room.session.host_id)
    return tuple(
        _seat(person, seen.presences.get(person.id), state, host=host, viewer=viewer, now=now, place=place)
        for person, place in zip(seen.people, PLACES, strict=False)
    )


def _seat(
    person: Person, presence: Presence | None, state: RoomState | None, *, host: str, viewer: Person | None, now: datetime,
    place: Sequence[float],
) -> Seat:  # fmt: skip
    key = str(person.id)
    is_in = bool(presence and presence.admitted_at and presence.left_at is None)
    away = presence is None or not is_in or is_away(presence.seen_at, now)
    done = bool(state and key in state.done)
    is_you = viewer is not None and person.id == viewer.id
    return Seat(
        person, _tone(state, is_in=is_in, away=away, done=done, is_you=is_you), is_you, key == host, is_in, away, done,
        bool(state and state.holder == key), bool(state and key in state.to_come), bool(state and key in state.offers),
        bool(state and state.giver == key), presence.admitted_at if presence else None, place[0], place[1],
    )  # fmt: skip


def _tone(state: RoomState | None, *, is_in: bool, away: bool, done: bool, is_you: bool) -> str:
    if not is_in:
        return "open"
    if is_you:
        return "you"
    if away:
        return "away"
    if state and state.current_part.silent:
        return "done" if done else "writing"
    return "taken"
