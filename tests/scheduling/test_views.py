"""Pages about dates: who may open them, and that only a button changes anything."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from reconvene.base import tenancy
from reconvene.base.links import Link, read_link
from reconvene.groups.models import Group
from reconvene.notices.models import Notice
from reconvene.notices.registry import composer
from reconvene.scheduling.messages import DATES_LINK
from reconvene.scheduling.models import Rsvp, Session
from reconvene.scheduling.rules import Kind
from tests import world
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
PAGES = ["session", "host-card", "session-calendar"]
ACTS = ["session-answer", "session-host", "session-date", "session-place"]


@pytest.fixture
def group() -> Group:
    return world.make_group(*world.people("ana", "ben", "cho"))


def first(group: Group) -> Session:
    return Session.objects.get(cycle__group=group, kind=Kind.FIRST)


def link(group: Group, name: str) -> str:
    made = Link(DATES_LINK, tenancy.current(), world.person(name).id, first(group).cycle_id, MONDAY + timedelta(days=60))
    return reverse("dates", args=[made.token()])


@pytest.mark.parametrize("page", PAGES)
@time_machine.travel(MONDAY, tick=False)
def test_members_read_and_strangers_find_nothing(group: Group, page: str) -> None:
    address = reverse(page, args=[first(group).id])

    assert world.sign_in(world.person("ben")).get(address).status_code == 200
    assert world.sign_in(world.person("dan")).get(address).status_code == 404
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("act", ACTS)
@time_machine.travel(MONDAY, tick=False)
def test_acts_need_a_button_and_a_member(group: Group, act: str) -> None:
    address = reverse(act, args=[first(group).id])

    assert world.sign_in(world.person("ben")).get(address).status_code == 405
    assert world.sign_in(world.person("dan")).post(address, {"answer": "yes", "host": "me"}).status_code == 404
    assert Rsvp.objects.count() == 0


@time_machine.travel(MONDAY, tick=False)
def test_the_signed_page_shows_both_dates_in_the_persons_own_time_and_changes_nothing_by_itself(group: Group) -> None:
    ben = world.person("ben")
    ben.time_zone = "America/New_York"
    ben.save(update_fields=["time_zone"])

    page = Client().get(link(group, "ben")).content.decode()

    assert "Tuesday 3 March" in page and "04:00–05:30" in page
    assert "Tuesday 31 March" in page
    assert Rsvp.objects.count() == 0


@time_machine.travel(MONDAY, tick=False)
def test_a_button_on_the_signed_page_answers_and_the_last_answer_counts(group: Group) -> None:
    browser, address, session = Client(), link(group, "ben"), first(group)

    for answer in ("yes", "yes", "no"):
        browser.post(address, {"session": session.id, "answer": answer})

    rsvp = Rsvp.objects.get()
    assert (rsvp.person, rsvp.session, rsvp.answer) == (world.person("ben"), session, "no")


def test_the_signed_page_leads_into_the_room_while_its_doors_are_open(group: Group) -> None:
    session, way_in = first(group), "/rooms/by-link/"
    for hours, leads in ((-1.1, False), (-1, True), (2, True), (6.1, False)):
        with time_machine.travel(session.starts_at + timedelta(hours=hours), tick=False):
            assert (way_in in Client().get(link(group, "ben")).content.decode()) is leads, hours
    session.finish(now=session.starts_at)
    with time_machine.travel(session.starts_at, tick=False):
        assert way_in not in Client().get(link(group, "ben")).content.decode()


@pytest.mark.parametrize(("kind", "whose"), [("host_card", "ana"), ("session_tomorrow", "ben")])
def test_the_message_of_the_day_before_has_the_readers_own_way_into_the_room(group: Group, kind: str, whose: str) -> None:
    session, person = first(group), world.person(whose)
    notice = Notice(person=person, kind=kind, subject_id=session.id, due_at=MONDAY, not_after=session.starts_at)
    message = composer(kind)(notice, now=MONDAY)  # type: ignore[misc]
    assert message is not None
    ((_label, address),) = message.choices
    found = read_link(address.rstrip("/").rsplit("/", 1)[1], purpose="room", now=MONDAY)

    assert (found.person_id, found.subject_id) == (person.id, session.id)
    assert found.until == session.starts_at + timedelta(hours=6)


@time_machine.travel(MONDAY, tick=False)
def test_the_link_of_someone_who_left_the_group_shows_nothing(group: Group) -> None:
    address = link(group, "ben")
    group.memberships.get(person=world.person("ben")).end(now=MONDAY)

    answer = Client().get(address)

    assert answer.status_code == 404
    assert "3 March" not in answer.content.decode()


@time_machine.travel(MONDAY, tick=False)
def test_a_member_answers_and_sees_who_comes(group: Group) -> None:
    browser, session = world.sign_in(world.person("ben")), first(group)

    browser.post(reverse("session-answer", args=[session.id]), {"answer": "yes"})

    page = browser.get(reverse("session", args=[session.id])).content.decode()
    assert "You said that you can come." in page
    assert page.count("no answer yet") == 2


@time_machine.travel(MONDAY, tick=False)
def test_hosting_is_handed_over_by_one_tap(group: Group) -> None:
    session = first(group)

    world.sign_in(world.person("cho")).post(reverse("session-host", args=[session.id]), {"host": "me"})

    assert first(group).host == world.person("cho")


@time_machine.travel(MONDAY, tick=False)
def test_another_date_moves_the_session_and_a_wrong_one_says_why_and_keeps_what_was_typed(group: Group) -> None:
    browser, session = world.sign_in(world.person("ben")), first(group)
    address = reverse("session-date", args=[session.id])

    refused = browser.post(address, {"day": "2026-04-20", "time": "10:00"})
    assert refused.status_code == 422
    assert "25 to 35 days apart" in refused.content.decode() and "2026-04-20" in refused.content.decode()
    assert browser.post(address, {"day": "2026-03-04", "time": "14:00"}).status_code == 302

    assert first(group).starts_at == datetime(2026, 3, 4, 13, tzinfo=UTC)


@time_machine.travel(MONDAY, tick=False)
def test_the_calendar_file_names_nobody(group: Group) -> None:
    data = world.sign_in(world.person("ben")).get(reverse("session-calendar", args=[first(group).id])).content

    (event,) = Calendar.from_ical(data).walk("VEVENT")
    assert "ATTENDEE" not in event
    assert b"Example" not in data


@time_machine.travel(MONDAY, tick=False)
def test_the_place_is_kept_for_everyone(group: Group) -> None:
    browser, session = world.sign_in(world.person("ben")), first(group)

    browser.post(reverse("session-place", args=[session.id]), {"place": "Room \r\n Birch"})

    moved = first(group)
    assert (moved.place, moved.sequence) == ("Room Birch", 1)


@time_machine.travel(MONDAY, tick=False)
def test_the_session_page_asks_the_database_the_same_number_of_times_for_three_and_for_six() -> None:
    counts = []
    for names in (("ana", "ben", "cho"), ("dan", "eli", "flo", "eva", "fay", "sam")):
        group = world.make_group(*world.people(*names), name=names[0].capitalize())
        browser, session = world.sign_in(world.person(names[0])), first(group)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(reverse("session", args=[session.id])).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 15
