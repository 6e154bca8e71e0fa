"""What the pages of the practice weeks show, shared by the signed-in views and those behind signed links."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reconvene.groups.models import Cycle
from reconvene.guides.queries import buddy_question_for, tip_for
from reconvene.notices.models import Preference, preference_of
from reconvene.notices.queries import counted_this_week
from reconvene.people.models import Person
from reconvene.practice import actions, queries
from reconvene.practice.forms import CheckInForm, HalfWayForm, JournalForm
from reconvene.practice.models import CheckIn, JournalEntry, Plan
from reconvene.practice.rules import (
    CHECK_IN_DAYS,
    TALK_FROM,
    CameUp,
    DidIt,
    HalfWay,
    check_in_day,
    is_half_way,
    is_time_to_report,
    week_number,
)
from reconvene.practice.schedule import day_number
from reconvene.practice.words import CAME_UP, DID_IT
from reconvene.scheduling.models import Session
from reconvene.scheduling.queries import bare_sessions_of, members_of
from reconvene.scheduling.rules import Kind


@dataclass(frozen=True)
class Shared:
    """A check-in as the buddy reads it."""

    person: Person
    day: int
    came_up: str
    did_it: str
    happened: str
    tell_a_colleague: str

    @classmethod
    def of(cls, check: CheckIn) -> "Shared":
        """With the words of its answers."""
        came_up, did_it = dict(CAME_UP), dict(DID_IT)
        words = str(came_up[CameUp(check.came_up)]), str(did_it[DidIt(check.did_it)]) if check.did_it else ""
        return cls(check.person, check.day, *words, check.happened, check.tell_a_colleague)


def practice_page(
    cycle: Cycle, person: Person, *, now: datetime, form: CheckInForm | None = None, entry: JournalForm | None = None
) -> dict[str, Any]:
    """Everything on the practice page of one member. Notes that they came by."""
    sessions, seats = bare_sessions_of(cycle.id), {seat.id: seat for seat in members_of(cycle)}
    first, reconvene = sessions.get(Kind.FIRST), sessions.get(Kind.RECONVENE)
    wishes = getattr(seats[person.id], "preference", Preference(person=person)) if person.id in seats else preference_of(person)
    company = queries.company_of(cycle.id, person, members=seats)
    plan, day, others = queries.current_plan(cycle.id, person), _day(person, first, now=now), _others(company, is_member=person.id in seats)
    is_silent = actions.come_by(queries.practice_of(cycle.id, person), now=now)
    begun = first if first and first.started_at else None
    frame = queries.Frame(begun, reconvene, plan, others["buddy"], wishes.wants_plan_by_mail) if begun and reconvene else None
    days = _days(person, begun, reconvene)
    return {
        "cycle": cycle,
        "plan": plan,
        "day": day,
        "days": days,
        "first": first,
        "weeks": queries.weeks(frame, person, now) if frame else (),
        **others,
        "is_talk_time": cycle.closed_at is None and day >= TALK_FROM,
        **_asked(cycle, person, plan=plan, own=company.own, day=day, days=days, form=form),
        "entry": entry or JournalForm(),
        "journal": list(queries.journal_of(cycle.id, person).reverse()),
        "tip": tip_for(cycle.topic, week_number(day), at=cycle.started_at) if begun else "",
        "question": buddy_question_for(cycle.topic, week_number(day), at=cycle.started_at) if begun else "",
        "is_silent": is_silent and cycle.closed_at is None,
        "sent": counted_this_week(person, now=now),
        "is_muted": wishes.muted_at is not None,
        "zone": person.time_zone,
        "place": "home",
    }


def _others(company: queries.Company, *, is_member: bool) -> dict[str, Any]:
    """What the others share with the person; nothing once they have left the group."""
    if not is_member:
        return {"buddy": None, "has_talked": False, "shared": [], "tried": None}
    pair = company.pair
    return {
        "buddy": pair.buddy if pair else None,
        "has_talked": bool(pair and pair.talked_at),
        "shared": [Shared.of(check) for check in company.shared],
        "tried": company.tried,
    }


def _asked(
    cycle: Cycle, person: Person, *, plan: Plan | None, own: Mapping[int, CheckIn], day: int, days: int, form: CheckInForm | None
) -> dict[str, Any]:
    """What is asked on this day of the practice."""
    which = check_in_day(day)
    kept = own.get(which)
    is_running = plan is not None and cycle.closed_at is None and not plan.is_for_keeping
    return {
        "kept": kept,
        "form": form or CheckInForm(initial=CheckInForm.initial_of(kept)),
        "is_second": which == CHECK_IN_DAYS[1],
        "is_check_in_time": is_running and day >= CHECK_IN_DAYS[0] - 1,
        "is_half_way_time": is_running and bool(plan and not plan.half_way) and is_half_way(day),
        "is_report_time": is_running and bool(days) and is_time_to_report(day, days) and not queries.has_report(cycle, person),
    }


def journal_file(entries: Iterable[JournalEntry], *, zone: str) -> str:
    """A journal as plain text to take along, oldest first, each entry under its local day."""
    return "\n".join(f"{entry.written_at.astimezone(ZoneInfo(zone)):%Y-%m-%d}\n{entry.text}\n" for entry in entries)


def today(cycle: Cycle, person: Person, *, now: datetime) -> int:
    """Which day of the practice it is on the person's clock; 0 on the day of the first session, and while there is none."""
    return _day(person, bare_sessions_of(cycle.id).get(Kind.FIRST), now=now)


def _day(person: Person, first: Session | None, *, now: datetime) -> int:
    if first is None:
        return 0
    return max(0, day_number(now.astimezone(ZoneInfo(person.time_zone)).date(), first=first.local_for(person).date()))


def half_way_page(plan: Plan) -> dict[str, Any]:
    """What stands in the form half-way: the plan as it is, and the choice made before, if any."""
    return {"choice": plan.half_way or HalfWay.KEEP, "if_cue": plan.if_cue, "then_action": plan.then_action, "first_on": plan.first_on}


def half_way_sent(form: HalfWayForm, plan: Plan, *, now: datetime) -> bool:
    """Carry out what the form says; False when it is not complete."""
    if not form.is_valid():
        return False
    actions.go_half_way(plan, choice=HalfWay(form.cleaned_data["choice"]), new_plan=form.draft(plan), now=now)
    return True


def report_page(cycle: Cycle, person: Person) -> dict[str, Any]:
    """What stands in the report's form: as kept, or filled in."""
    return dict(vars(actions.prefill_report(cycle, person)))


def _days(person: Person, first: Session | None, reconvene: Session | None) -> int:
    if first is None or reconvene is None:
        return 0
    return day_number(reconvene.local_for(person).date(), first=first.local_for(person).date())
