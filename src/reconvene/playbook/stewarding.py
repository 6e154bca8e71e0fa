"""What keeps the playbook good: reviews that are due, strategies that say the same, and all of it as a table. For L&D; nobody else finds it.

Everything here was published to everyone in the organisation; L&D learns nothing from it that others do not.
"""

import csv
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from reconvene.base import clock
from reconvene.guides.models import Topic
from reconvene.people.doors import for_learning
from reconvene.people.requests import PersonRequest
from reconvene.playbook import actions, queries
from reconvene.playbook.forms import ReviewForm
from reconvene.playbook.models import Strategy
from reconvene.playbook.rules import Review
from reconvene.privacy.disclosure import Hidden
from reconvene.text.cells import as_text


@for_learning
@require_GET
def desk(request: PersonRequest) -> HttpResponse:
    """Reviews that are due, and for one topic the pairs that may say the same."""
    topics = queries.topics_with_strategies(request.user)
    wanted = request.GET.get("topic", "").replace("\x00", "") or (topics[0].slug if topics else "")
    topic = Topic.objects.visible_to(request.user).filter(slug=wanted).first()
    page = {
        "due": queries.due_for_review(request.user, today=clock.now().date()),
        "pairs": queries.alike(request.user, topic=topic) if topic else [],
        "topic": topic,
        "topics": topics,
        "place": "playbook",
    }
    return render(request, "playbook/stewarding.html", page)


@require_POST
@for_learning
def review(request: PersonRequest, strategy_id: uuid.UUID) -> HttpResponse:
    """Keep a strategy for another year, retire it, or join it to another one on its topic."""
    strategies, now = Strategy.objects.visible_to(request.user), clock.now()
    found, form = get_object_or_404(strategies, id=strategy_id), ReviewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was changed: choose to keep it, to retire it or to join it."))
    elif form.cleaned_data["review"] == Review.KEEP:
        actions.confirm(found, now=now)
        messages.success(request, _("Kept. It will be looked at again in a year."))
    elif form.cleaned_data["review"] == Review.RETIRE:
        actions.retire(found, now=now)
        messages.success(request, _("Retired. It no longer shows in the search; who has its address can still read it."))
    else:
        stays = get_object_or_404(strategies, id=form.cleaned_data["into"])
        try:
            actions.merge(found, into=stays, now=now)
        except actions.CannotMerge:
            messages.error(request, _("Nothing was changed: only two strategies on one topic can become one."))
        else:
            messages.success(request, _("The two are one now, and what is known of both stands with it."))
    return redirect(f"{reverse('playbook-stewarding')}?topic={found.topic.slug}")


@for_learning
@require_GET
def export(request: PersonRequest) -> HttpResponse:
    """Every strategy with its evidence as far as it may be shown, and a sentence about where it comes from, for courses."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="playbook.csv"'
    writer = csv.writer(response, quoting=csv.QUOTE_ALL)
    heads = (_("Topic"), _("When"), _("What to do"), _("It led to"), _("Because"), _("Works when"), _("Not when"), _("First small step"))
    writer.writerow([*heads, _("Helped, per cent of those who tried it"), _("State"), _("Published"), _("Where it comes from")])
    for one in Strategy.objects.visible_to(request.user).select_related("topic").surest_first().iterator(chunk_size=500):
        words = (one.topic.title, one.situation, one.doing, one.led_to, one.because, one.works_when, one.not_when, one.first_step)
        writer.writerow([*(as_text(text) for text in words), _percent(one), one.state.value, f"{one.published_on:%Y-%m}", _provenance(one)])
    return response


def _percent(strategy: Strategy) -> str:
    share = strategy.share
    return "" if isinstance(share, Hidden) else str(share.percent)


def _provenance(strategy: Strategy) -> str:
    words = _(
        "Settled by a group of peers in this organisation in %(month)s. All its authors agreed to the wording. No names are kept with it."
    )
    return words % {"month": f"{strategy.published_on:%Y-%m}"}
