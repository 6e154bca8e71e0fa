"""Which kinds of notices exist and who writes their words. The apps above register their composers; nothing here knows them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from reconvene.notices.models import Notice
from reconvene.notices.rules import Message


class Compose(Protocol):
    """Makes the message of a notice at the moment of sending, or None when it is no longer wanted."""

    def __call__(self, notice: Notice, *, now: datetime) -> Message | None: ...


class Gather(Protocol):
    """Fetches, in a few queries, what the messages of many notices of one kind need, and returns what makes the message of each of them."""

    def __call__(self, notices: Sequence[Notice]) -> Compose: ...


_composers: dict[str, Compose] = {}
_gatherers: dict[str, Gather] = {}
_pressing: set[str] = set()
_private: set[str] = set()
_mail_only: set[str] = set()
_former: set[str] = set()


def register(
    kind: str,
    compose: Compose,
    *,
    gather: Gather | None = None,
    is_pressing: bool = False,
    is_private: bool = False,
    is_mail_only: bool = False,
    is_to_former: bool = False,
) -> None:
    """Let `compose` write notices of `kind`. Registering the same again changes nothing. With `gather` the notices of a batch are written from
    what it fetches for all of them, in the same words.

    Pressing are dates and seats that somebody must answer: after an outage they are not put off to another day. Private is what says
    that one person did something, and is never counted for anybody to see. By mail only goes what carries a calendar entry, somebody's own
    words or a name, whatever channel the person chose. What goes to the former address of a person, which the message names, is sent whatever
    is known of the address they have now. Raises ValueError when another composer has that kind.
    """
    if _composers.setdefault(kind, compose) is not compose:
        raise ValueError(f"Two composers for notices of kind {kind}.")
    if gather is not None:
        _gatherers[kind] = gather
    _pressing.update([kind] if is_pressing else [])
    _private.update([kind] if is_private else [])
    _mail_only.update([kind] if is_mail_only else [])
    _former.update([kind] if is_to_former else [])


def composer(kind: str) -> Compose | None:
    """Who writes notices of this kind; None when nobody does any more."""
    return _composers.get(kind)


class Composers:
    """Who writes the notices of one batch. What a kind needs for all of them is fetched when its first one is written."""

    def __init__(self, notices: Sequence[Notice]) -> None:
        self._notices = notices
        self._ready: dict[str, Compose | None] = {}

    def __getitem__(self, kind: str) -> Compose | None:
        """The composer of this kind; None when nobody writes it any more. May query."""
        if kind not in self._ready:
            gather = _gatherers.get(kind)
            mine = [notice for notice in self._notices if notice.kind == kind]
            self._ready[kind] = gather(mine) if gather else composer(kind)
        return self._ready[kind]


def kinds() -> list[str]:
    """Every registered kind, sorted."""
    return sorted(_composers)


def pressing_kinds() -> set[str]:
    """The kinds that wait for no other mail."""
    return set(_pressing)


def private_kinds() -> set[str]:
    """The kinds that nobody gets counts of."""
    return set(_private)


def mail_only_kinds() -> set[str]:
    """The kinds that go by mail whatever channel the person chose."""
    return set(_mail_only)


def former_kinds() -> set[str]:
    """The kinds that go to an address that is not the person's any more."""
    return set(_former)
