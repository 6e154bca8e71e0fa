"""What the tests of programmes share: a wave that starts on MONDAY and takes sign-ups for ten working days."""

from datetime import date, datetime

from reconvene.groups.models import Programme
from reconvene.groups.rules import ProgrammeKind
from reconvene.programmes.actions import Draft, join, start_programme
from tests import world
from tests.world import MONDAY

LAST_DAY = date(2026, 3, 13)


def start(kind: ProgrammeKind = ProgrammeKind.WAVE, *, now: datetime = MONDAY, **facts: object) -> Programme:
    """A programme started by Fay for everybody; what gathers signs up until LAST_DAY."""
    usual: dict[str, object] = {"signs_up_until": LAST_DAY} if kind.gathers else {}
    return start_programme(world.person("fay"), draft=Draft("Spring", kind, **{"starts_on": MONDAY.date(), **usual, **facts}), now=now)


def join_all(programme: Programme, *names: str, now: datetime = MONDAY) -> None:
    """These people take part."""
    for name in names:
        join(programme, person=world.person(name), today=now.date(), now=now)
