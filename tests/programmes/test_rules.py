from dataclasses import astuple
from datetime import date

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconvene.groups.rules import EMPHASES, Half
from reconvene.matching.instance import Instance, Rules, Weights
from reconvene.programmes.rules import draw, makes_two_halves, working_days_later


def test_ten_working_days_after_a_monday_is_the_monday_after_next() -> None:
    assert working_days_later(date(2026, 3, 2), 10) == date(2026, 3, 16)
    assert working_days_later(date(2026, 3, 6), 1) == date(2026, 3, 9)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(sizes=st.lists(st.integers(3, 6), max_size=12), alone=st.integers(0, 9), seed=st.integers(1, 999_999))
def test_everybody_is_in_one_half_with_their_group_and_the_halves_are_even(sizes: list[int], alone: int, seed: int) -> None:
    groups = [[f"g{number}.{seat}" for seat in range(size)] for number, size in enumerate(sizes)]
    others = [f"a{number}" for number in range(alone)]
    found = draw(groups, others, seed=seed)

    assert set(found) == {key for group in groups for key in group} | set(others)
    assert all(len({found[key] for key in group}) == 1 for group in groups)
    halves = [found[group[0]].half for group in groups]
    assert abs(halves.count(Half.FIRST) - halves.count(Half.LATER)) <= 1
    assert abs(sum(1 if found[key].half == Half.FIRST else -1 for key in others)) <= 1
    assert draw(groups, others, seed=seed) == found


def test_chance_and_not_the_order_of_joining_decides_who_waits() -> None:
    groups = [[f"g{number}"] for number in range(8)]

    assert len({tuple(draw(groups, [], seed=seed)[f"g{number}"].half for number in range(8)) for seed in range(40)}) > 20


def test_a_pilot_needs_a_group_in_each_half() -> None:
    assert [makes_two_halves(people) for people in (5, 6)] == [False, True]


def test_every_emphasis_is_a_set_of_weights_that_the_engine_takes() -> None:
    taken = {name: Instance((), np.zeros((0, 0)), Rules(weights=Weights(**weights))).rules.weights for name, weights in EMPHASES.items()}

    assert {name: round(sum(astuple(weights)), 9) for name, weights in taken.items()} == dict.fromkeys(EMPHASES, 1.0)
    assert len(set(taken.values())) == len(EMPHASES)
