"""A member's own pages: the home page, my groups, one group, leaving it."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from reconvene.base import clock
from reconvene.forming import calling, group_offers
from reconvene.forming.going_on import choose_dates
from reconvene.groups.actions import CannotSit, choose_topic
from reconvene.groups.models import Cycle, Group, Membership
from reconvene.groups.rules import OfferKind
from reconvene.guides.models import Topic
from reconvene.guides.queries import in_order
from reconvene.home import queries
from reconvene.home.forms import DatesForm, OfferForm, TopicForm
from reconvene.people.requests import PersonRequest
from reconvene.practice.actions import come_by
from reconvene.rooms.written import disagreements
from reconvene.scheduling.actions import BadDate, leave
from reconvene.scheduling.queries import swappable_by

ANSWERED = {
    OfferKind.MERGE: gettext_lazy("Agreed. Whoever comes to you gets your dates."),
    OfferKind.SWAP: gettext_lazy("Agreed. You conduct their next session and get its date; their host conducts yours."),
}
"""What a host reads who has agreed to another group's offer."""


def home(request: PersonRequest) -> HttpResponse:
    """One clear next thing; what is ahead; my table."""
    now = clock.now()
    page = queries.home(request.user, now=now)
    is_silent = page.practice is not None and come_by(page.practice.row, now=now)
    return render(request, "home/home.html", {"page": page, "is_silent": is_silent, "place": "home"})


def groups(request: PersonRequest) -> HttpResponse:
    """My groups, now and before."""
    cards, past, seats = queries.group_cards(request.user), queries.past_groups(request.user), queries.open_seats(request.user)
    return render(request, "home/groups.html", {"cards": cards, "past": past, "seats": seats, "place": "groups"})


def group(request: PersonRequest, group_id: uuid.UUID) -> HttpResponse:
    """One group: who sits there, both dates, the room, the practice."""
    mine = get_object_or_404(Group.objects.visible_to(request.user).live(), id=group_id)
    (card,) = queries.group_cards(request.user, only=mine)
    answers, swappable = queries.answers(card.sessions, person=request.user).items(), swappable_by(request.user, card.sessions)
    page = {
        "card": card, "answers": answers, "swappable": swappable, "asks_start": queries.asks_start((card,), person=request.user),
        "time_shared": queries.how_time_was_shared(card), "disagreed": disagreements(mine, viewer=request.user),
        "place": "groups", **queries.offers_of(card, person=request.user, now=clock.now()),
    }  # fmt: skip
    return render(request, "home/group.html", page)


def history(request: PersonRequest, group_id: uuid.UUID) -> HttpResponse:
    """The closed cycles of a group, for those who were there; also when it has ended, or they have left it since."""
    past = queries.history(request.user, group_id=group_id)
    known = {one.cycle.group_id for one in past}
    group = get_object_or_404(Group.objects.filter(id__in=known) if known else Group.objects.visible_to(request.user), id=group_id)
    return render(request, "home/history.html", {"group": group, "past": past, "place": "groups"})


def dates(request: PersonRequest, group_id: uuid.UUID) -> HttpResponse:
    """Dates for a cycle that has none: a group that goes on, and for which no pair of dates was found."""
    cycle = get_object_or_404(Cycle.objects.visible_to(request.user).running().select_related("group__programme"), group_id=group_id)
    form = DatesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            has_booked = choose_dates(cycle, first_local=form.first_local, zone=request.user.time_zone, now=clock.now())
        except BadDate as refusal:
            form.add_error("starts", str(refusal))
        else:
            if not has_booked:
                messages.info(request, _("Somebody else has just set the dates. They stand here."))
            return redirect("group", group_id)
    status = 422 if form.errors else 200
    return render(request, "home/dates.html", {"form": form, "cycle": cycle, "place": "groups"}, status=status)


@require_POST
def open_seats(request: PersonRequest, group_id: uuid.UUID) -> HttpResponse:
    """A code by which others take the open seats before the next cycle begins."""
    cycle = get_object_or_404(Cycle.objects.visible_to(request.user).running().select_related("group"), group_id=group_id)
    try:
        call = calling.open_seats(cycle, by=request.user, now=clock.now())
    except CannotSit:
        messages.info(request, _("No seat can be opened now: all are taken, or the session has begun or has no date yet."))
        return redirect("group", group_id)
    return redirect("call", call.id)


@require_POST
def offers(request: PersonRequest, group_id: uuid.UUID) -> HttpResponse:
    """Offer another group to become one with it, or to swap hosts; or answer its offer. For the host."""
    mine, now = get_object_or_404(Group.objects.visible_to(request.user).live(), id=group_id), clock.now()
    offered = group_offers.offered_to(mine)
    try:
        if "other" in request.POST:
            form = OfferForm(request.POST)
            data = form.cleaned_data if form.is_valid() else {}
            other = get_object_or_404(Group.objects.live(), id=data.get("other"))
            group_offers.offer(mine, other=other, kind=OfferKind(data["kind"]), by=request.user, now=now)
            messages.success(request, _("The other group’s host reads it on their page. Until they agree nothing changes."))
        elif offered is not None:
            agrees = request.POST.get("agrees") == "yes"
            group_offers.answer_offer(offered, agrees=agrees, by=request.user, now=now)
            messages.success(request, ANSWERED[OfferKind(offered.kind)] if agrees else _("Answered. Everything stays as it is."))
    except (group_offers.NotTheHost, group_offers.NotPossible):
        messages.info(request, _("That cannot be now, for these two groups. Nothing has changed."))
    return redirect("group", group_id)


def topic(request: PersonRequest, group_id: uuid.UUID) -> HttpResponse:
    """What the next cycle is about; while its first session is still ahead."""
    cycles = Cycle.objects.visible_to(request.user).running().filter(number__gt=1).exclude(sessions__started_at__isnull=False)
    cycle = get_object_or_404(cycles.select_related("group", "topic"), group_id=group_id)
    topics = Topic.objects.offered_to(request.user) | Topic.objects.filter(id=cycle.topic_id)
    form = TopicForm(request.POST or None, initial={"topic": cycle.topic.slug, "question": cycle.group.key_question})
    if request.method == "POST" and form.is_valid():
        chosen = get_object_or_404(topics, slug=form.cleaned_data["topic"])
        choose_topic(cycle, topic=chosen, question=form.cleaned_data["question"], now=clock.now())
        return redirect("group", group_id)
    page = {"form": form, "cycle": cycle, "topics": in_order(topics, organisation_id=request.user.organisation_id), "place": "groups"}
    return render(request, "home/topic.html", page, status=422 if form.errors else 200)


@require_POST
def leaving(request: PersonRequest, group_id: uuid.UUID) -> HttpResponse:
    """Leave a group, without a reason. Sent twice, it is answered like the first time."""
    mine = Membership.objects.filter(person=request.user, group_id=group_id).order_by("-started_at").first()
    if mine is None:
        raise Http404
    leave(mine, now=clock.now())
    messages.success(request, _("You have left the group. The others see that the seat is open; nobody is asked why."))
    return redirect("home")
