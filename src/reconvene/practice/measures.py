"""Numbers about the practice weeks, for the disclosure gate in `releases` and for nothing else. Nothing about one person leaves this module."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count as Counted
from django.db.models import Q

from reconvene.practice.models import CheckIn, Plan
from reconvene.practice.rules import CameUp, DidIt, HalfWay

TRIED = Q(did_it__in=[DidIt.FULLY, DidIt.PARTLY])
PEOPLE, GROUPS = Counted("person", distinct=True), Counted("cycle__group", distinct=True)


@dataclass(frozen=True)
class Count:
    """Of `people` from `groups` groups, `yes` did it. Not rounded and not gated: only `releases` may read it."""

    people: int
    groups: int
    yes: int


def tried_at_least_once(organisation_id: uuid.UUID, until: datetime) -> Count:
    """Of those who answered a check-in, how many did something of what they planned."""
    return _share(organisation_id, until=until, yes=TRIED)


def occasion_came(organisation_id: uuid.UUID, until: datetime) -> Count:
    """Of those who answered a check-in, how many met the situation at all."""
    return _share(organisation_id, until=until, yes=~Q(came_up=CameUp.NO))


def plan_changed(organisation_id: uuid.UUID, until: datetime) -> Count:
    """Of those with a plan for the four weeks, how many shrank or swapped it half-way."""
    plans = Plan.objects.filter(organisation_id=organisation_id, made_at__lt=until, is_for_keeping=False)
    changed = Q(half_way__in=[HalfWay.SHRINK, HalfWay.SWAP])
    return Count(**plans.aggregate(people=PEOPLE, groups=GROUPS, yes=Counted("person", distinct=True, filter=changed)))


def _share(organisation_id: uuid.UUID, *, until: datetime, yes: Q) -> Count:
    answered = CheckIn.objects.filter(organisation_id=organisation_id, answered_at__lt=until)
    return Count(**answered.aggregate(people=PEOPLE, groups=GROUPS, yes=Counted("person", distinct=True, filter=yes)))
