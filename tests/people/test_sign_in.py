"""Signing in by a mailed code over a real mail server: who gets in, where they land, and what strangers can learn from the answers."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from reconvene.base import tenancy
from reconvene.base.middleware import ORGANISATION
from reconvene.people import mail_door, sign_in
from reconvene.people.models import Person
from tests import world
from tests.config.installation import wait_until
from tests.notices.mail_server import MailServer, mail_server

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    cache.clear()  # how often somebody has asked lately
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def post() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server
        mails(server)  # none is left to the next test


def no_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one in the settings is away."""
    monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
    monkeypatch.setattr(settings, "EMAIL_HOST", "127.0.0.1")
    monkeypatch.setattr(settings, "EMAIL_PORT", 1)  # nobody listens there


def ask_for_code(client: Client, address: str) -> str:
    """Ask; the answer has to be the way to the next page, whoever asks."""
    answer = client.post("/sign-in/", {"email": address})
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/code/"), answer.content.decode()[:2000]
    page = client.get("/sign-in/code/")
    assert page.status_code == 200
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]*"|"x-csrftoken": "\w+"', "", page.content.decode())


def mails(post: MailServer) -> list[tuple[tuple[str, ...], EmailMessage]]:
    """What has arrived when every code that was asked for has been handed over or refused."""
    everyone = threading.Barrier(sign_in.SENDERS + 1)
    for _ in range(sign_in.SENDERS):
        sign_in.CODES.submit(everyone.wait)
    everyone.wait(timeout=30)
    return post.arrived


def code_for(post: MailServer, address: str) -> str:
    """The code in the latest message, which goes to this address alone."""
    recipients, message = mails(post)[-1]
    assert recipients == (address,)
    body = message.get_body(("plain",))
    assert body is not None
    found = re.search(r"^\s*([A-Z0-9]{3,}[-A-Z0-9]*)\s*$", body.get_content(), re.MULTILINE)
    assert found, body.get_content()
    return found[1]


def is_signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_the_mailed_code_signs_in_and_the_session_gets_a_new_key(post: MailServer) -> None:
    ana, client = world.person("ana"), Client()
    ask_for_code(client, ana.email)
    before = client.cookies[settings.SESSION_COOKIE_NAME].value

    answer = client.post("/sign-in/code/", {"code": code_for(post, ana.email)})

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(ana.id)
    assert client.session[ORGANISATION] == str(ana.organisation_id)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert is_signed_in(client)


@pytest.mark.parametrize(("becomes", "signs_in"), [("right@aldermoor.example", False), (None, False), ("ANA@aldermoor.example", True)])
def test_a_code_that_went_to_an_address_opens_nothing_once_that_is_not_the_persons_any_more(
    post: MailServer, becomes: str | None, signs_in: bool
) -> None:
    ana, client = world.person("ana"), Client()
    ask_for_code(client, ana.email)
    Person.objects.filter(id=ana.id).update(email=becomes)

    answer = client.post("/sign-in/code/", {"code": code_for(post, ana.email)})

    assert (answer.status_code, answer["Location"]) == (302, "/" if signs_in else "/sign-in/")
    assert is_signed_in(client) == signs_in


def test_the_address_is_found_in_any_case(post: MailServer) -> None:
    client = Client()
    ask_for_code(client, "ANA@Aldermoor.Example" if world.person("ana") else "")

    client.post("/sign-in/code/", {"code": code_for(post, mails(post)[-1][0][0]).lower()})

    assert is_signed_in(client)


def test_after_signing_in_one_is_where_one_wanted_to_go_and_never_elsewhere(post: MailServer) -> None:
    ana = world.person("ana")
    for wanted, lands in (("/playbook/", "/playbook/"), ("https://elsewhere.example/", "/")):
        client = Client()
        answer = client.post("/sign-in/", {"email": ana.email, "next": wanted})
        answer = client.post(answer["Location"], {"code": code_for(post, ana.email), "next": wanted})
        assert answer["Location"] == lands


def test_an_unknown_address_gets_the_same_answer_and_no_message(post: MailServer) -> None:
    known = ask_for_code(Client(), world.person("ana").email)
    assert len(mails(post)) == 1

    unknown = ask_for_code(Client(), "nobody@aldermoor.example")

    assert unknown == known
    assert len(mails(post)) == 1


def test_an_address_that_no_database_can_hold_is_refused_like_any_that_is_none() -> None:
    answers = [Client().post("/sign-in/", {"email": address}) for address in ("no address", "a\x00na@aldermoor.example")]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_no_code_signs_in_behind_an_unknown_address(post: MailServer) -> None:
    client = Client()
    ask_for_code(client, "nobody@aldermoor.example")

    for code in ("", "None", "ABC123"):
        assert client.post("/sign-in/code/", {"code": code}).status_code in (200, 302)

    assert not is_signed_in(client)


def test_a_wrong_code_is_refused_and_the_third_one_ends_the_attempt(post: MailServer) -> None:
    ana, client = world.person("ana"), Client()
    ask_for_code(client, ana.email)
    code = code_for(post, ana.email)

    answers = [client.post("/sign-in/code/", {"code": "WRONG1"}) for _ in range(3)]

    assert b"What you wrote is still here" in answers[0].content
    assert answers[-1].status_code == 302
    client.post("/sign-in/code/", {"code": code})
    assert not is_signed_in(client)


def test_a_code_works_once(post: MailServer) -> None:
    ana, first, second = world.person("ana"), Client(), Client()
    ask_for_code(first, ana.email)
    code = code_for(post, ana.email)
    first.post("/sign-in/code/", {"code": code})

    ask_for_code(second, ana.email)
    second.post("/sign-in/code/", {"code": code})

    assert (is_signed_in(first), is_signed_in(second)) == (True, False)


def test_a_code_ends_after_fifteen_minutes(post: MailServer) -> None:
    ana = world.person("ana")
    for minutes, gets_in in ((14, True), (16, False)):
        client = Client()
        with time_machine.travel(NOW, tick=False):
            ask_for_code(client, ana.email)
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            client.post("/sign-in/code/", {"code": code_for(post, ana.email)})
            assert is_signed_in(client) is gets_in


def test_the_way_back_from_the_code_page_leads_to_the_address_again(post: MailServer) -> None:
    client = Client()
    ask_for_code(client, "ana@aldermor.example")

    page = client.get("/sign-in/")

    assert page.status_code == 200
    assert b'name="email"' in page.content
    ask_for_code(client, world.person("ana").email)
    client.post("/sign-in/code/", {"code": code_for(post, world.person("ana").email)})
    assert is_signed_in(client)


def test_who_has_left_gets_no_code(post: MailServer) -> None:
    ana = world.person("ana", left_at=NOW - timedelta(days=1))

    ask_for_code(Client(), ana.email)

    assert mails(post) == []


def test_who_leaves_while_the_code_is_on_its_way_does_not_get_in(post: MailServer) -> None:
    ana, client = world.person("ana"), Client()
    ask_for_code(client, ana.email)
    ana.leave(now=NOW)

    answer = client.post("/sign-in/code/", {"code": code_for(post, ana.email)})

    assert answer.status_code < 500
    assert not is_signed_in(client)


def test_who_leaves_is_signed_out_at_the_next_page() -> None:
    ana = world.person("ana")
    client = world.sign_in(ana)
    assert is_signed_in(client)

    ana.leave(now=NOW)

    assert not is_signed_in(client)


def test_everybody_lands_in_their_own_organisation(post: MailServer) -> None:
    ours = world.person("ana")
    other = world.make_organisation("Other")
    with tenancy.within(other.id):
        gil = world.person("gil")
    client = Client()
    ask_for_code(client, ours.email)  # the same browser, first with an address of ours
    ask_for_code(client, gil.email)

    client.post("/sign-in/code/", {"code": code_for(post, gil.email)})

    assert client.session[ORGANISATION] == str(other.id)
    assert b"Reconvene at Other" in client.get("/account/").content


@pytest.mark.parametrize("refusal", ["451 Not now", "550 No such mailbox"])
def test_a_mail_server_that_refuses_one_address_tells_nobody_that_it_is_known(refusal: str, caplog: pytest.LogCaptureFixture) -> None:
    ana = world.person("ana")
    with mail_server(recipient_answer=refusal) as server:
        pages = [ask_for_code(Client(), one) for one in (ana.email, "nobody@aldermoor.example")]
        assert mails(server) == []

    assert pages[0].replace(ana.email, "-") == pages[1].replace("nobody@aldermoor.example", "-")
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("reconvene")]
    assert ours == ["The mail server did not take a sign-in code: SMTPRecipientsRefused."]


def test_a_mail_server_that_does_not_answer_tells_nobody_who_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    no_mail_server(monkeypatch)
    answers = [Client().post("/sign-in/", {"email": one}) for one in (world.person("ana").email, "nobody@aldermoor.example")]

    assert [answer.status_code for answer in answers] == [503, 503]
    assert all("could not be sent" in answer.content.decode() for answer in answers)


def test_a_mail_server_that_hangs_is_called_once_for_all_who_ask_and_then_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_door, "PATIENCE", 0.5)
    with hanging_server(monkeypatch) as callers, ThreadPoolExecutor(4) as requests:
        door = mail_door.Door()
        assert list(requests.map(lambda _number: door.opens(), range(4))) == [False] * 4
        assert len(callers()) == 1

        answers = [Client().post("/sign-in/", {"email": one}) for one in (world.person("ana").email, "nobody@aldermoor.example")]
        assert [answer.status_code for answer in answers] == [503, 503]
        assert len(callers()) == 1

    cache.delete(mail_door.AWAY)
    with mail_server():
        assert wait_until(door.opens)


@contextmanager
def hanging_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[socket.socket]]]:
    """The mail server in the settings takes every call and never says a word. Gives what lists its callers so far."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.setblocking(False)
        monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
        monkeypatch.setattr(settings, "EMAIL_HOST", "127.0.0.1")
        monkeypatch.setattr(settings, "EMAIL_PORT", listening.getsockname()[1])
        found: list[socket.socket] = []

        def callers() -> list[socket.socket]:
            with suppress(BlockingIOError):
                while True:
                    found.append(listening.accept()[0])
            return found

        yield callers
        for one in callers():
            one.close()


def test_how_long_the_mail_server_takes_with_a_code_tells_nobody_who_is_known(post: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "EMAIL_TIMEOUT", 20)
    ana = world.person("ana")
    post.held.set()

    ask_for_code(Client(), ana.email)

    assert post.arrived == []
    post.held.clear()
    assert code_for(post, ana.email)


def test_signing_out_takes_a_button_and_clears_what_is_kept_on_the_device() -> None:
    client = world.sign_in(world.person("ana"))
    assert client.get("/sign-out/").status_code == 200
    assert is_signed_in(client)

    answer = client.post("/sign-out/")

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/")
    assert answer["Clear-Site-Data"] == '"storage"'
    assert not is_signed_in(client)


def test_who_asks_again_and_again_is_told_to_wait_and_gets_no_more_mail(post: MailServer) -> None:
    ana = world.person("ana")
    for _ in range(3):
        ask_for_code(Client(), ana.email)

    answer = Client().post("/sign-in/", {"email": ana.email})

    assert answer.status_code in (200, 422, 429)
    assert "Not sent yet" in answer.content.decode()
    assert "Too many" in answer.content.decode()
    assert len(mails(post)) == 3


def test_whoever_is_told_to_wait_takes_no_time_of_the_mail_server_and_leaves_no_session(monkeypatch: pytest.MonkeyPatch) -> None:
    ana, client = world.person("ana"), Client()
    with mail_server() as server:
        for _ in range(3):
            ask_for_code(Client(), ana.email)
        assert len(mails(server)) == 3
    no_mail_server(monkeypatch)

    answer = client.post("/sign-in/", {"email": ana.email})

    assert "Too many" in answer.content.decode()
    assert "could not be sent" not in answer.content.decode()
    assert Session.objects.count() == 3
