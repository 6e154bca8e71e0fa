"""Hands due notices to the mail server: each is claimed by a lease in one transaction, sent outside of any, and marked in another.

A crash between sending and marking sends once more with the same Message-ID; nothing is lost and no transaction waits for a server.
Called by the job in `jobs`.
"""

import contextlib
import logging
import smtplib
import time
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from reconvene.base import tenancy
from reconvene.notices.mail import Mail, build
from reconvene.notices.models import Notice, preference_of
from reconvene.notices.registry import composer
from reconvene.notices.rules import CYCLE, first_free_day, next_window, wait_after
from reconvene.people.models import Person

log = logging.getLogger(__name__)

BATCH = 200  # notices
BUDGET = 60.0  # seconds; well inside the lease, so that a slow server never outlasts it
LEASE = timedelta(minutes=5)


class Outcome(Enum):
    """What the mail server made of one mail."""

    SENT = "sent"
    REFUSED = "refused"
    LATER = "later"
    AWAY = "away"


def drain(organisation: uuid.UUID, *, now: datetime, most: int = BATCH) -> int:
    """Send up to `most` due notices of one organisation, oldest first; stops early when the server is away. Returns how many went out."""
    with tenancy.within(organisation):
        due = list(Notice.objects.due(now).values_list("id", flat=True)[:most])
    connection, until, sent = get_connection(), time.monotonic() + BUDGET, 0
    try:
        for notice_id in due:
            outcome = _send(notice_id, organisation=organisation, connection=connection, now=now)
            sent += outcome is Outcome.SENT
            if outcome is Outcome.AWAY or time.monotonic() > until:
                break
    finally:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            connection.close()
    return sent


def _send(notice_id: uuid.UUID, *, organisation: uuid.UUID, connection: BaseEmailBackend, now: datetime) -> Outcome | None:
    with tenancy.within(organisation):
        notice = Notice.objects.select_related("person__organisation").filter(id=notice_id).first()
        mail = claim(notice, now=now) if notice else None
    if notice is None or mail is None:
        return None
    outcome = hand_over(mail, connection=connection)
    with tenancy.within(organisation):
        settle(notice, outcome=outcome, now=now)
    return outcome


def claim(notice: Notice, *, now: datetime) -> Mail | None:
    """Take the notice for this worker and write its mail. None when another has it, or when it was dropped or held back."""
    person = Person.objects.select_for_update(of=("self",), no_key=True).get(id=notice.person_id)
    if not notice.lease(now=now, length=LEASE):
        return None
    if reason := _reason_to_drop(notice, person=person, now=now):
        notice.drop(because=reason, now=now)
        return None
    sent_on = _counted_days(notice, now=now) if notice.is_counted else []
    if notice.is_counted and (later := _later(notice, person=person, sent_on=sent_on, now=now)) is not None:
        later()
        return None
    return _write(notice, number=len(sent_on) + 1 if notice.is_counted else 0, now=now)


def hand_over(mail: Mail, *, connection: BaseEmailBackend) -> Outcome:
    """Give one mail to the server and class its answer. Logs codes only, never an address or a word of the mail."""
    try:
        connection.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        log.warning("The mail server refused a recipient: %s.", codes)
        return Outcome.REFUSED if all(code >= 500 for code in codes) else Outcome.LATER
    except smtplib.SMTPDataError as refused:
        log.warning("The mail server refused a mail: %s.", refused.smtp_code)
        return Outcome.REFUSED if refused.smtp_code >= 500 else Outcome.LATER
    except (smtplib.SMTPException, OSError) as error:
        log.error("The mail server is away: %s.", type(error).__name__)
        return Outcome.AWAY
    except ValueError as error:  # an address or header that no mail can carry; trying again would hold up the others
        log.error("A mail cannot be put on the wire: %s.", type(error).__name__)
        return Outcome.REFUSED
    return Outcome.SENT


def settle(notice: Notice, *, outcome: Outcome, now: datetime) -> None:
    """Note what became of a mail: sent, refused for good, or to be tried again until it is worth nothing."""
    if outcome is Outcome.SENT:
        notice.mark_sent(now=now)
    elif outcome is Outcome.REFUSED:
        notice.drop(because="refused", now=now)
    else:
        notice.hold(until=now + wait_after(notice.attempts))


def _reason_to_drop(notice: Notice, *, person: Person, now: datetime) -> str:
    if now > notice.not_after:
        return "too_late"
    if person.left_at is not None:
        return "left"
    if not person.email:
        return "no_address"
    if notice.is_counted and preference_of(person).muted_at is not None:
        return "muted"
    return ""


def _later(notice: Notice, *, person: Person, sent_on: list[date], now: datetime) -> Callable[[], None] | None:
    """How to put a counted notice off, when the person's hours or the caps ask for it; None when it may go now."""
    hour = preference_of(person).hour
    window = next_window(now, zone=person.time_zone, hour=hour)
    day = first_free_day(sent_on, today=window.date())
    if day is None:
        return lambda: notice.drop(because="over_cap", now=now)
    start = window if day == window.date() else next_window(_midnight(day, window), zone=person.time_zone, hour=hour)
    if start <= now:
        return None
    if start > notice.not_after:
        return lambda: notice.drop(because="over_cap" if day != window.date() else "too_late", now=now)
    return lambda: notice.hold(until=start)


def _midnight(day: date, like: datetime) -> datetime:
    return datetime.combine(day, datetime.min.time(), like.tzinfo)


def _counted_days(notice: Notice, *, now: datetime) -> list[date]:
    """Local days of the counted messages that the person had, or is having from another worker, in the last four weeks."""
    zone = ZoneInfo(notice.person.time_zone)
    counted = Notice.objects.counted().filter(person_id=notice.person_id).exclude(id=notice.id)
    sent = counted.filter(sent_at__gt=now - timedelta(days=CYCLE + 1)).values_list("sent_at", flat=True)
    under_way = counted.waiting().filter(leased_until__gte=now).count()
    return [moment.astimezone(zone).date() for moment in sent if moment] + [now.astimezone(zone).date()] * under_way


def _write(notice: Notice, *, number: int, now: datetime) -> Mail | None:
    compose = composer(notice.kind)
    try:
        message = compose(notice, now=now) if compose else None
        if message is not None:
            return build(notice, message, number=number)
    except Exception as error:
        # One broken kind must not hold up the others. The error's own text may hold somebody's words, so only its type is logged.
        log.error("A notice of kind %s could not be written: %s.", notice.kind, type(error).__name__)
        notice.hold(until=now + wait_after(notice.attempts))
        return None
    notice.drop(because="not_wanted", now=now)
    return None
