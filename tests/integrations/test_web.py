"""The one way out: what is refused before a connection is made, and where an answer is cut off."""

import gzip
import logging
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from reconvene.availability.registry import Unreadable
from reconvene.integrations import web
from reconvene.integrations.web import LARGEST, Conversation, is_public
from tests.integrations.servers import Asked, Reply, always, server


def refusal(address: str, method: str = "GET") -> str:
    """The code with which asking fails."""
    with pytest.raises(Unreadable) as caught:
        Conversation(user="ana", password="secret").ask(method, address)
    assert str(caught.value) == caught.value.code
    return caught.value.code


@pytest.fixture
def canary() -> Iterator[socket.socket]:
    """A listener that nobody may reach."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening
        with pytest.raises(BlockingIOError):
            listening.accept()


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]", "LOCALHOST", "127.0.0.1.", "localhost."],
)  # fmt: skip
def test_no_spelling_of_this_machine_is_ever_connected_to(host: str, canary: socket.socket, settings: Any) -> None:
    settings.INSIDE_HOSTS = frozenset()
    port = canary.getsockname()[1]

    for address in (f"https://{host}/", f"https://{host}:{port}/", f"http://{host}:{port}/", f"https://user:word@{host}:{port}/"):
        assert refusal(address) in ("forbidden", "away")


@pytest.mark.parametrize(
    "address", ["ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "https://", "nothing", "", "https://[/"]
)
def test_what_is_no_https_address_is_not_asked(address: str) -> None:
    assert refusal(address) in ("forbidden", "away")


@pytest.mark.parametrize("address", ["http://93.184.216.34/a.ics", "https://93.184.216.34:8443/", "https://93.184.216.34:22/"])
def test_plain_http_and_other_ports_are_for_hosts_inside_only(address: str) -> None:
    assert refusal(address) == "forbidden"


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255",
        "224.0.0.1", "240.0.0.1", "198.18.0.1", "192.0.2.1", "203.0.113.9", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254",
        "ff02::1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::169.254.169.254", "64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_of_the_internet_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "2a00:1450:4001::1"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


def test_a_host_named_as_inside_is_asked_on_any_port_and_without_https() -> None:
    with server(always(200, b"yes", Content_Type="text/Calendar; charset=utf-8")) as up:
        answer = Conversation(user="ana", password="word").ask("GET", f"{up.origin}/a?b=c")

    assert (answer.status, answer.body, answer.content_type) == (200, b"yes", "text/calendar")
    (asked,) = up.asked
    assert (asked.path, asked.headers["host"]) == ("/a?b=c", up.origin.removeprefix("http://"))
    assert asked.headers["authorization"] == "Basic YW5hOndvcmQ="
    assert asked.headers["accept-encoding"] == "identity"


def test_a_redirect_to_where_we_may_not_go_is_not_followed(canary: socket.socket) -> None:
    port = canary.getsockname()[1]
    for there in (f"http://127.0.0.1:{port}/", f"https://127.0.0.1:{port}/", "https://169.254.169.254/latest/meta-data/", "https://[::1]/"):
        with server(always(302, Location=there)) as up:
            assert refusal(f"{up.origin}/") == "forbidden"
            assert len(up.asked) == 1


def test_three_redirects_are_followed_and_a_fourth_is_not() -> None:
    def count_down(handler: BaseHTTPRequestHandler, asked: Asked) -> Reply:
        left = int(asked.path.strip("/"))
        return (307, {"Location": f"/{left - 1}"}, b"") if left else (200, {}, asked.method.encode())

    with server(count_down) as up:
        assert Conversation().ask("REPORT", f"{up.origin}/3").body == b"REPORT"
        assert refusal(f"{up.origin}/4") == "away"


def test_a_password_goes_to_no_other_server_and_a_secret_that_is_posted_follows_no_redirect() -> None:
    with server(always(200)) as second, server(always(307, Location=second.origin)) as first:
        Conversation(user="ana", password="word").ask("GET", first.origin)
        assert refusal(first.origin, "POST") == "away"

    assert ["authorization" in asked.headers for asked in first.asked] == [True, True]
    assert ["authorization" in asked.headers for asked in second.asked] == [False]


def test_a_hundred_megabytes_are_refused_before_they_are_read() -> None:
    written = []

    def pour(handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        handler.send_response(200)
        if asked.path == "/said":
            handler.send_header("Content-Length", "100000000")
        handler.end_headers()
        for _ in range(100):
            written.append(handler.wfile.write(b"x" * 1_000_000))

    with server(pour) as up:
        assert refusal(f"{up.origin}/said") == "too_large"
        assert refusal(f"{up.origin}/not-said") == "too_large"

    assert sum(written) < 4 * LARGEST  # what was on its way already


def test_what_is_packed_is_not_unpacked() -> None:
    with server(always(200, gzip.compress(b"0" * 50_000_000), Content_Encoding="gzip")) as up:
        assert refusal(up.origin) == "away"


@pytest.mark.parametrize("silence", ["before the status", "in the headers", "in the body"])
def test_a_server_that_hangs_is_left_after_the_time_for_everything(silence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "SECONDS", 0.6)

    def drip(handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        if silence != "before the status":
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"\r\n" if silence == "in the body" else b"X: "))
        while not up.ends.wait(0.05):
            handler.wfile.write(b"" if silence == "before the status" else b"x")

    with server(drip) as up:
        began = time.monotonic()
        assert refusal(up.origin) == "slow"
        assert time.monotonic() - began < 5


def test_a_name_server_that_is_silent_is_not_waited_for_any_longer_than_the_server_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "SECONDS", 0.3)
    has_answered, gives_up = threading.Event(), threading.Event()

    def silent(*_asked: Any, **_more: Any) -> list[Any]:
        gives_up.wait(timeout=10)
        has_answered.set()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    try:
        with pytest.raises(Unreadable, match="slow"):
            Conversation(seconds=0.3).ask("GET", "https://calendar.example/a.ics")
        assert not has_answered.is_set()
    finally:
        gives_up.set()


def test_the_time_is_for_all_questions_of_a_conversation_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "SECONDS", 0.0)

    with server(always(200)) as up:
        assert refusal(up.origin) == "slow"
    assert up.asked == []


def test_nobody_listening_half_an_answer_and_nonsense_count_as_away() -> None:
    def half(handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        handler.wfile.write(
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf" if asked.path == "/half" else b"220 mail.example ESMTP\r\n"
        )

    with server(half) as up:
        assert [refusal(f"{up.origin}/half"), refusal(f"{up.origin}/nonsense")] == ["away", "away"]
    assert refusal(up.origin) == "away"
    assert refusal("https://no-such-host.invalid/") == "away"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "refused"),
        (403, "refused"),
        (404, "not_found"),
        (410, "not_found"),
        (429, "away"),
        (500, "away"),
        (503, "away"),
        (304, "away"),
    ],
)
def test_every_status_without_a_calendar_has_a_class(status: int, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        web.class_status(status)
    assert caught.value.code == code
    web.class_status(200)


def test_no_address_is_ever_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with server(always(200)) as up:
        Conversation().ask("GET", f"{up.origin}/private-abc123/basic.ics")

    assert "abc123" not in caplog.text


def test_servers_outside_are_asked_through_the_companys_proxy_by_name_and_those_inside_directly(settings: Any) -> None:
    with server(always(502)) as proxy, server(always(200, b"inside")) as inside:
        settings.OUTGOING_PROXY = proxy.origin
        with pytest.raises(Unreadable, match="away"):
            Conversation().ask("GET", "https://calendar.invalid/private.ics")
        assert [(one.method, one.path) for one in proxy.asked] == [("CONNECT", "calendar.invalid:443")]
        assert Conversation().ask("GET", inside.origin).body == b"inside"

        for address in ("https://10.0.0.7/", "https://[::1]/", "https://169.254.169.254/", "http://calendar.invalid/"):
            with pytest.raises(Unreadable, match="forbidden"):
                Conversation().ask("GET", address)
        settings.INSIDE_HOSTS = frozenset()
        with pytest.raises(Unreadable, match="forbidden"):
            Conversation().ask("GET", "https://localhost/")
        assert len(proxy.asked) == 1
