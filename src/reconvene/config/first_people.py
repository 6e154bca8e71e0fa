"""The first organisation and its first administrator. Called by setting_up once Django is there."""

import argparse
import uuid
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from reconvene.base import tenancy
from reconvene.base.commands import CommandFailed
from reconvene.config import upkeep
from reconvene.groups.models import Programme
from reconvene.people.actions import BadContact, name_help_contact
from reconvene.people.directory.cells import read_country
from reconvene.people.models import Level, Organisation, Person, RoleChange
from reconvene.people.rules import Role
from reconvene.rollout.wording import CURRENCIES
from reconvene.surveys.queries import has_amounts

LEVELS = (
    gettext_noop("Team lead"),
    gettext_noop("Manager of a department"),
    gettext_noop("Manager of managers"),
    gettext_noop("Director"),
)


def make(*, organisation: str, name: str, email: str, options: argparse.Namespace, now: datetime) -> str:
    """Migrate, then make the organisation and the administrator, or leave them as they are; say which.

    Raises CommandFailed for an address, zone or name that cannot be right.
    """
    _check(email=email, zone=options.time_zone, country=options.country, currency=options.currency)
    upkeep.migrate()
    known = tenancy.organisation_of_address(email)
    if known is not None:
        with tenancy.within(known):
            return _promote(email, organisation, now=now) + _change_currency(options) + _name_help(options)
    found = _by_name(organisation)
    with tenancy.within(found or uuid.uuid4()):
        home = Organisation.objects.filter(id=tenancy.current()).first() or _found(organisation, options, now=now)
        person = Person.objects.create(
            organisation=home,
            name=name,
            email=email,
            time_zone=options.time_zone,
            country=read_country(options.country) or "",
            roles=[Role.ADMIN, Role.LEARNING],
        )
        if found:
            _write_down(person, was=(), now=now)
        words = _("%(organisation)s is ready; %(name)s administers it and signs in as %(email)s.")
        return words % {"organisation": organisation, "name": name, "email": email} + _change_currency(options) + _name_help(options)


def _check(*, email: str, zone: str, country: str, currency: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        raise CommandFailed(_("%(email)s is not a mail address.") % {"email": email}) from error
    if zone not in available_timezones():
        raise CommandFailed(_("%(zone)s is not a time zone. Write it like Europe/Berlin.") % {"zone": zone})
    ZoneInfo(zone)
    if country and read_country(country) is None:
        raise CommandFailed(_("%(country)s is not a country. Write it like DE, or DE-BY for a region.") % {"country": country})
    if currency and currency not in CURRENCIES:
        raise CommandFailed(_("%(code)s is none of the currencies: %(codes)s.") % {"code": currency, "codes": ", ".join(CURRENCIES)})


def _promote(email: str, organisation: str, *, now: datetime) -> str:
    person = Person.objects.active().get(email__iexact=email)
    if person.organisation.name.casefold() != organisation.casefold():
        words = _("%(email)s belongs to %(organisation)s. Give the administrator of another organisation an address of their own.")
        raise CommandFailed(words % {"email": email, "organisation": person.organisation.name})
    if person.is_council:
        words = _("%(email)s oversees for the works council or data protection, and cannot administer, too.")
        raise CommandFailed(words % {"email": email})
    if not person.is_administrator:
        was, person.roles = person.roles, sorted({*person.roles, Role.ADMIN})
        person.save(update_fields=["roles"])
        _write_down(person, was=was, now=now)
    words = _("%(name)s was there already and administers %(organisation)s.")
    return words % {"name": person.name, "organisation": person.organisation.name}


def _write_down(person: Person, *, was: Iterable[str], now: datetime) -> None:
    RoleChange.objects.create(organisation=person.organisation, person=person, was=sorted(was), roles=sorted(person.roles), changed_at=now)


def _change_currency(options: argparse.Namespace) -> str:
    """The currency of all amounts, which stays once somebody has named one: they are added up."""
    home = Organisation.objects.get(id=tenancy.current())
    if options.currency in ("", home.currency):
        return ""
    if has_amounts():
        words = _("Members have named amounts in %(currency)s already; they would be taken for %(wanted)s.")
        raise CommandFailed(words % {"currency": home.currency, "wanted": options.currency})
    home.count_in(options.currency)
    return " " + _("Amounts are asked for in %(currency)s.") % {"currency": options.currency}


def _name_help(options: argparse.Namespace) -> str:
    if not options.help_contact:
        return ""
    home = Organisation.objects.get(id=tenancy.current())
    try:
        name_help_contact(home, name=options.help_contact, reach=options.help_reach, hours=options.help_hours, email=options.help_email)
    except BadContact as bad:
        raise CommandFailed(_("%(problem)s See --help-contact, --help-reach and --help-email.") % {"problem": bad}) from bad
    return " " + _("Members who need help are pointed to %(name)s.") % {"name": options.help_contact}


def _by_name(name: str) -> uuid.UUID | None:
    for organisation in tenancy.every_organisation():
        with tenancy.within(organisation):
            if Organisation.objects.filter(id=organisation, name__iexact=name).exists():
                return organisation
    return None


def _found(name: str, options: argparse.Namespace, *, now: datetime) -> Organisation:
    home = Organisation.objects.create(
        id=tenancy.current(), name=name, time_zone=options.time_zone, country=read_country(options.country) or "", created_at=now
    )
    for rank, level in enumerate(LEVELS, start=1):
        Level.objects.create(organisation=home, name=_(level), rank=rank)
    Programme.objects.create(organisation=home, name=_("Open programme"), starts_on=home.day(now), is_open=True)
    return home
