"""Sets a printout: the page for decision makers, the whole case and the documents of a roll-out as tagged PDF, the drawings for slides as a ZIP of SVG and PNG.

Called by the job. The layouts of a business case stand in `typst/`; that of a document is `base.typesetting`'s paper.
"""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reconvene.base.typesetting import PAPER, set_pages
from reconvene.rollout.models import Kind

FOLDER = Path(__file__).parent / "typst"
DOTS = 200.0
"""Per inch, for PNG."""


def printed(kind: str, matter: Mapping[str, Any]) -> bytes:
    """The file of this kind from what was worked out: `telling`, the `words` around it, `drawings` as SVG by name; of a paper its `blocks`. Raises CannotPrint."""
    if kind == Kind.DRAWINGS:
        return _drawings(matter["drawings"])
    return set_pages(PAPER if kind == Kind.PAPER else FOLDER / f"{kind}.typ", matter, is_tagged=True)


def _drawings(drawings: Mapping[str, str]) -> bytes:
    """Every drawing twice: as SVG, which stays sharp, and as PNG, which every slide takes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, drawn in drawings.items():
            folder.writestr(f"{name}.svg", drawn)
            folder.writestr(f"{name}.png", set_pages(FOLDER / "drawing.typ", {"drawing": drawn}, format="png", ppi=DOTS))
    return packed.getvalue()
