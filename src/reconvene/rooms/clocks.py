"""The time of a session as a page shows it: the clock of the step, and the bar of all steps. Pure; called by the stages and by pages that see steps only."""

from dataclasses import dataclass
from datetime import datetime

from reconvene.guides.shares import clock
from reconvene.rooms.state import RoomState


@dataclass(frozen=True)
class Clock:
    """What a screen needs to tick by itself. Seconds are whole; `share` is how much of the bar is left, in per cent.

    `is_over`: the step's own time is used up, and the clock counts down to the moment when the room goes on by itself.
    """

    ends_at: datetime
    seconds: int
    length: int
    runs: bool
    is_over: bool = False

    @property
    def text(self) -> str:
        """Minutes and seconds left, as shown."""
        return clock(self.seconds)

    @property
    def share(self) -> str:
        """The bar's width."""
        return f"{100 * self.seconds / max(1, self.length):.1f}%"


@dataclass(frozen=True)
class Bar:
    """One step in the picture of the whole session, in per cent of its width."""

    x: str
    width: str
    tone: str


def clock_of(state: RoomState, now: datetime) -> Clock:
    """The clock that matters most: of the turn, else of the part; when the step's time is up, until the room goes on by itself."""
    moment = state.paused_at or now
    is_over = state.is_time_up(now) and now < state.overrun_ends_at and not state.is_last_step
    ends = state.overrun_ends_at if is_over else state.clock_ends_at
    seconds = max(0, round((ends - moment).total_seconds()))
    if is_over:
        length = int((ends - state.step_ends_at).total_seconds())
    else:
        length = state.current_part.seconds // max(1, len(state.order)) if state.turn_ends_at else state.current_part.seconds
    return Clock(ends, seconds, max(length, seconds), state.paused_at is None, is_over)


def bars(state: RoomState) -> list[Bar]:
    """Every step by its share of the session: past, now or next."""
    total = sum(step.seconds for step in state.steps)
    found, behind = [], 0
    for number, step in enumerate(state.steps):
        tone = "past" if number < state.step else "now" if number == state.step else "next"
        found.append(Bar(f"{100 * behind / total:.2f}%", f"{100 * step.seconds / total:.2f}%", tone))
        behind += step.seconds
    return found
