"""Companies of any size for the tests of published numbers: people, groups of six, sessions that were held."""

from datetime import UTC, datetime, timedelta

from reconvene.base import tenancy
from reconvene.challenges.models import Challenge
from reconvene.groups.models import Cycle, Group, Membership
from reconvene.guides.models import Topic
from reconvene.people.models import Level, Organisation, Person
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind
from tests import world

FIRST_OF_MARCH = datetime(2026, 2, 28, 23, 0, tzinfo=UTC)  # midnight in Berlin
SEATS = 6


def organisation() -> Organisation:
    """The organisation of the test."""
    return Organisation.objects.get(id=tenancy.current())


def hire(count: int, *, start: int = 0) -> list[Person]:
    """So many managers."""
    level = Level.objects.get(organisation=organisation(), rank=1)
    people = [
        Person(name=f"Person {n}", email=f"p{n}@aldermoor.example", level=level, external_id=f"p{n}") for n in range(start, start + count)
    ]
    return Person.objects.bulk_create(people)


def raise_need(people: list[Person], *, topic: Topic, at: datetime) -> list[Challenge]:
    """Each raises a challenge on the topic."""
    return Challenge.objects.bulk_create(Challenge(person=one, topic=topic, text="secret words", urgency=5, raised_at=at) for one in people)


def seat(challenges: list[Challenge], *, at: datetime, name: str) -> Group:
    """A group of these people, formed at a time."""
    group = Group.objects.create(programme=world.programme(), topic=challenges[0].topic, name=name, formed_at=at)
    for number, challenge in enumerate(challenges, start=1):
        Membership.objects.create(
            group=group, programme=group.programme, person=challenge.person, challenge=challenge, seat=number, started_at=at
        )
    Cycle.objects.create(group=group, topic=group.topic, started_at=at)
    return group


def hold(group: Group, kind: Kind, *, at: datetime) -> Session:
    """A session of the group's cycle that took place."""
    facts = {
        "local_start": f"{at:%Y-%m-%dT%H:%M}",
        "zone": "UTC",
        "starts_at": at,
        "started_at": at,
        "ended_at": at + timedelta(minutes=90),
    }
    return Session.objects.create(cycle=group.cycles.get(), kind=kind, **facts)


def run_groups(count: int, *, topic: Topic, raised: datetime, first: datetime, start: int = 0, held: bool = True) -> list[Group]:
    """So many groups of six, from raising to the first session."""
    made = []
    for number in range(start, start + count):
        people = hire(SEATS, start=1000 + SEATS * number)
        group = seat(raise_need(people, topic=topic, at=raised), at=raised + timedelta(days=2), name=f"Bird {number}")
        if held:
            hold(group, Kind.FIRST, at=first)
        made.append(group)
    return made
