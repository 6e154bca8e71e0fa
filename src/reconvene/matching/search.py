"""The search without the compiled core: a greedy start, annealing over small changes, then exact windows. Called by solve for a dozen people, which it
seats exactly, and where there is no compiler.

A state is always valid: every group in it may stand. A change names the new members of a few groups and is judged by the
difference in the sum of worths.
"""

import math
import time
from collections.abc import Callable
from random import Random

from reconvene.matching.objective import Objective
from reconvene.matching.progress import Stop
from reconvene.matching.windows import WINDOW, Members, best_seating

HOT, COLD = 0.12, 0.004
"""Temperatures at the start and at the end, in units of worth."""
NEAREST = 30
"""Partners looked at per person."""
PROPOSALS_PER_WINDOW = 250
"""A window costs about as much as this many proposals."""

Change = list[tuple[int, Members]]
"""New members of groups, by number; a number not in use founds a group, no members dissolve it."""


class State:
    """A valid seating that can be changed step by step, and knows the sum of its worths."""

    def __init__(self, objective: Objective) -> None:
        self.objective = objective
        self.groups: dict[int, Members] = {}
        self.home = [-1] * objective.count
        self.total = 0.0
        self._next = 0

    def number(self) -> int:
        """A number for a group to be founded."""
        self._next += 1
        return self._next - 1

    def gain(self, change: Change) -> float | None:
        """By how much the sum of worths would grow; None when a group of the change may not stand."""
        gain = 0.0
        for number, members in change:
            worth = self.objective.worth(members)
            if worth is None:
                return None
            gain += worth - (self.objective.worth(self.groups.get(number, ())) or 0.0)
        return gain

    def apply(self, change: Change, gain: float) -> None:
        """Make the change; `gain` is what `gain(change)` said."""
        for number, _ in change:
            for person in self.groups.pop(number, ()):
                self.home[person] = -1
        for number, members in change:
            if members:
                self.groups[number] = members
                for person in members:
                    self.home[person] = number
        self.total += gain

    def restore(self, groups: list[Members]) -> None:
        """Take over a seating remembered before."""
        self.apply([(number, ()) for number in self.groups], 0.0)
        self.apply([(self.number(), members) for members in groups], 0.0)
        self.total = sum(self.objective.worth(members) or 0.0 for members in self.groups.values())


class Annealing:
    """Proposals for changes, drawn near each person, and the rule that accepts them (Metropolis)."""

    def __init__(self, state: State, rng: Random) -> None:
        self.state, self.rng = state, rng
        objective = state.objective
        self.rules = objective.rules
        everyone = range(objective.count)
        self.near = [
            sorted(objective.seating.mates(person, everyone), key=lambda other: (-objective.pair[person][other], other))[:NEAREST]
            for person in everyone
        ]
        self.movable = [person for person in everyone if self.near[person]]
        self._kinds = (self._join, self._join, self._join, self._join, self._found, self._found, self._merge, self._split, self._leave)

    def greedy(self) -> None:
        """Fill the state group by group: the person with the fewest partners first, then whoever adds most."""
        state = self.state
        for person in sorted(self.movable, key=lambda one: (len(self.near[one]), one)):
            if state.home[person] < 0:
                members = self._grown((person,), self.rules.aim)
                gain = state.gain([(number := state.number(), members)])
                if gain is not None and gain > 0:
                    state.apply([(number, members)], gain)
        for person in self.movable:
            self._seat(person)

    def _grown(self, members: Members, size: int) -> Members:
        """The members and the best free people around them, one at a time, up to the size."""
        objective, home = self.state.objective, self.state.home
        while len(members) < size:
            free = [one for one in self.near[members[0]] if home[one] < 0 and one not in members]
            grown = [tuple(sorted((*members, one))) for one in free if objective.seating.allows((*members, one))]
            if not grown:
                return tuple(sorted(members))
            best = max(grown, key=objective.quality)
            members = (members[0], *(one for one in best if one != members[0]))
        return tuple(sorted(members))

    def _seat(self, person: int) -> None:
        """Give a waiting person the best open seat near by, if it is a gain."""
        state = self.state
        if state.home[person] >= 0:
            return
        around = dict.fromkeys(state.home[one] for one in self.near[person] if state.home[one] >= 0)
        offers = [[(number, _with(state.groups[number], person))] for number in around]
        gains = [(gain, -at) for at, offer in enumerate(offers) if (gain := state.gain(offer)) is not None]
        if gains and max(gains)[0] > 0:
            state.apply(offers[-max(gains)[1]], max(gains)[0])

    def step(self, temperature: float) -> None:
        """Draw one change and accept it if it is a gain, or sometimes although it is a loss."""
        person = self.rng.choice(self.movable)
        change = self.rng.choice(self._kinds)(person)
        gain = self.state.gain(change) if change else None
        if gain is not None and (gain >= 0 or self.rng.random() < math.exp(gain / temperature)):
            self.state.apply(change, gain)

    def _join(self, person: int) -> Change:
        """To the table of somebody near: into an open seat, or in exchange for one of those who sit there."""
        state, rng = self.state, self.rng
        number, old = state.home[rng.choice(self.near[person])], state.home[person]
        if number < 0 or number == old:
            return []
        table, left = state.groups[number], _less(state.groups[old], person) if old >= 0 else ()
        stays = old < 0 or len(left) >= self.rules.smallest
        if len(table) < self.rules.largest and stays and rng.random() < 0.5:
            change = [(number, _with(table, person))]
            return [*change, (old, left)] if old >= 0 else change
        other = rng.choice(table)
        change = [(number, _with(_less(table, other), person))]
        if old >= 0:
            change.append((old, _with(left, other)))
        return change

    def _found(self, person: int) -> Change:
        """A new group around a person, from people near by who wait or whose group can spare them."""
        state, rng = self.state, self.rng
        size = rng.randint(self.rules.smallest, self.rules.largest)
        taken: dict[int, Members] = {}
        chosen: list[int] = []
        for one in [person, *rng.sample(self.near[person], len(self.near[person]))]:
            number = state.home[one]
            left = _less(taken.get(number, state.groups[number]), one) if number >= 0 else ()
            spare = number < 0 or len(left) >= self.rules.smallest
            if spare and state.objective.seating.allows((*chosen, one)):
                chosen.append(one)
                if number >= 0:
                    taken[number] = left
            if len(chosen) == size or (not chosen and not spare):
                break
        return [(state.number(), tuple(sorted(chosen))), *taken.items()] if len(chosen) >= self.rules.smallest else []

    def _merge(self, person: int) -> Change:
        """The person's group is dissolved: as many as possible go to the table of somebody near, the others wait."""
        state = self.state
        number, old = state.home[self.rng.choice(self.near[person])], state.home[person]
        if number < 0 or old < 0 or number == old:
            return []
        table = state.groups[number]
        for one in state.groups[old]:
            if len(table) < self.rules.largest and state.objective.seating.allows((*table, one)):
                table = _with(table, one)
        return [(number, table), (old, ())]

    def _split(self, person: int) -> Change:
        """The person's group becomes two, where it is large enough."""
        number = self.state.home[person]
        members = self.state.groups.get(number, ())
        if len(members) < 2 * self.rules.smallest:
            return []
        drawn = self.rng.sample(members, len(members))
        half = len(members) // 2
        return [(number, tuple(sorted(drawn[:half]))), (self.state.number(), tuple(sorted(drawn[half:])))]

    def _leave(self, person: int) -> Change:
        """The person waits, where the group can spare them."""
        number = self.state.home[person]
        if number < 0 or len(self.state.groups[number]) <= self.rules.smallest:
            return []
        return [(number, _less(self.state.groups[number], person))]

    def polish(self, person: int) -> bool:
        """Seat the people around this person anew, exactly. Returns whether that was a gain."""
        state = self.state
        numbers: list[int] = []
        people: list[int] = []
        for one in [person, *self.near[person]]:
            number = state.home[one]
            party = state.groups[number] if number >= 0 else (one,)
            if one not in people and len(people) + len(party) <= WINDOW:
                people.extend(party)
                numbers.extend([number] if number >= 0 else [])
        worth, groups = best_seating(state.objective, people)
        gain = worth - sum(state.objective.worth(state.groups[number]) or 0.0 for number in numbers)
        if gain <= 1e-9:
            return False
        state.apply([*((number, ()) for number in numbers), *((state.number(), members) for members in groups)], gain)
        return True


def search(objective: Objective, *, seed: int, stop: Stop) -> list[Members]:
    """Good groups for the pool, as positions; exact for pools of WINDOW people or fewer."""
    if objective.count <= WINDOW:
        return best_seating(objective, range(objective.count))[1]
    state = State(objective)
    run = Annealing(state, Random(seed))  # noqa: S311  # repeatable on purpose, no secret
    run.greedy()
    if run.movable:
        clock = time.perf_counter
        started = clock()
        _anneal(run, stop, lambda: clock() - started)
        _polish(run, stop, lambda: clock() - started)
    return list(state.groups.values())


def _anneal(run: Annealing, stop: Stop, elapsed: Callable[[], float]) -> None:
    """Cool down over the proposals, or over 70 % of the seconds; ends on the best seating seen."""
    state = run.state
    best, kept = state.total, list(state.groups.values())
    at, done = 0, 0.0
    while done < 1:
        temperature = HOT * (COLD / HOT) ** done
        for _ in range(100):
            run.step(temperature)
        at += 100
        if state.total > best + 1e-9:
            best, kept = state.total, list(state.groups.values())
        by_count = at / stop.iterations if stop.iterations else float(stop.iterations == 0)
        by_time = elapsed() / (0.7 * stop.seconds) if stop.seconds else float(stop.seconds == 0)
        done = max(by_count, by_time)
    state.restore(kept)


def _polish(run: Annealing, stop: Stop, elapsed: Callable[[], float]) -> None:
    """Exact windows around people in random order, until the stop or a whole round without a gain."""
    left = math.inf if stop.iterations is None else stop.iterations // PROPOSALS_PER_WINDOW
    gained = True
    while gained:
        gained = False
        for person in run.rng.sample(run.movable, len(run.movable)):
            left -= 1
            if left < 0 or (stop.seconds is not None and elapsed() > stop.seconds):
                return
            gained |= run.polish(person)


def _with(members: Members, person: int) -> Members:
    return tuple(sorted((*members, person)))


def _less(members: Members, person: int) -> Members:
    return tuple([one for one in members if one != person])
