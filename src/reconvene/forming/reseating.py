"""What L&D does on the workbench before anybody is asked: move people, lock a group, seat the rest anew, release, discard, show names. Called by the
console.

Each act waits for the lock under which groups are formed, reads everything afresh, and compares the versions of the groups that it touches with those
that its reader saw. A rule is never broken: people who have left, withdrawn or been seated elsewhere meanwhile are no longer there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import transaction

from reconvene.availability.queries import zones
from reconvene.challenges.models import Challenge
from reconvene.forming.actions import ITERATIONS, discard_proposal, new_seat, propose, release_proposal
from reconvene.forming.dates import TURNS, dates_for, turn_reasons
from reconvene.forming.locks import wait_for_forming
from reconvene.forming.models import NamesShown, Proposal
from reconvene.forming.workbench import WAITING, Bench, Table, workbench
from reconvene.groups.models import Programme
from reconvene.matching.explain import group_reasons, seat_reasons
from reconvene.matching.instance import Instance
from reconvene.matching.moves import Move
from reconvene.matching.progress import Stop
from reconvene.matching.result import Reason
from reconvene.matching.solve import host_of, solve
from reconvene.people.models import Person
from reconvene.scheduling.rules import write_local

SEATING = 0.5
"""Seconds for seating the rest anew, while somebody waits for the page."""


class Refused(Exception):
    """It was not done, and nothing has changed. `code` is busy (groups are being formed just now), changed (somebody else was quicker), gone (a person
    cannot be seated any more), same (they sit there), broken (the group may not stand any more), or one of workbench.Preview.refused.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Moving:
    """A move as the page sends it: the tokens of two people, of a group, or WAITING. `home` is where the reader saw the person."""

    who: str
    home: str
    to: str = ""
    swapped: str = ""


@dataclass(frozen=True)
class Seated:
    """How many groups stayed as they were, how many are new, and how many people wait."""

    kept: int
    made: int
    waiting: int


@dataclass(frozen=True)
class Released:
    """How many groups were asked, and how many of these at other dates than theirs; how many had no dates any more and are dissolved, and how many may
    not stand and stay.
    """

    asked: int
    moved: int
    dissolved: int
    broken: int


@transaction.atomic
def move_seat(programme: Programme, *, moving: Moving, versions: Mapping[str, str], now: datetime) -> None:
    """Somebody sits in another group that waits for the release, waits, or changes places with somebody. Tells no one. A group whose dates do not suit
    all any more gets others.

    Raises: Refused.
    """
    bench = _hold(programme, now=now)
    move = move_of(bench, moving)
    preview = bench.preview(move)
    _check(bench, [bench.tables[number] for number in preview.members], versions)
    if preview.refused:
        raise Refused(preview.refused)
    seated = {key for keys in preview.members.values() for key in keys}
    parked = [key for key in (move.key, move.swapped) if key and key not in seated]
    _write(bench, preview.members, now=now)
    ids = [bench.pool.challenge_of[key].id for key in parked]
    Challenge.objects.filter(id__in=ids).update(considered_at=now)  # looked at on the timetable, not at the next tick


def move_of(bench: Bench, moving: Moving) -> Move:
    """The move that is meant. Raises: Refused when one of the people is gone, sits elsewhere by now, or sits there already."""
    if moving.who not in bench.key_of or (moving.swapped and moving.swapped not in bench.key_of):
        raise Refused("gone")
    key, swapped = bench.key_of[moving.who], bench.key_of.get(moving.swapped, "")
    home = bench.table_of(key)
    if moving.home != (home.token if home else WAITING):
        raise Refused("changed")
    if swapped:
        away = bench.table_of(swapped)
    else:
        away = next((table for table in bench.tables if table.token == moving.to), None)
        if away is None and moving.to != WAITING:
            raise Refused("changed")
    if away == home:
        raise Refused("same")
    return Move(key, away.number if away else None, swapped)


@transaction.atomic
def lock_table(programme: Programme, *, token: str, is_locked: bool, versions: Mapping[str, str], now: datetime) -> None:
    """Nobody is moved into a group or out of it any more, or again. Tells no one. Raises: Refused."""
    table = _one(_hold(programme, now=now), token, versions)
    if is_locked:
        table.proposal.lock(now=now)
    else:
        table.proposal.unlock()


@transaction.atomic
def seat_the_rest(programme: Programme, *, versions: Mapping[str, str], now: datetime) -> Seated:
    """Seat anew everybody who waits or sits in a group that is not locked. A group that comes out the same stays as it is; the time to release does not
    begin anew. Tells no one.

    Raises: Refused when any group is not as its reader saw it.
    """
    bench = _hold(programme, now=now)
    _check(bench, bench.tables, versions, is_all=True)
    loose = [table for table in bench.tables if not table.is_locked]
    keys = [*(key for table in loose for key in table.keys), *bench.waiting]
    if not keys:
        return Seated(len(bench.tables), 0, 0)
    seed = int(now.timestamp())
    warm = [table.keys for table in loose if not bench.is_broken(table)]
    found = solve(_only(bench.instance, keys), seed=seed, stop=Stop(iterations=ITERATIONS, seconds=SEATING, prove=False), warm_start=warm)
    members = {frozenset(formed.members) for formed in found.groups}
    replaced = [table for table in loose if frozenset(table.keys) not in members]
    same = {frozenset(table.keys) for table in loose if table not in replaced}
    for table in replaced:
        discard_proposal(table.proposal, now=now)
    ids = [bench.pool.challenge_of[key].id for key in keys]
    Challenge.objects.filter(id__in=ids).update(considered_at=now)
    answer_by = min((table.proposal.answer_by for table in replaced), default=None)
    new = [formed for formed in found.groups if frozenset(formed.members) not in same]
    made = [propose(bench.pool, formed, seed=seed, is_held=True, answer_by=answer_by) for formed in new]
    after = workbench(programme, now=now)
    return Seated(len(bench.tables) - len(replaced), sum(one is not None for one in made), len(after.waiting))


@transaction.atomic
def release_tables(programme: Programme, *, token: str, versions: Mapping[str, str], now: datetime) -> Released:
    """Let one group go to its people, or with an empty token all of them; see release_proposal. One that may not stand any more is not asked.

    Raises: Refused when a group is not as its reader saw it.
    """
    bench = _hold(programme, now=now)
    if not token:
        _check(bench, bench.tables, versions, is_all=True)
    chosen = [_one(bench, token, versions)] if token else list(bench.tables)
    whole = [table for table in chosen if not bench.is_broken(table)]
    if token and not whole:
        raise Refused("broken")
    released = list[Proposal]()
    for table in whole:
        here = [bench.person(key) for key in table.keys]
        table.proposal.seats.held().exclude(person__in=here).update(lapsed_at=now)
        one = release_proposal(table.proposal, now=now)
        released += [one] if one else []
    before = {table.proposal.id: table.proposal.first_local for table in whole}
    asked, moved = len(released), sum(one.first_local != before[one.id] for one in released)
    return Released(asked, moved, len(whole) - asked, len(chosen) - len(whole))


@transaction.atomic
def discard_table(programme: Programme, *, token: str, versions: Mapping[str, str], now: datetime) -> None:
    """Let the people of a group that is not locked wait on, with their place kept. Tells no one. Raises: Refused."""
    table = _one(_hold(programme, now=now), token, versions)
    if table.is_locked:
        raise Refused("locked")
    discard_proposal(table.proposal, now=now)


@transaction.atomic
def show_names(programme: Programme, *, by: Person, now: datetime) -> None:
    """Show names to this person for a while, and write down that they were shown. Asked twice, one line. Tells no one."""
    if not NamesShown.objects.current(now=now).filter(programme=programme, person=by).exists():
        NamesShown.objects.create(programme=programme, person=by, shown_at=now)


@transaction.atomic
def hide_names(programme: Programme, *, by: Person, now: datetime) -> None:
    """Show roles again. Tells no one."""
    for line in NamesShown.objects.current(now=now).filter(programme=programme, person=by):
        line.hide(now=now)


def _hold(programme: Programme, *, now: datetime) -> Bench:
    """The workbench as it stands, while nobody else forms groups. Raises: Refused."""
    if not wait_for_forming(programme):
        raise Refused("busy")
    return workbench(programme, now=now, for_update=True)


def _check(bench: Bench, tables: Sequence[Table], versions: Mapping[str, str], *, is_all: bool = False) -> None:
    """Raises Refused when one of these groups, or with `is_all` any other, is not as its reader saw it."""
    if any(versions.get(table.token) != table.version for table in tables) or (
        is_all and set(versions) != {one.token for one in bench.tables}
    ):
        raise Refused("changed")


def _one(bench: Bench, token: str, versions: Mapping[str, str]) -> Table:
    table = next((table for table in bench.tables if table.token == token), None)
    if table is None:
        raise Refused("changed")
    _check(bench, [table], versions)
    return table


def _only(instance: Instance, keys: Sequence[str]) -> Instance:
    """The part of a pool that these people are."""
    assert instance.similarity is not None
    places = sorted(instance.places(keys))
    return Instance(tuple(instance.candidates[place] for place in places), instance.similarity[np.ix_(places, places)], instance.rules)


def _write(bench: Bench, members: Mapping[int, tuple[str, ...]], *, now: datetime) -> None:
    """Put these people into these groups and nobody else, at dates that suit them. Raises: Refused when there are no such dates."""
    for number in members:
        bench.tables[number].proposal.seats.held().update(lapsed_at=now)
    for number, keys in members.items():
        table = bench.tables[number]
        _set_dates(bench, table, keys, now=now)
        _set_seats(bench, table, keys, now=now)


def _set_dates(bench: Bench, table: Table, keys: Sequence[str], *, now: datetime) -> None:
    """The dates stay when they suit all. The reasons are those of the people who sit there now."""
    proposal, instance = table.proposal, bench.instance
    told = _stored(group_reasons(instance, instance.places(keys)))
    if bench.dates_suit(proposal, keys):
        turns = [reason for reason in proposal.reasons if reason[0] in TURNS]
        dates = {"zone": proposal.zone, "first_local": proposal.first_local, "reconvene_local": proposal.reconvene_local}
    else:
        people = [bench.person(key) for key in keys]
        pairs = dates_for(people, programme=bench.programme, now=now, window=bench.pool.first_window_of(keys))
        if not pairs:
            raise Refused("rules")
        turns = turn_reasons(pairs[0])
        dates = {
            "zone": zones(people)[0],
            "first_local": write_local(pairs[0].first_local),
            "reconvene_local": write_local(pairs[0].second_local),
        }
    proposal.reseat(**dates, reasons=[*told, *turns])


def _set_seats(bench: Bench, table: Table, keys: Sequence[str], *, now: datetime) -> None:
    """Seat 1 is who would host if nobody offers. Who sat here before gets the same seat again, because nobody is asked twice for one proposal."""
    instance, places = bench.instance, bench.instance.places(keys)
    before = {seat.person_id: seat for seat in table.proposal.seats.all()}
    host = host_of([instance.candidates[place] for place in places]).key
    for number, key in enumerate(sorted(keys, key=lambda one: one != host), start=1):
        told = _stored(seat_reasons(instance, instance.places([key])[0], places))
        known = before.get(bench.person(key).id)
        if known is None:
            new_seat(table.proposal, number=number, key=key, pool=bench.pool, reasons=told, now=now)
        else:
            known.sit(challenge=bench.pool.challenge_of[key], number=number, reasons=told)


def _stored(reasons: Sequence[Reason]) -> list[list[object]]:
    return [[reason.code, dict(reason.params)] for reason in reasons]
