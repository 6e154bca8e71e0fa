"""Workers that die, fight, come back after days, or talk to a mail server that misbehaves: no message is lost, doubled, early or stale."""

import os
import random
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import F

from reconvene.base import tenancy
from reconvene.integrations.channels.encryption import base64url
from reconvene.notices import registry, sending
from reconvene.notices.mail import build
from reconvene.notices.models import Notice, Preference
from reconvene.notices.rules import Message
from reconvene.people.models import Person
from reconvene.scheduling.ics import REQUEST, Entry, serialise
from tests import world
from tests.faults.hall import IS_FULL, volume
from tests.faults.mail_worker import IN_WINDOW, KIND, STEPS, Nursery, compose
from tests.integrations.channels.browsers import Device
from tests.integrations.servers import server
from tests.notices.mail_server import mail_server
from tests.notices.sink import Sink, sink
from tests.world import MONDAY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nowhere]
NOON = MONDAY + timedelta(hours=2)


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    before = dict(registry._composers)
    registry.register(KIND, compose)
    yield
    registry._composers.clear()
    registry._composers.update(before)


@pytest.fixture
def mails(tmp_path: Path) -> Iterator[Sink]:
    with sink(tmp_path / "mails") as running:
        yield running


@pytest.fixture
def nursery(mails: Sink, tmp_path: Path) -> Iterator[Nursery]:
    with Nursery(port=mails.port, folder=tmp_path) as running:
        yield running


def fill(notices: int, *, people: int, due_at: Callable[[int], datetime] = lambda _number: MONDAY, days: float = 3) -> uuid.UUID:
    """An organisation with so many due notices for so many people."""
    organisation = world.make_organisation("Aldermoor").id
    with tenancy.within(organisation):
        made = Person.objects.bulk_create(
            [Person(name=f"Person {number}", email=f"p{number}@aldermoor.example", time_zone="Europe/Berlin") for number in range(people)],
            batch_size=1000,
        )
        Notice.objects.bulk_create(
            [
                Notice(
                    person=made[number % people], kind=KIND, subject_id=uuid.uuid4(), due_at=due_at(number),
                    not_after=due_at(number) + timedelta(days=days),
                )
                for number in range(notices)
            ],
            batch_size=1000,
        )  # fmt: skip
    return organisation


def end_leases() -> None:
    """As if the leases of the dead had run out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('reconvene.organisation', '*', false)")
        cursor.execute("UPDATE notices_notice SET leased_until = now() - interval '1 second' WHERE leased_until IS NOT NULL")
        cursor.execute("SELECT set_config('reconvene.organisation', '', false)")


def expected(organisation: uuid.UUID) -> set[str]:
    with tenancy.within(organisation):
        return {notice.message_id for notice in Notice.objects.all()}


def report(words: str, begun: float) -> None:
    print(f"\n{words}, {time.monotonic() - begun:.0f} s, load {os.getloadavg()[0]:.1f}")


def test_a_worker_killed_at_any_step_loses_nothing_and_repeats_at_most_the_mail_in_its_hands(mails: Sink, nursery: Nursery) -> None:
    """From the server's "taken" until that is committed is the window that SMTP cannot close; nowhere else may one be doubled."""
    begun, kills, notices = time.monotonic(), volume(1, 250), volume(20, 400)
    chance, in_window = random.Random(7), 0
    for step in STEPS:
        organisation = fill(notices, people=notices)
        before = len(mails.arrived())
        for _ in range(kills):
            nursery.work(
                organisation,
                now=NOON,
                step=step,
                number=chance.randrange(1, 3) if step in ("claimed", "written") else chance.randrange(1, 9),
            )
            end_leases()
        nursery.work(organisation, now=NOON)
        counts = Counter(name for _moment, name in mails.arrived()[before:])
        doubled = sum(counts.values()) - len(counts)

        assert set(counts) == expected(organisation), step
        assert doubled <= (kills if step in IN_WINDOW else 0), step
        in_window += doubled
        with tenancy.within(organisation):
            assert not Notice.objects.waiting().exists()
            world.Organisation.objects.filter(id=organisation).delete()
    report(f"{kills} kills at each of {len(STEPS)} steps, {notices} notices each: 0 lost, {in_window} repeated, all in the window", begun)
    assert in_window > 0  # otherwise nobody was killed there


def test_a_worker_killed_while_it_pushes_or_turns_to_mail_loses_nothing_and_repeats_at_most_one(
    mails: Sink, nursery: Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody wants web push, and every other device is gone: each message arrives on one of the two ways, and never on both."""
    begun, notices, device = time.monotonic(), volume(12, 200), Device()
    monkeypatch.setenv("RECONVENE_INSIDE_HOSTS", "localhost")
    steps = STEPS if IS_FULL else IN_WINDOW
    for step in steps:
        organisation, before = fill(notices, people=notices), len(mails.arrived())
        with server(lambda _handler, asked: (410 if asked.path.startswith("/gone") else 201, {}, b"")) as service:
            with tenancy.within(organisation):
                for number, person in enumerate(Person.objects.order_by("email")):
                    Preference.objects.create(person=person, channel="push")
                    device.row(person, f"{service.origin}/{'gone' if number % 2 else 'there'}/{person.id}")
            for number in (1, 2):
                nursery.work(organisation, now=NOON, step=step, number=number)
                end_leases()
            nursery.work(organisation, now=NOON)
        pushed = Counter(asked.headers["topic"] for asked in service.asked if asked.path.startswith("/there"))
        mailed = Counter(name for _moment, name in mails.arrived()[before:])
        with tenancy.within(organisation):
            ways = {channel: set(Notice.objects.filter(channel=channel)) for channel in ("push", "mail")}
            assert not Notice.objects.waiting().exists(), step
            world.Organisation.objects.filter(id=organisation).delete()
        doubled = sum(pushed.values()) - len(pushed) + sum(mailed.values()) - len(mailed)

        assert set(pushed) == {base64url(notice.id.bytes) for notice in ways["push"]}, step
        assert set(mailed) == {notice.message_id for notice in ways["mail"]}, step
        assert len(pushed) == len(mailed) == notices // 2, step
        assert doubled <= (2 if step in IN_WINDOW else 0), step
    report(f"2 kills at each of {len(steps)} steps, {notices} notices by push, half of the devices gone: 0 lost, 0 on both ways", begun)


def test_many_workers_never_double(mails: Sink, nursery: Nursery) -> None:
    begun, rounds, notices, workers = time.monotonic(), volume(1, 20), volume(400, 10_000), volume(4, 8)
    for _ in range(rounds):
        organisation = fill(notices, people=notices // 2)
        before = len(mails.arrived())
        nursery.work(organisation, now=NOON, workers=workers)
        names = [name for _moment, name in mails.arrived()[before:]]
        assert len(names) == len(set(names)) == notices
        assert set(names) == expected(organisation)
        with tenancy.within(organisation):
            world.Organisation.objects.filter(id=organisation).delete()
    report(f"{workers} workers, {notices} notices, {rounds} rounds: 0 double, 0 lost", begun)


def test_two_days_without_a_worker_end_without_a_flood(mails: Sink, nursery: Nursery) -> None:
    """Four late notices for each person, some worth nothing any more: none of those leaves, and nobody gets two late ones on one day."""
    begun, notices = time.monotonic(), volume(300, 20_000)
    organisation = fill(notices, people=notices // 4, due_at=lambda number: MONDAY + timedelta(hours=number % 41), days=2)
    back, per_day = MONDAY + timedelta(hours=48), []
    for day in range(3):
        now, before = back + timedelta(days=day), len(mails.arrived())
        nursery.work(organisation, now=now)
        sent_to = _people_of(organisation, {name for _moment, name in mails.arrived()[before:]})
        per_day.append(len(sent_to))
        assert max(Counter(sent_to).values(), default=0) <= 1
    with tenancy.within(organisation):
        stale = Notice.objects.filter(sent_at__gt=F("not_after")).count()
        left = Notice.objects.waiting().count()
    report(f"48 h away with {notices} due: {per_day} sent on the days after, none stale", begun)

    assert (stale, left) == (0, 0)
    assert per_day[0] > per_day[1] > 0


def _people_of(organisation: uuid.UUID, names: set[str]) -> list[uuid.UUID]:
    with tenancy.within(organisation):
        return [notice.person_id for notice in Notice.objects.exclude(sent_at=None) if notice.message_id in names]


@pytest.mark.parametrize("trouble", ["451 Later", "421 Closing", "drops", "hangs"])
def test_a_server_in_trouble_gets_every_mail_in_the_end(trouble: str) -> None:
    organisation = fill(6, people=6)
    behaviour = {"drops": {"drops_after_data": True}, "hangs": {"hangs_for": 3.0}}.get(trouble, {"data_answer": trouble})
    with mail_server(**behaviour):
        first = sending.drain(organisation, now=NOON)
    now, arrived = NOON, []
    with mail_server() as server:
        for _ in range(8):
            now += timedelta(minutes=10)
            sending.drain(organisation, now=now)
        arrived = [mail["Message-ID"] for _recipients, mail in server.arrived]

    assert first.sent == 0
    assert len(arrived) == len(set(arrived)) == 6
    assert set(arrived) == expected(organisation)


HOSTILE = ["\r", "\n", "\r\n", "\x00", "\x0b", "\x85", "\u2028", "\u2029", "\t", " ", ":", ";", ",", "\\", '"', "<", ">", "=?utf-8?q?=0a?=", "Bcc: x@y",
           "\r\nBcc: eve@evil.example", "\nBEGIN:VEVENT", "\r\nATTENDEE:mailto:eve@evil.example", "END:VCALENDAR", "\U0001f426", "é", "ß", "\u202e", "%0d%0a", "{{", "a" * 80]  # fmt: skip


def hostile(chance: random.Random) -> str:
    return "".join(chance.choice(HOSTILE) for _ in range(chance.randrange(1, 9)))


def test_hostile_names_and_titles_change_neither_headers_nor_properties() -> None:
    begun, texts, chance = time.monotonic(), volume(200, 100_000), random.Random(11)
    organisation = fill(1, people=1)
    with tenancy.within(organisation):
        notice = Notice.objects.select_related("person__organisation").get()
        usual, event = _shape(notice, "Usual"), _properties("Usual")
        for _ in range(texts):
            text = hostile(chance)
            assert _shape(notice, text) == usual, repr(text)
            assert _properties(text) == event, repr(text)
    report(f"{texts} hostile texts through mail and calendar: headers and properties as usual", begun)


def _shape(notice: Notice, text: str) -> list[str]:
    """The header names of a mail with this subject, name of the organisation and line."""
    notice.person.organisation.name = text
    raw = build(notice, Message(text, (text, "Second line")), number=0).message().as_bytes()
    mail = message_from_bytes(raw, policy=policy.default)
    assert [str(address) for address in (mail["To"], mail["From"])] == ["p0@aldermoor.example", "reconvene@localhost"]
    return sorted(name for part in mail.walk() for name in part.keys() if name not in ("Content-Transfer-Encoding",))  # noqa: SIM118


def _properties(text: str) -> list[str]:
    """The property names of a calendar entry with this title and place, which must come back as they were, line ends apart."""
    from icalendar import Calendar

    entry = Entry(
        uid="x@reconvene", sequence=0, title=text, starts=datetime(2026, 3, 3, 10, 0), zone="Europe/Berlin", minutes=90, place=text,
        address="https://reconvene.example/x", attendee="p0@aldermoor.example", organiser="reconvene@example.org", stamped_at=MONDAY,
    )  # fmt: skip
    raw = serialise(entry, method=REQUEST)
    (event,) = Calendar.from_ical(raw).walk("VEVENT")
    again = Calendar.from_ical(Calendar.from_ical(raw).to_ical()).walk("VEVENT")[0]
    assert (str(again["SUMMARY"]), str(again.get("LOCATION", ""))) == (str(event["SUMMARY"]), str(event.get("LOCATION", "")))
    return sorted(name for name in event if name != "LOCATION")
