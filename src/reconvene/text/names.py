"""Finds first names in a text, so that people can write a role instead. No network, no model. Called when texts are saved."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")
_SENTENCE_START = re.compile(r"(?:^|[.!?:\n\u2026])[\s\"'\u201c\u201e\u2018\u00ab(\u2022*-]*$")

NEVER = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november
    december english german french spanish italian dutch polish chinese japanese excel word outlook teams slack zoom jira sap google
    microsoft windows linux python java europe america asia africa germany france england london paris berlin christmas easter hr it""".split()  # noqa: SIM905  # easier to read and to extend than a list
)
"""Never flagged, whoever is called so."""
ALSO_WORDS = frozenset("may will mark bill rose grace hope faith joy grant frank rich art sue pat drew chase max dean don jack rob".split())  # noqa: SIM905  # as above
"""Names that are also words: not flagged at the start of a sentence."""


@dataclass(frozen=True)
class Spot:
    """A name in a text: text[start:end] == text."""

    start: int
    end: int
    text: str


def spot_names(text: str, *, known: Collection[str]) -> tuple[Spot, ...]:
    """Words that begin with a capital and are among the known first names, in order.

    Letters with accents match however they are composed. A word written small is never a name. A capitalised word right after
    a first name is taken with it, as a family name.
    """
    names = {_folded(name) for name in known} - NEVER
    words = list(_WORD.finditer(text))
    spots: list[Spot] = []
    for at, word in enumerate(words):
        folded = _folded(word[0])
        if not word[0][0].isupper() or folded not in names or (spots and word.start() < spots[-1].end):
            continue
        if folded in ALSO_WORDS and _SENTENCE_START.search(text[: word.start()]):
            continue
        end = word.end()
        if at + 1 < len(words) and _is_family_name(text, end, words[at + 1]):
            end = words[at + 1].end()
        spots.append(Spot(word.start(), end, text[word.start() : end]))
    return tuple(spots)


def _is_family_name(text: str, end: int, following: re.Match[str]) -> bool:
    between, word = text[end : following.start()], following[0]
    return between in {" ", "-"} and len(word) > 1 and word[0].isupper() and word[1:].islower() and _folded(word) not in NEVER


def _folded(word: str) -> str:
    return unicodedata.normalize("NFC", word).casefold()
