"""What is still to be done to a guide in its boxes: the checker of the library's files, told at the box it is about. Pure.

Called by guides.authoring.actions and views. Words of other people, names of colleagues and other guides are not looked up here.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from reconvene.base.translation import gettext as _
from reconvene.guides.authoring.boxes import (
    CHAPTER_OF,
    CHAPTERS,
    FIELDS,
    MOST_CARDS,
    Field,
    Written,
    is_card_empty,
    write,
)
from reconvene.guides.guide import Guide
from reconvene.guides.safety import unreadable
from reconvene.guides.script import CARD_FACTS, OWN, parse_guide
from reconvene.guides.sheet import ScriptError

TICKS = tuple(name for name, field in FIELDS.items() if field.kind == "tick")
_FACT = re.compile(rf"^- (?:{'|'.join(CARD_FACTS)}):", re.MULTILINE)
_HEADING = re.compile(r"^#", re.MULTILINE)
_LINE = re.compile(r"^[^:]*\d+: ")  # how `unreadable` says the line, which nobody sees in a box


@dataclass(frozen=True)
class Checked:
    """What the checker found: the guide when nothing is to be done, what is wrong by box, and the boxes that are still empty."""

    guide: Guide | None
    written: Written
    wrong: Mapping[str, tuple[str, ...]]
    empty: tuple[str, ...]

    @property
    def is_ready(self) -> bool:
        """Whether a second person can be asked."""
        return self.guide is not None

    @property
    def count(self) -> int:
        """How many things are still to be done."""
        return len(self.empty) + sum(len(found) for found in self.wrong.values())


def check(words: Mapping[str, str], *, code: str, slug: str, today: date, adapts: date | None = None) -> Checked:
    """Look a guide through, however incomplete it is."""
    written = write(words, code=code, slug=slug, reviewed_on=today, adapts=adapts)
    empty = tuple(field.name for field in FIELDS.values() if _is_wanted(field, words) and not words[field.name].strip())
    wrong: dict[str, list[str]] = defaultdict(list)
    for name, said in _of_boxes(words):
        wrong[name].append(said)
    if wrong:  # they would be read as parts of the file that they are not
        return Checked(None, written, _told(wrong), empty)
    try:
        guide = parse_guide(written.text, source="", demands=OWN)
    except ScriptError as error:
        for name, said in _placed(error, written, empty):
            wrong[name].append(said)
        return Checked(None, written, _told(wrong), empty)
    return Checked(None if empty else guide, written, {}, empty)


def _is_wanted(field: Field, words: Mapping[str, str]) -> bool:
    if field.kind == "tick":  # the first one stands for all of them
        return field.name == TICKS[0] and not any(words[name] for name in TICKS)
    if field.is_optional:
        return False
    stem, _dash, box = field.name.rpartition("-")
    if stem.startswith("card-"):
        if CHAPTER_OF[field.name].is_optional and is_card_empty(words, int(stem.removeprefix("card-"))):
            return False
        return not (box == "source" and words[f"{stem}-strength"] == "practice")
    return True


def _of_boxes(words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What no box may hold, because it would change what the rest of the file means."""
    for name, field in FIELDS.items():
        text = words[name]
        if reason := unreadable(text):
            yield name, _LINE.sub("", reason)
        if field.kind == "text" and _HEADING.search(text):
            yield name, _("A line begins with “#”, which makes it a heading; write it in bold instead, **like this**.")
    for number in range(1, MOST_CARDS + 1):
        if _FACT.search(words[f"card-{number}-action"]):
            yield f"card-{number}-action", _("A line begins like one of the boxes below, such as “- Not when:”; put it there.")


def _placed(error: ScriptError, written: Written, empty: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """What the checker says, at the box of its line. What only says that something is missing is left to the empty boxes, which say it better."""
    incomplete = {CHAPTER_OF[name].key.split("-")[0] for name in empty}
    for line, said in error.found:
        name = written.boxes[line - 1] if line <= len(written.boxes) else ""
        if name in empty or (name and line in written.headings and CHAPTER_OF[name].key.split("-")[0] in incomplete):
            continue
        if name.endswith("-title") and any(one.startswith(name.removesuffix("title")) for one in empty):
            continue
        yield name, said[:1].upper() + said[1:]
    for said in () if error.found else error.problems:
        yield "", said


def _told(wrong: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    """By box in the order of the form, each sentence once."""
    names = ["", *(field.name for chapter in CHAPTERS for field in chapter.fields)]
    return {name: tuple(dict.fromkeys(wrong[name])) for name in names if wrong.get(name)}
