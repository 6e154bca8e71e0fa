"""Which kinds of notices exist and who writes their words. The apps above register their composers; nothing here knows them."""

from datetime import datetime
from typing import Protocol

from reconvene.notices.models import Notice
from reconvene.notices.rules import Message


class Compose(Protocol):
    """Makes the message of a notice at the moment of sending, or None when it is no longer wanted."""

    def __call__(self, notice: Notice, *, now: datetime) -> Message | None: ...


_composers: dict[str, Compose] = {}


def register(kind: str, compose: Compose) -> None:
    """Let `compose` write notices of `kind`. Registering the same again changes nothing.

    Raises ValueError when another composer has that kind.
    """
    if _composers.setdefault(kind, compose) is not compose:
        raise ValueError(f"Two composers for notices of kind {kind}.")


def composer(kind: str) -> Compose | None:
    """Who writes notices of this kind; None when nobody does any more."""
    return _composers.get(kind)


def kinds() -> list[str]:
    """Every registered kind, sorted."""
    return sorted(_composers)
