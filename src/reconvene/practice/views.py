"""The practice page and its parts, for members who are signed in."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from reconvene.base import clock
from reconvene.groups.models import Cycle
from reconvene.people.requests import PersonRequest
from reconvene.practice import actions
from reconvene.practice.cues import cue_menu
from reconvene.practice.forms import CheckInForm, HalfWayForm, NotesForm, PlanForm, ReportForm
from reconvene.practice.models import CheckIn
from reconvene.practice.pages import half_way_page, half_way_sent, practice_page, report_page, today
from reconvene.practice.queries import current_plan, cycles_of
from reconvene.practice.rules import check_in_day


@require_GET
def practice(request: PersonRequest, cycle_id: uuid.UUID) -> HttpResponse:
    """My experiment: plan, check-in, the four weeks, the buddy, private notes."""
    return render(request, "practice/practice.html", practice_page(_cycle(request, cycle_id), request.user, now=clock.now()))


def plan(request: PersonRequest, cycle_id: uuid.UUID) -> HttpResponse:
    """Write the plan, or write it anew."""
    cycle, person, now = _cycle(request, cycle_id), request.user, clock.now()
    current = current_plan(cycle.id, person)
    form = PlanForm(request.POST or None, initial=PlanForm.initial_of(current))
    if request.method == "POST" and form.is_valid():
        actions.make_plan(cycle, person=person, plan=form.draft, now=now, is_for_keeping=bool(current and current.is_for_keeping))
        messages.success(request, _("Your plan is kept."), extra_tags="good")
        return redirect("practice", cycle.id)
    return render(
        request,
        "practice/plan.html",
        {"form": form, "cycle": cycle, "place": "home", "cue_menu": cue_menu()},
        status=422 if form.errors else 200,
    )


@require_POST
def check_in(request: PersonRequest, cycle_id: uuid.UUID) -> HttpResponse:
    """Keep the check-in that is meant today."""
    cycle, person, now, form = _cycle(request, cycle_id), request.user, clock.now(), CheckInForm(request.POST)
    current = current_plan(cycle.id, person)
    if current is None:
        return redirect("practice-plan", cycle.id)
    if not form.is_valid():
        return render(request, "practice/practice.html", practice_page(cycle, person, now=now, form=form), status=422)
    actions.check_in(current, day=check_in_day(today(cycle, person, now=now)), now=now, **form.answers)
    return redirect("practice", cycle.id)


@require_POST
def sharing(request: PersonRequest, check_in_id: uuid.UUID) -> HttpResponse:
    """Take a check-in back from the buddy."""
    kept = get_object_or_404(CheckIn.objects.visible_to(request.user), id=check_in_id)
    actions.unshare(kept)
    return redirect("practice", kept.cycle_id)


def half_way(request: PersonRequest, cycle_id: uuid.UUID) -> HttpResponse:
    """Keep, shrink or swap."""
    cycle, person = _cycle(request, cycle_id), request.user
    current = current_plan(cycle.id, person)
    if current is None:
        return redirect("practice-plan", cycle.id)
    form = HalfWayForm(request.POST or None, initial=half_way_page(current))
    if request.method == "POST" and half_way_sent(form, current, now=clock.now()):
        messages.success(request, _("Decided. Your plan is up to date."), extra_tags="good")
        return redirect("practice", cycle.id)
    context = {"form": form, "plan": current, "cycle": cycle, "place": "home"}
    return render(request, "practice/half_way.html", context, status=422 if form.errors else 200)


def report(request: PersonRequest, cycle_id: uuid.UUID) -> HttpResponse:
    """What I bring to the reconvene."""
    cycle, person = _cycle(request, cycle_id), request.user
    form = ReportForm(request.POST or None, initial=report_page(cycle, person))
    if request.method == "POST" and form.is_valid():
        actions.save_report(cycle, person=person, report=form.draft, now=clock.now())
        messages.success(request, _("Your report is kept. The others see it when you show it at the reconvene."), extra_tags="good")
        return redirect("practice", cycle.id)
    context = {"form": form, "cycle": cycle, "place": "home"}
    return render(request, "practice/report.html", context, status=422 if form.errors else 200)


@require_POST
def notes(request: PersonRequest, cycle_id: uuid.UUID) -> HttpResponse:
    """Keep private notes."""
    cycle, person, form = _cycle(request, cycle_id), request.user, NotesForm(request.POST)
    if not form.is_valid():
        return render(request, "practice/practice.html", practice_page(cycle, person, now=clock.now(), notes=form), status=422)
    actions.save_notes(cycle, person=person, text=form.cleaned_data["private_notes"], now=clock.now())
    messages.success(request, _("Your notes are kept. Only you see them."), extra_tags="good")
    return redirect("practice", cycle.id)


def _cycle(request: PersonRequest, cycle_id: uuid.UUID) -> Cycle:
    return get_object_or_404(cycles_of(request.user).select_related("group"), id=cycle_id)
