"""The guides: list, one guide with its handout, its job aid, and the pact. They show files of the library; nothing is written."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from reconvene.guides.catalogue import library
from reconvene.guides.guide import Guide
from reconvene.guides.markup import to_html
from reconvene.guides.queries import find_guides
from reconvene.guides.search import LONGEST_QUERY

STRENGTHS = {
    "strong": (_("strong"), _("several meta-analyses or field experiments agree")),
    "moderate": (_("moderate"), _("one meta-analysis or field experiment, or several experiments")),
    "weak": (_("weak"), _("surveys and cases, or research that only touches it")),
    "contested": (_("contested"), _("credible findings on both sides")),
    "practice": (_("practice"), _("experience, no trials")),
}
KINDS = {
    "meta-analysis": _("a meta-analysis"),
    "review": _("a review of research"),
    "field experiment": _("a field experiment"),
    "experiment": _("an experiment"),
    "survey": _("a survey"),
    "case study": _("a case study"),
    "book": _("a book"),
    "theory": _("a theory"),
}
LEVELS = {"F": _("first-line managers"), "M": _("middle managers"), "S": _("senior managers")}


def guides(request: HttpRequest) -> HttpResponse:
    """Every guide by category, or those that were looked for. What somebody looks for is not kept."""
    books, words = library(), request.GET.get("q", "").strip()[:LONGEST_QUERY]
    category = next((one.key for one in books.categories if one.key == request.GET.get("category")), "")
    level = request.GET.get("level", "") if request.GET.get("level") in LEVELS else ""
    page = {
        "shelves": _found(words, category, level) if words else _chosen(settings.GUIDES_FOLDER, get_language(), category, level),
        "words": words,
        "category": category,
        "categories": books.categories,
        "level": level,
        "levels": LEVELS.items(),
        "total": len(books.guides),
        "place": "guides",
    }
    return render(request, "guides/guides.html", page)


def _found(words: str, category: str, level: str) -> SafeString:
    found = find_guides(words=words, category=category, level=level)
    return render_to_string("guides/shelves.html", {"found": found, "words": words, "is_narrowed": category or level})


@lru_cache(maxsize=256)
def _chosen(_folder: Path, _language: str | None, category: str, level: str) -> SafeString:
    """The list without words, as everybody sees it who reads this language. Kept, because hundreds of rows take longer than all the rest."""
    return _found("", category, level)


def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """One guide. Printed, it is a handout of one sheet."""
    found = _guide(slug)
    books = library()
    page = {
        "guide": found,
        "cards": [(card, to_html(card.action), card.source.rstrip("."), *STRENGTHS[card.strength]) for card in found.cards],
        "going_on": to_html(found.going_on),
        "case": to_html(found.case),
        "first_step": to_html(found.first_step),
        "sources": [(source, KINDS[source.kind]) for source in found.sources],
        "levels": [LEVELS[level] for level in found.levels],
        "related": [books.guides[one] for one in found.related],
        "place": "guides",
    }
    return render(request, "guides/guide.html", page)


def job_aid(request: HttpRequest, slug: str) -> HttpResponse:
    """Half a page to print and fill in."""
    found = _guide(slug)
    return render(request, "guides/job_aid.html", {"guide": found, "aid": to_html(found.job_aid), "place": "guides"})


@login_not_required
def pact(request: HttpRequest) -> HttpResponse:
    """The five lines that every member agrees to. Anybody may read them."""
    return render(request, "guides/pact.html", {"lines": library().pact})


def _guide(slug: str) -> Guide:
    found = library().guides.get(slug)
    if found is None:
        raise Http404
    return found
