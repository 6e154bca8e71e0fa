"""Words and small rules about sessions as appointments. Pure."""

from enum import StrEnum


class Kind(StrEnum):
    """Which of a cycle's two sessions."""

    FIRST = "first"
    RECONVENE = "reconvene"


class Answer(StrEnum):
    """A member's answer to a session's date."""

    YES = "yes"
    NO = "no"


ROOM_NAMES = "Alder Ash Aspen Beech Birch Cedar Elm Fir Hazel Holly Juniper Larch Lime Maple Oak Pine Rowan Spruce Willow Yew".split()
"""Rooms are trees: a word to type with a number behind it, which hints at nothing."""
