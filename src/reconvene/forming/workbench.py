"""The workbench: the groups of a programme that wait for L&D's release, as they stand, and what a move would do to them. Shown by the console, changed by
forming.reseating.

People are named to the page by the ids of their challenges: ids of people stand beside names elsewhere.
"""

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import combinations

from django.conf import settings
from django.db.models import F

from reconvene.forming.actions import suits
from reconvene.forming.models import Proposal, Seat
from reconvene.forming.pool import Pool, waiting_pool
from reconvene.forming.rules import alike, fit, kept_apart_by_chance, out_of_five
from reconvene.groups.models import Programme
from reconvene.matching.constraints import violations
from reconvene.matching.explain import group_reasons, why_waiting
from reconvene.matching.instance import Instance
from reconvene.matching.moves import Move, what_if
from reconvene.matching.objective import parts_of
from reconvene.people.models import Person

WAITING = "waiting"
MOST_WAITING = 40
"""So many of those who wait are on the workbench, the longest waiting first; the others come as these are seated."""
UNSAID = {"experience_one", "experience_some", "no_line", "slots_all", "site_one"}
"""Reasons that the page of L&D leaves out: the first two would tell of one person when a seat changes, the others are rules, which always hold."""
CHANCE = b"reconvene.forming.workbench:"


@dataclass(frozen=True)
class Table:
    """A group that waits for the release. `keys` are those of its people who can be seated still, as in the pool."""

    proposal: Proposal
    number: int
    keys: tuple[str, ...]
    version: str

    @property
    def token(self) -> str:
        """How the page names it."""
        return str(self.proposal.id)

    @property
    def is_locked(self) -> bool:
        """Whether nobody is moved into it or out of it."""
        return self.proposal.locked_at is not None


@dataclass(frozen=True)
class Standing:
    """What L&D may see of a group: how well it fits, 0 to 100 in steps; how alike its challenges are, 1 to 5; how near its levels and how different its
    functions are, 0 to 5.
    """

    fit: int
    alike: int
    levels: int
    functions: int


@dataclass(frozen=True)
class Preview:
    """What a move would do: why it is refused, or how its tables would stand, by number. `refused` is empty, or locked, full, too_few, level, site or
    rules: what can be read off the page is said, and everything else (topics, languages, free times, reporting lines, wishes, chance) is `rules`.
    """

    refused: str
    standings: Mapping[int, Standing]
    members: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True)
class Bench:
    """All groups of a programme that wait for the release, and who waits for a seat in it."""

    programme: Programme
    pool: Pool
    tables: tuple[Table, ...]
    more_waiting: int = 0
    """How many wait who are not on it."""

    @cached_property
    def waiting(self) -> tuple[str, ...]:
        """Who sits nowhere, the longest waiting first."""
        seated = {key for table in self.tables for key in table.keys}
        return tuple(str(challenge.person_id) for challenge in self.pool.challenges if str(challenge.person_id) not in seated)

    @cached_property
    def key_of(self) -> dict[str, str]:
        """Keys of the pool by how the page names them."""
        return {self.token(key): key for key in self.pool.people}

    def token(self, key: str) -> str:
        """How the page names this person."""
        return str(self.pool.challenge_of[key].id)

    def person(self, key: str) -> Person:
        """Who it is."""
        return self.pool.people[key]

    def table_of(self, key: str) -> Table | None:
        """Where somebody sits; None while waiting."""
        return next((table for table in self.tables if key in table.keys), None)

    @cached_property
    def instance(self) -> Instance:
        """The engine's input, with pairs kept apart by chance beside those who wished it. A handful of queries."""
        plain = self.pool.instance()
        apart = self._apart_by_chance()
        people = tuple(replace(one, apart=one.apart | apart[one.key]) if one.key in apart else one for one in plain.candidates)
        return Instance(people, plain.similarity, plain.rules)

    def _apart_by_chance(self) -> dict[str, frozenset[str]]:
        """Pairs that the engine has seated at one table are let be, so that every move can be taken back."""
        sat = _seated_together(self.programme, self.pool)
        key = CHANCE + settings.SECRET_KEY.encode()
        found: dict[str, frozenset[str]] = defaultdict(frozenset)
        for one, other in combinations(self.pool.people, 2):
            if kept_apart_by_chance(one, other, key=key) and frozenset((one, other)) not in sat:
                found[one] |= {other}
        return found

    def standing(self, keys: Sequence[str]) -> Standing:
        """How a group of these people stands."""
        parts = parts_of(self.instance, self.instance.places(keys))
        weights = self.instance.rules.weights
        return Standing(fit(parts, weights), alike(parts.similarity), out_of_five(parts.responsibility), out_of_five(parts.functions))

    def reasons(self, table: Table) -> list[list[object]]:
        """Why these people, as stored reasons; nothing here is about one person."""
        found = group_reasons(self.instance, self.instance.places(table.keys))
        return [[one.code, dict(one.params)] for one in found if one.code not in UNSAID]

    def is_broken(self, table: Table) -> bool:
        """Whether it may not stand any more: somebody left it, or a rule has come to forbid it. Dates are looked at when it is released."""
        return not table.keys or any(one.code != "slots" for one in violations(self.instance, table.keys))

    def preview(self, move: Move) -> Preview:
        """What a move would do. Changes nothing. Raises: BadInstance for a move that leads to where one sits."""
        effect = what_if(self.instance, [table.keys for table in self.tables], move)
        broken = {number: self._broken(number, members, effect.broken[number]) for number, members in effect.tables.items()}
        refused = self._refused(broken, effect.tables)
        standings = {} if refused else {number: self.standing(keys) for number, keys in effect.tables.items()}
        return Preview(refused, standings, effect.tables)

    def _broken(self, number: int, members: tuple[str, ...], codes: frozenset[str]) -> frozenset[str]:
        """The rules that a move would break. Who only leaves a table breaks none but the size; dates that suit all are times enough."""
        table = self.tables[number]
        if set(members) < set(table.keys):
            return codes & {"size"}
        return codes - {"slots"} if self.dates_suit(table.proposal, members) else codes

    def _refused(self, broken: Mapping[int, frozenset[str]], members: Mapping[int, tuple[str, ...]]) -> str:
        codes = frozenset().union(*broken.values())
        if any(self.tables[number].is_locked for number in members):
            return "locked"
        for number, found in broken.items():
            if "size" in found:
                return "full" if len(members[number]) > self.instance.rules.largest else "too_few"
        return next((code for code in ("level", "site") if code in codes), "rules" if codes else "")

    def dates_suit(self, proposal: Proposal, keys: Sequence[str]) -> bool:
        """Whether both dates of a proposal are free for all of these."""
        return all(suits(self.pool, key, proposal) for key in keys)

    def what_would_seat(self) -> dict[str, str]:
        """For those who wait, what would seat them: level, site, topic (more people with it), fit (a move), else rules."""
        instance, groups = self.instance, [self.instance.places(table.keys) for table in self.tables]
        places = instance.places(self.waiting)
        said = {"waits_level": "level", "waits_site": "site", "waits_topic": "topic", "waits_fit": "fit"}
        found = [why_waiting(instance, place, waiting=places, groups=groups) for place in places]
        return {one.key: said.get(one.reason.code, "rules") for one in found}


def workbench(programme: Programme, *, now: datetime, for_update: bool = False) -> Bench:
    """The workbench of a programme. A fixed number of queries. `for_update` locks its proposals."""
    under_review = Proposal.objects.under_review().filter(programme=programme)
    proposals = list((under_review.select_for_update(of=("self",)) if for_update else under_review).order_by("id"))
    seats = list(Seat.objects.held().filter(proposal__in=proposals, challenge__isnull=False))
    pool = waiting_pool(programme, now=now, also=[seat.challenge_id for seat in seats if seat.challenge_id]) or Pool(programme, (), now)
    mine = {seat.challenge_id for seat in seats}
    waiting = [challenge for challenge in pool.challenges if challenge.id not in mine]
    left_out = {challenge.id for challenge in waiting[MOST_WAITING:]}
    pool = replace(pool, challenges=tuple(challenge for challenge in pool.challenges if challenge.id not in left_out))
    here = {challenge.id for challenge in pool.challenges}
    keys: dict[uuid.UUID, list[str]] = defaultdict(list)
    for seat in seats:
        if seat.challenge_id in here:
            keys[seat.proposal_id].append(str(seat.person_id))
    ordered = sorted(proposals, key=lambda one: (one.held_at, str(one.id)))
    tables = tuple(_table(proposal, number, tuple(keys[proposal.id]), pool) for number, proposal in enumerate(ordered))
    return Bench(programme, pool, tables, len(left_out))


def _table(proposal: Proposal, number: int, keys: tuple[str, ...], pool: Pool) -> Table:
    """Its version is another one whenever somebody came or went, its date moved, or it was locked."""
    people = sorted(str(pool.challenge_of[key].id) for key in keys)
    facts = [str(proposal.id), proposal.first_local, str(proposal.locked_at is not None), *people]
    return Table(proposal, number, keys, hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16])


def _seated_together(programme: Programme, pool: Pool) -> set[frozenset[str]]:
    """Pairs whom the engine has seated at one table for L&D to look at: nothing keeps them apart, and L&D knows. One query."""
    rows = Seat.objects.filter(
        proposal__programme=programme, proposal__held_at__isnull=False, person__in=list(pool.people.values()), invited_at=F("proposal__proposed_at")
    )  # fmt: skip
    tables: dict[uuid.UUID, list[str]] = defaultdict(list)
    for proposal, person in rows.values_list("proposal_id", "person_id"):
        tables[proposal].append(str(person))
    return {frozenset(pair) for table in tables.values() for pair in combinations(table, 2)}
