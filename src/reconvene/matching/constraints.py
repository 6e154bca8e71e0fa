"""The rules that are never traded for value, one function each. The search, the explanations and callers at commit time use them.

A rule about two people looks at pairs; a rule about a table looks at everybody at once. All but the size and who must sit together are inherited: what holds
for a group holds for every part of it, so the search may test small parts first.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from operator import and_

from reconvene.matching.instance import Candidate, Instance, Rules

FIXED_RULES = "fixed_rules"
"""The one code for reporting lines, shared superiors and private wishes. If wishes had a code of their own, or were the only
thing left under this one, reading it would tell that somebody wished not to sit with somebody."""


@dataclass(frozen=True)
class PairRule:
    """A rule about two people. `name` is for the engine, `code` is what others may learn."""

    name: str
    code: str
    allows: Callable[[Candidate, Candidate, Rules], bool]


@dataclass(frozen=True)
class TableRule:
    """A rule about everybody in a group at once."""

    name: str
    code: str
    allows: Callable[[Sequence[Candidate], Rules], bool]


@dataclass(frozen=True)
class Violation:
    """A rule that a group breaks. `keys` names those concerned, in the group's order; always empty for `fixed_rules`."""

    code: str
    keys: tuple[str, ...] = ()


def one_topic(a: Candidate, b: Candidate, rules: Rules) -> bool:
    """Both raised the same topic, where the rules ask for it."""
    return not rules.same_topic or a.topic == b.topic


def near_levels(a: Candidate, b: Candidate, rules: Rules) -> bool:
    """Their levels are no further apart than allowed."""
    return abs(a.level - b.level) <= rules.level_distance


def one_site(a: Candidate, b: Candidate, rules: Rules) -> bool:
    """Both work at the same site, where the rules ask for it."""
    return not rules.same_site or a.site == b.site


def no_reporting_line(a: Candidate, b: Candidate, rules: Rules) -> bool:
    """Neither stands above the other, at any depth."""
    return a.key not in b.superiors and b.key not in a.superiors


def no_shared_superior(a: Candidate, b: Candidate, rules: Rules) -> bool:
    """They do not report to the same person directly."""
    return not a.superiors or not b.superiors or a.superiors[0] != b.superiors[0]


def not_apart(a: Candidate, b: Candidate, rules: Rules) -> bool:
    """Neither wished not to sit with the other."""
    return a.key not in b.apart and b.key not in a.apart


def shared_language(people: Sequence[Candidate], rules: Rules) -> bool:
    """One language is spoken by all."""
    return not people or bool(reduce(and_, (person.languages for person in people)))


def shared_slots(people: Sequence[Candidate], rules: Rules) -> bool:
    """One slot of each window is free for all, where the rules ask for it."""
    return not people or not rules.need_common_slot or slots_meet(*common_slots(people), rules)


def slots_meet(first: int, second: int, rules: Rules) -> bool:
    """Whether some free slot of the first window has a free partner in the second."""
    if not rules.partner_slots:
        return bool(first and second)
    return any(first >> slot & 1 and partners & second for slot, partners in enumerate(rules.partner_slots))


def kept_together(people: Sequence[Candidate], rules: Rules) -> bool:
    """Of those who must sit together, all are here or none."""
    keys = {person.key for person in people}
    return all(group <= keys or not group & keys for group in rules.together)


def right_size(people: Sequence[Candidate], rules: Rules) -> bool:
    """Neither too few nor too many."""
    return rules.smallest <= len(people) <= rules.largest


PAIR_RULES = (
    PairRule("topic", "topic", one_topic),
    PairRule("level", "level", near_levels),
    PairRule("site", "site", one_site),
    PairRule("superior", FIXED_RULES, no_shared_superior),
    PairRule("line", FIXED_RULES, no_reporting_line),
    PairRule("apart", FIXED_RULES, not_apart),
)
TABLE_RULES = (TableRule("language", "language", shared_language), TableRule("slots", "slots", shared_slots))
WHOLE_RULES = (TableRule("size", "size", right_size), TableRule("together", FIXED_RULES, kept_together))
"""Rules about a whole table: a part of a group may break them."""


def common_slots(people: Sequence[Candidate]) -> tuple[int, int]:
    """The slots of the first and of the second window that are free for all, as bit masks."""
    return reduce(and_, (each.first_slots for each in people)), reduce(and_, (each.second_slots for each in people))


def may_sit(people: Sequence[Candidate], rules: Rules, *, without: str = "") -> bool:
    """Whether these people may sit together, whatever their number; the rules with the code `without` are left aside."""
    return all(rule.allows(a, b, rules) for a, b in combinations(people, 2) for rule in PAIR_RULES if rule.code != without) and all(
        rule.allows(people, rules) for rule in TABLE_RULES if rule.code != without
    )


def violations(instance: Instance, members: Sequence[str]) -> tuple[Violation, ...]:
    """Every rule that a group of these people would break, each code once; empty when the group may stand.

    Raises: BadInstance for people who are not in the pool.
    """
    people, rules = [instance.candidates[place] for place in instance.places(members)], instance.rules
    concerned: dict[str, set[str]] = {}
    for rule in PAIR_RULES:
        pairs = [(a, b) for a, b in combinations(people, 2) if not rule.allows(a, b, rules)]
        if pairs:
            concerned.setdefault(rule.code, set()).update(person.key for pair in pairs for person in pair)
    for table in (*TABLE_RULES, *WHOLE_RULES):
        if not table.allows(people, rules):
            concerned[table.code] = set(members)
    return tuple(
        Violation(code, () if code == FIXED_RULES else tuple(key for key in members if key in keys)) for code, keys in concerned.items()
    )


class Seating:
    """The rules compiled for fast tests by position. Made once per solve."""

    def __init__(self, instance: Instance) -> None:
        self.rules, self._people = instance.rules, instance.candidates
        self.partners = self._partner_masks()
        """partners[i] has bit j set when i and j may sit together, and bit i."""
        bits = {name: 1 << place for place, name in enumerate(sorted({x for c in self._people for x in c.languages}))}
        self._languages = [sum(bits[name] for name in person.languages) for person in self._people]
        self._first = [person.first_slots for person in self._people]
        self._second = [person.second_slots for person in self._people]

    def _partner_masks(self) -> list[int]:
        masks = [1 << place for place in range(len(self._people))]
        for (i, a), (j, b) in combinations(enumerate(self._people), 2):
            if may_sit((a, b), self.rules):
                masks[i] |= 1 << j
                masks[j] |= 1 << i
        return masks

    def mates(self, place: int, among: Iterable[int]) -> list[int]:
        """Those among the given who may sit with this person."""
        mask = self.partners[place]
        return [other for other in among if other != place and mask >> other & 1]

    def allows(self, members: Sequence[int]) -> bool:
        """Whether these people may sit together, whatever their number."""
        table = 0
        for place in members:
            table |= 1 << place
        language = first = second = -1
        for place in members:
            if table & ~self.partners[place]:
                return False
            language &= self._languages[place]
            first &= self._first[place]
            second &= self._second[place]
        return bool(language) and (not self.rules.need_common_slot or slots_meet(first, second, self.rules))

    def is_whole(self, members: Sequence[int]) -> bool:
        """Whether the size is right, and those who must sit together do."""
        if not self.rules.smallest <= len(members) <= self.rules.largest:
            return False
        return not self.rules.together or kept_together([self._people[place] for place in members], self.rules)
