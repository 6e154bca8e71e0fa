"""Form now or wait? A simulated year by several policies, and who waits longest by the one that is shipped.

Run: python benchmarks/policies.py [--seeds 5]
Prints two tables for docs/matching.md. Exits with 1 when another policy that forms tables as good as the shipped one makes people wait less.
"""

import argparse
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from reconvene.forming.year import Assumptions, Figures, headcounts, simulate, waits_of
from reconvene.forming.year_tables import SHIPPED, Member, Policy

POLICIES = {
    "shipped: the engine, five or six at once, fewer after a day": SHIPPED,
    "the engine, five or six at once, four after a day, three after two": Policy(patience=(2, 1, 0)),
    "the engine, whoever is there": Policy(patience=(0, 0, 0)),
    "in the order of coming, whoever is there": Policy(patience=(0, 0, 0), is_first_come=True),
    "the engine, once a week": Policy(looks_every=7, patience=(0, 0, 0)),
    "the engine, five or six only": Policy(patience=(364, 364, 0)),
}
LESS, WORSE = 0.95, 0.005
"""A policy waits less when its median is below this share of ours; it is worse when its quality is lower by more than this."""


@dataclass(frozen=True)
class Scene:
    """A company and how many challenges a day it has."""

    people: int
    a_day: float

    @property
    def assumptions(self) -> Assumptions:
        """Everybody raises as many as that makes, or so many of them raise one."""
        each = self.a_day * 364 / self.people
        return Assumptions(join_share=min(1.0, each), challenges_each=max(1.0, each))


SCENES = (Scene(20, 0.1), Scene(100, 1), Scene(500, 2), Scene(2_000, 10), Scene(2_000, 50))


def company(people: int) -> list[tuple[int, str, int]]:
    """Headcounts of three levels at three sites."""
    return [
        (level, site, round(people * share * part))
        for level, share in ((1, 0.75), (2, 0.2), (3, 0.05))
        for site, part in (("A", 0.6), ("B", 0.3), ("C", 0.1))
    ]


def main() -> int:
    """Print both tables. Returns 1 when the shipped policy is beaten."""
    parser = argparse.ArgumentParser(description="Compare policies of forming groups over simulated years.")
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    beaten = 0
    print(
        "| people, challenges a day | policy | median wait, days | 90 of 100 within | never seated | people at a table | quality |\n|"
        + " --- |" * 7
    )
    for scene in SCENES:
        years = {name: run(scene, policy, seeds=options.seeds) for name, policy in POLICIES.items()}
        for name, found in years.items():
            print(
                f"| {scene.people:,}, {scene.a_day:g} | {name} | {wait(found):.1f} | {slow(found):.0f} | {never(found):.0%} | {size(found):.1f} | {quality(found):.3f} |",
                flush=True,
            )
        ours = years[next(iter(POLICIES))]
        beaten += any(wait(one) < LESS * wait(ours) and quality(one) >= quality(ours) - WORSE for one in years.values())
    fairness(seeds=options.seeds)
    return int(beaten > 0)


RULES = {"from anywhere": {}, "on site only": {"is_on_site": True}, "from anywhere, two levels apart": {"level_distance": 2}}
FEW: dict[str, Callable[[Member], bool]] = {
    "everybody": lambda one: bool(one.key),
    "the smallest site, 1 in 20": lambda one: one.site == "C",
    "the top level, 1 in 50": lambda one: one.level == 3,
    "a function of 1 in 50": lambda one: one.function == "rare",
    "French only, 1 in 20, the others English": lambda one: one.languages == frozenset({"fr"}),
}


def fairness(*, seeds: int, people: int = 1_000, a_day: float = 3) -> None:
    """Who waits longest by the shipped policy, and what other rules do for them."""
    members = mixed(people)
    print(
        f"\n{people:,} people, {a_day:g} challenges a day\n\n| who | rules | never seated | median wait, days | 90 of 100 within |\n|"
        + " --- |" * 5
    )
    years = {
        rule: [waits_of(members, replace(Scene(people, a_day).assumptions, **facts), seed=seed) for seed in range(1, seeds + 1)]
        for rule, facts in RULES.items()
    }
    for name, is_one in FEW.items():
        keys = {one.key for one in members if is_one(one)}
        for rule in RULES:
            own = [waits for year in years[rule] for key, waits in year.items() if key in keys]
            days = [wait for waits in own for wait in waits] or [0.0]
            unseated = sum(not waits for waits in own) / max(1, len(own))
            print(f"| {name} | {rule} | {unseated:.0%} | {statistics.median(days):.0f} | {np.percentile(days, 90):.0f} |", flush=True)


def mixed(people: int) -> list[Member]:
    """A company with a few of everything: sites of 65, 30 and 5 in a hundred, levels of 80, 18 and 2; a rare function, and some who speak another language."""
    shares = ((1, 0.8), (2, 0.18), (3, 0.02)), (("A", 0.65), ("B", 0.3), ("C", 0.05))
    members = headcounts([(level, site, round(people * share * part)) for level, share in shares[0] for site, part in shares[1]])
    return [
        replace(one, function="rare" if at % 50 == 7 else one.function, languages=frozenset({"fr" if at % 20 == 3 else "en"}))
        for at, one in enumerate(members)
    ]


def run(scene: Scene, policy: Policy, *, seeds: int) -> list[Figures]:
    """One year for each seed."""
    members = headcounts(company(scene.people))
    return [simulate(members, scene.assumptions, seed=seed, policy=policy) for seed in range(1, seeds + 1)]


def wait(years: Sequence[Figures]) -> float:
    return statistics.mean(year.wait for year in years)


def slow(years: Sequence[Figures]) -> float:
    return statistics.mean(year.wait_slow for year in years)


def never(years: Sequence[Figures]) -> float:
    classes = [one for year in years for one in year.classes]
    return sum(one.never for one in classes) / max(1, sum(one.raised for one in classes))


def size(years: Sequence[Figures]) -> float:
    return (
        statistics.mean(year.hours / Assumptions().hours_each / year.groups for year in years if year.groups)
        if any(year.groups for year in years)
        else 0.0
    )


def quality(years: Sequence[Figures]) -> float:
    return statistics.mean([year.quality for year in years if year.groups] or [0.0])


if __name__ == "__main__":
    sys.exit(main())
