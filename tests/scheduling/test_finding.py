"""Other dates in a group of several time zones: whoever had the worst hour last time reads that it is somebody else's turn."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from reconvene.forming.dates import dates_for
from reconvene.groups.models import Cycle, Group, Membership, Programme
from reconvene.scheduling.finding import options
from reconvene.scheduling.models import Session
from reconvene.scheduling.queries import engagements, hours_borne
from tests import world
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
HELD = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)  # 15:00 in Berlin, 9:00 in New York
AFTER = HELD + timedelta(days=3)


@pytest.fixture
def group() -> Group:
    """Ana and Ben in Berlin, Cho in New York, for whom the first session was early."""
    world.person("cho", time_zone="America/New_York", country="US")
    made = world.make_group(*world.people("ana", "ben", "cho"))
    Session.objects.filter(kind="first").update(local_start="2026-03-03T15:00", starts_at=HELD, started_at=HELD, ended_at=HELD)
    Session.objects.filter(kind="reconvene").update(local_start="2026-03-31T15:00", starts_at=HELD + timedelta(days=28, hours=-1))
    return made


def test_who_had_the_worst_hour_is_known_from_the_last_session_that_they_had(group: Group) -> None:
    people = world.people("ana", "ben", "cho", "dan")
    assert hours_borne(people, before=HELD) == {}
    assert hours_borne(people, before=AFTER) == {world.person("cho").id: False}
    Session.objects.filter(kind="first").update(starts_at=HELD + timedelta(minutes=45))  # 15:45 in Berlin
    assert hours_borne(people, before=AFTER) == {person.id: True for person in world.people("ana", "ben")}
    Membership.objects.filter(person=world.person("ben")).update(ended_at=MONDAY)
    assert set(hours_borne(people, before=AFTER)) == {world.person("ana").id}


def test_another_date_for_the_reconvene_is_early_for_somebody_else_and_says_so_to_the_one_concerned(group: Group) -> None:
    reconvene = Session.objects.get(kind="reconvene")

    found = options(reconvene, now=AFTER)

    assert {f"{one.local:%H:%M}" for one in found} == {"15:30"}
    with time_machine.travel(AFTER, tick=False):
        pages = {
            name: world.sign_in(world.person(name)).get(reverse("session-date", args=[reconvene.id])).content.decode()
            for name in ("ana", "cho")
        }
    assert "Last time it was early for you; this time somebody else has the worst hour." in pages["cho"]
    assert "Last time" not in pages["ana"]


def test_the_next_cycle_begins_where_the_last_one_ended(group: Group) -> None:
    people, later = world.people("ana", "ben", "cho"), HELD + timedelta(days=29)
    Session.objects.filter(kind="reconvene").update(started_at=HELD, ended_at=HELD)
    best = dates_for(people, programme=world.programme(), now=later)[0]
    assert (f"{best.first_local:%H:%M}", f"{best.second_local:%H:%M}") == ("15:30", "15:00")


def test_a_session_of_another_group_is_in_the_way_and_ones_own_is_not(group: Group) -> None:
    ana, reconvene = world.person("ana"), Session.objects.get(kind="reconvene")
    asked = {"since": MONDAY, "until": MONDAY + timedelta(days=60)}
    assert [one[0] for one in engagements([ana], **asked)[ana.id]] == [reconvene.starts_at]
    assert engagements([ana], **asked, apart_from=reconvene.cycle) == {}


def test_a_date_on_which_a_member_sits_in_another_group_is_not_offered(group: Group) -> None:
    reconvene = Session.objects.get(kind="reconvene")
    taken = options(reconvene, now=AFTER)[0]
    other = Programme.objects.create(name="Second programme", starts_on=MONDAY.date())
    second = Group.objects.create(programme=other, topic=world.topic(), name="Robin", formed_at=MONDAY)
    Membership.objects.create(group=second, programme=other, person=world.person("ana"), seat=1, started_at=MONDAY)
    cycle = Cycle.objects.create(group=second, topic=second.topic, started_at=MONDAY)
    Session.objects.create(cycle=cycle, kind="first", local_start=taken.local_start, zone="Europe/Berlin", starts_at=taken.starts_at)

    assert taken.starts_at not in [one.starts_at for one in options(reconvene, now=AFTER)]
