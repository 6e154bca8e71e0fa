"""The questionnaires, and the question to observers, for members who are signed in."""

import uuid
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from reconvene.base import clock
from reconvene.base.links import Link, absolute
from reconvene.groups.models import Cycle
from reconvene.groups.rules import Half
from reconvene.people.requests import PersonRequest
from reconvene.programmes.models import Participant
from reconvene.surveys import actions, queries
from reconvene.surveys.forms import SEEN
from reconvene.surveys.messages import OBSERVER_LINK
from reconvene.surveys.models import ObserverQuestion
from reconvene.surveys.pages import later_page, start_page, waiting_page
from reconvene.surveys.rules import Seen

OBSERVING_FOR = timedelta(days=60)


def start(request: PersonRequest, cycle_id: uuid.UUID) -> HttpResponse:
    """Three taps and a sentence before the first session."""
    cycle = get_object_or_404(Cycle.objects.visible_to(request.user).running(), id=cycle_id)
    return start_page(request, cycle=cycle, person=request.user, now=clock.now())


def later(request: PersonRequest, cycle_id: uuid.UUID) -> HttpResponse:
    """What is left of it twelve weeks later, as by the link in the message; before that a page that says when."""
    cycle = get_object_or_404(Cycle.objects.kept_for(request.user), id=cycle_id)
    now = clock.now()
    if not queries.is_later(cycle, now=now):
        return render(request, "surveys/later.html", {"is_early": True})
    return later_page(request, cycle=cycle, person=request.user, now=now)


def waiting(request: PersonRequest, programme_id: uuid.UUID) -> HttpResponse:
    """What both halves of a pilot are asked, for whoever is in the later one, as by the link in the message."""
    mine = Participant.objects.visible_to(request.user).joined().filter(half=Half.LATER).select_related("programme", "person")
    return waiting_page(request, get_object_or_404(mine, programme=programme_id), now=clock.now())


def observers(request: PersonRequest, cycle_id: uuid.UUID) -> HttpResponse:
    """The link to hand on, and what came of it, for the member alone."""
    cycle = get_object_or_404(Cycle.objects.kept_for(request.user).select_related("topic"), id=cycle_id)
    question = ObserverQuestion.objects.visible_to(request.user).filter(cycle=cycle).first()
    if request.method == "POST":
        if request.POST.get("do") == "close" and question is not None:
            actions.close_to_observers(question, now=clock.now())
        else:
            actions.ask_observers(cycle, person=request.user, now=clock.now())
        return redirect("observers", cycle.id)
    until = question.asked_at + OBSERVING_FOR if question else None
    is_open = question is not None and until is not None and question.closed_at is None and clock.now() < until
    link = Link(OBSERVER_LINK, cycle.organisation_id, request.user.id, question.id, until) if question and until and is_open else None
    labels = dict(SEEN)
    said = [{"label": labels[Seen(one.seen)], "words": one.words} for one in queries.observations(question)] if question else []
    page = {
        "cycle": cycle, "question": question, "address": absolute("observing", link.token()) if link else "", "until": until, "said": said,
        "place": "groups",
    }  # fmt: skip
    return render(request, "surveys/observers.html", page)
