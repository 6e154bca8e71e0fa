"""Guides as files that come and go: one Markdown file, several, a folder, or a zip of them. Pure.

Called by guides.authoring.views. What comes from outside is not trusted: nothing is written to a disk, sizes are counted while they are read, and a file
with a fault stops the whole.
"""

import io
import lzma
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from reconvene.base.translation import gettext as _
from reconvene.guides.library import TOPICS_FILE, parse_topics
from reconvene.guides.safety import LARGEST
from reconvene.guides.sheet import ScriptError

MOST_FILES = 200
LARGEST_FILE = 4 * LARGEST  # bytes; a character has four at most
LARGEST_PACK = 2_000_000  # bytes of what is uploaded, beside the form's own limit
LARGEST_CONTENT = 20_000_000  # bytes of all that comes out of a zip
DEEPEST = 3  # folders
TOPICS_HEAD = "# Which category each guide is in. The names of categories are those of the library.\n"
LIST = '  - key: %(key)s\n    name: "%(name)s"\n    topics: [%(slugs)s]\n'

_LEFT_OUT = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")  # put into folders and zips by machines, not by people


@dataclass(frozen=True)
class Pack:
    """Guides that came in, as name and text, and the name of each one's category by slug, as far as the pack tells."""

    guides: tuple[tuple[str, str], ...]
    categories: Mapping[str, str]


def unpack(files: Sequence[tuple[str, bytes]]) -> Pack:
    """What is in these files, by name and content.

    Raises:
        ScriptError: with everything that cannot be taken; then nothing is.
    """
    problems: list[str] = []
    found = dict[str, str]()
    for name, content in files:
        try:
            for inner, text in _read(name, content):
                if inner in found:
                    problems.append(_("%(file)s: is there twice; keep one.") % {"file": inner})
                found[inner] = text
        except ScriptError as error:
            problems += str(error).splitlines()
    if len(found) > MOST_FILES:
        problems.append(_("These are %(count)s files; bring at most %(most)s at once.") % {"count": len(found), "most": MOST_FILES})
    lists = {name: text for name, text in found.items() if PurePosixPath(name).name == TOPICS_FILE}
    guides = tuple((name, text) for name, text in sorted(found.items()) if name not in lists)
    categories: dict[str, str] = {}
    for name, text in lists.items():
        try:
            categories |= {slug: category.name for category in parse_topics(text, source=name) for slug in category.slugs}
        except ScriptError as error:
            problems += str(error).splitlines()
    if not guides and not problems:
        problems.append(_("There is no guide in it; a guide is a file that ends in .md."))
    if problems:
        raise ScriptError("", problems)
    return Pack(guides, categories)


def pack(guides: Sequence[tuple[str, str]], categories: Sequence[tuple[str, str, Sequence[str]]]) -> bytes:
    """A zip of guides, given as slug and Markdown, with the list of their categories, given as key, name and slugs. The same guides make the same bytes."""
    held = io.BytesIO()
    lines = [TOPICS_HEAD, "categories:\n"]
    for key, name, slugs in categories:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        lines.append(LIST % {"key": key, "name": quoted, "slugs": ", ".join(slugs)})
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in (*((f"topics/{slug}.md", text) for slug, text in guides), (TOPICS_FILE, "".join(lines))):
            packed.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _read(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    """The texts in a file that was brought, with their names."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        yield from _unzip(name, content)
    elif name.lower().endswith(".zip"):
        raise _damaged(name)
    elif wrong := _wrong_name(name):
        raise ScriptError(name, [wrong])
    elif not _is_left_out(name):
        yield name, _decode(name, content)


def _unzip(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            inside = [info for info in packed.infolist() if not info.is_dir() and not _is_left_out(info.filename)]
            if len(inside) > MOST_FILES:
                words = _("has %(count)s files; bring at most %(most)s at once.")
                raise ScriptError(name, [words % {"count": len(inside), "most": MOST_FILES}])
            if wrong := [f"{info.filename[:80]!r}: {reason}" for info in inside if (reason := _wrong_entry(info))]:
                raise ScriptError(name, wrong)
            total = 0
            for info in inside:
                with packed.open(info) as file:
                    held = file.read(LARGEST_FILE + 1)  # never more, whatever the zip says of itself
                total += len(held)
                if total > LARGEST_CONTENT:
                    raise ScriptError(
                        name, [_("holds more than %(most)s MB; bring less at once.") % {"most": LARGEST_CONTENT // 1_000_000}]
                    )
                yield info.filename, _decode(info.filename, held)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise _damaged(name) from error


def _damaged(name: str) -> ScriptError:
    return ScriptError(name, [_("is a damaged zip, or one of a kind that cannot be read; make it anew.")])


def _wrong_entry(info: zipfile.ZipInfo) -> str:
    """Why an entry of a zip is refused; '' when it is not."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if info.flag_bits & 1:
        return _("is locked with a password; make a zip without one.")
    if kind and not stat.S_ISREG(kind):
        return _("is a link or a device, not a file; take it out.")
    if info.file_size > LARGEST_FILE:
        return _("is larger than %(most)s characters; make it shorter.") % {"most": LARGEST}
    return _wrong_name(info.filename)


def _wrong_name(name: str) -> str:
    """Why a file of this name is not looked at; '' when it is."""
    path = PurePosixPath(name)
    if "\\" in name or ":" in name or path.is_absolute() or ".." in path.parts or any(ord(char) < 32 for char in name):
        return _("leads out of its folder; give it a plain name.")
    if len(path.parts) > DEEPEST + 1:
        return _("lies too many folders deep; put it higher.")
    if path.suffix.lower() in (".zip", ".gz", ".tar", ".7z", ".rar", ".bz2", ".xz"):
        return _("is an archive inside; take the files out of it.")
    if path.suffix != ".md" and path.name != TOPICS_FILE and not _is_left_out(name):
        return _("is neither a guide (.md) nor %(list)s; take it out.") % {"list": TOPICS_FILE}
    return ""


def _is_left_out(name: str) -> bool:
    path = PurePosixPath(name)
    return any(part in _LEFT_OUT for part in path.parts) or path.name.startswith("._") or path.name == "README.md"


def _decode(name: str, content: bytes) -> str:
    if len(content) > LARGEST_FILE:
        raise ScriptError(name, [_("is larger than %(most)s characters; make it shorter.") % {"most": LARGEST}])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        words = _("line %(line)s: is not written in UTF-8; save the file as UTF-8.")
        raise ScriptError(name, [words % {"line": content.count(b"\n", 0, error.start) + 1}]) from error
