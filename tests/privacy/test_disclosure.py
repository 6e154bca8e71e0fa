import math
import random
import statistics
from dataclasses import fields
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconvene.privacy import disclosure
from reconvene.privacy.disclosure import (
    Amount,
    Cell,
    Difference,
    Hidden,
    Middle,
    Share,
    Shown,
    difference,
    mean,
    median,
    publishable,
    share,
    threshold,
    total,
    wilson,
)

K = 8
CELLS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 8)), max_size=6).map(
    lambda raw: [Cell(str(at), people, min(groups, people)) for at, (people, groups) in enumerate(raw)]
)


@pytest.mark.parametrize(("largest", "k"), [(0, 8), (3, 8), (6, 8), (7, 9), (12, 14)])
def test_k_is_eight_or_the_largest_group_and_two(largest: int, k: int) -> None:
    assert threshold(largest) == k


def test_cells_from_enough_people_and_groups_are_shown_rounded() -> None:
    cells = [Cell("a", 8, 3), Cell("b", 7, 3), Cell("c", 12, 2), Cell("d", 13, 5), Cell("e", 0, 0)]

    assert publishable(cells, k=K) == (Shown("a", 10), Hidden(), Hidden(), Shown("d", 15), Hidden())


def test_one_hidden_cell_beside_a_published_total_takes_the_next_smallest_with_it() -> None:
    cells = [Cell("a", 3, 1), Cell("b", 9, 3), Cell("c", 20, 5)]

    assert publishable(cells, k=K) == (Hidden(), Shown("b", 10), Shown("c", 20))
    assert publishable(cells, total=Cell("all", 32, 6), k=K) == (Hidden(), Hidden(), Shown("c", 20))


def test_cells_hidden_for_few_groups_do_not_protect_each_other() -> None:
    cells = [Cell("a", 12, 2), Cell("b", 12, 2), Cell("c", 15, 3), Cell("d", 20, 5)]

    assert publishable(cells, total=Cell("all", 59, 5), k=K) == (Hidden(), Hidden(), Hidden(), Shown("d", 20))


def test_nothing_else_is_hidden_when_subtraction_leaves_nobody() -> None:
    cells = [Cell("a", 10, 3), Cell("b", 10, 3), Cell("none", 0, 0)]

    assert publishable(cells, total=Cell("all", 20, 4), k=K) == (Shown("a", 10), Shown("b", 10), Hidden())


def test_people_of_the_total_who_are_in_no_cell_count_as_hidden() -> None:
    assert publishable([Cell("a", 10, 3)], total=Cell("all", 12, 4), k=K) == (Hidden(),)


def test_a_table_whose_total_is_too_small_is_hidden_whole() -> None:
    assert publishable([Cell("a", 7, 3)], total=Cell("all", 7, 3), k=K) == (Hidden(),)


@settings(max_examples=300)
@given(CELLS, st.integers(0, 12), st.integers(8, 14))
def test_no_published_table_lets_a_subtraction_isolate_fewer_than_k_people(cells: list[Cell], unlisted: int, k: int) -> None:
    total = Cell("all", sum(cell.people for cell in cells) + unlisted, 8)

    answers = publishable(cells, total=total, k=k)

    shown = [cell for cell, answer in zip(cells, answers, strict=True) if isinstance(answer, Shown)]
    for some in chain.from_iterable(combinations(shown, size) for size in range(len(shown) + 1)):
        rest = total.people - sum(cell.people for cell in some)
        assert rest == 0 or rest >= k or not shown
    assert all(cell.people >= k and cell.groups >= 3 for cell in shown)
    hidden = [cell for cell in cells if cell not in shown]
    if shown and sum(cell.people for cell in hidden) + unlisted:
        assert any(cell.people >= k and cell.groups >= 3 for cell in hidden)


@given(CELLS)
def test_what_comes_out_holds_nothing_raw(cells: list[Cell]) -> None:
    for answer in publishable(cells, k=K):
        assert isinstance(answer, Hidden) or answer.people % 5 == 0
    assert [field.name for field in fields(Hidden)] == ["reason"]
    assert {Hidden().reason} == disclosure.SENTENCES.keys()


@pytest.mark.parametrize(
    "asked",
    [
        {"cells": [Cell("a", 9, 3)], "k": 7},
        {"cells": [Cell("a", -1, 3)], "k": 8},
        {"cells": [Cell("a", 9, 3)], "total": Cell("all", 8, 3), "k": 8},
    ],
)
def test_questions_that_make_no_sense_are_refused(asked: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"k may|negative|total"):
        publishable(**asked)


@pytest.mark.parametrize(("yes", "n", "interval"), [(9, 12, (47, 91)), (18, 24, (55, 88)), (27, 36, (59, 86)), (90, 120, (67, 82))])
def test_wilsons_interval_gives_the_worked_examples(yes: int, n: int, interval: tuple[int, int]) -> None:
    low, high = wilson(yes / n, n)

    assert (round(100 * low), round(100 * high)) == interval


def test_a_share_is_rounded_and_its_interval_belongs_to_the_rounded_share() -> None:
    assert share(27, 36, 6, k=K) == Share(75, "exactly", 55, 90, 35)
    assert share(9, 12, 3, k=K) == Share(75, "exactly", 40, 95, None)


def test_unanimous_answers_look_like_nine_in_ten() -> None:
    assert share(20, 20, 4, k=K) == share(18, 20, 4, k=K)
    assert share(20, 20, 4, k=K).bound == "at_least"
    assert share(0, 20, 4, k=K) == share(2, 20, 4, k=K)
    assert share(0, 20, 4, k=K).percent == 10


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 10))
def test_a_share_from_too_few_is_hidden_and_no_exact_count_is_ever_shown(yes: int, more: int, groups: int) -> None:
    n = yes + more

    answer = share(yes, n, groups, k=K)

    if n < K or groups < 3:
        assert answer == Hidden()
        return
    assert isinstance(answer, Share)
    assert 10 <= answer.percent <= 90
    assert 0 <= answer.low <= answer.percent <= answer.high <= 100
    assert not any(number % 5 for number in (answer.percent, answer.low, answer.high, answer.people or 0))
    assert (answer.people is None) is (n < 20)
    assert answer == share(min(n, yes), n, groups, k=K)


@given(st.integers(8, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_shares_of_the_same_rounded_size_cannot_be_told_apart(pair: tuple[int, int]) -> None:
    yes, n = pair
    answer = share(yes, n, 5, k=K)

    alike = [other for other in range(n + 1) if share(other, n, 5, k=K) == answer]

    assert yes in alike
    if answer.percent in (10, 90):
        assert {0, n} & set(alike)


def test_means_and_medians_are_gated_and_rounded_alike() -> None:
    answers = [1, 2, 3, 7, 8, 8, 9, 9]

    assert mean(answers, 3, k=K) == Middle(6.0, "exactly", 1.0, 10.0, None)
    assert median(answers, 3, k=K) == Middle(7.5, "exactly", 1.5, 10.0, None)
    assert mean(answers[:7], 3, k=K) == median(answers[:7], 3, k=K) == Hidden()
    assert mean(answers, 2, k=K) == Hidden()
    assert mean([10] * 40, 9, k=K) == Middle(9.0, "at_least", 8.5, 10.0, 40)


def test_the_interval_of_a_mean_is_students_with_the_design_effect_and_as_wide_as_those_who_are_told() -> None:
    """120 answers with mean 7.17 and standard deviation 1.07 in 24 groups of five, whose effect of 1.4 makes it 1.27: 1.98 x 1.27 / sqrt(120) = 0.23,
    ends at 6.94 and 7.40, rounded outwards; as eight people 2.36 x 1.27 / sqrt(8) = 1.06.
    """
    answers = [7, 8, 6, 7, 9, 8, 5, 8, 7, 7, 6, 8] * 10

    assert mean(answers, 24, k=K) == Middle(7.0, "exactly", 6.5, 7.5, 120)
    assert mean(answers, 24, k=K, counted=K) == Middle(7.0, "exactly", 6.0, 8.5, 120)
    assert mean([one / 10 for one in answers], 24, k=K, scale=(0.0, 1.0)) == Middle(
        pytest.approx(0.7), "exactly", pytest.approx(0.65), pytest.approx(0.75), 120
    )


def test_nineteen_in_twenty_intervals_hold_the_mean_of_all_managers_though_groups_answer_alike() -> None:
    chance = random.Random(5)

    def answers(groups: int) -> list[float]:
        moods = [chance.gauss(7.6, 2 * math.sqrt(0.1)) for _ in range(groups)]
        return [float(min(10, max(0, round(mood + chance.gauss(0, 2 * math.sqrt(0.9)))))) for mood in moods for _ in range(5)]

    everybody = statistics.fmean(answers(20_000))
    for groups in (4, 20, 60):
        found = [mean(answers(groups), groups, k=K) for _ in range(400)]
        assert sum(isinstance(one, Middle) and one.low <= everybody <= one.high for one in found) >= 0.95 * 400


@given(st.lists(st.integers(0, 10), min_size=10, max_size=80), st.integers(3, 9))
def test_an_interval_holds_its_value_and_does_not_tell_that_all_answered_alike(answers: list[int], groups: int) -> None:
    for gate in (mean, median):
        found, wide = gate(answers, groups, k=K), gate(answers, groups, k=K, counted=K)
        assert isinstance(found, Middle) and isinstance(wide, Middle)

        assert 0 <= wide.low <= found.low <= found.value <= found.high <= wide.high <= 10
        assert not any(2 * number % 1 for number in (found.low, found.value, found.high))
        assert found.high - found.low >= 1 or found.bound != "exactly"
    alike, apart = [6.5] * len(answers), [6.5 + (1 if at % 2 else -1) for at in range(len(answers) & ~1)]
    assert len(answers) % 2 or mean(alike, len(answers), k=K) == mean(apart, len(answers), k=K)


@pytest.mark.parametrize(
    "wrong", [lambda: share(3, 2, 3, k=8), lambda: share(9, 9, 3, k=5), lambda: mean([11] * 9, 3, k=8), lambda: wilson(0.5, 0)]
)
def test_numbers_off_their_scale_are_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"share|k may|scale|interval"):
        wrong()


def test_a_sum_needs_k_people_of_three_groups_is_rounded_down_and_leaves_far_values_out() -> None:
    values = [1000.0, 1100.0, 1200.0, 1300.0, 1400.0, 1500.0, 1600.0, 1700.0, 1800.0]

    assert total(values, 3, k=8) == Amount(12_000, None)
    assert total([*values, 1e9], 3, k=8) == Amount(12_000, None)
    assert total(values[:7], 3, k=8) == Hidden() == total(values, 2, k=8)


@given(st.lists(st.floats(1, 1e8), min_size=1, max_size=40), st.integers(1, 6))
def test_no_published_sum_tells_what_one_person_said(values: list[float], groups: int) -> None:
    shown = total(values, groups, k=8)

    assert isinstance(shown, Hidden) or (len(values) >= 8 and groups >= 3 and shown.value <= math.fsum(values))
    if isinstance(shown, Amount):
        assert shown.value % 10 ** max(0, len(str(shown.value)) - 2) == 0


def test_a_sum_of_which_one_person_is_more_than_two_fifths_is_hidden() -> None:
    others = [1.0, 1, 1, 1, 1, 25, 30]

    assert total([*others, 40.0], 3, k=8) == Amount(100, None)
    assert total([*others, 41.0], 3, k=8) == Hidden()


def test_a_difference_allows_for_people_in_one_group_answering_alike() -> None:
    groups = [[0.0, 4.0, 8.0, 4.0]] * 3
    others = [[-4.0, 0.0, 4.0, 0.0]] * 3
    alone = [[value] for group in groups for value in group], [[value] for group in others for value in group]

    assert difference(groups, others, k=K) == Difference(4.0, 0.0, 8.0)  # t(4) = 2.78 × 1.37 = 3.8; without the design effect 3.3
    assert difference(*alone, k=K) == Difference(4.0, 1.0, 7.0)  # t(22) = 2.07 × 1.21 = 2.5
    assert difference(others, groups, k=K) == Difference(-4.0, -8.0, 0.0)


@pytest.mark.parametrize(("one", "other"), [([4, 4], [4, 4, 4]), ([4, 4, 4], [3, 2, 2]), ([3, 2, 2], [4, 4, 4]), ([], [])])
def test_a_difference_is_hidden_unless_both_halves_are_enough_people_of_enough_groups(one: list[int], other: list[int]) -> None:
    assert difference([[1.0] * size for size in one], [[2.0] * size for size in other], k=K) == Hidden()


def test_a_difference_never_tells_that_all_answered_alike_and_never_reaches_the_ends() -> None:
    assert difference([[10.0] * 3] * 3, [[-10.0] * 3] * 3, k=K) == Difference(8.0, 7.5, 8.5)
    with pytest.raises(ValueError, match="off the scale"):
        difference([[11.0] * 3] * 3, [[0.0] * 3] * 3, k=K)


@pytest.mark.parametrize(("freedom", "known"), [(4, 2.776), (6, 2.447), (10, 2.228), (30, 2.042), (120, 1.980)])
def test_student_s_t_is_what_the_tables_say(freedom: int, known: float) -> None:
    assert disclosure._quantile_of_t(freedom) == pytest.approx(known, abs=0.01)
