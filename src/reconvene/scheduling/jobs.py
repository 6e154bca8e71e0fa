"""What sessions do at every tick: calendars of people who have left a group become free again, dates that came to nothing are replaced."""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from reconvene.base.jobs import on_tick
from reconvene.groups.models import Membership
from reconvene.notices.mailbox import on_mail
from reconvene.notices.models import Notice
from reconvene.scheduling import kinds, rebooking
from reconvene.scheduling.actions import release_member
from reconvene.scheduling.models import Session
from reconvene.scheduling.replies import keep_reply

log = logging.getLogger(__name__)


@on_tick
def free_calendars_of_leavers(now: datetime) -> None:
    """Whoever no longer sits in a group is taken out of its sessions ahead, once."""
    invited = Notice.objects.filter(person=OuterRef("person"), kind=kinds.INVITATION, dropped_at=None, subject_id__in=_ahead(now))
    seated = Membership.objects.live().filter(group=OuterRef("group"), person=OuterRef("person"))
    told = Notice.objects.filter(person=OuterRef("person"), kind=kinds.CANCELLATION, due_at__gte=OuterRef("ended_at"))
    ended = (
        Membership.objects.exclude(ended_at=None).filter(Exists(invited), ~Exists(seated), ~Exists(told)).select_related("person", "group")
    )
    for membership in ended:
        for cycle in membership.group.cycles.running():
            release_member(cycle, person=membership.person, now=now)


@on_tick
def replace_lost_dates(now: datetime) -> None:
    """Dates to which nobody came, and questions whose time to answer is over. One that cannot be settled does not hold up the others."""
    for found, act in ((Session.objects.lost(now), rebooking.rebook), (Session.objects.unanswered(now), rebooking.settle_late)):
        for session in found:
            try:
                with transaction.atomic():
                    act(session, now=now)
            except Exception:
                log.exception("The date of session %s could not be replaced; it is tried again at the next tick.", session.id)


on_mail(keep_reply)


def _ahead(now: datetime) -> QuerySet[Session, Any]:
    sessions = Session.objects.filter(ended_at=None, cancelled_at=None, starts_at__gt=now, cycle__group=OuterRef(OuterRef("group")))
    return sessions.values("id")
