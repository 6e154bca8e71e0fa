from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconvene.people.directory.column_words import FIELDS
from reconvene.people.directory.columns import BadMapping, ColumnMapping, Lookup, guess_columns
from reconvene.people.directory.reading import ReadingChoice, read_table

DATA = Path(__file__).resolve().parents[2] / "data" / "hr"
ROW = [""] * 40


def guess(*header: str, rows: list[list[str]] | None = None) -> dict[str, str | int]:
    return dict(guess_columns(header, rows or [ROW]).columns)


def test_columns_of_successfactors_are_found_by_their_technical_names() -> None:
    table = read_table((DATA / "successfactors.xlsx").read_bytes(), filename="a.xlsx")

    mapping = guess_columns(table.header, table.rows)

    assert mapping.columns == {
        "external_id": "USERID", "first_name": "FIRSTNAME", "last_name": "LASTNAME", "email": "EMAIL", "job_title": "TITLE", "level": "TITLE",
        "function": "DEPARTMENT", "site": "LOCATION", "time_zone": "TIMEZONE", "languages": "DEFAULT_LOCALE", "manager_ref": "MANAGER",
        "country": "COUNTRY", "active": "STATUS", "end_date": "TERMINATION DATE",
    }  # fmt: skip
    assert mapping.manager_by == "id"


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        (("Matricule", "Prénom", "Nom", "Adresse e-mail", "Intitulé du poste", "Département", "Supérieur hiérarchique"),
         ("external_id", "first_name", "last_name", "email", "job_title", "function", "manager_ref")),
        (("ID de empleado", "Nombre completo", "Correo electrónico", "Puesto", "Departamento", "Sede", "Jefe directo", "Fecha de baja"),
         ("external_id", "name", "email", "job_title", "function", "site", "manager_ref", "end_date")),
        (("Personeelsnummer", "Voornaam", "Achternaam", "E-mailadres", "Functietitel", "Afdeling", "Locatie", "Leidinggevende"),
         ("external_id", "first_name", "last_name", "email", "job_title", "function", "site", "manager_ref")),
        (("Mitarbeiternummer", "Vorname", "Nachname", "Geschäftliche E-Mail", "Stellenbezeichnung", "Bereich", "Büro", "Führungskraft"),
         ("external_id", "first_name", "last_name", "email", "job_title", "function", "site", "manager_ref")),
    ],
)  # fmt: skip
def test_common_words_of_other_languages_are_known(header: tuple[str, ...], fields: tuple[str, ...]) -> None:
    found = guess(*header)

    assert {name: found[name] for name in fields} == dict(zip(fields, header, strict=True))


def test_the_better_of_two_words_for_one_field_wins() -> None:
    assert guess("Division", "Department", "Location", "Work Email", "Manager", "Manager ID") == {
        "function": "Department", "site": "Location", "email": "Work Email", "manager_ref": "Manager ID",
    }  # fmt: skip


def test_a_heading_that_stands_twice_is_named_by_its_position() -> None:
    assert guess("Name", "Name", "Email") == {"name": 0, "email": "Email"}


def test_a_column_of_long_texts_is_no_department() -> None:
    assert "function" not in guess("Name", "Function", rows=[["Ana Ruiz", "Leads the work on bridges " * 5]])


@pytest.mark.parametrize(("reference", "by"), [("b@a.example", "email"), ("2", "id"), ("Ben Ito", "name"), ("E-77", "id"), ("", "id")])
def test_how_managers_are_named_is_seen_from_the_values(reference: str, by: str) -> None:
    rows = [["1", "Ana Ruiz", "a@a.example", reference], ["2", "Ben Ito", "b@a.example", ""]]

    assert guess_columns(("Employee ID", "Name", "Email", "Manager"), rows).manager_by == by


def test_without_headings_numbers_names_and_addresses_are_seen_and_titles_are_no_names() -> None:
    rows = [["1", "Ana Ruiz", "Sales Manager", "a@a.example"], ["2", "Ben Ito", "Team Lead", "b@a.example"]]

    assert guess_columns(None, rows).columns == {"external_id": 0, "name": 1, "email": 3}


places = st.one_of(st.text(min_size=1, max_size=20), st.integers(0, 199))
choices = st.builds(
    ReadingChoice,
    encoding=st.none() | st.just("cp1252"),
    delimiter=st.none() | st.sampled_from(",;\t|"),
    header_row=st.none() | st.integers(0, 9),
)
mappings = st.builds(
    ColumnMapping,
    columns=st.dictionaries(st.sampled_from(FIELDS), places),
    manager_by=st.sampled_from(["id", "email", "name", "hierarchy_path"]),
    path_column=st.none() | places,
    date_format=st.none() | st.just("%d.%m.%Y"),
    function_lookup=st.lists(st.builds(Lookup, file=st.text(), key=places, value=places, blank=st.none() | places, reading=choices)).map(
        tuple
    ),
    reading=choices,
)


@given(mappings)
def test_a_saved_mapping_is_read_back_as_it_was(mapping: ColumnMapping) -> None:
    assert ColumnMapping.from_json(mapping.to_json()) == mapping


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense", "not JSON"), ("[" * 100_000, "not JSON"), ("[]", "object"), ('{"columns": {"shoe_size": 1}}', "shoe_size"),
        ('{"columns": {"name": true}}', "place of name"), ('{"columns": {}, "manager_by": "luck"}', "manager_by"),
        ('{"columns": {}, "manager_by": ["id"]}', "manager_by"), ('{"columns": {}, "date_format": 7}', "date_format"),
        ('{"columns": {}, "function_lookup": 3}', "function_lookup"), ('{"columns": {}, "function_lookup": [{}]}', "name its file"),
        ('{"columns": {}, "reading": {"encoding": 3}}', "encoding"), ('{"colums": {}}', "colums"),
    ],
)  # fmt: skip
def test_a_mapping_that_makes_no_sense_is_refused_with_the_entry(text: str, words: str) -> None:
    with pytest.raises(BadMapping, match=words):
        ColumnMapping.from_json(text)


def test_a_mapped_column_that_the_file_has_not_is_named() -> None:
    table = read_table(b"Name,Email\nAna,a@a.example\n", filename="a.csv")

    assert ColumnMapping(columns={"name": "name", "email": 1}).positions(table) == {"name": 0, "email": 1}
    with pytest.raises(BadMapping, match="'Surname'"):
        ColumnMapping(columns={"last_name": "Surname"}).positions(table)
    with pytest.raises(BadMapping, match="column 8; the file has 2"):
        ColumnMapping(columns={"name": 7}).positions(table)
