"""The list of everything that the guides rest on, as Markdown: `docs/guides/sources.md`. Pure.

Called by guides.checking for `reconvene guides sources`. A library file, so its words are not words of the interface.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from reconvene.guides.guide import Guide

HEAD = """# What the guides rest on

Made from the guides by `reconvene guides sources > docs/guides/sources.md`; change the guides, not this page. A work is *sure* when its authors, title,
year and finding were known beyond doubt to whoever wrote the guide, and *to check* when they were not; an editor who has looked such a one up writes `sure` in
the guides that name it. **No librarian or editor has looked up the works one by one.** Until somebody has, all of them are to be checked before they are quoted.
"""


@dataclass(frozen=True)
class Work:
    """A work with all guides that name it. It is sure only when every one of them says so; `kinds` are more than one when they differ."""

    work: str
    kinds: tuple[str, ...]
    is_sure: bool
    guides: tuple[Guide, ...]


def works(guides: Sequence[Guide]) -> tuple[Work, ...]:
    """Every work that is named under Sources, in the order of the alphabet."""
    named = sorted(((source, guide) for guide in guides for source in guide.sources), key=lambda pair: (_key(pair[0].work), pair[1].title))
    found = []
    for _same, pairs in groupby(named, key=lambda pair: _key(pair[0].work)):
        held = list(pairs)
        kinds = tuple(dict.fromkeys(source.kind for source, _guide in held))
        found.append(Work(held[0][0].work, kinds, all(source.is_sure for source, _guide in held), tuple(guide for _source, guide in held)))
    return tuple(found)


def page(guides: Sequence[Guide]) -> str:
    """The whole page: what a person still has to look up, then works that look like one named in two ways, then all."""
    found = works(guides)
    unsure, alike = [work for work in found if not work.is_sure], [*_alike(found)]
    parts = [
        HEAD,
        f"{len(found)} works in {len(guides)} guides; of {len(unsure)} of them whoever wrote the guide was not sure.\n",
        f"## To be checked by a person first\n\n{_table(unsure) if unsure else 'None: of each work, whoever wrote the guide was sure.'}\n",
    ]
    if alike:
        parts.append(f"## Perhaps one work, named in two ways\n\n{_table(alike)}\n")
    return "\n".join((*parts, f"## All works\n\n{_table(found)}\n"))


def _alike(found: Sequence[Work]) -> Iterator[Work]:
    """Works whose first author and year are those of another one."""
    keys = [(re.split(r"\W+", work.work.casefold(), maxsplit=1)[0], re.findall(r"\d{4}", work.work)[-1:]) for work in found]
    return (work for work, key in zip(found, keys, strict=True) if keys.count(key) > 1)


def _table(rows: Iterable[Work]) -> str:
    lines = [
        f"| {work.work.replace('|', '/')} | {', '.join(work.kinds)} | {'sure' if work.is_sure else 'to check'} |"
        f" {', '.join(f'[{guide.code}](../../guides/topics/{guide.slug}.md)' for guide in work.guides)} |"
        for work in rows
    ]
    return "\n".join(("| Work | Kind | Certainty | Guides |", "| --- | --- | --- | --- |", *lines))


def _key(work: str) -> str:
    return " ".join(re.findall(r"\w+", work.casefold()))
