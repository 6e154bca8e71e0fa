"""The ways by which a message can reach a person: mail, and what the apps above enter here. Nothing here knows how they work.

A channel is opened for one batch, writes inside a transaction and delivers outside of any. What is due, held, dropped and counted is the same
for all of them; a channel only says what became of one message. Called by `sending` and the account page.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any, Protocol

from reconvene.notices.models import Notice, Preference
from reconvene.notices.rules import MAIL, Message

GONE, NOT_OFFERED = "gone", "not_offered"


class Outcome(Enum):
    """What the other side made of one message."""

    SENT = "sent"
    REFUSED = "refused"
    """This message, for good."""
    LATER = "later"
    AWAY = "away"
    """Like LATER, and it is the whole channel: the rest of the batch need not be tried."""
    GONE = "gone"
    """Nothing reaches this person here any more."""
    SHUT = "shut"
    """The organisation's access is refused: nothing reaches anybody here until it is given again."""


@dataclass(frozen=True)
class Delivery:
    """What became of one message: `because` a code for GONE and SHUT, `wait` what the other side asked for, `lost` browsers that are gone."""

    outcome: Outcome
    because: str = ""
    wait: timedelta | None = None
    lost: tuple[uuid.UUID, ...] = ()


class Unreachable(Exception):
    """A channel knows before it tries that it cannot reach the person."""

    def __init__(self, outcome: Outcome, because: str) -> None:
        super().__init__(because)
        self.delivery = Delivery(outcome, because)


class Channel(Protocol):
    """One way to reach people, open for one batch."""

    def write(self, notice: Notice, message: Message, *, number: int, preference: Preference) -> Any:
        """What `deliver` hands over; may query. `number` says the how-many-eth counted message it is, or 0. Raises Unreachable."""
        ...

    def deliver(self, written: Any) -> Delivery:
        """Hand it over and say what became of it. Waits for the network, so it is never called inside a transaction. Raises nothing."""
        ...

    def close(self) -> None:
        """The batch is over."""
        ...


@dataclass(frozen=True)
class Way:
    """A channel as people choose it: key in rows, name and one sentence (marked, not translated), whether it is on offer, and how it is opened."""

    key: str
    name: str
    note: str
    is_offered: Callable[[], bool]
    open: Callable[[], Channel]


_ways: dict[str, Way] = {}


def register(way: Way) -> None:
    """Let people choose this channel; one of the same key is replaced."""
    _ways[way.key] = way


def way_of(key: str) -> Way | None:
    """The channel with this key; None when there is none (any more)."""
    return _ways.get(key)


def ways() -> tuple[Way, ...]:
    """Every channel, on offer or not, mail first."""
    return tuple(sorted(_ways.values(), key=lambda way: way.key != MAIL))


class Channels:
    """The channels of one batch, each opened by its first message. `away` are those that need not be tried again in it."""

    def __init__(self) -> None:
        self._open: dict[str, Channel] = {}
        self.away: set[str] = set()

    def __getitem__(self, key: str) -> Channel:
        """Raises Unreachable for a channel that is not there any more."""
        if key not in self._open:
            way = way_of(key)
            if way is None:
                raise Unreachable(Outcome.GONE, NOT_OFFERED)
            self._open[key] = way.open()
        return self._open[key]

    def close(self) -> None:
        """Close what was opened."""
        for channel in self._open.values():
            channel.close()


@contextmanager
def opened() -> Iterator[Channels]:
    """The channels of one batch."""
    channels = Channels()
    try:
        yield channels
    finally:
        channels.close()
