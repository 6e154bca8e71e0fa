"""What the business case takes from reports: whose twelve weeks are over, and hours given to sessions."""

from datetime import timedelta

import pytest

from reconvene.privacy.disclosure import Cell
from reconvene.releases import measures
from reconvene.releases.rules import figure
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind
from tests import world
from tests.releases import company
from tests.releases.company import FIRST_OF_MARCH, organisation

pytestmark = pytest.mark.django_db
LONG_AGO = FIRST_OF_MARCH - timedelta(weeks=13)
LATELY = FIRST_OF_MARCH - timedelta(weeks=3)


def run(count: int, *, first: object, start: int) -> list:
    return company.run_groups(count, topic=world.topic(), raised=LONG_AGO - timedelta(days=20), first=first, start=start)  # type: ignore[arg-type]


def test_a_benefit_can_be_known_of_those_whose_first_session_is_twelve_weeks_ago() -> None:
    run(4, first=LONG_AGO, start=0)
    run(3, first=LATELY, start=4)

    found = measures.later(organisation().id, FIRST_OF_MARCH)

    assert (found.cells, found.total) == ((Cell("twelve_weeks", 24, 4),), Cell("", 42, 7))
    assert figure("later", found, k=8, on=FIRST_OF_MARCH.date())["cells"] == [
        {"label": "twelve_weeks", "people": 25, "taken_on": "2026-02-28"}
    ]
    assert measures.later(organisation().id, LONG_AGO).cells == (Cell("twelve_weeks", 0, 0),)


def test_those_on_the_way_are_not_told_when_they_are_few() -> None:
    run(4, first=LONG_AGO, start=0)
    run(1, first=LATELY, start=4)

    value = figure("later", measures.later(organisation().id, FIRST_OF_MARCH), k=8, on=FIRST_OF_MARCH.date())

    assert "people" not in value["cells"][0]  # six people less than the funnel tells


def test_hours_in_sessions_are_those_of_whoever_has_been_through_a_cycle() -> None:
    groups = run(4, first=LONG_AGO, start=0)
    for group in groups[:3]:
        company.hold(group, Kind.RECONVENE, at=LONG_AGO + timedelta(days=28))
    Session.objects.filter(cycle__group=groups[0]).update(minutes=75)
    left = groups[1].memberships.first()
    left.ended_at = LONG_AGO + timedelta(days=9)
    left.save()

    found = measures.hours_in_sessions(organisation().id, FIRST_OF_MARCH)

    assert sorted(found.values) == [1.5] + [2.5] * 6 + [3.0] * 11
    assert (found.groups, found.is_mean) == (3, True)
    assert measures.hours_in_sessions(organisation().id, LONG_AGO + timedelta(days=20)).values == ()


def test_the_wait_is_that_of_whoever_sat_in_the_first_session_and_of_each_once() -> None:
    (first, other) = run(2, first=LATELY, start=0)
    gone = first.memberships.first()
    gone.ended_at = LATELY - timedelta(days=2)
    gone.save()
    both = first.memberships.last()
    both.ended_at = LATELY + timedelta(days=1)
    both.save()
    other.memberships.filter(seat=1).update(person=both.person)

    found = measures.need_to_first_session(organisation().id, FIRST_OF_MARCH)
    promised = measures.within_promise(organisation().id, FIRST_OF_MARCH)

    assert len(found.values) == len(found.behind[""]) == 10  # twelve seats, one given back, one person in two
    assert gone.person_id not in found.behind[""]
    assert (promised.of, len(promised.behind[""])) == (10, 10)
