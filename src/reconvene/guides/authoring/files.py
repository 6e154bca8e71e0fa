"""Guides from files beside each other and beside those that are there: what does not hold between them. Called by guides.authoring.actions."""

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from reconvene.guides.catalogue import library
from reconvene.guides.guide import OURS, Guide
from reconvene.guides.models import GuideVersion, OwnGuide
from reconvene.guides.ours import CODES, library_for

_OWN_CODE = re.compile(rf"{CODES}[1-9]\d{{0,2}}")


def is_version(guide: Guide) -> bool:
    """Whether a guide from a file adapts a built-in one that is there."""
    original = library().guides.get(guide.slug)
    return guide.adapts is not None and original is not None and original.code == guide.code


def faults(guides: Sequence[tuple[str, str, Guide]], *, known: Mapping[str, OwnGuide], organisation_id: uuid.UUID) -> list[str]:
    """What does not hold between the files, given as name, text and guide, and beside `known`, the guides on the desk by slug: one sentence for each, with
    file and line.
    """
    books = library_for(organisation_id)
    codes = {one.code: slug for slug, one in known.items()}
    titles = {one.title.casefold(): slug for slug, one in books.guides.items()} | {
        one.title.casefold(): slug for slug, one in known.items()
    }
    slugs = [guide.slug for _name, _text, guide in guides]
    there = {*books.guides, *slugs}
    versions = GuideVersion.objects.filter(guide__organisation_id=organisation_id).order_by("number")
    published = dict(versions.values_list("guide__slug", "edition"))
    told = []
    for name, text, guide in guides:
        found = [*_of_kind(guide), *_of_names(guide, codes=codes, titles=titles), *_of_related(guide, there)]
        if desk := known.get(guide.slug):
            found += _of_desk(guide, desk, published.get(guide.slug))
        told += [_at(name, text, field, words) for field, words in found]
    told += [_("'%(slug)s' is in more than one file; keep one.") % {"slug": slug} for slug in sorted(set(slugs)) if slugs.count(slug) > 1]
    return told


def _of_kind(guide: Guide) -> Iterator[tuple[str, str]]:
    """The fields by which a file says whose guide it is, and what is wrong with them."""
    if guide.adapts:
        if not is_version(guide):
            words = _("adapts a built-in guide, but there is none with the slug '%(slug)s' and the code '%(code)s'.")
            yield "adapts", words % {"slug": guide.slug, "code": guide.code}
        return
    if not guide.slug.startswith(OURS):
        words = _("the slug '%(slug)s' is not one of an own guide; begin it with '%(ours)s'.")
        yield "slug", words % {"slug": guide.slug, "ours": OURS}
    if not _OWN_CODE.fullmatch(guide.code):
        yield "code", _("the code of an own guide is '%(letter)s' and a number.") % {"letter": CODES}


def _of_names(guide: Guide, *, codes: dict[str, str], titles: dict[str, str]) -> Iterator[tuple[str, str]]:
    """A code or title that belongs to another guide; one that is free is this guide's from now on."""
    if (other := codes.setdefault(guide.code, guide.slug)) != guide.slug:
        yield "code", _("the code '%(code)s' belongs to '%(other)s'; take another one.") % {"code": guide.code, "other": other}
    if titles.setdefault(guide.title.casefold(), guide.slug) != guide.slug:
        yield "title", _("another guide has this title; tell them apart.")


def _of_related(guide: Guide, there: set[str]) -> Iterator[tuple[str, str]]:
    for slug in guide.related:
        if slug == guide.slug or slug not in there:
            yield "related", _("related names '%(other)s', which is not in the library.") % {"other": slug}


def _of_desk(guide: Guide, desk: OwnGuide, edition: int | None) -> Iterator[tuple[str, str]]:
    """What does not hold beside the same guide on the desk, whose words of this edition are published."""
    if desk.code != guide.code:
        words = _("the guide '%(slug)s' has the code %(code)s; a code stays for ever.")
        yield "code", words % {"slug": guide.slug, "code": desk.code}
    if desk.edition != edition:
        words = _("'%(slug)s' has words on the desk that are not published; publish or discard them first, so that none are lost.")
        yield "slug", words % {"slug": guide.slug}


def _at(name: str, text: str, field: str, words: str) -> str:
    """A sentence with its file and the line of a field of the front matter."""
    line = next((number for number, line in enumerate(text.split("\n"), 1) if line.startswith(f"{field}:")), 1)
    return _("%(file)s: line %(line)s: %(words)s") % {"file": name, "line": line, "words": words}
