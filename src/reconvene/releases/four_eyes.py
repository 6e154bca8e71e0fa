"""Raising the threshold of disclosure: one proposes, another confirms or refuses, everything stays written down. Called by the console."""

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from reconvene.groups.models import Programme
from reconvene.groups.rules import LARGEST
from reconvene.people.models import Organisation, Person
from reconvene.people.rules import Role
from reconvene.privacy.disclosure import threshold
from reconvene.releases.models import Report, ThresholdChange

MOST_K = 50
"""More would hide everything in most companies."""


class NotRaised(Exception):
    """A threshold that is not higher than the one in force, or beyond all use."""


class AlreadyProposed(Exception):
    """Another change waits for an answer."""


class NeedsAnother(Exception):
    """Who proposed cannot confirm; and where there is a works council one of the two is of it."""


def k_in_force(organisation_id: uuid.UUID) -> int:
    """People behind every figure of the next report: of the size of groups, of what was confirmed, and never less than in the report before."""
    largest = Programme.objects.filter(organisation_id=organisation_id).aggregate(largest=Max("largest"))["largest"] or LARGEST
    confirmed = ThresholdChange.objects.filter(organisation_id=organisation_id).exclude(confirmed_at=None).aggregate(k=Max("k"))["k"] or 0
    published = Report.objects.filter(organisation_id=organisation_id).aggregate(k=Max("k"))["k"] or 0
    return max(threshold(largest), confirmed, published)


@transaction.atomic
def propose_threshold(k: int, *, by: Person, now: datetime) -> ThresholdChange:
    """Propose a higher k. Tells no one; it stands on the page of oversight. Raises NotRaised, AlreadyProposed."""
    organisation = Organisation.objects.select_for_update().get(id=by.organisation_id)
    was = k_in_force(organisation.id)
    if not was < k <= MOST_K:
        raise NotRaised(was)
    if ThresholdChange.objects.filter(organisation=organisation).open().exists():
        raise AlreadyProposed
    return ThresholdChange.objects.create(k=k, was=was, proposed_by=by, proposed_at=now)


@transaction.atomic
def confirm_threshold(change: ThresholdChange, *, by: Person, now: datetime) -> None:
    """Put a proposal in force with the next report. A second tap changes nothing. Tells no one. Raises NeedsAnother."""
    change = ThresholdChange.objects.select_for_update(of=("self",)).select_related("proposed_by").get(id=change.id)
    if change.confirmed_at or change.refused_at:
        return
    if not may_confirm(change, by):
        raise NeedsAnother
    change.confirm(by=by, now=now)


@transaction.atomic
def refuse_threshold(change: ThresholdChange, *, by: Person, now: datetime) -> None:
    """Drop a proposal; who made it may take it back so. A second tap changes nothing. Tells no one."""
    change = ThresholdChange.objects.select_for_update(of=("self",)).get(id=change.id)
    if not (change.confirmed_at or change.refused_at):
        change.refuse(by=by, now=now)


def may_confirm(change: ThresholdChange, person: Person) -> bool:
    """Whether this person is the second pair of eyes: somebody else than who proposed; of the works council unless who proposed is, or none is there."""
    proposer = change.proposed_by
    if proposer is None or proposer.id == person.id or not person.may_oversee:
        return False
    council = Person.objects.active().filter(organisation_id=person.organisation_id, roles__contains=[Role.COUNCIL])
    return person.is_council or proposer.is_council or not council.exists()
