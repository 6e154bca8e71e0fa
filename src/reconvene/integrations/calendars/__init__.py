"""Calendars of other programs, read for `availability.registry.Calendar` and written for its `Writer`. One module per kind."""

from django.conf import settings

from reconvene.availability.registry import Asks, Kind, register
from reconvene.base.translation import gettext_noop as _
from reconvene.integrations.calendars.address import AddressCalendar
from reconvene.integrations.calendars.caldav import CalDav
from reconvene.integrations.calendars.caldav_events import CalDavEvents
from reconvene.integrations.calendars.google import Google
from reconvene.integrations.calendars.microsoft import Microsoft


def offer() -> None:
    """Enter every kind that this installation can read; services by consent only when the settings name us to them."""
    if settings.GOOGLE_CLIENT:
        google = Google(settings.GOOGLE_CLIENT, settings.GOOGLE_SECRET)
        register(Kind("google", _("Google Calendar"), _("You agree at Google that we may see when you are busy."), Asks.CONSENT, google))
    if settings.MICROSOFT_CLIENT:
        microsoft = Microsoft(settings.MICROSOFT_CLIENT, settings.MICROSOFT_SECRET, tenant=settings.MICROSOFT_TENANT)
        note = _("Outlook and Teams. You agree at Microsoft that we may read your calendar.")
        register(Kind("microsoft", _("Microsoft 365"), note, Asks.CONSENT, microsoft))
    note = _("Outlook, Google, Apple and others can publish a calendar at an address that only you know.")
    register(Kind("address", _("Private address (ICS)"), note, Asks.ADDRESS, AddressCalendar()))
    note = _("Nextcloud, iCloud, Fastmail and many company servers, with a name and an app password.")
    register(Kind("caldav", _("Calendar server (CalDAV)"), note, Asks.LOGIN, CalDav(), CalDavEvents()))
