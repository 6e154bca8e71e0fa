"""What a room takes from the library: its protocol, the guide of its topic and the pact. Called by actions, queries and views."""

from reconvene.groups.models import Cycle
from reconvene.guides import catalogue
from reconvene.guides.guide import Guide
from reconvene.guides.ours import guide_for
from reconvene.guides.script import FEWEST_PEOPLE, MODES, Part, Protocol, Step
from reconvene.rooms.state import RoomState
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind

ALL_OF_US = "topic"
ROUND_EACH = "trio"


def protocol_for(session: Session, *, mode: str = ALL_OF_US, minutes: int | None = None) -> Protocol:
    """The protocol of the session's kind and mode with the longest length that fits its minutes, or `minutes` instead; the shortest there is
    when none fits.

    The reconvene goes the same way in every mode.
    """
    wanted = mode if session.kind == Kind.FIRST else ALL_OF_US
    protocols = {
        length: found for (kind, its, length), found in catalogue.library().protocols.items() if (kind, its) == (session.kind, wanted)
    }
    fitting = [length for length in protocols if length <= (minutes or session.minutes)]
    return protocols[max(fitting) if fitting else min(protocols)]


def ways(session: Session, *, present: int) -> tuple[Protocol, ...]:
    """The ways in which the session can be held with so many people, the one to suggest first. Too few choose as if they were enough."""
    found = all_ways(session)
    if session.kind != Kind.FIRST:
        return found
    people = max(present, FEWEST_PEOPLE)
    fitting = [one for one in found if one.people[0] <= people <= one.people[1]]
    suggested = ROUND_EACH if people == FEWEST_PEOPLE else ALL_OF_US
    return tuple(sorted(fitting, key=lambda one: one.mode != suggested))


def all_ways(session: Session) -> tuple[Protocol, ...]:
    """Every way to hold the session, the usual one first."""
    return tuple(protocol_for(session, mode=mode) for mode in MODES) if session.kind == Kind.FIRST else (protocol_for(session),)


def step_of(protocol: Protocol, state: RoomState, number: int | None = None) -> Step:
    """The words of the step the room is in, or of step `number`."""
    key = state.steps[state.step if number is None else number].key
    return next(step for step in protocol.steps if step.key == key)


def part_of(step: Step, state: RoomState) -> Part | None:
    """The words of the part the room is in; None for a step in one piece."""
    return next((part for part in step.parts if part.key == state.current_part.key), None)


def guide_of(cycle: Cycle) -> Guide | None:
    """The guide of the cycle's topic, where one is written; as it was when the cycle began."""
    return guide_for(cycle.topic, at=cycle.started_at)


def questions_for(session: Session) -> tuple[str, ...]:
    """What the guide asks in a session of this kind: about the challenge, or about what was tried; none without a guide."""
    guide = guide_of(session.cycle)
    if guide is None:
        return ()
    return guide.questions if session.kind == Kind.FIRST else guide.reconvene_questions


def pact() -> tuple[str, ...]:
    """The five lines that everybody agrees to at every session."""
    return tuple(catalogue.library().pact)
