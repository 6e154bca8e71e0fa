"""Who speaks when: the order of turns, equal shares of the time, rounds of several parts. Pure; called by rooms.conductor."""

from dataclasses import replace
from datetime import datetime, timedelta

from reconvene.guides.shares import ROUNDS
from reconvene.rooms.state import RoomState


def before_host(waiting: tuple[str, ...], person: str, state: RoomState) -> tuple[str, ...]:
    """`waiting` with the person added: before the host, who speaks last, unless the host is speaking."""
    if waiting and waiting[-1] == state.host and not (len(waiting) == 1 and state.turn_ends_at is not None):
        return (*waiting[:-1], person, state.host)
    return (*waiting, person)


def joined(state: RoomState, person: str) -> RoomState:
    """The person has a turn too, in what is left of the round."""
    spoken = state.order[: state.turn]
    return replace(state, order=spoken + before_host(state.order[state.turn :], person, state))


def hosted_by(state: RoomState, host: str) -> RoomState:
    """The new host speaks last, unless they have spoken or are speaking."""
    first = state.turn + (1 if state.turn_ends_at is not None else 0)
    begun, coming = state.order[:first], state.order[first:]
    if host in coming:
        coming = (*[person for person in coming if person != host], host)
    return replace(state, host=host, order=begun + coming)


def given_up(state: RoomState, person: str, now: datetime) -> RoomState:
    """The person has no turn any more, whether it was running, past or to come."""
    if state.is_in_round and state.holder == person:
        state = next_turn(state, now)
    turn = state.turn - (person in state.order[: state.turn])
    order = tuple(other for other in state.order if other != person)
    state = replace(state, order=order, turn=min(turn, len(order)))
    return state if state.turn < len(order) else replace(state, turn_ends_at=None)


def with_turn(state: RoomState, number: int, now: datetime) -> RoomState:
    """Give the floor to number `number`: an equal share of the time that is left for those still to speak."""
    ends = state.step_ends_at if state.current.kind == ROUNDS else state.part_ends_at
    left = max(0, int((ends - now).total_seconds()))
    share = left // max(1, len(state.order) - number)
    state = replace(state, turn=number, turn_ends_at=now + timedelta(seconds=share))
    return with_part(replace(state, done=()), 0, now) if state.current.kind == ROUNDS else state


def with_part(state: RoomState, number: int, now: datetime) -> RoomState:
    """Begin a part of the running round: its share of what is left of the round; the last one lasts until the round ends."""
    parts, ends = state.current.parts, state.turn_ends_at or state.step_ends_at
    left = max(0, int((ends - now).total_seconds()))
    share = left * parts[number].seconds // max(1, sum(part.seconds for part in parts[number:]))
    is_last = number == len(parts) - 1
    return replace(state, part=number, done=(), part_ends_at=ends if is_last else now + timedelta(seconds=share))


def next_turn(state: RoomState, now: datetime) -> RoomState:
    """The next in order; after the last one the round is over and the step's remaining time is for talk."""
    if state.turn >= len(state.order) - 1:
        return replace(state, turn=len(state.order), turn_ends_at=None, part=len(state.current.parts) - 1, part_ends_at=state.step_ends_at)
    return with_turn(state, state.turn + 1, now)
