"""The minutes of a session: every step's time, and how it is cut when the group runs late. Pure; called by rooms.conductor and rooms.saved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

SHORTEST_STEP = 60  # seconds that every step keeps, however late it is
PROTECTED = frozenset({"plan"})


@dataclass(frozen=True)
class PartTime:
    """One part of a step: planned seconds, and whether it is silent writing."""

    key: str
    seconds: int
    silent: bool


@dataclass(frozen=True)
class StepTime:
    """One step: `planned` seconds of the protocol, `seconds` it has now, and in which order it gives time away (None: it does not)."""

    key: str
    kind: str
    planned: int
    seconds: int
    cut_order: int | None
    parts: tuple[PartTime, ...]
    may_overrun: bool = True

    @property
    def protected(self) -> bool:
        """Whether its time is never touched."""
        return self.kind in PROTECTED

    def resized(self, seconds: int) -> "StepTime":
        """The same step with `seconds` in all, its parts shrunk or grown alike; the last part takes the rounding."""
        total = sum(part.seconds for part in self.parts)
        sizes = [part.seconds * seconds // total for part in self.parts]
        sizes[-1] += seconds - sum(sizes)
        return replace(self, seconds=seconds, parts=tuple(replace(p, seconds=s) for p, s in zip(self.parts, sizes, strict=True)))


def fitted(steps: Sequence[StepTime], budget: int) -> tuple[StepTime, ...]:
    """The steps with their planned times, cut to `budget` seconds: steps with a cut order give up to half first, in that order; then every
    step that is not protected goes down as far as SHORTEST_STEP, the later ones first. Protected steps keep their time even when it is
    not enough. The step at the head is the one being entered and gives like the others.
    """
    sizes = [step.planned for step in steps]
    first = sorted((i for i, step in enumerate(steps) if step.cut_order is not None), key=lambda i: steps[i].cut_order or 0)
    _cut(sizes, steps, first, budget, floors=[max(SHORTEST_STEP, step.planned // 2) for step in steps])
    _cut(sizes, steps, reversed(range(len(steps))), budget, floors=[SHORTEST_STEP] * len(steps))
    return tuple(step.resized(size) for step, size in zip(steps, sizes, strict=True))


def _cut(sizes: list[int], steps: Sequence[StepTime], which: Iterable[int], budget: int, *, floors: Sequence[int]) -> None:
    for number in which:
        over = sum(sizes) - budget
        if over > 0 and not steps[number].protected:
            sizes[number] -= max(0, min(over, sizes[number] - floors[number]))
