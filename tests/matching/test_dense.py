"""Groups of given bounds in which everybody sits."""

from itertools import combinations

import numpy as np
import pytest

from reconvene.matching.instance import BadInstance, Pairs
from reconvene.matching.progress import Stop
from reconvene.matching.solve import solve_pairs


def test_a_small_one_gets_the_value_of_trying_everything_and_keeps_the_bounds() -> None:
    values = np.random.default_rng(1).random((9, 9))
    values += values.T
    everyone = frozenset(range(9))

    def worth(group: tuple[int, ...]) -> float:
        return sum(float(values[a, b]) for a, b in combinations(group, 2))

    best = max(
        worth(one) + worth(tuple(sorted(everyone - set(one)))) for size in (3, 4, 5, 6) for one in combinations(range(9), size)
    )  # the other group has 3 to 6, too

    seated = solve_pairs(Pairs(values=values, bounds=((3, 6), (3, 6))), seed=1, stop=Stop(iterations=200_000))

    assert sorted(one for group in seated.groups for one in group) == list(range(9))
    assert all(3 <= len(group) <= 6 for group in seated.groups)
    assert seated.value == pytest.approx(best)
    assert seated.bound >= best


def test_bounds_that_do_not_admit_everybody_are_refused() -> None:
    with pytest.raises(BadInstance, match="admit"):
        Pairs(values=np.ones((9, 9)), bounds=((1, 4), (1, 4)))
