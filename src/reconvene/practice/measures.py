"""Measurements of the practice weeks, put into every report through `releases` and its gate. Nothing about one person leaves this module."""

import uuid
from collections.abc import Callable
from datetime import datetime

from django.db.models import Q, QuerySet

from reconvene.practice.models import CheckIn, Plan
from reconvene.practice.rules import CameUp, DidIt, HalfWay
from reconvene.releases.attributes import ATTRIBUTES, Programmes, by_programme, table
from reconvene.releases.measurements import Behind, Shares, Table
from reconvene.releases.registry import measure

TRIED = Q(did_it__in=[DidIt.FULLY, DidIt.PARTLY])


def tried_once(organisation_id: uuid.UUID, until: datetime) -> Shares:
    """Of those who answered a check-in, how many did something of what they planned."""
    return _of_those_who_checked_in("tried_once", organisation_id, until=until, yes=TRIED)


def occasion_came(organisation_id: uuid.UUID, until: datetime) -> Shares:
    """Of those who answered a check-in, how many met the situation at all."""
    return _of_those_who_checked_in("occasion_came", organisation_id, until=until, yes=~Q(came_up=CameUp.NO))


def plan_changed(organisation_id: uuid.UUID, until: datetime) -> Shares:
    """Of those with a plan for the four weeks, how many shrank or swapped it half-way."""
    plans = Plan.objects.filter(organisation_id=organisation_id, made_at__lt=until, is_for_keeping=False)
    changed = Q(half_way__in=[HalfWay.SHRINK, HalfWay.SWAP], replaced_at__lt=until)
    return _shares("plan_changed", _groups(plans), _groups(plans.filter(changed)))


def tried(attribute: str) -> Callable[[uuid.UUID, datetime], Table]:
    """The measure of the share that tried the plan, by an attribute."""

    def measured(organisation_id: uuid.UUID, until: datetime) -> Table:
        answered = _answered(organisation_id, until)
        yes = frozenset(_groups(answered.filter(TRIED)))
        return table("tried_once", attribute, organisation_id=organisation_id, behind=_groups(answered), yes=yes)

    return measured


def tried_by_programme(organisation_id: uuid.UUID, until: datetime) -> Table:
    """The share that tried the plan, by the programme of each person's latest cycle with a check-in."""
    answered = _answered(organisation_id, until)
    programmes: Programmes = dict(answered.order_by("cycle__started_at", "cycle_id").values_list("person_id", "cycle__group__programme_id"))
    return by_programme("tried_once", behind=_groups(answered), programmes=programmes, yes=frozenset(_groups(answered.filter(TRIED))))


def register() -> None:
    """Put these measures into every report."""
    measure("tried_once", tried_once)
    measure("occasion_came", occasion_came)
    measure("plan_changed", plan_changed)
    for attribute in ATTRIBUTES:
        measure(f"tried_once_by_{attribute}", tried(attribute))
    measure("tried_once_by_programme", tried_by_programme)


def _of_those_who_checked_in(key: str, organisation_id: uuid.UUID, *, until: datetime, yes: Q) -> Shares:
    answered = _answered(organisation_id, until)
    return _shares(key, _groups(answered), _groups(answered.filter(yes)))


def _answered(organisation_id: uuid.UUID, until: datetime) -> QuerySet[CheckIn]:
    return CheckIn.objects.filter(organisation_id=organisation_id).counted(until)


def _groups(rows: QuerySet[CheckIn] | QuerySet[Plan]) -> dict[uuid.UUID | str, uuid.UUID | str | None]:
    """Whose rows these are, each with the latest of their groups."""
    return dict(rows.order_by("cycle__started_at", "cycle_id").values_list("person_id", "cycle__group_id"))


def _shares(key: str, of: Behind, yes: Behind) -> Shares:
    return Shares(key, yes=len(yes), of=len(of), groups=len(set(of.values())), behind={"": of})
