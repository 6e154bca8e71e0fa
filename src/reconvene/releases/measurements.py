"""What is measured before the gate: raw, by kind, never stored and never shown. Pure.

Measures (`registry.Measure`) return them; `rules` makes of them what may be published, `ledger` and `books` look who stands behind them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from reconvene.privacy.disclosure import Cell

Behind = Mapping[UUID | str, UUID | str | None]
"""Who stands behind a number: a person and a group of theirs, None for none. By id, or by alias (`base.pseudonyms`: of a person that of the
organisation and the person) where rows know no more.
"""
Stood = Mapping[str, Behind]
"""Who stands behind a figure: by the label of the cell, "" where there are no cells. Left out of comparisons, and of whatever is written down."""


@dataclass(frozen=True)
class Shares:
    """How many of those who answered said yes, and from how many groups they are."""

    title_key: str
    yes: int
    of: int
    groups: int
    behind: Stood | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Counts:
    """People by cell. The cells divide `total` people, or, when `is_nested`, each holds all of the next (a funnel).

    `total` is given when the number of all people is published too, here or in another figure.
    """

    cells: tuple[Cell, ...]
    total: Cell | None = None
    is_nested: bool = False
    behind: Stood | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Spread:
    """One number per person on a scale, shown as its median or mean. `since`: only what happened from that day on is in it."""

    values: tuple[float, ...]
    groups: int
    scale: tuple[float, float] = (0.0, 10.0)
    since: date | None = None
    is_mean: bool = False
    behind: Stood | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Sum:
    """One amount per person, of which only the sum is of interest. Who has none is not in it."""

    values: tuple[float, ...]
    groups: int
    behind: Stood | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Table:
    """One measure by one attribute of people: how many they are in each cell; or, with `yes`, the share of them who said yes; or, with `values`, the
    mean (or median) of what each of them said.

    `measure` is the key of the measure for all people together, to which the cells belong. "" is the cell of those of whom the attribute is not
    known; it is never shown by itself.
    """

    measure: str
    attribute: str
    behind: Stood = field(compare=False, repr=False)
    yes: frozenset[UUID | str] | None = field(default=None, compare=False, repr=False)
    values: Mapping[UUID | str, float] | None = field(default=None, compare=False, repr=False)
    scale: tuple[float, float] = (0.0, 10.0)
    is_mean: bool = True

    @property
    def counts(self) -> bool:
        """Whether it tells how many people there are, and not what they said."""
        return self.yes is None and self.values is None


@dataclass(frozen=True)
class HalfAnswers:
    """One half of a pilot: what each person answered, and who they are with the group in which they sit or for which they are planned."""

    values: Mapping[UUID | str, float]
    behind: Behind

    def by_group(self, scale: tuple[float, float]) -> list[list[float]]:
        """The answers of each group, within the scale; who has no group is one of their own."""
        low, high = scale
        found: dict[UUID | str, list[float]] = {}
        for person, group in self.behind.items():
            found.setdefault(person if group is None else group, []).append(min(high, max(low, self.values[person])))
        return list(found.values())


TOOK_PART, WAITED = "took_part", "waited"


@dataclass(frozen=True)
class Contrast:
    """Those who took part beside those who waited, by pilot (its id): by how much better the first fare. Which of them a person is in, chance decided.

    `question` is the key of the measure that asks those who took part the same, so that both are audited together.
    """

    question: str
    pilots: Mapping[str, tuple[HalfAnswers, HalfAnswers]] = field(repr=False)
    scale: tuple[float, float] = (-10.0, 10.0)

    @property
    def behind(self) -> Stood:
        """Who stands behind it, by pilot and half."""
        return {
            half_label(pilot, name): half.behind
            for pilot, halves in self.pilots.items()
            for name, half in zip((TOOK_PART, WAITED), halves, strict=True)
        }


Measurement = Shares | Counts | Spread | Sum | Table | Contrast
"""What a measure returns. One that does not say who stands behind it (`behind`) cannot be audited, and is not published."""


def half_label(pilot: str, half: str) -> str:
    """The name under which a half of a pilot stands in the ledger."""
    return f"{pilot} {half}"
