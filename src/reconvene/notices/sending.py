"""Hands due notices over: a batch is claimed in one transaction, each message delivered outside of any, and marked in one of its own.

By which channel is the person's choice; what a channel cannot bring goes by mail, once. A crash between handing over and marking sends that
one message again with the same Message-ID; nothing is lost and no transaction waits for a server. As many workers as one likes may drain one
organisation. Called by the job in `jobs`.
"""

import logging
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction

from reconvene.base import tenancy
from reconvene.notices.channels import Channels, Delivery, Outcome, Unreachable, opened
from reconvene.notices.claiming import Claim, claim
from reconvene.notices.models import Browser, ChatAccess, Notice, Preference, current_stop
from reconvene.notices.registry import Composers
from reconvene.notices.rules import MAIL, gives_up, retry_at
from reconvene.people.models import Organisation

log = logging.getLogger(__name__)

BATCH = 50  # notices
BUDGET = 30.0  # seconds; with one message's time-outs on top still well inside the lease, so that a slow server never outlasts it
LOOK_AGAIN = 1.0  # seconds after which a worker looks at the stop switch again
Apart = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True)
class Round:
    """What one batch came to: how many notices were looked at, how many messages went out, and whether to go on with the next batch."""

    seen: int = 0
    sent: int = 0
    goes_on: bool = False


@dataclass(frozen=True)
class Letter:
    """One notice with what its channel hands over."""

    notice: Notice
    channel: str
    written: Any


def drain(organisation: uuid.UUID, *, now: datetime, most: int = BATCH) -> Round:
    """Send up to `most` due notices of one organisation; mail stops early when its server is away, all of it when somebody pressed the stop switch.

    A rehearsal sends nothing.
    """
    with tenancy.within(organisation):
        whose = Organisation.objects.get(id=organisation)
        if whose.is_rehearsal or current_stop() is not None:
            return Round()
        claims, seen = claim(whose, now=now, most=most)
    with opened() as channels:
        letters = _write(organisation, claims, channels=channels, now=now)
        sent, is_over = _deliver(organisation, letters, channels=channels, now=now)
    turned = any(one.notice.channel == MAIL and one.channel != MAIL for one in claims)
    return Round(seen, sent, goes_on=not is_over and (seen == most or turned))


def _deliver(organisation: uuid.UUID, letters: Sequence[Letter], *, channels: Channels, now: datetime) -> tuple[int, bool]:
    """How many went out, and whether the work is over for now."""
    until, sent, look_at = time.monotonic() + BUDGET, 0, time.monotonic() + LOOK_AGAIN
    for place, letter in enumerate(letters, start=1):
        if letter.channel in channels.away:
            continue
        delivery = hand_over(letter, channels=channels)
        sent += delivery.outcome is Outcome.SENT
        with tenancy.within(organisation):
            settle(letter.notice, channel=letter.channel, delivery=delivery, now=now)
            rest = letters[place:]
            if delivery.outcome in (Outcome.AWAY, Outcome.SHUT):
                channels.away.add(letter.channel)
                _settle_untried([one for one in rest if one.channel == letter.channel], delivery=delivery, now=now)
            is_over = time.monotonic() > until
            if not is_over and time.monotonic() > look_at:
                is_over, look_at = current_stop() is not None, time.monotonic() + LOOK_AGAIN
            if is_over:
                Notice.objects.filter(id__in=[one.notice.id for one in rest if one.channel not in channels.away]).give_back()
                return sent, True
    return sent, MAIL in channels.away


def _settle_untried(letters: Sequence[Letter], *, delivery: Delivery, now: datetime) -> None:
    """What is left of a channel that is away or shut. Mail waits untouched; by another channel they failed too, so that they neither stand in the way of
    mails nor wait for it for ever.
    """
    Notice.objects.filter(id__in=[one.notice.id for one in letters if one.channel == MAIL]).give_back()
    for one in letters:
        if one.channel != MAIL:
            settle(one.notice, channel=one.channel, delivery=delivery, now=now)


def hand_over(letter: Letter, *, channels: Channels) -> Delivery:
    """The one place at which a message leaves."""
    return channels[letter.channel].deliver(letter.written)


def settle(notice: Notice, *, channel: str, delivery: Delivery, now: datetime) -> None:
    """Note what became of a message: sent, to be tried again until it is worth nothing, to go by mail instead, or refused by mail too."""
    outcome = delivery.outcome
    if delivery.lost:
        Browser.objects.filter(id__in=delivery.lost).delete()
    if outcome is Outcome.SENT:
        notice.mark_sent(channel=channel, now=now)
    elif outcome in (Outcome.LATER, Outcome.AWAY):
        again_at = retry_at(notice.attempts, wait=delivery.wait, now=now)
        if channel != MAIL and gives_up(notice.attempts, again_at=again_at, not_after=notice.not_after):
            notice.go_by_mail()
        else:
            notice.hold(until=again_at)
    elif channel == MAIL:
        notice.drop(because="refused", now=now)
    else:
        _turn_to_mail(notice, channel=channel, delivery=delivery, now=now)


def _turn_to_mail(notice: Notice, *, channel: str, delivery: Delivery, now: datetime) -> None:
    """This notice by mail; and all later ones of the person when the channel is gone for them, or of everybody until access is given again."""
    notice.go_by_mail()
    if delivery.outcome is Outcome.GONE:
        for preference in Preference.objects.filter(person_id=notice.person_id, channel=channel):
            preference.lose(because=delivery.because, now=now)
    if delivery.outcome is Outcome.SHUT:
        for access in ChatAccess.objects.filter(kind=channel, refused_at=None):
            log.error("The chat %s refuses the organisation's access: %s. Messages go by mail.", channel, delivery.because)
            access.refuse(because=delivery.because, now=now)


def _write(organisation: uuid.UUID, claims: Sequence[Claim], *, channels: Channels, now: datetime) -> list[Letter]:
    """What is handed over for these, as things stand at this moment.

    Composers only read, so nothing needs to be undone between them, and a savepoint for each would take a seventh of a mail's time. Only after an
    error of the database, which spoils a whole transaction, all are written once more, each in a savepoint of its own.
    """
    try:
        with tenancy.within(organisation):
            return _letters(claims, channels=channels, apart=nullcontext, now=now)
    except DatabaseError:
        with tenancy.within(organisation):
            return _letters(claims, channels=channels, apart=transaction.atomic, now=now)


def _letters(claims: Sequence[Claim], *, channels: Channels, apart: Apart, now: datetime) -> list[Letter]:
    """What nobody wants any more is dropped; what was dropped since is left out."""
    still = set(Notice.objects.waiting().filter(id__in=[one.notice.id for one in claims]).values_list("id", flat=True)) if claims else set()
    wanted = [one for one in claims if one.notice.id in still]
    composers = Composers([one.notice for one in wanted])
    letters = [_letter(one, composers=composers, channels=channels, apart=apart, now=now) for one in wanted]
    return [letter for letter in letters if letter is not None]


def _letter(one: Claim, *, composers: Composers, channels: Channels, apart: Apart, now: datetime) -> Letter | None:
    notice = one.notice
    try:
        with apart():
            compose = composers[notice.kind]
            message = compose(notice, now=now) if compose else None
            if message is not None:
                written = channels[one.channel].write(notice, message, number=one.number, preference=one.preference)
                return Letter(notice, one.channel, written)
    except Unreachable as unreachable:
        settle(notice, channel=one.channel, delivery=unreachable.delivery, now=now)
        return None
    except Exception as error:
        if isinstance(error, DatabaseError) and apart is nullcontext:
            raise
        # One broken kind must not hold up the others. The error's own text may hold somebody's words, so only its type is logged.
        log.error("A notice of kind %s could not be written: %s.", notice.kind, type(error).__name__)
        notice.hold(until=retry_at(notice.attempts, wait=None, now=now))
        return None
    notice.drop(because="not_wanted", now=now)
    return None
