"""What every page of a roll-out begins with: the roll-out within the reader’s scope, its rules, the day, and how verdicts are shown."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy

from reconvene.base import clock
from reconvene.people.models import Person
from reconvene.people.requests import PersonRequest
from reconvene.rollout import project_queries
from reconvene.rollout.judging import Says
from reconvene.rollout.models import Choice, Project
from reconvene.rollout.project_queries import Rules

SAYS = {
    Says.GO: ("check", "good", gettext_lazy("go")), Says.ADJUST: ("pen", "wait", gettext_lazy("adjust")),
    Says.STOP: ("warning", "stop", gettext_lazy("stop")), Says.OPEN: ("clock", "", gettext_lazy("not yet to be judged")),
}  # fmt: skip
"""Icon, tone and word of what is said."""

CHOICE_WORDS = {Choice.EXTEND: gettext_lazy("Extend"), Choice.ADJUST: gettext_lazy("Adjust"), Choice.STOP: gettext_lazy("Stop")}


def page_of(request: PersonRequest, template: str, found: Project, page: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of this roll-out."""
    return render(request, template, {"project": found, "place": "rollout", **page}, status=status)


def project_for(request: PersonRequest, project_id: uuid.UUID) -> Project:
    """The roll-out, for L&D and for sponsors to whom it is shown. Anything else does not exist (404)."""
    found: Project = get_object_or_404(
        project_queries.projects(request.user).select_related("organisation", "programme", "changed_by"), id=project_id
    )
    return found


def rules_for(found: Project) -> Rules:
    """Sizes of groups and k, by which a roll-out is planned."""
    return project_queries.rules_of(found.organisation_id, found.programme)


def name_of(person: Person | None) -> str:
    """The name of somebody who may have left."""
    return person.name if person else ""


def today_for(person: Person) -> date:
    """The day it is on the clock of the person's organisation."""
    return clock.now().astimezone(ZoneInfo(person.organisation.time_zone)).date()
