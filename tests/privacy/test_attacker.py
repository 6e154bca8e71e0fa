"""Two small companies as in `benchmarks/attacker.py`: nobody is isolated, and without the ledger somebody is."""

import pytest

from benchmarks.attacker import MUST_SHOW, Tally, insider, sizes
from benchmarks.worlds.reports import publish
from reconvene.releases import ledger

SMALL = [100 + round(size / 25) for size in sizes(20, 7)]


def attacked(seeds: range, *, is_on: bool) -> Tally:
    tally = Tally()
    for seed in seeds:
        tally.add(publish(seed, SMALL[seed], is_on=is_on))
    return tally


def test_an_attacker_on_two_companies_isolates_nobody_and_most_cells_are_shown() -> None:
    tally = attacked(range(2), is_on=True)

    assert set(tally.isolated.values()) == {0}, str(tally)
    assert tally.percent >= MUST_SHOW - 10  # small companies have small cells


def test_without_the_ledger_the_attack_succeeds() -> None:
    tally = attacked(range(2), is_on=False)

    assert tally.broken == 2
    assert tally.isolated["insider"] > 0
    assert tally.isolated["reader without rounding"] > 0


def test_a_sum_that_only_the_longer_search_finds_is_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without that search an insider isolates five people of this company."""
    usual = publish(0, 100, is_on=True)
    monkeypatch.setattr(ledger, "MOST_ROUNDS", 1)
    hasty = publish(0, 100, is_on=True)

    assert insider(usual) == set()
    assert insider(hasty) == set()
    assert hasty.figures < usual.figures  # a ledger that does not come clean takes nothing new
