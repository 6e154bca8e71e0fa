"""What goes into a simulated year: the directory, an HR file or typed headcounts, and assumptions in the units in which people think."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from reconvene.base.forms import DesignForm
from reconvene.console.programme_forms import DISTANCES, SIZES, NumberField
from reconvene.console.year_file import BadPacking, Read, Upload, YearFile
from reconvene.forming.year import Assumptions
from reconvene.groups.rules import LARGEST, SMALLEST
from reconvene.people.directory.columns import BadMapping
from reconvene.people.directory.refusals import Unreadable
from reconvene.people.directory_forms import DirectoryFileField
from reconvene.people.directory_queries import ProblemGroup

SOURCES = ("directory", "file", "typed")
MOST_PEOPLE = 30_000
"""Of a file or of headcounts: of 20,000 nine years take some two minutes, and much longer with more."""
MOST_ROWS, MOST_LEVEL = 200, 12
CURRENCY_LETTERS = 3


class BadRow(Exception):
    """A line of typed headcounts that cannot be read; its text is a sentence."""


def number(label: Any, initial: float, *, least: float, most: float, hint: Any = "", is_whole: bool = False) -> Any:
    """A box for one assumption."""
    kind = forms.IntegerField if is_whole else forms.FloatField
    widget = forms.TextInput(attrs={"inputmode": "numeric" if is_whole else "decimal"})
    return kind(label=label, initial=initial, min_value=least, max_value=most, help_text=hint, widget=widget)  # type: ignore[arg-type]


class YearForm(DesignForm):
    """A year to be simulated."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, error_messages={"required": gettext_lazy("Give it a name.")})
    source = forms.ChoiceField(choices=[(one, "") for one in SOURCES], initial="directory")
    file = DirectoryFileField(
        label=gettext_lazy("File from the HR system"),
        required=False,
        help_text=gettext_lazy(
            "CSV or Excel (.xlsx), one row for each person or post, with grade or job title, department, site and manager. At most 20 MB. It is read for this simulation only and never stored: no name, number or address of it is kept."
        ),
    )
    carried = forms.CharField(required=False, widget=forms.HiddenInput)
    carried_name = forms.CharField(required=False, widget=forms.HiddenInput)
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
        self.year_file: YearFile | None = None
        self.asks = False

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
        """Read the people of the file. What has to be asked about it stands in `year_file`, what cannot be taken by row in `problems`."""
        upload = self._upload(given)
        if upload is None:
            if "file" not in self.errors:
                self.add_error("file", _("Choose a file."))
            return
        try:
            self.year_file = YearFile(upload, self.data, ranks=self.ranks, read=self.read)
        except (Unreadable, BadMapping) as refusal:
            self.add_error("file", str(refusal))
            return
        given |= {"people": self.year_file.people, "counts": self.year_file.counts}
        if sentence := _refusal(self.year_file, smallest=smallest):
            self.asks = True
            self.add_error("file", sentence)
        if self.year_file.counts.left_out and not given.get("leave_out", False):
            self.problems = self.year_file.problems
            self.add_error("leave_out", _left_out(self.year_file.counts.left_out))

    def _upload(self, given: Mapping[str, Any]) -> Upload | None:
        """The file that was chosen now, or else the one that travels in the page."""
        if (chosen := given.get("file")) is not None:
            return Upload(chosen.read(), chosen.name)
        try:
            return Upload.unpack(given.get("carried", ""), filename=given.get("carried_name", ""))
        except BadPacking:
            return None

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


def _refusal(file: YearFile, *, smallest: int) -> str:
    """Why these people cannot be simulated yet, as a sentence; "" when they can."""
    counts, words = file.counts, ""
    if file.found.fault:
        return file.found.fault
    if counts.people > MOST_PEOPLE:
        words = _("At most %(most)s people; this file has more. Export only those who lead others.")
    elif counts.people < smallest:
        words = _(
            "Of %(rows)s rows %(people)s are people with a level, and one group needs more. Say below which column tells the level, and which level each value is."
        )
    elif file.unknown:
        words = ngettext(
            "The level of %(unknown)s person is not known. Say below which level each value of the file is, or that it is none.",
            "The levels of %(unknown)s people are not known. Say below which level each value of the file is, or that it is none.",
            file.unknown,
        )
    elif file.is_doubtful:
        words = _("The levels of this file are numbers. Look below whether they are taken in the right order, then simulate.")
    return words % {**asdict(counts), "unknown": f"{file.unknown:,}", "most": f"{MOST_PEOPLE:,}"}


def _left_out(rows: int) -> str:
    return ngettext(
        "%(left_out)s row cannot be taken; it stands below. Leave it out, or mend it and choose the file again.",
        "%(left_out)s rows cannot be taken; they stand below. Leave them out, or mend them and choose the file again.",
        rows,
    ) % {"left_out": f"{rows:,}"}


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
