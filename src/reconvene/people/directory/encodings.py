"""Finds out how the bytes of a text file spell letters, and says how sure that is. Called by `reading`."""

import codecs

from charset_normalizer import from_bytes

from reconvene.base.translation import gettext as _
from reconvene.base.translation import ngettext

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
OFFERED = ("utf-8", "cp1252", "iso8859-15", "cp1250", "cp1251", "cp1253", "cp1254", "mac-roman", "cp850", "utf-16", "cp932",
           "gb18030", "big5", "euc-kr")  # fmt: skip
_DETECTED = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "mac_roman", "cp850", "cp932", "gb18030", "big5", "euc_kr"]
_WESTERN = frozenset(
    "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŒ"
    "\u00a0£€§°·–—‘’“”«»…&®©ª º"  # signs that stand in titles and names of places
)
_SAMPLE = 60_000


class Unknown(Exception):
    """The bytes do not spell text in the wanted encoding, or in any that we know."""


def decode(data: bytes, *, wanted: str | None = None) -> tuple[str, str, tuple[str, ...]]:
    """Return the text, the encoding it was read with, and notes for the person.

    A byte order mark decides; else UTF-8 when every byte fits; else a guess among the encodings HR systems write.
    Raises: Unknown, when a wanted encoding does not fit or does not exist, or none does.
    """
    if wanted:
        return _decode_as(data, wanted), wanted, ()
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode_as(data, encoding), encoding.removesuffix("-sig"), ()
    if (wide := _wide(data)) is not None:
        return _decode_as(data, wide), wide, ()
    try:
        return data.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError:
        pass
    return _mostly_utf8(data) or _guess(data)


def _decode_as(data: bytes, encoding: str) -> str:
    try:
        return data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except (UnicodeError, LookupError) as error:
        words = _("The file does not read as %(encoding)s. Choose another encoding, or export it again in UTF-8.")
        raise Unknown(words % {"encoding": encoding}) from error


def _wide(data: bytes) -> str | None:
    """UTF-16 without its mark: in Western text every second byte is zero."""
    sample = data[:2000]
    half = len(sample) // 2
    if half < 4:
        return None
    if sample[1::2].count(0) > 0.7 * half and not sample[::2].count(0):
        return "utf-16-le"
    if sample[::2].count(0) > 0.7 * half and not sample[1::2].count(0):
        return "utf-16-be"
    return None


def _mostly_utf8(data: bytes) -> tuple[str, str, tuple[str, ...]] | None:
    """Read as UTF-8 with gaps, when far more of the letters beyond ASCII fit than do not."""
    text = data.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    beyond = sum(1 for sign in text if ord(sign) > 127) - lost
    if beyond < 10 * lost:
        return None
    note = ngettext(
        "%(count)s letter does not fit UTF-8, in which the rest of the file is written; it shows as \ufffd.",
        "%(count)s letters do not fit UTF-8, in which the rest of the file is written; they show as \ufffd.",
        lost,
    )
    return text, "utf-8", (note % {"count": lost},)


def _guess(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    sure = _("The encoding was guessed as %(encoding)s. Look at names with accents in the preview, and choose another if they are wrong.")
    western = _western(data)
    if western is not None:
        return western, "cp1252", (sure % {"encoding": _("cp1252 (Windows, Western)")},)
    lines = [line for line in data.splitlines(keepends=True) if not line.isascii()]
    found = from_bytes(b"".join(lines)[:_SAMPLE], cp_isolation=_DETECTED, explain=False).best()
    for encoding in (found.encoding if found else "cp1252", "cp1252"):
        try:
            return data.decode(encoding), encoding, (sure % {"encoding": encoding},)
        except UnicodeDecodeError:
            continue
    raise Unknown(_("The letters of this file fit no encoding we know. Export it again as CSV in UTF-8."))


def _western(data: bytes) -> str | None:
    """The text in cp1252 when that gives only letters of Western Europe, which detection by frequency confuses."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    return text if all(ord(sign) < 128 or sign in _WESTERN for sign in set(text)) else None
