"""Guides and session protocols as values, and the parser of the Markdown they are written in. Pure.

Called by guides.library and, for the values, by guides and rooms. `guides/README.md` describes the layout of the files.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import yaml

from reconvene.base.translation import gettext as _

LEVELS = ("F", "M", "S")  # first-line, middle, senior
STRENGTHS = ("strong", "moderate", "weak", "practice")
LENGTHS = (60, 75, 90)  # minutes
SEES = ("me", "buddy", "group", "company", "counts")
MODES = ("topic", "case", "trio", "seven")
STEP_KINDS = {
    "first": ("arrive", "question", "turns", "ask", "causes", "cards", "ideas", "score", "gap", "plan", "date", "close"),
    "reconvene": ("arrive", "turns", "ask", "lessons", "readout", "score", "settle", "plan", "choices", "close"),
}
MODE_KINDS = {"case": ("whose", "tell", "reply"), "trio": ("rounds",)}  # besides those of every session
FEWEST_PEOPLE, MOST_PEOPLE = 3, 6
GUIDE_SECTIONS = ("What is going on", "Strategies", "Questions", "First step", "Job aid", "Signals", "Sources")
GUIDE_FIELDS = frozenset(
    ["code", "slug", "title", "headline", "levels", "lede", "minutes", "sounds_like", "phrases", "related", "caution", "reviewed_on"]
)
PROTOCOL_FIELDS = frozenset({"kind", "mode", "title", "fits", "people", "lengths"})
CARD_FACTS = ("Key", "Fits when", "Not when", "Source", "Strength")
STEP_FACTS = ("Kind", "Prompt", "How", "Host line", "Sees", "Cut order", "May overrun")

_FRONT = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)
_FACT = re.compile(r"- ([A-Z][A-Za-z ]*): *(.*)")


class ScriptError(Exception):
    """A file of the library cannot be used. `problems` says for each: line or field, what is wrong, how to mend it."""

    def __init__(self, source: str, problems: Sequence[str]) -> None:
        super().__init__(source, tuple(problems))
        self.source = source
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(f"{self.source}: {problem}" for problem in self.problems)


@dataclass(frozen=True)
class StrategyCard:
    """One thing to try. `key` is unique in the library (`a6-1`) and never reused; `action` is Markdown; `strength` is one of STRENGTHS."""

    key: str
    title: str
    action: str
    fits_when: str
    not_when: str
    source: str
    strength: str


@dataclass(frozen=True)
class Guide:
    """What is known about one topic. `minutes` to read; `going_on` and `job_aid` are Markdown; `phrases` serve matching and are not shown;
    `related` are slugs of other guides; `caution` is empty when there is none.
    """

    code: str
    slug: str
    title: str
    headline: str
    levels: tuple[str, ...]
    lede: str
    minutes: int
    sounds_like: tuple[str, ...]
    phrases: tuple[str, ...]
    going_on: str
    cards: tuple[StrategyCard, ...]
    questions: tuple[str, ...]
    first_step: str
    job_aid: str
    signals: tuple[str, ...]
    sources: tuple[str, ...]
    related: tuple[str, ...]
    caution: str
    reviewed_on: date


@dataclass(frozen=True)
class Part:
    """A stretch of a step, in whole minutes. `silent`: everyone writes, nobody talks."""

    key: str
    title: str
    minutes: int
    silent: bool
    how: str


@dataclass(frozen=True)
class Step:
    """A step of a session. `kind` is the room's behaviour, `sees` who sees what is written in it, `minutes` the sum of its parts.

    `cut_order` says when it gives minutes away, 1 first; None: never.
    """

    key: str
    kind: str
    title: str
    prompt: str
    how: str
    host_line: str
    sees: str
    minutes: int
    parts: tuple[Part, ...]
    cut_order: int | None
    may_overrun: bool


@dataclass(frozen=True)
class Protocol:
    """A conducted session: `kind` first or reconvene, `mode` one of MODES, `length` in minutes.

    `fits` says in one sentence for whom it is; `people` is the fewest and the most that it can be held with.
    """

    key: str
    kind: str
    mode: str
    title: str
    fits: str
    people: tuple[int, int]
    length: int
    steps: tuple[Step, ...]


def turn_seconds(step: Step, present: int) -> int:
    """Whole seconds of everybody's equal turn: the step's minutes of talking divided by who is there.

    Raises:
        ValueError: nobody is present.
    """
    if present < 1:
        raise ValueError("A turn needs somebody present.")
    return 60 * sum(part.minutes for part in step.parts if not part.silent) // present


def parse_guide(text: str, *, source: str) -> Guide:
    """The guide written in `text`. `source` names the file in errors.

    Raises:
        ScriptError: with every problem found, not only the first.
    """
    sheet = _Sheet(text, source, fields=GUIDE_FIELDS)
    sheet.expect_sections(GUIDE_SECTIONS)
    guide = Guide(
        code=sheet.text("code"),
        slug=sheet.text("slug"),
        title=sheet.text("title"),
        headline=sheet.text("headline"),
        levels=sheet.choices("levels", LEVELS),
        lede=sheet.text("lede"),
        minutes=sheet.whole("minutes"),
        sounds_like=sheet.texts("sounds_like", 3, 5),
        phrases=sheet.texts("phrases", 12, 25),
        going_on=sheet.prose("What is going on"),
        cards=tuple(_card(block, sheet) for block in sheet.blocks("Strategies", 3, 5)),
        questions=sheet.items("Questions", 4, 6),
        first_step=sheet.prose("First step"),
        job_aid=sheet.prose("Job aid"),
        signals=sheet.items("Signals", 2, 4),
        sources=sheet.items("Sources", 1, 20),
        related=sheet.texts("related", 0, 6),
        caution=sheet.text("caution", optional=True),
        reviewed_on=sheet.day("reviewed_on"),
    )
    sheet.finish()
    return guide


def parse_protocol(text: str, *, source: str) -> tuple[Protocol, ...]:
    """The protocols written in `text`, one for each of its lengths, the shortest first. `source` names the file in errors.

    Raises:
        ScriptError: with every problem found, not only the first.
    """
    sheet = _Sheet(text, source, fields=PROTOCOL_FIELDS)
    kind = sheet.choice("kind", tuple(STEP_KINDS))
    mode = sheet.choice("mode", MODES)
    title, fits, people = sheet.text("title"), sheet.text("fits"), sheet.span("people", FEWEST_PEOPLE, MOST_PEOPLE)
    lengths = tuple(int(length) for length in sheet.choices("lengths", tuple(str(length) for length in LENGTHS)))
    kinds = (*STEP_KINDS.get(kind, ()), *MODE_KINDS.get(mode, ()))
    timed = [_timed_steps(section, kinds, lengths, sheet) for section in sheet.sections]
    sheet.finish()
    return tuple(
        Protocol(
            f"{kind}-{mode}-{length}",
            kind,
            mode,
            title,
            fits,
            people,
            length,
            tuple(steps[length] for steps in timed if steps[length].parts),
        )
        for length in lengths
    )


def _card(block: "_Section", sheet: "_Sheet") -> StrategyCard:
    facts, rest = sheet.facts(block, CARD_FACTS)
    if not rest:
        sheet.problem(block.line, _("'%(title)s' says nothing to do; write the action above the list."), title=block.title)
    strength = facts["Strength"]
    if strength and strength not in STRENGTHS:
        words = _("Strength of '%(title)s' is '%(strength)s'; write one of %(known)s.")
        sheet.problem(block.line, words, title=block.title, strength=strength, known=", ".join(STRENGTHS))
    return StrategyCard(facts["Key"], block.title, rest, facts["Fits when"], facts["Not when"], facts["Source"], strength)


def _timed_steps(section: "_Section", kinds: tuple[str, ...], lengths: tuple[int, ...], sheet: "_Sheet") -> dict[int, Step]:
    """The step for each length; without parts where the session of that length leaves it out."""
    facts, rest = sheet.facts(section, STEP_FACTS)
    key, _colon, title = section.title.partition(": ")
    allowed = {"Kind": kinds, "Sees": SEES, "May overrun": ("yes", "no")}
    for name, values in allowed.items():
        if facts[name] and values and facts[name] not in values:
            words = _("%(name)s is '%(value)s'; write one of %(known)s.")
            sheet.problem(section.line, words, name=name, value=facts[name], known=", ".join(values))
    if not title:
        sheet.problem(section.line, _("'%(title)s' is no step; write '## key: Title'."), title=section.title)
    if facts["Cut order"] and facts["Cut order"] != "never" and not facts["Cut order"].isdecimal():
        sheet.problem(section.line, _("Cut order is '%(value)s'; write a whole number or 'never'."), value=facts["Cut order"])
    order = int(facts["Cut order"]) if facts["Cut order"].isdecimal() else None
    texts = (title, facts["Prompt"], facts["How"], facts["Host line"], facts["Sees"])
    bare = Step(key, facts["Kind"], *texts, 0, (), order, facts["May overrun"] == "yes")
    parts = {length: _parts(section, rest, length, sheet) for length in lengths}
    return {length: replace(bare, minutes=sum(p.minutes for p in held), parts=held) for length, held in parts.items()}


def _parts(section: "_Section", text: str, length: int, sheet: "_Sheet") -> tuple[Part, ...]:
    """The rows of the step's table that have minutes at this length."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    wanted = {"Part", "Title", "Silent", "How", str(length)}
    if len(rows) < 3 or not wanted <= set(rows[0]) or any(len(row) != len(rows[0]) for row in rows):
        words = _("'%(title)s' needs a table of parts with full rows and the columns %(columns)s.")
        sheet.problem(section.line, words, title=section.title, columns=", ".join(sorted(wanted)))
        return ()
    held = []
    for row in (dict(zip(rows[0], cells, strict=True)) for cells in rows[2:]):
        minutes = row[str(length)]
        if row["Silent"] not in ("yes", "no") or not (minutes == "-" or (minutes.isdecimal() and int(minutes) > 0)):
            words = _("part '%(part)s' of '%(title)s': Silent must be yes or no, minutes a whole number or '-' for left out at %(length)s.")
            sheet.problem(section.line, words, part=row["Part"], title=section.title, length=length)
        elif minutes != "-":
            held.append(Part(row["Part"], row["Title"], int(minutes), row["Silent"] == "yes", row["How"]))
    return tuple(held)


@dataclass(frozen=True)
class _Section:
    """A heading with the lines below it; `line` counts from 1 in the file."""

    title: str
    line: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()

    def split(self, mark: str) -> tuple["_Section", ...]:
        """What stands under each heading that begins with `mark`; text before the first one gets the title ''."""
        starts = [number for number, line in enumerate(self.lines) if line.startswith(mark)]
        ends = [*starts[1:], len(self.lines)]
        head = _Section("", self.line, self.lines[: starts[0] if starts else None])
        rest = (
            _Section(self.lines[a].removeprefix(mark).strip(), self.line + a + 1, self.lines[a + 1 : b])
            for a, b in zip(starts, ends, strict=True)
        )
        return ((head,) if head.text else ()) + tuple(rest)


class _Sheet:
    """A file being read: front matter and sections, with the problems found so far. A value that is wrong is noted and read as empty."""

    def __init__(self, text: str, source: str, *, fields: frozenset[str]) -> None:
        self.source = source
        self.problems: list[str] = []
        text = text.replace("\r\n", "\n").removeprefix("\ufeff")
        found = _FRONT.match(text)
        if found is None:
            raise ScriptError(source, [_("line 1: the front matter is missing; begin with fields between two lines of '---'.")])
        self.front = self._front(found[1])
        self.lines = {line.split(":")[0]: number for number, line in enumerate(found[1].splitlines(), 2)}
        for name in sorted(set(self.front) - fields):
            self.wrong(name, _("field '%(name)s' is not known here; the fields are %(known)s."), known=", ".join(sorted(fields)))
        body = _Section("", found[0].count("\n"), tuple(text[found.end() :].splitlines()))
        self.sections = body.split("## ")
        if self.sections and not self.sections[0].title:
            self.problem(body.line + 1, _("there is text before the first heading; put it under a '## ' heading."))

    def _front(self, text: str) -> dict[str, Any]:
        try:
            front = yaml.safe_load(text)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 2 if error.problem_mark else 2
            words = _("line %(line)s: %(problem)s; put the value between double quotes.")
            raise ScriptError(self.source, [words % {"line": line, "problem": error.problem}]) from error
        if not isinstance(front, dict):
            raise ScriptError(self.source, [_("line 2: the front matter has no fields; write 'name: value' lines.")])
        return {str(name): value for name, value in front.items()}

    def problem(self, line: int, words: str, **facts: object) -> None:
        """Note what is wrong at a line. The words name the facts by placeholders."""
        self.problems.append(_("line %(line)s: %(words)s") % {"line": line, "words": words % facts})

    def wrong(self, name: str, words: str, **facts: object) -> None:
        """Note what is wrong with a field of the front matter, which is one of the facts."""
        self.problem(self.lines.get(name, 1), words, name=name, **facts)

    def finish(self) -> None:
        """Raises ScriptError when anything was noted."""
        if self.problems:
            raise ScriptError(self.source, self.problems)

    def expect_sections(self, titles: Sequence[str]) -> None:
        """Note headings that are not among `titles`, and those there twice."""
        for section in self.sections:
            if section.title and section.title not in titles:
                words = _("the heading '%(title)s' is not known; the headings are %(known)s.")
                self.problem(section.line, words, title=section.title, known=", ".join(titles))
        if len({section.title for section in self.sections}) < len(self.sections):
            self.problem(1, _("a heading is there twice; keep one."))

    def text(self, name: str, *, optional: bool = False) -> str:
        value = self.front.get(name, "")
        if not isinstance(value, str) or not (value.strip() or optional):
            self.wrong(name, _("field '%(name)s' is missing or no text; write a text, between double quotes if it has a colon."))
            return ""
        return value.strip()

    def texts(self, name: str, least: int, most: int) -> tuple[str, ...]:
        value = self.front.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            self.wrong(name, _("field '%(name)s' is no list of texts; write each as '- text' on its own line."))
            return ()
        if not least <= len(value) <= most:
            words = _("field '%(name)s' has %(count)s entries; write %(least)s to %(most)s.")
            self.wrong(name, words, count=len(value), least=least, most=most)
        return tuple(item.strip() for item in value)

    def choice(self, name: str, among: Sequence[str]) -> str:
        value = str(self.front.get(name, ""))
        if value not in among:
            self.wrong(name, _("field '%(name)s' is '%(value)s'; write one of %(known)s."), value=value, known=", ".join(among))
        return value

    def choices(self, name: str, among: Sequence[str]) -> tuple[str, ...]:
        value = self.front.get(name)
        if not isinstance(value, list) or not value or not {str(item) for item in value} <= set(among):
            self.wrong(name, _("field '%(name)s' must be a list like [%(known)s]."), known=", ".join(among))
            return ()
        return tuple(item for item in among if item in {str(found) for found in value})

    def whole(self, name: str) -> int:
        value = self.front.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self.wrong(name, _("field '%(name)s' is no whole number of minutes; write a number like 12."))
            return 0
        return value

    def span(self, name: str, least: int, most: int) -> tuple[int, int]:
        match self.front.get(name):
            case [int(fewest), int(highest)] if least <= fewest <= highest <= most:
                return fewest, highest
        self.wrong(name, _("field '%(name)s' must be the fewest and the most people, like [%(least)s, %(most)s]."), least=least, most=most)
        return least, most

    def day(self, name: str) -> date:
        value = self.front.get(name)
        if not isinstance(value, date) or isinstance(value, datetime):
            self.wrong(name, _("field '%(name)s' is no date; write it as year-month-day, like 2026-02-28."))
            return date.min
        return value

    def _section(self, title: str) -> _Section:
        for section in self.sections:
            if section.title == title and section.text:
                return section
        self.problem(1, _("the section '## %(title)s' is missing or empty; add it."), title=title)
        return _Section(title, 1, ())

    def prose(self, title: str) -> str:
        return self._section(title).text

    def items(self, title: str, least: int, most: int) -> tuple[str, ...]:
        """The entries of a section that is one list."""
        section = self._section(title)
        entries = re.split(r"^- ", section.text, flags=re.MULTILINE)
        if section.text and (entries[0] or not least <= len(entries) - 1 <= most):
            words = _("'%(title)s' must be one list of %(least)s to %(most)s lines that begin with '- '.")
            self.problem(section.line, words, title=title, least=least, most=most)
        return tuple(" ".join(entry.split()) for entry in entries[1:])

    def blocks(self, title: str, least: int, most: int) -> tuple[_Section, ...]:
        """The parts of a section under their own ### headings."""
        section = self._section(title)
        blocks = section.split("### ")
        if section.text and (not blocks[0].title or not least <= len(blocks) <= most):
            words = _("'%(title)s' must be %(least)s to %(most)s parts, each under its own '### ' heading.")
            self.problem(section.line, words, title=title, least=least, most=most)
        return tuple(block for block in blocks if block.title)

    def facts(self, block: _Section, names: Sequence[str]) -> tuple[dict[str, str], str]:
        """The `- Name: value` lines of a block, '' where one is missing, and the text that is left."""
        facts, rest = dict.fromkeys(names, ""), []
        for line in block.lines:
            found = _FACT.fullmatch(line.rstrip())
            if found and found[1] in facts:
                facts[found[1]] = found[2]
            else:
                rest.append(line)
        for name in (name for name, value in facts.items() if not value):
            self.problem(block.line, _("'%(title)s' has no '%(name)s'; add a line '- %(name)s: …'."), title=block.title, name=name)
        return facts, "\n".join(rest).strip()
