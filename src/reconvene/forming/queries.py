"""What the seat page shows: the table, the reasons in words, both dates on the reader's clock."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from reconvene.base.templatetags.design import SeatMark
from reconvene.forming.dates import other_dates
from reconvene.forming.models import Proposal, Seat
from reconvene.matching.explain import SENTENCES
from reconvene.people.models import Person
from reconvene.scheduling.rules import write_local

SAID_ALREADY = {"seat_topic", "seat_challenge_close", "seat_level_same", "seat_level_near", "seat_new_people"}
"""Reasons for one seat that repeat what the reasons for the group say."""
CHOSEN = {"chosen_by_name": gettext_noop("Somebody thought that you would have something to say to each other, and chose you by name.")}


@dataclass(frozen=True)
class Place:
    """One seat as the reader sees it."""

    person: Person
    is_you: bool
    has_accepted: bool


@dataclass(frozen=True)
class SeatPage:
    """Everything that one invited person sees of a proposal."""

    seat: Seat
    proposal: Proposal
    places: tuple[Place, ...]
    marks: tuple[SeatMark, ...]
    reasons: tuple[str, ...]
    first: datetime
    second: datetime
    others: tuple[tuple[str, datetime], ...]

    @property
    def size(self) -> int:
        """How many seats are held."""
        return len(self.places)


def seat_page(seat: Seat, *, now: datetime) -> SeatPage:
    """The page of one seat. A fixed number of queries, whatever the size of the group."""
    proposal = seat.proposal
    held = list(proposal.seats.held().select_related("person"))
    places = tuple(Place(one.person, one.id == seat.id, one.accepted_at is not None) for one in held)
    marks = tuple(
        SeatMark("you" if place.is_you else "taken" if place.has_accepted else "asked", place.person.initials) for place in places
    )
    may_suggest = proposal.is_open and not any(place.has_accepted and not place.is_you for place in places)
    others = other_dates(proposal, now=now) if may_suggest else ()
    return SeatPage(
        seat=seat,
        proposal=proposal,
        places=places,
        marks=marks,
        reasons=tuple(words(code, params) for code, params in [*proposal.reasons, *seat.reasons] if code not in SAID_ALREADY),
        first=proposal.first_at,
        second=proposal.reconvene_at,
        others=tuple((write_local(pair.first_local), pair.first) for pair in others),
    )


def words(code: str, params: dict[str, object]) -> str:
    """A stored reason as a sentence. Reasons of an older version without words are left out by an empty sentence."""
    template = SENTENCES.get(code) or CHOSEN.get(code, "")
    return _(template) % params if template else ""
