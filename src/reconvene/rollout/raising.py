"""Which lines of signed gates could be judged no more with a higher threshold, and what to do about it. Oversight shows it before somebody confirms."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from reconvene.people.models import Person
from reconvene.releases.losses import Loss, enter
from reconvene.rollout.designing import Pilot, large_enough, lost_from
from reconvene.rollout.judging import MEASURES
from reconvene.rollout.models import Choice, Gate, Project
from reconvene.rollout.project_queries import rules_of

SETTLED = (Choice.EXTEND, Choice.STOP)
"""A gate at which one of these was decided waits for no figure any more."""


def register() -> None:
    """Enter it where the threshold is raised."""
    enter(losses)


def losses(reader: Person, was: int, k: int, now: datetime) -> list[Loss]:
    """The signed gates of all roll-outs that are still to be judged and would lose a line. Five queries for each roll-out with such gates."""
    today = now.astimezone(ZoneInfo(reader.organisation.time_zone)).date()
    found = []
    for project in Project.objects.overseen_by(reader).select_related("programme").order_by("made_at", "id"):
        gates = list(project.gates.exclude(data_from=None).exclude(judgements__choice__in=SETTLED))
        if not gates:
            continue
        rules = rules_of(project.organisation_id, project.programme)
        pilot = project.pilot(smallest=rules.smallest, largest=rules.largest)
        for gate in gates:
            lost = lost_from(pilot, gate.own_lines, was=was, k=k)
            if lost:
                has_begun = project.starts[gate.phase] <= today
                found.append(_loss(project, gate, lost, _advice(gate, pilot, lost, k=k, has_begun=has_begun)))
    return found


def _loss(project: Project, gate: Gate, lost: dict[str, int], advice: tuple[str, ...]) -> Loss:
    name = _("%(project)s, gate “%(gate)s”") % {"project": project.name, "gate": gate.name}
    titles = tuple((_(MEASURES[key].title), number) for key, number in lost.items())
    return Loss(name, reverse("roll-out-gate", args=[project.id, gate.id]), titles, advice)


def _advice(gate: Gate, pilot: Pilot, lost: dict[str, int], *, k: int, has_begun: bool) -> tuple[str, ...]:
    """What can be done, the best first. Signed lines never change, so it is the pilot, the day, or the next gate."""
    said = []
    larger = large_enough(pilot, lost, k=k)
    if has_begun:
        said.append(
            _(
                "Its phase has begun. Judge it by the latest report first: what is published already stays, and the higher number holds from the next report on."
            )
        )
    elif larger:
        words = {"people": larger.people, "groups": larger.groups, "k": k}
        said.append(
            _(
                "Its phase has not begun. With %(people)s managers in %(groups)s groups every line could be judged with %(k)s people, too: plan the pilot larger before you confirm."
            )
            % words
        )
    else:
        said.append(
            _("Its phase has not begun, and a pilot three times as large would not be enough. Refuse it, or propose a smaller number.")
        )
    if len(lost) == len(gate.own_lines):
        said.append(
            _(
                "Otherwise no line is left by which it could be judged, only a breach of confidence. A new gate for the next wave can have lines that will be published."
            )
        )
    else:
        said.append(
            _("Otherwise the gate is judged by its other lines alone. A new gate for the next wave can have lines that will be published.")
        )
    return tuple(said)
