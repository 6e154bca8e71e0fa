"""Which measurements a report takes, and what hangs on the threshold. Apps above register theirs when they are ready; nothing here knows them."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from reconvene.people.models import Person
from reconvene.releases.rules import Measurement

Measure = Callable[[uuid.UUID, datetime], Measurement]
"""`function(organisation_id, until)`: the measurement as it stood at an instant. Must give the same for an earlier instant at any later time,
and say who stands behind it (`rules.Behind`): the ledger audits each figure by its people, and what says nothing of them is hidden."""


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

_measures: dict[str, Measure] = {}
_losses: list[Losses] = []


def measure(key: str, function: Measure) -> None:
    """Let every report hold what `function` measures under `key`, 40 characters at most. Registering the same again changes nothing.

    Raises ValueError when another function has that key.
    """
    if _measures.setdefault(key, function) is not function:
        raise ValueError(f"Two measures for the key {key}.")


def measures() -> dict[str, Measure]:
    """Every registered measure, in the order of their keys."""
    return dict(sorted(_measures.items()))


def loses(function: Losses) -> None:
    """Let whoever raises the threshold read what `function` finds, before it holds. Registering the same again changes nothing."""
    if function not in _losses:
        _losses.append(function)


def losses(reader: Person, *, was: int, k: int, now: datetime) -> list[Loss]:
    """Everything that raising the threshold from `was` to `k` would leave without figures, as far as the reader may know of it."""
    return [loss for function in _losses for loss in function(reader, was, k, now)]
