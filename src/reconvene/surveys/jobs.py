"""What questionnaires do at every tick: twelve weeks after a first session its members are asked once more."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from reconvene.base.jobs import on_tick
from reconvene.notices.models import Notice
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind
from reconvene.surveys.actions import ask_later
from reconvene.surveys.messages import TWELVE_WEEKS
from reconvene.surveys.rules import ASKED_WITHIN, LATER_DAYS


@on_tick
def ask_after_twelve_weeks(now: datetime) -> None:
    """First sessions that were held so long ago, and whose members were not asked yet. What is much older is not asked for any more."""
    latest = now - timedelta(days=LATER_DAYS)
    asked = Notice.objects.filter(kind=TWELVE_WEEKS, subject_id=OuterRef("cycle"))
    held = Session.objects.filter(
        ~Exists(asked), kind=Kind.FIRST, cancelled_at=None, ended_at__lte=latest, ended_at__gt=latest - timedelta(days=ASKED_WITHIN)
    )
    for session in held.select_related("cycle"):
        ask_later(session, now=now)
