"""Topics as rows, so that challenges and groups can point at them. Their texts are files under `guides/`."""

from typing import Self

from django.db import models
from django.db.models import Q

from reconvene.people.models import Organisation, Person

LAST = 32_000
"""The place of topics that are not, or no longer, in the library: after all others."""


class TopicQuerySet(models.QuerySet["Topic"]):
    """Words for choosing topics."""

    def visible_to(self, person: Person) -> Self:
        """The built-in topics and the organisation's own."""
        return self.filter(Q(organisation=None) | Q(organisation_id=person.organisation_id))


class Topic(models.Model):
    """A kind of management challenge. Built in and readable by all when it has no organisation."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="+")
    code = models.CharField(max_length=8)
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=160)
    category = models.CharField(max_length=80)
    levels = models.CharField(max_length=3, default="FMS", help_text="First-line, middle, senior")
    place = models.PositiveSmallIntegerField(default=LAST, help_text="In the library, category by category")

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["place", "code"]
        constraints = [models.UniqueConstraint(fields=["organisation", "slug"], nulls_distinct=False, name="one_topic_per_slug")]

    def __str__(self) -> str:
        return self.title
