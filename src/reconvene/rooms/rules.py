"""Words and small rules of the room. Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

SEEN_FOR = timedelta(seconds=60)  # somebody not seen for longer is away
MOST_IDEAS = 3  # each member writes
MOST_SCORED = 8  # in all
MOST_LESSONS = 3
MOST_WRITTEN = {"idea": MOST_IDEAS, "lesson": MOST_LESSONS}
FEWEST_ON_PAPER = 2  # a session of one is none
TYPING_FOR = timedelta(days=7)  # after a reconvene on paper, in which the group types in what it settled
TYPING_AT_LEAST = timedelta(days=2)  # after somebody said that it was held
LESSON_WORDS = ("when", "doing", "led_to", "because", "watch_out", "works_when", "not_when")
CONSONANTS, VOWELS = "BDFGHKLMNPRSTVZ", "AEOU"  # without I, which looks like L and 1, and letters that languages read differently
SYLLABLES = 3
UNKIND = (
    "DUP", "FAG", "FOT", "FUK", "FUT", "GAS", "HOM", "HOR", "HUR", "KAG", "KAK", "KOK", "KUK", "KUL", "KUR", "KUT", "MAMAD", "MOR", "NAZ",
    "NEG", "NUD", "PAK", "PED", "PEN", "POP", "PUK", "PUT", "RAP", "SAT", "SOD", "SUDAK", "SUK", "TARAD", "TET", "TOD", "TOT", "TUR", "VAG",
    "ZOB",
)  # fmt: skip
"""What no code may hold, because it offends in one language or another."""

T = TypeVar("T")


class Move(StrEnum):
    """One tap that moves the room."""

    NEXT = "next"
    BACK = "back"
    PART = "part"
    TURN = "turn"
    EXTEND = "extend"
    PAUSE = "pause"
    GO_ON = "go_on"
    PASS = "pass"  # noqa: S105  # not a password
    TAKE_TURN = "take_turn"
    DONE = "done"
    OFFER = "offer"
    END_LATER = "end_later"


class CardKind(StrEnum):
    """What a listener hands to the speaker without interrupting."""

    SAME_HERE = "same_here"
    QUESTION = "question"
    TRY_THIS = "try_this"


class Whose(StrEnum):
    """Whose a cause is to change."""

    MINE = "mine"
    OURS = "ours"
    THEIRS = "theirs"


class MarkKind(StrEnum):
    """What a strategy on a card is to somebody."""

    NEW = "new"
    TRIED = "tried"
    WOULD = "would"


class Evidence(StrEnum):
    """What somebody's score of a lesson rests on."""

    TRIED = "tried"
    SEEN = "seen"
    BELIEVED = "believed"


class Verdict(StrEnum):
    """What becomes of a lesson: the group stands by it, drops it, records that it disagrees, or has not decided."""

    KEEP = "keep"
    DROP = "drop"
    DISAGREE = "disagree"
    OPEN = "open"


class Basis(StrEnum):
    """What a lesson does to a strategy of the playbook that lay on the table: says it better, or that it holds as it stands."""

    IMPROVES = "improves"
    CONFIRMS = "confirms"


class EventKind(StrEnum):
    """What happened in a room. `count` may be shown as it is; every other kind makes the screens fetch their stage."""

    ENTERED = "entered"
    LEFT = "member_left"
    BEGUN = "begun"
    MOVED = "moved"
    TURN = "turn"
    PAUSED = "paused"
    COUNT = "count"
    SHARED = "shared"
    CLOSED = "closed"


OF_STATE = (EventKind.MOVED, EventKind.TURN, EventKind.PAUSED, EventKind.COUNT)
"""Events after which everything around the state is as it was: who sits in the group, who is in the room or at its door, what is shared."""


def new_code(*, pick: Callable[[str], str]) -> str:
    """Six letters to read aloud as three syllables, like LUMADO. `pick` chooses a letter of a text (random in the program, fixed in tests)."""
    while True:
        code = "".join(pick(letters) for letters in (CONSONANTS, VOWELS) * SYLLABLES)
        if not any(word in code for word in UNKIND):
            return code


def read_code(typed: str) -> str:
    """The code behind what was typed: any case, with blanks or dashes anywhere. A zero is taken for the letter it looks like."""
    return "".join(char for char in typed.upper().replace("0", "O") if char.isascii() and char.isalpha())


def is_away(seen_at: datetime, now: datetime) -> bool:
    """Whether nothing was heard of a person for a minute."""
    return now - seen_at > SEEN_FOR


def typed_in_until(ended_at: datetime, told_at: datetime) -> datetime:
    """When the cycle of a reconvene on paper is closed, whoever has not finished: later only when it was told of very late."""
    return max(ended_at + TYPING_FOR, told_at + TYPING_AT_LEAST)


def share_each(people: int) -> int:
    """How many ideas each member may put forward so that at most MOST_SCORED are scored: one, or two when there are few."""
    return 2 if people * 2 <= MOST_SCORED else 1


def neighbour(order: Sequence[T], person: T) -> T | None:
    """Whose sheet the person gets to build on: the next in the ring. None when alone or not in it."""
    if person not in order or len(order) < 2:
        return None
    return order[(list(order).index(person) + 1) % len(order)]
