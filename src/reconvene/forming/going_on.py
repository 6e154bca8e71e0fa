"""A group that goes on: dates for its next cycle, found like those of a new group. Called when a room closes and from the group's page."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from reconvene.availability.queries import zones
from reconvene.availability.slots import Window
from reconvene.forming.dates import dates_for, four_weeks_later
from reconvene.groups.actions import close_cycle
from reconvene.groups.models import Cycle, Membership
from reconvene.groups.rules import Outcome
from reconvene.notices.actions import put
from reconvene.notices.models import Notice
from reconvene.scheduling.actions import book_sessions, invite
from reconvene.scheduling.kinds import GROUP_ENDED
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import write_local

NO_DATES_YET = "no_dates_yet"
SILENT_FOR = (timedelta(days=14), timedelta(days=24))
"""When a group that goes on and has no dates is asked, after its last cycle closed."""
ENDS_AFTER = timedelta(days=35)
NEWS_FOR = timedelta(days=7)
FROM_DAYS, TO_DAYS = 14, 42
"""When the next cycle's first session may lie, in days after the last one closed: time to go on practising, and not to forget."""


@transaction.atomic
def find_next_dates(cycle: Cycle, *, now: datetime) -> bool:
    """Book both sessions of a cycle that has none and invite everyone; False when no pair suits all, and the group chooses itself.

    A cycle that has its sessions is left alone.
    """
    members = list(cycle.group.memberships.live().select_related("person"))
    if not members or not _needs_dates(cycle):
        return False
    people, today = [member.person for member in members], now.astimezone(ZoneInfo("UTC")).date()
    window = Window(today + timedelta(days=FROM_DAYS), today + timedelta(days=TO_DAYS))
    pairs = dates_for(people, programme=cycle.group.programme, now=now, window=window)
    if not pairs:
        return False
    _book(
        cycle, members, first=write_local(pairs[0].first_local), second=write_local(pairs[0].second_local), zone=zones(people)[0], now=now
    )
    return True


@transaction.atomic
def choose_dates(cycle: Cycle, *, first_local: str, zone: str, now: datetime) -> bool:
    """Book the first session at a wall time that the group chose, and the reconvene four weeks later; invite everyone.

    Raises scheduling.actions.BadDate for a date that is none, is past, or lies more than a year away. A cycle that has its sessions is left alone; then the answer is False.
    """
    if not _needs_dates(cycle):
        return False
    members = list(cycle.group.memberships.live().select_related("person"))
    _book(cycle, members, first=first_local, second=four_weeks_later(first_local, zone=zone, now=now), zone=zone, now=now)
    return True


@transaction.atomic
def rouse(cycle: Cycle, *, now: datetime) -> None:
    """A group that goes on and has no dates: look for some again and ask its members, twice; then end it kindly. Tells all members.

    Challenges wait again with their place kept. A cycle that has its sessions is left alone.
    """
    if not _needs_dates(cycle):
        return
    due = [cycle.started_at + length for length in SILENT_FOR if cycle.started_at + length <= now]
    asked = Notice.objects.filter(kind=NO_DATES_YET, subject_id=cycle.id).values("due_at").distinct().count()
    people = [membership.person for membership in cycle.group.memberships.live().select_related("person")]
    if now >= cycle.started_at + ENDS_AFTER and asked >= len(SILENT_FOR):
        close_cycle(cycle, outcome=Outcome.FINISH, waiting=[person.id for person in people], now=now)
        for person in people:
            put(person, kind=GROUP_ENDED, subject_id=cycle.id, due_at=now, not_after=now + NEWS_FOR)
    elif asked < len(due) and not find_next_dates(cycle, now=now):
        for person in people:
            put(person, kind=NO_DATES_YET, subject_id=cycle.id, due_at=due[asked], not_after=now + NEWS_FOR)


def _needs_dates(cycle: Cycle) -> bool:
    """Whether the cycle runs and has no sessions; its row is locked until the transaction ends, so that only one books them."""
    fresh = Cycle.objects.select_for_update().get(id=cycle.id)
    return fresh.closed_at is None and not fresh.sessions.filter(cancelled_at=None).exists()


def _book(cycle: Cycle, members: list[Membership], *, first: str, second: str, zone: str, now: datetime) -> None:
    host = min(members, key=lambda member: (member.times_hosted, member.seat)).person
    place = Session.objects.filter(cycle__group=cycle.group).exclude(place="").values_list("place", flat=True).first() or ""
    minutes = cycle.group.programme.session_minutes
    sessions = book_sessions(cycle, first_local=first, reconvene_local=second, zone=zone, minutes=minutes, place=place, host=host, now=now)
    for session in sessions:
        invite(session, now=now)
