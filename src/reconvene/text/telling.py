"""Finds what would give people or their company away in a text that is to be published: names, roles of one person, places, dates, exact
numbers. It marks and blocks nothing; people decide. No network, no model. Called by people.noticing's callers when a wording is shown.

Dates, titles and places are known in English, German, French, Spanish, Italian, Dutch and Polish. Names of customers and projects are not known.
"""

import re
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from reconvene.text.names import spot_names

LONGEST_PHRASE = 6  # words of a job title or a place that are looked for together
FEW = 6  # people; up to so many could be anybody's
ROUND = 5  # per cent in steps of five give nobody away


class Kind(StrEnum):
    """What a marked piece of text is."""

    NAME = "name"
    ROLE = "role"
    PLACE = "place"
    DATE = "date"
    NUMBER = "number"


@dataclass(frozen=True)
class Known:
    """What the directory adds: first names as written; titles and functions that one person has, and places of work, all in small letters."""

    names: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Telling:
    """A piece that gives somebody away: text[start:end] == text."""

    start: int
    end: int
    text: str
    kind: Kind


_WORD = re.compile(r"[^\W_]+")
_BETWEEN = re.compile(r"[ \-/&,.'’]{1,3}")
_LEADS = frozenset((
    "the", "our", "your", "my", "his", "her", "their", "der", "die", "das", "den", "dem", "unser", "unsere", "unserem", "unseren", "le",
    "la", "les", "l", "notre", "nos", "el", "los", "las", "nuestro", "nuestra", "il", "lo", "i", "gli", "nostro", "nostra", "de", "het",
    "onze", "nasz", "nasza",
))  # fmt: skip
"""Words before a title of one word by which it means somebody: "the controller"."""
_ALSO_WORDS = frozenset(
    ("center", "easter", "reunion", "knox", "troll", "casey", "davis", "metro", "central", "eastern", "pacific", "mountain", "universal")
)
_AREAS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")

_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
    "|januar|jänner|februar|märz|mai|juni|juli|oktober|dezember|okt|dez"
    "|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre"
    "|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
    "|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre"
    "|januari|februari|maart|mei|augustus"
    "|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia"
    "|styczniu|lutym|marcu|kwietniu|maju|czerwcu|lipcu|sierpniu|wrześniu|październiku|listopadzie|grudniu"
)
_IN = "in|since|until|till|from|by|before|after|last|next|of|im|seit|bis|ab|vor|en|depuis|fin|début|desde|hasta|da|dal|fino a|sinds|tot|od|do|we?"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th|er|\.|º|°)?"
_YEAR = r"(?:19|20)\d\d"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_YEAR}-\d\d?-\d\d?\b",
        r"(?<![\d.,])(?:[12]\d|3[01]|0?[1-9])([./-])(?:1[0-2]|0?[1-9])\1(?:\d{4}|\d\d)?(?![\d%])",
        rf"\b{_DAY}\s+(?:of\s+|de\s+|di\s+|d['’])?(?:{_MONTHS})\b\.?(?:,?\s+(?:de\s+|del\s+)?{_YEAR})?",
        rf"\b(?:{_MONTHS})\b\.?\s+(?:{_DAY}(?!\d)(?:,?\s+{_YEAR})?|(?:de\s+|del\s+)?{_YEAR})",
        rf"\b(?:{_IN})\s+(?:{_MONTHS})\b(?!['’])",
        rf"\bQ[1-4]\b(?:\s*/?\s*(?:of\s+)?{_YEAR})?",
        r"\b(?:KW|calendar week)\s*\d\d?\b",
        rf"(?<![\d.,]){_YEAR}(?:\s*/\s*\d\d(?:\d\d)?)?(?![\d.,]*\d|\s?[%€$£])",
    )
)
_FIGURE = r"\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_SIZE = r"(?:\s?(?:k|m|mn|mio|bn|mrd|tsd|thousand|million(?:en|i|es|s)?|mille|mil|tausend|milliard\w*|billion\w*|tys|mln)\b\.?)?"
_MONEY = r"€|\$|£|¥|EUR\b|USD\b|GBP\b|CHF\b|PLN\b|zł|euros?\b|dollars?\b|pounds?\b|francs?\b|franken\b|złotych\b"
_PER_CENT = r"%|per ?cent\b|prozent\b|pour ?cent\b|por ?ciento\b|per ?cento\b|procent\b"
_PEOPLE = (
    "people|employees|staff|managers|engineers|colleagues|reports|workers|members|heads|fte|customers|clients|patients|students"
    "|leute|mitarbeiter\\w*|beschäftigte\\w*|kolleg\\w+|personen|kunden|vollzeitstellen"
    "|personnes|employés|salariés|collaborateurs|collègues|clients|personas|empleados|trabajadores|clientes|colaboradores"
    "|persone|dipendenti|collaboratori|colleghi|clienti|mensen|medewerkers|klanten|osób|pracowników|klientów"
)
_COUNT = re.compile(rf"(?<![\d.,])({_FIGURE})\s+(?:[^\W\d_]+\s+)?(?:{_PEOPLE})\b", re.IGNORECASE)
_SHARE = re.compile(rf"(?<![\d.,])({_FIGURE})\s?(?:{_PER_CENT})", re.IGNORECASE)
_NUMBERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:€|\$|£|¥|(?:EUR|USD|GBP|CHF|PLN))\s?(?:{_FIGURE}){_SIZE}",
        rf"(?<![\d.,])(?:{_FIGURE}){_SIZE}\s?(?:{_MONEY})",
        r"(?<![\d.,/])(?:\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+|\d{4,})(?:[.,]\d+)?(?![\d%])",
        r"(?<![\d.,/])\d+[.,]\d+(?![\d.,%])",
    )
)
_CODE = re.compile(r"\b[A-Z]{2,}-?\d{2,}\b")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\bhttps?://\S+|\bwww\.\S+", re.IGNORECASE)
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Prof|Herrn?|Frau|M(?=\.)|Mme|Mlle|Monsieur|Madame|Sr(?=\.)|Sra|Señor|Señora|Don|Doña|Sig(?=\.)|Signor|Signora|Dhr|Mevr"
    r"|Pan|Pani)\.?\s+[^\W\d_a-zà-öø-ÿ][\w’'-]+(?:\s+[^\W\d_a-zà-öø-ÿ][\w’'-]+)?"
)
_ROOM = re.compile(
    r"\b(?i:building|floor|room|plant|site|hall|warehouse|gebäude|halle|werk|raum|etage|stock|bâtiment|étage|salle|usine|edificio|planta|sala"
    r"|stabilimento|piano|gebouw|verdieping|zaal|budynek|piętro|hala)\s+(?:(?i:no|nr|n°)\.?\s*)?(?:\d[\w.-]*|[A-HJ-Z]\b)"
)


def phrases(text: str) -> frozenset[str]:
    """Every run of up to LONGEST_PHRASE words, in small letters, as the directory may hold it as a title, function or place."""
    return frozenset(phrase for _start, _end, phrase in _runs(text))


def spot_telling(text: str, *, known: Known) -> tuple[Telling, ...]:
    """What gives somebody away, in order, without overlaps: of two pieces that overlap the earlier stays, of two that begin together the longer."""
    found = sorted(_all(text, known), key=lambda one: (one.start, -one.end))
    kept: list[Telling] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


@cache
def cities() -> frozenset[str]:
    """Cities that time zones are named after, in small letters."""
    zones = (zone.split("/") for zone in zoneinfo.available_timezones())
    found = {parts[-1].replace("_", " ").lower() for parts in zones if parts[0] in _AREAS and len(parts) > 1}
    return frozenset(found - _ALSO_WORDS)


def _all(text: str, known: Known) -> Iterator[Telling]:
    for spot in spot_names(text, known=known.names):
        yield Telling(spot.start, spot.end, spot.text, Kind.NAME)
    for pattern, kind in (*_PATTERNS, *((one, Kind.DATE) for one in _DATES), *((one, Kind.NUMBER) for one in _NUMBERS)):
        for match in pattern.finditer(text):
            if not (kind is Kind.DATE and _is_verb(match[0])):
                yield Telling(match.start(), match.end(), match[0], kind)
    for pattern, tells in ((_COUNT, lambda value: value > FEW), (_SHARE, lambda value: value % ROUND != 0)):
        for match in pattern.finditer(text):
            if tells(_value(match[1])):
                yield Telling(match.start(), match.end(), match[0], Kind.NUMBER)
    yield from _phrases_of(text, known)


_PATTERNS = ((_ADDRESS, Kind.NAME), (_TITLED, Kind.NAME), (_ROOM, Kind.PLACE), (_CODE, Kind.NUMBER))


def _phrases_of(text: str, known: Known) -> Iterator[Telling]:
    for start, end, phrase in _runs(text):
        shown, is_one_word = text[start:end], " " not in phrase
        is_capital = shown[0].isupper()
        starts_sentence = not text[:start].strip() or text[:start].rstrip()[-1] in ".!?:"
        if (phrase in known.titles and (not is_one_word or (is_capital and not starts_sentence) or _has_lead(text, start))) or (
            phrase in known.functions and (not is_one_word or (is_capital and not starts_sentence))
        ):
            yield Telling(start, end, shown, Kind.ROLE)
        elif (phrase in known.places and (is_capital or not is_one_word)) or (phrase in cities() and is_capital):
            yield Telling(start, end, shown, Kind.PLACE)


def _runs(text: str) -> Iterator[tuple[int, int, str]]:
    words = list(_WORD.finditer(text))
    for first, word in enumerate(words):
        end = word.end()
        yield word.start(), end, word[0].lower()
        for following in words[first + 1 : first + LONGEST_PHRASE]:
            if not _BETWEEN.fullmatch(text, end, following.start()):
                break
            end = following.end()
            yield word.start(), end, " ".join(text[word.start() : end].lower().split())


def _has_lead(text: str, start: int) -> bool:
    before = _WORD.findall(text[max(0, start - 20) : start])
    return bool(before) and before[-1].lower() in _LEADS


def _is_verb(words: str) -> bool:
    """Whether a month of the pattern is an English verb written small: "we may", "march on"; with a day or a year it is a date."""
    last = words.split()[-1]
    return not any(char.isdigit() for char in words) and last in {"may", "march", "mar", "dec", "jan", "oct"}


def _value(figure: str) -> float:
    """A figure as a number: a comma or point before exactly three digits parts thousands."""
    plain = re.sub(r"[.,'’ \u00a0\u202f](?=\d{3}(?:\D|$))", "", figure)
    return float(plain.replace(",", ".")) if re.fullmatch(r"\d+(?:[.,]\d+)?", plain) else float("inf")
