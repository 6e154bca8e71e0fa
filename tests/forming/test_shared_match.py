"""`reconvene match` on real files by others: AdventureWorks' employees and the Cabinet Office's senior posts, with 30 real texts.

Who raised which text is drawn: the people whose title names a manager, in the order of the file, then random.Random(7).sample.
"""

import csv
import io
import random
import re
from datetime import datetime
from pathlib import Path

import pytest

from reconvene.config.cli import parser
from reconvene.forming import headless
from reconvene.people.directory.rows import Record
from reconvene.text.cells import FORMULA_STARTS

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
TEXTS = SHARED / "challenges" / "challenges_dev.csv"
MANAGES = re.compile(r"\b(Manager|Supervisor|Chief|Vice President|Lead)\b")
FILES = {
    "adventureworks": ("adventureworks_Employee.csv", ROOT / "tests" / "data" / "hr" / "adventureworks-mapping.json", MANAGES),
    "cabinet office": ("uk_organogram_cabinet_office-2011-03-31-senior.csv", None, re.compile("")),
}


def options(case: str, *, challenges: Path, out: Path, seed: int = 1) -> list[str]:
    name, mapping, _titles = FILES[case]
    words = ["match", "--people", SHARED / "hr" / name, "--challenges", challenges, "--out", out, "--seed", seed, "--start", "2026-03-02"]
    return [str(word) for word in [*words, *(["--mapping", mapping] if mapping else [])]]


def managers(case: str, folder: Path) -> list[Record]:
    """Who may raise a challenge, in the order of the file."""
    read = headless.read_people(parser().parse_args(options(case, challenges=TEXTS, out=folder / "unused.csv")))
    return [record for record in read if record.active and record.external_id and FILES[case][2].search(record.job_title)]


def draw(case: str, folder: Path) -> tuple[Path, list[Record]]:
    """The 30 texts, each given to one manager by the seeded draw."""
    texts = [row["text"] for row in csv.DictReader(TEXTS.open(encoding="utf-8"))]
    drawn = random.Random(7).sample(managers(case, folder), len(texts))
    path = folder / "challenges.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("person", "text"))
        writer.writerows((record.external_id, text) for record, text in zip(drawn, texts, strict=True))
    return path, drawn


def run(case: str, folder: Path, *, name: str = "groups.csv", seed: int = 1) -> bytes:
    """The bytes that the command writes."""
    challenges, _drawn = draw(case, folder)
    assert headless.run(parser().parse_args(options(case, challenges=challenges, out=folder / name, seed=seed))) == 0
    return (folder / name).read_bytes()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What the command writes for each file, with seed 1."""
    return {case: run(case, tmp_path_factory.mktemp("match")) for case in FILES}


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def tables(rows: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        if row["group"]:
            found.setdefault(row["group"], []).append(row)
    return found


COUNTS = {"adventureworks": (7, 22, 8), "cabinet office": (8, 30, 0)}
"""Groups, seats, people who wait."""


@pytest.mark.parametrize("case", FILES)
def test_thirty_real_texts_become_this_many_groups(case: str, written: dict[str, bytes]) -> None:
    rows = rows_of(written[case])
    groups = tables(rows)
    seated = sum(len(table) for table in groups.values())

    assert (len(groups), seated, len(rows) - seated) == COUNTS[case]
    assert all(3 <= len(table) <= 6 for table in groups.values())
    assert all(row["reasons"] for row in rows)


@pytest.mark.parametrize("case", FILES)
def test_everybody_who_raised_something_is_in_one_group_or_waits_with_a_reason(
    case: str, written: dict[str, bytes], tmp_path: Path
) -> None:
    _path, drawn = draw(case, tmp_path)
    rows = rows_of(written[case])

    assert sorted(row["person"] for row in rows) == sorted(record.external_id for record in drawn)
    assert all(row["role"] == "waits" and row["reasons"] for row in rows if not row["group"])


@pytest.mark.parametrize("case", FILES)
def test_no_group_has_a_reporting_line_a_shared_boss_or_distant_levels(case: str, written: dict[str, bytes], tmp_path: Path) -> None:
    read = headless.read_people(parser().parse_args(options(case, challenges=TEXTS, out=tmp_path / "unused.csv")))
    by_row, by_id = {record.row: record for record in read}, {record.external_id: record for record in read}
    for table in tables(rows_of(written[case])).values():
        members = [by_id[row["person"]] for row in table]
        rows_here = {member.row for member in members}
        for member in members:
            at = member.manager_row
            while at is not None:
                assert at not in rows_here
                at = by_row[at].manager_row
        bosses = [member.manager_row for member in members if member.manager_row]
        assert len(bosses) == len(set(bosses))
        ranks = [headless.LADDER.index(member.level) if member.level else 0 for member in members]
        assert max(ranks) - min(ranks) <= 1


@pytest.mark.parametrize("case", FILES)
def test_both_dates_lie_25_to_35_days_apart(case: str, written: dict[str, bytes]) -> None:
    for table in tables(rows_of(written[case])).values():
        assert len({(row["first_session"], row["reconvene"]) for row in table}) == 1
        first, second = (datetime.fromisoformat(table[0][column]) for column in ("first_session", "reconvene"))
        assert 25 <= (second.date() - first.date()).days <= 35
        assert first.time() == second.time()


@pytest.mark.parametrize("case", FILES)
def test_the_same_seed_gives_the_same_file_byte_for_byte(case: str, written: dict[str, bytes], tmp_path: Path) -> None:
    assert run(case, tmp_path, seed=1) == written[case]


@pytest.mark.parametrize("case", FILES)
def test_no_cell_could_be_taken_for_a_formula(case: str, written: dict[str, bytes]) -> None:
    for row in rows_of(written[case]):
        assert not any(cell.startswith(FORMULA_STARTS) for cell in row.values())


def test_the_sentence_for_mixed_topics_claims_no_more_than_is_true(written: dict[str, bytes]) -> None:
    rows = rows_of(written["adventureworks"])
    mixed = [table for table in tables(rows).values() if len({row["topic"] for row in table}) > 1]

    assert mixed
    assert all("nearest to each other" in row["reasons"] for table in mixed for row in table)
    assert not any("raised the same topic" in row["reasons"] for table in mixed for row in table)
