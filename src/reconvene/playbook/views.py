"""The playbook's pages: search and topics, one strategy, and its withdrawal by an author's key."""

import uuid
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from reconvene.base import clock
from reconvene.guides.catalogue import library
from reconvene.guides.models import Topic
from reconvene.people.models import Person
from reconvene.playbook import actions, queries
from reconvene.playbook.forms import WithdrawalForm
from reconvene.playbook.models import Strategy
from reconvene.playbook.rules import K


def playbook(request: HttpRequest) -> HttpResponse:
    """Strategies by words, by topic, or all of them, the surest first. What somebody looks for is not kept."""
    reader, words = cast(Person, request.user), request.GET.get("q", "")
    topic = Topic.objects.visible_to(reader).filter(slug=request.GET.get("topic", "")).first()
    found = queries.find(reader, words=words, topic=topic, after=request.GET.get("after", ""))
    topics = queries.topics_with_strategies(reader)
    page = {
        "words": words.strip()[: queries.LONGEST_QUERY],
        "topic": topic,
        "found": found,
        "guides": [library().guides[near.slug] for near in found.near if near.slug in library().guides],
        "topics": topics,
        "total": sum(one.strategies for one in topics),
        "k": K,
        "place": "playbook",
    }
    return render(request, "playbook/playbook.html", page)


def strategy(request: HttpRequest, strategy_id: uuid.UUID) -> HttpResponse:
    """One strategy with its limits and its evidence."""
    found = get_object_or_404(Strategy.objects.visible_to(cast(Person, request.user)).select_related("topic"), id=strategy_id)
    page = {"strategy": found, "guide": library().guides.get(found.topic.slug), "k": K, "place": "playbook"}
    return render(request, "playbook/strategy.html", page)


def withdrawal(request: HttpRequest) -> HttpResponse:
    """Take a strategy out by an author's key. Who sends the key is not written down."""
    form = WithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw(form.cleaned_data["secret"], now=clock.now())
        except actions.UnknownSecret:
            form.add_error("secret", _("No strategy here belongs to this key. Check that it was copied whole."))
        else:
            messages.success(request, _("The strategy is out of the playbook. Nobody is told who took it out."))
            return redirect("playbook")
    return render(request, "playbook/withdrawal.html", {"form": form, "place": "playbook"}, status=422 if form.errors else 200)
