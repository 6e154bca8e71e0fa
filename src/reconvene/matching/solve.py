"""The engine's front door: form groups from a pool, find the next in line for an open seat. Called by forming and by groups."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from reconvene.matching.constraints import Seating, common_slots
from reconvene.matching.core import build
from reconvene.matching.dense import solve_bounds
from reconvene.matching.evolve import Search
from reconvene.matching.explain import group_reasons, seat_reasons, why_waiting
from reconvene.matching.instance import BadInstance, Candidate, Instance, Pairs
from reconvene.matching.objective import Objective, charges, quality_of, worth_of
from reconvene.matching.problem import of_pairs, of_people
from reconvene.matching.progress import Progress, Stop, Watch
from reconvene.matching.result import Effort, Formed, Result, Seated
from reconvene.matching.search import search
from reconvene.matching.windows import WINDOW

Members = tuple[int, ...]
SLOWER = 50
"""Without the compiled core, so many times fewer proposals are tried in about the same time."""


def solve(
    instance: Instance,
    *,
    seed: int,
    stop: Stop,
    warm_start: Sequence[Sequence[str]] = (),
    on_progress: Callable[[Progress], None] | None = None,
) -> Result:
    """Seat the pool: groups in which every rule holds, of the greatest value found (see `objective`), and a proved bound.

    The same instance, seed and number of iterations give the same result on one thread; pools of 12 people or fewer are solved exactly. `warm_start`
    holds groups, by keys, to begin from; one that breaks a rule is left out. `on_progress` is told each better value or bound. Groups and
    members come in the order of the pool.

    Raises: BadInstance for people of the warm start who are not in the pool.
    """
    count = len(instance.candidates)
    watch = Watch(stop, _per_person(on_progress, count))
    warm = [instance.places(members) for members in warm_start]
    groups, bound = _groups(instance, seed=seed, watch=watch, warm=warm)
    seated = {place for members in groups for place in members}
    waiting = [place for place in range(count) if place not in seated]
    lost = charges(instance)
    value = (sum(worth_of(instance, members) for members in groups) - sum(lost[place] for place in waiting)) / count if count else 0.0
    return Result(
        groups=tuple(_formed(instance, members) for members in groups),
        waiting=tuple(why_waiting(instance, place, waiting=waiting, groups=groups) for place in waiting),
        value=value,
        bound=max(value, bound / count) if count else 0.0,
        effort=_effort(watch, is_compiled=count > WINDOW and build.is_there()),
    )


def solve_pairs(
    pairs: Pairs, *, seed: int, stop: Stop, warm_start: Sequence[Sequence[int]] = (), on_progress: Callable[[Progress], None] | None = None
) -> Seated:
    """The same for a pool of which only values of pairs are known; people are places.

    Raises: NoCompiler where the compiled core cannot be had.
    """
    watch = Watch(stop, on_progress)
    if pairs.bounds:
        groups, value, bound = solve_bounds(pairs, seed=seed, watch=watch)
    else:
        problem = of_pairs(pairs)
        found = Search(problem, aim=pairs.largest, seed=seed, watch=watch).run([tuple(members) for members in warm_start])
        groups, value, bound = found.groups, problem.value(found.groups), watch.bound
    seated = {place for members in groups for place in members}
    waiting = tuple(place for place in range(pairs.count) if place not in seated)
    return Seated(tuple(sorted(groups)), waiting, value, max(value, bound), _effort(watch, is_compiled=True))


def _groups(instance: Instance, *, seed: int, watch: Watch, warm: Sequence[Members]) -> tuple[list[Members], float]:
    """Groups as places in order, and the bound for the sum of worths less charges."""
    count = len(instance.candidates)
    if count <= WINDOW or not build.is_there():
        objective = Objective(instance)
        stop = replace(watch.stop, iterations=None if watch.stop.iterations is None else watch.stop.iterations // SLOWER)
        groups = sorted(tuple(sorted(members)) for members in search(objective, seed=seed, stop=stop))
        return groups, objective.value(groups) * count if count <= WINDOW else float("inf")
    found = Search(of_people(instance), aim=instance.rules.aim, seed=seed, watch=watch).run(list(warm))
    return sorted(found.groups), watch.bound


def _per_person(tell: Callable[[Progress], None] | None, count: int) -> Callable[[Progress], None] | None:
    if tell is None:
        return None
    return lambda now: tell(Progress(now.value / max(1, count), now.bound / max(1, count), now.seconds))


def _effort(watch: Watch, *, is_compiled: bool) -> Effort:
    return Effort(watch.proposals, watch.seconds, watch.stop.threads, is_compiled)


def _formed(instance: Instance, members: Sequence[int]) -> Formed:
    people = [instance.candidates[place] for place in members]
    first, second = common_slots(people)
    return Formed(
        members=tuple(person.key for person in people),
        host=host_of(people).key,
        value=quality_of(instance, members),
        reasons=group_reasons(instance, members),
        seat_reasons={instance.candidates[place].key: seat_reasons(instance, place, members) for place in members},
        first_slots=first,
        second_slots=second,
    )


def host_of(people: Sequence[Candidate]) -> Candidate:
    """The first host: the lowest level, because rank at the head of the table silences others; then whoever waited longest."""
    return min(people, key=lambda person: (person.level, -person.waiting_days, person.key))


def candidates_for(instance: Instance, members: Sequence[str], *, seats: int, suits: Callable[[str], bool]) -> tuple[str, ...]:
    """Who is next in line for a group with open seats, best first, of those who suit otherwise; at most one for each seat.

    They keep every rule with the members and with each other, so that all of them can be asked.

    Raises: BadInstance for unknown members, or when members and seats together are more than the largest size.
    """
    if seats < 1 or len(members) + seats > instance.rules.largest:
        raise BadInstance(f"A group of {len(members)} cannot have {seats} open seats.")
    table, people = list(instance.places(members)), instance.candidates
    seating, objective = Seating(instance), Objective(instance)
    line = [at for at in range(len(people)) if at not in table and seating.allows((*table, at)) and suits(people[at].key)]
    chosen: list[int] = []

    def gain(place: int) -> tuple[float, float, int]:
        return -objective.quality((*table, *chosen, place)), -people[place].waiting_days, place

    while len(chosen) < seats and (free := [one for one in line if one not in chosen and seating.allows((*table, *chosen, one))]):
        chosen.append(min(free, key=gain))
    return tuple(people[place].key for place in chosen)
