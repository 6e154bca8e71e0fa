"""The same answers by signed link, without an account: opening a link shows a form, a button sends it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from reconvene.base import clock
from reconvene.base.links import Link, by_link
from reconvene.groups.models import Cycle
from reconvene.guides.queries import buddy_question_for
from reconvene.people.models import Person
from reconvene.practice import actions
from reconvene.practice.forms import CHOICES, CheckInForm, HalfWayForm, JournalForm, ReportForm
from reconvene.practice.messages import CHECK_IN_LINK, HALF_WAY_LINK, JOURNAL_LINK, PLAN_LINK, REPORT_LINK, TALK_LINK
from reconvene.practice.models import CheckIn, Plan
from reconvene.practice.pages import half_way_page, half_way_sent, report_page, today
from reconvene.practice.queries import buddy_of, current_plan
from reconvene.practice.rules import CHECK_IN_DAYS, check_in_day, week_number
from reconvene.practice.words import CAME_UP


@by_link(CHECK_IN_LINK)
def check_in(request: HttpRequest, link: Link) -> HttpResponse:
    """Three taps from a message. The tap in the message is only filled in here; the button keeps it."""
    person, cycle, now = _person(link), _cycle(link), clock.now()
    day, plan = check_in_day(today(cycle, person, now=now)), _plan(cycle, person)
    form = CheckInForm(request.POST or None, initial=_initial(request, cycle, person, day=day))
    is_kept = request.method == "POST" and form.is_valid()
    if is_kept:
        actions.check_in(plan, day=day, now=now, **form.answers)
    context = {
        "form": form, "plan": plan, "buddy": buddy_of(cycle.id, person), "is_second": day == CHECK_IN_DAYS[1], "is_kept": is_kept,
        "entry": JournalForm(), "journal": replace(link, purpose=JOURNAL_LINK).token(),
    }  # fmt: skip
    return render(request, "practice/check_in_by_link.html", context, status=422 if form.errors else 200)


@by_link(HALF_WAY_LINK)
def half_way(request: HttpRequest, link: Link) -> HttpResponse:
    """Keep, shrink or swap, from a message."""
    plan = _plan(_cycle(link), _person(link))
    form = HalfWayForm(request.POST or None, initial=half_way_page(plan) | _tapped(request, "choice", CHOICES))
    is_kept = request.method == "POST" and half_way_sent(form, plan, now=clock.now())
    context = {"form": form, "plan": plan, "is_kept": is_kept}
    return render(request, "practice/half_way_by_link.html", context, status=422 if form.errors else 200)


@by_link(REPORT_LINK)
def report(request: HttpRequest, link: Link) -> HttpResponse:
    """The practice report, from a message."""
    person, cycle = _person(link), _cycle(link)
    form = ReportForm(request.POST or None, initial=report_page(cycle, person))
    is_kept = request.method == "POST" and form.is_valid()
    if is_kept:
        actions.save_report(cycle, person=person, report=form.draft, now=clock.now())
    return render(request, "practice/report_by_link.html", {"form": form, "is_kept": is_kept}, status=422 if form.errors else 200)


@by_link(PLAN_LINK)
def plan(request: HttpRequest, link: Link) -> HttpResponse:
    """One's own line: said from memory first, then shown. The button says that it was read."""
    person, cycle = _person(link), _cycle(link)
    is_kept = request.method == "POST"
    if is_kept:
        actions.see(cycle, person=person, now=clock.now())
    return render(request, "practice/plan_by_link.html", {"plan": _plan(cycle, person), "is_kept": is_kept})


@by_link(TALK_LINK)
def talk(request: HttpRequest, link: Link) -> HttpResponse:
    """The fifteen minutes with the buddy: four steps, and a button for when it has been."""
    person, cycle = _person(link), _cycle(link)
    buddy = buddy_of(cycle.id, person)
    if buddy is None:
        raise Http404
    question = buddy_question_for(cycle.topic, week_number(today(cycle, person, now=clock.now())), at=cycle.started_at)
    is_kept = request.method == "POST"
    if is_kept:
        actions.talk_with_buddy(cycle, person=person, now=clock.now())
    return render(request, "practice/talk_by_link.html", {"buddy": buddy, "is_kept": is_kept, "question": question})


@by_link(JOURNAL_LINK)
def journal(request: HttpRequest, link: Link) -> HttpResponse:
    """A line for one's journal, after a check-in by link. It shows no other line of the journal."""
    person, cycle = _person(link), _cycle(link)
    form = JournalForm(request.POST or None)
    is_kept = request.method == "POST" and form.is_valid()
    if is_kept:
        actions.write_in_journal(cycle, person=person, text=form.cleaned_data["text"], now=clock.now())
    return render(request, "practice/journal_by_link.html", {"entry": form, "is_kept": is_kept}, status=422 if form.errors else 200)


def _person(link: Link) -> Person:
    return get_object_or_404(Person.objects.active(), id=link.person_id)


def _cycle(link: Link) -> Cycle:
    return get_object_or_404(Cycle.objects.visible_to(_person(link)).running().select_related("group"), id=link.subject_id)


def _plan(cycle: Cycle, person: Person) -> Plan:
    plan = current_plan(cycle.id, person)
    return get_object_or_404(Plan.objects.visible_to(person), id=plan.id if plan else None)


def _initial(request: HttpRequest, cycle: Cycle, person: Person, *, day: int) -> dict[str, object]:
    kept = CheckIn.objects.current().filter(cycle=cycle, person=person, day=day).first()
    return CheckInForm.initial_of(kept) | _tapped(request, "came_up", CAME_UP)


def _tapped(request: HttpRequest, name: str, choices: Sequence[tuple[Any, Any]]) -> dict[str, object]:
    """The answer tapped in the message, when it is one of the choices."""
    tapped = request.GET.get(name)
    return {name: tapped} if tapped in [value for value, _label in choices] else {}
