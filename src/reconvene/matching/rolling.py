"""A seating that is kept going: people come and go one by one, and each change costs milliseconds. Values in, values out; needs the compiled core.

state = keep_going(pairs, groups, room=1_000)
seat = insert(state, Newcomer(vector=..., level=0.4))
improve(state, seconds=0.02, around=[seat.place])
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconvene.matching.constraints import no_reporting_line, not_apart
from reconvene.matching.core.layout import NEVER, call
from reconvene.matching.hall import Cooling, Groups, Hall, near_cells
from reconvene.matching.instance import BadInstance, Candidate, Instance, Pairs, Rules, check_candidates
from reconvene.matching.objective import PATIENCE_DAYS, charge, tie
from reconvene.matching.problem import Problem, of_pairs, of_people

NEAREST = 48
PROBED = 4
"""Cells looked at for a newcomer."""
OPENED = 12
"""Near people whose groups are tried."""
WARM, COLD = 0.04, 0.004


@dataclass(frozen=True, kw_only=True, eq=False)
class Newcomer:
    """Somebody who comes. What is given must be what the pool has: `vector`, or `values`, one for each place: of the pair, or in a pool of people how
    similar the challenges are, 0..1. In a pool of people, `person`; in one of pairs, level and slots. `apart` holds places.
    """

    person: Candidate | None = None
    values: NDArray[np.float64] | None = None
    vector: NDArray[np.float32] | None = None
    level: float = 0.0
    first: NDArray[np.uint64] | None = None
    second: NDArray[np.uint64] | None = None
    apart: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Change:
    """What one act did: the place it was about, the people of the groups it touched as they are now, who waits for it, and the gain in value."""

    place: int
    groups: tuple[tuple[int, ...], ...] = ()
    waits: tuple[int, ...] = ()
    gain: float = 0.0


class State:
    """A seating and its pool. Places of people who left are not used again."""

    def __init__(self, problem: Problem, hall: Hall) -> None:
        self.problem, self.hall = problem, hall
        self.gone = np.zeros(problem.room, dtype=bool)
        self.people: list[Candidate] = []
        """By place, in a pool of people."""
        self.rules = Rules()
        self.known = problem.count
        """Places from here on are in no cell."""
        self._rng = np.random.default_rng(1)

    @property
    def value(self) -> float:
        """The sum of worths, less the charges for everybody who waits."""
        here = ~self.gone[: self.problem.count]
        return self.hall.total - float(self.problem.arrays["charges"][: self.problem.count][here].sum())

    def groups(self) -> Groups:
        """The groups as places."""
        return self.hall.groups()

    def waiting(self) -> list[int]:
        """Everybody without a seat."""
        count = self.problem.count
        return np.flatnonzero((self.hall.home[:count] < 0) & ~self.gone[:count]).tolist()

    def group_of(self, place: int) -> tuple[int, ...]:
        """With whom this person sits, the person among them; nobody while waiting."""
        home = int(self.hall.home[place])
        return tuple(sorted(self.hall.members[home, : self.hall.size[home]].tolist())) if home >= 0 else ()


def keep_going(pool: Instance | Pairs, groups: Sequence[Sequence[int]] = (), *, room: int = 0, threads: int = 1) -> State:
    """A state with these groups, given as places, and room for so many newcomers. Raises: BadInstance when a group breaks a rule."""
    problem = of_people(pool, spare=room) if isinstance(pool, Instance) else of_pairs(pool, spare=room)
    hall = Hall(problem, width=max(1, min(NEAREST, problem.count - 1)), threads=threads)
    hall.look_near()
    if hall.take(groups):
        raise BadInstance("One of the groups breaks a rule, or seats somebody twice.")
    state = State(problem, hall)
    if isinstance(pool, Instance):
        state.rules = pool.rules
        state.people = list(pool.candidates)
    return state


def insert(state: State, newcomer: Newcomer) -> Change:
    """Somebody comes: the best open seat near, the best exchange with somebody who then waits if that is a gain, or a new group of those who wait.

    Raises: BadInstance when there is no more room, or the newcomer is not described as the pool is.
    """
    problem, place = state.problem, state.problem.count
    if place >= problem.room:
        raise BadInstance("There is no more room in this state; make it again with more.")
    if state.people:
        newcomer = _translated(state, place, newcomer)
    _describe(problem, place, newcomer)
    problem.count = place + 1
    problem.put(n=place + 1)
    _look_near(state, place)
    return seat(state, place)


def seat(state: State, place: int) -> Change:
    """Find a seat for somebody who waits. Who sits already stays."""
    if state.hall.home[place] >= 0:
        return Change(place, _touched(state, place))
    out = np.zeros(3, dtype=np.int64)
    before = state.hall.total
    call("take_in", state.problem.layout, state.hall.layout, place, OPENED, out)
    pushed = tuple(int(each) for each in out[1:2] if each >= 0)
    return Change(place, _touched(state, place), pushed if state.hall.home[place] >= 0 else (place,), state.hall.total - before)


def remove(state: State, place: int) -> Change:
    """Somebody goes; a group that becomes too small is dissolved, and whoever waits near by takes the seat if that is a gain."""
    _known(state, place)
    hall, before = state.hall, state.hall.total
    out = np.zeros(8, dtype=np.int64)
    call("take_out", state.problem.layout, hall.layout, place, out)
    state.gone[place] = True
    left = [int(each) for each in out[1 : 1 + int(out[0])]]
    hall.near_count[place] = 0
    _forget(state, place)
    for one in left:
        if hall.home[one] < 0:
            seat(state, one)
    waiting = [one for one in state.waiting() if one not in left][:200]
    for one in waiting:
        seat(state, one)
    groups = {group for one in left if (group := state.group_of(one))}
    return Change(place, tuple(sorted(groups)), tuple(one for one in left if hall.home[one] < 0), hall.total - before)


def replace(state: State, place: int, newcomer: Newcomer) -> Change:
    """Somebody goes and somebody else comes, who need not take the same seat."""
    gone = remove(state, place)
    came = insert(state, newcomer)
    return Change(came.place, came.groups, came.waits, gone.gain + came.gain)


def improve(state: State, *, seconds: float, around: Sequence[int] = ()) -> float:
    """Anneal the groups around these people, or everything, for so long. Returns the gain; nothing is ever lost."""
    hall, problem = state.hall, state.problem
    ends, before = time.perf_counter() + seconds, hall.total
    part = _around(state, around)
    kept = _snapshot(hall, part)
    run, scale = Cooling(int(state._rng.integers(1 << 31))), max(1e-9, before / max(1, int((hall.size > 0).sum() * 5)))
    for heat in (WARM, WARM / 2, WARM / 4, COLD, 0.001):
        run.hot = run.cold = heat * scale
        while len(part) and time.perf_counter() < ends - seconds * (0.001 / heat):
            layout = run.layout(1, moves=2_000, keep=False)
            call("anneal", problem.layout, hall.layout, layout, None, part, len(part), hall.owner)
            if heat == 0.001:
                break
    if hall.total < before - 1e-12:
        _restore(hall, kept)
    hall.side[:] = 0
    hall.owner[:] = 0
    return hall.total - before


def what_if(state: State, place: int, group_of: int | None) -> float | None:
    """By how much the value would change if this person sat with that one, or waited; None when a rule forbids it. Changes nothing."""
    _known(state, place)
    now = state.group_of(place)
    left = tuple(one for one in now if one != place)
    if group_of is None:
        tables = [left] if left else []
    else:
        table = state.group_of(group_of) or (group_of,)
        if place in table:
            return 0.0
        tables = [tuple(sorted((*table, place))), *([left] if left else [])]
    held = [each for each in (now, state.group_of(group_of) if group_of is not None else ()) if each]
    worths = state.problem.worths([*tables, *held])
    if (worths[: len(tables)] <= NEVER).any():
        return None
    return float(worths[: len(tables)].sum() - worths[len(tables) :].sum())


def _known(state: State, place: int) -> None:
    if not 0 <= place < state.problem.count or state.gone[place]:
        raise BadInstance(f"Nobody is at the place {place}.")


def _translated(state: State, place: int, one: Newcomer) -> Newcomer:
    """The numbers and masks of a person, as the core has them for everybody else."""
    problem, rules, person = state.problem, state.rules, one.person
    if person is None or "values" not in problem.arrays:
        raise BadInstance("The newcomer must be a person, and the pool small enough for a matrix of values.")
    check_candidates([*state.people, person])
    words = {
        "topics": person.topic,
        "sites": person.site,
        "functions": person.function,
        "bosses": person.superiors[0] if person.superiors else None,
    }
    for name, codes in problem.codes.items():
        problem.arrays[name][place] = -1 if words[name] is None else codes.setdefault(words[name], len(codes) + 1)
    arrays = problem.arrays
    arrays["handled"][place], arrays["own"][place] = person.has_experience, min(person.waiting_days, PATIENCE_DAYS) / PATIENCE_DAYS
    arrays["charges"][place] = charge(person, rules)
    arrays["languages"][place] = sum(problem.bits.get(each, 0) for each in person.languages)
    apart, ties = set(one.apart), np.zeros(place)
    for at, other in enumerate(state.people):
        if not (no_reporting_line(person, other, rules) and not_apart(person, other, rules)):
            apart.add(at)
        ties[at] = (1 - tie(person, other)) * rules.weights.weak_ties
    state.people.append(person)
    given = np.zeros(place) if one.values is None else np.asarray(one.values, dtype=np.float64) * rules.weights.similarity
    first, second = (
        _as_words(mask, arrays[name].shape[1]) if name in arrays else None
        for name, mask in (("first", person.first_slots), ("second", person.second_slots))
    )
    return Newcomer(values=given - ties, vector=one.vector, level=float(person.level), apart=frozenset(apart), first=first, second=second)


def _as_words(mask: int, width: int) -> NDArray[np.uint64]:
    if mask.bit_length() > 64 * width:
        raise BadInstance("The newcomer has slots beyond those of the pool.")
    return np.frombuffer(mask.to_bytes(8 * width, "little"), dtype="<u8").astype(np.uint64)


def _describe(problem: Problem, place: int, one: Newcomer) -> None:
    arrays = problem.arrays
    arrays["levels"][place] = one.level
    if "vectors" in arrays:
        if one.vector is None or not np.isfinite(one.vector).all() or len(one.vector) > arrays["vectors"].shape[1]:
            raise BadInstance("The newcomer needs a vector like everybody's.")
        arrays["vectors"][place, : len(one.vector)] = one.vector
    for name in ("first", "second"):
        if name in arrays:
            slots = getattr(one, name)
            if slots is None:
                raise BadInstance("The newcomer needs free slots like everybody.")
            arrays[name][place] = slots
    if "values" in arrays:
        if one.values is not None and (len(one.values) != place or not np.isfinite(one.values).all()):
            raise BadInstance("The newcomer needs one value for each place.")
        call("fill_row", problem.layout, place, None if one.values is None else np.ascontiguousarray(one.values, dtype=np.float64))
        for other in one.apart:
            arrays["values"][place, other] = arrays["values"][other, place] = NEVER
    elif one.apart:
        raise BadInstance("Somebody to be kept apart can come only into a pool with a matrix of values.")


def _look_near(state: State, place: int) -> None:
    """The near people of a newcomer, who becomes near to them in turn."""
    hall, problem = state.hall, state.problem
    if hall.cells is None:
        probes = starts = people = None
        width = 0
    else:
        assert hall.centres is not None
        width = min(PROBED, len(hall.centres))
        probes = np.zeros((1, width), dtype=np.int32)
        near_cells(problem.arrays["vectors"][place : place + 1], (0, 1), hall.centres, probes)
        starts, people = hall.cells
    call("near_newcomer", problem.layout, hall.layout, place, probes, width, starts, people, state.known if hall.cells else 0)


def _forget(state: State, place: int) -> None:
    """Nobody has this person near any more."""
    call("forget", state.hall.layout, state.problem.count, place)


def _touched(state: State, place: int) -> tuple[tuple[int, ...], ...]:
    group = state.group_of(place)
    return (group,) if group else ()


def _around(state: State, around: Sequence[int]) -> NDArray[np.int32]:
    """The people of the groups of these and of their near people, and those of them who wait; marked as the side to be annealed."""
    hall, count = state.hall, state.problem.count
    hall.side[:] = 0
    hall.owner[:] = 0
    if not len(around):
        hall.side[:] = 1
        hall.owner[:] = 1
        return np.flatnonzero(~state.gone[:count]).astype(np.int32)
    people = {place for one in around for place in (one, *hall.near[one, : min(OPENED, hall.near_count[one])].tolist())}
    homes = sorted({int(hall.home[one]) for one in people if hall.home[one] >= 0})
    spare = np.flatnonzero(hall.size == 0)[:4]
    hall.side[[*homes, *spare.tolist()]] = 1
    waiting = [one for one in people if hall.home[one] < 0 and not state.gone[one]]
    hall.owner[waiting] = 1
    seated = [one for home in homes for one in hall.members[home, : hall.size[home]].tolist()]
    return np.array(sorted({*seated, *waiting}), dtype=np.int32)


def _snapshot(hall: Hall, part: NDArray[np.int32]) -> list[tuple[NDArray[np.int32], tuple[NDArray, ...]]]:
    groups = np.flatnonzero(hall.side == 1)
    by_group = tuple(array[groups].copy() for array in (hall.members, hall.size, hall.pairs, hall.worth))
    by_person = tuple(array[part].copy() for array in (hall.home, hall.shares))
    return [(groups.astype(np.int32), by_group), (part, by_person)]


def _restore(hall: Hall, kept: list[tuple[NDArray[np.int32], tuple[NDArray, ...]]]) -> None:
    for (at, values), arrays in zip(kept, ((hall.members, hall.size, hall.pairs, hall.worth), (hall.home, hall.shares)), strict=True):
        for array, held in zip(arrays, values, strict=True):
            array[at] = held
