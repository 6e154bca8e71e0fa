"""The lock under which groups are formed: one for each organisation, so that two workers never seat one person twice. Called by whatever seats people."""

import zlib

from django.db import OperationalError, connection, transaction

from reconvene.groups.models import Programme

LOCK_WAIT = "5s"


def lock_forming(programme: Programme) -> bool:
    """The advisory lock of the programme's organisation, until the transaction ends; False when another transaction has it. One for all its
    programmes, because somebody may wait in two of them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", _lock_of(programme))
        return bool(cursor.fetchone()[0])


def wait_for_forming(programme: Programme) -> bool:
    """The same lock for somebody who waits for an answer: False when it was not to be had for LOCK_WAIT."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_WAIT])
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", _lock_of(programme))
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError:
        return False
    return True


def _lock_of(programme: Programme) -> list[int]:
    return [0x5EA7, zlib.crc32(programme.organisation_id.bytes) - 2**31]
