"""Diaries from rows: hours, busy intervals and holidays of many people in two queries."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from reconvene.availability.actions import set_hours
from reconvene.availability.models import Busy
from reconvene.availability.queries import diaries, public_holidays, week_of, zones
from reconvene.availability.slots import WorkingWeek
from tests import world
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=60)


def busy(name: str, start: datetime, hours: int = 1) -> None:
    Busy.objects.create(person=world.person(name), starts_at=start, ends_at=start + timedelta(hours=hours))


@pytest.mark.parametrize("names", [("ana",), world.PEERS])
def test_the_diaries_of_any_number_of_people_take_two_queries(names: tuple[str, ...], django_assert_num_queries: Any) -> None:
    people = world.people(*names)

    with django_assert_num_queries(2):
        found = diaries(people, since=MONDAY, until=LATER)

    assert list(found) == [person.id for person in people]


def test_a_diary_holds_own_hours_holidays_and_only_busy_time_in_the_window_in_order() -> None:
    ana = world.person("ana")
    set_hours(ana, weekdays=[1, 0], starts=time(8), ends=time(14))
    busy("ana", MONDAY + timedelta(days=2))
    busy("ana", MONDAY)
    busy("ana", MONDAY - timedelta(days=1))
    busy("ana", LATER + timedelta(days=1))
    busy("ben", MONDAY)

    diary = diaries([ana], since=MONDAY, until=LATER)[ana.id]

    assert (diary.zone, diary.week) == ("Europe/Berlin", WorkingWeek(frozenset({0, 1}), time(8), time(14)))
    assert diary.busy == tuple((start, start + timedelta(hours=1)) for start in (MONDAY, MONDAY + timedelta(days=2)))
    assert date(2026, 4, 3) in diary.holidays  # Good Friday


def test_hours_that_hold_no_session_are_refused_and_the_usual_ones_stay() -> None:
    ana = world.person("ana")

    for facts in ({"weekdays": [], "starts": time(9), "ends": time(17)}, {"weekdays": [0], "starts": time(9), "ends": time(10)}):
        with pytest.raises(ValueError, match="hours too short"):
            set_hours(ana, **facts)  # type: ignore[arg-type]

    assert (week_of(ana).starts, week_of(ana).weekdays) == (time(9), [0, 1, 2, 3, 4])


@pytest.mark.parametrize("country", ["", "XX"])
def test_an_unknown_country_has_no_holidays(country: str) -> None:
    assert public_holidays(country, (2026,)) == frozenset()


def test_a_region_has_holidays_of_its_own() -> None:
    epiphany = date(2026, 1, 6)

    assert epiphany in public_holidays("DE-BY", (2026,))
    assert epiphany not in public_holidays("DE", (2026,))


def test_the_zone_of_most_people_comes_first() -> None:
    ana, ben, cho = world.people("ana", "ben", "cho")
    cho.time_zone = "Asia/Kolkata"

    assert zones([cho, ana, ben]) == ["Europe/Berlin", "Asia/Kolkata"]
