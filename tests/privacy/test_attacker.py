"""Twenty companies out of the thousand of `benchmarks/attacker.py`, and not the largest: nobody is isolated, and without the ledger somebody is."""

import pytest

from benchmarks.attacker import MUST_SHOW, Tally, publish, sizes

SMALL = [100 + round(size / 25) for size in sizes(20, 7)]


def attacked(seeds: range, *, is_on: bool) -> Tally:
    tally = Tally()
    for seed in seeds:
        tally.add(publish(seed, SMALL[seed], is_on=is_on))
    return tally


def test_an_attacker_on_twenty_companies_isolates_nobody_and_most_cells_are_shown() -> None:
    tally = attacked(range(20), is_on=True)

    assert set(tally.isolated.values()) == {0}, str(tally)
    assert tally.percent >= MUST_SHOW


@pytest.mark.parametrize("seed", [0, 1])
def test_without_the_ledger_the_attack_succeeds(seed: int) -> None:
    tally = attacked(range(seed, seed + 1), is_on=False)

    assert tally.isolated["insider"] > 0
    assert tally.isolated["reader without rounding"] > 0
