"""A course's notes, pasted as text, put into the boxes of a guide as far as their headings allow. Pure. Called by guides.authoring.actions.

Nothing is left out: what stands under a heading that says nothing to us goes to the beginning of "What is going on", for L&D to sort; and
a heading that says more than the name of its box stays with its text, or goes there where the box is a list.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reconvene.guides.authoring.boxes import MOST_CARDS, blank, entries

LONGEST = 20_000  # characters of pasted notes
REST = "going-intro"
STRATEGIES = "strategies"
# Words in a heading, English and German, the more particular ones first. They are looked for in texts and are no words of the interface.
KNOWN = (
    ("what_it_is_not", ("what it is not", "is not", "not about", "abgrenzung")),
    ("reconvene_questions", ("reconvene", "follow-up question", "follow up question", "nachbereitung")),
    ("key_questions", ("key question", "leitfrage", "guiding question")),
    ("story_prompts", ("story", "prompt", "erzähl")),
    ("first_step", ("first step", "next step", "tomorrow", "erster schritt", "nächster schritt")),
    ("job_aid", ("job aid", "checklist", "check list", "template", "handout", "checkliste", "vorlage", "leitfaden")),
    ("if_then", ("if-then", "if then", "wenn-dann")),
    ("caution", ("caution", "warning", "limits", "vorsicht", "grenzen")),
    ("sources", ("source", "reference", "reading", "bibliography", "literature", "quelle", "literatur", "lektüre")),
    ("signals", ("signal", "how you notice", "success", "woran", "erfolg")),
    ("sounds_like", ("sounds like", "quotes", "typical sentences", "typische sätze", "zitate")),
    ("phrases", ("keyword", "phrases", "words for", "stichwort", "stichwörter")),
    ("case", ("case", "example", "fall", "beispiel")),
    ("questions", ("question", "discussion", "reflection", "frage", "reflexion")),
    ("going-mine", ("mine to change", "own part", "eigener anteil")),
    ("going-ours", ("ours to change", "our part")),
    ("going-theirs", ("theirs to change", "their part")),
    (STRATEGIES, ("strateg", "technique", "tool", "method", "what to do", "what helps", "tips", "methode", "werkzeug", "was hilft", "tipps")),
    (REST, ("background", "why", "cause", "what is going on", "theory", "hintergrund", "ursache", "warum")),
    ("lede", ("for whom", "audience", "target group", "zielgruppe", "goal", "objective", "ziel")),
    ("what_it_is", ("what it is", "what is it", "definition", "introduction", "overview", "about", "worum", "einführung", "überblick")),
)  # fmt: skip
SMALL = frozenset((
    "a", "an", "and", "at", "der", "die", "das", "do", "for", "für", "how", "in", "is", "mit", "my",
    "not", "of", "on", "or", "our", "the", "to", "und", "von", "we", "with", "your", "zu",
))  # fmt: skip
LISTS = ("key_questions", "story_prompts", "if_then", "sources", "signals", "sounds_like", "phrases", "questions", "reconvene_questions")

_MARKED = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_BOLD = re.compile(r"^\*\*([^*]{2,80})\*\*:?$")
_NUMBERED = re.compile(r"^\d+(?:\.\d+)*[.)]?\s+(?=\D)")
_LABELLED = re.compile(r"^([^\W\d_][^:]{1,29}):\s+(\S.*)$")
_EXERCISE = re.compile(
    r"(?:exercise|activity|technique|rule|strategy|tip|method|übung|aufgabe|regel|strategie|tipp|methode)(?:\s+\w{1,3})?\s*[:.–—-]\s*(\S.{2,79})",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]+")
_LONGEST_ENDING = 4  # letters: technique, techniques; strateg, strategies
_LONGEST_HEADING = 60  # characters of a line that is taken for one without a mark
_TITLE_END = re.compile(r"\s*[:.–—]\s+|:\s*$")


@dataclass(frozen=True)
class _Piece:
    """A heading and what stands below it; `depth` 1 for the notes' own, more for those inside. `is_exercise`: something to try, by its heading alone."""

    title: str
    depth: int
    text: str
    is_exercise: bool = False


def words_of(notes: str) -> dict[str, str]:
    """The boxes of a guide with the notes in them."""
    found = blank()
    cards: list[tuple[str, str]] = []
    box = REST
    for piece in _pieces(notes[:LONGEST]):
        known = None if piece.is_exercise else _box_for(piece.title)
        if piece.is_exercise:
            box = STRATEGIES
        if known is None and box == STRATEGIES and piece.title and piece.depth > 1:
            cards.append((piece.title, piece.text))
            continue
        box = known or REST
        told = piece.title if known is None or _says_more(piece.title) else ""
        if told and box in (STRATEGIES, *LISTS):
            found[REST] = "\n\n".join(part for part in (found[REST], told) if part)
            told = ""
        if box == STRATEGIES:
            cards += _cards(piece.text)
            continue
        text = "\n".join(part for part in (told, piece.text) if part)
        if text:
            wanted = "\n".join(entries(text)) if box in LISTS else text
            found[box] = (
                "\n\n".join(part for part in (found[box], wanted) if part) if box not in LISTS else f"{found[box]}\n{wanted}".strip()
            )
    for number, (title, action) in enumerate(cards[:MOST_CARDS], 1):
        found[f"card-{number}-title"], found[f"card-{number}-action"] = title[:300], action
    for title, action in cards[MOST_CARDS:]:
        found[REST] = "\n\n".join(part for part in (found[REST], f"{title}\n{action}".strip()) if part)
    return found


def _pieces(notes: str) -> Iterator[_Piece]:
    title, depth, is_exercise, held = "", 1, False, list[str]()
    lines = notes.replace("\r\n", "\n").split("\n")
    for number, line in enumerate(lines):
        if exercise := _EXERCISE.fullmatch(line.strip("#* \t")):
            if title or any(held):
                yield _Piece(title, depth, "\n".join(held).strip(), is_exercise)
            title, depth, is_exercise, held = exercise[1], 2, True, []
            continue
        heading, rest = _labelled(line.strip()) or (_heading(line.strip(), after_blank=number == 0 or not lines[number - 1].strip()), "")
        if heading is None:
            held.append(line.rstrip())
            continue
        if title or any(held):
            yield _Piece(title, depth, "\n".join(held).strip(), is_exercise)
        (title, depth), is_exercise, held = heading, False, [rest] if rest else []
    if title or any(held):
        yield _Piece(title, depth, "\n".join(held).strip(), is_exercise)


def _labelled(line: str) -> tuple[tuple[str, int], str] | None:
    """The heading and what stands behind it on the same line, as in "Case: In a bakery ...", where it names a box and nothing else."""
    found = _LABELLED.match(line)
    if found is None:
        return None
    folded = found[1].casefold()
    names = any(folded in (word, f"{word}s", f"{word}n", f"{word}en") for _box, said in KNOWN for word in said)
    return ((found[1], 1), found[2]) if names else None


def _heading(line: str, *, after_blank: bool) -> tuple[str, int] | None:
    """The heading on this line with its depth, None when it is none."""
    if marked := _MARKED.match(line):
        return _NUMBERED.sub("", marked[2]).strip("*: "), 1 if len(marked[1]) < 3 else 2
    if bold := _BOLD.match(line):
        return bold[1].strip(": "), 2
    bare = _NUMBERED.sub("", line)
    is_short = after_blank and 0 < len(bare) <= _LONGEST_HEADING and not bare.startswith(("-", "*", "•"))
    if is_short and (line.endswith(":") or (line[-1].isalnum() and _box_for(bare) is not None and len(bare.split()) <= 6)):
        return bare.rstrip(": "), 1
    return None


def _box_for(title: str) -> str | None:
    folded = title.casefold()
    return next((box for box, said in KNOWN if any(word in folded for word in said)), None)


def _says_more(title: str) -> bool:
    """Whether a heading holds a word that names no box."""
    names = {name for _box, said in KNOWN for phrase in said for name in phrase.split()}
    return not all(word in SMALL or _is_name(word, names) for word in _LETTERS.findall(title.casefold()))


def _is_name(word: str, names: set[str]) -> bool:
    return any(word.startswith(name) and len(word) - len(name) <= min(_LONGEST_ENDING, len(name) - 2) for name in names)


def _cards(text: str) -> Iterator[tuple[str, str]]:
    """Each entry of a list of things to do: what it is called, and what to do. Text that is no list is one of them."""
    listed = [line for line in text.split("\n") if line.strip()]
    if not listed:
        return
    if not all(line.lstrip().startswith(("-", "*", "•")) or line.lstrip()[0].isdigit() for line in listed):
        yield "", text
        return
    for entry in entries(text):
        parts = _TITLE_END.split(entry, maxsplit=1)
        yield (
            (parts[0], parts[1])
            if len(parts) == 2 and parts[1] and len(parts[0]) <= 80
            else (("", entry) if len(entry) > 80 else (entry, ""))
        )
