"""Protocols for the tests of the room: the real minutes, few words."""

from reconvene.guides.script import Part, Protocol, Step


def step(kind: str, minutes: int, *parts: tuple[str, int, bool], cut_order: int | None = None, may_overrun: bool = True) -> Step:
    """A step with parts given as (key, minutes, silent)."""
    made = tuple(Part(key=key, title=key.capitalize(), minutes=size, silent=silent, how="") for key, size, silent in parts)
    return Step(
        key=kind, kind=kind, title=kind.capitalize(), prompt="What?", how="So.", host_line="Please.", sees="group", minutes=minutes,
        parts=made, cut_order=cut_order, may_overrun=may_overrun,
    )  # fmt: skip


def first() -> Protocol:
    """The first session, 90 minutes."""
    return Protocol(
        key="first-90", kind="first", mode="topic", title="First", fits="All.", people=(3, 6), length=90,
        steps=(
            step("arrive", 5),
            step("question", 3, cut_order=4),
            step("turns", 20, ("think", 2, True), ("tell", 18, False)),
            step("ask", 8, cut_order=3),
            step("causes", 4, ("write", 3, True), ("look", 1, False)),
            step("cards", 8, ("read", 5, True), ("mark", 3, True), cut_order=1),
            step("ideas", 15, ("write", 4, True), ("build", 4, True), ("read", 5, False), ("merge", 2, False)),
            step("score", 5),
            step("gap", 5, cut_order=2),
            step("plan", 12, ("write", 6, True), ("read", 6, False)),
            step("date", 2, may_overrun=False),
            step("close", 3, may_overrun=False),
        ),
    )  # fmt: skip


def reconvene() -> Protocol:
    """The second session, 90 minutes."""
    return Protocol(
        key="reconvene-90", kind="reconvene", mode="topic", title="Reconvene", fits="All.", people=(3, 6), length=90,
        steps=(
            step("arrive", 5),
            step("turns", 24),
            step("ask", 12, cut_order=1),
            step("lessons", 8, ("write", 8, True)),
            step("readout", 10, cut_order=2),
            step("score", 5),
            step("settle", 10),
            step("plan", 8, ("write", 5, True), ("read", 3, False)),
            step("choices", 5),
            step("close", 3, may_overrun=False),
        ),
    )  # fmt: skip


def trio() -> Protocol:
    """A round each, 90 minutes."""
    return Protocol(
        key="first-trio-90", kind="first", mode="trio", title="Trio", fits="Three.", people=(3, 4), length=90,
        steps=(
            step("arrive", 5),
            step("rounds", 60, ("tell", 15, False), ("ask", 12, False), ("talk", 24, False), ("useful", 9, False), cut_order=2),
            step("cards", 6, cut_order=1),
            step("plan", 14, ("write", 6, True), ("read", 8, False)),
            step("date", 2, may_overrun=False),
            step("close", 3, may_overrun=False),
        ),
    )  # fmt: skip


def case() -> Protocol:
    """One case, 60 minutes."""
    return Protocol(
        key="first-case-60", kind="first", mode="case", title="Case", fits="One.", people=(3, 6), length=60,
        steps=(
            step("arrive", 5),
            step("whose", 4, cut_order=3),
            step("tell", 10),
            step("ask", 8, cut_order=1),
            step("reply", 8, cut_order=2),
            step("plan", 20, ("write", 8, True), ("read", 12, False)),
            step("date", 2, may_overrun=False),
            step("close", 3, may_overrun=False),
        ),
    )  # fmt: skip
