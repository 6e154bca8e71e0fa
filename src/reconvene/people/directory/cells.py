"""Reads single cells: blank marks, names, addresses, time zones, languages, countries, working or gone. Called by `records`."""

import re
import unicodedata
from difflib import get_close_matches
from functools import cache, lru_cache
from zoneinfo import available_timezones

from reconvene.people.directory.column_words import normalise
from reconvene.people.directory.places import COUNTRY_CODES, LANGUAGE_CODES, WINDOWS_ZONES

_WITHHELD = frozenset({"n/d", "n/a", "na", "nd", "#n/a", "-", "--", "null", "none", "vacant", "vacancy", "tbc", "tbd", "unknown",
                       "unbesetzt", "vakant", "vacante", "vacature"})  # fmt: skip
_TOP = frozenset({"xx", "no_manager", "no manager", "none", "n/a", "na", "-", "null", "0", "#n/a"})
_GONE = frozenset({"0", "no", "n", "false", "inactive", "terminated", "left", "leaver", "former", "deactivated", "retired",
                   "nein", "inaktiv", "ausgeschieden", "gekundigt", "non", "inactif", "parti", "inactivo", "baja", "cesado",
                   "nee", "inactief", "uit dienst", "f", "offboarded"})  # fmt: skip
_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2060, 0xFEFF])
_MAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(\.[\w-]{1,63}){0,8}\.[^\W\d_]{2,24}")
_SIGN_IN_NAME = re.compile(r"[\w.-]+\\(?=\S+$)")


def clean(text: str) -> str:
    """One line, composed letters (NFC), single spaces, nothing invisible."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    text = unicodedata.normalize("NFC", text).translate(_INVISIBLE)
    return " ".join("".join(sign if unicodedata.category(sign) != "Cc" else " " for sign in text).split())


def fold(text: str) -> str:
    """The form in which two spellings of the same id, address or name are equal."""
    folded = clean(text).casefold()
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)


def read_name(text: str) -> str:
    """A person's name; empty when the file withholds it ("N/D", "vacant"). "Doe, Jane" becomes "Jane Doe"."""
    name = clean(text).strip("'\"").strip()
    if fold(name) in _WITHHELD:
        return ""
    last, comma, first = name.partition(", ")
    if comma and "," not in first:
        return f"{first} {last}"
    return _SIGN_IN_NAME.sub("", name)


def read_text(text: str) -> str:
    """A title, department or place; empty for the marks that stand for nothing."""
    value = clean(text)
    return "" if fold(value) in _WITHHELD else value


def is_top(text: str) -> bool:
    """Whether a manager cell says that there is nobody above."""
    return fold(text) in _TOP


def is_mail(text: str) -> bool:
    """Whether this can be a mail address. What the mail server thinks of it only shows later."""
    return len(text) <= 254 and ".." not in text and not text.startswith(".") and _MAIL.fullmatch(text) is not None


def suggest_mail(text: str) -> str:
    """The address that was probably meant, or nothing."""
    tried = re.sub(r"^mailto:|[\s\ufffd<>;,]+", "", text).replace(",", ".").replace("(at)", "@").replace("..", ".").strip(".")
    return tried if tried != text and is_mail(tried) else ""


@lru_cache(maxsize=2048)
def read_zone(text: str) -> str | None:
    """The IANA name of a time zone, from its own spelling in any case or from the Windows name; None when unknown."""
    wanted = clean(text)
    return _zones().get(wanted.casefold().replace(" ", "_")) or WINDOWS_ZONES.get(wanted.casefold())


@lru_cache(maxsize=2048)
def suggest_zone(text: str) -> str:
    """A known time zone that is spelled like this, or nothing. A city is enough: "Berlin" suggests "Europe/Berlin"."""
    wanted = clean(text).casefold().replace(" ", "_")
    city = next((name for key, name in sorted(_zones().items()) if key.rpartition("/")[2] == wanted), "")
    near = get_close_matches(wanted, _zones(), n=1, cutoff=0.75)
    return city or (_zones()[near[0]] if near else "")


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones() if "/" in name or name == "UTC"}


@lru_cache(maxsize=2048)
def read_languages(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The codes of the languages in a cell, in its order, and the words that name none."""
    codes: dict[str, None] = {}
    unknown = []
    for word in (part.strip() for part in re.split(r"[,;/|]", clean(text)) if part.strip()):
        first = (normalise(word).split() or [""])[0]
        if code := LANGUAGE_CODES.get(first):
            codes[code] = None
        else:
            unknown.append(word)
    return tuple(codes), tuple(unknown)


@lru_cache(maxsize=2048)
def read_country(text: str) -> str | None:
    """The ISO code of a country, given as a code ("DE", "DE-BY") or by name; None when unknown."""
    value = clean(text)
    if re.fullmatch(r"[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?", value) and normalise(value) not in COUNTRY_CODES:
        return value.upper()
    return COUNTRY_CODES.get(normalise(value))


def is_gone(text: str) -> bool:
    """Whether the cell of a status column says that the person no longer works here. Blank and anything else: works."""
    return normalise(text) in _GONE or fold(text) in _GONE
