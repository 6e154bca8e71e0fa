"""Forming groups: proposals with reasons and two dates, answers, the next in line, confirmation, and kind endings.

Every act locks its proposal first. Groups are formed under one advisory lock per programme, so two workers never seat one person twice;
the database's own constraints are the last line.
"""

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from reconvene.availability.queries import diaries, zones
from reconvene.availability.slots import Pair, Window, find_dates, free_mask, local_later
from reconvene.challenges.models import Challenge
from reconvene.forming.confirming import confirm_proposal, join_late
from reconvene.forming.models import Proposal, Seat
from reconvene.forming.pool import Pool, waiting_pool
from reconvene.forming.rules import FEWEST, FIRST_ROUND, MOST_ROUNDS, NEXT_ROUND, enough, working_hours_later
from reconvene.groups.models import Programme
from reconvene.matching.result import Formed
from reconvene.matching.search import Stop
from reconvene.matching.solve import candidates_for, solve
from reconvene.notices.actions import put
from reconvene.people.models import Person

ITERATIONS = 20_000
SEAT_OFFER, DISSOLVED = "seat_offer", "proposal_dissolved"


class ProposalIsClosed(Exception):
    """The proposal was confirmed or dissolved in the meantime, or the seat went to someone else."""


@transaction.atomic
def form_groups(programme: Programme, *, seed: int, now: datetime) -> list[Proposal]:
    """Propose groups from everyone who waits in the programme, and invite them. Does nothing while another worker does the same."""
    if not _lock(programme):
        return []
    pool = waiting_pool(programme, now=now)
    if pool is None:
        return []
    Challenge.objects.filter(id__in=[challenge.id for challenge in pool.challenges]).update(considered_at=now)
    result = solve(pool.instance(), seed=seed, stop=Stop(iterations=ITERATIONS))
    proposals = [_propose(pool, formed, seed=seed) for formed in result.groups]
    return [proposal for proposal in proposals if proposal is not None]


@transaction.atomic
def accept_seat(seat: Seat, *, offers_to_host: bool, now: datetime) -> Proposal:
    """Say yes. Confirms the group when enough have, which invites everyone to both sessions. Saying yes twice changes nothing.

    Raises ProposalIsClosed.
    """
    proposal, seat = _locked(seat)
    if seat.accepted_at is None:
        seat.accept(offers_to_host=offers_to_host, now=now)
    if proposal.confirmed_at is not None:
        join_late(proposal, seat=seat, now=now)
        return proposal
    held = proposal.seats.held()
    if held.accepted().count() >= enough(held.count()):
        confirm_proposal(proposal, now=now)
    return proposal


@transaction.atomic
def decline_seat(seat: Seat, *, now: datetime) -> None:
    """Say no, without a reason. The challenge keeps its place in the queue; the seat goes to the next in line. Tells nobody who it was.

    Raises ProposalIsClosed.
    """
    proposal, seat = _locked(seat)
    if seat.declined_at is not None:
        return
    seat.decline(now=now)
    if proposal.is_open:
        invite_next(proposal, now=now)
        _dissolve_if_hopeless(proposal, now=now)


@transaction.atomic
def suggest_dates(seat: Seat, *, first_local: str, now: datetime) -> Proposal:
    """Move the proposal to another pair of dates that suits all seats. Only while nobody else has said yes. Tells the others.

    Raises ProposalIsClosed when others have said yes already, or when the pair does not suit any more.
    """
    proposal, seat = _locked(seat)
    others_agreed = proposal.seats.accepted().exclude(id=seat.id).exists()
    pair = next((pair for pair in other_dates(proposal, now=now) if local_text(pair.first_local) == first_local), None)
    if others_agreed or pair is None or not proposal.is_open:
        raise ProposalIsClosed
    proposal.move(first_local=local_text(pair.first_local), reconvene_local=local_text(pair.second_local))
    for other in proposal.seats.held().exclude(id=seat.id).select_related("person"):
        _offer(other, proposal=proposal, now=now)
    return proposal


@transaction.atomic
def invite_next(proposal: Proposal, *, now: datetime) -> int:
    """Offer open seats to the next in line who fit the group and both dates; return how many were asked."""
    programme = proposal.programme
    held = list(proposal.seats.held().select_related("person"))
    taken = {seat.number for seat in held}
    open_numbers = [number for number in range(1, programme.largest + 1) if number not in taken]
    if proposal.called_by_id or not open_numbers or not _lock(programme):
        return 0
    pool = waiting_pool(programme, now=now, also=[seat.person_id for seat in held])
    if pool is None:
        return 0
    members = [str(seat.person_id) for seat in held if str(seat.person_id) in pool.people]
    asked_before = {str(person) for person in proposal.seats.values_list("person_id", flat=True)}
    likely = candidates_for(pool.instance(), members, seats=len(open_numbers))
    fitting = [key for key in likely if key not in asked_before and _suits(pool, key, proposal)]
    for number, key in zip(open_numbers, fitting, strict=False):
        seat = _seat(proposal, number=number, key=key, pool=pool, reasons=[], now=now)
        _offer(seat, proposal=proposal, now=now)
    return min(len(open_numbers), len(fitting))


@transaction.atomic
def settle_proposal(proposal: Proposal, *, now: datetime) -> None:
    """The time to answer is over: silent seats go to the next in line; then it is confirmed with three or more, or dissolved kindly."""
    proposal = Proposal.objects.select_for_update().get(id=proposal.id)
    if not proposal.is_open:
        return
    for seat in proposal.seats.held().filter(accepted_at=None):
        seat.lapse(now=now)
        if seat.challenge:
            seat.challenge.wait_again()
    if proposal.rounds < MOST_ROUNDS and invite_next(proposal, now=now):
        proposal.ask_again(answer_by=working_hours_later(now, NEXT_ROUND, zone=proposal.zone))
    elif proposal.seats.accepted().count() >= FEWEST:
        confirm_proposal(proposal, now=now)
    else:
        dissolve_proposal(proposal, now=now)


@transaction.atomic
def dissolve_proposal(proposal: Proposal, *, now: datetime) -> None:
    """It came to nothing: everybody waits again with their place kept; those who had said yes are told."""
    proposal.dissolve(now=now)
    for seat in proposal.seats.held().select_related("person", "challenge"):
        if seat.accepted_at is not None:
            put(seat.person, kind=DISSOLVED, subject_id=seat.id, due_at=now, not_after=now + timedelta(days=3))
        seat.lapse(now=now)
        if seat.challenge:
            seat.challenge.wait_again()


def other_dates(proposal: Proposal, *, now: datetime) -> tuple[Pair, ...]:
    """Up to four other pairs of dates that suit everyone who holds a seat."""
    people = [seat.person for seat in proposal.seats.held().select_related("person__level")]
    current = {proposal.first_local}
    return tuple(pair for pair in dates_for(people, programme=proposal.programme, now=now) if local_text(pair.first_local) not in current)[:4]


def dates_for(people: Sequence[Person], *, programme: Programme, now: datetime, window: Window | None = None) -> tuple[Pair, ...]:
    """Pairs of dates that suit all these people, best first."""
    window = window or Window(now.date() + timedelta(days=2), now.date() + timedelta(days=21))
    until = now + timedelta(days=(window.last_day - now.date()).days + programme.gap_longest + 1)
    known = diaries(people, since=now, until=until)
    gap = programme.gap_shortest, programme.gap_longest
    return find_dates(list(known.values()), now=now, window=window, minutes=programme.session_minutes, gap=gap, zone=zones(people)[0])


def local_text(local: datetime) -> str:
    """Wall time as it is stored: 2026-03-03T10:00."""
    return f"{local:%Y-%m-%dT%H:%M}"


def _propose(pool: Pool, formed: Formed, *, seed: int) -> Proposal | None:
    """Write one proposal with its seats; None when no pair of dates suits all, and everybody goes on waiting."""
    people = [pool.people[key] for key in formed.members]
    pairs = dates_for(people, programme=pool.programme, now=pool.now, window=pool.first_window_of(formed.members))
    if not pairs:
        return None
    topic = pool.challenge_of[formed.host].topic
    zone = zones(people)[0]
    proposal = Proposal.objects.create(
        programme=pool.programme,
        topic=topic,
        zone=zone,
        first_local=local_text(pairs[0].first_local),
        reconvene_local=local_text(pairs[0].second_local),
        minutes=pool.programme.session_minutes,
        reasons=[[reason.code, dict(reason.params)] for reason in formed.reasons],
        seed=seed,
        proposed_at=pool.now,
        answer_by=working_hours_later(pool.now, FIRST_ROUND, zone=zone),
    )
    members = sorted(formed.members, key=lambda key: key != formed.host)  # seat 1 is who would host if nobody offers
    for number, key in enumerate(members, start=1):
        reasons = [[reason.code, dict(reason.params)] for reason in formed.seat_reasons.get(key, ())]
        seat = _seat(proposal, number=number, key=key, pool=pool, reasons=reasons, now=pool.now)
        _offer(seat, proposal=proposal, now=pool.now)
    return proposal


def _seat(proposal: Proposal, *, number: int, key: str, pool: Pool, reasons: list[list[object]], now: datetime) -> Seat:
    return Seat.objects.create(
        proposal=proposal, person=pool.people[key], challenge=pool.challenge_of[key], number=number, reasons=reasons, invited_at=now
    )


def _offer(seat: Seat, *, proposal: Proposal, now: datetime) -> None:
    put(seat.person, kind=SEAT_OFFER, subject_id=seat.id, due_at=now, not_after=proposal.answer_by)


def _suits(pool: Pool, key: str, proposal: Proposal) -> bool:
    """Whether both of the proposal's dates are free in this person's diary."""
    diary = pool.diaries[pool.people[key].id]
    wall_times = (datetime.fromisoformat(text) for text in (proposal.first_local, proposal.reconvene_local))
    starts = [local_later(wall_time, proposal.zone, days=0)[1] for wall_time in wall_times]
    return all(free_mask(diary, (start,), proposal.minutes) for start in starts)


def _locked(seat: Seat) -> tuple[Proposal, Seat]:
    """The proposal under its row lock and the seat read afresh. Raises ProposalIsClosed when the seat is gone."""
    proposal = Proposal.objects.select_for_update().get(id=seat.proposal_id)
    fresh = Seat.objects.select_related("person", "challenge").get(id=seat.id)
    if proposal.dissolved_at is not None or fresh.lapsed_at is not None:
        raise ProposalIsClosed
    return proposal, fresh


def _dissolve_if_hopeless(proposal: Proposal, *, now: datetime) -> None:
    if proposal.seats.held().count() < FEWEST:
        dissolve_proposal(proposal, now=now)


def _lock(programme: Programme) -> bool:
    """The programme's advisory lock, until the transaction ends; False when another transaction has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [0x5EA7, zlib.crc32(programme.id.bytes) - 2**31])
        return bool(cursor.fetchone()[0])


