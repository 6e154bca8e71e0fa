"""The guides: list, one guide with its handout, its job aid, and the pact. They show files of the library; nothing is written."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from reconvene.guides.catalogue import library
from reconvene.guides.guide import Guide
from reconvene.guides.markup import to_html
from reconvene.guides.queries import shelves

STRENGTHS = {
    "strong": _("strong, several trials"),
    "moderate": _("moderate"),
    "weak": _("weak"),
    "practice": _("practice, no trials"),
}
LEVELS = {"F": _("first-line managers"), "M": _("middle managers"), "S": _("senior managers")}


def guides(request: HttpRequest) -> HttpResponse:
    """Every guide by category, then the topics that have none yet."""
    return render(request, "guides/guides.html", {"shelves": shelves(), "place": "guides"})


def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """One guide. Printed, it is a handout of one sheet."""
    found = _guide(slug)
    books = library()
    page = {
        "guide": found,
        "cards": [(card, to_html(card.action), card.source.rstrip("."), STRENGTHS[card.strength]) for card in found.cards],
        "going_on": to_html(found.going_on),
        "first_step": to_html(found.first_step),
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
