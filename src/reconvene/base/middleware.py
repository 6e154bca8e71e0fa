"""Middleware: one transaction per request inside one organisation, and calm answers when the session is gone or an address takes a form alone."""

import uuid
from collections.abc import Callable
from http import HTTPStatus

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import is_valid_path
from django.utils.translation import gettext as _

from reconvene.base import clock, tenancy
from reconvene.base.rehearsal import rehearsal_at
from reconvene.base.views import written_text

Respond = Callable[[HttpRequest], HttpResponse]
ORGANISATION = "organisation"  # the session's key
READER = "X-Person"  # whom a script's page was made for; the answer says who is asking


class TenancyMiddleware:
    """Each request is one transaction in the organisation of its session, or of its rehearsal; an answer of 500 or more takes it back."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        rehearsal = rehearsal_at(request.session, request.path)
        request.rehearsal = rehearsal  # type: ignore[attr-defined]  # for the rooms' middleware and for templates
        organisation = str(rehearsal.organisation) if rehearsal else request.session.get(ORGANISATION)
        pace = clock.at_pace(rehearsal.pace if rehearsal else None)
        with pace, tenancy.within(uuid.UUID(organisation)) if organisation else transaction.atomic():
            response = self.respond(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            return response


class OnlyFormsMiddleware:
    """An address to which a form is sent, opened as a page: what a phone does that brings back a tab. It says so and leads to the page above."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.respond(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.method != "GET":
            return response
        page = render(request, "base/only_forms.html", {"above": _page_above(request.path)}, status=response.status_code)
        page["Allow"] = response["Allow"]
        return page


def _page_above(path: str) -> str:
    """The page of the thing that the address begins with, else that of its part of the program, else the home page: what lies between may take forms
    alone.
    """
    part, *rest = path.strip("/").split("/")
    things = [f"/{part}/{rest[0]}/"] if len(rest) > 1 and _is_id(rest[0]) else []
    return next((page for page in (*things, f"/{part}/") if page != path and is_valid_path(page)), "/")


def _is_id(text: str) -> bool:
    try:
        return bool(uuid.UUID(text))
    except ValueError:
        return False


class SignedOutMiddleware:
    """A form sent after signing out is not thrown away: the page shows what was written and the way back.

    A script says for whom its page was made, and acts only for that person. The answer says who that is by now, which tells the script that
    it comes from us: the page of a hotel's wifi, answering in our place, does not.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.respond(request)
        if READER in request.headers and response.status_code < 500:
            response[READER] = str(request.user.pk or "nobody")
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *_arguments: object) -> HttpResponse | None:
        if request.headers.get(READER, str(request.user.pk)) != str(request.user.pk):
            sentence = _("You are signed out here. What you wrote is kept on this device; sign in again in another tab, and it is sent.")
            return JsonResponse({"saved": False, "sentence": sentence}, status=401)
        needs_person = getattr(view, "login_required", True)
        written = written_text(request) if request.method == "POST" else []
        if needs_person and written and not request.user.is_authenticated:
            return render(request, "base/signed_out.html", {"written": written}, status=401)
        return None
