"""The demand map: by category and quarter what managers ask for, beside what there is. Published figures and the list of courses, nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from reconvene.guides.models import Topic
from reconvene.people.models import Person
from reconvene.programmes.models import Course
from reconvene.releases.demand import QUARTERS, quarters_before
from reconvene.releases.models import Report

Value = Mapping[str, Any]


@dataclass(frozen=True)
class Square:
    """One cell of the map: people, None when hidden or nobody; its bar in per cent; and the heading of its column on a phone."""

    people: int | None
    width: str
    heading: str


@dataclass(frozen=True)
class TopicLine:
    """A topic whose number is published: people, and what there is on it."""

    title: str
    people: int
    has_guide: bool
    courses: tuple[str, ...]


@dataclass(frozen=True)
class CategoryRow:
    """A category: asked for by quarter, sitting in running groups, settled in the quarters shown, the courses, and its published topics."""

    name: str
    asked: tuple[Square, ...]
    running: Square
    settled: Square
    courses: tuple[str, ...]
    topics: tuple[TopicLine, ...]

    @property
    def squares(self) -> tuple[Square, ...]:
        """Everything with a bar, from left to right."""
        return (*self.asked, self.running, self.settled)

    @property
    def lacks_supply(self) -> bool:
        """Whether people ask for it, as far as is published, and no course exists."""
        return not self.courses and any(square.people for square in self.asked)

    @property
    def has_something(self) -> bool:
        """Whether a number of it is published, or there is a course."""
        return bool(self.courses or self.topics or any(square.people for square in self.squares))


@dataclass(frozen=True)
class DemandMap:
    """The map of one report."""

    quarters: tuple[tuple[str, str], ...]
    rows: tuple[CategoryRow, ...]

    @property
    def empty(self) -> tuple[str, ...]:
        """Categories that have only dashes: their names stand together, and take no row each."""
        return tuple(row.name for row in self.rows if not row.has_something)

    @property
    def missing(self) -> tuple[str, ...]:
        """Categories that are asked for and have no course."""
        return tuple(row.name for row in self.rows if row.lacks_supply)

    @property
    def shown(self) -> int:
        """How many categories show a number."""
        return sum(any(square.people for square in row.asked) for row in self.rows)


def demand_map(report: Report, *, topics: Sequence[Topic], courses: Sequence[Course], guides: frozenset[str]) -> DemandMap:
    """The map of a report. `guides` are slugs of topics that have one. One query."""
    figures: dict[str, Value] = dict(report.figures.filter(key__startswith="demand_").values_list("key", "value"))
    figures["topics"] = next(iter(report.figures.filter(key="topics").values_list("value", flat=True)), {"cells": ()})
    asked, settled = (_split(figures.get(key, {})) for key in ("demand_asked", "demand_settled"))
    running: dict[str, int] = {cell["label"]: cell["people"] for cell in figures.get("demand_running", {"cells": ()})["cells"]}
    looked_at = quarters_before(datetime.combine(report.milestone_on, time(), UTC))
    quarters = tuple(sorted({*looked_at, *(quarter for quarter, _category in (*asked, *settled))}))[-QUARTERS:]
    through = {name: sum(settled.get((quarter, name), 0) for quarter in quarters) for name in {category for _quarter, category in settled}}
    most = max((*asked.values(), *running.values(), *through.values()), default=1)
    headings = {one: _("Asked, %(number)s/%(year)s") % {"number": one[5:], "year": one[:4]} for one in quarters}
    in_group, done, rows = _("In a group"), _("Settled"), []
    for name in sorted({topic.category for topic in topics}):
        mine = [topic for topic in topics if topic.category == name]
        rows.append(
            CategoryRow(
                name=name,
                asked=tuple(_square(asked.get((quarter, name)), most, heading) for quarter, heading in headings.items()),
                running=_square(running.get(name), most, in_group),
                settled=_square(through.get(name), most, done),
                courses=tuple(course.name for course in courses if course.category == name),
                topics=_lines(mine, figures["topics"]["cells"], courses=courses, guides=guides),
            )
        )
    return DemandMap(tuple((one[:4], one[5:]) for one in quarters), tuple(rows))


def of_reader(reader: Person) -> Report | None:
    """The latest report that the reader may open."""
    return Report.objects.visible_to(reader).first()


def _split(figure: Value) -> dict[tuple[str, str], int]:
    found = {}
    for cell in figure.get("cells", ()):
        quarter, _space, category = cell["label"].partition(" ")
        found[quarter, category] = cell["people"]
    return found


def _square(people: int | None, most: int, heading: str) -> Square:
    return Square(people, f"{100 * people / most:.1f}" if people else "0", heading)


def _lines(topics: Sequence[Topic], cells: Sequence[Value], *, courses: Sequence[Course], guides: frozenset[str]) -> tuple[TopicLine, ...]:
    """The topics whose numbers the report holds, the most asked for first."""
    by_slug = {cell["label"]: cell["people"] for cell in cells}
    found = [
        TopicLine(
            topic.title, by_slug[topic.slug], topic.slug in guides, tuple(course.name for course in courses if course.topic_id == topic.id),
        )
        for topic in topics
        if topic.slug in by_slug
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda line: (-line.people, line.title)))
