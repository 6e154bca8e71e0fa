"""The questions and what their answers may be. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

HIGHEST = 10


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
        Item(
            "times_used", "How often did you use what you planned?", (("0", "Never"), ("1", "Once"), ("2-3", "2 or 3"), ("4+", "4 or more"))
        ),
        Item("openly", "I could speak openly, also about what went badly."),
        Item("again", "Would you start another cycle?", (("yes", "Yes"), ("perhaps", "Perhaps"), ("no", "No"))),
    ),
}


class BadAnswer(Exception):
    """An answer that its question does not allow; the text names the question's key and never the answer."""


def checked(moment: Moment, answers: Mapping[str, object]) -> dict[str, str | int]:
    """The answers that were given, in the questions' order: a choice's value as text, a scale as a whole number from 0 to 10.

    Empty answers count as skipped. Raises BadAnswer for a question that is not asked at `moment` or a value it does not allow.
    """
    items = {item.key: item for item in ITEMS[moment]}
    for key in answers:
        if key not in items:
            raise BadAnswer(key)
    return {key: _value(item, answers[key]) for key, item in items.items() if answers.get(key) not in (None, "")}


def _value(item: Item, given: object) -> str | int:
    if item.choices:
        if given in [value for value, _words in item.choices]:
            return str(given)
    elif not isinstance(given, bool) and str(given).isascii() and str(given).isdigit() and int(str(given)) <= HIGHEST:
        return int(str(given))
    raise BadAnswer(item.key)
