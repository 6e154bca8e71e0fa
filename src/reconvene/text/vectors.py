"""Vectors of phrases and posts that were worked out before, in a file: a changed guide costs only its own. Used by text.finding and guides.finding."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from reconvene.text.encoder import Encoder

UNREADABLE = (OSError, ValueError, KeyError, EOFError, BadZipFile)
"""What comes of a file that is not there or not whole."""


class Vectors:
    """Vectors of phrases, kept in a file so that a changed guide costs only its own phrases. Without a path they are kept nowhere. `came` is such a file that
    came along with the guides, and may be missing or older than they are.
    """

    def __init__(self, encoder: Encoder, path: Path | None = None, *, came: Path | None = None) -> None:
        self._encoder, self._path, self._came = encoder, path, came

    def of(self, lines: Sequence[str]) -> NDArray[np.float32]:
        """float32[len(lines), d]. Afterwards the file holds these and no others. Raises EncoderAway."""
        known = _kept(self._came) | _kept(self._path)
        digests = [_digest(line) for line in lines]
        missing = {digest: line for digest, line in zip(digests, lines, strict=True) if digest not in known}
        known.update(zip(missing, self._encoder.encode(list(missing.values())), strict=True))
        if self._path and (missing or not self._path.exists()):
            _keep(self._path, {digest: known[digest] for digest in digests})
        return np.stack([known[digest] for digest in digests]).astype(np.float32)


def _digest(line: str) -> bytes:
    return hashlib.blake2b(line.encode(), digest_size=8).digest()


def _kept(path: Path | None) -> dict[bytes, NDArray[np.float32]]:
    """Vectors by the digests of their phrases; none from a file that is not there or not whole."""
    try:
        with np.load(path or os.devnull, allow_pickle=False) as kept:
            rows = kept["rows"] * kept["peaks"].astype(np.float32)
            return dict(zip((row.tobytes() for row in kept["digests"]), rows, strict=True))
    except UNREADABLE:
        return {}


def _keep(path: Path, known: Mapping[bytes, NDArray[np.float32]]) -> None:
    """A byte for each number: how many 127ths of the greatest of its row."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    rows = np.stack(list(known.values())).astype(np.float32)
    peaks = np.maximum(np.abs(rows).max(axis=1, keepdims=True) / 127, 1e-6).astype(np.float16)
    with part.open("wb") as file:
        digests = np.frombuffer(b"".join(known), dtype=np.uint8).reshape(len(known), 8)
        np.savez(file, digests=digests, rows=np.clip(np.round(rows / peaks), -127, 127).astype(np.int8), peaks=peaks)
    part.rename(path)
