"""From the database to the engine: who waits in a programme, as candidates with free slots. Called by forming.actions only."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from reconvene.availability.queries import diaries
from reconvene.availability.slots import Diary, Window, free_mask, grid
from reconvene.challenges.models import Challenge
from reconvene.challenges.rules import FIRST_WINDOW_DAYS, Start
from reconvene.forming.models import Seat
from reconvene.forming.rules import blend
from reconvene.groups.models import Membership, Programme
from reconvene.matching.instance import Candidate, Instance, Rules
from reconvene.people.models import KeepApart, Person
from reconvene.text.similarity import similarity_matrix

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
    def windows(self) -> tuple[Window, Window]:
        """The days in which first sessions may lie, and those in which the reconvenes then may."""
        today = self.now.date()
        longest = max(FIRST_WINDOW_DAYS[Start(challenge.start)][1] for challenge in self.challenges)
        first = Window(today + timedelta(days=1), today + timedelta(days=longest))
        gap = timedelta(days=self.programme.gap_shortest), timedelta(days=self.programme.gap_longest)
        return first, Window(first.first_day + gap[0], first.last_day + gap[1])

    @cached_property
    def diaries(self) -> dict[uuid.UUID, Diary]:
        """Diaries for both windows."""
        until = self.now + timedelta(days=(self.windows[1].last_day - self.now.date()).days + 1)
        return diaries(list(self.people.values()), since=self.now, until=until)

    def first_window_of(self, keys: Sequence[str]) -> Window:
        """The part of the first window that suits everyone's wish for an early or late start."""
        today = self.now.date()
        spans = [FIRST_WINDOW_DAYS[Start(self.challenge_of[key].start)] for key in keys]
        earliest, latest = max(span[0] for span in spans), min(span[1] for span in spans)
        return Window(today + timedelta(days=min(earliest, latest)), today + timedelta(days=latest))

    def instance(self) -> Instance:
        """The engine's input. A handful of queries, whatever the number of people."""
        rules = Rules(
            smallest=self.programme.smallest,
            largest=self.programme.largest,
            aim=self.programme.largest,
            level_distance=self.programme.level_distance,
            same_site=self.programme.is_on_site,
        )
        return Instance(candidates=self._candidates(), similarity=self._similarity(), rules=rules)

    def _candidates(self) -> tuple[Candidate, ...]:
        ids = [challenge.person_id for challenge in self.challenges]
        above, apart, met = _superiors(ids), _apart(ids), _met(ids)
        grids = [grid(window, minutes=self.programme.session_minutes) for window in self.windows]
        made = []
        for challenge in self.challenges:
            person, diary = challenge.person, self.diaries[challenge.person_id]
            first, second = (free_mask(diary, slots, self.programme.session_minutes) for slots in grids)
            made.append(
                Candidate(
                    key=str(person.id),
                    topic=str(challenge.topic_id),
                    level=person.level.rank if person.level else LEVEL_UNKNOWN,
                    function=person.function,
                    site=person.site,
                    languages=person.spoken_languages,
                    has_experience=challenge.has_experience,
                    met=met[person.id],
                    waiting_days=max(0.0, (self.now - challenge.raised_at) / timedelta(days=1)),
                    apart=apart[person.id],
                    superiors=above[person.id],
                    first_slots=first,
                    second_slots=second,
                )
            )
        return tuple(made)

    def _similarity(self) -> NDArray[np.float64]:
        texts = [challenge.text for challenge in self.challenges]
        return blend(similarity_matrix(texts), topics=[challenge.topic_id for challenge in self.challenges])


def waiting_pool(programme: Programme, *, now: datetime, also: Sequence[uuid.UUID] = ()) -> Pool | None:
    """Everyone who waits in the programme and could be seated, the longest waiting first; None when nobody does.

    One challenge per person: the oldest. People in a live group of the programme or with a held seat of an open proposal are left
    out, except those named in `also` (members whose group looks for another person).
    """
    seated = Membership.objects.live().filter(programme=programme).values("person_id")
    asked = Seat.objects.held().filter(proposal__confirmed_at=None, proposal__dissolved_at=None).values("person_id")
    free = Q(seated_at=None) & ~Q(person_id__in=seated) & ~Q(person_id__in=asked)
    found = (
        Challenge.objects.current()
        .filter(organisation_id=programme.organisation_id, person__left_at=None)
        .exclude(person__email=None)
        .filter(free | Q(person_id__in=list(also)))
        .select_related("person__level", "topic")
        .order_by("person_id", "raised_at")
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
