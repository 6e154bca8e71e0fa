"""Which measurements a report takes. Apps above register theirs when they are ready; nothing here knows them."""

import uuid
from collections.abc import Callable
from datetime import datetime

from reconvene.releases.measurements import Measurement

Measure = Callable[[uuid.UUID, datetime], Measurement]
"""`function(organisation_id, until)`: the measurement as it stood at an instant. Must give the same for an earlier instant at any later time,
and say who stands behind it (`rules.Behind`): the ledger audits each figure by its people, and what says nothing of them is hidden."""

_measures: dict[str, Measure] = {}


def measure(key: str, function: Measure) -> None:
    """Let every report hold what `function` measures under `key`, 40 characters at most. Registering the same again changes nothing.

    Raises ValueError when another function has that key.
    """
    if _measures.setdefault(key, function) is not function:
        raise ValueError(f"Two measures for the key {key}.")


def measures() -> dict[str, Measure]:
    """Every registered measure, in the order of their keys."""
    return dict(sorted(_measures.items()))
