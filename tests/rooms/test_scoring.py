from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from reconvene.rooms import scoring
from reconvene.rooms.scoring import tally

BALLOTS = st.dictionaries(
    st.sampled_from("pqrstuvw"), st.dictionaries(st.sampled_from(["ana", "ben", "cho", "dan", "eli", "flo"]), st.integers(0, 5)), max_size=8
)


def test_a_tally_has_sum_mean_and_spread() -> None:
    counted = tally([4, 4, 4, 5, 5, 5])
    assert (counted.total, counted.mean, counted.low, counted.high, counted.dots) == (27, 4.5, 4, 5, (4, 4, 4, 5, 5, 5))
    assert tally([]).voters == 0


def test_single_scores_are_shown_from_four_voters_on() -> None:
    assert tally([1, 5, 3]).dots is None
    assert tally([1, 5, 3, 3]).dots == (1, 3, 3, 5)


def test_equal_totals_are_parted_by_fewer_objections() -> None:
    order = scoring.ranked({"split": {"ana": 5, "ben": 5, "cho": 0}, "even": {"ana": 3, "ben": 3, "cho": 4}})
    assert [(one.key, one.place, one.tied) for one in order] == [("even", 1, False), ("split", 2, False)]
    assert [one.parted for one in order] == ["", "objections"]


def test_then_by_how_many_prefer_which() -> None:
    order = scoring.ranked({"p": {"ana": 2, "ben": 2, "cho": 5}, "q": {"ana": 3, "ben": 3, "cho": 3}})
    assert [one.key for one in order] == ["q", "p"] and not order[0].tied
    assert [one.parted for one in order] == ["", "preferred"]


def test_what_nothing_can_part_is_a_tie_and_says_so() -> None:
    circle = {"p": {"ana": 4, "ben": 3, "cho": 2}, "q": {"ana": 3, "ben": 2, "cho": 4}, "r": {"ana": 2, "ben": 4, "cho": 3}}
    order = scoring.ranked(circle)
    assert [(one.key, one.place, one.tied) for one in order] == [("p", 1, True), ("q", 1, True), ("r", 1, True)]


def test_the_shortlist_never_breaks_a_tie_at_its_edge() -> None:
    same = {"ana": 4, "ben": 4}
    order = scoring.ranked({"p": {"ana": 5, "ben": 5}, "q": same, "r": dict(same), "s": dict(same), "t": {"ana": 1, "ben": 0}})
    assert scoring.shortlist(order, size=2) == ("p", "q", "r", "s")


def test_the_widest_gap_comes_first_and_agreement_is_none() -> None:
    tallies = {"p": tally([3, 3, 3, 3]), "q": tally([0, 5, 0, 5]), "r": tally([2, 4, 3, 3])}
    assert scoring.widest_gap(tallies) == ("q", "r")


def test_an_idea_that_would_help_and_that_nobody_sees_themselves_doing_is_found() -> None:
    help_tallies = {"p": tally([5, 5, 4, 4]), "q": tally([5, 4, 4, 4])}
    do_tallies = {"p": tally([1, 1, 0, 1]), "q": tally([4, 4, 4, 4])}
    assert scoring.high_help_low_do(help_tallies, do_tallies) == "p"
    assert scoring.high_help_low_do({"q": help_tallies["q"]}, {"q": do_tallies["q"]}) is None


@given(BALLOTS)
def test_a_better_total_is_never_placed_lower(ballots: dict[str, dict[str, int]]) -> None:
    order = scoring.ranked(ballots)
    assert sorted(one.key for one in order) == sorted(ballots)
    assert [one.tally.total for one in order] == sorted((one.tally.total for one in order), reverse=True)
    for one, other in pairwise(order):
        assert one.place <= other.place and (one.place == other.place) == (one.tied and other.tied and one.place == other.place)


@given(BALLOTS)
def test_the_order_things_were_written_in_changes_no_place(ballots: dict[str, dict[str, int]]) -> None:
    places = {one.key: one.place for one in scoring.ranked(ballots)}
    turned = {one.key: one.place for one in scoring.ranked(dict(reversed(list(ballots.items()))))}
    assert places == turned


def test_scores_within_one_point_are_no_gap() -> None:
    assert scoring.widest_gap({"p": tally([4, 5, 4, 5])}) == ()


@given(BALLOTS)
def test_what_stands_lower_for_an_equal_total_always_says_why(ballots: dict[str, dict[str, int]]) -> None:
    for upper, lower in pairwise(scoring.ranked(ballots)):
        is_parted = upper.tally.total == lower.tally.total and upper.place != lower.place
        in_one_tie = upper.place == lower.place
        assert in_one_tie or bool(lower.parted) == is_parted
        if lower.parted == "objections":
            assert upper.tally.objections < lower.tally.objections
