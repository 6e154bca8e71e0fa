"""A report as a file: what was published, the same bytes each time, nothing that a spreadsheet would work out, and a line in the log."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from reconvene.base.typesetting import PAPER, paper, set_pages
from reconvene.console.exports import HEAD, as_csv, as_xlsx, rows
from reconvene.console.figures import charts, tables
from reconvene.console.report_telling import pieces
from reconvene.groups.models import Programme
from reconvene.releases.models import Figure, Opening, Report
from tests import world
from tests.world import MONDAY

MARCH = date(2026, 3, 1)
TAKEN = {"taken_on": "2026-03-01"}
FIGURES = {
    "funnel": {"kind": "funnel", "cells": [{"label": "raised", "people": 60, **TAKEN}, {"label": "has_group", "hidden": "too_few"}]},
    "topics": {"kind": "counts", "cells": [{"label": "=1+1", "people": 20, **TAKEN}], "hidden_cells": 2},
    "again": {"kind": "share", "percent": 75, "low": 55, "high": 90, "bound": "exactly", "people": 35, **TAKEN},
    "openly": {"kind": "spread", "hidden": "too_few"},
    "again_by_site": {"kind": "table", "cells": [{"label": "Oslo", "percent": 60, "bound": "exactly", **TAKEN}], "hidden_cells": 1},
}


def test_a_file_holds_what_was_published_and_not_even_the_names_of_what_is_hidden() -> None:
    found = list(csv.reader(io.StringIO(as_csv(FIGURES).decode("utf-8-sig"))))

    assert found == [
        list(HEAD),
        ["again", "", "75", "percent", "exactly", "55", "90", "35", "2026-03-01"],
        ["again_by_site", "Oslo", "60", "percent", "exactly", "", "", "", "2026-03-01"],
        ["funnel", "raised", "60", "people", "exactly", "", "", "", "2026-03-01"],
        ["topics", "'=1+1", "20", "people", "exactly", "", "", "", "2026-03-01"],
    ]


def test_a_workbook_holds_the_same_as_texts_and_is_the_same_at_any_time() -> None:
    with time_machine.travel(MONDAY, tick=False):
        first = as_xlsx(FIGURES, on=MARCH)
    with time_machine.travel(MONDAY + timedelta(days=400), tick=False):
        assert as_xlsx(FIGURES, on=MARCH) == first
    sheet = load_workbook(io.BytesIO(first)).active
    assert sheet is not None

    assert [tuple(cell.value or "" for cell in row) for row in sheet.iter_rows()] == [HEAD, *rows(FIGURES)]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
def test_asked_a_hundred_times_it_is_the_same_file_and_one_line_in_the_log(kind: str) -> None:
    report = Report.objects.create(milestone_on=MARCH, published_at=MONDAY)
    for key, value in FIGURES.items():
        Figure.objects.create(report=report, key=key, value=value)
    client = world.sign_in(world.person("sam"))

    files = {client.get(reverse("report-file", args=["2026-03-01", kind])).content for _ in range(100)}

    assert len(files) == 1
    assert [(one.person, one.way, one.times) for one in Opening.objects.all()] == [(world.person("sam"), kind, 100)]
    assert f"{Opening.objects.get().get_way_display()}, 100 times in half an hour" in client.get(reverse("report-log")).content.decode()
    assert client.get(reverse("report-file", args=["2026-03-01", "docx"])).status_code == 404
    assert client.get(reverse("report-file", args=["nonsense", kind])).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("whose", ["ana", "ada", "cora"])
def test_members_administrators_and_the_works_council_find_no_file_and_no_line_is_written(whose: str) -> None:
    Report.objects.create(milestone_on=MARCH, published_at=MONDAY)
    client = world.sign_in(world.person(whose))

    assert {client.get(reverse("report-file", args=["2026-03-01", kind])).status_code for kind in ("csv", "xlsx", "pdf")} == {404}
    assert not Opening.objects.exists()


SHOWN = {
    "funnel": {"kind": "funnel", "cells": [{"label": "raised", "people": 1365, **TAKEN}, {"label": "settled", "hidden": "too_few"}]},
    "topics": {"kind": "counts", "cells": [{"label": "#panic[$x$] <b>", "people": 715, **TAKEN}], "hidden_cells": 2},
    "missing": {"kind": "funnel", "cells": [{"label": "time", "people": 25, **TAKEN}, {"label": "fit", "hidden": "too_few"}]},
    "again": {"kind": "share", "percent": 75, "low": 55, "high": 85, "bound": "exactly", "people": 35, **TAKEN},
    "attended": {"kind": "share", "percent": 90, "low": 80, "high": 100, "bound": "at_least", "people": None, **TAKEN},
    "tried_once": {"kind": "share", "hidden": "too_few"},
    "within_promise": {"kind": "share", "percent": 65, "low": 45, "high": 70, "bound": "exactly", "people": 40, **TAKEN},
    "openly": {"kind": "spread", "value": 8.5, "bound": "exactly", "low": 6.5, "high": 9.5, "people": 115, **TAKEN},
    "hours_saved": {"kind": "spread", "hidden": "too_few"},
    "need_to_first_session": {"kind": "spread", "value": 6.5, "bound": "exactly", "low": 5.5, "high": 7.5, "people": 120, **TAKEN},
    "benefit": {"kind": "sum", "value": 61000, "people": 50, **TAKEN},
    "again_by_site": {"kind": "table", "cells": [{"label": "Oslo", "percent": 60, "bound": "exactly", **TAKEN}], "hidden_cells": 1},
}


def pdf_of(figures: dict[str, dict], *, whose: str = "sam") -> tuple[bytes, str]:
    """The file of a report with these figures, and its text in one line."""
    Report.objects.all().delete()
    report = Report.objects.create(milestone_on=MARCH, published_at=MONDAY, k=9)
    Figure.objects.bulk_create(Figure(report=report, key=key, value=value) for key, value in figures.items())
    answer = world.sign_in(world.person(whose)).get(reverse("report-file", args=["2026-03-01", "pdf"]))
    assert (answer.status_code, answer["Content-Type"], "no-store" in answer["Cache-Control"]) == (200, "application/pdf", True)
    data: bytes = answer.content
    return data, " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def numbers(text: str) -> set[str]:
    return {number.replace(",", "") for number in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}


def hide(value: dict) -> dict:
    """The same figure as the ledger publishes it when all of it is hidden."""
    if value["kind"] == "funnel":
        return {**value, "cells": [{"label": cell["label"], "hidden": "too_few"} for cell in value["cells"]]}
    if "cells" in value:
        return {**value, "cells": [], "hidden_cells": 2}
    return {"kind": value["kind"], "hidden": "too_few"}


@pytest.mark.django_db
def test_the_numbers_of_the_pdf_are_those_of_the_csv_and_what_is_hidden_has_none() -> None:
    """Whatever stands on a report in which all is hidden is no figure: days, k, the rules, the scales of questions."""
    rules = numbers(pdf_of({key: hide(value) for key, value in SHOWN.items()})[1])
    _, text = pdf_of(SHOWN)
    published = {cell for row in rows(SHOWN) for cell in (row[2], *row[5:8]) if cell}

    assert rules == {"1", "2026", "9", "3", "5", "95", "0", "10", "2", "6", "7.5"}
    assert numbers(text) - rules == published - rules
    assert text.count("hidden") >= 5
    for words in (
        "Report of 1 March 2026",
        "Aldermoor",
        "9 people",
        "at least 90 %",
        "55 to 85 %",
        "of about 35",
        "#panic[$x$] <b>",
        "61,000",
        "half met within 6.5",
    ):
        assert words in text


@pytest.mark.django_db
def test_neither_page_nor_file_tells_how_many_topics_are_hidden_since_one_person_may_make_one_more() -> None:
    def told(hidden: int) -> tuple[str, str]:
        text = pdf_of({**SHOWN, "topics": {**SHOWN["topics"], "hidden_cells": hidden}})[1]
        page = world.sign_in(world.person("sam")).get(reverse("console")).content.decode()
        return text, page.partition('aria-labelledby="f4"')[2].partition("</figure>")[0]

    assert told(0) == told(1) == told(2)
    assert "All other topics" in told(0)[0] and "All other topics" in told(0)[1]


@pytest.mark.django_db
def test_the_pdf_tells_of_a_pilots_halves_by_the_name_of_the_pilot_and_says_when_they_are_hidden() -> None:
    pilot = Programme.objects.create(name="The first pilot", starts_on=MARCH)
    cell = {"label": str(pilot.id), "value": 1.5, "low": -0.5, "high": 3.5, **TAKEN}
    hidden = {"kind": "contrast", "cells": [], "hidden_cells": 1}
    _, shown = pdf_of({**SHOWN, "contrast_in_the_way": {**hidden, "cells": [cell]}})
    _, empty = pdf_of({**SHOWN, "contrast_in_the_way": hidden})

    for words in (
        "Those who took part, beside those who waited",
        "The first pilot",
        "+1.5",
        "−0.5 to +3.5",
        "cannot prove a moderate effect",
    ):
        assert words in shown
    assert "The first pilot" not in empty and "A pilot is shown once 9 people from three groups have answered both times" in empty
    assert "beside those who waited" not in pdf_of(SHOWN)[1]


@pytest.mark.django_db
def test_the_pdf_is_tagged_the_same_at_any_time_and_holds_no_name() -> None:
    with time_machine.travel(MONDAY, tick=False):
        first, text = pdf_of(SHOWN)
    with time_machine.travel(MONDAY + timedelta(days=400), tick=False):
        again, _ = pdf_of(SHOWN, whose="fay")
    read = PdfReader(io.BytesIO(first))

    assert first == again
    assert read.metadata is not None and read.metadata.title == "Report of 1 March 2026"
    assert read.metadata.creation_date == datetime(2026, 3, 1, tzinfo=UTC)  # the typesetter asks a clock of its own
    assert "/StructTreeRoot" in read.root_object and read.root_object["/Lang"] == "en"
    assert world.person("sam").name not in text


def test_a_report_of_ten_pages_holds_all_its_cells() -> None:
    cells = [{"label": f"A function with a rather long name, number {at:03}", "people": 25, **TAKEN} for at in range(420)]
    figures = {**SHOWN, "participants_by_function": {"kind": "table", "cells": cells, "hidden_cells": 0}}
    found = pieces(charts(figures, on=MARCH, waits=[]), tables(figures, on=MARCH, names={}), on=MARCH, k=8)
    data = set_pages(PAPER, paper(found, title="Report", organisation="Aldermoor", as_of="8"), is_tagged=True, on=MARCH)
    pages = PdfReader(io.BytesIO(data)).pages

    assert len(pages) >= 10
    assert len(set(re.findall(r"number \d{3}", " ".join(page.extract_text() for page in pages)))) == len(cells)
