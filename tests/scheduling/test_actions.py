"""Booking, moving and cancelling sessions, and who is told what."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from icalendar import Calendar

from reconvene.availability.models import WorkingHours
from reconvene.base import tenancy
from reconvene.groups.models import Cycle, Group, Membership
from reconvene.notices import sending
from reconvene.notices.models import Notice
from reconvene.people.models import Person
from reconvene.scheduling import actions, kinds, messages
from reconvene.scheduling.jobs import free_calendars_of_leavers
from reconvene.scheduling.models import Rsvp, Session
from reconvene.scheduling.rules import Answer, Kind
from tests import world
from tests.notices.mail_server import MailServer, mail_server
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
TOLD = [kinds.INVITATION, kinds.CANCELLATION]


@pytest.fixture
def cycle() -> Cycle:
    """A group of three without dates. Ana hosts."""
    made: Group = world.make_group(*world.people("ana", "ben", "cho"))
    Session.objects.all().delete()
    return made.cycles.get()


def book(cycle: Cycle, **facts: Any) -> tuple[Session, Session]:
    usual: dict[str, Any] = {
        "first_local": "2026-03-03T10:00", "reconvene_local": "2026-03-31T10:00", "zone": "Europe/Berlin", "minutes": 90,
        "place": "Room Birch", "host": world.person("ana"), "now": MONDAY,
    }  # fmt: skip
    return actions.book_sessions(cycle, **{**usual, **facts})


def waiting(kind: str) -> list[tuple[str, datetime]]:
    found = Notice.objects.waiting().filter(kind=kind).order_by("due_at", "person__name")
    return [(notice.person.first_name, notice.due_at) for notice in found.select_related("person")]


def send(server: MailServer, now: datetime) -> list[tuple[str, Any]]:
    """Send what is due; (recipient, calendar event) of every mail with a calendar part."""
    before = len(server.arrived)
    sending.drain(tenancy.current(), now=now)
    found = []
    for recipients, mail in server.arrived[before:]:
        for part in mail.walk():
            if part.get_content_type() == "text/calendar":
                (event,) = Calendar.from_ical(part.get_content()).walk("VEVENT")
                found.append((recipients[0].split("@")[0], event, part.get_param("method")))
    return found


def test_both_sessions_are_booked_in_local_time_with_a_host_each(cycle: Cycle) -> None:
    first, again = book(cycle)

    assert (first.starts_at, again.starts_at) == (datetime(2026, 3, 3, 9, tzinfo=UTC), datetime(2026, 3, 31, 8, tzinfo=UTC))
    assert first.host == world.person("ana")
    assert again.host == world.person("ben")
    assert Notice.objects.count() == 0


@pytest.mark.parametrize(
    "facts",
    [
        {"reconvene_local": "2026-03-20T10:00"},
        {"reconvene_local": "2026-04-20T10:00"},
        {"first_local": "2026-02-03T10:00", "reconvene_local": "2026-03-03T10:00"},
        {"first_local": "soon"},
        {"zone": "Middle/Earth"},
    ],
)
def test_two_dates_that_cannot_be_leave_nothing_booked(cycle: Cycle, facts: dict[str, str]) -> None:
    with pytest.raises(actions.BadDate):
        book(cycle, **facts)

    assert Session.objects.count() == 0


def test_a_cycle_is_booked_once(cycle: Cycle) -> None:
    book(cycle)

    with pytest.raises(IntegrityError), transaction.atomic():
        book(cycle)

    assert Session.objects.count() == 2


def test_each_member_gets_one_entry_of_their_own_and_reminders_wait(cycle: Cycle) -> None:
    for session in book(cycle):
        actions.invite(session, now=MONDAY)

    assert waiting(kinds.HOST_CARD) == [("Ana", datetime(2026, 3, 2, 8, tzinfo=UTC)), ("Ben", datetime(2026, 3, 30, 7, tzinfo=UTC))]
    assert [name for name, _ in waiting(kinds.TOMORROW)] == ["Ana", "Cho"]
    with mail_server() as server:
        entries = send(server, MONDAY)
        for recipients, mail in server.arrived:
            words = mail.as_string().lower() + mail.get_body(("plain",)).get_content().lower()
            others = {"ana", "ben", "cho"} - {recipients[0].split("@")[0]}
            assert not any(f"{name}@" in words or f"{name} example" in words for name in others)
            assert "delegating" not in words and "hand over" not in words and "wren" not in words
    assert sorted(name for name, _, _ in entries) == ["ana", "ana", "ben", "ben", "cho", "cho"]
    assert {str(event["ATTENDEE"]) for name, event, _ in entries if name == "ben"} == {"mailto:ben@aldermoor.example"}
    assert len({str(event["UID"]) for _, event, _ in entries}) == 6
    assert {method for _, _, method in entries} == {"REQUEST"}


@time_machine.travel(MONDAY, tick=False)  # what is signed a second later reads otherwise
def test_the_invitations_of_a_batch_are_written_by_three_queries_and_only_to_whom_the_date_is_visible(
    cycle: Cycle, django_assert_num_queries: Any
) -> None:
    first, second = book(cycle)
    for session in (first, second):
        actions.invite(session, now=MONDAY)
    ben, cho = (cycle.group.memberships.get(person=world.person(name)) for name in ("ben", "cho"))
    ben.end(now=MONDAY)
    invitations = list(Notice.objects.filter(kind=kinds.INVITATION).select_related("person__organisation"))

    with django_assert_num_queries(3):
        compose = messages.invitations(invitations)
        letters = {(one.person.first_name, one.subject_id): compose(one, now=MONDAY) for one in invitations}

    nobodys = {key for key, letter in letters.items() if letter is None}
    assert nobodys == {("Ben", first.id), ("Ben", second.id)}
    (chos,) = (one for one in invitations if one.person == cho.person and one.subject_id == first.id)
    assert letters["Cho", first.id] == messages.invitation(chos, now=MONDAY)
    Membership.objects.filter(id=cho.id).update(started_at=MONDAY + timedelta(hours=1))
    cycle.closed_at = MONDAY + timedelta(hours=1)
    cycle.save(update_fields=["closed_at"])
    again = messages.invitations(invitations)
    assert {one.person.first_name for one in invitations if again(one, now=MONDAY) is None} == {"Ben", "Cho"}


def test_moving_keeps_the_event_raises_its_sequence_and_asks_everyone_again(cycle: Cycle) -> None:
    first, _ = book(cycle)
    ana, ben = world.people("ana", "ben")
    actions.invite(first, now=MONDAY)
    actions.answer(first, person=ben, answer=Answer.YES, now=MONDAY)
    with mail_server() as server:
        before = {name: event for name, event, _ in send(server, MONDAY)}
        moved = actions.move_session(first, local_start="2026-03-04T14:00", by=ana, now=MONDAY + timedelta(minutes=5))
        again = actions.move_session(first, local_start="2026-03-04T14:00", by=ana, now=MONDAY + timedelta(minutes=6))
        after = {name: event for name, event, _ in send(server, MONDAY + timedelta(minutes=7))}

    assert moved.starts_at == again.starts_at == datetime(2026, 3, 4, 13, tzinfo=UTC)
    assert {name: str(event["UID"]) for name, event in before.items()} == {name: str(event["UID"]) for name, event in after.items()}
    assert {event["SEQUENCE"] for event in after.values()} == {1}
    assert list(Rsvp.objects.filter(session=first).values_list("person__name", "answer")) == [("Ana Example", "yes")]
    assert waiting(kinds.HOST_CARD) == [("Ana", datetime(2026, 3, 3, 8, tzinfo=UTC))]


def test_an_invitation_that_still_waits_is_not_sent_beside_the_changed_one(cycle: Cycle) -> None:
    first, _ = book(cycle)
    actions.invite(first, now=MONDAY)

    actions.move_session(first, local_start="2026-03-04T14:00", by=world.person("ana"), now=MONDAY + timedelta(minutes=5))

    with mail_server() as server:
        assert sorted(name for name, _, _ in send(server, MONDAY + timedelta(minutes=7))) == ["ana", "ben", "cho"]


def test_a_move_that_breaks_the_gap_says_which_days_are_possible(cycle: Cycle) -> None:
    _, again = book(cycle)

    with pytest.raises(actions.BadDate, match="from Saturday 28 March to Tuesday 7 April"):
        actions.move_session(again, local_start="2026-04-20T10:00", by=world.person("ana"), now=MONDAY)

    again.refresh_from_db()
    assert (again.local_start, again.sequence) == ("2026-03-31T10:00", 0)


def test_only_members_move_and_answer_and_never_after_the_end(cycle: Cycle) -> None:
    first, _ = book(cycle)
    with pytest.raises(actions.NotAMember):
        actions.move_session(first, local_start="2026-03-04T14:00", by=world.person("dan"), now=MONDAY)
    with pytest.raises(actions.NotAMember):
        actions.answer(first, person=world.person("dan"), answer=Answer.YES, now=MONDAY)
    first.start(now=MONDAY)
    first.finish(now=MONDAY)

    with pytest.raises(actions.SessionIsOver):
        actions.move_session(first, local_start="2026-03-04T14:00", by=world.person("ana"), now=MONDAY)
    with pytest.raises(actions.SessionIsOver):
        actions.answer(first, person=world.person("ana"), answer=Answer.NO, now=MONDAY)


def test_hosting_passes_to_whoever_hosted_least_and_their_cards_follow(cycle: Cycle) -> None:
    first, again = book(cycle)
    for session in (first, again):
        actions.invite(session, now=MONDAY - timedelta(hours=3))

    passed = actions.pass_hosting(again, by=world.person("ben"), now=MONDAY)

    assert passed.host == world.person("cho")
    assert [name for name, _ in waiting(kinds.HOST_CARD)] == ["Ana", "Cho"]
    assert [name for name, _ in waiting(kinds.TOMORROW)] == ["Ana", "Ben"]
    assert actions.pass_hosting(again, by=world.person("ben"), now=MONDAY).host == world.person("cho")


def test_reminders_survive_another_hour_of_the_same_day_another_place_and_a_host_who_hosts_after_all(cycle: Cycle) -> None:
    first, again = book(cycle)
    for session in (first, again):
        actions.invite(session, now=MONDAY - timedelta(hours=3))
    reminded = waiting(kinds.HOST_CARD), waiting(kinds.TOMORROW)
    ben, cho = world.person("ben"), world.person("cho")

    actions.move_session(again, local_start="2026-03-31T14:00", by=ben, now=MONDAY)
    assert (waiting(kinds.HOST_CARD), waiting(kinds.TOMORROW)) == reminded
    assert {notice.not_after.isoformat() for notice in Notice.objects.waiting().filter(kind=kinds.TOMORROW)} == {
        "2026-03-31T12:00:00+00:00"
    }

    actions.set_place(again, place="Room Oak", now=MONDAY + timedelta(hours=1))
    assert (waiting(kinds.HOST_CARD), waiting(kinds.TOMORROW)) == reminded

    for host in (cho, ben):
        actions.hand_over(again, host=host, now=MONDAY + timedelta(hours=2))
    assert (waiting(kinds.HOST_CARD), waiting(kinds.TOMORROW)) == reminded

    Notice.objects.waiting().filter(kind=kinds.HOST_CARD, person=ben).update(sent_at=MONDAY)
    for host in (cho, ben):
        actions.hand_over(again, host=host, now=MONDAY + timedelta(hours=3))
    assert waiting(kinds.HOST_CARD) == reminded[0][:1]  # Ben has his


def test_cancelling_frees_every_calendar_once(cycle: Cycle) -> None:
    for session in book(cycle):
        actions.invite(session, now=MONDAY)
    with mail_server() as server:
        send(server, MONDAY)
        actions.cancel_sessions(cycle, now=MONDAY + timedelta(minutes=5))
        actions.cancel_sessions(cycle, now=MONDAY + timedelta(minutes=6))
        entries = send(server, MONDAY + timedelta(minutes=7))

    assert sorted((name, str(event["STATUS"]), int(event["SEQUENCE"])) for name, event, _ in entries) == [
        (name, "CANCELLED", 1) for name in ("ana", "ana", "ben", "ben", "cho", "cho")
    ]
    assert waiting(kinds.HOST_CARD) == waiting(kinds.TOMORROW) == []


def test_who_leaves_the_group_is_taken_out_of_the_sessions_ahead_once(cycle: Cycle) -> None:
    for session in book(cycle):
        actions.invite(session, now=MONDAY)
    ana: Person = world.person("ana")
    with mail_server() as server:
        send(server, MONDAY)
        cycle.group.memberships.get(person=ana).end(now=MONDAY + timedelta(minutes=5))
        for minutes in (6, 7):
            free_calendars_of_leavers(MONDAY + timedelta(minutes=minutes))
        entries = send(server, MONDAY + timedelta(minutes=8))

    assert [(name, str(event["STATUS"])) for name, event, _ in entries] == [("ana", "CANCELLED"), ("ana", "CANCELLED")]
    assert Session.objects.get(cycle=cycle, kind=Kind.FIRST).host == world.person("cho")
    assert "Ana" not in [name for kind in (kinds.HOST_CARD, kinds.TOMORROW) for name, _ in waiting(kind)]


def test_hosting_passes_from_one_to_the_next_and_comes_back_only_when_all_have_passed(cycle: Cycle) -> None:
    first, again = book(cycle)
    asked = []
    for _ in range(4):
        again.refresh_from_db()
        asked.append(str(again.host and again.host.first_name))
        again = actions.pass_hosting(again, by=again.host, now=MONDAY)  # type: ignore[arg-type]

    assert asked == ["Ben", "Cho", "Ana", "Ben"]  # Ana hosts the first one, so she comes after those who do not
    assert first.host == world.person("ana")


def test_nobody_hosts_twice_before_all_have(cycle: Cycle) -> None:
    """Three cycles of a group of three, each session held by its host."""
    hosts = []
    for _ in range(3):
        members = Membership.objects.live().filter(group=cycle.group)
        host = min(members, key=lambda seat: (seat.times_hosted, seat.seat)).person
        for session in book(cycle, host=host):
            hosts.append(str(session.host and session.host.first_name))
        members.filter(person__name__in=[f"{name} Example" for name in hosts[-2:]]).update(times_hosted=models.F("times_hosted") + 1)
        Session.objects.all().delete()
    assert [sorted(hosts[at : at + 3]) for at in (0, 3)] == [["Ana", "Ben", "Cho"]] * 2


def test_the_hosts_of_both_sessions_change_places_by_one_tap_and_each_gets_the_card_the_day_before_theirs(cycle: Cycle) -> None:
    first, again = book(cycle)
    for session in (first, again):
        actions.invite(session, now=MONDAY - timedelta(hours=3))
    actions.swap_hosts(cycle, by=world.person("cho"), now=MONDAY)
    assert Session.objects.get(id=first.id).host == world.person("ana")

    with time_machine.travel(MONDAY, tick=False):
        browser, page = world.sign_in(world.person("ben")), reverse("group", args=[cycle.group_id])
        assert "Swap: I host the other session" in browser.get(page).content.decode()
        assert browser.post(reverse("session-host", args=[again.id]), {"host": "swap", "from": "group"}).headers["Location"] == page

    hosts = [str(Session.objects.get(id=one.id).host) for one in (first, again)]
    assert hosts == [str(world.person(name)) for name in ("ben", "ana")]
    assert waiting(kinds.HOST_CARD) == [("Ben", MONDAY.replace(hour=8)), ("Ana", MONDAY.replace(day=30, hour=7))]
    Session.objects.filter(id=first.id).update(started_at=MONDAY)
    actions.swap_hosts(cycle, by=world.person("ana"), now=MONDAY)
    assert [str(Session.objects.get(id=one.id).host) for one in (first, again)] == hosts


def test_the_line_of_the_day_before_skips_days_off_and_holidays_of_the_person(cycle: Cycle) -> None:
    WorkingHours.objects.create(person=world.person("ben"), weekdays=[0, 1, 2])
    world.person("cho", country="DE")
    _first, again = book(
        cycle, first_local="2026-03-10T10:00", reconvene_local="2026-04-07T10:00", host=world.person("cho")
    )  # after Easter
    actions.invite(again, now=MONDAY)
    ana_hosts = again.host == world.person("ana")
    assert ana_hosts and [(name, due.date().isoformat()) for name, due in waiting(kinds.HOST_CARD)] == [("Ana", "2026-04-02")]
    assert [(name, due.date().isoformat()) for name, due in waiting(kinds.TOMORROW)] == [("Ben", "2026-04-01"), ("Cho", "2026-04-02")]
