"""A model laid out in files for the memory: a process starts with it in a few tenths of a second, and processes share what they read of it.

Used by the encoders. The files are our own, under `var`, which must be as safe as the program itself.
"""

import mmap
import os
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

Model = TypeVar("Model")
_APART = 64  # bytes; arrays begin at multiples of it


def mapped(folder: Path, name: str, make: Callable[[], Model]) -> Model:
    """The model from its files in `folder`, which are written when they are missing or cannot be read."""
    head = folder / f"{name}-{sys.implementation.cache_tag}-{np.__version__}.head"
    try:
        return _read(head)
    except (OSError, ValueError, pickle.UnpicklingError, EOFError):
        model = make()
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


def _read(head: Path):  # type: ignore[no-untyped-def]  # whatever was written
    """The model, its arrays being parts of the file: read when they are touched, by all processes together."""
    places, body = pickle.loads(head.read_bytes())  # noqa: S301  # written by _write into our own folder
    with head.with_suffix(".arrays").open("rb") as file:
        memory = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    return pickle.loads(body, buffers=[memory[first : first + size] for first, size in places])  # noqa: S301
