"""What an administrator decides for everybody. Called by the page and by `reconvene setup`."""

from django.db import transaction
from django.utils.translation import gettext as _

from reconvene.people.models import Organisation, Person


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
