"""Microsoft 365: busy times of the person's main calendar, by their consent. Not yet tried against the real service.

Sources: https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow (consent, tokens, PKCE),
https://learn.microsoft.com/en-us/graph/api/user-list-calendarview (the question, its permission Calendars.ReadBasic, its zone),
https://learn.microsoft.com/en-us/graph/paging (further pages), https://learn.microsoft.com/en-us/graph/throttling (429).

`getSchedule` would name subjects and places to whoever may read the calendar; the view with `$select` names only what is selected.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from reconvene.availability.busy import Interval, merged
from reconvene.availability.registry import Access, Found, Unreadable
from reconvene.integrations.calendars.consent import Service, json_of
from reconvene.integrations.web import Conversation, class_status

SCOPE = "offline_access Calendars.ReadBasic"
FREE = frozenset({"free", "workingElsewhere"})
PER_PAGE, MOST_PAGES = 500, 8


class Microsoft(Service):
    """Implements `availability.registry.Consent`."""

    def __init__(
        self,
        client: str,
        secret: str,
        *,
        tenant: str,
        accounts: str = "https://login.microsoftonline.com",
        api: str = "https://graph.microsoft.com",
    ) -> None:
        there = f"{accounts}/{tenant}/oauth2/v2.0"
        super().__init__(client, secret, consent_at=f"{there}/authorize", tokens_at=f"{there}/token", scope=SCOPE)
        self._api = api

    def read(self, access: Access, *, since: datetime, until: datetime, zone: str) -> Found:
        """Busy intervals of the main calendar. Times come in UTC; whole days as they are written, so they are those of the owner's zone."""
        talk = Conversation()
        headers = {"Authorization": "Bearer " + access.token, "Accept": "application/json", "Prefer": 'outlook.timezone="UTC"'}
        asked = {
            "startDateTime": _text(since), "endDateTime": _text(until), "$select": "start,end,showAs,isAllDay,isCancelled", "$top": str(PER_PAGE),
        }  # fmt: skip
        address, found = f"{self._api}/v1.0/me/calendarView?{urlencode(asked)}", list[Interval]()
        for _ in range(MOST_PAGES):
            answer = talk.ask("GET", address, headers=headers)
            class_status(answer.status)
            page = json_of(answer)
            found += _intervals(page, since=since, until=until, zone=ZoneInfo(zone))
            address = str(page.get("@odata.nextLink", ""))
            if not address:
                return Found(merged(found), access)
            if not address.startswith(f"{self._api}/"):
                raise Unreadable("away")  # the token goes to no other server
        raise Unreadable("too_many")


def _text(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _intervals(page: dict[str, Any], *, since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[Interval]:
    try:
        for event in page["value"]:
            if event.get("isCancelled") or event.get("showAs") in FREE:
                continue
            starts, ends = (_instant(event[edge], whole_days_of=zone if event.get("isAllDay") else None) for edge in ("start", "end"))
            starts, ends = max(starts, since), min(ends, until)
            if starts < ends:
                yield starts, ends
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Unreadable("away") from None


def _instant(moment: dict[str, str], *, whole_days_of: ZoneInfo | None) -> datetime:
    """An instant as Graph writes it: wall time with seven digits of a second, and the zone that we asked for. Whole days are midnights in whatever
    zone was asked for, and meant in the owner's (https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/8057).
    """
    if moment.get("timeZone", "UTC") != "UTC":
        raise ValueError("another zone")
    return datetime.fromisoformat(moment["dateTime"].rstrip("Z")[:26]).replace(tzinfo=whole_days_of or UTC).astimezone(UTC)
