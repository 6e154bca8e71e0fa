import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconvene.rooms import saved, state
from reconvene.rooms.state import RoomState
from tests.rooms import scripts

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
SIX = ("ana", "ben", "cho", "dan", "eli", "flo")


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def a_room(present: tuple[str, ...] = SIX) -> RoomState:
    return state.open_room(scripts.first(), host="ana", present=present, order=present, now=NOON)


def a_room_at(kind: str, present: tuple[str, ...] = SIX, now: datetime = NOON) -> RoomState:
    room = a_room(present)
    while room.current.kind != kind:
        room = state.next_step(room, by="ana", now=now)
    return room


def test_a_room_opens_with_its_first_step_and_its_full_length() -> None:
    room = a_room()
    assert (room.current.kind, room.step_ends_at, room.ends_at) == ("arrive", NOON + minutes(5), NOON + minutes(90))
    assert room.order == ("ben", "cho", "dan", "eli", "flo", "ana"), "the host speaks last"


def test_only_the_host_moves_the_room_on() -> None:
    room = a_room()
    assert state.next_step(room, by="ana", now=NOON).current.kind == "question"
    for move in (state.next_step, state.previous_step, state.next_part, state.extend, state.close, state.end_turn):
        with pytest.raises(state.NotTheHost):
            move(room, by="ben", now=NOON)


def test_back_and_forth_loses_no_step() -> None:
    room = a_room_at("causes")
    back = state.previous_step(room, by="ana", now=NOON)
    assert back.current.kind == "ask"
    assert state.next_step(back, by="ana", now=NOON).current == room.current


@pytest.mark.parametrize(("people", "seconds"), [(3, 360), (4, 270), (5, 216), (6, 180)])
def test_turns_are_equal_shares_of_the_telling(people: int, seconds: int) -> None:
    room = a_room_at("turns", SIX[:people])
    telling = state.settle_clock(room, NOON + minutes(2))
    assert telling.holder == "ben" and telling.turn_ends_at == NOON + minutes(2) + timedelta(seconds=seconds)
    assert state.settle_clock(telling, NOON + minutes(2) + timedelta(seconds=seconds)).holder == "cho"
    last = state.settle_clock(telling, NOON + minutes(19.9))
    assert last.holder == "ana" and last.turn == people - 1
    assert last.turn_ends_at == NOON + minutes(20), "the last one has as much as the first"


def test_one_who_passes_gives_the_floor_on_and_may_take_it_later() -> None:
    telling = state.settle_clock(a_room_at("turns"), NOON + minutes(2))
    passed = state.pass_turn(telling, by="ben", now=NOON + minutes(2))
    assert passed.holder == "cho"
    back = state.take_turn(passed, by="ben", now=NOON + minutes(3))
    assert back.order[back.turn :] == ("cho", "dan", "eli", "flo", "ben", "ana") and back.holder == "cho"
    with pytest.raises(state.NotYourTurn):
        state.take_turn(back, by="dan", now=NOON + minutes(3))


def test_one_who_passes_before_their_turn_is_not_called() -> None:
    telling = state.settle_clock(a_room_at("turns"), NOON + minutes(2))
    passed = state.pass_turn(telling, by="dan", now=NOON + minutes(2))
    assert passed.holder == "ben" and "dan" not in passed.order
    spoken = state.pass_turn(telling, by="ben", now=NOON + minutes(2))
    with pytest.raises(state.NotYourTurn):
        state.pass_turn(spoken, by="ben", now=NOON + minutes(2))


def test_silent_writing_is_revealed_when_its_time_ends() -> None:
    room = a_room_at("ideas")
    assert state.settle_clock(room, NOON + minutes(3.9)).part == 0
    building = state.settle_clock(room, NOON + minutes(4))
    assert building.part == 1 and not building.is_revealed
    reading = state.settle_clock(room, NOON + minutes(8))
    assert reading.part == 2 and reading.is_revealed


def test_silent_writing_is_revealed_when_everybody_has_written() -> None:
    room = a_room_at("causes")
    for person in SIX[:-1]:
        room = state.mark_done(room, by=person, now=NOON)
    assert not room.is_revealed and room.done == SIX[:-1]
    assert state.mark_done(room, by="flo", now=NOON).is_revealed


def test_scores_of_a_step_without_parts_are_revealed_when_all_have_scored_or_time_is_up() -> None:
    room = a_room_at("score")
    assert not room.is_revealed
    assert state.settle_clock(room, NOON + minutes(5)).is_revealed
    for person in SIX:
        room = state.mark_done(room, by=person, now=NOON)
    assert room.is_revealed and room.current.kind == "score"


def test_a_step_whose_time_is_up_waits_for_the_host_but_not_for_ever() -> None:
    room = a_room()
    waiting = state.settle_clock(room, NOON + minutes(6))
    assert waiting.current.kind == "arrive" and waiting.is_time_up(NOON + minutes(6))
    assert state.settle_clock(room, NOON + minutes(10)).current.kind == "question"


def test_a_pause_stops_every_clock_and_later_steps_make_up_for_it() -> None:
    room = state.settle_clock(a_room_at("turns"), NOON + minutes(2))
    paused = state.pause(room, by="cho", now=NOON + minutes(3))
    assert state.settle_clock(paused, NOON + minutes(30)) == paused
    on = state.go_on(paused, by="dan", now=NOON + minutes(7))
    assert on.paused_at is None and on.turn_ends_at == room.turn_ends_at + minutes(4) and on.step_ends_at == room.step_ends_at + minutes(4)
    assert on.ends_at == room.ends_at and on.overran == 240


def test_a_step_is_extended_by_a_fifth_once() -> None:
    room = a_room_at("ask")
    longer = state.extend(room, by="ana", now=NOON)
    assert longer.step_ends_at == room.step_ends_at + timedelta(seconds=96)
    with pytest.raises(state.AlreadyExtended):
        state.extend(longer, by="ana", now=NOON)


def test_lost_time_is_taken_from_new_input_first_and_never_from_the_plan() -> None:
    room = state.next_step(a_room_at("causes"), by="ana", now=NOON + minutes(36))
    lengths = {step.kind: step.seconds for step in room.steps}
    assert lengths["cards"] == 8 * 60 and lengths["plan"] == 12 * 60, "36 minutes are not late: the session has 54 left for 50"
    late = state.next_step(a_room_at("causes"), by="ana", now=NOON + minutes(43))
    cut = {step.kind: step.seconds for step in late.steps}
    assert (cut["cards"], cut["gap"], cut["ideas"], cut["plan"]) == (5 * 60, 5 * 60, 15 * 60, 12 * 60)


def test_someone_late_gets_a_turn_before_the_host() -> None:
    telling = state.settle_clock(a_room_at("turns", SIX[:4]), NOON + minutes(2))
    more = state.arrive(telling, person="flo", now=NOON + minutes(3))
    assert more.order == ("ben", "cho", "dan", "flo", "ana") and more.present[-1] == "flo"
    assert state.arrive(more, person="flo", now=NOON + minutes(4)) == more


def test_when_the_host_leaves_the_next_member_hosts_and_speaks_last() -> None:
    room = state.depart(a_room(), person="ana", now=NOON)
    assert room.host == "ben" and room.order == ("cho", "dan", "eli", "flo", "ben")


def test_a_speaker_who_leaves_hands_the_floor_on() -> None:
    telling = state.settle_clock(a_room_at("turns"), NOON + minutes(2))
    left = state.depart(telling, person="ben", now=NOON + minutes(3))
    assert left.holder == "cho" and "ben" not in left.order


def test_the_last_one_to_leave_closes_the_room() -> None:
    room = a_room(("ana",))
    assert state.depart(room, person="ana", now=NOON).closed_at == NOON


def test_hosting_is_handed_over_and_taken_only_when_the_host_is_away() -> None:
    assert state.hand_over(a_room(), to="cho", by="ana").host == "cho"
    with pytest.raises(state.NotTheHost):
        state.hand_over(a_room(), to="cho", by="cho")
    assert state.hand_over(a_room(), to="cho", by="cho", host_is_away=True).host == "cho"
    with pytest.raises(state.NotPresent):
        state.hand_over(a_room(), to="gil", by="ana")


def test_a_forgotten_room_closes_a_quarter_of_an_hour_after_its_end() -> None:
    paused = state.pause(a_room(), by="ana", now=NOON)
    for room in (a_room(), paused):
        assert state.settle_clock(room, NOON + minutes(104)).closed_at is None
        assert state.settle_clock(room, NOON + minutes(300)).closed_at == NOON + minutes(105)


def test_nothing_moves_in_a_closed_room() -> None:
    closed = state.close(a_room(), by="ana", now=NOON)
    for move in (state.next_step, state.pause, state.go_on, state.pass_turn, state.extend, state.mark_done):
        with pytest.raises(state.RoomIsClosed):
            move(closed, by="ana", now=NOON)
    with pytest.raises(state.RoomIsClosed):
        state.arrive(closed, person="gil", now=NOON)


MOVES = st.lists(
    st.tuples(
        st.sampled_from(
            ["next", "back", "part", "pass", "take", "done", "pause", "go_on", "extend", "arrive", "depart", "hand", "turn", "wait"]
        ),
        st.sampled_from(SIX),
        st.integers(0, 400),
    ),
    max_size=60,
)


def play(moves: list[tuple[str, str, int]], protocol: object = None) -> list[tuple[RoomState, datetime]]:
    """Every state of a random history, settled at each moment, as the actions do."""
    acts = {
        "next": state.next_step, "back": state.previous_step, "part": state.next_part, "pass": state.pass_turn, "take": state.take_turn,
        "done": state.mark_done, "pause": state.pause, "go_on": state.go_on, "extend": state.extend, "turn": state.end_turn,
    }  # fmt: skip
    room, now = state.open_room(protocol or scripts.first(), host="ana", present=SIX[:4], order=SIX[:4], now=NOON), NOON
    seen = [(room, now)]
    for move, person, seconds in moves:
        now += timedelta(seconds=seconds)
        room = state.settle_clock(room, now)
        try:
            if move in acts:
                room = acts[move](room, by=person, now=now)
            elif move == "arrive":
                room = state.arrive(room, person=person, now=now)
            elif move == "depart":
                room = state.depart(room, person=person, now=now)
            elif move == "hand":
                room = state.hand_over(room, to=person, by=room.host)
        except state.RoomError:
            pass
        seen.append((room, now))
    return seen


@settings(max_examples=150, deadline=None)
@given(moves=MOVES)
def test_in_every_history_steps_stay_whole_and_the_plan_keeps_its_time(moves: list[tuple[str, str, int]]) -> None:
    keys = [step.key for step in scripts.first().steps]
    for room, _ in play(moves):
        assert [step.key for step in room.steps] == keys
        assert next(step for step in room.steps if step.kind == "plan").seconds == 12 * 60
        for step in room.steps:
            assert sum(part.seconds for part in step.parts) == step.seconds and 60 <= step.seconds <= step.planned
        ahead = sum(step.seconds for step in room.steps[room.step :])
        least = sum(step.planned if step.protected else 60 for step in room.steps[room.step :])
        if room.overran == 0:
            assert ahead <= max(least, int((room.ends_at - room.step_started_at).total_seconds()))
        assert room.host in room.present or room.closed_at
        assert room.holder is None or room.holder in room.present or room.holder in SIX
        assert len(set(room.order)) == len(room.order)


@settings(max_examples=150, deadline=None)
@given(moves=MOVES, first=st.integers(0, 9000), second=st.integers(0, 9000))
def test_the_clock_settles_to_the_same_state_however_often_it_is_looked_at(
    moves: list[tuple[str, str, int]], first: int, second: int
) -> None:
    room, now = play(moves)[-1]
    early, late = now + timedelta(seconds=min(first, second)), now + timedelta(seconds=max(first, second))
    assert state.settle_clock(state.settle_clock(room, early), late) == state.settle_clock(room, late)


@settings(max_examples=100, deadline=None)
@given(moves=MOVES)
def test_from_every_state_there_is_a_way_to_the_end(moves: list[tuple[str, str, int]]) -> None:
    room, now = play(moves)[-1]
    assert state.settle_clock(room, now + minutes(1000)).closed_at is not None
    while room.closed_at is None and not room.is_last_step:
        room = state.next_step(room, by=room.host, now=now)
    assert room.closed_at or state.close(room, by=room.host, now=now).closed_at == now


@settings(max_examples=150, deadline=None)
@given(moves=MOVES)
def test_every_state_survives_json_exactly(moves: list[tuple[str, str, int]]) -> None:
    for room, _ in play(moves, scripts.reconvene()):
        assert saved.from_json(json.loads(json.dumps(saved.to_json(room)))) == room
        assert saved.from_json(saved.to_json(replace(room, closed_at=NOON))).closed_at == NOON
