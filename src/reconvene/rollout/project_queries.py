"""A roll-out as its pages show it: phases with tasks and dates, gates with verdicts, what is live in the settings."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Min, QuerySet
from django.utils.translation import gettext

from reconvene.groups.models import Programme
from reconvene.groups.rules import LARGEST, SMALLEST
from reconvene.guides.models import Topic
from reconvene.notices.models import ChatAccess
from reconvene.people.models import Person
from reconvene.programmes.models import Course
from reconvene.releases.four_eyes import k_in_force
from reconvene.releases.models import Report
from reconvene.rollout import plan
from reconvene.rollout.basis import Value
from reconvene.rollout.judging import BY_PROGRAMME, MEASURES, Says, Verdict, judge_all, of_programme, spans, together, wanted
from reconvene.rollout.models import Gate, Judgement, Project, Task
from reconvene.rollout.parts import Live
from reconvene.rollout.plan import PHASES, Phase
from reconvene.rollout.progress import Passed, Progress


@dataclass(frozen=True)
class Rules:
    """What is fixed for groups and figures of an organisation: the smallest and largest group, and k."""

    smallest: int
    largest: int
    k: int


@dataclass(frozen=True)
class PhaseRow:
    """One phase of a roll-out: from when to when it is planned (None: it does not end), what is to be done with its day, and how its test stands.

    `is_late`: its planned end is over and its test not passed. `may_be_marked`, `may_be_taken_back`: what L&D can do with the test.
    """

    phase: Phase
    begins: date
    ends: date | None
    tasks: tuple[tuple[Task, date], ...]
    is_now: bool
    passed: Passed | None
    is_late: bool
    may_be_marked: bool
    may_be_taken_back: bool

    @property
    def done(self) -> int:
        """How many tasks are done."""
        return sum(task.done_at is not None for task, _day in self.tasks)

    @property
    def is_done(self) -> bool:
        """Whether every task is done."""
        return bool(self.tasks) and self.done == len(self.tasks)


@dataclass(frozen=True)
class Judged:
    """A judgement with its verdicts, worked out again from the figures that it keeps."""

    judgement: Judgement
    verdicts: tuple[Verdict, ...]
    says: Says


def projects(reader: Person) -> QuerySet[Project]:
    """What the reader may open, latest first."""
    return Project.objects.visible_to(reader).select_related("changed_by", "programme")


def rules_of(organisation_id: uuid.UUID, programme: Programme | None = None) -> Rules:
    """Sizes of groups, of one programme or of all; and k as it is in force. Four queries."""
    of = Programme.objects.filter(organisation_id=organisation_id)
    sizes = of.aggregate(smallest=Min("smallest"), largest=Max("largest"))
    within = (programme.smallest, programme.largest) if programme else (sizes["smallest"] or SMALLEST, sizes["largest"] or LARGEST)
    return Rules(*within, k=k_in_force(organisation_id))


def phases(project: Project, progress: Progress, *, today: date) -> list[PhaseRow]:
    """The phases with their tasks. One query."""
    starts = project.starts
    tasks = list(project.tasks.select_related("done_by"))
    rows = []
    for phase in PHASES:
        number = phase.number
        own = [(task, task.due_on or plan.due_on(number, task.week, starts)) for task in tasks if task.phase == number]
        ends = starts.get(number + 1)
        last = ends - plan.WEEK / 7 if ends else None
        passed = progress.passed.get(number)
        rows.append(
            PhaseRow(
                phase,
                starts[number],
                last,
                tuple(sorted(own, key=lambda one: (one[1], str(one[0].id)))),
                is_now=number == progress.now and not progress.is_stopped,
                passed=passed,
                is_late=last is not None and last < today and passed is None and not progress.is_stopped,
                may_be_marked=progress.may_be_marked(number),
                may_be_taken_back=progress.may_be_taken_back(number),
            )
        )
    return rows


def judged(gate: Gate) -> list[Judged]:
    """Every judgement of a gate, oldest first. One query."""
    found: list[Judged] = []
    assert gate.data_from is not None or not gate.is_signed
    for one in gate.judgements.select_related("report", "judged_by", "decided_by"):
        before = found[-1].verdicts if found else ()
        k = one.report.k if gate.project.programme_id else None
        verdicts = judge_all(gate.own_lines, one.figures, after=gate.data_from or date.max, before=before, k=k)
        found.append(Judged(one, verdicts, together(verdicts, has_breach=one.has_breach)))
    return found


def standing(gate: Gate, report: Report | None, before: list[Judged]) -> tuple[Verdict, ...]:
    """What a report would say about a gate. One query."""
    last = before[-1].verdicts if before else ()
    figures = figures_for(gate, report) if report else {}
    k = report.k if report and gate.project.programme_id else None
    return judge_all(gate.own_lines, figures, after=gate.data_from or date.max, before=last, k=k)


def figures_for(gate: Gate, report: Report) -> dict[str, Value]:
    """The figures of a report by which a gate is judged: those of its roll-out's programme where one is chosen, else those of all people. One query."""
    figures: dict[str, Value] = dict(report.figures.filter(key__in=wanted(gate.own_lines)).values_list("key", "value"))
    programme = gate.project.programme_id
    if programme:
        return of_programme(str(programme), figures, k=report.k)
    return {key: value for key, value in figures.items() if not key.endswith(BY_PROGRAMME)}


def programmes(project: Project) -> QuerySet[Programme]:
    """The programmes by whose figures a roll-out can be judged: every one with a frame of its own."""
    return Programme.objects.filter(organisation_id=project.organisation_id, is_open=False).order_by("-starts_on", "name")


def line_rows(gate: Gate, verdicts: tuple[Verdict, ...] = ()) -> list[dict[str, object]]:
    """The lines of a gate as the table shows them."""
    said = {verdict.key: verdict for verdict in verdicts}
    lines = gate.own_lines
    return [
        {"key": key, "title": measure.title, "spans": spans(measure, lines[key]), "verdict": said.get(key)}
        for key, measure in MEASURES.items()
        if key in lines
    ]


def courses(organisation_id: uuid.UUID) -> list[tuple[str, str, str | None]]:
    """The courses that L&D lists, as name, category and the topic's slug; None where one is on the whole category."""
    return list(Course.objects.filter(organisation_id=organisation_id).values_list("name", "category", "topic__slug"))


def survey_topics(organisation_id: uuid.UUID) -> list[Topic]:
    """The topics that can be marked, in the order of the library."""
    return list(Topic.objects.filter(organisation=None) | Topic.objects.filter(organisation_id=organisation_id))


def live(project: Project, *, gate: Gate | None, topics: Mapping[str, str]) -> Live:
    """The settings from which documents are made. Three queries."""
    organisation = project.organisation
    rules = rules_of(organisation.id, project.programme)
    programme = project.programme or Programme.objects.filter(organisation=organisation, is_open=True).first()
    lines = gate.own_lines if gate else {}
    return Live(
        organisation=organisation.name,
        project=project.name,
        problem=project.problem,
        setting=project.setting,
        roles=dict(project.roles),
        starts=project.starts,
        people=project.pilot_people,
        groups=project.pilot_groups,
        has_waitlist=project.has_waitlist,
        k=rules.k,
        smallest=rules.smallest,
        largest=rules.largest,
        minutes=programme.session_minutes if programme else 90,
        gap=(programme.gap_shortest, programme.gap_longest) if programme else (25, 35),
        level_distance=programme.level_distance if programme else 1,
        is_on_site=bool(programme and programme.is_on_site),
        chats=tuple(ChatAccess.objects.values_list("kind", flat=True).order_by("kind")),
        help_contact=organisation.help_name if organisation.has_help else "",
        topics=tuple(first_topics(project, topics)),
        lines=tuple((gettext(measure.title), *spans(measure, lines[key])) for key, measure in MEASURES.items() if key in lines),
        signed_on=max(gate.sponsor_signed_at, gate.learning_signed_at).date()
        if gate and gate.sponsor_signed_at and gate.learning_signed_at
        else None,
    )


def first_topics(project: Project, topics: Mapping[str, str]) -> list[str]:
    """The three topics that most people marked, of those that were published; titles by slug are given."""
    cells = sorted(project.survey.get("cells", ()), key=lambda cell: (-cell["people"], cell["label"]))
    return [topics[cell["label"]] for cell in cells if cell["label"] in topics][:3]
