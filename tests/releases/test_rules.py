"""The gate around published figures, as pure arithmetic."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconvene.privacy.disclosure import Cell, Hidden, Shown
from reconvene.releases.measurements import Counts, Shares, Spread, Sum
from reconvene.releases.rules import (
    begins,
    carried,
    days_taken,
    figure,
    may_replace,
    milestone_of,
    nested,
    next_milestone,
    previous_milestone,
)

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def test_a_milestone_is_the_first_of_the_month_where_the_organisation_is() -> None:
    late = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
    assert milestone_of(late, zone="Europe/Berlin") == MARCH
    assert milestone_of(late, zone="UTC") == date(2026, 2, 1)
    assert begins(MARCH, zone="Europe/Berlin") == datetime(2026, 2, 28, 23, tzinfo=UTC)


def test_milestones_follow_each_other_over_new_year() -> None:
    assert next_milestone(date(2026, 12, 1)) == date(2027, 1, 1)
    assert previous_milestone(date(2027, 1, 1)) == date(2026, 12, 1)


def test_a_share_of_seven_people_is_hidden_and_of_eight_in_three_groups_is_not() -> None:
    assert figure("x", Shares("x", 5, 7, 3), k=8, on=MARCH) == {"kind": "share", "title": "x", "hidden": "too_few"}
    assert figure("x", Shares("x", 5, 8, 2), k=8, on=MARCH)["hidden"] == "too_few"
    shown = figure("x", Shares("x", 5, 8, 3), k=8, on=MARCH)
    assert (shown["percent"], shown["people"], shown["taken_on"]) == (65, None, "2026-03-01")


def test_a_stage_that_fewer_than_k_have_left_is_hidden() -> None:
    stages = (Cell("a", 60, 12), Cell("b", 55, 11), Cell("c", 40, 9), Cell("d", 40, 9))
    assert nested(stages, k=8) == (Shown("a", 60), Hidden(), Shown("c", 40), Shown("d", 40))


def test_a_funnel_that_grows_is_refused() -> None:
    with pytest.raises(ValueError, match="more people"):
        nested((Cell("a", 10, 4), Cell("b", 11, 4)), k=8)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6), st.integers(8, 14))
def test_no_two_shown_stages_differ_by_fewer_than_k(sizes: list[int], k: int) -> None:
    cells = tuple(Cell(str(at), size, size) for at, size in enumerate(sorted(sizes, reverse=True)))
    shown = [cell.people for cell, gated in zip(cells, nested(cells, k=k), strict=True) if isinstance(gated, Shown)]
    assert all(people >= k for people in shown)
    assert all(before - after == 0 or before - after >= k for before, after in pairwise(shown))


@given(st.integers(0, 80), st.integers(0, 80), st.integers(0, 80), st.integers(0, 80))
def test_a_share_changes_only_when_k_people_changed(of: int, yes: int, more: int, more_yes: int) -> None:
    old = Shares("x", min(yes, of), of, 9)
    new = Shares("x", old.yes + min(more_yes, more), of + more, 9)
    before, after = (figure("x", one, k=8, on=on) for one, on in ((old, MARCH), (new, APRIL)))
    published = carried(after, before=before, was={"2026-03-01": old}, now=new, k=8)
    if "hidden" not in before and published != before:
        assert more >= 8


def test_a_figure_that_nobody_changed_looks_like_one_that_a_few_changed() -> None:
    same = Shares("x", 6, 12, 4)
    before = figure("x", same, k=8, on=MARCH)
    assert carried(figure("x", same, k=8, on=APRIL), before=before, was={"2026-03-01": same}, now=same, k=8) == before


def test_a_share_does_not_vanish_because_one_person_left() -> None:
    old, new = Shares("x", 5, 8, 3), Shares("x", 5, 7, 3)
    before = figure("x", old, k=8, on=MARCH)
    assert carried(figure("x", new, k=8, on=APRIL), before=before, was={"2026-03-01": old}, now=new, k=8) == before


def test_a_cell_that_one_person_joined_keeps_its_earlier_number_and_day() -> None:
    old = Counts((Cell("a", 17, 4), Cell("b", 22, 5)))
    new = Counts((Cell("a", 18, 4), Cell("b", 40, 7)))
    before = figure("t", old, k=8, on=MARCH)
    published = carried(figure("t", new, k=8, on=APRIL), before=before, was={"2026-03-01": old}, now=new, k=8)
    assert published["cells"] == [
        {"label": "a", "people": 15, "taken_on": "2026-03-01"},
        {"label": "b", "people": 40, "taken_on": "2026-04-01"},
    ]
    assert days_taken(published) == {"2026-03-01", "2026-04-01"}


def test_a_cell_does_not_vanish_because_one_person_left_it_and_nothing_else_tells_of_them() -> None:
    old = Counts((Cell("a", 8, 4), Cell("b", 22, 5)), total=Cell("", 30, 9))
    left, elsewhere = (
        Counts((Cell("a", 7, 4), Cell("b", 23, 5)), total=Cell("", 30, 9)),
        Counts((Cell("a", 8, 4), Cell("b", 22, 5), Cell("c", 1, 1)), total=Cell("", 31, 9)),
    )
    before = figure("t", old, k=8, on=MARCH)
    assert [cell["label"] for cell in before["cells"]] == ["a", "b"]

    for new in (left, elsewhere):
        published = carried(figure("t", new, k=8, on=APRIL), before=before, was={"2026-03-01": old}, now=new, k=8)
        assert published["cells"] == before["cells"]


def test_a_cell_from_which_k_people_went_is_hidden() -> None:
    old, new = Counts((Cell("a", 12, 4),)), Counts((Cell("b", 12, 4),))
    before = figure("t", old, k=8, on=MARCH)

    published = carried(figure("t", new, k=8, on=APRIL), before=before, was={"2026-03-01": old}, now=new, k=8)

    assert [cell["label"] for cell in published["cells"]] == ["b"]


def test_hidden_cells_of_a_table_have_no_label() -> None:
    value = figure("t", Counts((Cell("many", 30, 5), Cell("few", 3, 1), Cell("nobody", 0, 0))), k=8, on=MARCH)
    assert value["hidden_cells"] == 1
    assert "few" not in str(value)


def test_the_order_of_published_cells_does_not_tell_the_order_of_the_raw_numbers() -> None:
    value = figure("t", Counts((Cell("b", 12, 5), Cell("a", 11, 5))), k=8, on=MARCH)
    assert [(cell["label"], cell["people"]) for cell in value["cells"]] == [("a", 10), ("b", 10)]


def test_a_window_that_begins_after_the_last_report_is_always_new() -> None:
    old, new = Spread((1.0,) * 9, 3, since=date(2026, 2, 1)), Spread((2.0,) * 9, 3, since=APRIL)
    assert may_replace(old, new, k=8, taken_on=MARCH)
    assert not may_replace(Spread((1.0,) * 9, 3), Spread((1.0,) * 9 + (5.0,), 3), k=8, taken_on=MARCH)


def test_values_off_the_scale_count_at_its_end() -> None:
    value = figure("w", Spread((40.0,) * 9, 3, scale=(0.0, 20.0)), k=8, on=MARCH)
    assert (value["value"], value["bound"]) == (18.0, "at_least")


def test_a_sum_is_published_anew_only_when_enough_people_changed_it() -> None:
    old = Sum(tuple(float(1000 + 100 * at) for at in range(9)), 3)
    before = figure("benefit", old, k=8, on=MARCH)
    one_more, many = Sum((*old.values, 1500.0), 3), Sum((*old.values, *old.values), 4)

    assert before == {"kind": "sum", "title": "benefit", "value": 12_000, "people": None, "taken_on": "2026-03-01"}
    for new, kept in ((one_more, True), (many, False)):
        fresh = figure("benefit", new, k=8, on=APRIL)
        assert (carried(fresh, before=before, was={"2026-03-01": old}, now=new, k=8) == before) == kept
