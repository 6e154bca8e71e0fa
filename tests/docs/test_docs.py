"""The documents say what the code says: settings, commands, fields, notices, words and links are compared with it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from reconvene.config.cli import COMMANDS
from reconvene.config.environment import SETTINGS
from reconvene.notices.registry import composer, kinds
from reconvene.privacy.visibility import FIELDS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "guides").glob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
NOT_OURS = {".git", ".venv", "var", ".hypothesis", ".mypy_cache", ".ruff_cache", ".pytest_cache", "__pycache__", "uv.lock"}
# In two halves, so that this file passes its own test.
REGISTRIES = ["pypi" + ".org", "python" + "hosted.org", "registry." + "npmjs", "index" + "-url", "proxy.golang" + ".org"]
PLACES = ["/" + "work/", "/" + "root/", "py" + "env"]


def rows(document: str, *, heading: str) -> list[list[str]]:
    """The cells of the table whose first heading is `heading`, without backticks."""
    found: list[list[str]] = []
    inside = False
    for line in (ROOT / document).read_text().splitlines():
        cells = [cell.strip().replace("`", "") for cell in line.strip().strip("|").split(" | ")]
        if line.startswith(f"| {heading} |"):
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside and not line.startswith("| ---"):
            found.append(cells)
    return found


def first_column(document: str, *, heading: str) -> list[str]:
    """The first cells of such a table."""
    return [cells[0] for cells in rows(document, heading=heading)]


def quoted() -> Iterator[tuple[str, list[str]]]:
    """The path and the lines of each example of our own code in STYLE.md."""
    for path, code in re.findall(r"\(`([\w/.]+)`\)\n```python\n(.*?)# not:", (ROOT / "STYLE.md").read_text(), flags=re.DOTALL):
        yield path, [line.strip() for line in code.splitlines() if line.strip()]


def headings(document: Path) -> set[str]:
    """The anchors of a document."""
    titles = re.findall(r"^#+ (.+)$", document.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def files() -> Iterator[Path]:
    """Every file of the project."""
    waiting = [ROOT]
    while waiting:
        for path in waiting.pop().iterdir():
            if path.name in NOT_OURS:
                continue
            if path.is_dir():
                waiting.append(path)
            elif path.suffix != ".pyc":
                yield path


def test_every_setting_is_documented_and_nothing_else_is() -> None:
    documented = first_column("docs/operations/settings.md", heading="Variable")

    assert documented == [setting.name for setting in SETTINGS]


def test_every_command_is_documented_and_nothing_else_is() -> None:
    documented = first_column("docs/operations/running.md", heading="Command")

    assert sorted(line.split()[1] for line in documented) == sorted(command.name for command in COMMANDS)


def test_the_privacy_page_shows_every_personal_field_as_the_program_does() -> None:
    documented = rows("docs/privacy.md", heading="Field")

    assert documented == [[name, field.audience.value, field.sentence] for name, field in FIELDS.items()]


def test_every_kind_of_notice_is_in_the_list_and_nothing_else_is() -> None:
    ours = {kind for kind in kinds() if str(getattr(composer(kind), "__module__", "")).startswith("reconvene.")}

    assert set(first_column("docs/architecture.md", heading="Kind")) == ours


def test_every_model_has_a_word_in_the_glossary_and_every_word_in_code_is_a_model() -> None:
    models = {model.__name__ for model in apps.get_models() if model.__module__.startswith("reconvene.")}

    assert set(re.findall(r"`([A-Z]\w+)`", (ROOT / "docs/glossary.md").read_text())) == models


def test_every_layer_is_described_in_its_order() -> None:
    contract = (ROOT / "pyproject.toml").read_text().split("layers = [")[1].split("]")[0]
    layers = [re.split(r" \| ", layer) for layer in re.findall(r'"([^"]+)"', contract)]

    described = [re.split(r", ", cell) for cell in first_column("docs/architecture.md", heading="Layer")]

    assert described == layers


def test_every_dependency_is_in_the_first_decisions_table_or_a_later_page() -> None:
    listed = (ROOT / "pyproject.toml").read_text().split("dependencies = [")[1].split("\n]")[0]
    names = {re.split(r"[\[~>=;]", name)[0] for name in re.findall(r'"([^"]+)"', listed)}
    pages = "\n".join(page.read_text() for page in (ROOT / "docs/decisions").glob("*.md")).lower()

    assert {name for name in names if name not in pages} == set()


@pytest.mark.parametrize(("path", "lines"), list(quoted()), ids=lambda value: value if isinstance(value, str) else "")
def test_an_example_in_the_style_guide_is_still_our_own_code(path: str, lines: list[str]) -> None:
    place = ROOT / path if path.startswith("tests/") else ROOT / "src/reconvene" / path

    assert [line for line in lines if line not in place.read_text()] == []


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs/decisions"

    assert set(LINK.findall((folder / "README.md").read_text())) == {page.name for page in folder.glob("0*.md")}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading_that_exist(document: Path) -> None:
    broken = []
    for target in LINK.findall(document.read_text()):
        name, _, anchor = target.partition("#")
        page = (document.parent / name).resolve() if name else document
        if "://" not in target and (not page.exists() or (anchor and anchor not in headings(page))):
            broken.append(target)

    assert broken == []


def test_no_file_names_a_registry_or_a_folder_of_somebodys_machine() -> None:
    found = []
    for path in files():
        text = path.read_bytes().decode(errors="ignore")
        found += [(str(path.relative_to(ROOT)), word) for word in [*REGISTRIES, *PLACES] if word in text]

    assert found == []


def test_every_benchmark_is_described_and_nothing_else_is() -> None:
    described = first_column("docs/benchmarks.md", heading="Run")

    assert sorted(described) == sorted(f"benchmarks/{path.name}" for path in (ROOT / "benchmarks").glob("*.py"))
