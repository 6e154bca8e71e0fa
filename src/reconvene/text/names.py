"""Finds names of people in a text, so that one can write a role instead. No network, no model. Called when texts are saved."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w.])(?:\+|00?)[1-9](?:[ /()-]{0,2}\d){6,14}(?!\w)")
_SENTENCE_START = re.compile(r"(?:^|[.!?:\n\u2026])[\s\"'\u201c\u201e\u2018\u00ab(\u2022*-]*$")

NEVER = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november
    december english german french spanish italian dutch polish chinese japanese excel word outlook teams slack zoom jira sap google
    microsoft windows linux python java europe america asia africa germany france england london paris berlin christmas easter hr it""".split()  # noqa: SIM905  # easier to read and to extend than a list
)
"""Never flagged, whoever is called so."""
ALSO_WORDS = frozenset("may will mark bill rose grace hope faith joy grant frank rich art sue pat drew chase max dean don jack rob".split())  # noqa: SIM905  # as above
"""Names that are also words: not flagged at the start of a sentence."""
TITLES = frozenset("mr mrs ms miss mx dr prof herr herrn frau".split())  # noqa: SIM905  # as above
"""Whatever begins with a capital after one of these is a name."""
COMMON = frozenset(
    """adam agnes alan albert alex alexander alexandra ali alice alison amanda amy ana andrea andreas andrew andy angela anja anke anna anne annette anthony antonio
    arthur astrid axel barbara ben benjamin bernd bernhard betty birgit bob brian bruno carl carla carlos carmen carol caroline catherine cecilia charles charlotte
    christian christina christine christoph christopher claire clara claudia claus colin cornelia craig dagmar daniel daniela dave david deborah denise dennis derek
    diana diego dieter dirk donald doris dorothy douglas ed edith edward eleanor elena elisabeth elizabeth ellen emily emma eric erica erik ernst esther eva evelyn
    fatima felix florian francesca francesco francis franz friedrich gabriele gareth gary george gerald gerd gerhard gertrud gianni gisela giulia gordon graham greg
    guido gunther hanna hannah hans harald harry hassan heather heidi heike heinz helen helena helga helmut henry herbert holger horst howard hugo ian ibrahim inge
    ingrid irene isabel ivan jacob jacqueline jakob james jan jane janet janice jason javier jean jennifer jens jeremy jessica jim joachim joan joanna jochen joe
    johann john jonas jonathan jorge joseph josef juan judith judy julia julian julie jutta karen karin karl karsten katharina kathleen katrin keith kelly ken kenneth
    kevin kim klaus kurt larry lars laura lauren laurent lea lena leon leonie lewis linda lisa louis louise luca lucia lucy luis lukas luke maggie malcolm manfred manuel
    manuela marc marco margaret maria marianne marie marina mario marion markus marta martha martin martina mary matteo matthew matthias maurice megan mehmet melanie
    michael michaela michel michelle miguel mike mohamed mohammed monica monika moritz muhammad nancy natalie neil nicholas nick nicola nicole nigel nils nina norbert
    olaf olga oliver omar oscar oskar otto pablo pamela patricia patrick paul paula paulo pedro peggy peter petra philip philipp phil pierre rachel rainer ralf ralph
    rebecca regina reinhard renate ricardo richard rita robert roberto roger roland ronald rosa roy rudolf ruth ryan sabine sally samuel sandra sara sarah sean
    sebastian sergio sharon silke silvia simon simone sofia sonja sophia sophie stefan stefanie stephan stephanie stephen steve steven stuart susan susanne suzanne
    sven sylvia tanja tara teresa thea theo theresa thomas thorsten tim timothy tina tobias todd tom tony torsten tracy udo ulrich ulrike ursula ute uwe valerie vera
    veronica victor vincent virginia volker walter waltraud wendy werner wilhelm william wolfgang xavier yasmin yusuf yvonne zoe""".split()  # noqa: SIM905  # as above
)
"""First names that are common here: with a word after them that begins with a capital they name somebody, whether a colleague is called so or not."""


@dataclass(frozen=True)
class Spot:
    """A name in a text: text[start:end] == text."""

    start: int
    end: int
    text: str


def spot_names(text: str, *, known: Collection[str]) -> tuple[Spot, ...]:
    """Words that begin with a capital and are among the known first names, in order; and, of whomever, a title or a common first name with a family name.

    Letters with accents match however they are composed. A word written small is never a name. A capitalised word right after
    a first name is taken with it, as a family name.
    """
    names = {_folded(name) for name in known} - NEVER
    words = list(_WORD.finditer(text))
    spots: list[Spot] = []
    for at, word in enumerate(words):
        folded = _folded(word[0])
        end = word.end()
        is_title = folded in TITLES and word[0].istitle()
        is_full = at + 1 < len(words) and _is_family_name(text, end, words[at + 1], is_title=is_title)
        is_name = folded in names or (is_full and (is_title or folded in COMMON))
        if not word[0][0].isupper() or not is_name or (spots and word.start() < spots[-1].end):
            continue
        if folded in ALSO_WORDS and _SENTENCE_START.search(text[: word.start()]):
            continue
        if is_full:
            end = words[at + 1].end()
        spots.append(Spot(word.start(), end, text[word.start() : end]))
    return tuple(spots)


def contacts_in(text: str) -> tuple[str, ...]:
    """Mail addresses and telephone numbers, in their order."""
    return tuple(found[0] for found in _CONTACT.finditer(text))


def _is_family_name(text: str, end: int, following: re.Match[str], *, is_title: bool) -> bool:
    between, word = text[end : following.start()], following[0]
    return (
        between in ({" ", ". "} if is_title else {" ", "-"})
        and len(word) > 1
        and word[0].isupper()
        and word[1:].islower()
        and _folded(word) not in NEVER
    )


def _folded(word: str) -> str:
    return unicodedata.normalize("NFC", word).casefold()
