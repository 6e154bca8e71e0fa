"""What people write when they have a topic, managers and those on its other side: whole posts, each with the slug of its topic, in two files beside the guides.
`heard.tsv` has about as many for each topic; `brought.tsv` has as many as people bring of it. They teach the finder and are shown nowhere. And what they write when
it is about nothing of this, `elsewhere.txt`, a text a line in any language, so that the finder need not take everything for a challenge. Read by guides.finding and by
`reconvene guides`.
"""

from collections import Counter
from collections.abc import Iterator, Set
from pathlib import Path

from reconvene.base.translation import gettext as _

HEARD_FILE, BROUGHT_FILE, ELSEWHERE_FILE = "heard.tsv", "brought.tsv", "elsewhere.txt"


def heard(folder: Path) -> dict[str, tuple[str, ...]]:
    """The posts about each topic, of both files; none where there is no such file."""
    found = dict[str, tuple[str, ...]]()
    for slug, post in (*_posts(folder, HEARD_FILE), *_posts(folder, BROUGHT_FILE)):
        found[slug] = (*found.get(slug, ()), post)
    return found


def brought(folder: Path) -> Counter[str]:
    """How often people bring each topic, in posts of which nobody chose the topic."""
    return Counter(slug for slug, _post in _posts(folder, BROUGHT_FILE))


def elsewhere(folder: Path) -> tuple[str, ...]:
    """Texts that are about no topic; none where there is no such file."""
    return tuple(line for line in _lines(folder, ELSEWHERE_FILE) if line.strip())


def heard_faults(folder: Path, slugs: Set[str]) -> Iterator[str]:
    """One sentence for each line that has no topic of these, or no text."""
    words = _("%(file)s:%(line)s: begins with '%(slug)s'; begin with the slug of a topic, then a tab and a post.")
    for name in (HEARD_FILE, BROUGHT_FILE):
        for number, (slug, post) in enumerate(_posts(folder, name), 1):
            if slug not in slugs or not post.strip():
                yield words % {"file": name, "line": number, "slug": slug[:80]}


def _posts(folder: Path, name: str) -> list[tuple[str, str]]:
    """Pairs of a slug and a post."""
    return [(slug, post) for slug, _tab, post in (line.partition("\t") for line in _lines(folder, name))]


def _lines(folder: Path, name: str) -> list[str]:
    path = folder / name
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
