"""What the page of a guide shows, from a guide that is published or on the desk. Called by guides.views and guides.authoring."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from reconvene.guides.catalogue import library
from reconvene.guides.guide import NAMED, Guide, Source
from reconvene.guides.library import Library
from reconvene.guides.markup import to_html
from reconvene.guides.script import LENGTHS, MODES

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
UNSAID = ("–", "")  # of a draft


def matter(guide: Guide, books: Library, *, marks: Mapping[str, str] = MappingProxyType({})) -> dict[str, object]:
    """What guides/guide.html needs; `books` is the library in which its near topics are looked up, `marks` what each card is to the reader."""
    return {
        "guide": guide,
        "original": library().guides.get(guide.slug) if guide.adapts else None,
        "cards": [
            (
                card,
                to_html(card.action),
                _cited(card.source.rstrip("."), guide.sources),
                *STRENGTHS.get(card.strength, UNSAID),
                marks.get(card.key, ""),
            )
            for card in guide.cards
        ],
        "is_not": _linked(guide.what_it_is_not, tuple((one.title, slug) for slug, one in books.guides.items() if slug != guide.slug)),
        "going_on": to_html(guide.going_on),
        "case": to_html(guide.case),
        "first_step": to_html(guide.first_step),
        "sources": [(source, KINDS.get(source.kind, "")) for source in guide.sources],
        "contents": _contents(guide),
        "levels": [LEVELS[level] for level in guide.levels],
        "ways": [library().protocols["first", mode, max(LENGTHS)] for mode in MODES],
        "related": [books.guides[one] for one in guide.related if one in books.guides],
        "place": "guides",
    }


def _linked(text: str, titles: tuple[tuple[str, str], ...]) -> SafeString:
    """A text in which the titles of other guides, (title, slug), lead to them, each where it stands first."""
    named, slugs = _titles(titles)
    parts, at = list[SafeString](), 0
    seen = set[str]()
    for found in named.finditer(text):
        slug = slugs[_folded(found[0])]
        if slug not in seen:
            parts.append(format_html('{}<a href="{}">{}</a>', text[at : found.start()], reverse("guide", args=[slug]), found[0]))
            seen.add(slug)
            at = found.end()
    return format_html_join("", "{}", ((part,) for part in (*parts, text[at:])))


def _cited(text: str, sources: Sequence[Source]) -> SafeString:
    """A text in which each work that it names has its number in the list of sources, and leads there."""
    parts, at = list[SafeString](), 0
    for found in NAMED.finditer(text):
        named = [number for number, source in enumerate(sources, start=1) if source.is_named(*found.groups())]
        number = next((number for number in named if sources[number - 1].work.startswith(found[1])), named[0] if named else 0)
        if number:
            said, label = text[at : found.end()], _("Source %(number)s") % {"number": number}
            parts.append(format_html('{}<sup><a href="#source-{}" aria-label="{}">{}</a></sup>', said, number, label, number))
            at = found.end()
    return format_html_join("", "{}", ((part,) for part in (*parts, text[at:])))


@lru_cache(maxsize=128)
def _titles(titles: tuple[tuple[str, str], ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    longest_first = sorted((title for title, _slug in titles), key=len, reverse=True)
    named = "|".join(re.escape(title) for title in longest_first) or r"(?!)"
    return re.compile(rf"(?<!\w)(?:{named})(?!\w)", re.IGNORECASE), {_folded(title): slug for title, slug in titles}


def _folded(title: str) -> str:
    """A title by which all ways to write it are one, as they are to a pattern that looks past capitals: also the Turkish İ, which is i and
    a dot.
    """
    return title.casefold().replace("i\u0307", "i")


def _contents(guide: Guide) -> list[tuple[str, Any, int]]:
    """The parts of a guide's page in their order: anchor, title, and its share of the minutes to read, 0 below half of one."""
    titles = {
        "is": _("What it is"),
        "what": _("What is going on"),
        "try": _("Things to try"),
        "case": _("A case"),
        "ask": _("Questions"),
        "small": _("First small step"),
        "plan": _("A plan"),
        "signal": _("How you notice"),
        "src": _("Sources"),
    }
    counted = [(anchor, titles[anchor], sum(len(text.split()) for text in texts)) for anchor, texts in guide.parts]
    total = sum(words for _anchor, _title, words in counted)
    return [(anchor, title, round(guide.minutes * words / max(total, 1))) for anchor, title, words in counted]
