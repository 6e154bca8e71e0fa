"""Proposals: seats offered with reasons and two dates, until enough people say yes."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q

from reconvene.base.models import Owned
from reconvene.challenges.models import Challenge
from reconvene.forming.rules import FIRST_ROUND, NAMES_FOR, TO_PREPARE, working_hours_earlier
from reconvene.groups.models import Group, Programme
from reconvene.groups.rules import OfferKind
from reconvene.guides.models import Topic
from reconvene.people.models import Person
from reconvene.people.rules import Role
from reconvene.scheduling.rules import instant, read_local


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Words for choosing proposals."""

    def visible_to(self, person: Person) -> Self:
        """Proposals in which the person has a seat that is still theirs, once they were asked."""
        mine = self.filter(seats__person=person, seats__declined_at=None, seats__lapsed_at=None)
        return mine.filter(Q(held_at=None) | Q(released_at__isnull=False))

    def open(self) -> Self:
        """Neither confirmed nor dissolved."""
        return self.filter(confirmed_at=None, dissolved_at=None)

    def under_review(self) -> Self:
        """Open, and waiting for L&D's release: nobody was asked yet."""
        return self.open().filter(held_at__isnull=False, released_at=None)

    def asked(self) -> Self:
        """Open, and its people were asked."""
        return self.open().filter(Q(held_at=None) | Q(released_at__isnull=False))


class Proposal(Owned):
    """A group that could be: up to six seats, both dates, and why."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+")
    zone = models.CharField(max_length=60)
    first_local = models.CharField(max_length=16, help_text="Wall time in `zone`, 2026-03-03T10:00")
    reconvene_local = models.CharField(max_length=16)
    minutes = models.PositiveSmallIntegerField(default=90)
    place = models.CharField(max_length=160, blank=True)
    reasons = models.JSONField(default=list, help_text="[[code, params], ...] of matching.result.Reason")
    seed = models.BigIntegerField(default=0)
    proposed_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    rounds = models.PositiveSmallIntegerField(default=1, help_text="How often people were asked, the next in line included")
    called_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", help_text="Who chose the people, when nobody was matched"
    )
    held_at = models.DateTimeField(null=True, help_text="Since when it waits for L&D's release; empty: people were asked at once")
    released_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True, help_text="Since when nobody is moved into it or out of it on the workbench")
    given_back_at = models.DateTimeField(
        null=True, help_text="Since when a seat that was given back waits for its next in line, because groups were being formed"
    )
    confirmed_at = models.DateTimeField(null=True)
    dissolved_at = models.DateTimeField(null=True)
    group = models.OneToOneField(Group, models.SET_NULL, null=True, related_name="+")

    objects = ProposalQuerySet.as_manager()

    @property
    def is_open(self) -> bool:
        """Whether answers still count."""
        return self.confirmed_at is None and self.dissolved_at is None

    @property
    def is_under_review(self) -> bool:
        """Whether it waits for L&D's release."""
        return self.is_open and self.held_at is not None and self.released_at is None

    @property
    def dates(self) -> str:
        """Both wall times: what a yes is said to."""
        return f"{self.first_local} {self.reconvene_local}"

    @property
    def first_at(self) -> datetime:
        """The moment of the first session."""
        return instant(read_local(self.first_local), self.zone)

    @property
    def reconvene_at(self) -> datetime:
        """The moment of the reconvene."""
        return instant(read_local(self.reconvene_local), self.zone)

    @property
    def keeps_dates_until(self) -> datetime:
        """Released by then it goes out under its dates: its people have time to answer and to prepare. Later, other dates are found."""
        return working_hours_earlier(self.first_at - TO_PREPARE, FIRST_ROUND, zone=self.zone)

    @property
    def release_by(self) -> datetime:
        """Until when L&D may release it under its dates."""
        return min(self.answer_by, self.keeps_dates_until)

    def move(self, *, first_local: str, reconvene_local: str, reasons: list[list[object]], answer_by: datetime) -> None:
        """Set other dates and until when to answer. Saves; tells no one."""
        self.first_local, self.reconvene_local, self.reasons, self.answer_by = first_local, reconvene_local, reasons, answer_by
        self.save(update_fields=["first_local", "reconvene_local", "reasons", "answer_by"])

    def reseat(self, *, zone: str, first_local: str, reconvene_local: str, reasons: list[list[object]]) -> None:
        """Other people sit in it, before anybody was asked. Saves; tells no one."""
        self.zone, self.first_local, self.reconvene_local, self.reasons = zone, first_local, reconvene_local, reasons
        self.save(update_fields=["zone", "first_local", "reconvene_local", "reasons"])

    def lock(self, *, now: datetime) -> None:
        """Nobody is moved into it or out of it. Saves; tells no one."""
        self.locked_at = now
        self.save(update_fields=["locked_at"])

    def unlock(self) -> None:
        """Its people may be moved again. Saves; tells no one."""
        self.locked_at = None
        self.save(update_fields=["locked_at"])

    def release(self, *, answer_by: datetime, now: datetime) -> None:
        """Its people may be asked. Saves; tells no one."""
        self.released_at, self.answer_by = now, answer_by
        self.save(update_fields=["released_at", "answer_by"])

    def give_time(self, *, answer_by: datetime) -> None:
        """More people were asked; answers count until `answer_by`. Saves; tells no one."""
        self.answer_by = answer_by
        self.save(update_fields=["answer_by"])

    def count_round(self) -> None:
        """The time to answer was over and the next in line were asked. Saves; tells no one."""
        self.rounds += 1
        self.save(update_fields=["rounds"])

    def look_for_next(self, *, since: datetime | None) -> None:
        """The next in line is still to be looked for, or since None no more. Saves; tells no one."""
        self.given_back_at = since
        self.save(update_fields=["given_back_at"])

    def confirm(self, *, group: Group, now: datetime) -> None:
        """Enough people said yes. Saves; tells no one."""
        self.group, self.confirmed_at = group, now
        self.save(update_fields=["group", "confirmed_at"])

    def dissolve(self, *, now: datetime) -> None:
        """It came to nothing. Saves; tells no one."""
        self.dissolved_at = now
        self.save(update_fields=["dissolved_at"])


class SeatQuerySet(models.QuerySet["Seat"]):
    """Words for choosing seats."""

    def visible_to(self, person: Person) -> Self:
        """One's own seats, once one was asked."""
        return self.filter(Q(proposal__held_at=None) | Q(proposal__released_at__isnull=False), person=person)

    def held(self) -> Self:
        """Neither declined nor lapsed."""
        return self.filter(declined_at=None, lapsed_at=None)

    def accepted(self) -> Self:
        """Held by people who said yes."""
        return self.held().exclude(accepted_at=None)


class Seat(Owned):
    """One invited seat of a proposal. The others see that it is taken, asked or open; never who declined."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="seats")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    challenge = models.ForeignKey(Challenge, models.CASCADE, null=True, related_name="+", help_text="Empty when called by name")
    number = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    offers_to_host = models.BooleanField(default=False)
    invited_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True, help_text="Not answered in time, or the proposal came to nothing")

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "number"], condition=Q(declined_at=None, lapsed_at=None), name="one_holder_per_seat"
            ),
            models.UniqueConstraint(fields=["proposal", "person"], name="asked_once_per_proposal"),
            models.UniqueConstraint(
                fields=["challenge"], condition=Q(declined_at=None, lapsed_at=None), name="one_held_seat_per_challenge"
            ),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=6), name="six_seats_in_a_proposal"),
        ]

    def accept(self, *, offers_to_host: bool, now: datetime) -> None:
        """Say yes. Saves; tells no one."""
        self.accepted_at, self.offers_to_host = now, offers_to_host
        self.save(update_fields=["accepted_at", "offers_to_host"])

    def decline(self, *, now: datetime) -> None:
        """Say no, without a reason. Saves; tells no one."""
        self.declined_at = now
        self.save(update_fields=["declined_at"])

    def lapse(self, *, now: datetime) -> None:
        """Give the seat back unanswered. Saves; tells no one."""
        self.lapsed_at = now
        self.save(update_fields=["lapsed_at"])

    def sit(self, *, challenge: Challenge, number: int, reasons: list[list[object]]) -> None:
        """Hold this seat, again or at another number. Saves; tells no one."""
        self.challenge, self.number, self.reasons, self.lapsed_at = challenge, number, reasons, None
        self.save(update_fields=["challenge", "number", "reasons", "lapsed_at"])

    def give_up(self, *, now: datetime) -> None:
        """Give the seat back and let forming look at its challenge at once. Saves both; tells no one."""
        self.lapse(now=now)
        if self.challenge is not None:
            self.challenge.look_again()


class NamesShownQuerySet(models.QuerySet["NamesShown"]):
    """Words for choosing lines about shown names."""

    def visible_to(self, person: Person) -> Self:
        """All of the organisation, for whoever oversees them; L&D is among these."""
        return self.filter(organisation_id=person.organisation_id) if person.may_oversee else self.none()

    def current(self, *, now: datetime) -> Self:
        """Those by which names are shown still."""
        return self.filter(hidden_at=None, shown_at__gt=now - NAMES_FOR)


class NamesShown(Owned):
    """That somebody of L&D let the workbench of a programme show names: who, when, and until when at the longest. Never deleted."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    shown_at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True)

    objects = NamesShownQuerySet.as_manager()

    class Meta:
        ordering = ["-shown_at"]

    def hide(self, *, now: datetime) -> None:
        """Show roles again. Saves; tells no one."""
        self.hidden_at = now
        self.save(update_fields=["hidden_at"])


class Call(Owned):
    """A group that a manager started on the spot: the code by which people at the table join, until a few hours after its start."""

    group = models.OneToOneField(Group, models.CASCADE, related_name="+")
    code = models.CharField(max_length=12)
    called_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "code"], name="one_call_per_code")]


class GroupOfferQuerySet(models.QuerySet["GroupOffer"]):
    """Words for choosing offers between groups."""

    def open(self) -> Self:
        """Neither agreed to nor declined."""
        return self.filter(agreed_at=None, declined_at=None)


class GroupOffer(Owned):
    """That one group offers another one, which goes on with the same topic, to become one with it, or that their hosts conduct each other's coming
    first session. The host of each decides.
    """

    kind = models.CharField(max_length=8, choices=[(kind.value, kind.name) for kind in OfferKind])
    group = models.ForeignKey(Group, models.CASCADE, related_name="+", help_text="Which offers; when the two become one, it ends")
    other = models.ForeignKey(
        Group, models.CASCADE, related_name="+", help_text="Which answers; when the two become one, it goes on with all"
    )
    offered_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    offered_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)

    objects = GroupOfferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group"], condition=Q(agreed_at=None, declined_at=None), name="one_open_offer_per_group"),
            models.CheckConstraint(condition=~Q(group=models.F("other")), name="offer_between_two_groups"),
        ]

    def agree(self, *, now: datetime) -> None:
        """Both want it. Saves; tells no one."""
        self.agreed_at = now
        self.save(update_fields=["agreed_at"])

    def decline(self, *, now: datetime) -> None:
        """It stays as it is. Saves; tells no one."""
        self.declined_at = now
        self.save(update_fields=["declined_at"])


class SimulatedYearQuerySet(models.QuerySet["SimulatedYear"]):
    """Words for choosing simulated years."""

    def visible_to(self, person: Person) -> Self:
        """Those of the organisation for L&D, none for anybody else."""
        here = self.filter(organisation_id=person.organisation_id)
        return here if person.has_role(Role.LEARNING) else here.none()


class SimulatedYear(Owned):
    """A year of peer groups worked out before anybody signs up, seed by seed. Holds assumptions and simulated counts, and nobody's name.

    `headcounts`: [level, site, people] as typed; `file_counts`: how many rows and people an HR file had, of which nothing else is kept; both empty: the
    directory as it is.
    """

    name = models.CharField(max_length=120)
    headcounts = models.JSONField(default=list)
    file_counts = models.JSONField(default=dict)
    assumptions = models.JSONField(default=dict)
    currency = models.CharField(max_length=3, default="EUR")
    seeds = models.JSONField(default=list)
    runs = models.JSONField(default=list, help_text="One seed's figures each, as they come")
    k = models.PositiveSmallIntegerField()
    asked_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    objects = SimulatedYearQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]

    @property
    def is_going_on(self) -> bool:
        """Whether it is still being worked out."""
        return self.made_at is None and self.failed_at is None

    def add_run(self, run: dict[str, Any], *, now: datetime) -> None:
        """Another seed is done. Saves; tells no one."""
        self.runs = [*self.runs, run]
        self.made_at = now if len(self.runs) == len(self.seeds) else None
        self.save(update_fields=["runs", "made_at"])

    def fail(self, *, now: datetime) -> None:
        """It cannot be worked out like this. Saves; tells no one."""
        self.failed_at = now
        self.save(update_fields=["failed_at"])
