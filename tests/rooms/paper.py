"""A group that met on paper, for the tests of what it says and types in afterwards."""

import re
import uuid
from typing import Any

import time_machine
from django.test import Client
from django.urls import reverse

from reconvene.rooms.models import Idea
from tests.rooms.play import Table, a_table

SAID = "Three lines at hand-over"
LESSON = {"when": "a task is new", "doing": "asking for a first version", "led_to": "fewer loops", "because": "they see it early"}


def visit(table: Table, browser: Client, name: str, *, post: dict[str, Any] | None = None) -> Any:
    """A page or form of the session as somebody's browser without scripts asks for it."""
    url = reverse(name, args=[table.session.id])
    with time_machine.travel(table.now, tick=False):
        return browser.get(url) if post is None else browser.post(url, post)


def tell(table: Table, who: str, *there: str) -> Any:
    """We met on paper, says `who`; all were there, unless some are named."""
    ids = [str(table.people[name].id) for name in there or table.people]
    return visit(table, table.browsers[who], "on-paper", post={"there": ids})


def met(*names: str, kind: str = "first") -> Table:
    """A group that met on paper, all of them, an hour and a half before now. The first of them tells."""
    table = a_table(*(names or ("ana", "ben", "cho")))
    first = next(iter(table.people))
    if kind == "reconvene":
        assert tell(table, first).status_code == 302
        table = Table(table.group, "reconvene")
    table.later(minutes=95)
    assert tell(table, first).status_code == 302
    return table


def words(table: Table, who: str) -> str:
    """A member's page of the session, as text on one line."""
    page = table.get(who, "room")
    assert page.status_code == 200
    return re.sub(r"\s+", " ", page.content.decode())


def own_box(table: Table, who: str, prefix: str = "idea") -> str:
    return table.boxes(who, prefix)[0]


def typed_for_table(table: Table, who: str, text: str = SAID) -> Idea:
    table.tell(who, "table-lines", client_id=uuid.uuid4(), text=text)
    return Idea.objects.get(text=text)
