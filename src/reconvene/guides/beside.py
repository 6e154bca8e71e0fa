"""What apps above the guides know of a topic and a guide's page shows beside it. They enter themselves when they start. Called by guides.views."""

from collections.abc import Callable, Mapping
from typing import Any

from reconvene.people.models import Person

Known = Callable[[Person, str, str], Mapping[str, Any]]
"""What an app knows for a reader, by the topic's slug and the name of its category; the words of the page that it fills: `courses` (names), `crowd` (a code of
challenges.rules.crowd_word), `practising` (the reader's running cycle on this topic), `marks` (what the reader marked each card as, by its key)."""
_known: list[Known] = []


def register(known: Known) -> None:
    """Ask this function from now on."""
    if known not in _known:
        _known.append(known)


def beside(reader: Person, *, slug: str, category: str) -> dict[str, Any]:
    """All that is known of a topic, for its page."""
    return {name: what for ask in _known for name, what in ask(reader, slug, category).items()}
