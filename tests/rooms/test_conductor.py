import contextlib
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconvene.guides.script import Protocol
from reconvene.rooms import conductor, saved, state
from reconvene.rooms.state import RoomState
from tests.rooms import scripts

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
SIX = ("ana", "ben", "cho", "dan", "eli", "flo")


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def a_room(present: tuple[str, ...] = SIX) -> RoomState:
    return conductor.open_room(scripts.first(), host="ana", present=present, order=present, now=NOON)


def a_room_at(kind: str, present: tuple[str, ...] = SIX, now: datetime = NOON) -> RoomState:
    room = a_room(present)
    while room.current.kind != kind:
        room = conductor.next_step(room, by="ana", now=now)
    return room


def test_a_room_opens_with_its_first_step_and_its_full_length() -> None:
    room = a_room()
    assert (room.current.kind, room.step_ends_at, room.ends_at) == ("arrive", NOON + minutes(5), NOON + minutes(90))
    assert room.order == ("ben", "cho", "dan", "eli", "flo", "ana"), "the host speaks last"


def test_only_the_host_moves_the_room_on() -> None:
    room = a_room()
    assert conductor.next_step(room, by="ana", now=NOON).current.kind == "question"
    for move in (conductor.next_step, conductor.previous_step, conductor.next_part, conductor.extend, conductor.close, conductor.end_turn):
        with pytest.raises(state.NotTheHost):
            move(room, by="ben", now=NOON)


def test_back_and_forth_loses_no_step() -> None:
    room = a_room_at("causes")
    back = conductor.previous_step(room, by="ana", now=NOON)
    assert back.current.kind == "ask"
    assert conductor.next_step(back, by="ana", now=NOON).current == room.current


@pytest.mark.parametrize(("people", "seconds"), [(3, 360), (4, 270), (5, 216), (6, 180)])
def test_turns_are_equal_shares_of_the_telling(people: int, seconds: int) -> None:
    room = a_room_at("turns", SIX[:people])
    telling = conductor.settle_clock(room, NOON + minutes(2))
    assert telling.holder == "ben" and telling.turn_ends_at == NOON + minutes(2) + timedelta(seconds=seconds)
    assert conductor.settle_clock(telling, NOON + minutes(2) + timedelta(seconds=seconds)).holder == "cho"
    last = conductor.settle_clock(telling, NOON + minutes(19.9))
    assert last.holder == "ana" and last.turn == people - 1
    assert last.turn_ends_at == NOON + minutes(20), "the last one has as much as the first"


def test_one_who_passes_gives_the_floor_on_and_may_take_it_later() -> None:
    telling = conductor.settle_clock(a_room_at("turns"), NOON + minutes(2))
    passed = conductor.pass_turn(telling, by="ben", now=NOON + minutes(2))
    assert passed.holder == "cho"
    back = conductor.take_turn(passed, by="ben", now=NOON + minutes(3))
    assert back.order[back.turn :] == ("cho", "dan", "eli", "flo", "ben", "ana") and back.holder == "cho"
    with pytest.raises(state.NotYourTurn):
        conductor.take_turn(back, by="dan", now=NOON + minutes(3))


def test_one_who_passes_before_their_turn_is_not_called() -> None:
    telling = conductor.settle_clock(a_room_at("turns"), NOON + minutes(2))
    passed = conductor.pass_turn(telling, by="dan", now=NOON + minutes(2))
    assert passed.holder == "ben" and "dan" not in passed.order
    spoken = conductor.pass_turn(telling, by="ben", now=NOON + minutes(2))
    with pytest.raises(state.NotYourTurn):
        conductor.pass_turn(spoken, by="ben", now=NOON + minutes(2))


def test_silent_writing_is_revealed_when_its_time_ends() -> None:
    room = a_room_at("ideas")
    assert conductor.settle_clock(room, NOON + minutes(3.9)).part == 0
    building = conductor.settle_clock(room, NOON + minutes(4))
    assert building.part == 1 and not building.is_revealed
    reading = conductor.settle_clock(room, NOON + minutes(8))
    assert reading.part == 2 and reading.is_revealed


def test_silent_writing_is_revealed_when_everybody_has_written() -> None:
    room = a_room_at("causes")
    for person in SIX[:-1]:
        room = conductor.mark_done(room, by=person, now=NOON)
    assert not room.is_revealed and room.done == SIX[:-1]
    assert conductor.mark_done(room, by="flo", now=NOON).is_revealed


def test_scores_of_a_step_without_parts_are_revealed_when_all_have_scored_or_time_is_up() -> None:
    room = a_room_at("score")
    assert not room.is_revealed
    assert conductor.settle_clock(room, NOON + minutes(5)).is_revealed
    for person in SIX:
        room = conductor.mark_done(room, by=person, now=NOON)
    assert room.is_revealed and room.current.kind == "score"


def test_a_step_may_run_over_by_a_fifth_and_then_the_room_goes_on() -> None:
    room = a_room()
    over = conductor.settle_clock(room, NOON + minutes(5.9))
    assert over.current.kind == "arrive" and over.is_time_up(NOON + minutes(5.9))
    assert conductor.settle_clock(room, NOON + minutes(6)).current.kind == "question"


def test_a_step_that_was_made_longer_does_not_run_over_as_well() -> None:
    longer = conductor.extend(a_room(), by="ana", now=NOON + minutes(4))
    assert longer.step_ends_at == longer.overrun_ends_at == NOON + minutes(6)
    assert conductor.settle_clock(longer, NOON + minutes(6)).current.kind == "question"


def test_a_step_that_may_not_overrun_ends_in_time() -> None:
    room = a_room_at("date")
    assert conductor.settle_clock(room, NOON + minutes(2)).current.kind == "close"


def test_who_is_late_is_told_which_steps_give_and_the_plan_never_does() -> None:
    late = conductor.next_step(a_room_at("ask"), by="ana", now=NOON + minutes(40))
    assert late.current.kind == "causes"
    assert late.taken == (("cards", 4 * 60),), "new input gives first: 54 minutes are planned and 50 are left"
    later = conductor.next_step(a_room_at("ask"), by="ana", now=NOON + minutes(46))
    assert [key for key, _ in later.taken] == ["cards", "gap", "date", "close"]
    assert sum(seconds for _, seconds in later.taken) == 10 * 60
    assert conductor.next_step(late, by="ana", now=NOON + minutes(44)).taken == (), "told once"


def test_the_host_may_let_the_session_end_later_instead_by_a_quarter_of_an_hour_at_most() -> None:
    late = conductor.next_step(a_room_at("ask"), by="ana", now=NOON + minutes(40))
    later = conductor.end_later(late, by="ana", now=NOON + minutes(41))
    assert later.ends_at == NOON + minutes(94) and later.taken == ()
    assert {step.key: step.seconds for step in later.steps}["cards"] == 8 * 60
    with pytest.raises(state.NotTheHost):
        conductor.end_later(late, by="ben", now=NOON)
    very_late = conductor.next_step(a_room_at("ask"), by="ana", now=NOON + minutes(60))
    assert conductor.end_later(very_late, by="ana", now=NOON + minutes(60)).ends_at <= NOON + minutes(105)


def test_a_pause_stops_every_clock_and_later_steps_make_up_for_it() -> None:
    room = conductor.settle_clock(a_room_at("turns"), NOON + minutes(2))
    paused = conductor.pause(room, by="cho", now=NOON + minutes(3))
    assert conductor.settle_clock(paused, NOON + minutes(30)) == paused
    on = conductor.go_on(paused, by="dan", now=NOON + minutes(7))
    assert on.paused_at is None and on.turn_ends_at == room.turn_ends_at + minutes(4) and on.step_ends_at == room.step_ends_at + minutes(4)
    assert on.ends_at == room.ends_at and on.overran == 240


def test_a_step_is_extended_by_a_fifth_once() -> None:
    room = a_room_at("ask")
    longer = conductor.extend(room, by="ana", now=NOON)
    assert longer.step_ends_at == room.step_ends_at + timedelta(seconds=96)
    with pytest.raises(state.AlreadyExtended):
        conductor.extend(longer, by="ana", now=NOON)


def test_lost_time_is_taken_from_new_input_first_and_never_from_the_plan() -> None:
    room = conductor.next_step(a_room_at("causes"), by="ana", now=NOON + minutes(36))
    lengths = {step.kind: step.seconds for step in room.steps}
    assert lengths["cards"] == 8 * 60 and lengths["plan"] == 12 * 60, "36 minutes are not late: the session has 54 left for 50"
    late = conductor.next_step(a_room_at("causes"), by="ana", now=NOON + minutes(43))
    cut = {step.kind: step.seconds for step in late.steps}
    assert (cut["cards"], cut["gap"], cut["ideas"], cut["plan"]) == (5 * 60, 5 * 60, 15 * 60, 12 * 60)


def test_someone_late_gets_a_turn_before_the_host() -> None:
    telling = conductor.settle_clock(a_room_at("turns", SIX[:4]), NOON + minutes(2))
    more = conductor.arrive(telling, person="flo", now=NOON + minutes(3))
    assert more.order == ("ben", "cho", "dan", "flo", "ana") and more.present[-1] == "flo"
    assert conductor.arrive(more, person="flo", now=NOON + minutes(4)) == more


def test_when_the_host_leaves_the_next_member_hosts_and_speaks_last() -> None:
    room = conductor.depart(a_room(), person="ana", now=NOON)
    assert room.host == "ben" and room.order == ("cho", "dan", "eli", "flo", "ben")


def test_a_speaker_who_leaves_hands_the_floor_on() -> None:
    telling = conductor.settle_clock(a_room_at("turns"), NOON + minutes(2))
    left = conductor.depart(telling, person="ben", now=NOON + minutes(3))
    assert left.holder == "cho" and "ben" not in left.order


def test_the_last_one_to_leave_closes_the_room() -> None:
    room = a_room(("ana",))
    assert conductor.depart(room, person="ana", now=NOON).closed_at == NOON


def test_hosting_is_handed_over_and_taken_only_when_the_host_is_away() -> None:
    assert conductor.hand_over(a_room(), to="cho", by="ana").host == "cho"
    with pytest.raises(state.NotTheHost):
        conductor.hand_over(a_room(), to="cho", by="cho")
    assert conductor.hand_over(a_room(), to="cho", by="cho", host_is_away=True).host == "cho"
    with pytest.raises(state.NotPresent):
        conductor.hand_over(a_room(), to="gil", by="ana")


def test_a_room_that_nobody_touches_goes_through_every_step_and_closes_itself() -> None:
    kinds, room, now = [], a_room(), NOON
    while room.closed_at is None:
        kinds += [room.current.kind] if room.current.kind not in kinds else []
        now += timedelta(seconds=30)
        room = conductor.settle_clock(room, now)
    assert kinds == [step.kind for step in scripts.first().steps]
    assert NOON + minutes(90) <= room.closed_at <= NOON + minutes(105)


def test_a_forgotten_pause_closes_the_room_and_a_long_one_does_not() -> None:
    early, late = (
        conductor.pause(a_room(), by="ana", now=NOON),
        conductor.pause(a_room_at("plan", now=NOON), by="ana", now=NOON + minutes(80)),
    )
    assert conductor.settle_clock(early, NOON + minutes(104)).closed_at is None
    assert conductor.settle_clock(early, NOON + minutes(300)).closed_at == NOON + minutes(105)
    assert conductor.settle_clock(late, NOON + minutes(139)).closed_at is None
    assert conductor.settle_clock(late, NOON + minutes(300)).closed_at == NOON + minutes(140)


def a_trio(order: tuple[str, ...] = SIX[:3]) -> RoomState:
    room = conductor.open_room(scripts.trio(), host="ana", present=order, order=order, now=NOON)
    return conductor.next_step(room, by="ana", now=NOON)


def test_in_rounds_everybody_has_the_same_time_with_every_part_in_it() -> None:
    seen, room = [], a_trio()
    for minute in range(60):
        room = conductor.settle_clock(room, NOON + minutes(minute))
        seen.append((room.holder, room.current_part.key))
    rounds = [
        (person, part)
        for person in ("ben", "cho", "ana")
        for part, long in (("tell", 5), ("ask", 4), ("talk", 8), ("useful", 3))
        for _ in range(long)
    ]
    assert seen == rounds


def test_a_round_that_is_passed_gives_its_time_to_the_others() -> None:
    passed = conductor.pass_turn(a_trio(), by="ben", now=NOON + minutes(0))
    assert passed.holder == "cho" and passed.turn_ends_at == NOON + minutes(30)
    assert passed.current_part.key == "tell" and passed.part_ends_at == NOON + minutes(7.5)


def test_the_host_goes_from_part_to_part_and_from_round_to_round() -> None:
    room = a_trio()
    for _ in range(4):
        room = conductor.next_part(room, by="ana", now=NOON + minutes(1))
    assert (room.holder, room.current_part.key) == ("cho", "tell")
    assert conductor.end_turn(room, by="ana", now=NOON + minutes(2)).holder == "ana"


def test_when_the_last_speaker_leaves_the_rounds_are_over_and_what_is_left_is_for_talk() -> None:
    last = conductor.settle_clock(a_trio(), NOON + minutes(41))
    assert (last.holder, last.current_part.key) == ("ana", "tell")
    left = conductor.depart(last, person="ana", now=NOON + minutes(41))

    assert (left.holder, left.current_part.key, left.part_ends_at) == (None, "useful", NOON + minutes(60))
    later = [conductor.settle_clock(left, NOON + minutes(minute)) for minute in range(42, 60)]
    assert {(one.current.key, one.holder, one.part) for one in later} == {(left.current.key, None, left.part)}
    assert conductor.next_part(left, by="ben", now=NOON + minutes(42)).step == left.step + 1


def test_whoever_comes_late_to_rounds_has_a_round_before_the_host() -> None:
    room = conductor.arrive(a_trio(("ana", "ben")), person="cho", now=NOON + minutes(2))
    assert room.order == ("ben", "cho", "ana")


def a_case(now: datetime = NOON) -> RoomState:
    room = conductor.open_room(scripts.case(), host="ana", present=SIX[:4], order=SIX[:4], now=now)
    return conductor.next_step(room, by="ana", now=now)


def test_the_host_says_whose_case_it_is_and_that_person_has_the_floor() -> None:
    room = conductor.offer_case(conductor.offer_case(a_case(), by="dan", now=NOON), by="cho", now=NOON)
    assert room.offers == ("dan", "cho")
    assert conductor.offer_case(room, by="dan", now=NOON).offers == ("cho",), "tapping again takes it back"
    with pytest.raises(state.NotTheHost):
        conductor.give_case(room, to="cho", by="cho", now=NOON)
    told = conductor.next_step(conductor.give_case(room, to="cho", by="ana", now=NOON), by="ana", now=NOON)
    assert (told.current.kind, told.holder) == ("tell", "cho")


def test_without_a_choice_the_first_who_offered_tells_and_when_they_leave_the_next() -> None:
    room = conductor.offer_case(conductor.offer_case(a_case(), by="dan", now=NOON), by="cho", now=NOON)
    told = conductor.next_step(room, by="ana", now=NOON)
    assert told.holder == "dan"
    gone = conductor.depart(told, person="dan", now=NOON)
    assert gone.holder is None
    while gone.current.kind != "reply":
        gone = conductor.next_step(gone, by="ana", now=NOON)
    assert gone.holder == "cho"


def test_without_an_offer_somebody_tells_all_the_same() -> None:
    assert conductor.next_step(a_case(), by="ana", now=NOON).holder == "ben"


def test_nothing_moves_in_a_closed_room() -> None:
    closed = conductor.close(a_room(), by="ana", now=NOON)
    for move in (conductor.next_step, conductor.pause, conductor.go_on, conductor.pass_turn, conductor.extend, conductor.mark_done):
        with pytest.raises(state.RoomIsClosed):
            move(closed, by="ana", now=NOON)
    with pytest.raises(state.RoomIsClosed):
        conductor.arrive(closed, person="gil", now=NOON)


MOVES = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "next",
                "back",
                "part",
                "pass",
                "take",
                "done",
                "pause",
                "go_on",
                "extend",
                "later",
                "offer",
                "arrive",
                "depart",
                "hand",
                "turn",
                "case",
                "wait",
            ]
        ),
        st.sampled_from(SIX),
        st.integers(0, 400),
    ),
    max_size=60,
)


def play(moves: list[tuple[str, str, int]], protocol: Protocol | None = None) -> list[tuple[RoomState, datetime]]:
    """Every state of a random history, settled at each moment, as the actions do."""
    acts = {
        "next": conductor.next_step, "back": conductor.previous_step, "part": conductor.next_part, "pass": conductor.pass_turn, "take": conductor.take_turn,
        "done": conductor.mark_done, "pause": conductor.pause, "go_on": conductor.go_on, "extend": conductor.extend, "turn": conductor.end_turn,
        "later": conductor.end_later, "offer": conductor.offer_case,
    }  # fmt: skip
    room, now = conductor.open_room(protocol or scripts.first(), host="ana", present=SIX[:4], order=SIX[:4], now=NOON), NOON
    seen = [(room, now)]
    for move, person, seconds in moves:
        now += timedelta(seconds=seconds)
        room = conductor.settle_clock(room, now)
        try:
            if move in acts:
                room = acts[move](room, by=person, now=now)
            elif move == "arrive":
                room = conductor.arrive(room, person=person, now=now)
            elif move == "depart":
                room = conductor.depart(room, person=person, now=now)
            elif move == "case":
                room = conductor.give_case(room, to=person, by=room.host, now=now)
            elif move == "hand":
                room = conductor.hand_over(room, to=person, by=room.host)
        except state.RoomError:
            pass
        seen.append((room, now))
    return seen


HISTORIES = int(os.environ.get("RECONVENE_HISTORIES", "150"))  # `make test-faults` plays 10,000
PROTOCOLS = st.sampled_from([scripts.first(), scripts.reconvene(), scripts.trio(), scripts.case()])
many = settings(max_examples=HISTORIES, deadline=None)


@many
@given(moves=MOVES, protocol=PROTOCOLS)
def test_in_every_history_steps_stay_whole_and_the_plan_keeps_its_time(moves: list[tuple[str, str, int]], protocol: Protocol) -> None:
    keys = [step.key for step in protocol.steps]
    plan = next(step.minutes * 60 for step in protocol.steps if step.kind == "plan")
    for room, now in play(moves, protocol):
        assert [step.key for step in room.steps] == keys
        assert next(step for step in room.steps if step.kind == "plan").seconds == plan
        for step in room.steps:
            assert sum(part.seconds for part in step.parts) == step.seconds and 60 <= step.seconds <= step.planned
        ahead = sum(step.seconds for step in room.steps[room.step :])
        least = sum(step.planned if step.protected else 60 for step in room.steps[room.step :])
        if room.overran == 0:
            assert ahead <= max(least, int((room.ends_at - room.step_started_at).total_seconds()))
        assert room.ends_at <= room.planned_end + state.GRACE
        assert room.host in room.present or room.closed_at
        assert room.holder is None or room.holder in SIX
        assert room.giver == "" or room.giver in room.present or room.closed_at
        assert len(set(room.order)) == len(room.order)
        assert room.overrun_ends_at - room.step_ends_at <= room.current.seconds * timedelta(seconds=0.2)
        assert room.closed_at is None or room.closed_at <= now


@many
@given(moves=MOVES, first=st.integers(0, 9000), second=st.integers(0, 9000), protocol=PROTOCOLS)
def test_the_clock_settles_to_the_same_state_however_often_it_is_looked_at(
    moves: list[tuple[str, str, int]], first: int, second: int, protocol: Protocol
) -> None:
    room, now = play(moves, protocol)[-1]
    early, late = now + timedelta(seconds=min(first, second)), now + timedelta(seconds=max(first, second))
    assert conductor.settle_clock(conductor.settle_clock(room, early), late) == conductor.settle_clock(room, late)


@many
@given(moves=MOVES, protocol=PROTOCOLS)
def test_from_every_state_there_is_a_way_to_the_end(moves: list[tuple[str, str, int]], protocol: Protocol) -> None:
    room, now = play(moves, protocol)[-1]
    alone = conductor.settle_clock(room, now + minutes(1000))
    assert alone.closed_at is not None, "it closes when nobody touches it"
    assert room.closed_at or alone.closed_at >= room.first_moment, "before that nobody looks whether it has"
    while room.closed_at is None and not room.is_last_step:
        room = conductor.next_step(room, by=room.host, now=now)
    assert room.closed_at or conductor.close(room, by=room.host, now=now).closed_at == now


@many
@given(
    present=st.integers(1, 6),
    protocol=PROTOCOLS,
    taps=st.lists(
        st.tuples(st.sampled_from(["done", "pass", "arrive", "take", "offer"]), st.sampled_from(SIX), st.integers(0, 300)), max_size=40
    ),
)
def test_without_a_pause_and_without_the_host_every_session_ends_within_its_time_and_grace_with_a_whole_plan(
    present: int, protocol: Protocol, taps: list[tuple[str, str, int]]
) -> None:
    people = SIX[:present]
    room, now, begun = conductor.open_room(protocol, host=people[0], present=people, order=people, now=NOON), NOON, {}
    acts = {"done": conductor.mark_done, "pass": conductor.pass_turn, "take": conductor.take_turn, "offer": conductor.offer_case}
    due = {NOON + timedelta(seconds=at): (move, person) for move, person, at in taps}
    while room.closed_at is None:
        now += timedelta(seconds=20)
        room = conductor.settle_clock(room, now)
        begun.setdefault(room.step, room.step_started_at)
        for at in [at for at in due if at <= now]:
            move, person = due.pop(at)
            with contextlib.suppress(state.RoomError):
                room = conductor.arrive(room, person=person, now=now) if move == "arrive" else acts[move](room, by=person, now=now)
    assert room.closed_at <= room.planned_end + state.GRACE
    assert room.is_last_step, "every step had its turn"
    plan = next(number for number, step in enumerate(protocol.steps) if step.kind == "plan")
    assert begun[plan + 1] - begun[plan] >= minutes(protocol.steps[plan].minutes), "the plan had all of its minutes"


@many
@given(moves=MOVES, protocol=PROTOCOLS)
def test_every_state_survives_json_exactly(moves: list[tuple[str, str, int]], protocol: Protocol) -> None:
    for room, _ in play(moves, protocol):
        assert saved.from_json(json.loads(json.dumps(saved.to_json(room)))) == room
        assert saved.from_json(saved.to_json(replace(room, closed_at=NOON))).closed_at == NOON
