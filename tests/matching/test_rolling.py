"""People who come and go: what is kept step by step equals what is made anew."""

from random import Random

import numpy as np
import pytest

from reconvene.matching.core.layout import NEVER
from reconvene.matching.instance import BadInstance, Instance, Pairs, Rules
from reconvene.matching.problem import of_people
from reconvene.matching.progress import Stop
from reconvene.matching.rolling import Newcomer, State, improve, insert, keep_going, remove, replace, what_if
from reconvene.matching.solve import solve_pairs
from tests.matching.pools import person, random_instance


def vectors(count: int, seed: int) -> np.ndarray:
    found = np.random.default_rng(seed).standard_normal((count, 16)).astype(np.float32)
    return found / (np.linalg.norm(found, axis=1, keepdims=True) * 1.0001)


def is_sound(state: State) -> None:
    """Everything that is kept equals a recount, and no rule is broken."""
    groups = state.groups()
    worths = state.problem.worths(groups)
    assert (worths > NEVER).all()
    assert state.hall.total == pytest.approx(worths.sum(), abs=1e-6)
    seated = [one for group in groups for one in group]
    assert len(seated) == len(set(seated))
    assert not state.gone[seated].any()
    assert {int(one) for one in np.flatnonzero(state.hall.home >= 0)} == set(seated)
    assert sorted([*seated, *state.waiting(), *np.flatnonzero(state.gone).tolist()]) == list(range(state.problem.count))


def test_after_10_000_operations_the_state_equals_one_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconvene.matching.problem.MATRIX_UP_TO", 0)  # a matrix for everybody who ever came would be large
    rng, people = Random(3), vectors(6_000, 3)
    pool = Pairs(vectors=people[:60], levels=np.linspace(0, 1, 60), similarity=0.6, nearness=0.4, drawn_apart=0.1)
    state = keep_going(pool, solve_pairs(pool, seed=1, stop=Stop(iterations=20_000, prove=False)).groups, room=5_900)
    here = list(range(60))
    for at in range(10_000):
        if rng.random() < 0.5 and state.problem.count < state.problem.room:
            here.append(insert(state, Newcomer(vector=people[state.problem.count], level=rng.random())).place)
        elif len(here) > 20:
            remove(state, here.pop(rng.randrange(len(here))))
        if at % 1000 == 0:
            is_sound(state)
        if at % 200 == 0:
            assert improve(state, seconds=0.0005, around=here[-2:]) >= -1e-9
    is_sound(state)

    kept = [at for at in range(state.problem.count) if not state.gone[at]]
    anew = Pairs(
        vectors=state.problem.arrays["vectors"][kept, :16], levels=state.problem.arrays["levels"][kept], similarity=0.6, nearness=0.4
    )  # without the conflicts drawn by place
    places = {place: at for at, place in enumerate(kept)}
    worths = keep_going(anew, [[places[one] for one in group] for group in state.groups()]).value
    assert worths == pytest.approx(state.value, rel=1e-6)


def test_what_if_tells_what_a_move_would_do_and_does_nothing() -> None:
    values = np.random.default_rng(1).random((12, 12))
    pool = Pairs(values=values + values.T, apart=np.array([[0, 6]]))
    state = keep_going(pool, [(0, 1, 2, 3), (6, 7, 8), (9, 10, 11)])
    before = state.groups()

    gain = what_if(state, 1, 7)

    assert gain == pytest.approx(float(pool.values[1, [6, 7, 8]].sum() - pool.values[1, [0, 2, 3]].sum()))  # type: ignore[index]
    assert what_if(state, 0, 7) is None
    assert what_if(state, 9, 0) is None
    assert what_if(state, 1, None) == pytest.approx(-float(pool.values[1, [0, 2, 3]].sum()))  # type: ignore[index]
    assert what_if(state, 4, 9) == pytest.approx(float(pool.values[4, [9, 10, 11]].sum()))  # type: ignore[index]
    assert state.groups() == before


def test_who_comes_takes_the_best_open_seat_and_who_goes_leaves_one() -> None:
    values = np.zeros((8, 8))
    values[:4, :4] = values[4:, 4:] = 1.0
    state = keep_going(Pairs(values=values), [(0, 1, 2, 3), (4, 5, 6, 7)], room=3)

    came = insert(state, Newcomer(values=np.array([0, 0, 0, 0, 2, 2, 2, 2.0])))
    gone = remove(state, 0)
    swapped = replace(state, 1, Newcomer(values=np.array([0, 0, 3, 3, 0, 0, 0, 0, 0.0])))

    assert (came.groups, came.gain) == (((4, 5, 6, 7, 8),), 8.0)
    assert gone.gain == -3
    assert swapped.groups == ((2, 3, 9),)
    assert state.value == pytest.approx(6 + 8 + 6 + 1)


def test_people_come_into_a_pool_of_people_under_every_rule() -> None:
    pool = random_instance(40, 4, strict=0.05)
    assert pool.similarity is not None
    half = Instance(pool.candidates[:20], pool.similarity[:20, :20], pool.rules)
    state = keep_going(half, room=20)
    for at in range(20, 40):
        insert(state, Newcomer(person=pool.candidates[at], values=pool.similarity[at, :at]))
    improve(state, seconds=0.05)

    is_sound(state)
    assert state.groups()
    whole = of_people(pool)
    assert np.allclose(whole.worths(state.groups()), state.problem.worths(state.groups()))


def test_newcomers_that_make_no_sense_are_refused() -> None:
    full = keep_going(Pairs(vectors=vectors(9, 1)))
    roomy = keep_going(Pairs(vectors=vectors(9, 1)), room=2)
    people = keep_going(Instance((person("a"), person("b"), person("c")), np.zeros((3, 3)), Rules()), room=2)

    for state, newcomer in (
        (full, Newcomer(vector=np.zeros(16, dtype=np.float32))),
        (roomy, Newcomer()),
        (roomy, Newcomer(vector=np.full(16, np.nan, dtype=np.float32))),
        (people, Newcomer(values=np.zeros(3))),
        (people, Newcomer(person=person("a"), values=np.zeros(3))),
    ):
        with pytest.raises(BadInstance):
            insert(state, newcomer)
    with pytest.raises(BadInstance):
        remove(roomy, 40)
    with pytest.raises(BadInstance):
        keep_going(Pairs(vectors=vectors(9, 1)), [(0, 1)])
