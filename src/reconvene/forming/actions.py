"""Forming groups: proposals with reasons and two dates, answers, the next in line, confirmation, and kind endings.

Every act that may found a group holds the organisation's names first, and then its proposal. Groups are formed under one advisory lock per
organisation, so two workers never seat one person twice; the database's own constraints are the last line.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from reconvene.availability.queries import zones
from reconvene.availability.slots import free_mask
from reconvene.challenges.models import Challenge
from reconvene.challenges.rules import Start
from reconvene.forming.confirming import confirm_proposal, join_late
from reconvene.forming.dates import TURNS, dates_for, other_dates, turn_reasons
from reconvene.forming.locks import lock_forming
from reconvene.forming.models import Proposal, Seat
from reconvene.forming.pool import Pool, waiting_pool
from reconvene.forming.rules import (
    FEWEST,
    FIRST_ROUND,
    MOST_ROUNDS,
    NEXT_ROUND,
    TO_PREPARE,
    enough,
    is_large_enough,
    working_hours_later,
)
from reconvene.groups.actions import hold_names
from reconvene.groups.models import Membership, Programme
from reconvene.matching.progress import Stop
from reconvene.matching.result import Formed
from reconvene.matching.solve import candidates_for, solve
from reconvene.notices.actions import put, put_newest, send_soon
from reconvene.scheduling.rules import write_local

ITERATIONS = 1_000_000
TO_REVIEW = timedelta(days=5)  # working days in which L&D may release a proposal
SEAT_OFFER, DISSOLVED = "seat_offer", "proposal_dissolved"


class ProposalIsClosed(Exception):
    """The proposal was confirmed or dissolved in the meantime, or the seat went to someone else."""


@transaction.atomic
def form_groups(
    programme: Programme, *, seed: int, now: datetime, among: Collection[uuid.UUID] | None = None, is_last_call: bool = False
) -> list[Proposal]:
    """Propose groups from everyone who waits in the programme, or from those of them `among` whom, and invite them. Does nothing while another
    worker forms groups of the organisation. Where L&D reviews, nobody is invited before the release.

    A table of five or six is proposed at once; a smaller one only when somebody has waited a while (see rules.PATIENCE), or when nobody comes
    after these, at the end of a sign-up.
    """
    if not lock_forming(programme):
        return []
    pool = waiting_pool(programme, now=now, among=among)
    if pool is None:
        return []
    Challenge.objects.filter(id__in=[challenge.id for challenge in pool.challenges]).update(considered_at=now)
    result = solve(pool.instance(), seed=seed, stop=Stop(iterations=ITERATIONS))
    is_held = programme.is_reviewed
    ready = [formed for formed in result.groups if is_last_call or _is_ready(pool, formed)]
    proposals = [propose(pool, formed, seed=seed, is_held=is_held) for formed in ready]
    return [proposal for proposal in proposals if proposal is not None]


@transaction.atomic
def release_proposal(proposal: Proposal, *, now: datetime) -> Proposal | None:
    """L&D lets a proposal go: its people are asked now, at other dates when the first session has come too near. Releasing twice changes nothing.

    Returns None when no dates suit all any more; then it is dissolved and everybody waits on, none the wiser.
    """
    proposal = Proposal.objects.select_for_update(of=("self",)).select_related("programme").get(id=proposal.id)
    if not proposal.is_under_review:
        return proposal if proposal.dissolved_at is None else None
    answer_by = working_hours_later(now, FIRST_ROUND, zone=proposal.zone)
    if now > proposal.keeps_dates_until:
        people = [seat.person for seat in proposal.seats.held().select_related("person__level")]
        pairs = dates_for(people, programme=proposal.programme, now=now)
        if not pairs:
            dissolve_proposal(proposal, now=now)
            return None
        dates = {"first_local": write_local(pairs[0].first_local), "reconvene_local": write_local(pairs[0].second_local)}
        proposal.move(**dates, reasons=proposal.reasons, answer_by=answer_by)
    proposal.release(answer_by=answer_by, now=now)
    for seat in proposal.seats.held().select_related("person"):
        _offer(seat, proposal=proposal, now=now)
    send_soon()
    return proposal


@transaction.atomic
def discard_proposal(proposal: Proposal, *, now: datetime) -> None:
    """L&D does not want a proposal that waits for their release: everybody waits on with their place kept. Tells no one.

    Its people are looked at again on the timetable and not at once, so that the same table does not come back the next minute.
    """
    proposal = Proposal.objects.select_for_update().get(id=proposal.id)
    if proposal.is_under_review:
        proposal.dissolve(now=now)
        held = proposal.seats.held()
        Challenge.objects.filter(id__in=list(held.values_list("challenge_id", flat=True))).update(considered_at=now)
        held.update(lapsed_at=now)


@transaction.atomic
def accept_seat(seat: Seat, *, offers_to_host: bool, now: datetime, to: str = "") -> Proposal:
    """Say yes `to` the dates that the person read (`Proposal.dates`; empty: to those it has). Confirms the group when enough have, which invites
    everyone to both sessions. Saying yes twice changes nothing.

    Raises ProposalIsClosed, also when the person has said no before, because the seat may be someone else's by now, and when the dates have
    moved since they read them.
    """
    proposal, seat = _locked(seat)
    if seat.declined_at is not None:
        raise ProposalIsClosed
    if seat.accepted_at is not None:
        return proposal
    if to not in ("", proposal.dates):
        raise ProposalIsClosed
    seat.accept(offers_to_host=offers_to_host, now=now)
    if proposal.confirmed_at is not None:
        join_late(proposal, seat=seat, now=now)
    else:
        _confirm_if_enough(proposal, now=now)
    return proposal


@transaction.atomic
def decline_seat(seat: Seat, *, now: datetime) -> None:
    """Say no, without a reason. The challenge keeps its place in the queue; the seat goes to the next in line. Tells nobody who it was.

    Raises ProposalIsClosed, also when the person said yes and the group exists: then they leave the group instead.
    """
    proposal, seat = _locked(seat)
    if seat.declined_at is not None:
        return
    if seat.accepted_at is not None and proposal.confirmed_at is not None:
        raise ProposalIsClosed
    seat.decline(now=now)
    if proposal.is_open:
        _pass_on(proposal, now=now)


@transaction.atomic
def release_seats(*, now: datetime) -> int:
    """Give back the seats of open proposals whose people cannot take them any more; return how many. Called at every tick.

    They have left the organisation, withdrawn the challenge, or sit in another group of the programme. Tells no one; the next in
    line are asked.
    """
    elsewhere = Membership.objects.live().filter(programme=OuterRef("proposal__programme"), person=OuterRef("person"))
    gone = Exists(elsewhere) | Q(challenge__withdrawn_at__isnull=False) | Q(person__left_at__isnull=False)
    held = Seat.objects.held().filter(gone, proposal__confirmed_at=None, proposal__dissolved_at=None)
    found = list(held.select_related("proposal").order_by("proposal_id", "number"))  # in the order in which the workbench locks proposals
    if found:
        hold_names(found[0].organisation_id)
    for seat in found:
        proposal = Proposal.objects.select_for_update().get(id=seat.proposal_id)
        if proposal.is_open:
            seat.lapse(now=now)
            _pass_on(proposal, now=now)
    return len(found)


@transaction.atomic
def pass_seats_on(proposal: Proposal, *, now: datetime) -> None:
    """Offer seats that were given back while groups were being formed to the next in line. Called at every tick; does nothing while they still are."""
    hold_names(proposal.organisation_id)
    proposal = Proposal.objects.select_for_update().get(id=proposal.id)
    if proposal.is_open and proposal.given_back_at is not None:
        _pass_on(proposal, now=now)


@transaction.atomic
def suggest_dates(seat: Seat, *, first_local: str, now: datetime) -> Proposal:
    """Move the proposal to another pair of dates that suits all seats. Only while nobody else has said yes. Tells the others.

    Everyone gets at least the time of another round to answer.

    Raises ProposalIsClosed when others have said yes already, or when the pair does not suit any more.
    """
    proposal, seat = _locked(seat)
    if seat.declined_at is not None:
        raise ProposalIsClosed
    others_agreed = proposal.seats.accepted().exclude(id=seat.id).exists()
    pair = next((pair for pair in other_dates(proposal, now=now) if write_local(pair.first_local) == first_local), None)
    if others_agreed or pair is None or not proposal.is_open:
        raise ProposalIsClosed
    answer_by = max(proposal.answer_by, working_hours_later(now, NEXT_ROUND, zone=proposal.zone))
    kept = [reason for reason in proposal.reasons if reason[0] not in TURNS]
    dates = {"first_local": write_local(pair.first_local), "reconvene_local": write_local(pair.second_local)}
    proposal.move(**dates, reasons=[*kept, *turn_reasons(pair)], answer_by=answer_by)
    for other in proposal.seats.held().exclude(id=seat.id).select_related("person"):
        _offer(other, proposal=proposal, now=now)
    send_soon()
    return proposal


@transaction.atomic
def invite_next(proposal: Proposal, *, now: datetime) -> int:
    """Offer open seats to the next in line who fit the group and both dates; return how many were asked.

    They get at least NEXT_ROUND to answer; nobody is asked when that would reach too near to the first session, when the people were
    chosen by name, or while another worker forms groups.
    """
    proposal = Proposal.objects.select_for_update(of=("self",)).select_related("programme").get(id=proposal.id)
    answer_by = max(proposal.answer_by, working_hours_later(now, NEXT_ROUND, zone=proposal.zone))
    is_late = answer_by + TO_PREPARE > proposal.first_at
    is_shut = not proposal.is_open or proposal.is_under_review or proposal.called_by_id is not None
    if is_late or is_shut or not lock_forming(proposal.programme):
        return 0
    held = list(proposal.seats.held())
    chosen = _next_in_line(proposal, held=held, now=now)
    for number, key, pool in chosen:
        seat = new_seat(proposal, number=number, key=key, pool=pool, reasons=[], now=now)
        _offer(seat, proposal=proposal, now=now)
    if chosen:
        proposal.give_time(answer_by=answer_by)
        send_soon()
    return len(chosen)


def _next_in_line(proposal: Proposal, *, held: Sequence[Seat], now: datetime) -> list[tuple[int, str, Pool]]:
    """Open seat numbers with who should be asked, as keys of the pool; empty when no seat is open or nobody fits.

    Nobody is asked beside somebody who holds a seat and cannot take it any more: the rules are not known for them. The next tick gives that seat back,
    and asks then (see release_seats).
    """
    taken = {seat.number for seat in held}
    open_numbers = [number for number in range(1, proposal.programme.largest + 1) if number not in taken]
    pool = waiting_pool(proposal.programme, now=now, also=[seat.challenge_id for seat in held if seat.challenge_id])
    if pool is None or not open_numbers:
        return []
    members = [str(seat.person_id) for seat in held]
    asked_before = {str(person) for person in proposal.seats.values_list("person_id", flat=True)}
    if not members or any(key not in pool.people for key in members):
        return []

    def is_free(key: str) -> bool:
        return key not in asked_before and suits(pool, key, proposal)

    chosen = candidates_for(pool.instance(need_slots=False), members, seats=len(open_numbers), suits=is_free)
    return [(number, key, pool) for number, key in zip(open_numbers, chosen, strict=False)]


@transaction.atomic
def settle_proposal(proposal: Proposal, *, now: datetime) -> None:
    """The time to answer is over: silent seats go to the next in line; then it is confirmed with three or more, or dissolved kindly. One that
    L&D has not released by then is dissolved, and forming looks at its people anew. Does nothing while another worker forms groups.
    """
    hold_names(proposal.organisation_id)
    proposal = Proposal.objects.select_for_update().get(id=proposal.id)
    if not proposal.is_open:
        return
    if proposal.is_under_review:
        dissolve_proposal(proposal, now=now)
        return
    if not lock_forming(proposal.programme):  # nobody could be asked, which would look like nobody in line
        return
    for seat in proposal.seats.held().filter(accepted_at=None):
        seat.give_up(now=now)
    if proposal.rounds < MOST_ROUNDS and invite_next(proposal, now=now):
        proposal.count_round()
    elif confirm_proposal(proposal, now=now) is None:
        dissolve_proposal(proposal, now=now)


@transaction.atomic
def dissolve_proposal(proposal: Proposal, *, now: datetime) -> None:
    """It came to nothing: everybody waits again with their place kept; those who had said yes are told."""
    proposal.dissolve(now=now)
    for seat in proposal.seats.held().select_related("person", "challenge"):
        if seat.accepted_at is not None:
            put(seat.person, kind=DISSOLVED, subject_id=seat.id, due_at=now, not_after=now + timedelta(days=3))
        seat.give_up(now=now)


def _is_ready(pool: Pool, formed: Formed) -> bool:
    challenges = [pool.challenge_of[key] for key in formed.members]
    waited = max(pool.now - challenge.raised_at for challenge in challenges)
    return is_large_enough(len(challenges), waited=waited, in_a_hurry=any(one.start == Start.THIS_WEEK for one in challenges))


def propose(pool: Pool, formed: Formed, *, seed: int, is_held: bool, answer_by: datetime | None = None) -> Proposal | None:
    """Write one proposal with its seats; None when no pair of dates suits all, and everybody goes on waiting. Asks its people unless it is held for
    L&D's release, until `answer_by` or as long as usual. Called by forming.reseating too.
    """
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
        first_local=write_local(pairs[0].first_local),
        reconvene_local=write_local(pairs[0].second_local),
        minutes=pool.programme.session_minutes,
        reasons=[*([reason.code, dict(reason.params)] for reason in formed.reasons), *turn_reasons(pairs[0])],
        seed=seed,
        proposed_at=pool.now,
        answer_by=answer_by or working_hours_later(pool.now, TO_REVIEW if is_held else FIRST_ROUND, zone=zone),
        held_at=pool.now if is_held else None,
    )
    members = sorted(formed.members, key=lambda key: key != formed.host)  # seat 1 is who would host if nobody offers
    for number, key in enumerate(members, start=1):
        reasons = [[reason.code, dict(reason.params)] for reason in formed.seat_reasons.get(key, ())]
        seat = new_seat(proposal, number=number, key=key, pool=pool, reasons=reasons, now=pool.now)
        if not is_held:
            _offer(seat, proposal=proposal, now=pool.now)
    if not is_held:
        send_soon()
    return proposal


def new_seat(proposal: Proposal, *, number: int, key: str, pool: Pool, reasons: Sequence[object], now: datetime) -> Seat:
    """A seat for a challenge that waits. An older one that was left open in a group that stands already is given back first."""
    Seat.objects.held().filter(challenge=pool.challenge_of[key]).exclude(proposal__in=Proposal.objects.open()).update(lapsed_at=now)
    return Seat.objects.create(
        proposal=proposal, person=pool.people[key], challenge=pool.challenge_of[key], number=number, reasons=list(reasons), invited_at=now
    )


def _offer(seat: Seat, *, proposal: Proposal, now: datetime) -> None:
    put_newest(seat.person, collapse="offer", kind=SEAT_OFFER, subject_id=seat.id, due_at=now, not_after=proposal.answer_by, now=now)


def suits(pool: Pool, key: str, proposal: Proposal) -> bool:
    """Whether both of the proposal's dates are free in this person's diary, and the first is not later than they wish."""
    diary, starts = pool.diaries[pool.people[key].id], (proposal.first_at, proposal.reconvene_at)
    return starts[0].date() <= pool.span_of(key).last_day and all(free_mask(diary, (start,), proposal.minutes) for start in starts)


def _locked(seat: Seat) -> tuple[Proposal, Seat]:
    """The proposal under its row lock and the seat read afresh. Raises ProposalIsClosed when the seat is gone."""
    hold_names(seat.organisation_id)
    proposal = Proposal.objects.select_for_update().get(id=seat.proposal_id)
    fresh = Seat.objects.select_related("person", "challenge").get(id=seat.id)
    if proposal.dissolved_at is not None or fresh.lapsed_at is not None or proposal.is_under_review:
        raise ProposalIsClosed
    return proposal, fresh


def _pass_on(proposal: Proposal, *, now: datetime) -> None:
    """A seat was given back: ask the next in line, and see what comes of the others' answers; both at a later tick while another worker forms groups."""
    is_busy = not lock_forming(proposal.programme)
    proposal.look_for_next(since=now if is_busy else None)
    if not is_busy:
        invite_next(proposal, now=now)
        _confirm_if_enough(proposal, now=now)


def _confirm_if_enough(proposal: Proposal, *, now: datetime) -> None:
    """Make the group when enough have said yes; dissolve the proposal when there cannot be enough any more, and nobody is still to be asked."""
    held = proposal.seats.held()
    if held.accepted().count() >= enough(held.count()):
        confirm_proposal(proposal, now=now)
    if proposal.is_open and proposal.given_back_at is None and held.count() < FEWEST:
        dissolve_proposal(proposal, now=now)
