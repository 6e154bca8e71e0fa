"""The page on which L&D seats a group by hand: who was chosen, what stands in the way, which dates suit all. Called by console.views."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import QueryDict

from reconvene.availability.queries import zones
from reconvene.console import queries
from reconvene.console.words import ANY_OBSTACLE, NO_DATE, OBSTACLES
from reconvene.forming.calling import obstacles
from reconvene.forming.dates import dates_for
from reconvene.forming.rules import FEWEST
from reconvene.groups.actions import CannotSit
from reconvene.groups.models import Programme
from reconvene.groups.rules import LARGEST
from reconvene.guides.models import Topic
from reconvene.people.models import Person
from reconvene.scheduling.rules import write_local

DATES_SHOWN = 4


@dataclass(frozen=True)
class DateChoice:
    """A pair of dates that suits all: wall time of the first, and both instants."""

    first_local: str
    first: datetime
    second: datetime


@dataclass(frozen=True)
class Seating:
    """Everything the page shows for what is chosen so far. `problems` are plain sentences; the group can be called when there are none."""

    topics: list[Topic]
    topic: Topic | None
    people: list[Person]
    words: str
    results: list[Person]
    problems: list[str]
    dates: list[DateChoice]
    zone: str

    @property
    def is_ready(self) -> bool:
        """Whether invitations could go out."""
        return self.topic is not None and len(self.people) >= FEWEST and not self.problems

    @property
    def is_full(self) -> bool:
        """Whether all six seats are taken."""
        return len(self.people) >= LARGEST

    @property
    def missing(self) -> int:
        """How many people are needed to begin with."""
        return max(0, FEWEST - len(self.people))


def seating(reader: Person, *, chosen: QueryDict, now: datetime) -> Seating:
    """The page for what an address or a form holds: `topic`, `person` (several), `remove`, `q`."""
    topics = list(Topic.objects.offered_to(reader))
    ids = [one for one in chosen.getlist("person") if one != chosen.get("remove")]
    people = queries.chosen_people(reader, ids=ids)
    programme = Programme.objects.get(is_open=True, organisation=reader.organisation)
    problems = [sentence(obstacle) for obstacle in obstacles(people, programme=programme)] if people else []
    dates: list[DateChoice] = []
    if len(people) >= FEWEST and not problems:
        dates = _dates(people, programme=programme, now=now)
        problems = [] if dates else [str(NO_DATE)]
    words = chosen.get("q", "")
    return Seating(
        topics=topics,
        topic=next((topic for topic in topics if topic.slug == chosen.get("topic")), None),
        people=people,
        words=words,
        results=queries.search_people(reader, words=words, without=people) if len(people) < LARGEST else [],
        problems=list(dict.fromkeys(problems)),
        dates=dates,
        zone=zones(people)[0] if people else reader.time_zone,
    )


def _dates(people: list[Person], *, programme: Programme, now: datetime) -> list[DateChoice]:
    """The best pair on each of the first few days that suit all."""
    by_day: dict[date, DateChoice] = {}
    for pair in dates_for(people, programme=programme, now=now):
        by_day.setdefault(pair.first_local.date(), DateChoice(write_local(pair.first_local), pair.first, pair.second))
    return list(by_day.values())[:DATES_SHOWN]


def sentence(obstacle: CannotSit) -> str:
    """Why somebody cannot sit here, in words that give nothing away that the directory does not say."""
    return str(OBSTACLES.get(obstacle.code, ANY_OBSTACLE)) % {"name": obstacle.person.name}
