"""How we write to a person: the page on which they choose, their devices, the worker of web push, and the short address of a text message."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reconvene.base import clock, tenancy
from reconvene.notices import actions
from reconvene.notices.brief import answer_of, has_ended, read_short_code
from reconvene.notices.channel_forms import BrowserForm, PhoneForm, device_name
from reconvene.notices.channels import way_of, ways
from reconvene.notices.models import Browser, Notice, preference_of
from reconvene.notices.push_key import push_key
from reconvene.notices.registry import composer
from reconvene.notices.rules import MAIL, PUSH, SMS
from reconvene.notices.words import loss_of
from reconvene.people.requests import PersonRequest


@require_http_methods(["GET", "POST"])
def channel(request: PersonRequest) -> HttpResponse:
    """Choose one channel out of those that the organisation has. A phone is let in by `browsers`, because it has to agree itself."""
    if request.method != "POST":
        return _page(request, form=PhoneForm())
    wanted, form = request.POST.get("channel", ""), PhoneForm(request.POST if request.POST.get("channel") == SMS else None)
    if wanted == SMS and not form.is_valid():
        return _page(request, form=form, status=422)
    if wanted == PUSH and not Browser.objects.visible_to(request.user).exists():
        raise Http404
    try:
        actions.choose_channel(request.user, channel=wanted, phone=form.cleaned_data["phone"] if wanted == SMS else "", now=clock.now())
    except actions.NotOffered as error:
        raise Http404 from error
    return _thanks(request, channel=wanted)


@require_POST
def browsers(request: PersonRequest) -> HttpResponse:
    """Let messages show in the browser that asks, after its owner said yes to it."""
    form = BrowserForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("This browser did not say where messages can reach it. Your messages come as before."))
        return redirect("account-channel")
    name = device_name(request.headers.get("User-Agent", "")) or _("A browser")
    actions.let_in(request.user, name=name, **form.cleaned_data, now=clock.now())
    return _thanks(request, channel=PUSH)


@require_POST
def browser_removal(request: PersonRequest, browser_id: uuid.UUID) -> HttpResponse:
    """Show nothing more in one of one's own browsers."""
    actions.let_out(get_object_or_404(Browser.objects.visible_to(request.user), id=browser_id))
    messages.success(request, _("Taken off. Nothing is shown there any more."), extra_tags="good")
    return redirect("account-channel")


@require_GET
@login_not_required
def push_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows our messages while no page of ours is open. It holds no words and nothing of anybody."""
    response = render(request, "notices/push-worker.js", content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response


@require_GET
@login_not_required
def short(request: HttpRequest, code: str) -> HttpResponse:
    """From a text message to the link that a mail would hold. What is no longer wanted leads home, where one signs in."""
    ids = read_short_code(code)
    if ids is None:
        return render(request, "base/link_bad.html", status=404)
    with tenancy.within(ids[1]):
        notice, now = Notice.objects.select_related("person__organisation").filter(id=ids[0], person__left_at=None).first(), clock.now()
        if notice is None or has_ended(notice, now=now):
            return render(request, "base/link_expired.html", status=410)
        compose = composer(notice.kind)
        message = compose(notice, now=now) if compose else None
        return redirect(answer_of(message)[1] if message is not None else "home")


def _thanks(request: PersonRequest, *, channel: str) -> HttpResponse:
    way = way_of(channel)
    words = _("Messages come by mail from now on.") if channel == MAIL else _("Kept. A first message is on its way: %(way)s.")
    messages.success(request, words % {"way": _(way.name) if way else ""}, extra_tags="good")
    return redirect("account-channel")


def _page(request: PersonRequest, *, form: PhoneForm, status: int = 200) -> HttpResponse:
    preference = preference_of(request.user)
    chosen, lost = way_of(preference.channel), way_of(preference.lost_channel)
    offered = [way for way in ways() if way.is_offered()]
    facts = {
        "preference": preference,
        "ways": offered,
        "waits": chosen if chosen not in offered else None,
        "lost": lost,
        "loss": loss_of(preference.lost_channel, preference.lost_because),
        "browsers": Browser.objects.visible_to(request.user),
        "push_key": push_key().public,
        "form": form,
    }
    return render(request, "notices/channel.html", facts, status=status)
