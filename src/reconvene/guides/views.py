"""The guides: list, one guide, its job aid, its files, and the pact. They show the library as the reader's organisation has it; nothing is written."""

import logging
import uuid
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reconvene.base.typesetting import CannotPrint
from reconvene.guides.beside import beside
from reconvene.guides.catalogue import library
from reconvene.guides.guide import Guide
from reconvene.guides.library import Library
from reconvene.guides.markup import to_html, with_lines
from reconvene.guides.models import Topic
from reconvene.guides.ours import guide_for, library_at, library_for, mark_of
from reconvene.guides.printing import Layout, printed
from reconvene.guides.queries import find_guides
from reconvene.guides.script import MODES
from reconvene.guides.search import LONGEST_QUERY
from reconvene.guides.showing import LEVELS, matter
from reconvene.people.requests import PersonRequest
from reconvene.text.harm import harm_in

log = logging.getLogger(__name__)


def guides(request: PersonRequest) -> HttpResponse:
    """Every guide by category, or those that were looked for. What somebody looks for is not kept. One query."""
    mark = mark_of(request.user.organisation_id)
    whose = request.user.organisation_id if mark else None
    books, words = library_at(request.user.organisation_id, mark), request.GET.get("q", "").strip()[:LONGEST_QUERY]
    category = next((one.key for one in books.categories if one.key == request.GET.get("category")), "")
    level = request.GET.get("level", "") if request.GET.get("level") in LEVELS else ""
    page = {
        "shelves": _found(whose, mark, words, category, level)
        if words
        else _chosen(settings.GUIDES_FOLDER, get_language(), whose, mark, category, level),
        "words": words,
        "harm": harm_in(words),
        "category": category,
        "categories": books.categories,
        "level": level,
        "levels": LEVELS.items(),
        "total": len(books.guides),
        "place": "guides",
    }
    return render(request, "guides/guides.html", page)


def _found(whose: uuid.UUID | None, mark: uuid.UUID | None, words: str, category: str, level: str) -> SafeString:
    found = find_guides(whose, mark, words=words, category=category, level=level)
    return render_to_string("guides/shelves.html", {"found": found, "words": words, "is_narrowed": category or level})


@lru_cache(maxsize=256)
def _chosen(_folder: Path, _language: str | None, whose: uuid.UUID | None, mark: uuid.UUID | None, category: str, level: str) -> SafeString:
    """The list without words, as everybody sees it who reads this language. Kept, because hundreds of rows take longer than all the rest.

    Organisations that have changed nothing share one.
    """
    return _found(whose, mark, "", category, level)


def guide(request: PersonRequest, slug: str) -> HttpResponse:
    """One guide. Printed, it is a handout without what is only for reading on."""
    books = library_for(request.user.organisation_id)
    found = _guide(request, slug, books)
    category = next((one.category for one in books.topics if one.slug == slug), "")
    known = beside(request.user, slug=slug, category=category) if slug in books.guides else {}
    page = {
        **matter(found, books, marks=known.get("marks", {})),
        "is_built_in": slug in library().guides,
        "is_offered": slug in books.guides,
        **known,
    }
    return render(request, "guides/guide.html", page)


def job_aid(request: PersonRequest, slug: str) -> HttpResponse:
    """Half a page to print and fill in."""
    found = _guide(request, slug, library_for(request.user.organisation_id))
    return render(request, "guides/job_aid.html", {"guide": found, "aid": with_lines(to_html(found.job_aid)), "place": "guides"})


def handout(request: PersonRequest, slug: str) -> HttpResponse:
    """The guide on both sides of one sheet, as PDF."""
    return _file(request, slug, Layout.HANDOUT)


def booklet(request: PersonRequest, slug: str) -> HttpResponse:
    """What a host holds in the hand, as PDF, for the way of holding the first session that is asked for; one that there is not is the usual one."""
    mode = request.GET.get("mode", "")
    return _file(request, slug, Layout.BOOKLET, mode if mode in MODES else MODES[0])


@login_not_required
def pact(request: HttpRequest) -> HttpResponse:
    """The five lines that every member agrees to. Anybody may read them."""
    return render(request, "guides/pact.html", {"lines": library().pact})


def _file(request: PersonRequest, slug: str, layout: Layout, mode: str = MODES[0]) -> HttpResponse:
    """A file of the guide; back to its page, which a browser can print, when it has letters that no typeface here has."""
    found = _guide(request, slug, library_for(request.user.organisation_id))
    try:
        data = printed(found, layout, organisation=request.user.organisation.name, mode=mode)
    except CannotPrint:
        log.exception("The %s of %s cannot be set.", layout, slug)
        messages.error(
            request,
            _("It could not be made as PDF: the guide has letters for which no typeface is here. This page can be printed instead."),
        )
        return redirect("guide", slug)
    name = f"{slug}-{layout}" if mode == MODES[0] else f"{slug}-{layout}-{mode}"
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"', "Cache-Control": "private"}
    return HttpResponse(data, content_type="application/pdf", headers=headers)


def _guide(request: PersonRequest, slug: str, books: Library) -> Guide:
    """A guide of the organisation's library; and one that is hidden or retired, for those who came by it before."""
    found = books.guides.get(slug) or guide_for(get_object_or_404(Topic.objects.visible_to(request.user), slug=slug))
    if found is None:
        raise Http404
    return found
