"""Seconds from `reconvene demo` to the printed address: the first time, which makes the sample company, and the second time.

Run: python benchmarks/startup.py. Works in a throw-away copy of the program on a free port of this machine. Installing is not in it.
Musts: 90 s the first time, 10 s the second time.
"""

import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("src", "guides")
MOST_SECONDS = {"first start": 90.0, "second start": 10.0}
PATIENCE = 180.0  # seconds after which a start counts as failed
SIGN = "Reconvene is running"
LINES = 8  # of what it said, when it does not start


class NotStarted(Exception):
    """The address was not printed in time; the message holds what was."""


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def surroundings(copy: Path) -> dict[str, str]:
    """The environment without anybody's settings, with the copy's program in front of the installed one."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RECONVENE_", "DATABASE_", "DISPLAY"))}
    return {**kept, "PYTHONPATH": str(copy / "src")}


def start_once(copy: Path) -> float:
    """Seconds from the command to the address. The demo is stopped again. Raises NotStarted."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "reconvene.config.cli", "demo", "--port", str(free_port())]
    demo = subprocess.Popen(
        command, cwd=copy, env=surroundings(copy), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        _wait_for_sign(demo, until=began + PATIENCE)
        return time.perf_counter() - began
    finally:
        _stop(demo)


def _wait_for_sign(demo: subprocess.Popen[bytes], *, until: float) -> None:
    assert demo.stdout is not None
    said = b""
    while SIGN.encode() not in said:
        ready, _, _ = select.select([demo.stdout], [], [], max(0.0, until - time.perf_counter()))
        more = os.read(demo.stdout.fileno(), 65536) if ready else b""
        if not more:
            raise NotStarted("\n".join(said.decode(errors="replace").splitlines()[-LINES:]) or "It said nothing.")
        said += more


def _stop(demo: subprocess.Popen[bytes]) -> None:
    demo.send_signal(signal.SIGINT)
    try:
        demo.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(demo.pid, signal.SIGKILL)
        demo.communicate()


def main() -> int:
    """Print both times. Returns 1 when one is too long or the demo does not start."""
    with tempfile.TemporaryDirectory(prefix="reconvene-startup-") as folder:
        copy = Path(folder)
        for part in PARTS:
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        subprocess.run([sys.executable, "-m", "compileall", "-q", "src"], cwd=copy, check=True)
        too_long = 0
        for name, most in MOST_SECONDS.items():
            try:
                seconds = start_once(copy)
            except NotStarted as failure:
                print(f"The {name} failed: {failure}")
                return 1
            print(f"{name}: {seconds:.1f} s (at most {most:.0f} s)", flush=True)
            too_long += seconds > most
    return 1 if too_long else 0


if __name__ == "__main__":
    sys.exit(main())
