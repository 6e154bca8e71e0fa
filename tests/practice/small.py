"""What the practice tests start from: a group of four whose first session was held on Tuesday 3 March."""

from datetime import UTC, datetime, timedelta
from typing import Any

from reconvene.groups.models import Cycle
from reconvene.people.models import Person
from reconvene.practice import actions
from reconvene.practice.models import CheckIn, Plan
from reconvene.practice.rules import CameUp, DecidedBy, DidIt, PlanDraft
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind
from tests import world

HELD = datetime(2026, 3, 3, 10, 30, tzinfo=UTC)
DRAFT = PlanDraft(
    want="to hand over whole tasks", best_result="free evenings", obstacle="I am faster myself", if_cue="someone brings me half a draft",
    then_action="ask what they would need to finish it", sign="fewer drafts on my desk",
)  # fmt: skip


def at(day: int, hour: int = 9) -> datetime:
    """A moment on a day of the practice."""
    return HELD.replace(hour=hour, minute=0) + timedelta(days=day)


def held_cycle(*names: str, group: str = "Wren") -> Cycle:
    """A running cycle of some people after its first session, with buddies and no plans."""
    cycle = world.make_group(*world.people(*(names or ("ana", "ben", "cho", "dan"))), name=group).cycles.get()
    session = Session.objects.get(cycle=cycle, kind=Kind.FIRST)
    session.start(now=HELD - timedelta(minutes=90))
    session.finish(now=HELD)
    actions.pair_buddies(cycle, members=[seat.person for seat in cycle.group.memberships.all()], seed=1, now=HELD)
    return cycle


def plan_of(cycle: Cycle, whose: Person) -> Plan:
    """The usual plan."""
    return actions.make_plan(cycle, person=whose, plan=DRAFT, now=HELD)


def checked_in(plan: Plan, **facts: Any) -> CheckIn:
    """A first check-in."""
    usual: dict[str, Any] = {
        "day": 7, "came_up": CameUp.ONCE, "did_it": DidIt.PARTLY, "decided_by": DecidedBy.REMEMBERED, "happened": "It took two minutes",
        "tell_a_colleague": "", "share": False, "now": at(7),
    }  # fmt: skip
    return actions.check_in(plan, **{**usual, **facts})
