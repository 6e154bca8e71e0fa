"""The simulated members: what they do in every way to hold a first session, by themselves and over the real addresses."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from reconvene.groups.models import Pact
from reconvene.guides.script import Protocol
from reconvene.playbook.models import Strategy
from reconvene.practice.models import Plan
from reconvene.rooms import conductor
from reconvene.rooms.jobs import close_forgotten_rooms
from reconvene.rooms.models import Addition, Cause, Idea, Lesson, Mark, Score, Vote
from reconvene.rooms.rules import Move
from reconvene.rooms.simulation import Act, View, acts
from reconvene.rooms.state import RoomState
from reconvene.scheduling.models import Rsvp
from reconvene.surveys.models import Response
from tests.faults.hall import IS_FULL
from tests.rooms import scripts
from tests.rooms.play import Table, a_table
from tests.world import MONDAY

SIX = ("a", "b", "c", "d", "e", "f")
SCALE = ("0", "1", "2", "3", "4", "5")
BOXES = {
    "causes": {"text": (), "whose": ("mine", "ours", "theirs")},
    "cards": {"mark-one": ("new", "tried", "would")},
    "ideas": {"idea-one": (), "idea-two": (), "idea-three": ()},
    "score": {"help-one": SCALE, "do-one": SCALE},
    "plan": {"if_cue": (), "then_action": ()},
    "close": {"item-usable": SCALE},
    "turns": {"kind": ("same_here", "question"), "did": ()},
    "lessons": {"when-one": (), "doing-one": ()},
    "choices": {"outcome": ("again", "new_topic", "finish")},
    "rounds": {"kind": ("same_here", "question")},
    "tell": {"kind": ("same_here", "question")},
}
MOVES = {Move.DONE: conductor.mark_done, Move.PASS: conductor.pass_turn, Move.OFFER: conductor.offer_case}


def opened(protocol: Protocol, people: tuple[str, ...] = SIX) -> RoomState:
    return conductor.open_room(protocol, host=people[0], present=people, order=people, now=MONDAY)


def carried_out(state: RoomState, act: Act, by: str) -> RoomState:
    move = act.fields.get("move") or ("done" if "done" in act.fields else "")
    return MOVES[Move(move)](state, by=by, now=act.at) if move else state


def played(protocol: Protocol, people: tuple[str, ...], seed: int = 0) -> list[tuple[str, Act]]:
    """All acts of a session in which nobody else does anything, each by whom."""
    state, made, now = opened(protocol, people), list[tuple[str, Act]](), MONDAY
    while state.closed_at is None:
        keys = {act.key for _, act in made}
        wanted = [(me, act) for me in people for act in acts(View(me, state, BOXES.get(state.current.kind, {}), seed))]
        due = [(me, act) for me, act in wanted if act.at <= now and act.key not in keys]
        if due:
            made.append(due[0])
            state = carried_out(state, due[0][1], due[0][0])
        else:
            now += timedelta(seconds=10)
            state = conductor.settle_clock(state, now)
    return made


@pytest.mark.parametrize(("make", "people"), [(scripts.first, SIX), (scripts.case, SIX), (scripts.trio, SIX[:3])])
def test_every_member_agrees_plans_comes_back_and_answers(make: Callable[[], Protocol], people: tuple[str, ...]) -> None:
    made = played(make(), people)
    for name in ("pact", "plan", "dates", "survey"):
        assert sorted(me for me, act in made if act.name == name) == sorted(people), name


def test_in_one_topic_everybody_writes_at_every_silent_part_and_some_hand_over_cards() -> None:
    made = played(scripts.first(), SIX)
    for name in ("causes", "marks", "ideas", "scores"):
        assert {me for me, act in made if act.name == name} == set(SIX), name
    assert any(act.name == "cards" for _, act in made)
    assert {me for me, act in made if act.fields.get("move") == Move.PASS} >= set(SIX[1:]), "speakers end their turns"


def test_in_one_case_somebody_offers_and_whoever_has_offered_does_not_tap_again() -> None:
    whose = conductor.next_step(opened(scripts.case()), by="a", now=MONDAY)
    offering = [me for me in SIX if acts(View(me, whose))]
    assert offering
    for me in offering:
        assert not acts(View(me, conductor.offer_case(whose, by=me, now=MONDAY)))


def test_the_same_seed_does_the_same_and_another_seed_something_else() -> None:
    assert played(scripts.first(), SIX, 3) == played(scripts.first(), SIX, 3)
    assert played(scripts.first(), SIX, 3) != played(scripts.first(), SIX, 4)


def test_nobody_does_anything_in_a_pause_after_leaving_or_when_it_is_over() -> None:
    state = opened(scripts.first())
    assert acts(View("b", state))
    assert not acts(View("b", conductor.pause(state, by="a", now=MONDAY)))
    assert not acts(View("b", conductor.depart(state, person="b", now=MONDAY)))
    assert not acts(View("b", replace(state, closed_at=MONDAY)))


def test_a_pause_puts_off_what_was_still_to_come() -> None:
    state, later = opened(scripts.first()), timedelta(minutes=7)
    stood = conductor.go_on(conductor.pause(state, by="a", now=MONDAY), by="a", now=MONDAY + later)
    (before,), (after,) = acts(View("b", state)), acts(View("b", stood))
    assert after.at == before.at + later and after.key == before.key


def test_in_the_second_session_everybody_reports_writes_a_lesson_and_votes() -> None:
    made = played(scripts.reconvene(), SIX)
    for name in ("report", "lessons", "scores", "plan", "vote", "survey"):
        assert sorted(me for me, act in made if act.name == name) == sorted(SIX), name


EVERY_MODE = [
    ("topic", ("ana", "ben", "cho", "dan", "eli", "flo")),
    ("case", ("ana", "ben", "cho", "dan", "eli", "flo")),
    ("trio", ("ana", "ben", "cho")),
    ("seven", ("ana", "ben", "cho", "dan")),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("mode", "names"), EVERY_MODE if IS_FULL else EVERY_MODE[1:3])
def test_a_first_session_in_each_mode_runs_from_arriving_to_closing_over_the_real_addresses(mode: str, names: tuple[str, ...]) -> None:
    table = a_table(*names)
    table.enter()
    table.tell("ana", "begin", mode=mode)

    table.run()
    close_forgotten_rooms(table.now)

    people = len(names)
    assert table.room.closed_at is not None and "The session is over" in table.text("ben")
    assert [rows.objects.count() for rows in (Pact, Plan, Response)] == [people] * 3
    assert Rsvp.objects.filter(answer="yes", session__kind="reconvene").count() == people
    if mode in ("topic", "case"):
        assert Cause.objects.count() >= people - 1 and Idea.objects.count() >= people - 1
    if mode == "topic":
        assert Addition.objects.count() == people and Score.objects.values("person").distinct().count() == people
        assert Mark.objects.values("person").distinct().count() in (0, people), "marks, where the topic has a guide"


@pytest.mark.django_db
def test_the_second_session_runs_too_and_what_nobody_settled_is_not_published() -> None:
    first = a_table("ana", "ben", "cho")
    first.enter()
    first.tell("ana", "begin", mode="topic")
    first.run()
    close_forgotten_rooms(first.now)
    table = Table(first.group, "reconvene")
    table.begin()

    table.run()
    close_forgotten_rooms(table.now)

    cycle = table.session.cycle
    cycle.refresh_from_db()
    assert table.room.closed_at is not None and cycle.closed_at is not None
    assert [rows.objects.filter(room=table.room).count() for rows in (Lesson, Vote)] == [3, 0], "votes are forgotten"
    assert not Strategy.objects.exists()
