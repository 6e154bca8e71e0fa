"""Topics as rows, so that challenges and groups can point at them, and the guides that organisations write themselves.

The texts of built-in topics are files under `guides/`.
"""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from reconvene.base.models import Owned
from reconvene.guides.titles import TitleHere
from reconvene.people.models import Organisation, Person
from reconvene.people.rules import Role

LAST = 32_000
"""The place of topics that are not, or no longer, in the library: after all others."""
LONGEST_TITLE = 160  # characters


class TopicQuerySet(models.QuerySet["Topic"]):
    """Words for choosing topics."""

    def visible_to(self, person: Person) -> Self:
        """The built-in topics and the organisation's own."""
        return self.filter(Q(organisation=None) | Q(organisation_id=person.organisation_id))

    def offered_to(self, person: Person) -> Self:
        """Those of them that somebody may choose now."""
        return self.offered_in(person.organisation_id)

    def offered_in(self, organisation_id: uuid.UUID) -> Self:
        """What may be chosen in an organisation: built in or its own, not hidden there, not retired."""
        hidden = TopicArrangement.objects.filter(organisation_id=organisation_id).hidden().values("topic")
        here = self.filter(Q(organisation=None) | Q(organisation_id=organisation_id), retired_at=None)
        return here.exclude(id__in=hidden)


class Topic(models.Model):
    """A kind of management challenge. Built in and readable by all when it has no organisation."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="+")
    code = models.CharField(max_length=8)
    slug = models.SlugField(max_length=80)
    title = TitleHere(
        max_length=LONGEST_TITLE
    )  # read as the organisation of the work in hand calls it, so a row is saved with update_fields only
    category = models.CharField(max_length=80)
    levels = models.CharField(max_length=3, default="FMS", help_text="First-line, middle, senior")
    place = models.PositiveSmallIntegerField(default=LAST, help_text="In the library, category by category")
    retired_at = models.DateTimeField(null=True, help_text="Of an organisation's own: offered to nobody from then on")

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["place", "code"]
        constraints = [models.UniqueConstraint(fields=["organisation", "slug"], nulls_distinct=False, name="one_topic_per_slug")]

    def __str__(self) -> str:
        return self.title

    def retire(self, *, now: datetime | None) -> None:
        """Offer it to nobody from now on; None: offer it again. Saves; tells no one."""
        self.retired_at = now
        self.save(update_fields=["retired_at"])


class TopicArrangementQuerySet(models.QuerySet["TopicArrangement"]):
    """Words for what organisations made of topics."""

    def hidden(self) -> Self:
        """Topics that are not offered."""
        return self.exclude(hidden_at=None)


class TopicArrangement(Owned):
    """What an organisation makes of a topic: whether it is offered there, which place it has in its category, 1 first, and what it is called there."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+")
    hidden_at = models.DateTimeField(null=True)
    place = models.PositiveSmallIntegerField(null=True)
    title = models.CharField(max_length=LONGEST_TITLE, blank=True, help_text="What a built-in topic is called here; empty: as we call it")
    guide_title = models.CharField(
        max_length=LONGEST_TITLE, blank=True, help_text="Of the organisation's version of the guide, while it stands; goes first"
    )

    objects = TopicArrangementQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "topic"], name="one_arrangement_per_topic")]


class LibraryState(Owned):
    """Tells processes whether the library that they keep for an organisation is still the current one: any change writes another mark."""

    mark = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation"], name="one_library_per_organisation")]


class OwnGuideQuerySet(models.QuerySet["OwnGuide"]):
    """Words for choosing guides of one's own organisation."""

    def visible_to(self, person: Person) -> Self:
        """Those of the organisation for L&D, none for anybody else, who see what is published."""
        here = self.filter(organisation_id=person.organisation_id)
        return here if person.has_role(Role.LEARNING) else here.none()


class OwnGuide(Owned):
    """A guide that L&D writes for its organisation, as it stands on their desk. What members read are its versions.

    `words` are the boxes of its form by name (guides.authoring.boxes); `edition` counts savings, so that nobody writes over words they have not seen.
    One that adapts a built-in guide has its slug and code and, once published, its topic.
    """

    topic = models.ForeignKey(Topic, models.RESTRICT, null=True, related_name="own_guides", help_text="From when it is first published")
    adapts = models.DateField(null=True, help_text="When the built-in guide that it adapts was last reviewed, as it was copied or compared")
    began_with = models.SlugField(max_length=80, blank=True, help_text="The slug of the guide of which it was a copy at first")
    slug = models.SlugField(max_length=80)
    code = models.CharField(max_length=8)
    category = models.CharField(max_length=80, help_text="The name of a category of the library")
    words = models.JSONField()
    edition = models.PositiveIntegerField(default=1)
    keys_given = models.PositiveSmallIntegerField(default=0, help_text="How many strategies ever had a key; none is given twice")
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    handed_in_at = models.DateTimeField(null=True)
    handed_in_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    remark = models.TextField(blank=True, help_text="What the second person asked for when they gave it back")

    objects = OwnGuideQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="one_own_guide_per_slug"),
            models.UniqueConstraint(fields=["organisation", "code"], name="one_own_guide_per_code"),
        ]

    @property
    def title(self) -> str:
        """What it is called on the desk."""
        return str(self.words["title"])

    @property
    def is_adapted(self) -> bool:
        """Whether it is the organisation's version of a built-in guide."""
        return self.adapts is not None

    def is_by(self, person: Person) -> bool:
        """Whether somebody handed it in or wrote in it last, and so is not the second person who reads it."""
        return person.id in (self.handed_in_by_id, self.changed_by_id)

    def hand_in(self, *, by: Person, now: datetime) -> None:
        """Ask for a second person. Saves; tells no one."""
        self.handed_in_at, self.handed_in_by = now, by
        self.returned_at, self.returned_by, self.remark = None, None, ""
        self.save(update_fields=["handed_in_at", "handed_in_by", "returned_at", "returned_by", "remark"])

    def give_back(self, *, remark: str, by: Person, now: datetime) -> None:
        """It is not ready, for this reason. Saves; tells no one."""
        self.handed_in_at, self.handed_in_by = None, None
        self.returned_at, self.returned_by, self.remark = now, by, remark
        self.save(update_fields=["handed_in_at", "handed_in_by", "returned_at", "returned_by", "remark"])


class GuideVersion(Owned):
    """An own guide as it was published, in the Markdown of the library's files. Its text never changes, and cycles that began with it keep it."""

    guide = models.ForeignKey(OwnGuide, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    edition = models.PositiveIntegerField(help_text="What stood on the desk then")
    published_at = models.DateTimeField()
    written_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    reviewed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True, help_text="Of an adapted guide: from then on the built-in one stood again")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["guide", "number"], name="versions_are_numbered"),
            models.CheckConstraint(condition=~Q(written_by=F("reviewed_by")), name="a_second_person_reviews"),
        ]


class GuideVectors(Owned):
    """Where the phrases of a published version lie for an encoder, worked out once, so that no process has to do it while somebody waits.

    `rows` is float16[phrases, d]; `said` a digest of the phrases in their order.
    """

    version = models.ForeignKey(GuideVersion, models.CASCADE, related_name="vectors")
    encoder = models.CharField(max_length=80)
    said = models.CharField(max_length=32)
    rows = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "encoder"], name="one_place_per_version")]
