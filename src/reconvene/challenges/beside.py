"""Whether others wait to talk about a topic, for the page of its guide. Entered when the app starts."""

from reconvene.challenges.queries import others_waiting
from reconvene.guides import beside
from reconvene.people.models import Person


def waiting_on(reader: Person, slug: str, _category: str) -> dict[str, str]:
    """The same word for how many as where a challenge is raised: never a small number. One query."""
    return {"crowd": others_waiting(slug, person=reader)}


def register() -> None:
    """Let the guides ask."""
    beside.register(waiting_on)
