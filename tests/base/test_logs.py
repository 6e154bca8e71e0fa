"""What never stands in a log."""

import logging

import pytest

from reconvene.base.logs import WithoutSecrets


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("Not Found: /join/LUMADO/", "Not Found: /join/…/"),
        ("GET /join/lum-ado?x=1 404", "GET /join/…?x=1 404"),
        ("Gone: /rooms/by-link/WyI1:1wNO8P:aaaaaaaaaaaaaaaaaaaaaaaaaaaa/", "Gone: /rooms/by-link/…/"),
        ("Gone: /s/QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm8", "Gone: /s/…"),
        ("Not Found: /static/s/x.css", "Not Found: /static/s/x.css"),
        ("The tick reconvene.rooms.jobs failed at 10:00:00; 100% of it", "The tick reconvene.rooms.jobs failed at 10:00:00; 100% of it"),
    ],
)
def test_codes_and_links_are_left_out_and_nothing_else(line: str, written: str) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, "%s", (line,), None)

    assert WithoutSecrets().filter(record)
    assert record.getMessage() == written
