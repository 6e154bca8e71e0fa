"""`reconvene serve` in real processes: it stops in time with a room open, takes its worker along, and outlives a lost database."""

import http.client
import signal
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import psycopg.conninfo
import pytest
from django.conf import settings

from reconvene.base import tenancy
from reconvene.config.health import LIVE, READY
from reconvene.config.serving import Keeper, publish_static
from tests import world
from tests.config.installation import KEY, Installation, Serving, end, free_port, is_alive, wait_until
from tests.databases import own_database
from tests.rooms.play import a_table

SHORT = "I want to delegate and it comes back half done, every single time."


@pytest.fixture
def cookie(installation: Installation, settings: object, django_db_blocker: object) -> str:
    """Ana's browser, signed in at the installation, in the room of a session that is on now."""
    settings.SECRET_KEY = KEY  # type: ignore[attr-defined]  # her session has to be signed with the installation's key
    with django_db_blocker.unblock(), installation.opened():  # type: ignore[attr-defined]
        organisation = world.make_organisation("Birchwell")
        with tenancy.within(organisation.id):
            table = a_table()
            table.now = table.session.starts_at = datetime.now(UTC)
            table.session.save()
            table.begin()
            installation.more["SESSION"] = str(table.session.id)
            return f"{_name()}={table.browsers['ana'].cookies[_name()].value}"


def _name() -> str:
    return settings.SESSION_COOKIE_NAME


@contextmanager
def room_stream(serving: Serving, installation: Installation, cookie: str) -> Iterator[socket.socket]:
    """An open stream of the room, as a browser holds it."""
    with socket.create_connection(("127.0.0.1", serving.port), timeout=15) as line:
        path = f"/rooms/{installation.more['SESSION']}/stream"
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode())
        assert line.recv(64).split()[1] == b"200"
        yield line


def test_it_stops_within_ten_seconds_with_a_room_open_and_takes_its_worker_along(installation: Installation, cookie: str) -> None:
    with installation.serving() as serving:
        assert wait_until(serving.children)
        (worker,) = serving.children()
        with room_stream(serving, installation, cookie):
            began = time.monotonic()
            serving.process.send_signal(signal.SIGTERM)
            code = serving.process.wait(timeout=15)

        assert code == 0
        assert time.monotonic() - began < 10
        assert not is_alive(worker)
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", serving.port), timeout=1)


def test_when_it_is_killed_the_worker_ends_too(installation: Installation) -> None:
    with installation.serving() as serving:
        assert wait_until(lambda: installation.ask("SELECT count(*) FROM procrastinate_workers") == [(1,)], seconds=20)
        (worker,) = serving.children()
        serving.process.kill()
        serving.process.wait()

        assert wait_until(lambda: not is_alive(worker), seconds=20)


def test_a_worker_that_dies_is_started_again(installation: Installation) -> None:
    with installation.serving() as serving:
        assert wait_until(serving.children)
        (first,) = serving.children()
        end(first)

        assert wait_until(lambda: serving.children() not in ([], [first]), seconds=20)


def test_a_worker_for_which_the_machine_has_no_room_at_the_moment_is_started_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    program, begun = tmp_path / "python", tmp_path / "begun"
    monkeypatch.setattr(sys, "executable", str(program))  # which is not there yet: starting it fails as it does without memory
    keeper = Keeper()
    keeper.start()
    assert wait_until(lambda: "could not be started" in caplog.text)

    program.write_text(f"#!/bin/sh\ntouch {begun}\nexec sleep 60\n")
    program.chmod(0o755)

    assert wait_until(begun.exists)
    keeper.stop()
    keeper.join(timeout=15)
    assert not keeper.is_alive()


def test_web_only_starts_no_worker(installation: Installation) -> None:
    with installation.serving("--web-only") as serving:
        assert serving.get("/sign-in/")[0] == 200
        assert serving.children() == []


def test_a_port_that_is_taken_is_said_and_leaves_no_worker(installation: Installation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port()))
        taken.listen()
        done = installation.run("serve", "--port", str(taken.getsockname()[1]))

    assert done.returncode == 1
    assert "address already in use" in done.stderr


def test_a_lost_database_gives_a_calm_page_with_the_text_and_everything_works_again_after(installation: Installation, cookie: str) -> None:
    with installation.serving("--web-only") as serving:
        token = "t" * 32
        cookies = f"{cookie}; {settings.CSRF_COOKIE_NAME}={token}"
        form = urlencode({"text": SHORT, "csrfmiddlewaretoken": token}).encode()
        assert [serving.get("/", cookie=cookie)[0] for _ in range(4)] == [200] * 4  # the pool is warm

        with away(installation):
            status, page = serving.get("/challenges/new/", cookie=cookies, data=form)
            assert status == 503
            assert "The database does not answer" in page
            assert SHORT in page

        assert [serving.get("/", cookie=cookie)[0] for _ in range(6)] == [200] * 6
        assert SHORT in serving.get("/challenges/new/", cookie=cookies, data=form)[1]


def test_a_balancer_learns_whether_the_process_lives_and_whether_the_database_answers_and_nothing_else(installation: Installation) -> None:
    with installation.serving("--web-only") as serving:
        assert [ask(serving, path) for path in (LIVE, READY)] == [200, 200]
        assert [ask(serving, path, method="HEAD") for path in (LIVE, READY)] == [200, 200]
        assert [ask(serving, path, method="POST") for path in (LIVE, READY)] == [405, 405]
        with away(installation):
            assert wait_until(lambda: ask(serving, READY) == 503)
            assert ask(serving, LIVE) == 200
        assert wait_until(lambda: ask(serving, READY) == 200)
        assert "health" not in serving.log.read_text()


def ask(serving: Serving, path: str, *, method: str = "GET") -> int:
    """The status that a balancer gets, which knows the process by its number and has no cookie; there is nothing else in the answer."""
    line = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=10)
    line.request(method, path, headers={"Host": "10.1.2.3"})
    answer = line.getresponse()
    assert answer.read() == b""
    assert not {"Set-Cookie", "Location", "Server"} & set(answer.headers)
    assert answer.headers["Cache-Control"] == "no-store"
    line.close()
    return answer.status


@contextmanager
def away(installation: Installation) -> Iterator[None]:
    """The installation's database refuses everybody."""
    name = psycopg.conninfo.conninfo_to_dict(installation.url)["dbname"]
    with own_database(f"beside_{name}") as beside, psycopg.connect(beside, autocommit=True) as server:
        server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def test_pages_say_who_may_do_what_with_them(installation: Installation) -> None:
    with installation.serving("--web-only") as serving:
        line = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=10)
        line.request("GET", "/sign-in/", headers={"Host": "localhost"})
        answer = line.getresponse()
        page = answer.read().decode()
        cookies = SimpleCookie(answer.headers["Set-Cookie"])

        assert "default-src 'self'" in answer.headers["Content-Security-Policy"].split("; ")
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Server"] is None
        assert cookies[settings.CSRF_COOKIE_NAME]["httponly"]
        assert "http://" not in page.replace("http://www.w3.org", "")
        line.request("GET", "/sign-in/", headers={"Host": "elsewhere.example"})
        assert line.getresponse().status == 400


def test_of_two_processes_that_start_at_once_neither_takes_the_style_sheets_away_from_the_other(tmp_path: Path, settings: Any) -> None:
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}

    def publish() -> set[str]:
        publish_static()
        return {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")}

    with ThreadPoolExecutor(1) as other:
        first = other.submit(publish)
        assert wait_until(lambda: any(tmp_path.rglob("*.css")))
        second = publish()

    assert "static/staticfiles.json" in second
    assert first.result() == second


def test_the_embedded_database_is_started_found_again_and_stopped(tmp_path: object) -> None:
    installation = Installation(tmp_path, more={"RECONVENE_SECRET_KEY": KEY})  # type: ignore[arg-type]
    data = installation.var / "postgres" / "data"
    assert installation.run("migrate").returncode == 0
    assert not (data / "postmaster.pid").exists()

    with installation.serving() as serving:
        pid = (data / "postmaster.pid").read_text().split()[0]
        beside = installation.run("check")
        assert "  ok   worker" in beside.stdout
        assert serving.get("/sign-in/")[0] == 200
        serving.process.kill()
        serving.process.wait()
        assert is_alive(int(pid))
    with installation.serving() as serving:
        assert (data / "postmaster.pid").read_text().split()[0] == pid
        serving.process.send_signal(signal.SIGTERM)
        assert serving.process.wait(timeout=15) == 0
    assert wait_until(lambda: not (data / "postmaster.pid").exists())
