from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reconvene.forming.actions import accept_seat
from reconvene.groups.actions import close_cycle
from reconvene.groups.models import Cycle, Group, Membership, Programme
from reconvene.groups.rules import Outcome
from reconvene.home import queries
from reconvene.practice.models import Plan
from reconvene.scheduling.models import Rsvp, Session
from tests import world
from tests.forming.queue import propose, seat_of
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
FIRST_AT = datetime.fromisoformat("2026-03-03T09:00+00:00")


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def shown(name: str = "ana", *, now: datetime = MONDAY) -> str:
    """The main part of somebody's home page."""
    with time_machine.travel(now, tick=False):
        answer = world.sign_in(world.person(name)).get("/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert page.count('id="next"') == 1
    assert page.count('data-kind="main"') <= 1
    return page


def next_of(name: str = "ana", *, now: datetime = MONDAY) -> str:
    return queries.home(world.person(name), now=now).next


def held(group: Group) -> None:
    """The first session is over."""
    first = Session.objects.get(cycle__group=group, kind="first")
    first.start(now=first.starts_at)
    first.finish(now=first.ends_at)


def test_somebody_new_is_asked_what_is_pressing() -> None:
    page = shown()

    assert next_of() == "new"
    assert "What is pressing right now?" in page
    assert "Raise a challenge" in page


def test_who_waits_sees_that_we_look_and_their_own_words_once() -> None:
    mine = world.make_challenge(world.person("ana"))
    page = shown()

    assert next_of() == "waiting"
    assert "We are looking for your peers" in page
    assert page.count(mine.text) == 1
    assert "Waiting for peers" not in page


def test_a_second_challenge_that_waits_is_listed_below() -> None:
    world.make_challenge(world.person("ana"))
    world.make_challenge(world.person("ana"), topic=world.topic("feedback"))
    page = shown()

    assert "Waiting for peers" in page
    assert "Feedback" in page


def test_a_seat_to_answer_comes_before_everything_but_a_session() -> None:
    world.make_challenge(world.person("ana"), topic=world.topic("feedback"))
    propose(("cho", "dan", "eli"))
    propose(("ana", "flo", "gil"))
    page = shown()

    assert next_of() == "asked"
    assert "There is a seat for you" in page
    assert f"/seats/{seat_of('ana').id}/" in page


def test_after_a_yes_one_is_told_until_when_to_wait() -> None:
    propose(("ana", "flo", "gil"))
    accept_seat(seat_of("ana"), offers_to_host=False, now=MONDAY)
    page = shown()

    assert next_of() == "agreed"
    assert "You said yes; the others are answering" in page


def test_with_a_group_and_nothing_due_there_is_nothing_to_do_and_the_dates_are_shown() -> None:
    world.make_group(*world.people("ana", "cho", "dan"))
    Session.objects.update(place="Room 4")
    page = shown()

    assert next_of() == "quiet"
    assert "Nothing to do just now" in page
    assert page.count("First session") == 1
    assert page.count("Reconvene") >= 1
    assert "Cho, Dan" in page


def test_the_host_of_the_next_session_is_asked_where_as_long_as_nobody_has_said() -> None:
    group = world.make_group(*world.people("ana", "cho", "dan"))
    first = Session.objects.get(cycle__group=group, kind="first")

    assert (next_of("ana"), next_of("cho")) == ("place", "quiet")
    assert f'href="/sessions/{first.id}/#place"' in shown("ana")
    Session.objects.filter(id=first.id).update(place="Room 4")
    assert next_of("ana") == "quiet", "of the reconvene there is time to think later"


def test_the_host_of_the_reconvene_is_asked_where_in_the_last_two_weeks_of_practice() -> None:
    group = world.make_group(*world.people("ana", "cho", "dan"))
    held(group)
    reconvene, ana = Session.objects.get(cycle__group=group, kind="reconvene"), world.person("ana")
    Session.objects.filter(id=reconvene.id).update(host=ana)
    Plan.objects.create(
        cycle=group.cycles.get(), person=ana, if_cue="Monday comes", then_action="I ask first", made_at=FIRST_AT, half_way="keep"
    )

    assert next_of(now=reconvene.starts_at - timedelta(days=16)) == "practice"
    assert next_of(now=reconvene.starts_at - timedelta(days=13)) == "place", "nothing of the practice is due"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (FIRST_AT - timedelta(minutes=21), "quiet"),
        (FIRST_AT - timedelta(minutes=20), "door"),
        (FIRST_AT + timedelta(minutes=90 + 120), "door"),
        (FIRST_AT + timedelta(minutes=90 + 121), "quiet"),
    ],
)
def test_the_door_opens_twenty_minutes_before_a_session_and_stays_open_two_hours_after_it(now: datetime, expected: str) -> None:
    world.make_group(*world.people("ana", "cho", "dan"))
    Session.objects.update(place="Room 4")

    assert next_of(now=now) == expected


def test_an_open_door_leads_into_the_room_and_says_who_hosts() -> None:
    group = world.make_group(*world.people("ana", "cho", "dan"))
    first = Session.objects.get(cycle__group=group, kind="first")
    host, guest = shown("ana", now=FIRST_AT), shown("cho", now=FIRST_AT)

    assert f"/sessions/{first.id}/" not in host or f"{first.id}" in host
    assert "Your table is ready" in host
    assert "You host this one" in host
    assert "Ana hosts." in guest
    first.start(now=FIRST_AT)
    assert "Your session is on" in shown("cho", now=FIRST_AT)


def test_a_session_that_is_over_or_cancelled_is_no_door() -> None:
    group = world.make_group(*world.people("ana", "cho", "dan"))
    for session in Session.objects.filter(cycle__group=group):
        session.cancel(now=MONDAY)

    assert next_of(now=FIRST_AT) == "quiet"


def test_after_the_first_session_the_plan_is_next_and_an_answered_plan_is_quiet() -> None:
    group = world.make_group(*world.people("ana", "cho", "dan"))
    held(group)
    later = FIRST_AT + timedelta(days=1)
    page = shown(now=later)
    assert next_of(now=later) == "practice"
    assert "Write my plan" in page

    Plan.objects.create(
        cycle=group.cycles.get(), person=world.person("ana"), if_cue="Monday comes", then_action="I ask first", made_at=later
    )
    assert "I ask first" in shown(now=later)


def test_a_yes_that_waits_is_shown_before_a_practice_without_anything_to_do() -> None:
    group = world.make_group(*world.people("ana", "cho", "dan"))
    held(group)
    later = FIRST_AT + timedelta(days=1)
    Plan.objects.create(
        cycle=group.cycles.get(), person=world.person("ana"), if_cue="Monday comes", then_action="I ask first", made_at=later
    )
    propose(("eli", "flo", "gil"))
    seat = seat_of("eli")
    seat.person = world.person("ana")
    seat.accepted_at = MONDAY
    seat.save()

    assert next_of(now=later) == "agreed"


def test_when_the_group_has_finished_the_page_begins_anew() -> None:
    group = world.make_group(*world.people("ana", "cho", "dan"))
    close_cycle(group.cycles.get(), outcome=Outcome.FINISH, now=MONDAY + timedelta(days=30))

    assert next_of() == "new"
    assert "Delegating</a>, until" in " ".join(world.sign_in(world.person("ana")).get("/groups/").content.decode().split())


def test_my_groups_tells_a_seat_that_waits_for_an_answer_and_that_there_were_groups_before() -> None:
    propose(("ana", "flo", "gil"))
    browser = world.sign_in(world.person("ana"))
    with time_machine.travel(MONDAY, tick=False):
        asked = browser.get("/groups/").content.decode()
        accept_seat(seat_of("ana"), offers_to_host=False, now=MONDAY)
        agreed = browser.get("/groups/").content.decode()
    assert "there is a seat for you; please answer by" in asked and "you said yes; you hear from us by" in agreed
    assert "No group yet" not in asked + agreed
    group = world.make_group(*world.people("cho", "dan", "eli"))
    cho = world.sign_in(world.person("cho"))
    group.memberships.get(person=world.person("cho")).end(now=MONDAY)
    assert "You are in no group at the moment" in cho.get("/groups/").content.decode()


def test_the_home_page_shows_nothing_of_other_peoples_groups() -> None:
    world.make_group(*world.people("ana", "cho", "dan"))
    page = shown("eli")

    assert next_of("eli") == "new"
    assert "Cho" not in page


def test_the_group_page_has_members_both_dates_and_ones_own_answers() -> None:
    group = world.make_group(*world.people("ana", "cho", "dan"))
    first = Session.objects.get(cycle__group=group, kind="first")
    Rsvp.objects.create(session=first, person=world.person("ana"), answer="yes", answered_at=MONDAY)
    Rsvp.objects.create(session=first, person=world.person("cho"), answer="no", answered_at=MONDAY)
    page = world.sign_in(world.person("ana")).get(f"/groups/{group.id}/").content.decode()

    for words in ("Cho Example", "How can we hand over work?", "you come", "You host.", "Leave the group"):
        assert words in page
    assert "you cannot" not in page


def test_leaving_ends_the_seat_and_may_be_sent_twice() -> None:
    group = world.make_group(*world.people("ana", "cho", "dan", "eli"))
    client = world.sign_in(world.person("ana"))
    for _time in range(2):
        assert client.post(f"/groups/{group.id}/leaving/")["Location"] == "/"

    assert Membership.objects.get(person=world.person("ana")).ended_at == MONDAY
    assert client.get(f"/groups/{group.id}/").status_code == 404
    assert client.get(f"/groups/{group.id}/leaving/").status_code == 405


@pytest.mark.parametrize("name", ["eli", "fay", "ada", "eva"])
def test_a_group_is_not_there_for_anybody_else(name: str) -> None:
    group = world.make_group(*world.people("ana", "cho", "dan"))
    client = world.sign_in(world.person(name))

    assert client.get(f"/groups/{group.id}/").status_code == 404
    assert client.post(f"/groups/{group.id}/leaving/").status_code == 404
    assert Membership.objects.live().count() == 3


def another_group(number: int) -> Group:
    """A further group of Ana's, in a programme of its own."""
    programme = Programme.objects.create(name=f"Programme {number}", starts_on=MONDAY.date())
    group = world.make_group(*world.people(*(f"q{number}{at}" for at in range(3))), name=f"Rook {number}")
    group.memberships.all().delete()
    for seat, person in enumerate(world.people("ana", "cho", f"p{number}"), start=1):
        Membership.objects.create(group=group, programme=programme, person=person, seat=seat, started_at=MONDAY)
    Session.objects.filter(cycle__group=group).update(host=world.person("cho"))
    return group


def test_the_pages_take_the_same_number_of_queries_with_one_and_with_three_groups() -> None:
    client = world.sign_in(world.person("ana"))
    group = world.make_group(*world.people("ana", "cho", "dan"))
    counts = []
    for extra in (0, 2):
        for number in range(extra):
            another_group(number)
        taken = []
        for address in ("/", "/groups/", f"/groups/{group.id}/"):
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address).status_code == 200
            taken.append(len([one for one in seen if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]))
        counts.append(taken)

    assert counts == [[14, 10, 12], [14, 10, 12]]
    assert Cycle.objects.running().count() == 3
