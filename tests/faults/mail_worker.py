"""Workers in processes of their own that drain one organisation, to be killed. `python -m tests.faults.mail_worker` is where they are born: it reads one
order a line, (organisation, time, step, number) in JSON, and forks a worker for each; at an empty line it waits until all have ended or died.

The time is what a worker goes by, in ISO format. With a step it is ended as by kill -9 at the number-th time it comes to that border: claimed, written,
before or after the mail was handed over, or marking it and not yet committed. The steps are those of `notices.sending`; nothing of them is replaced.
"""

import json
import os
import signal
import subprocess
import sys
import traceback
import uuid
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.faults.serving import ROOT, database_url

KIND = "fault"
STEPS = ("claimed", "written", "before", "after", "marking")
IN_WINDOW = ("after", "marking")


def surroundings(port: int, folder: Path) -> dict[str, str]:
    """The environment of a worker that hands its mails to `port`."""
    return {
        **os.environ, "DATABASE_URL": database_url(), "RECONVENE_VAR": str(folder), "RECONVENE_MAIL_URL": f"smtp://127.0.0.1:{port}",
        "RECONVENE_TESTING": "1", "RECONVENE_LOG_LEVEL": "ERROR",
    }  # fmt: skip


class Nursery:
    """Where workers are born, begun with the first: the program is loaded once and not for each of a thousand that die."""

    def __init__(self, *, port: int, folder: Path) -> None:
        self._port, self._folder = port, folder
        self._process: subprocess.Popen[bytes] | None = None

    def work(self, organisation: uuid.UUID, *, now: datetime, workers: int = 1, step: str = "", number: int = 1) -> None:
        """So many workers at once, until each has nothing to do or dies."""
        if self._process is None:
            command, env = [sys.executable, "-m", "tests.faults.mail_worker"], surroundings(self._port, self._folder)
            self._process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin is not None and self._process.stdout is not None
        order = json.dumps([str(organisation), now.isoformat(), step, number]).encode() + b"\n"
        self._process.stdin.write(order * workers + b"\n")
        self._process.stdin.flush()
        ends = json.loads(self._process.stdout.readline())
        assert set(ends) <= ({0, signal.SIGKILL} if step else {0}), ends

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()


def main() -> None:
    """Bear workers, until nobody orders any more."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reconvene.config.settings")
    import django

    django.setup()
    from reconvene.notices import registry

    registry.register(KIND, compose)
    born: list[int] = []
    for line in sys.stdin:
        if line.strip():
            born.append(_bear(*json.loads(line)))
        else:
            print(json.dumps([abs(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])) for pid in born]), flush=True)
            born.clear()


def _bear(organisation: str, now: str, step: str, number: int) -> int:
    """The process id of a new worker."""
    pid = os.fork()
    if pid:
        return pid
    try:
        _drain(uuid.UUID(organisation), now=datetime.fromisoformat(now), step=step, number=number)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _drain(organisation: uuid.UUID, *, now: datetime, step: str, number: int) -> None:
    from reconvene.notices import sending

    if step:
        _die_at(step, number)
    while sending.drain(organisation, now=now).goes_on:
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
