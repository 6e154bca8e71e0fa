"""The printouts as they are set: pages, tags, words that people typed, the figures for slides."""

import io
import json
import re
import zipfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typst

from reconvene.base.typesetting import CannotPrint
from reconvene.people.models import Organisation
from reconvene.rollout.basis import Value
from reconvene.rollout.drawings import DRAWINGS
from reconvene.rollout.models import BusinessCase
from reconvene.rollout.printing import FOLDER, printed
from reconvene.rollout.printing_words import printing_words
from reconvene.rollout.queries import Worked
from reconvene.rollout.telling import tell
from tests.rollout.test_basis import BENEFIT, FUNNEL, HOURS, LATER, VALUED

THREE = {"low": 10, "likely": 20, "high": 30}
FULL = {"people_1": THREE, "people_2": THREE, "people_3": THREE}
PUBLISHED: dict[str, Value] = {"funnel": FUNNEL, "later": LATER, "benefit": BENEFIT, "valued": VALUED, "hours_in_sessions": HOURS}


def matter(
    *, name: str = "The spring wave", figures: Any = None, published: dict[str, Value] | None = None, **facts: Any
) -> dict[str, Any]:
    organisation = Organisation(name="Aldermoor")
    case = BusinessCase(
        organisation=organisation, name=name, seed=7, changed_at=datetime(2026, 3, 1, tzinfo=UTC), figures=figures or {}, **facts
    )
    telling = tell(Worked(case, None, published or {}))
    return json.loads(
        json.dumps(
            {
                "telling": asdict(telling),
                "words": printing_words(telling),
                "drawings": {key: draw(telling) for key, draw in DRAWINGS.items()},
            }
        )
    )


def pages(layout: Path, found: dict[str, Any]) -> int:
    """How many pages the layout comes to."""
    made = typst.compile(
        str(layout), root=str(layout.parent), ignore_system_fonts=True, sys_inputs={"matter": json.dumps(found)}, format="svg"
    )
    return len(made) if isinstance(made, list) else 1


CASES = {
    "defaults": {},
    "three bands": {"figures": FULL},
    "measured": {"figures": FULL, "published": PUBLISHED},
    "large amounts, long name": {"figures": FULL, "name": "Wording as long as it may be, " * 4, "currency": "INR", "rate": 98.0},
    "nothing comes of it": {"figures": {"value_each": {"low": 0, "likely": 0, "high": 0}}},
}


@pytest.mark.parametrize("facts", CASES.values(), ids=CASES)
def test_the_page_is_one_page_and_the_report_ten(facts: dict[str, Any]) -> None:
    found = matter(**{**facts, "name": facts.get("name", "The spring wave")[:120]})

    assert (pages(FOLDER / "page.typ", found), pages(FOLDER / "whole.typ", found)) == (1, 10)


def test_a_printout_is_a_tagged_pdf() -> None:
    made = printed("page", matter())

    assert made.startswith(b"%PDF")
    assert b"StructTreeRoot" in made or b"/MarkInfo" in made


def test_what_people_type_stays_text() -> None:
    hostile = '#panic("no") $x$ @cite <b>&amp; "quoted" \\ */ //'

    assert printed("page", matter(name=hostile)).startswith(b"%PDF")
    with zipfile.ZipFile(io.BytesIO(printed("drawings", matter(name=hostile)))) as folder:
        assert "&lt;b&gt;" in folder.read("breakeven.svg").decode()


def test_the_figures_for_slides_come_as_svg_and_png() -> None:
    with zipfile.ZipFile(io.BytesIO(printed("drawings", matter()))) as folder:
        names = sorted(folder.namelist())
        assert names == sorted(f"{key}.{ending}" for key in DRAWINGS for ending in ("png", "svg"))
        assert all(folder.read(name).startswith(b"\x89PNG") for name in names if name.endswith("png"))
        assert b"style=" not in folder.read("tornado.svg") and b"script" not in folder.read("tornado.svg")


def test_every_word_of_the_layouts_comes_with_the_data_and_none_for_nothing() -> None:
    layouts = "".join((FOLDER / f"{name}.typ").read_text() for name in ("parts", "page", "whole"))
    code = re.sub(r"//.*|#import.*|\"[^\"]*\"", "", layouts)
    content = re.findall(r"\[([^\[\]]*)\]", code)

    assert set(re.findall(r"\bw\.(\w+)", layouts)) == set(matter()["words"])
    assert [one for one in content if re.search(r"[A-Za-z]{3}", re.sub(r"#[\w.]+(\([^)]*\)[\w.]*)*", "", one))] == []


def test_what_cannot_be_set_is_told() -> None:
    with pytest.raises(CannotPrint):
        printed("page", {"telling": {}, "drawings": {}})


def test_no_printout_holds_a_return_without_the_cut() -> None:
    """36 × 25 % × 10,000 are 90,000, which over a cost of 15,732 would be 472 %."""
    said = json.dumps(matter(), ensure_ascii=False)

    assert "67\u00a0%" in said  # the return that may be shown
    assert "472\u00a0%" not in said and "90,000 −" not in said
