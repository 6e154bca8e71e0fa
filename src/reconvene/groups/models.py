"""Groups and their cycles. Who sits with whom is known to the members; L&D sees seats and dates."""

import uuid
from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from reconvene.base.fields import MemberText
from reconvene.base.models import Owned
from reconvene.challenges.models import Challenge
from reconvene.groups.rules import GAP_LONGEST, GAP_SHORTEST, GATHERING, LARGEST, PROMISE_DAYS, SMALLEST, Half, Outcome, ProgrammeKind
from reconvene.guides.models import Topic
from reconvene.people.models import Person
from reconvene.people.rules import Role


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    """Words for choosing programmes."""

    def visible_to(self, person: Person) -> Self:
        """Those of the organisation for L&D, none for anybody else: what members see of one, its invitation shows."""
        here = self.filter(organisation_id=person.organisation_id)
        return here if person.has_role(Role.LEARNING) else here.none()

    def running(self) -> Self:
        """Not ended."""
        return self.filter(ended_at=None)

    def gathering(self) -> Self:
        """Whose sign-up is not over: their people wait for its end."""
        return self.running().filter(kind__in=GATHERING, formed_at=None)


class Programme(Owned):
    """A frame by L&D: who may join, by which rules groups are formed, and when. The open programme never ends."""

    name = models.CharField(max_length=120)
    smallest = models.PositiveSmallIntegerField(default=SMALLEST)
    largest = models.PositiveSmallIntegerField(default=LARGEST)
    level_distance = models.PositiveSmallIntegerField(default=1)
    gap_shortest = models.PositiveSmallIntegerField(default=GAP_SHORTEST, help_text="Days")
    gap_longest = models.PositiveSmallIntegerField(default=GAP_LONGEST, help_text="Days")
    session_minutes = models.PositiveSmallIntegerField(default=90)
    is_on_site = models.BooleanField(default=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    is_open = models.BooleanField(default=False, help_text="The one programme that is always on")
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.name) for kind in ProgrammeKind], default=ProgrammeKind.ROLLING)
    recipe = models.CharField(max_length=40, blank=True, help_text="Slug of the recipe it was started from")
    functions = ArrayField(models.CharField(max_length=160), default=list, blank=True, help_text="Audience; empty: all")
    sites = ArrayField(models.CharField(max_length=160), default=list, blank=True)
    levels = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True, help_text="Ranks")
    emphasis = models.CharField(max_length=12, default="balanced", help_text="A key of rules.EMPHASES")
    promise_days = models.PositiveSmallIntegerField(default=PROMISE_DAYS, help_text="Working days from need to first session")
    is_reviewed = models.BooleanField(default=False, help_text="Each proposal waits until L&D releases it")
    signs_up_until = models.DateField(null=True, blank=True, help_text="The last day of the sign-up")
    formed_at = models.DateTimeField(null=True, help_text="When its sign-up was over and its groups were formed")
    randomised_by = models.CharField(max_length=8, blank=True, help_text="Of a pilot: group or person")
    seed = models.PositiveIntegerField(null=True, help_text="Of the draw, so that it can be done again")
    drawn_at = models.DateTimeField(null=True)
    second_by = models.DateField(null=True, blank=True, help_text="Of a pilot: the day on which the later half begins at the latest")
    second_began_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(smallest__gte=SMALLEST, largest__lte=LARGEST, smallest__lte=models.F("largest")), name="group_size_in_range"
            ),
            models.CheckConstraint(condition=Q(session_minutes__in=[60, 75, 90]), name="session_minutes_known"),
            models.UniqueConstraint(fields=["organisation"], condition=Q(is_open=True), name="one_open_programme"),
            models.CheckConstraint(
                condition=Q(is_open=False) | Q(kind=ProgrammeKind.ROLLING, ended_at=None), name="open_programme_never_ends"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="programme_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(signs_up_until=None) | Q(signs_up_until__gte=models.F("starts_on")), name="sign_up_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=~Q(kind__in=GATHERING) | Q(signs_up_until__isnull=False), name="who_gathers_has_a_last_day"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def gathers(self) -> bool:
        """Whether its groups are formed at the end of a sign-up."""
        return ProgrammeKind(self.kind).gathers

    @property
    def halves_now(self) -> tuple[str, ...]:
        """Of a pilot: whose groups are formed now. Who was in no draw counts as first."""
        begun = ("", Half.FIRST.value)
        return begun if self.kind == ProgrammeKind.PILOT and self.second_began_at is None else (*begun, Half.LATER.value)

    def draw(self, *, seed: int, now: datetime) -> None:
        """Its halves were drawn. Saves; tells no one."""
        self.seed, self.drawn_at = seed, now
        self.save(update_fields=["seed", "drawn_at"])

    def form(self, *, now: datetime) -> None:
        """Its sign-up is over and its groups were formed. Saves; tells no one."""
        self.formed_at = now
        self.save(update_fields=["formed_at"])

    def begin_second_half(self, *, now: datetime) -> None:
        """Those who waited may begin. Saves; tells no one."""
        self.second_began_at = now
        self.save(update_fields=["second_began_at"])

    def end(self, *, now: datetime) -> None:
        """Form no more groups in it; those that are there go on. Saves; tells no one."""
        self.ended_at = now
        self.save(update_fields=["ended_at"])


class GroupQuerySet(models.QuerySet["Group"]):
    """Words for choosing groups."""

    def visible_to(self, person: Person) -> Self:
        """Groups in which the person sits now."""
        return self.filter(memberships__person=person, memberships__ended_at=None)

    def live(self) -> Self:
        """Groups that have not ended."""
        return self.filter(ended_at=None)


class Group(Owned):
    """Three to six managers of similar responsibility with a similar challenge."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="groups")
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+")
    name = models.CharField(max_length=40, help_text="A bird; hints at nothing")
    key_question = MemberText(help_text="How can we ... so that ...?")
    formed_at = models.DateTimeField()
    called_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", help_text="Who called it, when nobody was matched")
    ended_at = models.DateTimeField(null=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], condition=Q(ended_at=None), name="one_live_group_per_name")]

    def __str__(self) -> str:
        return self.name

    def end(self, *, now: datetime) -> None:
        """Close the group for good. Saves; tells no one; memberships are ended by the action that calls this."""
        self.ended_at = now
        self.save(update_fields=["ended_at"])

    def take_up(self, topic: Topic, *, question: str) -> None:
        """Turn to another topic and question. Saves; tells no one."""
        self.topic, self.key_question = topic, question
        self.save(update_fields=["topic", "key_question"])

    def reword(self, question: str) -> None:
        """Set the shared question."""
        self.key_question = question
        self.save(update_fields=["key_question"])


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Words for choosing memberships."""

    def visible_to(self, person: Person) -> Self:
        """Seats of the groups in which the person sits now."""
        return self.filter(group__in=Group.objects.visible_to(person))

    def live(self) -> Self:
        """People who sit in the group now."""
        return self.filter(ended_at=None)


class Membership(Owned):
    """One person's seat in one group, from when to when. Seats are numbered, so the database itself keeps them to six."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", help_text="The group's; here for the database's own rule")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    challenge = models.ForeignKey(Challenge, models.SET_NULL, null=True, related_name="+")
    seat = models.PositiveSmallIntegerField()
    times_hosted = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["seat"]
        constraints = [
            models.CheckConstraint(condition=Q(seat__gte=1, seat__lte=LARGEST), name="six_seats_at_most"),
            models.UniqueConstraint(fields=["group", "seat"], condition=Q(ended_at=None), name="one_person_per_seat"),
            models.UniqueConstraint(fields=["group", "person"], condition=Q(ended_at=None), name="one_seat_per_person"),
            models.UniqueConstraint(fields=["programme", "person"], condition=Q(ended_at=None), name="one_live_group_per_programme"),
            models.UniqueConstraint(fields=["challenge"], condition=Q(ended_at=None), name="one_live_seat_per_challenge"),
        ]

    def host_no_more(self) -> None:
        """One session fewer was hosted than was counted. Saves; tells no one."""
        self.times_hosted -= 1
        self.save(update_fields=["times_hosted"])

    def end(self, *, now: datetime) -> None:
        """Leave the group. Saves; tells no one."""
        self.ended_at = now
        self.save(update_fields=["ended_at"])


class CycleQuerySet(models.QuerySet["Cycle"]):
    """Words for choosing cycles."""

    def visible_to(self, person: Person) -> Self:
        """Cycles of the groups in which the person sits now, but for those that were closed before the person came."""
        seat = "group__memberships"  # one filter: all of it is about one seat
        kept = Q(closed_at=None) | Q(closed_at__gt=models.F(f"{seat}__started_at"))
        return self.filter(kept, **{f"{seat}__person": person, f"{seat}__ended_at": None})

    def kept_for(self, person: Person) -> Self:
        """Cycles of the groups in which the person sits now, while they run, and those that were closed while the person sat there."""
        seat = Membership.objects.filter(group=models.OuterRef("group"), person=person)
        now, then = (
            seat.live(),
            seat.filter(Q(ended_at=None) | Q(ended_at__gte=models.OuterRef("closed_at")), started_at__lt=models.OuterRef("closed_at")),
        )
        return self.filter(Q(models.Exists(now), closed_at=None) | Q(models.Exists(then), closed_at__isnull=False))

    def running(self) -> Self:
        """Not closed yet."""
        return self.filter(closed_at=None)


class Cycle(Owned):
    """One pass: first session, four weeks of practice, reconvene. Nothing in it changes once it is closed."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="cycles")
    number = models.PositiveSmallIntegerField(default=1)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True, choices=[(outcome.value, outcome.name) for outcome in Outcome])

    objects = CycleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "number"], name="cycles_are_numbered"),
            models.UniqueConstraint(fields=["group"], condition=Q(closed_at=None), name="one_running_cycle_per_group"),
        ]

    def take_up(self, topic: Topic) -> None:
        """Turn to another topic. Saves; tells no one."""
        self.topic = topic
        self.save(update_fields=["topic"])

    def close(self, *, outcome: Outcome, now: datetime) -> None:
        """The group has reconvened and decided. Saves; tells no one."""
        self.closed_at, self.outcome = now, outcome
        self.save(update_fields=["closed_at", "outcome"])


class Pact(Owned):
    """One member's agreement to the five lines, once per session."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="pacts")
    session_kind = models.CharField(max_length=10)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    agreed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "session_kind", "person"], name="one_agreement_per_session")]


def live_member_ids(group_id: uuid.UUID) -> list[uuid.UUID]:
    """Who sits in the group now, in seat order."""
    return list(Membership.objects.live().filter(group_id=group_id).values_list("person_id", flat=True))
