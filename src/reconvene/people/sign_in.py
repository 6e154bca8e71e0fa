"""Sign-in by mailed code, with django-allauth. The organisation is found by the mail address before anything else is asked."""

import logging
import smtplib
import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.views import LogoutView, RequestLoginCodeView
from django.contrib import messages
from django.core import mail
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from reconvene.base import tenancy
from reconvene.base.middleware import ORGANISATION
from reconvene.people.models import Person

log = logging.getLogger(__name__)


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """Finds the person of a session together with their organisation, which every page names."""

    def get_user(self, user_id: uuid.UUID) -> Person | None:
        return Person.objects.active().select_related("organisation").filter(id=user_id).first()


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Nobody signs themselves up: the directory says who exists. No flash messages of allauth's own."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, request: HttpRequest, level: int, *args: Any, **options: Any) -> None:
        if level >= messages.ERROR:
            super().add_message(request, level, *args, **options)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A server that is there but does not take this one mail is no answer to whoever asked: strangers would learn who is known."""
        try:
            super().send_mail(template_prefix, email, context)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as refused:
            log.error("The mail server did not take a sign-in code: %s.", type(refused).__name__)  # its words hold the address

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:
        """Who left while the code was on its way is answered like a stranger."""
        return redirect("account_request_login_code")


PATIENCE = 4  # seconds for the mail server to open; a request waits in one of few threads


class RequestCodeView(RequestLoginCodeView):  # type: ignore[misc]  # allauth ships no types
    """Ask for a code. The answer is the same whether the address is known or not."""

    template_name = "people/request_code.html"

    def post(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        address = str(request.POST.get("email", "")).strip()
        organisation = tenancy.organisation_of_address(address) if address else None
        try:
            with mail.get_connection(timeout=PATIENCE):  # for strangers too: a server that is away must not tell who is known
                pass
            if organisation is None:
                request.session.pop(ORGANISATION, None)
                return super().post(request, *args, **options)
            request.session[ORGANISATION] = str(organisation)
            with tenancy.within(organisation):
                return super().post(request, *args, **options)
        except (OSError, smtplib.SMTPException):
            log.exception("A sign-in code could not be sent, because the mail server is away.")
            form = self.get_form()
            form.add_error(
                None, _("The code could not be sent, because the mail server does not answer. Please try again in a few minutes.")
            )
            return self.render_to_response(self.get_context_data(form=form), status=503)

    def _redirect_to_pending_stage(self, *stage: object) -> None:
        """Whoever comes back from the code page gets the form again: the address may have been mistyped."""


class SignOutView(LogoutView):  # type: ignore[misc]  # allauth ships no types
    """Sign out, and have the browser forget what was kept on the device: a meeting room's computer is used by many."""

    template_name = "people/sign_out.html"

    def post(self, *args: Any, **options: Any) -> HttpResponse:
        response: HttpResponse = super().post(*args, **options)
        response["Clear-Site-Data"] = '"storage"'
        return response
