"""What goes into a simulated year: the directory, an HR file or typed headcounts, and assumptions in the units in which people think."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Protocol

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from reconvene.base.forms import DesignForm
from reconvene.console.programme_forms import DISTANCES, SIZES, NumberField
from reconvene.forming.file_years import FileCounts
from reconvene.forming.year import Assumptions
from reconvene.forming.year_people import people_of_file
from reconvene.groups.rules import LARGEST, SMALLEST
from reconvene.people.directory.columns import BadMapping
from reconvene.people.directory.problems import ProblemKind
from reconvene.people.directory.refusals import Unreadable
from reconvene.people.directory_forms import DirectoryFileField
from reconvene.people.directory_queries import Glance, ProblemGroup, by_kind

SOURCES = ("directory", "file", "typed")
OF_NO_ACCOUNT = frozenset({ProblemKind.NO_NAME, ProblemKind.NO_MAIL, ProblemKind.BAD_MAIL, ProblemKind.SHARED_MAIL})
"""Problems of a directory file that change nothing here: nobody is invited."""
WANTED = ("function", "site", "manager")
"""Fields without which a year can be simulated, and says less."""
OF_MANAGERS = frozenset({
    ProblemKind.UNKNOWN_MANAGER, ProblemKind.AMBIGUOUS_MANAGER, ProblemKind.SELF_MANAGER, ProblemKind.BAD_PATH, ProblemKind.CIRCLE,
})  # fmt: skip
MOST_PEOPLE = 30_000
"""Of a file or of headcounts: of 20,000 nine years take some two minutes, and much longer with more."""
MOST_ROWS, MOST_LEVEL = 200, 12
CURRENCY_LETTERS = 3


class Read(Protocol):
    """Reads a directory file. Raises Unreadable, BadMapping."""

    def __call__(self, *, data: bytes, filename: str) -> Glance: ...


class BadRow(Exception):
    """A line of typed headcounts that cannot be read; its text is a sentence."""


def number(label: Any, initial: float, *, least: float, most: float, hint: Any = "", is_whole: bool = False) -> Any:
    """A box for one assumption."""
    kind = forms.IntegerField if is_whole else forms.FloatField
    words = gettext_lazy("Between %(least)s and %(most)s, please.") % {"least": f"{least:g}", "most": f"{most:g}"}
    errors = {
        "required": gettext_lazy("Write a number."),
        "invalid": gettext_lazy("Write a number."),
        "min_value": words,
        "max_value": words,
    }
    widget = forms.TextInput(attrs={"inputmode": "numeric" if is_whole else "decimal"})
    return kind(label=label, initial=initial, min_value=least, max_value=most, help_text=hint, error_messages=errors, widget=widget)  # type: ignore[arg-type]


class YearForm(DesignForm):
    """A year to be simulated."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, error_messages={"required": gettext_lazy("Give it a name.")})
    source = forms.ChoiceField(choices=[(one, "") for one in SOURCES], initial="directory")
    file = DirectoryFileField(
        label=gettext_lazy("File from the HR system"),
        required=False,
        help_text=gettext_lazy(
            "CSV or Excel (.xlsx), one row for each person or post, with grade or job title, department, site and manager. At most 20 MB. It is read once, for this simulation, and never stored: no name, number or address of it is kept."
        ),
    )
    leave_out = forms.BooleanField(label=gettext_lazy("Leave out the rows that cannot be taken"), required=False)
    headcounts = forms.CharField(
        label=gettext_lazy("Headcounts, one line each: level, site, people"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("As in “1; Hamburg; 120”. Level 1 leads people for the first time, 2 leads those, and so on. Lines pasted from a spreadsheet do as well."),
    )  # fmt: skip
    join_share = number(gettext_lazy("Raise a challenge within the year, per cent"), 25, least=1, most=100)
    challenges_each = number(gettext_lazy("Challenges of each of them"), 1.3, least=1, most=6)
    accept_share = number(gettext_lazy("Say yes to a seat, per cent"), 80, least=10, most=100)
    topics = number(
        gettext_lazy("Topics that are asked for"),
        12,
        least=1,
        most=60,
        is_whole=True,
        hint=gettext_lazy("A few of them by many, as everywhere."),
    )
    level_distance = NumberField(DISTANCES, label=gettext_lazy("Levels in one group"), initial=1)
    smallest = NumberField(SIZES, label=gettext_lazy("People in a group, at least"), initial=SMALLEST)
    largest = NumberField(SIZES, label=gettext_lazy("People in a group, at most"), initial=LARGEST)
    is_on_site = forms.BooleanField(label=gettext_lazy("Sessions on site: everybody of a group works at the same one"), required=False)
    hours_each = number(
        gettext_lazy("Hours of each member in a cycle"),
        4.6,
        least=0.5,
        most=40,
        hint=gettext_lazy("Two sessions, practice messages, a talk with a buddy, a report."),
    )
    rate = number(gettext_lazy("Cost of a manager’s hour, on-costs included"), 75, least=1, most=1_000_000)
    learning_hours = number(gettext_lazy("Hours of L&D in the year"), 40, least=0, most=20_000)
    learning_rate = number(gettext_lazy("Cost of an hour of L&D"), 60, least=0, most=1_000_000)
    hosting = number(gettext_lazy("Server and upkeep in the year"), 0, least=0, most=1e9)
    currency = forms.RegexField(
        r"^[A-Z]{3}$", label=gettext_lazy("Currency"), initial="EUR", max_length=CURRENCY_LETTERS,
        error_messages={"invalid": gettext_lazy("Three capital letters, like EUR.")},
    )  # fmt: skip

    def __init__(self, *args: Any, people: int, ranks: Mapping[str, int], read: Read, **options: Any) -> None:
        """`people`: how many of the directory have a level; `ranks`: the rank of each level's name; `read` reads a file and keeps it nowhere."""
        super().__init__(*args, **options)
        self.people, self.ranks, self.read = people, ranks, read
        self.problems: tuple[ProblemGroup, ...] = ()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given |= {"rows": [], "people": [], "counts": None}
        smallest = given.get("smallest", SMALLEST)
        if smallest > given.get("largest", LARGEST):
            self.add_error("largest", _("The most is less than the least."))
        if given.get("source") == "file":
            self._clean_file(given, smallest=smallest)
        elif given.get("source") == "typed":
            self._clean_headcounts(given, smallest=smallest)
        elif self.people < smallest:
            self.add_error(
                None, _("There are fewer people than one group needs. Bring in the directory first, choose a file, or type headcounts.")
            )
        return given

    def _clean_headcounts(self, given: dict[str, Any], *, smallest: int) -> None:
        try:
            given["rows"] = read_headcounts(given.get("headcounts", ""))
        except BadRow as refusal:
            self.add_error("headcounts", str(refusal))
            return
        if sum(row[2] for row in given["rows"]) < smallest:
            self.add_error("headcounts", _("These are fewer people than one group needs."))

    def _clean_file(self, given: dict[str, Any], *, smallest: int) -> None:
        """Read the people of the file; what cannot be taken stands by row in `problems`."""
        upload = given.get("file")
        if upload is None:
            if "file" not in self.errors:
                self.add_error("file", _("Choose a file."))
            return
        try:
            found = self.read(data=upload.read(), filename=upload.name)
        except (Unreadable, BadMapping) as refusal:
            self.add_error("file", str(refusal))
            return
        given["people"] = people_of_file(found.staged, ranks=self.ranks)
        given["counts"] = _counted(found, people=len(given["people"]))
        if sentence := self._refusal(given["counts"], smallest=smallest, leaves_out=given.get("leave_out", False)):
            self.problems = by_kind([one for one in found.staged.problems if one.kind not in OF_NO_ACCOUNT])
            self.add_error("file", sentence)

    def _refusal(self, counts: FileCounts, *, smallest: int, leaves_out: bool) -> str:
        """Why these people cannot be simulated, as a sentence; "" when they can."""
        words = ""
        if counts.people > MOST_PEOPLE:
            words = _("At most %(most)s people; this file has more. Export only those who lead others.")
        elif counts.people < smallest:
            words = _(
                "Of %(rows)s rows %(people)s are people with a level, and one group needs more. A column with grades or job titles tells the level."
            )
        elif counts.left_out and not leaves_out:
            words = ngettext(
                "%(left_out)s row cannot be taken; it stands below. Mend it, or choose the file again and leave it out.",
                "%(left_out)s rows cannot be taken; they stand below. Mend them, or choose the file again and leave them out.",
                counts.left_out,
            )
        return words % {**asdict(counts), "most": f"{MOST_PEOPLE:,}"}

    def assumptions(self) -> Assumptions:
        """What the simulation is asked."""
        given = self.cleaned_data
        same = (
            "challenges_each",
            "topics",
            "level_distance",
            "is_on_site",
            "hours_each",
            "rate",
            "learning_hours",
            "learning_rate",
            "hosting",
        )
        return Assumptions(
            join_share=given["join_share"] / 100, accept_share=given["accept_share"] / 100, sizes=(given["smallest"], given["largest"]),
            **{name: given[name] for name in same},
        )  # fmt: skip


def _counted(found: Glance, *, people: int) -> FileCounts:
    records, problems = found.staged.records, found.staged.problems
    return FileCounts(
        rows=found.rows,
        people=people,
        left_out=len({one.row for one in problems if one.refuses}),
        without_level=sum(one.active for one in records) - people,
        doubtful=len({one.row for one in problems if one.kind in OF_MANAGERS}),
        absent=[name for name in WANTED if name not in found.staged.fields],
    )


def read_headcounts(text: str) -> list[tuple[int, str, int]]:
    """Lines of level, site and people. Raises BadRow for the first line that cannot be read."""
    rows: list[tuple[int, str, int]] = []
    for at, line in enumerate(text.replace("\x00", "").splitlines(), start=1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.replace("\t", ";").split(";" if ";" in line or "\t" in line else ",")]
        if len(parts) != 3 or not parts[0].isdecimal() or not parts[2].isdecimal():
            raise BadRow(_("Line %(line)s: write a level, a site and a number of people, like “1; Hamburg; 120”.") % {"line": at})
        level, count = int(parts[0][:9]), int(parts[2][:9])
        if not 1 <= level <= MOST_LEVEL or count < 1:
            raise BadRow(
                _("Line %(line)s: levels go from 1 to %(most)s, and there is at least one person.") % {"line": at, "most": MOST_LEVEL}
            )
        rows.append((level, parts[1][:80], count))
    if not rows:
        raise BadRow(_("Write at least one line, or take the directory."))
    if len(rows) > MOST_ROWS or sum(row[2] for row in rows) > MOST_PEOPLE:
        raise BadRow(_("At most %(rows)s lines and %(people)s people.") % {"rows": MOST_ROWS, "people": f"{MOST_PEOPLE:,}"})
    if len({row[:2] for row in rows}) != len(rows):
        raise BadRow(_("A level and site stand in two lines. Add them up."))
    return rows
