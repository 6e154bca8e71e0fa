"""The ticks of the four weeks: messages follow a reconvene that moved, and a copy of the plan goes to whoever asks for it later."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from reconvene.base.jobs import on_tick, one_by_one
from reconvene.groups.models import Cycle, Membership
from reconvene.notices.models import Notice
from reconvene.practice.actions import send_plan_copy, start_practice
from reconvene.practice.models import Plan, Practice
from reconvene.practice.schedule import PLAN_COPY
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind


@on_tick
def follow_the_reconvene(now: datetime) -> None:
    """Lay out anew what was laid out for another moment, for those who sit in the group still; a reconvene without a date changes nothing until it has
    one again.
    """
    reconvenes = Session.objects.filter(kind=Kind.RECONVENE, cancelled_at=None, started_at=None)
    seated = Membership.objects.live().filter(group__cycles=OuterRef("cycle"), person=OuterRef("person"))
    laid_out = Practice.objects.filter(Exists(seated), cycle=OuterRef("cycle")).exclude(laid_out_for=OuterRef("starts_at"))
    moved = reconvenes.filter(Exists(laid_out), cycle__closed_at=None).values("cycle")
    one_by_one(Cycle.objects.running().filter(id__in=moved), start_practice, now=now)


@on_tick
def send_plan_copies(now: datetime) -> None:
    """Whoever asks for a copy of their plan when the weeks have begun gets it, once."""
    copies = Notice.objects.filter(person=OuterRef("person"), subject_id=OuterRef("cycle"), kind=PLAN_COPY, dropped_at=None)
    plans = Plan.objects.current().filter(person=OuterRef("person"), cycle=OuterRef("cycle"), is_for_keeping=False)
    asked = Practice.objects.filter(~Exists(copies), Exists(plans), cycle__closed_at=None, laid_out_for__gt=now)
    wanted = asked.filter(person__left_at=None, person__preference__wants_plan_by_mail=True).select_related("person")
    mine = (one for one in wanted if Cycle.objects.visible_to(one.person).filter(id=one.cycle_id).exists())
    one_by_one(mine, send_plan_copy, now=now)
