"""The end of a sign-up: the draw of a pilot's halves, the groups of all who joined, and later those of the half that waited. Called at the tick."""

import secrets
import uuid
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import chain

from django.db import transaction

from reconvene.forming.actions import ITERATIONS, form_groups
from reconvene.forming.locks import lock_forming
from reconvene.forming.models import Proposal
from reconvene.forming.pool import waiting_pool
from reconvene.groups.models import Cycle, Programme
from reconvene.groups.rules import GAP_SHORTEST, Half, ProgrammeKind
from reconvene.matching.progress import Stop
from reconvene.matching.solve import solve
from reconvene.programmes.actions import keep_halves
from reconvene.programmes.rules import LARGEST_SEED, draw, makes_two_halves


@transaction.atomic
def close_sign_up(programme: Programme, *, now: datetime) -> bool:
    """Form the groups of everybody who joined, of a pilot those of the first half. Closing twice changes nothing; False when another worker forms
    groups just now, and it is tried again at the next tick.

    Invites who got a seat. Whoever got none waits in the open programme from now on, with their place kept.
    """
    programme = Programme.objects.select_for_update().get(id=programme.id)
    if programme.formed_at is not None or programme.ended_at is not None:
        return True
    if not lock_forming(programme):
        return False
    if programme.kind == ProgrammeKind.PILOT:
        _draw(programme, now=now)
    programme.form(now=now)
    _form(programme, halves=("", Half.FIRST.value), now=now)
    return True


@transaction.atomic
def begin_second_half(programme: Programme, *, now: datetime) -> bool:
    """Form the groups of the half of a pilot that waited. Beginning twice changes nothing. Returns as `close_sign_up`."""
    programme = Programme.objects.select_for_update().get(id=programme.id)
    if programme.second_began_at is not None or programme.formed_at is None or programme.ended_at is not None:
        return True
    if not lock_forming(programme):
        return False
    programme.begin_second_half(now=now)
    _form(programme, halves=(Half.LATER.value,), now=now)
    return True


def may_begin_second_half(programme: Programme, *, now: datetime) -> bool:
    """Whether the first half of a pilot has reconvened: no seat is open and no first cycle runs any more; or its last day to wait has come."""
    if programme.formed_at is None:
        return False
    if programme.second_by is not None and programme.organisation.day(now) >= programme.second_by:
        return True
    running = Cycle.objects.running().filter(group__programme=programme, group__ended_at=None, number=1)
    is_early = now < programme.formed_at + timedelta(days=GAP_SHORTEST)
    return not is_early and not running.exists() and not Proposal.objects.open().filter(programme=programme).exists()


def _draw(programme: Programme, *, now: datetime) -> None:
    """Put everybody who joined into one of the halves: by group, those who would sit together; by person, each on their own. With too few for two
    halves there is no draw, and all begin.
    """
    joined = [str(one) for one in programme.participants.joined().order_by("joined_at", "id").values_list("person_id", flat=True)]
    seed = programme.seed if programme.seed is not None else secrets.randbelow(LARGEST_SEED) + 1
    if not makes_two_halves(len(joined)):
        return
    groups: list[tuple[str, ...]] = []
    pool = waiting_pool(programme, now=now) if programme.randomised_by == "group" else None
    if pool is not None:
        groups = [one.members for one in solve(pool.instance(), seed=seed, stop=Stop(iterations=ITERATIONS)).groups]
    seated = set(chain.from_iterable(groups))
    keep_halves(programme, draw(groups, [key for key in joined if key not in seated], seed=seed), seed=seed, now=now)


def _form(programme: Programme, *, halves: tuple[str, ...], now: datetime) -> None:
    """Propose groups among these halves: first the planned ones, as far as they still fit, then from all who are left."""
    planned: dict[int, list[uuid.UUID]] = defaultdict(list)
    rows = programme.participants.joined().filter(half__in=halves)
    for person, number in rows.values_list("person_id", "planned"):
        planned[number].append(person)
    seed = programme.seed or int(now.timestamp())
    for number in sorted(number for number in planned if number):
        form_groups(programme, seed=seed, now=now, among=planned[number], is_last_call=True)
    form_groups(programme, seed=seed, now=now, among=list(chain.from_iterable(planned.values())), is_last_call=True)
