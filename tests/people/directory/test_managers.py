from hypothesis import given
from hypothesis import strategies as st

from reconvene.people.directory.managers import find_circles


def test_two_circles_and_a_tail_are_told_apart() -> None:
    assert find_circles({1: 2, 2: 1, 3: 1, 4: None, 5: 6, 6: 7, 7: 5}) == [(1, 2), (5, 6, 7)]


@given(st.dictionaries(st.integers(0, 12), st.none() | st.integers(0, 12)))
def test_whoever_never_reaches_the_top_is_in_a_circle_or_below_one(above: dict[int, int | None]) -> None:
    members = [node for circle in find_circles(above) for node in circle]

    def comes_back(start: int) -> bool:
        at: int | None = start
        for _ in range(len(above) + 1):
            at = above.get(at) if at is not None else None
            if at == start:
                return True
        return False

    assert sorted(members) == sorted(node for node in above if comes_back(node))


@given(st.dictionaries(st.integers(0, 12), st.none() | st.integers(0, 12)))
def test_each_circle_goes_up_step_by_step(above: dict[int, int | None]) -> None:
    for circle in find_circles(above):
        assert [above[node] for node in circle] == [*circle[1:], circle[0]]
