"""What members write, score and choose in a room. Who sees what of it, and when, rooms.queries decides."""

import uuid
from datetime import datetime
from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from reconvene.base.fields import MemberText
from reconvene.base.models import Owned
from reconvene.groups.rules import WISHES
from reconvene.people.models import Person
from reconvene.playbook.models import Strategy
from reconvene.rooms.models.room import InRoomQuerySet, Room
from reconvene.rooms.rules import Basis, CardKind, Evidence, MarkKind, Verdict, Whose


class Written(Owned):
    """Something one member wrote in a room. The id made on the device makes sending it twice the same as once."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="+")
    author = models.ForeignKey(Person, models.CASCADE, related_name="+")
    client_id = models.UUIDField()
    written_at = models.DateTimeField()

    objects = InRoomQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["room", "author", "client_id"], name="%(class)s_sent_once")]


class Shown(Written):
    """What the group sees without a name, until its author takes it back or two that say the same become one."""

    taken_back_at = models.DateTimeField(null=True)
    from_table_at = models.DateTimeField(null=True, help_text="Typed in by its author for whoever said it, who has not said so yet")
    merged_into_id: uuid.UUID | None  # the two stand in each model, because they point to their own kind
    same_as_id: uuid.UUID | None

    class Meta(Written.Meta):
        abstract = True
        ordering = ["id"]

    @property
    def is_on_the_table(self) -> bool:
        """Neither taken back nor part of another."""
        return self.taken_back_at is None and self.merged_into_id is None

    def take_back(self, *, now: datetime) -> None:
        """Off the table, for everybody. Saves; tells no one."""
        self.taken_back_at = now
        self.save(update_fields=["taken_back_at"])

    def leave_open_whose(self, *, now: datetime) -> None:
        """Its author typed it in for somebody else at the table. Saves; tells no one."""
        self.from_table_at = now
        self.save(update_fields=["from_table_at"])

    def belong_to(self, person: Person) -> None:
        """Whoever said it is its author from now on. Saves; tells no one."""
        self.author, self.from_table_at = person, None
        self.save(update_fields=["author", "from_table_at"])

    def ask_to_merge(self, other: Self) -> None:
        """Its author says that it says the same as `other`. Saves; tells no one."""
        self.same_as_id = other.id
        self.save(update_fields=["same_as_id"])

    def merge_into(self, other: Self | None) -> None:
        """Two that say the same are one, or, with None, it stands by itself and asks nobody. Saves; tells no one."""
        self.merged_into_id, self.same_as_id = other.id if other else None, None
        self.save(update_fields=["merged_into_id", "same_as_id"])


class Card(Written):
    """A note from a listener to the speaker. The speaker alone sees it, after the round, without a name."""

    receiver = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.name) for kind in CardKind])
    text = MemberText()

    class Meta(Written.Meta):
        ordering = ["written_at"]


class Cause(Written):
    """One cause behind the challenge, and whose it is to change. Shown together, without names."""

    text = MemberText()
    whose = models.CharField(max_length=6, choices=[(whose.value, whose.name) for whose in Whose])

    class Meta(Written.Meta):
        ordering = ["id"]


class Mark(Owned):
    """What a strategy card is to one member. Private; counts are shown after the step."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    card_key = models.CharField(max_length=60, help_text="A guide's card, or the id of a strategy in the playbook")
    mark = models.CharField(max_length=5, choices=[(mark.value, mark.name) for mark in MarkKind])

    objects = InRoomQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "person", "card_key"], name="one_mark_per_card")]


class ReaderMarkQuerySet(models.QuerySet["ReaderMark"]):
    """Words for choosing marks that only their author sees."""

    def visible_to(self, person: Person) -> Self:
        """One's own only."""
        return self.filter(person=person)


class ReaderMark(Owned):
    """What a strategy is to somebody who reads its guide. Private; a session on the topic begins with it."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    card_key = models.CharField(max_length=60)
    mark = models.CharField(max_length=5, choices=[(mark.value, mark.name) for mark in MarkKind])

    objects = ReaderMarkQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "card_key"], name="one_mark_per_reader_and_card")]


class Idea(Shown):
    """Something the group could do. Shown without a name; ordered by id, which is random, so that nobody is known by position."""

    text = MemberText()
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, related_name="twins")
    same_as = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="+", help_text="Its author asks that one's author to merge"
    )
    put_forward_at = models.DateTimeField(null=True, help_text="Chosen by its author to be scored")

    @property
    def sentence(self) -> str:
        """The idea as one line of text, for choosing from a list."""
        return str(self.text)

    def put_forward(self, *, now: datetime | None) -> None:
        """Let the group score it, or, with None, no longer. Saves; tells no one."""
        self.put_forward_at = now
        self.save(update_fields=["put_forward_at"])


class Addition(Written):
    """What a neighbour added to an idea. Shown with the idea, without a name."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="additions")
    text = MemberText()

    class Meta(Written.Meta):
        ordering = ["id"]


class Lesson(Shown):
    """When ..., doing ... led to ..., because ...: what one member learned in the four weeks, then the group's to word together."""

    when = MemberText()
    doing = MemberText()
    led_to = MemberText()
    because = MemberText()
    watch_out = MemberText()
    works_when = MemberText()
    not_when = MemberText()
    version = models.PositiveIntegerField(default=1, help_text="Rises with every change of the wording")
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, related_name="twins")
    same_as = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="+", help_text="Its author asks that one's author to merge"
    )
    settled_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True, help_text="The group let go of it")
    disagreed_at = models.DateTimeField(null=True, help_text="The group does not see it alike, and recorded that as a result")
    published_at = models.DateTimeField(null=True)
    counted_at = models.DateTimeField(null=True, help_text="It was added to the evidence of a strategy; nothing here says of which")
    builds_on = models.ForeignKey(
        Strategy,
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="The strategy that it improves or confirms; until the cycle closes",
    )
    basis = models.CharField(max_length=8, blank=True, choices=[(basis.value, basis.name) for basis in Basis])

    class Meta(Shown.Meta):
        constraints = [
            *Shown.Meta.constraints,
            models.CheckConstraint(
                condition=Q(settled_at=None, dropped_at=None)
                | Q(settled_at=None, disagreed_at=None)
                | Q(dropped_at=None, disagreed_at=None),
                name="one_verdict_per_lesson",
            ),
            models.CheckConstraint(
                condition=Q(builds_on=None) | Q(published_at=None, counted_at=None), name="nothing_leads_from_a_strategy_to_its_group"
            ),
        ]

    @property
    def sentence(self) -> str:
        """The lesson as one line of text, for choosing from a list."""
        return f"{self.when.rstrip(' ,.:;')}: {self.doing}" if self.when else self.doing

    @property
    def verdict(self) -> Verdict:
        """What the group decided."""
        if self.settled_at is not None:
            return Verdict.KEEP
        if self.dropped_at is not None:
            return Verdict.DROP
        return Verdict.DISAGREE if self.disagreed_at is not None else Verdict.OPEN

    def settle(self, *, now: datetime | None) -> None:
        """The group stands by it, or, with None, leaves it open. Saves; tells no one."""
        self.decide(Verdict.KEEP if now else Verdict.OPEN, now=now)

    def decide(self, verdict: Verdict, *, now: datetime | None) -> None:
        """Keep, drop, disagree, or leave open; one verdict takes the place of another. Saves; tells no one."""
        self.settled_at = now if verdict is Verdict.KEEP else None
        self.dropped_at = now if verdict is Verdict.DROP else None
        self.disagreed_at = now if verdict is Verdict.DISAGREE else None
        self.save(update_fields=["settled_at", "dropped_at", "disagreed_at"])

    def build_on(self, strategy: Strategy | None, *, basis: Basis | None) -> None:
        """It improves or confirms a strategy, or, with None, stands by itself; consent given before no longer counts. Saves; tells no one."""
        self.builds_on, self.basis = strategy, basis.value if basis else ""
        self.version += 1
        self.save(update_fields=["builds_on", "basis", "version"])

    def count(self, *, now: datetime) -> None:
        """It was added to the evidence of a strategy. Saves; tells no one; nothing here says to which."""
        self.counted_at, self.builds_on, self.basis = now, None, ""
        self.save(update_fields=["counted_at", "builds_on", "basis"])

    def reword(self, **texts: str) -> None:
        """Change the wording; consent given to the old wording no longer counts. Saves; tells no one."""
        for name, text in texts.items():
            setattr(self, name, text)
        self.version += 1
        self.save(update_fields=[*texts, "version"])

    def publish(self, *, now: datetime) -> None:
        """It went into the playbook. Saves; tells no one; nothing here says which strategy it became, or which it took the place of."""
        self.published_at, self.builds_on, self.basis = now, None, ""
        self.save(update_fields=["published_at", "builds_on", "basis"])


class Score(Owned):
    """One member's private score of one idea (help and do) or one lesson (help and what it rests on), 0 to 5."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    idea = models.ForeignKey(Idea, models.CASCADE, null=True, related_name="scores")
    lesson = models.ForeignKey(Lesson, models.CASCADE, null=True, related_name="scores")
    help = models.PositiveSmallIntegerField(null=True, validators=[MaxValueValidator(5)])
    do = models.PositiveSmallIntegerField(null=True, validators=[MaxValueValidator(5)])
    evidence = models.CharField(max_length=8, blank=True, choices=[(kind.value, kind.name) for kind in Evidence])

    objects = InRoomQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "idea"], name="one_score_per_idea"),
            models.UniqueConstraint(fields=["person", "lesson"], name="one_score_per_lesson"),
            models.CheckConstraint(condition=Q(help__lte=5) | Q(help=None), name="help_up_to_five"),
            models.CheckConstraint(condition=Q(do__lte=5) | Q(do=None), name="do_up_to_five"),
            models.CheckConstraint(condition=Q(idea=None) ^ Q(lesson=None), name="scores_one_thing"),
        ]


class Consent(Owned):
    """One author's answer to publishing one wording. Kept only until the session, or the cycle of one on paper, closes, so that nobody is
    known to have said no.
    """

    room = models.ForeignKey(Room, models.CASCADE, related_name="+")
    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="consents")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    agrees = models.BooleanField()

    objects = InRoomQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lesson", "person"], name="one_answer_per_lesson")]


class Vote(Owned):
    """What one member wants the group to do next. The group sees totals."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=12, choices=[(outcome.value, outcome.name) for outcome in WISHES])

    objects = InRoomQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "person"], name="one_vote_per_member")]


class Secret(Owned):
    """An author's key to a published strategy, on the closing page until its owner says that they have kept it, then deleted."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    lesson = models.ForeignKey(
        Lesson,
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="So that its owner knows what the key is for; gone with whoever wrote it",
    )
    text = models.CharField(max_length=200)

    objects = InRoomQuerySet.as_manager()
