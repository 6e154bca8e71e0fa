"""Raising a challenge: the form, what it learns while one types, and the page right afterwards."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reconvene.availability.actions import refresh, set_hours
from reconvene.availability.forms import initial_hours
from reconvene.availability.queries import week_of
from reconvene.base import clock
from reconvene.base.links import Link, by_link
from reconvene.challenges import actions, fellows, queries
from reconvene.challenges.forms import LONGEST_CHALLENGE, STARTS, ChallengeForm
from reconvene.challenges.messages import FELLOW_LINK
from reconvene.challenges.models import Challenge, Introduction
from reconvene.guides.models import Topic
from reconvene.guides.ours import guide_for
from reconvene.guides.queries import in_order
from reconvene.people.models import Person
from reconvene.people.noticing import noticed_names
from reconvene.people.requests import PersonRequest
from reconvene.playbook.queries import settled_on

STRATEGIES_SHOWN = 2


def challenge_new(request: PersonRequest) -> HttpResponse:
    """The intake form. A name that was noticed asks for a decision once, then the decision stands."""
    if request.method != "POST":
        initial = {"start": STARTS[1][0], "topic": request.GET.get("topic", ""), **initial_hours(week_of(request.user))}
        return render(request, "challenges/new.html", _page(request, ChallengeForm(initial=initial)))
    form = ChallengeForm(request.POST)
    form.full_clean()
    topic = Topic.objects.offered_to(request.user).filter(slug=form.cleaned_data.get("topic", "")).first()
    if topic is None and "topic" not in form.errors:
        form.add_error("topic", _("Choose one of the topics."))
    names = noticed_names(request.user, texts=[form.cleaned_data.get(key, "") for key in ("text", "wants", "does_not_want")])
    if topic is None or form.errors or (names and not form.cleaned_data["keep_names"]):
        return render(request, "challenges/new.html", {**_page(request, form), "names": names}, status=422)
    set_hours(request.user, **form.hours())
    refresh([request.user], now=clock.now())
    try:
        offered = queries.likely_topics(request.user, text=form.cleaned_data["text"]).first
        draft = form.draft(names=names)
        challenge = actions.raise_challenge(request.user, topic=topic, draft=draft, now=clock.now(), offered=offered)
    except actions.AlreadyWaiting as waiting:
        messages.info(request, _("You already wait for a group on this topic, so nothing was sent twice."))
        return redirect("challenge", waiting.challenge.id)
    return redirect("challenge", challenge.id)


def _page(request: PersonRequest, form: ChallengeForm) -> dict[str, object]:
    text = str(form["text"].value() or "")[:LONGEST_CHALLENGE]
    chosen = str(form["topic"].value() or "")
    likely = queries.likely_topics(request.user, text=text)
    topics = in_order(Topic.objects.offered_to(request.user), organisation_id=request.user.organisation_id)
    return {
        "form": form,
        "likely": likely,
        "topics": topics,
        "chosen": chosen,
        "is_elsewhere": likely.leaves_out(chosen),
        "starts": STARTS,
        "place": "home",
        "names": (),
    }


@require_POST
def hints(request: PersonRequest) -> HttpResponse:
    """While one types: topics that fit and what the playbook has. The text is read, not kept; no name is looked up."""
    text = request.POST.get("text", "")[:LONGEST_CHALLENGE]
    likely = queries.likely_topics(request.user, text=text)
    chosen = request.POST.get("topic", "")
    best = likely.first if likely.is_sure else None
    page = {
        "likely": likely,
        "chosen": chosen,
        "is_elsewhere": likely.leaves_out(chosen),
        "topics": in_order(Topic.objects.offered_to(request.user), organisation_id=request.user.organisation_id),
        "best": best,
        "crowd": queries.others_waiting(best.slug, person=request.user) if best else "",
        "strategies": settled_on(best, organisation=request.user.organisation, limit=STRATEGIES_SHOWN) if best else [],
        "guide": guide_for(best) if best else None,
    }
    return render(request, "challenges/hints.html", page)


def challenge(request: PersonRequest, challenge_id: uuid.UUID) -> HttpResponse:
    """One's own challenge: useful the same day, whatever the queue does."""
    mine = get_object_or_404(Challenge.objects.visible_to(request.user).select_related("topic", "person"), id=challenge_id)
    now = clock.now()
    standing = fellows.standing_of(mine, now=now)
    page = {
        "challenge": mine,
        "fellow": standing.fellow,
        "has_asked": standing.has_asked,
        "may_ask": standing.fellow is None and not standing.has_asked and fellows.fellow_for(mine, now=now) is not None,
        "offers": mine.settled_at is not None and fellows.may_be_asked(request.user, topic=mine.topic),
        "guide": guide_for(mine.topic),
        "crowd": queries.others_waiting(mine.topic.slug, person=request.user),
        "strategies": settled_on(mine.topic, organisation=request.user.organisation, limit=STRATEGIES_SHOWN),
        "place": "home",
    }
    return render(request, "challenges/challenge.html", page)


@require_POST
def withdrawal(request: PersonRequest, challenge_id: uuid.UUID) -> HttpResponse:
    """Stop looking for a group."""
    mine = get_object_or_404(Challenge.objects.visible_to(request.user), id=challenge_id)
    if actions.withdraw_challenge(mine, now=clock.now()).withdrawn_at is None:
        messages.info(request, _("This has found its group, so nothing was changed. A group is left on its own page."))
        return redirect("challenge", mine.id)
    messages.success(request, _("You no longer wait on this. Nobody was told."))
    return redirect("home")


@require_POST
def offer(request: PersonRequest, challenge_id: uuid.UUID) -> HttpResponse:
    """Say that one may be asked about the topic of a challenge that is settled, or take it back."""
    settled = Challenge.objects.visible_to(request.user).exclude(settled_at=None).select_related("topic")
    mine = get_object_or_404(settled, id=challenge_id)
    if request.POST.get("offer") == "no":
        fellows.take_back(request.user, topic=mine.topic, now=clock.now())
        messages.success(request, _("You are not asked about this any more."))
    else:
        fellows.offer(request.user, topic=mine.topic, now=clock.now())
        messages.success(request, _("You may be asked about this. Each time you decide anew, before anybody learns who you are."))
    return redirect("challenge", mine.id)


@require_POST
def asking(request: PersonRequest, challenge_id: uuid.UUID) -> HttpResponse:
    """Have a fellow asked for a challenge that waits alone."""
    mine = get_object_or_404(Challenge.objects.visible_to(request.user), id=challenge_id)
    try:
        fellows.ask_a_fellow(mine, now=clock.now())
    except fellows.NobodyToAsk:
        messages.info(request, _("There is nobody to ask just now."))
    else:
        messages.success(request, _("We have asked. You hear from us when they agree."))
    return redirect("challenge", mine.id)


@by_link(FELLOW_LINK)
def fellow(request: HttpRequest, link: Link) -> HttpResponse:
    """Whether one may be asked this time, from a message. Who asks is shown once one has agreed."""
    found = Introduction.objects.select_related("offer", "challenge__topic", "challenge__person")
    person = get_object_or_404(Person.objects.active(), id=link.person_id)
    asked = get_object_or_404(found, id=link.subject_id, offer__person=person)
    if request.method == "POST":
        asked = fellows.answer(asked, agrees=request.POST.get("agrees") == "yes", now=clock.now())
    return render(request, "challenges/fellow.html", {"asked": asked, "asker": asked.challenge.person, "topic": asked.challenge.topic})
