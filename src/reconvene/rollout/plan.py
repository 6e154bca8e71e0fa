"""The plan of a roll-out: five phases with their weeks and exit tests, who does what, and the tasks that a setting asks for. Pure.

Phases, weeks and roles as method 5.1 and 5.4 give them. Words are marked here and translated where they are shown.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from reconvene.base.translation import gettext_noop as _

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Phase:
    """One phase: `weeks` it usually takes (None: it does not end), in which weeks of the plan, and the test with which it ends."""

    number: int
    title: str
    when: str
    weeks: int | None
    test: str
    seats: int


PHASES = (
    Phase(0, _("Ground"), _("Weeks 0 to 4"), 5, _("The sponsor can say which business problem this serves."), 0),
    Phase(1, _("Seed"), _("Weeks 5 and 6"), 2, _("The first group would do it again."), 1),
    Phase(2, _("Pilot"), _("Weeks 7 to 18"), 12, _("The lines that were signed beforehand."), 3),
    Phase(3, _("Extend"), _("Weeks 19 to 36"), 18, _("The median wait for a group is ten working days or less."), 5),
    Phase(4, _("Normal"), _("From week 37"), None, _("One group in four starts without L&D."), 6),
)
PILOT = 2

SECTORS = {
    "services": _("Services, offices"), "industry": _("Industry, shifts"), "public": _("Public service"), "health": _("Health and care"),
    "trade": _("Trade, branches"), "other": _("Something else"),
}  # fmt: skip
VOICES = {
    "council": _("A works council"), "union": _("A union, no works council"), "both": _("A works council and a union"), "none": _("Neither"),
}  # fmt: skip
SITES = {"one": _("One site"), "many": _("Several sites")}
PLACES = {"site": _("Mostly on site"), "mixed": _("Some of each"), "remote": _("Mostly remote")}


@dataclass(frozen=True)
class Setting:
    """The business that it is for: how many managers, and what changes the plan. Values are keys of SECTORS, VOICES, SITES and PLACES."""

    managers: int
    sector: str
    voice: str
    sites: str
    place: str

    @property
    def has_council(self) -> bool:
        """Whether a works council has to agree."""
        return self.voice in ("council", "both")

    @property
    def has_union(self) -> bool:
        """Whether a union is to be spoken with."""
        return self.voice in ("union", "both")


def always(_setting: Setting) -> bool:
    """For every setting."""
    return True


@dataclass(frozen=True)
class Duty:
    """One role of the roll-out. `when` says for which settings it is there."""

    key: str
    title: str
    does: str
    when: Callable[[Setting], bool] = always


DUTIES = (
    Duty("sponsor", _("Sponsor from the line"), _("time, and protection of the two slots")),
    Duty("owner", _("Programme owner in L&D"), _("dates, rooms, reports on fixed days")),
    Duty("council", _("Works council contact"), _("first to read, and asked before any setting changes"), lambda one: one.has_council),
    Duty("union", _("Union contact"), _("told early, and what it is not for"), lambda one: one.has_union),
    Duty("protection", _("Data protection officer"), _("assessment, record, questions of members")),
    Duty("stewards", _("Topic stewards, two or three"), _("keep guides and strategies honest")),
    Duty("helpers", _("Start-up helpers"), _("there for the first ten minutes")),
    Duty("bosses", _("Bosses of members"), _("told that, but not what")),
)


@dataclass(frozen=True)
class Step:
    """A task that the plan brings along: its phase, the week of the phase by whose end it should be done, and for which settings it is there."""

    key: str
    phase: int
    week: int
    text: str
    when: Callable[[Setting], bool] = always


STEPS = (
    Step("readiness", 0, 1, _("Go through the readiness check")),
    Step("sponsor", 0, 1, _("Win a sponsor from the line, not from HR alone")),
    Step("council", 0, 1, _("Speak with the works council first, with the annex in hand"), lambda one: one.has_council),
    Step("union", 0, 1, _("Tell the union what it is for and what it is not for"), lambda one: one.has_union),
    Step("executives", 0, 2, _("Ask whether the executives’ committee has to agree as well"), lambda one: one.has_council and one.managers >= 200),
    Step("protection", 0, 2, _("Take the assessment and the record to the data protection officer")),
    Step("survey", 0, 3, _("Find three topics with the ten-minute survey")),
    Step("gate", 0, 4, _("Sign the lines for go, adjust and stop")),
    Step("charter", 0, 4, _("Sign the charter")),
    Step("try", 1, 1, _("One group of L&D and line managers goes the whole way itself")),
    Step("rooms", 1, 1, _("List rooms at every site, or agree that groups meet online"), lambda one: one.sites == "many"),
    Step("room", 1, 1, _("List the rooms in which groups can meet"), lambda one: one.sites == "one" and one.place != "remote"),
    Step("online", 1, 1, _("Try a session with everybody on their own screen"), lambda one: one.place != "site"),
    Step("shifts", 1, 2, _("Agree on slots that fit the shifts, as working time"), lambda one: one.sector in ("industry", "health", "trade")),
    Step("staff", 1, 2, _("Check whether participation must be approved in writing"), lambda one: one.sector == "public"),
    Step("again", 1, 2, _("Ask the first group whether they would do it again")),
    Step("bosses", 2, 1, _("Send the promise to the bosses of everyone who takes part")),
    Step("letters", 2, 1, _("Send the letter to participants, with the privacy note")),
    Step("helpers", 2, 1, _("Name a start-up helper for each first session")),
    Step("sitewaves", 2, 2, _("Let sites begin one after another, so that the later ones can be compared"), lambda one: one.sites == "many"),
    Step("hosts", 2, 2, _("Hand the briefing to the first hosts")),
    Step("waitlist", 2, 7, _("Let the second half begin, after the first has reconvened")),
    Step("stories", 2, 10, _("Speak with two who offered a story that went well, and one that did not")),
    Step("judge", 2, 12, _("Judge the gate and decide: stop, adjust or extend")),
    Step("open", 3, 1, _("Open sign-up to all managers")),
    Step("pilothosts", 3, 2, _("Ask hosts of the pilot to help new groups begin")),
    Step("guides", 3, 8, _("Let topic stewards carry what was settled into the guides")),
    Step("wait", 3, 17, _("Look at the median wait for a group")),
    Step("onboarding", 4, 4, _("Put a group into the first months of every new manager")),
    Step("courses", 4, 4, _("Let courses and the engagement survey end in groups")),
    Step("review", 4, 40, _("Look at it once a year: keep, change or stop")),
)  # fmt: skip
STEP_WORDS = {step.key: step.text for step in STEPS}


class Reversed(Exception):
    """A phase would begin before the one before it. `number` is the later one's."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def phase_starts(starts_on: date, moved: Mapping[int, date]) -> dict[int, date]:
    """On which day each phase begins: on the one that was typed, or when the one before it usually ends. Raises Reversed."""
    starts = {0: starts_on}
    for before, phase in pairwise(PHASES):
        assert before.weeks is not None
        starts[phase.number] = moved.get(phase.number, starts[before.number] + before.weeks * WEEK)
        if starts[phase.number] <= starts[before.number]:
            raise Reversed(phase.number)
    return starts


def due_on(phase: int, week: int, starts: Mapping[int, date]) -> date:
    """The last working day of a week of a phase, but not after the next phase has begun."""
    day = starts[phase] + week * WEEK - timedelta(days=3 if starts[phase].weekday() == 0 else 1)
    return min(day, starts[phase + 1] - timedelta(days=1)) if phase + 1 in starts else day


def phase_after(passed: Container[int]) -> int:
    """In which phase a plan stands: the first whose test is not passed, and the last one for good. Dates say only when that is planned."""
    return next((phase.number for phase in PHASES if phase.number not in passed), PHASES[-1].number)


def week_of(day: date, starts_on: date) -> int:
    """The week of the plan, from 0; negative before it begins."""
    return (day - starts_on).days // 7


def steps_for(setting: Setting) -> tuple[Step, ...]:
    """The tasks that a setting asks for."""
    return tuple(step for step in STEPS if step.when(setting))


def duties_for(setting: Setting) -> tuple[Duty, ...]:
    """The roles that a setting asks for."""
    return tuple(duty for duty in DUTIES if duty.when(setting))
