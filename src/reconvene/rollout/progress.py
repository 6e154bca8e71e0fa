"""How far a roll-out has come: it follows from what was decided, never from a date. Called by its page and by whoever marks a test.

A test is passed when L&D marks it. Where figures judge a phase, which is the pilot and every phase with a signed gate, only the gate's decision passes
it, and of several decisions the last one counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reconvene.people.models import Person
from reconvene.rollout import plan
from reconvene.rollout.models import Choice, Gate, Judgement, Project


@dataclass(frozen=True)
class Passed:
    """That the test of a phase is passed: when, who said so, and the gate at which it was decided, if it was at one."""

    at: datetime
    by: Person | None
    gate: Gate | None = None


@dataclass(frozen=True)
class Progress:
    """Which tests are passed, which phases only a gate passes, and what was decided last at any gate."""

    passed: Mapping[int, Passed]
    by_gate: frozenset[int]
    decided: Judgement | None

    @property
    def now(self) -> int:
        """The phase in which the plan stands."""
        return plan.phase_after(self.passed)

    @property
    def is_stopped(self) -> bool:
        """Whether the last decision ended the plan."""
        return self.decided is not None and self.decided.choice == Choice.STOP

    @property
    def is_adjusted(self) -> bool:
        """Whether the last decision was to change something before going on."""
        return self.decided is not None and self.decided.choice == Choice.ADJUST

    def may_be_marked(self, phase: int) -> bool:
        """Whether L&D can say that the test of a phase is passed."""
        return phase == self.now and phase not in {*self.passed, *self.by_gate} and not self.is_stopped

    def may_be_taken_back(self, phase: int) -> bool:
        """Whether L&D can say that the test of a phase is not passed after all: it marked it, and nothing that came after rests on it."""
        return phase in self.passed and phase not in self.by_gate and phase + 1 not in self.passed and not self.is_stopped


def progress_of(project: Project) -> Progress:
    """How far a roll-out has come. Three queries."""
    decided = list(
        Judgement.objects.filter(gate__project=project)
        .exclude(decided_at=None)
        .select_related("gate", "decided_by")
        .order_by("decided_at", "id")
    )
    by_gate = frozenset({plan.PILOT, *project.gates.exclude(data_from=None).values_list("phase", flat=True)})
    passed = {one.phase: Passed(one.at, one.by) for one in project.passed_tests.select_related("by") if one.phase not in by_gate}
    for phase, last in {one.gate.phase: one for one in decided}.items():
        if last.choice == Choice.EXTEND and last.decided_at:
            passed[phase] = Passed(last.decided_at, last.decided_by, last.gate)
    return Progress(passed, by_gate, decided[-1] if decided else None)
