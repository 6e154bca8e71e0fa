"""The page of messages for L&D and IT: what went out when, what did not and why, and the stop switch. No content and no person."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from reconvene.base import clock
from reconvene.console.forms import StopForm
from reconvene.console.outbox import DAYS, MOST_COUNTED, read_outbox
from reconvene.notices import actions
from reconvene.people.doors import for_keepers
from reconvene.people.requests import PersonRequest


@require_GET
@for_keepers
def outbox(request: PersonRequest) -> HttpResponse:
    """The last two weeks, what waits, what came back, and whether the messages are stopped."""
    return _page(request, form=StopForm())


@require_POST
@for_keepers
def stopping(request: PersonRequest) -> HttpResponse:
    """Let no message leave from now on."""
    form = StopForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    actions.stop(reason=form.cleaned_data["reason"], by=request.user, now=clock.now())
    messages.success(request, _("Stopped. No message leaves until you let them go again."))
    return redirect("messages")


@require_POST
@for_keepers
def letting_go(request: PersonRequest) -> HttpResponse:
    """Let messages leave again."""
    if actions.let_go(by=request.user, now=clock.now()):
        actions.send_soon()
        messages.success(request, _("Messages go out again. What has become worthless meanwhile is left out."))
    return redirect("messages")


def _page(request: PersonRequest, *, form: StopForm, status: int = 200) -> HttpResponse:
    page = read_outbox(zone=request.user.organisation.time_zone, now=clock.now())
    facts = {"page": page, "form": form, "days": DAYS, "most": MOST_COUNTED, "place": "messages"}
    return render(request, "console/messages.html", facts, status=status)
