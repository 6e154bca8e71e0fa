"""Microsoft Teams: a card in the chat with the workflow's bot, by an address that a Workflow listens at. Not yet tried against the real service.

A Workflow answers 202 as soon as it has the card; whether it knew the person it tells nobody but its owner. The mail address stands beside the
card as `recipient`, which the Workflow must be told to use: `docs/operations/channels.md`.
Sources: https://learn.microsoft.com/connectors/teams/ (trigger "When a Teams webhook request is received", action "Post card in a chat or
channel"), https://adaptivecards.io/explorer/ (version 1.4), https://learn.microsoft.com/azure/logic-apps/logic-apps-limits-and-configuration (429).
"""

import json
from typing import Any

from reconvene.availability.registry import Unreadable
from reconvene.base.translation import gettext_noop as _
from reconvene.integrations.web import Conversation
from reconvene.notices.brief import Brief
from reconvene.notices.channels import Delivery, Outcome
from reconvene.notices.chats import ChatKind, offer

SHUT_OUT = (401, 403, 404, 405, 410)
"""The signature of the address has ended, or the Workflow is switched off or deleted."""


class Teams:
    """Implements `notices.chats.Chat`."""

    def post(self, secret: str, *, address: str, brief: Brief) -> Delivery:
        """Hand the card to the Workflow. `secret` is its address."""
        body = json.dumps(card_for(address, brief)).encode()
        try:
            answer = Conversation().ask("POST", secret, headers={"Content-Type": "application/json"}, body=body)
        except Unreadable as unreadable:
            return Delivery(Outcome.SHUT, unreadable.code) if unreadable.code == "forbidden" else Delivery(Outcome.AWAY)
        if answer.status in SHUT_OUT:
            return Delivery(Outcome.SHUT, f"http_{answer.status}")
        if answer.status in (408, 429) or answer.status >= 500:
            return Delivery(Outcome.AWAY, wait=answer.wait)
        return Delivery(Outcome.SENT if answer.status < 300 else Outcome.REFUSED)


def card_for(address: str, brief: Brief) -> dict[str, Any]:
    """What the Workflow gets: one Adaptive Card as Teams webhooks take it, and for whom it is."""
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {"type": "TextBlock", "text": brief.title, "wrap": True, "weight": "Bolder"},
            {"type": "TextBlock", "text": brief.sender, "wrap": True, "isSubtle": True, "size": "Small"},
        ],
        "actions": [{"type": "Action.OpenUrl", "title": label, "url": there} for label, there in brief.links],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "recipient": address, "attachments": [attachment]}


def offer_teams() -> None:
    """Let organisations give access to their Teams."""
    note = _("A card in a Teams chat, with the subject and a button. Microsoft sees these two.")
    hint = _("From the Workflow, under When a Teams webhook request is received.")
    offer(ChatKind("teams", _("Microsoft Teams"), note, _("Address of the Workflow"), hint, "https://", Teams()))
