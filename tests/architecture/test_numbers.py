"""One door for numbers about people: nothing that shows, sends or exports anything may reach them but through what `releases` has published."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconvene.releases import registry

SOURCE = Path(__file__).resolve().parents[2] / "src" / "reconvene"
SHOWING = ("console", "rollout", "integrations", "notices")
"""Pages, business case, exports, API, and mails with their digests."""
PROTECTED = ("rooms", "practice", "surveys")
BEHIND_THE_DOOR = ("measures", "registry", "books", "ledger", "attributes")
LEDGER_ROWS = ("LedgerLine", "LedgerNumber")
ROUND_ABOUT = ("raw", "extra", "cursor", "get_model", "get_models")
"""Ways to a table without an import."""
ALLOWED = {"notices/clocks.py": {"cursor"}}
"""Asks the database for its time, and for no table."""


def faults(text: str) -> Iterator[str]:
    """Whatever in a module's text leads to numbers past the door."""
    for node in ast.walk(ast.parse(text)):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [f"{node.module}.{one.name}" for one in node.names] if isinstance(node, ast.ImportFrom) else []
        names += [one.name for one in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            app, _, module = name.removeprefix("reconvene.").partition(".")
            if app in PROTECTED and module.split(".")[0] in ("models", "queries", "measures"):
                yield name
            if app == "releases" and (module.split(".")[0] in BEHIND_THE_DOOR or module.split(".")[-1] in LEDGER_ROWS):
                yield name
            if name.startswith(("reconvene.privacy.ledger", "reconvene.privacy.elimination")):
                yield name
        if isinstance(node, ast.Attribute) and node.attr in ROUND_ABOUT:
            yield node.attr
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(rf"\b({'|'.join(PROTECTED)})_[a-z]+\b", node.value):
            yield node.value


@pytest.mark.parametrize("app", SHOWING)
def test_what_shows_numbers_has_no_way_to_them_but_the_door(app: str) -> None:
    found = {}
    for path in sorted((SOURCE / app).rglob("*.py")):
        if "migrations" not in path.parts:
            wrong = set(faults(path.read_text())) - ALLOWED.get(str(path.relative_to(SOURCE)), set())
            found |= {str(path.relative_to(SOURCE)): wrong} if wrong else {}

    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "from reconvene.surveys.models import Response",
        "from reconvene.practice import measures",
        "import reconvene.rooms.models",
        "from reconvene.releases.models import LedgerLine",
        "from reconvene.releases import registry",
        "from django.apps import apps\napps.get_model('surveys', 'Response')",
        "from django.db import connection\nconnection.cursor()",
        "Person.objects.raw('SELECT 1')",
        "TABLE = 'surveys_response'",
    ],
)
def test_a_way_round_the_door_is_found(text: str) -> None:
    assert list(faults(text)) != []


def test_only_the_books_read_and_write_the_ledger() -> None:
    readers = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts and any(name in path.read_text() for name in LEDGER_ROWS)
    }

    assert readers == {"releases/books.py", "releases/models.py"}


@pytest.mark.django_db
def test_every_measure_says_who_stands_behind_it() -> None:
    from datetime import UTC, datetime

    from reconvene.base import tenancy

    silent = [
        key for key, measure in registry.measures().items() if measure(tenancy.current(), datetime(2026, 3, 1, tzinfo=UTC)).behind is None
    ]

    assert silent == []
