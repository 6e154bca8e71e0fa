"""Sets pages by typst: a layout with its matter. One layout stands here, a paper made of blocks. Knows neither Django nor the field.

Everything that was typed by people reaches a layout as data, so none of it can be read as markup.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import typst

PAPER = Path(__file__).parent / "typst" / "paper.typ"


class CannotPrint(Exception):
    """The layout could not be set; the cause says why, for the log."""


@dataclass(frozen=True)
class Span:
    """What is drawn below the words of one figure, in per cent of the width: a bar as long as `at`, or, with `low` and `high`, a dot on its interval.
    `goal` 0: no mark. The figures beside it say the same.
    """

    at: float
    low: float | None = None
    high: float | None = None
    goal: float = 0


@dataclass(frozen=True)
class Block:
    """One piece of a paper: "title", "heading", "part", "prose", "note", "points", "table" or "figures".

    `rows` begin with the head. Those of "figures" hold words first, then numbers; `spans` has one for each row but the head, or is empty.
    """

    kind: str
    text: str = ""
    items: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    spans: tuple[Span | None, ...] = ()


def set_pages(layout: Path, matter: Mapping[str, Any], *, is_tagged: bool = False, on: date | None = None, **options: Any) -> bytes:
    """The pages of a layout, which reads no file outside its folder. `is_tagged`: a PDF that a screen reader can read, declared as PDF/UA-1.
    With the day that it is `on` the same matter gives the same bytes at any time. Raises CannotPrint.
    """
    moment = None if on is None else int(datetime(on.year, on.month, on.day, tzinfo=UTC).timestamp())
    made = _set(layout, matter, pdf_standards="ua-1" if is_tagged else None, timestamp=moment, **options)
    assert isinstance(made, bytes)
    return made


def draw_pages(layout: Path, matter: Mapping[str, Any], *, dots: int = 96) -> list[bytes]:
    """The same pages as pictures to look at, PNG, so many dots to an inch. Raises CannotPrint."""
    made = _set(layout, matter, format="png", ppi=float(dots))
    return made if isinstance(made, list) else [made]


def _set(layout: Path, matter: Mapping[str, Any], **options: Any) -> Any:
    inputs = {"matter": json.dumps(matter)}
    try:
        return typst.compile(str(layout), root=str(layout.parent), ignore_system_fonts=True, sys_inputs=inputs, **options)
    except typst.TypstError as error:
        raise CannotPrint(layout.name) from error


def paper(blocks: Sequence[Block], *, title: str, organisation: str, as_of: str) -> dict[str, Any]:
    """The matter of PAPER: its pieces; title, organisation and day in words stand at the foot of each page."""
    return {"title": title, "organisation": organisation, "as_of": as_of, "blocks": [asdict(one) for one in blocks]}
