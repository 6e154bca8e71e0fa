"""The shape that rows of the field share, and what an installation has one of: the demo's clock, the mark of its secret key."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models

from reconvene.base import tenancy


class OrganisationKey(models.ForeignKey):
    """The key to an organisation: that of the current request or job, unless said otherwise. Never empty in the database."""

    def get_default(self) -> uuid.UUID:
        return tenancy.default()


class Owned(models.Model):
    """A row that belongs to one organisation: that of the current request or job, unless said otherwise."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = OrganisationKey("people.Organisation", models.CASCADE, related_name="+", editable=False)

    class Meta:
        abstract = True


@dataclass(frozen=True)
class Pace:
    """A clock that showed `shown` at the real moment `real` and has run `rate` times as fast since."""

    real: datetime
    shown: datetime
    rate: int

    def at(self, moment: datetime) -> datetime:
        """What the clock shows at the real `moment`."""
        return self.shown + (moment - self.real) * self.rate


class DemoClock(models.Model):
    """The demo's time: at `real` it showed `shown`, and since then it runs `rate` times as fast. One row, no organisation."""

    real = models.DateTimeField()
    shown = models.DateTimeField()
    rate = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_demo_clock")]

    @property
    def pace(self) -> Pace:
        """How it runs."""
        return Pace(self.real, self.shown, self.rate)

    def at(self, moment: datetime) -> datetime:
        """What it shows at the real `moment`."""
        return self.pace.at(moment)

    def move(self, *, by: timedelta, moment: datetime) -> None:
        """Put the clock forward by `by`. It never goes back."""
        self.shown, self.real = self.at(moment) + max(by, timedelta()), moment
        self.save(update_fields=["shown", "real"])

    def run(self, *, rate: int, moment: datetime) -> None:
        """Let time run `rate` times as fast from now on; 1 to 60."""
        self.shown, self.real, self.rate = self.at(moment), moment, min(60, max(1, rate))
        self.save(update_fields=["shown", "real", "rate"])


class KeptKey(models.Model):
    """A mark of the secret key that the database was made with; see secret_key. One row, no organisation."""

    mark = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_kept_key")]
