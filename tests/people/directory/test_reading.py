import io
import random
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconvene.people.directory.reading import ReadingChoice, Table, read_table
from reconvene.people.directory.refusals import Unreadable

DATA = Path(__file__).resolve().parents[2] / "data" / "hr"
ROWS = "Employee ID;Name;Email\n1;Zoë Müller;zoe@a.example\n2;Jörg Weiß;joerg@a.example\n"


def read(data: bytes, **choice: object) -> Table:
    return read_table(data, filename="people.csv", choice=ReadingChoice(**choice))  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "iso8859-15"])
def test_the_same_table_comes_out_of_every_encoding(encoding: str) -> None:
    table = read(ROWS.encode(encoding))

    assert table.header == ("Employee ID", "Name", "Email")
    assert table.rows == [("1", "Zoë Müller", "zoe@a.example"), ("2", "Jörg Weiß", "joerg@a.example")]


def test_cyrillic_letters_are_read_in_their_own_encoding() -> None:
    names = ["Анна Петрова", "Сергей Иванов", "Ольга Смирнова", "Дмитрий Кузнецов"]
    text = "Employee ID;Name\n" + "".join(f"{number};{name}\n" for number, name in enumerate(names * 5))

    table = read(text.encode("cp1251"))

    assert [row[1] for row in table.rows[:4]] == names
    assert "guessed" in table.notes[0]


def test_an_encoding_that_was_chosen_is_used_and_one_that_does_not_fit_is_refused() -> None:
    assert read("Name;Email\nŠimon;s@a.example\n".encode("cp1250"), encoding="cp1250").rows[0][0] == "Šimon"
    with pytest.raises(Unreadable, match="does not read as utf-8"):
        read(ROWS.encode("cp1252"), encoding="utf-8")
    with pytest.raises(Unreadable, match="does not read as klingon"):
        read(ROWS.encode(), encoding="klingon")


def test_a_few_broken_bytes_in_utf8_cost_only_their_letters() -> None:
    table = read(b"Employee ID;Name\n" + "1;Zoë Müßig-Größe Ökü Åse\n".encode() * 5 + b"2;J\xf6rg\n")

    assert table.rows[5] == ("2", "J\ufffdrg")
    assert [note[:17] for note in table.notes] == ["1 letter does not", "Rows with the sig"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found(delimiter: str) -> None:
    table = read(ROWS.replace(";", delimiter).encode())

    assert (table.delimiter, table.width, len(table.rows)) == (delimiter, 3, 2)


def test_the_separator_line_of_excel_is_no_heading() -> None:
    table = read(b"sep=;\r\n" + ROWS.encode())

    assert (table.delimiter, table.header_row, table.row_numbers) == (";", 2, [3, 4])


def test_row_numbers_are_those_a_spreadsheet_shows_with_titles_blank_lines_and_line_breaks_in_cells() -> None:
    text = 'Report of March\n\nEmployee ID,Name,Email\n1,"Ana\nMaria",a@a.example\n\n2,Ben,b@a.example\n'

    table = read(text.encode())

    assert table.header_row == 3
    assert list(zip(table.row_numbers, table.rows, strict=True)) == [
        (4, ("1", "Ana\nMaria", "a@a.example")),
        (6, ("2", "Ben", "b@a.example")),
    ]


def test_a_file_without_headings_keeps_its_first_person() -> None:
    table = read(b"1\tAna Ruiz\tana@a.example\n2\tBen Ito\tben@a.example\n")

    assert (table.header, table.header_found, len(table.rows), table.row_numbers) == (None, False, 2, [1, 2])
    assert table.column_name(2) == "column 3"


def test_the_heading_row_can_be_corrected() -> None:
    assert read(ROWS.encode(), header_row=0).header is None
    assert read(b"x,y\nName,Email\nAna,a@a.example\n", header_row=1).header == ("x", "y")
    with pytest.raises(Unreadable, match="Row 9 cannot be the heading row"):
        read(ROWS.encode(), header_row=9)


def test_a_second_row_of_headings_is_nobody() -> None:
    table = read_table((DATA / "successfactors.xlsx").read_bytes(), filename="successfactors.xlsx")

    assert (table.header_row, table.row_numbers, table.sheet) == (1, [3, 4, 5, 6], "Employees")
    assert table.rows[1][2] == "=SUM(1,1)"
    assert table.rows[2][12] == "2027-01-31"


def test_another_sheet_can_be_chosen_and_a_missing_one_is_named() -> None:
    data = (DATA / "successfactors.xlsx").read_bytes()

    assert read(data, sheet="Notes", header_row=0).rows == [("Exported for the pilot",)]
    with pytest.raises(Unreadable, match="It has: Employees, Notes"):
        read(data, sheet="People")


def packed(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name.replace("__", "/"), data)
    return stream.getvalue()


REFUSED = {
    "empty": (b"", "is empty"),
    "only blanks": (b" \n\t\r\n", "is empty"),
    "only separators": (b";;;\n;;\n", "empty"),
    "headings only": (b"Employee ID,Name,Email\n", "nothing below"),
    "pdf": (b"%PDF-1.7 ...", "PDF"),
    "old excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel"),
    "picture": (b"\x89PNG\r\n\x1a\n", "picture"),
    "web page": (b"<!DOCTYPE html><table><tr><td>Ana", "web page"),
    "json": (b'[{"name": "Ana"}]', "JSON"),
    "zero bytes": (b"Name,Email\nA\0na,a@a.example\n", "zero bytes"),
    "too large": (b"a,b\n" * 5_000_001, "20 MB"),
    "too many columns": (b"Name,Email" + b",x" * 200 + b"\n", "200 columns"),
    "open quotation mark": (b'Name,Email\n"Ana,' + b"x\n" * 6000, "quotation mark"),
    "very long cell": (b"Name,Email\n" + b"x" * 200_000 + b",b\n", "quotation mark"),
    "other package": (packed(a=b"b"), "no Excel workbook"),
    "open document": (packed(**{"content.xml": b"<a/>"}), "OpenDocument"),
    "binary workbook": (packed(**{"xl__workbook.bin": b"<a/>"}), "xlsb"),
    "damaged workbook": (packed(**{"xl__workbook.xml": b"<a/>"}), "damaged"),
    "cut workbook": ((DATA / "successfactors.xlsx").read_bytes()[:3000], "damaged"),
    "xml entities": (packed(**{"xl__workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'}), "damaged"),
    "bomb": (packed(**{"xl__workbook.xml": b"<a/>", "xl__worksheets__sheet1.xml": b" " * 20_000_000}), "unpacks"),
    "many parts": (packed(**{f"part{number}": b"" for number in range(2001)}), "2,000 files"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_list_is_refused_with_a_sentence_that_says_what_to_do(kind: str) -> None:
    data, words = REFUSED[kind]

    with pytest.raises(Unreadable, match=words) as refusal:
        read(data)

    assert str(refusal.value).endswith(".")


def test_rows_beyond_the_limit_are_refused() -> None:
    with pytest.raises(Unreadable, match="more than 200,000 rows"):
        read(b"Name,Email\n" + b"a,b\n" * 200_001)


def test_a_workbook_with_a_cell_far_down_and_far_right_is_read_quickly() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Employee ID", "Name", "Email"])
    book.active.append([1, "Ana", "ana@a.example"])
    book.active.cell(row=900_000, column=2, value="far below")
    book.active.cell(row=3, column=16_000, value="")
    stream = io.BytesIO()
    book.save(stream)

    table = read(stream.getvalue())

    assert table.rows == [("1", "Ana", "ana@a.example")]
    assert table.notes == ("Reading stopped after 10,000 blank rows. If people stand below them, delete the blank rows.",)


def test_stored_results_of_formulas_are_read_and_told() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Employee ID", "Name", "Email"])
    book.active.append([1, "=1+1", "ana@a.example"])
    stream = io.BytesIO()
    book.save(stream)

    table = read(stream.getvalue())

    assert table.rows == [("1", "", "ana@a.example")]
    assert "formulas" in table.notes[0]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=3000))
def test_no_bytes_make_it_fail_in_another_way(data: bytes) -> None:
    try:
        table = read(data)
    except Unreadable as refusal:
        assert str(refusal)
    else:
        assert table.rows


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=6), min_size=1, max_size=12), st.sampled_from(",;\t|"))
def test_any_text_in_cells_is_read_or_refused(rows: list[list[str]], delimiter: str) -> None:
    quoted = "\n".join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    try:
        table = read(quoted.encode("utf-8", "surrogatepass"))
    except Unreadable:
        return
    assert all(len(row) >= table.width for row in table.rows)
    assert len(table.rows) == len(table.row_numbers) == len(table.lengths)


@pytest.mark.parametrize("name", ["workday.csv", "personio-cp1252.csv", "successfactors.xlsx", "headless.txt"])
def test_damaged_files_are_read_or_refused(name: str) -> None:
    whole = (DATA / name).read_bytes()
    for seed in range(60):
        draw = random.Random(seed)
        data = bytearray(whole)
        for _ in range(draw.randint(1, 30)):
            at = draw.randrange(len(data))
            data[at : at + draw.randint(0, 3)] = draw.randbytes(draw.randint(0, 3))
        try:
            assert read(bytes(data)).rows
        except Unreadable as refusal:
            assert str(refusal)
