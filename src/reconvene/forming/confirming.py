"""From a proposal to a group, with both sessions booked and everyone invited, in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from reconvene.forming.models import Proposal, Seat
from reconvene.forming.rules import FEWEST
from reconvene.groups.actions import CannotSit, Sitter, found_group, seat_member
from reconvene.groups.models import Group
from reconvene.people.models import Person
from reconvene.scheduling.actions import BadDate, book_sessions, count_in, invite
from reconvene.scheduling.models import Session


def confirm_proposal(proposal: Proposal, *, now: datetime) -> Group | None:
    """Make the group of everyone who said yes, book both sessions and invite them. The caller holds the proposal's lock.

    Who cannot sit there any more, because they joined another group or the reporting lines changed, gives the seat back.
    None when fewer than three are left, or when the first date is past; then the proposal stays open.
    """
    while True:
        seats = list(proposal.seats.accepted().select_related("person", "challenge").order_by("number"))
        if len(seats) < FEWEST:
            return None
        try:
            with transaction.atomic():
                group = _found(proposal, seats=seats, now=now)
        except CannotSit as refusal:
            next(seat for seat in seats if seat.person_id == refusal.person.id).give_up(now=now)
        except BadDate:
            return None
        else:
            proposal.confirm(group=group, now=now)
            return group


def _found(proposal: Proposal, *, seats: Sequence[Seat], now: datetime) -> Group:
    sitters = [Sitter(seat.person, seat.challenge) for seat in seats]
    group, cycle = found_group(proposal.programme, topic=proposal.topic, sitters=sitters, called_by=proposal.called_by, now=now)
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
    count_in(sessions, [seat.person for seat in seats], now=now)
    for session in sessions:
        invite(session, now=now)
    return group


def join_late(proposal: Proposal, *, seat: Seat, now: datetime) -> None:
    """Someone said yes after the others had made the group: they take one of its free seats, and are invited to both sessions.

    When the group is full, over, or has begun its first session, the seat lapses and the challenge keeps its place in the queue.
    """
    sessions = list(Session.objects.filter(cycle__group=proposal.group, cancelled_at=None))
    if proposal.group is None or any(session.started_at is not None for session in sessions):
        seat.give_up(now=now)
        return
    try:
        seat_member(proposal.group, sitter=Sitter(seat.person, seat.challenge), now=now)
    except CannotSit:
        seat.give_up(now=now)
        return
    shown = {(local, proposal.zone) for local in (proposal.first_local, proposal.reconvene_local)}
    count_in([session for session in sessions if (session.local_start, session.zone) in shown], [seat.person], now=now)
    for session in sessions:
        invite(session, now=now, only=seat.person)


def _host(seats: Sequence[Seat]) -> Person:
    """Who opens the first session: whoever offered, else the seat that the engine thought of."""
    return next((seat.person for seat in seats if seat.offers_to_host), seats[0].person)
