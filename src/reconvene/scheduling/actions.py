"""Booking, moving, cancelling and answering sessions. Every change tells exactly those whose calendar it changes."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from reconvene.availability.queries import public_holidays, week_of
from reconvene.groups.actions import leave_group
from reconvene.groups.models import Cycle, Membership
from reconvene.groups.rules import GAP_HELD_LONGEST
from reconvene.notices.actions import drop_about, put, put_again, send_soon
from reconvene.notices.models import preference_of
from reconvene.notices.rules import at_hour
from reconvene.people.models import Person
from reconvene.scheduling import finding, kinds
from reconvene.scheduling.models import Rsvp, Session
from reconvene.scheduling.places import hold_place
from reconvene.scheduling.queries import everybody, members_of, next_host, sessions_of
from reconvene.scheduling.rules import Answer, Kind, instant, read_local, working_day_before

FURTHEST = timedelta(days=365)  # away; later is a slip of the finger


class BadDate(Exception):
    """These dates cannot be; the text is a sentence for the person who asked."""


class SessionIsOver(Exception):
    """The session has begun, is over or was cancelled; its date cannot be changed or answered any more."""


class NotAMember(Exception):
    """The person does not sit in this session's group."""


@transaction.atomic
def book_sessions(
    cycle: Cycle, *, first_local: str, reconvene_local: str, zone: str, minutes: int, place: str, host: Person | None, now: datetime
) -> tuple[Session, Session]:
    """Book both sessions of a cycle, or none; on site with a listed place each, if one is free. Local times are "2026-03-03T10:00" in `zone`.
    Tells no one; `invite` does.

    The other date's host is the next member in turn. Raises BadDate when a time cannot be read, is past, or the gap is not allowed;
    django.db.IntegrityError when the cycle has its sessions already.
    """
    first_at, again_at = _moment(first_local, zone), _moment(reconvene_local, zone)
    if again_at <= now or first_at < now - timedelta(hours=1):
        raise BadDate(_("A date lies in the past. Choose two dates that are still ahead."))
    _keep_gap(cycle, first=read_local(first_local), reconvene=read_local(reconvene_local))
    facts = {"cycle": cycle, "zone": zone, "minutes": minutes, "place": place}
    first = Session.objects.create(kind=Kind.FIRST, local_start=first_local, starts_at=first_at, host=host, **facts)
    again = Session.objects.create(kind=Kind.RECONVENE, local_start=reconvene_local, starts_at=again_at, **facts)
    again.hand_over(host=next_host(again, apart_from=[]))
    people = members_of(cycle)
    for session in (first, again):
        hold_place(session, people=people)
    return first, again


@transaction.atomic
def invite(session: Session, *, now: datetime, only: Person | None = None) -> None:
    """Put the calendar entry and the reminders of a session into the outbox. Tells all members and the guest host, or `only` one who joined late.

    What still waits about an earlier date of the session is dropped first, so nobody gets both.
    """
    for person in [only] if only else everybody(session):
        drop_about(session.id, now=now, person=person, kinds=kinds.DATES, because="moved")
        put(person, kind=kinds.INVITATION, subject_id=session.id, due_at=now, not_after=session.ends_at)
        _remind(session, person=person, now=now)
    send_soon()


def count_in(sessions: Iterable[Session], people: Iterable[Person], *, now: datetime) -> None:
    """Those who took their seats knowing these dates come to them, until they say otherwise or a date moves. Tells no one."""
    coming = [Rsvp(session=session, person=person, answer=Answer.YES, answered_at=now) for session, person in product(sessions, people)]
    Rsvp.objects.bulk_create(coming, ignore_conflicts=True)


@transaction.atomic
def answer(session: Session, *, person: Person, answer: Answer, now: datetime) -> Rsvp:
    """Keep whether a member can come; the last answer counts. Tells no one by mail; the group sees it on the session's page.

    Raises NotAMember or SessionIsOver.
    """
    if not Session.objects.visible_to(person).filter(id=session.id).exists():
        raise NotAMember(person)
    if session.ended_at is not None or session.cancelled_at is not None:
        raise SessionIsOver(session)
    rsvp, _is_new = Rsvp.objects.update_or_create(session=session, person=person, defaults={"answer": Answer(answer), "answered_at": now})
    return rsvp


@transaction.atomic
def move_session(session: Session, *, local_start: str, by: Person, now: datetime) -> Session:
    """Give one session another date, in its own zone; answers to the old one are forgotten. When the gap would leave the allowed days, the
    reconvene follows its first session. Tells all members, with an updated entry for each date that changed.

    Moving to the date it has changes nothing, unless that one fell through: then it stands again. Raises SessionIsOver, NotAMember, or BadDate (past, or too far from a first session that stays).
    """
    session = locked(session)
    if by.id not in {member.id for member in members_of(session.cycle)}:
        raise NotAMember(by)
    if not session.is_ahead:
        raise SessionIsOver(session)
    if local_start == session.local_start and session.asked_at is None:
        return session
    starts_at = _moment(local_start, session.zone)
    if starts_at <= now:
        raise BadDate(_("This date lies in the past. Choose one that is still ahead."))
    if starts_at > now + FURTHEST:
        raise BadDate(_("This date is more than a year away. Choose one within a year."))
    following = _following(session, local=read_local(local_start), now=now)
    put_off(session, local_start=local_start, now=now)
    answer(session, person=by, answer=Answer.YES, now=now)
    if following is not None:
        put_off(*following, now=now)
    return session


def put_off(session: Session, local_start: str, *, now: datetime) -> None:
    """Give a session another wall time and ask everybody anew. Tells all members, with an updated entry. Checks nothing."""
    session.move(local_start=local_start, starts_at=_moment(local_start, session.zone))
    hold_place(session, people=members_of(session.cycle))
    Rsvp.objects.filter(session=session).delete()
    invite(session, now=now)


@transaction.atomic
def hand_over(session: Session, *, host: Person, now: datetime) -> Session:
    """Make another member the host. Tells the new host the day before, and no longer the old one. The same host changes nothing.

    Raises NotAMember or SessionIsOver.
    """
    session = locked(session)
    if host.id not in {member.id for member in members_of(session.cycle)}:
        raise NotAMember(host)
    if session.ended_at is not None or session.cancelled_at is not None:
        raise SessionIsOver(session)
    if session.host_id == host.id:
        return session
    before = session.host
    session.hand_over(host=host)
    for person in (host, before):
        if person is not None:
            drop_about(session.id, now=now, person=person, kinds=kinds.REMINDERS, because="other_host")
            _remind(session, person=person, now=now)
    return session


@transaction.atomic
def pass_hosting(session: Session, *, by: Person, now: datetime) -> Session:
    """Let the next member in turn host instead of `by`, who is asked again only when all have passed. Tells the new host the day before. Unless
    `by` hosts, nothing changes. Raises SessionIsOver.
    """
    session = locked(session)
    if session.host_id != by.id:
        return session
    session.note_passed(by)
    host = next_host(session, apart_from=[by])
    return session if host is None else hand_over(session, host=host, now=now)


@transaction.atomic
def swap_hosts(cycle: Cycle, *, by: Person, now: datetime) -> None:
    """Let the hosts of both sessions change places. Tells each the day before theirs. Unless both are ahead and `by` hosts one of them, nothing
    changes.
    """
    both = [locked(session) for session in sessions_of(cycle.id).values()]
    hosts = [session.host for session in both]
    if len(both) < len(Kind) or by not in hosts or not all(session.is_ahead for session in both):
        return
    for session, host in zip(both, reversed(hosts), strict=True):
        if host is not None:
            hand_over(session, host=host, now=now)


@transaction.atomic
def set_place(session: Session, *, place: str, now: datetime) -> Session:
    """Say where the session takes place. Tells all members, with an updated entry. The same place changes nothing.

    Raises SessionIsOver.
    """
    session = locked(session)
    if not session.is_ahead:
        raise SessionIsOver(session)
    if place != session.place:
        session.settle_place(place=place)
        invite(session, now=now)
    return session


@transaction.atomic
def cancel_sessions(cycle: Cycle, *, now: datetime) -> None:
    """Call off whatever of the cycle is still ahead. Tells all members and a guest host, with a cancellation for their calendars."""
    members = members_of(cycle)
    for session in sessions_of(cycle.id).values():
        if session.is_ahead:
            is_past = session.starts_at <= now  # what is over needs no room in a calendar
            session.cancel(now=now)
            end_guest(session, now=now)
            for person in [] if is_past else members:
                uninvite(session, person=person, now=now)


@transaction.atomic
def end_guest(session: Session, *, now: datetime) -> None:
    """The host of another group does not conduct the session after all. Tells that one while it is ahead, so that the time is free again. When there is
    none, or the session is over, nothing changes.
    """
    session = locked(session)
    guest = session.guest_host
    if guest is not None and session.ended_at is None:
        session.have_guest(None)
    if guest is not None and session.guest_host is None and session.starts_at > now:
        uninvite(session, person=guest, now=now)


@transaction.atomic
def leave(membership: Membership, *, now: datetime) -> None:
    """Leave a group, its sessions ahead and their calendar entries; what the person would have hosted goes to the next in turn.

    Tells the person, by cancelled dates, and a new host. Leaving twice changes nothing.
    """
    for cycle in membership.group.cycles.running():
        release_member(cycle, person=membership.person, now=now)
    leave_group(membership, now=now)


@transaction.atomic
def release_member(cycle: Cycle, *, person: Person, now: datetime) -> None:
    """Take a member who left the group out of the sessions ahead. Tells only them, so that their calendar is free again.

    A session they would have hosted goes to the next in turn.
    """
    for session in [
        locked(one) for one in sessions_of(cycle.id).values() if one.is_ahead
    ]:  # so that of two who leave neither is the other's heir
        if session.is_ahead:
            Rsvp.objects.filter(session=session, person=person).delete()
            uninvite(session, person=person, now=now)
            heir = next_host(session, apart_from=[person])
            if session.host_id == person.id and heir is not None:
                hand_over(session, host=heir, now=now)


def locked(session: Session) -> Session:
    """The session's row, locked until the transaction ends."""
    return (
        Session.objects.select_for_update(of=("self",)).select_related("host", "guest_host", "cycle__group__programme").get(id=session.id)
    )


def uninvite(session: Session, *, person: Person, now: datetime) -> None:
    """Take the entry of a session out of a person's calendar. Tells only them."""
    drop_about(session.id, now=now, person=person, kinds=kinds.DATES, because="cancelled")
    put(person, kind=kinds.CANCELLATION, subject_id=session.id, due_at=now, not_after=max(session.ends_at, now + timedelta(days=1)))
    send_soon()


def _remind(session: Session, *, person: Person, now: datetime) -> None:
    """The last day before on which the person works: the host's card for the host; before the reconvene, one line for everyone else. What was dropped
    with an earlier date, place or host comes back when it falls on the same hour. Nothing as long as it is open whether there will be a date.
    """
    if session.starts_at <= now or session.asked_at is not None or (session.is_first and session.host_id != person.id):
        return
    local = session.local_for(person).date()
    days_off = public_holidays(person.country, tuple(range(local.year - 1, local.year + 1)))
    day = working_day_before(local, weekdays=week_of(person).weekdays, holidays=days_off)
    due_at = at_hour(day, zone=person.time_zone, hour=preference_of(person).hour)
    if session.host_id == person.id:
        put_again(person, kind=kinds.HOST_CARD, subject_id=session.id, due_at=due_at, not_after=session.starts_at)
    else:
        put_again(person, kind=kinds.TOMORROW, subject_id=session.id, due_at=due_at, not_after=session.starts_at, is_counted=True)


def _moment(local: str, zone: str) -> datetime:
    try:
        return instant(read_local(local), zone)
    except (ValueError, OverflowError) as error:
        raise BadDate(_("The date cannot be read. Write it like 2026-03-03 and 10:00.")) from error
    except ZoneInfoNotFoundError as error:
        raise BadDate(_("This time zone is not known.")) from error


def _following(session: Session, *, local: datetime, now: datetime) -> tuple[Session, str] | None:
    """The reconvene with the wall time to which it follows its first session; None when it stays. Raises BadDate for a reconvene too near or far."""
    other = next((found for found in sessions_of(session.cycle_id).values() if found.id != session.id), None)
    if other is None:
        return None
    other_local = other.starts_at.astimezone(ZoneInfo(session.zone)).replace(tzinfo=None)
    if not session.is_first:
        _keep_gap(
            session.cycle, first=other_local, reconvene=local, fixed=other_local.date(), longest=GAP_HELD_LONGEST if session.strikes else 0
        )
        return None
    if finding.keeps_gap(session, first=local, reconvene=other_local):
        return None
    return other, finding.reconvene_for(session, first=local, now=now)


def _keep_gap(cycle: Cycle, *, first: datetime, reconvene: datetime, fixed: date | None = None, longest: int = 0) -> None:
    """Raises BadDate unless the reconvene lies as many days after the first session as the programme allows, or up to `longest`. `fixed` is
    the date of a first session that stays.
    """
    programme = cycle.group.programme
    shortest, longest = programme.gap_shortest, max(programme.gap_longest, longest)
    if shortest <= (reconvene.date() - first.date()).days <= longest:
        return
    if fixed is None:
        words = _("Between the two sessions lie %(shortest)s to %(longest)s days, so that there is time to try things.")
        raise BadDate(words % {"shortest": shortest, "longest": longest})
    since, until = (formats.date_format(fixed + timedelta(days=number), "l j F") for number in (shortest, longest))
    words = _("The two sessions lie %(shortest)s to %(longest)s days apart. Choose a day from %(since)s to %(until)s.")
    raise BadDate(words % {"shortest": shortest, "longest": longest, "since": since, "until": until})
