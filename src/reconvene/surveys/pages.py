"""What the pages of the questionnaires share: reading what was sent, keeping it, showing it again."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reconvene.base.fields import clean_text
from reconvene.groups.models import Cycle
from reconvene.people.models import Person
from reconvene.scheduling.queries import sessions_of
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
    cycle: Cycle,
    person: Person,
    moment: Moment,
    items: tuple[Item, ...],
    context: dict[str, Any],
    now: Any,
) -> HttpResponse:
    """Show a questionnaire, or keep what was sent of it. An answer that cannot be keeps nothing, says so, and gives back what was sent."""
    page = {"items": items, "scale": range(HIGHEST + 1), "cycle": cycle, **context}
    if request.method != "POST":
        return render(request, template, page)
    answers = read_answers(request)
    try:
        actions.answer(cycle, person=person, moment=moment, answers=answers, now=now)
    except BadAnswer:
        filled = [replace(item, given=str(answers.get(item.key, ""))) for item in items]
        return render(request, template, {**page, "items": filled, "is_bad": True}, status=422)
    return render(request, template, {**page, "is_kept": True})


def start_page(request: HttpRequest, *, cycle: Cycle, person: Person, now: Any) -> HttpResponse:
    """The questions before the first session; once it has begun there are none any more."""
    first = sessions_of(cycle.id).get(Kind.FIRST)
    if first is not None and first.started_at is not None:
        return render(request, "surveys/start.html", {"has_begun": True, "cycle": cycle})
    items = items_for(Moment.JOINING)
    return questionnaire(request, "surveys/start.html", cycle=cycle, person=person, moment=Moment.JOINING, items=items, context={}, now=now)


def later_page(request: HttpRequest, *, cycle: Cycle, person: Person, now: Any) -> HttpResponse:
    """The last questions, twelve weeks after the first session: what is left of it. What the person wrote at the beginning is shown to them again."""
    items = items_for(Moment.TWELVE_WEEKS, has_used=queries.has_used(cycle, person))
    context = {"before": queries.own_words(cycle, person, moment=Moment.JOINING)}
    moment = Moment.TWELVE_WEEKS
    return questionnaire(request, "surveys/later.html", cycle=cycle, person=person, moment=moment, items=items, context=context, now=now)
