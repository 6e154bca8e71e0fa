"""The practice page and its parts, for members who are signed in."""

import uuid
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from reconvene.base import clock
from reconvene.groups.models import Cycle
from reconvene.guides.queries import examples_for
from reconvene.people.requests import PersonRequest
from reconvene.practice import actions
from reconvene.practice.cues import cue_menu
from reconvene.practice.forms import BossForm, CheckInForm, HalfWayForm, JournalForm, LinesForm, PlanForm, ReportForm
from reconvene.practice.models import CheckIn, JournalEntry
from reconvene.practice.pages import half_way_page, half_way_sent, journal_file, practice_page, report_page, today
from reconvene.practice.queries import current_plan, cycles_of, journal_of
from reconvene.practice.rules import check_in_day
from reconvene.practice.words import draft_for_boss


@require_GET
def practice(request: PersonRequest, cycle_id: uuid.UUID) -> HttpResponse:
    """My experiment: plan, check-in, the four weeks, the buddy, the journal."""
    return render(request, "practice/practice.html", practice_page(_cycle(request, cycle_id), request.user, now=clock.now()))


def plan(request: PersonRequest, cycle_id: uuid.UUID) -> HttpResponse:
    """Write the plan, or write it anew."""
    cycle, person, now = _cycle(request, cycle_id), request.user, clock.now()
    current = current_plan(cycle.id, person)
    form = _plan_form(request, PlanForm.initial_of(current))
    if form.is_valid():
        actions.make_plan(cycle, person=person, plan=form.draft, now=now, is_for_keeping=bool(current and current.is_for_keeping))
        messages.success(request, _("Your plan is kept."), extra_tags="plan")
        return redirect("practice", cycle.id)
    return render(
        request,
        "practice/plan.html",
        {"form": form, "cycle": cycle, "place": "home", "cue_menu": cue_menu(), "examples": examples_for(cycle.topic, at=cycle.started_at)},
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
    messages.success(request, _("Your check-in is kept. Anything to remember? There is room in your journal below."), extra_tags="check-in")
    return redirect("practice", cycle.id)


@require_POST
def sharing(request: PersonRequest, check_in_id: uuid.UUID) -> HttpResponse:
    """Take a check-in back from the buddy."""
    kept = get_object_or_404(CheckIn.objects.current().visible_to(request.user), id=check_in_id)
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
        messages.success(request, _("Decided. Your plan is up to date."), extra_tags="half-way")
        return redirect("practice", cycle.id)
    context = {"form": form, "plan": current, "cycle": cycle, "place": "home"}
    return render(request, "practice/half_way.html", context, status=422 if form.errors else 200)


def report(request: PersonRequest, cycle_id: uuid.UUID) -> HttpResponse:
    """What I bring to the reconvene."""
    cycle, person = _cycle(request, cycle_id), request.user
    form = ReportForm(request.POST or None, initial=report_page(cycle, person))
    if request.method == "POST" and form.is_valid():
        actions.save_report(cycle, person=person, report=form.draft, now=clock.now())
        messages.success(request, _("Your report is kept. The others see it when you show it at the reconvene."), extra_tags="report")
        return redirect("practice", cycle.id)
    context = {"form": form, "cycle": cycle, "place": "home"}
    return render(request, "practice/report.html", context, status=422 if form.errors else 200)


@require_POST
def journal(request: PersonRequest, cycle_id: uuid.UUID) -> HttpResponse:
    """Write a line into my journal."""
    cycle, person, form = _cycle(request, cycle_id), request.user, JournalForm(request.POST)
    if not form.is_valid():
        return render(request, "practice/practice.html", practice_page(cycle, person, now=clock.now(), entry=form), status=422)
    actions.write_in_journal(cycle, person=person, text=form.cleaned_data["text"], now=clock.now())
    messages.success(request, _("It stands in your journal. Only you see it."), extra_tags="journal")
    return redirect(f"{reverse('practice', args=[cycle.id])}#journal")


@require_GET
def journal_copy(request: PersonRequest, cycle_id: uuid.UUID) -> HttpResponse:
    """My journal as a text file."""
    entries = journal_of(_cycle(request, cycle_id).id, request.user)
    answer = HttpResponse(journal_file(entries, zone=request.user.time_zone), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="journal.txt"'
    return answer


@require_POST
def journal_deletion(request: PersonRequest, cycle_id: uuid.UUID) -> HttpResponse:
    """Delete my whole journal of these four weeks."""
    cycle = _cycle(request, cycle_id)
    actions.delete_journal(cycle, person=request.user)
    messages.success(request, _("Your journal is deleted."), extra_tags="good")
    return redirect("practice", cycle.id)


@require_POST
def journal_entry_deletion(request: PersonRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Delete one entry of my journal."""
    entry = get_object_or_404(JournalEntry.objects.visible_to(request.user).select_related("cycle"), id=entry_id)
    actions.delete_journal(entry.cycle, person=request.user, entry_id=entry.id)
    return redirect(f"{reverse('practice', args=[entry.cycle_id])}#journal")


@require_POST
def talk(request: PersonRequest, cycle_id: uuid.UUID) -> HttpResponse:
    """My buddy and I have talked."""
    cycle = _cycle(request, cycle_id)
    actions.talk_with_buddy(cycle, person=request.user, now=clock.now())
    return redirect("practice", cycle.id)


@require_POST
def resuming(request: PersonRequest, cycle_id: uuid.UUID) -> HttpResponse:
    """Send me the messages again that had fallen silent."""
    cycle = _cycle(request, cycle_id)
    actions.see(cycle, person=request.user, now=clock.now())
    messages.success(request, _("The messages go on, at most two a week."), extra_tags="good")
    return redirect("home")


@require_GET
def boss(request: PersonRequest, cycle_id: uuid.UUID) -> HttpResponse:
    """A draft that I may pass on to my boss, made of my own plan and report. Nothing of it is kept or sent from here."""
    cycle = _cycle(request, cycle_id)
    current = current_plan(cycle.id, request.user)
    if current is None:
        return redirect("practice-plan", cycle.id)
    draft = draft_for_boss(current, actions.prefill_report(cycle, request.user))
    subject = _("What I am trying out")
    letter = f"mailto:?subject={quote(subject)}&body={quote(draft)}"
    context = {"form": BossForm(initial={"text": draft}), "subject": subject, "letter": letter, "cycle": cycle, "place": "home"}
    return render(request, "practice/boss.html", context)


def _plan_form(request: PersonRequest, kept: dict[str, Any]) -> PlanForm:
    """The plan as it was sent. The page of a guide sends its two lines alone: they stand on the rest of the plan, and without one begin it."""
    if request.method != "POST" or "want" in request.POST:
        return PlanForm(request.POST or None, initial=kept)
    lines = kept | {name: request.POST.get(name, "") for name in LinesForm.base_fields}
    return PlanForm(lines, initial=kept) if kept else PlanForm(initial=lines)


def _cycle(request: PersonRequest, cycle_id: uuid.UUID) -> Cycle:
    return get_object_or_404(cycles_of(request.user).select_related("group", "topic"), id=cycle_id)
