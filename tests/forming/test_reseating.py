"""The workbench: people are moved by hand before anybody is asked, and no rule is ever broken by it."""

import itertools
import uuid
from datetime import timedelta

import pytest
from django.conf import settings

from reconvene.challenges.models import Challenge
from reconvene.forming.actions import form_groups
from reconvene.forming.models import NamesShown, Proposal, Seat
from reconvene.forming.reseating import (
    Refused,
    Wish,
    discard_table,
    hide_names,
    lock_table,
    move_seat,
    release_tables,
    seat_the_rest,
    show_names,
)
from reconvene.forming.rules import kept_apart_by_chance
from reconvene.forming.workbench import CHANCE, WAITING, Bench, Table, workbench
from reconvene.groups.models import Programme
from reconvene.notices.models import Notice
from reconvene.people.models import KeepApart
from tests import world
from tests.forming.queue import wait
from tests.world import MONDAY, PEERS

pytestmark = pytest.mark.django_db
NAMES = (*PEERS, "gus", "hal")
"""Eight peers for two groups."""
LATER = MONDAY + timedelta(minutes=10)


@pytest.fixture
def programme() -> Programme:
    Programme.objects.filter(is_open=True).update(is_reviewed=True, largest=6)
    return world.programme()


def apart(one: int, other: int) -> bool:
    """Whether chance keeps two ids apart."""
    return kept_apart_by_chance(str(uuid.UUID(int=one)), str(uuid.UUID(int=other)), key=CHANCE + settings.SECRET_KEY.encode())


def free_ids(count: int) -> list[int]:
    """Ids of which chance keeps no two apart."""
    found: list[int] = []
    while len(found) < count:
        found.append(next(one for one in itertools.count(found[-1] + 1 if found else 1) if not any(apart(one, other) for other in found)))
    return found


def settle(*names: str, ids: list[int], **facts: object) -> None:
    """People with these ids who wait for a group."""
    for number, name in zip(ids, names, strict=True):
        world.person(name, id=uuid.UUID(int=number), **facts)
    wait(*names)


def two_groups(programme: Programme, *, waiting: tuple[str, ...] = (), ids: list[int] | None = None) -> Bench:
    """Ana to Dan in one group, Eli to Hal in the other; then others come who wait."""
    ids = ids or free_ids(8 + len(waiting))
    for names, mine in ((NAMES[:4], ids[:4]), (NAMES[4:], ids[4:8])):
        settle(*names, ids=mine)
        form_groups(programme, seed=1, now=MONDAY, is_last_call=True)
    settle(*waiting, ids=ids[8:])
    return now(programme)


def now(programme: Programme) -> Bench:
    return workbench(programme, now=LATER)


def versions(bench: Bench) -> dict[str, str]:
    return {table.token: table.version for table in bench.tables}


def key(name: str) -> str:
    return str(world.person(name).id)


def at(bench: Bench, name: str) -> Table:
    table = bench.table_of(key(name))
    assert table is not None
    return table


def wish(bench: Bench, who: str, to: str = "", *, swapped: str = "") -> Wish:
    """Who sits with whom, or waits for an empty `to`."""
    home = bench.table_of(key(who))
    there = at(bench, to).token if to else WAITING
    return Wish(bench.token(key(who)), home.token if home else WAITING, there, bench.token(key(swapped)) if swapped else "")


def move(programme: Programme, who: str, to: str = "", *, swapped: str = "") -> None:
    bench = now(programme)
    move_seat(programme, wish=wish(bench, who, to, swapped=swapped), versions=versions(bench), now=LATER)


def seating(programme: Programme) -> set[frozenset[str]]:
    """Who sits together, by first letters."""
    found = []
    for proposal in Proposal.objects.under_review().filter(programme=programme):
        found.append(frozenset(proposal.seats.held().values_list("person__external_id", flat=True)))
    return set(found)


def groups(*tables: str) -> set[frozenset[str]]:
    """"a b c" stands for Ana, Ben and Cho."""
    full = {name[0]: name for name in (*NAMES, "ida", "jon", "kay", "leo")}
    return {frozenset(full[letter] for letter in table.split()) for table in tables}


def test_a_move_an_exchange_and_waiting_change_who_sits_together_and_nothing_else(programme: Programme) -> None:
    two_groups(programme)
    before = Proposal.objects.under_review().count()

    move(programme, "ana", "eli")
    assert seating(programme) == groups("b c d", "a e f g h")
    move(programme, "ben", swapped="eli")
    assert seating(programme) == groups("e c d", "a b f g h")
    move(programme, "gus")
    assert seating(programme) == groups("e c d", "a b f h")
    move(programme, "cho", swapped="gus")
    assert seating(programme) == groups("e g d", "a b f h")
    move(programme, "cho", "ana")
    assert seating(programme) == groups("e g d", "a b c f h")

    assert Proposal.objects.under_review().count() == before == Proposal.objects.count()
    assert Notice.objects.count() == 0
    for proposal in Proposal.objects.all():
        assert list(proposal.seats.held().values_list("number", flat=True)) == list(range(1, proposal.seats.held().count() + 1))
        assert ["topic_all", {"count": proposal.seats.held().count()}] in proposal.reasons
