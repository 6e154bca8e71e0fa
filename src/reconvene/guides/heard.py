"""What people write when they have a topic, managers and those on its other side: whole posts, `heard.tsv` beside the guides, each with the slug of its topic. They teach the finder and are
shown nowhere. And what they write when it is about nothing of this, `elsewhere.txt`, a text a line in any language, so that the finder need not take everything
for a challenge. Read by guides.finding and by `reconvene guides`.
"""

from collections.abc import Iterator, Set
from pathlib import Path

from reconvene.base.translation import gettext as _

FILE, ELSEWHERE_FILE = "heard.tsv", "elsewhere.txt"


def heard(folder: Path) -> dict[str, tuple[str, ...]]:
    """The posts about each topic; none where there is no such file."""
    found = dict[str, tuple[str, ...]]()
    for line in _lines(folder, FILE):
        slug, _tab, post = line.partition("\t")
        found[slug] = (*found.get(slug, ()), post)
    return found


def elsewhere(folder: Path) -> tuple[str, ...]:
    """Texts that are about no topic; none where there is no such file."""
    return tuple(line for line in _lines(folder, ELSEWHERE_FILE) if line.strip())


def heard_faults(folder: Path, slugs: Set[str]) -> Iterator[str]:
    """One sentence for each line that has no topic of these, or no text."""
    words = _("%(file)s:%(line)s: begins with '%(slug)s'; begin with the slug of a topic, then a tab and a post.")
    for number, line in enumerate(_lines(folder, FILE), 1):
        slug, _tab, post = line.partition("\t")
        if slug not in slugs or not post.strip():
            yield words % {"file": FILE, "line": number, "slug": slug[:80]}


def _lines(folder: Path, name: str) -> list[str]:
    path = folder / name
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
