"""A pilot whose halves were drawn: groups that began and have reconvened, and people who wait, with what they answered."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from reconvene.groups.models import Cycle, Group, Membership, Programme
from reconvene.groups.rules import Half, ProgrammeKind
from reconvene.people.models import Person
from reconvene.programmes.models import Participant
from reconvene.surveys.actions import answer, answer_waiting
from reconvene.surveys.rules import Moment
from tests import world
from tests.releases import company
from tests.world import MONDAY

DRAWN = MONDAY - timedelta(weeks=9)
TURN = MONDAY - timedelta(weeks=2)


def draw_pilot(name: str = "Pilot", **facts: object) -> Programme:
    """A pilot that was drawn nine weeks before MONDAY; nobody is in it yet."""
    usual = {
        "starts_on": DRAWN.date(),
        "signs_up_until": DRAWN.date(),
        "formed_at": DRAWN,
        "drawn_at": DRAWN,
        "seed": 1,
        "randomised_by": "group",
    }
    return Programme.objects.create(name=name, kind=ProgrammeKind.PILOT, **{**usual, **facts})


def take_in(pilot: Programme, people: Sequence[Person], *, half: Half, planned: int) -> list[Participant]:
    """Put people into a half."""
    facts = {"added_at": DRAWN, "invited_at": DRAWN, "joined_at": DRAWN, "half": half, "planned": planned}
    return [Participant.objects.create(programme=pilot, person=person, **facts) for person in people]


def seat(pilot: Programme, people: Sequence[Person], *, at: datetime, name: str) -> Cycle:
    """A group of a pilot with its first cycle."""
    group = Group.objects.create(programme=pilot, topic=world.topic(), name=name, formed_at=at)
    for number, person in enumerate(people, start=1):
        Membership.objects.create(group=group, programme=pilot, person=person, seat=number, started_at=at)
    return Cycle.objects.create(group=group, topic=group.topic, started_at=at)


def took_part(
    pilot: Programme, *, groups: int, size: int = 4, start: int = 0, before: int = 7, after: Sequence[int] = (3, 4, 5, 4)
) -> None:
    """Groups of the half that began at once; everybody says `before` how much it is in the way, and afterwards, by seat, one of `after`."""
    for number in range(groups):
        people = company.hire(size, start=start + size * number)
        take_in(pilot, people, half=Half.FIRST, planned=number + 1)
        cycle = seat(pilot, people, at=DRAWN, name=f"Bird {start} {number}")
        for at, person in enumerate(people):
            answer(cycle, person=person, moment=Moment.JOINING, answers={"in_the_way": before, "sure": 4}, now=DRAWN)
            answer(cycle, person=person, moment=Moment.AFTER_FIRST, answers={"openly": 8}, now=DRAWN)
            said = {"in_the_way": after[at % len(after)], "sure": 7, "again": "yes"}
            answer(cycle, person=person, moment=Moment.AFTER_RECONVENE, answers=said, now=TURN)


def waited(
    pilot: Programme,
    *,
    groups: int,
    size: int = 4,
    start: int = 500,
    before: int = 7,
    after: Sequence[int] = (6, 7, 8, 7),
    is_planned: bool = True,
) -> None:
    """The same of those who wait, by the groups planned for them; drawn by person there are none."""
    for number in range(groups):
        people = company.hire(size, start=start + size * number)
        for at, one in enumerate(take_in(pilot, people, half=Half.LATER, planned=100 + number if is_planned else 0)):
            answer_waiting(one, moment=Moment.WAITING, answers={"in_the_way": before, "sure": 4}, now=DRAWN)
            answer_waiting(one, moment=Moment.BEFORE_TURN, answers={"in_the_way": after[at % len(after)], "sure": 4}, now=TURN)
