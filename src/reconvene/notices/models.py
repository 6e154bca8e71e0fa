"""The outbox: every message the program sends, as a row with a due time and a unique key. Written in the transaction of its cause."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from reconvene.base.models import Owned
from reconvene.people.models import Person


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Words for choosing notices."""

    def waiting(self) -> Self:
        """Neither sent nor dropped."""
        return self.filter(sent_at=None, dropped_at=None)

    def due(self, now: datetime) -> Self:
        """Waiting, its time has come, nothing holds it back, and no worker has it."""
        free = Q(leased_until=None) | Q(leased_until__lt=now)
        held = Q(held_until=None) | Q(held_until__lte=now)
        return self.waiting().filter(free, held, due_at__lte=now).order_by("due_at", "id")

    def counted(self) -> Self:
        """The kinds that count towards the cap of two in seven days."""
        return self.filter(is_counted=True)


class Notice(Owned):
    """One message to one person about one thing. The words are made when it is sent; the row holds none of anybody's."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField(help_text="The row it is about; the kind says of which model")
    due_at = models.DateTimeField()
    not_after = models.DateTimeField(help_text="Worth nothing later than this; dropped then")
    is_counted = models.BooleanField(default=False, help_text="Counts towards the caps of the practice weeks")
    leased_until = models.DateTimeField(null=True)
    held_until = models.DateTimeField(
        null=True, help_text="Not before: outside the person's hours, over the cap, or the mail server was away"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_because = models.CharField(max_length=30, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "subject_id", "due_at"], name="one_notice_per_cause")]
        indexes = [models.Index(fields=["due_at"], condition=Q(sent_at=None, dropped_at=None), name="notices_waiting")]

    @property
    def message_id(self) -> str:
        """The mail's Message-ID: the same at every attempt, so that a receiver can see a repetition."""
        return f"<{self.id.hex}@reconvene>"

    def lease(self, *, now: datetime, length: timedelta) -> bool:
        """Take the notice for this worker; False when another was faster."""
        free = Q(leased_until=None) | Q(leased_until__lt=now)
        mine = Notice.objects.waiting().filter(free, id=self.id)
        self.leased_until, self.attempts = now + length, self.attempts + 1
        return bool(mine.update(leased_until=self.leased_until, attempts=models.F("attempts") + 1))

    def mark_sent(self, *, now: datetime) -> None:
        """The mail server has it."""
        self.sent_at, self.leased_until = now, None
        self.save(update_fields=["sent_at", "leased_until"])

    def hold(self, *, until: datetime) -> None:
        """Try it later."""
        self.held_until, self.leased_until = until, None
        self.save(update_fields=["held_until", "leased_until"])

    def drop(self, *, because: str, now: datetime) -> None:
        """Never send it: past its time, muted, over the cap, person gone, refused."""
        self.dropped_at, self.dropped_because, self.leased_until = now, because, None
        self.save(update_fields=["dropped_at", "dropped_because", "leased_until"])


class Preference(Owned):
    """How a person wants messages: muted or not, and the hour of the day at which they like them. Nobody else is told."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="preference")
    muted_at = models.DateTimeField(null=True)
    hour = models.PositiveSmallIntegerField(default=9)
    wants_plan_by_mail = models.BooleanField(default=False)

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


def preference_of(person: Person) -> Preference:
    """The person's wishes about messages, or the usual ones, not saved."""
    return Preference.objects.filter(person=person).first() or Preference(person=person)
