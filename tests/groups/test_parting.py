"""What follows from the votes: the majority goes on, the others leave well, and nobody is known to have voted anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconvene.groups.rules import SMALLEST, WISHES, Outcome, Parting, parting

DEEPER, TOPIC, OTHER, ENOUGH = Outcome.AGAIN, Outcome.NEW_TOPIC, Outcome.NEW_GROUP, Outcome.FINISH


@pytest.mark.parametrize(
    ("votes", "members", "follows"),
    [
        ({}, "abcd", Parting(ENOUGH)),
        ({"a": DEEPER, "b": DEEPER, "c": TOPIC, "d": ENOUGH}, "abcd", Parting(DEEPER, settled=frozenset("d"))),
        ({"a": TOPIC, "b": TOPIC, "c": DEEPER, "d": OTHER, "e": ENOUGH}, "abcde", Parting(TOPIC, frozenset("e"), frozenset("d"))),
        ({"a": DEEPER, "b": TOPIC, "c": OTHER, "d": ENOUGH}, "abcd", Parting(ENOUGH, waiting=frozenset("ac"))),
        ({"a": DEEPER, "b": DEEPER, "c": ENOUGH}, "abc", Parting(ENOUGH, waiting=frozenset("ab"))),  # two are no group
        ({"a": DEEPER, "b": DEEPER, "c": OTHER}, "abcde", Parting(DEEPER, waiting=frozenset("c"))),  # who did not vote stays
        ({"a": ENOUGH, "b": DEEPER, "c": DEEPER, "z": ENOUGH}, "abcd", Parting(DEEPER, settled=frozenset("a"))),  # z left before
    ],
)
def test_the_majority_goes_on_and_the_others_leave_well(votes: dict[str, Outcome], members: str, follows: Parting[str]) -> None:
    assert parting(votes, members=members) == follows


@given(st.dictionaries(st.integers(1, 6), st.sampled_from(WISHES)), st.sets(st.integers(1, 6), max_size=6))
def test_nobody_is_torn_out_who_wants_to_stay_and_a_group_that_goes_on_is_one(votes: dict[int, Outcome], members: set[int]) -> None:
    follows = parting(votes, members=members)

    assert not follows.settled & follows.waiting and follows.settled | follows.waiting <= members
    if follows.outcome.stays:
        left = members - follows.settled - follows.waiting
        assert len(left) >= SMALLEST and all(member not in votes or votes[member].stays for member in left)
    else:
        assert follows.outcome is Outcome.FINISH and not follows.settled
