"""Topics whose guide is still being written. Pure.

Called by guides.library only. When the last guide is there, this module and its file go, and a topic without a guide is refused.
"""

from dataclasses import dataclass
from pathlib import Path

import yaml

UNWRITTEN_FILE = "unwritten.yaml"


@dataclass(frozen=True)
class Unwritten:
    """What is known of such a topic. Without phrases it is not offered to anybody yet."""

    code: str
    slug: str
    title: str
    levels: tuple[str, ...]
    phrases: tuple[str, ...]
    sounds_like: tuple[str, ...] = ()
    phrases_de: tuple[str, ...] = ()


def read_unwritten(folder: Path) -> dict[str, Unwritten]:
    """Such topics by slug; none when there is no file of them."""
    path = folder / UNWRITTEN_FILE
    rows = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else []
    return {row["slug"]: Unwritten(row["code"], row["slug"], row["title"], tuple(row["levels"]), tuple(row["phrases"])) for row in rows}
