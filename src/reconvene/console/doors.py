"""Who finds the console's pages. For everybody else they are not there."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse

from reconvene.people.models import Person

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def for_readers(view: View[P]) -> View[P]:
    """Only L&D and sponsors find the page."""
    return _only(view, lambda person: person.may_read_reports)


def for_learning(view: View[P]) -> View[P]:
    """Only L&D finds the page."""
    return _only(view, lambda person: person.is_learning_lead)


def _only(view: View[P], may: Callable[[Person], bool]) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **named: P.kwargs) -> HttpResponse:
        if not may(request.user):
            raise Http404
        return view(request, *args, **named)

    return guarded
