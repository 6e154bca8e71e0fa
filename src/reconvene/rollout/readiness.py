"""The readiness check: a dozen questions with yes or no, and what to do where the answer is no. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconvene.base.translation import gettext_noop as _


@dataclass(frozen=True)
class Question:
    """One question. `first`: without a yes here nothing should begin."""

    key: str
    text: str
    otherwise: str
    is_first: bool = False


QUESTIONS = (
    Question("problem", _("Is there a problem of the business that better managing would ease?"), _("Ask two heads from the line what costs them most sleep. Begin when one names something that managers can change."), is_first=True),
    Question("sponsor", _("Does somebody from the line stand for it, not HR alone?"), _("Find one head who loses something when managers get stuck, and show them the business case. Without one, wait."), is_first=True),
    Question("time", _("Will managers get four and a half hours in six weeks, as working time?"), _("Let the sponsor write it down: two slots that nobody may take. If that cannot be, begin with those who have them."), is_first=True),
    Question("council", _("Have works council or union, where there are any, read what it is before anybody else?"), _("Take them the annex and the privacy note first. Where there is neither, tell the staff’s spokespeople."), is_first=True),
    Question("protection", _("Has data protection seen the assessment?"), _("Send the assessment and the record from this page. They are drafts for their hand, not a replacement.")),
    Question("voluntary", _("May every manager say no, without a reason and without anybody hearing of it?"), _("Take it out of goals and appraisals, and say so in the letter. Groups of people who were sent say little."), is_first=True),
    Question("enough", _("Are there 24 managers or more who could meet as peers?"), _("With fewer, run one or two groups without measuring, or join with another company. No figure would be published anyway.")),
    Question("peers", _("Can groups be made in which nobody leads anybody else?"), _("Bring in the directory with reporting lines; the program keeps them apart. Small sites meet with another site.")),
    Question("place", _("Is there a quiet room with a door, or a screen for each?"), _("List rooms, or agree that everybody joins from their own screen.")),
    Question("asked", _("Can you live with never learning what was said?"), _("Talk it through with everybody who reads reports. Whoever needs names needs something else than peer groups."), is_first=True),
    Question("stop", _("Would you stop if it does not work?"), _("Write down with the sponsor what stopping would look like, then sign the lines on the gate.")),
    Question("owner", _("Has one person in L&D a day in the week for it until the pilot is over?"), _("Free that day, or begin later. Afterwards groups run by themselves.")),
)  # fmt: skip


def open_points(answers: Mapping[str, str]) -> tuple[Question, ...]:
    """The questions that were answered with no, those first without which nothing should begin."""
    found = [question for question in QUESTIONS if answers.get(question.key) == "no"]
    return tuple(sorted(found, key=lambda question: not question.is_first))


def is_ready(answers: Mapping[str, str]) -> bool:
    """Whether nothing that must come first is missing, and everything is answered."""
    return all(
        answers.get(question.key) == "yes" or (answers.get(question.key) == "no" and not question.is_first) for question in QUESTIONS
    )
