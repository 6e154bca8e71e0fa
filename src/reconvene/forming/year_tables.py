"""Who waits in a simulated year, and the tables that are formed of them by a policy. Pure. Called by year."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconvene.forming.rules import PATIENCE, blend
from reconvene.matching.constraints import may_sit
from reconvene.matching.instance import Candidate, Instance, Rules
from reconvene.matching.objective import parts_of, quality_of
from reconvene.matching.progress import Stop
from reconvene.matching.solve import solve

NOT_GIVEN = ""
ITERATIONS = 30_000
LARGEST_POOL = 150
"""So many of those who wait longest are looked at together. More of them would make the same groups more slowly."""
LOOKS_EVERY = 2
"""Days between two looks at everybody who waits, at the end of the last. The program looks at once; two days stand for the time in which people
answer."""


@dataclass(frozen=True)
class Member:
    """One person of the directory, or of typed headcounts. `line` holds keys of superiors, nearest first."""

    key: str
    level: int
    site: str = NOT_GIVEN
    function: str = NOT_GIVEN
    line: tuple[str, ...] = ()
    languages: frozenset[str] = frozenset({"en"})


@dataclass(frozen=True)
class Waiting:
    """Somebody who raised a challenge on a topic, and the day."""

    member: Member
    topic: int
    since: int


@dataclass(frozen=True)
class Table:
    """Who is asked together, and how good the table is, 0..1, without the part that waiting has in the objective."""

    keys: tuple[str, ...]
    quality: float


@dataclass(frozen=True)
class Policy:
    """When those who wait are looked at, in days, and how many days the first of a table of three, four and five or more must have waited. The
    engine forms the tables, or with `is_first_come` whoever waits longest gets the first others who may sit with them.
    """

    looks_every: int = LOOKS_EVERY
    patience: tuple[int, int, int] = (PATIENCE[3].days, PATIENCE[4].days, PATIENCE[5].days)
    is_first_come: bool = False

    def wants(self, size: int) -> int:
        """Days of waiting before a table of `size` people."""
        return self.patience[min(size, 5) - 3]


SHIPPED = Policy()


def tables_of(waiting: Sequence[Waiting], rules: Rules, policy: Policy, *, today: int, seed: int) -> list[Table]:
    """The tables that are proposed: topic by topic, because a group has one, the longest waiting first."""
    by_topic: dict[int, list[Waiting]] = defaultdict(list)
    for one in waiting:
        by_topic[one.topic].append(one)
    found: list[Table] = []
    for topic in sorted(by_topic):
        pool = sorted(by_topic[topic], key=lambda one: (one.since, one.member.key))[:LARGEST_POOL]
        if len(pool) < rules.smallest or today - pool[0].since < policy.wants(len(pool)):
            continue  # no table of so many could be proposed: the engine is not asked in vain
        instance, since = _instance(pool, rules, today=today), {one.member.key: one.since for one in pool}
        for keys in _first_come(instance) if policy.is_first_come else _engine(instance, seed=seed):
            if today - min(since[key] for key in keys) >= policy.wants(len(keys)):
                found.append(Table(keys, _quality(instance, keys)))
    return found


def _engine(instance: Instance, *, seed: int) -> list[tuple[str, ...]]:
    return [group.members for group in solve(instance, seed=seed, stop=Stop(iterations=ITERATIONS, prove=False)).groups]


def _first_come(instance: Instance) -> list[tuple[str, ...]]:
    """As a list at the door would: whoever came first and the next who may sit with them, until the table is full."""
    left, found = list(instance.candidates), []
    while left:
        table = [left.pop(0)]
        for one in list(left):
            if len(table) < instance.rules.largest and may_sit((*table, one), instance.rules):
                table.append(one)
                left.remove(one)
        if len(table) >= instance.rules.smallest:
            found.append(tuple(one.key for one in table))
    return found


def _quality(instance: Instance, keys: Sequence[str]) -> float:
    places = instance.places(keys)
    return quality_of(instance, places) - instance.rules.weights.waiting * parts_of(instance, places).waiting


def _instance(pool: Sequence[Waiting], rules: Rules, *, today: int) -> Instance:
    candidates = tuple(
        Candidate(
            key=one.member.key, topic=str(one.topic), level=one.member.level, function=one.member.function, site=one.member.site,
            languages=one.member.languages, superiors=one.member.line, waiting_days=float(today - one.since),
        )
        for one in pool
    )  # fmt: skip
    alike: NDArray[np.float64] = blend(np.zeros((len(pool), len(pool))), topics=[one.topic for one in pool])
    return Instance(candidates=candidates, similarity=alike, rules=rules)
