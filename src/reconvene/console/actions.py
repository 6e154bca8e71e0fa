"""What L&D can do for a group that is stuck, apart from the actions of forming and scheduling."""

from datetime import datetime, timedelta

from django.db import transaction

from reconvene.console.messages import DATE_WANTED
from reconvene.groups.models import Group
from reconvene.notices.actions import put
from reconvene.notices.models import Notice

ASK_AGAIN_AFTER = timedelta(days=3)
WORTH_FOR = timedelta(days=5)


@transaction.atomic
def ask_for_date(group: Group, *, now: datetime) -> bool:
    """Ask every member of a group, by mail, to choose a new date. Returns False and does nothing when they were asked in the last three days."""
    Group.objects.select_for_update().get(id=group.id)
    asked = Notice.objects.filter(kind=DATE_WANTED, subject_id=group.id, due_at__gt=now - ASK_AGAIN_AFTER)
    if asked.exists():
        return False
    for membership in group.memberships.live().select_related("person"):
        put(membership.person, kind=DATE_WANTED, subject_id=group.id, due_at=now, not_after=now + WORTH_FOR)
    return True
