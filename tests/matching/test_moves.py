"""What would be if somebody sat elsewhere: the same as for a seating that is kept going, with the rules that would break."""

from dataclasses import replace

import numpy as np
import pytest

from reconvene.matching.instance import BadInstance, Instance, Rules
from reconvene.matching.moves import Move, what_if
from reconvene.matching.progress import Stop
from reconvene.matching.rolling import keep_going
from reconvene.matching.rolling import what_if as would_gain
from reconvene.matching.solve import solve
from tests.matching.pools import person, random_instance


def pool(*, apart: frozenset[str] = frozenset()) -> Instance:
    """Eight peers; A at the table of the first three keeps away from whom it says."""
    people = [person(name) for name in "ABCDEFGH"]
    people[0] = replace(people[0], apart=apart)
    return Instance(tuple(people), np.zeros((8, 8)), Rules(largest=4, aim=4))


TABLES = (("A", "B", "C", "D"), ("E", "F", "G"))


def test_a_move_changes_two_tables_an_exchange_both_and_waiting_one() -> None:
    assert dict(what_if(pool(), TABLES, Move("A", 1)).tables) == {0: ("B", "C", "D"), 1: ("E", "F", "G", "A")}
    assert dict(what_if(pool(), TABLES, Move("A", swapped="E")).tables) == {0: ("B", "C", "D", "E"), 1: ("F", "G", "A")}
    assert dict(what_if(pool(), TABLES, Move("A")).tables) == {0: ("B", "C", "D")}
    assert dict(what_if(pool(), TABLES, Move("H", 1)).tables) == {1: ("E", "F", "G", "H")}
    assert dict(what_if(pool(), TABLES, Move("A", swapped="H")).tables) == {0: ("B", "C", "D", "H")}


def test_it_names_the_rules_that_would_break_and_a_wish_is_one_of_the_fixed_rules() -> None:
    wished = pool(apart=frozenset({"F"}))

    assert what_if(wished, TABLES, Move("A", 1)).broken == {0: frozenset(), 1: frozenset({"fixed_rules"})}
    assert what_if(pool(), TABLES, Move("E", 0)).broken == {0: frozenset({"size"}), 1: frozenset({"size"})}


def test_a_move_to_where_one_is_and_a_stranger_are_refused() -> None:
    for move in (Move("A", 0), Move("A", swapped="B"), Move("H"), Move("Z", 1)):
        with pytest.raises(BadInstance):
            what_if(pool(), TABLES, move)


def test_it_refuses_what_a_seating_that_is_kept_going_refuses() -> None:
    answers = {True: 0, False: 0}
    for seed in range(4):
        instance = random_instance(20, seed, strict=0.05)
        tables = [one.members for one in solve(instance, seed=1, stop=Stop(iterations=20_000)).groups]
        state = keep_going(instance, [instance.places(table) for table in tables])
        for place, candidate in enumerate(instance.candidates):
            for to, table in enumerate(tables):
                if candidate.key not in table:
                    allowed = not any(what_if(instance, tables, Move(candidate.key, to)).broken.values())
                    assert allowed == (would_gain(state, place, instance.places(table)[0]) is not None)
                    answers[allowed] += 1
    assert all(answers.values())
