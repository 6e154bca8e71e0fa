"""Who finds pages that only some roles have. For everybody else they are not there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse

from reconvene.people.models import Person
from reconvene.people.requests import PersonRequest

View = Callable[..., HttpResponse]


def for_readers(view: View) -> View:
    """Only L&D and sponsors find the page."""
    return _only(view, lambda person: person.may_read_reports)


def for_learning(view: View) -> View:
    """Only L&D finds the page."""
    return _only(view, lambda person: person.is_learning_lead)


def for_overseers(view: View) -> View:
    """Only L&D and the works council or data protection find the page."""
    return _only(view, lambda person: person.may_oversee)


def for_administrators(view: View) -> View:
    """Only administrators find the page."""
    return _only(view, lambda person: person.is_administrator)


def for_keepers(view: View) -> View:
    """Only L&D and administrators find the page."""
    return _only(view, lambda person: person.may_import)


def _only(view: View, may: Callable[[Person], bool]) -> View:
    @wraps(view)
    def guarded(request: PersonRequest, *args: Any, **named: Any) -> HttpResponse:
        if not may(request.user):
            raise Http404
        return view(request, *args, **named)

    return guarded
