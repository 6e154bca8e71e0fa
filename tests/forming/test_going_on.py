"""A group that goes on: the next cycle has dates again, found or chosen, and may take up something new."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reconvene.availability.models import Busy
from reconvene.challenges.models import Challenge
from reconvene.forming.calling import join_called_group, open_seats
from reconvene.forming.going_on import choose_dates, find_next_dates
from reconvene.forming.jobs import rouse_silent_groups
from reconvene.groups.actions import CannotSit, choose_topic, close_cycle, leave_group
from reconvene.groups.models import Cycle, Membership
from reconvene.groups.rules import Outcome
from reconvene.notices.models import Notice
from reconvene.people.models import Person
from reconvene.scheduling.actions import BadDate
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind
from tests import world
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=30)


@pytest.fixture
def following() -> Cycle:
    """The second cycle of a group that decided to go on; Ana has hosted both sessions of the first."""
    group = world.make_group(*world.people("ana", "ben", "cho"))
    Membership.objects.filter(person=world.person("ana")).update(times_hosted=2)
    cycle = close_cycle(group.cycles.get(), outcome=Outcome.AGAIN, now=LATER)
    assert cycle is not None
    return cycle


def test_both_dates_of_the_next_cycle_are_found_and_everyone_is_invited(following: Cycle) -> None:
    assert find_next_dates(following, now=LATER)

    first, second = Session.objects.filter(cycle=following).order_by("starts_at")
    assert (first.kind, second.kind) == (Kind.FIRST, Kind.RECONVENE)
    assert 14 <= (first.starts_at.date() - LATER.date()).days <= 42
    assert 25 <= (second.starts_at.date() - first.starts_at.date()).days <= 35
    assert first.local.time() == second.local.time()
    invited = Notice.objects.filter(subject_id=first.id).values_list("person__external_id", flat=True)
    assert set(invited) >= {"ana", "ben", "cho"}


def test_nobody_hosts_again_before_all_have(following: Cycle) -> None:
    find_next_dates(following, now=LATER)

    assert Session.objects.get(cycle=following, kind=Kind.FIRST).host == world.person("ben")


def test_finding_dates_twice_books_nothing_more(following: Cycle) -> None:
    find_next_dates(following, now=LATER)

    assert not find_next_dates(following, now=LATER)
    assert Session.objects.filter(cycle=following).count() == 2


def test_when_no_pair_suits_all_the_groups_page_asks_for_a_date_and_books_both(following: Cycle) -> None:
    ben = world.person("ben")
    Busy.objects.create(person=ben, starts_at=LATER, ends_at=LATER + timedelta(days=120))
    assert not find_next_dates(following, now=LATER)
    client = world.sign_in(ben)
    assert "Choose when we meet" in client.get(f"/groups/{following.group_id}/").content.decode()

    starts = f"{datetime.now(UTC) + timedelta(days=9):%Y-%m-%dT10:00}"
    answer = client.post(f"/groups/{following.group_id}/dates/", {"starts": starts})

    assert answer.status_code == 302
    first = Session.objects.get(cycle=following, kind=Kind.FIRST)
    assert first.local_start == starts
    assert Session.objects.filter(cycle=following).count() == 2


def test_who_chooses_dates_after_somebody_else_is_shown_those_and_nothing_more_is_booked(following: Cycle) -> None:
    find_next_dates(following, now=LATER)
    before = list(Session.objects.values_list("id", "local_start"))
    starts = f"{datetime.now(UTC) + timedelta(days=9):%Y-%m-%dT10:00}"
    answer = world.sign_in(world.person("ben")).post(f"/groups/{following.group_id}/dates/", {"starts": starts}, follow=True)

    assert answer.redirect_chain == [(f"/groups/{following.group_id}/", 302)]
    assert "Somebody else has just set the dates. They stand here." in answer.content.decode()
    assert list(Session.objects.values_list("id", "local_start")) == before


@pytest.mark.parametrize("starts", ["0026-04-20T10:00", "9999-12-31T23:59", "2062-04-20T10:00"])
def test_a_year_that_is_a_slip_of_the_finger_is_refused_in_a_sentence_and_nothing_is_booked(following: Cycle, starts: str) -> None:
    client = world.sign_in(world.person("ana"))

    answer = client.post(f"/groups/{following.group_id}/dates/", {"starts": starts})

    assert answer.status_code == 422 and starts in answer.content.decode()
    assert not Session.objects.filter(cycle=following).exists()


def test_a_date_in_the_past_is_refused_and_nothing_is_booked(following: Cycle) -> None:
    with pytest.raises(BadDate):
        choose_dates(following, first_local="2020-01-06T10:00", zone="Europe/Berlin", now=LATER)

    client = world.sign_in(world.person("ana"))
    answer = client.post(f"/groups/{following.group_id}/dates/", {"starts": "2020-01-06T10:00"})
    assert answer.status_code == 422
    assert not Session.objects.filter(cycle=following).exists()


def test_a_group_that_goes_on_may_take_up_another_topic_until_it_meets(following: Cycle) -> None:
    new, client = world.topic("giving-feedback"), world.sign_in(world.person("cho"))

    answer = client.post(f"/groups/{following.group_id}/topic/", {"topic": new.slug, "question": "How do we say it the same day?"})

    assert answer.status_code == 302
    following.refresh_from_db()
    assert (following.topic, following.group.topic) == (new, new)
    assert following.group.key_question == "How do we say it the same day?"
    find_next_dates(following, now=LATER)
    Session.objects.get(cycle=following, kind=Kind.FIRST).start(now=LATER)
    assert client.get(f"/groups/{following.group_id}/topic/").status_code == 404


def test_a_closed_cycle_keeps_its_topic(following: Cycle) -> None:
    closed = Cycle.objects.get(group=following.group, number=1)

    choose_topic(closed, topic=world.topic("giving-feedback"), question="", now=LATER)

    closed.refresh_from_db()
    assert closed.topic == world.topic("delegating")


def test_a_stranger_finds_neither_page(following: Cycle) -> None:
    stranger = world.sign_in(world.person("fay"))

    assert stranger.get(f"/groups/{following.group_id}/dates/").status_code == 404
    assert stranger.get(f"/groups/{following.group_id}/topic/").status_code == 404


def test_an_open_seat_is_taken_by_a_code_and_who_comes_sees_nothing_of_the_cycles_before(following: Cycle) -> None:
    find_next_dates(following, now=LATER)
    before, group = following.group.cycles.get(number=1), following.group
    with time_machine.travel(LATER, tick=False):
        call = open_seats(following, by=world.person("ana"), now=LATER)
        assert open_seats(following, by=world.person("ben"), now=LATER).code == call.code
        join_called_group(call, person=world.person("dan"), now=LATER)
        with pytest.raises(CannotSit) as refusal:
            join_called_group(call, person=world.person("eva"), now=LATER)  # Ben's boss
        assert refusal.value.code == "reporting_line"
        dan, ana = world.sign_in(world.person("dan")), world.sign_in(world.person("ana"))
        first = before.sessions.get(kind=Kind.FIRST)
        for address in (f"/sessions/{first.id}/", f"/rooms/{first.id}/", f"/practice/{before.id}/", f"/observers/{before.id}/"):
            assert (address, dan.get(address).status_code) == (address, 404)
        assert "Cycle 1" not in dan.get(f"/groups/{group.id}/history/").content.decode()
        assert "Cycle 1" in ana.get(f"/groups/{group.id}/history/").content.decode()
        assert ana.get(f"/sessions/{first.id}/").status_code == 200

    invited = Notice.objects.filter(person=world.person("dan"), subject_id__in=following.sessions.values("id"))
    assert invited.exists()


def test_the_history_of_a_group_is_for_those_who_were_there_also_after_it_ended(following: Cycle) -> None:
    close_cycle(following, outcome=Outcome.FINISH, now=LATER + timedelta(days=40))
    address = f"/groups/{following.group_id}/history/"

    page = world.sign_in(world.person("ben")).get(address).content.decode()
    assert "Cycle 2" in page and "Cycle 1" in page and "Ana Example" in page
    assert [world.sign_in(world.person(who)).get(address).status_code for who in ("dan", "fay", "ada")] == [404, 404, 404]


def test_a_group_that_found_no_dates_is_asked_twice_and_then_ends_kindly(following: Cycle) -> None:
    Busy.objects.create(person=world.person("ben"), starts_at=LATER, ends_at=LATER + timedelta(days=200))
    asked = []
    for day in range(37):
        rouse_silent_groups(LATER + timedelta(days=day))
        asked.append(Notice.objects.filter(kind="no_dates_yet", person=world.person("ana")).count())

    following.refresh_from_db()
    assert [asked[day] for day in (13, 14, 23, 24, 34, 36)] == [0, 1, 1, 2, 2, 2]
    assert following.closed_at == LATER + timedelta(days=35)
    assert Notice.objects.filter(kind="group_ended").count() == 3
    assert Challenge.objects.open().count() == 3


def test_a_group_that_everybody_has_left_is_not_looked_at_any_more(following: Cycle) -> None:
    for membership in following.group.memberships.live():
        leave_group(membership, now=LATER)
    rouse_silent_groups(LATER + timedelta(days=14))
    with CaptureQueriesContext(connection) as asked:
        rouse_silent_groups(LATER + timedelta(days=40))

    assert len(asked) == 1


def test_one_group_that_cannot_be_roused_holds_up_no_other(following: Cycle) -> None:
    other = close_cycle(world.make_group(*world.people("dan", "eli", "flo"), name="Lark").cycles.get(), outcome=Outcome.AGAIN, now=LATER)
    Person.objects.filter(name__startswith="Ana").update(time_zone="Nowhere/Land")
    rouse_silent_groups(LATER + timedelta(days=14))

    assert {session.cycle for session in Session.objects.filter(cycle__in=[following, other])} == {other}


def test_before_it_is_asked_dates_are_looked_for_once_more(following: Cycle) -> None:
    rouse_silent_groups(LATER + timedelta(days=14))

    assert Session.objects.filter(cycle=following).count() == 2
    assert not Notice.objects.filter(kind="no_dates_yet").exists()
