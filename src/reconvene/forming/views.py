"""Seats: seen and answered by signed link or signed in. Groups called on the spot: start, show the code, join."""

import uuid
from datetime import timedelta

import segno
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reconvene.base import clock, tenancy
from reconvene.base.links import BadLink, ExpiredLink, Link, absolute, by_link, read_link
from reconvene.base.middleware import ORGANISATION
from reconvene.base.templatetags.design import SeatMark
from reconvene.forming import actions, calling, queries
from reconvene.forming.forms import CallForm, CodeForm, NewcomerForm
from reconvene.forming.models import Call, Seat
from reconvene.groups.actions import CannotSit
from reconvene.guides.models import Topic
from reconvene.guides.queries import in_order
from reconvene.people.models import Person
from reconvene.people.requests import PersonRequest
from reconvene.scheduling.actions import BadDate
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind

NEWCOMER_SIGNED_IN = timedelta(days=1)
"""How long a browser is that of a newcomer whose address nobody has proved; after that they sign in by a code that goes there, like everybody."""
REFUSALS = {
    "full": gettext_lazy("All six seats are taken."),
    "ended": gettext_lazy("This group has ended."),
    "other_group": gettext_lazy("You sit in another group already. Finish or leave that one first; your seat there is on your home page."),
    "reporting_line": gettext_lazy(
        "Someone at this table is above or below you in the reporting line. People speak more freely without that, so this seat is not possible."
    ),
    "size": gettext_lazy("A group has three to six people."),
}


@by_link("seat")
def seat(request: PersonRequest, link: Link) -> HttpResponse:
    """A seat by the link in the invitation: no account needed. Opening it changes nothing."""
    mine = get_object_or_404(
        Seat.objects.select_related("proposal__topic", "proposal__programme", "person"),
        id=link.subject_id,
        person_id=link.person_id,
        person__left_at=None,
    )
    return _seat(request, mine, address=request.path, token=link.token())


def seat_mine(request: PersonRequest, seat_id: uuid.UUID) -> HttpResponse:
    """One's own seat, signed in."""
    scope = Seat.objects.visible_to(request.user).select_related("proposal__topic", "proposal__programme", "person")
    return _seat(request, get_object_or_404(scope, id=seat_id), address=request.path)


def _seat(request: PersonRequest, mine: Seat, *, address: str, token: str = "") -> HttpResponse:
    now = clock.now()
    if request.method == "POST":
        try:
            _answer(request, mine)
        except actions.ProposalIsClosed:
            messages.info(request, _("This was settled in the meantime. Here is how things stand now."))
        return redirect(address)
    page = queries.seat_page(mine, now=now)
    return render(request, "forming/seat.html", {"page": page, "reader": mine.person, "token": token, "place": "home"})


def _answer(request: PersonRequest, mine: Seat) -> None:
    now, answer = clock.now(), request.POST.get("answer")
    if answer == "accept":
        actions.accept_seat(mine, offers_to_host=request.POST.get("host") == "yes", now=now, to=request.POST.get("to", ""))
    elif answer == "decline":
        actions.decline_seat(mine, now=now)
    elif answer == "suggest":
        actions.suggest_dates(mine, first_local=request.POST.get("first_local", ""), now=now)


def group_call(request: PersonRequest) -> HttpResponse:
    """Start a group now, or at a date, with people one chooses."""
    form = CallForm(request.POST or None, initial={"topic": request.GET.get("topic", ""), "when": "now"})
    topics = Topic.objects.offered_to(request.user)
    if request.method == "POST" and form.is_valid():
        started = _start(request, form, topic=topics.filter(slug=form.cleaned_data["topic"]).first())
        if started is not None:
            return redirect("call", started.id)
    page = {"form": form, "topics": in_order(topics, organisation_id=request.user.organisation_id), "place": "groups"}
    return render(request, "forming/call_new.html", page, status=422 if form.errors else 200)


def _start(request: PersonRequest, form: CallForm, *, topic: Topic | None) -> Call | None:
    """Start the group; None, with a sentence on the form, when it cannot be."""
    if topic is None:
        form.add_error("topic", _("Choose one of the topics."))
        return None
    try:
        return calling.start_group(topic=topic, by=request.user, first_local=form.first_local, now=clock.now())
    except CannotSit as refusal:
        form.add_error(None, REFUSALS[refusal.code])
    except BadDate as mistake:
        form.add_error("starts", str(mistake))
    return None


def call(request: PersonRequest, call_id: uuid.UUID) -> HttpResponse:
    """The caller's page: code, QR, who has joined, and the way into the room."""
    mine = get_object_or_404(
        Call.objects.select_related("group__topic"), id=call_id, group__memberships__person=request.user, group__memberships__ended_at=None
    )
    link = Link("join", mine.organisation_id, request.user.id, mine.id, mine.until)
    address = absolute("call-join", link.token())
    members = list(mine.group.memberships.live().select_related("person"))
    marks = [SeatMark("you" if one.person_id == request.user.id else "taken", one.person.initials) for one in members]
    session = Session.objects.filter(cycle__group=mine.group, kind=Kind.FIRST, cancelled_at=None, ended_at=None).first()
    if session is None:
        return redirect("group", mine.group_id)
    picture = segno.make(address, error="m").svg_inline(
        scale=4, border=2, light="#fff", svgclass="qr", lineclass=None, omitsize=True, title=_("Code to join")
    )
    page = {"call": mine, "address": address, "members": members, "marks": marks, "session": session, "qr": picture, "place": "groups"}
    template = "forming/call.html#joined" if request.htmx else "forming/call.html"
    return render(request, template, page)


def call_code(request: PersonRequest) -> HttpResponse:
    """Type the code that the caller reads out."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = Call.objects.filter(code=form.cleaned_data["code"], until__gt=clock.now()).first()
        if found is not None:
            link = Link("join", found.organisation_id, request.user.id, found.id, found.until)
            return redirect("call-join", link.token())
        form.add_error("code", _("No group has this code, or it has ended. Ask the person who called it to read it out again."))
    return render(request, "forming/call_code.html", {"form": form, "place": "groups"}, status=422 if form.errors else 200)


@login_not_required
def call_join(request: PersonRequest, token: str) -> HttpResponse:
    """Join a called group from its QR code: signed in with one tap, otherwise with name and address."""
    try:
        link = read_link(token, purpose="join", now=clock.now())
    except ExpiredLink:
        return render(request, "base/link_expired.html", status=410)
    except BadLink:
        return render(request, "base/link_bad.html", status=404)
    with tenancy.within(link.organisation_id):
        found = get_object_or_404(Call.objects.select_related("group__topic", "called_by__level"), id=link.subject_id, group__ended_at=None)
        return _join(request, found)


def _join(request: PersonRequest, found: Call) -> HttpResponse:
    member = request.user if request.user.is_authenticated and request.user.organisation_id == found.organisation_id else None
    form = NewcomerForm(request.POST if request.method == "POST" and member is None else None)
    refusal = None
    if request.method == "POST" and (member is not None or form.is_valid()):
        try:
            _sit_down(request, found, member=member, form=form)
            return redirect("call", found.id)
        except CannotSit as cannot:
            refusal = REFUSALS[cannot.code]
        except calling.KnownAddress:
            form.add_error("email", _("This address is known here. Sign in with it first, then scan the code again."))
    page = {"call": found, "form": form, "member": member, "refusal": refusal}
    return render(request, "forming/call_join.html", page, status=422 if refusal or form.errors else 200)


def _sit_down(request: PersonRequest, found: Call, *, member: Person | None, form: NewcomerForm) -> None:
    """Seat a member, or a newcomer, in whose name this browser is signed in for a day. Raises CannotSit or KnownAddress."""
    if member is not None:
        calling.join_called_group(found, person=member, now=clock.now())
        return
    address = form.cleaned_data["email"]
    if tenancy.organisation_of_address(address) is not None:
        raise calling.KnownAddress
    person = calling.join_as_newcomer(found, name=form.cleaned_data["name"], email=address, now=clock.now())
    login(request, person)
    request.session.set_expiry(clock.now() + NEWCOMER_SIGNED_IN)
    request.session[ORGANISATION] = str(found.organisation_id)
