"""What comes back, read from a real IMAP server: bounces, complaints, and mails that nobody understands."""

import random
import uuid
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from django.urls import reverse

from reconvene.notices import actions, bounces, mailbox
from reconvene.notices.models import Bounce, BounceKind, Notice, Preference
from reconvene.notices.queries import how_many_unreachable, returned_lately
from tests import world
from tests.notices.mail_server import mail_server
from tests.notices.mailbox_server import Mailbox, mailbox_server, self_signed
from tests.notices.returned import bounce, complaint
from tests.notices.test_sending import NOON, drain, put
from tests.notices.test_sending import kinds as kinds  # the kinds of notices that these tests put
from tests.world import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def one_box() -> Iterator[Mailbox]:
    with mailbox_server() as box:
        yield box


@pytest.fixture
def box(one_box: Mailbox) -> Mailbox:
    """A mailbox in which everything has been read."""
    mailbox.read_mailbox(now=MONDAY)
    return one_box


@pytest.fixture
def sent() -> Notice:
    """A notice to Ana that the mail server has taken."""
    notice = put(world.person("ana"))
    with mail_server():
        drain()
    notice.refresh_from_db()
    assert notice.sent_at is not None
    return notice


def arrives_after(notice: Notice, *, is_counted: bool = False) -> int:
    """How many mails the same person gets of one more notice."""
    put(notice.person, subject_id=uuid.uuid4(), is_counted=is_counted)
    with mail_server() as server:
        drain(NOON + timedelta(minutes=1))
    return len(server.arrived)


def test_a_permanent_bounce_closes_the_address_and_is_told_to_the_person(box: Mailbox, sent: Notice) -> None:
    box.deliver(bounce(sent))

    assert mailbox.read_mailbox(now=NOON) == 1

    found = Bounce.objects.get()
    assert (found.notice, found.person, found.kind, found.status, found.address) == (
        sent,
        sent.person,
        "permanent",
        "5.1.1",
        sent.person.email,
    )
    assert (box.count("UNSEEN"), how_many_unreachable()) == (0, 1)
    assert arrives_after(sent) == 0
    assert Notice.objects.get(sent_at=None).dropped_because == "unreachable"
    page = world.sign_in(sent.person).get(reverse("account")).content.decode()
    assert "Messages to ana@aldermoor.example came back" in page


def test_the_person_says_that_the_address_works_again(box: Mailbox, sent: Notice) -> None:
    box.deliver(bounce(sent))
    mailbox.read_mailbox(now=NOON)

    answer = world.sign_in(sent.person).post(reverse("account-address"), follow=True).content.decode()

    assert "came back" not in answer
    assert how_many_unreachable() == 0
    assert arrives_after(sent) == 1


def test_another_address_is_not_concerned(box: Mailbox, sent: Notice) -> None:
    box.deliver(bounce(sent))
    mailbox.read_mailbox(now=NOON)
    sent.person.email = "ana.new@aldermoor.example"
    sent.person.save()

    assert arrives_after(sent) == 1


@pytest.mark.parametrize(
    ("status", "action", "kind"),
    [
        ("5.1.1", "failed", BounceKind.PERMANENT), ("5.0.0", "failed", BounceKind.PERMANENT), ("", "failed", BounceKind.PERMANENT),
        ("5.2.2", "failed", BounceKind.TEMPORARY), ("5.7.1", "failed", BounceKind.TEMPORARY), ("4.4.1", "failed", BounceKind.TEMPORARY),
        ("5.4.7", "failed", BounceKind.TEMPORARY), ("5.4.14", "failed", BounceKind.TEMPORARY), ("5.4.300", "failed", BounceKind.TEMPORARY),
        ("5.4.1", "failed", BounceKind.PERMANENT), ("5.4.4", "failed", BounceKind.PERMANENT),
        ("4.0.0", "delayed", BounceKind.TEMPORARY), ("2.0.0", "delivered", None), ("5.1.1", "relayed", None),
    ],
)  # fmt: skip
def test_a_report_is_classed_by_action_and_status(status: str, action: str, kind: BounceKind | None) -> None:
    notice = Notice(person=world.person("ana"), kind="test", subject_id=uuid.uuid4())

    report = bounces.read_report(message_from_bytes(bounce(notice, status=status, action=action)))

    assert report is not None
    assert (report.notice_id, report.organisation_id, report.kind) == (notice.id, notice.organisation_id, kind)


def test_a_report_that_returns_only_the_headers_is_understood(box: Mailbox, sent: Notice) -> None:
    box.deliver(bounce(sent, returned="text/rfc822-headers"))

    assert mailbox.read_mailbox(now=NOON) == 1
    assert returned_lately(now=NOON, days=1) == {BounceKind.PERMANENT: 1}


def test_a_temporary_bounce_is_counted_and_changes_nothing_else(box: Mailbox, sent: Notice) -> None:
    box.deliver(bounce(sent, status="4.2.2", action="delayed"))
    box.deliver(bounce(sent, status="4.2.2", action="delayed"))

    assert mailbox.read_mailbox(now=NOON) == 2
    assert returned_lately(now=NOON, days=1) == {BounceKind.TEMPORARY: 1}
    assert arrives_after(sent) == 1


def test_a_complaint_pauses_the_counted_messages_only(box: Mailbox, sent: Notice) -> None:
    box.deliver(complaint(sent))

    assert mailbox.read_mailbox(now=NOON) == 1
    assert Preference.objects.get(person=sent.person).muted_at == NOON
    assert arrives_after(sent, is_counted=True) == 0
    assert arrives_after(sent) == 1


def test_not_spam_is_no_complaint(box: Mailbox, sent: Notice) -> None:
    box.deliver(complaint(sent, kind="not-spam"))

    assert mailbox.read_mailbox(now=NOON) == 1
    assert (Bounce.objects.count(), Preference.objects.count()) == (0, 0)


def test_what_nobody_understands_is_flagged_and_holds_up_nothing(box: Mailbox, sent: Notice) -> None:
    flagged = box.count("FLAGGED")
    never_sent = put(world.person("ben"))
    box.deliver(b"Subject: A question\r\n\r\nWhere is the room?\r\n")
    box.deliver(b"Content-Type: multipart/report; boundary=" + b"b" * 5000 + b"\r\n\r\n\x00\xff")
    box.deliver(bounce(never_sent))
    box.deliver(b"X: y\r\n\r\n" + b"z" * (mailbox.LARGEST + 1))
    box.deliver(bounce(sent))

    assert mailbox.read_mailbox(now=NOON) == 1
    assert (box.count("UNSEEN"), box.count("FLAGGED") - flagged) == (0, 4)
    assert [bounce.notice for bounce in Bounce.objects.all()] == [sent]


def test_a_handler_that_fails_holds_up_no_mail_and_logs_no_word(box: Mailbox, sent: Notice, caplog: pytest.LogCaptureFixture) -> None:
    def breaks(mail: Message, *, now: object) -> bool:
        raise KeyError(str(mail["Subject"]))

    before = mailbox._handlers[:]
    mailbox._handlers.insert(0, breaks)
    try:
        box.deliver(bounce(sent))
        assert mailbox.read_mailbox(now=NOON) == 0
    finally:
        mailbox._handlers[:] = before

    logged = [record.getMessage() for record in caplog.records if record.name.startswith("reconvene")]
    assert logged == ["A mail in the mailbox could not be read: KeyError."]


def test_a_server_that_is_away_or_refuses_is_logged(settings: object, caplog: pytest.LogCaptureFixture, box: Mailbox) -> None:
    settings.MAILBOX_URL = f"imap://returned:wrong@127.0.0.1:{box.port}/"  # type: ignore[attr-defined]
    assert mailbox.read_mailbox(now=NOON) == 0
    settings.MAILBOX_URL = "imap://returned:wrong@127.0.0.1:1/"  # type: ignore[attr-defined]
    assert mailbox.read_mailbox(now=NOON) == 0

    logged = [record.getMessage() for record in caplog.records if record.name.startswith("reconvene")]
    assert logged == ["The mailbox cannot be read: error.", "The mailbox cannot be read: ConnectionRefusedError."]


@pytest.mark.parametrize("scheme", ["imaps", "imap+tls"])
def test_only_a_server_whose_certificate_is_trusted_gets_the_password(
    scheme: str, sent: Notice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    certificate = self_signed(tmp_path)
    with mailbox_server(scheme, certificate) as box:
        box.deliver(bounce(sent))

        assert (mailbox.read_mailbox(now=NOON), box.count("UNSEEN")) == (0, 1)
        logged = [record.getMessage() for record in caplog.records if record.name.startswith("reconvene")]
        assert logged == ["The mailbox cannot be read: SSLCertVerificationError."]

        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert (mailbox.read_mailbox(now=NOON), box.count("UNSEEN")) == (1, 0)


@pytest.mark.parametrize(("scheme", "usual"), [("imaps", 993), ("imap+tls", 143)])
def test_an_address_without_a_port_means_the_usual_one_of_its_server(
    scheme: str, usual: int, sent: Notice, settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mailbox_server(scheme, certificate) as box:
        box.deliver(bounce(sent))
        assert mailbox.PORTS[scheme] == usual
        monkeypatch.setitem(mailbox.PORTS, scheme, box.port)  # the usual one is not ours to listen on
        settings.MAILBOX_URL = box.address.replace(f":{box.port}/", "/")  # type: ignore[attr-defined]

        assert mailbox.read_mailbox(now=NOON) == 1


def test_hostile_reports_never_crash_the_reading(sent: Notice) -> None:
    whole, chance, read = bounce(sent), random.Random(7), 0
    for _ in range(1500):
        raw = bytearray(whole)
        for _ in range(chance.randrange(1, 30)):
            place = chance.randrange(len(raw))
            raw[place : place + chance.randrange(0, 9)] = chance.choice(
                [b"", b"\x00", b"\r", b"\xff\xfe", b"--b1\r\n", b"=?utf-8?b?", b"((((", b";", b'"']
            )
        read += mailbox._understand(bytes(raw), now=NOON)
    nested = b"".join(b"Content-Type: multipart/report; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth) for depth in range(3000))

    assert mailbox._understand(nested + whole, now=NOON) in (True, False)
    assert read > 0
    assert Bounce.objects.count() <= len(BounceKind)


def test_muting_by_complaint_is_done_once(sent: Notice) -> None:
    mailbox._understand(complaint(sent), now=NOON)
    actions.unmute(sent.person)
    mailbox._understand(complaint(sent), now=NOON + timedelta(days=1))

    assert Preference.objects.get(person=sent.person).muted_at is None
