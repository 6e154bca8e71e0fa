"""The audit of one figure beside all earlier ones, against every sum that a patient reader could try."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconvene.privacy.ledger import Ledger, Line

K = 8
FACTORS = (-2, -1, 0, 1, 2)


def line(table: str, people: set[int] | range, *, on: str = "1", cell: str = "") -> Line:
    return Line(table, on, cell, frozenset(people))


def asked(earlier: list[Line], lines: list[Line], *, groups: dict[int, int] | None = None, k: int = K) -> list[bool]:
    ledger = Ledger(earlier, lines, groups=groups or {}, k=k)
    return [ledger.admit(one) for one in lines]


def test_a_figure_that_stands_alone_needs_k_people_and_three_groups() -> None:
    assert asked([], [line("a", range(8)), line("b", range(100, 107))]) == [True, False]
    assert asked([], [line("a", range(12))], groups={one: one % 2 for one in range(12)}) == [False]


@pytest.mark.parametrize(("more", "answer"), [(0, True), (1, False), (7, False), (8, True)])
def test_two_figures_may_not_differ_by_a_few(more: int, answer: bool) -> None:
    assert asked([line("a", range(20))], [line("b", range(20 + more))]) == [answer]


def test_what_is_left_of_a_total_after_the_cells_of_a_table_may_not_be_few() -> None:
    cells = [line("site", range(20), cell="Oslo"), line("site", range(20, 40), cell="Bergen")]

    assert asked([line("all", range(44))], cells) == [True, False]
    assert asked([line("all", range(48))], cells) == [True, True]


def test_cells_of_two_tables_together_may_not_differ_by_a_few() -> None:
    functions = [line("function", range(30), cell="Sales"), line("function", range(30, 60), cell="Service")]
    sites = [line("site", range(20), cell="Oslo"), line("site", {*range(20, 58)}, cell="Bergen")]

    assert asked(functions, sites) == [True, False]


def test_who_joined_in_a_month_is_not_told_by_two_months_of_three_tables() -> None:
    def month(number: int, people: int) -> list[Line]:
        everybody = range(people)
        cells = [line("site", {one for one in everybody if one % 3 == at}, on=str(number), cell=str(at)) for at in range(3)]
        return [line("all", everybody, on=str(number)), *cells]

    first = month(1, 90)

    assert asked([], first) == [True] * 4
    assert asked(first, month(2, 97)) == [False] * 4
    assert asked(first, month(2, 114)) == [True] * 4
    assert asked(first, month(2, 100)) == [True, False, False, False]  # ten came in all, three or four to each site


def test_a_leaver_and_a_joiner_do_not_hide_each_other() -> None:
    assert asked([line("all", range(30))], [line("all", range(1, 31), on="2")]) == [False]


def test_what_earlier_figures_tell_already_does_not_speak_against_a_new_one() -> None:
    assert asked([line("a", range(20)), line("b", range(23))], [line("c", range(100, 120))]) == [True]


def test_a_rest_that_is_merged_is_made_of_the_cells_that_were_asked() -> None:
    few = [line("site", range(at, at + 5), cell=str(at)) for at in (0, 5, 10)]
    ledger = Ledger([], few, groups={}, k=K)

    assert [ledger.admit(one) for one in few] == [False] * 3
    assert ledger.admit(line("site", range(15)))


def test_a_line_has_a_part_in_a_sum_also_when_none_of_the_few_is_in_it() -> None:
    """A sum that the first looks have passed over: `whole` less `most` is seven people, and neither line may be taken for innocent of it."""
    whole, most, other = line("a", range(27)), line("b", range(20)), line("c", range(100, 120))
    ledger = Ledger([whole], [most, other], groups={}, k=K)
    for part, one in enumerate((most, other)):
        ledger._moved.append(one)
        ledger._eliminations[0].enter(ledger._atoms.row_of(one.people).astype(np.float32), part=part)

    assert ledger.found_out() == [most]


def smallest(lines: list[Line], *, k: int) -> int:
    """Of all sums of these lines with small whole factors: the fewest people on whom one rests."""
    people = sorted(set().union(*(one.people for one in lines))) if lines else []
    rows = np.array([[person in one.people for person in people] for one in lines], dtype=int).reshape(len(lines), len(people))
    sums = np.array(list(product(FACTORS, repeat=len(lines)))) @ rows
    supports = (sums != 0).sum(axis=1)
    return int(supports[supports > 0].min(initial=k))


SETS = st.lists(st.frozensets(st.integers(0, 40), min_size=1, max_size=36), min_size=1, max_size=6)


@settings(max_examples=150, deadline=None)
@given(SETS, st.integers(0, 3))
def test_no_sum_with_small_factors_of_admitted_figures_rests_on_fewer_than_k(sets: list[frozenset[int]], blocks: int) -> None:
    whole = [frozenset(person for one in some for person in range(one * blocks, one * blocks + max(1, blocks))) for some in sets]
    lines = [Line(f"t{at % 2}", str(at), str(at), people) for at, people in enumerate(whole)]

    kept = [one for one, answer in zip(lines, asked([], lines), strict=True) if answer]

    assert smallest(kept, k=K) >= K
