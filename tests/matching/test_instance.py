import numpy as np
import pytest

from reconvene.matching.instance import BadInstance, Candidate, Instance, Rules, Weights
from tests.matching.pools import instance, person


@pytest.mark.parametrize(
    ("similarity", "words"),
    [
        (np.zeros((2, 3)), "rows"),
        (np.array([[0, np.nan], [np.nan, 0]]), "not a number"),
        (np.array([[0, 1.2], [1.2, 0]]), "between 0 and 1"),
        (np.array([[0.5, 0.1], [0.1, 0]]), "diagonal"),
        (np.array([[0, 0.1], [0.2, 0]]), "symmetric"),
    ],
)
def test_a_similarity_that_makes_no_sense_is_refused_with_a_sentence(similarity: np.ndarray, words: str) -> None:
    with pytest.raises(BadInstance, match=words):
        Instance((person("ana"), person("ben")), similarity)


@pytest.mark.parametrize(
    "rules",
    [
        Rules(smallest=2),
        Rules(largest=7),
        Rules(smallest=5, aim=4),
        Rules(level_distance=-1),
        Rules(weights=Weights(similarity=0.5)),
        Rules(weights=Weights(similarity=float("nan"))),
    ],
)
def test_rules_that_make_no_sense_are_refused(rules: Rules) -> None:
    with pytest.raises(BadInstance):
        instance(person("ana"), rules=rules)


@pytest.mark.parametrize(
    "people",
    [
        (person("ana"), person("ana")),
        (person("ana", waiting_days=-1),),
        (person("ana", waiting_days=float("nan")),),
        (person("ana", first_slots=-1),),
        (person("ana", superiors=("eva", "ana")),),
    ],
)
def test_people_that_make_no_sense_are_refused(people: tuple[Candidate, ...]) -> None:
    with pytest.raises(BadInstance):
        instance(*people)


def test_the_similarity_cannot_be_changed_afterwards_from_outside() -> None:
    given = np.zeros((1, 1))
    pool = Instance((person("ana"),), given)

    given[0, 0] = 7

    assert pool.similarity[0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        pool.similarity[0, 0] = 1


def test_places_follow_the_order_asked_for_and_unknown_people_are_refused() -> None:
    pool = instance(person("ana"), person("ben"))

    assert pool.places(["ben", "ana"]) == (1, 0)
    with pytest.raises(BadInstance, match="'cho' is not in the pool"):
        pool.places(["cho"])
    with pytest.raises(BadInstance, match="twice"):
        pool.places(["ana", "ana"])
