"""Questionnaires by signed link, without an account: opening a link shows a form, a button sends it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from reconvene.base import clock
from reconvene.base.links import Link, by_link
from reconvene.forming.models import Seat
from reconvene.groups.models import Cycle
from reconvene.groups.rules import Half
from reconvene.people.models import Person
from reconvene.programmes.models import Participant
from reconvene.surveys import actions
from reconvene.surveys.forms import ObservingForm
from reconvene.surveys.messages import LATER_LINK, OBSERVER_LINK, WAITING_LINK
from reconvene.surveys.models import ObserverQuestion
from reconvene.surveys.pages import later_page, start_page, waiting_page
from reconvene.surveys.rules import Seen


@by_link("seat")
def start_by_seat(request: HttpRequest, link: Link) -> HttpResponse:
    """Three taps and a sentence before the first session, with the link of the invitation, once the seat has become one in a group."""
    person = _person(link)
    seat = get_object_or_404(Seat.objects.visible_to(person).accepted().select_related("proposal"), id=link.subject_id)
    cycle = get_object_or_404(Cycle.objects.visible_to(person).running(), group_id=seat.proposal.group_id, number=1)
    return start_page(request, cycle=cycle, person=person, now=clock.now())


@by_link(LATER_LINK)
def later(request: HttpRequest, link: Link) -> HttpResponse:
    """Twelve weeks after the first session: what is left of it."""
    person = _person(link)
    cycle = get_object_or_404(Cycle.objects.kept_for(person), id=link.subject_id)
    return later_page(request, cycle=cycle, person=person, now=clock.now())


@by_link(WAITING_LINK)
def waiting(request: HttpRequest, link: Link) -> HttpResponse:
    """While others begin, and just before one's own turn: the questions that both halves of a pilot are asked."""
    mine = Participant.objects.joined().filter(half=Half.LATER, person=_person(link)).select_related("programme", "person")
    return waiting_page(request, get_object_or_404(mine, id=link.subject_id), now=clock.now())


@by_link(OBSERVER_LINK)
def observing(request: HttpRequest, link: Link) -> HttpResponse:
    """One question by a member's own invitation. Whoever has the link answers; nothing about them is kept."""
    question = get_object_or_404(ObserverQuestion.objects.select_related("cycle__topic"), id=link.subject_id, person=_person(link))
    page = {"asker": _person(link), "topic": question.cycle.topic}
    if question.closed_at is not None:
        return render(request, "surveys/observing.html", {**page, "is_closed": True})
    form = ObservingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.observe(question, seen=Seen(given["seen"]), words=given["words"], key=given["key"])
        except actions.NoMoreAnswers:
            return render(request, "surveys/observing.html", {**page, "is_closed": True})
        return render(request, "surveys/observing.html", {**page, "is_kept": True})
    return render(request, "surveys/observing.html", {**page, "form": form}, status=422 if form.errors else 200)


def _person(link: Link) -> Person:
    return get_object_or_404(Person.objects.active(), id=link.person_id)
