"""What apps above the guides know of a topic and a guide's page shows beside it. They enter themselves when they start. Called by guides.views."""

from collections.abc import Callable

from reconvene.people.models import Person

CoursesOn = Callable[[Person, str, str], list[str]]
"""Names of what the reader's organisation offers on a topic, by the topic's slug and the name of its category."""
_courses: list[CoursesOn] = []


def register_courses(found: CoursesOn) -> None:
    """Ask this function from now on."""
    if found not in _courses:
        _courses.append(found)


def courses_on(reader: Person, *, slug: str, category: str) -> list[str]:
    """Every course on a topic or on its whole category, as far as anybody keeps such a list."""
    return [name for ask in _courses for name in ask(reader, slug, category)]
