"""Times the simulated year and prints a table; fails when 5,000 people take more than 30 s. Run: python benchmarks/year.py [--seeds 5]"""

import argparse
import sys
import time

from reconvene.forming.year import Assumptions, headcounts, simulate
from reconvene.forming.year_ranges import over_seeds

SIZES = (240, 1_000, 5_000)
MOST_SECONDS = 30.0


def company(people: int) -> list[tuple[int, str, int]]:
    """Headcounts of a company of five sites with four levels."""
    shares = ((1, 0.78), (2, 0.17), (3, 0.045), (4, 0.005))
    sites = (("A", 0.4), ("B", 0.25), ("C", 0.2), ("D", 0.1), ("E", 0.05))
    return [(level, site, round(people * share * part)) for level, share in shares for site, part in sites]


def main() -> int:
    """Print one line per size. Returns 1 when the largest takes too long."""
    parser = argparse.ArgumentParser(description="Time the simulated year.")
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    print("| people | seeds | groups | median wait, days | seated | seconds |")
    print("| --- | --- | --- | --- | --- | --- |")
    seconds = 0.0
    for people in SIZES:
        members = headcounts(company(people))
        started = time.perf_counter()
        year = over_seeds([simulate(members, Assumptions(), seed=seed) for seed in range(1, options.seeds + 1)], k=8)
        seconds = time.perf_counter() - started
        seated = f"{100 * year.seated_share.middle:.0f} %"
        print(f"| {len(members)} | {options.seeds} | {year.groups.middle:.0f} | {year.wait.middle:.0f} | {seated} | {seconds:.1f} |")
    return int(seconds > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
