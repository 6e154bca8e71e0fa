"""The words of the notices that rooms cause. Registered when the app is ready."""

from datetime import datetime

from django.utils.translation import gettext as _

from reconvene.base.links import absolute
from reconvene.notices.models import Notice
from reconvene.notices.registry import register
from reconvene.notices.rules import Message
from reconvene.people.models import Person
from reconvene.rooms.actions.closing import SESSION_CLOSED
from reconvene.rooms.actions.helping import HELP_WANTED
from reconvene.rooms.models import Room
from reconvene.scheduling.messages import times
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind


def help_wanted(notice: Notice, *, now: datetime) -> Message | None:
    """To the person named for help: a member's name and address, because the member asked for that. Dropped when the member has left."""
    member = Person.objects.active().filter(id=notice.subject_id).first()
    if member is None:
        return None
    lines = (
        _("%(name)s asks you to contact them.") % {"name": member.name},
        member.email or _("The directory has no mail address for them."),
        _("This is all that Reconvene tells you. Nobody else got this message: not their boss, not L&D, not their group."),
        _("Please write or call them yourself, as soon as you can, and tell nobody that they asked."),
    )
    return Message(_("Somebody asks you to contact them"), lines)


def session_closed(notice: Notice, *, now: datetime) -> Message | None:
    """To whoever was in the room: the next date and the way to their own plan. Nothing of what was said."""
    session = Session.objects.visible_to(notice.person).filter(id=notice.subject_id).first()
    if session is None:
        return None
    following = Session.objects.upcoming(now).filter(cycle__group_id=session.cycle.group_id).first()
    if following is None:
        first = _("Your group has no next date just now.")
    elif following.kind == Kind.RECONVENE:
        first = _("You reconvene %(day)s, %(start)s") % times(following, notice.person)
    else:
        first = _("Your group meets again %(day)s, %(start)s") % times(following, notice.person)
    lines = [first, _("Your own plan and what your group shared are on one page that only you open.")]
    if Room.objects.on_paper().filter(session=session).exists():
        lines.append(_("Your group met on paper. On the same page you can type in what you want to keep; nobody has to."))
    return Message(_("After your session"), tuple(lines), button=(_("Open my page"), absolute("room", session.id)), thread=session.cycle_id)


register(HELP_WANTED, help_wanted, is_pressing=True, is_private=True, is_mail_only=True)
register(SESSION_CLOSED, session_closed)
