"""A guide as the boxes of a form, and back: what is typed becomes the same Markdown as the library's files, with the box of every line. Pure.

Called by guides.authoring.checks, actions and views.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from reconvene.base.translation import gettext_noop as _  # the words of constants are only marked
from reconvene.guides.guide import LEVELS, MOST_RELATED, Guide, Source
from reconvene.guides.script import CERTAINTIES, WEEKS

MOST_CARDS = 6
LINE, TEXT, LIST = 300, 4_000, 12_000  # characters of a box
EXPERIENCE = "our own experience"  # stands in files, so it is not a word of the interface
EMPTY_TITLE = "…"
CARD_BOXES = ("title", "action", "fits_when", "not_when", "first_step", "works_if", "source", "strength")
CARD_FACTS = {
    "Key": "key", "Fits when": "fits_when", "Not when": "not_when", "First step": "first_step", "Works if": "works_if", "Source": "source",
    "Strength": "strength",
}  # fmt: skip
CAUSES = {"going-mine": "**Mine to change.**", "going-ours": "**Ours to change.**", "going-theirs": "**Theirs to change.**"}
SECTIONS = {
    "what_it_is": ("What it is", "text"), "what_it_is_not": ("What it is not", "text"), "key_questions": ("Key questions", "list"),
    "story_prompts": ("Story prompts", "list"), "going": ("What is going on", "causes"), "card": ("Strategies", "strategies"), "case": ("A case", "text"),
    "questions": ("Questions", "list"), "first_step": ("First step", "text"), "job_aid": ("Job aid", "text"), "if_then": ("If-then examples", "list"),
    "tip": ("Tips", "weeks"), "buddy": ("Buddy questions", "weeks"), "signals": ("Signals", "list"),
    "reconvene_questions": ("Reconvene questions", "list"), "sources": ("Sources", "list"),
}  # fmt: skip
RULE = "---"

_BULLET = re.compile(r"^\s*(?:[-*•–]|\d+[.)])\s+")


@dataclass(frozen=True)
class Field:
    """A box of the form. `kind`: line, text, list (one entry a line), tick, choice or key (not shown). `hint` says what belongs there."""

    name: str
    label: str
    kind: str
    hint: str = ""
    is_optional: bool = False

    @property
    def longest(self) -> int:
        """How many characters it takes."""
        return {"line": LINE, "list": LIST}.get(self.kind, TEXT)


@dataclass(frozen=True)
class Chapter:
    """Boxes that stand together, under a heading with a sentence that says what they are for. `key` is its place on the page."""

    key: str
    title: str
    what_for: str
    fields: tuple[Field, ...]
    is_optional: bool = False


def _card(number: int) -> tuple[Field, ...]:
    return (
        Field(f"card-{number}-key", "", "key", is_optional=True),
        Field(f"card-{number}-title", _("What it is called"), "line", _("An instruction in a few words.")),
        Field(f"card-{number}-action", _("What to do"), "text", _("40 to 110 words, so that somebody can do it from reading it.")),
        Field(f"card-{number}-fits_when", _("Fits when"), "line"),
        Field(f"card-{number}-not_when", _("Not when"), "line", _("Every strategy fails somewhere. Say where.")),
        Field(f"card-{number}-first_step", _("First small step"), "line", _("A quarter of an hour, this week.")),
        Field(f"card-{number}-works_if", _("It works if"), "line", _("What one would see.")),
        Field(f"card-{number}-source", _("Source"), "line", _("Author (year), what kind of study, what it found; or: our own experience.")),
        Field(f"card-{number}-strength", _("How sure are we?"), "choice"),
    )


TOPIC = (
    Field("title", _("Title"), "line", _("The topic in a few words, as a manager would say it.")),
    Field("headline", _("Headline"), "line", _("What to do about it, in one line.")),
    Field("lede", _("For whom it is"), "line", _("One or two sentences.")),
    *(Field(f"levels-{level}", label, "tick", is_optional=True) for level, label in zip(LEVELS, (_("First-line managers"), _("Middle managers"), _("Senior managers")), strict=True)),
)  # fmt: skip
CHAPTERS: tuple[Chapter, ...] = (
    Chapter("topic", _("The topic"), _("What stands in the library, and above the guide."), TOPIC),
    Chapter("said", _("How people say it"), _("From these words the program knows who has this topic."), (
        Field("sounds_like", _("It sounds like this"), "list", _("3 to 5 sentences that managers say; shown above the guide. One a line.")),
        Field("phrases", _("More words for it"), "list", _("8 to 100, from different trades and tones, one a line; for matching only, not shown.")),
        Field("phrases_de", _("The same in German"), "list", _("30 to 60, or none."), is_optional=True),
    )),
    Chapter("is", _("What it is, and what not"), _("One paragraph each, 15 to 90 words."), (
        Field("what_it_is", _("What it is"), "text"),
        Field("what_it_is_not", _("What it is not"), "text", _("Say where it belongs instead.")),
        Field("caution", _("When it is not for a group of peers"), "line", _("Legal, health, harassment: say where to turn, with the words “Turn to …”."), is_optional=True),
    )),
    Chapter("asked", _("What the group is asked"), _("The first session begins with these."), (
        Field("key_questions", _("Key questions"), "list", _("3, one a line: “How can we … so that …?”")),
        Field("story_prompts", _("Story prompts"), "list", _("3, one a line, that help to tell one occasion.")),
        Field("questions", _("Questions in the round"), "list", _("4 to 6, one a line.")),
    )),
    Chapter("going", _("What is going on"), _("120 to 220 words altogether: causes sorted by who can change them."), (
        Field("going-intro", _("To begin with"), "text"),
        Field("going-mine", _("Mine to change"), "text"),
        Field("going-ours", _("Ours to change"), "text"),
        Field("going-theirs", _("Theirs to change"), "text"),
        Field("going-close", _("A closing line"), "line", is_optional=True),
    )),
    *(
        Chapter(f"strategy-{number}", _("Strategy"), _("Something to try, honest about where it fails."), _card(number), is_optional=number > 4)
        for number in range(1, MOST_CARDS + 1)
    ),
    Chapter("case", _("A case and a first step"), _("One story from one trade, with an outcome that is no triumph."), (
        Field("case", _("A case"), "text", _("100 to 160 words. Roles instead of names.")),
        Field("first_step", _("First step"), "text", _("What to do tomorrow, three sentences at most.")),
        Field("job_aid", _("Job aid"), "text", _("Half a page to print, 10 to 36 lines: a script, a checklist, a form. “**bold**” for headings, “- ” for lists.")),
    )),
    Chapter("weeks", _("The four weeks"), _("Short texts for plans and messages. They do not name the topic, because others may see a message."), (
        Field("if_then", _("If-then examples"), "list", _("3 or 4, one a line: “If …, then I ….”")),
        *(Field(f"tip-{week}", label, "line") for week, label in enumerate((_("Tip, week 1: notice the occasion"), _("Tip, week 2: when the first try went otherwise"), _("Tip, week 3: keep going"), _("Tip, week 4: what to look back on")), 1)),
        *(Field(f"buddy-{week}", label, "line") for week, label in enumerate((_("Buddy question, week 1"), _("Buddy question, week 2"), _("Buddy question, week 3"), _("Buddy question, week 4")), 1)),
    )),
    Chapter("end", _("How it goes on"), _("What one notices, what the group asks when it meets again, and what all this rests on."), (
        Field("signals", _("Signals"), "list", _("2 to 4, one a line: how one notices that it works.")),
        Field("reconvene_questions", _("Questions for the reconvene"), "list", _("3 or 4, one a line.")),
        Field("sources", _("Sources"), "list", _("One a line: Authors, Title (year); kind; sure or to check. None when all rests on experience."), is_optional=True),
        *(Field(f"related-{number}", _("A near topic"), "choice", is_optional=True) for number in range(1, MOST_RELATED + 1)),
    )),
)  # fmt: skip
FIELDS: Mapping[str, Field] = {field.name: field for chapter in CHAPTERS for field in chapter.fields}
CHAPTER_OF: Mapping[str, Chapter] = {field.name: chapter for chapter in CHAPTERS for field in chapter.fields}


@dataclass(frozen=True)
class Written:
    """The Markdown, and for each of its lines, from the first on, the box it came from ("" for none) and whether it is the heading of several."""

    text: str
    boxes: tuple[str, ...]
    headings: frozenset[int]


def blank() -> dict[str, str]:
    """Every box, with nothing in it."""
    return dict.fromkeys(FIELDS, "")


def is_card_empty(words: Mapping[str, str], number: int) -> bool:
    """Whether nothing is typed for this strategy."""
    return not any(words[f"card-{number}-{box}"].strip() for box in CARD_BOXES)


def entries(text: str) -> list[str]:
    """What stands on the lines of a list box, without marks in front."""
    return [found for line in text.split("\n") if (found := _BULLET.sub("", line).strip())]


def with_keys(words: Mapping[str, str], *, code: str, given: int) -> tuple[dict[str, str], int]:
    """The words with a key for each strategy, and how many keys have been given by then. A strategy keeps its key; an empty one loses it for good."""
    found = dict(words)
    for number in range(1, MOST_CARDS + 1):
        name = f"card-{number}-key"
        if is_card_empty(found, number):
            found[name] = ""
        elif not found[name]:
            given += 1
            found[name] = f"{code.lower()}-{given}"
    return found, given


def write(words: Mapping[str, str], *, code: str, slug: str, reviewed_on: date, adapts: date | None = None) -> Written:
    """The guide as Markdown, complete or not."""
    lines = [*_front(words, code, slug, reviewed_on, adapts), *_body(words)]
    flat = [(line, box, is_heading) for text, box, is_heading in lines for line in text.split("\n")]
    headings = frozenset(number for number, (_line, _box, is_heading) in enumerate(flat, 1) if is_heading)
    return Written("\n".join(line for line, _box, _is in flat) + "\n", tuple(box for _line, box, _is in flat), headings)


def read(guide: Guide) -> dict[str, str]:
    """The boxes of a guide that has passed the checker."""
    found = blank()
    found |= {
        name: getattr(guide, name)
        for name in ("title", "headline", "lede", "caution", "what_it_is", "what_it_is_not", "case", "first_step", "job_aid")
    }
    found |= {
        name: "\n".join(getattr(guide, name))
        for name in (
            "sounds_like",
            "phrases",
            "phrases_de",
            "key_questions",
            "story_prompts",
            "questions",
            "if_then",
            "signals",
            "reconvene_questions",
        )
    }
    found |= {f"levels-{level}": "on" for level in guide.levels}
    found |= {f"tip-{week}": text for week, text in enumerate(guide.tips, 1)} | {
        f"buddy-{week}": text for week, text in enumerate(guide.buddy_questions, 1)
    }
    found |= {f"related-{number}": slug for number, slug in enumerate(guide.related, 1)}
    found["sources"] = "\n".join(_source(one) for one in guide.sources)
    found |= _causes(guide.going_on)
    for number, card in enumerate(guide.cards, 1):
        found |= {f"card-{number}-{box}": getattr(card, box) for box in ("key", *CARD_BOXES)}
    return found


def _front(words: Mapping[str, str], code: str, slug: str, reviewed_on: date, adapts: date | None) -> Iterator[tuple[str, str, bool]]:
    levels = ", ".join(level for level in LEVELS if words[f"levels-{level}"])
    related = dict.fromkeys(words[f"related-{number}"] for number in range(1, MOST_RELATED + 1))
    yield RULE, "", False
    yield _fact("code", code), "", False
    yield _fact("slug", slug), "", False
    for name in ("title", "headline"):
        yield _fact(name, _quoted(words[name])), name, False
    yield _fact("levels", f"[{levels}]"), "levels-F", False
    yield _fact("lede", _quoted(words["lede"])), "lede", False
    for name in ("sounds_like", "phrases", "phrases_de"):
        found = entries(words[name])
        if found or name != "phrases_de":
            yield _fact(name, "" if found else "[]"), name, False
            yield from ((f"  - {_quoted(one)}", name, False) for one in found)
    yield _fact("related", f"[{', '.join(_quoted(slug) for slug in related if slug)}]"), "related-1", False
    if words["caution"]:
        yield _fact("caution", _quoted(words["caution"])), "caution", False
    yield _fact("reviewed_on", reviewed_on.isoformat()), "", False
    if adapts:
        yield _fact("adapts", adapts.isoformat()), "", False
    yield RULE, "", False


def _body(words: Mapping[str, str]) -> Iterator[tuple[str, str, bool]]:
    for name, (title, kind) in SECTIONS.items():
        if kind == "list":
            yield from _list(title, name, words)
        elif kind == "text":
            yield from _prose(title, name, words)
        elif kind == "causes":
            yield from _going_on(title, words)
        elif kind == "strategies":
            yield f"## {title}\n", "card-1-title", True
            for number in (number for number in range(1, MOST_CARDS + 1) if not is_card_empty(words, number)):
                yield from _strategy(f"card-{number}-", words)
        else:
            yield from _weeks(title, name, words)


def _going_on(title: str, words: Mapping[str, str]) -> Iterator[tuple[str, str, bool]]:
    yield f"## {title}\n", "going-intro", True
    yield f"{words['going-intro']}\n", "going-intro", False
    for number, (name, mark) in enumerate(CAUSES.items(), 1):
        yield f"{number}. {mark} {_one_line(words[name])}", name, False
    yield f"\n{words['going-close']}\n", "going-close", False


def _weeks(title: str, stem: str, words: Mapping[str, str]) -> Iterator[tuple[str, str, bool]]:
    yield f"## {title}\n", f"{stem}-1", True
    for name in (f"{stem}-{week}" for week in range(1, WEEKS + 1)):
        if words[name]:
            yield f"- {_one_line(words[name])}", name, False
    yield "", "", False


def _strategy(stem: str, words: Mapping[str, str]) -> Iterator[tuple[str, str, bool]]:
    yield f"### {_one_line(words[stem + 'title']) or EMPTY_TITLE}\n", f"{stem}title", False
    yield f"{words[stem + 'action']}\n", f"{stem}action", False
    for fact, box in CARD_FACTS.items():
        text = _one_line(words[stem + box])
        if box == "source" and not text and words[stem + "strength"] == "practice":
            text = EXPERIENCE
        yield f"- {_fact(fact, text)}", f"{stem}{box}" if box != "key" else "", False
    yield "", "", False


def _prose(title: str, name: str, words: Mapping[str, str]) -> Iterator[tuple[str, str, bool]]:
    yield f"## {title}\n", name, False
    yield f"{words[name]}\n", name, False


def _list(title: str, name: str, words: Mapping[str, str]) -> Iterator[tuple[str, str, bool]]:
    yield f"## {title}\n", name, False
    yield from ((f"- {entry}", name, False) for entry in entries(words[name]))
    yield "", "", False


def _causes(text: str) -> dict[str, str]:
    """What is going on, apart: the beginning, the three causes, the end. Of several paragraphs on one cause none is left out."""
    found = {}
    for number, (name, mark) in reversed([*enumerate(CAUSES.items(), 1)]):
        before, _mark, cause = text.partition(f"{number}. {mark} ")
        if number == len(CAUSES):
            cause, _blank, after = cause.partition("\n\n")
            found["going-close"] = _one_line(after)
        found[name] = _one_line(cause)
        text = before
    return found | {"going-intro": text.strip()}


def _fact(name: str, value: str) -> str:
    return f"{name}: {value}"


def _source(source: Source) -> str:
    certainty = next(name for name, is_sure in CERTAINTIES.items() if is_sure == source.is_sure)
    return f"{source.work}; {source.kind}; {certainty}"


def _quoted(text: str) -> str:
    """A text of the front matter: what JSON quotes, YAML reads."""
    return json.dumps(_one_line(text), ensure_ascii=False)


def _one_line(text: str) -> str:
    return " ".join(text.split())
