"""What somebody without any role may see of a room: where it is in the protocol. For the start-up helper's page.

Made from the protocol's words and from counts. No word of a member, no question, no topic; of names only the host's first.
"""

from dataclasses import dataclass
from datetime import datetime

from reconvene.people.models import Person
from reconvene.rooms import script
from reconvene.rooms.conductor import settle_clock
from reconvene.rooms.door import helper_sees_until
from reconvene.rooms.models import Room
from reconvene.rooms.queries import Clock, clock_of


@dataclass(frozen=True)
class StepsOnly:
    """One moment of a room. Before it has begun there are only the host and how many are in."""

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


def steps_only(room: Room, *, now: datetime) -> StepsOnly:
    """The room as a helper sees it now."""
    state = settle_clock(room.state, now) if room.state else None
    if state is None:
        inside = room.presences.filter(left_at=None).exclude(admitted_at=None).count()
        return StepsOnly(room.session.host.first_name if room.session.host else "", inside)
    step = script.step_of(script.protocol_for(room.session, mode=state.mode), state)
    part = script.part_of(step, state)
    return StepsOnly(
        host=Person.objects.get(id=state.host).first_name, present=len(state.present), done=len(state.done), step=step.title,
        part=part.title if part else "", number=state.step + 1, steps=len(state.steps), says=step.host_line,
        clock=clock_of(state, now), until=helper_sees_until(state.started_at),
    )  # fmt: skip
