"""What somebody without a seat may see of a room: where it is in the protocol. For the pages of the start-up helper and of a guest host.

Made from the protocol's words and from counts. No word of a member, no question, no topic; of names only the host's first.
"""

from dataclasses import dataclass
from datetime import datetime

from reconvene.guides.shares import ROUNDS
from reconvene.people.models import Person
from reconvene.rooms import script
from reconvene.rooms.actions.moves import position
from reconvene.rooms.clocks import Clock, clock_of
from reconvene.rooms.conductor import settle_clock
from reconvene.rooms.door import helper_sees_until
from reconvene.rooms.models import Room
from reconvene.rooms.rules import Move
from reconvene.rooms.state import RoomState

TAPS = (Move.TURN, Move.PART, Move.NEXT, Move.PAUSE, Move.GO_ON, Move.EXTEND, Move.BACK)
"""What a guest host may tap: each can be decided without seeing a word."""


@dataclass(frozen=True)
class StepsOnly:
    """One moment of a room. Before it has begun there are only the host and how many are in. `taps` are those that make sense now, and `position`
    is sent back with them; `to_come` is how many still have a turn in a round.
    """

    host: str
    present: int
    done: int = 0
    step: str = ""
    part: str = ""
    number: int = 0
    steps: int = 0
    says: str = ""
    clock: Clock | None = None
    until: datetime | None = None
    position: str = ""
    taps: tuple[Move, ...] = ()
    to_come: int = 0
    is_in_round: bool = False


def steps_only(room: Room, *, now: datetime) -> StepsOnly:
    """The room as somebody without a seat sees it now."""
    state = settle_clock(room.state, now) if room.state else None
    if state is None:
        inside = room.presences.filter(left_at=None).exclude(admitted_at=None).count()
        return StepsOnly(room.session.host.first_name if room.session.host else "", inside)
    step = script.step_of(script.protocol_for(room.session, mode=state.mode), state)
    part = script.part_of(step, state)
    return StepsOnly(
        host=Person.objects.get(id=state.host).first_name, present=len(state.present), done=len(state.done), step=step.title,
        part=part.title if part else "", number=state.step + 1, steps=len(state.steps), says=step.host_line,
        clock=clock_of(state, now), until=helper_sees_until(state.started_at), position=position(state), taps=_taps(state),
        to_come=len(state.to_come), is_in_round=state.is_in_round,
    )  # fmt: skip


def _taps(state: RoomState) -> tuple[Move, ...]:
    """The likeliest first: while the clock stands still, to let it run."""
    if state.closed_at is not None:
        return ()
    may = {
        Move.TURN: state.is_in_round and not state.is_last_turn,
        Move.PART: not state.is_last_part or (state.current.kind == ROUNDS and not state.is_last_turn),
        Move.NEXT: not state.is_last_step,
        Move.PAUSE: state.paused_at is None,
        Move.GO_ON: state.paused_at is not None,
        Move.EXTEND: state.current.key not in state.extended,
        Move.BACK: state.step > 0,
    }
    return tuple(sorted((move for move in TAPS if may[move]), key=lambda move: move is not Move.GO_ON))
