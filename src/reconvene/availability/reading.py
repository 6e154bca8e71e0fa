"""Reads a connected calendar: what is needed comes from one transaction, the network is waited for outside of any, the result is
kept in another; what a service gave for a code that works once, before that. Called by the job in `jobs`.
"""

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import cast

from reconvene.availability.models import Busy, Connection
from reconvene.availability.registry import Access, Asks, Consent, Found, Kind, Unreadable, kind_of
from reconvene.availability.rules import AHEAD, LOST, PARTLY, STOPS, wait_after
from reconvene.base import tenancy

log = logging.getLogger(__name__)


def read_connection(connection_id: uuid.UUID, *, organisation: uuid.UUID, now: datetime) -> None:
    """Read one calendar afresh and replace its busy intervals as a whole. Tells no one; what went wrong stands on its owner's page."""
    with tenancy.within(organisation):
        # Without a person it is a place's, and the condition holds too.
        known = Connection.objects.standing().select_related("person", "organisation")
        connection = known.filter(id=connection_id, person__left_at=None).first()
        kind = kind_of(connection.kind) if connection else None
    if connection is None or kind is None:
        return
    until = now + AHEAD
    try:
        found = _read(connection, kind=kind, now=now, until=until)
    except Unreadable as failure:
        log.info("Connection %s (%s) could not be read: %s.", connection_id, connection.kind, failure.code)
        with tenancy.within(organisation):
            _keep_problem(connection, code=failure.code, now=now)
        return
    with tenancy.within(organisation):
        _keep(connection, found=found, now=now, until=until)


def _read(connection: Connection, *, kind: Kind, now: datetime, until: datetime) -> Found:
    access = connection.access(until=until)
    if not (access.address or access.secret):
        raise Unreadable(LOST)
    if kind.asks is Asks.CONSENT:
        with _whatever_breaks_is_away(kind):
            access = cast(Consent, kind.calendar).exchanged(access)
        with tenancy.within(connection.organisation_id):  # at once: a code is spent, whatever becomes of the reading
            _keep_access(connection, access=access)
    with _whatever_breaks_is_away(kind):
        # A day more than needed, so that for a day an answer of "nothing has changed" is enough.
        return kind.calendar.read(
            access, since=now, until=until + AHEAD / 60, zone=(connection.person or connection.organisation).time_zone
        )


@contextmanager
def _whatever_breaks_is_away(kind: Kind) -> Iterator[None]:
    """Unreadable goes on. A file by others can break a reader anywhere; the error's own text may hold somebody's words, so only its type is logged."""
    try:
        yield
    except Unreadable:
        raise
    except Exception as error:
        log.error("A calendar of kind %s broke its reader: %s.", kind.key, type(error).__name__)
        raise Unreadable("away") from None


def _keep_access(read: Connection, *, access: Access) -> None:
    connection = _locked(read)
    if connection is not None:
        connection.note_access(access)


def _keep(read: Connection, *, found: Found, now: datetime, until: datetime) -> None:
    connection = _locked(read)
    if connection is None:
        return
    if found.busy is not None:
        Busy.objects.filter(connection=connection).delete()
        rows = [
            Busy(person_id=connection.person_id, connection=connection, starts_at=starts, ends_at=ends)
            for starts, ends in found.busy
            if starts < ends
        ]
        Busy.objects.bulk_create(rows)
    again_at = now + wait_after(0, spread=_spread(connection))
    covers = until + AHEAD / 60 if found.busy is not None else None
    # An answer of "nothing has changed" says nothing about what could not be read the time before.
    problem = connection.problem if found.busy is None and connection.problem == PARTLY else PARTLY if found.is_partial else ""
    connection.note_read(now=now, again_at=again_at, access=_shortened(found.access), covers_until=covers, problem=problem)


def _keep_problem(read: Connection, *, code: str, now: datetime) -> None:
    connection = _locked(read)
    if connection is None:
        return
    again_at = None if code in STOPS else now + wait_after(connection.failures + 1, spread=_spread(connection))
    connection.note_unread(problem=code, again_at=again_at)


def _locked(read: Connection) -> Connection | None:
    """The row, locked; None when it was disconnected, or connected once more, while the network was waited for: then nothing of it is kept."""
    return Connection.objects.standing().select_for_update().filter(id=read.id, connected_at=read.connected_at).first()


def _spread(connection: Connection) -> float:
    """From 0 to 1, always the same for one connection."""
    return connection.id.int % 1000 / 1000


def _shortened(access: Access) -> Access:
    """Without the name of a version that is longer than its column: it is then read in full each time."""
    tag, changed = Connection._meta.get_field("tag").max_length, Connection._meta.get_field("changed").max_length
    fits = len(access.tag) <= (tag or 0) and len(access.changed) <= (changed or 0)
    return access if fits else Access(access.address, access.user, access.secret)
