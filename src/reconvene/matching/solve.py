"""The engine's front door: form groups from a pool, find the next in line for an open seat. Called by forming and by groups."""

from collections.abc import Sequence

from reconvene.matching.constraints import Seating, common_slots
from reconvene.matching.explain import group_reasons, seat_reasons, why_waiting
from reconvene.matching.instance import BadInstance, Candidate, Instance
from reconvene.matching.objective import Objective
from reconvene.matching.result import Formed, Result
from reconvene.matching.search import Stop, search


def solve(instance: Instance, *, seed: int, stop: Stop) -> Result:
    """Seat the pool: groups in which every rule holds, of the greatest value found (see `objective`).

    The same instance, seed and number of iterations give the same result; pools of 12 people or fewer are solved exactly.
    Groups and members come in the order of the pool.
    """
    objective = Objective(instance)
    groups = sorted(tuple(sorted(members)) for members in search(objective, seed=seed, stop=stop))
    seated = {place for members in groups for place in members}
    waiting = [place for place in range(len(instance.candidates)) if place not in seated]
    return Result(
        groups=tuple(_formed(instance, objective, members) for members in groups),
        waiting=tuple(why_waiting(instance, place, waiting=waiting, groups=groups) for place in waiting),
        value=objective.value(groups),
    )


def _formed(instance: Instance, objective: Objective, members: Sequence[int]) -> Formed:
    people = [instance.candidates[place] for place in members]
    first, second = common_slots(people)
    return Formed(
        members=tuple(person.key for person in people),
        host=_host(people).key,
        value=objective.quality(members),
        reasons=group_reasons(instance, members),
        seat_reasons={instance.candidates[place].key: seat_reasons(instance, place, members) for place in members},
        first_slots=first,
        second_slots=second,
    )


def _host(people: Sequence[Candidate]) -> Candidate:
    """The first host: the lowest level, because rank at the head of the table silences others; then whoever waited longest."""
    return min(people, key=lambda person: (person.level, -person.waiting_days, person.key))


def candidates_for(instance: Instance, members: Sequence[str], *, seats: int) -> tuple[str, ...]:
    """Who is next in line for a group with open seats, best first; empty when nobody fits.

    Everyone named keeps every rule with the members; the first `seats` of them also keep every rule with each other.

    Raises: BadInstance for unknown members, or when members and seats together are more than the largest size.
    """
    if seats < 1 or len(members) + seats > instance.rules.largest:
        raise BadInstance(f"A group of {len(members)} cannot have {seats} open seats.")
    table = list(instance.places(members))
    seating, objective = Seating(instance), Objective(instance)
    line = [place for place in range(len(instance.candidates)) if place not in table and seating.allows((*table, place))]
    chosen: list[int] = []

    def gain(place: int) -> tuple[float, float, int]:
        return -objective.quality((*table, *chosen, place)), -instance.candidates[place].waiting_days, place

    while len(chosen) < seats and (free := [one for one in line if one not in chosen and seating.allows((*table, *chosen, one))]):
        chosen.append(min(free, key=gain))
    reserve = sorted((one for one in line if one not in chosen), key=lambda one: -objective.quality((*table, one)))
    return tuple(instance.candidates[place].key for place in (*chosen, *reserve))
