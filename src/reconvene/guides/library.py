"""The library: every guide, protocol and topic in a folder, read once. Called by guides.catalogue, which keeps the result."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path, PurePath
from typing import TypeVar

from reconvene.base.translation import gettext as _
from reconvene.guides.front import read_yaml
from reconvene.guides.guide import Guide
from reconvene.guides.safety import LARGEST
from reconvene.guides.script import BUILT_IN, Demands, Protocol, parse_guide, parse_protocol
from reconvene.guides.sheet import ScriptError

PACT_LINES = 5
TOPICS_FILE = "topics.yaml"
PACT_FILE = "pact.md"
TOPICS_DEPTH = 5  # categories, the list, one of them, its list of topics, and no more
MOST_SILENT = 25 / 90  # of a session's minutes

T = TypeVar("T")

_NUMBERED = re.compile(r"^\d+\. +(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Category:
    """A group of topics: `key` stands in addresses, `slugs` are its topics in order."""

    key: str
    name: str
    slugs: tuple[str, ...]


@dataclass(frozen=True)
class TopicEntry:
    """A topic that a challenge can be given. `phrases` are plain words of people who have it, for matching; `category` is a name."""

    code: str
    slug: str
    title: str
    levels: tuple[str, ...]
    phrases: tuple[str, ...]
    category: str


@dataclass(frozen=True)
class Library:
    """What the folder holds: guides by slug in the order of the categories, protocols by (kind, mode, length in minutes), the categories,
    all topics in their order, the lines of the pact.
    """

    guides: dict[str, Guide]
    protocols: dict[tuple[str, str, int], Protocol]
    categories: tuple[Category, ...]
    topics: tuple[TopicEntry, ...]
    pact: tuple[str, ...]

    def guide_for_code(self, code: str) -> Guide | None:
        """The guide of the topic with this code (`A6`), None when there is no such topic."""
        return next((guide for guide in self.guides.values() if guide.code == code), None)


def load(folder: Path, *, demands: Demands = BUILT_IN) -> Library:
    """Read and check everything in `folder`. With PUBLISHED the wording of guides is not looked at again, which is half of the work: for the library
    in use, which passed the checker before it was shipped.

    Raises:
        ScriptError: with the problems of all files, and with what does not hold between them.
        OSError: the folder or one of its files is not there.
    """
    problems: list[str] = []
    written = sorted((folder / "topics").glob("*.md"))
    guides = tuple(_read_all(written, folder, partial(_guide, demands=demands), problems))
    files = sorted((folder / "protocols").glob("*.md"))
    protocols = tuple(protocol for held in _read_all(files, folder, parse_protocol, problems) for protocol in held)
    lists = tuple(_read_all([folder / TOPICS_FILE], folder, parse_topics, problems))
    pacts = tuple(_read_all([folder / PACT_FILE], folder, parse_pact, problems))
    problems += check_library(guides, protocols)
    for categories in lists:
        problems += check_list(categories, guides, {path.stem for path in written})
    if problems:
        raise ScriptError("", problems)
    by_slug = {guide.slug: guide for guide in guides}
    in_order = [(by_slug[slug], category.name) for category in lists[0] for slug in category.slugs]
    return Library(
        {guide.slug: guide for guide, _category in in_order},
        {(protocol.kind, protocol.mode, protocol.length): protocol for protocol in protocols},
        lists[0],
        tuple(_entry(guide, category) for guide, category in in_order),
        pacts[0],
    )


def guide_in(path: Path, *, source: str) -> Guide:
    """The guide in one file, checked by itself. `source` names the file in errors.

    Raises:
        ScriptError: with every problem found.
        OSError: it is not there.
    """
    return _guide(read_text(path, source=source), source=source)


def read_text(path: Path, *, source: str) -> str:
    """The text of a file, however large the file is.

    Raises:
        ScriptError: it is no text in UTF-8, or far too large.
        OSError: it is not there.
    """
    with path.open("rb") as file:
        held = file.read(4 * LARGEST + 1)
    if len(held) > 4 * LARGEST:
        words = _("line %(line)s: the file goes on beyond %(most)s characters; make it shorter.")
        raise ScriptError(source, [words % {"line": held.count(b"\n") + 1, "most": LARGEST}])
    try:
        return held.decode("utf-8")
    except UnicodeDecodeError as error:
        words = _("line %(line)s: is not written in UTF-8; save the file as UTF-8.")
        raise ScriptError(source, [words % {"line": held.count(b"\n", 0, error.start) + 1}]) from error


def parse_pact(text: str, *, source: str) -> tuple[str, ...]:
    """The numbered lines of the pact, in order.

    Raises:
        ScriptError: there are not exactly five.
    """
    lines = tuple(line.strip() for line in _NUMBERED.findall(text))
    if len(lines) != PACT_LINES:
        words = _("has %(count)s numbered lines; write %(wanted)s, each as '1. text' on one line.")
        raise ScriptError(source, [words % {"count": len(lines), "wanted": PACT_LINES}])
    return lines


def parse_topics(text: str, *, source: str) -> tuple[Category, ...]:
    """The categories of the list with the slugs of their topics, in its order.

    Raises:
        ScriptError: with every category that is not complete, and each key, name or slug that is there twice.
    """
    try:
        rows = read_yaml(text, deepest=TOPICS_DEPTH)[0]["categories"]
        categories = tuple(Category(row["key"], row["name"], tuple(row["topics"])) for row in rows)
    except ValueError as error:
        raise ScriptError(source, [str(error)]) from error
    except (KeyError, TypeError) as error:
        words = _("cannot be read (%(error)s); each category has a key, a name and a list of topics.")
        raise ScriptError(source, [words % {"error": error}]) from error
    problems = [
        _("the category '%(name)s' must have a key, a name and at least one topic, all plain texts.") % {"name": category.name}
        for category in categories
        if not all(isinstance(text, str) and text.strip() for text in (category.key, category.name, *category.slugs)) or not category.slugs
    ]
    if not problems:
        problems += _twice(_("key"), (category.key for category in categories))
        problems += _twice(_("category"), (category.name for category in categories))
        problems += _twice(_("slug"), (slug for category in categories for slug in category.slugs))
    if problems:
        raise ScriptError(source, problems)
    return categories


def check_library(guides: Sequence[Guide], protocols: Sequence[Protocol]) -> tuple[str, ...]:
    """What does not hold between the files: one sentence for each problem, none when all is well."""
    return (*_guide_problems(guides), *_protocol_problems(protocols))


def check_list(categories: Sequence[Category], guides: Sequence[Guide], written: Set[str]) -> Iterator[str]:
    """Topics without a guide, guides without a topic, and neighbours that no topic has. `written` are the slugs of all files."""
    listed = {slug for category in categories for slug in category.slugs}
    for slug in sorted(listed - written):
        yield _("%(file)s: the topic '%(slug)s' has no guide; write topics/%(slug)s.md.") % {"file": TOPICS_FILE, "slug": slug}
    for slug in sorted(written - listed):
        yield _("topics/%(slug)s.md: is in no category; put its slug into %(file)s.") % {"file": TOPICS_FILE, "slug": slug}
    for guide in guides:
        for slug in guide.related:
            if slug == guide.slug or slug not in listed:
                words = _("topics/%(slug)s.md: related names '%(other)s'; name another guide by its slug.")
                yield words % {"slug": guide.slug, "other": slug}


def _guide_problems(guides: Sequence[Guide]) -> Iterator[str]:
    yield from _twice(_("code"), (guide.code for guide in guides))
    yield from _twice(_("slug"), (guide.slug for guide in guides))
    yield from _twice(_("title"), (guide.title.casefold() for guide in guides))
    yield from _twice(_("card key"), (card.key for guide in guides for card in guide.cards))


def _protocol_problems(protocols: Sequence[Protocol]) -> Iterator[str]:
    yield from _twice(_("protocol"), (protocol.key for protocol in protocols))
    for protocol in protocols:
        yield from (f"{protocol.key}: {problem}" for problem in _time_problems(protocol))


def _time_problems(protocol: Protocol) -> Iterator[str]:
    yield from _twice(_("step"), (step.key for step in protocol.steps))
    yield from _twice(_("cut order"), (str(step.cut_order) for step in protocol.steps if step.cut_order is not None))
    for step in protocol.steps:
        yield from _twice(_("part of %(step)s") % {"step": step.key}, (part.key for part in step.parts))
        if step.minutes != sum(part.minutes for part in step.parts):
            words = _("the parts of %(step)s do not add up to its %(minutes)s minutes.")
            yield words % {"step": step.key, "minutes": step.minutes}
        if step.kind == "plan" and step.cut_order is not None:
            yield _("%(step)s has a cut order; a plan is never cut, write 'never'.") % {"step": step.key}
    if not any(step.kind == "plan" for step in protocol.steps):
        yield _("has no step of kind plan; everyone leaves with a plan of their own.")
    total = sum(step.minutes for step in protocol.steps)
    if total != protocol.length:
        words = _("the steps take %(total)s minutes, not %(length)s; change minutes in the tables.")
        yield words % {"total": total, "length": protocol.length}
    silent = sum(part.minutes for step in protocol.steps for part in step.parts if part.silent)
    if silent > MOST_SILENT * protocol.length:
        words = _("%(silent)s of %(length)s minutes are silent; at most %(most)s may be.")
        yield words % {"silent": silent, "length": protocol.length, "most": f"{MOST_SILENT * protocol.length:.1f}"}


def _twice(what: str, values: Iterable[str]) -> Iterator[str]:
    words = _("%(what)s '%(value)s' is there %(times)s times; keep one.")
    return (words % {"what": what, "value": value, "times": times} for value, times in Counter(values).items() if times > 1)


def _entry(guide: Guide, category: str) -> TopicEntry:
    """The topic of a guide, with everything people say about it, each once."""
    phrases = tuple(dict.fromkeys((*guide.sounds_like, *guide.phrases, *guide.phrases_de)))
    return TopicEntry(guide.code, guide.slug, guide.title, guide.levels, phrases, category)


def _read_all(paths: Iterable[Path], folder: Path, parse: Callable[..., T], problems: list[str]) -> Iterator[T]:
    """What is written in each of the files; the problems of those that cannot be read go to `problems`, with their names."""
    for path in paths:
        source = path.relative_to(folder).as_posix()
        try:
            yield parse(read_text(path, source=source), source=source)
        except ScriptError as error:
            problems += str(error).splitlines()


@lru_cache(maxsize=512)
def _guide(text: str, *, source: str, demands: Demands = BUILT_IN) -> Guide:
    """The guide in the file of that name. Kept, because a process reads the same folder more than once; a guide takes some 60 kB."""
    guide = parse_guide(text, source=source, demands=demands)
    if PurePath(source).name != f"{guide.slug}.md":
        words = _("line 1: the slug is '%(slug)s'; file and slug have one name, call the file %(slug)s.md.")
        raise ScriptError(source, [words % {"slug": guide.slug}])
    return guide
