"""From a proposal to a group, with both sessions booked and everyone invited, in one transaction."""

from datetime import datetime

from reconvene.forming.models import Proposal, Seat
from reconvene.groups.actions import CannotSit, Sitter, found_group, seat_member
from reconvene.groups.models import Group
from reconvene.people.models import Person
from reconvene.scheduling.actions import book_sessions, invite
from reconvene.scheduling.models import Session


def confirm_proposal(proposal: Proposal, *, now: datetime) -> Group:
    """Make the group of everyone who said yes, book both sessions and invite them. The caller holds the proposal's lock."""
    seats = list(proposal.seats.accepted().select_related("person", "challenge").order_by("number"))
    sitters = [Sitter(seat.person, seat.challenge) for seat in seats]
    group, cycle = found_group(
        proposal.programme, topic=proposal.topic, sitters=sitters, question=proposal.key_question, called_by=proposal.called_by, now=now
    )
    sessions = book_sessions(
        cycle,
        first_local=proposal.first_local,
        reconvene_local=proposal.reconvene_local,
        zone=proposal.zone,
        minutes=proposal.minutes,
        place=proposal.place,
        host=_host(seats),
        now=now,
    )
    for session in sessions:
        invite(session, now=now)
    proposal.confirm(group=group, now=now)
    return group


def join_late(proposal: Proposal, *, seat: Seat, now: datetime) -> None:
    """Someone said yes after the others had made the group: they take one of its free seats. Nothing happens if they sit there already.

    When the group is full or has begun its first session, the challenge keeps its place in the queue.
    """
    group = proposal.group
    if group is None or group.memberships.live().filter(person=seat.person).exists():
        return
    sessions = Session.objects.filter(cycle__group=group, cancelled_at=None)
    if sessions.filter(started_at__isnull=False).exists():
        seat.lapse(now=now)
        return
    try:
        seat_member(group, sitter=Sitter(seat.person, seat.challenge), now=now)
    except CannotSit:
        seat.lapse(now=now)
        return
    for session in sessions:
        invite(session, now=now, only=seat.person)


def _host(seats: list[Seat]) -> Person:
    """Who opens the first session: whoever offered, else the seat that the engine thought of."""
    return next((seat.person for seat in seats if seat.offers_to_host), seats[0].person)
