"""A guest host: the host of another group conducts a session and does not become a member. Called by `forming`, and at every tick."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from reconvene.groups.models import Membership, live_member_ids
from reconvene.people.models import KeepApart, Person, reporting_chain
from reconvene.scheduling.actions import invite, locked
from reconvene.scheduling.models import Session
from reconvene.scheduling.queries import is_engaged


class CannotConduct(Exception):
    """The person may not conduct this session as a guest, or somebody does already. It says not why."""


@transaction.atomic
def invite_guest(session: Session, *, guest: Person, now: datetime) -> None:
    """Let the host of another group conduct a session that is ahead. Tells the guest, with a calendar entry; the group reads it on its pages.

    Raises CannotConduct.
    """
    session = locked(session)
    if not session.is_ahead or session.asked_at is not None or session.guest_host_id is not None or not may_conduct(guest, session):
        raise CannotConduct
    session.have_guest(guest)
    invite(session, now=now, only=guest)


def may_conduct(guest: Person, session: Session) -> bool:
    """Whether a person may hear what is said in a session of another group: nobody there is above or below them, nobody would rather not sit with
    them, they sit in a group of their own, and have no other session at that time.
    """
    members = set(live_member_ids(session.cycle.group_id))
    seats = Membership.objects.live().filter(person=guest, group__ended_at=None)
    if guest.left_at is not None or guest.id in members or not seats.exists():
        return False
    if KeepApart.objects.filter(Q(person=guest, other__in=members) | Q(other=guest, person__in=members)).exists():
        return False
    if members & set(reporting_chain(guest.id)) or any(guest.id in reporting_chain(member) for member in members):
        return False
    return not is_engaged(guest, session)


def unfit(*, now: datetime) -> list[Session]:
    """Sessions ahead or going on whose guest may not conduct them any more. One query when there are no guests, some more for each guest."""
    found = Session.objects.upcoming(now).exclude(guest_host=None).select_related("guest_host", "cycle__group")
    return [one for one in found if one.guest_host is not None and (_has_ended(one) or not may_conduct(one.guest_host, one))]


def _has_ended(session: Session) -> bool:
    return session.cycle.closed_at is not None or session.cycle.group.ended_at is not None
