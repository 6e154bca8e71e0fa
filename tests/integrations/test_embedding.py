"""An embedding service of one's own, over real HTTP on this machine."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from reconvene.config import environment
from reconvene.integrations.embedding import Service
from reconvene.text.encoder import EncoderAway


class Server(ThreadingHTTPServer):
    """Answers with the length of each text and 1; `spoil` changes the answer."""

    asked: list[dict] = []
    keys: list[str | None] = []
    status = 200

    @staticmethod
    def spoil(data: list[dict]) -> object:
        return {"data": data}


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append({"path": self.path, **body})
        self.server.keys.append(self.headers["Authorization"])
        data = [{"index": at, "embedding": [float(len(text)), 1.0]} for at, text in enumerate(body["input"])]
        answer = json.dumps(self.server.spoil(data[::-1])).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def server(settings: object) -> Iterator[Server]:
    settings.INSIDE_HOSTS = frozenset({"localhost"})
    with Server(("127.0.0.1", 0), Handler) as made:
        made.asked, made.keys = [], []
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


def service(server: Server, *, key: str = "") -> Service:
    return Service(f"http://localhost:{server.server_port}/v1/", model="small", key=key)


def test_texts_are_asked_for_by_64_and_come_back_in_order_with_length_one(server: Server) -> None:
    rows = service(server, key="secret").encode(["x" * number for number in range(1, 101)])

    assert [len(one["input"]) for one in server.asked] == [64, 36]
    assert server.asked[0]["path"] == "/v1/embeddings"
    assert server.asked[0]["model"] == "small"
    assert set(server.keys) == {"Bearer secret"}
    assert np.allclose(rows[:, 0] / rows[:, 1], range(1, 101), rtol=1e-4)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: {"error": str(len(data))},
        lambda data: data[:1],
        lambda data: {"data": data[:1]},
        lambda data: {"data": [{**one, "embedding": "words"} for one in data]},
        lambda data: {"data": [{**one, "embedding": [float("nan"), 1.0]} for one in data]},
        lambda data: {"data": [{**one, "index": 0} for one in data]},
    ],
)
def test_an_answer_that_is_not_what_was_asked_for_is_no_answer(server: Server, spoil: object) -> None:
    server.spoil = spoil

    with pytest.raises(EncoderAway):
        service(server).encode(["one", "two"])


def test_a_service_that_was_away_is_left_alone_for_a_while(server: Server) -> None:
    server.status, asked = 500, service(server)
    with pytest.raises(EncoderAway):
        asked.encode(["one"])
    server.status = 200
    began = time.monotonic()

    with pytest.raises(EncoderAway):
        asked.encode(["one"])

    assert time.monotonic() - began < 0.1
    assert len(server.asked) == 1


def test_an_address_inside_is_not_asked_unless_it_is_allowed(server: Server, settings: object) -> None:
    settings.INSIDE_HOSTS = frozenset()

    with pytest.raises(EncoderAway):
        service(server).encode(["one"])

    assert server.asked == []


@pytest.mark.parametrize(
    ("address", "model", "reason"),
    [("http://models.example/v1", "small", "https"), ("models.example", "small", "https"), ("https://models.example/v1", "", "MODEL")],
)
def test_settings_that_must_not_run_are_refused(monkeypatch: pytest.MonkeyPatch, address: str, model: str, reason: str) -> None:
    monkeypatch.setenv("RECONVENE_EMBEDDING_URL", address)
    monkeypatch.setenv("RECONVENE_EMBEDDING_MODEL", model)

    with pytest.raises(environment.UnsafeSettings, match=reason):
        environment.embedding()
