"""Slack and Teams against a real server that answers as their public documents say. Neither was tried against the real service."""

import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs

import pytest

from reconvene.integrations import web
from reconvene.integrations.channels.slack import Slack, offer_slack
from reconvene.notices import channels, chats
from reconvene.notices.actions import give_access
from reconvene.notices.models import ChatAccess, Notice, Preference
from tests import world
from tests.integrations.channels.letters import ANSWER, NOON, drain, known_kind, prefers, put
from tests.integrations.servers import Asked, Reply, always, server
from tests.notices.mail_server import mail_server
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
KNOWN = {"ok": True, "user": {"id": "W012A3CDE"}}
TAKEN = {"ok": True, "channel": "D024BE91L", "ts": "1503435956.000247"}


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    ways, kinds = dict(channels._ways), dict(chats._kinds)
    with known_kind():
        yield
    channels._ways.update(ways)
    chats._kinds.update(kinds)


class Workspace:
    """Slack as its documents describe it: two methods, each with an answer that a test says."""

    def __init__(self, *, found: dict[str, Any] | None = None, posted: dict[str, Any] | None = None) -> None:
        self.answers = {"/api/users.lookupByEmail": found or KNOWN, "/api/chat.postMessage": posted or TAKEN}

    def __call__(self, _handler: BaseHTTPRequestHandler, asked: Asked) -> Reply:
        return 200, {"Content-Type": "application/json"}, json.dumps(self.answers[asked.path]).encode()


def slack_at(origin: str, *people: str) -> None:
    """These people want Slack, which is there."""
    offer_slack(Slack(api=f"{origin}/api"))
    give_access("slack", secret="xoxb-secret-token", by=world.person("ada"), now=MONDAY)
    for name in people:
        prefers(world.person(name), "slack")


def test_slack_finds_the_person_by_mail_address_and_gets_a_subject_and_a_signed_link_and_no_words() -> None:
    notice = put(world.person("ana"), is_counted=True)

    with server(Workspace()) as slack, mail_server() as mails:
        slack_at(slack.origin, "ana")
        assert drain() == 1

    look, post = slack.asked
    body = json.loads(post.body)
    assert parse_qs(look.body.decode()) == {"email": ["ana@aldermoor.example"]}
    assert {asked.headers["authorization"] for asked in slack.asked} == {"Bearer xoxb-secret-token"}
    assert (body["channel"], body["text"]) == ("W012A3CDE", "A neutral line")
    buttons = [one for block in body["blocks"] if block["type"] == "actions" for one in block["elements"]]
    assert [one["url"].partition("/messages/")[0] for one in buttons] == [ANSWER, "http://localhost:8000"]
    assert b"words" not in post.body and b"Second line" not in post.body
    assert mails.arrived == []
    notice.refresh_from_db()
    assert notice.channel == "slack"


@pytest.mark.parametrize(
    ("found", "posted"),
    [({"ok": False, "error": "users_not_found"}, None), (None, {"ok": False, "error": "channel_not_found"})],
)
def test_whom_slack_does_not_know_gets_mail_once_and_from_then_on(found: dict[str, Any] | None, posted: dict[str, Any] | None) -> None:
    ana, _ben = world.people("ana", "ben")
    put(ana)
    put(ana)

    with server(Workspace(found=found, posted=posted)) as slack, mail_server() as mails:
        slack_at(slack.origin, "ana", "ben")
        assert drain() == 2
        before = len(slack.asked)
        put(ana, due_at=NOON)
        assert drain() == 1

    preference = Preference.objects.get(person=ana)
    assert len(mails.arrived) == len({mail["Message-ID"] for _to, mail in mails.arrived}) == 3
    assert len(slack.asked) == before
    assert (preference.channel, preference.lost_channel, preference.lost_because) == ("mail", "slack", "unknown")
    assert Preference.objects.get(person=world.person("ben")).channel == "slack"


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive", "missing_scope"])
def test_a_refused_token_is_tried_once_everybody_gets_mail_and_their_choice_stands(error: str, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("ana", "ben", "cho"):
        put(world.person(name))

    with server(Workspace(found={"ok": False, "error": error})) as slack, mail_server() as mails:
        slack_at(slack.origin, "ana", "ben", "cho")
        assert drain() == 3
        put(world.person("ana"), due_at=NOON)
        assert drain() == 1

    access = ChatAccess.objects.get()
    assert len(mails.arrived) == 4 and len(slack.asked) == 1
    assert (access.refused_because, access.refused_at) == (error, NOON)
    assert set(Preference.objects.values_list("channel", flat=True)) == {"slack"}
    said = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("reconvene"))
    assert error in said and "xoxb" not in said and "@" not in said


def test_access_given_again_brings_the_messages_back_to_slack() -> None:
    put(world.person("ana"))

    with server(Workspace()) as slack, mail_server() as mails:
        slack_at(slack.origin, "ana")
        ChatAccess.objects.get().refuse(because="invalid_auth", now=MONDAY)
        drain()
        slack_at(slack.origin)
        put(world.person("ana"), due_at=NOON)
        assert drain() == 1

    assert (len(mails.arrived), len(slack.asked)) == (1, 2)


@pytest.mark.parametrize("reply", [(429, {"Retry-After": "30"}, b""), (503, {}, b""), (200, {}, b"<html>"), (200, {}, b'{"ok": false}')])
def test_slack_in_trouble_is_asked_once_a_batch_and_mails_go_on(reply: Reply) -> None:
    for name in ("ana", "ben"):
        put(world.person(name))
    put(world.person("cho"), due_at=NOON)

    with server(lambda _handler, _asked: reply) as slack, mail_server() as mails:
        slack_at(slack.origin, "ana", "ben")
        assert drain() == 1

    wait = timedelta(seconds=30) if reply[0] == 429 else timedelta(minutes=5)
    assert (len(slack.asked), [to for to, _mail in mails.arrived]) == (1, [("cho@aldermoor.example",)])
    assert set(Notice.objects.filter(sent_at=None).values_list("held_until", "channel")) == {(NOON + wait, "")}


def test_slack_that_hangs_or_is_not_there_is_given_up_in_time_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "SECONDS", 0.2)
    put(world.person("ana"))

    with server(lambda _handler, _asked: slack.ends.wait(5) and None) as slack, mail_server() as mails:
        slack_at(slack.origin, "ana")
        assert drain() == 0
    with mail_server() as mails:  # the server is gone by now
        sent = [drain(NOON + timedelta(minutes=minutes)) for minutes in (5, 15, 30)]

    assert (sum(sent), len(mails.arrived)) == (1, 1)


def teams_at(address: str, *people: str) -> None:
    """These people want Teams, which is there."""
    give_access("teams", secret=address, by=world.person("ada"), now=MONDAY)
    for name in people:
        prefers(world.person(name), "teams")


def test_teams_gets_one_card_for_one_person_with_a_subject_and_a_signed_link() -> None:
    put(world.person("ana"))

    with server(always(202)) as teams, mail_server() as mails:
        teams_at(f"{teams.origin}/workflows/w/triggers/manual/paths/invoke?sig=secret", "ana")
        assert drain() == 1

    (asked,) = teams.asked
    body = json.loads(asked.body)
    ((card),) = [one["content"] for one in body["attachments"] if one["contentType"] == "application/vnd.microsoft.card.adaptive"]
    assert (asked.path, body["type"], body["recipient"]) == (
        "/workflows/w/triggers/manual/paths/invoke?sig=secret",
        "message",
        "ana@aldermoor.example",
    )
    assert (card["type"], card["body"][0]["text"]) == ("AdaptiveCard", "A neutral line")
    assert [(one["type"], one["url"]) for one in card["actions"]] == [("Action.OpenUrl", ANSWER)]
    assert b"words" not in asked.body and mails.arrived == []


@pytest.mark.parametrize("status", [401, 404, 410])
def test_a_workflow_that_is_switched_off_shuts_teams_and_everybody_gets_mail(status: int) -> None:
    put(world.person("ana"))
    put(world.person("ben"))

    with server(always(status)) as teams, mail_server() as mails:
        teams_at(f"{teams.origin}/w", "ana", "ben")
        assert drain() == 2

    assert len(mails.arrived) == 2
    assert ChatAccess.objects.get().refused_because == f"http_{status}"
    assert set(Preference.objects.values_list("channel", flat=True)) == {"teams"}


def test_teams_that_is_busy_is_waited_for() -> None:
    put(world.person("ana"))

    with server(always(429, Retry_After="40")) as teams, mail_server() as mails:
        teams_at(f"{teams.origin}/w", "ana")
        drain()

    assert mails.arrived == []
    assert Notice.objects.get().held_until == NOON + timedelta(seconds=40)


def test_an_address_inside_our_network_is_no_workflow() -> None:
    put(world.person("ana"))
    teams_at("https://127.0.0.1/w?sig=secret", "ana")

    with mail_server() as mails:
        assert drain() == 1

    assert len(mails.arrived) == 1
    assert ChatAccess.objects.get().refused_because == "forbidden"
