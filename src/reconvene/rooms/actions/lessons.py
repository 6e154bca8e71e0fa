"""Lessons: written alone, worded together, settled, and published only if every author agrees to the exact words."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from reconvene.groups.rules import Outcome
from reconvene.people.models import Person
from reconvene.playbook.models import Strategy
from reconvene.rooms.actions.turning import NotNow, Reworded, at_the_table, note
from reconvene.rooms.actions.writing import need_own_boxes, need_step, put
from reconvene.rooms.models import Consent, Lesson, Mark, Room, Vote
from reconvene.rooms.rules import LESSON_WORDS, Basis, EventKind, Verdict
from reconvene.rooms.state import NotYourTurn, RoomIsClosed


@transaction.atomic
def write_lessons(room: Room, *, author: Person, lessons: Mapping[uuid.UUID, Mapping[str, str]], now: datetime) -> None:
    """Save one's lessons by the ids of their boxes; one without words is removed. After the reveal the group's wording counts.

    Each lesson has when, doing, led_to, because, watch_out. What is typed in after a session on paper counts as settled there, until somebody
    says otherwise. Tells no one before the reveal. Raises NotNow, also for a box that is not one of one's own.
    """
    room, state = at_the_table(room, person=author, now=now)
    need_step(state, "lessons")
    need_own_boxes(room, author, "lesson", lessons)
    known = {lesson.client_id for lesson in Lesson.objects.filter(room=room, author=author)}
    for client_id, words in lessons.items():
        if client_id not in known or not state.has_revealed("lessons"):
            made = put(Lesson, room, state, author=author, client_id=client_id, now=now, **words)
            if made and room.on_paper_at:
                made.settle(now=now)


@transaction.atomic
def reword_lesson(lesson: Lesson, *, by: Person, version: int, words: Mapping[str, str], now: datetime) -> Lesson:
    """Change the group's wording, having seen `version`. Tells those inside; consent to older words no longer counts.

    Raises NotNow before the lessons are on the table and for words that leave out what to do, Reworded when somebody changed it since (both texts are in the error).
    """
    room, state = at_the_table(lesson.room, person=by, now=now)
    if not state.has_revealed("lessons"):
        raise NotNow(_("The lessons are not on the table yet."))
    lesson = Lesson.objects.get(id=lesson.id)
    if lesson.doing and not words.get("doing", lesson.doing):
        raise NotNow(_("What to do is left out, so the words stay as they were. To let the lesson go, drop it instead."))
    changed = {name: text for name, text in words.items() if name in LESSON_WORDS and getattr(lesson, name) != text}
    if changed and lesson.version != version:
        theirs = " · ".join(getattr(lesson, name) for name in changed)
        raise Reworded(theirs=theirs, yours=" · ".join(changed.values()))
    if changed:
        lesson.reword(**changed)
        note(room, EventKind.SHARED, now=now)
    return lesson


@transaction.atomic
def settle_lesson(lesson: Lesson, *, by: Person, verdict: Verdict, now: datetime) -> None:
    """The group stands by it, drops it, records that it disagrees, or leaves it open. Tells those inside. Raises NotNow before the scores are
    shown.
    """
    room, state = at_the_table(lesson.room, person=by, now=now)
    need_step(state, "settle")
    lesson = Lesson.objects.get(id=lesson.id)
    if lesson.verdict is not verdict:
        lesson.decide(verdict, now=now)
        note(room, EventKind.SHARED, now=now)


@transaction.atomic
def build_on(lesson: Lesson, *, by: Person, strategy_id: uuid.UUID | None, basis: Basis | None, now: datetime) -> None:
    """Its author says which strategy on the table the lesson improves or confirms, or, with None, that it stands by itself. Tells those inside,
    without a name; consent given before no longer counts.

    Raises NotNow before the lessons are on the table and for a strategy that did not lie there, NotYourTurn for another's lesson.
    """
    room, state = at_the_table(lesson.room, person=by, now=now)
    if not state.has_revealed("lessons"):
        raise NotNow(_("The lessons are not on the table yet."))
    lesson = Lesson.objects.get(id=lesson.id)
    if lesson.author_id != by.id:
        raise NotYourTurn(_("Only whoever wrote it can say what it builds on."))
    wanted = _became([strategy_id]) if strategy_id is not None else set()
    strategy = next((one for one in strategies_on_the_table(room) if one.id in wanted), None)
    if strategy_id is not None and strategy is None:
        raise NotNow(_("This strategy has left the playbook, or did not lie on your table. The lesson stands by itself."))
    chosen = basis if strategy else None
    if (lesson.builds_on_id, lesson.basis) != (strategy.id if strategy else None, chosen.value if chosen else ""):
        lesson.build_on(strategy, basis=chosen)
        note(room, EventKind.SHARED, now=now)


def strategies_on_the_table(room: Room) -> list[Strategy]:
    """Strategies of the playbook that lay on the table in the first session of this cycle, as far as somebody marked them, or what these have
    become, and still stand.
    """
    marks = Mark.objects.filter(room__session__cycle=room.session.cycle_id).values_list("card_key", flat=True)
    ids = [one for key in set(marks) if (one := as_id(key)) is not None]
    return list(Strategy.objects.current().filter(id__in=_became(ids)).surest_first()) if ids else []


def _became(ids: list[uuid.UUID]) -> set[uuid.UUID]:
    """These strategies, with what they became."""
    later = Strategy.objects.filter(id__in=ids, became__isnull=False).values_list("became", flat=True)
    return {*ids, *(one for one in later if one is not None)}


def as_id(card_key: str) -> uuid.UUID | None:
    """The id of the strategy behind a card; None for a guide's."""
    try:
        return uuid.UUID(card_key)
    except ValueError:
        return None


@transaction.atomic
def consent(lesson: Lesson, *, person: Person, version: int, agrees: bool, now: datetime) -> None:
    """Agree or not to publishing exactly these words; may be changed until the session closes. Tells the room how many have answered.

    Raises NotNow when it is not settled, when the words are no longer the ones that were shown, or when the session is over.
    """
    try:
        room, state = at_the_table(lesson.room, person=person, now=now)
    except RoomIsClosed as closed:
        raise NotNow(
            _("The session is over, and the answers are deleted. What was published you can take out with your key, at any time.")
        ) from closed
    need_step(state, "choices")
    lesson = Lesson.objects.get(id=lesson.id)
    if lesson.settled_at is None or lesson.version != version:
        raise NotNow(_("The wording has changed since. Please read it once more."))
    Consent.objects.update_or_create(room=room, lesson=lesson, person=person, defaults={"version": version, "agrees": agrees})
    note(room, EventKind.SHARED, now=now)


@transaction.atomic
def vote(room: Room, *, person: Person, outcome: Outcome, now: datetime) -> None:
    """Say what the group should do next; may be changed until the session closes. Tells the room that somebody voted. Raises NotNow."""
    room, state = at_the_table(room, person=person, now=now)
    need_step(state, "choices")
    Vote.objects.update_or_create(room=room, person=person, defaults={"outcome": outcome})
    note(room, EventKind.SHARED, now=now)
