"""Reads one row of a directory file into a record and tells every problem it meets. Called by `records`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from reconvene.base.translation import gettext as _
from reconvene.people.directory import cells
from reconvene.people.directory.cells import fold
from reconvene.people.directory.dates import parse_date
from reconvene.people.directory.problems import Problem, ProblemKind
from reconvene.people.directory.reading import Table

# The most characters the directory keeps of each field.
LENGTHS = {"external_id": 120, "name": 160, "job_title": 300, "function": 160, "site": 160}
_SHOWN = 80
_FORMULA = ("=", "@", "+")


@dataclass(frozen=True, slots=True)
class Record:
    """One person or post as the file gives it. Texts are clean and may be empty; nothing is looked up in a database.

    `row` is the number beside the row in a spreadsheet, `manager_row` that of the manager. `faulty` names the fields whose
    cell could not be read: they say nothing about the person. `active` is False when the file says that the person left.
    """

    row: int
    external_id: str = ""
    email: str = ""
    name: str = ""
    job_title: str = ""
    level: str | None = None
    function: str = ""
    site: str = ""
    time_zone: str = ""
    languages: tuple[str, ...] = ()
    country: str = ""
    manager_ref: str = ""
    manager_row: int | None = None
    active: bool = True
    faulty: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """What makes the row recognisable in the next file: its number, else its address."""
        return f"id:{fold(self.external_id)}" if self.external_id else f"mail:{fold(self.email)}"

    @property
    def label(self) -> str:
        """What to call the person or post on a screen."""
        return self.name or self.job_title or self.external_id or self.email

    @property
    def can_be_invited(self) -> bool:
        """Whether there is a name and an address; without them it is a seat in the reporting tree."""
        return bool(self.name and self.email)


@dataclass
class RowReader:
    """Reads the rows of one table; `problems` grows while it does. `positions` says where each field stands.

    `levels` and `functions` are keyed by folded text; `functions` is None when the file itself has the department.
    """

    table: Table
    positions: Mapping[str, int]
    levels: Mapping[str, str | None]
    today: date
    date_format: str | None
    functions: Mapping[str, str] | None = None
    problems: list[Problem] = field(default_factory=list)

    def cell(self, row: Sequence[str], name: str) -> str:
        """The text of a field in this row, clean; empty when the field is not mapped."""
        position = self.positions.get(name)
        return "" if position is None else cells.clean(row[position])

    def tell(self, row: int, name: str, kind: ProblemKind, value: str, *, reason: str, suggestion: str) -> None:
        """Add a problem; the value is shortened to 80 characters."""
        position = self.positions.get(name)
        column = "" if position is None else self.table.column_name(position)
        shown = value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…"
        self.problems.append(Problem(row, column, shown, reason, suggestion, kind))

    def read(self, row: Sequence[str], *, number: int, length: int) -> Record | None:
        """The record of a row, or None when the row must be left out; either way the problems are told."""
        if self._has_wrong_width(row, number=number, length=length):
            return None
        faulty: set[str] = set()
        external_id = cells.read_text(self.cell(row, "external_id"))
        email = self._mail(row, number, faulty)
        if not self._has_key(row, number, external_id=external_id, email=email):
            return None
        return Record(
            row=number,
            external_id=external_id,
            email=email,
            name=self._name(row, number, faulty),
            job_title=self._text(row, number, "job_title", faulty),
            level=self._level(row, number, faulty),
            function=self._function(row, number, external_id, faulty),
            site=self._text(row, number, "site", faulty),
            time_zone=self._zone(row, number, faulty),
            languages=self._languages(row, number, faulty),
            country=self._country(row, number, faulty),
            manager_ref=self.cell(row, "manager_ref"),
            active=self._works_here(row, number),
            faulty=frozenset(faulty),
        )

    def _has_wrong_width(self, row: Sequence[str], *, number: int, length: int) -> bool:
        width = self.table.width
        if width // 2 <= length <= width:
            return False
        shown = next((cell for cell in row if cell), "")
        words = _("This row has %(cells)s cells where the others have %(width)s, so its cells may stand in wrong columns.")
        self.tell(
            number, "", ProblemKind.WRONG_WIDTH, shown,
            reason=words % {"cells": length, "width": width},
            suggestion=_("Put quotation marks around texts that hold the separator, or delete the row if it is a total."),
        )  # fmt: skip
        return True

    def _has_key(self, row: Sequence[str], number: int, *, external_id: str, email: str) -> bool:
        if len(external_id) > LENGTHS["external_id"]:
            self.tell(
                number, "external_id", ProblemKind.LONG_ID, external_id,
                reason=_("The number has more than %(most)s characters.") % {"most": LENGTHS["external_id"]},
                suggestion=_("Choose the column that holds the number of the person."),
            )  # fmt: skip
            return False
        if external_id or email:
            return True
        self.tell(
            number, "external_id" if "external_id" in self.positions else "email", ProblemKind.NO_KEY, self.cell(row, "name"),
            reason=_("Neither a number nor a usable address: the next import could not tell who this is."),
            suggestion=_("Give the person a number or a work address."),
        )  # fmt: skip
        return False

    def _mail(self, row: Sequence[str], number: int, faulty: set[str]) -> str:
        value = cells.read_text(self.cell(row, "email"))
        if not value:
            if "email" in self.positions:
                self.tell(
                    number, "email", ProblemKind.NO_MAIL, "", reason=_("There is no address, so nobody can be invited yet."),
                    suggestion=_("Add the work address when the person should take part."),
                )  # fmt: skip
            return ""
        value = value.removeprefix("mailto:")
        if cells.is_mail(value):
            return value
        meant = cells.suggest_mail(value)
        faulty.add("email")
        self.tell(
            number, "email", ProblemKind.BAD_MAIL, value, reason=_("This is no mail address, so nobody can be invited by it."),
            suggestion=_("Was %(address)s meant?") % {"address": meant} if meant else _("Write it as name@company.example."),
        )  # fmt: skip
        return ""

    def _name(self, row: Sequence[str], number: int, faulty: set[str]) -> str:
        raw = self.cell(row, "name") or f"{self.cell(row, 'first_name')} {self.cell(row, 'last_name')}".strip()
        shown_in = "name" if "name" in self.positions else "last_name"
        name = cells.read_name(raw)
        if not name and shown_in in self.positions:
            self.tell(
                number, shown_in, ProblemKind.NO_NAME, raw, reason=_("The name is withheld, so this is a post without a person."),
                suggestion=_("Add the name when the person should take part."),
            )  # fmt: skip
        return self._checked(name, number, "name", faulty, shown_in=shown_in)

    def _text(self, row: Sequence[str], number: int, name: str, faulty: set[str]) -> str:
        return self._checked(cells.read_text(self.cell(row, name)), number, name, faulty)

    def _checked(self, value: str, number: int, name: str, faulty: set[str], *, shown_in: str = "") -> str:
        """The value unless it is too long; what only looks odd is told and kept as it is."""
        column = shown_in or name
        if len(value) > LENGTHS[name]:
            faulty.add(name)
            self.tell(
                number, column, ProblemKind.TOO_LONG, value, reason=_("The text has more than %(most)s characters.") % {"most": LENGTHS[name]},
                suggestion=_("Shorten it, or choose another column."),
            )  # fmt: skip
            return ""
        if "\ufffd" in value:
            self.tell(
                number, column, ProblemKind.LOST_LETTERS, value, reason=_("Letters were lost before this file was made."),
                suggestion=_("Correct it in the HR system and export again in UTF-8."),
            )  # fmt: skip
        if value.startswith(_FORMULA):
            self.tell(
                number, column, ProblemKind.FORMULA, value, reason=_("This looks like a formula. It is kept as plain text."),
                suggestion=_("Write the text itself if that is not meant."),
            )  # fmt: skip
        return value

    def _level(self, row: Sequence[str], number: int, faulty: set[str]) -> str | None:
        value = self.cell(row, "level")
        if not value or fold(value) in self.levels:
            return self.levels.get(fold(value))
        faulty.add("level")
        self.tell(
            number, "level", ProblemKind.UNKNOWN_LEVEL, value, reason=_("The table of levels does not have this grade or title."),
            suggestion=_("Choose its level in the table."),
        )  # fmt: skip
        return None

    def _function(self, row: Sequence[str], number: int, external_id: str, faulty: set[str]) -> str:
        if self.functions is None:
            return self._text(row, number, "function", faulty)
        return self._checked(cells.read_text(self.functions.get(fold(external_id), "")), number, "function", faulty)

    def _zone(self, row: Sequence[str], number: int, faulty: set[str]) -> str:
        value = self.cell(row, "time_zone")
        zone = cells.read_zone(value) if value else ""
        if zone is not None:
            return zone
        meant = cells.suggest_zone(value)
        faulty.add("time_zone")
        self.tell(
            number, "time_zone", ProblemKind.UNKNOWN_ZONE, value, reason=_("This time zone is not known."),
            suggestion=_("Was %(zone)s meant?") % {"zone": meant} if meant else _("Write it like Europe/Berlin."),
        )  # fmt: skip
        return ""

    def _languages(self, row: Sequence[str], number: int, faulty: set[str]) -> tuple[str, ...]:
        value = self.cell(row, "languages")
        codes, unknown = cells.read_languages(value) if value else ((), ())
        if unknown:
            faulty.update(() if codes else ("languages",))
            self.tell(
                number, "languages", ProblemKind.UNKNOWN_LANGUAGE, value, reason=_("Not known as a language: %(words)s.") % {"words": ", ".join(unknown)},
                suggestion=_("Write languages by name or code, separated by commas: English, de."),
            )  # fmt: skip
        return codes

    def _country(self, row: Sequence[str], number: int, faulty: set[str]) -> str:
        value = cells.read_text(self.cell(row, "country"))
        code = cells.read_country(value) if value else ""
        if code is not None:
            return code
        faulty.add("country")
        self.tell(
            number, "country", ProblemKind.UNKNOWN_COUNTRY, value, reason=_("This country is not known."),
            suggestion=_("Write its two-letter code, like DE."),
        )  # fmt: skip
        return ""

    def _works_here(self, row: Sequence[str], number: int) -> bool:
        """Whether the person works here today, by status and by last day. A date that cannot be read counts as none."""
        if cells.is_gone(self.cell(row, "active")):
            return False
        value = cells.read_text(self.cell(row, "end_date"))
        if not value:
            return True
        last_day = parse_date(value, self.date_format) if self.date_format else None
        if last_day is None:
            self.tell(
                number, "end_date", ProblemKind.BAD_DATE, value, reason=_("This date cannot be read."),
                suggestion=_("Use one format for the whole column, best like 2026-03-31, and choose it here."),
            )  # fmt: skip
            return True
        return last_day >= self.today
