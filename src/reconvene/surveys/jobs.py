"""What questionnaires do at every tick: twelve weeks after a first session its members are asked once more; and who waits for their half of a pilot
is asked when the others begin, and when it is their turn.
"""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from reconvene.base.jobs import on_tick
from reconvene.groups.models import Group, Membership, Programme
from reconvene.groups.rules import ProgrammeKind
from reconvene.notices.models import Notice
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind
from reconvene.surveys.actions import ask_later, ask_who_waits, take_along
from reconvene.surveys.messages import TWELVE_WEEKS
from reconvene.surveys.rules import ASKED_WITHIN, LATER_DAYS, WAITING_DAYS


@on_tick
def ask_after_twelve_weeks(now: datetime) -> None:
    """First sessions that were held so long ago, and whose members were not asked yet. What is much older is not asked for any more."""
    latest = now - timedelta(days=LATER_DAYS)
    told = Notice.objects.filter(person=OuterRef("person"), kind=TWELVE_WEEKS, subject_id=OuterRef(OuterRef("cycle")))
    asked = Membership.objects.filter(Exists(told), group=OuterRef("cycle__group"))  # by person: all notices of one kind are a long list
    held = Session.objects.filter(
        ~Exists(asked), kind=Kind.FIRST, cancelled_at=None, ended_at__lte=latest, ended_at__gt=latest - timedelta(days=ASKED_WITHIN)
    )
    for session in held.select_related("cycle"):
        ask_later(session, now=now)


@on_tick
def ask_waiting_halves(now: datetime) -> None:
    """Pilots whose halves were drawn, or whose later half may begin, in the last three weeks."""
    since = now - timedelta(days=WAITING_DAYS)
    pilots = Programme.objects.running().filter(kind=ProgrammeKind.PILOT).filter(Q(drawn_at__gt=since) | Q(second_began_at__gt=since))
    for programme in pilots:
        asked_from = programme.second_began_at or programme.drawn_at
        if asked_from is not None and programme.drawn_at is not None and since < asked_from <= now:
            ask_who_waits(programme, since=asked_from)


@on_tick
def take_answers_along(now: datetime) -> None:
    """Groups of later halves that were founded since yesterday: what their members said while they waited need not be asked again."""
    groups = Group.objects.live().filter(programme__kind=ProgrammeKind.PILOT, programme__second_began_at__isnull=False)
    for group in groups.filter(formed_at__gt=now - timedelta(days=1)):
        take_along(group, people=list(group.memberships.live().values_list("person_id", flat=True)), now=now)
