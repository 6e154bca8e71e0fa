"""The outbox: every message the program sends, as a row with a due time and a unique key. Written in the transaction of its cause.

Beside it each person's wishes about messages, what came back, the stop switch, the counts of each day, and what opens other channels than mail.
"""

import hashlib
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Case, Q, When
from django.db.models.functions import Lower, Now

from reconvene.base import tenancy
from reconvene.base.fields import SecretText
from reconvene.base.models import Owned
from reconvene.notices.rules import MAIL, message_id
from reconvene.people.models import Person

WAITING = Q(sent_at=None, dropped_at=None)
READY_AT = Case(When(held_until=None, then="due_at"), default="held_until")
"""When a notice may go: its due time, or later when something held it back. No COALESCE: under row-level security an index of one is not used."""
SETTLED_AT = Case(When(sent_at=None, then="dropped_at"), default="sent_at")


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Words for choosing notices. Only leases go by the database's clock, so that no worker's clock can end one early."""

    def waiting(self) -> Self:
        """Neither sent nor dropped."""
        return self.filter(WAITING)

    def due(self, now: datetime) -> Self:
        """Waiting in this organisation, its time has come, nothing holds it back, and no worker has it; longest due first."""
        free = Q(leased_until=None) | Q(leased_until__lt=Now())
        ours = self.waiting().filter(organisation_id=tenancy.current())  # said again beside the policy, because its index begins with it
        return ours.alias(ready_at=READY_AT).filter(free, ready_at__lte=now).order_by("ready_at")

    def counted(self) -> Self:
        """The kinds that count towards the cap of two in seven days."""
        return self.filter(is_counted=True)

    def settled(self, *, since: datetime, until: datetime) -> Self:
        """Of this organisation, sent or dropped from `since` on and before `until`."""
        ours = self.exclude(WAITING).filter(organisation_id=tenancy.current())
        return ours.alias(settled_at=SETTLED_AT).filter(settled_at__gte=since, settled_at__lt=until)

    def lease(self, *, length: timedelta) -> int:
        """Take these for one worker; the caller holds their row locks. Returns how many."""
        return self.waiting().update(leased_until=Now() + length, attempts=models.F("attempts") + 1)

    def give_back(self) -> int:
        """Put back what a worker took and did not try. Returns how many."""
        return self.waiting().update(leased_until=None, attempts=models.F("attempts") - 1)

    def drop(self, *, because: str, now: datetime) -> int:
        """Never send these: past their time, muted, over the cap, person gone, replaced. Returns how many."""
        return self.waiting().update(dropped_at=now, dropped_because=because, leased_until=None)


class Notice(Owned):
    """One message to one person about one thing. The words are made when it is sent; the row holds none of anybody's."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField(help_text="The row it is about; the kind says of which model")
    due_at = models.DateTimeField()
    not_after = models.DateTimeField(help_text="Worth nothing later than this; dropped then")
    is_counted = models.BooleanField(default=False, help_text="Counts towards the caps of the practice weeks")
    collapse_key = models.CharField(max_length=40, blank=True, help_text="Of those about one row with the same key, only the newest waits")
    leased_until = models.DateTimeField(null=True)
    held_until = models.DateTimeField(
        null=True, help_text="Not before: outside the person's hours, over the cap, or the mail server was away"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    channel = models.CharField(
        max_length=10, default="", db_default="", blank=True, help_text="How it went, or has to go; empty: as the person wants it by then"
    )
    sent_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_because = models.CharField(max_length=30, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "subject_id", "due_at"], name="one_notice_per_cause"),
            models.UniqueConstraint(
                fields=["person", "subject_id", "collapse_key"], condition=WAITING & ~Q(collapse_key=""), name="one_waiting_notice_per_key"
            ),
        ]
        indexes = [
            models.Index("organisation", "is_counted", READY_AT, condition=WAITING, name="notices_waiting"),
            models.Index("organisation", SETTLED_AT, condition=~WAITING, name="notices_settled"),
        ]

    @property
    def message_id(self) -> str:
        """The mail's Message-ID: the same at every attempt, so that a receiver can see a repetition."""
        return message_id(self.id, self.organisation_id)

    def mark_sent(self, *, channel: str, now: datetime) -> None:
        """The other side of a channel has it, even if it was dropped while it was on its way."""
        self.sent_at, self.dropped_at, self.dropped_because, self.leased_until, self.channel = now, None, "", None, channel
        self.save(update_fields=["sent_at", "dropped_at", "dropped_because", "leased_until", "channel"])

    def go_by_mail(self) -> None:
        """Its channel does not take it: from now on it goes by mail and never back. Any worker may take it."""
        self.channel, self.leased_until = MAIL, None
        self.save(update_fields=["channel", "leased_until"])

    def hold(self, *, until: datetime) -> None:
        """Try it later."""
        self.held_until, self.leased_until = until, None
        self.save(update_fields=["held_until", "leased_until"])

    def wait_again(self, *, not_after: datetime) -> None:
        """It was dropped, and is to be sent after all, as if nobody had tried. Saves; tells no one."""
        self.dropped_at, self.dropped_because, self.held_until, self.attempts, self.not_after = None, "", None, 0, not_after
        self.save(update_fields=["dropped_at", "dropped_because", "held_until", "attempts", "not_after"])

    def drop(self, *, because: str, now: datetime) -> None:
        """Never send it: the server refuses it, or nobody wants it any more."""
        self.dropped_at, self.dropped_because, self.leased_until = now, because, None
        self.save(update_fields=["dropped_at", "dropped_because", "leased_until"])


class Preference(Owned):
    """How a person wants messages: muted or not, by which channel, and at which hour of the day. Nobody else is told.

    `lost_channel` is the one they had chosen and that takes nothing for them any more, `lost_because` a code of LOSSES in `words`.
    """

    person = models.OneToOneField(Person, models.CASCADE, related_name="preference")
    muted_at = models.DateTimeField(null=True)
    hour = models.PositiveSmallIntegerField(default=9)
    wants_plan_by_mail = models.BooleanField(default=False)
    channel = models.CharField(max_length=10, default=MAIL)
    phone = SecretText()
    lost_channel = models.CharField(max_length=10, blank=True, default="")
    lost_because = models.CharField(max_length=20, blank=True, default="")
    lost_at = models.DateTimeField(null=True)
    digest_stopped_at = models.DateTimeField(null=True, help_text="Of L&D: since when they want no mail on Mondays")

    def stop_digest(self, *, now: datetime) -> None:
        """No mail on Mondays from now on. Saves; tells no one."""
        self.digest_stopped_at = self.digest_stopped_at or now
        self.save(update_fields=["digest_stopped_at"])

    def want_digest(self) -> None:
        """The mail on Mondays again. Saves; tells no one."""
        self.digest_stopped_at = None
        self.save(update_fields=["digest_stopped_at"])

    def mute(self, *, now: datetime) -> None:
        """No counted messages from now on. Saves; tells no one."""
        self.muted_at = self.muted_at or now
        self.save(update_fields=["muted_at"])

    def unmute(self) -> None:
        """Messages again. Saves; tells no one."""
        self.muted_at = None
        self.save(update_fields=["muted_at"])

    def set_wishes(self, *, hour: int, wants_plan_by_mail: bool) -> None:
        """The hour for messages, and whether one's own plan may come by mail. Saves; tells no one."""
        self.hour, self.wants_plan_by_mail = hour, wants_plan_by_mail
        self.save(update_fields=["hour", "wants_plan_by_mail"])

    def choose(self, channel: str, *, phone: str = "") -> None:
        """Messages by this channel from now on. Saves; tells no one. A phone number is kept only while messages go there."""
        self.channel, self.phone = channel, phone
        self.lost_channel, self.lost_because, self.lost_at = "", "", None
        self.save(update_fields=["channel", "phone", "lost_channel", "lost_because", "lost_at"])

    def lose(self, *, because: str, now: datetime) -> None:
        """The chosen channel takes nothing for this person any more: messages by mail from now on. Saves; tells no one."""
        self.lost_channel, self.lost_because, self.lost_at = self.channel, because, now
        self.channel, self.phone = MAIL, ""
        self.save(update_fields=["channel", "phone", "lost_channel", "lost_because", "lost_at"])


def preference_of(person: Person) -> Preference:
    """The person's wishes about messages, or the usual ones, not saved."""
    return Preference.objects.filter(person=person).first() or Preference(person=person)


class BounceQuerySet(models.QuerySet["Bounce"]):
    """Words for choosing what came back."""

    def closing(self) -> Self:
        """Those that say the address the person has now takes no mail, unless the person has said since that it does."""
        address = Lower("person__email")
        return self.filter(kind=BounceKind.PERMANENT, mended_at=None).alias(known=address).filter(known=Lower("address"))


class BounceKind(models.TextChoices):
    """What a message that came back says."""

    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    COMPLAINT = "complaint"


class Bounce(Owned):
    """That one message came back, or that its reader complained: to which address, of what kind, and the server's code. No words."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="bounces")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    address = models.EmailField(help_text="Where it was sent; another address of the person is not concerned")
    kind = models.CharField(max_length=10, choices=BounceKind)
    status = models.CharField(max_length=12, blank=True, help_text="Enhanced status code of RFC 3463, like 5.1.1")
    returned_at = models.DateTimeField()
    mended_at = models.DateTimeField(null=True, help_text="When the person said that the address takes mail again")

    objects = BounceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "kind"], name="one_bounce_per_notice_and_kind")]


class Stop(Owned):
    """The stop switch: from when to when no message left the organisation, who pressed it and why. Its rows are the log."""

    reason = models.CharField(max_length=200)
    stopped_at = models.DateTimeField()
    stopped_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", help_text="Empty: the command line, or a clock")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-stopped_at"]
        constraints = [models.UniqueConstraint(fields=["organisation"], condition=Q(ended_at=None), name="one_stop_at_a_time")]

    def end(self, *, by: Person | None, now: datetime) -> None:
        """Let the messages go again. Saves; tells no one."""
        self.ended_at, self.ended_by = now, by
        self.save(update_fields=["ended_at", "ended_by"])


class Tally(Owned):
    """How many notices of one kind were settled in one way on one day of the organisation. Written afresh from the outbox; of nobody."""

    day = models.DateField()
    kind = models.CharField(max_length=40)
    became = models.CharField(max_length=30, help_text="sent, or why it was dropped")
    channel = models.CharField(max_length=10, blank=True, default="", help_text="By which it was sent; empty before there were several")
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "day", "kind", "became", "channel"], name="one_tally_per_day_kind_fate_and_channel"
            )
        ]


class BrowserQuerySet(models.QuerySet["Browser"]):
    """Words for choosing browsers."""

    def visible_to(self, person: Person) -> Self:
        """One's own; nobody else ever sees them."""
        return self.filter(person=person)


class Browser(Owned):
    """A browser or phone on which a person lets messages show: where its push service takes them, and its keys. All of it encrypted.

    `key` is its public key (p256dh), `secret` what it shares with us (auth), both base64url. `mark` is a hash of the address, so that the same browser is known again.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="browsers")
    name = models.CharField(max_length=60)
    address = SecretText()
    key = SecretText()
    secret = SecretText()
    mark = models.CharField(max_length=64)
    added_at = models.DateTimeField()

    objects = BrowserQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "mark"], name="one_row_per_browser")]

    @staticmethod
    def mark_of(address: str) -> str:
        """The hash by which an address is known again."""
        return hashlib.sha256(address.encode()).hexdigest()


class PushKey(models.Model):
    """The key pair with which this installation signs at push services (VAPID). One row, no organisation; made once, the private half encrypted (PEM)."""

    public = models.CharField(max_length=100, help_text="Uncompressed point, base64url: what browsers ask for")
    private = SecretText()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_push_key")]


class ChatAccess(Owned):
    """What opens a company's chat for us: a token or a secret address, encrypted. `refused_because` is what the chat said when it shut us out."""

    kind = models.CharField(max_length=10)
    secret = SecretText()
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    refused_at = models.DateTimeField(null=True)
    refused_because = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "kind"], name="one_access_per_chat")]

    @property
    def opens(self) -> bool:
        """Whether it may be tried: it can be read, and nobody has refused it."""
        return bool(self.secret) and self.refused_at is None

    def refuse(self, *, because: str, now: datetime) -> None:
        """The chat shuts us out: nothing goes there until somebody gives access again. Saves; tells no one."""
        self.refused_at, self.refused_because = now, because
        self.save(update_fields=["refused_at", "refused_because"])


def current_stop() -> Stop | None:
    """The stop that holds the organisation's messages at the moment."""
    return Stop.objects.filter(organisation_id=tenancy.current(), ended_at=None).first()


def unreachable(people: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these people whose address takes no mail. One query."""
    return set(Bounce.objects.closing().filter(person__in=people).values_list("person_id", flat=True))
