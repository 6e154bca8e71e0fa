"""Brings one calendar to what one session says: what is needed comes from one transaction, the network is waited for outside of any, the result
is kept in another. The same again changes nothing. Called by the job in `jobs`.
"""

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from reconvene.availability.models import Connection
from reconvene.availability.registry import Access, Filed, Unreadable, Writer, kind_of
from reconvene.availability.rules import LOST, PATIENCE, wait_after, write_problem
from reconvene.base import tenancy
from reconvene.scheduling.copies import hand_to_mail, wanted
from reconvene.scheduling.ics import STORED, serialise
from reconvene.scheduling.messages import entry_for
from reconvene.scheduling.models import Copy
from reconvene.scheduling.replies import uid_for

log = logging.getLogger(__name__)
HURRY, LONGEST_WAIT = timedelta(minutes=30), timedelta(hours=2)
"""How long a server may fail when the session is near, and how long it is left alone at most between two tries."""


@dataclass(frozen=True)
class _Task:
    """What a writer is to do: put this event there, or take it out when there is none."""

    writer: Writer
    access: Access
    uid: str
    known: Filed
    event: bytes | None
    sequence: int


def write_copy(copy_id: uuid.UUID, *, organisation: uuid.UUID, now: datetime) -> None:
    """Put, change or take out one event. When that fails for good, the mail takes over and the calendar's owner reads why on their page."""
    with tenancy.within(organisation):
        task = _task(copy_id, now=now)
    if task is None:
        return
    try:
        filed = _do(task)
    except Unreadable as failure:
        log.info("Copy %s could not be brought up to date: %s.", copy_id, failure.code)
        with tenancy.within(organisation):
            _keep_failure(copy_id, code=failure.code, is_taken_out=task.event is None, now=now)
        return
    with tenancy.within(organisation):
        copy = _locked(copy_id)
        if copy is not None and filed is not None:
            copy.note_written(filed=filed, sequence=task.sequence, now=now)
        elif copy is not None:
            hand_to_mail(copy, now=now, is_out=True)


def _task(copy_id: uuid.UUID, *, now: datetime) -> _Task | None:
    copy = Copy.objects.open(now).select_related("session__cycle", "connection", "person").filter(id=copy_id).first()
    if copy is not None and copy.connection is not None and copy.connection.write_problem:
        hand_to_mail(copy, now=now)  # given up for another event meanwhile
        return None
    kind = kind_of(copy.connection.kind) if copy is not None and copy.connection is not None else None
    if copy is None or copy.connection is None or kind is None or kind.writer is None:
        return None
    is_wanted = Copy.objects.filter(wanted(now), id=copy_id).exists()
    uid = uid_for(copy.session, whose=copy.owner_id)
    event = serialise(entry_for(copy.session, uid=uid, whose=copy.person, now=now), method=STORED) if is_wanted else None
    return _Task(kind.writer, copy.connection.access(until=now), uid, copy.filed, event, copy.session.sequence)


def _do(task: _Task) -> Filed | None:
    """Where the event lies now; None when it does not any more. Raises Unreadable."""
    if not (task.access.address or task.access.secret):
        raise Unreadable(LOST)
    try:
        if task.event is not None:
            return task.writer.put(task.access, uid=task.uid, event=task.event, known=task.known)
        task.writer.remove(task.access, uid=task.uid, known=task.known)
    except Unreadable:
        raise
    except Exception as error:
        # What others answer can break a writer anywhere. The error's own text may hold somebody's words, so only its type is logged.
        log.error("Writing into a calendar broke: %s.", type(error).__name__)
        raise Unreadable("away") from None
    return None


def _keep_failure(copy_id: uuid.UUID, *, code: str, is_taken_out: bool, now: datetime) -> None:
    copy = _locked(copy_id)
    if copy is None:
        return
    is_soon = copy.session.starts_at - now < 2 * PATIENCE
    problem = write_problem(code, failing_for=now - (copy.failing_since or now), patience=HURRY if is_soon else PATIENCE)
    written = Connection.objects.standing().select_for_update().exclude(writes_since=None)
    connection = written.filter(id=copy.connection_id).first() if copy.connection_id else None
    if problem and connection is not None:
        connection.note_unwritten(problem=problem)
    if problem and (connection is not None or is_taken_out):
        hand_to_mail(copy, now=now)
    else:
        wait = min(LONGEST_WAIT, wait_after(copy.failures + 1, spread=copy.id.int % 1000 / 1000))
        copy.note_failure(now=now, again_at=now + wait)


def _locked(copy_id: uuid.UUID) -> Copy | None:
    """The row, locked; None when another worker has finished with it."""
    found = Copy.objects.select_for_update(of=("self",)).select_related("session__cycle", "person")
    return found.filter(id=copy_id).first()
