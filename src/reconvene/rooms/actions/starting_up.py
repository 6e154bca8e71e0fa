"""The start-up helper: the host asks a trained colleague for the first ten minutes, and anybody in the room may end it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from reconvene.people.models import Person
from reconvene.rooms.actions.letting_in import is_inside
from reconvene.rooms.actions.turning import NotNow, locked, note
from reconvene.rooms.door import helper_sees_until
from reconvene.rooms.models import Helper, Room
from reconvene.rooms.rules import EventKind
from reconvene.rooms.state import NotPresent, NotTheHost


@transaction.atomic
def invite_helper(room: Room, *, by: Person, now: datetime) -> Helper:
    """Make the link for a helper; asking again keeps the one there is. Tells those inside that the steps can be seen.

    Raises NotPresent, NotTheHost, and NotNow when the ten minutes are over.
    """
    room = locked(room)
    if not is_inside(room, by):
        raise NotPresent(_("Please come into the room first."))
    state = room.state
    if str(by.id) != (state.host if state else str(room.session.host_id)):
        raise NotTheHost(_("Only the host asks a helper in."))
    if room.closed_at is not None or (state and now >= helper_sees_until(state.started_at)):
        raise NotNow(_("A helper is for the first ten minutes. They are over."))
    helper, made = Helper.objects.get_or_create(room=room, ended_at=None, defaults={"invited_by": by, "invited_at": now})
    if made:
        note(room, EventKind.ENTERED, now=now)
    return helper


@transaction.atomic
def end_helper(room: Room, *, by: Person, now: datetime) -> None:
    """End the helper's look at once, without a reason. Tells those inside. Doing it again changes nothing. Raises NotPresent."""
    room = locked(room)
    if not is_inside(room, by):
        raise NotPresent(_("Please come into the room first."))
    helper = Helper.objects.filter(room=room, ended_at=None).first()
    if helper is not None:
        helper.end(by=by, now=now)
        note(room, EventKind.LEFT, now=now)
