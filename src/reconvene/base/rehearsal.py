"""What a browser's session holds of a rehearsal: at the addresses of one room it is somebody else, in another organisation, by a faster clock.

Written by `rooms.views.rehearsal`; read by the tenancy middleware and by the rooms' streams. Everywhere else the browser stays who it is.
"""

import uuid
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reconvene.base.models import Pace

KEY = "rehearsal"  # the session's key
RATE = 10  # ninety minutes in nine


@dataclass(frozen=True)
class Rehearsal:
    """One rehearsal. `path` is the room's address, under which it holds; `back` is the page where it was begun, and where whoever still asks
    for the room is led once it was thrown away.
    """

    path: str
    organisation: uuid.UUID
    person: uuid.UUID
    back: str
    pace: Pace


def remember(session: MutableMapping[str, Any], rehearsal: Rehearsal) -> None:
    """Let this browser rehearse; an earlier rehearsal is forgotten."""
    pace = rehearsal.pace
    session[KEY] = {
        "path": rehearsal.path, "organisation": str(rehearsal.organisation), "person": str(rehearsal.person), "back": rehearsal.back,
        "real": pace.real.isoformat(), "shown": pace.shown.isoformat(),
    }  # fmt: skip


def rehearsal_of(session: MutableMapping[str, Any]) -> Rehearsal | None:
    """The browser's rehearsal, or None."""
    kept = session.get(KEY)
    if kept is None:
        return None
    pace = Pace(datetime.fromisoformat(kept["real"]), datetime.fromisoformat(kept["shown"]), RATE)
    return Rehearsal(kept["path"], uuid.UUID(kept["organisation"]), uuid.UUID(kept["person"]), kept["back"], pace)


def rehearsal_at(session: MutableMapping[str, Any], path: str) -> Rehearsal | None:
    """The browser's rehearsal when `path` lies in its room, or None."""
    found = rehearsal_of(session)
    return found if found and path.startswith(found.path) else None
