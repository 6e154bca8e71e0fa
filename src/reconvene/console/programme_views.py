"""Programmes, for L&D: start one from a recipe, see how it stands, change what may still be changed, end it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from reconvene.base import clock
from reconvene.base.links import absolute
from reconvene.console import programme_queries as queries
from reconvene.console.programme_forms import ChangeForm, RosterForm, StartForm
from reconvene.console.programme_words import CANNOT_START, KINDS, UNKNOWN_ROWS
from reconvene.console.rosters import read_roster
from reconvene.groups.models import Programme
from reconvene.groups.rules import ProgrammeKind
from reconvene.people.directory.refusals import Unreadable
from reconvene.people.doors import for_learning
from reconvene.people.requests import PersonRequest
from reconvene.programmes import actions
from reconvene.programmes.models import Roster
from reconvene.programmes.recipes import BY_SLUG, RECIPES

UNKNOWN_SHOWN = 50


@for_learning
def programmes(request: PersonRequest) -> HttpResponse:
    """Every programme, and the recipes from which one is started."""
    today = queries.today_of(request.user, now=clock.now())
    recipes = [(one, KINDS[one.kind][0]) for one in RECIPES]
    page = {"rows": queries.rows(request.user, today=today), "recipes": recipes, "place": "programmes"}
    return render(request, "console/programmes.html", page)


@for_learning
def programme_new(request: PersonRequest) -> HttpResponse:
    """Start a programme from a recipe: one form with sensible values. Without a recipe, to where they are chosen."""
    chosen = BY_SLUG.get(request.GET.get("recipe", ""))
    if chosen is None:
        return redirect("console-programmes")
    now = clock.now()
    facts, today = queries.facts(request.user), queries.today_of(request.user, now=now)
    form = StartForm(chosen, request.POST if request.method == "POST" else None, organisation_facts=facts, today=today)
    if form.is_valid():
        try:
            started = actions.start_programme(request.user, draft=form.draft(), now=now)
        except actions.CannotStart as refusal:
            form.add_error(None, str(CANNOT_START[refusal.code]))
        else:
            messages.success(request, _started(started))
            return redirect("console-programme", started.id)
    page = {"form": form, "recipe": chosen, "kind": KINDS[chosen.kind], "topics": facts.topics, "place": "programmes"}
    return render(request, "console/programme_new.html", page, status=422 if form.errors else 200)


@for_learning
def programme(request: PersonRequest, programme_id: uuid.UUID) -> HttpResponse:
    """One programme: its rules, its people as numbers, its groups as states."""
    found = _find(request, programme_id)
    today, states = queries.today_of(request.user, now=clock.now()), queries.states(found)
    page = {
        "programme": found,
        "stage": queries.stage_of(found, today=today),
        "kind": KINDS[found.kind],
        "numbers": queries.numbers(found),
        "states": states,
        "topics": [one.topic for one in found.topics.select_related("topic").order_by("topic__title")],
        "emphasis": queries.emphasis(found),
        "level_names": [words for rank, words in queries.level_names(request.user) if rank in found.levels] if found.levels else [],
        "roster": found.rosters.order_by("-uploaded_at").first() if found.kind == ProgrammeKind.COURSE else None,
        "link": absolute("programme", found.id),
        "forms_on": queries.first_forming(found),
        "place": "programmes",
    }
    return render(request, "console/programme.html", page)


@for_learning
def programme_change(request: PersonRequest, programme_id: uuid.UUID) -> HttpResponse:
    """Change what may still be changed."""
    found = _find(request, programme_id)
    if found.ended_at is not None:
        messages.info(request, _("This programme has ended, so nothing of it is changed any more."))
        return redirect("console-programme", found.id)
    form = ChangeForm(found, request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.change_programme(found, changes=form.cleaned_data)
        messages.success(request, _("Saved. Groups that are formed already keep what they were formed by."))
        return redirect("console-programme", found.id)
    page = {"form": form, "programme": found, "place": "programmes"}
    return render(request, "console/programme_change.html", page, status=422 if form.errors else 200)


@for_learning
def programme_end(request: PersonRequest, programme_id: uuid.UUID) -> HttpResponse:
    """End a programme, after asking."""
    found = _find(request, programme_id)
    if found.is_open:
        raise Http404
    if request.method == "POST":
        actions.end_programme(found, now=clock.now())
        messages.success(request, _("It has ended. Its groups go on; whoever waited in it waits in the open programme."))
        return redirect("console-programme", found.id)
    return render(request, "console/programme_end.html", {"programme": found, "place": "programmes"})


@for_learning
def roster(request: PersonRequest, programme_id: uuid.UUID) -> HttpResponse:
    """Bring the participants of a course: read and compared, nothing applied before it is confirmed."""
    found = _find(request, programme_id)
    if found.kind != ProgrammeKind.COURSE:
        raise Http404
    form = RosterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            matched = read_roster(request.user, data=upload.read(), filename=upload.name)
        except Unreadable as refusal:
            form.add_error("file", str(refusal))
        else:
            actions.keep_roster(
                found, filename=upload.name, matched=matched.people, unknown=matched.unknown, by=request.user, now=clock.now()
            )
            return redirect("console-programme-roster", found.id)
    waiting = found.rosters.order_by("-uploaded_at").first()
    unknown = [(number, text, UNKNOWN_ROWS[code]) for number, text, code in (waiting.unknown if waiting else [])]
    page = {
        "form": form,
        "programme": found,
        "roster": waiting,
        "unknown": unknown[:UNKNOWN_SHOWN],
        "more": len(unknown) - UNKNOWN_SHOWN,
        "place": "programmes",
    }
    return render(request, "console/roster.html", page, status=422 if form.errors else 200)


@require_POST
@for_learning
def roster_application(request: PersonRequest, programme_id: uuid.UUID, roster_id: uuid.UUID) -> HttpResponse:
    """Put the people of a roster onto the list, or throw the roster away."""
    found = _find(request, programme_id)
    waiting = get_object_or_404(Roster.objects.visible_to(request.user), id=roster_id, programme=found)
    if request.POST.get("answer") == "discard":
        waiting.delete()
        messages.success(request, _("The list is deleted. Nobody was invited."))
        return redirect("console-programme-roster", found.id)
    count = actions.apply_roster(waiting, now=clock.now())
    said = ngettext("%(n)d person is invited from the first day on.", "%(n)d people are invited from the first day on.", count)
    messages.success(request, said % {"n": count})
    return redirect("console-programme", found.id)


def _find(request: PersonRequest, programme_id: uuid.UUID) -> Programme:
    found: Any = get_object_or_404(Programme.objects.visible_to(request.user), id=programme_id)
    return found  # type: ignore[no-any-return]


def _started(programme: Programme) -> str:
    if programme.kind == ProgrammeKind.COURSE:
        return _("It is started. Bring the list of participants next; they are invited when you have confirmed it.")
    if programme.kind == ProgrammeKind.ONBOARDING:
        return _("It is started. Whoever newly comes into its audience is invited; those who are there already are not.")
    return _("It is started. Invitations go out from the first day on; there is nothing more to do.")
