"""What is typed in a roll-out: starting one, its plan, the lines of a gate, a document; and the short forms of managers."""

import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reconvene.base.forms import DesignForm
from reconvene.base.sheets import Box, Sheet
from reconvene.rollout import judging, plan
from reconvene.rollout.designing import MOST, MOST_GROUPS
from reconvene.rollout.judging import MEASURES, Line, Unit
from reconvene.rollout.models import Choice, Gate, Paper, Project, Task
from reconvene.rollout.plan import DUTIES, PHASES, PLACES, SECTORS, SITES, VOICES

EARLIEST, LATEST = date(2020, 1, 1), date(2100, 1, 1)
MOST_MANAGERS = 1_000_000
LONGEST_AGO = timedelta(days=31)
"""How far in the past a new plan may begin, for one that is laid out after the first talks."""


class ProjectForm(DesignForm):
    """A new roll-out: what for, when, and in which setting."""

    name = forms.CharField(
        label=gettext_lazy("What is it called?"), max_length=120, help_text=gettext_lazy("For example: peer groups at Aldermoor.")
    )
    starts_on = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), help_text=gettext_lazy("All other dates follow from it and can be changed.")
    )  # fmt: skip
    managers = forms.IntegerField(
        label=gettext_lazy("How many managers there are"),
        min_value=3,
        max_value=MOST_MANAGERS,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    sector = forms.ChoiceField(
        label=gettext_lazy("What kind of business"), choices=[(key, gettext_lazy(words)) for key, words in SECTORS.items()]
    )
    voice = forms.ChoiceField(
        label=gettext_lazy("Who speaks for the staff"), choices=[(key, gettext_lazy(words)) for key, words in VOICES.items()]
    )
    sites = forms.ChoiceField(label=gettext_lazy("Where"), choices=[(key, gettext_lazy(words)) for key, words in SITES.items()])
    place = forms.ChoiceField(label=gettext_lazy("How they work"), choices=[(key, gettext_lazy(words)) for key, words in PLACES.items()])

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today

    def clean_starts_on(self) -> date:
        """A day that a plan can begin on."""
        day: date = self.cleaned_data["starts_on"]
        if not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(_("Choose a day between 2020 and 2100."))
        if day < self.today - LONGEST_AGO:
            earliest = date_format(self.today - LONGEST_AGO, "j F Y")
            raise forms.ValidationError(
                _(
                    "The first day lies in the past by more than a month. Choose %(day)s or later; what is behind you can be marked as passed."
                )
                % {"day": earliest}
            )
        return day


class PlanSheet(Sheet):
    """Name, setting, programme, dates, roles and due days of a roll-out. `programmes` are those by whose figures it can be judged, as id and name."""

    def __init__(
        self, project: Project, tasks: Sequence[Task], data: Mapping[str, str] | None = None, *, programmes: Mapping[str, str]
    ) -> None:
        self.project, self.tasks, self.programmes = project, tasks, programmes
        super().__init__(plan_boxes(project, tasks), version=project.version, data=data)

    def boxes(self) -> list[Box]:
        usual = _usual_starts(self.typed)
        kinds = (("sector", _("What kind of business"), SECTORS), ("voice", _("Who speaks for the staff"), VOICES), ("sites", _("Where"), SITES), ("place", _("How they work"), PLACES))  # fmt: skip
        return [
            Box("name", _("Name"), longest=120),
            Box("problem", _("Which business problem it serves"), longest=300, hint=_("In the sponsor’s words. It stands in the charter and the letters.")),
            Box("managers", _("How many managers there are"), "number"),
            *(Box(name, label, "choice", choices=[(key, _(words)) for key, words in choices.items()]) for name, label, choices in kinds),
            Box("programme", _("By whose figures its gates are judged"), "choice", choices=[("", _("The whole organisation")), *self.programmes.items()],
                hint=_("A programme of its own shows more truly whether it works, and needs enough people. Once a gate is signed, this stays.")),
            Box("starts_on", _("First day"), "date"),
            *(Box(f"phase-{one.number}", _("%(phase)s begins") % {"phase": _(one.title)}, "date", hint=_moves(usual.get(one.number))) for one in PHASES[1:]),
            *(Box(f"role-{one.key}", _(one.title), hint=_(one.does), longest=160) for one in DUTIES if one.when(self.project.setting) and one.key != "bosses"),
            *(Box(f"task-{task.id}", task_words(task), "date") for task in self.tasks),
        ]  # fmt: skip

    def check(self) -> None:
        typed = self.typed
        if not typed["name"] or len(typed["name"]) > 120:
            self.errors["name"] = _("Write a name, in at most 120 letters.")
        if len(typed["problem"]) > 300:
            self.errors["problem"] = _("Say it in at most 300 letters.")
        managers = typed["managers"].replace(",", "")
        if not (managers.isascii() and managers.isdecimal() and len(managers) < 8 and 3 <= int(managers) <= MOST_MANAGERS):
            self.errors["managers"] = _("Write how many managers there are, three at least.")
        for name, choices in (("sector", SECTORS), ("voice", VOICES), ("sites", SITES), ("place", PLACES)):
            if typed[name] not in choices:
                self.errors[name] = _("Choose one of the list.")
        if typed["programme"] and typed["programme"] not in self.programmes:
            self.errors["programme"] = _("Choose one of the list.")
        for name in typed:
            if name.startswith("role-") and len(typed[name]) > 160:
                self.errors[name] = _("Write names only, in at most 160 letters.")
        self._check_dates()

    def _check_dates(self) -> None:
        dates = [name for name in self.typed if name == "starts_on" or name.startswith(("phase-", "task-"))]
        for name in dates:
            day = read_day(self.typed[name])
            if (self.typed[name] or name == "starts_on") and day is None:
                self.errors[name] = _("Write a day between 2020 and 2100, like 2026-03-02.")
        if any(name in self.errors for name in dates):
            return
        try:
            starts = plan.phase_starts(self.starts_on, self.moved)
        except plan.Reversed as wrong:
            before, phase = PHASES[wrong.number - 1], PHASES[wrong.number]
            words = {"phase": _(phase.title), "before": _(before.title)}
            name = f"phase-{wrong.number}" if wrong.number in self.moved else f"phase-{wrong.number - 1}"
            self.errors[name] = _("%(phase)s would begin before %(before)s does. Move one of the two days.") % words
            return
        for task in self.tasks:
            day = read_day(self.typed[f"task-{task.id}"])
            if day is not None and day < starts[0]:
                self.errors[f"task-{task.id}"] = _("This day lies before the first day of the plan.")

    @property
    def starts_on(self) -> date:
        """The first day, once it is valid."""
        day = read_day(self.typed["starts_on"])
        assert day is not None
        return day

    @property
    def moved(self) -> dict[int, date]:
        """Days of phases that were typed."""
        days = {phase.number: read_day(self.typed[f"phase-{phase.number}"]) for phase in PHASES[1:]}
        return {number: day for number, day in days.items() if day is not None}

    @property
    def values(self) -> dict[str, Any]:
        """What is to be saved of the roll-out itself."""
        typed = self.typed
        roles = {name.removeprefix("role-"): text for name, text in typed.items() if name.startswith("role-") and text}
        return {
            **{name: typed[name] for name in ("name", "problem", "sector", "voice", "sites", "place")},
            "managers": int(typed["managers"].replace(",", "")),
            "programme_id": uuid.UUID(typed["programme"]) if typed["programme"] else None,
            "starts_on": self.starts_on,
            "moved": {str(number): day.isoformat() for number, day in self.moved.items()},
            "roles": roles,
        }

    @property
    def due(self) -> dict[str, date | None]:
        """Due days that were typed, by id of the task; None: worked out."""
        return {str(task.id): read_day(self.typed[f"task-{task.id}"]) for task in self.tasks}


def plan_boxes(project: Project, tasks: Sequence[Task]) -> dict[str, str]:
    """The boxes of a plan as they are saved."""
    return {
        **{name: str(getattr(project, name)) for name in ("name", "problem", "managers", "sector", "voice", "sites", "place")},
        "programme": str(project.programme_id or ""),
        "starts_on": project.starts_on.isoformat(),
        **{f"phase-{phase.number}": project.moved.get(str(phase.number), "") for phase in PHASES[1:]},
        **{f"role-{duty.key}": project.roles.get(duty.key, "") for duty in DUTIES if duty.key != "bosses"},
        **{f"task-{task.id}": task.due_on.isoformat() if task.due_on else "" for task in tasks},
    }


class LinesSheet(Sheet):
    """The lines of a gate: for each measure whether it has any, and go and adjust."""

    def __init__(self, gate: Gate, data: Mapping[str, str] | None = None) -> None:
        super().__init__(line_boxes(gate), version=gate.version, data=data)

    def boxes(self) -> list[Box]:
        found = [Box("name", _("Name"), longest=80)]
        for key, measure in MEASURES.items():
            title = _(measure.title)
            found += [
                Box(f"{key}-on", title, "tick"),
                Box(f"{key}-go", _("Go, %(measure)s") % {"measure": title}, "number", longest=8),
                Box(f"{key}-adjust", _("Adjust, %(measure)s") % {"measure": title}, "number", longest=8),
            ]
        return found

    def check(self) -> None:
        if not self.typed["name"] or len(self.typed["name"]) > 80:
            self.errors["name"] = _("Write a name, in at most 80 letters.")
        for key, measure in MEASURES.items():
            if self.typed[f"{key}-on"]:
                go, adjust = (_number(self.typed[f"{key}-{part}"]) for part in ("go", "adjust"))
                if go is None or adjust is None:
                    self.errors[f"{key}-go"] = _("Write two numbers, like 65 and 45.")
                elif wrong := judging.wrong_line(measure, Line(go, adjust)):
                    self.errors[f"{key}-go"] = wrong
        if not self.errors and not self.lines:
            self.errors[""] = _("A gate without a line lets everything through. Keep one at least.")

    @property
    def lines(self) -> dict[str, Line]:
        """The lines that are typed in."""
        found = {}
        for key in MEASURES:
            go, adjust = (_number(self.typed[f"{key}-{part}"]) for part in ("go", "adjust"))
            if self.typed[f"{key}-on"] and go is not None and adjust is not None:
                found[key] = Line(go, adjust)
        return found

    @property
    def rows(self) -> list[dict[str, Any]]:
        """For the page: each measure with its three boxes."""
        boxes = {box.name: box for box in self.filled}
        units = {Unit.PERCENT: _("per cent"), Unit.POINTS: _("points"), Unit.DAYS: _("working days")}
        return [
            {"measure": one, "title": _(one.title), "unit": units[one.unit], "caution": _(one.caution) if one.caution else "", "on": boxes[f"{key}-on"], "go": boxes[f"{key}-go"], "adjust": boxes[f"{key}-adjust"]}
            for key, one in MEASURES.items()
        ]  # fmt: skip


def line_boxes(gate: Gate) -> dict[str, str]:
    """The boxes of a gate as they are saved."""
    found, lines = {"name": gate.name}, gate.own_lines
    for key, measure in MEASURES.items():
        line = lines.get(key)
        found[f"{key}-on"] = "on" if line else ""
        found[f"{key}-go"], found[f"{key}-adjust"] = f"{(line or measure).go:g}", f"{(line or measure).adjust:g}"
    return found


class PaperSheet(Sheet):
    """The text of a document, as L&D wants it."""

    def __init__(self, paper: Paper | None, generated: str, data: Mapping[str, str] | None = None) -> None:
        super().__init__({"text": paper.text if paper and paper.text else generated}, version=paper.version if paper else 1, data=data)

    def boxes(self) -> list[Box]:
        return [Box("text", _("Text, in Markdown"), "long", longest=20_000)]

    def check(self) -> None:
        if not self.typed["text"]:
            self.errors["text"] = _("A document without words says nothing. To go back to ours, use the button below.")


class PilotForm(DesignForm):
    """The size and design of a pilot."""

    pilot_people = forms.IntegerField(
        label=gettext_lazy("Managers"), min_value=0, max_value=MOST, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    pilot_groups = forms.IntegerField(
        label=gettext_lazy("Groups"), min_value=0, max_value=MOST_GROUPS, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    has_waitlist = forms.BooleanField(
        label=gettext_lazy("Half of the groups wait and begin after the first half has reconvened"), required=False
    )


class TaskForm(DesignForm):
    """A task of one's own."""

    text = forms.CharField(label=gettext_lazy("One more task"), max_length=200)
    phase = forms.TypedChoiceField(
        label=gettext_lazy("In phase"), coerce=int, choices=[(one.number, gettext_lazy(one.title)) for one in PHASES]
    )


class DecisionForm(DesignForm):
    """What is decided at a gate, and why."""

    choice = forms.ChoiceField(label=gettext_lazy("Decision"), choices=[(Choice.EXTEND, gettext_lazy("Extend")), (Choice.ADJUST, gettext_lazy("Adjust")), (Choice.STOP, gettext_lazy("Stop"))])  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Why, in one sentence"), max_length=300)


class SurveyForm(DesignForm):
    """Up to three topics."""

    topics = forms.MultipleChoiceField(label=gettext_lazy("Up to three topics"))

    def __init__(self, *args: Any, slugs: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["topics"].choices = slugs  # type: ignore[attr-defined]  # a field with choices
        self.fields["topics"].error_messages = {"required": _("Mark one topic at least."), "invalid_choice": _("One of the topics is not there any more.")}  # fmt: skip

    def clean_topics(self) -> list[str]:
        """One to three."""
        chosen: list[str] = self.cleaned_data["topics"]
        if len(chosen) > 3:
            raise forms.ValidationError(_("Three at most, so that the answer says what comes first."))
        return chosen


class StoryForm(DesignForm):
    """A manager's offer to tell how it went."""

    went_well = forms.TypedChoiceField(
        label=gettext_lazy("How did it go?"),
        coerce=lambda text: text == "yes",
        choices=[("yes", gettext_lazy("It helped")), ("no", gettext_lazy("It did not help"))],
        widget=forms.RadioSelect,
    )
    reach = forms.CharField(
        label=gettext_lazy("How may L&D reach you?"),
        max_length=160,
        help_text=gettext_lazy("For example: by mail, or call me on Friday mornings."),
    )


def task_words(task: Task) -> str:
    """What is to be done."""
    return task.text or _(task.words)


def read_day(text: str) -> date | None:
    """A typed day; None when it is none, or none that a plan can hold."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def _number(text: str) -> float | None:
    return float(text.replace(",", ".")) if re.fullmatch(r"[-−]?\d{1,4}([.,]\d{1,2})?", text) and "−" not in text else None


def _moves(day: date | None) -> str:
    return _("Empty: %(day)s, worked out.") % {"day": date_format(day, "j F Y")} if day else ""


def _usual_starts(typed: Mapping[str, str]) -> dict[int, date]:
    """Where the phases would begin by themselves; nothing while the days make no plan."""
    first = read_day(typed["starts_on"])
    moved = {one.number: read_day(typed[f"phase-{one.number}"]) for one in PHASES[1:]}
    if first is None:
        return {}
    try:
        found = plan.phase_starts(first, {number: day for number, day in moved.items() if day is not None})
    except plan.Reversed:
        return {}
    return {number: found[number - 1] + (PHASES[number - 1].weeks or 0) * timedelta(weeks=1) for number in range(1, len(PHASES))}
