"""What no file of the library may hold, whoever wrote it: HTML, pictures, links that lead elsewhere than to public pages, depth without end. Pure.

Called by guides.sheet for each file, before anything is made of it. The pages clean what they show once more (guides.markup).
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from reconvene.base.translation import gettext as _

LARGEST = 200_000  # characters of a file, five times the longest that is shipped
LONGEST_LINE = 4_000  # characters

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)  # they steer a screen and show nothing
_HTML = re.compile(r"<[A-Za-z/!?]")
_TARGET = re.compile(r"\]\(\s*<?([^)\s>]*)")
_LINK_BELOW = re.compile(r"[\s>*+\d.)-]*\[[^\[\]]*\]:|[^\[]*\]:")
"""Where a link leads that is named elsewhere: in a quotation or a list as well, and with a name that began on a line before."""
_ESCAPED = re.compile(r"\\.")
_DEEP = re.compile(r"(?:\s*>){3}|\s{8,}(?:[-*+]|\d+[.)])\s|.*(?:\[{8}|\({8}|\*{8}|`{8})", re.DOTALL)
_SIGNS = ("<", ">", "![", "](", "]:", "[" * 8, "(" * 8, "*" * 8, "`" * 8)
"""Without any of these, and without a line that begins far to the right, a text holds nothing of what `unsafe` finds: most do not."""
_FAR_RIGHT = re.compile(r"^\s{8}", re.MULTILINE)
_INSIDE = (
    ".local",
    ".localhost",
    ".localdomain",
    ".internal",
    ".intranet",
    ".private",
    ".lan",
    ".home",
    ".corp",
    ".arpa",
    ".test",
    ".invalid",
)
_LEADS_INSIDE = (".nip.io", ".sslip.io", ".xip.io", ".localtest.me", ".lvh.me")  # public names of whatever address stands before them


def unseen(text: str) -> bool:
    """Whether it holds a character that shows nothing or steers a screen, or a break of the line."""
    return "\n" in text or _UNSEEN.search(text) is not None


def unreadable(text: str) -> str:
    """Why the text cannot be a file of the library at all, with the line; '' when it can."""
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > LONGEST_LINE:
            words = _("line %(line)s: has %(count)s characters; break it into lines of at most %(most)s.")
            return words % {"line": number, "count": len(line), "most": LONGEST_LINE}
    if found := _UNSEEN.search(text):
        words = _("line %(line)s: holds a character that cannot be seen (U+%(code)s); type the line anew.")
        return words % {"line": text.count("\n", 0, found.start()) + 1, "code": f"{ord(found[0]):04X}"}
    if len(text) > LARGEST:
        words = _("line %(line)s: the file goes on beyond %(most)s characters; make it shorter.")
        return words % {"line": text.count("\n", 0, LARGEST) + 1, "most": LARGEST}
    return ""


def unsafe(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """What in these lines may not be shown: the line, counted from 1, and how to mend it."""
    text = "\n".join(lines)
    if not any(sign in text for sign in _SIGNS) and not _FAR_RIGHT.search(text):
        return
    for number, line in enumerate(lines, 1):
        if _HTML.search(line):
            yield number, _("there is HTML or something that looks like it; write Markdown, without '<'.")
        if "![" in line:
            yield number, _("there is a picture; guides are text only, take it out.")
        if _LINK_BELOW.match(_ESCAPED.sub("", line)) or not all(is_public(target) for target in _TARGET.findall(line)):
            yield number, _("a link does not lead to a public page; write [text](https://…) with the name of a site.")
        if _DEEP.match(line):
            yield number, _("this is nested too deep; keep to lists with one level below them.")


def is_public(address: str) -> bool:
    """Whether a link may be shown: https, a name rather than a number, and none that only a network inside would know."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".")
        plain = parts.username is None and parts.port is None
    except ValueError:
        return False
    named = "." in host and re.fullmatch(r"[a-z0-9.-]+\.[a-z][a-z0-9-]+", host) is not None
    return parts.scheme == "https" and plain and named and not host.endswith(_INSIDE + _LEADS_INSIDE)
