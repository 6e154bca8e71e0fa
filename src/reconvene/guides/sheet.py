"""A Markdown file with front matter as it is being read: its fields, sections, lists and facts, and every problem with its line. Pure.

Called by guides.script, which makes guides and protocols of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reconvene.base.translation import gettext as _
from reconvene.guides.front import read_yaml
from reconvene.guides.safety import unreadable, unsafe

_FRONT = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)
_FACT = re.compile(r"- ([A-Z][A-Za-z ]*): *(.*)")
FRONT_DEPTH = 2  # fields, and lists in them


class ScriptError(Exception):
    """A file of the library cannot be used. `problems` says for each: line or field, what is wrong, how to mend it.

    `source` names the file; it is "" when the problems do so themselves, being those of several files. `found` has them as line and words,
    when all of them have a line.
    """

    def __init__(self, source: str, problems: Sequence[str], *, found: Sequence[tuple[int, str]] = ()) -> None:
        super().__init__(source, tuple(problems))
        self.source = source
        self.problems = tuple(problems)
        self.found = tuple(found)

    def __str__(self) -> str:
        return "\n".join(f"{self.source}: {problem}" if self.source else problem for problem in self.problems)


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
        ends = [*starts[1:], len(self.lines)][: len(starts)]
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
        self._problems: list[tuple[int, str]] = []
        text = text.replace("\r\n", "\n").removeprefix("\ufeff")
        if reason := unreadable(text):
            raise ScriptError(source, [reason])
        found = _FRONT.match(text)
        if found is None:
            raise ScriptError(source, [_("line 1: the front matter is missing; begin with fields between two lines of '---'.")])
        self.front, self.lines = self._front(found[1])
        for name in sorted(set(self.front) - fields):
            self.wrong(name, _("field '%(name)s' is not known here; the fields are %(known)s."), known=", ".join(sorted(fields)))
        self.front_end = found[0].count("\n")
        self.every_line = tuple(text.split("\n"))
        for line, words in unsafe(self.every_line):
            self.problem(line, words)
        body = Section("", self.front_end, tuple(text[found.end() :].split("\n")))
        self.sections = body.split("## ")
        if self.sections and not self.sections[0].title:
            self.problem(body.line + 1, _("there is text before the first heading; put it under a '## ' heading."))

    def _front(self, text: str) -> tuple[dict[str, Any], dict[str, int]]:
        try:
            front, lines = read_yaml(text, first_line=2, deepest=FRONT_DEPTH)
        except ValueError as error:
            raise ScriptError(self.source, [str(error)]) from error
        if not isinstance(front, dict):
            raise ScriptError(self.source, [_("line 2: the front matter has no fields; write 'name: value' lines.")])
        return front, lines

    def lines_of_fields(self, *names: str) -> frozenset[int]:
        """The lines on which these fields stand, with what belongs to them."""
        starts = sorted(self.lines.values())
        ends = [*starts[1:], self.front_end][: len(starts)]
        spans = dict(zip(starts, ends, strict=True))
        return frozenset(line for name in names if name in self.lines for line in range(self.lines[name], spans[self.lines[name]]))

    def problem(self, line: int, words: str, **facts: object) -> None:
        """Note what is wrong at a line. The words name the facts by placeholders."""
        self._problems.append((line, words % facts))

    def wrong(self, name: str, words: str, **facts: object) -> None:
        """Note what is wrong with a field of the front matter, which is one of the facts."""
        self.problem(self.lines.get(name, 1), words, name=name, **facts)

    def finish(self) -> None:
        """Raises ScriptError when anything was noted, in the order of the lines."""
        if self._problems:
            words, found = _("line %(line)s: %(words)s"), sorted(set(self._problems))
            raise ScriptError(self.source, [words % {"line": line, "words": said} for line, said in found], found=found)

    def expect_sections(self, titles: Sequence[str]) -> None:
        """Note headings that are not among `titles`, those there twice, and the first one that stands out of their order."""
        seen: list[str] = []
        for section in (section for section in self.sections if section.title):
            if section.title not in titles:
                words = _("the heading '%(title)s' is not known; the headings are %(known)s.")
                self.problem(section.line, words, title=section.title, known=", ".join(titles))
            elif section.title in seen:
                self.problem(section.line, _("a heading is there twice: '%(title)s'; keep one."), title=section.title)
            else:
                seen.append(section.title)
        in_order = [title for title in titles if title in seen]
        for title in (title for title, wanted in zip(seen, in_order, strict=True) if title != wanted):
            words = _("'%(title)s' stands out of order; the order is %(known)s.")
            self.problem(self.line_of(title), words, title=title, known=", ".join(titles))
            break

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
            words = _("field '%(name)s' has %(count)s entries; write %(range)s.")
            self.wrong(name, words, count=len(value), range=_range(least, most))
        return tuple(item.strip() for item in value)

    def choice(self, name: str, among: Sequence[str]) -> str:
        value = self.front.get(name, "")
        if not isinstance(value, str) or value not in among:
            self.wrong(name, _("field '%(name)s' is '%(value)s'; write one of %(known)s."), value=value, known=", ".join(among))
            return ""
        return value

    def choices(self, name: str, among: Sequence[str]) -> tuple[str, ...]:
        value = self.front.get(name)
        if not isinstance(value, list) or not value or not all(isinstance(item, str) and item in among for item in value):
            self.wrong(name, _("field '%(name)s' must be a list like [%(known)s]."), known=", ".join(among))
            return ()
        return tuple(item for item in among if item in value)

    def span(self, name: str, least: int, most: int) -> tuple[int, int]:
        numbers = [str(number) for number in range(least, most + 1)]
        match self.front.get(name):
            case [str(fewest), str(highest)] if fewest in numbers and highest in numbers and int(fewest) <= int(highest):
                return int(fewest), int(highest)
        self.wrong(name, _("field '%(name)s' must be the fewest and the most people, like [%(least)s, %(most)s]."), least=least, most=most)
        return least, most

    def day(self, name: str) -> date:
        value = self.front.get(name)
        try:
            return date.fromisoformat(value if isinstance(value, str) else "")
        except ValueError:
            self.wrong(name, _("field '%(name)s' is no date; write it as year-month-day, like 2026-02-28."))
            return date.min

    def _section(self, title: str) -> Section:
        for section in self.sections:
            if section.title == title and section.text:
                return section
        self.problem(self.line_of(title), _("the section '## %(title)s' is missing or empty; add it."), title=title)
        return Section(title, 1, ())

    def line_of(self, title: str) -> int:
        """The line of a section's heading; 1 when it is not there."""
        return next((section.line for section in self.sections if section.title == title), 1)

    def prose(self, title: str) -> str:
        return self._section(title).text

    def entries(self, title: str) -> tuple[tuple[int, str], ...]:
        """The entries of a section that is a list, each with its line. Text before the first one is left out."""
        section = next((section for section in self.sections if section.title == title), Section(title, 1, ()))
        found: list[tuple[int, str]] = []
        for number, line in enumerate(section.lines, section.line + 1):
            if line.startswith("- "):
                found.append((number, line.removeprefix("- ").strip()))
            elif found and line.strip():
                found[-1] = (found[-1][0], f"{found[-1][1]} {' '.join(line.split())}")
        return tuple(found)

    def items(self, title: str, least: int, most: int) -> tuple[str, ...]:
        """The entries of a section that is one list."""
        section, entries = self._section(title), self.entries(title)
        if section.text and (not section.text.startswith("- ") or not least <= len(entries) <= most):
            words = _("'%(title)s' must be one list of %(range)s lines that begin with '- '; it has %(count)s.")
            self.problem(section.line, words, title=title, range=_range(least, most), count=len(entries))
        return tuple(entry for _line, entry in entries)

    def blocks(self, title: str, least: int, most: int) -> tuple[Section, ...]:
        """The parts of a section under their own ### headings."""
        section = self._section(title)
        blocks = section.split("### ")
        if section.text and (not blocks[0].title or not least <= len(blocks) <= most):
            words = _("'%(title)s' must be %(range)s parts, each under its own '### ' heading; it has %(count)s.")
            self.problem(section.line, words, title=title, range=_range(least, most), count=sum(bool(block.title) for block in blocks))
        return tuple(block for block in blocks if block.title)

    def facts(self, block: Section, names: Sequence[str]) -> tuple[dict[str, str], str]:
        """The `- Name: value` lines of a block, with the indented lines on which one goes on, '' where one is missing, and the text that
        is left.
        """
        facts, rest, last = dict.fromkeys(names, ""), [], ""
        for number, line in enumerate(block.lines, block.line + 1):
            found = _FACT.fullmatch(line.rstrip())
            if found and found[1] in facts:
                last = found[1]
                if facts[last]:
                    self.problem(number, _("'%(name)s' of '%(title)s' is there twice; keep one."), name=last, title=block.title)
                facts[last] = found[2]
            elif last and line.startswith(" ") and line.strip():
                facts[last] = f"{facts[last]} {' '.join(line.split())}".strip()
            else:
                last = ""
                rest.append(line)
        for name in (name for name, value in facts.items() if not value):
            self.problem(block.line, _("'%(title)s' has no '%(name)s'; add a line '- %(name)s: …'."), title=block.title, name=name)
        return facts, "\n".join(rest).strip()


def _range(least: int, most: int) -> str:
    return str(least) if least == most else _("%(least)s to %(most)s") % {"least": least, "most": most}
