"""A complete session on paper: the host's page, the steps, the sheets and slips to write on. Called by the paper page.

There is a pack for every way to hold a session and every length. What is written where is said once, in WRITTEN_ON.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from reconvene.guides.guide import Guide, StrategyCard
from reconvene.guides.markup import to_html, with_lines
from reconvene.guides.script import LENGTHS, Part, Protocol, Step
from reconvene.guides.shares import rounds, turns
from reconvene.guides.showing import STRENGTHS
from reconvene.people.models import Person
from reconvene.rooms import script
from reconvene.rooms.rules import MOST_IDEAS, MOST_LESSONS, MOST_SCORED
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind

STAYS, SLIP, TABLE = "stays", "slip", "table"
WRITTEN_ON = {
    "turns": STAYS, "rounds": STAYS, "tell": STAYS, "plan": STAYS, "cards": STAYS, "causes": SLIP, "ideas": SLIP, "lessons": SLIP,
    "score": SLIP, "choices": SLIP, "question": TABLE, "whose": TABLE, "settle": TABLE, "date": TABLE,
}  # fmt: skip
"""Step kind -> where one writes in it: on the sheet that stays with its owner, on a slip without a name, on the sheet in the middle."""


@dataclass(frozen=True)
class Timed:
    """One step with its minutes from the beginning; `shares` and `rounds` as guides.shares has them."""

    step: Step
    begins: int
    ends: int
    shares: tuple[tuple[int, str], ...] = ()
    rounds: tuple[tuple[int, tuple[tuple[Part, str], ...]], ...] = ()


@dataclass(frozen=True)
class Pack:
    """What is printed. `cards` are the guide's, with what to do as HTML and how sure it is; `members` get a sheet and slips each."""

    session: Session
    protocol: Protocol
    ways: tuple[Protocol, ...]
    steps: tuple[Timed, ...]
    guide: Guide | None
    cards: tuple[tuple[StrategyCard, SafeString, str], ...]
    pact: tuple[str, ...]
    members: tuple[Person, ...]

    @property
    def is_second(self) -> bool:
        """Whether it is the reconvene."""
        return self.session.kind == Kind.RECONVENE

    @property
    def lengths(self) -> tuple[int, ...]:
        """The lengths in minutes that there is a pack for."""
        return LENGTHS

    @property
    def questions(self) -> tuple[str, ...]:
        """What the guide asks in a session of this kind."""
        return script.questions_for(self.session)

    @property
    def prompts(self) -> tuple[str, ...]:
        """What helps to tell one occasion; a reconvene has reports instead."""
        return self.guide.story_prompts if self.guide and not self.is_second else ()

    @property
    def is_too_many(self) -> bool:
        """Whether the group is larger than this way of holding it allows."""
        return len(self.members) > self.protocol.people[1]

    @property
    def aid(self) -> SafeString:
        """The guide's job aid as HTML, with lines to write on; the reconvene needs none."""
        return with_lines(to_html(self.guide.job_aid)) if self.guide and not self.is_second else SafeString()

    @property
    def has_cards(self) -> bool:
        """Whether there are strategies to read aloud."""
        return bool(self.cards) and any(timed.step.kind == "cards" for timed in self.steps)

    @property
    def stays(self) -> tuple[Step, ...]:
        """The steps in which one writes on the sheet that stays with its owner."""
        return self._written_on(STAYS)

    @property
    def slips(self) -> tuple[Step, ...]:
        """The steps in which one writes on a slip without a name."""
        return self._written_on(SLIP)

    @property
    def table(self) -> tuple[Step, ...]:
        """The steps in which the group writes together."""
        return self._written_on(TABLE)

    @property
    def score_rows(self) -> range:
        """Lines on the score sheet."""
        return range(1, MOST_SCORED + 1)

    @property
    def idea_boxes(self) -> range:
        """Boxes for ideas."""
        return range(1, MOST_IDEAS + 1)

    @property
    def lesson_boxes(self) -> range:
        """Boxes for lessons."""
        return range(1, MOST_LESSONS + 1)

    def _written_on(self, where: str) -> tuple[Step, ...]:
        return tuple(timed.step for timed in self.steps if WRITTEN_ON.get(timed.step.kind) == where)


def pack(session: Session, *, members: Sequence[Person], mode: str = script.ALL_OF_US, minutes: int | None = None) -> Pack:
    """The paper for a session, held in this way and length; by default in the usual way and as long as it was booked."""
    protocol = script.protocol_for(session, mode=mode, minutes=minutes)
    begins, steps = 0, []
    for step in protocol.steps:
        steps.append(_timed(step, begins, protocol.people))
        begins += step.minutes
    guide = script.guide_of(session.cycle)
    cards = tuple((card, to_html(card.action), str(STRENGTHS[card.strength][0])) for card in guide.cards) if guide else ()
    return Pack(session, protocol, script.all_ways(session), tuple(steps), guide, cards, script.pact(), tuple(members))


def _timed(step: Step, begins: int, people: tuple[int, int]) -> Timed:
    return Timed(step, begins, begins + step.minutes, turns(step, people), rounds(step, people))
