"""Many sessions at once for the fault tests: six signed-in members each, in the silent part of the ideas, where everything can be written."""

import contextlib
import os
import random
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from django.conf import settings

from reconvene.base import clock, tenancy
from reconvene.people.models import Person
from reconvene.rooms.actions import moves
from reconvene.rooms.actions.writing import box_id
from reconvene.rooms.models import Card, Idea, Room
from reconvene.rooms.rules import Move
from reconvene.rooms.state import RoomState
from tests import world
from tests.faults.phones import Phone, end
from tests.rooms.play import begun_now

SEATS = 6
IS_FULL = os.environ.get("RECONVENE_FAULTS") == "full"  # set by `make test-faults`


def volume(small: int, full: int) -> int:
    """How much of a test `make test` does, and how much `make test-faults`."""
    return full if IS_FULL else small


@dataclass
class Table:
    """One session: its people in their seats, and what each wrote."""

    organisation_id: uuid.UUID
    room_id: uuid.UUID
    session_id: uuid.UUID
    people: Sequence[Person]
    cookies: Sequence[str]
    counter: int
    cards: dict[uuid.UUID, list[str]] = field(default_factory=dict)
    ideas: dict[tuple[uuid.UUID, uuid.UUID], str] = field(default_factory=dict)

    def phone(self, seat: int, port: int) -> Phone:
        """A member's phone on a network of its own."""
        cookie = f"{settings.SESSION_COOKIE_NAME}={self.cookies[seat]}"
        return Phone(port, f"/rooms/{self.session_id}/", self.people[seat].id, cookie, known=self.counter, stage=self.counter)

    def write(self, phone: Phone, number: int = 1) -> None:
        """Either a card to somebody, or the next version of the idea in the member's box of this number."""
        if random.random() < 0.5:
            to = random.choice([person.id for person in self.people if person.id != phone.person])
            mine = self.cards.setdefault(phone.person, [])
            mine.append(f"Card {len(mine)}")
            phone.card(to, mine[-1])
        else:
            text, box = f"Idea as of {random.random()}", box_id(Room(id=self.room_id), Person(id=phone.person), f"idea:{number}")
            self.ideas[phone.person, box] = text
            phone.write("ideas/", {f"idea-{box}": text})

    def missing(self) -> list[str]:
        """Where the database differs from what was written: lost, doubled, in another order, or an older wording on top."""
        wrong = []
        with tenancy.within(self.organisation_id):
            room = Room.objects.get(session_id=self.session_id)
            for person, written in self.cards.items():
                there = list(Card.objects.filter(room=room, author=person).order_by("written_at").values_list("text", flat=True))
                if there != written:
                    wrong.append(f"cards of {person}: {there} instead of {written}")
            for (person, box), text in self.ideas.items():
                texts = list(Idea.objects.filter(room=room, author=person, client_id=box).values_list("text", flat=True))
                if texts != [text]:
                    wrong.append(f"idea of {person}: {texts} instead of {text}")
            if Idea.objects.filter(room=room).count() != len(self.ideas):
                wrong.append("more ideas than were written")
        return wrong


def prepare(count: int) -> list[Table]:
    """So many sessions of six, begun and at the ideas."""
    organisation = world.make_organisation(f"Faults {uuid.uuid4().hex[:8]}")
    with tenancy.within(organisation.id):
        return [_table(organisation.id, number) for number in range(count)]


def _table(organisation_id: uuid.UUID, number: int) -> Table:
    now = clock.now()
    names = [f"s{number}-{seat}@{organisation_id.hex}.example" for seat in range(SEATS)]
    people = [Person.objects.create(name=f"Seat {number} {seat}", email=name) for seat, name in enumerate(names)]
    room = begun_now(people, name=f"Bird {number}", now=now)
    while _state(room).current.kind != "ideas":
        room = moves.move_room(room, by=people[0], move=Move.NEXT, seen=moves.position(_state(room)), now=now)
    cookies = [world.sign_in(person).cookies[settings.SESSION_COOKIE_NAME].value for person in people]
    return Table(organisation_id, room.id, room.session_id, people, cookies, Room.objects.get(id=room.id).counter)


def _state(room: Room) -> RoomState:
    state = room.state
    assert state is not None
    return state


@contextlib.asynccontextmanager
async def living(phones: Sequence[Phone]) -> AsyncIterator[None]:
    """The phones are on as long as this lasts; one that breaks fails the test."""
    tasks = [task for phone in phones for task in phone.live()]
    try:
        yield
    finally:
        broken = [task for task in tasks if task.done()]
        ends = await end(tasks)
        assert not broken, ends
