"""What reports may count of the rooms: who of a group was there, as one number. Nothing that was written is ever read here."""

import uuid
from datetime import datetime

from django.db.models import Q

from reconvene.groups.models import Membership
from reconvene.releases.registry import measure
from reconvene.releases.rules import Behind, Shares
from reconvene.rooms.models import Presence


def attended(organisation_id: uuid.UUID, until: datetime) -> Shares:
    """Of those whose group has held a session by `until`, how many were in the room of one. People count once."""
    came = Presence.objects.filter(organisation_id=organisation_id, admitted_at__lt=until, room__session__ended_at__lt=until)
    held = Q(group__cycles__sessions__ended_at__lt=until, started_at__lt=until)
    seated = Membership.objects.filter(held, organisation_id=organisation_id)
    rows = list(seated.order_by("group_id").values_list("person_id", "group_id").distinct())
    behind: Behind = {person: group for person, group in rows}  # noqa: C416  # keys of more kinds than one
    yes = came.filter(person__in=seated.values("person")).values("person").distinct().count()
    return Shares("attended", yes=yes, of=len(behind), groups=len({group for _, group in rows}), behind={"": behind})


def register() -> None:
    """Put this measure into every report."""
    measure("attended", attended)
