"""An HR file on its way to a simulated year, and what has to be asked about it first. Called by the form of a year.

Nothing of the file stays on the server between two requests: while a question is open, the file travels in the page, packed, and comes back with the
answers. An answer counts for the file, the column and the order that it was given for: their digest stands in the names of the controls.
"""

import hashlib
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reconvene.base.forms import DesignForm
from reconvene.forming.file_years import FileCounts
from reconvene.forming.year_people import Placed, people_of_file
from reconvene.people.directory.columns import ColumnMapping
from reconvene.people.directory.problems import ProblemKind
from reconvene.people.directory.reading import Table
from reconvene.people.directory.workbook import LIMITS
from reconvene.people.directory_forms import FileColumnsForm, LevelsForm
from reconvene.people.directory_glance import Choose, Glance
from reconvene.people.directory_queries import SAMPLE_ROWS, ProblemGroup, by_kind

MOST_CARRIED = 2_000_000
"""Letters of a packed file in a page, some 1.5 MB packed: what a form may send without a file ends at 2.6 MB (DATA_UPLOAD_MAX_MEMORY_SIZE)."""
OF_NO_ACCOUNT = frozenset({ProblemKind.NO_NAME, ProblemKind.NO_MAIL, ProblemKind.BAD_MAIL, ProblemKind.SHARED_MAIL})
"""Problems of a directory file that change nothing here: nobody is invited."""
WANTED = ("function", "site", "manager")
"""Fields without which a year can be simulated, and says less."""
OF_MANAGERS = frozenset({
    ProblemKind.UNKNOWN_MANAGER, ProblemKind.AMBIGUOUS_MANAGER, ProblemKind.SELF_MANAGER, ProblemKind.BAD_PATH, ProblemKind.CIRCLE,
})  # fmt: skip


class Read(Protocol):
    """Reads a directory file with the columns that `choose` takes. Raises Unreadable, BadMapping."""

    def __call__(self, *, data: bytes, filename: str, choose: Choose) -> Glance: ...


class BadPacking(ValueError):
    """What the page brought back is not the file that it was given."""


@dataclass(frozen=True)
class Upload:
    """A file that was chosen just now, or that came back with the page."""

    data: bytes
    filename: str

    @cached_property
    def packed(self) -> str:
        """The file as text for a page; "" when it is too large to travel in one."""
        text = b64encode(zlib.compress(self.data)).decode()
        return text if len(text) <= MOST_CARRIED else ""

    @classmethod
    def unpack(cls, text: str, *, filename: str) -> "Upload":
        """The file that `packed` made. Raises BadPacking."""
        packing = zlib.decompressobj()
        try:
            data = packing.decompress(b64decode(text, validate=True), LIMITS.file)
        except (ValueError, zlib.error) as fault:  # letters that no base64 has, or no packing in it
            raise BadPacking from fault
        if not packing.eof:
            raise BadPacking
        return cls(data, filename)


class OrderForm(DesignForm):
    """Which end of a column of numbers is the top."""

    top = forms.ChoiceField(
        label=gettext_lazy("The smallest number is"),
        choices=[
            ("last", gettext_lazy("the lowest level: they lead people for the first time")),
            ("first", gettext_lazy("the highest level")),
        ],
    )

    def __init__(self, *args: Any, told: bool | None, **options: Any) -> None:
        """`told`: whether the smallest is at the top, as the reporting lines tell it; None when they do not."""
        super().__init__(*args, initial={"top": "first" if told else "last"}, **options)
        self.fields["top"].help_text = (
            _("The reporting lines of the file do not tell it, so please choose.")
            if told is None
            else _("As the reporting lines of the file tell it.")
        )

    @property
    def smallest_is_top(self) -> bool:
        """What was chosen, or else proposed."""
        return (self.cleaned_data["top"] if self.is_bound and self.is_valid() else self.initial["top"]) == "first"


class ValuesForm(LevelsForm):
    """The level of each value in the file's column."""

    nothing = gettext_lazy("Not a manager, left out")

    def rows_with(self, leaders: Mapping[str, int]) -> list[tuple[BoundField, int, int]]:
        """Each control, how many people it decides, and how many of these lead somebody in the file."""
        return [(self[name], line.people, leaders.get(line.value, 0)) for name, line in self.shown.items()]


class YearFile:
    """What a file holds, with the answers given so far. Raises Unreadable, BadMapping."""

    def __init__(self, upload: Upload, answers: Mapping[str, Any], *, ranks: Mapping[str, int], read: Read) -> None:
        """`answers`: what was sent; `ranks`: the rank of each level's name."""
        self.upload, self.answers, self.ranks = upload, answers, ranks
        self.columns: FileColumnsForm
        self.found = read(data=upload.data, filename=upload.filename, choose=self._choose)
        self.order = self._order() if self.found.are_numbers else None
        self.levels = self._levels()
        self.people: list[Placed] = []
        if self.found.staged is not None:
            self.people = people_of_file(self.found.staged, ranks=self._rank_of())

    @property
    def is_answered(self) -> bool:
        """Whether the table of levels was sent for this file, column and order."""
        return self.levels.is_bound and self.levels.is_valid()

    @property
    def unknown(self) -> int:
        """How many people have a value of which no level is known, not even that it is none."""
        if self.is_answered:
            return 0
        return sum(line.people for line in self.lines if not line.level and self.found.remembered.get(line.value, "") is not None)

    @property
    def is_doubtful(self) -> bool:
        """Whether somebody has to look at the levels first."""
        return not self.is_answered and (self.order is not None or self.unknown > 0)

    @property
    def counts(self) -> FileCounts:
        """What is kept of the file."""
        staged = self.found.staged
        records, problems = (staged.records, staged.problems) if staged else ((), ())
        fields = staged.fields if staged else frozenset()
        return FileCounts(
            rows=self.found.rows,
            people=len(self.people),
            left_out=len({one.row for one in problems if one.refuses}),
            without_level=sum(one.active for one in records) - len(self.people),
            doubtful=len({one.row for one in problems if one.kind in OF_MANAGERS}),
            absent=[name for name in WANTED if name not in fields],
        )

    @property
    def problems(self) -> tuple[ProblemGroup, ...]:
        """What to look at, by kind."""
        staged = self.found.staged
        return by_kind([one for one in staged.problems if one.kind not in OF_NO_ACCOUNT]) if staged else ()

    @property
    def level_rows(self) -> list[tuple[BoundField, int, int]]:
        """The table of levels for the page."""
        return self.levels.rows_with(self.found.leaders)

    @property
    def blank(self) -> int:
        """How many people who work there have nothing in the column of levels."""
        return sum(one.active and not one.level for one in self.found.staged.records) if self.found.staged else 0

    @property
    def rarer_people(self) -> int:
        """How many people have a value too rare for the table, and no level."""
        return sum(line.people for line in self.lines[len(self.levels.shown) :] if not line.level)

    def _choose(self, table: Table, guessed: ColumnMapping) -> ColumnMapping:
        prefix = self._prefix("columns")
        self.columns = FileColumnsForm(table.head(SAMPLE_ROWS), guessed, self._sent(prefix), prefix=prefix)
        return self.columns.taken(table.rows)

    def _order(self) -> OrderForm:
        prefix = self._prefix(self._level_place())
        return OrderForm(self._sent(prefix), prefix=prefix, told=self.found.smallest_is_top)

    def _levels(self) -> ValuesForm:
        is_top = self.order.smallest_is_top if self.order else False
        ladder = sorted(self.ranks, key=self.ranks.__getitem__)
        self.lines = self.found.lines(ladder, smallest_is_top=is_top)
        prefix = self._prefix(f"{self._level_place()}, {is_top}")
        return ValuesForm(self.lines, ladder, self._sent(prefix), prefix=prefix)

    def _rank_of(self) -> dict[str, int]:
        chosen = {line.value: line.level for line in self.lines}
        if self.is_answered:
            chosen |= {value: level or "" for value, level in self.levels.table().items()}
        return {value: self.ranks[level] for value, level in chosen.items() if level}

    def _level_place(self) -> str:
        return str(self.found.mapping.columns.get("level"))

    def _prefix(self, of: str) -> str:
        return "f" + hashlib.sha256(of.encode() + b"\x00" + self.upload.data).hexdigest()[:12]

    def _sent(self, prefix: str) -> Mapping[str, Any] | None:
        """The answers, when there is one to this question; a bound form without any would hold nothing but errors."""
        return self.answers if any(name.startswith(f"{prefix}-") for name in self.answers) else None
