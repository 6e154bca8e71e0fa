"""Plans, buddies, check-ins and reports. Nobody is ever told what somebody wrote; the messages of the four weeks say only that it is time."""

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from reconvene.availability.queries import week_of
from reconvene.groups.models import Cycle
from reconvene.notices.actions import drop_about, put
from reconvene.notices.models import Notice, preference_of
from reconvene.notices.rules import CYCLE, DAY_ENDS, at_hour
from reconvene.people.models import Person
from reconvene.practice.cues import vague_cue
from reconvene.practice.models import Buddy, CheckIn, JournalEntry, Plan, Practice, PracticeReport
from reconvene.practice.queries import counted_for, has_fallen_silent, journal_of, working_days
from reconvene.practice.rules import CHECK_IN_DAYS, CameUp, DecidedBy, DidIt, HalfWay, PlanDraft, ReportDraft, evidence_of, ring
from reconvene.practice.schedule import (
    BUDDY,
    CHECK_IN,
    HALF_WAY,
    OCCASION,
    PLAN_COPY,
    REPORT,
    SECOND,
    TOMORROW,
    Step,
    Wishes,
    WorkingDays,
    dates_of,
    day_off_after,
    fits,
    sending_hour,
)
from reconvene.practice.words import did_on
from reconvene.scheduling.models import Session
from reconvene.scheduling.queries import members_of, sessions_of
from reconvene.scheduling.rules import Kind

MESSAGES = (PLAN_COPY, CHECK_IN, BUDDY, HALF_WAY, SECOND, REPORT)  # of the four weeks, about the cycle
STALE_AFTER = timedelta(days=3)


class VagueCue(Exception):
    """The "if" names no occasion; the text is a sentence that says what it lacks."""


class NoSessions(Exception):
    """The cycle has no dates, so its four weeks cannot be laid out."""


class UnknownDay(Exception):
    """Check-ins belong to day 7 or day 21."""


@transaction.atomic
def make_plan(cycle: Cycle, *, person: Person, plan: PlanDraft, now: datetime, is_for_keeping: bool = False) -> Plan:
    """Keep a member's plan; it takes the place of the current one, and what was decided half-way stays decided. The same plan again changes
    nothing. Tells its author, on the day chosen.

    `is_for_keeping` marks the plan made at the reconvene for the weeks after it. Raises VagueCue.
    """
    if lack := vague_cue(plan.if_cue):
        raise VagueCue(lack)
    wanted = {name: getattr(plan, name).strip() for name in ("want", "best_result", "obstacle", "if_cue", "then_action", "sign")}
    wanted["first_on"] = plan.first_on
    current = Plan.objects.select_for_update().current().filter(cycle=cycle, person=person, is_for_keeping=is_for_keeping).first()
    if current is not None:
        if all(getattr(current, name) == value for name, value in wanted.items()):
            return current
        current.replace(now=now)
        drop_about(current.id, now=now, kinds=(OCCASION,), because="replaced")
    wanted["half_way"] = HalfWay.KEEP if current is not None and current.half_way else ""
    made = Plan.objects.create(cycle=cycle, person=person, is_for_keeping=is_for_keeping, made_at=now, **wanted)
    practice = _practice_of(cycle, person)
    if practice is not None and not is_for_keeping:
        practice.see(now=now)
        _remind_of_occasion(made, until=practice.laid_out_for, now=now)
    return made


@transaction.atomic
def pair_buddies(cycle: Cycle, *, members: Sequence[Person], seed: int, now: datetime) -> list[Buddy]:
    """Pair the members for the call half-way, by a seeded draw; an odd number ends in a ring of three. Tells no one.

    Pairing again replaces the pairs; the same members and seed give the same pairs.
    """
    drawn = sorted(members, key=lambda person: person.id)
    random.Random(seed).shuffle(drawn)  # noqa: S311  # a draw, not a secret
    Buddy.objects.filter(cycle=cycle).delete()
    return Buddy.objects.bulk_create([Buddy(cycle=cycle, person=person, buddy=buddy) for person, buddy in ring(drawn)])


@transaction.atomic
def start_practice(cycle: Cycle, *, now: datetime) -> None:
    """Lay out the messages of the four weeks for every member, on their own working days and at their own hour.

    Tells each member, later and by themselves. Starting again adds what is missing (a late member), and when the reconvene has moved since,
    moves what was not sent yet. Raises NoSessions.
    """
    sessions = sessions_of(cycle.id)
    if len(sessions) < len(Kind):
        raise NoSessions(cycle)
    first, reconvene = sessions[Kind.FIRST], sessions[Kind.RECONVENE]
    known = {practice.person_id: practice for practice in Practice.objects.select_for_update().filter(cycle=cycle)}
    for person in members_of(cycle):
        practice = known.get(person.id)
        if practice is None:
            Practice.objects.create(cycle=cycle, person=person, laid_out_for=reconvene.starts_at, seen_at=first.ended_at or now)
        elif practice.laid_out_for == reconvene.starts_at:
            continue
        else:
            practice.lay_out_for(reconvene.starts_at)
        _lay_out(cycle, person=person, first=first, reconvene=reconvene, now=now)


@transaction.atomic
def send_plan_copy(practice: Practice, *, now: datetime) -> bool:
    """Put the copy of the plan for a member who asked for it after the weeks were laid out: for the next time that messages come to them. It answers
    them, so it does not count towards the caps. Tells only them. False when they reconvene before that.
    """
    person, zone = practice.person, ZoneInfo(practice.person.time_zone)
    today, until = now.astimezone(zone).date(), practice.laid_out_for.astimezone(zone).date()
    post = Post.of(person, since=today, until=until, last=practice.laid_out_for)
    ahead = (today + timedelta(days=number) for number in range((until - today).days))
    day = next((day for day in ahead if day in post.days and at_hour(day, zone=person.time_zone, hour=post.hour) >= now), None)
    if day is not None:
        post.put(PLAN_COPY, subject_id=practice.cycle_id, on=day, is_counted=False)
    return day is not None


@transaction.atomic
def stop_practice(cycle: Cycle) -> None:
    """Take back what `start_practice` and `pair_buddies` made, because the first session was not held after all. Tells no one.

    The rows go, because starting again would otherwise find them. What was sent stays in the outbox.
    """
    Notice.objects.filter(subject_id=cycle.id, kind__in=MESSAGES, sent_at=None).delete()
    Practice.objects.filter(cycle=cycle).delete()
    Buddy.objects.filter(cycle=cycle).delete()


@transaction.atomic
def check_in(
    plan: Plan,
    *,
    day: int,
    came_up: CameUp,
    did_it: DidIt | None,
    decided_by: DecidedBy | None,
    happened: str,
    tell_a_colleague: str,
    share: bool,
    now: datetime,
) -> CheckIn:
    """Keep the three taps and two sentences of day 7 or 21; the last answers count from now on. Tells no one; with `share` the buddy may read it.

    Raises UnknownDay.
    """
    if day not in CHECK_IN_DAYS:
        raise UnknownDay(day)
    taps = {"came_up": came_up, "did_it": did_it or "", "decided_by": decided_by or ""}
    words = {"plan": plan, "happened": happened, "tell_a_colleague": tell_a_colleague}
    whose = {"cycle_id": plan.cycle_id, "person_id": plan.person_id, "day": day}
    current = CheckIn.objects.current().select_for_update()
    kept, is_new = current.get_or_create(**whose, defaults={**taps, **words, "answered_at": now})
    if not is_new and any(getattr(kept, name) != tap for name, tap in taps.items()):
        kept.give_way(now=now)
        kept = CheckIn.objects.create(**whose, **taps, **words, answered_at=now)
    elif not is_new:
        current.filter(id=kept.id).update(**words)
        kept.refresh_from_db()
    if share:
        kept.share(now=now)
    elif kept.shared_at is not None:
        kept.unshare()
    see(plan.cycle, person=plan.person, now=now)
    return kept


@transaction.atomic
def unshare(kept: CheckIn) -> None:
    """Take a check-in back from the buddy. Tells no one."""
    kept.unshare()


@transaction.atomic
def go_half_way(plan: Plan, *, choice: HalfWay, new_plan: PlanDraft | None = None, now: datetime) -> Plan:
    """Keep, shrink or swap the plan half-way. Returns the plan that counts from now on. Tells no one.

    Raises ValueError when shrinking or swapping without a new plan, VagueCue as `make_plan`.
    """
    see(plan.cycle, person=plan.person, now=now)
    if choice is HalfWay.KEEP:
        plan.decide_half_way(choice)
        return plan
    if new_plan is None:
        raise ValueError("A plan is shrunk or swapped by writing another one.")
    plan.decide_half_way(choice)
    return make_plan(plan.cycle, person=plan.person, plan=new_plan, now=now, is_for_keeping=plan.is_for_keeping)


@transaction.atomic
def save_report(cycle: Cycle, *, person: Person, report: ReportDraft, now: datetime) -> PracticeReport:
    """Keep what a member brings to the reconvene. Tells no one; the group reads it when its author shows it there, and other words when these are shown."""
    read = {name: getattr(report, name) for name in ("planned", "did", "happened", "surprised", "times")} | {"weeks": list(report.weeks)}
    before = PracticeReport.objects.select_for_update().filter(cycle=cycle, person=person).first()
    kept, _ = PracticeReport.objects.update_or_create(
        cycle=cycle, person=person, defaults={**read, "private_notes": report.private_notes, "saved_at": now}
    )
    if before is not None and before.shown_at is not None and any(getattr(before, name) != value for name, value in read.items()):
        kept.hide()
    see(cycle, person=person, now=now)
    return kept


@transaction.atomic
def talk_with_buddy(cycle: Cycle, *, person: Person, now: datetime) -> None:
    """Note that a member and their buddy have talked; the first time counts. Tells no one. Does nothing for who has no buddy."""
    pair = Buddy.objects.visible_to(person).filter(cycle=cycle).first()
    if pair is not None:
        pair.talk(now=now)
    see(cycle, person=person, now=now)


@transaction.atomic
def see(cycle: Cycle, *, person: Person, now: datetime) -> None:
    """Note that a member answered or asked for messages; those that fell silent go on. Tells no one."""
    practice = _practice_of(cycle, person)
    if practice is not None:
        practice.see(now=now)


@transaction.atomic
def come_by(practice: Practice | None, *, now: datetime) -> bool:
    """Note that a member opened a page of their practice, so that messages do not fall silent; whether they have fallen silent already. Tells no one.

    Messages that have fallen silent stay so, until the member answers or asks for them. Writes at most once an hour.
    """
    is_silent = practice is not None and has_fallen_silent(practice)
    if practice is not None and not is_silent and practice.seen_at < now - timedelta(hours=1):
        practice.see(now=now)
    return is_silent


@transaction.atomic
def write_in_journal(cycle: Cycle, *, person: Person, text: str, now: datetime) -> JournalEntry:
    """Keep a dated note for its author alone. Tells no one, ever."""
    see(cycle, person=person, now=now)
    return JournalEntry.objects.create(cycle=cycle, person=person, text=text, written_at=now)


@transaction.atomic
def delete_journal(cycle: Cycle, *, person: Person, entry_id: uuid.UUID | None = None) -> int:
    """Delete a member's journal of the four weeks, or one entry of it, for good. Tells no one. Returns how many entries are gone."""
    mine = journal_of(cycle.id, person)
    return (mine.filter(id=entry_id) if entry_id else mine).delete()[0]


@transaction.atomic
def show_report(report: PracticeReport, *, now: datetime) -> None:
    """Let the group read a report, apart from its private notes. Called by its author. Tells no one; the room says it by itself."""
    report.show(now=now)


@transaction.atomic
def hide_report(report: PracticeReport) -> None:
    """Let nobody else read a report any more. Called by its author. Tells no one; the room says it by itself."""
    report.hide()


def prefill_report(cycle: Cycle, person: Person) -> ReportDraft:
    """The report as kept, or, when nothing is written yet, made of the plans, the check-ins and the private notes. Writes nothing."""
    kept = PracticeReport.objects.filter(cycle=cycle, person=person).first()
    if kept is not None and kept.is_written:
        return ReportDraft(kept.planned, kept.did, kept.happened, kept.surprised, kept.private_notes, kept.times, tuple(kept.weeks))
    plans = Plan.objects.filter(cycle=cycle, person=person, is_for_keeping=False).order_by("made_at")
    answered = list(CheckIn.objects.current().filter(cycle=cycle, person=person))
    times, weeks = evidence_of([(check.day, check.came_up, check.did_it) for check in answered])
    return ReportDraft(
        planned="\n".join(f"{plan.if_cue}: {plan.then_action}" for plan in plans),
        did="\n".join(did_on(check) for check in answered if check.did_it),
        happened="\n".join(check.happened for check in answered if check.happened),
        surprised="\n".join(check.tell_a_colleague for check in answered if check.tell_a_colleague),
        private_notes=kept.private_notes if kept else "",
        times=times,
        weeks=weeks,
    )


def _practice_of(cycle: Cycle, person: Person) -> Practice | None:
    return Practice.objects.select_for_update().filter(cycle=cycle, person=person).first()


def _lay_out(cycle: Cycle, *, person: Person, first: Session, reconvene: Session, now: datetime) -> None:
    """Put a member's messages; those of an earlier layout that no worker has yet go first."""
    plan = Plan.objects.current().filter(cycle=cycle, person=person, is_for_keeping=False).first()
    laid = counted_for(cycle.id, person.id)
    laid.waiting().filter(leased_until=None).delete()
    zone = ZoneInfo(person.time_zone)
    sent = tuple(Step(one.kind, _day_of(one, zone)) for one in laid.filter(dropped_at=None).order_by("due_at"))
    since, until = (session.starts_at.astimezone(zone).date() for session in (first, reconvene))
    post = Post.of(person, since=since, until=until, last=reconvene.starts_at)
    wishes = Wishes(post.days, plan.first_on if plan else None, post.wants_copy)
    for step in dates_of(since, until, wishes, sent=sent, after=max(since, now.astimezone(zone).date())):
        # The line before the reconvene belongs to the session (scheduling), which also moves it with the date.
        if step.key == OCCASION and plan is not None:
            post.put_occasion(plan)
        elif step.key != TOMORROW:
            post.put(step.key, subject_id=cycle.id, on=step.on)


def _remind_of_occasion(plan: Plan, *, until: datetime, now: datetime) -> None:
    """One line on the morning of the planned occasion, when it is still ahead, a working day, and the caps have room for it."""
    person, zone = plan.person, ZoneInfo(plan.person.time_zone)
    today = now.astimezone(zone).date()
    if plan.first_on is None or not today < plan.first_on < until.astimezone(zone).date():
        return
    post = Post.of(person, since=today, until=plan.first_on, last=until)
    counted = Notice.objects.counted().filter(person=person, dropped_at=None, due_at__gt=now - timedelta(days=CYCLE))
    if plan.first_on in post.days and fits(plan.first_on, [_day_of(one, zone) for one in counted]):
        post.put_occasion(plan)


def _day_of(notice: Notice, zone: ZoneInfo) -> date:
    return (notice.sent_at or notice.due_at).astimezone(zone).date()


@dataclass(frozen=True)
class Post:
    """How messages of the four weeks go to one person: on which days, at which hour, and none from `last` on, when they reconvene."""

    person: Person
    days: WorkingDays
    hour: int
    wants_copy: bool
    last: datetime

    @classmethod
    def of(cls, person: Person, *, since: date, until: date, last: datetime) -> "Post":
        """By their working hours, holidays and wishes. Two queries."""
        week, wishes = week_of(person), preference_of(person)
        days = working_days(person, week, since=since, until=until)
        return cls(person, days, sending_hour(wishes.hour, opens=week.starts, closes=week.ends), wishes.wants_plan_by_mail, last)

    def put(self, kind: str, *, subject_id: uuid.UUID, on: date, is_counted: bool = True) -> None:
        """Put a message about the four weeks. It is worth nothing after three days, and is not sent late on a day off."""
        due_at = at_hour(on, zone=self.person.time_zone, hour=self.hour)
        off = day_off_after(on, days=self.days, within=STALE_AFTER.days)
        ends = [due_at + STALE_AFTER, self.last] + ([at_hour(off, zone=self.person.time_zone, hour=0)] if off else [])
        put(self.person, kind=kind, subject_id=subject_id, due_at=due_at, not_after=min(ends), is_counted=is_counted)

    def put_occasion(self, plan: Plan) -> None:
        """Put the line for the morning of the day that the person chose. It is worth nothing on the next."""
        assert plan.first_on is not None
        due_at = at_hour(plan.first_on, zone=self.person.time_zone, hour=self.hour)
        evening = datetime.combine(plan.first_on, DAY_ENDS, ZoneInfo(self.person.time_zone))
        put(self.person, kind=OCCASION, subject_id=plan.id, due_at=due_at, not_after=min(evening, self.last), is_counted=True)
