"""What else could form groups, run beside the engine on the same instances: each takes a pool and seconds of CPU, and gives groups as places."""

import time
from collections.abc import Callable

import numpy as np

from reconvene.matching.core.layout import NEVER
from reconvene.matching.dense import Tables
from reconvene.matching.instance import Pairs
from reconvene.matching.problem import of_pairs

Groups = list[tuple[int, ...]]


def greedy(pairs: Pairs, seconds: float) -> Groups:
    """Everybody in turn founds a group of the largest size with the best who are free."""
    values = matrix(pairs)
    free, groups = np.ones(len(values), dtype=bool), Groups()
    problem = of_pairs(pairs)
    for person in range(len(values)):
        if not free[person]:
            continue
        members = [person]
        while len(members) < pairs.largest:
            gains = np.where(free, values[members].sum(axis=0), -np.inf)
            gains[members] = -np.inf
            fits = next(
                (one for one in np.argsort(-gains)[:60].tolist() if gains[one] > -1e6 and _stands(problem, [*members, one], pairs)), None
            )
            if fits is None:
                break
            members.append(fits)
        if len(members) >= pairs.smallest and _stands(problem, members, pairs):
            groups.append(tuple(members))
            free[members] = False
    return groups


def _stands(problem: object, members: list[int], pairs: Pairs) -> bool:
    return len(members) < pairs.smallest or bool(problem.worths([tuple(members)])[0] > NEVER)  # type: ignore[attr-defined]


def exchange(pairs: Pairs, seconds: float) -> Groups:
    """Random groups, and exchanges of two people while any is a gain; again and again until time is up. Conflicts cost a great deal."""
    values = np.maximum(matrix(pairs), -100.0)
    count = len(values)
    whole = -(-count // pairs.largest)
    bounds = pairs.bounds or tuple((count // whole, -(-count // whole)) for _ in range(whole))
    tables = Tables(Pairs(values=values, bounds=bounds), seed=1)
    ends, best, kept = time.process_time() + seconds, -np.inf, tables.home.copy()
    while time.process_time() < ends:
        tables.shuffle()
        while time.process_time() < ends:
            before = tables.layout.total
            tables.anneal(40 * count, 1e-9)
            if tables.layout.total <= before + 1e-9:
                break
        if tables.layout.total > best:
            best, kept = tables.layout.total, tables.home.copy()
    return [tuple(np.flatnonzero(kept == group).tolist()) for group in range(len(bounds))]


def k_means(pairs: Pairs, seconds: float) -> Groups:
    """k-means-constrained on the vectors, which knows neither levels nor conflicts."""
    from k_means_constrained import KMeansConstrained

    assert pairs.vectors is not None
    count = len(pairs.vectors)
    model = KMeansConstrained(
        -(-count // pairs.largest), size_min=pairs.smallest, size_max=pairs.largest, random_state=1, n_init=1, max_iter=30
    )
    labels = model.fit_predict(pairs.vectors)
    return [tuple(np.flatnonzero(labels == group).tolist()) for group in range(labels.max() + 1)]


def cp_sat(pairs: Pairs, seconds: float) -> Groups:
    """OR-Tools CP-SAT on a model of people, groups and pairs, for the same seconds."""
    from ortools.sat.python import cp_model

    values, model = matrix(pairs), cp_model.CpModel()
    count = len(values)
    groups = -(-count // pairs.largest)
    sits = [[model.new_bool_var("") for _ in range(groups)] for _ in range(count)]
    for row in sits:
        model.add_at_most_one(row)
    for group in range(groups):
        model.add(sum(row[group] for row in sits) <= pairs.largest)
        model.add(sum(row[group] for row in sits) >= pairs.smallest)
    gains = []
    for one in range(count):
        for other in range(one):
            for group in range(groups):
                if values[one, other] <= -1e6:
                    model.add_bool_or(sits[one][group].negated(), sits[other][group].negated())
                    continue
                both = model.new_bool_var("")
                model.add_implication(both, sits[one][group])
                model.add_implication(both, sits[other][group])
                gains.append(int(values[one, other] * 10_000) * both)
    model.maximize(sum(gains))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds, solver.parameters.num_workers = seconds, 1
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return []
    return [tuple(one for one in range(count) if solver.value(sits[one][group])) for group in range(groups)]


def matrix(pairs: Pairs) -> np.ndarray:
    """All values, with -1e30 where a pair may not sit together."""
    if pairs.values is not None:
        return np.array(pairs.values)
    problem = of_pairs(pairs)
    return np.array(problem.arrays["values"][: pairs.count, : pairs.count])


PEERS: dict[str, Callable[[Pairs, float], Groups]] = {
    "greedy": greedy,
    "restarts of exchange": exchange,
    "k-means-constrained": k_means,
    "CP-SAT": cp_sat,
}
