"""A worker in a process of its own that drains one organisation: `python -m tests.faults.mail_worker ORGANISATION PORT NOW [STEP NUMBER]`.

NOW is the time it goes by, in ISO format. With STEP it is ended as by kill -9 at the NUMBER-th time it comes to that border: claimed, written,
before or after the mail was handed over, or marking it and not yet committed. The steps are those of `notices.sending`; nothing of them is replaced.
"""

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

from tests.faults.serving import ROOT, database_url

KIND = "fault"
STEPS = ("claimed", "written", "before", "after", "marking")
IN_WINDOW = ("after", "marking")


def start(organisation: uuid.UUID, *, port: int, now: datetime, folder: Path, step: str = "", number: int = 1) -> subprocess.Popen[bytes]:
    """A worker that drains until nothing is due."""
    surroundings = {
        **os.environ, "DATABASE_URL": database_url(), "RECONVENE_VAR": str(folder), "RECONVENE_MAIL_URL": f"smtp://127.0.0.1:{port}",
        "RECONVENE_TESTING": "1", "RECONVENE_LOG_LEVEL": "ERROR",
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.faults.mail_worker", str(organisation), now.isoformat(), *([step, str(number)] if step else [])]
    return subprocess.Popen(command, cwd=ROOT, env=surroundings)


def main() -> None:
    """Drain."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reconvene.config.settings")
    import django

    django.setup()
    from reconvene.notices import registry, sending

    registry.register(KIND, compose)
    if len(sys.argv) > 3:
        _die_at(sys.argv[3], int(sys.argv[4]))
    while sending.drain(uuid.UUID(sys.argv[1]), now=datetime.fromisoformat(sys.argv[2])).goes_on:
        continue


def compose(notice: Any, *, now: datetime) -> Any:
    """A neutral message."""
    from reconvene.notices.rules import Message

    return Message("A neutral line", ("First line", "Second line"), button=("Open the page", "https://reconvene.example/x"))


def _die_at(step: str, number: int) -> None:
    from reconvene.notices import sending

    left = [number]

    def dies() -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def after(work: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(work)
        def wrapped(*arguments: Any, **named: Any) -> Any:
            result = work(*arguments, **named)
            dies()
            return result

        return wrapped

    def before(work: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(work)
        def wrapped(*arguments: Any, **named: Any) -> Any:
            dies()
            return work(*arguments, **named)

        return wrapped

    name, how = {
        "claimed": ("claim", after), "written": ("_write", after), "before": ("hand_over", before), "after": ("hand_over", after),
        "marking": ("settle", after),
    }[step]  # fmt: skip
    setattr(sending, name, how(getattr(sending, name)))


if __name__ == "__main__":
    main()
