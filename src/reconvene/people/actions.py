"""What an administrator decides: who has which role, and whom members can ask for help. Called by the pages and by `reconvene setup`."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from reconvene.people.models import Organisation, Person, RoleChange
from reconvene.people.rules import Role


class RolesRefused(Exception):
    """Roles that cannot be given like this; the message is one plain sentence."""


@transaction.atomic
def give_roles(person: Person, roles: Iterable[Role], *, was: Iterable[str], by: Person, now: datetime) -> Person:
    """Give a person these roles and no others, and write it down. `was`: the roles that whoever decides had before their eyes. Tells no one.

    Raises RolesRefused when they were changed meanwhile, when nobody would administer the organisation, for somebody who cannot sign in, and for
    the works council together with L&D or administration: whoever oversees is somebody else than who is overseen.
    """
    Organisation.objects.select_for_update().get(
        id=person.organisation_id
    )  # one after the other, so that two cannot take the last one away
    locked = Person.objects.select_for_update().get(id=person.id)
    wanted = sorted(set(roles))
    if sorted(was) != sorted(locked.roles):
        raise RolesRefused(_("Somebody changed these roles meanwhile. This is how they are now; choose again."))
    if wanted == sorted(locked.roles):
        return locked
    if wanted and (not locked.is_active or not locked.email):
        raise RolesRefused(_("Only somebody who works here and has a mail address can sign in, so nobody else can have a role."))
    if Role.COUNCIL in wanted and {Role.LEARNING, Role.ADMIN} & set(wanted):
        raise RolesRefused(_("Whoever oversees for the works council or data protection cannot run the programme or administer, too."))
    administers = Person.objects.active().filter(organisation=person.organisation_id, roles__contains=[Role.ADMIN]).exclude(email=None)
    if Role.ADMIN not in wanted and not administers.exclude(id=locked.id).exists():
        raise RolesRefused(_("Nobody else administers here. Make somebody else an administrator first."))
    RoleChange.objects.create(organisation=by.organisation, person=locked, by=by, was=sorted(locked.roles), roles=wanted, changed_at=now)
    locked.roles = wanted
    locked.save(update_fields=["roles"])
    return locked


class BadContact(Exception):
    """The contact for help cannot be named like this; `field` says what is wrong, the message why."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def name_help_contact(organisation: Organisation, *, name: str, reach: str, hours: str, email: str) -> None:
    """Name the person whom members can ask for help, or, with everything empty, nobody. Tells no one.

    `email` is theirs in the directory and may be empty: then members can reach them but not ask to be contacted. Raises BadContact.
    """
    if not name and (reach or hours or email):
        raise BadContact("name", _("Say who it is."))
    if name and not reach:
        raise BadContact("reach", _("Say how members reach this person."))
    person = Person.objects.active().filter(organisation=organisation, email__iexact=email).first() if email else None
    if email and person is None:
        raise BadContact("email", _("Nobody in the directory has this address. Leave it empty for somebody from outside."))
    organisation.name_help(name=name, reach=reach, hours=hours, person=person)
