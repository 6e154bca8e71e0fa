"""A Markdown file with front matter as it is being read: its fields, sections, lists and facts, and every problem with its line. Pure.

Called by guides.script, which makes guides and protocols of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import yaml

from reconvene.base.translation import gettext as _

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
class Section:
    """A heading with the lines below it; `line` counts from 1 in the file."""

    title: str
    line: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()

    def split(self, mark: str) -> tuple["Section", ...]:
        """What stands under each heading that begins with `mark`; text before the first one gets the title ''."""
        starts = [number for number, line in enumerate(self.lines) if line.startswith(mark)]
        ends = [*starts[1:], len(self.lines)]
        head = Section("", self.line, self.lines[: starts[0] if starts else None])
        rest = (
            Section(self.lines[a].removeprefix(mark).strip(), self.line + a + 1, self.lines[a + 1 : b])
            for a, b in zip(starts, ends, strict=True)
        )
        return ((head,) if head.text else ()) + tuple(rest)


class Sheet:
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
        body = Section("", found[0].count("\n"), tuple(text[found.end() :].splitlines()))
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

    def _section(self, title: str) -> Section:
        for section in self.sections:
            if section.title == title and section.text:
                return section
        self.problem(1, _("the section '## %(title)s' is missing or empty; add it."), title=title)
        return Section(title, 1, ())

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

    def blocks(self, title: str, least: int, most: int) -> tuple[Section, ...]:
        """The parts of a section under their own ### headings."""
        section = self._section(title)
        blocks = section.split("### ")
        if section.text and (not blocks[0].title or not least <= len(blocks) <= most):
            words = _("'%(title)s' must be %(least)s to %(most)s parts, each under its own '### ' heading.")
            self.problem(section.line, words, title=title, least=least, most=most)
        return tuple(block for block in blocks if block.title)

    def facts(self, block: Section, names: Sequence[str]) -> tuple[dict[str, str], str]:
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
