"""Which kinds of calendars can be connected. `integrations` enters what it can read; nothing here knows how.

A reader learns from a calendar when its owner is busy and hands back nothing else: no titles, no places, no people.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from reconvene.availability.busy import Interval


class Unreadable(Exception):
    """A calendar could not be read; `code` is one of PROBLEMS in `rules`. Holds no address and no word of the calendar."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Access:
    """How a calendar is reached. `tag` and `changed` name the version that is known already, as its server named it."""

    address: str = field(default="", repr=False)
    user: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    tag: str = ""
    changed: str = ""


@dataclass(frozen=True)
class Found:
    """What a reading brought: merged busy intervals in order, or None when the known version still stands; and the access from now on."""

    busy: tuple[Interval, ...] | None
    access: Access


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
        """The access for the first reading, which hands the code in."""
        ...


class Asks(StrEnum):
    """What connecting a kind of calendar asks of the person."""

    ADDRESS = "address"
    LOGIN = "login"
    CONSENT = "consent"


@dataclass(frozen=True)
class Kind:
    """A kind of calendar: its key in rows and addresses, its name and one sentence on the screen (marked, not translated)."""

    key: str
    name: str
    note: str
    asks: Asks
    calendar: Calendar


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
