"""What would be if somebody sat elsewhere: for people who look at a few tables and move seats by hand. Called by forming.workbench.

`rolling.what_if` asks the same of a seating that is kept going and answers with a number; here the answer names the rules that would break, an exchange
of two people is a move too, and no compiled core is needed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconvene.matching.constraints import violations
from reconvene.matching.instance import BadInstance, Instance

Table = tuple[str, ...]


@dataclass(frozen=True)
class Move:
    """Somebody (a key) sits at the table number `to` instead, or waits when it is None. With `swapped` the two change places, and `to` says nothing."""

    key: str
    to: int | None = None
    swapped: str = ""


@dataclass(frozen=True)
class Effect:
    """The tables that would change, by number, and every rule that one of them would break, by its code. An empty table breaks none."""

    tables: Mapping[int, Table]
    broken: Mapping[int, frozenset[str]]


def what_if(instance: Instance, tables: Sequence[Table], move: Move) -> Effect:
    """The effect of a move on these tables; whoever sits at none of them waits. Changes nothing.

    Raises: BadInstance for somebody who is not in the pool, and for a move that leads to where one sits.
    """
    homes = {key: number for number, members in enumerate(tables) for key in members}
    instance.places([move.key, *([move.swapped] if move.swapped else [])])
    home = homes.get(move.key)
    away = homes.get(move.swapped) if move.swapped else move.to
    if away == home:
        raise BadInstance("The move leads to where the person is.")
    after: dict[int, Table] = {}
    for number, leaves, comes in ((home, move.key, move.swapped), (away, move.swapped, move.key)):
        if number is not None:
            after[number] = (*(key for key in tables[number] if key != leaves), *((comes,) if comes else ()))
    broken = {
        number: frozenset(one.code for one in violations(instance, members)) if members else frozenset()
        for number, members in after.items()
    }
    return Effect(after, broken)
