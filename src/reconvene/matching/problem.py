"""An instance as the arrays that the compiled core works on. Made once for each solve, and once for each seating that is kept going."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reconvene.matching.core.layout import SEATS, PoolLayout, call
from reconvene.matching.instance import BadInstance, Candidate, Instance, Pairs, Rules
from reconvene.matching.objective import OFF_AIM, PATIENCE_DAYS, charges

WORDS = 64
MATRIX_UP_TO = 4096
"""Pools up to this size get a float64 matrix of all values; in larger ones a value is worked out when it is looked at."""
EVERY_GAP = 1e30


class Problem:
    """The arrays of one pool, with room for `room` people. `count` of them are there; the others are blank."""

    def __init__(self, count: int, *, room: int, sizes: tuple[int, int]) -> None:
        self.count, self.room, self.sizes = count, max(room, count, 1), sizes
        self.layout = PoolLayout()
        self.arrays: dict[str, NDArray[Any]] = {}
        self.bits: dict[str, int] = {}
        """The bit of each language."""
        self.codes: dict[str, dict[str | None, int]] = {}
        """The numbers of topics, sites, direct bosses and functions."""
        self.put(n=count, stride=self.room, smallest=sizes[0], largest=sizes[1], level_gap=EVERY_GAP, nearness_step=1.0)
        self.put(levels=self.blank(np.float32), functions=self.blank(np.int32), handled=self.blank(np.uint8))
        self.put(own=self.blank(np.float64), charges=self.blank(np.float64))

    def blank(self, kind: type[Any], *more: int) -> NDArray[Any]:
        """Zeros for everybody there is room for."""
        return np.zeros((self.room, *more), dtype=kind)

    def put(self, **values: Any) -> None:
        """Set fields of the layout, and remember the arrays by name."""
        self.layout.put(values)
        self.arrays |= {name: value for name, value in values.items() if isinstance(value, np.ndarray)}

    @property
    def has_tables(self) -> bool:
        """Whether a rule looks at more than pairs."""
        return "languages" in self.arrays or "first" in self.arrays

    def worths(self, groups: Sequence[Sequence[int]]) -> NDArray[np.float64]:
        """Worth of each group counted from scratch, NEVER where a rule is broken."""
        table, out = rows(groups), np.zeros(len(groups))
        call("worths", self.layout, table, len(groups), out)
        return out

    def value(self, groups: Sequence[Sequence[int]]) -> float:
        """The sum of worths of a seating, less the charges for everybody who waits."""
        return float(self.worths(groups).sum() - self.arrays["charges"][: self.count].sum())


def rows(groups: Sequence[Sequence[int]]) -> NDArray[np.int32]:
    """Groups as rows of SEATS places, each with its size in the last."""
    table = np.full((len(groups), SEATS), -1, dtype=np.int32)
    for at, members in enumerate(groups):
        table[at, : len(members)] = members
        table[at, -1] = len(members)
    return table


def of_pairs(pairs: Pairs, *, spare: int = 0) -> Problem:
    """The problem of a pool of which only values of pairs are known."""
    problem = Problem(pairs.count, room=pairs.count + spare, sizes=(pairs.smallest, pairs.largest))
    problem.put(pair_factor=(1.0,) * SEATS)
    if pairs.vectors is not None:
        problem.put(vectors=_padded(pairs.vectors, problem.room), similarity=pairs.similarity)
        problem.put(dim=problem.arrays["vectors"].shape[1])
    if pairs.levels is not None:
        problem.put(nearness=pairs.nearness)
        problem.arrays["levels"][: pairs.count] = pairs.levels
    if pairs.drawn_apart:
        problem.put(drawn_seed=pairs.drawn_seed, drawn_below=int(pairs.drawn_apart * 2**64))
    if pairs.apart is not None:
        both = np.concatenate([pairs.apart, pairs.apart[:, ::-1]])
        _put_apart(problem, both)
    for name, slots in (("first", pairs.first), ("second", pairs.second)):
        if slots is not None:
            held = problem.blank(np.uint64, slots.shape[1])
            held[: pairs.count] = slots
            problem.put(**{name: held, f"{name}_words": slots.shape[1]})
    _fill(problem, given=pairs.values)
    return problem


def of_people(instance: Instance, *, spare: int = 0) -> Problem:
    """The problem of a pool of people."""
    rules, people = instance.rules, instance.candidates
    problem = Problem(len(people), room=len(people) + spare, sizes=(rules.smallest, rules.largest))
    weights, sizes = rules.weights, range(SEATS)
    off = [1 - OFF_AIM * abs(size - rules.aim) for size in sizes]
    problem.put(
        similarity=weights.similarity,
        nearness=weights.responsibility,
        nearness_step=1 / (rules.level_distance + 1),
        base=weights.weak_ties,
        level_gap=float(rules.level_distance),
        pair_factor=tuple(2 * off[size] / (size - 1) if size > 1 else 0.0 for size in sizes),
        function_factor=tuple(weights.functions * size * off[size] / (size - 1) if size > 1 else 0.0 for size in sizes),
        handled_factor=tuple(weights.experience * size * off[size] for size in sizes),
        own_factor=tuple(weights.waiting * off[size] for size in sizes),
        floor=rules.floor,
        floor_weight=rules.floor_weight if rules.floor else 0.0,
        quality_factor=tuple(1 / (size * off[size]) if size else 0.0 for size in sizes),
    )
    _put_codes(problem, people, rules)
    _put_people(problem, people)
    problem.arrays["charges"][: problem.count] = charges(instance)
    _put_tables(problem, people, rules, always=spare > 0)
    _put_known(problem, instance)
    if instance.vectors is not None:
        problem.put(vectors=_padded(instance.vectors, problem.room))
        problem.put(dim=problem.arrays["vectors"].shape[1])
    _fill(problem, given=None if instance.similarity is None else weights.similarity * instance.similarity)
    return problem


def _put_codes(problem: Problem, people: Sequence[Candidate], rules: Rules) -> None:
    """Topics, sites, direct bosses and functions as numbers."""
    wanted: dict[str, list[str | None]] = {
        "bosses": [person.superiors[0] if person.superiors else None for person in people],
        "functions": [p.function for p in people],
    }
    wanted |= {"topics": [person.topic for person in people]} if rules.same_topic else {}
    wanted |= {"sites": [person.site for person in people]} if rules.same_site else {}
    for name, words in wanted.items():
        numbers = {word: number for number, word in enumerate(dict.fromkeys(words))}
        problem.codes[name] = numbers
        held = problem.blank(np.int32)
        held[: problem.count] = [-1 if word is None else numbers[word] for word in words]
        problem.put(**{name: held})


def _put_people(problem: Problem, people: Sequence[Candidate]) -> None:
    arrays, count = problem.arrays, problem.count
    arrays["levels"][:count] = [person.level for person in people]
    arrays["handled"][:count] = [person.has_experience for person in people]
    arrays["own"][:count] = [min(person.waiting_days, PATIENCE_DAYS) / PATIENCE_DAYS for person in people]


def _put_tables(problem: Problem, people: Sequence[Candidate], rules: Rules, *, always: bool) -> None:
    """Languages, and slots where they matter, as bit masks. A language of fewer people than one group needs is left out."""
    spoken: dict[str, int] = {}
    for person in people:
        for language in person.languages:
            spoken[language] = spoken.get(language, 0) + 1
    shared = sorted(language for language, speakers in spoken.items() if speakers >= rules.smallest)
    if len(shared) > WORDS:
        raise BadInstance(f"There are {len(shared)} shared languages; the engine takes {WORDS} at most.")
    problem.bits = {language: 1 << at for at, language in enumerate(shared)}
    languages = problem.blank(np.uint64)
    languages[: problem.count] = [sum(problem.bits.get(each, 0) for each in person.languages) for person in people]
    if always or (len(people) and not np.bitwise_and.reduce(languages[: problem.count])):
        problem.put(languages=languages)
    if not rules.need_common_slot:
        return
    for name, masks in (("first", [p.first_slots for p in people]), ("second", [p.second_slots for p in people])):
        width = max(1, -(-max((mask.bit_length() for mask in masks), default=1) // WORDS))
        if name == "second":
            width = max([width, *(-(-mask.bit_length() // WORDS) for mask in rules.partner_slots)])
        held = problem.blank(np.uint64, width)
        held[: problem.count] = _words(masks, width)
        problem.put(**{name: held, f"{name}_words": width})
    if rules.partner_slots:
        first, width = problem.arrays["first"].shape[1], problem.arrays["second"].shape[1]
        masks = [*rules.partner_slots, *([0] * (WORDS * first - len(rules.partner_slots)))][: WORDS * first]
        problem.put(partners=np.ascontiguousarray(_words(masks, width)))


def _words(masks: Iterable[int], width: int) -> NDArray[np.uint64]:
    blob = b"".join(mask.to_bytes(8 * width, "little") for mask in masks)
    return np.frombuffer(blob, dtype="<u8").reshape(-1, width).astype(np.uint64)


def _put_known(problem: Problem, instance: Instance) -> None:
    """Who may not sit together by name, who knows whom, who must sit together."""
    people, places = instance.candidates, {person.key: place for place, person in enumerate(instance.candidates)}
    apart = [(at, places[key]) for at, person in enumerate(people) for key in {*person.apart, *person.superiors} if key in places]
    apart = [(a, b) for a, b in apart if a != b]
    _put_apart(problem, np.array([*apart, *((b, a) for a, b in apart)], dtype=np.int64).reshape(-1, 2))
    costs: dict[tuple[int, int], float] = {}
    for at, person in enumerate(people):
        for known, cost in ((person.met, 0.5), (person.close_to, 1.0)):
            for other in (places[key] for key in known if key in places and places[key] != at):
                for both in ((at, other), (other, at)):
                    costs[both] = max(cost, costs.get(both, 0.0))
    if costs:
        pairs = np.array(sorted(costs), dtype=np.int64)
        worth = np.array([costs[a, b] for a, b in pairs.tolist()]) * instance.rules.weights.weak_ties
        problem.put(tie_starts=_starts(pairs, problem.room), ties=np.ascontiguousarray(pairs[:, 1], dtype=np.int32), tie_costs=worth)
    if instance.rules.together:
        units = {at: [at] for at in range(problem.room)}
        for group in instance.rules.together:
            sat = sorted(places[key] for key in group)
            units |= {place: [place, *(one for one in sat if one != place)] for place in sat}
        starts = np.cumsum([0, *(len(units[at]) for at in range(problem.room))], dtype=np.int32)
        problem.put(unit_starts=starts, units=np.array([one for at in range(problem.room) for one in units[at]], dtype=np.int32))


def _put_apart(problem: Problem, pairs: NDArray[np.int64]) -> None:
    """Forbid these pairs; each is given both ways."""
    if len(pairs):
        pairs = np.unique(pairs, axis=0)
        problem.put(apart_starts=_starts(pairs, problem.room), apart=np.ascontiguousarray(pairs[:, 1], dtype=np.int32))


def _starts(pairs: NDArray[np.int64], room: int) -> NDArray[np.int64]:
    starts: NDArray[np.int64] = np.searchsorted(pairs[:, 0], np.arange(room + 1)).astype(np.int64)
    return starts


def _padded(vectors: NDArray[np.float32], room: int) -> NDArray[np.float32]:
    held = np.zeros((room, max(8, -(-vectors.shape[1] // 8) * 8)), dtype=np.float32)
    held[: len(vectors), : vectors.shape[1]] = vectors
    return held


def _fill(problem: Problem, *, given: NDArray[np.float64] | None) -> None:
    """Work out the matrix of all values, where the pool is small or values are given. `given` stands for the similarity, weighted."""
    if given is None and problem.count > MATRIX_UP_TO:
        return
    values = np.zeros((problem.room, problem.room))
    if given is not None:
        values[: problem.count, : problem.count] = given
    call("fill_values", problem.layout, values)
    problem.put(values=values)
