"""What a text means, as a vector: texts that say the same in other words lie near to each other. The protocol that `text.finding` asks.

Two come along: `text.english` and `text.multilingual`. Nothing is downloaded and nothing leaves the process.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


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
