"""The embedded PostgreSQL against real processes: found again, never two, stopped with its last user, private."""

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

from reconvene.config import embedded as embedding
from reconvene.config.embedded import DATABASE, LONGEST_SOCKET_FOLDER, Embedded

USER = "import sys, time; from pathlib import Path; from reconvene.config.embedded import Embedded; e = Embedded(Path(sys.argv[1]), durable=False)"
HOLD = USER + "; e.start(); print('up', flush=True); sys.stdin.readline(); e.stop()"


@pytest.fixture
def embedded(tmp_path: Path):
    server = Embedded(tmp_path / "postgres", durable=False)
    yield server
    server.start()
    server.stop()


def server_pid(server: Embedded) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def hold(server: Embedded) -> subprocess.Popen[str]:
    """Another process that uses the same server until it gets a line."""
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(server.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "up\n"
    return other


def test_the_program_connects_without_superuser_rights(embedded):
    with psycopg.connect(embedded.start()) as connection:
        row = connection.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user").fetchone()

    assert row == (False, False)


def test_search_may_use_its_index_in_every_database_also_of_an_older_server(embedded):
    def marked(database):
        with psycopg.connect(embedded.url(database)) as connection:
            return connection.execute("SELECT proleakproof FROM pg_proc WHERE proname = 'ts_match_vq'").fetchone()

    with psycopg.connect(embedded.start(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE later")
    assert (marked(DATABASE), marked("later")) == ((True,), (True,))

    with embedded._connect(DATABASE) as superuser:
        superuser.execute("ALTER FUNCTION pg_catalog.ts_match_vq(tsvector, tsquery) NOT LEAKPROOF")
    embedded.start()
    assert marked(DATABASE) == (True,)


def test_nobody_gets_in_without_the_password(embedded):
    embedded.start()

    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host=str(embedded.sockets), user="reconvene", dbname="reconvene", password="wrong")


@pytest.mark.parametrize("way", [way for way in embedding._ways() if embedding._works(way)], ids=lambda way: way.prefix[:1] or "plain")
def test_the_server_runs_as_no_root_and_its_files_belong_to_it(embedded, monkeypatch, way):
    monkeypatch.setattr(embedding, "_way_down", lambda: way)
    with psycopg.connect(embedded.start()) as connection:
        connection.execute("CREATE TABLE proof (one int)")
    embedded.stop()

    assert not (embedded.data / "postmaster.pid").exists()
    assert embedded.start()
    owners = {path.stat().st_uid for path in (embedded.data, *embedded.data.rglob("*"), *embedded.sockets.iterdir())}
    assert owners == {way.account}
    with psycopg.connect(embedded.url()) as connection:
        assert connection.execute("SELECT count(*) FROM proof").fetchone() == (0,)


def test_files_of_the_one_way_serve_the_other(embedded, monkeypatch):
    ways = [way for way in embedding._ways() if embedding._works(way)]
    for way in (*ways, *ways):
        monkeypatch.setattr(embedding, "_way_down", lambda way=way: way)
        assert embedded.start() == embedded.url()
        embedded.stop()


def test_folders_and_passwords_are_private(embedded):
    embedded.start()

    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (embedded.folder, embedded.data, embedded.sockets)}
    assert set(modes.values()) == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in embedded.folder.glob("*.password")} == {0o600}


def test_two_processes_share_one_server_and_the_last_one_stops_it(embedded):
    embedded.start()
    pid = server_pid(embedded)
    other = hold(embedded)

    embedded.stop()
    assert server_pid(embedded) == pid
    other.communicate("\n")

    assert not (embedded.data / "postmaster.pid").exists()


def test_a_server_whose_parent_was_killed_is_found_again(embedded):
    other = hold(embedded)
    pid = server_pid(embedded)
    other.send_signal(signal.SIGKILL)
    other.wait()

    embedded.start()

    assert server_pid(embedded) == pid


def test_a_killed_server_leaves_nothing_that_hinders_the_next(embedded):
    embedded.start()
    os.kill(server_pid(embedded), signal.SIGKILL)

    with psycopg.connect(embedded.start()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_server_that_died_is_started_again_for_whoever_still_uses_it(embedded, monkeypatch, caplog):
    url = embedded.start()
    assert not embedded.revive(), "it is there"
    monkeypatch.setattr(embedding, "LOOK_AGAIN", 0.1)
    threading.Thread(target=embedded.keep_alive, daemon=True).start()
    os.kill(server_pid(embedded), signal.SIGKILL)

    until = time.monotonic() + 30
    while "it was started again" not in caplog.text and time.monotonic() < until:
        time.sleep(0.1)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    embedded.stop()
    assert not embedded.revive(), "nobody uses it any more"


def test_the_next_waits_for_the_children_of_a_killed_server(embedded):
    embedded.start()
    pid = server_pid(embedded)
    child = int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
    os.kill(child, signal.SIGSTOP)
    os.kill(pid, signal.SIGKILL)
    threading.Timer(1, os.kill, (child, signal.SIGCONT)).start()

    with psycopg.connect(embedded.start()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_stale_pid_that_now_belongs_to_another_program_is_ignored(embedded):
    embedded.start()
    embedded.stop()
    (embedded.data / "postmaster.pid").write_text(f"{os.getpid()}\n{embedded.data}\n")

    with psycopg.connect(embedded.start()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_the_socket_path_is_never_too_long(tmp_path):
    deep = Embedded(tmp_path / ("d" * 60) / ("e" * 60), durable=False)

    with psycopg.connect(deep.start()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)

    assert len(str(deep.sockets)) <= LONGEST_SOCKET_FOLDER
    assert stat.S_IMODE(deep.sockets.stat().st_mode) == 0o700
    deep.stop()
