"""What is known from elsewhere, graded, each with what speaks against it; and what peer groups do not replace. Pure.

Sources as method 0 and field 2.12 give them. A claim of a vendor is in the list so that nobody brings it as proof.
"""

from dataclasses import dataclass

from reconvene.base.translation import gettext
from reconvene.base.translation import gettext_noop as _
from reconvene.rollout.assumptions import STRENGTHS, Strength


@dataclass(frozen=True)
class Finding:
    """One finding: what was found, by whom and when, what kind of evidence it is, and what speaks against taking it over."""

    found: str
    source: str
    year: int
    strength: Strength
    against: str

    @property
    def text(self) -> str:
        return gettext(self.found)

    @property
    def counter(self) -> str:
        return gettext(self.against)

    @property
    def kind(self) -> str:
        return gettext(STRENGTHS[self.strength])


EVIDENCE = (
    Finding(
        _("Structured talks between paired sales staff lifted sales by more than 15 % for at least 20 weeks."),
        "Sandvik, Saouma, Seegert and Stanton", 2020, Strength.TRIAL,
        _("Sales staff in pairs, in one firm. Paying pairs for joint results gave only a passing lift."),
    ),
    Finding(
        _("Monthly groups of managers across 2,820 firms: revenue up 8.1 % against controls, a year later still."),
        "Cai and Szeidl", 2018, Strength.TRIAL,
        _("Heads of different firms, for a year. Managers kept things from competitors; inside one company some are."),
    ),
    Finding(
        _("Advice in groups improved management as much as advice one by one, at about a third of the cost."),
        "Iacovone, Maloney and McKenzie", 2022, Strength.TRIAL,
        _("The groups were led by consultants. Ours have none."),
    ),
    Finding(
        _("If-then plans help people do what they intend: a medium effect in 94 tests."),
        "Gollwitzer and Sheeran", 2006, Strength.META,
        _("642 tests later the effect is between small and medium (Sheeran, Listrom and Gollwitzer, 2024)."),
    ),
    Finding(
        _("Leadership training transfers better with practice, feedback and sessions that are spaced: 335 samples."),
        "Lacerenza and others", 2017, Strength.META,
        _("It also works better with a trainer than when people run it themselves, which is what peer groups do."),
    ),
    Finding(
        _("Action learning improves leadership and the handling of conflict: 21 studies."),
        "Leonard and Marquardt", 2010, Strength.CASE,
        _("Little of it is rigorous, and a skilled coach was one of the things that made it work."),
    ),
    Finding(
        _("“36 % more revenue for each employee” where managers meet in groups."),
        "Peer Learning Institute", 0, Strength.VENDOR,
        _("No source is given. We do not use it, and advise you not to."),
    ),
)  # fmt: skip
UNKNOWN = (
    _("No trial of groups like ours, inside one company and without a trainer, was found. Promising, to be tested here."),
    _("In a psychiatric hospital peer consultation left coping, competence and confidence as they were (60 people, before and after)."),
    _("People join when it hurts, so things ease anyway. Only the contrast with those who wait may be quoted."),
    _("A pilot of 36 managers cannot prove a moderate effect. Read it as a test of feasibility and direction."),
)
NOT_REPLACED = (
    _("Teaching a subject that people have never met, such as labour law or budgeting."),
    _("Certificates that somebody has to issue."),
    _("Coaching for acute trouble, or help for somebody who is not well."),
    _("Changing what a team cannot change: too few people, a wrong target, a conflict two levels up."),
)


def unknown() -> list[str]:
    """What is not known, in the reader's language."""
    return [gettext(one) for one in UNKNOWN]


def not_replaced() -> list[str]:
    """What peer groups do not replace, in the reader's language."""
    return [gettext(one) for one in NOT_REPLACED]
