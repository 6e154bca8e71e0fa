"""What the console does at every tick: on Monday mornings, the mail to L&D."""

from datetime import datetime

from reconvene.base import tenancy
from reconvene.base.jobs import on_tick
from reconvene.console.digest import put_digest
from reconvene.people.models import Organisation


@on_tick
def write_digest(now: datetime) -> None:
    """The mail on Mondays."""
    organisation = Organisation.objects.filter(id=tenancy.current()).first()
    if organisation is not None:
        put_digest(organisation, now=now)
