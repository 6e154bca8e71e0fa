"""The console. L&D and sponsors read published reports; only L&D sees dates and seats of live groups. For everybody else it is not there."""

import uuid
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from reconvene.base import clock
from reconvene.console import actions, queries
from reconvene.console.digest import set_digest, wants_digest
from reconvene.console.forms import CallForm, PlaceForm
from reconvene.console.report_telling import headline, time_to_meet
from reconvene.console.reports import drawn
from reconvene.console.seating import Seating, seating, sentence
from reconvene.console.words import NO_DATE
from reconvene.forming.actions import invite_next
from reconvene.forming.calling import NoCommonDate, call_group
from reconvene.groups.actions import CannotSit
from reconvene.people.doors import for_learning, for_readers
from reconvene.people.requests import PersonRequest
from reconvene.releases.actions import open_report
from reconvene.releases.models import Opening, Report, Way
from reconvene.releases.rules import begins, milestone_of, next_milestone
from reconvene.scheduling.actions import BadDate, SessionIsOver, set_place

LOG_SHOWN = 100


@for_readers
def overview(request: PersonRequest) -> HttpResponse:
    """The latest report, and for L&D the groups that need a hand."""
    now = clock.now()
    latest = Report.objects.visible_to(request.user).first()
    page: dict[str, Any] = {"next_on": next_milestone(milestone_of(now, zone=request.user.organisation.time_zone)), "is_latest": True}
    if latest is not None:
        page |= _report(request, latest, now=now)
    if request.user.is_learning_lead:
        stuck = queries.stuck(request.user, now=now)
        page |= {"stuck": stuck[: queries.STUCK_SHOWN], "has_more_stuck": len(stuck) > queries.STUCK_SHOWN}
        page["ahead"] = queries.ahead(request.user, now=now)
    return render(request, "console/overview.html", {**page, "place": "console"})


@require_POST
@for_learning
def digest(request: PersonRequest) -> HttpResponse:
    """Whether one wants the mail on Mondays."""
    set_digest(request.user, wanted=request.POST.get("digest") == "on", now=clock.now())
    return redirect("console-groups")


@for_readers
def report(request: PersonRequest, milestone: str) -> HttpResponse:
    """An earlier report, as it was published."""
    found = get_object_or_404(Report.objects.visible_to(request.user), milestone_on=_day(milestone))
    return render(request, "console/overview.html", {**_report(request, found, now=clock.now()), "is_latest": False, "place": "console"})


@for_readers
def report_log(request: PersonRequest) -> HttpResponse:
    """Every report, and who opened which one when."""
    reports = Report.objects.visible_to(request.user)
    openings = Opening.objects.filter(report__in=reports).newest_first()
    page = Paginator(openings, LOG_SHOWN).get_page(request.GET.get("page"))
    return render(request, "console/report_log.html", {"reports": reports, "openings": page, "place": "console"})


@for_learning
def groups(request: PersonRequest) -> HttpResponse:
    """Every live group: its bird, seats and dates."""
    page = queries.group_page(request.user, after=request.GET.get("after", "")[:40].replace("\x00", ""), now=clock.now())
    return render(request, "console/groups.html", {"page": page, "wants_digest": wants_digest(request.user), "place": "console"})


@for_learning
def seat_by_hand(request: PersonRequest) -> HttpResponse:
    """Choose a topic and people; see at once what stands in the way; then invite them."""
    now = clock.now()
    chosen = request.POST if request.method == "POST" else request.GET
    table = seating(request.user, chosen=chosen, now=now)
    form = CallForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and table.topic is not None:
        refusal = _call(request, table, first_local=form.cleaned_data["first_local"], now=now)
        if not refusal:
            messages.success(request, _("The invitations go out now. They answer within two working days, like everybody else."))
            return redirect("console")
        return render(request, "console/seat_by_hand.html", {"table": table, "refusal": refusal, "place": "console"}, status=422)
    return render(
        request, "console/seat_by_hand.html", {"table": table, "form": form, "place": "console"}, status=422 if form.is_bound else 200
    )


@require_POST
@for_learning
def ask_for_date(request: PersonRequest, group_id: uuid.UUID) -> HttpResponse:
    """Ask a group's members to choose a new date."""
    group = get_object_or_404(queries.live_groups(request.user), id=group_id)
    if actions.ask_for_date(group, now=clock.now()):
        messages.success(request, _("The members are asked by mail to choose a new date."))
    else:
        messages.info(request, _("They were asked in the last three days already, so nothing was sent."))
    return redirect("console")


@require_POST
@for_learning
def next_in_line(request: PersonRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """Offer a proposal's open seats to the next who fit."""
    proposal = get_object_or_404(queries.open_proposals(request.user), id=proposal_id)
    asked = invite_next(proposal, now=clock.now())
    if asked:
        messages.success(request, ngettext("%(n)d more person is asked.", "%(n)d more people are asked.", asked) % {"n": asked})
    else:
        messages.info(request, _("No seat is open, or nobody who waits fits these seats and dates. The program goes on looking."))
    return redirect("console")


@for_learning
def place(request: PersonRequest, session_id: uuid.UUID) -> HttpResponse:
    """Say where a session takes place."""
    session = get_object_or_404(queries.sessions_ahead(request.user, now=clock.now()).select_related("cycle__group"), id=session_id)
    form = PlaceForm(request.POST or None, initial={"place": session.place})
    if request.method == "POST" and form.is_valid():
        try:
            set_place(session, place=form.cleaned_data["place"], now=clock.now())
        except SessionIsOver:
            messages.info(request, _("This session is over or cancelled, so nothing was changed."))
        else:
            messages.success(request, _("The place is set. Everyone gets a changed entry for their calendar."))
        return redirect("console")
    return render(request, "console/place.html", {"form": form, "session": session, "place": "console"}, status=422 if form.errors else 200)


def _report(request: PersonRequest, found: Report, *, now: datetime) -> dict[str, Any]:
    """What the pages show of a report; writes the line in the report log."""
    open_report(found, by=request.user, way=Way.PAGE, now=now)
    zone = request.user.organisation.time_zone
    month_began = begins(milestone_of(now, zone=zone), zone=zone)
    opened = Opening.objects.filter(report__in=Report.objects.visible_to(request.user), opened_at__gte=month_began).count()
    shown = drawn(found, reader=request.user)
    page = {"report": found, "charts": shown.charts, "tables": shown.tables, "names": shown.names, "opened": opened}
    page |= {"contrasts": shown.contrasts, "has_hidden_contrast": shown.has_hidden_contrast}
    return page | {"headline": headline(shown.charts), "time_to_meet": time_to_meet(shown.charts)}


def _call(request: PersonRequest, table: Seating, *, first_local: str, now: datetime) -> str:
    """Call the group unless it has been called already; a sentence when it cannot be."""
    assert table.topic is not None
    if queries.same_call(request.user, topic_id=table.topic.id, people=table.people):
        return ""
    if first_local and first_local not in {one.first_local for one in table.dates}:
        return _("This time does not suit everyone any more. Choose another.")
    try:
        call_group(topic=table.topic, people=table.people, by=request.user, first_local=first_local or None, zone=table.zone, now=now)
    except CannotSit as obstacle:
        return sentence(obstacle)
    except NoCommonDate:
        return str(NO_DATE)
    except BadDate as refusal:
        return str(refusal)
    return ""


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
