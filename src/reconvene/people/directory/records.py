"""Stages a table: every row becomes a person to be, every mistake a problem with row, column, reason and suggestion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from reconvene.base.translation import gettext as _
from reconvene.base.translation import gettext_noop, ngettext
from reconvene.people.directory.cells import fold
from reconvene.people.directory.column_words import COUNT_WORDS, normalise
from reconvene.people.directory.columns import BadMapping, ColumnMapping, Lookup, find_column
from reconvene.people.directory.dates import DateFormatGuess, guess_date_format
from reconvene.people.directory.mailboxes import Owner, owners_of_shared
from reconvene.people.directory.managers import Found, find_circles, find_managers
from reconvene.people.directory.problems import Problem, ProblemKind
from reconvene.people.directory.reading import Table
from reconvene.people.directory.refusals import Unreadable
from reconvene.people.directory.rows import Record, RowReader

_SHOWN = 8
_DOUBTS = {
    "self": (
        ProblemKind.SELF_MANAGER,
        gettext_noop("This person reports to themselves. They are taken as having nobody above."),
        gettext_noop("Leave the cell empty for whoever is at the top."),
    ),
    "path": (
        ProblemKind.BAD_PATH,
        gettext_noop("This is no place in a hierarchy."),
        gettext_noop("Export the column as hex (5AC0) or written out (/1/1/)."),
    ),
    "unknown": (
        ProblemKind.UNKNOWN_MANAGER,
        gettext_noop("No row of this file is this manager. The person is taken without one."),
        gettext_noop("Add the manager's row to the file, or leave the cell empty for whoever reports to nobody here."),
    ),
}


class NamesNobody(Unreadable):
    """No column was found that tells one person from another. Perhaps it was only not recognised."""


class CountsPosts(NamesNobody):
    """The file is a list of headcounts: no choice of columns would make people of it."""


@dataclass(frozen=True)
class StagingChoices:
    """What staging needs besides the file: today's date, and the tables of the mapping's second files by their names."""

    today: date
    lookups: Mapping[str, Table] = field(default_factory=dict)


@dataclass(frozen=True)
class Staged:
    """The rows that can be imported, every problem in the order of the rows, and which fields the file speaks about.

    `refused` holds (external id, mail), folded, of rows that were left out: nobody among them may be taken as gone.
    `dates` is how the last days were read, None when the file has none that can be read.
    """

    records: tuple[Record, ...]
    problems: tuple[Problem, ...]
    fields: frozenset[str]
    refused: tuple[tuple[str, str], ...] = ()
    dates: DateFormatGuess | None = None

    @property
    def refusals(self) -> tuple[Problem, ...]:
        """The problems that leave their row out."""
        return tuple(problem for problem in self.problems if problem.refuses)

    def with_problems(self, more: Sequence[Problem]) -> "Staged":
        """The same rows with what was found by comparing them with the people who are there."""
        return replace(self, problems=tuple(sorted((*self.problems, *more), key=lambda problem: problem.row)))


def stage(table: Table, mapping: ColumnMapping, *, level_table: Mapping[str, str | None], choices: StagingChoices) -> Staged:
    """Check every row of the table and find everybody's manager.

    `level_table` gives a level's name, or None, for each title or grade in the level column. A faulty cell is left out and
    changes nothing later; a row is left out only when it cannot be told who it is.
    Raises: NamesNobody when the file names no people, BadMapping when a mapped column or second file is not there.
    """
    positions = mapping.positions(table)
    refuse_if_nobody_is_named(table, positions)
    if mapping.manager_by == "hierarchy_path":
        positions["manager_ref"] = _path_position(table, mapping)
    dates = _date_format(table, positions, chosen=mapping.date_format)
    reader = RowReader(
        table=table,
        positions=positions,
        levels={fold(value): level for value, level in level_table.items()},
        today=choices.today,
        date_format=dates.format if dates else None,
        functions=_functions(mapping.function_lookup, choices.lookups),
    )
    records, refused = _read_rows(reader)
    if "manager_ref" in positions:
        records = _settle_managers(records, reader, mapping)
    records, without_key = _settle_mailboxes(records, reader)
    refused += without_key
    return Staged(
        records=tuple(records),
        problems=tuple(sorted(reader.problems, key=lambda problem: problem.row)),
        fields=_fields(positions, mapping),
        refused=tuple(refused),
        dates=dates,
    )


def refuse_if_nobody_is_named(table: Table, positions: Mapping[str, int]) -> None:
    """Raises: NamesNobody, or CountsPosts, when no column holds a name, a number or an address of a person or post."""
    if positions.keys() & {"external_id", "name", "last_name", "email"}:
        return
    counted = [name for name in table.header or () if any(word in normalise(name) for word in COUNT_WORDS)]
    if counted:
        words = _(
            "This file counts posts and names no people: it has a column %(column)s, and none with the name, number or "
            "address of a person or post. Export the list that has one row for each person or post."
        )
        raise CountsPosts(words % {"column": repr(counted[0])})
    raise NamesNobody(
        _(
            "No column was found with the name, number or address of a person. Choose these columns, or check that the separator "
            "and the heading row are right."
        )
    )


def _path_position(table: Table, mapping: ColumnMapping) -> int:
    if mapping.path_column is None:
        raise BadMapping(_("The mapping finds managers by a path in the hierarchy and does not say which column holds it."))
    return find_column(table, mapping.path_column)


def _date_format(table: Table, positions: Mapping[str, int], *, chosen: str | None) -> DateFormatGuess | None:
    if "end_date" not in positions:
        return None
    if chosen:
        return DateFormatGuess(format=chosen, uncertain=False)
    return guess_date_format(row[positions["end_date"]] for row in table.rows)


def _fields(positions: Mapping[str, int], mapping: ColumnMapping) -> frozenset[str]:
    """The fields of a person that the file speaks about; all others stay as they are."""
    fields = set(positions) - {"first_name", "last_name", "end_date", "active", "manager_ref"}
    if positions.keys() & {"first_name", "last_name"}:
        fields.add("name")
    if "manager_ref" in positions:
        fields.add("manager")
    if mapping.function_lookup:
        fields.add("function")
    return frozenset(fields)


def _functions(chain: Sequence[Lookup], tables: Mapping[str, Table]) -> dict[str, str] | None:
    """What each external id leads to through the chain of second files; None without a chain."""
    answers: dict[str, str] | None = None
    for lookup in chain:
        if lookup.file not in tables:
            words = _("The mapping looks up departments in %(file)s. Add that file to the upload.")
            raise BadMapping(words % {"file": repr(lookup.file)})
        step = _lookup_answers(lookup, tables[lookup.file])
        answers = step if answers is None else {key: step.get(fold(value), "") for key, value in answers.items()}
    return answers


def _lookup_answers(lookup: Lookup, table: Table) -> dict[str, str]:
    key, value = find_column(table, lookup.key), find_column(table, lookup.value)
    blank = None if lookup.blank is None else find_column(table, lookup.blank)
    return {fold(row[key]): row[value] for row in table.rows if blank is None or not row[blank]}


def _read_rows(reader: RowReader) -> tuple[list[Record], list[tuple[str, str]]]:
    table = reader.table
    records: list[Record] = []
    refused: list[tuple[str, str]] = []
    first_rows: dict[str, int] = {}
    for cells, number, length in zip(table.rows, table.row_numbers, table.lengths, strict=True):
        record = reader.read(cells, number=number, length=length)
        if record is None:
            refused.append((fold(reader.cell(cells, "external_id")), fold(reader.cell(cells, "email"))))
        elif (first := first_rows.setdefault(record.key, number)) != number:
            _tell_duplicate(record, reader, first=first)
        else:
            records.append(record)
    return records, refused


def _tell_duplicate(record: Record, reader: RowReader, *, first: int) -> None:
    by_id = bool(record.external_id)
    by_number = _("Row %(row)s has the same number, so this row is left out.")
    by_address = _("Row %(row)s has the same address, so this row is left out.")
    reader.tell(
        record.row,
        "external_id" if by_id else "email",
        ProblemKind.DUPLICATE_ID,
        record.external_id or record.email,
        reason=(by_number if by_id else by_address) % {"row": first},
        suggestion=_("Delete the row that is wrong, or give each person their own."),
    )


def _settle_mailboxes(records: list[Record], reader: RowReader) -> tuple[list[Record], list[tuple[str, str]]]:
    """Leave a shared address only with the person whose it is: a sign-in code must reach one person.

    Whoever loses the address and has no number is left out: nothing else makes the row recognisable.
    """
    owners = owners_of_shared(record for record in records if record.active)
    settled, refused = [], []
    for record in records:
        owner = owners.get(fold(record.email)) if record.active else None
        if owner is None or owner.row == record.row:
            settled.append(record)
        elif record.external_id:
            _tell_shared_mail(record, reader, owner=owner)
            settled.append(replace(record, email="", faulty=record.faulty | {"email"}))
        else:
            _tell_duplicate(record, reader, first=next(row for row in owner.rows if row != record.row))
            refused.append(("", fold(record.email)))
    return settled, refused


def _tell_shared_mail(record: Record, reader: RowReader, *, owner: Owner) -> None:
    others = [str(row) for row in owner.rows if row != record.row]
    where = ngettext(
        "The same address stands in row %(first)s.", "The same address stands in %(count)s other rows, first in row %(first)s.", len(others)
    ) % {"count": len(others), "first": others[0]}
    whose = _("It is taken for row %(row)s.") % {"row": owner.row} if owner.row else _("It is taken for none of them.")
    reader.tell(
        record.row,
        "email",
        ProblemKind.SHARED_MAIL,
        record.email,
        reason=f"{where} {whose}",
        suggestion=_("Give each person an address that only they read."),
    )


def _settle_managers(records: list[Record], reader: RowReader, mapping: ColumnMapping) -> list[Record]:
    by_row = {record.row: record for record in records}
    found = find_managers(records, by=mapping.manager_by)
    circles = find_circles({row: result.row for row, result in found.items()})
    for circle in circles:
        _tell_circle([by_row[row] for row in circle], reader)
    in_circle = {row for circle in circles for row in circle}
    settled = []
    for record in records:
        result = found[record.row]
        if result.doubt:
            _tell_doubt(record, result, by_row=by_row, reader=reader)
        if record.row in in_circle or result.doubt not in ("", "self"):
            settled.append(replace(record, faulty=record.faulty | {"manager"}))
        else:
            settled.append(replace(record, manager_row=result.row))
    return settled


def _tell_circle(circle: list[Record], reader: RowReader) -> None:
    """One problem for each member, naming the circle in order from that member on."""
    names = [record.label for record in circle]
    for place, record in enumerate(circle):
        turned = names[place:] + names[:place]
        shown = turned if len(turned) <= _SHOWN else [*turned[:_SHOWN], "…"]
        reader.tell(
            record.row,
            "manager_ref",
            ProblemKind.CIRCLE,
            record.manager_ref,
            reason=_("The reporting line runs in a circle: %(names)s.") % {"names": " → ".join([*shown, turned[0]])},
            suggestion=_("One of these people reports to somebody outside the circle. Mend that row."),
        )


def _tell_doubt(record: Record, result: Found, *, by_row: Mapping[int, Record], reader: RowReader) -> None:
    if result.doubt == "ambiguous":
        whom = ", ".join(_("%(name)s in row %(row)s") % {"name": by_row[row].label, "row": row} for row in result.candidates[:4])
        kind = ProblemKind.AMBIGUOUS_MANAGER
        words = _("%(count)s people fit this manager: %(names)s. The person is taken without one.")
        reason = words % {"count": len(result.candidates), "names": whom}
        suggestion = _("Name managers by number or address instead.")
    else:
        kind, reason, suggestion = _DOUBTS[result.doubt]
        reason, suggestion = _(reason), _(suggestion)
    reader.tell(record.row, "manager_ref", kind, record.manager_ref, reason=reason, suggestion=suggestion)
