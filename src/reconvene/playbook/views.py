"""The playbook's pages: search and topics, one strategy, what others say who tried it, a topic to print, and withdrawal by an author's key."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from reconvene.base import clock
from reconvene.base.typesetting import PAPER, paper, set_pages
from reconvene.guides.models import Topic
from reconvene.guides.ours import guide_for
from reconvene.people.noticing import noticed_telling
from reconvene.people.requests import PersonRequest
from reconvene.playbook import actions, queries
from reconvene.playbook.following import follow, unfollow
from reconvene.playbook.forms import TrialForm, WithdrawalForm
from reconvene.playbook.models import Following, Strategy, Trial
from reconvene.playbook.queries import settled_on
from reconvene.playbook.rules import K
from reconvene.playbook.telling import MONTH, pieces

MOST_ON_A_SHEET = 60


def playbook(request: PersonRequest) -> HttpResponse:
    """Strategies by words, by topic, or all of them, the surest first. What somebody looks for is not kept."""
    reader, words = request.user, request.GET.get("q", "")
    topic = Topic.objects.visible_to(reader).filter(slug=request.GET.get("topic", "").replace("\x00", "")).first()
    by_situation = request.GET.get("in") == "situation"
    found = queries.find(reader, words=words, topic=topic, after=request.GET.get("after", ""), by_situation=by_situation)
    topics = queries.topics_with_strategies(reader)
    page = {
        "words": words.strip()[: queries.LONGEST_QUERY],
        "topic": topic,
        "by_situation": by_situation,
        "found": found,
        "guides": [guide for guide in map(guide_for, found.near) if guide],
        "topics": topics,
        "follows": topic is not None and Following.objects.visible_to(reader).filter(topic=topic).exists(),
        "total": sum(one.strategies for one in topics),
        "k": K,
        "place": "playbook",
    }
    return render(request, "playbook/playbook.html", page)


def strategy(request: PersonRequest, strategy_id: uuid.UUID) -> HttpResponse:
    """One strategy with its limits and its evidence. What became another one leads there."""
    found = _find(request, strategy_id)
    if found.became_id is not None and Strategy.objects.kept_for(request.user).filter(id=found.became_id).exists():
        messages.info(request, _("This wording was improved or joined with another one. Here is what it became."))
        return redirect("strategy", found.became_id)
    page = {
        "strategy": found,
        "earlier": queries.earlier_wordings(found),
        "said": queries.said_by_others(found),
        "mine": Trial.objects.of(found, person=request.user).exclude(helped="").first(),
        "guide": guide_for(found.topic),
        "k": K,
        "place": "playbook",
    }
    return render(request, "playbook/strategy.html", page)


@require_http_methods(["GET", "POST"])
def trial(request: PersonRequest, strategy_id: uuid.UUID) -> HttpResponse:
    """Say that one tried it and what came of it; said again, the later one stands. Words that could give somebody away ask for a decision once."""
    found = get_object_or_404(Strategy.objects.visible_to(request.user).select_related("topic"), id=strategy_id)
    mine = Trial.objects.of(found, person=request.user).exclude(helped="").first()
    initial = {"helped": mine.helped, "works_when": mine.works_when, "not_when": mine.not_when} if mine else None
    form = TrialForm(request.POST or None, initial=initial)
    telling: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        draft = form.draft()
        telling = noticed_telling(request.user, texts=[draft.works_when, draft.not_when])
        if not telling or form.cleaned_data["keep_words"]:
            actions.tell_trial(found, person=request.user, trial=draft, now=clock.now())
            messages.success(
                request, _("Thank you. Your part is kept without your name; the figures change when enough people have said something.")
            )
            return redirect("strategy", found.id)
    page = {"form": form, "strategy": found, "mine": mine, "telling": telling, "k": K, "place": "playbook"}
    return render(request, "playbook/trial.html", page, status=422 if request.method == "POST" else 200)


@require_POST
def trial_withdrawal(request: PersonRequest, strategy_id: uuid.UUID) -> HttpResponse:
    """Take back what one said of a strategy."""
    found = _find(request, strategy_id)
    actions.take_back_trial(found, person=request.user)
    messages.success(request, _("What you said of this strategy is gone."))
    return redirect("strategy", found.id)


def sheet(request: PersonRequest, slug: str) -> HttpResponse:
    """Everything on one topic, to print."""
    topic = get_object_or_404(Topic.objects.visible_to(request.user), slug=slug)
    strategies = settled_on(topic, organisation=request.user.organisation, limit=MOST_ON_A_SHEET)
    page = {
        "topic": topic,
        "strategies": strategies,
        "guide": guide_for(topic),
        "k": K,
        "today": clock.now(),
        "place": "playbook",
    }
    return render(request, "playbook/sheet.html", page)


def sheet_file(request: PersonRequest, slug: str) -> HttpResponse:
    """The same as a tagged PDF."""
    topic, on = get_object_or_404(Topic.objects.visible_to(request.user), slug=slug), clock.now().date()
    strategies = settled_on(topic, organisation=request.user.organisation, limit=MOST_ON_A_SHEET)
    matter = paper(
        pieces(topic.title, strategies, on=on), title=topic.title, organisation=request.user.organisation.name, as_of=date_format(on, MONTH)
    )
    answer = HttpResponse(set_pages(PAPER, matter, is_tagged=True, on=on), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{slug}.pdf"'
    patch_cache_control(answer, private=True, no_store=True)
    return answer


@require_POST
def following(request: PersonRequest, slug: str) -> HttpResponse:
    """Follow a topic, or no longer."""
    topic = get_object_or_404(Topic.objects.visible_to(request.user), slug=slug)
    if request.POST.get("follow") == "yes":
        follow(request.user, topic, now=clock.now())
        messages.success(request, _("From next month on you hear when something was settled on this topic, once a month at most."))
    else:
        unfollow(request.user, topic)
        messages.success(request, _("You no longer follow this topic."))
    return redirect(f"{reverse('playbook')}?topic={topic.slug}")


def followed(request: PersonRequest, following_id: uuid.UUID) -> HttpResponse:
    """From the message to the topic, which its address does not name."""
    found = get_object_or_404(Following.objects.visible_to(request.user).select_related("topic"), id=following_id)
    return redirect(f"{reverse('playbook')}?topic={found.topic.slug}")


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


def _find(request: PersonRequest, strategy_id: uuid.UUID) -> Strategy:
    found: Strategy = get_object_or_404(Strategy.objects.kept_for(request.user).select_related("topic"), id=strategy_id)
    return found
