"""The tick that lets the messages of the four weeks follow a reconvene that moved."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from reconvene.base.jobs import on_tick
from reconvene.groups.models import Cycle
from reconvene.practice.actions import start_practice
from reconvene.practice.models import Practice
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind


@on_tick
def follow_the_reconvene(now: datetime) -> None:
    """Lay out anew what was laid out for another moment; a reconvene without a date changes nothing until it has one again."""
    reconvenes = Session.objects.filter(kind=Kind.RECONVENE, cancelled_at=None, started_at=None)
    laid_out = Practice.objects.filter(cycle=OuterRef("cycle")).exclude(laid_out_for=OuterRef("starts_at"))
    moved = reconvenes.filter(Exists(laid_out), cycle__closed_at=None).values("cycle")
    for cycle in Cycle.objects.running().filter(id__in=moved):
        start_practice(cycle, now=now)
