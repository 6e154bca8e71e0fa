"""The sample company: whatever day it is made on, no screen is empty and everybody worth being is there."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine

from reconvene.base import tenancy
from reconvene.challenges.models import Challenge
from reconvene.console.demand import demand_map
from reconvene.demo.company import DAYS_OF_PRACTICE, found_company
from reconvene.demo.people import COMPANY
from reconvene.demo.personas import personas
from reconvene.forming.models import Proposal
from reconvene.groups.models import Cycle, Group, Membership, Programme
from reconvene.guides.catalogue import sync_topics
from reconvene.guides.models import Topic
from reconvene.people.models import Organisation, Person, reporting_chain
from reconvene.playbook.models import Strategy
from reconvene.practice.models import Plan
from reconvene.programmes.models import Course
from reconvene.releases.models import Report
from reconvene.rollout.judging import Says
from reconvene.rollout.models import Gate, Project
from reconvene.rollout.plan import PILOT
from reconvene.rollout.progress import progress_of
from reconvene.rollout.project_queries import judged
from reconvene.scheduling.models import Session
from tests.faults.hall import IS_FULL

pytestmark = [pytest.mark.django_db, pytest.mark.nowhere]

DAYS = {
    "a Saturday before midnight": datetime(2026, 8, 1, 21, 58, tzinfo=UTC),
    "a Wednesday before work": datetime(2026, 6, 10, 5, 2, tzinfo=UTC),
    "a Tuesday, three days after a Saturday": datetime(2026, 11, 24, 3, 45, tzinfo=UTC),
    "the night when clocks go forward": datetime(2026, 3, 29, 0, 59, tzinfo=UTC),
    "the last day of the year": datetime(2027, 12, 31, 16, 30, tzinfo=UTC),
    "a leap day": datetime(2028, 2, 29, 8, 0, tzinfo=UTC),
}
PERSONAS = {
    "A manager with nothing yet": 1, "The host of a session that can start now": 1, "A member of the same group": 3,
    "A manager with an invitation": 1, "A manager in the four weeks": 1, "The L&D lead": 1, "A second person of L&D": 1, "The sponsor": 1,
    "The works council": 1,
}  # fmt: skip


def company(now: datetime) -> UUID:
    """The company, made at that time."""
    sync_topics()
    with time_machine.travel(now, tick=False):
        return found_company().id


SOME_DAYS = DAYS if IS_FULL else dict(list(DAYS.items())[:1])  # and that of the run, whose company the browser tests live in


def is_at_every_stage(now: datetime) -> None:
    assert Person.objects.count() >= 240
    assert Challenge.objects.open().exists()
    assert Proposal.objects.open().exists()
    assert Group.objects.live().count() >= 8
    assert Group.objects.exclude(ended_at=None).count() >= 12
    assert Strategy.objects.count() >= 10
    assert Plan.objects.count() >= 20
    assert {one.kind for one in Programme.objects.all()} >= {"rolling", "wave"} and Proposal.objects.under_review().exists()
    found = demand_map(Report.objects.first(), topics=list(Topic.objects.all()), courses=list(Course.objects.all()), guides=frozenset())
    assert found.shown >= 3 and found.missing and any(row.settled.people for row in found.rows)
    assert Report.objects.count() == 4
    plan, wave = Project.objects.get(), Gate.objects.get(name="Pilot, first wave")
    assert progress_of(plan).now == PILOT and [one.says for one in judged(wave)] == [Says.ADJUST]
    soon = Session.objects.upcoming(now).filter(ended_at=None).first()
    assert soon is not None
    assert now < soon.starts_at <= now + timedelta(minutes=6)
    assert soon.host is not None
    held = Session.objects.filter(kind="first", ended_at__lt=now, cycle__in=Plan.objects.filter(cycle__closed_at=None).values("cycle"))
    days = sorted((now.date() - one.ended_at.date()).days for one in held if one.ended_at)
    assert all(there - 1 <= day <= there + 2 for day, there in zip(days, sorted(DAYS_OF_PRACTICE.values()), strict=True)), days
    assert {one.starts_at.weekday() for one in held} <= {0, 1, 2, 3, 4}
    assert Session.objects.filter(kind="reconvene", cycle__in=held.values("cycle"), starts_at__gt=now).count() == len(days)
    assert Session.objects.filter(
        strikes=1, started_at=None, starts_at__lt=now - timedelta(days=2), starts_at__gt=now - timedelta(days=7)
    ).exists()


def keeps_its_own_rules() -> None:
    for group in Group.objects.live():
        members = list(Membership.objects.live().filter(group=group).select_related("person"))
        ids = {member.person_id for member in members}
        assert 3 <= len(members) <= 6
        assert [member for member in members if ids & set(reporting_chain(member.person_id))] == []
        assert len({member.person.function for member in members}) == len(members)
    addresses = list(Person.objects.values_list("email", flat=True))
    assert len(set(addresses)) == len(addresses)
    gaps = {
        (second.starts_at - first.starts_at).days
        for cycle in Cycle.objects.filter(closed_at=None)
        for first, second in [list(cycle.sessions.filter(cancelled_at=None).order_by("starts_at"))]
    }
    assert gaps <= set(range(25, 36))


def seats() -> list[tuple[object, ...]]:
    """Who sits where since when, and everybody's name and site."""
    sitting = Membership.objects.order_by("person__external_id", "started_at").values_list("person__external_id", "seat", "started_at")
    return [*sitting, *Person.objects.order_by("external_id").values_list("name", "site")]


@pytest.mark.parametrize("now", SOME_DAYS.values(), ids=SOME_DAYS)
def test_on_every_day_there_is_something_at_every_stage_and_everybody_to_be(now: datetime) -> None:
    made = company(now)
    assert tenancy.every_organisation() == [made]
    assert Person.objects.count() == 0  # outside of it there is nothing
    with tenancy.within(made):
        assert Organisation.objects.get().name == COMPANY
        is_at_every_stage(now)
        keeps_its_own_rules()
        found = personas(now=now)
        assert Counter(persona.title for persona in found) == PERSONAS
        assert len({persona.person.id for persona in found}) == len(found)
        first = seats()
        Organisation.objects.filter(id=made).update(name="Before")
        Person.objects.update(left_at=now)  # an address is somebody's only once at a time
    if now == next(iter(SOME_DAYS.values())):
        with tenancy.within(company(now)):
            assert seats() == first  # the same moment makes the same company
