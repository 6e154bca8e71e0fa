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
from numpy.typing import NDArray

from reconvene.forming.rules import PATIENCE, blend
from reconvene.matching.instance import Candidate, Instance, Rules
from reconvene.matching.progress import Stop
from reconvene.matching.solve import solve

DAYS = 364
"""A year in whole weeks."""
LOOKS_EVERY = 2
"""Days between two looks at everybody who waits. The program looks at once; two days stand for the time in which people answer."""
ANSWERS = 4
"""Days from the proposal to a group that stands."""
CYCLE = 42
"""Days during which somebody in a group raises nothing else."""
ITERATIONS = 30_000
TEN_WORKING_DAYS = 14
"""As days of the calendar."""
LARGEST_POOL = 150
"""So many of those who wait longest are looked at together. More of them would make the same groups more slowly."""
NOT_GIVEN = ""
SETTLED_AFTER = 60
"""Days before the end of the year from which a wait does not count as never: their year is not over."""
MONTHS = 12
REASONS = ("no_peer_level", "one_line", "few_at_site", "few_on_topic", "bad_luck")
"""Why somebody never got a group, the first that holds: nobody of their level or near it; all of those are above, below or beside them in the
line; too few at their site, when groups meet on site; too few raised the same topic; or enough were there and came too far apart."""


@dataclass(frozen=True)
class Member:
    """One person of the directory, or of typed headcounts. `line` holds keys of superiors, nearest first."""

    key: str
    level: int
    site: str = NOT_GIVEN
    function: str = NOT_GIVEN
    line: tuple[str, ...] = ()
    languages: frozenset[str] = frozenset({"en"})


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
    from raising to the first session's group; `within_ten`: the share that waited ten working days at most.
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


@dataclass
class _Run:
    """One seed's year while it goes on. `raised`: the day of the first challenge; `topics`: the topic of the last; `asked`: by topic, level and site."""

    began: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    raised: dict[str, int] = field(default_factory=dict)
    topics: dict[str, int] = field(default_factory=dict)
    asked: Counter[tuple[int, int, str]] = field(default_factory=Counter)
    seated: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Waiting:
    member: Member
    topic: int
    since: int


def simulate(members: Sequence[Member], assumptions: Assumptions, *, seed: int) -> Figures:
    """One year. Raises ValueError for fewer people than one group needs, or the same key twice."""
    if len(members) < assumptions.sizes[0] or len({one.key for one in members}) != len(members):
        raise ValueError("a year needs people for one group, each once")
    run = _year(members, assumptions, rng=random.Random(seed), seed=seed)  # noqa: S311  # a simulation
    return _figures(members, assumptions, run)


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


def _year(members: Sequence[Member], assumed: Assumptions, *, rng: random.Random, seed: int) -> _Run:
    """One year: who raises what when; every LOOKS_EVERY days the engine looks at everybody who waits."""
    arrivals, run = _arrivals(members, assumed, rng), _Run()
    queue: dict[str, _Waiting] = {}
    busy_until: dict[str, int] = {}
    for today in range(0, DAYS, LOOKS_EVERY):
        for day in range(today, today + LOOKS_EVERY):
            for one in arrivals.get(day, ()):
                run.raised.setdefault(one.member.key, day)
                run.topics[one.member.key] = one.topic
                run.asked[one.topic, one.member.level, one.member.site] += 1
                if one.member.key not in queue and busy_until.get(one.member.key, 0) <= day:
                    queue[one.member.key] = one
        for table in _tables(list(queue.values()), assumed, today=today, seed=seed):
            said_yes = [key for key in table if rng.random() < assumed.accept_share]
            if len(said_yes) < assumed.sizes[0]:
                continue
            _seat(run, queue, said_yes, today=today)
            busy_until |= dict.fromkeys(said_yes, today + CYCLE)
    return run


def _seat(run: _Run, queue: dict[str, _Waiting], keys: Sequence[str], *, today: int) -> None:
    run.began.append(today)
    run.sizes.append(len(keys))
    for key in keys:
        run.waits.append(today + ANSWERS - queue.pop(key).since)
        run.seated.add(key)


def _arrivals(members: Sequence[Member], assumed: Assumptions, rng: random.Random) -> dict[int, list[_Waiting]]:
    """Challenges by day: of a share of the people, on topics of which a few are asked for by many."""
    weights = [1 / (rank + 1) ** assumed.topic_skew for rank in range(assumed.topics)]
    found: dict[int, list[_Waiting]] = defaultdict(list)
    for one in members:
        if rng.random() >= assumed.join_share:
            continue
        times = 1 + (rng.random() < assumed.challenges_each - 1) if assumed.challenges_each < 2 else round(assumed.challenges_each)
        for _ in range(times):
            day = rng.randrange(DAYS)
            found[day].append(_Waiting(one, rng.choices(range(assumed.topics), weights)[0], day))
    return found


def _tables(waiting: Sequence[_Waiting], assumed: Assumptions, *, today: int, seed: int) -> list[tuple[str, ...]]:
    """The groups that the engine forms of those who wait, as keys: topic by topic, because a group has one, the longest waiting first."""
    by_topic: dict[int, list[_Waiting]] = defaultdict(list)
    for one in waiting:
        by_topic[one.topic].append(one)
    found: list[tuple[str, ...]] = []
    for topic in sorted(by_topic):
        pool = sorted(by_topic[topic], key=lambda one: (one.since, one.member.key))[:LARGEST_POOL]
        if len(pool) < assumed.sizes[0] or not _is_patient(pool, today):
            continue
        result = solve(_instance(pool, assumed, today=today), seed=seed * DAYS + today, stop=Stop(iterations=ITERATIONS, prove=False))
        since = {one.member.key: one.since for one in pool}
        found += [one.members for one in result.groups if _is_ready(one.members, since, today)]
    return found


def _is_patient(pool: Sequence[_Waiting], today: int) -> bool:
    """Whether a table of so many could be proposed at all, so that the engine is not asked in vain."""
    return (today - pool[0].since) >= PATIENCE[min(len(pool), max(PATIENCE))].days


def _is_ready(keys: Sequence[str], since: Mapping[str, int], today: int) -> bool:
    return max(today - since[key] for key in keys) >= PATIENCE[min(len(keys), max(PATIENCE))].days


def _instance(pool: Sequence[_Waiting], assumed: Assumptions, *, today: int) -> Instance:
    candidates = tuple(
        Candidate(
            key=one.member.key, topic=str(one.topic), level=one.member.level, function=one.member.function, site=one.member.site,
            languages=one.member.languages, superiors=one.member.line, waiting_days=float(max(0, today - one.since)),
        )
        for one in pool
    )  # fmt: skip
    alike: NDArray[np.float64] = blend(np.zeros((len(pool), len(pool))), topics=[one.topic for one in pool])
    smallest, largest = assumed.sizes
    rules = Rules(
        smallest=smallest, largest=largest, aim=largest, level_distance=assumed.level_distance, same_site=assumed.is_on_site, need_common_slot=False
    )  # fmt: skip
    return Instance(candidates=candidates, similarity=alike, rules=rules)


def _figures(members: Sequence[Member], assumed: Assumptions, run: _Run) -> Figures:
    months = Counter(day * MONTHS // DAYS for day in run.began)
    return Figures(
        people=len(members),
        months=tuple(months[number] for number in range(MONTHS)),
        groups=len(run.began),
        raised=len(run.raised),
        seated=len(run.seated),
        wait=median(run.waits) if run.waits else 0.0,
        wait_slow=float(np.percentile(run.waits, 90)) if run.waits else 0.0,
        within_ten=sum(wait <= TEN_WORKING_DAYS for wait in run.waits) / len(run.waits) if run.waits else 0.0,
        hours=sum(run.sizes) * assumed.hours_each,
        cost=_cost(run, assumed),
        classes=_classes(members, assumed, run),
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
