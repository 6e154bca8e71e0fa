"""Pages of roll-outs: for L&D to run, for sponsors to read and to sign when they are shown. For everybody else they are not there."""

import uuid
from datetime import date, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reconvene.base import clock
from reconvene.base.sheets import opened_version
from reconvene.people.doors import for_learning, for_readers
from reconvene.people.requests import PersonRequest
from reconvene.rollout import beside, plan, project_actions, project_queries, readiness
from reconvene.rollout.designing import design
from reconvene.rollout.models import Project, Task
from reconvene.rollout.pages import CHOICE_WORDS, SAYS, name_of, page_of, project_for, rules_for, today_for
from reconvene.rollout.papers import KINDS
from reconvene.rollout.progress import progress_of
from reconvene.rollout.project_actions import Refused, Saved
from reconvene.rollout.project_forms import (
    PilotForm,
    PlanSheet,
    ProjectForm,
    TaskForm,
    plan_boxes,
)  # fmt: skip

PAGE = 25


@for_readers
def projects(request: PersonRequest) -> HttpResponse:
    """Every roll-out that the reader may open; L&D starts one."""
    today = today_for(request.user)
    form = ProjectForm(request.POST if request.method == "POST" else None, today=today, initial={"starts_on": _next_monday(today)})
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
    return _project_page(request, project_for(request, project_id))


def _project_page(request: PersonRequest, found: Project, *, refusal: str = "", status: int = 200) -> HttpResponse:
    today, progress = today_for(request.user), progress_of(found)
    rows = project_queries.phases(found, progress, today=today)
    gates = [(gate, judged[-1] if (judged := project_queries.judged(gate)) else None) for gate in found.gates.all()]
    kept = {paper.kind for paper in found.papers.exclude(text="")}
    page = {
        "rows": [(row, [kind for kind in KINDS.values() if kind.phase == row.phase.number]) for row in rows],
        "week": plan.week_of(today, found.starts_on),
        "today": today,
        "now": plan.PHASES[progress.now],
        "progress": progress,
        "refusal": refusal,
        "gates": [(gate, last, SAYS[last.says] if last else None) for gate, last in gates],
        "duties": [(duty, found.roles.get(duty.key, "")) for duty in plan.duties_for(found.setting)],
        "kept": kept,
        "open_points": readiness.open_points(found.readiness),
        "is_checked": bool(found.readiness),
        "task_form": TaskForm(auto_id="task-%s"),
        "choices": CHOICE_WORDS,
    }
    return page_of(request, "rollout/project.html", found, page, status=status)


@require_POST
@for_learning
def exit_test(request: PersonRequest, project_id: uuid.UUID) -> HttpResponse:
    """The test of a phase is passed, or not after all."""
    found, typed = project_for(request, project_id), request.POST.get("phase", "")
    act = project_actions.take_test_back if request.POST.get("do") == "take-back" else project_actions.pass_test
    phase = int(typed) if typed in {str(one.number) for one in plan.PHASES} else -1
    try:
        saved = act(found, phase=phase, version=opened_version(request.POST), by=request.user, now=clock.now())
    except Refused as refused:
        return _project_page(request, found, refusal=str(refused), status=409)
    if saved is Saved.MEANWHILE:
        refusal = _("This plan was changed after you had opened it, so nothing was marked. Read it as it is now, then decide.")
        return _project_page(request, project_for(request, project_id), refusal=refusal, status=409)
    return redirect("roll-out", found.id)


@for_learning
def plan_page(request: PersonRequest, project_id: uuid.UUID) -> HttpResponse:
    """Setting, dates and roles. Whoever saves after somebody else sees both values and decides."""
    found = project_for(request, project_id)
    tasks = list(found.tasks.all())
    programmes = {str(one.id): one.name for one in project_queries.programmes(found)}
    sheet = PlanSheet(found, tasks, request.POST if request.method == "POST" else None, programmes=programmes)
    status = 422 if sheet.errors else 200
    if sheet.is_valid():
        saved = project_actions.change_project(
            found, values=sheet.values, due=sheet.due, version=sheet.version, by=request.user, now=clock.now()
        )
        if saved is Saved.DONE:
            messages.success(request, _("Saved. Dates and tasks follow."))
            return redirect("roll-out", found.id)
        if saved is Saved.SIGNED:
            sheet.errors["programme"] = _("A gate is signed, so by whose figures it is judged stays. That you tried to change it is recorded there; nothing was saved.")  # fmt: skip
            return page_of(request, "rollout/plan.html", found, {"sheet": sheet}, status=409)
        now = project_for(request, project_id)
        sheet.collide(plan_boxes(now, tasks), version=now.version, by=name_of(now.changed_by))
        status = 409
    return page_of(request, "rollout/plan.html", found, {"sheet": sheet}, status=status)


@require_POST
@for_learning
def task(request: PersonRequest, project_id: uuid.UUID, task_id: uuid.UUID) -> HttpResponse:
    """A task is done, or not after all."""
    found = project_for(request, project_id)
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
    found = project_for(request, project_id)
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
    found = project_for(request, project_id)
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
    found = project_for(request, project_id)
    is_signed = found.gates.exclude(data_from=None).exists()
    if request.method == "POST" and not is_signed:
        found.delete()
        messages.success(request, _("The roll-out is deleted."))
        return redirect("roll-outs")
    return page_of(
        request, "rollout/project_removal.html", found, {"is_signed": is_signed}, status=409 if request.method == "POST" else 200
    )


@for_learning
def readiness_page(request: PersonRequest, project_id: uuid.UUID) -> HttpResponse:
    """A dozen questions, and what to do where the answer is no."""
    found = project_for(request, project_id)
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
    return page_of(request, "rollout/readiness.html", found, page)


@for_readers
def pilot(request: PersonRequest, project_id: uuid.UUID) -> HttpResponse:
    """The size of the pilot, what could be published of it, and what it can prove."""
    found = project_for(request, project_id)
    rules = rules_for(found)
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
                opened = opened_version(request.POST)
                saved = project_actions.change_project(found, values=form.cleaned_data, version=opened, by=request.user, now=clock.now())
                if saved is Saved.DONE:
                    messages.success(request, _("Saved. Lines that can never be judged at this size cannot be signed."))
                    return redirect("roll-out-pilot", found.id)
                now = project_for(request, project_id)
                status, version = 409, str(now.version)
                theirs = _("%(people)s managers in %(groups)s groups, %(half)s") % {"people": now.pilot_people, "groups": now.pilot_groups, "half": _("half of them waiting") if now.has_waitlist else _("nobody waiting")}  # fmt: skip
    looked = design(found.pilot(smallest=rules.smallest, largest=rules.largest), k=rules.k)
    page = {"form": form, "design": looked, "version": version, "theirs": theirs, "k": rules.k}
    return page_of(request, "rollout/pilot.html", found, page, status=status)


@for_readers
def formal(request: PersonRequest, project_id: uuid.UUID) -> HttpResponse:
    """Formal and informal on one page: where a course should feed groups, where groups take its place."""
    found = project_for(request, project_id)
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
    return page_of(request, "rollout/formal.html", found, page)


def _next_monday(today: date) -> str:
    return (today + timedelta(days=7 - today.weekday())).isoformat()
