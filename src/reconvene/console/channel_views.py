"""The page of channels for L&D and IT: what opens the company's chats, and what else can be set up. Nobody's choice is shown."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from reconvene.base import clock
from reconvene.console.forms import AccessForm
from reconvene.notices import actions
from reconvene.notices.channels import way_of
from reconvene.notices.chats import access_to, chat_kind, chat_kinds
from reconvene.notices.rules import SMS
from reconvene.people.doors import for_keepers
from reconvene.people.requests import PersonRequest


@require_GET
@for_keepers
def channels(request: PersonRequest) -> HttpResponse:
    """Every chat with its access, if there is any, and whether text messages are set up."""
    return _page(request)


@require_POST
@for_keepers
def access(request: PersonRequest, kind: str) -> HttpResponse:
    """Give access to a chat."""
    found = chat_kind(kind)
    if found is None:
        raise Http404
    form = AccessForm(request.POST, kind=found)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    actions.give_access(kind, secret=form.cleaned_data["secret"], by=request.user, now=clock.now())
    words = _("Kept. Members can choose %(chat)s now. Choose it for yourself first: the message that comes shows whether it works.")
    messages.success(request, words % {"chat": _(found.name)}, extra_tags="good")
    return redirect("messages-channels")


@require_POST
@for_keepers
def removal(request: PersonRequest, kind: str) -> HttpResponse:
    """Take the access back."""
    if chat_kind(kind) is None:
        raise Http404
    actions.take_access(kind)
    messages.success(request, _("Taken back and forgotten. Whoever was written to there gets mail."), extra_tags="good")
    return redirect("messages-channels")


def _page(request: PersonRequest, *, form: AccessForm | None = None, status: int = 200) -> HttpResponse:
    chats = [
        {"kind": kind, "access": access_to(kind.key), "form": form if form and form.kind is kind else AccessForm(kind=kind)}
        for kind in chat_kinds()
    ]
    facts = {"chats": chats, "has_sms": way_of(SMS) is not None, "place": "messages"}
    return render(request, "console/channels.html", facts, status=status)
