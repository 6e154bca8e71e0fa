"""After every kind of event a screen that followed the signals shows what a screen shows that was opened afresh."""

import re
from collections.abc import Callable

import pytest

from reconvene.rooms.models import RoomEvent
from reconvene.rooms.rules import EventKind
from tests.rooms.play import Table, a_table

pytestmark = pytest.mark.django_db

RANDOM = re.compile(r'name="(?:csrfmiddlewaretoken|client_id)" value="[^"]*"')


def entered(table: Table) -> None:
    table.enter("ana", "ben", "cho")
    watch(table)
    table.enter("dan")


def left(table: Table) -> None:
    table.begin()
    watch(table)
    table.tell("dan", "leaving")


def begun(table: Table) -> None:
    table.enter()
    watch(table)
    table.tell(table.host, "begin")


def moved(table: Table) -> None:
    table.begin()
    watch(table)
    table.move(table.host, "next")


def turn(table: Table) -> None:
    table.begin()
    table.go_to("turns", part=1)
    watch(table)
    table.move(table.host, "turn")


def paused(table: Table) -> None:
    table.begin()
    watch(table)
    table.move("cho", "pause")


def count(table: Table) -> None:
    table.begin()
    table.go_to("ideas")
    watch(table)
    table.move("dan", "done")


def shared(table: Table) -> None:
    table.begin()
    table.go_to("date")
    watch(table)
    table.tell("dan", "dates", answer="yes")


def closed(table: Table) -> None:
    table.begin()
    watch(table)
    table.tell(table.host, "end")


CASES: dict[EventKind, Callable[[Table], None]] = {
    EventKind.ENTERED: entered, EventKind.LEFT: left, EventKind.BEGUN: begun, EventKind.MOVED: moved, EventKind.TURN: turn,
    EventKind.PAUSED: paused, EventKind.COUNT: count, EventKind.SHARED: shared, EventKind.CLOSED: closed,
}  # fmt: skip
SCREENS = (("ben", "room-stage"), ("ana", "room-stage"), ("ben", "room-table-stage"))


def words(table: Table, who: str, name: str, of: str = "") -> str:
    return RANDOM.sub("", table.text(who, name, of))


def watch(table: Table) -> None:
    """The screens as they are before the event, and the number it will have."""
    table.before = {screen: words(table, *screen) for screen in SCREENS}  # type: ignore[attr-defined]  # kept for the comparison
    table.number = table.room.counter  # type: ignore[attr-defined]


def followed(table: Table, screen: tuple[str, str], event: RoomEvent, fresh: str) -> str:
    """What the screen shows after the signal: a count is put in place on a phone, for the host the list of who still writes; everything else
    makes it fetch.
    """
    old: str = table.before[screen]  # type: ignore[attr-defined]
    if event.kind != EventKind.COUNT or screen[1] == "room-table-stage":
        return fresh
    if "data-counted" in old:
        waits = words(table, *screen, of="waits").strip()
        assert f'data-counted="{event.number}"' in waits
        for part in (r"<p[^>]* data-counted.*?</p>", r'<svg class="six".*?</svg>'):
            old = re.sub(part, re.search(part, waits)[0], old)  # type: ignore[index]  # or it fails
    of = re.search(r'data-of="(\d+)"', old)
    old = re.sub(r'data-counter="\d+"', f'data-counter="{event.number}"', old)
    return re.sub(r'(id="count"[^>]*>)[^<]*', rf"\g<1>{event.count} of {of[1] if of else ''} are done", old)


def without_seats(html: str) -> str:
    """The check marks beside the names come with the next fetch: a count says how many, never who."""
    return re.sub(r"<aside.*?</aside>", "", html, flags=re.DOTALL)


@pytest.mark.parametrize("kind", list(EventKind))
def test_signals_lead_to_the_stage_that_is_rendered_afresh(kind: EventKind) -> None:
    table = a_table()
    CASES[kind](table)
    happened = list(RoomEvent.objects.filter(number__gt=table.number).order_by("number"))  # type: ignore[attr-defined]

    assert kind in {event.kind for event in happened}
    assert [event.number for event in happened] == list(range(table.number + 1, table.room.counter + 1))  # type: ignore[attr-defined]
    for screen in SCREENS:
        fresh = words(table, *screen)
        assert f'data-counter="{table.room.counter}"' in fresh
        shown = followed(table, screen, happened[-1], fresh)
        assert (shown == fresh) if "data-counted" in fresh else without_seats(shown) == without_seats(fresh)
