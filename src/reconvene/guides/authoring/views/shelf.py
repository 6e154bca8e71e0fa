"""Guides of the organisation's own as files that go out and come in, and the order of its library."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from reconvene.base import clock
from reconvene.guides.authoring import actions, packing, queries
from reconvene.guides.authoring.arrangement import NamesTaken, arrange
from reconvene.guides.authoring.boxes import write
from reconvene.guides.authoring.forms import ArrangementForm, FilesForm
from reconvene.guides.authoring.views.desk import guide_of
from reconvene.guides.ours import library_for
from reconvene.guides.sheet import ScriptError
from reconvene.people.doors import for_learning
from reconvene.people.requests import PersonRequest

PRIVATE = {"Cache-Control": "private, no-store"}


@require_GET
@for_learning
def own_guide_file(request: PersonRequest, guide_id: uuid.UUID) -> HttpResponse:
    """What stands on the desk, as a Markdown file."""
    found = guide_of(request, guide_id)
    text = write(found.words, code=found.code, slug=found.slug, reviewed_on=clock.now().date(), adapts=found.adapts).text
    return _file(text.encode(), f"{found.slug}.md", "text/markdown; charset=utf-8")


@require_GET
@for_learning
def own_guides_file(request: PersonRequest) -> HttpResponse:
    """Every published guide of the organisation's own, in one zip."""
    guides, categories = queries.published(request.user.organisation_id)
    return _file(
        packing.pack(guides, categories), f"guides-{slugify(request.user.organisation.name)[:40] or 'ours'}.zip", "application/zip"
    )


@for_learning
def own_guides_import(request: PersonRequest) -> HttpResponse:
    """Guides from files: all of them, or none and what is wrong with each."""
    books = library_for(request.user.organisation_id)
    form = FilesForm(books, request.POST or None, request.FILES or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            found = packing.unpack([(one.name, one.read()) for one in form.cleaned_data["chosen"]])
            made = actions.bring_in(
                request.user, files=found.guides, categories=found.categories, category=form.cleaned_data["category"], now=clock.now()
            )
        except ScriptError as error:
            problems = str(error).splitlines()
        else:
            words = ngettext(
                "%(n)s guide is on the desk, ready to be handed in.", "%(n)s guides are on the desk, ready to be handed in.", len(made)
            )
            messages.success(request, words % {"n": len(made)})
            return redirect("own-guides")
    page = {
        "form": form,
        "problems": problems[: queries.MOST_PROBLEMS],
        "more": max(0, len(problems) - queries.MOST_PROBLEMS),
        "place": "guides",
    }
    return render(request, "guides/authoring/import.html", page, status=422 if form.errors or problems else 200)


@for_learning
def own_library(request: PersonRequest) -> HttpResponse:
    """Which topics the organisation offers, in which order, and what they are called here."""
    form = ArrangementForm(queries.arrangement(request.user), request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            arrange(request.user, placed=form.placed, now=clock.now())
        except NamesTaken as taken:
            form.refuse(taken.by_slug)
        else:
            messages.success(request, _("The library is as you want it. Challenges and groups that are there go on."))
            return redirect("own-library")
    return render(request, "guides/authoring/library.html", {"form": form, "place": "guides"}, status=422 if form.errors else 200)


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"', **PRIVATE})
