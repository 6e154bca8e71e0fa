"""What is asked about an HR file before a year of it is simulated: its columns, the order of its numbers, the level of each value."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import reconvene
from reconvene.console.year_file import MOST_CARRIED, BadPacking, Upload
from reconvene.forming.models import SimulatedYear
from reconvene.people.directory.levels import order_numbers, smallest_is_top
from reconvene.people.models import DirectoryImport
from tests import world
from tests.console.test_years import HR, MANAGERS, everywhere, row

pytestmark = pytest.mark.django_db
NUMBERS = (HR / "grades-in-numbers.csv").read_bytes()
HEADLESS = (HR / "levels-headless.txt").read_bytes()
TENTH = MANAGERS + "".join(row(number, title="M4") for number in range(60, 65))


@pytest.fixture
def fay() -> Client:
    return world.sign_in(world.person("fay"))


def send(fay: Client, data: bytes | str, **changes: str) -> Any:
    """The form with a file, as it is sent for the first time."""
    form = fay.get(reverse("years")).context["form"]
    given = (
        {key: form[key].value() for key in form.fields}
        | {"name": "Next year", "source": "file", "is_on_site": "", "leave_out": ""}
        | changes
    )
    given = {key: value for key, value in given.items() if value is not None}
    return fay.post(reverse("years"), given | {"file": SimpleUploadedFile("people.csv", data.encode() if isinstance(data, str) else data)})


def send_back(fay: Client, page: Any, **changes: str) -> Any:
    """The page as it came back, sent again with no file chosen; `changes` by the label of a control, or by its name."""
    form, file = page.context["form"], page.context["form"].year_file
    bound = [*file.columns, *(file.order or ()), *file.levels]
    given = {key: form[key].value() for key in form.fields} | {one.html_name: one.value() for one in bound}
    given |= {"carried": file.upload.packed, "carried_name": file.upload.filename}
    for label, value in changes.items():
        names = [one.html_name for one in bound if label in (one.name, str(one.label))] or [label]
        given[names[0]] = value
    return fay.post(reverse("years"), {key: value for key, value in given.items() if value is not None})


def shown(page: Any) -> dict[str, tuple[str, int, int]]:
    """The table of levels: for each value its level, its people, and how many of them lead others."""
    return {control.label: (control.value(), people, leaders) for control, people, leaders in page.context["form"].year_file.level_rows}


def test_grades_in_numbers_come_back_in_the_order_of_the_reporting_lines_and_are_then_simulated(fay: Client) -> None:
    page = send(fay, NUMBERS)
    text = page.content.decode()

    assert page.status_code == 422 and not SimulatedYear.objects.exists()
    assert "The levels of this file are numbers" in text and "As the reporting lines of the file tell it." in text
    assert page.context["form"].year_file.order["top"].value() == "first"
    assert shown(page) == {"3": ("Team lead", 30, 0), "2": ("Head of department", 5, 5), "1": ("Director", 1, 1)}

    assert send_back(fay, page).status_code == 302
    assert SimulatedYear.objects.get().file_counts["people"] == 36


def test_another_order_comes_back_once_more_with_the_levels_turned(fay: Client) -> None:
    page = send_back(fay, send(fay, NUMBERS), top="last")

    assert page.status_code == 422
    assert {value: level for value, (level, *_rest) in shown(page).items()} == {
        "1": "Team lead",
        "2": "Head of department",
        "3": "Director",
    }
    assert send_back(fay, page).status_code == 302


def test_without_reporting_lines_the_order_is_asked_and_nothing_is_pretended(fay: Client) -> None:
    page = send(fay, b"\n".join(line.rsplit(b",", 1)[0] for line in NUMBERS.splitlines()))

    assert "do not tell it, so please choose" in page.content.decode()
    assert page.context["form"].year_file.order["top"].value() == "last"


def test_a_tenth_whose_level_is_not_known_is_asked_for_before_and_not_left_out_in_silence(fay: Client) -> None:
    page = send(fay, TENTH)

    assert page.status_code == 422 and not SimulatedYear.objects.exists()
    assert "The levels of 5 people are not known" in page.content.decode()
    assert shown(page)["M4"] == ("", 5, 0)

    assert send_back(fay, page, M4="Head of department").status_code == 302
    assert SimulatedYear.objects.get().file_counts | {"absent": []} == {
        "rows": 51, "people": 51, "left_out": 0, "without_level": 0, "doubtful": 0, "absent": [],
    }  # fmt: skip


def test_left_out_on_purpose_they_are_counted_as_before(fay: Client) -> None:
    assert send_back(fay, send(fay, TENTH)).status_code == 302
    assert SimulatedYear.objects.get().file_counts["without_level"] == 5


def test_a_file_without_headings_is_simulated_once_its_columns_are_chosen(fay: Client) -> None:
    refused = send(fay, HEADLESS)
    assert "Of 29 rows 0 are people with a level" in refused.content.decode()
    assert "column 4 (1, 2)" in refused.content.decode()

    asked = send_back(fay, refused, level="3", manager_ref="2")
    assert "1 person has nothing in this column and is left out" in asked.content.decode()
    assert shown(asked) == {"2": ("Team lead", 24, 0), "1": ("Head of department", 4, 4)}

    assert send_back(fay, asked).status_code == 302
    assert SimulatedYear.objects.get().file_counts == {
        "rows": 29, "people": 28, "left_out": 0, "without_level": 1, "doubtful": 0, "absent": ["function", "site"],
    }  # fmt: skip


def test_a_file_that_names_nobody_by_its_headings_can_be_told_who_is_meant(fay: Client) -> None:
    data = "Colour,Grade\n" + "".join(f"c{n},Team Lead\n" for n in range(20))
    refused = send(fay, data)
    assert "Choose these columns" in refused.content.decode() and not list(refused.context["form"].year_file.level_rows)

    assert send_back(fay, refused, external_id="0").status_code == 302
    assert SimulatedYear.objects.get().file_counts["people"] == 20


def test_while_it_is_asked_about_the_file_is_nowhere_but_in_the_page(fay: Client) -> None:
    page = send(fay, TENTH)

    assert [everywhere(words) for words in ("quill", "ZQ-", "people.csv")] == [[]] * 3
    assert not DirectoryImport.objects.exists()
    assert page["Cache-Control"] == "private, no-store"
    assert "people.csv is still here: it travels in this page and is stored nowhere" in page.content.decode()
    assert Upload.unpack(page.context["form"].year_file.upload.packed, filename="people.csv").data == TENTH.encode()


def test_answers_to_another_file_count_for_nothing(fay: Client) -> None:
    page = send(fay, TENTH)
    other = Upload((TENTH + row(70, title="M4")).encode(), "other.csv")

    assert send_back(fay, page, M4="Director", carried=other.packed).status_code == 422


@pytest.mark.parametrize("carried", ["é", "%%%", "AAAA", ""])
def test_what_is_no_packed_file_is_asked_for_again(fay: Client, carried: str) -> None:
    page = send(fay, TENTH)

    answer = send_back(fay, page, M4="Director", carried=carried)

    assert answer.status_code == 422
    assert "file" in answer.context["form"].errors


def test_a_file_too_large_to_travel_is_asked_for_again_and_the_answers_stay(fay: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconvene.console.year_file.MOST_CARRIED", 10)
    page = send(fay, TENTH)
    assert "too large to travel in this page" in page.content.decode() and 'name="carried"' not in page.content.decode()

    given = {one.html_name: one.value() for one in page.context["form"].year_file.levels}
    assert send(fay, TENTH, **given).status_code == 302


def test_more_values_than_can_be_asked_for_are_said_with_how_many_are_left_out(fay: Client) -> None:
    page = send(fay, MANAGERS + "".join(row(number, title=f"Rank of {number}") for number in range(60, 260)))

    assert len(shown(page)) == 150
    assert (
        "52 rarer values are not shown" in page.content.decode() and "52 people of them have none and are left out" in page.content.decode()
    )


@pytest.mark.parametrize("text", ["", "%%%", "YWJj", Upload(b"x" * 20_000_001, "large.csv").packed])
def test_what_is_no_packed_file_is_not_taken(text: str) -> None:
    with pytest.raises(BadPacking):
        Upload.unpack(text, filename="x")


def test_a_packed_file_is_the_same_file_and_fits_into_a_form(settings: Any) -> None:
    assert Upload.unpack(Upload(NUMBERS, "a.csv").packed, filename="a.csv") == Upload(NUMBERS, "a.csv")
    assert MOST_CARRIED < settings.DATA_UPLOAD_MAX_MEMORY_SIZE - 500_000


def test_numbers_are_levels_in_their_order_and_more_of_them_are_spread() -> None:
    ladder = ["Team lead", "Head", "Director"]

    assert order_numbers(["1", "2", "M4"], ladder, smallest_is_top=False) == {"1": "Team lead", "2": "Head"}
    assert order_numbers(["10", "9.0", "8"], ladder, smallest_is_top=True) == {"10": "Team lead", "9.0": "Head", "8": "Director"}
    assert list(order_numbers(map(str, range(1, 6)), ladder, smallest_is_top=False).values()) == ["Team lead", "Team lead", "Head", "Director", "Director"]  # fmt: skip


def test_the_reporting_lines_tell_which_end_is_the_top_unless_they_contradict_each_other() -> None:
    assert smallest_is_top([("2", "1"), ("3", "2"), ("1", "2")]) is True
    assert smallest_is_top([("2", "3")]) is False
    assert smallest_is_top([("2", "3"), ("3", "2"), ("M4", "1")]) is None


def test_a_band_of_a_chart_ends_where_its_range_ends() -> None:
    rules = (Path(reconvene.__file__).parent / "base/static/reconvene/reconvene.css").read_text()
    band = next(rule for rule in rules.split("}") if ".c-band {" in rule)

    assert "stroke-width: 10" in band and "linecap" not in band
