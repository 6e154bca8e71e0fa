"""Roll-outs: tasks, gates and how they were judged, documents, answers of the needs survey, stories that were offered. Sponsors read what they are shown."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Self

from django.db import models

from reconvene.base.models import Owned
from reconvene.groups.models import Programme
from reconvene.people.models import Person
from reconvene.releases.models import Report
from reconvene.rollout import plan
from reconvene.rollout.designing import MOST, MOST_GROUPS, Pilot
from reconvene.rollout.judging import MEASURES, Line
from reconvene.rollout.models.shown import Shown, ShownQuerySet
from reconvene.rollout.plan import PLACES, SECTORS, SITES, VOICES, Setting


class ProjectQuerySet(ShownQuerySet["Project"]):
    """Words for choosing roll-outs."""

    def overseen_by(self, person: Person) -> Self:
        """Those whose documents about data the person may read: all of the organisation for L&D, works council and data protection."""
        return self.filter(organisation_id=person.organisation_id) if person.may_oversee else self.none()


class Project(Shown):
    """A roll-out: the setting, the dates, who does what, and the size of its pilot. Sponsors read it when it is shown to them."""

    programme = models.ForeignKey(Programme, models.SET_NULL, null=True, related_name="+", help_text="None: the whole organisation")
    problem = models.CharField(max_length=300, blank=True, help_text="Which business problem it serves")
    starts_on = models.DateField()
    moved = models.JSONField(default=dict, help_text="Days on which phases begin that were typed: ISO date by number")
    managers = models.PositiveIntegerField(help_text="How many there are")
    sector = models.CharField(max_length=10, choices=list(SECTORS.items()))
    voice = models.CharField(max_length=10, choices=list(VOICES.items()))
    sites = models.CharField(max_length=10, choices=list(SITES.items()))
    place = models.CharField(max_length=10, choices=list(PLACES.items()))
    roles = models.JSONField(default=dict, help_text="Names by role")
    readiness = models.JSONField(default=dict, help_text="yes or no by question")
    pilot_people = models.PositiveIntegerField(default=36)
    pilot_groups = models.PositiveIntegerField(default=6)
    has_waitlist = models.BooleanField(default=True)
    beside = models.JSONField(default=dict, help_text="Course and group: what goes first, by topic, where it is not as we propose")
    survey_opened_at = models.DateTimeField(null=True)
    survey_until = models.DateTimeField(null=True)
    survey_closed_at = models.DateTimeField(null=True)
    survey = models.JSONField(default=dict, help_text="What was published of the needs survey, once, when it was closed")

    objects = ProjectQuerySet.as_manager()

    class Meta(Shown.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pilot_people__lte=MOST, pilot_groups__lte=MOST_GROUPS, managers__lte=1_000_000),
                name="pilot_can_be_worked_with",
            )
        ]

    @property
    def setting(self) -> Setting:
        """The business that it is for."""
        return Setting(self.managers, self.sector, self.voice, self.sites, self.place)

    @property
    def starts(self) -> dict[int, date]:
        """On which day each phase begins."""
        return plan.phase_starts(self.starts_on, {int(number): date.fromisoformat(day) for number, day in self.moved.items()})

    @property
    def is_survey_open(self) -> bool:
        """Whether answers are taken."""
        return self.survey_opened_at is not None and self.survey_closed_at is None

    def pilot(self, *, smallest: int, largest: int) -> Pilot:
        """The pilot as it is planned."""
        return Pilot(self.pilot_people, self.pilot_groups, self.has_waitlist, smallest, largest)

    def answer_readiness(self, answers: Mapping[str, str]) -> None:
        """Keep the answers of the readiness check. Saves; tells no one."""
        self.readiness = dict(answers)
        self.save(update_fields=["readiness"])

    def choose_beside(self, choices: Mapping[str, str]) -> None:
        """Keep what goes first, course or group, where it is not as proposed. Saves; tells no one."""
        self.beside = dict(choices)
        self.save(update_fields=["beside"])

    def open_survey(self, *, until: datetime, now: datetime) -> None:
        """Take answers of the needs survey until then. Saves; tells no one."""
        self.survey_opened_at, self.survey_until, self.survey_closed_at, self.survey = now, until, None, {}
        self.save(update_fields=["survey_opened_at", "survey_until", "survey_closed_at", "survey"])

    def close_survey(self, published: Mapping[str, Any], *, now: datetime) -> None:
        """Take no more answers, and keep what is published of them. Saves; tells no one."""
        self.survey_closed_at, self.survey = now, dict(published)
        self.save(update_fields=["survey_closed_at", "survey"])


class Task(Owned):
    """Something to be done in a phase of a roll-out: brought along by the plan (`key`), or written by L&D (`text`)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="tasks")
    phase = models.PositiveSmallIntegerField()
    week = models.PositiveSmallIntegerField(default=1, help_text="Of the phase, by whose end it should be done")
    key = models.CharField(max_length=20, blank=True)
    text = models.CharField(max_length=200, blank=True)
    due_on = models.DateField(null=True, help_text="A day that was typed; otherwise it is worked out")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["phase", "week", "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "key"], condition=~models.Q(key=""), name="one_task_per_step"),
            models.CheckConstraint(condition=models.Q(key="", text__gt="") | models.Q(key__gt="", text=""), name="task_is_ours_or_theirs"),
        ]

    def __str__(self) -> str:
        return self.text or self.key

    @property
    def words(self) -> str:
        """What is to be done, of a task that the plan brought along; marked, to be translated where it is shown."""
        return plan.STEP_WORDS.get(self.key, self.key)

    def finish(self, *, by: Person, now: datetime) -> None:
        """It is done; whoever said so first stays. Saves; tells no one."""
        Task.objects.filter(id=self.id, done_at=None).update(done_at=now, done_by=by)

    def reopen(self) -> None:
        """It is not done after all. Saves; tells no one."""
        Task.objects.filter(id=self.id).update(done_at=None, done_by=None)


class PassedTest(Owned):
    """That L&D said the test of a phase is passed. Gone when it is taken back. What a gate decides stands with its judgement instead."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="passed_tests")
    phase = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["phase", "id"]
        constraints = [models.UniqueConstraint(fields=["project", "phase"], name="one_passed_test_per_phase")]


class Gate(Owned):
    """Lines for go, adjust and stop, signed by a sponsor and by L&D before the first data. Signed, they never change."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="gates")
    name = models.CharField(max_length=80)
    phase = models.PositiveSmallIntegerField(default=plan.PILOT)
    lines = models.JSONField(default=dict, help_text="go and adjust by measure")
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    sponsor = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    sponsor_signed_at = models.DateTimeField(null=True)
    learning = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    learning_signed_at = models.DateTimeField(null=True)
    data_from = models.DateField(
        null=True, help_text="What was taken on this day or before says nothing about it; set by the second signature"
    )

    k = models.PositiveSmallIntegerField(null=True, help_text="People behind every figure, as it was in force at the second signature")

    class Meta:
        ordering = ["phase", "made_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sponsor=None) | models.Q(learning=None) | ~models.Q(sponsor=models.F("learning")), name="two_people_sign"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_signed(self) -> bool:
        """Whether both have signed."""
        return self.sponsor_signed_at is not None and self.learning_signed_at is not None

    @property
    def own_lines(self) -> dict[str, Line]:
        """The lines by measure; measures that the program no longer knows are left out."""
        return read_lines(self.lines)


class RefusedChange(Owned):
    """That somebody tried to change a gate after it was signed, when, and what: lines, or the programme by whose figures it is judged. Never removed
    while the gate is there.
    """

    gate = models.ForeignKey(Gate, models.CASCADE, related_name="refused_changes")
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    measures = models.JSONField(default=list, help_text="Keys of the measures whose lines would have changed")
    is_of_programme = models.BooleanField(default=False, help_text="That the programme would have changed, and no line")

    class Meta:
        ordering = ["-at", "id"]


class Choice(models.TextChoices):
    """What is decided at a gate."""

    EXTEND = "extend"
    ADJUST = "adjust"
    STOP = "stop"


class Judgement(Owned):
    """A gate judged by one report: the published figures as they were, and what was decided then."""

    gate = models.ForeignKey(Gate, models.CASCADE, related_name="judgements")
    report = models.ForeignKey(Report, models.PROTECT, related_name="+")
    figures = models.JSONField(help_text="The published values that it rests on, by key")
    has_breach = models.BooleanField(help_text="Whether a serious breach of confidence was known")
    judged_at = models.DateTimeField()
    judged_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    choice = models.CharField(max_length=10, choices=Choice.choices, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["judged_at", "id"]
        constraints = [models.UniqueConstraint(fields=["gate", "report"], name="one_judgement_per_report")]


class Paper(Owned):
    """One document of a roll-out as L&D has changed it. It lies beside the generated one, which follows the settings."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="papers")
    kind = models.CharField(max_length=20)
    text = models.TextField(blank=True)
    based_on = models.CharField(max_length=64, help_text="A hash of the generated text when it was changed")
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "kind"], name="one_paper_per_kind")]


class NeedsAnswer(Owned):
    """The topics, three at most, that somebody marked in the needs survey. Neither who nor when; deleted when the survey is closed."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="answers")
    topics = models.JSONField()


class StoryOffer(Owned):
    """A manager's own offer to tell how it went, and how to reach them. Gone when they take it back."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="+")
    went_well = models.BooleanField()
    reach = models.CharField(max_length=160)
    offered_at = models.DateTimeField()

    class Meta:
        ordering = ["offered_at", "id"]


def read_lines(lines: Mapping[str, Mapping[str, float]]) -> dict[str, Line]:
    """Lines from a JSON column."""
    return {key: Line(one["go"], one["adjust"]) for key, one in lines.items() if key in MEASURES}


def write_lines(lines: Mapping[str, Line]) -> dict[str, dict[str, float]]:
    """Lines for a JSON column."""
    return {key: {"go": one.go, "adjust": one.adjust} for key, one in lines.items()}
