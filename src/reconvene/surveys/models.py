"""Answers to the short questionnaires, under a pseudonym from the first moment. Protected: see `measures`."""

import hashlib
import hmac
import uuid

from django.conf import settings
from django.db import models

from reconvene.base.models import Owned
from reconvene.groups.models import Programme
from reconvene.surveys.rules import Moment


class Response(Owned):
    """One person's answers at one moment of one cycle. No foreign key leads to the person or the group."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+")
    moment = models.CharField(max_length=2, choices=[(moment.value, moment.name) for moment in Moment])
    pseudonym = models.CharField(max_length=64, help_text="Of the person in this cycle; keeps answers of one cycle together")
    voice = models.CharField(max_length=64, help_text="Alias of the person over all cycles, so that each counts once in a measurement")
    group_pseudonym = models.CharField(max_length=64, help_text="Only to count groups for the disclosure rule")
    answers = models.JSONField(default=dict)
    week_of = models.DateField(help_text="Monday of the week, so that no session can be recognised by its time")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pseudonym", "moment"], name="answered_once_per_moment")]


def pseudonym_of(*parts: uuid.UUID) -> str:
    """A stable alias of some ids that cannot be turned back without the installation's secret key."""
    text = ":".join(part.hex for part in parts)
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
