"""A complete session on paper: the host's script, one sheet per step, score sheet and a blank plan. Called by the paper page."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from reconvene.guides.markup import to_html
from reconvene.guides.script import Guide, Protocol, Step, StrategyCard
from reconvene.rooms import script
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind

SCORE_ROWS = 8


@dataclass(frozen=True)
class Timed:
    """One step with its minutes from the beginning."""

    step: Step
    begins: int
    ends: int


@dataclass(frozen=True)
class Pack:
    """What is printed. `cards` are the guide's, with what to do as HTML."""

    session: Session
    protocol: Protocol
    steps: tuple[Timed, ...]
    guide: Guide | None
    cards: tuple[tuple[StrategyCard, SafeString], ...]
    pact: tuple[str, ...]

    @property
    def is_second(self) -> bool:
        """Whether it is the reconvene."""
        return self.session.kind == Kind.RECONVENE

    @property
    def score_rows(self) -> range:
        """Lines on the score sheet."""
        return range(1, SCORE_ROWS + 1)


def pack(session: Session) -> Pack:
    """The paper for a session, with the minutes of its length."""
    protocol = script.protocol_for(session)
    begins, steps = 0, []
    for step in protocol.steps:
        steps.append(Timed(step, begins, begins + step.minutes))
        begins += step.minutes
    guide = script.guide_for(session.cycle.topic)
    cards = tuple((card, to_html(card.action)) for card in guide.cards) if guide else ()
    return Pack(session, protocol, tuple(steps), guide, cards, script.pact())
