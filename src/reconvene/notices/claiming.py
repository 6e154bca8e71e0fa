"""Takes due notices for one worker, many at once: which go now, which wait for another day, which are worth nothing any more.

A handful of queries for a batch, however many people it is for. Rows that another worker looks at are passed over, never waited for: a notice
and its person are locked together, so that two workers cannot each send one person the only message of the day. Called by `sending`.
"""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.db.models.functions import Now

from reconvene.notices.models import Notice, Preference, unreachable
from reconvene.notices.registry import former_kinds, mail_only_kinds, pressing_kinds
from reconvene.notices.rules import CYCLE, MAIL, first_free_day, is_late, next_window
from reconvene.people.models import Organisation, Person

LEASE = timedelta(minutes=5)


@dataclass(frozen=True)
class Claim:
    """A notice that is this worker's to send, by `channel`. `number` says the how-many-eth counted message it is; 0 for the others."""

    notice: Notice
    number: int
    channel: str
    preference: Preference


@dataclass(frozen=True)
class Verdict:
    """What is to be done with a due notice: drop it, hold it, or else send it."""

    drop: str = ""
    hold: datetime | None = None


@dataclass
class Mails:
    """The days, on a person's own clock, of the mails they had in the last four weeks or are having from another worker."""

    counted: list[date] = field(default_factory=list)
    put_off: list[date] = field(default_factory=list)
    """Of all that are not pressing; the days that are taken when catching up."""


def claim(organisation: Organisation, *, now: datetime, most: int) -> tuple[list[Claim], int]:
    """Take up to `most` of an organisation's due notices, the counted ones last, and say how many were looked at.

    The caller holds a transaction. What may not go now is dropped or held in it.
    """
    due = _locked(organisation, now=now, most=most)
    if not due:
        return [], 0
    preferences = {one.person_id: one for one in Preference.objects.filter(person__in={notice.person_id for notice in due})}
    lost = unreachable({notice.person_id for notice in due})
    had = _mails(due, now=now)
    claims: list[Claim] = []
    dropped: dict[str, list[uuid.UUID]] = defaultdict(list)
    held: list[Notice] = []
    for notice in due:
        preference = preferences.get(notice.person_id) or Preference(person=notice.person)
        channel = _channel(notice, preference)
        is_lost = channel == MAIL and notice.person_id in lost
        verdict = _judge(notice, preference=preference, is_lost=is_lost, had=had[notice.person_id], now=now)
        if verdict.drop:
            dropped[verdict.drop].append(notice.id)
        elif verdict.hold:
            notice.held_until = verdict.hold
            held.append(notice)
        else:
            number = len(had[notice.person_id].counted) + 1 if notice.is_counted else 0
            claims.append(Claim(notice, number, channel, preference))
            _note(had[notice.person_id], notice, _today(notice.person, now))
    _write_down(claims, held, dropped, now=now)
    return claims, len(due)


def _locked(organisation: Organisation, *, now: datetime, most: int) -> list[Notice]:
    """Due notices under lock with their people, those that do not count first."""
    due = Notice.objects.due(now).select_related("person")
    free = due.select_for_update(of=("self", "person"), no_key=True, skip_locked=True)
    found = list(free.filter(is_counted=False)[:most])
    if len(found) < most:
        found += free.filter(is_counted=True)[: most - len(found)]
    for notice in found:
        notice.person.organisation = organisation
    return found


def _channel(notice: Notice, preference: Preference) -> str:
    """How it goes: by mail once another channel has failed it, or when its kind must; else as the person chose."""
    return notice.channel or (MAIL if notice.kind in mail_only_kinds() else preference.channel)


def _judge(notice: Notice, *, preference: Preference, is_lost: bool, had: Mails, now: datetime) -> Verdict:
    reason = _why_worthless(notice, preference=preference, is_lost=is_lost, now=now)
    if reason:
        return Verdict(drop=reason)
    late = is_late(notice.due_at, now=now) and notice.kind not in pressing_kinds()
    if not (late or notice.is_counted):
        return Verdict()
    start = _starts(notice, hour=preference.hour, had=had, is_late=late, now=now)
    if start is None or start > notice.not_after:
        return Verdict(drop="over_cap")
    return Verdict(hold=start) if start > now else Verdict()


def _why_worthless(notice: Notice, *, preference: Preference, is_lost: bool, now: datetime) -> str:
    """Why a notice is never sent; "" when it may be."""
    if now > notice.not_after:
        return "too_late"
    if notice.person.left_at is not None:
        return "left"
    is_to_former = notice.kind in former_kinds()
    if not notice.person.email and not is_to_former:
        return "no_address"
    if is_lost and not is_to_former:
        return "unreachable"
    return "muted" if notice.is_counted and preference.muted_at is not None else ""


def _starts(notice: Notice, *, hour: int, had: Mails, is_late: bool, now: datetime) -> datetime | None:
    """From when on the person's hours, the caps and, when catching up, their other mails let a notice go; None when the caps never do."""
    zone, today = notice.person.time_zone, _today(notice.person, now)
    taken = had.put_off if is_late else []
    if not notice.is_counted:
        return now if today not in taken else next_window(_midnight(today + timedelta(days=1), zone), zone=zone, hour=hour)
    window = next_window(now, zone=zone, hour=hour)
    day = first_free_day(had.counted, today=window.date(), taken=taken)
    if day is None or day == window.date():
        return window if day else None
    return next_window(_midnight(day, zone), zone=zone, hour=hour)


def _mails(due: Sequence[Notice], *, now: datetime) -> dict[uuid.UUID, Mails]:
    """What the people of these notices had lately. One query."""
    lately = Q(sent_at__gt=now - timedelta(days=CYCLE + 1)) | Q(sent_at=None, dropped_at=None, leased_until__gte=Now())
    people = {notice.person_id: notice.person for notice in due}
    had: dict[uuid.UUID, Mails] = defaultdict(Mails)
    for notice in Notice.objects.filter(lately, person__in=people).only("person_id", "kind", "is_counted", "sent_at"):
        _note(had[notice.person_id], notice, _today(people[notice.person_id], notice.sent_at or now))
    return had


def _note(mails: Mails, notice: Notice, day: date) -> None:
    if notice.is_counted:
        mails.counted.append(day)
    if notice.kind not in pressing_kinds():
        mails.put_off.append(day)


def _write_down(claims: Sequence[Claim], held: Sequence[Notice], dropped: dict[str, list[uuid.UUID]], *, now: datetime) -> None:
    if claims:
        Notice.objects.filter(id__in=[one.notice.id for one in claims]).lease(length=LEASE)
        for one in claims:
            one.notice.attempts += 1
    if held:
        Notice.objects.bulk_update(held, ["held_until"])
    for reason, ids in dropped.items():
        Notice.objects.filter(id__in=ids).drop(because=reason, now=now)


def _today(person: Person, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(person.time_zone)).date()


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
