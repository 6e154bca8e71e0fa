"""What a strategy is made of, and the order in which strategies are shown. Pure."""

import math
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reconvene.privacy.disclosure import FEWEST_GROUPS, Hidden, Share, share, threshold

SEATS_AT_A_TABLE = 6
K = threshold(SEATS_AT_A_TABLE)
"""People that must have tried a strategy before a number about it is shown."""
PRIOR_TRIES = 5.0
"""With so many imagined tries at the topic's own rate every strategy starts, so that one happy voice leads nowhere."""
EVEN_CHANCE = 0.5
Z_LOWER_TENTH = 1.2816
REVIEW_MONTHS = 12


class Helped(StrEnum):
    """What came of a strategy for somebody who tried it."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class State(StrEnum):
    """How well a strategy stands."""

    FRESH = "fresh"
    CONFIRMED = "confirmed"
    CONTESTED = "contested"
    RETIRED = "retired"


class Review(StrEnum):
    """What somebody who looks after a topic may do with a strategy."""

    KEEP = "keep"
    RETIRE = "retire"
    JOIN = "join"


@dataclass(frozen=True)
class StrategyEvidence:
    """How many people tried it, how many of them it helped, how many partly, and how many groups (or `K` people on their own) these are."""

    tried: int = 0
    helped: int = 0
    partly: int = 0
    groups: int = 0


@dataclass(frozen=True)
class StrategyDraft:
    """What a group settled, as every author agreed to publish it. Texts name nobody.

    `tried`, `seen` and `believed` count members who did it, saw it work, or expect it to; `helped` and `partly` of those who tried it.
    """

    topic_id: int
    situation: str
    doing: str
    led_to: str = ""
    because: str = ""
    works_when: str = ""
    not_when: str = ""
    first_step: str = ""
    tried: int = 0
    seen: int = 0
    believed: int = 0
    helped: int = 0
    partly: int = 0


@dataclass(frozen=True)
class TrialDraft:
    """What came of a strategy for one person who tried it, and in their words when it works and when not."""

    helped: Helped
    works_when: str = ""
    not_when: str = ""


def add_up(one: StrategyEvidence, other: StrategyEvidence) -> StrategyEvidence:
    """The evidence of both together."""
    return StrategyEvidence(one.tried + other.tried, one.helped + other.helped, one.partly + other.partly, one.groups + other.groups)


def lower_bound(helped: int, tried: int, *, prior: float, weight: float = PRIOR_TRIES) -> float:
    """The lower end, 0..1, of where the share helped plausibly lies: drawn towards `prior`, the share of its whole topic.

    One-sided 90 % bound after Wilson 1927, on the tries made and `weight` imagined ones. Raises ValueError unless
    0 <= helped <= tried, 0 <= prior <= 1 and weight > 0.
    """
    if not (0 <= helped <= tried and 0 <= prior <= 1 and weight > 0):
        raise ValueError("a bound needs 0 <= helped <= tried, 0 <= prior <= 1 and a weight")
    n = tried + weight
    p = (helped + weight * prior) / n
    z2 = Z_LOWER_TENTH**2
    half = Z_LOWER_TENTH * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return max(0.0, (p + z2 / (2 * n) - half) / (1 + z2 / n))


def topic_share(counts: list[tuple[int, int]]) -> float:
    """The share helped over a whole topic, 0..1, from (helped, tried) of each strategy; an even chance when nobody has tried anything."""
    tried = sum(of for _, of in counts)
    return sum(yes for yes, _ in counts) / tried if tried else EVEN_CHANCE


def is_measured(*, tried: int, groups: int) -> bool:
    """Whether so many people of so many groups have tried a strategy that numbers may be shown, and may order it."""
    return tried >= K and groups >= FEWEST_GROUPS


def state_of(*, tried: int, helped: int, partly: int, groups: int) -> State:
    """How a strategy stands: contested when numbers may be shown and it helped no more people than it failed; confirmed when more than one
    group stands behind it; else fresh.
    """
    if is_measured(tried=tried, groups=groups) and tried - helped - partly >= helped:
        return State.CONTESTED
    return State.CONFIRMED if groups > 1 else State.FRESH


def change_of(before_and_after: Iterable[tuple[str, str]]) -> StrategyEvidence | None:
    """What trials add to a strategy's counters, from (what they were counted as, what they say now); "" is none. None as long as fewer than
    `K` people would change them: a counter that moves by one points at one. `K` or more people who are new count like one more group.
    """
    changes = [(before, after) for before, after in before_and_after if before != after]
    if len(changes) < K:
        return None
    new = sum(not before for before, _ in changes) - sum(not after for _, after in changes)

    def more(what: Helped) -> int:
        return sum(after == what for _, after in changes) - sum(before == what for before, _ in changes)

    return StrategyEvidence(tried=new, helped=more(Helped.YES), partly=more(Helped.PARTLY), groups=int(new >= K))


def shown_share(*, helped: int, tried: int, groups: int) -> Share | Hidden:
    """The share helped as it may be shown: rounded, with its interval, or hidden."""
    return share(helped, tried, groups, k=K)


def first_of_month(day: date) -> date:
    """The month in which something was published: no session can be recognised by it."""
    return day.replace(day=1)


def review_day(published_on: date) -> date:
    """When a strategy should be looked at again: the same month of the next year."""
    return published_on.replace(year=published_on.year + REVIEW_MONTHS // 12)


@dataclass(frozen=True)
class Mark:
    """Where a page of strategies ended: the last row's place in the order."""

    first: float
    second: float
    id: uuid.UUID

    def text(self) -> str:
        """For an address; exact, so that nothing is shown twice or left out."""
        return f"{self.first!r}~{self.second!r}~{self.id}"


def read_mark(text: str) -> Mark | None:
    """A mark out of an address; None when there is none or it was altered."""
    parts = text.split("~")
    if len(parts) != 3:
        return None
    try:
        mark = Mark(float(parts[0]), float(parts[1]), uuid.UUID(parts[2]))
    except ValueError:
        return None
    return mark if math.isfinite(mark.first) and math.isfinite(mark.second) else None
