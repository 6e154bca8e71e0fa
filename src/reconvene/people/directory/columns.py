"""Which column of a file holds which of our fields: a guess from common headings, and a mapping that can be kept as JSON."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self, get_args

from reconvene.base.translation import gettext as _
from reconvene.people.directory.column_words import FIELDS, field_of, normalise
from reconvene.people.directory.levels import band_of
from reconvene.people.directory.ordpath import BadPath, read_path
from reconvene.people.directory.reading import ReadingChoice, Table

Place = str | int
ManagerBy = Literal["id", "email", "name", "hierarchy_path"]
_SAMPLE = 300
_TEXTS_ABOVE = 60  # mean characters from which a column is prose and no department


class BadMapping(ValueError):
    """A saved mapping cannot be read, or names a column that the file has not. Its text is for the person."""


@dataclass(frozen=True)
class Lookup:
    """A second file that replaces one value by another: find `key`, take `value`.

    `blank` names a column that must be empty for a row to count, such as the end date of a department history.
    """

    file: str
    key: Place
    value: Place
    blank: Place | None = None
    reading: ReadingChoice = field(default_factory=ReadingChoice)


@dataclass(frozen=True)
class ColumnMapping:
    """Where each field stands. A place is a heading, or a position from 0 for files without headings.

    `function_lookup` is a chain: the first file is asked with the person's external id, each next one with the answer before.
    `path_column` holds the person's place in the hierarchy when `manager_by` is "hierarchy_path".
    `date_format` is in the notation of `strptime`; None means: detect it.
    """

    columns: Mapping[str, Place]
    manager_by: ManagerBy = "id"
    path_column: Place | None = None
    date_format: str | None = None
    function_lookup: tuple[Lookup, ...] = ()
    reading: ReadingChoice = field(default_factory=ReadingChoice)

    def to_json(self) -> str:
        """A text that `from_json` turns into an equal mapping."""
        stored: dict[str, Any] = {"columns": dict(self.columns), "manager_by": self.manager_by}
        optional = {"path_column": self.path_column, "date_format": self.date_format, "reading": self.reading.as_json() or None}
        stored |= {name: value for name, value in optional.items() if value is not None}
        if self.function_lookup:
            stored["function_lookup"] = [_lookup_as_json(lookup) for lookup in self.function_lookup]
        return json.dumps(stored, ensure_ascii=False, indent=2)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises: BadMapping, saying which entry is wrong."""
        try:
            stored = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BadMapping(_("The saved mapping is not JSON.")) from error
        entries = _object(stored, _("The saved mapping"))
        _refuse_unknown(entries, {"columns", "manager_by", "path_column", "date_format", "reading", "function_lookup"})
        manager_by = entries.get("manager_by", "id")
        if manager_by not in get_args(ManagerBy):
            words = _("manager_by is %(word)s; it can be: %(known)s.")
            raise BadMapping(words % {"word": repr(manager_by), "known": ", ".join(get_args(ManagerBy))})
        lookups = entries.get("function_lookup", [])
        if not isinstance(lookups, list):
            raise BadMapping(_("function_lookup must be a list of files."))
        return cls(
            columns=_columns(entries.get("columns")),
            manager_by=manager_by,
            path_column=_place(entries["path_column"], "path_column") if "path_column" in entries else None,
            date_format=_date_format(entries.get("date_format")),
            function_lookup=tuple(_lookup(entry) for entry in lookups),
            reading=_reading(entries.get("reading", {})),
        )

    def positions(self, table: Table) -> dict[str, int]:
        """The position of every mapped field in this table. Raises: BadMapping when a column is not there."""
        return {name: find_column(table, place) for name, place in self.columns.items()}


def find_column(table: Table, place: Place) -> int:
    """The position of a column, headings compared without case, accents and signs. Raises: BadMapping."""
    if isinstance(place, int):
        if 0 <= place < table.width:
            return place
        raise BadMapping(_("The mapping asks for column %(column)s; the file has %(count)s.") % {"column": place + 1, "count": table.width})
    normal = [normalise(heading) for heading in table.header or ()]
    if table.header and place in table.header:
        return table.header.index(place)
    if normalise(place) in normal:
        return normal.index(normalise(place))
    words = _("The mapping asks for a column %(column)s, which this file has not. Choose the column again.")
    raise BadMapping(words % {"column": repr(place)})


def guess_columns(header: Sequence[str] | None, rows: Sequence[Sequence[str]]) -> ColumnMapping:
    """Propose where each field stands, by headings, or by the look of the values where there are none.

    A heading that stands twice, or is empty, is named by its position. Without a grade the job title decides the level.
    """
    sample = rows[:_SAMPLE]
    found = _by_heading(header, sample) if header is not None else _by_values(sample)
    if "level" not in found and "job_title" in found:
        found["level"] = found["job_title"]
    if {"first_name", "last_name"} <= found.keys():
        found.pop("name", None)
    elif "name" in found or "last_name" in found:
        found.setdefault("name", found.pop("last_name", -1))
        found.pop("first_name", None)
    places = {name: _name_of(header, found[name]) for name in FIELDS if name in found}
    return ColumnMapping(columns=places, manager_by=guess_manager_by(found, rows))


def _name_of(header: Sequence[str] | None, position: int) -> Place:
    if header is None or not header[position] or list(header).count(header[position]) > 1:
        return position
    return header[position]


def _by_heading(header: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, int]:
    best: dict[str, tuple[int, int]] = {}
    for position, heading in enumerate(header):
        match = field_of(heading)
        if match is None or not _plausible(match[0], [row[position] for row in sample]):
            continue
        name, rank = match
        best[name] = min(best.get(name, (rank, position)), (rank, position))
    return {name: position for name, (_, position) in best.items()}


def _plausible(name: str, values: Sequence[str]) -> bool:
    filled = [value for value in values if value]
    if name == "function":
        return not filled or sum(map(len, filled)) / len(filled) <= _TEXTS_ABOVE
    return True


def _by_values(sample: Sequence[Sequence[str]]) -> dict[str, int]:
    """For files without headings: an address, a name of two words, and a first column of different values."""
    found: dict[str, int] = {}
    for position in range(min((len(row) for row in sample), default=0)):
        values = [row[position] for row in sample if row[position]]
        if not values:
            continue
        if "email" not in found and _share(values, lambda value: "@" in value) > 0.5:
            found["email"] = position
        elif "external_id" not in found and position < 3 and len(set(values)) == len(sample) and _share(values, _is_id) == 1:
            found["external_id"] = position
        elif "name" not in found and len(set(values)) * 2 > len(values) and _share(values, _is_name) > 0.7:
            found["name"] = position
    return found


def _is_id(value: str) -> bool:
    return len(value) <= 20 and any(sign.isdigit() for sign in value) and " " not in value


def _is_name(value: str) -> bool:
    words = value.replace(",", " ").split()
    capitals = 2 <= len(words) <= 4 and all(word[0].isupper() for word in words)
    return capitals and not any(sign.isdigit() for sign in value) and band_of(value) is None


def guess_manager_by(found: Mapping[str, int], rows: Sequence[Sequence[str]]) -> ManagerBy:
    """What the manager column holds, from its values. `found` has the positions of the fields."""
    if "manager_ref" not in found:
        return "id"
    values = [row[found["manager_ref"]] for row in rows[:_SAMPLE] if row[found["manager_ref"]]]
    if _share(values, lambda value: "@" in value) > 0.5:
        return "email"
    ids = {row[found["external_id"]].casefold() for row in rows} if "external_id" in found else set()
    if ids and _share(values, lambda value: value.casefold() in ids) > 0.5:
        return "id"
    if _are_places(values):
        return "hierarchy_path"
    return "name" if values and _share(values, _is_id) <= 0.5 else "id"


def _are_places(values: Sequence[str]) -> bool:
    """Whether the values are places in a hierarchy, of which most have the place above them here too."""
    try:
        places = {read_path(value) for value in values}
    except BadPath:
        return False
    below = [place for place in places if len(place) > 1]
    return bool(below) and 2 * sum(place[:-1] in places for place in below) > len(below)


def _share(values: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(1 for value in values if test(value)) / len(values) if values else 0.0


def _lookup_as_json(lookup: Lookup) -> dict[str, Any]:
    stored: dict[str, Any] = {"file": lookup.file, "key": lookup.key, "value": lookup.value}
    optional = {"blank": lookup.blank, "reading": lookup.reading.as_json() or None}
    return stored | {name: value for name, value in optional.items() if value is not None}


def _object(stored: object, what: str) -> dict[str, Any]:
    if not isinstance(stored, dict):
        raise BadMapping(_("%(what)s must be an object with named entries.") % {"what": what})
    return stored


def _refuse_unknown(entries: dict[str, Any], known: set[str]) -> None:
    if unknown := sorted(entries.keys() - known):
        words = _("The saved mapping has an unknown entry %(entry)s; it can have: %(known)s.")
        raise BadMapping(words % {"entry": repr(unknown[0]), "known": ", ".join(sorted(known))})


def _columns(stored: object) -> dict[str, Place]:
    entries = _object(stored, "columns")
    _refuse_unknown(entries, set(FIELDS))
    return {name: _place(place, name) for name, place in entries.items()}


def _place(stored: object, name: str) -> Place:
    if isinstance(stored, bool) or not isinstance(stored, (str, int)) or stored == "":
        raise BadMapping(_("The place of %(name)s must be a heading or a position from 0.") % {"name": name})
    return stored


def _date_format(stored: object) -> str | None:
    if stored is not None and not (isinstance(stored, str) and "%" in stored):
        raise BadMapping(_("date_format must be written like %(example)s.") % {"example": "%Y-%m-%d"})
    return stored


def _lookup(stored: object) -> Lookup:
    entries = _object(stored, _("An entry of function_lookup"))
    _refuse_unknown(entries, {"file", "key", "value", "blank", "reading"})
    if not isinstance(entries.get("file"), str):
        raise BadMapping(_("An entry of function_lookup must name its file."))
    return Lookup(
        file=entries["file"],
        key=_place(entries.get("key"), "key"),
        value=_place(entries.get("value"), "value"),
        blank=_place(entries["blank"], "blank") if "blank" in entries else None,
        reading=_reading(entries.get("reading", {})),
    )


def _reading(stored: object) -> ReadingChoice:
    try:
        return ReadingChoice.from_json(_object(stored, "reading"))
    except ValueError as error:
        raise BadMapping(str(error)) from error
