import random
from datetime import date
from pathlib import Path

import pytest

from reconvene.people.directory.columns import BadMapping, ColumnMapping, guess_columns
from reconvene.people.directory.dates import DateFormatGuess
from reconvene.people.directory.levels import propose_levels
from reconvene.people.directory.problems import EXPECTED, ProblemKind
from reconvene.people.directory.reading import read_table
from reconvene.people.directory.records import NamesNobody, Staged, StagingChoices, stage
from reconvene.people.directory.rows import Record

DATA = Path(__file__).resolve().parents[2] / "data" / "hr"
TODAY = date(2026, 3, 2)
LADDER = ("Team lead", "Manager", "Senior manager", "Director", "Executive")
HEAD = "Employee ID,Name,Email,Job Title,Department,Location,Time Zone,Languages,Country,Manager ID,End Date\n"


def staged(text: str | bytes, mapping: ColumnMapping | None = None, filename: str = "people.csv") -> Staged:
    data = text.encode() if isinstance(text, str) else text
    table = read_table(data, filename=filename, choice=mapping.reading if mapping else None)
    mapping = mapping or guess_columns(table.header, table.rows)
    positions = mapping.positions(table)
    values = [row[positions["level"]] for row in table.rows] if "level" in positions else []
    return stage(table, mapping, level_table=propose_levels(values, LADDER), choices=StagingChoices(today=TODAY))


def staged_file(name: str, mapping: ColumnMapping | None = None) -> Staged:
    return staged((DATA / name).read_bytes(), mapping, filename=name)


def told(result: Staged) -> list[tuple[int, str, ProblemKind]]:
    return [(problem.row, problem.column, problem.kind) for problem in result.problems]


def managers(result: Staged) -> dict[str, str]:
    names = {record.row: record.label for record in result.records}
    return {record.label: names[record.manager_row] for record in result.records if record.manager_row}


def test_a_workday_export_is_staged_with_its_tree() -> None:
    result = staged_file("workday.csv")

    assert [(record.name, record.level, record.site, record.time_zone) for record in result.records] == [
        ("Ruth Okonkwo", "Executive", "Leeds", "Europe/London"),
        ("Tom de Vries", "Director", "Utrecht", "Europe/Berlin"),
        ("Aoife Byrne", "Manager", "Dublin", "Europe/Dublin"),
        ("Jon Park", "Manager", "Leeds", "Europe/London"),
        ("Jon Park", "Team lead", "Leeds", ""),
        ("Ines Silva", "Team lead", "Leeds", "Europe/London"),
    ]
    assert [record.manager_row for record in result.records] == [None, 4, 5, 5, 6, None]
    assert told(result) == [
        (8, "Time Zone", ProblemKind.UNKNOWN_ZONE),
        (9, "Worker's Manager", ProblemKind.AMBIGUOUS_MANAGER),
    ]
    assert result.problems[0].suggestion == "Was Europe/London meant?"
    assert "Jon Park in row 7, Jon Park in row 8" in result.problems[1].reason


def test_a_german_export_in_windows_letters_is_staged_and_whoever_left_is_marked() -> None:
    result = staged_file("personio-cp1252.csv")

    assert managers(result) == {
        "Zoë Größing": "Jürgen Weiß", "Jörg Müller-Lüdenscheidt": "Zoë Größing",
        "Anna Schäfer": "Jörg Müller-Lüdenscheidt", "Björn Öztürk": "Zoë Größing",
    }  # fmt: skip
    assert [record.level for record in result.records] == ["Executive", "Director", "Manager", "Team lead", "Team lead"]
    assert [record.active for record in result.records] == [True, True, True, True, False]
    assert (result.records[0].languages, result.dates, result.problems) == (("de", "en"), DateFormatGuess("%d.%m.%Y", False), ())


def test_a_bamboohr_export_joins_first_and_last_names_and_reads_the_last_day() -> None:
    result = staged_file("bamboohr.csv")

    assert [(record.name, record.active) for record in result.records] == [
        ("Marta Lindqvist", True), ("Ola Strand", True), ("Priya Nair", True), ("Leo Haas", False), ("Nia Price", True),
    ]  # fmt: skip
    assert result.dates == DateFormatGuess("%d/%m/%Y", False)


def test_a_file_whose_days_and_months_cannot_be_told_apart_says_so_until_a_format_is_chosen() -> None:
    text = "Employee ID,Name,End Date\n1,Ana,01/04/2026\n2,Ben,05/03/2027\n"

    detected = staged(text)
    chosen = staged(text, ColumnMapping(columns={"external_id": 0, "name": 1, "end_date": 2}, date_format="%m/%d/%Y"))

    assert (detected.dates, chosen.dates) == (DateFormatGuess("%d/%m/%Y", True), DateFormatGuess("%m/%d/%Y", False))
    assert [[record.active for record in result.records] for result in (detected, chosen)] == [[True, True], [False, True]]


def test_a_successfactors_workbook_is_staged_and_a_formula_stays_text() -> None:
    result = staged_file("successfactors.xlsx")

    assert [(record.external_id, record.name, record.country, record.languages, record.active) for record in result.records] == [
        ("2001", "Helena Novák", "CZ", ("cs",), True), ("2002", "=SUM(1,1) Dvořák", "CZ", ("cs",), True),
        ("2003", "Eva Kohl", "AT", ("de",), True), ("2004", "Max Huber", "AT", ("de",), False),
    ]  # fmt: skip
    assert told(result) == [(4, "LASTNAME", ProblemKind.FORMULA)]


def test_posts_without_a_name_or_a_mailbox_of_their_own_stay_in_the_tree_and_cannot_be_invited() -> None:
    result = staged_file("organogram.csv")

    assert managers(result) == {
        "Omar Said": "Dame Alice Hart", "Deputy Director, Tolls": "Omar Said", "Deputy Director, Arches": "Omar Said",
        "Director, Ferries": "Dame Alice Hart", "Grace Obi": "Director, Ferries",
    }  # fmt: skip
    assert [record.label for record in result.records if record.can_be_invited] == ["Dame Alice Hart", "Omar Said"]
    assert result.problems[-1].suggestion == "Was grace.obi@bridges.example meant?"
    assert result.refusals == ()


def test_a_list_of_headcounts_is_refused_with_the_reason() -> None:
    with pytest.raises(NamesNobody, match=r"counts posts and names no people: it has a column 'Number of Posts in FTE'"):
        staged_file("organogram-junior.csv")
    with pytest.raises(NamesNobody, match="No column was found"):
        staged("Colour,City\nred,Bonn\n")


def test_a_file_without_headings_comes_in_through_a_saved_mapping() -> None:
    mapping = ColumnMapping.from_json((DATA / "headless-mapping.json").read_text())

    result = staged_file("headless.txt", mapping)

    assert managers(result) == {"bo0": "ada0", "cy0": "bo0", "deb0": "cy0", "eli0": "gus0", "fé0": "ada0", "gus0": "cy0"}
    assert [record.level for record in result.records] == ["Executive", "Director", "Manager", "Team lead", None, "Manager", "Team lead"]
    assert [record.name for record in result.records if not record.active] == ["gus0"]


def test_a_mapping_by_path_must_say_where_the_path_is() -> None:
    with pytest.raises(BadMapping, match="which column holds it"):
        staged("Employee ID,Name\n1,Ana\n", ColumnMapping(columns={"external_id": 0}, manager_by="hierarchy_path"))


def one(line: str) -> tuple[Record | None, list[ProblemKind]]:
    result = staged(HEAD + line + "\n")
    return (result.records[0] if result.records else None), [problem.kind for problem in result.problems]


GOOD = "7,Ana Ruiz,ana@a.example,Buyer,Purchasing,Hall,Europe/Madrid,Spanish,Spain,,"


def test_a_good_row_has_no_problem() -> None:
    assert one(GOOD) == (
        Record(
            row=2, external_id="7", email="ana@a.example", name="Ana Ruiz", job_title="Buyer", function="Purchasing", site="Hall",
            time_zone="Europe/Madrid", languages=("es",), country="ES",
        ),
        [],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "kind", "field"),
    [
        ("ana@a.example", "ana@a", ProblemKind.BAD_MAIL, "email"),
        ("ana@a.example", "ana a.example", ProblemKind.BAD_MAIL, "email"),
        ("ana@a.example", "a..b@a.example", ProblemKind.BAD_MAIL, "email"),
        ("Europe/Madrid", "Mars/Base", ProblemKind.UNKNOWN_ZONE, "time_zone"),
        ("Spanish", "Klingon", ProblemKind.UNKNOWN_LANGUAGE, "languages"),
        ("Spain", "Atlantis", ProblemKind.UNKNOWN_COUNTRY, "country"),
        ("Hall", "H" * 161, ProblemKind.TOO_LONG, "site"),
        ("Spain,,", "Spain,99,", ProblemKind.UNKNOWN_MANAGER, "manager"),
    ],
)
def test_a_faulty_cell_is_left_out_and_its_row_is_kept(old: str, new: str, kind: ProblemKind, field: str) -> None:
    record, kinds = one(GOOD.replace(old, new))

    assert kinds == [kind]
    assert record is not None
    assert record.faulty == {field}


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("Ana Ruiz", "'N/D'", ProblemKind.NO_NAME),
        ("ana@a.example", "", ProblemKind.NO_MAIL),
        ("Spain,,", "Spain,7,", ProblemKind.SELF_MANAGER),
        ("Spain,,", "Spain,,soon", ProblemKind.BAD_DATE),
        ("Ana Ruiz", "=1+1", ProblemKind.FORMULA),
        ("Ana Ruiz", "An\ufffd Ruiz", ProblemKind.LOST_LETTERS),
    ],
)
def test_what_only_needs_a_word_is_told_and_nothing_is_lost(old: str, new: str, kind: ProblemKind) -> None:
    record, kinds = one(GOOD.replace(old, new))

    assert kinds == [kind]
    assert record is not None
    assert record.faulty == frozenset()


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (GOOD.replace("7,", ",", 1).replace("ana@a.example", ""), ProblemKind.NO_KEY),
        (GOOD.replace("7,", "7" * 121 + ",", 1), ProblemKind.LONG_ID),
        (GOOD + ",more", ProblemKind.WRONG_WIDTH),
        ("Total: 1", ProblemKind.WRONG_WIDTH),
    ],
)
def test_a_row_that_cannot_be_told_is_left_out(line: str, kind: ProblemKind) -> None:
    record, kinds = one(line)

    assert record is None
    assert kind in kinds


def test_a_number_that_stands_twice_in_any_spelling_keeps_its_first_row() -> None:
    result = staged("Employee ID,Name\nÉ1,Ana\ne\u03011,Ben\n2,Cho\n")

    assert [record.name for record in result.records] == ["Ana", "Cho"]
    assert told(result) == [(3, "Employee ID", ProblemKind.DUPLICATE_ID)]
    assert "Row 2 has the same number" in result.problems[0].reason


def test_an_address_used_twice_stays_with_the_person_whose_name_is_in_it() -> None:
    result = staged(
        "Employee ID,Name,Email\n1,Post office,ana.ruiz@a.example\n2,Ana Ruiz,Ana.Ruiz@a.example\n3,Ben Ito,info@a.example\n"
        "4,Cho Wu,info@a.example\n5,Dan Day,dd@a.example\n6,Dan Day,dd@a.example\n"
    )

    assert [record.email for record in result.records] == ["", "Ana.Ruiz@a.example", "", "", "dd@a.example", ""]
    assert [problem.row for problem in result.problems if problem.kind is ProblemKind.SHARED_MAIL] == [2, 4, 5, 7]


def test_without_numbers_a_second_row_with_the_same_address_is_left_out() -> None:
    result = staged("Name,Email\nAna Ruiz,a@a.example\nBen Ito,A@a.example\n")

    assert [record.name for record in result.records] == ["Ana Ruiz"]
    assert told(result) == [(3, "Email", ProblemKind.DUPLICATE_ID)]


def test_reporting_lines_in_a_circle_are_named_in_order_and_only_their_members_lose_the_manager() -> None:
    result = staged("Employee ID,Name,Manager ID\n1,Ana,3\n2,Ben,1\n3,Cho,2\n4,Dan,3\n5,Eli,5\n")

    assert managers(result) == {"Dan": "Cho"}
    assert [problem.reason for problem in result.problems if problem.kind is ProblemKind.CIRCLE] == [
        "The reporting line runs in a circle: Ana → Cho → Ben → Ana.",
        "The reporting line runs in a circle: Ben → Ana → Cho → Ben.",
        "The reporting line runs in a circle: Cho → Ben → Ana → Cho.",
    ]


def test_a_grade_that_the_level_table_does_not_have_is_told() -> None:
    table = read_table(b"Employee ID,Grade\n1,M1\n2,m1\n3,M2\n", filename="a.csv")

    result = stage(table, guess_columns(table.header, table.rows), level_table={"M1": "Manager"}, choices=StagingChoices(today=TODAY))

    assert [record.level for record in result.records] == ["Manager", "Manager", None]
    assert [(problem.row, problem.kind) for problem in result.problems] == [(4, ProblemKind.UNKNOWN_LEVEL)]


def test_a_second_file_that_is_missing_is_named() -> None:
    mapping = ColumnMapping.from_json('{"columns": {"external_id": 0}, "function_lookup": [{"file": "depts.csv", "key": 0, "value": 1}]}')

    with pytest.raises(BadMapping, match="Add that file"):
        staged("Employee ID,Name\n1,Ana\n", mapping)


def damage(cells: list[str], kind: ProblemKind, *, other: str) -> list[str]:
    """The row with one mistake of this kind; `other` is the number of a good row."""
    places = {
        ProblemKind.BAD_MAIL: (2, "nobody at home"), ProblemKind.UNKNOWN_ZONE: (6, "Europe/Atlantis"), ProblemKind.DUPLICATE_ID: (0, other),
        ProblemKind.UNKNOWN_MANAGER: (9, "no-such-number"), ProblemKind.BAD_DATE: (10, "31.31.2026"), ProblemKind.UNKNOWN_COUNTRY: (8, "Atlantis"),
        ProblemKind.TOO_LONG: (1, "x" * 161), ProblemKind.LOST_LETTERS: (1, "J\ufffdrg"), ProblemKind.SELF_MANAGER: (9, cells[0]),
    }  # fmt: skip
    place, value = places[kind]
    return [*cells[:place], value, *cells[place + 1 :]]


@pytest.mark.parametrize("seed", range(8))
def test_fifty_bad_rows_among_five_hundred_are_all_named_and_no_good_row_is(seed: int) -> None:
    draw = random.Random(seed)
    kinds = [ProblemKind.BAD_MAIL, ProblemKind.UNKNOWN_ZONE, ProblemKind.DUPLICATE_ID, ProblemKind.UNKNOWN_MANAGER, ProblemKind.BAD_DATE,
             ProblemKind.UNKNOWN_COUNTRY, ProblemKind.TOO_LONG, ProblemKind.LOST_LETTERS, ProblemKind.SELF_MANAGER]  # fmt: skip
    lines = [
        [f"E{number}", f"Person {number}", f"p{number}@a.example", "Manager", "Sales", "Hall", "Europe/Rome", "it", "IT",
         "" if number < 10 else f"E{draw.randrange(10)}", "2027-01-31"]
        for number in range(500)
    ]  # fmt: skip
    bad = {position: draw.choice(kinds) for position in draw.sample(range(10, 500), 50)}
    for position, kind in bad.items():
        lines[position] = damage(lines[position], kind, other=f"E{draw.randrange(10)}")
    encoding = draw.choice(["utf-8", "utf-8-sig", "utf-16"])
    result = staged((HEAD + "\n".join(",".join(line) for line in lines)).encode(encoding))

    serious = {problem.row: problem.kind for problem in result.problems if problem.kind not in EXPECTED}
    assert serious == {position + 2: kind for position, kind in bad.items()}
    left_out = {position + 2 for position, kind in bad.items() if kind is ProblemKind.DUPLICATE_ID}
    assert {record.row for record in result.records} == set(range(2, 502)) - left_out
