"""A directory file that is read once and kept nowhere. Called by the form of a simulated year.

What stands in its column of levels stays as it stands there: which level of the organisation each value means is decided afterwards, so that a person
can be asked without the file being read again.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from reconvene.people.directory.cells import clean
from reconvene.people.directory.columns import ColumnMapping, guess_columns
from reconvene.people.directory.levels import are_numbers, order_numbers, propose_levels, smallest_is_top
from reconvene.people.directory.reading import Table, read_table
from reconvene.people.directory.records import CountsPosts, NamesNobody, Staged, StagingChoices, stage
from reconvene.people.directory_queries import SAMPLE_ROWS, LevelLine, last_applied, mapping_again
from reconvene.people.models import Organisation

Choose = Callable[[Table, ColumnMapping], ColumnMapping]


@dataclass(frozen=True)
class Glance:
    """What a file holds. `table` has its first rows only; `rows` is how many there are. The level of each person in `staged` is what the file says.

    `staged` is None when no column tells one person from another, which `fault` then says. `remembered` are the levels of the last import.
    """

    table: Table
    rows: int
    mapping: ColumnMapping
    staged: Staged | None
    remembered: Mapping[str, str | None]
    fault: str = ""

    @cached_property
    def values(self) -> Counter[str]:
        """How many people who work there have each value in the column of levels."""
        records = self.staged.records if self.staged else ()
        return Counter(one.level for one in records if one.active and one.level)

    @property
    def are_numbers(self) -> bool:
        """Whether the levels are plain numbers."""
        return are_numbers(self.values)

    @property
    def smallest_is_top(self) -> bool | None:
        """Whether the smallest number is the highest level; None when the reporting lines do not tell."""
        return smallest_is_top(self._lines())

    @property
    def leaders(self) -> Counter[str]:
        """How many people of each value lead somebody in the file."""
        records = self.staged.records if self.staged else ()
        led = {one.manager_row for one in records if one.active}
        return Counter(one.level for one in records if one.active and one.level and one.row in led)

    def lines(self, ladder: Sequence[str], *, smallest_is_top: bool) -> list[LevelLine]:
        """The level table, the most frequent values first: what is remembered, and proposals for the rest. `ladder` rises."""
        proposed: dict[str, str | None] = {}
        if self.are_numbers:
            proposed |= order_numbers(self.values, ladder, smallest_is_top=smallest_is_top)
        proposed |= {value: level for value, level in propose_levels(self.values, ladder).items() if level}
        known = {value: level for value, level in self.remembered.items() if level is None or level in ladder}
        return [LevelLine(value, people, known.get(value, proposed.get(value)) or "") for value, people in self.values.most_common()]

    def _lines(self) -> Iterator[tuple[str, str]]:
        records = self.staged.records if self.staged else ()
        by_row = {one.row: one.level or "" for one in records if one.active}
        return ((by_row[one.row], by_row.get(one.manager_row, "")) for one in records if one.active and one.manager_row is not None)


def read_once(organisation: Organisation, *, data: bytes, filename: str, now: datetime, choose: Choose | None = None) -> Glance:
    """What a directory file holds, read like an import and kept nowhere: with the columns of the last import that was applied, where they fit.

    `choose` may take other columns than those that were found. Raises: Unreadable, BadMapping, with a sentence for whoever chose the file.
    """
    table = read_table(data, filename=filename)
    last = last_applied()
    mapping = mapping_again(last, table) or guess_columns(table.header, table.rows)
    if choose is not None:
        mapping = choose(table, mapping)
    remembered = {clean(value): level for value, level in last.level_table.items()} if last else {}
    try:
        staged = _as_it_stands(table, mapping, organisation=organisation, now=now)
    except CountsPosts:
        raise
    except NamesNobody as fault:
        return Glance(table.head(SAMPLE_ROWS), len(table.rows), mapping, None, remembered, fault=str(fault))
    return Glance(table.head(SAMPLE_ROWS), len(table.rows), mapping, staged, remembered)


def _as_it_stands(table: Table, mapping: ColumnMapping, *, organisation: Organisation, now: datetime) -> Staged:
    """The rows checked, each value of the column of levels as a level of its own. Raises: NamesNobody, BadMapping."""
    at = mapping.positions(table).get("level")
    values = {clean(row[at]) for row in table.rows} if at is not None else set()
    today = now.astimezone(ZoneInfo(organisation.time_zone)).date()
    return stage(table, mapping, level_table={value: value for value in sorted(values)}, choices=StagingChoices(today=today))
