"""The conductor: a pure function for every tap that moves a session, and one for what the passing of time does. Called by rooms.actions.

`settle_clock` may be applied at any later moment with the same result. Every refusal is a RoomError with a sentence for the person.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from reconvene.base.translation import gettext as _
from reconvene.guides.shares import ROUNDS, TURN_KINDS
from reconvene.rooms import floor
from reconvene.rooms.budget import PartTime, StepTime, fitted
from reconvene.rooms.state import (
    GIVER_KINDS,
    GRACE,
    LINGER,
    OVERRUN,
    AlreadyExtended,
    NotPresent,
    NotTheHost,
    NotYourTurn,
    RoomIsClosed,
    RoomState,
)

if TYPE_CHECKING:  # only for names of types: every start of the program imports this module through the models
    from reconvene.guides.script import Protocol, Step

WORTH_SAYING = 30  # seconds; a step that gives less is not mentioned


def open_room(protocol: "Protocol", *, host: str, present: Sequence[str], order: Sequence[str], now: datetime) -> RoomState:
    """The first step of `protocol`, begun now. `order` is the drawn order of speakers; the host speaks last whatever it says."""
    steps = tuple(_timed(step) for step in protocol.steps)
    speakers = (*[person for person in order if person != host], host)
    start = RoomState(
        steps=steps, host=host, present=tuple(dict.fromkeys((*present, host))), order=speakers, started_at=now,
        ends_at=now + timedelta(minutes=protocol.length), step_started_at=now, step_ends_at=now, part_ends_at=now, mode=protocol.mode,
    )  # fmt: skip
    return _enter_step(start, 0, now)


def next_step(state: RoomState, *, by: str, now: datetime) -> RoomState:
    """Go on to the next step; what was written in this one is revealed. After the last step nothing changes. Raises NotTheHost."""
    _need_host(state, by)
    return state if state.is_last_step else _leave_step(state, now)


def previous_step(state: RoomState, *, by: str, now: datetime) -> RoomState:
    """Go back one step with its full time. What was revealed stays revealed. Raises NotTheHost."""
    _need_host(state, by)
    return state if state.step == 0 else _enter_step(state, state.step - 1, now)


def next_part(state: RoomState, *, by: str, now: datetime) -> RoomState:
    """Go on to the next part, in rounds to the next round, or to the next step after the last one. Raises NotTheHost."""
    _need_host(state, by)
    if not state.is_last_part:
        return _enter_part(state, state.part + 1, now)
    if state.current.kind == ROUNDS and not state.is_last_turn:
        return floor.next_turn(state, now)
    return next_step(state, by=by, now=now)


def pass_turn(state: RoomState, *, by: str, now: datetime) -> RoomState:
    """Pass, without a reason: the floor goes on, a coming turn is skipped, silent writing is finished. Elsewhere nothing changes.

    Raises NotPresent, and NotYourTurn when the person has already spoken.
    """
    _need_open(state, by)
    if not state.is_in_round:
        return mark_done(state, by=by, now=now) if state.current_part.silent else state
    if by == state.holder:
        return floor.next_turn(state, now)
    if by not in state.to_come:
        raise NotYourTurn(_("You have had your turn in this round."))
    return replace(state, order=tuple(person for person in state.order if person != by))


def end_turn(state: RoomState, *, by: str, now: datetime) -> RoomState:
    """The host gives the floor to the next speaker. Raises NotTheHost."""
    _need_host(state, by)
    return floor.next_turn(state, now) if state.is_in_round else state


def take_turn(state: RoomState, *, by: str, now: datetime) -> RoomState:
    """Speak after all, at the end of the round but before the host. Raises NotYourTurn when the turn is still to come or no round runs."""
    _need_open(state, by)
    if not state.is_in_round:
        raise NotYourTurn(_("There is no round of turns just now."))
    if by in state.order[state.turn :]:
        raise NotYourTurn(_("Your turn is still to come."))
    spoken = tuple(person for person in state.order[: state.turn] if person != by)
    return replace(state, order=spoken + floor.before_host(state.order[state.turn :], by, state), turn=len(spoken))


def mark_done(state: RoomState, *, by: str, now: datetime) -> RoomState:
    """The person has finished this part. When everybody present has, a silent part ends at once. Raises NotPresent."""
    _need_open(state, by)
    return _on_if_all_are_done(state if by in state.done else replace(state, done=(*state.done, by)), now)


def offer_case(state: RoomState, *, by: str, now: datetime) -> RoomState:
    """Say that one would bring a case, or take that back by saying it again. Raises NotPresent."""
    _need_open(state, by)
    offers = tuple(person for person in state.offers if person != by) if by in state.offers else (*state.offers, by)
    return replace(state, offers=offers)


def give_case(state: RoomState, *, to: str, by: str, now: datetime) -> RoomState:
    """The host says whose case it is. Raises NotTheHost, NotPresent."""
    _need_host(state, by)
    _need_open(state, to)
    return replace(state, giver=to)


def pause(state: RoomState, *, by: str, now: datetime) -> RoomState:
    """Stop the clock, without a reason. Raises NotPresent, RoomIsClosed."""
    _need_open(state, by)
    return state if state.paused_at else replace(state, paused_at=now)


def go_on(state: RoomState, *, by: str, now: datetime) -> RoomState:
    """Let the clock run again; the step keeps the time it had, later steps make up for it. A silent part in which all were done meanwhile is over.

    Raises NotPresent, RoomIsClosed.
    """
    _need_open(state, by)
    if state.paused_at is None:
        return state
    stood = now - state.paused_at
    state = replace(
        state, paused_at=None, step_started_at=state.step_started_at + stood, step_ends_at=state.step_ends_at + stood,
        part_ends_at=state.part_ends_at + stood, turn_ends_at=state.turn_ends_at + stood if state.turn_ends_at else None,
        overran=state.overran + int(stood.total_seconds()),
    )  # fmt: skip
    return _on_if_all_are_done(state, now)


def extend(state: RoomState, *, by: str, now: datetime) -> RoomState:
    """Give this step a fifth more, once. Later steps make up for it. Raises NotTheHost, AlreadyExtended."""
    _need_host(state, by)
    if state.current.key in state.extended:
        raise AlreadyExtended(_("This step was already made longer once. Pause if the group needs to stay here."))
    more = timedelta(seconds=int(state.current.seconds * OVERRUN))
    late = max(timedelta(), now - state.step_ends_at)
    state = replace(state, extended=(*state.extended, state.current.key), step_ends_at=state.step_ends_at + late + more)
    return replace(state, part_ends_at=state.step_ends_at) if state.is_last_part and state.current.kind != ROUNDS else state


def end_later(state: RoomState, *, by: str, now: datetime) -> RoomState:
    """Give back what later steps gave for being late, and end the session later instead, at most by GRACE. Raises NotTheHost."""
    _need_host(state, by)
    late = timedelta(seconds=sum(seconds for _key, seconds in state.taken))
    ends = max(state.ends_at, min(state.ends_at + late, state.planned_end + GRACE))
    budget = int((ends - state.step_started_at).total_seconds())
    steps = fitted(state.steps[state.step :], budget)
    more = timedelta(seconds=steps[0].seconds - state.current.seconds)
    state = replace(state, steps=state.steps[: state.step] + steps, ends_at=ends, step_ends_at=state.step_ends_at + more, taken=())
    return replace(state, part_ends_at=state.part_ends_at + more) if state.is_last_part else state


def arrive(state: RoomState, *, person: str, now: datetime) -> RoomState:
    """Somebody comes in, perhaps late: a seat, and a turn before the host's. Raises RoomIsClosed."""
    if state.closed_at is not None:
        raise RoomIsClosed(_("This session is over."))
    if person in state.present:
        return state
    state = replace(state, present=(*state.present, person))
    return state if person in state.order else floor.joined(state, person)


def depart(state: RoomState, *, person: str, now: datetime) -> RoomState:
    """Somebody leaves: their floor goes on; when it was the host, the next member in the room hosts. A silent part is over when all who stay are done.
    The last one closes the room.
    """
    if state.closed_at is not None or person not in state.present:
        return state
    if len(state.present) == 1:
        return _closed(state, now)
    state = floor.given_up(state, person, now)
    left = tuple(other for other in state.present if other != person)
    done, offers = (tuple(other for other in those if other != person) for those in (state.done, state.offers))
    state = replace(state, present=left, done=done, offers=offers, giver="" if state.giver == person else state.giver)
    return _on_if_all_are_done(state if state.host != person else floor.hosted_by(state, left[0]), now)


def hand_over(state: RoomState, *, to: str, by: str, host_is_away: bool = False) -> RoomState:
    """Another member hosts: the host says who, or, when the host is away, whoever takes it. Raises NotTheHost, NotPresent."""
    if not (host_is_away and to == by):
        _need_host(state, by)
    _need_open(state, to)
    return floor.hosted_by(state, to)


def close(state: RoomState, *, by: str, now: datetime) -> RoomState:
    """End the session, also before its last step. Everything written is revealed to the group. Raises NotTheHost."""
    _need_host(state, by)
    return _closed(state, now)


def held_on_paper(protocol: "Protocol", *, host: str, present: Sequence[str], began_at: datetime, ended_at: datetime) -> RoomState:
    """A session that was held without the app, as it is afterwards: over, and what is typed in is on the table at once.

    Nothing was scored here, so that whatever is typed in can be taken back.
    """
    state = open_room(protocol, host=host, present=present, order=present, now=began_at)
    steps = tuple(step for step in state.steps if step.kind != "score")
    revealed = tuple(step.key for step in steps)
    return replace(state, steps=steps, step=len(steps) - 1, revealed=revealed, taken=(), turn_ends_at=None, closed_at=ended_at)


def join_afterwards(state: RoomState, *, person: str) -> RoomState:
    """Somebody says after the session that they were there, without a device."""
    return state if person in state.present else replace(state, present=(*state.present, person))


def finish_typing(state: RoomState, *, by: str) -> RoomState:
    """Somebody has typed in what they wanted to, after the session."""
    return state if by in state.done else replace(state, done=(*state.done, by))


def settle_clock(state: RoomState, now: datetime) -> RoomState:
    """What the state has become by `now` with nobody touching it.

    A turn that has ended passes on; a part that has ended gives way to the next, which reveals silent writing; a step that has ended may run
    over by a fifth, then the next begins; after the last one the room closes, and so it does when it was forgotten.
    """
    while state.closed_at is None:
        due = None if state.paused_at is not None else _next_due(state)
        if due is not None and due[0] <= min(now, state.last_moment):
            state = due[1](state, due[0])
        elif now >= state.last_moment:
            return _closed(state, state.last_moment)
        else:
            return state
    return state


def _next_due(state: RoomState) -> tuple[datetime, Callable[[RoomState, datetime], RoomState]]:
    """When the state moves by itself next, and how."""
    if state.current.kind == ROUNDS and state.is_in_round:
        if not state.is_last_part:
            return state.part_ends_at, _next_part
        if not state.is_last_turn and state.turn_ends_at is not None:
            return state.turn_ends_at, floor.next_turn
    elif state.turn_ends_at is not None and not state.is_last_turn:
        return state.turn_ends_at, floor.next_turn
    if not state.is_last_part:
        return state.part_ends_at, _next_part
    if not state.is_revealed:
        return state.step_ends_at, _reveal
    if not state.is_last_step:
        return state.overrun_ends_at, _leave_step
    return state.step_ends_at + LINGER, _closed


def _timed(step: "Step") -> StepTime:
    seconds = step.minutes * 60
    parts = tuple(PartTime(part.key, part.minutes * 60, part.silent) for part in step.parts)
    whole = (PartTime(step.key, seconds, silent=False),)
    return StepTime(step.key, step.kind, seconds, seconds, step.cut_order, parts or whole, step.may_overrun)


def _need_host(state: RoomState, by: str) -> None:
    if state.closed_at is not None:
        raise RoomIsClosed(_("This session is over."))
    if by != state.host:
        raise NotTheHost(_("Only the host can do this."))


def _need_open(state: RoomState, by: str) -> None:
    if state.closed_at is not None:
        raise RoomIsClosed(_("This session is over."))
    if by not in state.present:
        raise NotPresent(_("You are not in the room."))


def _on_if_all_are_done(state: RoomState, now: datetime) -> RoomState:
    """When everybody present has finished, a silent part ends, and what was written in the last part is revealed; in a pause nothing moves."""
    if not set(state.present) <= set(state.done) or state.paused_at is not None:
        return state
    if not state.is_last_part:
        return _enter_part(state, state.part + 1, now) if state.current_part.silent else state
    return _reveal(state)


def _leave_step(state: RoomState, now: datetime) -> RoomState:
    over = int((now - state.step_started_at).total_seconds()) - state.current.seconds
    state = replace(_reveal(state), overran=state.overran + max(0, over))
    return _enter_step(state, state.step + 1, now)


def _enter_step(state: RoomState, number: int, now: datetime) -> RoomState:
    """Begin a step. When the session is late, it and those that follow give time, which is noted so that the group can be told."""
    before = state.steps[number:]
    steps = fitted(before, int((state.ends_at - now).total_seconds()))
    taken = tuple(
        (old.key, old.seconds - new.seconds) for old, new in zip(before, steps, strict=True) if old.seconds - new.seconds >= WORTH_SAYING
    )
    state = replace(
        state, steps=state.steps[:number] + steps, step=number, step_started_at=now, step_ends_at=now + timedelta(seconds=steps[0].seconds),
        paused_at=None, done=(), turn=0, turn_ends_at=None, taken=taken,
    )  # fmt: skip
    if state.current.kind in GIVER_KINDS and state.giver not in state.present:
        state = replace(state, giver=next((person for person in (*state.offers, *state.order) if person in state.present), state.host))
    return _enter_part(state, 0, now)


def _enter_part(state: RoomState, number: int, now: datetime) -> RoomState:
    """Begin a part. The first talk after silence puts everything written on the table."""
    part = state.current.parts[number]
    if number and not part.silent:
        state = _reveal(state)
    if state.current.kind == ROUNDS:
        return floor.with_part(state, number, now) if state.is_in_round else floor.with_turn(state, 0, now)
    last = number == len(state.current.parts) - 1
    ends = state.step_ends_at if last else now + timedelta(seconds=part.seconds)
    state = replace(state, part=number, part_ends_at=ends, done=(), turn=0, turn_ends_at=None)
    return floor.with_turn(state, 0, now) if state.current.kind in TURN_KINDS and not part.silent else state


def _next_part(state: RoomState, now: datetime) -> RoomState:
    return _enter_part(state, state.part + 1, now)


def _reveal(state: RoomState, now: datetime | None = None) -> RoomState:
    """Put what was written in this step on the table; takes a moment like every other move, and needs none."""
    key = state.current.key
    return state if key in state.revealed else replace(state, revealed=(*state.revealed, key))


def _closed(state: RoomState, now: datetime) -> RoomState:
    return replace(_reveal(state), closed_at=now, paused_at=None, turn_ends_at=None)
