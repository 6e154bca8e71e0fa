"""The directory import on real files by others; see `data/README.md` beside them for where they come from."""

from datetime import date
from pathlib import Path

import pytest

from reconvene.people.directory.columns import ColumnMapping, guess_columns
from reconvene.people.directory.levels import propose_levels
from reconvene.people.directory.problems import ProblemKind
from reconvene.people.directory.reading import Table, read_table
from reconvene.people.directory.records import NamesNobody, Staged, StagingChoices, stage
from reconvene.people.directory.rows import Record

ROOT = Path(__file__).resolve().parents[3]
SHARED = ROOT.parent / "shared" / "data" / "hr"
LADDER = ("Team lead", "Manager", "Senior manager", "Director", "Executive")
TODAY = date(2026, 3, 2)


def read(name: str, mapping: ColumnMapping | None = None) -> Table:
    return read_table((SHARED / name).read_bytes(), filename=name, choice=mapping.reading if mapping else None)


def staged(table: Table, mapping: ColumnMapping, lookups: dict[str, Table] | None = None) -> Staged:
    levels = propose_levels((row[mapping.positions(table)["level"]] for row in table.rows), LADDER)
    return stage(table, mapping, level_table=levels, choices=StagingChoices(today=TODAY, lookups=lookups or {}))


def seats(result: Staged) -> dict[str, Record]:
    return {record.external_id: record for record in result.records}


def chain(result: Staged, external_id: str) -> list[str]:
    """The numbers of everybody above, nearest first."""
    by_row = {record.row: record for record in result.records}
    found = []
    at = seats(result)[external_id].manager_row
    while at is not None:
        found.append(by_row[at].external_id)
        at = by_row[at].manager_row
    return found


@pytest.fixture(scope="module")
def senior() -> Staged:
    table = read("uk_organogram_cabinet_office-2011-03-31-senior.csv")
    return staged(table, guess_columns(table.header, table.rows))


@pytest.fixture(scope="module")
def adventure() -> Staged:
    mapping = ColumnMapping.from_json((ROOT / "tests" / "data" / "hr" / "adventureworks-mapping.json").read_text())
    lookups = {
        lookup.file: read_table((SHARED / lookup.file).read_bytes(), filename=lookup.file, choice=lookup.reading)
        for lookup in mapping.function_lookup
    }
    return staged(read("adventureworks_Employee.csv", mapping), mapping, lookups)


def test_the_cabinet_office_senior_file_gives_216_posts_and_leaves_no_row_out(senior: Staged) -> None:
    assert len(senior.records) == 216
    assert senior.refusals == ()
    assert len(seats(senior)) == 216


@pytest.mark.parametrize(
    ("post", "name", "level", "unit", "above"),
    [
        ("1", "Sir Gus O'Donnell", "Executive", "Private Office Group", []),
        ("8", "Sir Stephen Laws", "Executive", "Office of the Parliamentary Counsel", ["1"]),
        ("161", "", "Senior manager", "Office of the Parliamentary Counsel", ["8", "1"]),
        ("HR1", "Chris Last", "Executive", "Efficiency and Reform Group", ["3", "1"]),
        ("63", "", "Senior manager", "Private Office Group", ["57"]),
        ("235", "", "Senior manager", "Efficiency and Reform Group", ["260"]),
        ("151", "", "Senior manager", "Prime Minister's Office", ["35"]),
        ("110", "", "Senior manager", "Efficiency and Reform Group", ["11"]),
        ("NSG2", "Jonathan Miller", "Director", "Efficiency and Reform Group", ["NSG1"]),
        ("10", "Chris Wormald", "Executive", "Economic and Domestic Affairs Secretariat", ["1"]),
        ("JDSCS005", "Tim Harris", "Senior manager", "Efficiency and Reform Group", ["JDSCS007"]),
        ("105", "", "Senior manager", "Cabinet Office Communications", ["38"]),
    ],
)
def test_posts_of_the_cabinet_office_have_their_names_levels_units_and_superiors(
    senior: Staged, post: str, name: str, level: str, unit: str, above: list[str]
) -> None:
    record = seats(senior)[post]

    assert (record.name, record.level, record.function) == (name, level, unit)
    assert chain(senior, post)[: len(above)] == above


def test_every_post_of_the_cabinet_office_reports_up_to_the_cabinet_secretary(senior: Staged) -> None:
    assert [record.external_id for record in senior.records if record.manager_row is None] == ["1"]
    assert {chain(senior, post)[-1] for post in seats(senior) if post != "1"} == {"1"}


def test_withheld_names_and_shared_or_broken_addresses_make_seats_that_cannot_be_invited(senior: Staged) -> None:
    kinds = [problem.kind for problem in senior.problems]

    assert [kinds.count(kind) for kind in (ProblemKind.NO_NAME, ProblemKind.NO_MAIL)] == [133, 12]
    assert not any(record.can_be_invited for record in senior.records if "OPCenquiries" in record.email or not record.name)
    assert not any(record.email.startswith(("flexibleresourcing", "webmaster")) for record in senior.records)
    assert seats(senior)["1"].can_be_invited
    assert [seats(senior)[post].email for post in ("216", "8")] == [
        "chris.wormald@cabinet-office.x.gsi.gov.uk", "stephen.laws@cabinet-office.x.gsi.gov.uk",
    ]  # fmt: skip
    broken = [problem for problem in senior.problems if problem.kind is ProblemKind.BAD_MAIL and problem.row == 3]
    assert [problem.suggestion for problem in broken] == ["Was OPCenquiries@cabinet-office.x.gsi.gov.uk meant?"]


def test_the_cabinet_office_junior_file_is_refused_because_it_counts_posts() -> None:
    table = read("uk_organogram_cabinet_office-2011-03-31-junior.csv")

    with pytest.raises(NamesNobody, match="counts posts and names no people: it has a column 'Number of Posts in FTE'"):
        stage(table, guess_columns(table.header, table.rows), level_table={}, choices=StagingChoices(today=TODAY))


@pytest.mark.parametrize(
    ("number", "name", "level", "function", "above"),
    [
        ("1", "ken0", "Executive", "Executive", []),
        ("2", "terri0", "Director", "Engineering", ["1"]),
        ("3", "roberto0", "Manager", "Engineering", ["2", "1"]),
        ("4", "rob0", None, "Tool Design", ["3", "2", "1"]),
        ("8", "diane1", None, "Research and Development", ["7", "3", "2", "1"]),
        ("16", "david0", "Manager", "Marketing", ["1"]),
        ("23", "mary0", None, "Marketing", ["16", "1"]),
        ("27", "jo0", "Team lead", "Production", ["26", "25", "1"]),
        ("203", "ken1", None, "Production", ["192", "26", "25", "1"]),
        ("224", "william0", None, "Production Control", ["222", "25", "1"]),
        ("234", "laura1", "Executive", "Executive", ["1"]),
        ("250", "sheela0", "Manager", "Purchasing", ["249", "234", "1"]),
        ("262", "david5", None, "Finance", ["234", "1"]),
        ("270", "françois0", None, "Information Services", ["263", "1"]),
        ("282", "josé1", None, "Sales", ["274", "273", "1"]),
    ],
)
def test_adventure_works_employees_have_their_names_levels_departments_and_superiors(
    adventure: Staged, number: str, name: str, level: str | None, function: str, above: list[str]
) -> None:
    record = seats(adventure)[number]

    assert (record.name, record.level, record.function) == (name, level, function)
    assert chain(adventure, number) == above


def test_all_290_adventure_works_employees_stand_as_deep_in_the_tree_as_the_file_says(adventure: Staged) -> None:
    depth = {cells[0]: int(cells[4] or 0) for cells in read("adventureworks_Employee.csv").rows}

    assert len(adventure.records) == 290
    assert adventure.problems == ()
    assert {number: len(chain(adventure, number)) for number in seats(adventure)} == depth
    assert all(record.function for record in adventure.records)
