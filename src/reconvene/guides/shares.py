"""Who has how much of a step's time: equal turns, and rounds of several parts. Pure. Called by the room and by what is printed."""

from collections.abc import Iterable

from reconvene.guides.script import Part, Step

ROUNDS = "rounds"  # a round of its own for each person, with parts inside
TURN_KINDS = frozenset({"turns", ROUNDS})


def turn_seconds(step: Step, present: int) -> int:
    """Whole seconds of everybody's equal turn: the step's minutes of talking divided by who is there.

    Raises:
        ValueError: nobody is present.
    """
    if present < 1:
        raise ValueError("A turn needs somebody present.")
    return 60 * sum(part.minutes for part in step.parts if not part.silent) // present


def turns(step: Step, people: tuple[int, int]) -> tuple[tuple[int, str], ...]:
    """Everybody's turn for every number of people from the fewest to the most: (people, "minutes:seconds"). Nothing for a step without turns."""
    return tuple((count, clock(turn_seconds(step, count))) for count in _counts(step, people))


def rounds(step: Step, people: tuple[int, int]) -> tuple[tuple[int, tuple[tuple[Part, str], ...]], ...]:
    """What one round of several parts consists of: (people, each part with its "minutes:seconds"). Nothing for a step without rounds."""
    counts = _counts(step, people) if step.kind == ROUNDS else ()
    return tuple((count, tuple((part, clock(part.minutes * 60 // count)) for part in step.parts)) for count in counts)


def clock(seconds: int) -> str:
    """Whole seconds as "minutes:seconds"."""
    return f"{seconds // 60}:{seconds % 60:02d}"


def _counts(step: Step, people: tuple[int, int]) -> Iterable[int]:
    return range(people[0], people[1] + 1) if step.kind in TURN_KINDS else ()
