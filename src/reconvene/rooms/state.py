"""The conductor of a room as a pure value: steps, parts, turns, pauses and the time budget. Called by rooms.actions and rooms.queries.

Nothing here reads a clock or a database. The timer is a time stamp, so it survives restarts, and `settle_clock` may be applied at any
later moment with the same result. People are named by the text of their id.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from reconvene.rooms.budget import PartTime, StepTime, fitted

if TYPE_CHECKING:  # only for names of types: every start of the program imports this module through the models
    from reconvene.guides.script import Protocol, Step

EXTENSION = 0.2  # of the step's own time, once per step
GRACE = timedelta(minutes=15)  # after the planned end the room closes itself
TURN_KINDS = frozenset({"turns"})


class RoomError(Exception):
    """The room does not allow it just now; the message is a sentence for the person who asked."""


class NotTheHost(RoomError):
    """Only the host may do this."""


class NotYourTurn(RoomError):
    """Someone else holds the floor."""


class AlreadyExtended(RoomError):
    """The step was made longer once; a second time is not offered."""


class RoomIsClosed(RoomError):
    """The session is over."""


class NotPresent(RoomError):
    """The person is not in the room."""


@dataclass(frozen=True)
class RoomState:
    """Everything that every member's clock and stage are derived from. All moments are aware and in UTC."""

    steps: tuple[StepTime, ...]
    host: str
    present: tuple[str, ...]
    order: tuple[str, ...]
    started_at: datetime
    ends_at: datetime
    step_started_at: datetime
    step_ends_at: datetime
    part_ends_at: datetime
    step: int = 0
    part: int = 0
    turn: int = 0
    turn_ends_at: datetime | None = None
    paused_at: datetime | None = None
    closed_at: datetime | None = None
    done: tuple[str, ...] = ()
    extended: tuple[str, ...] = ()
    revealed: tuple[str, ...] = ()
    overran: int = 0

    @property
    def current(self) -> StepTime:
        """The step the room is in."""
        return self.steps[self.step]

    @property
    def current_part(self) -> PartTime:
        """The part of the step the room is in."""
        return self.current.parts[self.part]

    @property
    def holder(self) -> str | None:
        """Who has the floor, in a round of turns."""
        return self.order[self.turn] if self.turn_ends_at is not None and self.turn < len(self.order) else None

    @property
    def is_last_part(self) -> bool:
        """Whether the step has no further part."""
        return self.part == len(self.current.parts) - 1

    @property
    def is_last_step(self) -> bool:
        """Whether the session has no further step."""
        return self.step == len(self.steps) - 1

    @property
    def is_revealed(self) -> bool:
        """Whether what was written in this step is on the table."""
        return self.current.key in self.revealed

    def has_revealed(self, kind: str) -> bool:
        """Whether what was written in the step of this kind is on the table."""
        return any(step.key in self.revealed for step in self.steps if step.kind == kind)

    def has_reached(self, kind: str) -> bool:
        """Whether the room is in, or past, the step of this kind."""
        return any(step.kind == kind for step in self.steps[: self.step + 1])

    def is_time_up(self, now: datetime) -> bool:
        """Whether the step has used its time and waits for the host."""
        return self.paused_at is None and self.closed_at is None and now >= self.step_ends_at


def open_room(protocol: "Protocol", *, host: str, present: Sequence[str], order: Sequence[str], now: datetime) -> RoomState:
    """The first step of `protocol`, begun now. `order` is the drawn order of speakers; the host speaks last whatever it says."""
    steps = tuple(_timed(step) for step in protocol.steps)
    speakers = (*[person for person in order if person != host], host)
    start = RoomState(
        steps=steps, host=host, present=tuple(dict.fromkeys((*present, host))), order=speakers, started_at=now,
        ends_at=now + timedelta(minutes=protocol.length), step_started_at=now, step_ends_at=now, part_ends_at=now,
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
    """Go on to the next part, or to the next step after the last one. Raises NotTheHost."""
    _need_host(state, by)
    if state.is_last_part:
        return next_step(state, by=by, now=now)
    return _enter_part(state, state.part + 1, now)


def pass_turn(state: RoomState, *, by: str, now: datetime) -> RoomState:
    """Pass, without a reason: the floor goes on, a coming turn is skipped, silent writing is finished. Elsewhere nothing changes.

    Raises NotPresent, and NotYourTurn when the person has already spoken.
    """
    _need_open(state, by)
    if state.turn_ends_at is None:
        return mark_done(state, by=by, now=now) if state.current_part.silent else state
    if by == state.holder:
        return _next_turn(state, now)
    coming = state.order[state.turn + 1 :]
    if by not in coming:
        raise NotYourTurn("You have had your turn in this round.")
    return replace(state, order=tuple(person for person in state.order if person != by))


def end_turn(state: RoomState, *, by: str, now: datetime) -> RoomState:
    """The host gives the floor to the next speaker. Raises NotTheHost."""
    _need_host(state, by)
    return state if state.turn_ends_at is None else _next_turn(state, now)


def take_turn(state: RoomState, *, by: str, now: datetime) -> RoomState:
    """Speak after all, at the end of the round but before the host. Raises NotYourTurn when the turn is still to come or no round runs."""
    _need_open(state, by)
    if state.turn_ends_at is None:
        raise NotYourTurn("There is no round of turns just now.")
    if by in state.order[state.turn :]:
        raise NotYourTurn("Your turn is still to come.")
    spoken = tuple(person for person in state.order[: state.turn] if person != by)
    return replace(state, order=spoken + _before_host(state.order[state.turn :], by, state), turn=len(spoken))


def mark_done(state: RoomState, *, by: str, now: datetime) -> RoomState:
    """The person has finished this part. When everybody present has, a silent part ends at once. Raises NotPresent."""
    _need_open(state, by)
    state = state if by in state.done else replace(state, done=(*state.done, by))
    everybody = set(state.present) <= set(state.done)
    if not everybody or state.paused_at is not None:
        return state
    if not state.is_last_part:
        return _enter_part(state, state.part + 1, now) if state.current_part.silent else state
    return _reveal(state)


def pause(state: RoomState, *, by: str, now: datetime) -> RoomState:
    """Stop the clock, without a reason. Raises NotPresent, RoomIsClosed."""
    _need_open(state, by)
    return state if state.paused_at else replace(state, paused_at=now)


def go_on(state: RoomState, *, by: str, now: datetime) -> RoomState:
    """Let the clock run again; the step keeps the time it had, later steps make up for it. Raises NotPresent, RoomIsClosed."""
    _need_open(state, by)
    if state.paused_at is None:
        return state
    stood = now - state.paused_at
    return replace(
        state, paused_at=None, step_started_at=state.step_started_at + stood, step_ends_at=state.step_ends_at + stood,
        part_ends_at=state.part_ends_at + stood, turn_ends_at=state.turn_ends_at + stood if state.turn_ends_at else None,
        overran=state.overran + int(stood.total_seconds()),
    )  # fmt: skip


def extend(state: RoomState, *, by: str, now: datetime) -> RoomState:
    """Give this step a fifth more, once. Later steps make up for it. Raises NotTheHost, AlreadyExtended."""
    _need_host(state, by)
    if state.current.key in state.extended:
        raise AlreadyExtended("This step was already made longer once.")
    more = timedelta(seconds=int(state.current.seconds * EXTENSION))
    late = max(timedelta(), now - state.step_ends_at)
    return replace(
        state, extended=(*state.extended, state.current.key), step_ends_at=state.step_ends_at + late + more,
        part_ends_at=state.part_ends_at + late + more,
    )  # fmt: skip


def arrive(state: RoomState, *, person: str, now: datetime) -> RoomState:
    """Somebody comes in, perhaps late: a seat, and a turn before the host's. Raises RoomIsClosed."""
    if state.closed_at is not None:
        raise RoomIsClosed("This session is over.")
    if person in state.present:
        return state
    state = replace(state, present=(*state.present, person))
    if person in state.order:
        return state
    spoken = state.order[: state.turn]
    return replace(state, order=spoken + _before_host(state.order[state.turn :], person, state))


def depart(state: RoomState, *, person: str, now: datetime) -> RoomState:
    """Somebody leaves: their floor goes on; when it was the host, the next member in the room hosts. The last one closes the room."""
    if state.closed_at is not None or person not in state.present:
        return state
    if len(state.present) == 1:
        return _closed(state, now)
    state = _next_turn(state, now) if state.holder == person and state.turn < len(state.order) - 1 else state
    left = tuple(other for other in state.present if other != person)
    turn = state.turn - (person in state.order[: state.turn])
    order = tuple(other for other in state.order if other != person)
    state = replace(state, present=left, order=order, turn=min(turn, len(order)), done=tuple(p for p in state.done if p != person))
    if state.turn >= len(state.order):
        state = replace(state, turn_ends_at=None)
    return state if state.host != person else _hosted_by(state, left[0])


def hand_over(state: RoomState, *, to: str, by: str, host_is_away: bool = False) -> RoomState:
    """Another member hosts: the host says who, or, when the host is away, whoever takes it. Raises NotTheHost, NotPresent."""
    if not (host_is_away and to == by):
        _need_host(state, by)
    _need_open(state, to)
    return _hosted_by(state, to)


def close(state: RoomState, *, by: str, now: datetime) -> RoomState:
    """End the session, also before its last step. Everything written is revealed to the group. Raises NotTheHost."""
    _need_host(state, by)
    return _closed(state, now)


def settle_clock(state: RoomState, now: datetime) -> RoomState:
    """What the state has become by `now` with nobody touching it.

    A turn that has ended passes on; a part that has ended gives way to the next, which reveals silent writing; a step that has ended waits for
    the host, but never longer than its own time again; fifteen minutes after the planned end the room closes.
    """
    while state.closed_at is None:
        last_moment = state.ends_at + GRACE
        due = None if state.paused_at is not None else _next_due(state)
        if due is not None and due[0] <= min(now, last_moment):
            state = due[1](state, due[0])
        elif now >= last_moment:
            return _closed(state, last_moment)
        else:
            return state
    return state


def _next_due(state: RoomState) -> tuple[datetime, Callable[[RoomState, datetime], RoomState]] | None:
    """When the state moves by itself next, and how; None when nothing more will happen before the end."""
    if state.turn_ends_at is not None and state.turn < len(state.order) - 1:
        return state.turn_ends_at, _next_turn
    if not state.is_last_part:
        return state.part_ends_at, _next_part
    if state.current.key not in state.revealed:
        return state.step_ends_at, _reveal
    if not state.is_last_step:
        return state.step_ends_at + timedelta(seconds=state.current.seconds), _leave_step
    return None


def _timed(step: "Step") -> StepTime:
    seconds = step.minutes * 60
    parts = tuple(PartTime(part.key, part.minutes * 60, part.silent) for part in step.parts)
    return StepTime(step.key, step.kind, seconds, seconds, step.cut_order, parts or (PartTime(step.key, seconds, silent=False),))


def _need_host(state: RoomState, by: str) -> None:
    if state.closed_at is not None:
        raise RoomIsClosed("This session is over.")
    if by != state.host:
        raise NotTheHost("Only the host can do this.")


def _need_open(state: RoomState, by: str) -> None:
    if state.closed_at is not None:
        raise RoomIsClosed("This session is over.")
    if by not in state.present:
        raise NotPresent("You are not in the room.")


def _before_host(waiting: tuple[str, ...], person: str, state: RoomState) -> tuple[str, ...]:
    if waiting and waiting[-1] == state.host and not (len(waiting) == 1 and state.turn_ends_at is not None):
        return (*waiting[:-1], person, state.host)
    return (*waiting, person)


def _hosted_by(state: RoomState, host: str) -> RoomState:
    """The new host speaks last, unless they have spoken or are speaking."""
    first = state.turn + (1 if state.turn_ends_at is not None else 0)
    begun, coming = state.order[:first], state.order[first:]
    if host in coming:
        coming = (*[person for person in coming if person != host], host)
    return replace(state, host=host, order=begun + coming)


def _leave_step(state: RoomState, now: datetime) -> RoomState:
    over = int((now - state.step_started_at).total_seconds()) - state.current.seconds
    state = replace(_reveal(state), overran=state.overran + max(0, over))
    return _enter_step(state, state.step + 1, now)


def _enter_step(state: RoomState, number: int, now: datetime) -> RoomState:
    budget = int((state.ends_at - now).total_seconds())
    steps = state.steps[:number] + fitted(state.steps[number:], budget)
    length = timedelta(seconds=steps[number].seconds)
    state = replace(
        state, steps=steps, step=number, step_started_at=now, step_ends_at=now + length, paused_at=None, done=(), turn=0, turn_ends_at=None
    )
    return _enter_part(state, 0, now)


def _enter_part(state: RoomState, number: int, now: datetime) -> RoomState:
    """Begin a part. The first talk after silence puts everything written on the table."""
    part = state.current.parts[number]
    last = number == len(state.current.parts) - 1
    ends = state.step_ends_at if last else now + timedelta(seconds=part.seconds)
    state = replace(state, part=number, part_ends_at=ends, done=(), turn=0, turn_ends_at=None)
    if number and not part.silent:
        state = _reveal(state)
    if state.current.kind in TURN_KINDS and not part.silent:
        state = _with_turn(state, 0, now)
    return state


def _next_turn(state: RoomState, now: datetime) -> RoomState:
    """The next in order; after the last one the round is over and the step's remaining time is for talk."""
    if state.turn >= len(state.order) - 1:
        return replace(state, turn=len(state.order), turn_ends_at=None)
    return _with_turn(state, state.turn + 1, now)


def _with_turn(state: RoomState, number: int, now: datetime) -> RoomState:
    """Give the floor to number `number`: an equal share of the time that is left for those still to speak."""
    left = max(0, int((state.part_ends_at - now).total_seconds()))
    share = left // max(1, len(state.order) - number)
    return replace(state, turn=number, turn_ends_at=now + timedelta(seconds=share))


def _next_part(state: RoomState, now: datetime) -> RoomState:
    return _enter_part(state, state.part + 1, now)


def _reveal(state: RoomState, now: datetime | None = None) -> RoomState:
    """Put what was written in this step on the table; takes a moment like every other move, and needs none."""
    key = state.current.key
    return state if key in state.revealed else replace(state, revealed=(*state.revealed, key))


def _closed(state: RoomState, now: datetime) -> RoomState:
    return replace(_reveal(state), closed_at=now, paused_at=None, turn_ends_at=None)
