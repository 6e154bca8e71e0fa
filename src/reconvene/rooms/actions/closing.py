"""The end of a session: what follows from it, for the cycle, the playbook and each member."""

import uuid
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from reconvene.forming.going_on import find_next_dates
from reconvene.groups import actions as groups
from reconvene.groups.models import Membership, live_member_ids
from reconvene.groups.rules import Outcome, parting
from reconvene.notices.actions import put
from reconvene.people.models import Person
from reconvene.playbook.actions import add_evidence, publish, refine, standing
from reconvene.playbook.rules import StrategyDraft, StrategyEvidence
from reconvene.practice.actions import NoSessions, start_practice
from reconvene.rooms import conductor
from reconvene.rooms.actions.lessons import as_id
from reconvene.rooms.actions.turning import inside, locked, store
from reconvene.rooms.conductor import settle_clock
from reconvene.rooms.models import Consent, Lesson, Mark, Room, Score, Secret, Vote
from reconvene.rooms.rules import Basis, Evidence
from reconvene.rooms.state import RoomState
from reconvene.scheduling.kinds import MISSED
from reconvene.scheduling.queries import members_of
from reconvene.scheduling.rules import Kind

SESSION_CLOSED = "session_closed"
CLOSED_IS_NEWS = timedelta(days=3)  # later the check-ins say it all
MISSED_AFTER = timedelta(hours=3)  # who was forgotten on the list of a session on paper has this long to say that they were there
HELPED_FROM, PARTLY_FROM = 3, 1  # of 5, given by somebody who tried it; 0 is that it did not help


@transaction.atomic
def close_room(room: Room, *, by: Person, now: datetime) -> Room:
    """The host ends the session, also early. Tells those inside. The first session starts the weeks of practice; the second publishes what
    every author agreed to and closes the cycle. Raises NotTheHost, RoomIsClosed.
    """
    room, state = inside(room, person=by, now=now)
    _end(room, state, conductor.close(state, by=str(by.id), now=now), now=now)
    return room


@transaction.atomic
def close_if_over(room: Room, *, now: datetime) -> None:
    """End a session that everybody left or forgot. Does nothing when it is closed, has not begun, or still has time."""
    room = locked(room)
    stored = room.state
    if stored is None or room.closed_at is not None:
        return
    settled = settle_clock(stored, now)
    if settled.closed_at is not None:
        _end(room, stored, settled, now=now)


def keys_of(room: Room, *, person: Person) -> tuple[tuple[str, str], ...]:
    """The person's keys to what was published, as (strategy in their words, key), until they say that they have kept them: a page that was tapped
    twice, or that never came, must not cost them.
    """
    mine = Secret.objects.select_related("lesson").filter(room=room, person=person)
    return tuple((one.lesson.sentence if one.lesson else _("What your group published"), one.text) for one in mine)


@transaction.atomic
def forget_keys(room: Room, *, person: Person) -> None:
    """Forget the person's keys here, because they have kept them. Tells no one."""
    Secret.objects.filter(room=room, person=person).delete()


def agreed_lessons(room: Room, present: set[str]) -> list[Lesson]:
    """Settled lessons whose exact words everybody in the room and every author agreed to. One that says nothing to do is no strategy."""
    alive = Lesson.objects.filter(room=room, merged_into=None, taken_back_at=None)
    settled = alive.exclude(settled_at=None).exclude(doing="").prefetch_related("twins")
    yes: dict[object, set[str]] = {}
    for answer in Consent.objects.filter(room=room, agrees=True, version=F("lesson__version")):
        yes.setdefault(answer.lesson_id, set()).add(str(answer.person_id))
    return [lesson for lesson in settled if yes.get(lesson.id, set()) >= present | _authors(lesson)]


def _end(room: Room, before: RoomState, closed: RoomState, *, now: datetime) -> None:
    store(room, before, closed, now=now)
    count_as_held(room, host=closed.host, ended_at=now, now=now)
    if room.session.kind == Kind.RECONVENE:
        finish_cycle(room, closed, now=now)


def count_as_held(room: Room, *, host: str, ended_at: datetime, now: datetime) -> None:
    """What follows from any session, whether conducted here or held on paper: everybody who was there is told once, by a notice; a first
    session starts the weeks of practice.
    """
    room.session.finish(now=ended_at)
    Membership.objects.live().filter(group=room.session.cycle.group, person_id=host).update(times_hosted=F("times_hosted") + 1)
    there = {presence.person for presence in room.presences.exclude(admitted_at=None).select_related("person")}
    for person in there:
        put(person, kind=SESSION_CLOSED, subject_id=room.session_id, due_at=now, not_after=now + CLOSED_IS_NEWS)
    if room.session.kind == Kind.FIRST:
        for person in set(members_of(room.session.cycle)) - there:
            put(person, kind=MISSED, subject_id=room.session_id, due_at=now + MISSED_AFTER, not_after=now + CLOSED_IS_NEWS)
        with suppress(NoSessions):  # without a second date there are no four weeks to lay out; the group's page asks for one
            start_practice(room.session.cycle, now=now)


def finish_cycle(room: Room, closed: RoomState, *, now: datetime) -> None:
    """Publish, forget who answered and voted what and what built on which strategy, and let the group go on, without those who want something
    else, or end.
    """
    counted: set[uuid.UUID] = set()
    for lesson in sorted(agreed_lessons(room, set(closed.present)), key=lambda one: one.basis == Basis.CONFIRMS):
        _publish(room, lesson, set(closed.present) | _authors(lesson), counted=counted, now=now)
    Consent.objects.filter(room=room).delete()
    _forget_strategies(room)
    votes = Vote.objects.filter(room=room)
    wishes = {person: Outcome(value) for person, value in votes.values_list("person_id", "outcome")}
    follows = parting(wishes, members=live_member_ids(room.session.cycle.group_id))
    votes.delete()
    following = groups.close_cycle(room.session.cycle, outcome=follows.outcome, settled=follows.settled, waiting=follows.waiting, now=now)
    if following is not None:
        find_next_dates(following, now=now)  # when none suits everyone, the group's page asks for one


def _publish(room: Room, lesson: Lesson, authors: set[str], *, counted: set[uuid.UUID], now: datetime) -> None:
    """As a strategy of its own, or in the place of the one that it improves. One that confirms adds its evidence, and its words stay here.

    `counted` are the strategies that rest on what this group found already; the new one is added. It is the same people, so nothing of theirs is
    counted there a second time, and no lesson of theirs takes the place of another.
    """
    draft = draft_of(lesson)
    earlier = standing(lesson.builds_on_id) if lesson.builds_on_id else None
    if lesson.basis == Basis.CONFIRMS:
        if earlier is not None and earlier.id not in counted:
            add_evidence(earlier, StrategyEvidence(tried=draft.tried, helped=draft.helped, partly=draft.partly, groups=1))
            counted.add(earlier.id)
        if earlier is not None:
            lesson.count(now=now)
        return
    if earlier is None or earlier.id in counted:
        strategy, secrets = publish(draft, authors=len(authors), now=now)
    else:
        strategy, secrets = refine(earlier, draft, authors=len(authors), now=now)
    counted.add(strategy.id)
    keys = zip(sorted(authors), secrets, strict=True)
    Secret.objects.bulk_create([Secret(room=room, person_id=person, lesson=lesson, text=text) for person, text in keys])
    lesson.publish(now=now)


def draft_of(lesson: Lesson) -> StrategyDraft:
    """The lesson as the playbook takes it: its words, and counts of what the scores rest on."""
    scores = list(Score.objects.filter(lesson=lesson))
    rests_on = Counter(score.evidence for score in scores)
    tried = [score.help or 0 for score in scores if score.evidence == Evidence.TRIED]
    helped = sum(score >= HELPED_FROM for score in tried)
    partly = sum(PARTLY_FROM <= score < HELPED_FROM for score in tried)
    return StrategyDraft(
        topic_id=lesson.room.session.cycle.topic_id, situation=lesson.when, doing=lesson.doing, led_to=lesson.led_to,
        because=lesson.because, works_when=lesson.works_when, not_when=lesson.not_when or lesson.watch_out, first_step="",
        tried=rests_on[Evidence.TRIED], seen=rests_on[Evidence.SEEN], believed=rests_on[Evidence.BELIEVED], helped=helped, partly=partly,
    )  # fmt: skip


def _forget_strategies(room: Room) -> None:
    """Nothing may lead from a strategy to the group: neither what a lesson built on, nor the marks of strategies that it may have replaced."""
    Lesson.objects.filter(room=room).update(builds_on=None, basis="")
    marks = Mark.objects.filter(room__session__cycle=room.session.cycle_id)
    Mark.objects.filter(id__in=[mark.id for mark in marks if as_id(mark.card_key) is not None]).delete()


def _authors(lesson: Lesson) -> set[str]:
    return {str(lesson.author_id), *(str(twin.author_id) for twin in lesson.twins.all())}
