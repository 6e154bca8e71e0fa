"""A report as a file: what was published, the same bytes each time, nothing that a spreadsheet would work out, and a line in the log."""

import csv
import io
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from reconvene.console.exports import HEAD, as_csv, as_xlsx, rows
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
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_asked_a_hundred_times_it_is_the_same_file_and_one_line_in_the_log(kind: str) -> None:
    report = Report.objects.create(milestone_on=MARCH, published_at=MONDAY)
    for key, value in FIGURES.items():
        Figure.objects.create(report=report, key=key, value=value)
    client = world.sign_in(world.person("sam"))

    files = {client.get(reverse("report-file", args=["2026-03-01", kind])).content for _ in range(100)}

    assert len(files) == 1
    assert Opening.objects.get().person == world.person("sam")
    assert client.get(reverse("report-file", args=["2026-03-01", "pdf"])).status_code == 404
    assert client.get(reverse("report-file", args=["nonsense", kind])).status_code == 404
