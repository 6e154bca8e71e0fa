"""What sessions do at every tick: calendars of people who have left a group become free again, dates that came to nothing are replaced, calendars
into which we write are brought up to date.
"""

import uuid
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from procrastinate.contrib.django import app

from reconvene.base import clock, tenancy
from reconvene.base.jobs import on_tick, one_by_one
from reconvene.groups.models import Membership
from reconvene.notices.mailbox import on_mail
from reconvene.notices.models import Notice
from reconvene.scheduling import guests, kinds, rebooking
from reconvene.scheduling.actions import end_guest, release_member
from reconvene.scheduling.copies import differing
from reconvene.scheduling.models import Session
from reconvene.scheduling.replies import keep_reply
from reconvene.scheduling.writing import write_copy

AT_ONCE = 200
"""Events that one tick asks to be written; the rest waits ten seconds."""
LEASE = timedelta(minutes=2)
"""How long a worker may have a copy before another takes it: then the first has died. Twelve times as long as it may wait for a server."""


@on_tick
def free_calendars_of_leavers(now: datetime) -> None:
    """Whoever no longer sits in a group is taken out of its sessions ahead, once. Only groups that have some are looked at, not all that ever were."""
    ahead = Session.objects.filter(ended_at=None, cancelled_at=None, starts_at__gt=now)
    of_the_group = ahead.filter(cycle__group=OuterRef(OuterRef("group"))).values("id")
    invited = Notice.objects.filter(person=OuterRef("person"), kind=kinds.INVITATION, dropped_at=None, subject_id__in=of_the_group)
    seated = Membership.objects.live().filter(group=OuterRef("group"), person=OuterRef("person"))
    told = Notice.objects.filter(person=OuterRef("person"), kind=kinds.CANCELLATION, due_at__gte=OuterRef("ended_at"))
    ended = Membership.objects.exclude(ended_at=None).filter(group__in=ahead.values("cycle__group"))
    untold = ended.filter(Exists(invited), ~Exists(seated), ~Exists(told)).select_related("person", "group")
    for membership in untold.select_for_update(
        of=("self",), no_key=True, skip_locked=True
    ):  # which a tick that is still going on has in hand
        for cycle in membership.group.cycles.running():
            release_member(cycle, person=membership.person, now=now)


@on_tick
def replace_lost_dates(now: datetime) -> None:
    """Dates to which nobody came, and questions whose time to answer is over."""
    one_by_one(Session.objects.lost(now), rebooking.rebook, now=now)
    one_by_one(Session.objects.unanswered(now), rebooking.settle_late, now=now)


@on_tick
def end_guest_seats(now: datetime) -> None:
    """Whoever may not conduct another group's session any more does not: they left, sit there by now, or somebody joined whom they should not hear."""
    one_by_one(guests.unfit(now=now), end_guest, now=now)


@app.task(name="reconvene.scheduling.jobs.write")
def write(*, organisation: str, copy: str) -> None:
    """Bring one event in one calendar up to date. Not a `base.jobs.job`, because other people's servers can take their time."""
    write_copy(uuid.UUID(copy), organisation=uuid.UUID(organisation), now=clock.now())


@on_tick
def write_due(now: datetime) -> None:
    """A job for each event that a calendar should have and has not, or the other way about."""
    for copy in differing(now, most=AT_ONCE):
        copy.look_again(at=now + LEASE)
        app.configure_task("reconvene.scheduling.jobs.write").defer(organisation=str(tenancy.current()), copy=str(copy.id))


on_mail(keep_reply)
