"""Hands due notices to the mail server: a batch is claimed in one transaction, each mail sent outside of any, and marked in one of its own.

A crash between sending and marking sends that one mail again with the same Message-ID; nothing is lost and no transaction waits for a server.
As many workers as one likes may drain one organisation. Called by the job in `jobs`.
"""

import logging
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from reconvene.base import tenancy
from reconvene.notices.claiming import Claim, claim
from reconvene.notices.mail import Mail, build
from reconvene.notices.models import Notice, current_stop
from reconvene.notices.registry import composer
from reconvene.notices.rules import wait_after
from reconvene.notices.smtp import Outcome, hand_over, line
from reconvene.people.models import Organisation

log = logging.getLogger(__name__)

BATCH = 50  # notices
BUDGET = 30.0  # seconds; with one mail's time-outs on top still well inside the lease, so that a slow server never outlasts it
LOOK_AGAIN = 1.0  # seconds after which a worker looks at the stop switch again


@dataclass(frozen=True)
class Round:
    """What one batch came to: how many notices were looked at, how many mails went out, and whether to go on with the next batch."""

    seen: int = 0
    sent: int = 0
    goes_on: bool = False


def drain(organisation: uuid.UUID, *, now: datetime, most: int = BATCH) -> Round:
    """Send up to `most` due notices of one organisation; stops early when the server is away or somebody pressed the stop switch.

    A rehearsal sends nothing.
    """
    with tenancy.within(organisation):
        whose = Organisation.objects.get(id=organisation)
        if whose.is_rehearsal or current_stop() is not None:
            return Round()
        claims, seen = claim(whose, now=now, most=most)
    with tenancy.within(organisation):
        letters = _write(claims, now=now)
    until, sent, look_at = time.monotonic() + BUDGET, 0, time.monotonic() + LOOK_AGAIN
    with line() as connection:
        for place, (notice, mail) in enumerate(letters, start=1):
            outcome = hand_over(mail, connection=connection)
            sent += outcome is Outcome.SENT
            with tenancy.within(organisation):
                settle(notice, outcome=outcome, now=now)
                is_over = outcome is Outcome.AWAY or time.monotonic() > until
                if not is_over and time.monotonic() > look_at:
                    is_over, look_at = current_stop() is not None, time.monotonic() + LOOK_AGAIN
                if is_over:
                    Notice.objects.filter(id__in=[rest.id for rest, _mail in letters[place:]]).give_back()
                    return Round(seen, sent)
    return Round(seen, sent, goes_on=seen == most)


def settle(notice: Notice, *, outcome: Outcome, now: datetime) -> None:
    """Note what became of a mail: sent, refused for good, or to be tried again until it is worth nothing."""
    if outcome is Outcome.SENT:
        notice.mark_sent(now=now)
    elif outcome is Outcome.REFUSED:
        notice.drop(because="refused", now=now)
    else:
        notice.hold(until=now + wait_after(notice.attempts))


def _write(claims: Sequence[Claim], *, now: datetime) -> list[tuple[Notice, Mail]]:
    """The mails of these notices, as things stand at this moment. What nobody wants any more is dropped; what was dropped since is left out."""
    still = set(Notice.objects.waiting().filter(id__in=[one.notice.id for one in claims]).values_list("id", flat=True)) if claims else set()
    letters = [(one.notice, _mail(one, now=now)) for one in claims if one.notice.id in still]
    return [(notice, mail) for notice, mail in letters if mail is not None]


def _mail(one: Claim, *, now: datetime) -> Mail | None:
    notice, compose = one.notice, composer(one.notice.kind)
    try:
        with transaction.atomic():
            message = compose(notice, now=now) if compose else None
            mail = build(notice, message, number=one.number) if message is not None else None
    except Exception as error:
        # One broken kind must not hold up the others. The error's own text may hold somebody's words, so only its type is logged.
        log.error("A notice of kind %s could not be written: %s.", notice.kind, type(error).__name__)
        notice.hold(until=now + wait_after(notice.attempts))
        return None
    if mail is None:
        notice.drop(because="not_wanted", now=now)
    return mail
