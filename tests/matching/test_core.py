"""The compiled core against the slow truth: worths, prices, bounds and seatings by brute force, and what must hold for every pool."""

import ctypes
import itertools
import math
import subprocess
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.worlds.pools import clustered
from reconvene.matching.bounds import Pricing, best_shares, prove_in_blocks
from reconvene.matching.constraints import violations
from reconvene.matching.core import layout
from reconvene.matching.core.layout import NEVER
from reconvene.matching.evolve import Found, Search
from reconvene.matching.instance import Candidate, Instance, Pairs, Rules
from reconvene.matching.objective import Objective, quality_of, worth_of
from reconvene.matching.problem import of_pairs, of_people, rows
from reconvene.matching.progress import Progress, Stop, Watch
from reconvene.matching.solve import solve, solve_pairs
from tests.matching.pools import best_by_exhaustion, person, random_instance

QUICK = Stop(iterations=30_000)
ROOMY = Rules(level_distance=9, same_topic=False, need_common_slot=False)


def searched(pool: Instance, *, seed: int = 1) -> tuple[Found, Watch]:
    """The compiled search even for a handful of people."""
    watch = Watch(QUICK)
    return Search(of_people(pool), aim=pool.rules.aim, seed=seed, watch=watch).run([]), watch


def strict_pool(seed: int, rule: str) -> Instance:
    """A pool of 6 to 9 people in which one rule alone forbids something, or all of them."""
    pool = random_instance(6 + seed % 4, seed)
    everyone = frozenset({"en"})
    keeps: dict[str, Callable[[Candidate], Candidate]] = {
        "topic": lambda one: replace(one, languages=everyone, superiors=(), apart=frozenset()),
        "level": lambda one: replace(one, languages=everyone, superiors=(), apart=frozenset(), level=3 * one.level),
        "site": lambda one: replace(one, languages=everyone, superiors=(), apart=frozenset()),
        "language": lambda one: replace(one, superiors=(), apart=frozenset()),
        "line": lambda one: replace(one, languages=everyone, apart=frozenset()),
        "apart": lambda one: replace(one, languages=everyone, superiors=()),
        "slots": lambda one: replace(one, languages=everyone, superiors=(), apart=frozenset()),
    }
    rules = {
        "topic": replace(ROOMY, same_topic=True),
        "level": replace(ROOMY, level_distance=2),
        "site": replace(ROOMY, same_site=True),
        "slots": replace(ROOMY, need_common_slot=True, partner_slots=(0b1, 0b11, 0b100, 0b11000)),
        "together": replace(ROOMY, together=(frozenset({"p0", "p3"}), frozenset({"p1", "p2", "p4"}))),
        "floor": replace(ROOMY, floor=0.6, charge=0.1),
        "all": replace(
            Rules(level_distance=2, same_topic=True, floor=0.5, charge=0.2),
            together=(frozenset({"p0", "p3"}),),
            partner_slots=(1, 3, 14, 28),
        ),
    }
    people = tuple(keeps.get(rule, lambda one: one)(each) for each in pool.candidates)
    return Instance(people, pool.similarity, rules.get(rule, ROOMY))


@pytest.mark.parametrize("rule", ["topic", "level", "site", "language", "line", "apart", "slots", "together", "floor", "all"])
def test_each_rule_alone_and_all_together_give_the_value_of_trying_everything(rule: str) -> None:
    for seed in range(8):
        pool = strict_pool(seed, rule)
        best = best_by_exhaustion(pool)

        found, watch = searched(pool)

        assert found.value / len(pool.candidates) == pytest.approx(best, abs=1e-9), seed
        assert watch.bound / len(pool.candidates) >= best - 1e-9, seed


def test_in_some_of_those_pools_the_rule_costs_something() -> None:
    for rule in ("topic", "level", "site", "language", "line", "apart", "slots", "together"):
        pools = [strict_pool(seed, rule) for seed in range(8)]
        free = [Instance(pool.candidates, pool.similarity, ROOMY) for pool in pools]
        if rule in ("language", "line", "apart"):
            continue  # these hold whatever the rules of the programme say
        assert sum(best_by_exhaustion(a) < best_by_exhaustion(b) - 1e-9 for a, b in zip(pools, free, strict=True)) >= 2, rule


@given(st.integers(0, 10_000), st.data())
@settings(max_examples=60, deadline=None)
def test_the_core_counts_worths_and_refuses_groups_as_the_rules_do(seed: int, data: st.DataObject) -> None:
    pool = random_instance(9, seed, strict=0.1)
    members = tuple(sorted(data.draw(st.lists(st.integers(0, 8), min_size=2, max_size=6, unique=True))))

    (core,) = of_people(pool).worths([members])

    worth = Objective(pool).worth(members)
    assert bool(core <= NEVER) is (worth is None)
    assert worth is None or core == pytest.approx(worth, abs=1e-12)
    assert worth is None or worth_of(pool, members) == pytest.approx(worth, abs=1e-12)
    assert quality_of(pool, members) == pytest.approx(Objective(pool).quality(members), abs=1e-12)


@given(st.integers(0, 10_000), st.sampled_from([-0.3, 0.0, 0.2]))
@settings(max_examples=25, deadline=None)
def test_the_search_for_groups_that_break_prices_finds_all_of_them(seed: int, least: float) -> None:
    pool = random_instance(11, seed, strict=0.1)
    problem, prices = of_people(pool), np.random.default_rng(seed).uniform(0, 0.8, 11)
    pricing = Pricing(problem, np.arange(11, dtype=np.int32), prices, room=10_000)

    rows, _, is_all = pricing.broken(least, most=1 << 30)

    groups = [group for size in range(3, 7) for group in combinations(range(11), size)]
    over = problem.worths(groups) - np.array([prices[list(group)].sum() for group in groups])
    wanted = {group for group, each in zip(groups, over.tolist(), strict=True) if each >= least + 1e-9}
    assert is_all
    assert wanted <= {tuple(row[: row[-1]].tolist()) for row in rows}


@given(st.integers(0, 10_000), st.integers(13, 45), st.sampled_from([0.0, 0.1, 0.25]))
@settings(max_examples=12, deadline=None)
def test_no_rule_is_ever_broken_and_the_bound_holds(seed: int, count: int, strict: float) -> None:
    pool = random_instance(count, seed, strict=strict)

    result = solve(pool, seed=seed, stop=QUICK)

    assert all(violations(pool, group.members) == () for group in result.groups)
    assert result.value == pytest.approx(Objective(pool).value([pool.places(group.members) for group in result.groups]), abs=1e-12)
    assert result.bound >= result.value
    assert result.value >= solve(pool, seed=seed + 1, stop=Stop(iterations=0, prove=False)).value - 1e-12
    assert solve(pool, seed=seed + 1, stop=QUICK).value <= result.bound + 1e-9


def test_the_order_of_the_people_changes_nothing_that_is_proved() -> None:
    for seed in range(4):
        pool = random_instance(24, seed, strict=0.05)
        order = np.random.default_rng(seed).permutation(24)
        assert pool.similarity is not None
        turned = Instance(tuple(pool.candidates[at] for at in order), pool.similarity[np.ix_(order, order)], pool.rules)
        one, other = (solve(each, seed=1, stop=Stop(iterations=300_000)) for each in (pool, turned))

        assert max(one.gap, other.gap) < 1e-9
        assert one.value == pytest.approx(other.value, abs=1e-9)


def test_a_warm_start_is_kept_where_it_is_best_and_left_out_where_it_breaks_a_rule() -> None:
    pool = random_instance(20, 3, strict=0.05)
    best = solve(pool, seed=1, stop=QUICK)

    again = solve(pool, seed=2, stop=Stop(iterations=0, prove=False), warm_start=[group.members for group in best.groups])
    broken = solve(pool, seed=2, stop=QUICK, warm_start=[["p0", "p1"], ["p2", "p3", "p4", "p5", "p6", "p7"]])

    assert again.value >= best.value - 1e-12
    assert all(violations(pool, group.members) == () for group in broken.groups)


def test_progress_is_told_and_cancelling_gives_the_best_so_far() -> None:
    told: list[Progress] = []
    stop = Stop(seconds=60, is_cancelled=lambda: len(told) > 2)
    random = np.random.default_rng(1).random((80, 80))

    seated = solve_pairs(Pairs(values=random + random.T), seed=1, stop=stop, on_progress=told.append)

    assert seated.effort.seconds < 20
    assert seated.value == max(each.value for each in told)
    assert all(b.value >= a.value and b.bound <= a.bound for a, b in pairwise(told))


DEGENERATE = {
    "all alike": Pairs(values=np.ones((13, 13))),
    "nothing is worth anything": Pairs(values=np.zeros((14, 14))),
    "every pair costs": Pairs(values=-np.ones((15, 15))),
    "everybody apart": Pairs(values=np.ones((13, 13)), apart=np.array(list(combinations(range(13), 2)))),
    "no slots": Pairs(values=np.ones((13, 13)), first=np.zeros((13, 1)), second=np.ones((13, 1))),
    "one": Pairs(values=np.ones((1, 1))),
    "nobody": Pairs(values=np.ones((0, 0))),
    "seven": Pairs(values=np.ones((7, 7))),
}


@pytest.mark.parametrize(("name", "value"), [("all alike", 30), ("nothing is worth anything", 0), ("every pair costs", 0), ("everybody apart", 0),
                                             ("no slots", 0), ("one", 0), ("nobody", 0), ("seven", 15)])  # fmt: skip
def test_degenerate_pools_are_solved_and_proved(name: str, value: float) -> None:
    seated = solve_pairs(DEGENERATE[name], seed=1, stop=QUICK)

    assert seated.value == pytest.approx(value)
    assert seated.bound == pytest.approx(value, abs=1e-4)


def test_vectors_and_a_matrix_give_the_same_values(monkeypatch: pytest.MonkeyPatch) -> None:
    draws = np.random.default_rng(4)
    vectors = draws.standard_normal((30, 12))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) * 1.001
    people = tuple(person(f"p{at}", level=at % 3, met=frozenset({f"p{at + 3}"}), superiors=(f"p{at + 7}",)) for at in range(30))
    likeness = np.maximum(0, vectors.astype(np.float32) @ vectors.astype(np.float32).T)
    np.fill_diagonal(likeness, 0)
    matrix = Instance(people, np.minimum((likeness + likeness.T) / 2, 1))
    groups = [tuple(draws.choice(30, 5, replace=False).tolist()) for _ in range(300)]

    held = of_people(matrix).worths(groups)
    monkeypatch.setattr("reconvene.matching.problem.MATRIX_UP_TO", 0)
    looked_up = of_people(Instance(people, None, vectors=vectors.astype(np.float32))).worths(groups)

    assert (held > NEVER).any() and (held <= NEVER).any()
    assert np.allclose(held, looked_up, atol=1e-5)


def test_the_structures_have_the_sizes_of_the_core(tmp_path: Path) -> None:
    folder = Path(layout.__file__).parent
    (tmp_path / "sizes.c").write_text(
        f'#include "{folder}/pool.h"\n#include <stdio.h>\nint main(void) {{ printf("%zu %zu %zu", sizeof(Pool), sizeof(State), sizeof(Columns)); }}\n'
    )
    subprocess.run(["cc", "-o", tmp_path / "sizes", tmp_path / "sizes.c"], check=True)

    told = subprocess.run([tmp_path / "sizes"], capture_output=True, text=True, check=True).stdout.split()

    assert [int(each) for each in told] == [ctypes.sizeof(one) for one in (layout.PoolLayout, layout.StateLayout, layout.ColumnsLayout)]


def test_a_pool_without_a_matrix_of_values_is_seated_in_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconvene.matching.problem.MATRIX_UP_TO", 0)
    monkeypatch.setattr("reconvene.matching.hall.ALL_BY_ALL", 100)
    draws = np.random.default_rng(4)
    vectors = draws.standard_normal((2_500, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) * 1.001
    pool = Pairs(vectors=vectors, drawn_apart=0.05, first=draws.integers(1, 255, (2_500, 1)), second=draws.integers(1, 255, (2_500, 1)))

    seated = solve_pairs(pool, seed=1, stop=Stop(iterations=300_000, threads=2, prove=False))

    problem = of_pairs(pool)
    assert len(seated.waiting) <= 10
    assert (problem.worths(seated.groups) > NEVER).all()
    assert sorted([*(one for group in seated.groups for one in group), *seated.waiting]) == list(range(2_500))
    greedy = solve_pairs(pool, seed=1, stop=Stop(iterations=0, prove=False))
    assert seated.value > 1.02 * greedy.value


def test_people_who_must_sit_together_do_in_a_large_pool() -> None:
    pool = random_instance(40, 5, strict=0.0)
    sets = (frozenset({"p0", "p5"}), frozenset({"p7", "p8", "p9"}))
    people = tuple(
        replace(one, topic="t", level=2, languages=frozenset({"en"}), superiors=(), first_slots=1, second_slots=1)
        for one in pool.candidates
    )
    together = Instance(people, pool.similarity, Rules(together=sets))

    result = solve(together, seed=1, stop=QUICK)

    assert all(each <= set(group.members) or not each & set(group.members) for each in sets for group in result.groups)
    assert sum(bool(each & set(group.members)) for each in sets for group in result.groups) == 2


def test_prices_in_blocks_bound_every_seating(monkeypatch: pytest.MonkeyPatch) -> None:
    draws = np.random.default_rng(4)
    centres = draws.standard_normal((3, 16))
    vectors = centres[draws.integers(3, size=150)] + 0.8 * draws.standard_normal((150, 16))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) * 1.001
    pool = Pairs(vectors=vectors.astype(np.float32), drawn_apart=0.05)
    best = solve_pairs(pool, seed=1, stop=Stop(iterations=400_000))
    monkeypatch.setattr("reconvene.matching.problem.MATRIX_UP_TO", 0)
    monkeypatch.setattr("reconvene.matching.hall.ALL_BY_ALL", 20)
    monkeypatch.setattr("reconvene.matching.hall.CELL", 20)
    shares, _ = best_shares(of_pairs(pool), threads=1)
    monkeypatch.setattr("reconvene.matching.evolve.ONE_ANNEALING", 20)
    monkeypatch.setattr("reconvene.matching.evolve.BLOCK", 80)

    seated = solve_pairs(pool, seed=1, stop=Stop(iterations=2_000_000))

    assert best.value <= seated.bound + 1e-3
    assert seated.bound < shares.sum() - 1


@given(st.integers(0, 10_000), st.sampled_from([0, 5_000]), st.integers(1, 3), st.data())
@settings(max_examples=60, deadline=None)
def test_no_group_and_no_seating_is_worth_more_than_prices_in_blocks(seed: int, matrix_up_to: int, parts: int, data: st.DataObject) -> None:
    draws = np.random.default_rng(seed)
    vectors = draws.standard_normal((8, 5)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) * 1.001
    pool = replace(random_instance(8, seed, strict=0.1), similarity=None, vectors=vectors)
    blocks, prices = draws.integers(parts, size=8).astype(np.int32), draws.uniform(0, 1.2, 8)
    late = data.draw(st.sets(st.integers(1, parts)))  # blocks whose time is over before they begin
    groups = [group for size in range(3, 7) for group in combinations(range(8), size)]
    told: list[float] = []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reconvene.matching.problem.MATRIX_UP_TO", matrix_up_to)
        problem = of_people(pool)
        known = rows(groups[:40]), problem.worths(groups[:40])
        proof = prove_in_blocks(
            problem, blocks, prices, known, scale=0.5, threads=1, is_over=lambda _, left: lambda: left in late, report=told.append
        )

    over = problem.worths(groups) - np.array([proof.prices[list(group)].sum() for group in groups])
    assert over.max() <= 1e-6
    assert proof.bound == pytest.approx(min(told))
    assert (proof.bound - problem.arrays["charges"].sum()) / 8 >= best_by_exhaustion(pool) - 1e-6


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_the_best_partners_are_the_same_by_rough_values_as_by_a_matrix(seed: int) -> None:
    draws = np.random.default_rng(seed)
    vectors = draws.standard_normal((300, 11)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) * 1.001
    levels, blocks = draws.random(300).astype(np.float32), draws.integers(3, size=300).astype(np.int32)
    pool = Pairs(vectors=vectors, levels=levels, similarity=0.6, nearness=0.4, drawn_apart=0.1)
    by_matrix = best_shares(of_pairs(pool), threads=1, blocks=blocks)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reconvene.matching.problem.MATRIX_UP_TO", 0)
        by_rough_values = best_shares(of_pairs(pool), threads=2, blocks=blocks)

    np.testing.assert_allclose(by_rough_values, by_matrix, atol=1e-12)


def test_where_the_start_takes_much_of_the_time_one_annealing_gets_the_rest() -> None:
    """A clock that ticks with every look: two ticks of eight are gone when the start stands."""
    ticks = itertools.count()
    told: list[Progress] = []

    seated = solve_pairs(clustered(400, seed=3), seed=1, stop=Stop(seconds=8, clock=lambda: float(next(ticks))), on_progress=told.append)

    assert seated.value > 1.02 * told[0].value
    assert seated.bound == math.inf
