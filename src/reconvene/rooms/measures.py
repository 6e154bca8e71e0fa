"""What reports may count of the rooms: who of a group was there, as one number. Nothing that was written is ever read here."""

import uuid
from datetime import datetime

from django.db.models import Q, QuerySet

from reconvene.groups.models import Membership
from reconvene.releases.attributes import by_programme
from reconvene.releases.measurements import Behind, Shares, Table
from reconvene.releases.registry import measure
from reconvene.rooms.models import Presence


def attended(organisation_id: uuid.UUID, until: datetime) -> Shares:
    """Of those whose group has held a session by `until`, how many were in the room of one. People count once."""
    seated = _seated(organisation_id, until)
    rows = list(seated.order_by("group_id").values_list("person_id", "group_id").distinct())
    behind: Behind = {person: group for person, group in rows}  # noqa: C416  # keys of more kinds than one
    yes = _came(organisation_id, until).filter(person__in=seated.values("person")).values("person").distinct().count()
    return Shares("attended", yes=yes, of=len(behind), groups=len({group for _, group in rows}), behind={"": behind})


def attended_by_programme(organisation_id: uuid.UUID, until: datetime) -> Table:
    """The same by the programme of each person's latest group that has held a session."""
    rows = list(_seated(organisation_id, until).order_by("started_at", "id").values_list("person_id", "group_id", "programme_id"))
    return by_programme(
        "attended",
        behind={person: group for person, group, _ in rows},
        programmes={person: programme for person, _, programme in rows},
        yes=frozenset(_came(organisation_id, until).values_list("person_id", flat=True)),
    )


def _seated(organisation_id: uuid.UUID, until: datetime) -> QuerySet[Membership]:
    held = Q(group__cycles__sessions__ended_at__lt=until, started_at__lt=until)
    return Membership.objects.filter(held, organisation_id=organisation_id)


def _came(organisation_id: uuid.UUID, until: datetime) -> QuerySet[Presence]:
    return Presence.objects.filter(organisation_id=organisation_id, admitted_at__lt=until, room__session__ended_at__lt=until)


def register() -> None:
    """Put these measures into every report."""
    measure("attended", attended)
    measure("attended_by_programme", attended_by_programme)
