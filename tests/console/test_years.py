"""A simulated year of an HR file: read like an import, worked out in memory, kept nowhere; and what the form says when it cannot be."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from reconvene.console.year_forms import YearForm
from reconvene.forming import years
from reconvene.forming.file_years import LOST_AFTER, work_out_apart
from reconvene.forming.jobs import give_up_lost_years
from reconvene.forming.models import SimulatedYear
from reconvene.people.directory.columns import ColumnMapping
from reconvene.people.directory.reading import read_table
from reconvene.people.directory.records import Staged
from reconvene.people.directory.rows import Record
from reconvene.people.directory_glance import Choose, Glance
from reconvene.people.models import DirectoryImport, Person
from tests import world
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]
HR = Path(__file__).resolve().parents[1] / "data" / "hr"
HEAD = "Employee ID,Name,Email,Job Title,Department,Site,Country,Manager ID\n"
TYPED = {"name": "Next year", "join_share": "80", "rate": "91", "headcounts": "1; Hamburg; 120"}


def row(number: int, *, title: str = "Team Lead", manager: str = "ZQ-0") -> str:
    return f"ZQ-{number},Zebedee{number} Quillfeather,zebedee{number}@quill.example,{title},Unit {number % 4},Halden,NO,{manager}\n"


MANAGERS = (
    HEAD + row(0, title="Director", manager="") + "".join(row(n, manager=f"ZQ-{n % 5 + 40}" if n < 40 else "ZQ-0") for n in range(1, 46))
)
BAD = MANAGERS + row(7) + ",Nobody,,Team Lead,Unit 1,Halden,NO,ZQ-0\n" + row(50, manager="ZQ-999") + row(51, title="")


@pytest.fixture
def fay() -> Iterator[Client]:
    with time_machine.travel(MONDAY, tick=False):
        yield world.sign_in(world.person("fay"))


@pytest.fixture
def begun() -> list[Thread]:
    """The threads that would start once the transactions of the requests stand. A test runs them itself: they would not see its transaction."""
    return []


@pytest.fixture
def send(fay: Client, begun: list[Thread], django_capture_on_commit_callbacks: Any) -> Send:
    """Sends the form with a file, and with what was typed."""

    def sent(data: bytes | str | None, **changes: object) -> Any:
        form = fay.get(reverse("years")).context["form"]
        values = {key: form[key].value() for key in form.fields} | TYPED | {"source": "file", "is_on_site": "", "leave_out": ""} | changes
        given = {key: value for key, value in values.items() if value is not None}
        if data is not None:
            given["file"] = SimpleUploadedFile("people.csv", data.encode() if isinstance(data, str) else data)
        with django_capture_on_commit_callbacks() as callbacks:
            answer = fay.post(reverse("years"), given)
        begun.extend(callback.__self__ for callback in callbacks if isinstance(getattr(callback, "__self__", None), Thread))
        return answer

    return sent


def everywhere(words: str) -> list[str]:
    """The tables of the database in which these words stand."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" AS one WHERE one::text ILIKE %s', [f"%{words}%"])
            found += [table] if cursor.fetchone()[0] else []
    return found


def test_a_file_is_simulated_and_nothing_of_it_is_kept_anywhere(
    send: Send, fay: Client, begun: list[Thread], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    people = Person.objects.count()

    answer = send(MANAGERS)
    assert answer.status_code == 302
    made = SimulatedYear.objects.get()
    assert "0 of 9 years are simulated" in fay.get(answer["Location"]).content.decode()
    begun[0].run()
    page = fay.get(answer["Location"]).content.decode()

    assert made.file_counts == {"rows": 46, "people": 46, "left_out": 0, "without_level": 0, "doubtful": 0, "absent": []}
    assert "everybody with a level in an HR file that was read and not stored" in page
    assert "Groups that begin in each month" in page
    assert "an HR file" in fay.get(reverse("years")).content.decode()
    assert (Person.objects.count(), DirectoryImport.objects.count()) == (people, 0)
    assert [everywhere(words) for words in ("quill", "ZQ-", "zebedee", "Unit 1", "people.csv")] == [[]] * 5
    assert not any(words in caplog.text.lower() for words in ("quill", "zq-", "zebedee", "unit 1", "people.csv"))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (None, "Choose a file."),
        (b"", "is empty. Choose the file that holds the list of people."),
        (b"%PDF-1.7 and so on", "This file is a PDF"),
        ((HR / "organogram-junior.csv").read_bytes(), "counts posts and names no people"),
        (b"Colour,Shade\nred,2\nblue,3\n", "No column was found with the name, number or address"),
        (HEAD + row(1, title="Typist"), "Of 1 rows 0 are people with a level"),
        (HEAD + row(1) + row(2), "Of 2 rows 2 are people with a level"),
        (b"a" * 20_000_001, "larger than 20 MB"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_the_imports_sentence_and_what_was_typed_stays(
    send: Send, data: bytes | str | None, sentence: str
) -> None:
    answer = send(data)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert sentence in " ".join(answer.context["form"].errors["file"])
    assert all(f'value="{TYPED[name]}"' in page for name in ("name", "join_share", "rate")) and TYPED["headcounts"] in page
    assert not SimulatedYear.objects.exists()


def test_rows_that_cannot_be_taken_stand_by_number_and_may_be_left_out(send: Send) -> None:
    refused = send(BAD)
    page = refused.content.decode()

    assert refused.status_code == 422
    for words in (
        "2 rows cannot be taken",
        "Row 9 has the same number",
        "Neither a number nor a usable address",
        "No row of this file is this manager",
        "Shown only now",
    ):
        assert words in page
    assert "There is no address" not in page  # nobody is invited
    assert not SimulatedYear.objects.exists() and everywhere("quill") == []

    assert send(BAD, leave_out="on").status_code == 302
    assert SimulatedYear.objects.get().file_counts == {
        "rows": 50,
        "people": 47,
        "left_out": 2,
        "without_level": 1,
        "doubtful": 1,
        "absent": [],
    }


def test_what_was_left_out_is_said_beside_the_result(send: Send, fay: Client, begun: list[Thread]) -> None:
    answer = send(BAD, leave_out="on")
    begun[0].run()

    page = fay.get(answer["Location"]).content.decode()
    assert "2 rows were left out; 1 has no level; the manager of 1 was not found" in page


def test_sent_twice_it_is_asked_once_and_another_file_waits(send: Send) -> None:
    first, again, other = send(MANAGERS), send(MANAGERS), send(MANAGERS + row(60))

    assert first["Location"] == again["Location"]
    assert other.status_code == 422 and "being worked out already" in other.content.decode()
    assert SimulatedYear.objects.count() == 1


def test_a_file_is_not_read_when_another_source_is_chosen(send: Send) -> None:
    assert send(b"%PDF", source="typed").status_code == 302
    assert SimulatedYear.objects.get().headcounts == [[1, "Hamburg", 120]]


def test_a_process_that_dies_is_told_without_a_word_of_the_file(send: Send, fay: Client, caplog: pytest.LogCaptureFixture) -> None:
    answer = send(MANAGERS)
    made = SimulatedYear.objects.get()
    work_out_apart(made.organisation_id, made.id, members=[], assumptions=years.assumptions_of(made))

    assert "choose it again" in fay.get(answer["Location"]).content.decode()
    assert str(made.id) in caplog.text and "quill" not in caplog.text.lower()


def test_a_year_whose_people_were_lost_with_the_program_is_given_up(send: Send, fay: Client) -> None:
    answer = send(MANAGERS)
    years.ask_for_year(
        world.person("fay"), name="typed", rows=[(1, "A", 9)], assumptions=years.Assumptions(), currency="EUR", k=8, now=MONDAY
    )

    give_up_lost_years(MONDAY + LOST_AFTER)
    assert not SimulatedYear.objects.exclude(failed_at=None).exists()
    give_up_lost_years(MONDAY + LOST_AFTER + timedelta(seconds=1))

    assert json.dumps(SimulatedYear.objects.exclude(failed_at=None).get().file_counts)
    assert "choose it again" in fay.get(answer["Location"]).content.decode()
    assert send(MANAGERS).status_code == 302


def test_a_column_that_was_not_found_is_named_beside_the_result(send: Send, fay: Client, begun: list[Thread]) -> None:
    answer = send("ID,Name,Job Title\n" + "".join(f"{n},Mia {n},Team Lead\n" for n in range(1, 30)))
    begun[0].run()

    assert "no column was found for: Department, Site, Manager" in fay.get(answer["Location"]).content.decode()


def test_more_people_than_can_be_worked_out_in_time_are_refused() -> None:
    records = tuple(Record(row=number, external_id=str(number), level="Team lead") for number in range(2, 30_003))
    table = read_table(b"Level\nTeam lead\n", filename="people.csv")
    found = Glance(table, 30_001, ColumnMapping({"level": "Level"}), Staged(records, (), frozenset()), {})
    files = {"file": SimpleUploadedFile("people.csv", b"any")}

    def read(*, choose: Choose, **_file: object) -> Glance:
        choose(table, found.mapping)
        return found

    form = YearForm({"source": "file"}, files, people=0, ranks={"Team lead": 1}, read=read)

    assert "At most 30,000 people" in form.errors["file"][0]
