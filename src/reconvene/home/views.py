"""A member's own pages: the home page, my groups, one group, leaving it."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reconvene.base import clock
from reconvene.groups.models import Group, Membership
from reconvene.home import queries
from reconvene.people.requests import PersonRequest
from reconvene.scheduling.actions import leave


def home(request: PersonRequest) -> HttpResponse:
    """One clear next thing; what is ahead; my table."""
    return render(request, "home/home.html", {"page": queries.home(request.user, now=clock.now()), "place": "home"})


def groups(request: PersonRequest) -> HttpResponse:
    """My groups, now and before."""
    page = {"cards": queries.group_cards(request.user), "past": queries.past_groups(request.user), "place": "groups"}
    return render(request, "home/groups.html", page)


def group(request: PersonRequest, group_id: uuid.UUID) -> HttpResponse:
    """One group: who sits there, both dates, the room, the practice."""
    mine = get_object_or_404(Group.objects.visible_to(request.user).live(), id=group_id)
    (card,) = queries.group_cards(request.user, only=mine)
    page = {"card": card, "answers": queries.answers(card.sessions, person=request.user).items(), "place": "groups"}
    return render(request, "home/group.html", page)


@require_POST
def leaving(request: PersonRequest, group_id: uuid.UUID) -> HttpResponse:
    """Leave a group, without a reason. Sent twice, it is answered like the first time."""
    mine = Membership.objects.filter(person=request.user, group_id=group_id).order_by("-started_at").first()
    if mine is None:
        raise Http404
    leave(mine, now=clock.now())
    messages.success(request, _("You have left the group. The others see that the seat is open; nobody is asked why."))
    return redirect("home")
