"""Starting, changing and ending programmes, taking part, rosters of courses, the list of courses. Called by the console, by members' pages and at
the tick.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from reconvene.base import jobs
from reconvene.groups.models import Programme
from reconvene.groups.rules import GAP_LONGEST, GAP_SHORTEST, LARGEST, PROMISE_DAYS, SMALLEST, ProgrammeKind
from reconvene.guides.models import Topic
from reconvene.notices.actions import put, send_soon
from reconvene.people.models import Person
from reconvene.programmes.models import Course, Participant, ProgrammeTopic, Roster
from reconvene.programmes.queries import audience, takes_new
from reconvene.programmes.rules import LARGEST_SEED, Place, makes_two_halves

INVITATION = "programme_invitation"
INVITATION_GOOD_FOR = timedelta(days=21)
INVITED_PER_TICK = 200
CHUNK = 2000


class CannotStart(Exception):
    """A programme cannot be started like this. `code`: empty_audience, too_few, one_group."""

    def __init__(self, code: str, people: int = 0) -> None:
        super().__init__(code)
        self.code, self.people = code, people


class SignUpIsOver(Exception):
    """The programme takes nobody any more."""


@dataclass(frozen=True)
class Draft:
    """What L&D wants a programme to be."""

    name: str
    kind: ProgrammeKind
    starts_on: date
    ends_on: date | None = None
    signs_up_until: date | None = None
    second_by: date | None = None
    recipe: str = ""
    topics: Sequence[Topic] = ()
    functions: Sequence[str] = ()
    sites: Sequence[str] = ()
    levels: Sequence[int] = ()
    smallest: int = SMALLEST
    largest: int = LARGEST
    level_distance: int = 1
    gap_shortest: int = GAP_SHORTEST
    gap_longest: int = GAP_LONGEST
    session_minutes: int = 90
    is_on_site: bool = False
    emphasis: str = "balanced"
    promise_days: int = PROMISE_DAYS
    is_reviewed: bool = False
    randomised_by: str = ""
    seed: int | None = None

    @property
    def columns(self) -> dict[str, object]:
        """Everything but the topics, as columns of a programme."""
        names = (
            "name", "kind", "starts_on", "ends_on", "signs_up_until", "second_by", "recipe", "smallest", "largest", "level_distance",
            "gap_shortest", "gap_longest", "session_minutes", "is_on_site", "emphasis", "promise_days", "is_reviewed", "randomised_by", "seed",
        )  # fmt: skip
        lists = {name: list(getattr(self, name)) for name in ("functions", "sites", "levels")}
        return {**{name: getattr(self, name) for name in names}, **lists}


@transaction.atomic
def start_programme(by: Person, *, draft: Draft, now: datetime) -> Programme:
    """Start a programme and put its audience on the list of who is to be invited; the invitations go out at the next ticks.

    A course invites nobody before its roster; a programme for newcomers invites only who comes into its audience from now on.

    Raises CannotStart when nobody is in the audience, fewer than one group needs, or, for a pilot, too few for a group in each half.
    """
    programme = Programme(organisation=by.organisation, started_by=by, **draft.columns)
    people = audience(programme).count()
    if draft.kind != ProgrammeKind.COURSE:
        check_audience(draft.kind, people=people, smallest=draft.smallest)
    programme.save()
    ProgrammeTopic.objects.bulk_create(ProgrammeTopic(programme=programme, topic=topic) for topic in draft.topics)
    if draft.kind != ProgrammeKind.COURSE:
        add_people(programme, passes_over=draft.kind == ProgrammeKind.ONBOARDING, now=now)
    jobs.tick_soon()
    return programme


def check_audience(kind: ProgrammeKind, *, people: int, smallest: int) -> None:
    """Whether so many people make a programme of this kind. Raises CannotStart."""
    if kind == ProgrammeKind.ONBOARDING:
        return  # its people are still to come
    if not people:
        raise CannotStart("empty_audience")
    if people < smallest:
        raise CannotStart("too_few", people)
    if kind == ProgrammeKind.PILOT and not makes_two_halves(people):
        raise CannotStart("one_group", people)


@transaction.atomic
def change_programme(programme: Programme, *, changes: Mapping[str, object]) -> Programme:
    """Change what may still be changed of a running programme; what groups were formed by stays with them. Tells no one."""
    fresh = Programme.objects.select_for_update().get(id=programme.id)
    for name, value in changes.items():
        setattr(fresh, name, value)
    fresh.save(update_fields=list(changes))
    return fresh


@transaction.atomic
def end_programme(programme: Programme, *, now: datetime) -> None:
    """Form no more groups in a programme; its groups go on, and whoever waits in it waits in the open one. The open one never ends. Tells no one."""
    fresh = Programme.objects.select_for_update().get(id=programme.id)
    if not fresh.is_open and fresh.ended_at is None:
        fresh.end(now=now)
        jobs.tick_soon()


@transaction.atomic
def add_people(programme: Programme, *, passes_over: bool = False, only: Sequence[uuid.UUID] | None = None, now: datetime) -> int:
    """Put everybody of the audience, or `only` these people, who is not there yet onto a programme's list; return how many. Tells no one yet."""
    known = Participant.objects.filter(programme=programme, person=OuterRef("pk"))
    found = (
        audience(programme) if only is None else Person.objects.invitable().filter(id__in=only, organisation_id=programme.organisation_id)
    )
    ids = list(found.filter(~Exists(known)).values_list("id", flat=True))
    passed_at = now if passes_over else None
    rows = [Participant(programme=programme, person_id=person, added_at=now, passed_at=passed_at) for person in ids]
    Participant.objects.bulk_create(rows, batch_size=CHUNK, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def invite_some(programme: Programme, *, now: datetime) -> int:
    """Write the invitations of the next who are on the list of a programme that takes people, some at a time; return how many.

    Each gets one, ever; it counts towards the cap of messages, and whoever paused them gets none.
    """
    waiting = Participant.objects.select_for_update(skip_locked=True).filter(programme=programme, invited_at=None).unanswered()
    some = list(waiting.select_related("person").order_by("added_at", "id")[:INVITED_PER_TICK])
    for one in some:
        put(one.person, kind=INVITATION, subject_id=one.id, due_at=now, not_after=_invited_until(programme, now), is_counted=True)
    Participant.objects.filter(id__in=[one.id for one in some]).update(invited_at=now)
    if some:
        send_soon()
    return len(some)


@transaction.atomic
def join(programme: Programme, *, person: Person, today: date, now: datetime) -> Participant:
    """Take part. Joining twice changes nothing. Tells no one. Raises SignUpIsOver."""
    if programme.is_open or not takes_new(programme, today=today):
        raise SignUpIsOver
    participant, _ = Participant.objects.get_or_create(programme=programme, person=person, defaults={"added_at": now, "invited_at": now})
    if participant.joined_at is None:
        participant.join(now=now)
        jobs.tick_soon()
    return participant


@transaction.atomic
def decline(programme: Programme, *, person: Person, now: datetime) -> None:
    """Not this time, or no longer: the person's challenges go to the open programme. Tells nobody, and nobody can look it up."""
    participant = Participant.objects.filter(programme=programme, person=person).first()
    if participant is not None:
        participant.decline(now=now)


@transaction.atomic
def keep_halves(programme: Programme, places: Mapping[str, Place], *, seed: int, now: datetime) -> None:
    """Write down what the draw of a pilot gave. Tells no one."""
    rows = {str(one.person_id): one for one in programme.participants.joined()}
    for key, place in places.items():
        rows[key].half, rows[key].planned = place.half, place.planned
    Participant.objects.bulk_update([rows[key] for key in places], ["half", "planned"], batch_size=CHUNK)
    programme.draw(seed=min(seed, LARGEST_SEED), now=now)


@transaction.atomic
def keep_roster(
    programme: Programme, *, filename: str, matched: Sequence[str], unknown: Sequence[Sequence[object]], by: Person, now: datetime
) -> Roster:
    """Keep a roster that was read, in place of an earlier one, until it is confirmed. Applies nothing."""
    programme.rosters.all().delete()
    facts = {"matched": list(matched), "unknown": [list(one) for one in unknown], "uploaded_by": by, "uploaded_at": now}
    return Roster.objects.create(programme=programme, filename=filename[:255], **facts)


@transaction.atomic
def apply_roster(roster: Roster, *, now: datetime) -> int:
    """Put the people of a roster onto its programme's list and delete the roster; return how many are new. They are invited at the next ticks."""
    count = add_people(roster.programme, only=[uuid.UUID(one) for one in roster.matched], now=now)
    roster.delete()
    jobs.tick_soon()
    return count


@transaction.atomic
def add_course(by: Person, *, name: str, category: str, topic: Topic | None, now: datetime) -> Course:
    """Put a course onto the list. The same name again changes what it is about. Tells no one."""
    about = {"category": topic.category if topic else category, "topic": topic}
    return Course.objects.update_or_create(
        organisation=by.organisation, name=name, defaults=about, create_defaults={**about, "added_at": now}
    )[0]


def _invited_until(programme: Programme, now: datetime) -> datetime:
    """Until when an invitation may still go out: it is worth nothing once the sign-up is over."""
    last = programme.signs_up_until or programme.ends_on
    longest = now + INVITATION_GOOD_FOR
    return min(longest, datetime(last.year, last.month, last.day, 18, tzinfo=now.tzinfo)) if last else longest
