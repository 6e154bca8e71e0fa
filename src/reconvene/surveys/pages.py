"""What the pages of the questionnaires share: reading what was sent, keeping it, showing it again."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reconvene.base.fields import clean_text
from reconvene.groups.models import Cycle
from reconvene.people.models import Person
from reconvene.programmes.models import Participant
from reconvene.scheduling.queries import bare_sessions_of
from reconvene.scheduling.rules import Kind
from reconvene.surveys import actions, queries
from reconvene.surveys.rules import HIGHEST, BadAnswer, Item, Moment, items_for

PREFIX = "item-"


def read_answers(request: HttpRequest) -> dict[str, object]:
    """What was sent, by item."""
    return {key.removeprefix(PREFIX): clean_text(str(value)) for key, value in request.POST.items() if key.startswith(PREFIX)}


def questionnaire(
    request: HttpRequest,
    template: str,
    *,
    items: tuple[Item, ...],
    context: dict[str, Any],
    keep: Callable[[Mapping[str, object]], object],
) -> HttpResponse:
    """Show a questionnaire, or `keep` what was sent of it. An answer that cannot be keeps nothing, says so, and gives back what was sent."""
    page = {"items": items, "scale": range(HIGHEST + 1), **context}
    if request.method != "POST":
        return render(request, template, page)
    answers = read_answers(request)
    try:
        keep(answers)
    except BadAnswer:
        filled = [replace(item, given=str(answers.get(item.key, ""))) for item in items]
        return render(request, template, {**page, "items": filled, "is_bad": True}, status=422)
    return render(request, template, {**page, "is_kept": True})


def start_page(request: HttpRequest, *, cycle: Cycle, person: Person, now: datetime) -> HttpResponse:
    """The questions before the first session; once it has begun there are none any more."""
    first = bare_sessions_of(cycle.id).get(Kind.FIRST)
    if first is not None and first.started_at is not None:
        return render(request, "surveys/start.html", {"has_begun": True, "cycle": cycle})
    keep = partial(_keep, cycle, person, Moment.JOINING, now)
    return questionnaire(request, "surveys/start.html", items=items_for(Moment.JOINING), context={"cycle": cycle}, keep=keep)


def later_page(request: HttpRequest, *, cycle: Cycle, person: Person, now: datetime) -> HttpResponse:
    """The last questions, twelve weeks after the first session: what is left of it. What the person wrote at the beginning is shown to them again."""
    asked = items_for(Moment.TWELVE_WEEKS, has_used=queries.has_used(cycle, person))
    items = tuple(replace(item, currency=person.organisation.currency) for item in asked)
    context = {"cycle": cycle, "before": queries.own_words(cycle, person, moment=Moment.JOINING)}
    keep = partial(_keep, cycle, person, Moment.TWELVE_WEEKS, now)
    return questionnaire(request, "surveys/later.html", items=items, context=context, keep=keep)


def waiting_page(request: HttpRequest, participant: Participant, *, now: datetime) -> HttpResponse:
    """The questions for who waits for their half of a pilot; when they are not asked anything now, a page that says so."""
    asked = next((one for one in queries.waiting(participant.person, now=now) if one.participant.id == participant.id), None)
    if asked is None:
        return render(request, "surveys/waiting.html", {"is_over": True})
    is_first = asked.moment == Moment.WAITING

    def keep(answers: Mapping[str, object]) -> None:
        actions.answer_waiting(participant, moment=asked.moment, answers=answers, now=now)

    return questionnaire(request, "surveys/waiting.html", items=items_for(asked.moment), context={"is_first": is_first}, keep=keep)


def _keep(cycle: Cycle, person: Person, moment: Moment, now: datetime, answers: Mapping[str, object]) -> None:
    actions.answer(cycle, person=person, moment=moment, answers=answers, now=now)
