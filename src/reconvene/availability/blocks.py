"""The components of an iCalendar file as text: only those that say something about times, and of these only the lines that do. Called by `busy`
before a line reaches the parsing library, so that titles never do.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_BLOCK = {"VEVENT": 60_000, "VTIMEZONE": 60_000, "VFREEBUSY": 1_000_000}
"""Characters of the lines that are kept of a component; one whose lines are longer is left out."""
LONGEST_RULE = 1_000
_BLOCK = re.compile(r"^(BEGIN|END):\s*([A-Z-]+)\s*$", re.IGNORECASE)
_EMPTY_ZONE = re.compile(r';TZID="?"?(?=[:;])', re.IGNORECASE)
_NAME = re.compile(r"[A-Z-]{1,40}(?=[:;])", re.IGNORECASE)
_COMPONENTS = frozenset({"VEVENT", "VFREEBUSY", "VTIMEZONE"})
TIMING = frozenset({"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"})
_KEPT = {
    "VEVENT": TIMING | {"UID", "STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS"},
    "VFREEBUSY": frozenset({"FREEBUSY"}),
    "VTIMEZONE": frozenset({"TZID", "X-LIC-LOCATION", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME", "RRULE", "RDATE"}),
}


@dataclass
class Block:
    """A component directly inside the calendar, with the lines of it that say something about times."""

    name: str
    lines: list[str]
    size: int = 0

    @property
    def is_readable(self) -> bool:
        """Whether its lines are short enough to be looked at."""
        rules = (line for line in self.lines if line[:5].upper() == "RRULE")
        return self.size <= LONGEST_BLOCK[self.name] and all(len(line) <= LONGEST_RULE for line in rules)

    @property
    def text(self) -> str:
        """As the library reads it."""
        return _EMPTY_ZONE.sub("", "\n".join(["BEGIN:" + self.name, *self.lines, "END:" + self.name, ""]))

    def has(self, *names: str) -> bool:
        """Whether one of these is among its lines."""
        return any(found in names for found in map(_name, self.lines))

    def day(self, name: str) -> str:
        """The digits of the first date of this name; "" when there is none."""
        for line in self.lines:
            if _name(line) == name:
                found = re.search(r":(\d{8})(?:T\d{6}Z?)?$", line.rstrip())
                return found[1] if found else ""
        return ""

    def keep(self, line: str) -> None:
        """One more line, unless there is too much already."""
        self.size += len(line)
        if self.size <= LONGEST_BLOCK[self.name]:
            self.lines.append(line)


def _name(line: str) -> str:
    found = _NAME.match(line)
    return found[0].upper() if found else ""


def blocks(text: str) -> Iterator[Block]:
    """Each component with times directly inside the calendar. What is never closed is closed where the next one begins."""
    block, inside = None, list[str]()
    for line in text.split("\n"):
        mark = _BLOCK.match(line) if line[:1] in "BEbe" and len(line) < 100 else None
        begins, name = (mark[1].upper() == "BEGIN", mark[2].upper()) if mark else (False, "")
        if block and (name == "VCALENDAR" or (name in _COMPONENTS if begins else name == block.name)):
            yield _closed(block, inside)
            block, inside = None, []
        if begins and name in _COMPONENTS:
            block = Block(name, [])
        elif block and mark:
            _nest(block, inside, line, begins=begins, name=name)
        elif block and (not inside or block.name == "VTIMEZONE") and _name(line) in _KEPT[block.name]:
            block.keep(line)
    if block:
        yield _closed(block, inside)


def _nest(block: Block, inside: list[str], line: str, *, begins: bool, name: str) -> None:
    """Follow a component inside another: part of a time zone, left out of everything else, like the alarm of an event."""
    if begins:
        inside.append(name)
    elif inside and inside[-1] == name:
        inside.pop()
    else:
        return
    if block.name == "VTIMEZONE":
        block.keep(line)


def _closed(block: Block, inside: list[str]) -> Block:
    if block.name == "VTIMEZONE":
        for name in reversed(inside):
            block.keep("END:" + name)
    return block
