"""The questions and what their answers may be. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from reconvene.base.translation import gettext
from reconvene.base.translation import gettext_noop as _  # the words of constants are only marked

HIGHEST = 10
LONGEST = 600  # characters of the one sentence for oneself
LATER_DAYS = 84
"""Days from the first session to the last questionnaire."""
ASKED_WITHIN = 21
"""Days for which that questionnaire is worth sending, when the program was away."""
ANSWERED_WITHIN = 30
"""Days for which it can be answered by the link, and is offered on the home page."""
FEWEST_VOICES = 4
"""Below so many answers not even the group hears how its time was shared."""
WAITING_DAYS = 21
"""Days for which whoever waits for their half of a pilot is asked: from the draw on, and again from when their half may begin."""
SHOWN_TOGETHER = 3
"""Answers of observers are shown by so many at once, so that none can be known by when it came."""


class Moment(StrEnum):
    """When a questionnaire is answered. Whoever waits for their half of a pilot is asked the first one when the others begin, and just before it is
    their turn.
    """

    JOINING = "t0"
    AFTER_FIRST = "t1"
    AFTER_RECONVENE = "t2"
    TWELVE_WEEKS = "t3"
    WAITING = "w0"
    BEFORE_TURN = "w1"


class Seen(StrEnum):
    """What an observer says of how a member handles something, compared with before."""

    LESS = "less"
    SAME = "same"
    BETTER = "better"
    CANNOT_SAY = "cannot_say"


@dataclass(frozen=True)
class Item:
    """One question. Its words are marked for the translators; the properties have them in the reader's language. It may be skipped. Amounts are asked for
    in the `currency`, an ISO code.

    It is answered by one of the choices `offered`; or, with a `span`, by a whole number from its first to its last; or, with `is_words`, by a
    sentence that its author alone can read again; or else on a scale of 0 to 10. `given` is what was sent with a form that could not be kept.
    """

    key: str
    asked: str
    offered: tuple[tuple[str, str], ...] = ()
    between: tuple[str, str] = (_("Not at all"), _("Completely"))
    span: tuple[int, int] | None = None
    is_words: bool = False
    explained: str = ""
    given: str = ""
    currency: str = ""

    @property
    def question(self) -> str:
        return gettext(self.asked)

    @property
    def hint(self) -> str:
        """What helps to answer; mostly nothing."""
        return gettext(self.explained) % {"currency": self.currency} if self.explained else ""

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Pairs of value and words; a scale of 0 to 10 has none."""
        return tuple((value, gettext(words)) for value, words in self.offered)

    @property
    def ends(self) -> tuple[str, str]:
        """What 0 and 10 mean."""
        lowest, highest = self.between
        return gettext(lowest), gettext(highest)


IN_THE_WAY = Item(
    "in_the_way", _("How much does this challenge get in the way of your work now?"), between=(_("Hardly"), _("All the time"))
)
SURE = Item("sure", _("How sure are you that you could handle the next such situation well?"))
OPENLY = Item("openly", _("I could speak openly, also about what went badly."))
MOVED = {
    "time": _("Time"),
    "turnover": _("People leaving"),
    "rework": _("Rework"),
    "absence": _("Absence"),
    "throughput": _("Throughput"),
    "complaints": _("Complaints"),
    "other": _("Another one"),
}
"""Measures of a business that may have moved."""

ITEMS: dict[Moment, tuple[Item, ...]] = {
    Moment.JOINING: (
        IN_THE_WAY,
        SURE,
        Item(
            "how_often",
            _("In the past four weeks, about how often did this situation come up?"),
            (("0", _("Never")), ("1", _("Once")), ("2-3", _("2 or 3 times")), ("weekly", _("Weekly")), ("more", _("More often"))),
        ),
        Item("last_time", _("When it last came up, what did you do? One sentence."), is_words=True),
    ),
    Moment.AFTER_FIRST: (
        Item("usable", _("I leave with something I can use in the next four weeks.")),
        OPENLY,
        Item(
            "fair_time", _("My share of the time was"), (("little", _("too little")), ("right", _("about right")), ("much", _("too much")))
        ),
        Item("know_when", _("I know when I will first try my plan."), (("yes", _("Yes")), ("roughly", _("Roughly")), ("no", _("No")))),
    ),
    Moment.AFTER_RECONVENE: (
        IN_THE_WAY,
        SURE,
        Item("sure_before", _("Looking back, how sure were you before the first session?")),
        Item(
            "times_used",
            _("How often did you use what you planned?"),
            (("0", _("Never")), ("1", _("Once")), ("2-3", _("2 or 3")), ("4+", _("4 or more"))),
        ),
        Item("changed", _("What has visibly changed, and who else would notice?"), is_words=True),
        Item(
            "hours",
            _("How many hours have the two sessions saved you so far?"),
            span=(-200, 200),
            explained=_("Below zero when they cost you more than they saved."),
        ),
        OPENLY,
        Item("again", _("Would you start another cycle?"), (("yes", _("Yes")), ("perhaps", _("Perhaps")), ("no", _("No")))),
    ),
    Moment.TWELVE_WEEKS: (
        IN_THE_WAY,
        SURE,
        Item(
            "still_doing",
            _("Are you still doing what you planned?"),
            (
                ("how_i_work", _("It is how I now work")),
                ("sometimes", _("Sometimes")),
                ("stopped", _("I stopped")),
                ("replaced", _("Replaced by something better")),
            ),
        ),
        Item("moved", _("Has a measure moved that your area tracks anyway?"), (("no", _("No, or I cannot say")), *MOVED.items())),
        Item("moved_how", _("Which one, by how much, from when to when?"), is_words=True),
        Item(
            "value",
            _("If you can put a value on it: how much in a year?"),
            span=(0, 100_000_000),
            explained=_("In %(currency)s. Leave it empty rather than guess."),
        ),
        Item("due", _("What share of that is due to this group rather than to other things?"), span=(0, 100), explained=_("Per cent.")),
        Item("confidence", _("How sure are you of the whole estimate?"), span=(0, 100), explained=_("Per cent.")),
        Item(
            "missing",
            _("If you did not use your plan: what was missing?"),
            (
                ("occasion", _("A suitable occasion")),
                ("time", _("Time")),
                ("backing", _("My boss’s backing")),
                ("skill", _("Skill")),
                ("fit", _("The idea did not fit")),
                ("other", _("Something else")),
            ),
        ),
    ),
}
ITEMS |= {Moment.WAITING: ITEMS[Moment.JOINING], Moment.BEFORE_TURN: ITEMS[Moment.JOINING]}
OF_USERS = ("moved", "moved_how", "value", "due", "confidence")
"""After twelve weeks: only for those who used what they planned."""
OF_THE_OTHERS = ("missing",)


def items_for(moment: Moment, *, has_used: bool | None = None) -> tuple[Item, ...]:
    """What is asked at a moment. After twelve weeks whoever never used their plan is asked what was missing instead of what moved, and the other
    way round; when it is not known (None), both.
    """
    left_out = {True: OF_THE_OTHERS, False: OF_USERS, None: ()}[has_used]
    return tuple(item for item in ITEMS[moment] if item.key not in left_out)


def moment_of_waiting(*, drawn_at: datetime | None, second_began_at: datetime | None, now: datetime) -> Moment | None:
    """What the later half of a pilot is asked now: for three weeks from the draw on, and for three weeks once its turn has come; else nothing."""
    asked_from = second_began_at or drawn_at
    if asked_from is None or not asked_from <= now < asked_from + timedelta(days=WAITING_DAYS):
        return None
    return Moment.BEFORE_TURN if second_began_at else Moment.WAITING


def shares_of_time(answers: Sequence[str]) -> str:
    """How a group shared its time, from its members' answers, as a code without numbers: "" below four answers, "even" when all found their share
    about right, "mostly" when three quarters did, else "uneven".
    """
    if len(answers) < FEWEST_VOICES:
        return ""
    right = answers.count("right")
    return "even" if right == len(answers) else "mostly" if right * 4 >= len(answers) * 3 else "uneven"


def adjusted(answers: Mapping[str, str | int]) -> float | None:
    """What a benefit is worth in its first year: value times attribution times confidence (method 4.4, the conservative rules of the ROI method).
    None, which counts as nothing, unless all three were answered and none is 0.
    """
    value, due, confidence = (int(answers.get(key, 0)) for key in ("value", "due", "confidence"))
    return value * due * confidence / 10_000 or None


class BadAnswer(Exception):
    """An answer that its question does not allow; the text names the question's key and never the answer."""


def checked(moment: Moment, answers: Mapping[str, object]) -> dict[str, str | int]:
    """The answers that were given, in the questions' order: a choice's value as text, a scale or a number as a whole number. Words are not in it.

    Empty answers count as skipped. Raises BadAnswer for a question that is not asked at `moment` or a value it does not allow.
    """
    items = {item.key: item for item in ITEMS[moment]}
    for key in answers:
        if key not in items:
            raise BadAnswer(key)
    given = {key: item for key, item in items.items() if not item.is_words and answers.get(key) not in (None, "")}
    return {key: _value(item, answers[key]) for key, item in given.items()}


def own_words(moment: Moment, answers: Mapping[str, object]) -> str:
    """The sentence that belongs to its author alone; "" when there is none. Raises BadAnswer when it is longer than LONGEST."""
    for item in ITEMS[moment]:
        if item.is_words and answers.get(item.key):
            words = str(answers[item.key])
            if len(words) > LONGEST:
                raise BadAnswer(item.key)
            return words
    return ""


def _value(item: Item, given: object) -> str | int:
    if item.offered:
        if given in [value for value, _words in item.offered]:
            return str(given)
    elif not isinstance(given, bool) and (number := _whole(str(given).strip())) is not None:
        lowest, highest = item.span or (0, HIGHEST)
        if lowest <= number <= highest:
            return number
    raise BadAnswer(item.key)


def _whole(text: str) -> int | None:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 12 else None
