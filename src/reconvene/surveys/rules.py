"""The questions and what their answers may be. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Moment(StrEnum):
    """When a questionnaire is answered."""

    JOINING = "t0"
    AFTER_FIRST = "t1"
    AFTER_RECONVENE = "t2"


@dataclass(frozen=True)
class Item:
    """One question. `choices` holds (value, words); a scale of 0 to 10 has none. Every item may be skipped."""

    key: str
    question: str
    choices: tuple[tuple[str, str], ...] = ()
    ends: tuple[str, str] = ("Not at all", "Completely")


ITEMS: dict[Moment, tuple[Item, ...]] = {
    Moment.JOINING: (),
    Moment.AFTER_FIRST: (
        Item("usable", "I leave with something I can use in the next four weeks."),
        Item("openly", "I could speak openly, also about what went badly."),
        Item("fair_time", "My share of the time was", (("little", "too little"), ("right", "about right"), ("much", "too much"))),
        Item("know_when", "I know when I will first try my plan.", (("yes", "Yes"), ("roughly", "Roughly"), ("no", "No"))),
    ),
    Moment.AFTER_RECONVENE: (
        Item("in_the_way", "How much does this challenge get in the way of your work now?", ends=("Hardly", "All the time")),
        Item("sure", "How sure are you that you could handle the next such situation well?"),
        Item("sure_before", "Looking back, how sure were you before the first session?"),
        Item("times_used", "How often did you use what you planned?", (("0", "Never"), ("1", "Once"), ("2-3", "2 or 3"), ("4+", "4 or more"))),
        Item("openly", "I could speak openly, also about what went badly."),
        Item("again", "Would you start another cycle?", (("yes", "Yes"), ("perhaps", "Perhaps"), ("no", "No"))),
    ),
}
