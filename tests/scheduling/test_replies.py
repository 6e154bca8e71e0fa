"""Answers that calendar programs send: kept for the date they are about, and nothing that a stranger writes does anything."""

import contextlib
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage, Message

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from reconvene.groups.models import Group
from reconvene.notices.mailbox import read_mailbox
from reconvene.scheduling.ics import REQUEST, serialise
from reconvene.scheduling.messages import entry_of
from reconvene.scheduling.models import Rsvp, Session
from reconvene.scheduling.replies import keep_reply, read_reply, uid_of
from tests import world
from tests.notices.mailbox_server import mailbox_server
from tests.world import MONDAY

pytestmark = pytest.mark.django_db

OUTLOOK = """BEGIN:VCALENDAR\r
METHOD:REPLY\r
PRODID:Microsoft Exchange Server 2010\r
VERSION:2.0\r
BEGIN:VEVENT\r
ATTENDEE;PARTSTAT={status};CN=Ben Example:MAILTO:ben@aldermoor.example\r
COMMENT;LANGUAGE=en-US:\r
UID:{uid}\r
SUMMARY;LANGUAGE=en-US:Accepted: Learning session\r
DTSTART;TZID=W. Europe Standard Time:20260303T100000\r
DTSTAMP:20260302T120000Z\r
SEQUENCE:{sequence}\r
END:VEVENT\r
END:VCALENDAR\r
"""


@pytest.fixture
def group() -> Group:
    return world.make_group(*world.people("ana", "ben", "cho", "dan"))


def first(group: Group) -> Session:
    return Session.objects.get(cycle__group=group, kind="first")


def mail(session: Session, *, status: str = "ACCEPTED", sequence: int = 0, uid: str = "", text: str = OUTLOOK) -> Message:
    made = EmailMessage()
    made["From"], made["Subject"] = "ben@aldermoor.example", "Accepted: Learning session"
    made.set_content("")
    made.add_alternative(
        text.format(status=status, sequence=sequence, uid=uid or uid_of(session, world.person("ben"))).encode(),
        maintype="text", subtype="calendar", params={"method": "REPLY", "charset": "utf-8"},
    )  # fmt: skip
    return message_from_bytes(made.as_bytes())


@pytest.mark.parametrize(("status", "kept"), [("ACCEPTED", ["yes"]), ("declined", ["no"]), ("TENTATIVE", []), ("", [])])
def test_accepted_is_yes_declined_is_no_and_perhaps_is_left_open(group: Group, status: str, kept: list[str]) -> None:
    for _ in range(2):
        assert keep_reply(mail(first(group), status=status), now=MONDAY)
    assert list(Rsvp.objects.values_list("answer", flat=True)) == kept
    assert all(rsvp.person == world.person("ben") for rsvp in Rsvp.objects.select_related("person"))


def test_an_answer_to_an_earlier_date_changes_nothing(group: Group) -> None:
    session = first(group)
    session.move(local_start="2026-03-04T10:00", starts_at=session.starts_at + timedelta(days=1))
    assert keep_reply(mail(session, status="DECLINED", sequence=0), now=MONDAY)
    assert not Rsvp.objects.exists()
    assert keep_reply(mail(session, status="DECLINED", sequence=1), now=MONDAY)
    assert Rsvp.objects.get().answer == "no"


def test_who_has_left_the_group_answers_nothing(group: Group) -> None:
    group.memberships.filter(person=world.person("ben")).update(ended_at=MONDAY)
    assert keep_reply(mail(first(group)), now=MONDAY)
    assert not Rsvp.objects.exists()


@pytest.mark.parametrize("uid", ["other@example.org", "0" * 32 + "@reconvene", "0" * 98 + "@reconvene"])
def test_what_is_about_no_entry_of_ours_is_left_to_others(group: Group, uid: str) -> None:
    assert not keep_reply(mail(first(group), uid=uid), now=MONDAY)


def test_a_request_with_our_uid_is_no_answer(group: Group) -> None:
    assert not keep_reply(mail(first(group), text=OUTLOOK.replace("REPLY", "REQUEST")), now=MONDAY)


def test_whoever_knows_the_ids_but_not_the_entry_answers_for_nobody(group: Group) -> None:
    session, ben, cho = first(group), world.person("ben"), world.person("cho")
    ids = ".".join(one.hex for one in (session.id, ben.id, session.organisation_id))
    seal_of_cho = uid_of(session, cho).partition("@")[0].rpartition(".")[2]

    for uid in (f"{ids}@reconvene", f"{ids}.{seal_of_cho}@reconvene", f"{ids}.{'0' * len(seal_of_cho)}@reconvene"):
        assert not keep_reply(mail(session, status="DECLINED", uid=uid), now=MONDAY)

    assert not Rsvp.objects.exists()


def test_an_entry_from_before_there_were_seals_keeps_its_uid_and_its_answer(group: Group) -> None:
    Session.objects.update(seal="")  # as the migration leaves those that are there
    session, ben = first(group), world.person("ben")

    uid = uid_of(session, ben)

    assert uid == f"{session.id.hex}.{ben.id.hex}.{session.organisation_id.hex}@reconvene"
    assert keep_reply(mail(session, status="DECLINED", uid=uid), now=MONDAY)
    assert Rsvp.objects.get(person=ben).answer == "no"


def test_another_secret_key_leaves_the_entries_of_calendars_as_they_are(group: Group, settings: object) -> None:
    before = uid_of(first(group), world.person("ben"))
    settings.SECRET_KEY = "another key, because the first was lost: long enough to be one"  # type: ignore[attr-defined]

    assert uid_of(first(group), world.person("ben")) == before


def test_an_unknown_organisation_or_session_does_nothing(group: Group) -> None:
    unknown = ".".join(["0" * 12 + "4" + "0" * 3 + "8" + "0" * 15] * 3) + "@reconvene"
    assert keep_reply(mail(first(group), uid=unknown), now=MONDAY)
    assert not Rsvp.objects.exists()


def test_an_answer_in_the_mailbox_is_read_and_kept_and_the_entry_asks_for_one(group: Group) -> None:
    session, ben = first(group), world.person("ben")
    with mailbox_server() as box:
        event = Calendar.from_ical(serialise(entry_of(session, ben, now=MONDAY), method=REQUEST)).walk("VEVENT")[0]
        assert (str(event["UID"]), event["ATTENDEE"].params["RSVP"]) == (uid_of(session, ben), "TRUE")
        box.deliver(mail(session, status="DECLINED", uid=str(event["UID"])).as_bytes())
        assert read_mailbox(now=MONDAY) == 1
        assert (box.count("UNSEEN"), box.count("FLAGGED")) == (0, 0)
    assert Rsvp.objects.get(person=ben).answer == "no"


@given(st.binary(max_size=400))
def test_whatever_a_stranger_writes_is_read_or_refused_and_never_hangs(noise: bytes) -> None:
    raw = b"Content-Type: text/calendar; method=REPLY\r\n\r\n" + noise
    with contextlib.suppress(ValueError, KeyError, IndexError):  # which the mailbox notes
        assert read_reply(message_from_bytes(raw)) is None
