"""Oversight: what is fixed about numbers, who changed it with whom, and who opened which report. For L&D, the works council and data protection."""

import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reconvene.base import clock
from reconvene.console.forms import ThresholdForm
from reconvene.forming.models import NamesShown
from reconvene.people.doors import for_overseers
from reconvene.people.models import DirectoryImport
from reconvene.people.requests import PersonRequest
from reconvene.people.roles import role_changes
from reconvene.privacy import disclosure
from reconvene.releases import losses
from reconvene.releases.four_eyes import (
    MOST_K,
    AlreadyProposed,
    NeedsAnother,
    NotRaised,
    confirm_threshold,
    k_in_force,
    may_confirm,
    propose_threshold,
    refuse_threshold,
)
from reconvene.releases.losses import Loss
from reconvene.releases.models import Opening, ThresholdChange

LOG_SHOWN = 100


@for_overseers
def oversight(request: PersonRequest) -> HttpResponse:
    """Settings, changes and the report log."""
    return _page(request, ThresholdForm())


@require_POST
@for_overseers
def proposal(request: PersonRequest) -> HttpResponse:
    """Propose a higher threshold."""
    form = ThresholdForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        propose_threshold(form.cleaned_data["k"], by=request.user, now=clock.now())
    except NotRaised:
        form.add_error("k", _("The threshold may be raised, never lowered, up to 50."))
        return _page(request, form, status=422)
    except AlreadyProposed:
        form.add_error("k", _("A change waits for an answer already. Confirm or refuse it first."))
        return _page(request, form, status=422)
    messages.success(request, _("Proposed. It holds once a second person has confirmed it here."))
    return redirect("oversight")


@require_POST
@for_overseers
def decision(request: PersonRequest, change_id: uuid.UUID) -> HttpResponse:
    """Confirm or refuse a proposed threshold."""
    change = get_object_or_404(ThresholdChange.objects.visible_to(request.user), id=change_id)
    if "confirm" not in request.POST:
        refuse_threshold(change, by=request.user, now=clock.now())
        messages.info(request, _("Refused. Nothing changes."))
        return redirect("oversight")
    if request.POST.get("read", "") != _stamp(_losses(request, k=change.k)):
        messages.warning(request, _("What it would take from signed gates has changed since you read it. Read it again, then decide."))
        return redirect("oversight")
    try:
        confirm_threshold(change, by=request.user, now=clock.now())
    except NeedsAnother:
        messages.info(request, _("It takes a second person; where there is a works council, one of the two is of it."))
    else:
        messages.success(request, _("Confirmed. It holds from the next report on."))
    return redirect("oversight")


def _losses(request: PersonRequest, *, k: int) -> list[Loss]:
    """What raising the threshold to `k` would leave without figures."""
    return losses.losses(request.user, was=k_in_force(request.user.organisation_id), k=k, now=clock.now())


def _stamp(lost: Sequence[Loss]) -> str:
    """Tells one list of losses from another; "" when nothing is lost."""
    return hashlib.sha256(repr(lost).encode()).hexdigest()[:20] if lost else ""


def _page(request: PersonRequest, form: ThresholdForm, *, status: int = 200) -> HttpResponse:
    changes = list(ThresholdChange.objects.visible_to(request.user).select_related("proposed_by", "decided_by")[:LOG_SHOWN])
    waiting = next((one for one in changes if not (one.confirmed_at or one.refused_at)), None)
    openings = _log(request, Opening.objects.visible_to(request.user).newest_first(), asked="page")
    lost = _losses(request, k=waiting.k if waiting else MOST_K)
    page: dict[str, Any] = {
        "form": form,
        "losses": lost,
        "stamp": _stamp(lost),
        "k": k_in_force(request.user.organisation.id),
        "rules": disclosure,
        "changes": changes,
        "waiting": waiting,
        "may_confirm": waiting is not None and may_confirm(waiting, request.user),
        "openings": openings,
        "names_shown": _log(request, NamesShown.objects.visible_to(request.user).select_related("programme", "person"), asked="names"),
        "imports": _log(request, DirectoryImport.objects.overseen_by(request.user), asked="imports"),
        "role_changes": role_changes(request.user, most=LOG_SHOWN, page=request.GET.get("roles")),
        "place": "oversight",
    }
    return render(request, "console/oversight.html", page, status=status)


def _log(request: PersonRequest, rows: QuerySet[Any], *, asked: str) -> Page[Any]:
    """The page of a log that the address asks for by this name: nobody pushes a line out of sight by adding others."""
    return Paginator(rows, LOG_SHOWN).get_page(request.GET.get(asked))
