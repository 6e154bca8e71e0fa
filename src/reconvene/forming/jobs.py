"""What forming does at every tick: answers that are overdue, seats that are open, challenges that nobody has looked at yet."""

from datetime import datetime, timedelta

from django.db.models import Q

from reconvene.base.jobs import on_tick
from reconvene.challenges.models import Challenge
from reconvene.forming.actions import form_groups, settle_proposal
from reconvene.forming.models import Proposal
from reconvene.groups.models import Programme

AGAIN_AFTER = timedelta(hours=12)  # those still waiting are looked at again, because others' diaries change


@on_tick
def settle_overdue(now: datetime) -> None:
    """Proposals whose time to answer is over."""
    for proposal in Proposal.objects.open().filter(answer_by__lte=now).order_by("answer_by"):
        settle_proposal(proposal, now=now)


@on_tick
def form_waiting(now: datetime) -> None:
    """A new challenge is looked at at once, those that wait on a timetable."""
    new = Q(considered_at=None) | Q(considered_at__lt=now - AGAIN_AFTER)
    if not Challenge.objects.open().filter(new).exists():
        return
    for programme in Programme.objects.filter(is_open=True):
        form_groups(programme, seed=int(now.timestamp()), now=now)
