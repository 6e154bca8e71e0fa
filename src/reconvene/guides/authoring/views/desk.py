"""The desk on which L&D writes guides for its organisation: begin, write, look at, hand in, retire, throw away."""

import uuid
from base64 import b64encode
from collections.abc import Callable, Mapping

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from reconvene.base import clock
from reconvene.base.sheets import opened_version
from reconvene.base.typesetting import CannotPrint
from reconvene.guides.authoring import actions, notes, queries
from reconvene.guides.authoring.actions import Refused, Saved
from reconvene.guides.authoring.boxes import CHAPTERS, blank, read
from reconvene.guides.authoring.checks import Checked, check
from reconvene.guides.authoring.forms import CATEGORY, GuideSheet, StartForm, saved_boxes
from reconvene.guides.authoring.reading import reading
from reconvene.guides.catalogue import library
from reconvene.guides.guide import Guide
from reconvene.guides.models import OwnGuide
from reconvene.guides.ours import as_it_stands, library_for
from reconvene.guides.printing import drawn
from reconvene.guides.sheet import ScriptError
from reconvene.guides.showing import matter
from reconvene.people.doors import for_learning
from reconvene.people.models import Person
from reconvene.people.noticing import noticed_names
from reconvene.people.requests import PersonRequest
from reconvene.text.names import contacts_in

VIEWS = ("phone", "table", "print")


@for_learning
def own_guides(request: PersonRequest) -> HttpResponse:
    """Every guide of the organisation's own, by where it stands."""
    return render(request, "guides/authoring/own_guides.html", {"desk": queries.desk(request.user), "place": "guides"})


@for_learning
def own_guide_new(request: PersonRequest) -> HttpResponse:
    """Begin a guide: with nothing, with a copy, or with notes."""
    books, copied = library_for(request.user.organisation_id), request.GET.get("copy", "")
    category = next((topic.category for topic in books.topics if topic.slug == copied), "")
    form = StartForm(books, request.POST or None, initial={"copy_of": copied, "start": "copy" if copied else "blank", "category": category})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        words, began_with = blank(), ""
        if chosen["start"] == "copy":
            began_with = chosen["copy_of"]
            words = read(books.guides[began_with])
        elif chosen["start"] == "notes":
            words = notes.words_of(chosen["notes"])
        try:
            made = actions.start_guide(
                request.user, title=chosen["title"], category=chosen["category"], words=words, began_with=began_with, now=clock.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if chosen["start"] == "notes":
                messages.info(request, _told_of_notes(words))
            messages.success(
                request, _("It is on the desk. Save as often as you like; nobody reads it before it is published."), extra_tags="own-guide"
            )
            return redirect("own-guide-words", made.id)
    return render(request, "guides/authoring/new.html", {"form": form, "place": "guides"}, status=422 if form.errors else 200)


@require_POST
@for_learning
def guide_adaptation(request: PersonRequest) -> HttpResponse:
    """Begin the organisation's version of a built-in guide, or go on with it."""
    slug = request.POST.get("slug", "")
    if slug not in library().guides:
        raise Http404
    try:
        found = actions.adapt_guide(request.user, slug=slug, now=clock.now())
    except Refused as refusal:
        messages.info(request, str(refusal))
        return redirect("guide", slug)
    return redirect("own-guide", found.id)


@for_learning
def own_guide(request: PersonRequest, guide_id: uuid.UUID) -> HttpResponse:
    """Where a guide stands, what is to be done next, and its versions."""
    found = guide_of(request, guide_id)
    checked = actions.looked_through(found, now=clock.now())
    names = _noticed(request.user, found)
    return _state_page(request, found, checked=checked, names=names)


@for_learning
def own_guide_words(request: PersonRequest, guide_id: uuid.UUID) -> HttpResponse:
    """The boxes. What is typed is kept in every case; after a collision with somebody else's words, both are there."""
    found, now = guide_of(request, guide_id), clock.now()
    books = library_for(request.user.organisation_id)
    sheet = GuideSheet(found, books, request.POST if request.method == "POST" else None)
    status = 422 if sheet.errors else 200
    if sheet.is_valid():
        saved = actions.keep_words(
            found, words=sheet.words, category=sheet.typed[CATEGORY], edition=sheet.version, by=request.user, now=now
        )
        if saved is Saved.DONE:
            messages.success(request, _("Saved."), extra_tags=f"own-guide-{found.id}")
            return redirect("own-guide" if request.POST.get("do") == "leave" else "own-guide-words", found.id)
        found = OwnGuide.objects.select_related("changed_by").get(id=found.id)
        sheet.collide(saved_boxes(found), version=found.edition, by=found.changed_by.name if found.changed_by else "")
        status = 409
    found.words = {**sheet.words, **{name: text for name, text in found.words.items() if name.endswith("-key")}}
    checked = actions.looked_through(found, now=now)
    page = {
        "guide": found,
        "sheet": sheet,
        "parts": sheet.parts(checked, queries.example(books)),
        "category_box": next(box for box in sheet.filled if box.name == CATEGORY),
        "checked": checked,
        "nowhere": checked.wrong.get("", ()),
        "reading": reading(found.words),
        "names": _noticed(request.user, found),
        "place": "guides",
    }
    return render(request, "guides/authoring/words.html", page, status=status)


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
@for_learning
def own_guide_preview(request: PersonRequest, guide_id: uuid.UUID) -> HttpResponse:
    """The guide as members will see it: what is saved, or, sent from the form, what is typed just now and saved nowhere."""
    found = guide_of(request, guide_id)
    books = library_for(request.user.organisation_id)
    words = GuideSheet(found, books, request.POST).words if request.method == "POST" else found.words
    checked = check(words, code=found.code, slug=found.slug, today=clock.now().date(), adapts=found.adapts)
    try:
        shown = as_it_stands(checked.written.text)
    except ScriptError:
        return render(request, "guides/authoring/unshown.html", {"guide": found, "place": "guides"}, status=200)
    if _view(request) == "print":
        return _sheet(request, shown)
    page = {**matter(shown, books), "is_offered": True, "is_draft": True, "own": found, "view": _view(request)}
    return render(request, "guides/authoring/preview.html", page)


@require_POST
@for_learning
def own_guide_handing_in(request: PersonRequest, guide_id: uuid.UUID) -> HttpResponse:
    """Ask for a second person. Names of colleagues ask for a decision first."""
    found, now = guide_of(request, guide_id), clock.now()
    names = _noticed(request.user, found)
    if names and not request.POST.get("keep_names"):
        return _state_page(request, found, checked=actions.looked_through(found, now=now), names=names, must_decide=True)
    return do_and_say(
        request,
        found,
        lambda: actions.hand_in(found, edition=edition_sent(request), by=request.user, now=now),
        _("Handed in. A second person of L&D reads it and publishes it."),
    )


@require_POST
@for_learning
def own_guide_retirement(request: PersonRequest, guide_id: uuid.UUID) -> HttpResponse:
    """Offer a guide to nobody any more, or again."""
    found = guide_of(request, guide_id)
    if request.POST.get("do") == "back":
        return do_and_say(request, found, lambda: actions.bring_back(found, now=clock.now()), _("It is in the library again."))
    return do_and_say(
        request,
        found,
        lambda: actions.retire(found, now=clock.now()),
        _("Retired. Groups that began with it keep it; nobody else is offered it."),
    )


@require_POST
@for_learning
def own_guide_discarding(request: PersonRequest, guide_id: uuid.UUID) -> HttpResponse:
    """Throw away a draft that nobody has read."""
    found = guide_of(request, guide_id)
    try:
        actions.discard(found)
    except Refused as refusal:
        messages.info(request, str(refusal))
        return redirect("own-guide", found.id)
    messages.success(request, _("The draft is gone."))
    return redirect("own-guides")


def _state_page(
    request: PersonRequest, guide: OwnGuide, *, checked: Checked, names: tuple[str, ...], must_decide: bool = False
) -> HttpResponse:
    versions = list(guide.versions.select_related("written_by", "reviewed_by").defer("text"))
    original = queries.original_of(guide)
    page = {
        "guide": guide,
        "state": queries.state_of(guide, versions[0] if versions else None),
        "original": original,
        "has_newer_original": original is not None and guide.adapts is not None and original.reviewed_on > guide.adapts,
        "checked": checked,
        "names": names,
        "must_decide": must_decide,
        "versions": versions,
        "is_own": guide.is_by(request.user),
        "place": "guides",
    }
    return render(request, "guides/authoring/own_guide.html", page, status=422 if must_decide else 200)


def guide_of(request: PersonRequest, guide_id: uuid.UUID) -> OwnGuide:
    """A guide of the reader's organisation; 404 for any other, and for whoever is not L&D."""
    mine = OwnGuide.objects.visible_to(request.user).select_related("topic", "changed_by", "handed_in_by", "returned_by")
    return get_object_or_404(mine, id=guide_id)


def do_and_say(request: PersonRequest, guide: OwnGuide, act: Callable[[], object], words: str) -> HttpResponse:
    """Act on a guide and say so; or say why it cannot be."""
    try:
        act()
    except Refused as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, words)
    return redirect("own-guide", guide.id)


def edition_sent(request: PersonRequest) -> int:
    """Which saving of the guide somebody has before them, as the page sends it."""
    return opened_version(request.POST)


def _sheet(request: PersonRequest, guide: Guide) -> HttpResponse:
    """The handout as it will lie on the table; without pages when the guide has letters that no typeface here has."""
    try:
        pages = [b64encode(page).decode() for page in drawn(guide, organisation=request.user.organisation.name)]
    except CannotPrint:
        pages = []
    return render(request, "guides/authoring/sheet.html", {"guide": guide, "pages": pages})


def _view(request: PersonRequest) -> str:
    """How the frame beside the form shows a guide; "" for a page of its own."""
    found = request.GET.get("as", "")
    return found if found in VIEWS else ""


def _told_of_notes(words: Mapping[str, str]) -> str:
    """Where the notes went."""
    bare = blank()
    filled = [
        field.label
        for chapter in CHAPTERS
        for field in chapter.fields
        if words[field.name] != bare[field.name] and field.name != notes.REST
    ]
    if not filled:
        return _("Your notes stand under “What is going on”, because no heading names a box. Take them apart from there.")
    boxes = ", ".join(dict.fromkeys(gettext(label) for label in filled))
    return _("From your notes: %(boxes)s. Whatever had no place of its own stands under “What is going on”.") % {"boxes": boxes}


def _noticed(person: Person, guide: OwnGuide) -> tuple[str, ...]:
    """What in a guide tells who somebody is: names, mail addresses and telephone numbers."""
    texts = _told(guide)
    return (*noticed_names(person, texts=texts), *dict.fromkeys(found for text in texts for found in contacts_in(text)))


def _told(guide: OwnGuide) -> list[str]:
    """The texts of a guide in which no colleague should be named; authors of works are."""
    return [
        text
        for name, text in guide.words.items()
        if name != "sources" and not name.endswith(("-source", "-key", "-strength")) and not name.startswith(("levels", "related"))
    ]
