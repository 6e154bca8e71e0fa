"""A notice of a kind that only these tests know, and draining as a worker does it."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from reconvene.base import tenancy
from reconvene.notices import actions, registry, sending
from reconvene.notices.models import Notice, Preference
from reconvene.notices.rules import Message
from reconvene.people.models import Person
from tests.world import MONDAY

NOON = MONDAY + timedelta(hours=2)  # 12:00 in Berlin
ANSWER = "https://reconvene.example/x/signed"


def compose(notice: Notice, *, now: datetime) -> Message | None:
    choices = (("It came", f"{ANSWER}?came=yes"), ("Not yet", f"{ANSWER}?came=no"))
    return Message("A neutral line", ("Ana’s own words", "Second line"), question="Did it come?", choices=choices)


@contextmanager
def known_kind() -> Iterator[None]:
    """The kind "letter" while this lasts."""
    before = dict(registry._composers)
    registry.register("letter", compose)
    yield
    registry._composers.clear()
    registry._composers.update(before)


def put(person: Person, **facts: Any) -> Notice:
    due_at = facts.pop("due_at", MONDAY)
    notice = actions.put(
        person,
        kind="letter",
        subject_id=facts.pop("subject_id", uuid.uuid4()),
        due_at=due_at,
        not_after=due_at + timedelta(days=3),
        **facts,
    )
    assert notice is not None
    return notice


def prefers(person: Person, channel: str, **facts: Any) -> Preference:
    return Preference.objects.update_or_create(person=person, defaults={"channel": channel, **facts})[0]


def drain(now: datetime = NOON) -> int:
    """How many left, in as many batches as a worker would send one after the other."""
    sent = 0
    for _batch in range(5):
        made = sending.drain(tenancy.current(), now=now)
        sent += made.sent
        if not made.goes_on:
            return sent
    raise AssertionError("it would go on for ever")
