"""Whether the mail server opens, for whoever asks for a sign-in code. A request waits for it in one of few threads, so one that hangs must not hold them all.

One call is under way at a time, by a thread of its own, and everybody who asks meanwhile waits for that one. A server that was away is left alone for AWAY_FOR,
and then whoever comes first finds out whether it is there again. Called by `sign_in`.
"""

import logging
import smtplib
import time
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from django.core import mail
from django.core.cache import cache

log = logging.getLogger(__name__)
PATIENCE = 4.0  # seconds for all of the call
AWAY_FOR = 15.0  # seconds
AWAY = "mail_server_away"
_thread = ThreadPoolExecutor(1, thread_name_prefix="mail-door")


class Door:
    """The door of the one mail server."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._call: Future[None] | None = None
        self._until = 0.0
        self._was_away = False

    def opens(self) -> bool:
        """Whether the server answers a call: at once where that is known, after PATIENCE at the latest."""
        with self._lock:
            is_calling = self._call is not None and not self._call.done()
            if cache.get(AWAY) or (is_calling and self._was_away):
                return False
            if self._call is None or not is_calling:
                self._call, self._until = _thread.submit(_call), time.monotonic() + PATIENCE
            call, patience = self._call, max(0.0, self._until - time.monotonic())
        try:
            call.result(timeout=patience)
        except (OSError, smtplib.SMTPException) as trouble:  # a time-out is an OSError
            log.error("The mail server is away, so no sign-in codes are sent: %s.", type(trouble).__name__)
            cache.set(AWAY, True, AWAY_FOR)
            self._was_away = True
            return False
        self._was_away = False
        return True


DOOR = Door()


def _call() -> None:
    with mail.get_connection(timeout=PATIENCE):
        pass
