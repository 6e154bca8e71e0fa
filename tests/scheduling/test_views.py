"""Pages about dates: who may open them, and that only a button changes anything."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from reconvene.availability.models import Busy
from reconvene.base import tenancy
from reconvene.base.links import Link, read_link
from reconvene.groups.actions import Sitter, seat_member
from reconvene.groups.models import Group
from reconvene.notices.models import Notice
from reconvene.notices.registry import composer
from reconvene.scheduling.actions import move_session
from reconvene.scheduling.feeds import address_of, make_feed
from reconvene.scheduling.messages import DATES_LINK
from reconvene.scheduling.models import Rsvp, Session
from reconvene.scheduling.rules import Kind
from tests import world
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
PAGES = ["session", "host-card", "session-calendar"]
ACTS = ["session-answer", "session-host", "session-place"]


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
    seat_member(group, sitter=Sitter(world.person("dan")), now=MONDAY)  # with three left one no is not yet too many
    browser, address, session = Client(), link(group, "ben"), first(group)

    for answer in ("no", "yes", "yes"):
        browser.post(address, {"session": session.id, "answer": answer})

    rsvp = Rsvp.objects.get()
    assert (rsvp.person, rsvp.session, rsvp.answer) == (world.person("ben"), session, "yes")


@time_machine.travel(MONDAY, tick=False)
def test_an_answer_from_a_page_that_was_opened_before_the_date_moved_or_fell_through_counts_for_nothing(group: Group) -> None:
    seat_member(group, sitter=Sitter(world.person("dan")), now=MONDAY)
    session, ben, news = first(group), world.person("ben"), "What was asked has changed since this page was opened"
    own, at = world.sign_in(ben), reverse("session-answer", args=[session.id])
    read = {"session": str(session.id), "answer": "no", "to": _asked(own.get(reverse("session", args=[session.id])).content.decode())}
    signed, address = Client(), link(group, "ben")
    assert read["to"] in re.findall(r'name="to" value="([^"]+)"', signed.get(address).content.decode())

    move_session(session, local_start="2026-03-05T10:00", by=world.person("ana"), now=MONDAY)
    assert news in own.post(at, read, follow=True).content.decode()
    assert news in signed.post(address, read).content.decode()

    first(group).ask(now=MONDAY)
    own.post(at, {**read, "to": "2026-03-05T10:00"})
    assert not Rsvp.objects.filter(person=ben).exists()
    assert group.memberships.live().filter(person=ben).exists()

    question = _asked(own.get(reverse("session", args=[session.id])).content.decode())
    own.post(at, {**read, "answer": "yes", "to": question})
    assert Rsvp.objects.get(person=ben).answer == "yes"


def _asked(page: str) -> str:
    (found,) = re.findall(r'name="to" value="([^"]+)"', page)
    return str(found)


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

    for day, sentence in (("2026-02-20", "lies in the past"), ("2062-03-04", "more than a year away")):
        refused = browser.post(address, {"day": day, "time": "10:00"})
        assert refused.status_code == 422
        assert sentence in refused.content.decode() and day in refused.content.decode()
    assert browser.post(address, {"day": "2026-03-04", "time": "14:00"}).status_code == 302

    assert first(group).starts_at == datetime(2026, 3, 4, 13, tzinfo=UTC)


@time_machine.travel(MONDAY, tick=False)
def test_dates_that_suit_all_are_offered_and_taken_with_one_tap_and_the_reconvene_goes_along(group: Group) -> None:
    Busy.objects.create(person=world.person("cho"), starts_at=MONDAY, ends_at=MONDAY + timedelta(days=10))
    browser, session = world.sign_in(world.person("ben")), first(group)
    address = reverse("session-date", args=[session.id])

    page = browser.get(address).content.decode()
    assert "Thursday 12 March, 10:00" in page
    assert "Wednesday 11 March" not in page
    assert "The reconvene goes along, to Thursday 9 April, 10:00." in page
    assert first(group).sequence == 0
    answer = browser.post(address, {"day": "2026-03-12", "time": "10:00"}, follow=True)

    assert "Moved, and the reconvene with it, to Thursday 9 April." in answer.content.decode()
    dates = Session.objects.filter(cycle__group=group).order_by("starts_at").values_list("local_start", "sequence")
    assert list(dates) == [("2026-03-12T10:00", 1), ("2026-04-09T10:00", 1)]


@time_machine.travel(MONDAY, tick=False)
def test_the_page_of_other_dates_asks_as_often_for_three_as_for_six() -> None:
    asked = []
    for names in (("ana", "ben", "cho"), ("dan", "eli", "flo", "gil", "hal", "ida")):
        members = world.people(*names)
        session = Session.objects.get(cycle__group=world.make_group(*members, name=names[0].capitalize()), kind="first")
        browser, address = world.sign_in(members[0]), reverse("session-date", args=[session.id])
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 14


@time_machine.travel(MONDAY, tick=False)
def test_when_nothing_suits_all_only_the_one_who_could_change_it_reads_what_stands_in_the_way(group: Group) -> None:
    ana, ben, cho = world.people("ana", "ben", "cho")
    Busy.objects.create(person=ana, starts_at=MONDAY, ends_at=MONDAY + timedelta(days=15))
    for days in range(15, 23):
        day = MONDAY.replace(hour=8) + timedelta(days=days)
        Busy.objects.create(person=ben, starts_at=day, ends_at=day.replace(hour=12))
        Busy.objects.create(person=ben, starts_at=day.replace(hour=12, minute=30), ends_at=day.replace(hour=16))
    address = reverse("session-date", args=[first(group).id])

    pages = {person.first_name: world.sign_in(person).get(address).content.decode() for person in (ana, ben, cho)}

    assert "as soon as you can move what you have on" in pages["Ben"]
    for name in ("Ana", "Cho"):
        assert "One of you could change that by moving one thing" in pages[name]
        assert "you have on" not in pages[name]


@time_machine.travel(MONDAY, tick=False)
def test_an_answer_that_leaves_too_few_says_what_followed(group: Group) -> None:
    browser = world.sign_in(world.person("ben"))

    page = browser.post(reverse("session-answer", args=[first(group).id]), {"answer": "no"}, follow=True).content.decode()

    assert "Fewer than three could come on that day. A new date was found that suits all" in page
    assert first(group).local_start == "2026-03-04T10:00"


@time_machine.travel(MONDAY, tick=False)
def test_the_question_is_asked_on_the_page_and_behind_the_signed_link(group: Group) -> None:
    Session.objects.filter(id=first(group).id).update(asked_at=MONDAY, strikes=2)
    page = world.sign_in(world.person("ben")).get(reverse("session", args=[first(group).id])).content.decode()
    signed = Client().get(link(group, "ben")).content.decode()

    home = world.sign_in(world.person("ben")).get(reverse("home")).content.decode()
    for text in (page, signed):
        assert "Do you still want to meet?" in text
        assert "Yes, find a new date" in text
    assert "I can come" not in page
    group_page = world.sign_in(world.person("ben")).get(reverse("group", args=[group.id])).content.decode()
    assert "fell through" in group_page and "Into the room" not in group_page
    assert "Do you still want to meet?" in home
    assert "Tue 3 Mar" not in home


@time_machine.travel(MONDAY, tick=False)
def test_while_the_question_is_open_nobody_sees_what_the_others_answered(group: Group) -> None:
    Session.objects.filter(id=first(group).id).update(asked_at=MONDAY, strikes=2)
    pages = {}
    for given in ("yes", "no"):
        Rsvp.objects.update_or_create(session=first(group), person=world.person("cho"), defaults={"answer": given, "answered_at": MONDAY})
        pages[given] = world.sign_in(world.person("ben")).get(reverse("session", args=[first(group).id])).content.decode()

    def shown(page: str) -> str:
        return re.sub(r"[A-Za-z0-9+/]{22,64}=*", "", page)  # tokens are new on every page

    assert shown(pages["yes"]) == shown(pages["no"])
    assert pages["yes"].count("has answered</span>") == 1


@time_machine.travel(MONDAY, tick=False)
def test_the_answer_that_ends_the_group_leads_to_a_page_that_is_there_and_says_so(group: Group) -> None:
    Session.objects.filter(id=first(group).id).update(asked_at=MONDAY, strikes=2)
    browser = world.sign_in(world.person("ben"))

    answer = browser.post(reverse("session-answer", args=[first(group).id]), {"answer": "no"}, follow=True)

    assert (answer.status_code, answer.redirect_chain) == (200, [("/", 302)])
    assert "Fewer than three want to meet, so the group ends here, kindly." in answer.content.decode()


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


@time_machine.travel(MONDAY, tick=False)
def test_a_calendar_subscribes_to_ones_own_sessions_until_the_address_is_replaced_or_ended(group: Group) -> None:
    browser, page = world.sign_in(world.person("ben")), reverse("my-feed")

    def address() -> str:
        browser.post(page, {"feed": "new"})
        return str(re.search(r'value="([^"]*/feeds/[^"]+)"', browser.get(page).content.decode()).group(1))  # type: ignore[union-attr]

    old = address()
    read = Client().get(old)
    events = Calendar.from_ical(read.content).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == ["Learning session"] * 2
    assert read.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"ATTENDEE" not in read.content and b"ben" not in read.content.lower() and b"Delegating" not in read.content
    new = address()
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200
    browser.post(page, {"feed": "end"})
    assert Client().get(new).status_code == 404


@time_machine.travel(MONDAY, tick=False)
def test_a_feed_shows_where_a_date_went_and_nothing_of_a_group_that_was_left(group: Group) -> None:
    ben = world.person("ben")
    address = address_of(make_feed(ben, now=MONDAY))
    uid = Calendar.from_ical(Client().get(address).content).walk("VEVENT")[0]["UID"]
    world.sign_in(ben).post(reverse("session-date", args=[first(group).id]), {"day": "2026-03-04", "time": "14:00"})

    moved = Calendar.from_ical(Client().get(address).content).walk("VEVENT")[0]
    assert (moved["UID"], moved["SEQUENCE"], moved["DTSTART"].dt.isoformat()) == (uid, 1, "2026-03-04T14:00:00+01:00")
    with CaptureQueriesContext(connection) as asked:
        Client().get(address)
    assert len(asked) <= 9
    group.memberships.filter(person=ben).update(ended_at=MONDAY)
    assert Calendar.from_ical(Client().get(address).content).walk("VEVENT") == []
