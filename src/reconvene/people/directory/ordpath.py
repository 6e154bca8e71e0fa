"""Places in a hierarchy: SQL Server's hierarchyid as hex ("5AC0"), or written out ("/1/1/"). Called by `managers`.

The encoding is the one of "ORDPATHs: Insert-Friendly XML Node Labels" (O'Neil and others, 2004) as fixed in the open
specification [MS-SSCLRT], section 2.1.2: every number has a prefix that says its range, the bits of its distance from the start
of that range with fixed bits between them, and a last bit that says whether the level ends here.
"""

from dataclasses import dataclass

Path = tuple[tuple[int, ...], ...]


class BadPath(ValueError):
    """The text is no place in a hierarchy."""


@dataclass(frozen=True)
class _Range:
    """Numbers from `start` on: `prefix`, then `pattern`, where x is a bit of the number and 0 or 1 is fixed."""

    prefix: str
    start: int
    pattern: str


_RANGES = (
    _Range("000100", -281479271682120, "x" * 14 + "0" + "x" * 21 + "0xxxxxx0xxx0x1xxx"),
    _Range("000101", -4294971464, "x" * 19 + "0xxxxxx0xxx0x1xxx"),
    _Range("000110", -4168, "xxxxx0xxx0x1xxx"),
    _Range("0010", -72, "xx0x1xxx"),
    _Range("00111", -8, "xxx"),
    _Range("01", 0, "xx"),
    _Range("100", 4, "xx"),
    _Range("101", 8, "xxx"),
    _Range("110", 16, "xx0x1xxx"),
    _Range("1110", 80, "xxx0xxx0x1xxx"),
    _Range("11110", 1104, "xxxxx0xxx0x1xxx"),
    _Range("111110", 5200, "x" * 19 + "0xxxxxx0xxx0x1xxx"),
    _Range("111111", 4294972496, "x" * 14 + "0" + "x" * 21 + "0xxxxxx0xxx0x1xxx"),
)


def read_path(text: str) -> Path:
    """The levels from the root down; the root itself is empty. One level is usually one number, "2.1" gives two.

    Raises: BadPath.
    """
    text = text.strip()
    if text.startswith("/"):
        return _read_written(text)
    digits = text[2:] if text[:2].lower() == "0x" else text
    try:
        bits = "".join(f"{byte:08b}" for byte in bytes.fromhex(digits))
    except ValueError as error:
        raise BadPath(text) from error
    return _read_bits(bits)


def _read_written(text: str) -> Path:
    if not text.endswith("/"):
        text += "/"
    try:
        return tuple(tuple(int(number) for number in level.split(".")) for level in text[1:-1].split("/")) if text != "/" else ()
    except ValueError as error:
        raise BadPath(text) from error


def _read_bits(bits: str) -> Path:
    levels: list[tuple[int, ...]] = []
    level: list[int] = []
    at = 0
    while "1" in bits[at:]:
        number, ends, at = _read_number(bits, at)
        level.append(number if ends else number - 1)  # inside a level the stored number is one higher
        if ends:
            levels.append(tuple(level))
            level = []
    if level or len(bits) - at > 7:
        raise BadPath(bits)
    return tuple(levels)


def _read_number(bits: str, at: int) -> tuple[int, bool, int]:
    """The number that starts at a bit, whether its level ends with it, and where the next one starts."""
    kind = next((kind for kind in _RANGES if bits.startswith(kind.prefix, at)), None)
    if kind is None:
        raise BadPath(bits)
    start = at + len(kind.prefix)
    stored, last = bits[start : start + len(kind.pattern)], start + len(kind.pattern)
    if last >= len(bits) or any(want != "x" and want != got for want, got in zip(kind.pattern, stored, strict=True)):
        raise BadPath(bits)
    value = "".join(got for want, got in zip(kind.pattern, stored, strict=True) if want == "x")
    return kind.start + int(value, 2), bits[last] == "1", last + 1
