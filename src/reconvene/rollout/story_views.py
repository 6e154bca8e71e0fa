"""Stories: a manager’s own offer after a cycle, and the list of offers for L&D."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from reconvene.base import clock
from reconvene.groups.models import Cycle
from reconvene.people.doors import for_learning
from reconvene.people.requests import PersonRequest
from reconvene.rollout import project_actions
from reconvene.rollout.models import StoryOffer
from reconvene.rollout.project_forms import (
    StoryForm,
)  # fmt: skip


@for_learning
def stories(request: PersonRequest) -> HttpResponse:
    """Those who offered to tell how it went."""
    offers = list(
        StoryOffer.objects.filter(organisation_id=request.user.organisation_id, person__left_at=None).select_related("person")[:200]
    )
    page = {"well": [one for one in offers if one.went_well], "not_well": [one for one in offers if not one.went_well], "place": "rollout"}
    return render(request, "rollout/stories.html", page)


def story(request: PersonRequest) -> HttpResponse:
    """A manager's own offer, after a cycle: made, said differently, or taken back. For whoever has been through none it is not there."""
    if not Cycle.objects.kept_for(request.user).exclude(closed_at=None).exists():
        raise Http404
    own = StoryOffer.objects.filter(person=request.user).first()
    if request.method == "POST" and request.POST.get("do") == "back":
        project_actions.take_story_back(request.user)
        messages.success(request, _("Taken back. Nobody sees it any more."))
        return redirect("story")
    start = {"went_well": "yes" if own.went_well else "no", "reach": own.reach} if own else None
    form = StoryForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        project_actions.offer_story(request.user, now=clock.now(), **form.cleaned_data)
        messages.success(request, _("Thank you. L&D sees your name and how to reach you, and nothing else."))
        return redirect("story")
    return render(request, "rollout/story.html", {"form": form, "own": own, "place": "groups"}, status=422 if form.errors else 200)
