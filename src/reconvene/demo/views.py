"""The demo's own pages: whom to be, what time it is, what was sent. Not in INSTALLED_APPS outside the demo."""

import uuid
from datetime import UTC, datetime, timedelta

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from reconvene.base import clock, jobs, tenancy
from reconvene.base.middleware import ORGANISATION
from reconvene.demo import mailbox as mails
from reconvene.demo.personas import personas
from reconvene.people.models import Person
from reconvene.scheduling.models import Session

MOVES = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
RATES = (1, 10, 60)


@login_not_required
def demo(request: HttpRequest) -> HttpResponse:
    """Choose whom to be; move the clock; see the mailbox."""
    with tenancy.within(_organisation()):
        page = {"personas": personas(now=clock.now()), "shown": clock.now(), "rate": clock.rate(), "rates": RATES, "zone": "Europe/Berlin"}
        return render(request, "demo/demo.html", page)


@login_not_required
@require_POST
def becoming(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Become somebody of the sample company."""
    organisation = _organisation()
    with tenancy.within(organisation):
        person = get_object_or_404(Person.objects.active(), id=person_id)
        login(request, person)
    request.session[ORGANISATION] = str(organisation)
    return redirect("home")


@login_not_required
@require_POST
def clock_move(request: HttpRequest) -> HttpResponse:
    """Put the clock forward, or let it run faster; then everything that has become due is done at once."""
    real = datetime.now(UTC)
    kept = clock.demo_clock()
    if request.POST.get("by") == "session":
        kept.move(by=_until_next_session(request, now=kept.at(real)), moment=real)
    elif request.POST.get("by") in MOVES:
        kept.move(by=MOVES[request.POST["by"]], moment=real)
    if request.POST.get("rate", "").isdigit():
        kept.run(rate=int(request.POST["rate"]), moment=real)
    clock.forget()
    jobs.tick_soon()
    return redirect("demo")


@login_not_required
def mailbox(request: HttpRequest) -> HttpResponse:
    """Every message that was sent, the latest first; for one address with ?to=."""
    return render(request, "demo/mailbox.html", {"letters": mails.letters(to=request.GET.get("to", "")), "to": request.GET.get("to", "")})


@login_not_required
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """One message as it was sent."""
    found = mails.letter(name)
    if found is None:
        raise Http404
    return render(request, "demo/letter.html", {"letter": found})


def _until_next_session(request: HttpRequest, *, now: datetime) -> timedelta:
    """From now to two minutes before the next session of whoever is signed in; nothing where it can be held already, also a little late."""
    if not request.user.is_authenticated:
        return timedelta()
    ahead = Session.objects.visible_to(request.user).upcoming(now).filter(started_at=None).first()
    return max(ahead.starts_at - timedelta(minutes=2) - now, timedelta()) if ahead else timedelta()


def _organisation() -> uuid.UUID:
    found = tenancy.every_organisation()
    if not found:
        raise Http404
    return found[0]
