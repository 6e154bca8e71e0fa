"""Synthetic companies through a year, and the twelve reports that their readers see: what `benchmarks/attacker.py` attacks."""

import math
import random
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from reconvene.privacy.disclosure import Cell, threshold
from reconvene.privacy.ledger import Line
from reconvene.releases.ledger import Known, audited
from reconvene.releases.measurements import Counts, Measurement, Shares, Table
from reconvene.releases.rules import Value, carried, days_taken, figure

MONTHS, GROUP, K = 12, 6, threshold(6)
ATTRIBUTES = {"function": (4, 14), "site": (2, 9), "level": (3, 5)}
"""How many values an attribute may have: the fewest and the most. The first ones are the most frequent."""
MOVE, LEAVE, ERASED, JOIN = 0.004, 0.008, 0.2, 0.012
"""A month: of all people who change function or site, who leave, of these who are erased, and how many are new."""
STAGES = ("raised", "has_group", "first_held")

Sets = Mapping[tuple[str, str, str], frozenset[int]]
"""Who stands behind a published number, by key, label and day: what an insider knows."""


@dataclass
class Company:
    """People by number with their attributes, groups and answers; what is there now."""

    rng: random.Random
    size: int
    of: dict[str, dict[int, str]] = field(default_factory=lambda: {name: {} for name in ATTRIBUTES})
    raised: set[int] = field(default_factory=set)
    group: dict[int, int] = field(default_factory=dict)
    held: set[int] = field(default_factory=set)
    answered: dict[str, dict[int, bool]] = field(default_factory=lambda: {"tried_once": {}, "again": {}})
    gone: set[int] = field(default_factory=set)
    erased: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.values = {name: self.rng.randint(*bounds) for name, bounds in ATTRIBUTES.items()}
        self.pace = self.rng.uniform(0.02, 0.12)
        for _ in range(self.size):
            self._hire()

    def month(self) -> None:
        """One month: newcomers, movers, leavers, new groups, sessions, answers."""
        for _ in range(self._some(JOIN)):
            self._hire()
        here = sorted(set(self.of["level"]) - self.gone)
        for person in self.rng.sample(here, self._some(MOVE)):
            name = self.rng.choice(("function", "site"))
            self.of[name][person] = self._value(name)
        for person in self.rng.sample(here, self._some(LEAVE)):
            self.gone.add(person)
            if self.rng.random() < ERASED:
                self.erased.add(person)
        self._meet([person for person in here if person not in self.gone])

    def measures(self) -> dict[str, Measurement]:
        """What the program would measure now. Who has left is still counted, who was erased is not."""
        seen = {
            name: [p for p in some if p not in self.erased] for name, some in zip(STAGES, (self.raised, self.group, self.held), strict=True)
        }
        behind = {name: {p: self.group.get(p) for p in people} for name, people in seen.items()}
        cells = tuple(Cell(name, len(people), len({p if g is None else g for p, g in people.items()})) for name, people in behind.items())
        found: dict[str, Measurement] = {"funnel": Counts(cells, is_nested=True, behind=behind)}
        found |= {f"participants_by_{name}": Table("participants", name, self._split(name, behind["first_held"])) for name in ATTRIBUTES}
        for key, answers in self.answered.items():
            people = {p: self.group[p] for p in answers if p not in self.erased}
            yes = frozenset(p for p in people if answers[p])
            found[key] = Shares(key, len(yes), len(people), len(set(people.values())), behind={"": people})
            found |= {f"{key}_by_{name}": Table(key, name, self._split(name, people), yes) for name in ATTRIBUTES}
        return found

    def _split(self, name: str, people: Mapping[int, int | None]) -> dict[str, dict[int, int | None]]:
        cells: dict[str, dict[int, int | None]] = defaultdict(dict)
        for person, group in people.items():
            cells[self.of[name][person]][person] = group
        return dict(cells)

    def _meet(self, here: list[int]) -> None:
        free = [person for person in here if person not in self.raised]
        self.raised |= set(self.rng.sample(free, min(len(free), self._some(self.pace))))
        waiting = sorted(person for person in self.raised - set(self.group) if person not in self.gone)
        self.rng.shuffle(waiting)
        if self.rng.random() < 0.5:  # those of a kind find each other
            waiting.sort(key=lambda person: self.of["site"][person])
        for at in range(0, len(waiting) - GROUP + 1, GROUP):
            number = 1 + max(self.group.values(), default=0)
            self.group |= dict.fromkeys(waiting[at : at + GROUP], number)
        self.held |= {person for person in self.group if person not in self.held and self.rng.random() < 0.8}
        for key, often in (("tried_once", 0.75), ("again", 0.6)):
            for person in sorted(self.held - set(self.answered[key]) - self.gone):
                if self.rng.random() < often:
                    self.answered[key][person] = self.rng.random() < 0.7

    def _hire(self) -> None:
        person = len(self.of["level"])
        for name in ATTRIBUTES:
            self.of[name][person] = self._value(name)

    def _value(self, name: str) -> str:
        weights = [1 / (at + 1) for at in range(self.values[name])]
        return f"{name} {self.rng.choices(range(self.values[name]), weights)[0]:02}"

    def _some(self, share: float) -> int:
        return min(self.size, math.floor(self.size * share + self.rng.random()))


@dataclass
class Published:
    """Twelve reports as their readers see them; and, for judging the attack, who stood behind each number and how many cells could have been shown."""

    reports: list[dict]
    sets: dict[tuple[str, str, str], frozenset[int]]
    could: int = 0
    shown: int = 0
    fresh: int = 0
    figures: int = 0
    slowest: float = 0.0


def publish(seed: int, size: int, *, is_on: bool) -> Published:
    """A company's year, with the ledger or without. The same seed is the same company."""
    company = Company(random.Random(seed), size)
    made = Published([], {})
    lines: dict[str, list[Line]] = defaultdict(list)
    before: dict[str, Value] = {}
    history: dict[str, dict[str, Measurement]] = {}
    for number in range(MONTHS):
        company.month()
        on = date(2027, number + 1, 1)
        now = history[on.isoformat()] = company.measures()
        values = {}
        for key, measured in now.items():
            value = figure(key, measured, k=K, on=on)
            if key in before:
                was = {day: history[day][key] for day in days_taken(before[key])}
                value = carried(value, before=before[key], was=was, now=measured, k=K)
            values[key] = value
        groups = dict(company.group)
        known = Known(lines, _Same(), groups)
        began = time.process_time()
        before, fresh = audited(values, now, before=before, known=known, on=on, k=K, is_on=is_on)
        made.slowest = max(made.slowest, time.process_time() - began)
        for book, some in fresh.items():
            lines[book] += some
            made.sets |= {(line.table, line.cell, line.on): line.people for line in some}
        made.reports.append({"on": on.isoformat(), "k": K, "figures": before})
        _count_cells(made, now, before, on)
    made.figures = sum(map(len, lines.values()))
    return made


class _Same(dict):
    """Numbers of people who are numbers already."""

    def __missing__(self, person: int) -> int:
        return person


def _count_cells(made: Published, now: Mapping[str, Measurement], values: Mapping[str, Value], on: date) -> None:
    for key, measured in now.items():
        if isinstance(measured, Table):
            shown = {cell["label"]: cell["taken_on"] for cell in values[key]["cells"]}
            for label, people in measured.behind.items():
                if len(people) >= K and len(set(people.values())) >= 3:
                    made.could += 1
                    made.shown += label in shown
                    made.fresh += shown.get(label) == on.isoformat()
