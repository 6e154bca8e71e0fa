"""`reconvene demo` as it is typed: the company that is there at one address; a reset empties the database and makes one."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.config.installation import ROOT, Installation, command, end, free_port, wait_until
from tests.databases import reopened


@contextmanager
def demo(installation: Installation, *arguments: str) -> Iterator[tuple[int, str]]:
    """The demo, up to its printed address: the port and everything it has printed."""
    port, log = free_port(), installation.var / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command("demo", "--port", str(port), *arguments), cwd=ROOT, env=installation.surroundings, stdout=output, stderr=output,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    try:
        assert wait_until(lambda: "Control-C stops it" in log.read_text() or process.poll() is not None, seconds=150), log.read_text()
        assert process.poll() is None, log.read_text()
        yield port, log.read_text()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0, log.read_text()
    finally:
        end(process.pid)


def test_a_start_keeps_the_company_that_is_there_and_a_reset_makes_it_afresh(tmp_path: Path) -> None:
    with reopened(f"demo_{os.getpid()}") as url:
        installation = Installation(tmp_path, url)
        company = installation.ask("SELECT id FROM people_organisation")
        people = installation.ask("SELECT count(*) FROM people_person")
        with demo(installation) as (port, printed):
            assert f"Reconvene is running: http://localhost:{port}" in printed
            assert "The sample company is ready" not in printed
            assert wait_until(lambda: list((tmp_path / "demo-mail").glob("*.log")), seconds=40)
        letters = [path.name for path in (tmp_path / "demo-mail").glob("*.log")]
        assert len(company) == 1
        assert people[0][0] >= 240
        assert installation.ask("SELECT id FROM people_organisation") == company

        with demo(installation, "--reset") as (_, printed):
            assert "The sample company is ready" in printed
            afresh = installation.ask("SELECT id FROM people_organisation")
        assert len(afresh) == 1
        assert afresh != company
        assert installation.ask("SELECT count(*) FROM people_person") == people
        assert not {path.name for path in (tmp_path / "demo-mail").glob("*.log")} & set(letters)
