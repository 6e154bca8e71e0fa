"""What else could form groups, run beside the engine on the same instances: each takes a pool and seconds of CPU, and gives groups as places."""

import time
from collections.abc import Callable
from itertools import combinations
from threading import Event, Thread

import numpy as np

from reconvene.matching.core.layout import NEVER, call
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
    values = np.maximum(matrix(pairs).astype(np.float64), -100.0)
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
    """OR-Tools CP-SAT on a model of people, groups and pairs, one worker, for the same seconds of CPU; building the model is not counted."""
    from ortools.sat.python import cp_model

    values, model = matrix(pairs).astype(np.float64), cp_model.CpModel()
    count = len(values)
    bounds = pairs.bounds or ((pairs.smallest, pairs.largest),) * -(-count // pairs.largest)
    sits = [[model.new_bool_var("") for _ in bounds] for _ in range(count)]
    for row in sits:
        model.add_at_most_one(row)
    for group, (low, high) in enumerate(bounds):
        model.add_linear_constraint(sum(row[group] for row in sits), low, high)
    gains = []
    for one, other in combinations(range(count), 2):
        for group in range(len(bounds)):
            if values[one, other] <= -1e6:
                model.add_bool_or(sits[one][group].negated(), sits[other][group].negated())
                continue
            both = model.new_bool_var("")
            model.add_implication(both, sits[one][group])
            model.add_implication(both, sits[other][group])
            gains.append(int(values[one, other] * 10_000) * both)
    model.maximize(sum(gains))
    solver, ended = cp_model.CpSolver(), Event()
    solver.parameters.num_workers = 1

    def watch(ends: float) -> None:
        while time.process_time() < ends and not ended.wait(0.05):
            pass
        solver.stop_search()

    watching = Thread(target=watch, args=(time.process_time() + seconds,))
    watching.start()
    found = solver.solve(model)
    ended.set()
    watching.join()
    if found not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return []
    return [tuple(one for one in range(count) if solver.value(sits[one][group])) for group in range(len(bounds))]


def parted(groups: Groups, values: np.ndarray, smallest: int) -> tuple[Groups, int]:
    """The groups without whoever may not sit with most of the others, until all may, and how many pairs might not."""
    kept, broken = Groups(), 0
    for group in groups:
        members = list(group)
        while (apart := (values[np.ix_(members, members)] <= -1e6) & ~np.eye(len(members), dtype=bool)).any():
            broken += int(apart.sum()) // 2 if len(members) == len(group) else 0
            members.pop(int(apart.sum(axis=1).argmax()))
        kept += [tuple(members)] if len(members) >= smallest else []
    return kept, broken


def matrix(pairs: Pairs) -> np.ndarray:
    """All values, with less than -1e6 where a pair may not sit together."""
    if pairs.values is not None:
        return np.array(pairs.values)
    count = pairs.count
    edges = np.zeros((count, count), dtype=np.float32)
    everyone = np.arange(count, dtype=np.int32)
    call(
        "weigh",
        of_pairs(pairs).layout,
        everyone,
        count,
        np.zeros(count),
        pairs.smallest,
        edges,
        np.zeros(count, dtype=np.float32),
        np.zeros(1),
    )
    return edges


PEERS: dict[str, tuple[Callable[[Pairs, float], Groups], int]] = {
    "greedy": (greedy, 6_000),
    "restarts of exchange": (exchange, 600),
    "k-means-constrained": (k_means, 6_000),
    "CP-SAT": (cp_sat, 120),
}
"""Each with the number of people up to which it is run."""
