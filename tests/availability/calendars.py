"""A kind of calendar for tests, behind the real registry: what it says is put into its hands."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reconvene.availability import registry
from reconvene.availability.busy import Interval
from reconvene.availability.registry import Access, Asks, Found, Kind, Unreadable
from tests.world import MONDAY

HOUR = timedelta(hours=1)
BUSY = ((MONDAY + HOUR, MONDAY + 2 * HOUR), (MONDAY + 30 * HOUR, MONDAY + 31 * HOUR))


@dataclass
class Diary:
    """Says when its owner is busy, or refuses with a code. `meanwhile` happens while it is being read."""

    busy: tuple[Interval, ...] | None = BUSY
    refusal: str = ""
    tag: str = ""
    meanwhile: Callable[[], object] = lambda: None
    asked: list[tuple[Access, datetime, datetime, str]] = field(default_factory=list)

    def read(self, access: Access, *, since: datetime, until: datetime, zone: str) -> Found:
        self.asked.append((access, since, until, zone))
        self.meanwhile()
        if self.refusal:
            raise Unreadable(self.refusal)
        return Found(self.busy, Access(access.address, access.user, access.secret, self.tag))

    def consent_address(self, *, state: str, verifier: str, back: str) -> str:
        return f"https://service.example/consent?state={state}&back={back}"

    def access_by_code(self, code: str, *, verifier: str, back: str) -> Access:
        return Access(secret=f"{code} {verifier} {back}")

    def exchanged(self, access: Access) -> Access:
        return Access(secret="lasting", token="for minutes")


@contextmanager
def offered(*, asks: Asks = Asks.ADDRESS) -> Iterator[Diary]:
    """Offer the kind "diary" until the end of the block."""
    diary = Diary()
    registry.register(Kind("diary", "Diary", "A note.", asks, diary))
    try:
        yield diary
    finally:
        del registry._kinds["diary"]
