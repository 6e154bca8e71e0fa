"""What differs between two wordings of a guide, box by box and word by word. Pure. Called by guides.authoring.views."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from reconvene.guides.authoring.boxes import CHAPTERS, Chapter, Field

Piece = tuple[Literal["same", "out", "in"], str]

FEW_WORDS = 3  # that both texts have, between two changes

_TOKEN = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Change:
    """A box in which something differs: the pieces of it in order, as they are, taken out, or put in."""

    chapter: Chapter
    field: Field
    pieces: tuple[Piece, ...]


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    """Every box that differs, in the order of the form. A tick is told by its label: put in or taken out."""
    found = []
    for chapter in CHAPTERS:
        for field in chapter.fields:
            old, new = before.get(field.name, ""), after.get(field.name, "")
            if old != new and field.kind != "key":
                found.append(Change(chapter, field, pieces(old, new) if field.kind != "tick" else (("in" if new else "out", "✓"),)))
    return tuple(found)


def is_mostly(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Whether more than half of the words stand in boxes that nobody has touched."""
    boxes = [
        (len(after.get(field.name, "").split()), before.get(field.name) == after.get(field.name))
        for chapter in CHAPTERS
        for field in chapter.fields
    ]
    return 2 * sum(words for words, is_same in boxes if is_same) > sum(words for words, _is_same in boxes)


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """One text and then another as one: what both have, what only the first has, what only the second has.

    Between two changes a few words that happen to be in both belong to the changes: whole phrases read better than a mosaic.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    steps = SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    found: list[Piece] = []
    gone = come = ""
    for number, (kind, a, b, c, d) in enumerate(steps):
        is_between = 0 < number < len(steps) - 1
        if kind == "equal" and not (is_between and len("".join(old[a:b]).split()) < FEW_WORDS):
            found += _changed(gone, come)
            found.append(("same", "".join(old[a:b])))
            gone = come = ""
        else:
            gone, come = gone + "".join(old[a:b]), come + "".join(new[c:d])
    return (*found, *_changed(gone, come))


def _changed(gone: str, come: str) -> list[Piece]:
    pieces: list[Piece] = [("out", gone), ("in", come)]
    return [piece for piece in pieces if piece[1]]
