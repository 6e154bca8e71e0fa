"""Names of colleagues in a text that somebody is about to send. Called by the intake page and the playbook."""

from collections.abc import Iterable

from reconvene.people.models import FIRST_NAME, Person
from reconvene.text.names import spot_names


def noticed_names(person: Person, *, texts: Iterable[str]) -> tuple[str, ...]:
    """First names of colleagues that stand in the texts, in order, each once. One query; nothing of the directory leaves the server."""
    joined = [text for text in texts if text.strip()]
    if not joined:
        return ()
    words = {word.strip(".,;:!?()\"'’“”") for text in joined for word in text.split()}
    capital = [word.removesuffix("'s").removesuffix("’s") for word in words if word[:1].isupper()]
    known = _first_names(person, capital)
    spots = [spot.text for text in joined for spot in spot_names(text, known=known)]
    return tuple(dict.fromkeys(spots))


def _first_names(person: Person, words: list[str]) -> set[str]:
    """Which of `words` are first names in the organisation's directory; served by the index on first names."""
    found = Person.objects.visible_to(person).annotate(first=FIRST_NAME).filter(first__in=words)
    return set(found.values_list("first", flat=True)) if words else set()
