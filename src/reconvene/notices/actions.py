"""Writing notices into the outbox, taking them back, each person's wishes about messages, and the stop switch."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from reconvene.base.jobs import ask_for
from reconvene.notices.channels import way_of
from reconvene.notices.models import Bounce, Browser, ChatAccess, Notice, Preference, Stop, current_stop
from reconvene.notices.rules import HOURS, MAIL, PUSH
from reconvene.people.models import AddressChange, Person

SEND = "reconvene.notices.jobs.send"
CHANNEL_CHOSEN = "channel_chosen"
ADDRESS_CHANGED = "address_changed"
ADDRESS_GOOD_FOR = timedelta(days=90)
CHOSEN_GOOD_FOR = timedelta(hours=4)
MOST_BROWSERS = 5  # of one person; each may keep a worker waiting for ten seconds


class BadHour(Exception):
    """Messages cannot be asked for at this hour."""


@transaction.atomic
def put(
    person: Person, *, kind: str, subject_id: uuid.UUID, due_at: datetime, not_after: datetime, is_counted: bool = False
) -> Notice | None:
    """Write a notice into the outbox; it is sent from `due_at` on and dropped after `not_after`. Tells `person`, later.

    Returns None when the same notice (person, kind, subject, due time) was put before.
    """
    facts = {"not_after": not_after, "is_counted": is_counted}
    return _put(person, kind=kind, subject_id=subject_id, due_at=due_at, facts=facts)


@transaction.atomic
def put_again(
    person: Person, *, kind: str, subject_id: uuid.UUID, due_at: datetime, not_after: datetime, is_counted: bool = False
) -> Notice | None:
    """Like `put`, but the same notice, when it was dropped and never sent, waits again: its cause went away and came back. Tells `person`, later."""
    notice = put(person, kind=kind, subject_id=subject_id, due_at=due_at, not_after=not_after, is_counted=is_counted)
    if notice is None:
        same = Notice.objects.filter(person=person, kind=kind, subject_id=subject_id, due_at=due_at)
        notice = same.select_for_update().filter(sent_at=None).exclude(dropped_at=None).first()
        if notice is not None:
            notice.wait_again(not_after=not_after)
    return notice


@transaction.atomic
def put_newest(
    person: Person,
    *,
    collapse: str,
    kind: str,
    subject_id: uuid.UUID,
    due_at: datetime,
    not_after: datetime,
    now: datetime,
    is_counted: bool = False,
) -> Notice | None:
    """Like `put`, in place of what still waits for `person` about the same row under the same `collapse` word. Tells `person`, later.

    The caller holds that row's lock.
    """
    older = Notice.objects.filter(person=person, subject_id=subject_id, collapse_key=collapse)
    older.exclude(kind=kind, due_at=due_at).drop(because="replaced", now=now)
    facts = {"not_after": not_after, "is_counted": is_counted, "collapse_key": collapse}
    return _put(person, kind=kind, subject_id=subject_id, due_at=due_at, facts=facts)


def _put(person: Person, *, kind: str, subject_id: uuid.UUID, due_at: datetime, facts: dict[str, object]) -> Notice | None:
    notice, is_new = Notice.objects.get_or_create(person=person, kind=kind, subject_id=subject_id, due_at=due_at, defaults=facts)
    return notice if is_new else None


def send_soon() -> None:
    """Ask a worker to send what has become due, once the transaction commits, instead of at the next tick. Tells no one by itself."""
    ask_for(SEND)


@transaction.atomic
def drop_about(
    subject_id: uuid.UUID, *, now: datetime, kinds: Collection[str] = (), person: Person | None = None, because: str = "over"
) -> int:
    """Drop everything that still waits about a row: all kinds or some, for everyone or one person. Tells no one. Returns how many."""
    waiting = Notice.objects.waiting().filter(subject_id=subject_id)
    if kinds:
        waiting = waiting.filter(kind__in=kinds)
    if person is not None:
        waiting = waiting.filter(person=person)
    return waiting.drop(because=because, now=now)


@transaction.atomic
def drop_for_leavers(*, since: datetime, now: datetime) -> int:
    """Drop everything that waits for people who left since then, and what is about them themselves. Tells no one. Returns how many."""
    gone = Person.objects.filter(left_at__gte=since).values("id")
    waiting = Notice.objects.waiting()
    return waiting.filter(person__in=gone).drop(because="left", now=now) + waiting.filter(subject_id__in=gone).drop(because="left", now=now)


@transaction.atomic
def mute(person: Person, *, now: datetime) -> Preference:
    """Send the person no counted messages from now on. Tells no one. Muting twice keeps the first time."""
    preference, _ = Preference.objects.get_or_create(person=person)
    preference.mute(now=now)
    return preference


@transaction.atomic
def unmute(person: Person) -> Preference:
    """Send messages again, from the next one that becomes due. Tells no one."""
    preference, _ = Preference.objects.get_or_create(person=person)
    preference.unmute()
    return preference


@transaction.atomic
def set_wishes(person: Person, *, hour: int, wants_plan_by_mail: bool) -> Preference:
    """Set the hour at which the person likes messages, and whether their own plan may come by mail. Tells no one.

    Raises BadHour outside of 7 to 14 o'clock.
    """
    if hour not in HOURS:
        raise BadHour(hour)
    preference, _ = Preference.objects.get_or_create(person=person)
    preference.set_wishes(hour=hour, wants_plan_by_mail=wants_plan_by_mail)
    return preference


class NotOffered(Exception):
    """Nobody can be written to in this way here."""


@transaction.atomic
def choose_channel(person: Person, *, channel: str, now: datetime, phone: str = "") -> Preference:
    """Write to the person by this channel from now on. Tells `person` there, at once, so that they see it work; by mail nothing is said.

    Raises NotOffered for a channel that the organisation has not set up.
    """
    way = way_of(channel)
    if way is None or not way.is_offered():
        raise NotOffered(channel)
    preference, _ = Preference.objects.get_or_create(person=person)
    preference.choose(channel, phone=phone)
    if channel != MAIL:
        put(person, kind=CHANNEL_CHOSEN, subject_id=person.id, due_at=now, not_after=now + CHOSEN_GOOD_FOR)
        send_soon()
    return preference


@transaction.atomic
def let_in(person: Person, *, name: str, address: str, key: str, secret: str, now: datetime) -> Browser:
    """Let messages show in this browser, which is the person's alone from now on, and write to the person there. Tells `person` there.

    The oldest goes when there are more than MOST_BROWSERS.
    """
    facts = {"person": person, "name": name, "address": address, "key": key, "secret": secret, "added_at": now}
    browser, _ = Browser.objects.update_or_create(mark=Browser.mark_of(address), defaults=facts)
    kept = Browser.objects.visible_to(person).order_by("-added_at", "-id").values_list("id", flat=True)[:MOST_BROWSERS]
    Browser.objects.visible_to(person).exclude(id__in=list(kept)).delete()
    choose_channel(person, channel=PUSH, now=now)
    return browser


@transaction.atomic
def let_out(browser: Browser) -> None:
    """Show nothing more in this browser; by mail again when it was the last. Tells no one."""
    person = browser.person
    browser.delete()
    if not Browser.objects.visible_to(person).exists():
        for preference in Preference.objects.filter(person=person, channel=PUSH):
            preference.choose(MAIL)


@transaction.atomic
def give_access(kind: str, *, secret: str, by: Person, now: datetime) -> ChatAccess:
    """Open the company's chat for our messages, in place of what opened it before. Tells no one."""
    facts = {"secret": secret, "given_at": now, "given_by": by, "refused_at": None, "refused_because": ""}
    return ChatAccess.objects.update_or_create(kind=kind, organisation_id=by.organisation_id, defaults=facts)[0]


@transaction.atomic
def take_access(kind: str) -> None:
    """Close the company's chat to us and forget what opened it. Whoever was written to there gets mail. Tells no one."""
    ChatAccess.objects.filter(kind=kind).delete()


@transaction.atomic
def stop(*, reason: str, by: Person | None, now: datetime) -> Stop:
    """Let no message leave the organisation until `let_go`. Tells no one. Stopping what is stopped keeps the first reason."""
    try:
        with transaction.atomic():
            return Stop.objects.create(reason=reason, stopped_by=by, stopped_at=now)
    except IntegrityError:
        stopped = current_stop()
        assert stopped is not None
        return stopped


@transaction.atomic
def let_go(*, by: Person | None, now: datetime) -> Stop | None:
    """Let messages leave again, from the next tick on. Tells no one by itself.

    What is worth nothing any more is dropped when its turn comes, and nobody gets more than one late mail a day. None when nothing was stopped.
    """
    stopped = current_stop()
    if stopped is not None:
        stopped.end(by=by, now=now)
    return stopped


@transaction.atomic
def mend_address(person: Person, *, now: datetime) -> int:
    """The person says that their address takes mail again. Tells no one. Returns how many returned messages are forgotten."""
    return Bounce.objects.filter(person=person, mended_at=None).update(mended_at=now)


@transaction.atomic
def tell_former_addresses(*, now: datetime) -> int:
    """Tell the address that it was of each change of an address, and take the person's devices out. Returns how many are told.

    What was told long ago is forgotten: nobody keeps an address that is nobody's any more.
    """
    AddressChange.objects.filter(changed_at__lt=now - ADDRESS_GOOD_FOR).delete()
    changes = list(AddressChange.objects.untold().select_for_update(skip_locked=True))
    facts = {"kind": ADDRESS_CHANGED, "due_at": now, "not_after": now + ADDRESS_GOOD_FOR}
    Notice.objects.bulk_create((Notice(person_id=one.person_id, subject_id=one.id, **facts) for one in changes), batch_size=1000)
    people = {one.person_id for one in changes}
    Browser.objects.filter(person__in=people).delete()
    for preference in Preference.objects.filter(person__in=people, channel=PUSH):
        preference.lose(because="address", now=now)
    AddressChange.objects.filter(id__in=[one.id for one in changes]).update(told_at=now)
    return len(changes)
