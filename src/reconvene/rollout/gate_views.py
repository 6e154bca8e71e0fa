"""Pages of a gate: its lines, who signed them, what the figures say, and what was decided."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reconvene.base import clock
from reconvene.base.sheets import opened_version
from reconvene.people.doors import for_learning, for_readers
from reconvene.people.models import Person
from reconvene.people.requests import PersonRequest
from reconvene.people.rules import Role
from reconvene.releases.actions import open_report
from reconvene.releases.models import Way
from reconvene.rollout import plan, project_actions, project_queries
from reconvene.rollout.designing import design
from reconvene.rollout.judging import together
from reconvene.rollout.models import Choice, Gate, Judgement, Project
from reconvene.rollout.pages import CHOICE_WORDS, SAYS, name_of, page_of, project_for, rules_for
from reconvene.rollout.project_actions import Refused, Saved
from reconvene.rollout.project_forms import (
    DecisionForm,
    LinesSheet,
    line_boxes,
)  # fmt: skip
from reconvene.rollout.queries import latest_report


@for_readers
def gate(request: PersonRequest, project_id: uuid.UUID, gate_id: uuid.UUID) -> HttpResponse:
    """A gate: its lines, who signed, what the figures say, what was decided."""
    found, one = _gate(request, project_id, gate_id)
    return _gate_page(request, found, one)


def _gate_page(request: PersonRequest, found: Project, one: Gate, *, refusal: str = "", form: DecisionForm | None = None, status: int = 200) -> HttpResponse:  # fmt: skip
    judged = project_queries.judged(one)
    report = latest_report(request.user) if one.is_signed else None
    if report:
        open_report(report, by=request.user, way=Way.GATE, now=clock.now())
    is_judged = any(done.judgement.report_id == report.id for done in judged) if report else False
    verdicts = judged[-1].verdicts if is_judged else project_queries.standing(one, report, judged)
    rules = rules_for(found)
    looked = design(found.pilot(smallest=rules.smallest, largest=rules.largest), k=rules.k)
    page = {
        "gate": one,
        "rows": [{**row, "shown": SAYS[row["verdict"].says] if row["verdict"] else None} for row in project_queries.line_rows(one, verdicts if report else ())],  # type: ignore[attr-defined]  # a verdict or None
        "judged": [(done, SAYS[done.says], CHOICE_WORDS.get(Choice(done.judgement.choice)) if done.judgement.choice else "") for done in reversed(judged)],
        "is_judged": is_judged,
        "report": report,
        "stands": SAYS[together(verdicts, has_breach=is_judged and judged[-1].judgement.has_breach)] if report else None,
        "undecided": next((done.judgement for done in reversed(judged) if done.judgement.decided_at is None), None),
        "refused": list(one.refused_changes.select_related("by")[:20]),
        "k": rules.k,
        "is_raised": one.k is not None and rules.k > one.k,
        "never": [row.measure.title for row in looked.outlooks if row.measure.key in one.own_lines and not row.is_possible],
        "later": [row.measure.title for row in looked.outlooks if row.measure.key in one.own_lines and row.is_later and not row.is_soon],
        "may_sign": _may_sign(one, request.user),
        "begins": found.starts[one.phase],
        "refusal": refusal,
        "form": form or DecisionForm(auto_id="decision-%s"),
        "people": found.pilot_people,
    }  # fmt: skip
    return page_of(request, "rollout/gate.html", found, page, status=status)


@require_POST
@for_learning
def gates(request: PersonRequest, project_id: uuid.UUID) -> HttpResponse:
    """One more gate: for the next wave, or for the next phase."""
    found = project_for(request, project_id)
    phase = request.POST.get("phase", "")
    if phase not in ("2", "3", "4") or found.gates.count() >= 12:
        messages.warning(request, _("Choose the phase that the gate closes. Twelve gates are enough for one plan."))
        return redirect("roll-out", found.id)
    rules = rules_for(found)
    number = found.gates.filter(phase=int(phase)).count() + 1
    title = _(plan.PHASES[int(phase)].title)
    made = project_actions.add_gate(
        found, name=f"{title} {number}" if number > 1 else title, phase=int(phase), smallest=rules.smallest, largest=rules.largest, k=rules.k,
        by=request.user, now=clock.now(),
    )  # fmt: skip
    return redirect("roll-out-lines", found.id, made.id)


@for_learning
def lines(request: PersonRequest, project_id: uuid.UUID, gate_id: uuid.UUID) -> HttpResponse:
    """The lines of a gate, until they are signed. Afterwards whoever tries is recorded."""
    found, one = _gate(request, project_id, gate_id)
    if one.is_signed and request.method != "POST":
        return redirect("roll-out-gate", found.id, one.id)
    sheet = LinesSheet(one, request.POST if request.method == "POST" else None)
    status = 422 if sheet.errors else 200
    if request.method == "POST" and (one.is_signed or sheet.is_valid()):  # an attempt is refused and recorded whatever was typed
        saved = project_actions.change_gate(
            one, name=sheet.typed["name"], lines=sheet.lines, version=sheet.version, by=request.user, now=clock.now()
        )
        if saved is Saved.SIGNED:
            refusal = _("These lines are signed and stay as they are. That you tried to change them is recorded below.")
            return _gate_page(request, found, _gate(request, project_id, gate_id)[1], refusal=refusal, status=409)
        if saved is Saved.DONE:
            messages.success(request, _("The lines are set. Now both sides sign them."))
            return redirect("roll-out-gate", found.id, one.id)
        now = _gate(request, project_id, gate_id)[1]
        sheet.collide(line_boxes(now), version=now.version, by=name_of(now.changed_by))
        status = 409
    rules = rules_for(found)
    looked = {row.measure.key: row for row in design(found.pilot(smallest=rules.smallest, largest=rules.largest), k=rules.k).outlooks}
    rows = [(row, looked.get(row["measure"].key)) for row in sheet.rows]
    return page_of(request, "rollout/lines.html", found, {"sheet": sheet, "gate": one, "rows": rows}, status=status)


@require_POST
@for_readers
def signing(request: PersonRequest, project_id: uuid.UUID, gate_id: uuid.UUID) -> HttpResponse:
    """Sign the lines, as sponsor or as L&D."""
    found, one = _gate(request, project_id, gate_id)
    rules = rules_for(found)
    try:
        signed = project_actions.sign_gate(
            one, version=opened_version(request.POST), by=request.user,
            smallest=rules.smallest, largest=rules.largest, k=rules.k, now=clock.now(),
        )  # fmt: skip
    except Refused as refused:
        return _gate_page(request, found, _gate(request, project_id, gate_id)[1], refusal=str(refused), status=409)
    messages.success(
        request,
        _("Signed by both. The lines hold from now on.") if signed.is_signed else _("You have signed. The other side has still to."),
    )
    return redirect("roll-out-gate", found.id, one.id)


@require_POST
@for_learning
def judging(request: PersonRequest, project_id: uuid.UUID, gate_id: uuid.UUID) -> HttpResponse:
    """Judge a gate by the latest report."""
    found, one = _gate(request, project_id, gate_id)
    report = latest_report(request.user)
    try:
        if report is None:
            raise Refused(_("There is no report yet. The first one comes on the first of the month."))
        if request.POST.get("breach") not in ("yes", "no"):
            raise Refused(_("Say whether a serious breach of confidence is known. No figure can tell."))
        project_actions.judge_gate(one, report=report, has_breach=request.POST["breach"] == "yes", by=request.user, now=clock.now())
    except Refused as refused:
        return _gate_page(request, found, one, refusal=str(refused), status=409)
    messages.success(request, _("Judged. Now decide what follows."))
    return redirect("roll-out-gate", found.id, one.id)


@require_POST
@for_learning
def decision(request: PersonRequest, project_id: uuid.UUID, gate_id: uuid.UUID, judgement_id: uuid.UUID) -> HttpResponse:
    """Decide what follows from a judgement: stop, adjust or extend."""
    found, one = _gate(request, project_id, gate_id)
    judgement = get_object_or_404(Judgement, gate=one, id=judgement_id)
    form = DecisionForm(request.POST, auto_id="decision-%s")
    if not form.is_valid():
        return _gate_page(request, found, one, form=form, status=422)
    try:
        project_actions.decide(
            judgement, choice=Choice(form.cleaned_data["choice"]), reason=form.cleaned_data["reason"], by=request.user, now=clock.now()
        )
    except Refused as refused:
        return _gate_page(request, found, one, refusal=str(refused), status=409)
    messages.success(request, _("Decided and recorded."))
    return redirect("roll-out-gate", found.id, one.id)


def _gate(request: PersonRequest, project_id: uuid.UUID, gate_id: uuid.UUID) -> tuple[Project, Gate]:
    found = project_for(request, project_id)
    one = get_object_or_404(Gate.objects.select_related("sponsor", "learning", "changed_by"), project=found, id=gate_id)
    one.project = found
    return found, one


def _may_sign(one: Gate, person: Person) -> bool:
    if one.is_signed or person.id in (one.sponsor_id, one.learning_id):
        return False
    return (person.has_role(Role.SPONSOR) and one.sponsor_id is None) or (person.has_role(Role.LEARNING) and one.learning_id is None)
