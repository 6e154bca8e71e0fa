"""The account page and the pause link."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from reconvene.base import clock
from reconvene.base.links import Link, by_link
from reconvene.notices import actions
from reconvene.notices.channels import way_of
from reconvene.notices.forms import WishesForm
from reconvene.notices.mail import PAUSE
from reconvene.notices.models import preference_of
from reconvene.notices.queries import takes_mail
from reconvene.people.models import Person


@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """Who I am, how messages reach me, and the way out."""
    person = cast(Person, request.user)
    return _account(request, person, form=_wishes_form(person))


@require_POST
def wishes(request: HttpRequest) -> HttpResponse:
    """Keep the hour and the opt-in."""
    person, form = cast(Person, request.user), WishesForm(request.POST)
    if not form.is_valid():
        return _account(request, person, form=form, status=422)
    actions.set_wishes(person, hour=form.cleaned_data["hour"], wants_plan_by_mail=form.cleaned_data["wants_plan_by_mail"])
    messages.success(request, _("Kept."), extra_tags="good")
    return redirect("account")


@require_POST
def account_pause(request: HttpRequest) -> HttpResponse:
    """Pause all messages, or send them again."""
    person = cast(Person, request.user)
    if request.POST.get("pause") == "on":
        actions.mute(person, now=clock.now())
    else:
        actions.unmute(person)
    return redirect("account")


@require_POST
def account_address(request: HttpRequest) -> HttpResponse:
    """My address takes mail again."""
    if actions.mend_address(cast(Person, request.user), now=clock.now()):
        messages.success(request, _("Messages reach you by mail again, from the next one on."), extra_tags="good")
    return redirect("account")


@csrf_exempt  # mail programs post here by themselves (RFC 8058); the signed address is the proof
@by_link(PAUSE)
def pause(request: HttpRequest, link: Link) -> HttpResponse:
    """The link at the foot of a message: opening it shows a button, pressing it pauses."""
    person = get_object_or_404(Person.objects.active(), id=link.person_id)
    if request.method == "POST":
        if request.POST.get("pause") == "off":
            actions.unmute(person)
        else:
            actions.mute(person, now=clock.now())
    return render(request, "notices/pause.html", {"preference": preference_of(person)})


def _account(request: HttpRequest, person: Person, *, form: WishesForm, status: int = 200) -> HttpResponse:
    preference = preference_of(person)
    facts = {"way": way_of(preference.channel), "lost": way_of(preference.lost_channel), "takes_mail": takes_mail(person)}
    context = {"preference": preference, "form": form, "person": person, **facts}
    return render(request, "notices/account.html", context, status=status)


def _wishes_form(person: Person) -> WishesForm:
    preference = preference_of(person)
    return WishesForm(initial={"hour": preference.hour, "wants_plan_by_mail": preference.wants_plan_by_mail})
