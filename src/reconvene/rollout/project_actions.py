"""What is done in a roll-out: its plan, its gates, its survey, its documents; and a manager's offer of a story. Called by the pages and the demo."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from reconvene.base.jobs import ask_for
from reconvene.people.models import Person
from reconvene.people.rules import Role
from reconvene.privacy.disclosure import Cell
from reconvene.releases.measurements import Counts
from reconvene.releases.models import Report
from reconvene.releases.rules import figure
from reconvene.rollout import plan
from reconvene.rollout.actions import LAYOUT, WORK_OUT
from reconvene.rollout.designing import design
from reconvene.rollout.judging import MEASURES, USUAL, Line, Says, judge_all
from reconvene.rollout.models import (
    Choice,
    Gate,
    Judgement,
    Kind,
    NeedsAnswer,
    Paper,
    PassedTest,
    Printout,
    Project,
    RefusedChange,
    StoryOffer,
    Task,
    write_lines,
)  # fmt: skip
from reconvene.rollout.progress import progress_of
from reconvene.rollout.project_queries import figures_for

SURVEY_LASTS = timedelta(days=21)
MOST_ANSWERS = 20_000
"""Of one survey; a link that went astray must not fill the disk."""


class Refused(Exception):
    """It cannot be done; the text says why and what to do instead. Nothing was written."""


class Saved(Enum):
    """What became of a change."""

    DONE = "done"
    MEANWHILE = "meanwhile"  # somebody else has saved since; nothing was written
    SIGNED = "signed"  # the gate is signed; the attempt is recorded, the lines stay


@transaction.atomic
def start_project(by: Person, *, values: Mapping[str, Any], smallest: int, largest: int, k: int, now: datetime) -> Project:
    """A roll-out with the tasks that its setting asks for, and a gate with the usual lines that can be judged at the usual size. Tells no one."""
    project = Project.objects.create(organisation=by.organisation, made_at=now, changed_at=now, changed_by=by, **values)
    _bring_tasks(project)
    add_gate(project, name=_("Pilot"), phase=plan.PILOT, smallest=smallest, largest=largest, k=k, by=by, now=now)
    return project


@transaction.atomic
def change_project(
    project: Project, *, values: Mapping[str, Any], version: int, by: Person, now: datetime, due: Mapping[str, date | None] | None = None
) -> Saved:
    """Save what an editor wants, if the roll-out still has the version that they had opened. Tasks follow the setting; what is done stays. Tells no one.

    By whose figures gates are judged is part of what is signed: of a roll-out with a signed gate another programme is refused, the attempt recorded,
    and nothing written; a single signature falls with it.
    """
    locked = Project.objects.select_for_update().get(id=project.id)
    is_other = "programme_id" in values and values["programme_id"] != locked.programme_id
    if is_other and locked.version == version:
        signed = list(locked.gates.exclude(data_from=None))
        if signed:
            RefusedChange.objects.bulk_create(
                RefusedChange(organisation_id=project.organisation_id, gate=gate, by=by, at=now, is_of_programme=True) for gate in signed
            )
            return Saved.SIGNED
        locked.gates.update(version=F("version") + 1, sponsor=None, sponsor_signed_at=None, learning=None, learning_signed_at=None)
    written = Project.objects.filter(id=project.id, version=version).update(
        **values, version=F("version") + 1, changed_at=now, changed_by=by
    )
    if not written:
        return Saved.MEANWHILE
    project.refresh_from_db()
    for task in project.tasks.all():
        day = (due or {}).get(str(task.id), task.due_on)
        if day != task.due_on:
            Task.objects.filter(id=task.id).update(due_on=day)
    _bring_tasks(project)
    return Saved.DONE


@transaction.atomic
def add_task(project: Project, *, text: str, phase: int) -> Task:
    """A task of one's own, at the end of the first week of a phase. Tells no one. Raises Refused when there are too many."""
    if project.tasks.count() >= 100:
        raise Refused(_("A hundred tasks are enough for one plan."))
    return Task.objects.create(organisation_id=project.organisation_id, project=project, phase=phase, text=text)


@transaction.atomic
def pass_test(project: Project, *, phase: int, version: int, by: Person, now: datetime) -> Saved:
    """Mark the test of the phase in which the plan stands as passed, if the roll-out still has the version that was read. Tells no one.

    Raises Refused when the plan stands in another phase, when only a gate passes this one, or when the plan was stopped.
    """
    if not _lock(project, version=version):
        return Saved.MEANWHILE
    if not progress_of(project).may_be_marked(phase):
        raise Refused(
            _("Only the test of the phase in which the plan stands can be marked. Where a gate judges, its decision passes the test.")
        )
    PassedTest.objects.create(organisation_id=project.organisation_id, project=project, phase=phase, at=now, by=by)
    _note_change(project, by=by, now=now)
    return Saved.DONE


@transaction.atomic
def take_test_back(project: Project, *, phase: int, version: int, by: Person, now: datetime) -> Saved:
    """The test of a phase is not passed after all, if the roll-out still has the version that was read. Tells no one.

    Raises Refused when a gate passed it, when the next one is passed, or when the plan was stopped.
    """
    if not _lock(project, version=version):
        return Saved.MEANWHILE
    if not progress_of(project).may_be_taken_back(phase):
        raise Refused(_("This test is not marked as passed, or the next one is passed already. Take that one back first."))
    PassedTest.objects.filter(project=project, phase=phase).delete()
    _note_change(project, by=by, now=now)
    return Saved.DONE


@transaction.atomic
def add_gate(project: Project, *, name: str, phase: int, smallest: int, largest: int, k: int, by: Person, now: datetime) -> Gate:
    """A gate with the usual lines that can be judged at the size of the pilot. Tells no one."""
    can = design(project.pilot(smallest=smallest, largest=largest), k=k).possible
    lines = {key: Line(MEASURES[key].go, MEASURES[key].adjust) for key in USUAL if key in can}
    return Gate.objects.create(
        organisation_id=project.organisation_id,
        project=project,
        name=name,
        phase=phase,
        lines=write_lines(lines),
        made_at=now,
        changed_by=by,
    )


@transaction.atomic
def change_gate(gate: Gate, *, name: str, lines: Mapping[str, Line], version: int, by: Person, now: datetime) -> Saved:
    """Set other lines, as long as nobody has signed them; one signature alone falls with the change. Of a signed gate the attempt is recorded. Tells no one."""
    locked = Gate.objects.select_for_update().get(id=gate.id)
    if locked.is_signed:
        was, now_lines = locked.lines, write_lines(lines)
        changed = sorted(key for key in {*was, *now_lines} if was.get(key) != now_lines.get(key))
        RefusedChange.objects.create(organisation_id=gate.organisation_id, gate=gate, by=by, at=now, measures=changed)
        return Saved.SIGNED
    if locked.version != version:
        return Saved.MEANWHILE
    Gate.objects.filter(id=gate.id).update(
        name=name, lines=write_lines(lines), version=F("version") + 1, changed_by=by,
        sponsor=None, sponsor_signed_at=None, learning=None, learning_signed_at=None,
    )  # fmt: skip
    return Saved.DONE


@transaction.atomic
def sign_gate(gate: Gate, *, version: int, by: Person, smallest: int, largest: int, k: int, now: datetime) -> Gate:
    """Sign the lines as they are, as sponsor or as L&D; the second of two people makes it hold. Tells no one.

    Raises Refused when the lines changed since they were read, when its phase has begun, when one of its lines could never be judged, or when the
    same person would sign twice.
    """
    locked = Gate.objects.select_for_update().select_related("project").get(id=gate.id)
    if locked.is_signed:
        return locked
    _check_signing(locked, version=version, by=by, smallest=smallest, largest=largest, k=k, now=now)
    as_sponsor = (
        by.has_role(Role.SPONSOR) and locked.sponsor_id is None and (not by.has_role(Role.LEARNING) or locked.learning_id is not None)
    )
    if as_sponsor:
        locked.sponsor, locked.sponsor_signed_at = by, now
    elif by.has_role(Role.LEARNING) and locked.learning_id is None:
        locked.learning, locked.learning_signed_at = by, now
    else:
        raise Refused(_("Your side has signed already. The other signature has to come from the other side."))
    if locked.is_signed:
        locked.data_from, locked.k = locked.project.starts[locked.phase], k
    locked.save(update_fields=["sponsor", "sponsor_signed_at", "learning", "learning_signed_at", "data_from", "k"])
    return locked


def _check_signing(gate: Gate, *, version: int, by: Person, smallest: int, largest: int, k: int, now: datetime) -> None:
    if gate.version != version:
        raise Refused(_("The lines have changed since you read them. Read them again, then sign."))
    if by.id in (gate.sponsor_id, gate.learning_id):
        raise Refused(_("You have signed. The second signature has to come from somebody else."))
    today = now.astimezone(ZoneInfo(by.organisation.time_zone)).date()
    if gate.project.starts[gate.phase] <= today:
        raise Refused(
            _(
                "Its phase has begun, so these lines would not be fixed beforehand any more. Make a gate for the next wave, or move the phase."
            )
        )
    found = design(gate.project.pilot(smallest=smallest, largest=largest), k=k)
    never = [_(MEASURES[key].title) for key in gate.own_lines if key not in found.possible]
    if found.refusal or never or not gate.own_lines:
        raise Refused(found.refusal or _("At the size of this pilot this would never be published: %(measures)s. Take these lines out, or plan a larger pilot.") % {"measures": "; ".join(never) or _("no line at all")})  # fmt: skip


@transaction.atomic
def judge_gate(gate: Gate, *, report: Report, has_breach: bool, by: Person, now: datetime) -> Judgement:
    """Judge a signed gate by a report. A second time by the same report changes nothing. Tells no one.

    Raises Refused when it is not signed, or when nothing that the report holds was taken since.
    """
    if not gate.is_signed or gate.data_from is None:
        raise Refused(_("Nobody can judge by lines that are not signed."))
    figures = figures_for(gate, report)
    verdicts = judge_all(gate.own_lines, figures, after=gate.data_from)
    if not has_breach and all(one.says is Says.OPEN for one in verdicts):
        raise Refused(
            _("Nothing on these lines has been published since the phase began. The next report comes on the first of the month.")
        )
    made, _is_new = Judgement.objects.get_or_create(
        gate=gate, report=report,
        defaults={"organisation_id": gate.organisation_id, "figures": figures, "has_breach": has_breach, "judged_at": now, "judged_by": by},
    )  # fmt: skip
    return made


@transaction.atomic
def decide(judgement: Judgement, *, choice: Choice, reason: str, by: Person, now: datetime) -> None:
    """Decide what follows from a judgement, once. Tells no one. Raises Refused when it is decided already."""
    written = Judgement.objects.filter(id=judgement.id, decided_at=None).update(choice=choice, reason=reason, decided_at=now, decided_by=by)
    if not written:
        raise Refused(_("This has been decided already. What was decided stays; judge again with the next report."))


@transaction.atomic
def open_survey(project: Project, *, now: datetime) -> None:
    """Take answers for three weeks. Tells no one. Raises Refused when one has been published: two over the same people could be subtracted."""
    if project.survey.get("cells"):
        raise Refused(_("What was marked is published. A second survey among the same people could be held against the first."))
    if not project.is_survey_open:
        project.open_survey(until=now + SURVEY_LASTS, now=now)


@transaction.atomic
def answer_survey(project: Project, *, topics: Sequence[str]) -> None:
    """Count one answer. Nothing is kept of who gave it, nor when. Tells no one. Raises Refused when the survey is closed."""
    locked = Project.objects.select_for_update().get(id=project.id)
    if not locked.is_survey_open or locked.answers.count() >= MOST_ANSWERS:
        raise Refused(_("This survey is closed. Thank you for coming by."))
    NeedsAnswer.objects.create(organisation_id=project.organisation_id, project=project, topics=sorted(topics))


@transaction.atomic
def close_survey(project: Project, *, titles: Mapping[str, str], k: int, on: date, now: datetime) -> None:
    """Publish what k people or more marked, once, and delete the answers. Tells no one.

    Who answers has no group, so each counts as one of their own, as in the funnel. The number of all answers is not published, so that nothing is left
    to subtract from.
    """
    locked = Project.objects.select_for_update().get(id=project.id)
    if not locked.is_survey_open:
        return
    marked = Counter(topic for answer in locked.answers.all() for topic in answer.topics if topic in titles)
    cells = tuple(Cell(topic, people, people) for topic, people in sorted(marked.items()))
    project.close_survey(figure("needs", Counts(cells), k=k, on=on), now=now)
    locked.answers.all().delete()


@transaction.atomic
def keep_paper(project: Project, *, kind: str, text: str, based_on: str, version: int, by: Person, now: datetime) -> Saved:
    """Keep a document as L&D wants it, beside the generated one. Tells no one."""
    made, is_new = Paper.objects.get_or_create(
        project=project, kind=kind, defaults={"organisation_id": project.organisation_id, "text": text, "based_on": based_on, "changed_at": now, "changed_by": by},
    )  # fmt: skip
    if is_new:
        Paper.objects.filter(id=made.id).update(version=F("version") + 1)
        return Saved.DONE if version == 1 else Saved.MEANWHILE
    written = Paper.objects.filter(id=made.id, version=version).update(
        text=text, based_on=based_on, version=F("version") + 1, changed_at=now, changed_by=by
    )
    return Saved.DONE if written else Saved.MEANWHILE


@transaction.atomic
def reset_paper(project: Project, *, kind: str, by: Person, now: datetime) -> None:
    """Go back to the generated document. Its version goes on, so that an editor who still has it open is told. Tells no one."""
    Paper.objects.filter(project=project, kind=kind).update(text="", based_on="", version=F("version") + 1, changed_at=now, changed_by=by)


@transaction.atomic
def ask_for_paper(project: Project, *, paper: str, matter: Mapping[str, Any], now: datetime) -> Printout:
    """A document as PDF: the one that is there or being made for these words, or else a new one, for which a worker is asked. Tells no one.

    Asking a hundred times, also at the same time, makes one row, one job and one file.
    """
    state = hashlib.sha256(json.dumps([LAYOUT, matter]).encode()).hexdigest()
    made, is_new = Printout.objects.get_or_create(
        project=project, paper=paper, state=state,
        defaults={"organisation_id": project.organisation_id, "kind": Kind.PAPER, "asked_at": now, "matter": matter},
    )  # fmt: skip
    if made.is_stuck(now=now):
        made.start_again(now=now)
        Printout.objects.filter(id=made.id).update(matter=matter)
        is_new = True
    if is_new:
        Printout.objects.filter(project=project, paper=paper).exclude(id=made.id).delete()
        ask_for(WORK_OUT, once=str(made.id), printout=str(made.id))
    return made


@transaction.atomic
def offer_story(by: Person, *, went_well: bool, reach: str, now: datetime) -> StoryOffer:
    """Offer to tell how it went, or say it differently. Tells no one; L&D finds it."""
    made, _is_new = StoryOffer.objects.update_or_create(
        person=by, defaults={"organisation_id": by.organisation_id, "went_well": went_well, "reach": reach, "offered_at": now}
    )
    return made


@transaction.atomic
def take_story_back(by: Person) -> None:
    """The offer is gone, without a trace. Tells no one."""
    StoryOffer.objects.filter(person=by).delete()


def _lock(project: Project, *, version: int) -> bool:
    """Keep others from changing the roll-out until the end of the transaction; whether it still has this version."""
    return Project.objects.select_for_update().get(id=project.id).version == version


def _note_change(project: Project, *, by: Person, now: datetime) -> None:
    """Count a change, and who made it."""
    Project.objects.filter(id=project.id).update(version=F("version") + 1, changed_at=now, changed_by=by)


def _bring_tasks(project: Project) -> None:
    """The tasks that the setting asks for; those of another setting go, unless they are done or were given a day."""
    steps = {step.key: step for step in plan.steps_for(project.setting)}
    known = set(project.tasks.exclude(key="").values_list("key", flat=True))
    project.tasks.filter(done_at=None, due_on=None).exclude(Q(key="") | Q(key__in=steps)).delete()
    Task.objects.bulk_create(
        Task(organisation_id=project.organisation_id, project=project, phase=step.phase, week=step.week, key=key) for key, step in steps.items() if key not in known
    )  # fmt: skip
