"""What a reader marked on the page of a guide, for that page. Entered when the app starts."""

from reconvene.guides import beside
from reconvene.people.models import Person
from reconvene.rooms.models import ReaderMark


def marked(reader: Person, _slug: str, _category: str) -> dict[str, dict[str, str]]:
    """The reader's own marks by the keys of cards, of all guides. One query."""
    return {"marks": dict(ReaderMark.objects.visible_to(reader).values_list("card_key", "mark"))}


def register() -> None:
    """Let the guides ask."""
    beside.register(marked)
