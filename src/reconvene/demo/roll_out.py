"""The sample company's roll-out: in the middle of its pilot, with one gate judged and decided, one signed and still to be judged, and two stories."""

from datetime import datetime, timedelta

from reconvene.groups.models import Membership
from reconvene.people.models import Person
from reconvene.people.rules import Role
from reconvene.releases.models import Report
from reconvene.rollout import plan, project_actions, readiness
from reconvene.rollout.judging import Line, Says, judge_all
from reconvene.rollout.models import Choice, Gate, Project
from reconvene.rollout.project_queries import Rules, rules_of

VALUES = {"managers": 240, "sector": "industry", "voice": "council", "sites": "many", "place": "mixed"}
ROLES = {"council": "Chair of the works council", "protection": "Data protection officer", "stewards": "Two team leads, Halden and Leeds"}  # fmt: skip
PROBLEM = "New team leads drown in the work of their teams, and one in five gives the job back within two years."
MARKED = (
    ("too-much-to-do", 31),
    ("delegating", 22),
    ("giving-feedback", 18),
    ("change-people-did-not-ask-for", 12),
    ("managing-my-boss", 5),
)
"""How many marked each topic in the needs survey."""
SHORT_WAIT, WAIT = Line(5, 15), Line(10, 15)
"""Working days to the first session, for the first wave as short as the sponsor wanted it, so there is something to adjust."""
REACHES = ((True, "By mail, or at lunch on Tuesdays"), (False, "Please call, I would rather not write it"))


def roll_out(now: datetime) -> None:
    """Fourteen weeks of it, up to now."""
    lead = Person.objects.filter(roles__contains=[Role.LEARNING]).order_by("external_id")[0]
    sponsor = Person.objects.filter(roles__contains=[Role.SPONSOR]).order_by("external_id")[0]
    began = now - timedelta(weeks=14, days=now.weekday())
    rules = rules_of(lead.organisation_id)
    sizes = {"smallest": rules.smallest, "largest": rules.largest, "k": rules.k}
    project = project_actions.start_project(
        lead,
        values={
            **VALUES,
            "name": f"Peer groups at {lead.organisation.name}",
            "starts_on": began.date(),
            "roles": {**ROLES, "sponsor": sponsor.name, "owner": lead.name},
            "problem": PROBLEM,
        },
        now=began,
        **sizes,
    )
    project_actions.change_project(
        project, values={"pilot_people": 60, "pilot_groups": 12}, version=project.version, by=lead, now=began + timedelta(days=2)
    )
    project.answer_readiness({one.key: "no" if one.key == "place" else "yes" for one in readiness.QUESTIONS})
    _ask(project, rules, now=began + timedelta(days=3))
    first = project.gates.get()
    first.name = "Pilot, first wave"
    first.save(update_fields=["name"])
    second = project_actions.add_gate(
        project, name="Pilot, second wave", phase=plan.PILOT, by=lead, now=began + timedelta(days=20), **sizes
    )
    report = Report.objects.first()
    _set_and_sign(first, _published(first, report), lead, sponsor, sizes, now=began + timedelta(days=25))
    _set_and_sign(second, {**second.own_lines, "wait": WAIT}, lead, sponsor, sizes, now=began + timedelta(days=26))
    for number, task in enumerate(project.tasks.filter(phase__lt=plan.PILOT)):
        task.finish(by=lead, now=began + timedelta(days=3 + 2 * number))
    for phase, weeks in ((0, 5), (1, 7)):
        project.refresh_from_db()
        project_actions.pass_test(project, phase=phase, version=project.version, by=lead, now=began + timedelta(weeks=weeks, days=-3))
    for task in project.tasks.filter(key__in=["bosses", "letters", "helpers"]):
        task.finish(by=lead, now=now - timedelta(weeks=6))
    if report:
        judgement = project_actions.judge_gate(first, report=report, has_breach=False, by=lead, now=now - timedelta(hours=20))
        reason = "What people take along is good enough; the wait is too long, so two more hosts join before the second wave."
        project_actions.decide(judgement, choice=Choice.ADJUST, reason=reason, by=lead, now=now - timedelta(hours=19))
    project.show(now=now - timedelta(weeks=13))
    _offer(now)


def _ask(project: Project, rules: Rules, *, now: datetime) -> None:
    """The needs survey, open for a week."""
    project_actions.open_survey(project, now=now)
    for number in range(MARKED[0][1]):
        project_actions.answer_survey(project, topics=[slug for slug, people in MARKED if number < people][:3])
    for _number in range(MARKED[3][1]):
        project_actions.answer_survey(project, topics=[MARKED[3][0]])
    closed = now + timedelta(days=7)
    project_actions.close_survey(project, titles={slug: slug for slug, _people in MARKED}, k=rules.k, on=closed.date(), now=closed)


def _published(gate: Gate, report: Report | None) -> dict[str, Line]:
    """The lines of a gate of which the report says something, so that it is really judged, whatever the day is."""
    lines = {**gate.own_lines, "wait": SHORT_WAIT}
    if report is None:
        return lines
    verdicts = judge_all(lines, dict(report.figures.values_list("key", "value")), after=gate.project.starts[gate.phase])
    return {one.key: lines[one.key] for one in verdicts if one.says is not Says.OPEN}


def _set_and_sign(gate: Gate, lines: dict[str, Line], lead: Person, sponsor: Person, sizes: dict[str, int], *, now: datetime) -> None:
    """Lines that were talked over with the sponsor, signed by both."""
    project_actions.change_gate(gate, name=gate.name, lines=lines, version=gate.version, by=lead, now=now)
    for number, who in enumerate((lead, sponsor)):
        project_actions.sign_gate(gate, version=gate.version + 1, by=who, now=now + timedelta(hours=number), **sizes)
    gate.refresh_from_db()


def _offer(now: datetime) -> None:
    """Two managers who may be asked for their story."""
    people = (
        Person.objects.active()
        .filter(id__in=Membership.objects.exclude(group__cycles__closed_at=None).values("person_id"))
        .order_by("external_id")
    )
    for person, (went_well, reach) in zip(people[:2], REACHES, strict=False):
        project_actions.offer_story(person, went_well=went_well, reach=reach, now=now - timedelta(days=4))
