"""A lesson as it would be published, with what would give people away marked for the group to say more generally. Called by rooms.matter.

It marks and never blocks: what is meant to stay stays.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from reconvene.people.models import Person
from reconvene.people.noticing import known_of
from reconvene.rooms.models import Lesson
from reconvene.rooms.rules import LESSON_WORDS
from reconvene.text.telling import Known, spot_telling


@dataclass(frozen=True)
class Piece:
    """A run of text; `kind` is a value of text.telling.Kind where it would give somebody away, else ""."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Part:
    """One box of a lesson (a name of LESSON_WORDS) in pieces, in order: together they are its text."""

    name: str
    pieces: tuple[Piece, ...]


def marked(lessons: Sequence[Lesson], *, viewer: Person) -> dict[uuid.UUID, tuple[Part, ...]]:
    """Lesson -> its boxes in which something is marked. Three queries for all of them together."""
    known = known_of(viewer, texts=[text for lesson in lessons for text in _texts(lesson).values()])
    return {lesson.id: parts_of(lesson, known=known) for lesson in lessons}


def parts_of(lesson: Lesson, *, known: Known) -> tuple[Part, ...]:
    """The boxes in which something is marked."""
    parts = (Part(name, pieces_of(text, known=known)) for name, text in _texts(lesson).items())
    return tuple(part for part in parts if any(piece.kind for piece in part.pieces))


def pieces_of(text: str, *, known: Known) -> tuple[Piece, ...]:
    """A text cut where something begins or ends that gives somebody away."""
    found, behind = [], 0
    for one in spot_telling(text, known=known):
        found += [Piece(text[behind : one.start]), Piece(one.text, one.kind.value)]
        behind = one.end
    return tuple(piece for piece in (*found, Piece(text[behind:])) if piece.text)


def _texts(lesson: Lesson) -> dict[str, str]:
    """What the playbook would take: `watch_out` stands in where there is no limit."""
    found = {name: getattr(lesson, name) for name in LESSON_WORDS if getattr(lesson, name)}
    if lesson.not_when:
        found.pop("watch_out", None)
    return found
