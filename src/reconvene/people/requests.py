"""The request as views behind the sign-in know it. Used by the views of every app above."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from reconvene.people.models import Person


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in: the middleware lets nobody else through to views that are not public."""

    user: Person
    htmx: HtmxDetails
