"""An embedding service of the organisation's own, instead of the encoder that comes along. Off unless RECONVENE_EMBEDDING_URL is set.

It speaks the protocol that OpenAI began and many servers share: POST {address}/embeddings with a model and a list of texts. The address is guarded as
every address that we ask (integrations.web). Logs nothing: the texts are confidences.
"""

import hashlib
import json
import time
from collections.abc import Sequence

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from reconvene.availability.registry import Unreadable
from reconvene.guides.finding import offer_encoder
from reconvene.integrations.web import Answer, Conversation
from reconvene.text.encoder import EncoderAway

BATCH = 64
SECONDS = 3.0
"""For one question; somebody waits for the page."""
PAUSE = 60.0
"""Seconds for which it is left alone after it was away."""


class Service:
    """The service at an address, as an Encoder."""

    def __init__(self, address: str, *, model: str, key: str) -> None:
        self.name = "service-" + hashlib.blake2b(f"{address} {model}".encode(), digest_size=6).hexdigest()
        self._address, self._model, self._key = address.rstrip("/") + "/embeddings", model, key
        self._not_before = 0.0

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A row of length 1 for each text. Raises EncoderAway, and then at once for PAUSE seconds."""
        if time.monotonic() < self._not_before:
            raise EncoderAway
        try:
            parts = [self._ask(texts[first : first + BATCH]) for first in range(0, len(texts), BATCH)]
            return np.concatenate(parts)
        except (Unreadable, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            self._not_before = time.monotonic() + PAUSE
            raise EncoderAway from error

    def _ask(self, texts: Sequence[str]) -> NDArray[np.float32]:
        headers = {"Content-Type": "application/json", **({"Authorization": "Bearer " + self._key} if self._key else {})}
        body = json.dumps({"model": self._model, "input": list(texts), "encoding_format": "float"}).encode()
        return _rows(Conversation(seconds=SECONDS).ask("POST", self._address, headers=headers, body=body), count=len(texts))


def offer() -> None:
    """Enter the service that the settings name, if they do."""
    service = settings.EMBEDDING_URL and Service(settings.EMBEDDING_URL, model=settings.EMBEDDING_MODEL, key=settings.EMBEDDING_KEY)
    offer_encoder(service or None)


def _rows(answer: Answer, *, count: int) -> NDArray[np.float32]:
    """The vectors of an answer in the order of the question. Raises ValueError, KeyError or TypeError when it is not what was asked for."""
    if answer.status != 200:
        raise ValueError
    data = sorted(json.loads(answer.body)["data"], key=lambda one: int(one["index"]))
    rows = np.array([one["embedding"] for one in data], dtype=np.float32)
    if rows.ndim != 2 or len(rows) != count or [one["index"] for one in data] != list(range(count)) or not np.isfinite(rows).all():
        raise ValueError
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: NDArray[np.float32] = (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return scaled
