"""Sign-in by mailed code, with django-allauth. The organisation is found by the mail address before anything else is asked."""

import logging
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.views import LogoutView, RequestLoginCodeView
from django.contrib import messages
from django.contrib.sites.shortcuts import get_current_site
from django.core.mail import EmailMessage
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from reconvene.base import tenancy
from reconvene.base.middleware import ORGANISATION
from reconvene.people.mail_door import DOOR
from reconvene.people.models import Person

log = logging.getLogger(__name__)
SENDERS = 4
CODES = ThreadPoolExecutor(SENDERS, thread_name_prefix="codes")


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
        """The answer does not wait until the server has taken the mail, nor say whether it did: strangers would learn who is known.

        No job of a worker: a person waits for the code, signing in must not depend on a worker, and codes are not to lie in the queue.
        """
        request = context["request"]
        words = {"email": email, "current_site": get_current_site(request), **context}
        CODES.submit(_deliver, self.render_mail(template_prefix, email, words))

    def pre_login(self, request: HttpRequest, user: Person, *, email: str | None, **facts: Any) -> HttpResponse | None:
        """A code opens nothing any more once its address is not the person's: who reads the former one must not stay."""
        if email and email.casefold() != (user.email or "").casefold():
            return self.respond_user_inactive(request, user)
        answer: HttpResponse | None = super().pre_login(request, user, email=email, **facts)
        return answer

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:
        """Who left, or has another address, while the code was on its way is answered like a stranger."""
        return redirect("account_request_login_code")


def _deliver(message: EmailMessage) -> None:
    try:
        message.send()
    except Exception as refused:
        log.error("The mail server did not take a sign-in code: %s.", type(refused).__name__)  # its words hold the address


class RequestCodeView(RequestLoginCodeView):  # type: ignore[misc]  # allauth ships no types
    """Ask for a code. The answer is the same whether the address is known or not."""

    template_name = "people/request_code.html"
    organisation: uuid.UUID | None

    def post(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        address = str(request.POST.get("email", "")).strip()
        self.organisation = tenancy.organisation_of_address(address) if address and "\x00" not in address else None
        with tenancy.within(self.organisation) if self.organisation else nullcontext():
            return super().post(request, *args, **options)

    def form_valid(self, form: Form) -> HttpResponse:
        """Somebody who has not asked too often. The mail server is called for strangers too: one that is away must not tell who is known."""
        if not DOOR.opens():
            form.add_error(
                None, _("The code could not be sent, because the mail server does not answer. Please try again in a few minutes.")
            )
            return self.render_to_response(self.get_context_data(form=form), status=503)
        if self.organisation is None:
            self.request.session.pop(ORGANISATION, None)
        else:
            self.request.session[ORGANISATION] = str(self.organisation)
        return super().form_valid(form)

    def _redirect_to_pending_stage(self, *stage: object) -> None:
        """Whoever comes back from the code page gets the form again: the address may have been mistyped."""


class SignOutView(LogoutView):  # type: ignore[misc]  # allauth ships no types
    """Sign out, and have the browser forget what was kept on the device: a meeting room's computer is used by many."""

    template_name = "people/sign_out.html"

    def post(self, *args: Any, **options: Any) -> HttpResponse:
        response: HttpResponse = super().post(*args, **options)
        response["Clear-Site-Data"] = '"storage"'
        return response
