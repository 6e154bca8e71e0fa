"""Ready recipes: what a programme is for, whom it is for, how long it takes, what L&D does, and the rules it starts with. Read by the console's pages.

Data, so that one more is one more entry. `topics` are slugs of built-in topics that fit; L&D chooses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconvene.base.translation import gettext_noop
from reconvene.groups.rules import ProgrammeKind


@dataclass(frozen=True)
class Recipe:
    """One recipe. `rules` are values of the form that differ from the usual ones; `days` how many working days its sign-up lasts, 0: none;
    `weeks` after how many weeks it ends, 0: never by itself.
    """

    slug: str
    title: str
    what_for: str
    who: str
    how_long: str
    ld_does: str
    kind: ProgrammeKind
    topics: tuple[str, ...] = ()
    days: int = 0
    weeks: int = 0
    rules: Mapping[str, Any] = field(default_factory=dict)


RECIPES = (
    Recipe(
        "pressing-issue",
        gettext_noop("A pressing issue this week"),
        gettext_noop("Something has come up that many managers have to handle now."),
        gettext_noop("Everybody whom it concerns; groups form as people come, also of three."),
        gettext_noop("First sessions within days; invitations for three weeks."),
        gettext_noop("Nothing after the start."),
        ProgrammeKind.ROLLING,
        weeks=3,
        rules={"emphasis": "waiting", "promise_days": 5},
    ),
    Recipe(
        "after-a-course",
        gettext_noop("After a course"),
        gettext_noop("What was taught becomes what is done: four weeks of practice, with peers from the same course."),
        gettext_noop("Its participants, from a list that you bring."),
        gettext_noop("One week to raise a challenge, then one cycle of four weeks."),
        gettext_noop("Bring the list of participants and confirm it."),
        ProgrammeKind.COURSE,
        days=5,
        rules={"level_distance": 2},
    ),
    Recipe(
        "new-managers",
        gettext_noop("New managers"),
        gettext_noop("Whoever has just begun to lead people finds others who have, too."),
        gettext_noop("Those who newly come to a level, found in the directory at each import."),
        gettext_noop("Always on; a first session within two weeks."),
        gettext_noop("Nothing: newcomers are invited by themselves."),
        ProgrammeKind.ONBOARDING,
        topics=("from-expert-to-manager", "leading-former-peers", "new-or-inherited-team"),
        rules={"emphasis": "mixing", "level_distance": 0},
    ),
    Recipe(
        "reorganisation",
        gettext_noop("A reorganisation"),
        gettext_noop("Managers carry a change that they did not choose, and need to talk to others who do."),
        gettext_noop("The functions or sites that are reorganised."),
        gettext_noop("Ten working days of sign-up, then one cycle of four weeks."),
        gettext_noop("Nothing after the start."),
        ProgrammeKind.WAVE,
        topics=("change-people-did-not-ask-for", "standing-for-hard-decisions", "nobody-speaks-up"),
        days=10,
        rules={"emphasis": "challenge"},
    ),
    Recipe(
        "after-a-survey",
        gettext_noop("After an engagement survey"),
        gettext_noop("Results are there; managers work on what their own teams said, with peers who have the same result."),
        gettext_noop("Everybody whose team was asked."),
        gettext_noop("Three topics, ten working days of sign-up, then one cycle of four weeks."),
        gettext_noop("Choose the three topics that the survey showed."),
        ProgrammeKind.WAVE,
        topics=("giving-feedback", "nobody-speaks-up", "overloaded-team"),
        days=10,
    ),
    Recipe(
        "after-a-conference",
        gettext_noop("After a conference or an off-site"),
        gettext_noop("Good intentions of two days get four weeks of practice."),
        gettext_noop("Its participants, from a list that you bring."),
        gettext_noop("Five working days to join, then one cycle of four weeks."),
        gettext_noop("Bring the list of participants and confirm it."),
        ProgrammeKind.COURSE,
        days=5,
        rules={"emphasis": "mixing", "level_distance": 2},
    ),
    Recipe(
        "hybrid-teams",
        gettext_noop("Hybrid teams"),
        gettext_noop("Leading people whom one rarely sees, with others who do."),
        gettext_noop("Managers of teams on more than one site."),
        gettext_noop("Always on; sessions of 75 minutes, wherever people are."),
        gettext_noop("Nothing after the start."),
        ProgrammeKind.ROLLING,
        topics=("hybrid-and-remote", "across-cultures"),
        rules={"session_minutes": 75, "emphasis": "mixing"},
    ),
    Recipe(
        "merger",
        gettext_noop("A merger"),
        gettext_noop("Managers of both houses meet over the same challenge and get to know each other by the way."),
        gettext_noop("Sites or functions of both houses."),
        gettext_noop("Ten working days of sign-up, then one cycle of four weeks."),
        gettext_noop("Look at each group before it is invited, if you like."),
        ProgrammeKind.WAVE,
        topics=("change-people-did-not-ask-for", "silos", "conflict-between-two-people"),
        days=10,
        rules={"emphasis": "mixing", "level_distance": 1, "is_reviewed": True},
    ),
    Recipe(
        "pilot",
        gettext_noop("A pilot with a waiting half"),
        gettext_noop("Find out whether peer groups work here: half begin at once, half when the first have reconvened, by chance."),
        gettext_noop("24 to 48 managers who join of their own accord."),
        gettext_noop("Ten working days of sign-up, then two cycles, one after the other."),
        gettext_noop("Nothing after the start; the draw is made and kept by itself."),
        ProgrammeKind.PILOT,
        days=10,
        rules={"randomised_by": "group"},
    ),
)
"""The recipes, in the order in which they are shown."""

BY_SLUG = {recipe.slug: recipe for recipe in RECIPES}
