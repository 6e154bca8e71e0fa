"""Google Calendar: busy times of the person's main calendar, by their consent. Not yet tried against the real service.

Sources: https://developers.google.com/identity/protocols/oauth2/web-server (consent, tokens, access_type=offline),
https://developers.google.com/workspace/calendar/api/v3/reference/freebusy/query (the question, its answer and its scopes),
https://developers.google.com/workspace/calendar/api/guides/errors (403 with rateLimitExceeded means: later).
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from reconvene.availability.busy import Interval, merged
from reconvene.availability.registry import Access, Found, Unreadable
from reconvene.integrations.calendars.consent import Service, json_of
from reconvene.integrations.web import Conversation, class_status

SCOPE = "https://www.googleapis.com/auth/calendar.freebusy"
"""Free and busy times, and nothing else of a calendar."""


class Google(Service):
    """Implements `availability.registry.Consent`."""

    def __init__(
        self,
        client: str,
        secret: str,
        *,
        accounts: str = "https://accounts.google.com",
        tokens: str = "https://oauth2.googleapis.com",
        api: str = "https://www.googleapis.com",
    ) -> None:
        extra = {"access_type": "offline", "prompt": "consent"}  # else the second consent brings no lasting token
        super().__init__(client, secret, consent_at=f"{accounts}/o/oauth2/v2/auth", tokens_at=f"{tokens}/token", scope=SCOPE, extra=extra)
        self._api = api

    def read(self, access: Access, *, since: datetime, until: datetime, zone: str) -> Found:
        """Busy intervals of the main calendar. They come as instants, so the zone is not needed."""
        talk = Conversation()
        asked = {"timeMin": _text(since), "timeMax": _text(until), "items": [{"id": "primary"}]}
        headers = {"Authorization": "Bearer " + access.token, "Content-Type": "application/json", "Accept": "application/json"}
        answer = talk.ask("POST", f"{self._api}/calendar/v3/freeBusy", headers=headers, body=json.dumps(asked).encode())
        if answer.status == 403 and b"ateLimitExceeded" in answer.body:
            raise Unreadable("away")
        class_status(answer.status)
        return Found(merged(_intervals(json_of(answer))), access)


def _text(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _intervals(answer: dict[str, Any]) -> Iterator[Interval]:
    try:
        calendar = answer["calendars"]["primary"]
        if calendar.get("errors"):
            raise Unreadable("not_found" if calendar["errors"][0].get("reason") == "notFound" else "away")
        for busy in calendar.get("busy", []):
            yield datetime.fromisoformat(busy["start"]).astimezone(UTC), datetime.fromisoformat(busy["end"]).astimezone(UTC)
    except (AttributeError, KeyError, IndexError, TypeError, ValueError):
        raise Unreadable("away") from None
