"""The courses that the page of a guide names beside it. Entered when the app starts."""

from reconvene.guides import beside
from reconvene.people.models import Person
from reconvene.programmes.models import Course


def courses_on(reader: Person, slug: str, category: str) -> dict[str, list[str]]:
    """Names of the courses that the reader's organisation offers on a topic, or on its whole category. Everybody may know them. One query."""
    here = Course.objects.filter(organisation_id=reader.organisation_id)
    return {"courses": list(here.on(slug, category=category).order_by("name").values_list("name", flat=True))}


def register() -> None:
    """Let the guides ask."""
    beside.register(courses_on)
