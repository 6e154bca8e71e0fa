"""Finds each person's manager among the rows of a file, and reporting lines that run in a circle. Called by `records`, `diff`."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from reconvene.people.directory.cells import fold, is_top, read_name
from reconvene.people.directory.columns import ManagerBy
from reconvene.people.directory.ordpath import BadPath, Path, read_path

Node = TypeVar("Node", bound=Hashable)


class Reporting(Protocol):
    """What is needed of a row to place it in the reporting tree."""

    @property
    def row(self) -> int: ...
    @property
    def external_id(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def manager_ref(self) -> str: ...


@dataclass(frozen=True)
class Found:
    """The manager's row, or None; `doubt` says why a reference led nowhere, `candidates` whom it could mean."""

    row: int | None = None
    doubt: Literal["", "unknown", "ambiguous", "self", "path"] = ""
    candidates: tuple[int, ...] = ()


def find_managers(people: Sequence[Reporting], *, by: ManagerBy) -> dict[int, Found]:
    """For each row its manager's row. A reference that is blank, or says that nobody is above, finds nobody without doubt."""
    if by == "hierarchy_path":
        return _by_path(people)
    keys: dict[ManagerBy, Callable[[Reporting], str]] = {
        "id": lambda person: person.external_id,
        "email": lambda person: person.email,
        "name": lambda person: person.name,
    }
    rows: dict[str, list[int]] = defaultdict(list)
    for person in people:
        if key := fold(keys[by](person)):
            rows[key].append(person.row)
    return {person.row: _look_up(person, rows, by=by) for person in people}


def _look_up(person: Reporting, rows: Mapping[str, list[int]], *, by: ManagerBy) -> Found:
    reference = fold(read_name(person.manager_ref) if by == "name" else person.manager_ref)
    candidates = rows.get(reference, []) if reference else []
    if not candidates:
        return Found() if not reference or is_top(person.manager_ref) else Found(doubt="unknown")
    if person.row in candidates:
        return Found(doubt="self")
    if len(candidates) > 1:
        return Found(doubt="ambiguous", candidates=tuple(candidates))
    return Found(row=candidates[0])


def _by_path(people: Sequence[Reporting]) -> dict[int, Found]:
    places: dict[int, Path | None] = {person.row: _path(person.manager_ref) for person in people}
    rows: dict[Path, list[int]] = defaultdict(list)
    for row, place in places.items():
        if place is not None:
            rows[place].append(row)
    return {row: _above(place, rows) for row, place in places.items()}


def _path(text: str) -> Path | None:
    try:
        return read_path(text)
    except BadPath:
        return None


def _above(place: Path | None, rows: Mapping[Path, list[int]]) -> Found:
    if place is None:
        return Found(doubt="path")
    if not place:
        return Found()
    above = rows.get(place[:-1], [])
    if len(above) > 1:
        return Found(doubt="ambiguous", candidates=tuple(above))
    return Found(row=above[0]) if above else Found(doubt="unknown")


def find_circles(above: Mapping[Node, Node | None]) -> list[tuple[Node, ...]]:
    """Every circle of the reporting lines, each from its first member in the order of `above`, going up.

    A person has at most one manager, so the strongly connected components with more than one member are exactly the
    circles, and one walk up from everybody finds them in linear time.
    """
    done: set[Node] = set()
    circles = []
    for start in above:
        walk: dict[Node, None] = {}
        at: Node | None = start
        while at is not None and at not in done and at not in walk:
            walk[at] = None
            at = above.get(at)
        if at is not None and at in walk:
            members = list(walk)
            circles.append(_from_first(members[members.index(at) :], above))
        done.update(walk)
    return circles


def _from_first(circle: list[Node], order: Iterable[Node]) -> tuple[Node, ...]:
    members = set(circle)
    first = next(node for node in order if node in members)
    at = circle.index(first)
    return tuple(circle[at:] + circle[:at])
