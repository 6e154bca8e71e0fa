"""A year of peer groups, simulated before anybody signs up: who would raise a challenge when, which groups the engine would form of them, who would
never get one and why, how many hours it takes and what it costs. Pure; the same seeds give the same year. Called by forming.jobs and the benchmark.

What is simulated: people and their levels, sites, functions and reporting lines as they are; everything else by chance, from the assumptions. Not
simulated: calendars, beyond a share of people who find no date in time.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np

from reconvene.forming.year_tables import SHIPPED, Member, Policy, Waiting, tables_of
from reconvene.matching.instance import Rules

DAYS = 364
"""A year in whole weeks."""
ANSWERS = 4
"""Days from the proposal to a group that stands."""
CYCLE = 42
"""Days during which somebody in a group raises nothing else."""
TEN_WORKING_DAYS = 14
"""As days of the calendar."""
SETTLED_AFTER = 60
"""Days before the end of the year from which a wait does not count as never: their year is not over."""
MONTHS = 12
REASONS = ("no_peer_level", "one_line", "few_at_site", "few_on_topic", "bad_luck")
"""Why somebody never got a group, the first that holds: nobody of their level or near it; all of those are above, below or beside them in the
line; too few at their site, when groups meet on site; too few raised the same topic; or enough were there and came too far apart."""


@dataclass(frozen=True)
class Assumptions:
    """What is put in. Shares 0..1; hours per person and cycle; rates per hour; `sizes` is smallest and largest of a group."""

    join_share: float = 0.25
    challenges_each: float = 1.3
    topics: int = 12
    topic_skew: float = 0.8
    accept_share: float = 0.8
    level_distance: int = 1
    is_on_site: bool = False
    sizes: tuple[int, int] = (3, 6)
    hours_each: float = 4.6
    rate: float = 75.0
    learning_hours: float = 40.0
    learning_rate: float = 60.0
    hosting: float = 0.0

    @property
    def rules(self) -> Rules:
        """What must hold at a table. Times are not simulated."""
        smallest, largest = self.sizes
        return Rules(
            smallest=smallest,
            largest=largest,
            aim=largest,
            level_distance=self.level_distance,
            same_site=self.is_on_site,
            need_common_slot=False,
        )


@dataclass(frozen=True)
class Class:
    """People of one level and site in one simulated year: how many there are, how many raised a challenge early enough to be judged, how many of
    those never sat, and why.
    """

    level: int
    site: str
    size: int
    raised: int
    never: int
    why: Mapping[str, int]


@dataclass(frozen=True)
class Figures:
    """What one seed's year came to. `months`: groups that began in each; `wait` and `wait_slow`: the median and the ninetieth per cent of the days
    from raising to the first session's group; `within_ten`: the share that waited ten working days at most; `quality`: the mean quality of a
    group, 0..1, by the engine's objective without the part of waiting.
    """

    people: int
    months: tuple[int, ...]
    groups: int
    raised: int
    seated: int
    wait: float
    wait_slow: float
    within_ten: float
    hours: float
    cost: float
    classes: tuple[Class, ...]
    quality: float = 0.0


@dataclass
class _Run:
    """One seed's year while it goes on. `raised`: the day of the first challenge; `topics`: the topic of the last; `asked`: by topic, level and site."""

    began: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    raised: dict[str, int] = field(default_factory=dict)
    topics: dict[str, int] = field(default_factory=dict)
    asked: Counter[tuple[int, int, str]] = field(default_factory=Counter)
    seated: set[str] = field(default_factory=set)
    qualities: list[float] = field(default_factory=list)


def simulate(members: Sequence[Member], assumptions: Assumptions, *, seed: int, policy: Policy = SHIPPED) -> Figures:
    """One year, by the policy that is shipped or by another to compare with it. Raises ValueError for fewer people than one group needs, or the same key twice."""
    if len(members) < assumptions.sizes[0] or len({one.key for one in members}) != len(members):
        raise ValueError("a year needs people for one group, each once")
    run = _year(members, assumptions, policy, rng=random.Random(seed), seed=seed)  # noqa: S311  # a simulation
    return _figures(members, assumptions, run)


def waits_of(members: Sequence[Member], assumptions: Assumptions, *, seed: int, policy: Policy = SHIPPED) -> dict[str, list[float]]:
    """How many days everybody who raised something waited each time they sat, by key; empty for who never did."""
    run = _year(members, assumptions, policy, rng=random.Random(seed), seed=seed)  # noqa: S311  # a simulation
    return {key: run.waits.get(key, []) for key in run.raised}


def headcounts(rows: Sequence[tuple[int, str, int]], *, span: int = 7) -> list[Member]:
    """People from typed headcounts of (level, site, how many), with functions and reporting lines made up: each superior leads `span` people of
    the level below at the same site, or anywhere when nobody of the level above is there.
    """
    members: list[Member] = []
    for level, site, count in rows:
        members += [Member(f"{level}/{site}/{at}", level, site, f"f{at % 9}") for at in range(count)]
    by_level: dict[int, list[Member]] = defaultdict(list)
    for one in members:
        by_level[one.level].append(one)
    lines: dict[str, tuple[str, ...]] = {}
    for level in sorted(by_level, reverse=True):
        above = by_level.get(level + 1, [])
        seen: Counter[str] = Counter()
        for one in by_level[level]:
            near = [boss for boss in above if boss.site == one.site] or above
            boss = near[(seen[one.site] // span) % len(near)] if near else None
            seen[one.site] += 1
            lines[one.key] = (boss.key, *lines.get(boss.key, ())) if boss else ()
    return [Member(one.key, one.level, one.site, one.function, lines[one.key]) for one in members]


def _year(members: Sequence[Member], assumed: Assumptions, policy: Policy, *, rng: random.Random, seed: int) -> _Run:
    """One year: who raises what when; at the end of every few days the engine looks at everybody who waits."""
    arrivals, run, rules = _arrivals(members, assumed, rng), _Run(), assumed.rules
    queue: dict[str, Waiting] = {}
    busy_until: dict[str, int] = {}
    for first in range(0, DAYS, policy.looks_every):
        today = first + policy.looks_every - 1
        for day in range(first, today + 1):
            for one in arrivals.get(day, ()):
                run.raised.setdefault(one.member.key, day)
                run.topics[one.member.key] = one.topic
                run.asked[one.topic, one.member.level, one.member.site] += 1
                if one.member.key not in queue and busy_until.get(one.member.key, 0) <= day:
                    queue[one.member.key] = one
        for table in tables_of(list(queue.values()), rules, policy, today=today, seed=seed * DAYS + today):
            said_yes = [key for key in table.keys if rng.random() < assumed.accept_share]
            if len(said_yes) < assumed.sizes[0]:
                continue
            _seat(run, queue, said_yes, today=today)
            run.qualities.append(table.quality)
            busy_until |= dict.fromkeys(said_yes, today + CYCLE)
    return run


def _seat(run: _Run, queue: dict[str, Waiting], keys: Sequence[str], *, today: int) -> None:
    run.began.append(today)
    run.sizes.append(len(keys))
    for key in keys:
        run.waits[key].append(today + ANSWERS - queue.pop(key).since)
        run.seated.add(key)


def _arrivals(members: Sequence[Member], assumed: Assumptions, rng: random.Random) -> dict[int, list[Waiting]]:
    """Challenges by day: of a share of the people, on topics of which a few are asked for by many."""
    weights = [1 / (rank + 1) ** assumed.topic_skew for rank in range(assumed.topics)]
    found: dict[int, list[Waiting]] = defaultdict(list)
    for one in members:
        if rng.random() >= assumed.join_share:
            continue
        times = 1 + (rng.random() < assumed.challenges_each - 1) if assumed.challenges_each < 2 else round(assumed.challenges_each)
        for _ in range(times):
            day = rng.randrange(DAYS)
            found[day].append(Waiting(one, rng.choices(range(assumed.topics), weights)[0], day))
    return found


def _figures(members: Sequence[Member], assumed: Assumptions, run: _Run) -> Figures:
    months = Counter(day * MONTHS // DAYS for day in run.began)
    waits = [wait for each in run.waits.values() for wait in each]
    return Figures(
        people=len(members),
        months=tuple(months[number] for number in range(MONTHS)),
        groups=len(run.began),
        raised=len(run.raised),
        seated=len(run.seated),
        wait=median(waits) if waits else 0.0,
        wait_slow=float(np.percentile(waits, 90)) if waits else 0.0,
        within_ten=sum(wait <= TEN_WORKING_DAYS for wait in waits) / len(waits) if waits else 0.0,
        hours=sum(run.sizes) * assumed.hours_each,
        cost=_cost(run, assumed),
        classes=_classes(members, assumed, run),
        quality=sum(run.qualities) / len(run.qualities) if run.qualities else 0.0,
    )


def _cost(run: _Run, assumed: Assumptions) -> float:
    """Total cost of the year: everybody's hours, L&D's, and hosting."""
    return sum(run.sizes) * assumed.hours_each * assumed.rate + assumed.learning_hours * assumed.learning_rate + assumed.hosting


def _classes(members: Sequence[Member], assumed: Assumptions, run: _Run) -> tuple[Class, ...]:
    """Every class of level and site, with who raised something and never sat."""
    peers, by_key = _Peers(members, assumed), {one.key: one for one in members}
    raised: Counter[tuple[int, str]] = Counter()
    why: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for key, day in run.raised.items():
        if day > DAYS - SETTLED_AFTER:
            continue
        one = by_key[key]
        raised[one.level, one.site] += 1
        if key not in run.seated:
            why[one.level, one.site][peers.reason(one, topic=run.topics[key], asked=run.asked)] += 1
    sizes = Counter((one.level, one.site) for one in members)
    return tuple(Class(*place, sizes[place], raised[place], why[place].total(), dict(why[place])) for place in sorted(sizes))


class _Peers:
    """Counts for why somebody found nobody, worked out once: how many people there are at each level and site, and in each line."""

    def __init__(self, members: Sequence[Member], assumed: Assumptions) -> None:
        self.assumed = assumed
        self.by_place = Counter((one.level, one.site) for one in members)
        self.by_level = Counter(one.level for one in members)
        self.needed = assumed.sizes[0] - 1
        self.in_reach: Counter[tuple[str, int]] = Counter()
        for one in members:
            for superior in one.line[:1]:
                self.in_reach[superior, one.level] += 1

    def reason(self, one: Member, *, topic: int, asked: Mapping[tuple[int, int, str], int]) -> str:
        """One of REASONS. `asked`: how often each topic was raised in the year, by topic, level and site."""
        levels = range(one.level - self.assumed.level_distance, one.level + self.assumed.level_distance + 1)
        everywhere = sum(self.by_level[level] for level in levels) - 1
        if everywhere < self.needed:
            return "no_peer_level"
        beside = self.in_reach[one.line[0], one.level] - 1 if one.line else 0
        if everywhere - beside - len(one.line) < self.needed:
            return "one_line"
        here = sum(self.by_place[level, one.site] for level in levels) - 1
        if self.assumed.is_on_site and (here - beside) * self.assumed.join_share < self.needed:
            return "few_at_site"
        alike = sum(
            count
            for (about, level, site), count in asked.items()
            if about == topic and level in levels and (site == one.site or not self.assumed.is_on_site)
        )
        return "few_on_topic" if alike - 1 < 2 * self.needed else "bad_luck"
