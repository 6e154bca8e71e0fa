"""Which boxes and choices a member's stage offers, under the names of its forms: what a practice member's eyes see of the page.

Called by `views.rehearsal`; a test holds it against the pages themselves.
"""

from collections.abc import Callable, Mapping
from typing import Any

from reconvene.groups.rules import WISHES
from reconvene.practice.rules import WEEKS, Times
from reconvene.rooms.queries import Stage
from reconvene.rooms.rules import CardKind, Evidence, MarkKind, Whose
from reconvene.rooms.scoring import HIGHEST, LOWEST

Offers = dict[str, tuple[str, ...]]
SCORES = tuple(str(value) for value in range(LOWEST, HIGHEST + 1))


def boxes(stage: Stage) -> Offers:
    """Name of each box -> the values that it offers, none for words of one's own. Empty outside of the steps."""
    find = OFFERS.get(stage.step.kind) if stage.step else None
    return find(stage, stage.matter) if find else {}


def _speaking(stage: Stage, matter: dict[str, Any]) -> Offers:
    is_listening = stage.holder is not None and not stage.holder.is_you
    kinds = (CardKind.TRY_THIS if matter["is_second"] else CardKind.SAME_HERE, CardKind.QUESTION)
    card: Offers = {"text": (), "kind": kinds} if is_listening else {}
    report: Offers = dict.fromkeys(("planned", "did", "happened", "surprised"), ()) | {
        "times": tuple(Times),
        "weeks": tuple(map(str, WEEKS)),
    }
    return card | (report if matter["is_second"] and not matter.get("shown") else {})


def _causes(stage: Stage, matter: dict[str, Any]) -> Offers:
    return {} if matter["shown"] else {"text": (), "whose": tuple(Whose)}


def _cards(stage: Stage, matter: dict[str, Any]) -> Offers:
    return {} if matter["shown"] else {f"mark-{one.key}": tuple(MarkKind) for one in matter["inputs"]}


def _ideas(stage: Stage, matter: dict[str, Any]) -> Offers:
    if matter["shown"]:
        return {}
    is_first_part = stage.part_number == 1
    return (
        {f"idea-{box}": () for _, box, _ in matter["boxes"]}
        if is_first_part
        else {f"addition-{idea.id}": () for idea, _ in matter["neighbours"]}
    )


def _score(stage: Stage, matter: dict[str, Any]) -> Offers:
    if matter["shown"]:
        return {}
    second = ("evidence", tuple(Evidence)) if matter["is_second"] else ("do", SCORES)
    return {f"{name}-{thing.id}": values for thing, _ in matter["things"] for name, values in (("help", SCORES), second)}


def _plan(stage: Stage, matter: dict[str, Any]) -> Offers:
    return {"if_cue": (), "then_action": ()}


def _lessons(stage: Stage, matter: dict[str, Any]) -> Offers:
    words = ("when", "doing", "led_to", "because", "watch_out")
    return {} if matter["shown"] else {f"{word}-{box}": () for _, box, _ in matter["boxes"] for word in words}


def _choices(stage: Stage, matter: dict[str, Any]) -> Offers:
    return {"outcome": WISHES}


def _survey(stage: Stage, matter: dict[str, Any]) -> Offers:
    if stage.you is None or stage.you.is_done or not (stage.state and stage.state.is_last_part):
        return {}
    asked = [item for item in matter["items"] if not item.is_words]
    return {f"item-{item.key}": tuple(value for value, _ in item.choices) or tuple(map(str, matter["scale"])) for item in asked}


OFFERS: Mapping[str, Callable[[Stage, dict[str, Any]], Offers]] = {
    "turns": _speaking, "rounds": _speaking, "tell": _speaking, "causes": _causes, "cards": _cards, "ideas": _ideas, "score": _score,
    "plan": _plan, "lessons": _lessons, "choices": _choices, "close": _survey,
}  # fmt: skip
