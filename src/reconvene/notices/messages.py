"""The words of our own notices: that messages come here from now on, and that an address was changed. Registered when the app is ready."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reconvene.base.links import absolute
from reconvene.notices.actions import ADDRESS_CHANGED, CHANNEL_CHOSEN
from reconvene.notices.models import Notice, preference_of
from reconvene.notices.registry import Compose, register
from reconvene.notices.rules import MAIL, Message
from reconvene.people.models import AddressChange
from reconvene.people.roles import names_of
from reconvene.people.rules import Role


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


def address_changed(notice: Notice, *, now: datetime) -> Message | None:
    """That the address was changed, to the address that it was."""
    return gather_addresses([notice])(notice, now=now)


def gather_addresses(notices: Sequence[Notice]) -> Compose:
    """The same for a whole batch: a company that changes its domain writes to everybody. One query."""
    changes = AddressChange.objects.select_related("by").in_bulk([notice.subject_id for notice in notices])

    def compose(notice: Notice, *, now: datetime) -> Message | None:
        change = changes.get(notice.subject_id)
        return None if change is None else _address_changed(change, zone=notice.person.time_zone)

    return compose


def _address_changed(change: AddressChange, *, zone: str) -> Message:
    when = change.changed_at.astimezone(ZoneInfo(zone))
    facts = {"who": _who_brought(change), "day": date_format(when, "j F Y"), "time": date_format(when, "H:i")}
    lines = (
        _("The mail address of your account was changed"),
        _(
            "Codes for signing in do not come to this address any more. On all devices on which you were signed in, you are signed out. "
            "It was changed by an import of the staff directory, on %(day)s at %(time)s, by: %(who)s."
        )
        % facts,
        _("If your organisation has given you another address, this is right. Sign in with that one; there is nothing else to do."),
        _(
            "If not, somebody else may be able to sign in as you. Tell your works council or data protection, or your IT, today. The import "
            "stands on the page Oversight of the first two, and a right address in the directory signs everybody else out."
        ),
    )
    return Message(_("The mail address of your account was changed"), lines, button=(_("Sign in"), absolute("home")), to=change.was)


def _who_brought(change: AddressChange) -> str:
    if change.by is None:
        return _("the command line, or somebody who is deleted")
    return names_of([role for role in change.by.roles if role in (Role.LEARNING, Role.ADMIN)]) or _("somebody who kept the directory then")


register(ADDRESS_CHANGED, address_changed, gather=gather_addresses, is_pressing=True, is_mail_only=True, is_to_former=True)
register(CHANNEL_CHOSEN, channel_chosen, is_pressing=True, is_private=True)
