"""Sets a printout: the page for decision makers, the whole case and the documents of a roll-out as tagged PDF, the drawings for slides as a ZIP of SVG and PNG.

Called by the job. The layout stands in `typst/`; everything that was typed by people reaches it as data, so none of it can be read as markup.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from reconvene.rollout.models import Kind

FOLDER = Path(__file__).parent / "typst"
DOTS = 200.0
"""Per inch, for PNG."""


class CannotPrint(Exception):
    """The layout could not be set; the cause says why, for the log."""


def printed(kind: str, matter: Mapping[str, Any]) -> bytes:
    """The file of this kind from what was worked out: `telling`, the `words` around it, `drawings` as SVG by name; of a paper its `blocks`. Raises CannotPrint."""
    if kind == Kind.DRAWINGS:
        return _drawings(matter["drawings"])
    return _set(f"{kind}.typ", matter, is_tagged=True)


def _drawings(drawings: Mapping[str, str]) -> bytes:
    """Every drawing twice: as SVG, which stays sharp, and as PNG, which every slide takes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, drawn in drawings.items():
            folder.writestr(f"{name}.svg", drawn)
            folder.writestr(f"{name}.png", _set("drawing.typ", {"drawing": drawn}, format="png", ppi=DOTS))
    return packed.getvalue()


def _set(layout: str, matter: Mapping[str, Any], *, is_tagged: bool = False, **options: Any) -> bytes:
    try:
        made = typst.compile(
            str(FOLDER / layout),
            root=str(FOLDER),
            ignore_system_fonts=True,
            sys_inputs={"matter": json.dumps(matter)},
            pdf_standards="ua-1" if is_tagged else None,
            **options,
        )
    except typst.TypstError as error:
        raise CannotPrint(layout) from error
    assert isinstance(made, bytes)
    return made
