"""The words of the one notice of our own: that messages come here from now on. Registered when the app is ready."""

from datetime import datetime

from django.utils.translation import gettext as _

from reconvene.base.links import absolute
from reconvene.notices.actions import CHANNEL_CHOSEN
from reconvene.notices.models import Notice, preference_of
from reconvene.notices.registry import register
from reconvene.notices.rules import MAIL, Message


def channel_chosen(notice: Notice, *, now: datetime) -> Message | None:
    """By the channel that the person chose. By mail only when that one did not take it."""
    preference, button = preference_of(notice.person), (_("How we write to you"), absolute("account-channel"))
    if notice.channel == MAIL:
        lines = (
            _("Your messages come by mail after all"),
            _(
                "The way that you chose did not take our first message. Nothing was lost; your page says why, and there you can choose again."
            ),
        )
        return Message(_("Your messages come by mail after all"), lines, button=button)
    if preference.channel == MAIL:
        return None
    return Message(_("Your messages come here from now on"), (_("You chose this yourself."),), button=button)


register(CHANNEL_CHOSEN, channel_chosen, is_pressing=True, is_private=True)
