"""The questions and what their answers may be. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reconvene.base.translation import gettext
from reconvene.base.translation import gettext_noop as _  # the words of constants are only marked

HIGHEST = 10


class Moment(StrEnum):
    """When a questionnaire is answered."""

    JOINING = "t0"
    AFTER_FIRST = "t1"
    AFTER_RECONVENE = "t2"


@dataclass(frozen=True)
class Item:
    """One question. Its words are marked for the translators; the properties have them in the reader's language. It may be skipped."""

    key: str
    asked: str
    offered: tuple[tuple[str, str], ...] = ()
    between: tuple[str, str] = (_("Not at all"), _("Completely"))

    @property
    def question(self) -> str:
        return gettext(self.asked)

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Pairs of value and words; a scale of 0 to 10 has none."""
        return tuple((value, gettext(words)) for value, words in self.offered)

    @property
    def ends(self) -> tuple[str, str]:
        """What 0 and 10 mean."""
        lowest, highest = self.between
        return gettext(lowest), gettext(highest)


ITEMS: dict[Moment, tuple[Item, ...]] = {
    Moment.JOINING: (),
    Moment.AFTER_FIRST: (
        Item("usable", _("I leave with something I can use in the next four weeks.")),
        Item("openly", _("I could speak openly, also about what went badly.")),
        Item(
            "fair_time", _("My share of the time was"), (("little", _("too little")), ("right", _("about right")), ("much", _("too much")))
        ),
        Item("know_when", _("I know when I will first try my plan."), (("yes", _("Yes")), ("roughly", _("Roughly")), ("no", _("No")))),
    ),
    Moment.AFTER_RECONVENE: (
        Item("in_the_way", _("How much does this challenge get in the way of your work now?"), between=(_("Hardly"), _("All the time"))),
        Item("sure", _("How sure are you that you could handle the next such situation well?")),
        Item("sure_before", _("Looking back, how sure were you before the first session?")),
        Item(
            "times_used",
            _("How often did you use what you planned?"),
            (("0", _("Never")), ("1", _("Once")), ("2-3", _("2 or 3")), ("4+", _("4 or more"))),
        ),
        Item("openly", _("I could speak openly, also about what went badly.")),
        Item("again", _("Would you start another cycle?"), (("yes", _("Yes")), ("perhaps", _("Perhaps")), ("no", _("No")))),
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
    if item.offered:
        if given in [value for value, _words in item.offered]:
            return str(given)
    elif not isinstance(given, bool) and str(given).isascii() and str(given).isdigit() and int(str(given)) <= HIGHEST:
        return int(str(given))
    raise BadAnswer(item.key)
