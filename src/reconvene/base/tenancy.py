"""Which organisation the current work belongs to: set once per request and per job, read by every model of the field.

PostgreSQL's row-level security reads the same value from `reconvene.organisation`, so a query without a scope finds nothing instead
of everything. The value lives as long as the transaction.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, transaction

SETTING = "reconvene.organisation"
EVERY = "*"  # backup, data migrations and the three look-ups below; never a request
_current: ContextVar[uuid.UUID | None] = ContextVar("organisation", default=None)
_noted: ContextVar[dict[str, Any] | None] = ContextVar("noted", default=None)


class NoOrganisation(Exception):
    """A row of the field was about to be written outside of any organisation."""


def current() -> uuid.UUID:
    """The organisation of the work in hand. Raises NoOrganisation outside of `within`."""
    organisation = _current.get()
    if organisation is None:
        raise NoOrganisation("Nothing of the field is written outside of `tenancy.within(organisation)`.")
    return organisation


def default() -> uuid.UUID:
    """For model defaults: the current organisation, or None, which the database then refuses."""
    return _current.get()  # type: ignore[return-value]  # the column is never empty, whatever the default


def noted() -> dict[str, Any]:
    """What was looked up about the current organisation and holds until its transaction ends, for whoever would ask again; outside of `within` nothing is."""
    found = _noted.get()
    return {} if found is None else found


@contextmanager
def within(organisation: uuid.UUID) -> Iterator[None]:
    """Run one transaction for `organisation`. May be nested; the outer organisation is set again at the end."""
    before, is_outermost = _current.get(), not connection.in_atomic_block
    with transaction.atomic():
        _set(str(organisation))
        token, noting = _current.set(organisation), _noted.set({})
        try:
            yield
        finally:
            _current.reset(token)
            _noted.reset(noting)
            noted().clear()  # whoever goes on outside may have been told otherwise
            if not is_outermost and not connection.needs_rollback and not connection.closed_in_transaction:
                _set(str(before) if before else "")


def organisation_of_address(address: str) -> uuid.UUID | None:
    """The organisation in which a person signs in with this mail address (any case), or None."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reconvene_organisation_of_address(%s)", [address])
        return cursor.fetchone()[0]


def organisation_of_room(code: str) -> uuid.UUID | None:
    """The organisation whose open room has this code, or None."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reconvene_organisation_of_room(%s)", [code])
        return cursor.fetchone()[0]


def every_organisation() -> list[uuid.UUID]:
    """All organisations but those of rehearsals, oldest first: for dispatchers that visit them one after the other."""
    return _organisations(rehearsals=False)


def every_rehearsal() -> list[uuid.UUID]:
    """The throw-away organisations of rehearsals, oldest first."""
    return _organisations(rehearsals=True)


def _organisations(*, rehearsals: bool) -> list[uuid.UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reconvene_organisations(%s)", [rehearsals])
        return list(cursor.fetchone()[0])


def _set(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, value])
