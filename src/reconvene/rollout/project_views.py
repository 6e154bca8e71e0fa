"""Pages of roll-outs: for L&D to run, for sponsors to read and to sign when they are shown. For everybody else they are not there."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from reconvene.base import clock
from reconvene.base.links import Link, absolute, by_link
from reconvene.groups.models import Cycle
from reconvene.guides.markup import to_html
from reconvene.people.doors import for_learning, for_readers
from reconvene.people.models import Person
from reconvene.people.requests import PersonRequest
from reconvene.people.rules import Role
from reconvene.releases.actions import open_report
from reconvene.rollout import beside, papers, plan, project_actions, project_queries, readiness
from reconvene.rollout.designing import design
from reconvene.rollout.judging import Says, together
from reconvene.rollout.models import Choice, Gate, Judgement, Paper, Printout, Project, StoryOffer, Task
from reconvene.rollout.papers import KINDS
from reconvene.rollout.project_actions import Refused, Saved
from reconvene.rollout.project_forms import (
    DecisionForm,
    LinesSheet,
    PaperSheet,
    PilotForm,
    PlanSheet,
    ProjectForm,
    StoryForm,
    SurveyForm,
    TaskForm,
    line_boxes,
    plan_boxes,
)  # fmt: skip
from reconvene.rollout.project_queries import Rules
from reconvene.rollout.queries import latest_report
from reconvene.rollout.views import PRIVATE

PAGE = 25
NEEDS_LINK = "needs"
SAYS = {
    Says.GO: ("check", "good", gettext_lazy("go")), Says.ADJUST: ("pen", "wait", gettext_lazy("adjust")),
    Says.STOP: ("warning", "stop", gettext_lazy("stop")), Says.OPEN: ("clock", "", gettext_lazy("not yet to be judged")),
}  # fmt: skip
"""Icon, tone and word of what is said."""
CHOICE_WORDS = {Choice.EXTEND: gettext_lazy("Extend"), Choice.ADJUST: gettext_lazy("Adjust"), Choice.STOP: gettext_lazy("Stop")}


@for_readers
def projects(request: PersonRequest) -> HttpResponse:
    """Every roll-out that the reader may open; L&D starts one."""
    form = ProjectForm(request.POST if request.method == "POST" else None, initial={"starts_on": _next_monday(request.user)})
    if request.method == "POST":
        if not request.user.is_learning_lead:
            raise Http404
        if form.is_valid():
            rules = project_queries.rules_of(request.user.organisation_id)
            made = project_actions.start_project(
                request.user, values=form.cleaned_data, smallest=rules.smallest, largest=rules.largest, k=rules.k, now=clock.now()
            )
            messages.success(request, _("The plan is laid out. Begin with the readiness check."))
            return redirect("roll-out", made.id)
    shown = Paginator(project_queries.projects(request.user), PAGE).get_page(request.GET.get("page"))
    return render(
        request, "rollout/projects.html", {"projects": shown, "form": form, "place": "rollout"}, status=422 if form.errors else 200
    )


@for_readers
def project(request: PersonRequest, project_id: uuid.UUID) -> HttpResponse:
    """The roll-out on one page: phases, gates, roles, documents."""
    found = _project(request, project_id)
    today = _today(request.user)
    rows = project_queries.phases(found, today=today)
    gates = [(gate, judged[-1] if (judged := project_queries.judged(gate)) else None) for gate in found.gates.all()]
    kept = {paper.kind for paper in found.papers.exclude(text="")}
    page = {
        "rows": [(row, [kind for kind in KINDS.values() if kind.phase == row.phase.number]) for row in rows],
        "week": plan.week_of(today, found.starts_on),
        "now": next(row for row in rows if row.is_now),
        "gates": [(gate, last, SAYS[last.says] if last else None) for gate, last in gates],
        "duties": [(duty, found.roles.get(duty.key, "")) for duty in plan.duties_for(found.setting)],
        "kept": kept,
        "open_points": readiness.open_points(found.readiness),
        "is_checked": bool(found.readiness),
        "task_form": TaskForm(auto_id="task-%s"),
        "choices": CHOICE_WORDS,
    }
    return _page(request, "rollout/project.html", found, page)


@for_learning
def plan_page(request: PersonRequest, project_id: uuid.UUID) -> HttpResponse:
    """Setting, dates and roles. Whoever saves after somebody else sees both values and decides."""
    found = _project(request, project_id)
    tasks = list(found.tasks.all())
    sheet = PlanSheet(found, tasks, request.POST if request.method == "POST" else None)
    status = 422 if sheet.errors else 200
    if sheet.is_valid():
        saved = project_actions.change_project(
            found, values=sheet.values, due=sheet.due, version=sheet.version, by=request.user, now=clock.now()
        )
        if saved is Saved.DONE:
            messages.success(request, _("Saved. Dates and tasks follow."))
            return redirect("roll-out", found.id)
        now = _project(request, project_id)
        sheet.collide(plan_boxes(now, tasks), version=now.version, by=_name(now.changed_by))
        status = 409
    return _page(request, "rollout/plan.html", found, {"sheet": sheet}, status=status)


@require_POST
@for_learning
def task(request: PersonRequest, project_id: uuid.UUID, task_id: uuid.UUID) -> HttpResponse:
    """A task is done, or not after all."""
    found = _project(request, project_id)
    one = get_object_or_404(Task, project=found, id=task_id)
    if request.POST.get("do") == "reopen":
        one.reopen()
    else:
        one.finish(by=request.user, now=clock.now())
    return redirect("roll-out", found.id)


@require_POST
@for_learning
def tasks(request: PersonRequest, project_id: uuid.UUID) -> HttpResponse:
    """One more task."""
    found = _project(request, project_id)
    form = TaskForm(request.POST)
    try:
        if form.is_valid():
            project_actions.add_task(found, text=form.cleaned_data["text"], phase=form.cleaned_data["phase"])
        else:
            messages.warning(request, _("Write what is to be done, in at most 200 letters."))
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("roll-out", found.id)


@require_POST
@for_learning
def showing(request: PersonRequest, project_id: uuid.UUID) -> HttpResponse:
    """Show a roll-out to sponsors, or to them no more."""
    found = _project(request, project_id)
    if found.shown_at:
        found.hide()
        messages.success(request, _("Sponsors do not find this roll-out any more."))
    else:
        found.show(now=clock.now())
        messages.success(request, _("Sponsors find it under Roll-out. They read it, and sign the lines of a gate."))
    return redirect("roll-out", found.id)


@for_learning
def removal(request: PersonRequest, project_id: uuid.UUID) -> HttpResponse:
    """Delete a roll-out that has no signed gate, after asking."""
    found = _project(request, project_id)
    is_signed = found.gates.exclude(data_from=None).exists()
    if request.method == "POST" and not is_signed:
        found.delete()
        messages.success(request, _("The roll-out is deleted."))
        return redirect("roll-outs")
    return _page(request, "rollout/project_removal.html", found, {"is_signed": is_signed}, status=409 if request.method == "POST" else 200)


@for_learning
def readiness_page(request: PersonRequest, project_id: uuid.UUID) -> HttpResponse:
    """A dozen questions, and what to do where the answer is no."""
    found = _project(request, project_id)
    if request.method == "POST":
        given = {one.key: request.POST.get(one.key, "") for one in readiness.QUESTIONS}
        found.answer_readiness({key: answer for key, answer in given.items() if answer in ("yes", "no")})
        return redirect("roll-out-readiness", found.id)
    answers = found.readiness
    page = {
        "questions": [(one, answers.get(one.key, "")) for one in readiness.QUESTIONS],
        "open_points": readiness.open_points(answers),
        "is_ready": readiness.is_ready(answers),
        "answered": len(answers),
    }
    return _page(request, "rollout/readiness.html", found, page)


@for_readers
def pilot(request: PersonRequest, project_id: uuid.UUID) -> HttpResponse:
    """The size of the pilot, what could be published of it, and what it can prove."""
    found = _project(request, project_id)
    rules = _rules(found)
    boxes = {name: getattr(found, name) for name in ("pilot_people", "pilot_groups", "has_waitlist")}
    form = PilotForm(request.POST if request.method == "POST" else None, initial=boxes)
    version, status, theirs = str(found.version), 200, ""
    if request.method == "POST":
        if not request.user.is_learning_lead:
            raise Http404
        version, status = request.POST.get("version", ""), 422
        if form.is_valid():
            for name, value in form.cleaned_data.items():
                setattr(found, name, value)
            looked = design(found.pilot(smallest=rules.smallest, largest=rules.largest), k=rules.k)
            if looked.refusal:
                form.add_error(None, looked.refusal)
            else:
                opened = int(version) if version.isdecimal() and len(version) < 9 else 0
                if (
                    project_actions.change_project(found, values=form.cleaned_data, version=opened, by=request.user, now=clock.now())
                    is Saved.DONE
                ):
                    messages.success(request, _("Saved. Lines that can never be judged at this size cannot be signed."))
                    return redirect("roll-out-pilot", found.id)
                now = _project(request, project_id)
                status, version = 409, str(now.version)
                theirs = _("%(people)s managers in %(groups)s groups, %(half)s") % {"people": now.pilot_people, "groups": now.pilot_groups, "half": _("half of them waiting") if now.has_waitlist else _("nobody waiting")}  # fmt: skip
    looked = design(found.pilot(smallest=rules.smallest, largest=rules.largest), k=rules.k)
    page = {"form": form, "design": looked, "version": version, "theirs": theirs, "k": rules.k}
    return _page(request, "rollout/pilot.html", found, page, status=status)


@for_readers
def gate(request: PersonRequest, project_id: uuid.UUID, gate_id: uuid.UUID) -> HttpResponse:
    """A gate: its lines, who signed, what the figures say, what was decided."""
    found, one = _gate(request, project_id, gate_id)
    return _gate_page(request, found, one)


def _gate_page(request: PersonRequest, found: Project, one: Gate, *, refusal: str = "", form: DecisionForm | None = None, status: int = 200) -> HttpResponse:  # fmt: skip
    judged = project_queries.judged(one)
    report = latest_report(request.user) if one.is_signed else None
    figures = dict(report.figures.values_list("key", "value")) if report else {}
    if report:
        open_report(report, by=request.user, now=clock.now())
    is_judged = any(done.judgement.report_id == report.id for done in judged) if report else False
    verdicts = judged[-1].verdicts if is_judged else project_queries.standing(one, figures, judged)
    rules = _rules(found)
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
        "never": [row.measure.title for row in looked.outlooks if row.measure.key in one.own_lines and not row.is_possible],
        "later": [row.measure.title for row in looked.outlooks if row.measure.key in one.own_lines and row.is_later and not row.is_soon],
        "may_sign": _may_sign(one, request.user),
        "begins": found.starts[one.phase],
        "refusal": refusal,
        "form": form or DecisionForm(auto_id="decision-%s"),
        "people": found.pilot_people,
    }  # fmt: skip
    return _page(request, "rollout/gate.html", found, page, status=status)


@require_POST
@for_learning
def gates(request: PersonRequest, project_id: uuid.UUID) -> HttpResponse:
    """One more gate: for the next wave, or for the next phase."""
    found = _project(request, project_id)
    phase = request.POST.get("phase", "")
    if phase not in ("2", "3", "4") or found.gates.count() >= 12:
        messages.warning(request, _("Choose the phase that the gate closes. Twelve gates are enough for one plan."))
        return redirect("roll-out", found.id)
    rules = _rules(found)
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
    if sheet.is_valid():
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
        sheet.collide(line_boxes(now), version=now.version, by=_name(now.changed_by))
        status = 409
    rules = _rules(found)
    looked = {row.measure.key: row for row in design(found.pilot(smallest=rules.smallest, largest=rules.largest), k=rules.k).outlooks}
    rows = [(row, looked.get(row["measure"].key)) for row in sheet.rows]
    return _page(request, "rollout/lines.html", found, {"sheet": sheet, "gate": one, "rows": rows}, status=status)


@require_POST
@for_readers
def signing(request: PersonRequest, project_id: uuid.UUID, gate_id: uuid.UUID) -> HttpResponse:
    """Sign the lines, as sponsor or as L&D."""
    found, one = _gate(request, project_id, gate_id)
    rules, version = _rules(found), request.POST.get("version", "")
    try:
        signed = project_actions.sign_gate(
            one, version=int(version) if version.isdecimal() and len(version) < 9 else 0, by=request.user,
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


@for_readers
def paper(request: PersonRequest, project_id: uuid.UUID, kind: str) -> HttpResponse:
    """A document: as it is generated from the settings, or as L&D has changed it."""
    found, about = _project(request, project_id), _kind(kind)
    generated, kept = _generated(found, about), _kept(found, kind)
    page = {
        "kind": about,
        "html": _html(kept.text if kept else generated),
        "kept": kept,
        "is_behind": kept is not None and kept.based_on != _hash(generated),
        "generated": _html(generated) if kept else "",
    }
    return _page(request, "rollout/paper.html", found, page)


@for_learning
def paper_text(request: PersonRequest, project_id: uuid.UUID, kind: str) -> HttpResponse:
    """Change a document, or go back to the generated one."""
    found, about = _project(request, project_id), _kind(kind)
    generated = _generated(found, about)
    stored = Paper.objects.filter(project=found, kind=kind).select_related("changed_by").first()
    if request.method == "POST" and request.POST.get("do") == "reset":
        project_actions.reset_paper(found, kind=kind, by=request.user, now=clock.now())
        messages.success(request, _("The document follows the settings again."))
        return redirect("roll-out-paper", found.id, kind)
    sheet = PaperSheet(stored, generated, request.POST if request.method == "POST" else None)
    status = 422 if sheet.errors else 200
    if sheet.is_valid():
        saved = project_actions.keep_paper(
            found, kind=kind, text=sheet.typed["text"], based_on=_hash(generated), version=sheet.version, by=request.user, now=clock.now()
        )
        if saved is Saved.DONE:
            messages.success(request, _("Kept. When a setting changes, this page says so."))
            return redirect("roll-out-paper", found.id, kind)
        now = Paper.objects.select_related("changed_by").get(project=found, kind=kind)
        sheet.collide({"text": now.text or generated}, version=now.version, by=_name(now.changed_by))
        status = 409
    return _page(request, "rollout/paper_text.html", found, {"sheet": sheet, "kind": about, "kept": stored and stored.text}, status=status)


@for_readers
def paper_markdown(request: PersonRequest, project_id: uuid.UUID, kind: str) -> HttpResponse:
    """A document as a text file."""
    found, about = _project(request, project_id), _kind(kind)
    kept = _kept(found, kind)
    headers = {"Content-Disposition": f'attachment; filename="{_file_name(found, kind)}.md"', **PRIVATE}
    return HttpResponse(kept.text if kept else _generated(found, about), content_type="text/markdown; charset=utf-8", headers=headers)


@for_readers
def paper_printout(request: PersonRequest, project_id: uuid.UUID, kind: str) -> HttpResponse:
    """Ask for a document as PDF, or see how far it is. A hundred times asking is asking once."""
    found, about = _project(request, project_id), _kind(kind)
    if request.method == "POST":
        kept = _kept(found, kind)
        text = kept.text if kept else _generated(found, about)
        day = date_format(_today(request.user), "j F Y")
        matter = {
            "title": _(about.title),
            "organisation": request.user.organisation.name,
            "as_of": day,
            "blocks": [asdict(one) for one in papers.blocks(text)],
        }
        project_actions.ask_for_paper(found, paper=kind, matter=matter, now=clock.now())
        return redirect("roll-out-printout", found.id, kind)
    made = _printout(found, kind)
    part = "rollout/paper_printout.html#part" if request.headers.get("HX-Request") else "rollout/paper_printout.html"
    return _page(request, part, found, {"kind": about, "printout": made, "is_stuck": made is not None and made.is_stuck(now=clock.now())})


@for_readers
def paper_file(request: PersonRequest, project_id: uuid.UUID, kind: str) -> HttpResponse:
    """The PDF itself, to be kept."""
    found = _project(request, project_id)
    _kind(kind)
    made = _printout(found, kind)
    if made is None or made.data is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{_file_name(found, kind)}.pdf"', **PRIVATE}
    return HttpResponse(bytes(made.data), content_type="application/pdf", headers=headers)


@for_learning
def survey(request: PersonRequest, project_id: uuid.UUID) -> HttpResponse:
    """The needs survey: hand out the link, close it, see the three topics."""
    found = _project(request, project_id)
    rules = _rules(found)
    titles = _titles(request.user)
    if request.method == "POST":
        try:
            if request.POST.get("do") == "close":
                project_actions.close_survey(found, titles=titles, k=rules.k, on=_today(request.user), now=clock.now())
            else:
                project_actions.open_survey(found, now=clock.now())
        except Refused as refused:
            messages.warning(request, str(refused))
        return redirect("roll-out-survey", found.id)
    cells = found.survey.get("cells", [])
    most = max((cell["people"] for cell in cells), default=0)
    ranked = sorted(cells, key=lambda cell: (-cell["people"], cell["label"]))
    link = (
        Link(NEEDS_LINK, found.organisation_id, request.user.id, found.id, found.survey_until)
        if found.is_survey_open and found.survey_until
        else None
    )
    page = {
        "address": absolute("needs", link.token()) if link else "",
        "has_enough": found.is_survey_open and found.answers.count() >= rules.k,
        "rows": [(titles.get(cell["label"], cell["label"]), cell["people"], f"{100 * cell['people'] / most:.0f}", number < 3) for number, cell in enumerate(ranked)],
        "k": rules.k,
        "hidden": found.survey.get("hidden_cells", 0),
    }  # fmt: skip
    return _page(request, "rollout/survey.html", found, page)


@by_link(NEEDS_LINK)
def needs(request: HttpRequest, link: Link) -> HttpResponse:
    """What presses managers here: up to three topics, without a name. The link is the same for all."""
    get_object_or_404(Person.objects.active(), id=link.person_id)
    found = get_object_or_404(Project.objects.filter(organisation_id=link.organisation_id), id=link.subject_id)
    topics = project_queries.survey_topics(link.organisation_id)
    form = SurveyForm(request.POST if request.method == "POST" else None, slugs=[(topic.slug, topic.title) for topic in topics])
    page: dict[str, Any] = {"project": found, "topics": topics, "form": form, "organisation": found.organisation}
    mark = f"needs:{found.id}"
    if not found.is_survey_open:
        return render(request, "rollout/needs.html", {**page, "is_closed": True})
    if request.session.get(mark):
        return render(request, "rollout/needs.html", {**page, "is_kept": True})
    if request.method == "POST" and form.is_valid():
        try:
            project_actions.answer_survey(found, topics=form.cleaned_data["topics"])
        except Refused:
            return render(request, "rollout/needs.html", {**page, "is_closed": True})
        request.session[mark] = True
        return render(request, "rollout/needs.html", {**page, "is_kept": True})
    return render(request, "rollout/needs.html", page, status=422 if form.errors else 200)


@for_learning
def stories(request: PersonRequest) -> HttpResponse:
    """Those who offered to tell how it went."""
    offers = list(
        StoryOffer.objects.filter(organisation_id=request.user.organisation_id, person__left_at=None).select_related("person")[:200]
    )
    page = {"well": [one for one in offers if one.went_well], "not_well": [one for one in offers if not one.went_well], "place": "rollout"}
    return render(request, "rollout/stories.html", page)


def story(request: PersonRequest) -> HttpResponse:
    """A manager's own offer, after a cycle: made, said differently, or taken back. For whoever has been through none it is not there."""
    if not Cycle.objects.kept_for(request.user).exclude(closed_at=None).exists():
        raise Http404
    own = StoryOffer.objects.filter(person=request.user).first()
    if request.method == "POST" and request.POST.get("do") == "back":
        project_actions.take_story_back(request.user)
        messages.success(request, _("Taken back. Nobody sees it any more."))
        return redirect("story")
    start = {"went_well": "yes" if own.went_well else "no", "reach": own.reach} if own else None
    form = StoryForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        project_actions.offer_story(request.user, now=clock.now(), **form.cleaned_data)
        messages.success(request, _("Thank you. L&D sees your name and how to reach you, and nothing else."))
        return redirect("story")
    return render(request, "rollout/story.html", {"form": form, "own": own, "place": "groups"}, status=422 if form.errors else 200)


@for_readers
def formal(request: PersonRequest, project_id: uuid.UUID) -> HttpResponse:
    """Formal and informal on one page: where a course should feed groups, where groups take its place."""
    found = _project(request, project_id)
    topics = [(topic.slug, topic.code, topic.title, topic.category) for topic in project_queries.survey_topics(found.organisation_id)]
    if request.method == "POST":
        if not request.user.is_learning_lead:
            raise Http404
        usual = {slug: beside.proposed(code) for slug, code, *_rest in topics}
        given = {slug: request.POST.get(slug, "") for slug in usual}
        found.choose_beside({slug: choice for slug, choice in given.items() if choice in beside.CHOICES and choice != usual[slug]})
        messages.success(request, _("Kept."))
        return redirect("roll-out-formal", found.id)
    rows = beside.pairings(topics, found.beside, project_queries.courses(found.organisation_id))
    counts = {key: sum(row.choice == key for row in rows) for key in beside.CHOICES}
    page = {
        "rows": rows,
        "choices": list(beside.CHOICES.items()),
        "why": [(beside.CHOICES[key], why, counts[key]) for key, why in beside.WHY.items()],
    }
    return _page(request, "rollout/formal.html", found, page)


def _page(request: PersonRequest, template: str, found: Project, page: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, template, {"project": found, "place": "rollout", **page}, status=status)


def _project(request: PersonRequest, project_id: uuid.UUID) -> Project:
    found: Project = get_object_or_404(
        project_queries.projects(request.user).select_related("organisation", "programme", "changed_by"), id=project_id
    )
    return found


def _gate(request: PersonRequest, project_id: uuid.UUID, gate_id: uuid.UUID) -> tuple[Project, Gate]:
    found = _project(request, project_id)
    one = get_object_or_404(Gate.objects.select_related("sponsor", "learning", "changed_by"), project=found, id=gate_id)
    one.project = found
    return found, one


def _may_sign(one: Gate, person: Person) -> bool:
    if one.is_signed or person.id in (one.sponsor_id, one.learning_id):
        return False
    return (person.has_role(Role.SPONSOR) and one.sponsor_id is None) or (person.has_role(Role.LEARNING) and one.learning_id is None)


def _rules(found: Project) -> Rules:
    return project_queries.rules_of(found.organisation_id, found.programme)


def _kind(key: str) -> papers.Kind:
    if key not in KINDS:
        raise Http404
    return KINDS[key]


def _generated(found: Project, kind: papers.Kind) -> str:
    gate_of_pilot = found.gates.filter(phase=plan.PILOT).first()
    titles = (
        {topic.slug: topic.title for topic in project_queries.survey_topics(found.organisation_id)} if found.survey.get("cells") else {}
    )
    return papers.generated(kind, project_queries.live(found, gate=gate_of_pilot, topics=titles))


def _kept(found: Project, kind: str) -> Paper | None:
    return Paper.objects.filter(project=found, kind=kind).exclude(text="").select_related("changed_by").first()


def _printout(found: Project, kind: str) -> Printout | None:
    made: Printout | None = found.printouts.filter(paper=kind).order_by("-asked_at").first()
    return made


def _html(text: str) -> str:
    """The text as the page shows it: sections below the page's own heading, which replaces the text's title."""
    lines = [line for line in text.split("\n") if not line.startswith("# ")]
    return to_html("\n".join(f"#{line}" if line.startswith("## ") else line for line in lines))


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _file_name(found: Project, kind: str) -> str:
    return f"{slugify(found.name)[:60] or 'roll-out'}-{kind}"


def _titles(reader: Person) -> dict[str, str]:
    return {topic.slug: topic.title for topic in project_queries.survey_topics(reader.organisation_id)}


def _name(person: Person | None) -> str:
    return person.name if person else ""


def _today(person: Person) -> date:
    return clock.now().astimezone(ZoneInfo(person.organisation.time_zone)).date()


def _next_monday(person: Person) -> str:
    today = _today(person)
    return (today + timedelta(days=7 - today.weekday())).isoformat()
