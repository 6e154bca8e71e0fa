"""Signed links for people without an account or without the time to sign in: in mails, answerable in place.

A link names what it is for, one organisation, one person and one row, and when it ends. It carries no words. Opening one changes
nothing; a button on the page does, because mail scanners open every link.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from reconvene.base import clock, tenancy


class BadLink(Exception):
    """The link was altered, cut short, or is for something else."""


class ExpiredLink(Exception):
    """The link was good and has ended."""


@dataclass(frozen=True)
class Link:
    """What a signed link says: `purpose` (a notice kind), organisation, person and the row it is about."""

    purpose: str
    organisation_id: uuid.UUID
    person_id: uuid.UUID
    subject_id: uuid.UUID
    until: datetime

    def token(self) -> str:
        """The signed text for the address."""
        ids = [self.organisation_id.hex, self.person_id.hex, self.subject_id.hex, int(self.until.timestamp())]
        return signing.dumps(ids, salt=f"link:{self.purpose}")


def read_link(token: str, *, purpose: str, now: datetime) -> Link:
    """The link behind `token`. Raises BadLink or ExpiredLink."""
    try:
        organisation, person, subject, until = signing.loads(token, salt=f"link:{purpose}")
        link = Link(purpose, uuid.UUID(organisation), uuid.UUID(person), uuid.UUID(subject), datetime.fromtimestamp(until, tz=now.tzinfo))
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadLink from error
    if now > link.until:
        raise ExpiredLink
    return link


def absolute(name: str, *arguments: object) -> str:
    """A full address for mails and QR codes, always from the stored origin, never from a request's host header."""
    return settings.ORIGIN + reverse(name, args=arguments)


def by_link(purpose: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Make `view(request, link)` answer at an address with a token: public, inside the link's organisation."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_not_required
        @wraps(view)
        def wrapped(request: HttpRequest, token: str, **arguments: object) -> HttpResponse:
            try:
                link = read_link(token, purpose=purpose, now=clock.now())
            except ExpiredLink:
                return render(request, "base/link_expired.html", status=410)
            except BadLink:
                return render(request, "base/link_bad.html", status=404)
            with tenancy.within(link.organisation_id):
                return view(request, link, **arguments)

        return wrapped

    return decorate
