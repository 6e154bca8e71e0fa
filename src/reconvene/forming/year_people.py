"""People of the directory or of an HR file as the simulated year wants them: places in a list instead of ids, and no name. Pure."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from reconvene.forming.year_tables import NOT_GIVEN, Member
from reconvene.people.directory.records import Staged

SPEAKS = frozenset({"en"})
"""What somebody speaks of whom nothing is known."""


@dataclass(frozen=True)
class Placed:
    """One person where they come from. `key` and `boss` are that source's own and go no further."""

    key: Hashable
    boss: Hashable | None
    level: int
    site: str = NOT_GIVEN
    function: str = NOT_GIVEN
    languages: frozenset[str] = SPEAKS


def members_of(people: Sequence[Placed]) -> list[Member]:
    """The people with their lines upwards. A superior who is not among them ends the line and still holds those together who report to them."""
    key_of = {one.key: str(number) for number, one in enumerate(people)}
    boss_of = {one.key: one.boss for one in people}
    for boss in boss_of.values():
        if boss is not None:
            key_of.setdefault(boss, f"+{len(key_of)}")
    return [
        Member(key_of[one.key], one.level, one.site, one.function, tuple(key_of[each] for each in _line(one.key, boss_of)), one.languages)
        for one in people
    ]


def people_of_file(staged: Staged, *, ranks: Mapping[str, int]) -> list[Placed]:
    """Everybody in a file who works there and has a level. `ranks` gives the rank of each value in its column of levels."""
    return [
        Placed(one.row, one.manager_row, ranks[one.level], one.site, one.function, frozenset(one.languages) or SPEAKS)
        for one in staged.records
        if one.active and one.level is not None and one.level in ranks
    ]


def _line(one: Hashable, boss_of: Mapping[Hashable, Hashable | None]) -> list[Hashable]:
    """Everybody above, nearest first; stops at a circle."""
    line: list[Hashable] = []
    above = boss_of.get(one)
    while above is not None and above != one and above not in line:
        line.append(above)
        above = boss_of.get(above)
    return line
