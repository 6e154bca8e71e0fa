"""Private scores of ideas and lessons. Nobody sees any until all are shown at once."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from reconvene.people.models import Person
from reconvene.rooms.actions.turning import NotNow, inside
from reconvene.rooms.models import Idea, Lesson, Room, Score
from reconvene.rooms.rules import Evidence


@dataclass(frozen=True)
class Given:
    """What one person gave one idea or lesson: help and do from 0 to 5, each None while not chosen; for a lesson what it rests on."""

    help: int | None = None
    do: int | None = None
    evidence: Evidence | None = None


@transaction.atomic
def score_ideas(room: Room, *, person: Person, given: Mapping[uuid.UUID, Given], now: datetime) -> None:
    """Save one's scores; unknown ideas are left out. Tells no one. Raises NotNow before the step and once the scores are shown."""
    _need_scoring(room, person, now)
    known = set(Idea.objects.filter(room=room, id__in=given).values_list("id", flat=True))
    for idea, scores in given.items():
        if idea in known:
            Score.objects.update_or_create(room=room, person=person, idea_id=idea, defaults={"help": scores.help, "do": scores.do})


@transaction.atomic
def score_lessons(room: Room, *, person: Person, given: Mapping[uuid.UUID, Given], now: datetime) -> None:
    """Save one's scores and what they rest on; unknown lessons are left out. Tells no one. Raises NotNow as above."""
    _need_scoring(room, person, now)
    known = set(Lesson.objects.filter(room=room, id__in=given).values_list("id", flat=True))
    for lesson, scores in given.items():
        if lesson in known:
            values = {"help": scores.help, "evidence": scores.evidence or ""}
            Score.objects.update_or_create(room=room, person=person, lesson_id=lesson, defaults=values)


def _need_scoring(room: Room, person: Person, now: datetime) -> None:
    _room, state = inside(room, person=person, now=now)
    if not state.has_reached("score"):
        raise NotNow(_("Scoring has not begun yet."))
    if state.has_revealed("score"):
        raise NotNow(_("The scores are on the table already."))
