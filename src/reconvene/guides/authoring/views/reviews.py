"""What a second person of L&D sees of a guide: what is new in it, what each version changed, how it differs from the built-in one."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from reconvene.base import clock
from reconvene.guides.authoring import actions, queries
from reconvene.guides.authoring.boxes import blank, read
from reconvene.guides.authoring.changes import changes, is_mostly
from reconvene.guides.authoring.forms import RemarkForm
from reconvene.guides.authoring.views.desk import do_and_say, edition_sent, guide_of
from reconvene.guides.guide import Guide
from reconvene.guides.models import GuideVersion
from reconvene.guides.ours import guide_in_version, library_for
from reconvene.people.doors import for_learning
from reconvene.people.requests import PersonRequest


@for_learning
def own_guide_review(request: PersonRequest, guide_id: uuid.UUID) -> HttpResponse:
    """What is new in a guide that was handed in; a second person publishes it, or gives it back with a reason."""
    found, now = guide_of(request, guide_id), clock.now()
    if found.handed_in_at is None:
        return redirect("own-guide", found.id)
    form = RemarkForm(request.POST if request.POST.get("do") == "return" else None)
    if request.POST.get("do") == "publish":
        return do_and_say(
            request,
            found,
            lambda: actions.publish(found, edition=edition_sent(request), by=request.user, now=now),
            _("Published. Everybody in your organisation can read it; groups that run keep the version they began with."),
        )
    if form.is_valid():
        remark = form.cleaned_data["remark"]
        return do_and_say(
            request,
            found,
            lambda: actions.give_back(found, remark=remark, edition=edition_sent(request), by=request.user, now=now),
            _("Given back, with your reason beside it."),
        )
    before, origin = found.versions.first(), queries.origin_of(found, library_for(found.organisation_id))
    known = _words_of(before, origin)
    page = {
        "guide": found,
        "before": before,
        "origin": origin,
        "is_alike": origin is not None and not (before or found.is_adapted) and is_mostly(known, found.words),
        "changes": changes(known, found.words),
        "is_own": found.is_by(request.user),
        "form": form,
        "place": "guides",
    }
    return render(request, "guides/authoring/review.html", page, status=422 if form.errors else 200)


@for_learning
def own_guide_version(request: PersonRequest, guide_id: uuid.UUID, number: int) -> HttpResponse:
    """What a version changed, beside the one before it."""
    found = guide_of(request, guide_id)
    versions = {
        one.number: one
        for one in found.versions.select_related("written_by", "reviewed_by").filter(number__gte=number - 1, number__lte=number + 1)
    }
    if number not in versions:
        raise Http404
    before, after = versions.get(number - 1), versions[number]
    origin = queries.origin_of(found, library_for(found.organisation_id))
    told = changes(_words_of(before, origin), read(guide_in_version(after.text)))
    return render(
        request,
        "guides/authoring/version.html",
        {
            "guide": found,
            "version": after,
            "changes": told,
            "is_first": before is None,
            "origin": origin,
            "beside": sorted(versions.keys() - {number}),
            "place": "guides",
        },
    )


@for_learning
def own_guide_comparison(request: PersonRequest, guide_id: uuid.UUID) -> HttpResponse:
    """How the organisation's version of a built-in guide, as it stands on the desk, differs from that one as it is today."""
    found = guide_of(request, guide_id)
    original = queries.original_of(found)
    if original is None:
        return redirect("own-guide", found.id)
    page = {"guide": found, "original": original, "changes": changes(read(original), found.words), "place": "guides"}
    return render(request, "guides/authoring/comparison.html", page)


def _words_of(version: GuideVersion | None, origin: Guide | None) -> dict[str, str]:
    """The words of a version; before the first one those of the guide with which it began, or none."""
    if version:
        return read(guide_in_version(version.text))
    return read(origin) if origin else blank()
