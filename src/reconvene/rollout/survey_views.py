"""The needs survey: handed out and closed by L&D, answered by managers through one link."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from reconvene.base import clock
from reconvene.base.links import Link, absolute, by_link
from reconvene.guides.models import Topic
from reconvene.people.doors import for_learning
from reconvene.people.models import Person
from reconvene.people.requests import PersonRequest
from reconvene.rollout import project_actions, project_queries
from reconvene.rollout.models import Project
from reconvene.rollout.pages import page_of, project_for, rules_for, today_for
from reconvene.rollout.project_actions import Refused
from reconvene.rollout.project_forms import (
    SurveyForm,
)  # fmt: skip

NEEDS_LINK = "needs"


@for_learning
def survey(request: PersonRequest, project_id: uuid.UUID) -> HttpResponse:
    """The needs survey: hand out the link, close it, see the three topics."""
    found = project_for(request, project_id)
    rules = rules_for(found)
    titles = _titles(request.user)
    if request.method == "POST":
        try:
            if request.POST.get("do") == "close":
                project_actions.close_survey(found, titles=titles, k=rules.k, on=today_for(request.user), now=clock.now())
            else:
                project_actions.open_survey(found, now=clock.now())
        except Refused as refused:
            messages.warning(request, str(refused))
        return redirect("roll-out-survey", found.id)
    cells = found.survey.get("cells", [])
    most = max((cell["people"] for cell in cells), default=0)
    ranked = sorted(cells, key=lambda cell: (-cell["people"], cell["label"]))
    link = (
        Link(NEEDS_LINK, found.organisation_id, request.user.id, found.id, found.survey_until)
        if found.is_survey_open and found.survey_until
        else None
    )
    page = {
        "address": absolute("needs", link.token()) if link else "",
        "has_enough": found.is_survey_open and found.answers.count() >= rules.k,
        "rows": [(titles.get(cell["label"], cell["label"]), cell["people"], f"{100 * cell['people'] / most:.0f}", number < 3) for number, cell in enumerate(ranked)],
        "k": rules.k,
        "hidden": found.survey.get("hidden_cells", 0),
    }  # fmt: skip
    return page_of(request, "rollout/survey.html", found, page)


@by_link(NEEDS_LINK)
def needs(request: HttpRequest, link: Link) -> HttpResponse:
    """What presses managers here: up to three topics, without a name. The link is the same for all, also when whoever handed it out has left."""
    found = get_object_or_404(Project.objects.filter(organisation_id=link.organisation_id), id=link.subject_id)
    topics = list(Topic.objects.offered_in(link.organisation_id))
    form = SurveyForm(request.POST if request.method == "POST" else None, slugs=[(topic.slug, topic.title) for topic in topics])
    page: dict[str, Any] = {"project": found, "topics": topics, "form": form, "organisation": found.organisation}
    mark = f"needs:{found.id}:{found.survey_opened_at}"
    if not found.is_survey_open:
        return render(request, "rollout/needs.html", {**page, "is_closed": True})
    if request.session.get(mark):
        return render(request, "rollout/needs.html", {**page, "is_kept": True})
    if request.method == "POST" and form.is_valid():
        try:
            project_actions.answer_survey(found, topics=form.cleaned_data["topics"])
        except Refused:
            return render(request, "rollout/needs.html", {**page, "is_closed": True})
        request.session[mark] = True
        return render(request, "rollout/needs.html", {**page, "is_kept": True})
    return render(request, "rollout/needs.html", page, status=422 if form.errors else 200)


def _titles(reader: Person) -> dict[str, str]:
    return {topic.slug: topic.title for topic in project_queries.survey_topics(reader.organisation_id)}
