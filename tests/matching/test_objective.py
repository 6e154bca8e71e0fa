import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconvene.matching.instance import Rules, Weights
from reconvene.matching.objective import Objective
from tests.matching.pools import instance, person, random_instance


def only(**weight: float) -> Rules:
    """Rules that count one wish alone."""
    nothing = {"similarity": 0.0, "responsibility": 0.0, "functions": 0.0, "experience": 0.0, "weak_ties": 0.0, "waiting": 0.0}
    return Rules(weights=Weights(**nothing | weight), need_common_slot=False)


def test_similarity_is_the_mean_over_pairs() -> None:
    pool = instance(person("a"), person("b"), person("c"), rules=only(similarity=1), alike=0.4)

    assert Objective(pool).quality((0, 1, 2)) == pytest.approx(0.4)


def test_the_same_level_counts_full_and_the_next_level_half() -> None:
    pool = instance(person("a"), person("b"), person("c", level=3), rules=only(responsibility=1))

    assert Objective(pool).quality((0, 1, 2)) == pytest.approx((1 + 0.5 + 0.5) / 3)


@pytest.mark.parametrize(("functions", "quality"), [("sss", 0), ("ssf", 0.5), ("sfo", 1)])
def test_different_functions_count(functions: str, quality: float) -> None:
    pool = instance(*(person(str(at), function=name) for at, name in enumerate(functions)), rules=only(functions=1))

    assert Objective(pool).quality((0, 1, 2)) == pytest.approx(quality)


@pytest.mark.parametrize(("handled", "quality"), [(0, 0), (1, 1), (2, 1), (3, 0.5), (4, 0.5)])
def test_some_but_not_all_should_have_handled_it(handled: int, quality: float) -> None:
    pool = instance(*(person(str(at), has_experience=at < handled) for at in range(4)), rules=only(experience=1))

    assert Objective(pool).quality((0, 1, 2, 3)) == quality


def test_close_colleagues_count_nothing_and_people_met_before_half() -> None:
    pool = instance(
        person("a", close_to=frozenset({"b"}), met=frozenset({"b"})),
        person("b"),
        person("c", met=frozenset({"a", "gone"})),
        rules=only(weak_ties=1),
    )

    assert Objective(pool).quality((0, 1, 2)) == pytest.approx((0 + 0.5 + 1) / 3)


def test_waiting_counts_up_to_four_weeks() -> None:
    pool = instance(person("a", waiting_days=14), person("b", waiting_days=280), person("c"), rules=only(waiting=1))

    assert Objective(pool).quality((0, 1, 2)) == pytest.approx(0.5)


def test_a_group_off_the_size_aimed_at_is_worth_a_little_less() -> None:
    pool = instance(*(person(str(at)) for at in range(6)), rules=only(responsibility=1))
    objective = Objective(pool)

    assert objective.worth((0, 1, 2, 3, 4, 5)) == pytest.approx(6)
    assert objective.worth((0, 1, 2)) == pytest.approx(3 * 0.85)
    assert objective.worth((0, 1)) is None
    assert objective.worth(()) == 0


def test_the_value_counts_those_who_wait_as_nothing() -> None:
    pool = instance(*(person(str(at)) for at in range(8)), rules=only(responsibility=1))

    assert Objective(pool).value([(5, 4, 3, 2, 1, 0)]) == pytest.approx(6 / 8)
    with pytest.raises(ValueError, match="breaks a rule"):
        Objective(pool).value([(0, 1)])


@given(st.integers(0, 10_000), st.permutations(range(5)))
def test_quality_lies_between_0_and_1_and_does_not_depend_on_the_order(seed: int, order: list[int]) -> None:
    objective = Objective(random_instance(5, seed))

    assert 0 <= objective.quality(order) <= 1 + 1e-12
    assert objective.quality(order) == pytest.approx(objective.quality(range(5)))
