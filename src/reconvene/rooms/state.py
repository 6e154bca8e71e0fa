"""Where a session is, as one frozen value: steps, parts, turns, pauses and the time that is left. Pure; moved by rooms.conductor.

Nothing here reads a clock or a database. The timer is a time stamp, so it survives restarts. People are named by the text of their id.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from reconvene.guides.shares import ROUNDS, TURN_KINDS
from reconvene.rooms.budget import PartTime, StepTime

OVERRUN = 0.2  # of a step's own time: how far it may run over, once
GRACE = timedelta(minutes=15)  # after the planned end a session that is still going on is closed
LINGER = timedelta(minutes=5)  # after the last step a session that nobody ended is closed
LONGEST_PAUSE = timedelta(minutes=60)  # a pause that nobody ends closes the session
GIVER_KINDS = frozenset({"tell", "reply"})  # whoever brought the case has the floor
SPEAKING_KINDS = TURN_KINDS | {"tell"}


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
    """Everything that every member's clock and stage are derived from. All moments are aware and in UTC.

    `order` is who speaks when, the host last; `offers` are the people who would bring a case and `giver` whose case it is. `taken` are
    (step, seconds) that later steps gave so that the session ends in time, as of the last step that was entered; `overran` is how many
    seconds all steps together ran over.
    """

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
    mode: str = "topic"
    offers: tuple[str, ...] = ()
    giver: str = ""
    taken: tuple[tuple[str, int], ...] = ()

    @property
    def current(self) -> StepTime:
        """The step the room is in."""
        return self.steps[self.step]

    @property
    def current_part(self) -> PartTime:
        """The part of the step the room is in."""
        return self.current.parts[self.part]

    @property
    def is_in_round(self) -> bool:
        """Whether a round of turns runs."""
        return self.turn_ends_at is not None and self.turn < len(self.order)

    @property
    def holder(self) -> str | None:
        """Who has the floor, if anybody."""
        if self.current.kind in GIVER_KINDS:
            return self.giver if self.giver in self.present else None
        return self.order[self.turn] if self.is_in_round else None

    @property
    def to_come(self) -> tuple[str, ...]:
        """Who still has a turn in this round."""
        return self.order[self.turn + 1 :] if self.is_in_round else ()

    @property
    def is_last_turn(self) -> bool:
        """Whether nobody speaks after whoever has the floor."""
        return not self.to_come

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

    @property
    def planned_end(self) -> datetime:
        """When the session was to end at the beginning."""
        return self.started_at + timedelta(seconds=sum(step.planned for step in self.steps))

    @property
    def heading_for(self) -> datetime:
        """When the session ends as things stand: this step's end and the time of all that follow."""
        return self.step_ends_at + timedelta(seconds=sum(step.seconds for step in self.steps[self.step + 1 :]))

    @property
    def overrun_ends_at(self) -> datetime:
        """When the room goes on by itself: the step's end and, unless that was used up, a fifth more."""
        may = self.current.may_overrun and self.current.key not in self.extended
        return self.step_ends_at + timedelta(seconds=int(self.current.seconds * OVERRUN) if may else 0)

    @property
    def clock_ends_at(self) -> datetime:
        """What the clock runs to: the end of the turn, else of the part."""
        return self.turn_ends_at if self.turn_ends_at is not None and self.current.kind != ROUNDS else self.part_ends_at

    @property
    def first_moment(self) -> datetime:
        """Before this the room does not close by itself: steps that come to their end without anybody only ever take longer."""
        return min(self.ends_at, self.heading_for)

    @property
    def last_moment(self) -> datetime:
        """When the room closes if nobody moves it any more. No step that is still to come is cut by it."""
        latest = max(self.ends_at, self.heading_for) + GRACE
        return latest if self.paused_at is None else max(latest, self.paused_at + LONGEST_PAUSE)

    @property
    def holds_cards(self) -> bool:
        """Whether speakers have not been handed their cards yet: as long as somebody has the floor in a round."""
        return self.closed_at is None and self.current.kind in SPEAKING_KINDS and self.holder is not None

    @property
    def shows_cards(self) -> bool:
        """Whether speakers see the cards they were handed: in what is left of the step with the round, in the next one, and while questions are asked."""
        kinds = {step.kind for step in self.steps[max(0, self.step - 1) : self.step + 1]}
        is_their_time = not kinds.isdisjoint(SPEAKING_KINDS) or (self.current.kind == "ask" and self.has_reached(*SPEAKING_KINDS))
        return self.closed_at is None and not self.holds_cards and is_their_time

    def has_revealed(self, kind: str) -> bool:
        """Whether what was written in the step of this kind is on the table."""
        return any(step.key in self.revealed for step in self.steps if step.kind == kind)

    def has_reached(self, *kinds: str) -> bool:
        """Whether the room is in, or past, a step of one of these kinds."""
        return any(step.kind in kinds for step in self.steps[: self.step + 1])

    def may_take_back(self, written_at: datetime) -> bool:
        """Whether what was written then can still be taken back: until scoring begins, and what was typed in after the session at any time."""
        return not self.has_reached("score") or (self.closed_at is not None and written_at >= self.closed_at)

    def is_time_up(self, now: datetime) -> bool:
        """Whether the step has used its time."""
        return self.paused_at is None and self.closed_at is None and now >= self.step_ends_at
