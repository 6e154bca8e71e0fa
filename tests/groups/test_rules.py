from hypothesis import given
from hypothesis import strategies as st

from reconvene.groups.rules import NAMES, free_name


@given(st.sets(st.sampled_from([*NAMES, "Wren 2", "Rook 2"])), st.integers(0, 10**10))
def test_a_free_name_is_free_and_the_same_for_the_same_start(taken: set[str], start: int) -> None:
    name = free_name(taken, start=start)

    assert name not in taken
    assert name == free_name(taken, start=start)
    assert len(name) <= 40


def test_when_every_bird_is_taken_a_number_follows() -> None:
    assert free_name(set(NAMES), start=0) == f"{NAMES[0]} 2"


def test_no_bird_is_listed_twice() -> None:
    assert len(NAMES) == len(set(NAMES))
