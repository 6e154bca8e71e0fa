"""What managers ask for, for L&D: the demand map, and the list of courses beside it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reconvene.base import clock
from reconvene.console.demand import demand_map, of_reader
from reconvene.console.programme_forms import CourseForm
from reconvene.guides.models import Topic
from reconvene.guides.ours import library_for
from reconvene.people.doors import for_learning
from reconvene.people.requests import PersonRequest
from reconvene.programmes.actions import add_course
from reconvene.programmes.models import Course
from reconvene.releases.actions import open_report
from reconvene.releases.models import Way


@for_learning
def demand(request: PersonRequest) -> HttpResponse:
    """The map of the latest report; a course is added to the list below it."""
    topics = list(Topic.objects.visible_to(request.user).order_by("category", "title"))
    form = CourseForm(topics, request.POST if request.method == "POST" else None)
    if form.is_valid():
        kind, _colon, about = form.cleaned_data["about"].partition(":")
        topic = next((one for one in topics if kind == "t" and one.slug == about), None)
        add_course(request.user, name=form.cleaned_data["name"], category=about, topic=topic, now=clock.now())
        messages.success(request, _("The course is on the list."))
        return redirect("demand")
    courses, report = list(Course.objects.visible_to(request.user).select_related("topic")), of_reader(request.user)
    guides = frozenset(library_for(request.user.organisation_id).guides)
    found = demand_map(report, topics=topics, courses=courses, guides=guides) if report else None
    if report is not None:
        open_report(report, by=request.user, way=Way.DEMAND, now=clock.now())
    page = {"map": found, "report": report, "courses": courses, "form": form, "place": "programmes"}
    return render(request, "console/demand.html", page, status=422 if form.errors else 200)


@require_POST
@for_learning
def course_removal(request: PersonRequest, course_id: uuid.UUID) -> HttpResponse:
    """Take a course off the list."""
    get_object_or_404(Course.objects.visible_to(request.user), id=course_id).delete()
    messages.success(request, _("The course is off the list."))
    return redirect("demand")
