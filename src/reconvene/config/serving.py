"""`reconvene serve` and `reconvene worker`: web pages by uvicorn, background work by procrastinate, stopped together."""

import argparse
import logging
import subprocess
import sys
import threading
import time

import uvicorn
from procrastinate.contrib.django import app

GRACE = 3  # seconds; without a limit uvicorn waits for ever while a room's stream is open
WORKERS = 4
log = logging.getLogger(__name__)


def serve(options: argparse.Namespace) -> int:
    """Serve until stopped. The worker is a process of its own and is started again when it dies."""
    keeper = None if options.web_only else Keeper()
    if keeper:
        keeper.start()
    try:
        uvicorn.run(
            "reconvene.config.asgi:application",
            host=options.host,
            port=options.port,
            timeout_graceful_shutdown=GRACE,
            log_level="warning",
            server_header=False,
            date_header=True,
        )
    finally:
        if keeper:
            keeper.stop()
    return 0


def worker(options: argparse.Namespace) -> int:
    """Do background work until stopped."""
    working = app.with_connector(app.connector.get_worker_connector())
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
            self._process = subprocess.Popen([sys.executable, "-m", "reconvene.config.cli", "worker"])
            self._process.wait()
            if not self._stopping.is_set():
                log.error("The worker stopped (exit %s); it is started again.", self._process.returncode)
                time.sleep(2)

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
