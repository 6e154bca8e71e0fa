"""What the tests of forming share: people who wait on one topic, and proposals made from them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from reconvene.base.links import Link
from reconvene.challenges.models import Challenge
from reconvene.forming.actions import form_groups
from reconvene.forming.models import Proposal, Seat
from tests import world
from tests.world import MONDAY, PEERS

LONG_AGO = MONDAY - timedelta(days=3)
"""Since when the people of `wait` wait: long enough for a small table."""


def wait(*names: str, **facts: object) -> list[Challenge]:
    """Open challenges on delegating of these people, raised LONG_AGO."""
    made = [world.make_challenge(world.person(name), **facts) for name in names]
    for challenge in made:
        challenge.raised_at = LONG_AGO
        challenge.save()
    return made


def propose(names: Sequence[str] = PEERS, *, now: datetime = MONDAY) -> Proposal:
    """The one proposal for these people."""
    wait(*names)
    (proposal,) = form_groups(world.programme(), seed=1, now=now)
    return proposal


def seat_of(name: str) -> Seat:
    """The newest seat that this person was offered."""
    return Seat.objects.filter(person=world.person(name)).select_related("proposal", "person").order_by("-invited_at").first()


def link_to(seat: Seat, *, until: datetime | None = None) -> str:
    """The address in the invitation."""
    token = Link("seat", seat.organisation_id, seat.person_id, seat.id, until or seat.proposal.answer_by + timedelta(days=14)).token()
    return f"/seats/by-link/{token}/"
