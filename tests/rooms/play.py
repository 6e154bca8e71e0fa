"""Playing a room in tests: several members' browsers, a clock that the test moves, taps by name."""

import contextlib
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.test import Client
from django.urls import reverse

from reconvene.base import tenancy
from reconvene.groups.models import Group
from reconvene.people.models import Person
from reconvene.rooms import simulation
from reconvene.rooms.actions import entering, moves
from reconvene.rooms.actions.moves import position
from reconvene.rooms.conductor import settle_clock
from reconvene.rooms.models import Room
from reconvene.rooms.rules import Move
from reconvene.rooms.state import RoomState
from reconvene.scheduling.models import Session
from tests import world


class Table:
    """One session with its members, each in a browser of their own. `now` is moved by the test; every request sees it."""

    def __init__(self, group: Group, kind: str = "first") -> None:
        self.group = group
        self.session = Session.objects.select_related("cycle").get(cycle__group=group, cycle__closed_at=None, kind=kind)
        self.now: datetime = self.session.starts_at
        self.people: dict[str, Person] = {m.person.first_name.lower(): m.person for m in group.memberships.live().select_related("person")}
        self.browsers: dict[str, Client] = {name: world.sign_in(person) for name, person in self.people.items()}

    @property
    def room(self) -> Room:
        """The room as it is stored now."""
        return Room.objects.get(session=self.session)

    def later(self, **amount: float) -> None:
        """Let time pass."""
        self.now += timedelta(**amount)

    def get(self, who: str, name: str = "room-stage", of: str = "", **headers: Any) -> Any:
        """What a member's browser is shown, or the part of it that a script asks for."""
        with time_machine.travel(self.now, tick=False):
            return self.browsers[who].get(reverse(name, args=[self.session.id]), {"of": of} if of else {}, headers=headers)

    def post(self, who: str, name: str, *ids: Any, **data: Any) -> Any:
        """A tap, as a script sends it: the answer is the stage."""
        return self._post(who, name, *ids, data=data, headers={"HX-Request": "true"})

    def tell(self, who: str, name: str, *ids: Any, **data: Any) -> None:
        """A tap that must be accepted. The answer is a receipt, because making a stage takes longer than the tap."""
        answer = self._post(who, name, *ids, data=data, headers={"X-Draft": "yes"})
        assert answer.status_code == 302 or answer.json() == {"saved": True, "sentence": ""}, answer.content.decode()[:3000]

    def _post(self, who: str, name: str, *ids: Any, data: dict[str, Any], headers: dict[str, str]) -> Any:
        with time_machine.travel(self.now, tick=False):
            return self.browsers[who].post(reverse(f"room-{name}", args=[self.session.id, *ids]), data, headers=headers)

    def enter(self, *names: str) -> None:
        """Come in. What leads to the state that a test is about goes past the browsers: a request takes longer than what it does."""
        with self._here():
            for name in names or self.people:
                entering.enter(self.session, person=self.people[name], now=self.now)

    @contextlib.contextmanager
    def _here(self) -> Iterator[None]:
        with time_machine.travel(self.now, tick=False), tenancy.within(self.group.organisation_id):
            yield

    def move(self, who: str, move: str) -> None:
        """A tap on the page as it is."""
        self.tell(who, "move", move=move, seen=self.position())

    def position(self) -> str:
        """Where the room is."""
        with tenancy.within(self.group.organisation_id):
            state = self.room.state
        return position(settle_clock(state, self.now)) if state else ""

    def text(self, who: str, name: str = "room-stage", of: str = "") -> str:
        """The words of a member's stage, or of a part of it."""
        return str(self.get(who, name, of).content.decode())

    def begin(self) -> None:
        """Everybody in, the host begins."""
        self.enter()
        with self._here():
            entering.begin(self.room, by=self.people[self.host], now=self.now)

    @property
    def host(self) -> str:
        """Who hosts, by first name."""
        state = self.room.state if Room.objects.filter(session=self.session).exists() else None
        key = state.host if state else str(self.session.host_id)
        return next(name for name, person in self.people.items() if str(person.id) == key)

    def go_to(self, kind: str, part: int = 0) -> None:
        """The host moves on until the step, then until the part."""
        with self._here():
            room = self.room
            for _ in range(40):
                if _state(room).current.kind == kind:
                    break
                room = self._on(room, Move.NEXT)
            for _ in range(part):
                room = self._on(room, Move.PART)

    def _on(self, room: Room, move: Move) -> Room:
        seen = position(settle_clock(_state(room), self.now))
        return moves.move_room(room, by=self.people[self.host], move=move, seen=seen, now=self.now)

    def run(self, *, seed: int = 1, every: float = 60) -> list[str]:
        """Everybody does what simulated members do, and the clock moves the room until it closes by itself; the keys of what was sent."""
        made: list[str] = []
        seen: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}
        while True:
            stored = self.room.state
            assert stored is not None
            state = settle_clock(stored, self.now)
            if state.closed_at is not None:
                return made
            upcoming = [self.now + timedelta(seconds=every)]
            for who, person in self.people.items():
                place = (who, position(state))
                if place not in seen:
                    seen[place] = offered(self.text(who))
                wanted = simulation.acts(simulation.View(str(person.id), state, seen[place], seed))
                act = next((act for act in wanted if act.key not in made), None)
                if act and act.at <= self.now:
                    self.tell(who, act.name, **act.fields)
                    made.append(act.key)
                    break  # it may have moved the room
                upcoming += [act.at] if act else []
            else:
                self.now = min(upcoming)

    def boxes(self, who: str, prefix: str) -> list[str]:
        """Names of the boxes on a member's stage that begin with a prefix."""
        return list(dict.fromkeys(re.findall(rf'name="({prefix}-[^"]+)"', self.text(who))))


def _state(room: Room) -> RoomState:
    assert room.state is not None
    return room.state


def offered(page: str) -> dict[str, tuple[str, ...]]:
    """The boxes of a page: name -> the values that can be tapped, none for words of one's own."""
    found: dict[str, tuple[str, ...]] = {}
    for tag in re.findall(r"<(?:input|textarea|button|select)[^>]*>", page):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and 'type="hidden"' not in tag:
            found[name.group(1)] = found.get(name.group(1), ()) + ((value.group(1),) if value else ())
    return found


def begun_now(people: list[Person], *, name: str, now: datetime) -> Room:
    """A group of these people whose first session began this moment, everybody in, the first of them hosting. Nobody's browser is used."""
    group = world.make_group(*people, now=now, name=name)
    session = Session.objects.select_related("cycle").get(cycle__group=group, kind="first")
    session.starts_at = now
    session.save()
    for person in people:
        room = entering.enter(session, person=person, now=now)
    return entering.begin(room, by=people[0], now=now)


def a_table(*names: str) -> Table:
    """A group at its first session, before anybody came in."""
    return Table(world.make_group(*world.people(*(names or ("ana", "ben", "cho", "dan")))))
