"""Reading the practice weeks: one's own four weeks, what the buddy shared, what is next. Called by the views here and by the home page."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from reconvene.availability.models import WorkingHours
from reconvene.availability.queries import public_holidays, week_of
from reconvene.groups.models import Cycle, Membership
from reconvene.guides.queries import tip_for
from reconvene.notices.models import Notice, NoticeQuerySet
from reconvene.people.models import Person
from reconvene.practice.models import Buddy, CheckIn, JournalEntry, Plan, Practice, PracticeReport
from reconvene.practice.rules import (
    CHECK_IN_DAYS,
    FEWEST_FOR_A_COUNT,
    HALF_WAY_DAY,
    RECALL_DAYS,
    SECOND_FROM,
    check_in_day,
    has_tried,
    is_half_way,
    is_silent,
    is_time_to_report,
    week_number,
)
from reconvene.practice.schedule import (
    BUDDY,
    CALL_DAYS,
    CHECK_IN,
    HALF_WAY,
    PLAN_COPY,
    REPORT,
    SECOND,
    TOMORROW,
    Step,
    WorkingDays,
    day_number,
)
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind, working_day_before


@dataclass(frozen=True)
class Day:
    """One day of the four weeks. `tone` is past, rest or nothing; `is_call` marks the days for the call with the buddy."""

    on: date
    words: str = ""
    tone: str = ""
    is_ahead: bool = True
    is_today: bool = False
    is_call: bool = False
    is_end: bool = False


@dataclass(frozen=True)
class NextPractice:
    """The next thing of one's practice. `kind` is plan, recall, check_in, half_way, report or quiet; `day` counts from the first session.

    `tip` is the guide's for this week; `row` says when something was last heard from the person.
    """

    kind: str
    title: str
    day: int
    days: int
    plan: Plan | None
    cycle_id: uuid.UUID
    tip: str
    row: Practice | None


@dataclass(frozen=True)
class Frame:
    """What the four weeks of one member hang on."""

    first: Session
    reconvene: Session
    plan: Plan | None
    buddy: Person | None
    wants_copy: bool


@dataclass(frozen=True)
class Tried:
    """How many of the active members have tried something: a count for the group itself."""

    yes: int
    members: int


def cycles_of(person: Person) -> QuerySet[Cycle]:
    """Cycles whose practice page is the person's: of the groups they sit in, and those in which they made a plan or wrote a report."""
    planned, reported = (model.objects.filter(person=person).values("cycle") for model in (Plan, PracticeReport))
    return Cycle.objects.filter(Q(id__in=Cycle.objects.visible_to(person)) | Q(id__in=planned) | Q(id__in=reported))


def current_plan(cycle_id: uuid.UUID, person: Person) -> Plan | None:
    """The plan that counts in the four weeks, or after the reconvene the one made there."""
    return _current_plans(cycle_id, person).first()


def _current_plans(cycle_id: uuid.UUID, person: Person) -> QuerySet[Plan]:
    return Plan.objects.current().filter(cycle_id=cycle_id, person=person).order_by("-is_for_keeping")


def buddy_of(cycle_id: uuid.UUID, person: Person) -> Person | None:
    """Who is there for the person in this cycle: calls half-way and sees what is shared. Nobody once that one has left the group."""
    here = Membership.objects.live().filter(group__cycles=cycle_id).values("person")
    row = Buddy.objects.filter(cycle_id=cycle_id, person=person, buddy__in=here).select_related("buddy").first()
    return row.buddy if row else None


@dataclass(frozen=True)
class Company:
    """What the members of a cycle are to one of them: the row of their buddy, if that one still sits in the group, what is shared with them, their own check-ins by day, the group's count."""

    pair: Buddy | None
    shared: tuple[CheckIn, ...]
    own: Mapping[int, CheckIn]
    tried: Tried | None


def company_of(cycle_id: uuid.UUID, person: Person, *, members: Collection[uuid.UUID]) -> Company:
    """Buddies and check-ins of a cycle as one person may read them, oldest first; what others shared only with their buddy. Two queries."""
    rows = Buddy.objects.filter(Q(person=person) | Q(buddy=person), cycle_id=cycle_id).select_related("buddy")
    pairs = list(rows)
    authors = {pair.person_id for pair in pairs if pair.buddy_id == person.id}
    checks = list(CheckIn.objects.current().filter(cycle_id=cycle_id).select_related("person").order_by("day", "answered_at"))
    return Company(
        next((pair for pair in pairs if pair.person_id == person.id and pair.buddy_id in members), None),
        tuple(check for check in checks if check.person_id in authors and check.shared_at is not None),
        {check.day: check for check in checks if check.person_id == person.id},
        tried([check for check in checks if check.person_id in members], members=len(members)),
    )


def tried(checks: Collection[CheckIn], *, members: int) -> Tried | None:
    """How many of the group's members have tried something, once four are active; None below that, so that a count points at nobody."""
    if len({check.person_id for check in checks}) < FEWEST_FOR_A_COUNT:
        return None
    return Tried(len({check.person_id for check in checks if has_tried(check.did_it)}), members)


def working_days(person: Person, hours: WorkingHours, *, since: date, until: date) -> WorkingDays:
    """On which days a person works: by their working hours and their country's public holidays."""
    return WorkingDays(frozenset(hours.weekdays), public_holidays(person.country, tuple(range(since.year, until.year + 1))))


def laid_out(cycle_id: uuid.UUID, person: Person) -> tuple[Step, ...]:
    """The steps of the four weeks as the person's messages stand in the outbox, sent or not, on their own clock. One query."""
    zone = ZoneInfo(person.time_zone)
    found = Notice.objects.filter(person=person, subject_id=cycle_id).order_by("due_at")
    return tuple(Step(kind, due_at.astimezone(zone).date()) for kind, due_at in found.values_list("kind", "due_at"))


def counted_for(cycle_id: uuid.UUID, person_id: uuid.UUID) -> NoticeQuerySet:
    """The counted messages to a person about a cycle and their plans in it."""
    plans = Plan.objects.filter(cycle_id=cycle_id, person_id=person_id).values("id")
    about = Q(subject_id=cycle_id) | Q(subject_id__in=plans)
    return Notice.objects.counted().filter(about, person_id=person_id)


def practice_of(cycle_id: uuid.UUID, person: Person) -> Practice | None:
    """The person's own four weeks in a cycle."""
    return Practice.objects.visible_to(person).filter(cycle_id=cycle_id).first()


def has_fallen_silent(practice: Practice) -> bool:
    """Whether nothing was heard from the member after the last counted messages, so that none but the report is sent any more."""
    sent = counted_for(practice.cycle_id, practice.person_id).filter(sent_at__gt=practice.seen_at)
    return is_silent(sent.count())


def journal_of(cycle_id: uuid.UUID, person: Person) -> QuerySet[JournalEntry]:
    """One's own journal of the four weeks, oldest first."""
    return JournalEntry.objects.visible_to(person).filter(cycle_id=cycle_id)


def weeks(frame: Frame, person: Person, now: datetime) -> tuple[Day, ...]:
    """Every day from after the first session to the reconvene, on the person's clock."""
    zone = ZoneInfo(person.time_zone)
    since, until = (session.starts_at.astimezone(zone).date() for session in (frame.first, frame.reconvene))
    steps, today = laid_out(frame.first.cycle_id, person), now.astimezone(zone).date()
    days = working_days(person, week_of(person), since=since, until=until)
    words, calls = _words(frame, person, steps=steps, days=days), _call_days(steps, days=days) if frame.buddy else frozenset()
    return tuple(
        Day(
            on=day,
            words=words.get(day, ""),
            tone="rest" if day not in days else "past" if day < today else "",
            is_ahead=day >= today,
            is_today=day == today,
            is_call=day in calls,
            is_end=day == until,
        )
        for day in (since + timedelta(days=number) for number in range(1, (until - since).days + 1))
    )


def next_thing(person: Person, sessions: Sequence[Session], *, now: datetime) -> NextPractice | None:
    """What the person's practice asks for now, for the home page; None outside of the four weeks. `sessions` are those of their running cycles,
    soonest first, with cycle and topic. Two queries, three in the last days.
    """
    ahead = {session.cycle_id: session for session in sessions if session.kind == Kind.RECONVENE and session.ended_at is None}
    held = (session for session in reversed(sessions) if session.kind == Kind.FIRST and session.ended_at and session.cycle_id in ahead)
    first = next(held, None)
    if first is None:
        return None
    reconvene = ahead[first.cycle_id]
    zone = ZoneInfo(person.time_zone)
    today, since, until = (moment.astimezone(zone).date() for moment in (now, first.starts_at, reconvene.starts_at))
    day, days = day_number(today, first=since), day_number(until, first=since)
    answered = ArraySubquery(CheckIn.objects.current().filter(cycle=OuterRef("cycle"), person=OuterRef("person")).values("day"))
    plan = _current_plans(first.cycle_id, person).annotate(answered=answered).first()
    kind, title = _asked(first.cycle, person, plan=plan, day=day, days=days, answered=plan.answered if plan else ())
    row = practice_of(first.cycle_id, person)
    return NextPractice(
        kind, title, day, days, plan, first.cycle_id, tip_for(first.cycle.topic, week_number(day), at=first.cycle.started_at), row
    )


def _asked(cycle: Cycle, person: Person, *, plan: Plan | None, day: int, days: int, answered: Collection[int]) -> tuple[str, str]:
    if plan is None:
        return "plan", _("Write your plan for the four weeks")
    if is_time_to_report(day, days) and not has_report(cycle, person):
        return "report", _("What do you bring to the reconvene?")
    if day >= SECOND_FROM and check_in_day(day) not in answered:
        return "check_in", _("How is it going with your plan?")
    if is_half_way(day) and not plan.half_way:
        return "half_way", _("Half-way: keep the plan, shrink it, or swap it")
    if CHECK_IN_DAYS[0] - 1 <= day < HALF_WAY_DAY and CHECK_IN_DAYS[0] not in answered:
        return "check_in", _("How did your first week go?")
    if day in RECALL_DAYS:
        return "recall", _("What was your if-then?")
    return "quiet", _("Nothing to do today")


def has_report(cycle: Cycle, person: Person) -> bool:
    """Whether the person has written a report. One query."""
    kept = PracticeReport.objects.filter(cycle=cycle, person=person).first()
    return kept is not None and kept.is_written


def _words(frame: Frame, person: Person, *, steps: tuple[Step, ...], days: WorkingDays) -> dict[date, str]:
    """What stands on which day. Of two things on one day the later wins: the person's own occasion, then the reconvene."""
    said = {
        CHECK_IN: _("Check-in"),
        BUDDY: _("Call with %(name)s") % {"name": frame.buddy.first_name} if frame.buddy else "",
        HALF_WAY: _("Half-way: keep, shrink, swap"),
        SECOND: _("Check-in, one sentence for a colleague"),
        REPORT: _("Practice report, filled in for you"),
        TOMORROW: _("Your host card") if frame.reconvene.host_id == person.id else _("A reminder that you reconvene"),
        PLAN_COPY: _("Your plan as a copy to keep") if frame.wants_copy else "",
    }
    before = working_day_before(frame.reconvene.local_for(person).date(), weekdays=days.weekdays, holidays=days.holidays)
    tomorrow = Step(TOMORROW, before)
    words = {step.on: said[step.key] for step in (*steps, tomorrow) if said.get(step.key)}
    if frame.plan and frame.plan.first_on:
        words[frame.plan.first_on] = _("First occasion")
    local = frame.reconvene.local_for(person)
    words[local.date()] = _("Reconvene %(hour)s") % {"hour": local.strftime("%H:%M")}
    return words


def _call_days(steps: tuple[Step, ...], *, days: WorkingDays) -> frozenset[date]:
    start = next((step.on for step in steps if step.key == BUDDY), None)
    if start is None:
        return frozenset()
    return frozenset(day for day in (start + timedelta(days=number) for number in range(CALL_DAYS + 1)) if day in days)
