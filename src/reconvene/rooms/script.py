"""What a room takes from the library: its protocol, the guide of its topic and the pact. Called by actions, queries and views."""

from reconvene.guides import catalogue
from reconvene.guides.models import Topic
from reconvene.guides.script import Guide, Part, Protocol, Step
from reconvene.rooms.state import RoomState
from reconvene.scheduling.models import Session


def protocol_for(session: Session) -> Protocol:
    """The protocol of the session's kind with the longest length that fits its minutes; the shortest there is when none fits."""
    protocols = {length: found for (kind, length), found in catalogue.library().protocols.items() if kind == session.kind}
    fitting = [length for length in protocols if length <= session.minutes]
    return protocols[max(fitting) if fitting else min(protocols)]


def step_of(protocol: Protocol, state: RoomState, number: int | None = None) -> Step:
    """The words of the step the room is in, or of step `number`."""
    key = state.steps[state.step if number is None else number].key
    return next(step for step in protocol.steps if step.key == key)


def part_of(step: Step, state: RoomState) -> Part | None:
    """The words of the part the room is in; None for a step in one piece."""
    return next((part for part in step.parts if part.key == state.current_part.key), None)


def guide_for(topic: Topic) -> Guide | None:
    """The guide of a topic, where one is written."""
    return catalogue.library().guides.get(topic.slug)


def pact() -> tuple[str, ...]:
    """The five lines that everybody agrees to at every session."""
    return tuple(catalogue.library().pact)
