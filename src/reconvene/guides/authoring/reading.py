"""How easily a text reads, said plainly. Pure.

Called by guides.authoring.views. LIX (Björnsson 1968): words per sentence plus the per cent of words longer than six letters. It needs no list of
words and so serves every language that is written with spaces.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reconvene.base.translation import gettext as _
from reconvene.guides.authoring.boxes import FIELDS

LONG_WORD = 6  # letters; longer ones count
LONG_SENTENCE = 28  # words
FEW_WORDS = 12  # of which nothing can be said
EASY, PLAIN, DEMANDING = 35.0, 45.0, 55.0
NOT_READ = ("phrases", "sources", "related", "levels", "sounds_like")  # boxes that begin so are no running text

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_END = re.compile(r"[.!?:;]+(?:\s|$)|\n+")


@dataclass(frozen=True)
class Reading:
    """`level` is the LIX of all running text; `long` has the longest sentence of each box that has one of more than LONG_SENTENCE words."""

    level: float
    long: Mapping[str, int]

    @property
    def longest(self) -> int:
        """Words of the longest sentence, 0 where none is too long."""
        return max(self.long.values(), default=0)

    @property
    def words(self) -> str:
        """What the level means to somebody who reads."""
        if self.level < EASY and not self.long:
            return _("Reads easily, like a letter to a colleague.")
        if self.level < PLAIN:
            return _("Reads plainly, like a good newspaper.")
        if self.level < DEMANDING:
            return _("Demanding: many long words or long sentences. Managers read this between two meetings; shorten where you can.")
        return _("Hard, like a contract or a scientific paper. Break up the sentences and choose shorter words.")


def lix(text: str) -> float:
    """The LIX of a text; 0 for one of fewer than FEW_WORDS words."""
    words = _WORD.findall(text)
    if len(words) < FEW_WORDS:
        return 0.0
    sentences = sum(1 for sentence in _END.split(text) if _WORD.search(sentence))
    return len(words) / sentences + 100 * sum(len(word) > LONG_WORD for word in words) / len(words)


def reading(words: Mapping[str, str]) -> Reading | None:
    """How the boxes read; None while there is too little to say."""
    told = {
        name: words[name]
        for name, field in FIELDS.items()
        if field.kind in ("line", "text", "list") and not name.startswith(NOT_READ) and not name.endswith("-source")
    }
    level = lix("\n".join(told.values()))
    longest = {name: max(len(_WORD.findall(sentence)) for sentence in _END.split(text)) for name, text in told.items()}
    return Reading(level, {name: count for name, count in longest.items() if count > LONG_SENTENCE}) if level else None
