"""Small pools of managers for the tests of the engine."""

from itertools import combinations
from random import Random
from typing import Any

import numpy as np

from reconvene.matching.constraints import violations
from reconvene.matching.instance import Candidate, Instance, Rules
from reconvene.matching.objective import Objective


def person(key: str, **different: Any) -> Candidate:
    """Somebody who may sit with anybody, but for what is given."""
    usual: dict[str, Any] = {"topic": "delegation", "level": 2, "languages": frozenset({"en"}), "first_slots": 1, "second_slots": 1}
    return Candidate(key=key, **usual | different)


def instance(*people: Candidate, rules: Rules | None = None, alike: float = 0.5) -> Instance:
    """A pool in which all challenges are equally similar."""
    similarity = np.full((len(people), len(people)), alike)
    np.fill_diagonal(similarity, 0)
    return Instance(people, similarity, rules or Rules())


def random_instance(count: int, seed: int, *, strict: float = 0.25) -> Instance:
    """A pool with every kind of rule in it; `strict` is the share of pairs that a rule keeps apart, roughly."""
    rng, draws = Random(seed), np.random.default_rng(seed)
    keys = [f"p{at}" for at in range(count)]

    def some(share: float) -> frozenset[str]:
        return frozenset(key for key in keys if rng.random() < share)

    people = [
        person(
            key,
            topic=rng.choice(("delegation", "delegation", "delegation", "conflict")),
            level=rng.choice((1, 2, 2, 3)),
            function=rng.choice(("sales", "finance", "operations")),
            site=rng.choice(("Bonn", "Lyon")),
            languages=frozenset(rng.sample(("en", "de", "fr"), 2)),
            has_experience=rng.random() < 0.3,
            close_to=some(0.2) - {key},
            met=some(0.2) - {key},
            apart=some(strict / 4) - {key},
            waiting_days=rng.uniform(0, 40),
            superiors=(rng.choice([*(f"boss {n}" for n in range(6)), *(other for other in keys if other != key)]), "head"),
            first_slots=sum(1 << slot for slot in rng.sample(range(4), 3)),
            second_slots=sum(1 << slot for slot in rng.sample(range(5), 4)),
        )
        for key in keys
    ]
    similarity = draws.random((count, count))
    similarity = (similarity + similarity.T) / 2
    np.fill_diagonal(similarity, 0)
    return Instance(tuple(people), similarity, Rules(level_distance=2, same_topic=rng.random() < 0.5))


def best_by_exhaustion(pool: Instance) -> float:
    """The greatest value over all seatings, each looked at: the slow truth for a handful of people."""
    objective, keys = Objective(pool), [each.key for each in pool.candidates]
    worths = {
        group: (objective.worth(group) or 0.0) / len(keys)
        for size in range(pool.rules.smallest, pool.rules.largest + 1)
        for group in combinations(range(len(keys)), size)
        if not violations(pool, [keys[one] for one in group])
    }

    def best(left: frozenset[int]) -> float:
        if not left:
            return 0.0
        first = min(left)
        tables = [group for group in worths if group[0] == first and left.issuperset(group)]
        return max([best(left - {first}), *(worths[group] + best(left.difference(group)) for group in tables)])

    return best(frozenset(range(len(keys)))) - sum(objective.charges) / max(1, len(keys))
