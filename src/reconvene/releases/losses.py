"""What hangs on the threshold: agreements that a higher one would leave without figures. Apps above enter theirs when they are ready; oversight asks.

Apart from the registry of measurements, which is no business of whoever shows a page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from reconvene.people.models import Person


@dataclass(frozen=True)
class Loss:
    """Something agreed on that a higher threshold would leave without figures: its name, its address, each quantity with the number of people from
    which on it would never be published, and what to do, one sentence each.
    """

    name: str
    address: str
    lost: tuple[tuple[str, int], ...]
    advice: tuple[str, ...]

    @property
    def by_number(self) -> list[tuple[int, list[str]]]:
        """The quantities by the number from which on they are lost, the lowest first."""
        return [(number, [title for title, at in self.lost if at == number]) for number in sorted({at for _title, at in self.lost})]


Losses = Callable[[Person, int, int, datetime], list[Loss]]
"""`function(reader, was, k, now)`: what could be published with `was` people behind every figure, and could not with some number up to `k`."""

_entered: list[Losses] = []


def enter(function: Losses) -> None:
    """Let whoever raises the threshold read what `function` finds, before it holds. Entering the same again changes nothing."""
    if function not in _entered:
        _entered.append(function)


def losses(reader: Person, *, was: int, k: int, now: datetime) -> list[Loss]:
    """Everything that raising the threshold from `was` to `k` would leave without figures, as far as the reader may know of it."""
    return [loss for function in _entered for loss in function(reader, was, k, now)]
