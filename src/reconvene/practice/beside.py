"""Where somebody who practises a topic writes their plan, for the page of its guide. Entered when the app starts."""

from reconvene.groups.models import Cycle
from reconvene.guides import beside
from reconvene.people.models import Person


def practising(reader: Person, slug: str, _category: str) -> dict[str, Cycle | None]:
    """The reader's own running cycle on a topic. One query."""
    return {"practising": Cycle.objects.visible_to(reader).running().filter(topic__slug=slug).first()}


def register() -> None:
    """Let the guides ask."""
    beside.register(practising)
