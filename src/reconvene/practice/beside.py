"""Where somebody who practises a topic writes their plan, for the page of its guide. Entered when the app starts."""

from reconvene.groups.models import Cycle
from reconvene.guides import beside
from reconvene.people.models import Person
from reconvene.practice.forms import LinesForm
from reconvene.practice.queries import current_plan


def practising(reader: Person, slug: str, _category: str) -> dict[str, object]:
    """The reader's own running cycle on a topic, and the two lines of the plan in it. Two queries, one for who does not practise it."""
    cycle = Cycle.objects.visible_to(reader).running().filter(topic__slug=slug).first()
    return {"practising": cycle, "lines": LinesForm(initial=LinesForm.initial_of(current_plan(cycle.id, reader))) if cycle else None}


def register() -> None:
    """Let the guides ask."""
    beside.register(practising)
