"""Marks on the page of a guide, before any session."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from reconvene.guides.ours import library_for
from reconvene.people.requests import PersonRequest
from reconvene.rooms.actions.reading import mark_while_reading
from reconvene.rooms.forms import read_marks


@require_POST
def guide_marks(request: PersonRequest, slug: str) -> HttpResponse:
    """Keep what each strategy of a guide is to oneself. Keys of other cards are left out."""
    guide = library_for(request.user.organisation_id).guides.get(slug)
    if guide is None:
        raise Http404
    marks = read_marks(request.POST)
    mark_while_reading(request.user, marks={card.key: marks[card.key] for card in guide.cards if card.key in marks})
    if request.headers.get("HX-Request"):
        return render(request, "rooms/marks_kept.html")
    return redirect(f"{reverse('guide', args=[slug])}#try")
