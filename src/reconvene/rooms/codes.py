"""An address as a drawing to scan. Called by the shared screen and the page of the helper's link."""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

import segno
from django.conf import settings

QUIET = 2  # modules of white round the code


@dataclass(frozen=True)
class Drawing:
    """A code as one SVG path in a square of `size` units."""

    size: int
    path: str


@lru_cache(maxsize=512)  # a shared screen asks at every change of the stage, always for the same
def drawing(address: str) -> Drawing:
    """A full address as a QR code."""
    code = segno.make_qr(address, error="m")
    rows = [list(row) for row in code.matrix]
    runs = [_runs(row, number) for number, row in enumerate(rows)]
    return Drawing(len(rows) + 2 * QUIET, "".join(runs))


def shown_origin() -> str:
    """The address people type, without the scheme."""
    return urlsplit(settings.ORIGIN).netloc + "/join"


def _runs(row: list[int], number: int) -> str:
    """One row's black modules as rectangles, neighbours together."""
    found, start = "", None
    for column, black in enumerate([*row, 0]):
        if black and start is None:
            start = column
        elif not black and start is not None:
            width = column - start
            found += f"M{start + QUIET} {number + QUIET}h{width}v1h-{width}z"
            start = None
    return found
