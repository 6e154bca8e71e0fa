"""Which kinds of calendars can be connected. `integrations` enters what it can read, and write into; nothing here knows how.

A reader learns from a calendar when its owner is busy and hands back nothing else: no titles, no places, no people. A writer touches
the events that we put there and no others.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from reconvene.availability.busy import Interval


class Unreadable(Exception):
    """A calendar could not be read, or not be written into; `code` is one of PROBLEMS or WRITE_PROBLEMS in `rules`. Holds no address and no
    word of the calendar."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Access:
    """How a calendar is reached. `tag` and `changed` name the version that is known already, as its server named it. With `is_written` our own
    events lie in it, and must be told apart from what its owner is busy with. `token` opens a calendar of `Consent` for some minutes; it is not
    kept."""

    address: str = field(default="", repr=False)
    user: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    tag: str = ""
    changed: str = ""
    is_written: bool = False
    token: str = field(default="", repr=False)


@dataclass(frozen=True)
class Found:
    """What a reading brought: merged busy intervals in order, or None when the known version still stands; the access from now on; and whether
    something in the calendar could not be read."""

    busy: tuple[Interval, ...] | None
    access: Access
    is_partial: bool = False


@dataclass(frozen=True)
class Filed:
    """Where one event of ours lies in a calendar, and the version of it that we know; both empty when it is not known whether it lies there."""

    address: str = field(default="", repr=False)
    tag: str = ""


class Calendar(Protocol):
    """Reads one kind of calendar. Waits for the network, so it is never called inside a transaction."""

    def read(self, access: Access, *, since: datetime, until: datetime, zone: str) -> Found:
        """When the owner is busy between two aware instants; times without a zone are read in `zone`. Raises Unreadable."""
        ...


class Consent(Calendar, Protocol):
    """Reads calendars of a service at which the person agrees in the browser (OAuth 2 with PKCE)."""

    def consent_address(self, *, state: str, verifier: str, back: str) -> str:
        """Where the person agrees; they come back to the address `back` with a code."""
        ...

    def access_by_code(self, code: str, *, verifier: str, back: str) -> Access:
        """The access for the first reading, before which the code is handed in."""
        ...

    def exchanged(self, access: Access) -> Access:
        """The access from now on, with a token to `read` with. What is handed in for it may be worth nothing afterwards, so the new secret must be
        kept before anything else is tried. Raises Unreadable: refused when the consent is gone."""
        ...


class Writer(Protocol):
    """Writes events of ours into one kind of calendar. Waits for the network, so it is never called inside a transaction."""

    def put(self, access: Access, *, uid: str, event: bytes, known: Filed) -> Filed:
        """Make the event with this UID say what `event` (an iCalendar object) says, whether or not it lies there already: the same call twice makes
        one event. Raises Unreadable: "changed" when somebody else changes it at the same time, again and again.
        """
        ...

    def remove(self, access: Access, *, uid: str, known: Filed) -> None:
        """Take the event out; it may be gone already. Raises Unreadable as `put`."""
        ...


class Asks(StrEnum):
    """What connecting a kind of calendar asks of the person."""

    ADDRESS = "address"
    LOGIN = "login"
    CONSENT = "consent"


@dataclass(frozen=True)
class Kind:
    """A kind of calendar: its key in rows and addresses, its name and one sentence on the screen (marked, not translated). Without a `writer`
    it can only be read."""

    key: str
    name: str
    note: str
    asks: Asks
    calendar: Calendar
    writer: Writer | None = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Let people connect calendars of this kind; a kind of the same key is replaced."""
    _kinds[kind.key] = kind


def kind_of(key: str) -> Kind | None:
    """The kind with this key; None when it is not offered (any more)."""
    return _kinds.get(key)


def kinds() -> tuple[Kind, ...]:
    """Every kind on offer, in the order of registration."""
    return tuple(_kinds.values())
