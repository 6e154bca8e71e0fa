"""What the directory knows of the words of a text: names of colleagues, roles that one person has, places of work. Called by the intake page,
the playbook and the room.
"""

import hashlib
from collections.abc import Iterable

from django.core.cache import cache
from django.db.models import Count
from django.db.models.functions import Lower

from reconvene.people.models import FIRST_NAME, Person
from reconvene.text.names import spot_names
from reconvene.text.telling import Known, phrases, spot_telling

REMEMBERED = 600  # seconds


def noticed_names(person: Person, *, texts: Iterable[str]) -> tuple[str, ...]:
    """First names of colleagues and full names of whomever that stand in the texts, in order, each once. One query; nothing of the directory leaves the server."""
    joined = [text for text in texts if text.strip()]
    if not joined:
        return ()
    known = _first_names(person, _capital_words(joined))
    spots = [spot.text for text in joined for spot in spot_names(text, known=known)]
    return tuple(dict.fromkeys(spots))


def noticed_telling(person: Person, *, texts: Iterable[str]) -> tuple[str, ...]:
    """Pieces of the texts that would give people away if everyone could read them, in order, each once. Queries as in `known_of`."""
    kept = list(texts)
    known = known_of(person, texts=kept)
    return tuple(dict.fromkeys(spot.text for text in kept for spot in spot_telling(text, known=known)))


def known_of(person: Person, *, texts: Iterable[str]) -> Known:
    """What of the texts' words the directory of the person's organisation knows, for `text.telling`. At most four queries, and none without words or when
    the same texts were asked about within `REMEMBERED`: everybody at a table looks at the same wording again and again.

    A title or function counts when exactly one person who has not left has it.
    """
    joined = [text for text in texts if text.strip()]
    if not joined:
        return Known()
    digest = hashlib.sha256("\0".join(joined).encode()).hexdigest()  # no words in a key
    key = f"known-{person.organisation_id}-{digest}"
    found: Known | None = cache.get(key)
    if found is None:
        found = _known_of(person, joined)
        cache.set(key, found, REMEMBERED)
    return found


def _known_of(person: Person, joined: list[str]) -> Known:
    runs = set().union(*(phrases(text) for text in joined))
    names = _first_names(person, _capital_words(joined))
    return Known(frozenset(names), _of_one(person, "job_title", runs), _of_one(person, "function", runs), _places(person, runs))


def _capital_words(texts: list[str]) -> list[str]:
    words = {word.strip(".,;:!?()\"'’“”") for text in texts for word in text.split()}
    return [word.removesuffix("'s").removesuffix("’s") for word in words if word[:1].isupper()]


def _of_one(person: Person, field: str, runs: set[str]) -> frozenset[str]:
    here = Person.objects.visible_to(person).active().exclude(**{field: ""}).annotate(what=Lower(field)).filter(what__in=runs)
    return frozenset(here.values("what").annotate(holders=Count("id")).filter(holders=1).order_by().values_list("what", flat=True))


def _places(person: Person, runs: set[str]) -> frozenset[str]:
    here = Person.objects.visible_to(person).active().exclude(site="").annotate(what=Lower("site")).filter(what__in=runs)
    return frozenset(here.order_by().values_list("what", flat=True).distinct())


def _first_names(person: Person, words: list[str]) -> set[str]:
    """Which of `words` are first names in the organisation's directory; served by the index on first names."""
    found = Person.objects.visible_to(person).annotate(first=FIRST_NAME).filter(first__in=words)
    return set(found.values_list("first", flat=True)) if words else set()
