"""Sessions in members' own calendars: one event each, in Radicale and in servers that fail, and the mail in its place when they fail for good."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from django.db import connection
from icalendar import Calendar

from reconvene.availability import actions as availability
from reconvene.availability.jobs import forget
from reconvene.availability.models import Busy, Connection
from reconvene.availability.reading import read_connection
from reconvene.availability.registry import Access
from reconvene.base import tenancy
from reconvene.groups.models import Group, Membership
from reconvene.integrations import web
from reconvene.notices import sending
from reconvene.notices.models import Notice
from reconvene.scheduling import kinds
from reconvene.scheduling.actions import invite, leave, move_session
from reconvene.scheduling.copies import differing
from reconvene.scheduling.models import Copy, Session
from reconvene.scheduling.rebooking import end_kindly
from reconvene.scheduling.replies import uid_of
from reconvene.scheduling.writing import write_copy
from tests import world
from tests.integrations.radicale import CALENDAR, PASSWORD, USER, Radicale, radicale
from tests.integrations.servers import Asked, Reply, Server, server
from tests.notices.mail_server import MailServer, mail_server
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
ABOUT = b"""<multistatus xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><response><href>/c/</href><propstat><prop>
<resourcetype><c:calendar/></resourcetype></prop></propstat></response></multistatus>"""
ETAG = b"""<multistatus xmlns="DAV:"><response><href>/c/x.ics</href><propstat><prop><getetag>"other"</getetag></prop></propstat></response></multistatus>"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    with radicale(tmp_path_factory.mktemp("radicale")) as found:
        yield found


@pytest.fixture
def dav(running: Radicale) -> Iterator[Radicale]:
    """The server with one empty calendar."""
    running.make(CALENDAR)
    yield running
    running.client.delete(running.origin + CALENDAR)


@pytest.fixture
def group() -> Group:
    """Four; Tuesday 3 March 10:00 and four weeks later. All are invited."""
    made = world.make_group(*world.people("ana", "ben", "cho", "dan"))
    for session in Session.objects.all():
        invite(session, now=MONDAY)
    return made


def connect(origin: str, *, name: str = "ana", path: str = CALENDAR, now: datetime = MONDAY) -> Connection:
    return availability.connect(world.person(name), kind="caldav", access=Access(origin + path, USER, PASSWORD), now=now, writes=True)


def write(now: datetime = MONDAY) -> int:
    """What a tick and its workers do; how many events they looked at."""
    found = differing(now, most=50)
    for copy in found:
        write_copy(copy.id, organisation=tenancy.current(), now=now)
    return len(found)


def events(dav: Radicale, path: str = CALENDAR) -> list[tuple[str, int]]:
    """(start in Berlin, sequence) of every event in the calendar."""
    body = dav.client.get(dav.origin + path).content
    found = list(Calendar.from_ical(body).walk("VEVENT")) if body.strip() else []
    return sorted((f"{event['DTSTART'].dt:%m-%d %H:%M}", int(event.get("SEQUENCE", 0))) for event in found)


def first() -> Session:
    return Session.objects.get(kind="first", cancelled_at=None)


def move(to: str, *, now: datetime = MONDAY) -> None:
    move_session(first(), local_start=to, by=world.person("ben"), now=now)


def entries(mails: MailServer, name: str) -> list[str]:
    """The methods of the calendar entries that this person got by mail, and "none" for each mail about a date without one."""
    found = []
    for recipients, mail in mails.arrived:
        parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
        if recipients[0].startswith(name) and "learning session" in mail["Subject"]:
            found += [str(part.get_param("method")) for part in parts] or ["none"]
    return sorted(found)


def test_both_dates_are_written_move_with_the_session_and_go_when_it_is_cancelled(dav: Radicale, group: Group) -> None:
    connect(dav.origin)
    assert (write(), events(dav)) == (2, [("03-03 10:00", 0), ("03-31 10:00", 0)])
    assert write() == 0

    move("2026-03-05T11:00")
    assert (write(), events(dav)) == (1, [("03-05 11:00", 1), ("03-31 10:00", 0)])

    body = dav.client.get(dav.origin + CALENDAR).text
    assert uid_of(first(), world.person("ana")) in body.replace("\r\n ", "")
    for never in ("METHOD", "ORGANIZER", "ATTENDEE", "Wren", "Delegating", "Ben"):
        assert never not in body

    end_kindly(first(), now=MONDAY)
    assert (write(), events(dav), Copy.objects.count()) == (2, [], 0)


def test_a_date_that_is_cancelled_goes_although_its_members_still_sit_there(dav: Radicale, group: Group) -> None:
    connect(dav.origin)
    write()
    first().cancel(now=MONDAY)

    assert (write(), events(dav), Copy.objects.count()) == (1, [("03-31 10:00", 0)], 1)


@pytest.mark.parametrize("path", [f"/{USER}/", "/"], ids=["one's own area", "the server"])
def test_the_calendar_is_found_from_the_area_and_from_the_server(dav: Radicale, group: Group, path: str) -> None:
    connect(dav.origin, path=path)
    write()
    assert len(events(dav)) == 2


def test_whoever_is_written_to_gets_the_news_by_mail_without_an_entry_and_the_others_as_before(dav: Radicale, group: Group) -> None:
    connect(dav.origin)
    with mail_server() as mails:
        sending.drain(tenancy.current(), now=MONDAY)
        assert (entries(mails, "ana"), entries(mails, "ben")) == (["none", "none"], ["REQUEST", "REQUEST"])
        mails.arrived.clear()
        end_kindly(first(), now=MONDAY)
        sending.drain(tenancy.current(), now=MONDAY)
        assert (entries(mails, "ana"), entries(mails, "ben")) == (["none", "none"], ["CANCEL", "CANCEL"])


def test_a_worker_that_died_after_the_server_took_it_leaves_one_event_and_nothing_lost(dav: Radicale, group: Group) -> None:
    connect(dav.origin)
    write()
    Copy.objects.update(address="", tag="", sequence=None)  # what the row said before the worker wrote
    move("2026-03-05T11:00")
    assert (write(), events(dav)) == (2, [("03-05 11:00", 1), ("03-31 10:00", 0)])

    Copy.objects.update(address="", tag="", sequence=None)
    end_kindly(first(), now=MONDAY)
    assert (write(), events(dav)) == (2, [])


def test_an_entry_that_was_taken_up_from_a_mail_becomes_the_one_event(dav: Radicale, group: Group) -> None:
    uid = uid_of(first(), world.person("ana"))
    dav.put(uid, "DTSTART:20260303T090000Z", "DTEND:20260303T103000Z", "SEQUENCE:0", "SUMMARY:Learning session")
    renamed = {"Destination": f"{dav.origin}{CALENDAR}from-the-mail-program.ics"}
    assert dav.client.request("MOVE", f"{dav.origin}{CALENDAR}{uid}.ics", headers=renamed).status_code == 201

    connect(dav.origin)
    move("2026-03-05T11:00")
    write()

    assert events(dav) == [("03-05 11:00", 1), ("03-31 10:00", 0)]


def test_what_its_owner_moved_or_deleted_by_hand_follows_the_session_again(dav: Radicale, group: Group) -> None:
    connect(dav.origin)
    write()
    copy = Copy.objects.get(session=first())
    by_hand = dav.client.get(copy.address).text.replace("T100000", "T080000")
    assert dav.client.put(copy.address, content=by_hand).status_code in (201, 204)
    dav.client.delete(Copy.objects.get(session__kind="reconvene").address)

    move("2026-03-16T11:00")

    assert (write(), events(dav)) == (2, [("03-16 11:00", 1), ("04-13 11:00", 1)])


def test_our_own_event_keeps_nobody_busy_and_other_events_do(dav: Radicale, group: Group) -> None:
    connection = connect(dav.origin)
    write()
    dav.put("doctor", "DTSTART:20260304T090000Z", "DTEND:20260304T100000Z", "SUMMARY:Doctor")

    read_connection(connection.id, organisation=tenancy.current(), now=MONDAY)

    assert list(Busy.objects.values_list("starts_at", flat=True)) == [datetime(2026, 3, 4, 9, tzinfo=UTC)]


def test_only_the_calendar_that_was_ticked_is_written_and_another_one_takes_its_place(dav: Radicale, group: Group) -> None:
    home = f"/{USER}/home/"
    dav.make(home)
    try:
        connect(dav.origin)
        write()
        other = availability.connect(world.person("ana"), kind="caldav", access=Access(dav.origin + home, USER, PASSWORD), now=MONDAY)
        assert write() == 0

        availability.let_write(other, now=MONDAY)
        write()

        assert (events(dav), len(events(dav, home))) == ([], 2)
        assert not Notice.objects.filter(person=world.person("ana"), kind=kinds.INVITATION, due_at__gt=MONDAY).exists()
    finally:
        dav.client.delete(dav.origin + home)


@pytest.mark.parametrize("how", ["unticked", "disconnected"])
def test_without_the_tick_the_events_go_and_the_mail_brings_the_entries(dav: Radicale, group: Group, how: str) -> None:
    connection = connect(dav.origin)
    write()
    with mail_server() as mails:
        sending.drain(tenancy.current(), now=MONDAY)
        mails.arrived.clear()
        if how == "unticked":
            availability.stop_writing(connection)
        else:
            availability.disconnect(connection, now=MONDAY)
            assert not Connection.objects.visible_to(world.person("ana")).exists()
        write(MONDAY + MINUTE / 6)
        assert events(dav) == []
        sending.drain(tenancy.current(), now=MONDAY + MINUTE)
        assert (entries(mails, "ana"), entries(mails, "ben")) == (["REQUEST", "REQUEST"], [])
    forget(MONDAY + MINUTE)
    assert Connection.objects.count() == (1 if how == "unticked" else 0)


@pytest.mark.parametrize("how", ["the group", "the organisation"])
def test_whoever_leaves_has_their_calendar_free_within_a_minute(dav: Radicale, group: Group, how: str) -> None:
    connect(dav.origin)
    write()
    ana, after = world.person("ana"), MONDAY + MINUTE / 6
    if how == "the group":
        leave(Membership.objects.get(person=ana), now=MONDAY)
    else:
        type(ana).objects.filter(id=ana.id).update(left_at=MONDAY)
    forget(after)
    write(after)

    assert (events(dav), Copy.objects.count()) == ([], 0)
    forget(MONDAY + MINUTE)
    assert Connection.objects.exists() == (how == "the group")


def test_of_a_leaver_whose_server_is_away_nothing_is_left_waiting_after_a_minute(group: Group) -> None:
    with server(lambda _handler, _asked: (503, {}, b"")) as up:
        connect(up.origin, path="/c/")
        write()
        ana = world.person("ana")
        type(ana).objects.filter(id=ana.id).update(left_at=MONDAY)
        write(MONDAY + MINUTE / 2)
        forget(MONDAY + MINUTE)
        assert not Connection.objects.exists()
        write(MONDAY + 6 * MINUTE)
    assert not Copy.objects.exists()


class Failing:
    """A calendar that takes everything until it is told to fail, at writing only."""

    def __init__(self) -> None:
        self.fault = ""
        self.up: Server | None = None
        self.written: dict[str, bytes] = {}

    def __call__(self, handler: BaseHTTPRequestHandler, asked: Asked) -> Reply | None:
        if asked.method == "PROPFIND" and asked.path != "/c/":
            return (207, {}, ETAG) if asked.path in self.written or self.fault == "wrong ETag" else (404, {}, b"")
        if asked.method == "PROPFIND":
            return 207, {}, ABOUT
        if self.fault.isdecimal():
            return int(self.fault), {}, b""
        if self.fault == "wrong ETag":
            return 412, {}, b""
        if self.fault == "hang":
            assert self.up is not None
            self.up.ends.wait(20)
        if self.fault == "100 MB":
            handler.wfile.write(b"HTTP/1.1 201 Created\r\n\r\n")
            for _ in range(100):
                handler.wfile.write(b"x" * 1_000_000)
        if self.fault == "half":
            handler.wfile.write(b"HTTP/1.1 201 Cre")
        if self.fault and not self.fault.isdecimal():
            return None
        self.written[asked.path] = asked.body
        return 201, {"ETag": f'"{len(self.written)}"'}, b""


FOR_GOOD = {"401": "refused", "403": "refused", "404": "not_found", "409": "not_found", "wrong ETag": "changed"}


@pytest.mark.parametrize("fault", [*FOR_GOOD, "500", "503", "hang", "100 MB", "half"])
def test_a_server_that_fails_gets_the_event_later_or_the_mail_brings_it_once(
    group: Group, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "SECONDS", 1.5)
    failing = Failing()
    with server(failing) as up, mail_server() as mails:
        failing.up, failing.fault = up, fault
        connection = connect(up.origin, path="/c/")
        sending.drain(tenancy.current(), now=MONDAY)
        assert entries(mails, "ana") == ["none", "none"]
        mails.arrived.clear()
        write(MONDAY + MINUTE / 6)
        connection.refresh_from_db()
        assert connection.write_problem == FOR_GOOD.get(fault, "")

        if fault in FOR_GOOD:
            for minute in range(1, 4):
                write(MONDAY + minute * MINUTE)
                sending.drain(tenancy.current(), now=MONDAY + minute * MINUTE)
            assert (entries(mails, "ana"), Copy.objects.count()) == (["REQUEST", "REQUEST"], 0)
            mails.arrived.clear()
            availability.let_write(connection, now=MONDAY)
        failing.fault = ""
        write(MONDAY + 10 * MINUTE)
        assert (len(failing.written), Copy.objects.filter(sequence=0).count()) == (2, 2)
        sending.drain(tenancy.current(), now=MONDAY + 10 * MINUTE)
        assert entries(mails, "ana") == []


def test_a_server_that_is_away_for_a_day_is_given_up_and_for_a_date_that_is_near_after_half_an_hour(group: Group) -> None:
    with server(lambda _handler, asked: (207, {}, ABOUT) if asked.method == "PROPFIND" else (503, {}, b"")) as up:
        connection = connect(up.origin, path="/c/")
        Session.objects.filter(kind="reconvene").update(cancelled_at=MONDAY)
        Session.objects.filter(kind="first").update(starts_at=MONDAY + timedelta(days=7))
        times = [0, 6, 20, 60, 180, 600, 1200]
        for minute in times:
            write(MONDAY + minute * MINUTE)
        connection.refresh_from_db()
        assert (connection.write_problem, Copy.objects.get().failures) == ("", len(times))
        write(MONDAY + timedelta(hours=25))
        connection.refresh_from_db()
        assert connection.write_problem == "unreachable"

        availability.let_write(connection, now=MONDAY)
        Session.objects.filter(kind="first").update(starts_at=MONDAY + timedelta(days=3, hours=1))
        for minute in (25 * 60, 25 * 60 + 10, 25 * 60 + 31):
            write(MONDAY + minute * MINUTE)
        connection.refresh_from_db()
        assert connection.write_problem == "unreachable"


def test_nothing_is_taken_out_of_a_calendar_because_its_time_is_past(dav: Radicale, group: Group) -> None:
    connect(dav.origin)
    write()
    later = first().starts_at + timedelta(minutes=5)
    assert write(later) == 0
    Session.objects.filter(kind="first").update(started_at=later)
    assert write(later + timedelta(days=2)) == 0
    assert len(events(dav)) == 2


def test_what_lies_in_calendars_as_it_should_costs_nothing_at_a_tick(group: Group, django_assert_num_queries: Any) -> None:
    rows: list[int] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        rows.append(context["cursor"].rowcount if sql.startswith("SELECT") else 0)
        return answer

    for name in ("ana", "ben", "cho"):
        connect("https://dav.example", name=name)
    assert len(differing(MONDAY, most=50)) == 6
    Copy.objects.update(sequence=0)
    with django_assert_num_queries(6), connection.execute_wrapper(count):  # with the savepoint around it
        assert differing(MONDAY, most=50) == []
    assert sum(rows) == 0

    move("2026-03-04T10:00")
    Copy.objects.filter(session=first(), person=world.person("ben")).update(again_at=MONDAY + timedelta(minutes=1))
    rows.clear()
    with connection.execute_wrapper(count):
        found = differing(MONDAY, most=50)
    assert {copy.person for copy in found} == set(world.people("ana", "cho"))
    assert sum(rows) == 2
    assert len(differing(MONDAY + timedelta(minutes=1), most=2)) == 2


def test_when_a_calendar_is_given_up_the_mail_brings_only_what_it_does_not_say_already(group: Group) -> None:
    failing = Failing()
    with server(failing) as up, mail_server() as mails:
        connect(up.origin, path="/c/")
        sending.drain(tenancy.current(), now=MONDAY)
        write()
        mails.arrived.clear()
        failing.fault = "401"
        move("2026-03-05T11:00", now=MONDAY + MINUTE)
        write(MONDAY + 2 * MINUTE)
        write(MONDAY + 3 * MINUTE)
        sending.drain(tenancy.current(), now=MONDAY + 4 * MINUTE)
        assert (entries(mails, "ana"), Copy.objects.count()) == (["REQUEST"], 0)  # the reconvene lies there as it is

        mails.arrived.clear()
        end_kindly(first(), now=MONDAY + 5 * MINUTE)
        sending.drain(tenancy.current(), now=MONDAY + 6 * MINUTE)
        assert entries(mails, "ana") == ["CANCEL", "CANCEL"]
