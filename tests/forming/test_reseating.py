"""The workbench: people are moved by hand before anybody is asked, and no rule is ever broken by it."""

import itertools
import uuid
from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from django.conf import settings

from reconvene.availability.models import Busy, WorkingHours
from reconvene.challenges.models import Challenge
from reconvene.forming.actions import form_groups
from reconvene.forming.models import NamesShown, Proposal, Seat
from reconvene.forming.reseating import (
    Moving,
    Refused,
    Released,
    Seated,
    discard_table,
    hide_names,
    lock_table,
    move_seat,
    release_tables,
    seat_the_rest,
    show_names,
)
from reconvene.forming.rules import NAMES_FOR, kept_apart_by_chance
from reconvene.forming.workbench import CHANCE, WAITING, Bench, Table, workbench
from reconvene.groups.actions import Sitter, found_group
from reconvene.groups.models import Programme
from reconvene.matching.moves import Move
from reconvene.notices.models import Notice
from reconvene.people.models import KeepApart, Level, Person
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


def moving(bench: Bench, who: str, to: str = "", *, swapped: str = "") -> Moving:
    """Who sits with whom, or waits for an empty `to`."""
    home = bench.table_of(key(who))
    there = at(bench, to).token if to else WAITING
    return Moving(bench.token(key(who)), home.token if home else WAITING, there, bench.token(key(swapped)) if swapped else "")


def move(programme: Programme, who: str, to: str = "", *, swapped: str = "") -> None:
    bench = now(programme)
    move_seat(programme, moving=moving(bench, who, to, swapped=swapped), versions=versions(bench), now=LATER)


def seating(programme: Programme) -> set[frozenset[str]]:
    """Who sits together, by first letters."""
    found = []
    for proposal in Proposal.objects.under_review().filter(programme=programme):
        found.append(frozenset(proposal.seats.held().values_list("person__external_id", flat=True)))
    return set(found)


def groups(*tables: str) -> set[frozenset[str]]:
    """ "a b c" stands for Ana, Ben and Cho."""
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


def refusal(programme: Programme, who: str, to: str = "", *, swapped: str = "") -> str:
    """Why a move is refused; nothing has changed then."""
    before = seating(programme)
    with pytest.raises(Refused) as refused:
        move(programme, who, to, swapped=swapped)
    assert seating(programme) == before
    return refused.value.code


def line(one: str, other: str) -> None:
    world.person(one).direct_reports.add(world.person(other))


def wished(one: str, other: str) -> None:
    KeepApart.objects.create(person=world.person(one), other=world.person(other))


def other_language(one: str, other: str) -> None:
    Person.objects.filter(id=world.person(one).id).update(languages=["fi"])


def other_topic(one: str, other: str) -> None:
    Challenge.objects.filter(person=world.person(one)).update(topic=world.topic("feedback"))


def never_free(one: str, other: str) -> None:
    WorkingHours.objects.update_or_create(person=world.person(one), defaults={"weekdays": [], "starts": time(9), "ends": time(17)})


HIDDEN = (line, wished, other_language, other_topic, never_free)


@pytest.mark.parametrize("obstacle", HIDDEN, ids=lambda one: one.__name__)
def test_whatever_cannot_be_read_off_the_page_is_refused_in_the_same_words(
    programme: Programme, obstacle: Callable[[str, str], None]
) -> None:
    two_groups(programme, waiting=("ida",))
    obstacle("ida", "ana")
    bench = now(programme)

    preview = bench.preview(Move(key("ida"), at(bench, "ana").number))
    assert (preview.refused, preview.standings) == ("rules", {})
    assert refusal(programme, "ida", "ana") == "rules"


def test_chance_keeps_a_pair_apart_like_a_wish_but_never_one_that_the_engine_had_seated(programme: Programme) -> None:
    ids = free_ids(8)
    chance = next(one for one in itertools.count(1000) if apart(one, ids[0]) and not any(apart(one, other) for other in ids[1:]))
    two_groups(programme, waiting=("ida",), ids=[*ids, chance])
    assert refusal(programme, "ida", "ana") == "rules"
    move(programme, "ida", "eli")

    world.person(
        "jon",
        id=uuid.UUID(int=next(one for one in itertools.count(5000) if apart(one, chance) and not any(apart(one, other) for other in ids))),
    )
    wait("jon")
    assert refusal(programme, "jon", "ida") == "rules"
    assert not KeepApart.objects.exists()

    proposal = at(now(programme), "ana").proposal
    Seat.objects.create(
        proposal=proposal, person=world.person("ida"), number=5, invited_at=proposal.proposed_at, lapsed_at=LATER
    )  # as if the engine had seated them together
    move(programme, "ida", "ana")
    assert seating(programme) == groups("a b c d i", "e f g h")


@pytest.mark.parametrize(
    ("facts", "code"), [({"level": 3}, "level"), ({"site": "Leeds"}, "site"), ({"level": 3, "site": "Leeds"}, "level")], ids=["level", "site", "both"]
)  # fmt: skip
def test_what_can_be_read_off_the_page_is_said_before_anything_that_cannot(programme: Programme, facts: dict[str, Any], code: str) -> None:
    Programme.objects.filter(id=programme.id).update(is_on_site=True)
    programme.refresh_from_db()
    two_groups(programme)
    known = {**facts, "level": Level.objects.get(rank=facts["level"])} if "level" in facts else facts
    settle("ida", ids=[free_ids(9)[8]], **known)
    wished("ida", "ana")

    assert refusal(programme, "ida", "ana") == code


def test_a_group_keeps_its_size_and_a_locked_one_is_not_touched(programme: Programme) -> None:
    two_groups(programme, waiting=("ida", "jon", "kay"))
    for name in ("ida", "jon"):
        move(programme, name, "ana")
    assert refusal(programme, "kay", "ana") == "full"
    move(programme, "eli")
    assert refusal(programme, "flo") == "too_few"

    bench = now(programme)
    lock_table(programme, token=at(bench, "ana").token, is_locked=True, versions=versions(bench), now=LATER)
    assert refusal(programme, "ana") == refusal(programme, "flo", swapped="ana") == refusal(programme, "kay", "ana") == "locked"
    bench = now(programme)
    with pytest.raises(Refused, match="locked"):
        discard_table(programme, token=at(bench, "ana").token, versions=versions(bench), now=LATER)
    lock_table(programme, token=at(bench, "ana").token, is_locked=False, versions=versions(bench), now=LATER)
    move(programme, "ana")


def test_the_second_of_two_is_told_and_changes_nothing_unless_they_are_about_other_groups(programme: Programme) -> None:
    bench = two_groups(programme, waiting=("ida", "jon"))
    stale = versions(bench)
    move(programme, "ida", "ana")
    held = seating(programme)

    for act in (
        lambda: move_seat(programme, moving=moving(bench, "jon", "ana"), versions=stale, now=LATER),
        lambda: move_seat(programme, moving=moving(bench, "ida", "eli"), versions=stale, now=LATER),
        lambda: lock_table(programme, token=at(bench, "ana").token, is_locked=True, versions=stale, now=LATER),
        lambda: discard_table(programme, token=at(bench, "ana").token, versions=stale, now=LATER),
        lambda: release_tables(programme, token=at(bench, "ana").token, versions=stale, now=LATER),
        lambda: release_tables(programme, token="", versions=stale, now=LATER),
        lambda: seat_the_rest(programme, versions=stale, now=LATER),
    ):
        with pytest.raises(Refused, match="changed"):
            act()
    assert seating(programme) == held

    move(programme, "ben")
    with pytest.raises(Refused, match="changed"):
        move_seat(programme, moving=moving(bench, "ben", "eli"), versions=stale, now=LATER)
    move(programme, "ben", "ana")
    move_seat(programme, moving=moving(bench, "jon", "eli"), versions=stale, now=LATER)
    assert seating(programme) == groups("a b c d i", "e f g h j")


def leaves(name: str) -> None:
    world.person(name).leave(now=LATER)


def withdraws(name: str) -> None:
    Challenge.objects.get(person=world.person(name)).withdraw(now=LATER)


def is_seated_elsewhere(name: str) -> None:
    found_group(world.programme(), topic=world.topic(), sitters=[Sitter(one, None) for one in world.people(name, "leo", "max")], now=LATER)


@pytest.mark.parametrize("goes", [leaves, withdraws, is_seated_elsewhere], ids=lambda one: one.__name__)
def test_who_is_gone_meanwhile_sits_nowhere_and_counts_nowhere(programme: Programme, goes: Callable[[str], None]) -> None:
    bench = two_groups(programme, waiting=("ida",))
    known = moving(bench, "ana", "eli"), versions(bench)
    goes("ana")

    with pytest.raises(Refused, match="gone"):
        move_seat(programme, moving=known[0], versions=known[1], now=LATER)
    assert refusal(programme, "ben") == "too_few"
    move(programme, "ida", "ben")
    assert seating(programme) == groups("b c d i", "e f g h")
    bench = now(programme)
    assert release_tables(programme, token="", versions=versions(bench), now=LATER) == Released(2, 0, 0, 0)
    assert set(Notice.objects.filter(kind="seat_offer").values_list("person__external_id", flat=True)) == {*NAMES, "ida"} - {"ana"}


def test_the_rest_is_seated_anew_and_what_is_locked_stays(programme: Programme) -> None:
    bench = two_groups(programme, waiting=("ida", "jon"))
    locked = at(bench, "ana")
    answer_by = at(bench, "eli").proposal.answer_by
    lock_table(programme, token=locked.token, is_locked=True, versions=versions(bench), now=LATER)
    done = seat_the_rest(programme, versions=versions(now(programme)), now=LATER)

    assert done == Seated(kept=1, made=1, waiting=0)
    assert seating(programme) == groups("a b c d", "e f g h i j")
    new = at(now(programme), "ida").proposal
    assert (new.held_at, new.released_at, new.answer_by) == (LATER, None, answer_by)
    assert seat_the_rest(programme, versions=versions(now(programme)), now=LATER) == Seated(kept=2, made=0, waiting=0)
    assert Notice.objects.count() == 0


def test_a_group_that_a_rule_has_come_to_forbid_is_not_released_and_can_be_mended(programme: Programme) -> None:
    two_groups(programme)
    wished("ana", "ben")
    bench = now(programme)

    with pytest.raises(Refused, match="broken"):
        release_tables(programme, token=at(bench, "ana").token, versions=versions(bench), now=LATER)
    assert release_tables(programme, token="", versions=versions(bench), now=LATER) == Released(1, 0, 0, 1)
    move(programme, "ana")
    bench = now(programme)
    assert release_tables(programme, token=at(bench, "ben").token, versions=versions(bench), now=LATER) == Released(1, 0, 0, 0)


def test_dates_that_do_not_suit_somebody_who_comes_become_others(programme: Programme) -> None:
    two_groups(programme, waiting=("ida",))
    first = at(now(programme), "ana").proposal.first_at
    Busy.objects.create(person=world.person("ida"), starts_at=first, ends_at=first + timedelta(hours=1))
    move(programme, "ida", "ana")
    bench = now(programme)
    proposal = at(bench, "ana").proposal

    assert proposal.first_at != first
    assert bench.dates_suit(proposal, at(bench, "ana").keys)


def test_names_are_shown_for_a_while_and_every_time_is_written_down(programme: Programme) -> None:
    fay = world.person("fay")
    show_names(programme, by=fay, now=MONDAY)
    show_names(programme, by=fay, now=LATER)
    hide_names(programme, by=fay, now=LATER)
    show_names(programme, by=fay, now=LATER)

    assert list(NamesShown.objects.values_list("person", "shown_at", "hidden_at")) == [(fay.id, LATER, None), (fay.id, MONDAY, LATER)]
    assert not NamesShown.objects.current(now=LATER + NAMES_FOR).exists()


def test_who_waits_is_told_to_l_and_d_by_what_would_seat_them_in_general(programme: Programme) -> None:
    two_groups(programme)
    ids = free_ids(13)[8:]
    settle("ida", ids=ids[:1], level=Level.objects.get(rank=3))
    settle("jon", ids=ids[1:2])
    wait("kay", topic=world.topic("feedback"))
    for other in NAMES:
        wished("jon", other)
    told = now(programme).what_would_seat()

    assert {name: told[key(name)] for name in ("ida", "jon", "kay")} == {"ida": "level", "jon": "rules", "kay": "topic"}


def test_all_groups_are_not_released_when_one_that_was_seen_is_gone(programme: Programme) -> None:
    bench = two_groups(programme)
    discard_table(programme, token=at(bench, "ana").token, versions=versions(bench), now=LATER)

    with pytest.raises(Refused, match="changed"):
        release_tables(programme, token="", versions=versions(bench), now=LATER)
    assert Notice.objects.count() == 0
