"""The console has no way to what was said: neither its own files nor its templates reach content."""

import ast
from pathlib import Path

import reconvene.console

FOLDER = Path(reconvene.console.__file__).parent
FORBIDDEN = ("rooms", "practice", "surveys", "challenges", "playbook")


def imported() -> set[str]:
    names: set[str] = set()
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module)
            elif isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
    return names


def test_the_console_imports_nothing_that_holds_content() -> None:
    reached = {name.split(".")[1] for name in imported() if name.startswith("reconvene.")}
    assert reached.isdisjoint(FORBIDDEN)
    assert "releases" in reached


def test_the_live_pages_never_write_a_topic_or_a_question() -> None:
    for name in ("hand.html", "groups.html", "place.html"):
        text = (FOLDER / "templates/console" / name).read_text()
        assert not any(word in text for word in ("topic.title", "key_question", "person.name", "challenge."))
