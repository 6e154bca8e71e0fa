"""Groups of people who were chosen by name: by a manager who calls them, or by L&D by hand. Called by forming.views and the console."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from reconvene.challenges.models import Challenge
from reconvene.forming.actions import SEAT_OFFER
from reconvene.forming.dates import dates_for, four_weeks_later
from reconvene.forming.models import Call, Proposal, Seat
from reconvene.forming.rules import FEWEST, FIRST_ROUND, JOIN_FOR, working_hours_later
from reconvene.groups.actions import CannotSit, Sitter, found_group, seat_member
from reconvene.groups.models import Cycle, Membership, Programme
from reconvene.groups.rules import LARGEST
from reconvene.guides.models import Topic
from reconvene.notices.actions import put_newest, send_soon
from reconvene.people.models import Person, reporting_chain
from reconvene.scheduling.actions import book_sessions, count_in, invite
from reconvene.scheduling.rules import Kind, instant, read_local, write_local

CODE_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_LENGTH = 8


class NoCommonDate(Exception):
    """No pair of dates suits all of the chosen people within three weeks."""


class KnownAddress(Exception):
    """The mail address belongs to somebody already; they sign in instead."""


def obstacles(people: Sequence[Person], *, programme: Programme) -> list[CannotSit]:
    """Why these people cannot sit together, as far as the directory knows; empty when they can."""
    found = []
    ids = {person.id for person in people}
    seated = set(Membership.objects.live().filter(programme=programme, person__in=people).values_list("person_id", flat=True))
    for person in people:
        if person.id in seated:
            found.append(CannotSit("other_group", person))
        if ids & set(reporting_chain(person.id)):
            found.append(CannotSit("reporting_line", person))
    return found


@transaction.atomic
def call_group(*, topic: Topic, people: Sequence[Person], by: Person, first_local: str | None, zone: str, now: datetime) -> Proposal:
    """Offer seats to three to six people chosen by name, at a date or at the first that suits all; they answer as usual.

    Raises CannotSit for the first of them who cannot sit with the others, NoCommonDate when no date was given and none suits, BadDate
    when the given one is past.
    """
    programme = Programme.objects.get(is_open=True, organisation_id=by.organisation_id)
    if not FEWEST <= len({person.id for person in people}) <= LARGEST:
        raise CannotSit("size", by)
    for obstacle in obstacles(people, programme=programme):
        raise obstacle
    first, second = _dates(people, programme=programme, first_local=first_local, zone=zone, now=now)
    proposal = Proposal.objects.create(
        programme=programme, topic=topic, zone=zone, first_local=first, reconvene_local=second, minutes=programme.session_minutes,
        reasons=[["chosen_by_name", {}]], proposed_at=now, called_by=by,
        answer_by=min(working_hours_later(now, FIRST_ROUND, zone=zone), instant(read_local(first), zone)),
    )  # fmt: skip
    asked = Seat.objects.held().exclude(challenge=None).values("challenge_id")
    free = Challenge.objects.open().filter(person__in=people, topic=topic).exclude(id__in=asked)
    waiting = {challenge.person_id: challenge for challenge in free}
    for number, person in enumerate(people, start=1):
        seat = Seat.objects.create(proposal=proposal, person=person, challenge=waiting.get(person.id), number=number, invited_at=now)
        put_newest(person, collapse="offer", kind=SEAT_OFFER, subject_id=seat.id, due_at=now, not_after=proposal.answer_by, now=now)
    send_soon()
    return proposal


@transaction.atomic
def start_group(*, topic: Topic, by: Person, first_local: str | None, now: datetime) -> Call:
    """Start a group at once, or for a date, that people join by code or QR. The reconvene is booked with it, four weeks later.

    Started twice, the caller gets the first again. Raises CannotSit when they sit in another group of the programme, BadDate for a
    date that is past, further away than a year, or cannot be read.
    """
    programme = Programme.objects.get(is_open=True, organisation_id=by.organisation_id)
    known = _running_call(by, topic=topic, now=now)
    if known is not None:
        return known
    challenge = Challenge.objects.open().filter(person=by, topic=topic).first()
    group, cycle = found_group(programme, topic=topic, sitters=[Sitter(by, challenge)], called_by=by, now=now)
    first = first_local or write_local(now.astimezone(ZoneInfo(by.time_zone)))
    sessions = book_sessions(
        cycle, first_local=first, reconvene_local=four_weeks_later(first, zone=by.time_zone, now=now), zone=by.time_zone, minutes=programme.session_minutes,
        place="", host=by, now=now,
    )  # fmt: skip
    count_in(sessions[:1], [by], now=now)
    for session in sessions[1 if first_local is None else 0 :]:
        invite(session, now=now)
    until = max(now, sessions[0].starts_at) + JOIN_FOR
    return Call.objects.create(group=group, code=_new_code(), called_by=by, until=until)


@transaction.atomic
def open_seats(cycle: Cycle, *, by: Person, now: datetime) -> Call:
    """Let others take the open seats of a group that goes on, by a code that a member passes on, until its next first session begins. Tells no
    one; opened twice, the code stays. Who comes sees nothing of the cycles before. Raises CannotSit when no seat is open, or it has begun.
    """
    first = cycle.sessions.filter(kind=Kind.FIRST, cancelled_at=None, started_at=None, starts_at__gt=now).first()
    if first is None or cycle.number == 1 or cycle.closed_at is not None:
        raise CannotSit("ended", by)
    if cycle.group.memberships.live().count() >= LARGEST:
        raise CannotSit("full", by)
    facts = {"called_by": by, "until": first.starts_at}
    return Call.objects.update_or_create(group=cycle.group, defaults=facts, create_defaults={**facts, "code": _new_code()})[0]


@transaction.atomic
def join_called_group(call: Call, *, person: Person, now: datetime) -> Membership:
    """Take a seat in a group that was called. Joining twice changes nothing. Invites the newcomer to the sessions ahead.

    Raises CannotSit: full, in another group, or a reporting line as far as the directory knows.
    """
    known = call.group.memberships.live().filter(person=person).first()
    if known:
        return known
    challenge = Challenge.objects.open().filter(person=person, topic=call.group.topic).first()
    membership = seat_member(call.group, sitter=Sitter(person, challenge), now=now)
    cycle = call.group.cycles.running().get()
    for session in cycle.sessions.filter(cancelled_at=None, starts_at__gt=now):
        invite(session, now=now, only=person)
    return membership


@transaction.atomic
def join_as_newcomer(call: Call, *, name: str, email: str, now: datetime) -> Person:
    """Seat somebody at the table who is not in the directory: added with name and address, at the caller's level, site and zone.

    Raises KnownAddress, and CannotSit when no seat is free; then nobody was added.
    """
    caller = call.called_by
    if caller is None or call.group.memberships.live().count() >= LARGEST:
        raise CannotSit("full", caller or Person(name=name))
    facts = {
        "level": caller.level,
        "site": caller.site,
        "time_zone": caller.time_zone,
        "country": caller.country,
        "languages": caller.languages,
    }
    try:
        with transaction.atomic():
            person = Person.objects.create(name=name, email=email, **facts)
    except IntegrityError as error:
        raise KnownAddress from error
    join_called_group(call, person=person, now=now)
    return person


def _new_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def _running_call(by: Person, *, topic: Topic, now: datetime) -> Call | None:
    """The group that this person called on the topic, while people may still join it."""
    mine = Call.objects.filter(called_by=by, until__gt=now, group__topic=topic, group__ended_at=None)
    return mine.filter(group__memberships__person=by, group__memberships__ended_at=None).select_related("group").first()


def _dates(people: Sequence[Person], *, programme: Programme, first_local: str | None, zone: str, now: datetime) -> tuple[str, str]:
    if first_local is not None:
        return first_local, four_weeks_later(first_local, zone=zone, now=now)
    pairs = dates_for(people, programme=programme, now=now)
    if not pairs:
        raise NoCommonDate
    return write_local(pairs[0].first_local), write_local(pairs[0].second_local)
