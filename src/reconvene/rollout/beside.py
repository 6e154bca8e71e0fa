"""Formal and informal on one page: for each topic whether a course should come first and feed groups, or groups take its place. Pure.

Peer groups do not replace teaching somebody a subject they have never met, nor certification, nor coaching in acute trouble (method 4.5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconvene.base.translation import gettext_noop as _

COURSE_FIRST = frozenset({"b7", "b8", "b10", "b14", "b15", "b16", "c6", "c11", "e7", "e8", "e9"})
"""Codes of topics in which there is something to be taught first: law, procedures, safety, tools."""

CHOICES: Mapping[str, str] = {
    "groups": _("Groups take its place"),
    "feeds": _("A course first, then groups"),
    "course": _("A course, no groups"),
}
WHY: Mapping[str, str] = {
    "groups": _("Nobody has to be taught a subject; managers here have tried things already."),
    "feeds": _("There is something to know first: law, procedure, safety or a tool. A cycle afterwards carries it into work."),
    "course": _("Certification, or a subject that nobody here has met."),
}


@dataclass(frozen=True)
class Pairing:
    """One topic, what goes first, whether that was chosen here, and the courses that exist on it or on its whole category."""

    slug: str
    title: str
    category: str
    choice: str
    is_own: bool
    courses: tuple[str, ...] = ()


def pairings(
    topics: Sequence[tuple[str, str, str, str]], own: Mapping[str, str], courses: Sequence[tuple[str, str, str | None]] = ()
) -> list[Pairing]:
    """Every topic, given as slug, code, title and category, with what was chosen for it, or what we propose. Courses are given as name, category, and
    the topic's slug, or None for the whole category.
    """
    return [
        Pairing(
            slug, title, category, own.get(slug) or proposed(code), slug in own,
            tuple(name for name, about, only in courses if only == slug or (only is None and about == category)),
        )
        for slug, code, title, category in topics
    ]  # fmt: skip


def proposed(code: str) -> str:
    """What we propose for a topic by its code."""
    return "feeds" if code.lower() in COURSE_FIRST else "groups"
