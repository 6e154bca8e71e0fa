"""From the database to the engine: who waits in a programme, as candidates with free slots. Called by forming.actions only."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
from django.db.models import F, Q
from numpy.typing import NDArray

from reconvene.availability.queries import diaries, zones
from reconvene.availability.slots import Diary, Window, free_mask, grid
from reconvene.challenges.models import AskMe, Challenge, ChallengeQuerySet
from reconvene.challenges.rules import FIRST_WINDOW_DAYS, Start
from reconvene.forming.models import Seat
from reconvene.forming.rules import FIRST_ROUND, NEXT_ROUND, blend, earliest_day
from reconvene.groups.models import Membership, Programme
from reconvene.groups.rules import EMPHASES
from reconvene.guides.finding import likeness
from reconvene.matching.instance import Candidate, Instance, Rules, Weights
from reconvene.people.models import KeepApart, Person
from reconvene.programmes.queries import belongs_to
from reconvene.scheduling.queries import engagements

LEVEL_UNKNOWN = 0


@dataclass(frozen=True)
class Pool:
    """Open challenges of one programme at one moment, one per person, with everything the engine wants to know."""

    programme: Programme
    challenges: tuple[Challenge, ...]
    now: datetime

    @cached_property
    def people(self) -> dict[str, Person]:
        """Persons by engine key."""
        return {str(challenge.person_id): challenge.person for challenge in self.challenges}

    @cached_property
    def challenge_of(self) -> dict[str, Challenge]:
        """Challenges by engine key."""
        return {str(challenge.person_id): challenge for challenge in self.challenges}

    @cached_property
    def spans(self) -> dict[Start, Window]:
        """For each wish, the days in which a first session may lie: never before people have had their time to answer."""
        zone, today = zones(self.people.values())[0], self.now.date()
        found = {}
        for start, (first, last) in FIRST_WINDOW_DAYS.items():
            answering = (
                FIRST_ROUND if start == Start.THIS_WEEK else FIRST_ROUND + NEXT_ROUND
            )  # time for a second round, unless it is urgent
            opens = max(today + timedelta(days=first), earliest_day(self.now, answering=answering, zone=zone))
            found[start] = Window(opens, max(opens, today + timedelta(days=last)))
        return found

    @cached_property
    def windows(self) -> tuple[Window, Window]:
        """The days in which any first session may lie, and those in which the reconvenes then may."""
        spans = self.spans.values()
        first = Window(min(span.first_day for span in spans), max(span.last_day for span in spans))
        return first, first.shifted(self.programme.gap_shortest, self.programme.gap_longest)

    @cached_property
    def diaries(self) -> dict[uuid.UUID, Diary]:
        """Diaries for both windows."""
        until = self.now + timedelta(days=(self.windows[1].last_day - self.now.date()).days + 1)
        people = list(self.people.values())
        return diaries(people, since=self.now, until=until, also=engagements(people, since=self.now, until=until))

    def span_of(self, key: str) -> Window:
        """The days in which this person would begin."""
        return self.spans[Start(self.challenge_of[key].start)]

    def first_window_of(self, keys: Sequence[str]) -> Window:
        """The part of the first window that suits everyone's wish for an early or late start."""
        spans = [self.span_of(key) for key in keys]
        earliest, latest = max(span.first_day for span in spans), min(span.last_day for span in spans)
        return Window(min(earliest, latest), latest)

    def instance(self, *, need_slots: bool = True) -> Instance:
        """The engine's input. A handful of queries, whatever the number of people. `need_slots` asks for times that suit a whole group."""
        rules = Rules(
            need_common_slot=need_slots,
            smallest=self.programme.smallest,
            largest=self.programme.largest,
            aim=self.programme.largest,
            level_distance=self.programme.level_distance,
            same_site=self.programme.is_on_site,
            weights=Weights(**EMPHASES.get(self.programme.emphasis, {})),
        )
        return Instance(candidates=self._candidates(), similarity=self._similarity(), rules=rules)

    def _candidates(self) -> tuple[Candidate, ...]:
        ids = [challenge.person_id for challenge in self.challenges]
        above, apart, met = _superiors(ids), _apart(ids), _met(ids)
        handled = set(AskMe.objects.standing().filter(person__in=ids).values_list("person_id", "topic_id"))
        grids = [grid(window, minutes=self.programme.session_minutes) for window in self.windows]
        made = []
        for challenge in self.challenges:
            person, diary = challenge.person, self.diaries[challenge.person_id]
            first, second = (free_mask(diary, slots, self.programme.session_minutes) for slots in grids)
            span = self.span_of(str(person.id))
            wanted = sum(1 << at for at, start in enumerate(grids[0]) if span.first_day <= start.date() <= span.last_day)
            made.append(
                Candidate(
                    key=str(person.id),
                    topic=str(challenge.topic_id),
                    level=person.level.rank if person.level else LEVEL_UNKNOWN,
                    function=person.function,
                    site=person.site,
                    languages=person.spoken_languages,
                    has_experience=challenge.has_experience or (person.id, challenge.topic_id) in handled,
                    met=met[person.id],
                    waiting_days=max(0.0, (self.now - challenge.raised_at) / timedelta(days=1)),
                    apart=apart[person.id],
                    superiors=above[person.id],
                    first_slots=first & wanted,
                    second_slots=second,
                )
            )
        return tuple(made)

    def _similarity(self) -> NDArray[np.float64]:
        texts = [challenge.text for challenge in self.challenges]
        return blend(likeness(texts), topics=[challenge.topic_id for challenge in self.challenges])


def seatable(programme: Programme, *, also: Sequence[uuid.UUID] = ()) -> ChallengeQuerySet:
    """Open challenges of people who could be seated in the programme now: it is theirs, and they are neither in one of its live groups nor
    asked already.

    The challenges named in `also` are in it too: those of people whose proposal looks for another person.
    """
    seated = Membership.objects.live().filter(programme=programme).values("person_id")
    asked = Seat.objects.held().filter(proposal__confirmed_at=None, proposal__dissolved_at=None).values("person_id")
    free = ~Q(person_id__in=asked)
    here = Challenge.objects.open().filter(organisation_id=programme.organisation_id, person__left_at=None).exclude(person__email=None)
    return here.filter(~Q(person_id__in=seated), free & belongs_to(programme) | Q(id__in=list(also)))


def waiting_pool(
    programme: Programme, *, now: datetime, also: Sequence[uuid.UUID] = (), among: Collection[uuid.UUID] | None = None
) -> Pool | None:
    """Everyone who waits in the programme and could be seated, the longest waiting first; None when nobody does.

    One challenge per person: the one that was not looked at for longest, so that each gets its turn. `also` is that of `seatable`; `among`
    leaves only these people.
    """
    free = seatable(programme, also=also)
    found = (
        (free if among is None else free.filter(person_id__in=among))
        .select_related("person__level", "topic")
        .order_by("person_id", F("considered_at").asc(nulls_first=True), "raised_at")
        .distinct("person_id")
    )
    challenges = sorted(found, key=lambda challenge: (challenge.raised_at, str(challenge.id)))
    return Pool(programme, tuple(challenges), now) if challenges else None


def _superiors(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[str, ...]]:
    """The reporting line above each person, nearest first. One query."""
    query = """
        WITH RECURSIVE above(start, id, depth) AS (
            SELECT id, manager_id, 1 FROM people_person WHERE id = ANY(%s) AND manager_id IS NOT NULL
            UNION ALL SELECT a.start, p.manager_id, a.depth + 1 FROM people_person p JOIN above a ON p.id = a.id
            WHERE p.manager_id IS NOT NULL AND a.depth < 60)
        SELECT id, start, depth FROM above WHERE id <> start ORDER BY depth"""
    found: dict[uuid.UUID, tuple[str, ...]] = defaultdict(tuple)
    for row in Person.objects.raw(query, [list(ids)]):
        if str(row.id) not in found[row.start]:
            found[row.start] = (*found[row.start], str(row.id))
    return found


def _apart(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, frozenset[str]]:
    found: dict[uuid.UUID, frozenset[str]] = defaultdict(frozenset)
    for person, other in KeepApart.objects.filter(person_id__in=ids).values_list("person_id", "other_id"):
        found[person] |= {str(other)}
    return found


def _met(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, frozenset[str]]:
    """Who sat with whom before. One query."""
    rows = Membership.objects.filter(person_id__in=ids).values_list("group_id", "person_id")
    groups: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for group, person in rows:
        groups[group].add(person)
    found: dict[uuid.UUID, frozenset[str]] = defaultdict(frozenset)
    for members in groups.values():
        for member in members:
            found[member] |= {str(other) for other in members if other != member}
    return found
