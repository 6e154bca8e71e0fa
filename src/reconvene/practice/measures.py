"""Measurements of the practice weeks, put into every report through `releases` and its gate. Nothing about one person leaves this module."""

import uuid
from datetime import datetime

from django.db.models import Count, Q

from reconvene.practice.models import CheckIn, Plan
from reconvene.practice.rules import CameUp, DidIt, HalfWay
from reconvene.releases.registry import measure
from reconvene.releases.rules import Shares

PEOPLE, GROUPS = Count("person", distinct=True), Count("cycle__group", distinct=True)


def tried_once(organisation_id: uuid.UUID, until: datetime) -> Shares:
    """Of those who answered a check-in, how many did something of what they planned."""
    return _of_those_who_checked_in("tried_once", organisation_id, until=until, yes=Q(did_it__in=[DidIt.FULLY, DidIt.PARTLY]))


def occasion_came(organisation_id: uuid.UUID, until: datetime) -> Shares:
    """Of those who answered a check-in, how many met the situation at all."""
    return _of_those_who_checked_in("occasion_came", organisation_id, until=until, yes=~Q(came_up=CameUp.NO))


def plan_changed(organisation_id: uuid.UUID, until: datetime) -> Shares:
    """Of those with a plan for the four weeks, how many shrank or swapped it half-way."""
    plans = Plan.objects.filter(organisation_id=organisation_id, made_at__lt=until, is_for_keeping=False)
    changed = Q(half_way__in=[HalfWay.SHRINK, HalfWay.SWAP], replaced_at__lt=until)
    return Shares("plan_changed", **plans.aggregate(of=PEOPLE, groups=GROUPS, yes=Count("person", distinct=True, filter=changed)))


def register() -> None:
    """Put these measures into every report."""
    measure("tried_once", tried_once)
    measure("occasion_came", occasion_came)
    measure("plan_changed", plan_changed)


def _of_those_who_checked_in(key: str, organisation_id: uuid.UUID, *, until: datetime, yes: Q) -> Shares:
    answered = CheckIn.objects.filter(organisation_id=organisation_id, answered_at__lt=until)
    return Shares(key, **answered.aggregate(of=PEOPLE, groups=GROUPS, yes=Count("person", distinct=True, filter=yes)))
