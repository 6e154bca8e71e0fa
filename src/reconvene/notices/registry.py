"""Which kinds of notices exist and who writes their words. The apps above register their composers; nothing here knows them."""

from datetime import datetime
from typing import Protocol

from reconvene.notices.models import Notice
from reconvene.notices.rules import Message


class Compose(Protocol):
    """Makes the message of a notice at the moment of sending, or None when it is no longer wanted."""

    def __call__(self, notice: Notice, *, now: datetime) -> Message | None: ...


_composers: dict[str, Compose] = {}
_pressing: set[str] = set()
_private: set[str] = set()
_mail_only: set[str] = set()


def register(kind: str, compose: Compose, *, is_pressing: bool = False, is_private: bool = False, is_mail_only: bool = False) -> None:
    """Let `compose` write notices of `kind`. Registering the same again changes nothing.

    Pressing are dates and seats that somebody must answer: after an outage they are not put off to another day. Private is what says
    that one person did something, and is never counted for anybody to see. By mail only goes what carries a calendar entry, somebody's own
    words or a name, whatever channel the person chose. Raises ValueError when another composer has that kind.
    """
    if _composers.setdefault(kind, compose) is not compose:
        raise ValueError(f"Two composers for notices of kind {kind}.")
    _pressing.update([kind] if is_pressing else [])
    _private.update([kind] if is_private else [])
    _mail_only.update([kind] if is_mail_only else [])


def composer(kind: str) -> Compose | None:
    """Who writes notices of this kind; None when nobody does any more."""
    return _composers.get(kind)


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
