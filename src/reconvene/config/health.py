"""Whether this process is alive, and whether it is ready: for load balancers and monitoring, beside Django's handler. Mounted by `config.asgi`.

`/health/live` is answered by the event loop alone, without the database: who gets no answer may restart the process. `/health/ready` asks the database,
once a second at most however often it is asked. Both answer any host name, say nothing but a status, and are written into no log.
"""

import asyncio
import math
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from reconvene.rooms.viewers import Receive, Scope, Send

LIVE, READY = "/health/live", "/health/ready"
FRESH = 1.0  # seconds for which an answer of the database counts
PATIENCE = 3.0  # seconds for the database to answer
HEADERS = [(b"content-type", b"text/plain"), (b"content-length", b"0"), (b"cache-control", b"no-store")]
_thread = ThreadPoolExecutor(1, thread_name_prefix="health")  # its own, so that full hands are not taken for a dead database


class Readiness:
    """What the database said last, and the one look that may be under way."""

    def __init__(self) -> None:
        self._until, self._answers = -math.inf, False
        self._look: asyncio.Task[None] | None = None

    async def ask(self) -> bool:
        """Whether the database answers. Whoever asks while a look is under way waits for that one."""
        if asyncio.get_running_loop().time() >= self._until:
            if self._look is None or self._look.done():
                self._look = asyncio.create_task(self._ask_database())
            await asyncio.wait({self._look}, timeout=PATIENCE)
            if not self._look.done():
                return False
        return self._answers

    async def _ask_database(self) -> None:
        loop = asyncio.get_running_loop()
        self._answers = await loop.run_in_executor(_thread, _database_answers)
        self._until = loop.time() + FRESH


readiness = Readiness()


def is_health(scope: Scope) -> bool:
    """Whether a request is one of the two."""
    return scope["type"] == "http" and scope["path"] in (LIVE, READY)


async def serve(scope: Scope, receive: Receive, send: Send) -> None:
    """200 when all is well, 503 when the database does not answer, without a word."""
    is_asked = scope["method"] in ("GET", "HEAD")
    is_well = is_asked and (scope["path"] == LIVE or await readiness.ask())
    status = 200 if is_well else 503 if is_asked else 405
    await send({"type": "http.response.start", "status": status, "headers": HEADERS})
    await send({"type": "http.response.body", "body": b""})


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    except Exception:  # the driver's, the pool's, the network's: whatever it is, pages would not come
        return False
    finally:
        connection.close()  # back to the pool
