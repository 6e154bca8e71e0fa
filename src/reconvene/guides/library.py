"""The library: every guide, protocol and topic in a folder, read once. Called by guides.catalogue, which keeps the result."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from reconvene.base.translation import gettext as _
from reconvene.guides.script import LEVELS, Guide, Protocol, parse_guide, parse_protocol
from reconvene.guides.sheet import ScriptError

PACT_LINES = 5
TOPICS_FILE = "topics.yaml"
PACT_FILE = "pact.md"
MOST_SILENT = 25 / 90  # of a session's minutes

_MONTH = re.compile(r"\b(January|February|April|June|July|August|September|October|November|December)\b")
_NUMBERED = re.compile(r"^\d+\. +(.+)$", re.MULTILINE)


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
    """What the folder holds: guides by slug, protocols by (kind, mode, length in minutes), all topics in order of category, the lines of the pact."""

    guides: dict[str, Guide]
    protocols: dict[tuple[str, str, int], Protocol]
    topics: tuple[TopicEntry, ...]
    pact: tuple[str, ...]

    def guide_for_code(self, code: str) -> Guide | None:
        """The guide of the topic with this code (`A6`), None when the topic has no guide yet."""
        return next((guide for guide in self.guides.values() if guide.code == code), None)


def load(folder: Path) -> Library:
    """Read and check everything in `folder`.

    Raises:
        ScriptError: with the problems of the first file that cannot be read, or all that do not hold between the files.
        OSError: the folder or one of its files is not there.
    """
    guides = tuple(parse_guide(_read(path), source=_name(path, folder)) for path in sorted((folder / "topics").glob("*.md")))
    files = sorted((folder / "protocols").glob("*.md"))
    protocols = tuple(protocol for path in files for protocol in parse_protocol(_read(path), source=_name(path, folder)))
    topics = parse_topics(_read(folder / TOPICS_FILE), source=TOPICS_FILE)
    pact = parse_pact(_read(folder / PACT_FILE), source=PACT_FILE)
    if problems := (*check_library(guides, protocols), *_disagreements(guides, topics)):
        raise ScriptError(str(folder.name), problems)
    by_slug = {guide.slug: guide for guide in guides}
    return Library(
        by_slug,
        {(protocol.kind, protocol.mode, protocol.length): protocol for protocol in protocols},
        tuple(_enriched(topic, by_slug.get(topic.slug)) for topic in topics),
        pact,
    )


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


def parse_topics(text: str, *, source: str) -> tuple[TopicEntry, ...]:
    """The topics of the list, in its order.

    Raises:
        ScriptError: with every entry that is not complete, or there twice.
    """
    try:
        categories = yaml.safe_load(text)["categories"]
        rows = [(str(category["name"]), row) for category in categories for row in category["topics"]]
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise ScriptError(source, [_("cannot be read (%(error)s); keep the layout of the other entries.") % {"error": error}]) from error
    problems = [
        _("entry %(entry)s: %(words)s") % {"entry": f"{row!r:.60}", "words": words}
        for _category, row in rows
        if (words := _topic_problem(row))
    ]
    if problems:
        raise ScriptError(source, problems)
    topics = tuple(_topic(category, row) for category, row in rows)
    problems += [*_twice(_("code"), (topic.code for topic in topics)), *_twice(_("slug"), (topic.slug for topic in topics))]
    if problems:
        raise ScriptError(source, problems)
    return topics


def check_library(guides: Sequence[Guide], protocols: Sequence[Protocol]) -> tuple[str, ...]:
    """What does not hold between the files: one sentence for each problem, none when all is well."""
    return (*_guide_problems(guides), *_protocol_problems(protocols))


def _guide_problems(guides: Sequence[Guide]) -> Iterator[str]:
    yield from _twice(_("code"), (guide.code for guide in guides))
    yield from _twice(_("slug"), (guide.slug for guide in guides))
    yield from _twice(_("card key"), (card.key for guide in guides for card in guide.cards))
    slugs = {guide.slug for guide in guides}
    for guide in guides:
        for slug in guide.related:
            if slug == guide.slug or slug not in slugs:
                yield _("%(guide)s: related names '%(slug)s'; name another guide by its slug.") % {"guide": guide.slug, "slug": slug}
        for card in guide.cards:
            if not card.key.startswith(f"{guide.code.lower()}-"):
                words = _("%(guide)s: the key '%(key)s' must begin with '%(code)s-'.")
                yield words % {"guide": guide.slug, "key": card.key, "code": guide.code.lower()}
        shown = " ".join((guide.lede, guide.going_on, guide.first_step, guide.job_aid, *(card.action for card in guide.cards)))
        for month in sorted(set(_MONTH.findall(shown))):
            words = _("%(guide)s: names the month %(month)s; guides are read all year, say it without.")
            yield words % {"guide": guide.slug, "month": month}


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


def _topic_problem(row: Any) -> str:
    """What is wrong with one entry, '' when nothing is."""
    if not isinstance(row, dict):
        return _("is no entry; write code, slug, title, levels and phrases.")
    for name in ("code", "slug", "title"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            return _("field '%(name)s' is missing; write a text.") % {"name": name}
    if not isinstance(row.get("levels"), list) or not row["levels"] or not set(row["levels"]) <= set(LEVELS):
        return _("field 'levels' must be a list like [%(known)s].") % {"known": ", ".join(LEVELS)}
    phrases = row.get("phrases")
    if not isinstance(phrases, list) or len(phrases) < 4 or not all(isinstance(phrase, str) for phrase in phrases):
        return _("field 'phrases' must be a list of at least 4 texts.")
    return ""


def _topic(category: str, row: dict[str, Any]) -> TopicEntry:
    return TopicEntry(row["code"], row["slug"], row["title"], tuple(row["levels"]), tuple(row["phrases"]), category)


def _disagreements(guides: tuple[Guide, ...], topics: tuple[TopicEntry, ...]) -> tuple[str, ...]:
    """Guides whose code, title or levels are not those of the topic list."""
    listed = {topic.slug: (topic.code, topic.title, topic.levels) for topic in topics}
    own = {guide.slug: (guide.code, guide.title, guide.levels) for guide in guides}
    words = _("%(guide)s: %(file)s has %(listed)s, the guide has %(own)s; make them equal.")
    return tuple(
        words % {"guide": slug, "file": TOPICS_FILE, "listed": listed.get(slug), "own": facts}
        for slug, facts in own.items()
        if listed.get(slug) != facts
    )


def _enriched(topic: TopicEntry, guide: Guide | None) -> TopicEntry:
    """The topic with the phrases of its guide too, each once."""
    if guide is None:
        return topic
    phrases = tuple(dict.fromkeys((*topic.phrases, *guide.sounds_like, *guide.phrases)))
    return TopicEntry(topic.code, topic.slug, topic.title, topic.levels, phrases, topic.category)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
