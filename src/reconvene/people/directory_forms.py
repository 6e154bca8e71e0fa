"""Forms of the directory import: the upload, and what a person may correct before it is applied."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from reconvene.base.forms import DesignForm
from reconvene.people.directory.column_words import FIELDS
from reconvene.people.directory.columns import BadMapping, ColumnMapping, Place, find_column, guess_manager_by
from reconvene.people.directory.dates import FORMATS
from reconvene.people.directory.encodings import OFFERED
from reconvene.people.directory.reading import DELIMITERS, ReadingChoice, Table
from reconvene.people.directory.workbook import LIMITS
from reconvene.people.directory_queries import SAMPLE_ROWS, LevelLine, Preview
from reconvene.people.directory_words import DATE_WORDS, FIELD_WORDS

LEVEL_LINES = 150  # the most frequent titles; the proposals for rarer ones stand
_DELIMITER_WORDS = {",": _("Comma"), ";": _("Semicolon"), "\t": _("Tab"), "|": _("Vertical bar")}
_ENCODING_WORDS = {"utf-8": _("UTF-8 (usual today)"), "cp1252": _("Windows, Western Europe (cp1252)"), "cp1250": _("Windows, Central Europe (cp1250)"),
                   "cp1251": _("Windows, Cyrillic (cp1251)"), "cp1253": _("Windows, Greek (cp1253)"), "cp1254": _("Windows, Turkish (cp1254)"),
                   "mac-roman": _("Macintosh (mac-roman)"), "utf-16": _("UTF-16 (Excel Unicode text)")}  # fmt: skip


class DirectoryFileField(forms.FileField):
    """A directory file, no larger than is read. What it holds, and whether it is empty, says whoever reads it."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}))
        super().__init__(allow_empty_file=True, **options)

    def to_python(self, data: Any) -> Any:
        upload = super().to_python(data)
        if upload is not None and (upload.size or 0) > LIMITS.file:
            raise forms.ValidationError(_("The file is larger than 20 MB. Export only the columns that are needed."))
        return upload


class UploadForm(DesignForm):
    """One directory file."""

    file = DirectoryFileField(
        label=_("File from the HR system"),
        help_text=_("CSV or Excel (.xlsx), at most 20 MB and 200,000 rows, with one row for each person or post."),
    )


class ReadingForm(DesignForm):
    """How the file is read: letters, separator, headings, sheet. Shows what was detected."""

    encoding = forms.ChoiceField(label=_("Letters (encoding)"), required=False)
    delimiter = forms.ChoiceField(label=_("Columns are separated by"), required=False, choices=list(_DELIMITER_WORDS.items()))
    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    header_row = forms.IntegerField(
        label=_("Headings are in row"), min_value=0, max_value=LIMITS.rows, help_text=_("Write 0 when the file has no headings.")
    )

    def __init__(self, table: Table, *args: Any, **options: Any) -> None:
        detected = {"encoding": table.encoding, "delimiter": table.delimiter, "sheet": table.sheet, "header_row": table.header_row}
        super().__init__(*args, initial=detected, **options)
        offered = dict.fromkeys((*OFFERED, table.encoding))
        self.fields["encoding"].choices = [(name, _ENCODING_WORDS.get(name, name)) for name in offered]  # type: ignore[attr-defined]
        self.fields["sheet"].choices = [(name, name) for name in table.sheets]  # type: ignore[attr-defined]
        for name in ("encoding", "delimiter") if table.sheets else ("sheet",):
            del self.fields[name]

    def reading(self) -> ReadingChoice:
        """What was chosen."""
        chosen = self.cleaned_data
        delimiter = chosen.get("delimiter")
        return ReadingChoice(
            encoding=chosen.get("encoding") or None,
            delimiter=delimiter if delimiter in DELIMITERS else None,
            header_row=chosen["header_row"],
            sheet=chosen.get("sheet") or None,
        )


class ColumnsForm(DesignForm):
    """Which column holds what. Column positions are the values, so that equal headings stay apart."""

    manager_by = forms.ChoiceField(
        label=_("The manager column holds"),
        choices=[
            ("id", _("the manager's number")), ("email", _("the manager's address")), ("name", _("the manager's name")),
            ("hierarchy_path", _("the person's own place in a hierarchy (58, 5AC0 or /1/1/)")),
        ],
    )  # fmt: skip
    date_format = forms.ChoiceField(
        label=_("Dates are written like"), required=False, choices=[("", _("detect")), *((form, DATE_WORDS[form]) for form in FORMATS)]
    )

    def __init__(self, table: Table, mapping: ColumnMapping, *args: Any, **options: Any) -> None:
        self.table, self.mapping = table, mapping
        initial: dict[str, Any] = {"manager_by": mapping.manager_by, "date_format": mapping.date_format or ""}
        initial |= {name: self._position(place) for name, place in mapping.columns.items()}
        if mapping.path_column is not None:
            initial["manager_ref"] = self._position(mapping.path_column)
        super().__init__(*args, initial=initial, **options)
        places = [("", _("not in this file")), *((str(index), _column_words(table, index)) for index in range(table.width))]
        own = {name: forms.ChoiceField(label=FIELD_WORDS[name], choices=places, required=False) for name in FIELDS}
        self.fields = {**own, **self.fields}

    def _position(self, place: Place) -> str:
        try:
            return str(find_column(self.table, place))
        except BadMapping:
            return ""

    def chosen(self) -> ColumnMapping:
        """The mapping that was chosen, with headings where they tell columns apart."""
        places = {name: self._place(int(self.cleaned_data[name])) for name in FIELDS if self.cleaned_data[name]}
        by_path = self.cleaned_data["manager_by"] == "hierarchy_path"
        return ColumnMapping(
            columns={name: place for name, place in places.items() if not (by_path and name == "manager_ref")},
            manager_by=self.cleaned_data["manager_by"],
            path_column=places.get("manager_ref") if by_path else None,
            date_format=self.cleaned_data["date_format"] or None,
            function_lookup=self.mapping.function_lookup,
        )

    def _place(self, position: int) -> Place:
        header = self.table.header
        if header is None or position >= len(header) or not header[position] or header.count(header[position]) > 1:
            return position
        return header[position]


class FileColumnsForm(ColumnsForm):
    """The columns that matter where a file is only counted; what the manager column holds is seen from its values."""

    asked = ("level", "manager_ref", "site", "function", "external_id")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields = {name: self.fields[name] for name in self.asked}

    def taken(self, rows: Sequence[Sequence[str]]) -> ColumnMapping:
        """The mapping with what was chosen; as it was when nothing was sent. `rows` are all of the file."""
        if not (self.is_bound and self.is_valid()):
            return self.mapping
        at = {name: int(self.cleaned_data[name]) for name in self.asked if self.cleaned_data[name]}
        kept = {name: place for name, place in self.mapping.columns.items() if name not in self.asked}
        columns = kept | {name: self._place(position) for name, position in at.items()}
        if str(at.get("manager_ref", "")) == self.initial.get("manager_ref", ""):
            by = self.mapping.manager_by
        else:
            by = guess_manager_by({name: find_column(self.table, place) for name, place in columns.items()}, rows)
        path = columns.pop("manager_ref", None) if by == "hierarchy_path" else None
        return replace(self.mapping, columns=columns, manager_by="id" if path is None and by == "hierarchy_path" else by, path_column=path)


def _column_words(table: Table, index: int) -> str:
    """What to call a column in a list: its heading, or its number with what stands in its first rows."""
    if table.header and index < len(table.header) and table.header[index]:
        return table.column_name(index)
    first = ", ".join(cell[:20] for cell in dict.fromkeys(row[index] for row in table.rows[:SAMPLE_ROWS]) if cell)
    return f"{table.column_name(index)} ({first})" if first else table.column_name(index)


class LevelsForm(DesignForm):
    """The level of each title or grade, the most frequent first."""

    nothing = _("no level")

    def __init__(self, lines: Sequence[LevelLine], ladder: Sequence[str], *args: Any, **options: Any) -> None:
        self.shown = {f"level-{hashlib.sha256(line.value.encode()).hexdigest()[:16]}": line for line in lines[:LEVEL_LINES]}
        self.rarer = max(0, len(lines) - LEVEL_LINES)
        super().__init__(*args, initial={name: line.level for name, line in self.shown.items()}, **options)
        choices = [("", self.nothing), *((level, level) for level in ladder)]
        for name, line in self.shown.items():
            self.fields[name] = forms.ChoiceField(label=line.value, choices=choices, required=False)

    def rows(self) -> list[tuple[Any, int]]:
        """Each control with the number of rows it decides."""
        return [(self[name], line.people) for name, line in self.shown.items()]

    def table(self) -> dict[str, str | None]:
        """The level, or None, for each title shown."""
        return {line.value: self.cleaned_data[name] or None for name, line in self.shown.items()}


class ApplyForm(DesignForm):
    """The last word: what to do with rows that cannot be taken, and the confirmations that this file needs."""

    choice = forms.ChoiceField(
        label=_("Rows that cannot be taken"),
        choices=[("good", _("Leave them out and bring in the others")), ("nothing-if-bad", _("Bring in nothing until they are mended"))],
        initial="good",
        widget=forms.RadioSelect,
    )
    levels_are_right = forms.BooleanField(
        label=_("I have looked at the table of levels, and it is right"),
        error_messages={"required": _("Look at the table of levels and confirm it.")},
    )
    allow_leaving = forms.BooleanField(
        label=_("These people have really left"),
        required=False,
        error_messages={"required": _("Confirm that these people have left, or upload the whole list.")},
    )

    def __init__(self, found: Preview, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not found.levels:
            del self.fields["levels_are_right"]
        if found.stops:
            self.fields["allow_leaving"].required = True
        else:
            del self.fields["allow_leaving"]
        if not (found.staged and found.staged.refusals):
            del self.fields["choice"]

    def confirmations(self) -> list[BoundField]:
        """The boxes to tick that this file needs."""
        return [self[name] for name in ("levels_are_right", "allow_leaving") if name in self.fields]
