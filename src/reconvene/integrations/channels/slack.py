"""Slack: a direct message from the organisation's own app. Not yet tried against the real service.

Sources: https://docs.slack.dev/reference/methods/users.lookupByEmail (scope users:read.email),
https://docs.slack.dev/reference/methods/chat.postMessage (scope chat:write; a person's id as the channel is a direct message),
https://docs.slack.dev/apis/web-api/rate-limits (429 with Retry-After), https://docs.slack.dev/reference/block-kit/blocks.
"""

import json
from typing import Any
from urllib.parse import urlencode

from reconvene.availability.registry import Unreadable
from reconvene.base.translation import gettext_noop as _
from reconvene.integrations.web import Conversation
from reconvene.notices.brief import Brief
from reconvene.notices.channels import Delivery, Outcome
from reconvene.notices.chats import ChatKind, offer

UNKNOWN = "unknown"
NOT_THERE = frozenset({"users_not_found", "user_not_found", "user_disabled", "channel_not_found", "is_archived", "cannot_dm_bot"})
SHUT_OUT = frozenset(
    {
        "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope", "no_permission", "accesslimited",
        "org_login_required", "team_access_not_granted", "ekm_access_denied", "not_allowed_token_type", "messages_tab_disabled",
        "enterprise_is_restricted", "access_denied",
    }
)  # fmt: skip
IN_TROUBLE = frozenset({"ratelimited", "rate_limited", "service_unavailable", "internal_error", "fatal_error", "request_timeout"})


class Slack:
    """Implements `notices.chats.Chat`."""

    def __init__(self, *, api: str = "https://slack.com/api") -> None:
        self._api = api

    def post(self, secret: str, *, address: str, brief: Brief) -> Delivery:
        """Look the person up by their mail address and post to them, ten seconds in all."""
        talk, headers = Conversation(), {"Authorization": "Bearer " + secret}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        found = self._ask(talk, "users.lookupByEmail", headers | form, urlencode({"email": address}).encode())
        if isinstance(found, Delivery):
            return found
        person = found["user"]["id"] if isinstance(found.get("user"), dict) and "id" in found["user"] else ""
        if not person:
            return Delivery(Outcome.AWAY)
        body = {"channel": person, "text": _escaped(brief.title), "blocks": _blocks(brief), "unfurl_links": False}
        posted = self._ask(
            talk, "chat.postMessage", headers | {"Content-Type": "application/json; charset=utf-8"}, json.dumps(body).encode()
        )
        return posted if isinstance(posted, Delivery) else Delivery(Outcome.SENT)

    def _ask(self, talk: Conversation, method: str, headers: dict[str, str], body: bytes) -> dict[str, Any] | Delivery:
        """The answer when it says `ok`, else what became of the message."""
        try:
            answer = talk.ask("POST", f"{self._api}/{method}", headers=headers, body=body)
        except Unreadable:
            return Delivery(Outcome.AWAY)
        if answer.status == 429 or answer.status >= 500:
            return Delivery(Outcome.AWAY, wait=answer.wait)
        try:
            said = json.loads(answer.body)
        except ValueError:
            return Delivery(Outcome.AWAY)
        if not isinstance(said, dict):
            return Delivery(Outcome.AWAY)
        return said if said.get("ok") is True else _class_error(str(said.get("error", "")))


def _class_error(code: str) -> Delivery:
    if code in NOT_THERE:
        return Delivery(Outcome.GONE, UNKNOWN)
    if code in SHUT_OUT:
        return Delivery(Outcome.SHUT, code)
    return Delivery(Outcome.AWAY if code in IN_TROUBLE or not code else Outcome.REFUSED)


def _blocks(brief: Brief) -> list[dict[str, Any]]:
    """The subject, a button that opens the signed link, and beside it the one that pauses."""
    buttons = [
        {"type": "button", "action_id": f"link-{number}", "text": {"type": "plain_text", "text": label[:75]}, "url": address}
        for number, (label, address) in enumerate(brief.links)
    ]
    return [
        {"type": "section", "text": {"type": "plain_text", "text": brief.title}},
        {"type": "actions", "elements": buttons},
        {"type": "context", "elements": [{"type": "plain_text", "text": brief.sender}]},
    ]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def offer_slack(slack: Slack | None = None) -> None:
    """Let organisations give access to their Slack."""
    note = _("A direct message in Slack, with the subject and a button. Slack sees these two.")
    kind = ChatKind(
        "slack", _("Slack"), note, _("Bot token"), _("From your own Slack app, under OAuth & Permissions."), "xoxb-", slack or Slack()
    )
    offer(kind)
