"""An attacker on the published figures of synthetic companies: with the ledger nobody may be isolated, without it somebody must be.

Run: OPENBLAS_NUM_THREADS=1 python -m benchmarks.attacker [--companies 1000] [--minutes 20] [--seed 1]
Musts: with the ledger no set of fewer than k people can be computed; 85 % of the one-attribute cells that have k people of three groups are shown;
without the ledger the attack succeeds; the audit of one release takes less than a second at 5,000 people and 2,000 earlier figures.

Each company has 100 to 5,000 managers and twelve monthly reports. People start groups, answer or not, move to other functions and sites, leave, and
some of those who leave are erased. What the attacker gets is a list of reports in the form in which the console and its exports show them:

    {"on": "2027-03-01", "k": 8, "figures": {key: value as in `releases.rules`}}

Three of them try:
- the reader has these figures and nothing else, and reasons with the intervals that rounding leaves;
- the reader whom rounding does not stop: the same, given every number unrounded;
- the insider, who knows of every figure who stands behind it, and wants to know what a few of them said or did: linear algebra over all figures.
  Not the product's own search: the least cut between any two tables of a day and of a month's change, and elimination in up to 20 other orders with
  pairs of rows.
"""

import argparse
import itertools
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from benchmarks.worlds.reports import ATTRIBUTES, GROUP, STAGES, K, Published, Sets, publish
from reconvene.privacy.ledger import Ledger, Line

PRIME, ORDERS = 998_244_353, 20
MUST_SHOW, MUST_SECONDS = 85.0, 1.0


@dataclass(frozen=True)
class Number:
    """A published number as a reader knows it: where it stands, and between which whole numbers it lies."""

    key: str
    label: str
    on: str
    low: int
    high: int


def numbers(report: dict) -> Iterator[Number]:
    """Every number of people in a report that is written down as one."""
    for key, value in report["figures"].items():
        for cell in value.get("cells", ()):
            if "people" in cell:
                low, high = cell["people"] - 2, cell["people"] + 2
                yield Number(key, cell["label"], cell["taken_on"], max(low, report["k"]), high)


def relations(reports: list[dict]) -> Iterator[tuple[tuple[Number, ...], tuple[Number, ...]]]:
    """What a reader may subtract from what, from the meaning of the figures alone: a stage from the one before, the cells of a table from the total,
    a month from the next, and the last two together: what came in all less what came to the cells.
    """
    latest: dict[tuple[str, str], Number] = {}
    changes: dict[tuple[str, str, str], tuple[Number, Number]] = {}
    for report in reports:
        found = {(one.key, one.label): one for one in numbers(report)}
        stages = [found["funnel", stage] for stage in STAGES if ("funnel", stage) in found]
        yield from (((one,), (other,)) for one, other in itertools.combinations(stages, 2))
        for place, one in found.items():
            earlier = latest.get(place)
            if earlier is not None and earlier.on != one.on:
                changes[(*place, one.on)] = one, earlier
                yield (one,), (earlier,)
        latest |= found
        whole = found.get(("funnel", "first_held"))
        for name in ATTRIBUTES:
            cells = [one for (key, _), one in found.items() if key == f"participants_by_{name}"]
            if whole and cells:
                yield (whole,), tuple(cells)
                for some in itertools.combinations(cells, len(cells) - 1):
                    yield (whole,), some
        if whole and ("funnel", "first_held", whole.on) in changes:
            new, old = changes["funnel", "first_held", whole.on]
            for name in ATTRIBUTES:
                moved = [changes[key, label, on] for key, label, on in changes if key == f"participants_by_{name}" and on == whole.on]
                if moved:
                    yield (new, *(was for _, was in moved)), (old, *(now for now, _ in moved))


def support(plus: Iterable[Number], minus: Iterable[Number], sets: Sets) -> set[int]:
    """On whom a sum of figures rests."""
    counted: dict[int, int] = defaultdict(int)
    for sign, some in ((1, plus), (-1, minus)):
        for one in some:
            for person in sets[one.key, one.label, one.on]:
                counted[person] += sign
    return {person for person, times in counted.items() if times}


def reader(published: Published, *, is_rounded: bool) -> set[int]:
    """Everybody whom a reader isolates: the people of every set that they can tell to be somebody and fewer than k, and that is."""
    found: set[int] = set()
    for plus, minus in relations(published.reports):
        if is_rounded:
            low = sum(one.low for one in plus) - sum(one.high for one in minus)
            high = sum(one.high for one in plus) - sum(one.low for one in minus)
            if not 0 < low <= high < K:
                continue
        behind = support(plus, minus, published.sets)
        if 0 < len(behind) < K:
            found |= behind
    return found


def insider(published: Published, *, seed: int = 99) -> set[int]:
    """Everybody whom an insider isolates, question by question: the people of every sum that rests on fewer than k."""
    books: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for key, label, on in published.sets:
        is_answer = key.startswith(("tried_once", "again")) and not key.endswith("_size")
        books[key.split("_by_")[0] if is_answer else "people"].append((key, label, on))
    found: set[int] = set()
    for places in books.values():
        rows, atoms = _matrix([published.sets[place] for place in places])
        for small in (*_cuts(places, rows, atoms), *_decoded(rows, atoms, np.random.default_rng(seed))):
            found |= set().union(*(atoms[at] for at in small))
    return found


def _matrix(sets: list[frozenset[int]]) -> tuple[np.ndarray, list[list[int]]]:
    """Sets as rows of 0 and 1 over atoms, and the people of each atom."""
    places: dict[int, list[int]] = defaultdict(list)
    for at, people in enumerate(sets):
        for person in people:
            places[person].append(at)
    atoms: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for person, where in places.items():
        atoms[tuple(where)].append(person)
    rows = np.zeros((len(sets), len(atoms)), dtype=np.int64)
    for at, where in enumerate(atoms):
        rows[list(where), at] = 1
    return rows, list(atoms.values())


def _small(row: np.ndarray, sizes: np.ndarray) -> bool:
    return 0 < sizes[row != 0].sum() < K


def _cuts(places: list[tuple[str, str, str]], rows: np.ndarray, atoms: list[list[int]]) -> Iterator[np.ndarray]:
    """The least cut between any two tables as they stood in a month, and as they changed: people are edges between the cells they are in. Whoever is
    in no cell of a table stands at a cell of its own, which the totals may give away, too.
    """
    sizes = np.array([len(one) for one in atoms])
    by_table: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for at, (key, label, _) in enumerate(places):
        by_table[key.removesuffix("_size")][label].append(at)
    for one, other in itertools.combinations(by_table, 2):
        days = sorted({places[at][2] for table in (one, other) for some in by_table[table].values() for at in some})
        states = [[_latest(by_table[table], places, day) for table in (one, other)] for day in days]
        for first, second in states:
            for some in ((first, second), (first, {}), (second, {})):
                yield from _least(*(list(table.values()) for table in some), rows, sizes)


def _latest(table: Mapping[str, list[int]], places: list[tuple[str, str, str]], day: str) -> dict[str, int]:
    """Of each cell the row that was shown on a day."""
    found = {}
    for label, rows in table.items():
        seen = [at for at in rows if places[at][2] <= day]
        if seen:
            found[label] = max(seen, key=lambda at: places[at][2])
    return found


def _least(first: list[int], second: list[int], rows: np.ndarray, sizes: np.ndarray) -> Iterator[np.ndarray]:
    """Stoer and Wagner 1997 on the two tables; yields the atoms of every phase's cut that is small and no nothing. Only where cells divide people."""
    if any(len(some) and rows[some].sum(axis=0).max(initial=0) > 1 for some in (first, second)):
        return
    ends = [
        np.where(rows[some].any(axis=0), rows[some].argmax(axis=0) + start, 0)
        for some, start in ((first, 1), (second, 1 + len(first)))
        if some
    ]
    if not ends:
        return
    left, right = ends[0], ends[1] if len(ends) > 1 else np.zeros_like(ends[0])
    count = 1 + len(first) + len(second)
    weight = np.zeros((count, count))
    np.add.at(weight, (left, right), sizes)
    np.add.at(weight, (right, left), sizes)
    np.fill_diagonal(weight, 0)
    members = [{vertex} for vertex in range(count)]
    alive = list(range(count))
    while len(alive) > 1:
        order = [alive[0]]
        near = weight[alive[0]].copy()
        while len(order) < len(alive):
            order.append(max((vertex for vertex in alive if vertex not in order), key=lambda vertex: near[vertex]))
            cut = near[order[-1]]
            near = near + weight[order[-1]]
        last, before = order[-1], order[-2]
        if 0 < cut < K:
            inside = np.isin(left, list(members[last])) != np.isin(right, list(members[last]))
            if 0 < sizes[inside].sum() < K:
                yield np.flatnonzero(inside)
        weight[before] += weight[last]
        weight[:, before] += weight[:, last]
        weight[before, before] = 0
        members[before] |= members[last]
        alive.remove(last)


def _decoded(rows: np.ndarray, atoms: list[list[int]], rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Elimination modulo a prime in many orders; every row, and in small companies every difference of two rows, that rests on few."""
    sizes = np.array([len(one) for one in atoms])
    orders = max(2, min(ORDERS, 2_000_000 // max(1, rows.shape[0] * rows.shape[1])))
    for _ in range(orders):
        order = np.argsort(-np.minimum(sizes, K) + rng.random(len(sizes)) * rng.choice([0.5, 2.0, 8.0]))
        reduced = _reduced(rows[:, order])
        back = np.argsort(order)
        for row in reduced:
            if _small(row[back], sizes):
                yield np.flatnonzero(row[back])
        if len(reduced) <= 60:
            for one, other in itertools.combinations(reduced, 2):
                for sign in (1, -1):
                    both = (one + sign * other) % PRIME
                    if _small(both[back], sizes):
                        yield np.flatnonzero(both[back])


def _reduced(rows: np.ndarray) -> np.ndarray:
    """The reduced row echelon form modulo a prime."""
    rows = rows % PRIME
    done = 0
    for column in range(rows.shape[1]):
        if done == len(rows):
            break
        at = done + int(np.argmax(rows[done:, column] != 0))
        if rows[at, column] == 0:
            continue
        rows[[done, at]] = rows[[at, done]]
        rows[done] = rows[done] * pow(int(rows[done, column]), -1, PRIME) % PRIME
        others = np.flatnonzero(rows[:, column])
        others = others[others != done]
        rows[others] = (rows[others] - rows[others, column][:, None] * rows[done]) % PRIME
        done += 1
    return rows[:done]


# The report


@dataclass
class Tally:
    """What came out over all companies."""

    companies: int = 0
    figures: int = 0
    could: int = 0
    shown: int = 0
    fresh: int = 0
    slowest: float = 0.0
    isolated: dict[str, int] = field(default_factory=lambda: {"reader": 0, "reader without rounding": 0, "insider": 0})
    broken: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        isolated = {name: people + other.isolated[name] for name, people in self.isolated.items()}
        sums = {name: getattr(self, name) + getattr(other, name) for name in ("companies", "figures", "could", "shown", "fresh", "broken")}
        return Tally(**sums, slowest=max(self.slowest, other.slowest), isolated=isolated)

    def add(self, published: Published) -> None:
        """Attack one company."""
        found = {
            "reader": reader(published, is_rounded=True),
            "reader without rounding": reader(published, is_rounded=False),
            "insider": insider(published),
        }
        self.companies += 1
        self.broken += any(found.values())
        self.figures += published.figures
        self.could, self.shown, self.fresh = self.could + published.could, self.shown + published.shown, self.fresh + published.fresh
        self.slowest = max(self.slowest, published.slowest)
        for name, people in found.items():
            self.isolated[name] += len(people)

    @property
    def percent(self) -> float:
        """Of the cells that could be shown, how many are."""
        return 100 * self.shown / max(1, self.could)

    def __str__(self) -> str:
        isolated = ", ".join(f"{name} {count}" for name, count in self.isolated.items())
        return (
            f"{self.companies} companies, {self.figures} figures; isolated: {isolated} (in {self.broken} companies); of {self.could} cells that could be shown "
            f"{self.percent:.1f} % are, {100 * self.fresh / max(1, self.could):.1f} % with a number of that month; slowest audit {self.slowest:.2f} s"
        )


def sizes(count: int, seed: int) -> list[int]:
    """So many sizes from 100 to 5,000, small companies as often as large ones on a scale of ratios."""
    rng = random.Random(seed)
    return [round(100 * 50 ** rng.random()) for _ in range(count)]


def attack(count: int, *, seed: int, is_on: bool, ends: float) -> Tally:
    """Publish and attack so many companies, or as many as there is time for until a reading of the monotonic clock; a process for each core."""
    tally = Tally()
    companies = [(seed * 100_000 + number, size, is_on, ends) for number, size in enumerate(sizes(count, seed))]
    with ProcessPoolExecutor() as pool:
        for one, (_, size, _, _) in zip(pool.map(attacked, companies), companies, strict=True):
            tally += one
            if is_on and one.broken:
                print(f"  a company of {size}: {one}", flush=True)
    return tally


def attacked(company: tuple[int, int, bool, float]) -> Tally:
    """One company; nothing when its time is over."""
    seed, size, is_on, ends = company
    tally = Tally()
    if time.monotonic() < ends:
        tally.add(publish(seed, size, is_on=is_on))
    return tally


def one_release() -> float:
    """Seconds of the processor for auditing a release at 5,000 people and 2,000 earlier figures."""
    rng = random.Random(1)
    tables = {
        name: rng.choices(range(count), [1 / (at + 1) for at in range(count)], k=5000) for name, count in (("f", 12), ("s", 8), ("l", 4))
    }
    joined = [rng.randrange(81) for _ in range(5000)]

    def month(number: int) -> list[Line]:
        now = [person for person in range(5000) if joined[person] <= number]
        return [Line("all", f"{number}", "", frozenset(now))] + [
            Line(name, f"{number}", f"{at}", frozenset(one for one in now if of[one] == at))
            for name, of in tables.items()
            for at in range(max(of) + 1)
        ]

    earlier, asked = [one for number in range(80) for one in month(number)], month(80)
    began = time.process_time()
    ledger = Ledger(earlier, asked, groups={one: one // GROUP for one in range(5000)}, k=K)
    for line in asked:
        ledger.admit(line)
    ledger.found_out()
    return time.process_time() - began


def main() -> int:
    """Attack with the ledger and, a tenth of them, without; print. Returns 1 when a must falls short."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--companies", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    ends = time.monotonic() + 60 * options.minutes
    seconds = one_release()
    print(f"One release beside 2,000 figures of 5,000 people: {seconds:.2f} s of the processor")
    without = attack(max(1, options.companies // 10), seed=options.seed, is_on=False, ends=ends - 54 * options.minutes)
    print(f"Without the ledger: {without}", flush=True)
    held = attack(options.companies, seed=options.seed, is_on=True, ends=ends)
    print(f"With the ledger:    {held}")
    if held.companies < options.companies:
        print(f"{held.companies} of {options.companies} companies in {options.minutes:g} minutes")
    is_short = any(held.isolated.values()) or held.percent < MUST_SHOW or not without.isolated["insider"] or seconds > MUST_SECONDS
    return 1 if is_short else 0


if __name__ == "__main__":
    sys.exit(main())
