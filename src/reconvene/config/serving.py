"""`reconvene serve` and `reconvene worker`: web pages by uvicorn, background work by procrastinate, stopped together."""

import argparse
import fcntl
import hashlib
import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import uvicorn
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from reconvene.base import secret_key
from reconvene.base.commands import CommandFailed
from reconvene.config.checking import ANOTHER_KEY, OLD_DATABASE, is_old
from reconvene.guides import finding

GRACE = 3  # seconds; without a limit uvicorn waits for ever while a room's stream is open
KEPT_OPEN = 75  # seconds; longer than a phone is silent that writes, and than proxies keep connections, which may not end in their hands
WORKERS = 4
UNUSED = ["django_htmx/ext/*", "django_htmx/*-4*", "django_htmx/htmx-2.js"]
"""What the library brings and no page asks for: to compress it took four fifths of `publish_static`."""
log = logging.getLogger(__name__)


def serve(options: argparse.Namespace) -> int:
    """Serve until stopped. The worker is a process of its own and is started again when it dies."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the worker and the database are stopped too
    _refuse_unfit_database()
    publish_static()
    finding.prepare()
    keeper = None if options.web_only else Keeper()
    if keeper:
        keeper.start()
    try:
        uvicorn.run(
            "reconvene.config.asgi:application",
            host=options.host,
            port=options.port,
            timeout_graceful_shutdown=GRACE,
            timeout_keep_alive=KEPT_OPEN,
            log_level="warning",
            server_header=False,
            date_header=True,
        )
    except SystemExit as ended:
        return 1 if ended.code else 0  # uvicorn has codes of its own, for a port that is taken among others
    finally:
        if keeper:
            keeper.stop()
    return 0


def _refuse_unfit_database() -> None:
    """Raises CommandFailed when the tables are of an older version than the program, or the database was made with another secret key."""
    if is_old():
        raise CommandFailed(_(OLD_DATABASE))
    if secret_key.is_another():
        raise CommandFailed(_(ANOTHER_KEY))
    connection.close()


def worker(options: argparse.Namespace) -> int:
    """Do background work until stopped."""
    _refuse_unfit_database()
    if options.kept:
        threading.Thread(target=_end_with_keeper, daemon=True).start()
    working = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]  # Django's connector has it
    with working.open():
        working.run_worker(concurrency=WORKERS, delete_jobs="successful", shutdown_graceful_timeout=20)
    return 0


class Keeper(threading.Thread):
    """Keeps one worker process alive beside the web server."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        while not self._stopping.is_set():
            command = [sys.executable, "-m", "reconvene.config.cli", "worker", "--kept"]
            try:
                self._process = subprocess.Popen(command, stdin=subprocess.PIPE)
            except OSError as trouble:  # no memory or no process number is left at the moment
                log.error("The worker could not be started (%s); it is tried again.", trouble.strerror)
            else:
                self._process.wait()
                if not self._stopping.is_set():
                    log.error("The worker stopped (exit %s); it is started again.", self._process.returncode)
            self._stopping.wait(2)

    def stop(self) -> None:
        """End the worker; wait for the job in its hands."""
        self._stopping.set()
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=25)
        except subprocess.TimeoutExpired:
            self._process.kill()


def publish_static() -> None:
    """Hash and compress style sheets and scripts into STATIC_ROOT, unless they are there as they are now. Of processes that share it and start at
    once one does the work and the others wait: each looks only once what is there.
    """
    root = Path(settings.STATIC_ROOT)
    root.parent.mkdir(parents=True, exist_ok=True)
    with root.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _publish_static(root / "published")


def _publish_static(stamp: Path) -> None:
    files = sorted((name, storage.path(name)) for finder in get_finders() for name, storage in finder.list(UNUSED))
    facts = "".join(f"{name}:{Path(path).stat().st_mtime_ns}:{Path(path).stat().st_size};" for name, path in files)
    digest = hashlib.sha256(facts.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True, ignore_patterns=UNUSED)
    stamp.write_text(digest)


def _end_with_keeper() -> None:
    """A worker whose keeper was killed must not live on: its standard input ends with the keeper."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)
