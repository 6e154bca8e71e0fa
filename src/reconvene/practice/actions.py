"""Plans, buddies, check-ins and reports. Nobody is ever told what somebody wrote; the messages of the four weeks say only that it is time."""

import random
import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from reconvene.groups.models import Cycle
from reconvene.notices.actions import put
from reconvene.notices.models import Notice, preference_of
from reconvene.notices.rules import at_hour
from reconvene.people.models import Person
from reconvene.practice.cues import vague_cue
from reconvene.practice.models import Buddy, CheckIn, Plan, PracticeReport
from reconvene.practice.queries import steps_for
from reconvene.practice.rules import CHECK_IN_DAYS, CameUp, DecidedBy, DidIt, HalfWay, PlanDraft, ReportDraft, ring
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
    fits,
    working_day,
)
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
    """Keep a member's plan; it takes the place of the current one. The same plan again changes nothing. Tells no one.

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
    return Plan.objects.create(cycle=cycle, person=person, is_for_keeping=is_for_keeping, made_at=now, **wanted)


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

    Tells each member, later and by themselves. Starting again adds what is missing (a late member). Raises NoSessions.
    """
    sessions = sessions_of(cycle.id)
    if len(sessions) < len(Kind):
        raise NoSessions(cycle)
    for person in members_of(cycle):
        if not Notice.objects.filter(person=person, subject_id=cycle.id, kind=PLAN_COPY).exists():
            _lay_out(cycle, person=person, first=sessions[Kind.FIRST], reconvene=sessions[Kind.RECONVENE], now=now)


@transaction.atomic
def stop_practice(cycle: Cycle) -> None:
    """Take back what `start_practice` and `pair_buddies` made, because the first session was not held after all. Tells no one.

    The rows go, because starting again would otherwise find them. What was sent stays in the outbox.
    """
    Notice.objects.filter(subject_id=cycle.id, kind__in=MESSAGES, sent_at=None).delete()
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
    """Keep the three taps and two sentences of day 7 or 21; the last answers count. Tells no one; with `share` the buddy may read it.

    Raises UnknownDay.
    """
    if day not in CHECK_IN_DAYS:
        raise UnknownDay(day)
    answers = {
        "plan": plan, "came_up": came_up, "did_it": did_it or "", "decided_by": decided_by or "", "answered_at": now,
        "happened": happened, "tell_a_colleague": tell_a_colleague,
    }  # fmt: skip
    kept, _ = CheckIn.objects.update_or_create(cycle_id=plan.cycle_id, person_id=plan.person_id, day=day, defaults=answers)
    if share:
        kept.share(now=now)
    elif kept.shared_at is not None:
        kept.unshare()
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
    if choice is HalfWay.KEEP:
        plan.decide_half_way(choice)
        return plan
    if new_plan is None:
        raise ValueError("A plan is shrunk or swapped by writing another one.")
    made = make_plan(plan.cycle, person=plan.person, plan=new_plan, now=now)
    plan.decide_half_way(choice)
    sessions = sessions_of(plan.cycle_id)
    if made.id != plan.id and len(sessions) == len(Kind):
        _remind_of_occasion(made, steps=steps_for(plan.person, sessions[Kind.FIRST], sessions[Kind.RECONVENE]), now=now)
    return made


@transaction.atomic
def save_report(cycle: Cycle, *, person: Person, report: ReportDraft, now: datetime) -> PracticeReport:
    """Keep what a member brings to the reconvene. Tells no one; the group reads it when its author shows it there."""
    words = {name: getattr(report, name) for name in ("planned", "did", "happened", "surprised", "private_notes")}
    kept, _ = PracticeReport.objects.update_or_create(cycle=cycle, person=person, defaults={**words, "saved_at": now})
    return kept


@transaction.atomic
def save_notes(cycle: Cycle, *, person: Person, text: str, now: datetime) -> PracticeReport:
    """Keep private notes beside the report. Tells no one, ever."""
    kept, _ = PracticeReport.objects.update_or_create(
        cycle=cycle, person=person, defaults={"private_notes": text}, create_defaults={"private_notes": text, "saved_at": now}
    )
    return kept


@transaction.atomic
def show_report(report: PracticeReport, *, now: datetime) -> None:
    """Let the group read a report, apart from its private notes. Called by its author. Tells no one; the room says it by itself."""
    report.show(now=now)


def prefill_report(cycle: Cycle, person: Person) -> ReportDraft:
    """The report as kept, or, when nothing is written yet, made of the plan, the check-ins and the private notes. Writes nothing."""
    kept = PracticeReport.objects.filter(cycle=cycle, person=person).first()
    if kept is not None and kept.is_written:
        return ReportDraft(kept.planned, kept.did, kept.happened, kept.surprised, kept.private_notes)
    plan = Plan.objects.current().filter(cycle=cycle, person=person, is_for_keeping=False).first()
    answered = list(CheckIn.objects.filter(cycle=cycle, person=person))
    return ReportDraft(
        planned=f"{plan.if_cue}: {plan.then_action}" if plan else "",
        happened="\n".join(check.happened for check in answered if check.happened),
        surprised="\n".join(check.tell_a_colleague for check in answered if check.tell_a_colleague),
        private_notes=kept.private_notes if kept else "",
    )


def _lay_out(cycle: Cycle, *, person: Person, first: Session, reconvene: Session, now: datetime) -> None:
    steps = steps_for(person, first, reconvene)
    after_first = working_day(first.local_for(person).date() + timedelta(days=1))
    for step in (Step(PLAN_COPY, after_first), *steps):
        # The line before the reconvene belongs to the session (scheduling), which also moves it with the date.
        if step.key != TOMORROW:
            _put(person, kind=step.key, subject_id=cycle.id, on=step.on, last=reconvene.starts_at)
    for plan in Plan.objects.current().filter(cycle=cycle, person=person, is_for_keeping=False):
        _remind_of_occasion(plan, steps=steps, now=now)


def _remind_of_occasion(plan: Plan, *, steps: tuple[Step, ...], now: datetime) -> None:
    """One line on the morning of the planned occasion, when it is still ahead and there is room for it."""
    today = now.astimezone(ZoneInfo(plan.person.time_zone)).date()
    if plan.first_on is not None and plan.first_on > today and fits(plan.first_on, steps):
        evening = datetime.combine(plan.first_on, time(18), ZoneInfo(plan.person.time_zone))
        _put(plan.person, kind=OCCASION, subject_id=plan.id, on=plan.first_on, last=evening)


def _put(person: Person, *, kind: str, subject_id: uuid.UUID, on: date, last: datetime) -> None:
    due_at = at_hour(on, zone=person.time_zone, hour=preference_of(person).hour)
    put(person, kind=kind, subject_id=subject_id, due_at=due_at, not_after=min(last, due_at + STALE_AFTER), is_counted=True)
