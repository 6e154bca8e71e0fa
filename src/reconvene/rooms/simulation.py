"""What a simulated member does in a session, and when. Pure: chance comes from a seed, time from the room's state.

Whoever plays a member (`views.rehearsal`, a test, a benchmark) asks again whenever the room is somewhere else, carries out what is due through the
addresses of the room, and remembers the keys of what was sent.
"""

import random
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reconvene.base.translation import gettext
from reconvene.base.translation import gettext_noop as _  # the words of constants are only marked
from reconvene.guides.shares import ROUNDS
from reconvene.rooms.rules import CardKind, Move, Whose
from reconvene.rooms.state import RoomState
from reconvene.scheduling.rules import Answer

CARD_CHANCE = 0.4  # that a listener hands a card to the one who has the floor
OFFER_CHANCE = 0.4  # that a member would bring a case
CARDS = (_("What happened just before that?"), _("Who else was there?"), _("What would you do the same way again?"))
CAUSES = (
    _("We start before we have agreed what done means."),
    _("Nobody says early that the time will not do."),
    _("I take the work back as soon as it gets difficult."),
)
IDEAS = (
    _("Ask for a first version after two days."),
    _("Say in one sentence what a good result looks like."),
    _("Let the other person repeat the task in their own words."),
    _("Put a short talk into the calendar half-way."),
    _("Write down who decides what."),
    _("Begin with the smallest part."),
)
ADDITIONS = (_("And agree on the day beforehand."), _("And say why it matters."), _("And try it with one person first."))
CUES = (_("I hand over a task on Monday morning"), _("somebody brings me half a draft"), _("my weekly talk with the team begins"))
DEEDS = (_("ask what a good result would look like"), _("ask one question before I answer"), _("agree on the next date at once"))
OBSTACLES = (_("My week is full before it begins."), _("I am quicker when I do it alone."))
WANTS = (_("Work comes back finished."), _("We speak earlier about what does not go well."))
WHENS = (_("somebody is new to a task"), _("the week is full"), _("two teams need one answer"))
DOINGS = (_("asking for a first version after two days"), _("agreeing on what done means"), _("saying early what will not be ready"))
REPORT = {
    "planned": _("To ask for a first version after two days."),
    "did": _("I asked twice, and forgot it once."),
    "happened": _("We found a misunderstanding on the second day."),
    "surprised": _("Nobody minded being asked."),
}

Fields = Mapping[str, str]


@dataclass(frozen=True)
class View:
    """What one member's stage shows. `boxes`: the name of each box -> the values it offers; none for words of one's own."""

    me: str
    state: RoomState
    boxes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seed: int = 0

    @property
    def position(self) -> str:
        """Step, part and turn, as a page states them."""
        return f"{self.state.step}.{self.state.part}.{self.state.turn}"

    @property
    def is_silent(self) -> bool:
        """Whether this part is written alone."""
        return self.state.current_part.silent

    def named(self, *prefixes: str) -> list[str]:
        """The boxes that come in numbers (`idea-<id>`) under these prefixes."""
        return [name for name in self.boxes if name.partition("-")[0] in prefixes and "-" in name]


@dataclass(frozen=True)
class Act:
    """One form or tap: when it is due by the room's clock, the name of its address after `room-`, and its fields.

    `key` is the same whenever the same act is worked out again.
    """

    at: datetime
    name: str
    fields: Fields
    key: str


@dataclass(frozen=True)
class _Wish:
    """What a member wants to do within a span of the time for the part or turn, as shares of it."""

    name: str
    fields: Fields
    earliest: float = 0.2
    latest: float = 0.8


def acts(view: View) -> tuple[Act, ...]:
    """All that the member does while the room is where it is, in order of time. Nothing in a pause, after the end, or once they are done."""
    state = view.state
    is_still = state.closed_at is not None or state.paused_at is not None
    if is_still or view.me not in state.present or (view.is_silent and view.me in state.done):
        return ()
    chance = random.Random(f"{view.seed} {view.me} {view.position}")  # noqa: S311  # play, no secret
    wishes = WISHES.get(state.current.kind, _finish)(view, chance)
    begins, length = _span(state)
    found = [
        Act(
            at=begins + timedelta(seconds=length * chance.uniform(wish.earliest, wish.latest)),
            name=wish.name,
            fields=wish.fields,
            key=f"{view.me} {view.position} {wish.name}",
        )
        for wish in wishes
    ]
    return tuple(sorted(found, key=lambda act: act.at))


def _span(state: RoomState) -> tuple[datetime, float]:
    """When the turn or part began, as far as its end tells, and its usual seconds."""
    each = len(state.order) if state.turn_ends_at is not None else 1
    length = state.current_part.seconds / max(1, each)
    return state.clock_ends_at - timedelta(seconds=length), length


def _move(view: View, move: Move) -> Fields:
    return {"move": move.value, "seen": view.position}


def _done(view: View) -> Fields:
    return {"done": "yes", "seen": view.position}


def _words(chance: random.Random, *texts: str) -> str:
    return gettext(chance.choice(texts))


def _agree(_view: View, _chance: random.Random) -> list[_Wish]:
    return [_Wish("pact", {}, latest=0.6)]


def _finish(view: View, _chance: random.Random) -> list[_Wish]:
    return [_Wish("move", _move(view, Move.DONE))] if view.is_silent else []


def _speak(view: View, chance: random.Random) -> list[_Wish]:
    """The speaker stops a little early; a listener may hand over a card, but not in the later parts of a round of one's own."""
    state = view.state
    if state.holder == view.me:
        report = [_Wish("report", {name: gettext(text) for name, text in REPORT.items()}, 0.05, 0.15)] if "did" in view.boxes else []
        ends_turn = state.is_in_round and state.current.kind != ROUNDS
        return [*report, _Wish("move", _move(view, Move.PASS), 0.8, 0.95)] if ends_turn else report
    if state.holder is None or "kind" not in view.boxes or (state.part and state.current.kind == ROUNDS) or chance.random() > CARD_CHANCE:
        return _finish(view, chance)
    once = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    card = {"client_id": once, "to": state.holder, "seen": view.position, "kind": CardKind.QUESTION.value, "text": _words(chance, *CARDS)}
    return [_Wish("cards", card)]


def _offer(view: View, chance: random.Random) -> list[_Wish]:
    has_offered = view.me in view.state.offers  # a second tap would take it back
    return [] if has_offered or chance.random() > OFFER_CHANCE else [_Wish("move", _move(view, Move.OFFER))]


def _cause(view: View, chance: random.Random) -> list[_Wish]:
    if not view.is_silent or "whose" not in view.boxes:
        return _finish(view, chance)
    return [_Wish("causes", {"text": _words(chance, *CAUSES), "whose": chance.choice(list(Whose)).value, **_done(view)})]


def _choose(name: str, *prefixes: str) -> Callable[[View, random.Random], list[_Wish]]:
    """Choose one of the offered values in each box, and be done."""

    def wishes(view: View, chance: random.Random) -> list[_Wish]:
        chosen = {box: chance.choice(view.boxes[box]) for box in view.named(*prefixes) if view.boxes[box]}
        return [_Wish(name, {**chosen, **_done(view)})] if chosen else _finish(view, chance)

    return wishes


def _ideas(view: View, chance: random.Random) -> list[_Wish]:
    """One to three ideas; then something for the first idea of the neighbour."""
    own, neighbours = view.named("idea"), view.named("addition")
    if view.is_silent and neighbours:
        return [_Wish("additions", {neighbours[0]: _words(chance, *ADDITIONS), **_done(view)})]
    if view.is_silent and own:
        count = chance.randint(1, len(own))
        written = dict(zip(own, (gettext(text) for text in chance.sample(IDEAS, count)), strict=False))
        return [_Wish("ideas", {**written, **_done(view)})]
    return _finish(view, chance)


def _lesson(view: View, chance: random.Random) -> list[_Wish]:
    whens, doings = view.named("when"), view.named("doing")
    if not (view.is_silent and whens and doings):
        return _finish(view, chance)
    return [_Wish("lessons", {whens[0]: _words(chance, *WHENS), doings[0]: _words(chance, *DOINGS), **_done(view)})]


def _survey(view: View, chance: random.Random) -> list[_Wish]:
    return _choose("survey", "item")(view, chance) if view.state.is_last_part else []


def _vote(view: View, chance: random.Random) -> list[_Wish]:
    offered = view.boxes.get("outcome", ())
    return [_Wish("vote", {"outcome": chance.choice(offered)})] if offered else []


def _plan(view: View, chance: random.Random) -> list[_Wish]:
    if "if_cue" not in view.boxes:
        return _finish(view, chance)
    plan = {
        "want": _words(chance, *WANTS),
        "obstacle": _words(chance, *OBSTACLES),
        "if_cue": _words(chance, *CUES),
        "then_action": _words(chance, *DEEDS),
    }
    return [_Wish("plan", {**plan, **_done(view)}, 0.3, 0.9)] if view.is_silent else []


def _date(_view: View, _chance: random.Random) -> list[_Wish]:
    return [_Wish("dates", {"answer": Answer.YES.value})]


WISHES: Mapping[str, Callable[[View, random.Random], list[_Wish]]] = {
    "arrive": _agree, "turns": _speak, ROUNDS: _speak, "tell": _speak, "whose": _offer, "causes": _cause, "cards": _choose("marks", "mark"),
    "ideas": _ideas, "score": _choose("scores", "help", "do", "evidence"), "plan": _plan, "lessons": _lesson, "choices": _vote, "date": _date, "close": _survey,
}  # fmt: skip
"""Step kind -> what a member wants to do there; at all others they only finish what is silent."""
