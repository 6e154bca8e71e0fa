"""The same answers by signed link, without an account: opening a link shows a form, a button sends it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from reconvene.base import clock
from reconvene.base.links import Link, by_link
from reconvene.groups.models import Cycle
from reconvene.people.models import Person
from reconvene.practice import actions
from reconvene.practice.forms import CAME_UP, CheckInForm, HalfWayForm, ReportForm
from reconvene.practice.messages import CHECK_IN_LINK, HALF_WAY_LINK, REPORT_LINK
from reconvene.practice.models import CheckIn, Plan
from reconvene.practice.pages import half_way_page, half_way_sent, report_page, today
from reconvene.practice.queries import buddy_of, current_plan
from reconvene.practice.rules import CHECK_IN_DAYS, check_in_day


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
    }  # fmt: skip
    return render(request, "practice/check_in_by_link.html", context, status=422 if form.errors else 200)


@by_link(HALF_WAY_LINK)
def half_way(request: HttpRequest, link: Link) -> HttpResponse:
    """Keep, shrink or swap, from a message."""
    plan = _plan(_cycle(link), _person(link))
    form = HalfWayForm(request.POST or None, initial=half_way_page(plan))
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


def _person(link: Link) -> Person:
    return get_object_or_404(Person.objects.active(), id=link.person_id)


def _cycle(link: Link) -> Cycle:
    return get_object_or_404(Cycle.objects.visible_to(_person(link)).running().select_related("group"), id=link.subject_id)


def _plan(cycle: Cycle, person: Person) -> Plan:
    plan = current_plan(cycle.id, person)
    return get_object_or_404(Plan.objects.visible_to(person), id=plan.id if plan else None)


def _initial(request: HttpRequest, cycle: Cycle, person: Person, *, day: int) -> dict[str, object]:
    kept = CheckIn.objects.filter(cycle=cycle, person=person, day=day).first()
    tapped = request.GET.get("came_up")
    return CheckInForm.initial_of(kept) | ({"came_up": tapped} if tapped in [value for value, _label in CAME_UP] else {})
