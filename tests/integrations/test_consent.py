"""Google and Microsoft: a small server speaks the exchange of their documents. Neither was tried against the real service yet."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

import pytest

from reconvene.availability import registry
from reconvene.availability.actions import connect
from reconvene.availability.models import Busy, Connection
from reconvene.availability.reading import read_connection
from reconvene.availability.registry import Access, Asks, Found, Kind, Unreadable
from reconvene.base import tenancy
from reconvene.integrations.calendars.consent import Service
from reconvene.integrations.calendars.google import Google
from reconvene.integrations.calendars.microsoft import Microsoft
from tests import world
from tests.integrations.servers import Asked, Reply, always, server

SINCE, UNTIL = datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 5, 1, tzinfo=UTC)
BACK = "https://reconvene.example/account/calendars/back/"
VERIFIER = "v" * 60
BUSY = (
    (datetime(2027, 3, 2, 8, tzinfo=UTC), datetime(2027, 3, 2, 9, 30, tzinfo=UTC)),
    (datetime(2027, 3, 4, 8, tzinfo=UTC), datetime(2027, 3, 4, 9, tzinfo=UTC)),
)


@dataclass
class Account:
    """One person's account at a service, as the documents describe it: codes work once and only with their verifier."""

    challenge: str
    code: str = "the-code"
    lasting: str = "lasting-1"
    tokens: int = 0
    pages: dict[str, object] = field(default_factory=dict)
    origin: str = ""

    def behave(self, handler: BaseHTTPRequestHandler, asked: Asked) -> Reply:
        path = urlsplit(asked.path)
        if path.path.endswith("/token"):
            return self.give_token({name: values[0] for name, values in parse_qs(asked.body.decode()).items()})
        if asked.headers.get("authorization") != f"Bearer token-{self.tokens}":
            return 401, {}, b"{}"
        page = self.pages[path.path + ("?more" if "more" in path.query else "")]
        return 200, {"Content-Type": "application/json"}, json.dumps(page).replace("ORIGIN", self.origin).encode()

    def give_token(self, asked: dict[str, str]) -> Reply:
        if (asked["client_id"], asked["client_secret"]) != ("client", "secret"):
            return self.no("invalid_client", 401)
        if asked["grant_type"] == "authorization_code":
            proof = base64.urlsafe_b64encode(hashlib.sha256(asked["code_verifier"].encode()).digest()).rstrip(b"=").decode()
            if (asked["code"], proof, asked["redirect_uri"]) != (self.code, self.challenge, BACK):
                return self.no("invalid_grant")
            self.code = "spent"
        elif asked["refresh_token"] != self.lasting:
            return self.no("invalid_grant")
        self.tokens += 1
        given = {"access_token": f"token-{self.tokens}", "token_type": "Bearer", "expires_in": 3599}
        return 200, {}, json.dumps({**given, **self.also()}).encode()

    def also(self) -> dict[str, str]:
        """Google gives the lasting token once."""
        return {"refresh_token": self.lasting} if self.tokens == 1 else {}

    def no(self, error: str, status: int = 400) -> Reply:
        return status, {"Content-Type": "application/json"}, json.dumps({"error": error}).encode()


class Rotating(Account):
    """Microsoft gives a new lasting token each time; here the one before ends at once."""

    def also(self) -> dict[str, str]:
        self.lasting = f"lasting-{self.tokens + 1}"
        return {"refresh_token": self.lasting}


def agreed(service: Service) -> dict[str, str]:
    """What the person takes along to the service."""
    address = service.consent_address(state="the-state", verifier=VERIFIER, back=BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query, strict_parsing=True).items()}


def google_account(challenge: str) -> Account:
    busy = [{"start": "2027-03-02T09:00:00+01:00", "end": "2027-03-02T10:00:00+01:00"}, {"start": "2027-03-02T09:00:00Z", "end": "2027-03-02T09:30:00Z"}, {"start": "2027-03-04T08:00:00Z", "end": "2027-03-04T09:00:00Z"}]  # fmt: skip
    return Account(challenge, pages={"/calendar/v3/freeBusy": {"calendars": {"primary": {"busy": busy}}}})


def event(day: int, starts: str, ends: str, **facts: object) -> dict[str, object]:
    """An event as Graph names it when only times are selected; the id comes without being asked for."""
    at = [{"dateTime": f"2027-03-{day:02}T{time}:00.0000000", "timeZone": "UTC"} for time in (starts, ends)]
    return {"id": "AAMk", "start": at[0], "end": at[1], "showAs": "busy", "isCancelled": False, **facts}


def microsoft_account(challenge: str) -> Account:
    first = [event(2, "08:00", "09:00"), event(2, "09:00", "09:30", showAs="tentative"), event(3, "08:00", "09:00", showAs="free")]
    second = [event(3, "10:00", "11:00", isCancelled=True), event(3, "12:00", "13:00", showAs="workingElsewhere"), event(4, "08:00", "09:00", showAs="oof")]  # fmt: skip
    pages = {
        "/v1.0/me/calendarView": {"value": first, "@odata.nextLink": "ORIGIN/v1.0/me/calendarView?more=1"},
        "/v1.0/me/calendarView?more": {"value": second},
    }
    return Rotating(challenge, pages=dict(pages))


def google_at(origin: str) -> Google:
    return Google("client", "secret", accounts=origin, tokens=origin, api=origin)


def microsoft_at(origin: str) -> Microsoft:
    return Microsoft("client", "secret", tenant="organizations", accounts=origin, api=origin)


def read(service: Google | Microsoft, access: Access) -> Found:
    """One reading, as the worker does it."""
    return service.read(service.exchanged(access), since=SINCE, until=UNTIL, zone="UTC")


LASTING = Access(secret=json.dumps({"grant_type": "refresh_token", "refresh_token": "lasting-1"}))
SERVICES = [(google_at, google_account), (microsoft_at, microsoft_account)]


@pytest.mark.parametrize(("at", "account"), SERVICES, ids=["google", "microsoft"])
def test_a_consent_is_handed_in_once_and_lasts_until_it_is_taken_back(at: type, account: type) -> None:
    challenge = agreed(at("https://x.example"))["code_challenge"]
    known = account(challenge)
    with server(known.behave) as up:
        known.origin, service = up.origin, at(up.origin)
        first = read(service, service.access_by_code("the-code", verifier=VERIFIER, back=BACK))
        second = read(service, first.access)
        third = read(service, second.access)
        with pytest.raises(Unreadable, match="refused"):  # the code is spent
            read(service, service.access_by_code("the-code", verifier=VERIFIER, back=BACK))
        known.lasting = "taken back"
        with pytest.raises(Unreadable, match="refused"):
            read(service, third.access)

    assert first.busy == second.busy == third.busy == BUSY
    assert "the-code" not in first.access.secret


@pytest.mark.django_db
@pytest.mark.parametrize(("at", "account"), SERVICES, ids=["google", "microsoft"])
def test_a_service_that_is_away_for_a_moment_right_after_the_consent_is_read_at_the_next_try(
    at: type, account: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, away = account(agreed(at("https://x.example"))["code_challenge"]), [503, 503]

    def behave(handler: BaseHTTPRequestHandler, asked: Asked) -> Reply:
        return (away.pop(), {}, b"") if away and not asked.path.endswith("/token") else known.behave(handler, asked)

    problems = []
    with server(behave) as up:
        known.origin, service = up.origin, at(up.origin)
        monkeypatch.setitem(registry._kinds, "agreed", Kind("agreed", "Agreed", "A note.", Asks.CONSENT, service))
        access = service.access_by_code("the-code", verifier=VERIFIER, back=BACK)
        connection = connect(world.person("ana"), kind="agreed", access=access, now=SINCE)
        for minutes in (0, 10, 20):
            read_connection(connection.id, organisation=tenancy.current(), now=SINCE + timedelta(minutes=minutes))
            problems.append(Connection.objects.get().problem)

    assert problems == ["away", "away", ""]
    assert tuple(Busy.objects.order_by("starts_at").values_list("starts_at", "ends_at")) == BUSY


@pytest.mark.parametrize(("at", "account"), SERVICES, ids=["google", "microsoft"])
def test_a_code_without_its_verifier_opens_nothing(at: type, account: type) -> None:
    known = account(agreed(at("https://x.example"))["code_challenge"])
    with server(known.behave) as up, pytest.raises(Unreadable, match="refused"):
        service = at(up.origin)
        read(service, service.access_by_code("the-code", verifier="w" * 60, back=BACK))


def test_the_least_right_is_asked_for() -> None:
    google, microsoft = agreed(google_at("https://g.example")), agreed(microsoft_at("https://m.example"))

    assert google["scope"] == "https://www.googleapis.com/auth/calendar.freebusy"
    assert microsoft["scope"] == "offline_access Calendars.ReadBasic"
    for asked in (google, microsoft):
        assert {name: asked[name] for name in ("response_type", "client_id", "redirect_uri", "state", "code_challenge_method")} == {
            "response_type": "code", "client_id": "client", "redirect_uri": BACK, "state": "the-state", "code_challenge_method": "S256",
        }  # fmt: skip
        assert VERIFIER not in str(asked)


def test_only_times_are_asked_for() -> None:
    google, microsoft = google_account(""), microsoft_account("")
    for at, account in ((google_at, google), (microsoft_at, microsoft)):
        with server(account.behave) as up:
            account.origin = up.origin
            read(at(up.origin), LASTING)
        asked = up.asked[1]
        if at is google_at:
            assert json.loads(asked.body) == {
                "timeMin": "2027-03-01T00:00:00Z", "timeMax": "2027-05-01T00:00:00Z", "items": [{"id": "primary"}],
            }  # fmt: skip
        else:
            assert parse_qs(urlsplit(asked.path).query)["$select"] == ["start,end,showAs,isAllDay,isCancelled"]
            assert asked.headers["prefer"] == 'outlook.timezone="UTC"'


@pytest.mark.parametrize(
    ("zone", "begins"), [("Australia/Sydney", "01T13:00"), ("Europe/Berlin", "01T23:00"), ("America/Los_Angeles", "02T08:00")]
)
def test_a_whole_day_at_microsoft_is_a_day_of_its_owners_and_not_one_in_greenwich(zone: str, begins: str) -> None:
    account = microsoft_account("")
    day = event(2, "00:00", "00:00", showAs="oof", isAllDay=True)
    day["end"] = {"dateTime": "2027-03-03T00:00:00.0000000", "timeZone": "UTC"}
    account.pages["/v1.0/me/calendarView"] = {"value": [day]}
    with server(account.behave) as up:
        account.origin, service = up.origin, microsoft_at(up.origin)
        found = service.read(service.exchanged(LASTING), since=SINCE, until=UNTIL, zone=zone)

    starts = datetime.fromisoformat(f"2027-03-{begins}+00:00")
    assert found.busy == ((starts, starts + timedelta(days=1)),)


def test_a_token_is_taken_to_no_other_server_by_a_next_page() -> None:
    with server(always(200, b"{}")) as elsewhere:
        account = microsoft_account("")
        account.pages["/v1.0/me/calendarView"] = {"value": [], "@odata.nextLink": f"{elsewhere.origin}/steal"}
        with server(account.behave) as up, pytest.raises(Unreadable, match="away"):
            read(microsoft_at(up.origin), LASTING)
    assert elsewhere.asked == []


@pytest.mark.parametrize(("at", "account"), SERVICES, ids=["google", "microsoft"])
@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (401, b"{}", "refused"),
        (403, b'{"error": {"errors": [{"reason": "insufficientPermissions"}]}}', "refused"),
        (404, b"{}", "not_found"),
        (429, b"{}", "away"),
        (503, b"{}", "away"),
        (200, b"<html>Sign in</html>", "away"),
        (200, b"[]", "away"),
        (200, b'{"value": 7, "calendars": 7}', "away"),
        (200, b'{"value": [{"start": {}, "end": {}}], "calendars": {"primary": {"busy": [{"start": "soon"}]}}}', "away"),
    ],
)
def test_every_answer_that_is_none_has_a_class(at: type, account: type, status: int, body: bytes, code: str) -> None:
    known = account("")

    def behave(handler: BaseHTTPRequestHandler, asked: Asked) -> Reply:
        return known.behave(handler, asked) if asked.path.endswith("/token") else (status, {}, body)

    with server(behave) as up, pytest.raises(Unreadable) as caught:
        read(at(up.origin), LASTING)
    assert caught.value.code == code


def test_too_many_questions_at_google_are_no_refusal() -> None:
    known = google_account("")

    def behave(handler: BaseHTTPRequestHandler, asked: Asked) -> Reply:
        slow_down = b'{"error": {"errors": [{"reason": "userRateLimitExceeded"}]}}'
        return known.behave(handler, asked) if asked.path.endswith("/token") else (403, {}, slow_down)

    with server(behave) as up, pytest.raises(Unreadable, match="away"):
        read(google_at(up.origin), LASTING)


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [(500, b"", "away"), (200, b"{}", "refused"), (200, b"no", "away"), (400, b'{"error": "invalid_request"}', "away")],
)
def test_a_service_that_gives_no_token_has_a_class(status: int, body: bytes, code: str) -> None:
    with server(always(status, body)) as up, pytest.raises(Unreadable) as caught:
        read(google_at(up.origin), LASTING)
    assert caught.value.code == code
