"""Rooms and what is written in them. Members of the group see it by the rules of rooms.queries; nobody else ever does: see `measures`."""

from reconvene.rooms.models.room import Device, Helper, Presence, Receipt, Room, RoomEvent
from reconvene.rooms.models.words import Addition, Card, Cause, Consent, Idea, Lesson, Mark, ReaderMark, Score, Secret, Vote, Written

__all__ = [
    "Addition",
    "Card",
    "Cause",
    "Consent",
    "Device",
    "Helper",
    "Idea",
    "Lesson",
    "Mark",
    "Presence",
    "ReaderMark",
    "Receipt",
    "Room",
    "RoomEvent",
    "Score",
    "Secret",
    "Vote",
    "Written",
]
