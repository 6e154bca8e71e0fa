"""Stages: a bare ASGI callable before Django's handler, mounted by config.asgi at /rooms/<session id>/stage/.

After an event six phones fetch their stage within a tenth of a second. What is the same for all six is read once (`queries.Around`), kept while
nothing but the room's state changes, for some seconds, and used only by those who were found to be in this room by a question of their own, which
also brings that state.
What is a member's own is read and rendered for each. The page is made by the same query and template as Django's view; whatever is not a member with a sign-in in an
open room is handed on to it.
"""

import json
import re
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.template.loader import render_to_string

from reconvene.base import clock, tenancy
from reconvene.base.middleware import READER
from reconvene.rooms import queries
from reconvene.rooms.models import Room
from reconvene.rooms.remembering import Remembered
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
)

PATH = re.compile(r"^/rooms/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/stage/$")
KEPT_FOR = timedelta(seconds=25)  # for who was heard of when, which is no event: with `stream.SEEN_EVERY` it stays within `SEEN_FOR`
MOST_ROOMS = 1_000  # rooms that a process remembers, about 40 kB each
HTML = b"text/html; charset=utf-8"

_csrf = CsrfViewMiddleware(lambda _: HttpResponse())
_kept = Remembered[tuple[uuid.UUID, uuid.UUID], tuple[datetime, queries.Around]](MOST_ROOMS)


def is_stage(scope: Scope) -> bool:
    """Whether a request is a script's for a stage, for config.asgi to choose."""
    return (
        scope["type"] == "http" and scope["method"] == "GET" and PATH.match(scope["path"]) is not None
        and {b"hx-request", READER.lower().encode()} <= {name for name, _ in scope["headers"]}
    )  # fmt: skip


async def serve(scope: Scope, receive: Receive, send: Send, *, otherwise: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
    """Answer one request for a stage: here when nothing about it is unusual, else as `otherwise` does."""
    place = PATH.match(scope["path"])
    assert place is not None
    try:
        request = ASGIRequest(scope, BytesIO())
        viewer = await known_viewer(session_key_of(scope), uuid.UUID(place[1]), scope["path"])
        made = await answer(request, viewer) if viewer and is_usual(request, viewer) else None
    except (*AWAY, SuspiciousOperation):
        made = None
    if made is None:
        await otherwise(scope, receive, send)
    else:
        await answer_with(send, *made)


async def answer(request: ASGIRequest, viewer: Viewer) -> Answer | None:
    """The stage of one member, for a request that `is_usual`; None when they are not in this room any more, or it is not an open one."""
    page = await in_thread(_page, request, viewer)
    return (viewer, HTML, page) if page is not None else None


def is_usual(request: HttpRequest, viewer: Viewer) -> bool:
    """Somebody signed in, who is who the page was made for, with a token for forms and nothing else to be told. Raises DisallowedHost."""
    request.get_host()
    is_same = request.headers.get(READER) == str(viewer.person_id) and viewer.device_id is None and not viewer.rehearses
    return is_same and settings.CSRF_COOKIE_NAME in request.COOKIES and "messages" not in request.COOKIES


def _page(request: Any, viewer: Viewer) -> bytes | None:
    now = clock.now()
    with tenancy.within(viewer.organisation_id):
        seen = _around_room(viewer, now=now)
        if seen is None:
            forget(viewer)
            return None
        person = next((one for one in seen.people if one.id == viewer.person_id), None)
        template = queries.template_for(request.GET)
        stage = queries.stage_from(seen, viewer=person, now=now, is_frame=template != queries.WHOLE) if person else None
        if stage is None or stage.name == "closed":
            return None
        request.user, request.rehearsal = person, None
        _csrf.process_request(request)
        return render_to_string(template, {"stage": stage}, request).encode()


def _around_room(viewer: Viewer, *, now: datetime) -> queries.Around | None:
    """What is around the room as of now, or a little earlier when nothing but its state has changed since; None when the viewer may not be in it."""
    key = (viewer.organisation_id, viewer.room_id)
    read_at, seen = _kept.get(key) or (now, None)
    where = standing(viewer, since=seen.room.counter if seen else 0, now=now)
    if where is None:
        return None
    if seen is None or not where.is_only_state or not timedelta() <= now - read_at < KEPT_FOR:
        read_at, seen = now, queries.around(Room.objects.select_related(*queries.SHOWN).get(id=viewer.room_id), now=now)
    elif seen.room.counter < where.counter:
        seen = seen.standing_at(where.counter, json.loads(where.saved_state) if where.saved_state else None)
    _kept.put(key, (read_at, seen))
    return seen
