"""Drafts of causes, ideas and lessons, and taps that move a room: a bare ASGI callable before Django's handler, mounted by config.asgi.

While six people write, most of what a server is asked is to keep what one of them has typed. Here the plain case is decided without Django's
handler and stored by one statement; everything else is handed on, with the same bytes, and Django answers it as it would have anyway.

Plain is: a script's draft of a member who is in a room where nothing of this kind is on the table yet. Whether the room takes it is decided by the
room's own rules on the state that was last read, and the statement stores only while the room still stands at that event, nothing newer was
taken in the same place, and the person may still write here. A test sends the same inputs both ways (tests/rooms/test_drafts.py).
"""

import asyncio
import json
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import CsrfViewMiddleware
from psycopg import sql

from reconvene.base import clock, tenancy
from reconvene.base.middleware import READER
from reconvene.people.models import Person
from reconvene.rooms import saved, stages
from reconvene.rooms.actions import moves, receipts
from reconvene.rooms.actions.turning import locking
from reconvene.rooms.actions.writing import box_id, own_boxes
from reconvene.rooms.conductor import settle_clock
from reconvene.rooms.forms import WRITTEN_ALONE, CauseForm, MoveForm, read_lessons, read_texts
from reconvene.rooms.lines import Lines
from reconvene.rooms.models import Cause, Idea, Lesson, Room
from reconvene.rooms.models.words import Written
from reconvene.rooms.remembering import Remembered
from reconvene.rooms.rules import Move
from reconvene.rooms.state import RoomError, RoomState
from reconvene.rooms.viewers import (
    AWAY,
    Answer,
    Receive,
    Scope,
    Send,
    Viewer,
    answer_with,
    forget,
    in_thread,
    known_viewer,
    session_key_of,
    standing,
    still_may,
)

Boxes = Mapping[uuid.UUID, Mapping[str, str]]  # id of a box -> its words by column

PATH = re.compile(r"^/rooms/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/(causes|ideas|lessons|moves)/$")
LONGEST = 64_000  # bytes of a request; all the boxes of a step hold far less
MOST_ROOMS = 2_000  # rooms whose state a process remembers, about 10 kB each


class _ForeignPage(CsrfViewMiddleware):
    """Django's own rule, without its page: whether a request may come from somebody else's page."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason, status=403)


_foreign = _ForeignPage(lambda _: HttpResponse())
_rooms = Remembered[uuid.UUID, tuple[int, RoomState | None]](MOST_ROOMS)  # what was last read: number of the last event, state
_lines: dict[asyncio.AbstractEventLoop, Lines] = {}


def is_draft(scope: Scope) -> bool:
    """Whether a request may be a draft, or a tap that is answered with the stage, for config.asgi to choose."""
    place = PATH.match(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
    if place is None:
        return False
    names = {name for name, _ in scope["headers"]}
    return {b"x-draft", b"x-number"} <= names or (
        place[2] == "moves" and b"hx-request" in names and names.isdisjoint({b"x-draft", b"x-number"})
    )


async def serve(scope: Scope, receive: Receive, send: Send, *, otherwise: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
    """Answer one draft by a receipt, or one tap by the stage, when it is the plain case, else as `otherwise` does."""
    body, is_whole = b"", False
    while not is_whole and len(body) <= LONGEST:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body, is_whole = body + message.get("body", b""), not message.get("more_body", False)
    if is_whole and not settings.DEMO:  # the demo's clock is a row
        answer = await _taken(scope, body)
        if answer is not None:
            await answer_with(send, *answer)
            return
    await otherwise(scope, _again(body, receive, is_whole=is_whole), send)


async def close() -> None:
    """The server stops: give the connections back."""
    lines = _lines.pop(asyncio.get_running_loop(), None)
    if lines is not None:
        await lines.close()


async def _taken(scope: Scope, body: bytes) -> Answer | None:
    """The receipt of a draft that was stored, or the stage after a tap; None when nothing was, and Django has to look."""
    request = ASGIRequest(scope, BytesIO(body))
    place, number = PATH.match(scope["path"]), request.headers.get("X-Number")
    if place is None or not (number is None or (number.isascii() and number.isdigit() and len(number) < 18)):
        return None
    try:
        viewer = await known_viewer(session_key_of(scope), uuid.UUID(place[1]), scope["path"])
        if viewer is None or viewer.rehearses or request.headers.get(READER) != str(viewer.person_id) or _is_foreign(request):
            return None
        if number is None:
            is_moved = stages.is_usual(request, viewer) and await in_thread(_move, viewer, request.POST, None)
            return await stages.answer(request, viewer) if is_moved else None
        if place[2] == "moves":
            return (viewer, *RECEIPT) if await in_thread(_move, viewer, request.POST, int(number)) else None
        boxes = READERS[place[2]](request.POST, viewer)
        if boxes is None or not {"done", "client_id", "move"}.isdisjoint(request.POST):
            return None
        is_stored = await _store(viewer, place[2], boxes, int(number), now=clock.now())
    except (*AWAY, RoomError, TimeoutError, ValidationError, SuspiciousOperation, ValueError):
        return None  # Django says what is wrong
    return (viewer, *RECEIPT) if is_stored else None


def _move(viewer: Viewer, data: QueryDict, number: int | None) -> bool:
    """Whether a tap was carried out, now or before. By the same actions as in Django's view; a refusal takes everything back, and Django says it.
    Django waits, too, when somebody else holds the room, since other rooms would wait behind this one.
    """
    form, person, now = MoveForm(data), Person(id=viewer.person_id), clock.now()
    if not form.is_valid():
        return False
    with tenancy.within(viewer.organisation_id):
        room = locking(waits=False).filter(id=viewer.room_id).first()
        if room is None or standing(viewer, now=now) is None:
            return False
        room.is_locked = True
        sent: dict[str, Any] = {"person": person, "place": f"moves/{form.cleaned_data['move']}", "number": number}
        if number is None or receipts.is_news(room, **sent):
            moves.move_room(room, by=person, move=Move(form.cleaned_data["move"]), seen=form.cleaned_data["seen"], now=now)
            if number is not None:
                receipts.note_taken(room, **sent)
    return True


async def _store(viewer: Viewer, place: str, boxes: Boxes, number: int, *, now: datetime) -> bool:
    """Whether the draft was stored and committed. The room's state is read again when it has moved on since it was last read."""
    model = MODELS[place]
    full = {key: words for key, words in boxes.items() if any(words[name] for name in TEXTS[model])}
    columns = [[words[name] for words in full.values()] for name in COLUMNS[model]]
    empty = [key for key in boxes if key not in full]
    words = [f"{place}/", number, now, [uuid.uuid4() for _ in full], [*full], empty, *columns]
    who = [viewer.person_id, viewer.group_id, viewer.session_key, viewer.device_id]
    is_open = False
    for is_read_again in (False, True):
        counter, state = await _state(viewer, is_read_again=is_read_again)
        is_open = state is not None and _takes(state, place, viewer, now=now)
        if not is_open:
            continue  # it may have been read before somebody came in, or before the step
        if (await _my_lines().ask(viewer.organisation_id, place, [viewer.organisation_id, viewer.room_id, counter, *who, *words]))[0]:
            return True
    if is_open:  # so it is about who asks
        forget(viewer)
    return False


def _takes(state: RoomState, place: str, viewer: Viewer, *, now: datetime) -> bool:
    """Whether the room takes the words in silence: whatever would move it, make screens fetch or be refused is not plain."""
    is_still = settle_clock(state, now) is state and state.closed_at is None and not state.is_revealed
    is_open = state.has_reached(place) and not state.has_revealed(place) and not state.has_reached("score")
    return is_still and is_open and str(viewer.person_id) in state.present


async def _state(viewer: Viewer, *, is_read_again: bool) -> tuple[int, RoomState | None]:
    known = None if is_read_again else _rooms.get(viewer.room_id)
    if known is None:
        counter, state = await _my_lines().ask(viewer.organisation_id, "state", [viewer.room_id])
        known = _rooms.put(viewer.room_id, (counter, saved.from_json(state) if state else None))
    return known


def _is_foreign(request: HttpRequest) -> bool:
    """Whether the request may come from somebody else's page, by Django's rule. Raises DisallowedHost for a host that is not ours."""
    request.get_host()
    _foreign.process_request(request)
    return _foreign.process_view(request, _nothing, (), {}) is not None


def _nothing(_: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _again(body: bytes, receive: Receive, *, is_whole: bool) -> Receive:
    """What was read of a request, to be read once more, and then the rest."""
    waiting = [{"type": "http.request", "body": body, "more_body": not is_whole}]

    async def read() -> Any:
        return waiting.pop() if waiting else await receive()

    return read


def _my_lines() -> Lines:
    """The connections of the running event loop."""
    loop = asyncio.get_running_loop()
    for old in [known for known in _lines if known.is_closed()]:
        del _lines[old]
    if loop not in _lines:
        _lines[loop] = Lines({"state": STATE, **{place: statement(model) for place, model in MODELS.items()}})
    return _lines[loop]


def _causes(data: QueryDict, viewer: Viewer) -> Boxes | None:
    form = CauseForm(data)
    box = box_id(Room(id=viewer.room_id), Person(id=viewer.person_id), "cause")
    return {box: {name: str(value) for name, value in form.cleaned_data.items()}} if form.is_valid() else None


def _ideas(data: QueryDict, viewer: Viewer) -> Boxes | None:
    return _if_own(viewer, "idea", {key: {"text": text} for key, text in read_texts(data, "idea").items()})


def _lessons(data: QueryDict, viewer: Viewer) -> Boxes | None:
    return _if_own(viewer, "lesson", read_lessons(data))


def _if_own(viewer: Viewer, kind: str, boxes: Boxes) -> Boxes | None:
    own = own_boxes(Room(id=viewer.room_id), Person(id=viewer.person_id), kind)
    return boxes if boxes.keys() <= set(own) else None


RECEIPT = b"application/json", json.dumps({"saved": True, "sentence": ""}).encode()  # as views.answering says it
READERS: Mapping[str, Callable[[QueryDict, Viewer], Boxes | None]] = {"causes": _causes, "ideas": _ideas, "lessons": _lessons}
STATE = sql.Composed([sql.SQL("SELECT counter, saved_state FROM rooms_room WHERE id = $1::uuid")])
MODELS: Mapping[str, type[Written]] = {"causes": Cause, "ideas": Idea, "lessons": Lesson}
TEXTS: Mapping[type[Written], tuple[str, ...]] = {Cause: ("text",), Idea: ("text",), Lesson: WRITTEN_ALONE}  # all empty: the row goes
COLUMNS: Mapping[type[Written], tuple[str, ...]] = {Cause: ("text", "whose"), Idea: ("text",), Lesson: WRITTEN_ALONE}


@cache
def statement(model: type[Written]) -> sql.Composed:
    """Store one member's boxes of `model`, if everything is as it was when that was decided; how many receipts were taken, 1 or 0.

    $1 organisation, $2 room, $3 its last event as its state was read, $4 person, $5 group, $6 session of the browser, $7 device or NULL, $8 place, $9 number of the
    input, $10 now, $11 ids for new rows, $12 ids of boxes with words, $13 ids of boxes without, then one list for each column of words.
    """
    given = COLUMNS[model]
    fixed = [
        (str(field.column), field.get_default()) for field in model._meta.concrete_fields
        if not field.null and field.column not in ("id", "organisation_id", "room_id", "author_id", "client_id", "written_at", *given)
    ]  # fmt: skip
    has_taking_back = any(field.column == "taken_back_at" for field in model._meta.concrete_fields)
    return sql.SQL("""
        WITH here AS (
            SELECT id FROM rooms_room WHERE {may} AND last_change <= $3::int
            FOR UPDATE OF rooms_room),
        taken AS (
            INSERT INTO rooms_receipt AS old (id, organisation_id, room_id, person_id, place, number)
            SELECT gen_random_uuid(), $1::uuid, id, $4::uuid, $8::text, $9::bigint FROM here
            ON CONFLICT (room_id, person_id, place) DO UPDATE SET number = excluded.number WHERE old.number < excluded.number
            RETURNING room_id),
        kept AS (
            INSERT INTO {table} AS old (id, organisation_id, room_id, author_id, client_id, written_at, {columns} {fixed})
            SELECT box.id, $1::uuid, room_id, $4::uuid, box.client_id, $10::timestamptz, {words} {constants}
            FROM taken, unnest($11::uuid[], $12::uuid[], {lists}) AS box (id, client_id, {columns})
            ON CONFLICT (room_id, author_id, client_id) DO UPDATE SET {updates} {still}),
        removed AS (
            DELETE FROM {table} AS old USING taken
            WHERE old.room_id = taken.room_id AND old.author_id = $4::uuid AND old.client_id = ANY ($13::uuid[]) {and_still})
        SELECT count(*) FROM taken""").format(
        may=sql.SQL(still_may(room="$2", person="$4", group="$5", session="$6", device="$7", now="$10")),  # type: ignore[arg-type]  # no values
        table=sql.Identifier(model._meta.db_table),
        columns=sql.SQL(", ").join(map(sql.Identifier, given)),
        words=sql.SQL(", ").join(sql.Identifier("box", name) for name in given),
        lists=sql.SQL(", ").join(sql.SQL(f"${number}::text[]") for number in range(14, 14 + len(given))),  # type: ignore[arg-type]  # numbers
        updates=sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in given),
        fixed=sql.SQL("").join(sql.SQL(", {}").format(sql.Identifier(name)) for name, _ in fixed),
        constants=sql.SQL("").join(sql.SQL(", {}").format(sql.Literal(value)) for _, value in fixed),
        still=sql.SQL("WHERE old.taken_back_at IS NULL" if has_taking_back else ""),
        and_still=sql.SQL("AND old.taken_back_at IS NULL" if has_taking_back else ""),
    )
