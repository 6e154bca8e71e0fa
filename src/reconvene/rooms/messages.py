"""The words of the one notice that rooms cause. Registered when the app is ready."""

from datetime import datetime

from django.utils.translation import gettext as _

from reconvene.notices.models import Notice
from reconvene.notices.registry import register
from reconvene.notices.rules import Message
from reconvene.people.models import Person
from reconvene.rooms.actions.helping import HELP_WANTED


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


register(HELP_WANTED, help_wanted)
