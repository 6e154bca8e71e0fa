"""The workbench, for L&D: groups of a programme before anybody is asked. Everything is a form, so that it works by keyboard and without scripts."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from reconvene.base import clock
from reconvene.console.workbench_queries import heading, page_of, shown_names, versions
from reconvene.console.workbench_words import NOT_DONE
from reconvene.forming import reseating
from reconvene.forming.models import Proposal
from reconvene.forming.reseating import Moving, Refused, Released, Seated
from reconvene.forming.rules import KEPT_APART
from reconvene.forming.workbench import WAITING, Bench, workbench
from reconvene.groups.models import Programme
from reconvene.people.doors import for_learning
from reconvene.people.requests import PersonRequest


@for_learning
def bench(request: PersonRequest, programme_id: uuid.UUID) -> HttpResponse:
    """The groups as they stand; with `move` in the address, what each move of that person would do."""
    found, now = _find(request, programme_id), clock.now()
    here = workbench(found, now=now)
    page = page_of(here, reader=request.user, chosen=request.GET.get("move", ""), now=now)
    return render(
        request,
        "console/workbench.html",
        {
            "programme": found,
            "bench": page,
            "heading": heading(page),
            "kept_apart": KEPT_APART,
            "undo": _undo(here, request),
            "log": shown_names(found, reader=request.user),
            "now": now,
            "place": "programmes",
        },
    )


@require_POST
@for_learning
def move(request: PersonRequest, programme_id: uuid.UUID) -> HttpResponse:
    """Keep a move. When it is refused the person stays chosen."""
    found, sent = _find(request, programme_id), request.POST
    moving = Moving(sent.get("who", ""), sent.get("home", ""), sent.get("to", ""), sent.get("swapped", ""))
    try:
        reseating.move_seat(found, moving=moving, versions=versions(sent.getlist("version")), now=clock.now())
    except Refused as refusal:
        messages.warning(request, str(NOT_DONE[refusal.code]))
        return _back(found, person=moving.who, move=moving.who)
    messages.success(request, _("They have changed places.") if moving.swapped else _("Moved."))
    return _back(found, person=moving.who, moved=moving.who, home=moving.home, swapped=moving.swapped)


@require_POST
@for_learning
def lock(request: PersonRequest, programme_id: uuid.UUID) -> HttpResponse:
    """Lock a group, or open it again."""
    found, sent = _find(request, programme_id), request.POST
    token, is_locked = sent.get("lock") or sent.get("unlock", ""), "lock" in sent
    try:
        reseating.lock_table(found, token=token, is_locked=is_locked, versions=versions(sent.getlist("version")), now=clock.now())
    except Refused as refusal:
        messages.warning(request, str(NOT_DONE[refusal.code]))
    else:
        messages.success(request, _("Locked. It stays as it is until you unlock it.") if is_locked else _("Unlocked."))
    return _back(found, group=token)


@require_POST
@for_learning
def solution(request: PersonRequest, programme_id: uuid.UUID) -> HttpResponse:
    """Seat anew everybody who does not sit in a locked group."""
    found = _find(request, programme_id)
    try:
        done = reseating.seat_the_rest(found, versions=versions(request.POST.getlist("version")), now=clock.now())
    except Refused as refusal:
        messages.warning(request, str(NOT_DONE[refusal.code]))
    else:
        messages.success(request, _said_of(done))
    return _back(found)


@require_POST
@for_learning
def release(request: PersonRequest, programme_id: uuid.UUID) -> HttpResponse:
    """Let one group go to its people, all of them, or discard one."""
    found, sent, now = _find(request, programme_id), request.POST, clock.now()
    known = versions(sent.getlist("version"))
    try:
        if "discard" in sent:
            reseating.discard_table(found, token=sent["discard"], versions=known, now=now)
            messages.success(request, _("Discarded. Nobody was asked; its people wait, and you can move them or seat the rest anew."))
        else:
            done = reseating.release_tables(found, token=sent.get("release", ""), versions=known, now=now)
            for said in _told(done):
                messages.success(request, said)
    except Refused as refusal:
        messages.warning(request, str(NOT_DONE[refusal.code]))
    return _back(found)


@require_POST
@for_learning
def names(request: PersonRequest, programme_id: uuid.UUID) -> HttpResponse:
    """Show names, which is written down, or roles again."""
    found, now = _find(request, programme_id), clock.now()
    if request.POST.get("answer") == "show":
        reseating.show_names(found, by=request.user, now=now)
    else:
        reseating.hide_names(found, by=request.user, now=now)
    return _back(found)


def _find(request: PersonRequest, programme_id: uuid.UUID) -> Programme:
    """A programme that L&D reviews, or of which groups still wait for the release; for all others there is no workbench."""
    found: Programme = get_object_or_404(Programme.objects.visible_to(request.user), id=programme_id)
    if not found.is_reviewed and not Proposal.objects.under_review().filter(programme=found).exists():
        raise Http404
    return found


def _back(programme: Programme, *, person: str = "", group: str = "", **query: str) -> HttpResponse:
    """To the workbench, at this person or group."""
    kept = urlencode({name: value for name, value in query.items() if value})
    where = f"#person-{person}" if person else f"#group-{group}" if group else ""
    return redirect(f"{reverse('console-workbench', args=[programme.id])}{'?' if kept else ''}{kept}{where}")


def _undo(bench: Bench, request: PersonRequest) -> dict[str, str]:
    """How the last move is taken back, while its people are still there."""
    who, swapped, to = (request.GET.get(name, "") for name in ("moved", "swapped", "home"))
    if who not in bench.key_of or (swapped and swapped not in bench.key_of):
        return {}
    table = bench.table_of(bench.key_of[who])
    return {"who": who, "home": table.token if table else WAITING, "to": to, "swapped": swapped}


def _said_of(done: Seated) -> str:
    if not done.made:
        return _("Nothing better was found; the groups stay as they are.")
    said: Any = ngettext("%(n)d new group.", "%(n)d new groups.", done.made) % {"n": done.made}
    if done.kept:
        said += " " + ngettext("%(n)d stayed as it was.", "%(n)d stayed as they were.", done.kept) % {"n": done.kept}
    return str(said)


def _told(done: Released) -> list[str]:
    said = []
    if done.asked:
        said.append(
            ngettext("Released: the invitations go out now.", "%(n)d groups are released: the invitations go out now.", done.asked)
            % {"n": done.asked}
        )
    if done.moved:
        said.append(
            ngettext(
                "The dates of %(n)d group had come too near; it goes out under later ones.",
                "The dates of %(n)d groups had come too near; they go out under later ones.",
                done.moved,
            )
            % {"n": done.moved}
        )
    if done.dissolved:
        said.append(
            ngettext(
                "For %(n)d group no dates suit all any more. Nobody in it was asked; the program looks again at once.",
                "For %(n)d groups no dates suit all any more. Nobody in them was asked; the program looks again at once.",
                done.dissolved,
            )
            % {"n": done.dissolved}
        )
    if done.broken:
        said.append(
            ngettext("%(n)d group cannot go out as it is and stays.", "%(n)d groups cannot go out as they are and stay.", done.broken)
            % {"n": done.broken}
        )
    return said
