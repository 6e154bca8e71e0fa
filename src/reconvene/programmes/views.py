"""What a member sees of a programme, by the link in the invitation or signed in: what it is, when, and one tap to take part."""

import uuid
from datetime import date
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from reconvene.base import clock
from reconvene.base.links import Link, by_link
from reconvene.groups.models import Programme
from reconvene.people.models import Person
from reconvene.people.requests import PersonRequest
from reconvene.programmes import actions
from reconvene.programmes.messages import LINK
from reconvene.programmes.models import Participant
from reconvene.programmes.queries import takes_new, waits


@by_link(LINK)
def by_mail(request: HttpRequest, link: Link) -> HttpResponse:
    """The programme by the link in the invitation. Opening it changes nothing."""
    rows = Participant.objects.select_related("programme", "person")
    mine = get_object_or_404(rows, id=link.subject_id, person_id=link.person_id, person__left_at=None)
    return _programme(request, mine.programme, person=mine.person)


def programme(request: PersonRequest, programme_id: uuid.UUID) -> HttpResponse:
    """The programme signed in: for everybody in the organisation, so that L&D may pass on its address."""
    found = get_object_or_404(Programme.objects.filter(organisation_id=request.user.organisation_id), id=programme_id)
    if found.is_open:
        raise Http404
    return _programme(request, found, person=request.user)


def _programme(request: HttpRequest, found: Programme, *, person: Person) -> HttpResponse:
    today = _today(person)
    if request.method == "POST":
        _answer(request, found, person=person, today=today)
        return redirect(request.path)
    mine = Participant.objects.visible_to(person).filter(programme=found).select_related("programme").first()
    page = {
        "programme": found,
        "topics": [one.topic for one in found.topics.select_related("topic").order_by("topic__title")],
        "joined": mine if mine is not None and mine.joined_at else None,
        "waits": mine is not None and waits(mine),
        "may_join": takes_new(found, today=today),
        "reader": person,
        "place": "home",
    }
    return render(request, "programmes/programme.html", page)


def _answer(request: HttpRequest, found: Programme, *, person: Person, today: date) -> None:
    now = clock.now()
    if request.POST.get("answer") == "join":
        try:
            actions.join(found, person=person, today=today, now=now)
        except actions.SignUpIsOver:
            messages.info(request, _("The sign-up is over. You may raise a challenge all the same; we look for your peers at once."))
    elif request.POST.get("answer") == "decline":
        actions.decline(found, person=person, now=now)
        messages.success(request, _("You are not asked again about this one. Nobody was told."))


def _today(person: Person) -> date:
    return clock.now().astimezone(ZoneInfo(person.time_zone)).date()
