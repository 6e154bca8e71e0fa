import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager as ContextManager
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from reconvene.base import tenancy
from reconvene.people.models import DirectoryImport, Person
from tests import world
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parents[1] / "data" / "hr"
THREE = b"Employee ID,Name,Email,Job Title,Manager ID\n1,Ruth Fox,ruth@a.example,Director,\n2,Tom Day,tom@a.example,Team Lead,1\n2,Tom Two,two@a.example,Clerk,1\n"
PARTS = ("reading", "columns", "levels", "application", "removal")


@pytest.fixture(autouse=True)
def monday() -> object:
    with time_machine.travel(MONDAY, tick=False):
        yield


def upload(client: Client, data: bytes, name: str = "people.csv") -> HttpResponse:
    return client.post(reverse("directory-imports"), {"file": SimpleUploadedFile(name, data)})  # type: ignore[return-value]


def uploaded(data: bytes = THREE, whose: str = "fay") -> tuple[Client, DirectoryImport]:
    client = world.sign_in(world.person(whose))
    assert upload(client, data).status_code == 302
    return client, DirectoryImport.objects.get()


def address(name: str, kept: DirectoryImport) -> str:
    return reverse(name, args=[kept.id])


@pytest.mark.parametrize("whose", ["ana", "sam"])
def test_for_members_and_sponsors_these_pages_do_not_exist(whose: str) -> None:
    _, kept = uploaded()
    stranger = world.sign_in(world.person(whose))

    answers = [stranger.get(reverse("directory-imports")), stranger.get(address("directory-import", kept))]
    answers += [stranger.get(address("directory-import-problems", kept)), upload(stranger, THREE)]
    answers += [stranger.post(address(f"directory-import-{part}", kept)) for part in PARTS]

    assert {answer.status_code for answer in answers} == {404}
    assert DirectoryImport.objects.count() == 1


def test_an_import_of_another_organisation_does_not_exist() -> None:
    _, kept = uploaded()
    with tenancy.within(world.make_organisation("Other").id):
        gil = world.sign_in(world.person("gil", roles=["admin"]))

    assert gil.get(address("directory-import", kept)).status_code == 404
    assert gil.post(address("directory-import-application", kept)).status_code == 404


@pytest.mark.parametrize("whose", ["fay", "ada"])
def test_learning_leads_and_administrators_see_what_a_file_would_do(whose: str) -> None:
    client, kept = uploaded(whose=whose)
    before = Person.objects.count()

    page = client.get(address("directory-import", kept)).content.decode()

    for words in ("Ruth Fox", "Row 3 has the same number, so this row is left out.", "Give each person their own", "Team Lead", "UTF-8"):
        assert words in page or words.replace("Give", "give") in page
    assert Person.objects.count() == before


def test_applying_needs_the_levels_confirmed_and_then_brings_people_in_once() -> None:
    client, kept = uploaded()
    Person.objects.update(left_at=None)
    application = address("directory-import-application", kept)

    refused = client.post(application, {"choice": "good", "allow_leaving": "on"})
    assert refused.status_code == 422
    assert not Person.objects.filter(external_id="1").exists()

    done = client.post(application, {"choice": "good", "levels_are_right": "on", "allow_leaving": "on"})
    again = client.post(application, {"choice": "good", "levels_are_right": "on", "allow_leaving": "on"})

    assert (done.status_code, again.status_code) == (302, 302)
    assert Person.objects.filter(external_id__in=["1", "2"]).count() == 2
    page = client.get(address("directory-import", kept)).content.decode()
    assert "Applied on Monday 2 March" in page


def test_applying_stops_when_many_would_leave_until_it_is_confirmed() -> None:
    world.people("ana", "ben", "cho")
    client, kept = uploaded()
    application = address("directory-import-application", kept)

    refused = client.post(application, {"choice": "good", "levels_are_right": "on"})

    assert refused.status_code == 422
    assert "would be marked as having left" in refused.content.decode()
    assert Person.objects.filter(left_at=None, external_id="ana").exists()
    client.post(application, {"choice": "good", "levels_are_right": "on", "allow_leaving": "on"})
    assert Person.objects.get(external_id="ana").left_at == MONDAY


def test_nothing_is_brought_in_when_that_was_chosen_and_a_row_is_bad() -> None:
    client, kept = uploaded()

    refused = client.post(
        address("directory-import-application", kept), {"choice": "nothing-if-bad", "levels_are_right": "on", "allow_leaving": "on"}
    )

    assert refused.status_code == 422
    assert "Some rows cannot be taken, so nothing was changed." in refused.content.decode()
    assert not Person.objects.filter(external_id="1").exists()


def test_reading_columns_and_levels_can_be_corrected() -> None:
    client, kept = uploaded("Nummer;Wer;Was\n7;Jörg Weiß;Leiter\n8;Anna Groß;Teamleiterin\n".encode("cp1252"))
    assert client.get(address("directory-import", kept)).status_code == 200

    client.post(address("directory-import-reading", kept), {"encoding": "cp1252", "delimiter": ";", "header_row": "1"})
    client.post(
        address("directory-import-columns", kept), {"external_id": "0", "name": "1", "level": "2", "manager_by": "id", "date_format": ""}
    )
    page = client.get(address("directory-import", kept))
    levels = page.context["levels"]
    client.post(address("directory-import-levels", kept), dict.fromkeys(levels.shown, "Director"))
    client.post(address("directory-import-application", kept), {"levels_are_right": "on", "allow_leaving": "on"})

    assert {(person.name, str(person.level)) for person in Person.objects.filter(external_id__in=["7", "8"])} == {
        ("Jörg Weiß", "Director"), ("Anna Groß", "Director"),
    }  # fmt: skip


def test_a_reading_that_does_not_fit_is_refused_with_a_sentence_and_keeps_what_was_chosen() -> None:
    client, kept = uploaded("Employee ID;Name\n7;Jörg Weiß\n".encode("cp1252"))

    refused = client.post(address("directory-import-reading", kept), {"encoding": "utf-8", "delimiter": ";", "header_row": "1"})

    assert refused.status_code == 422
    assert "The file does not read as utf-8." in refused.content.decode()
    assert '<option value="utf-8" selected>' in refused.content.decode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"), (b"%PDF-1.7", "This file is a PDF"), (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "old Excel file"),
        ((DATA / "organogram-junior.csv").read_bytes(), "counts posts and names no people"), (b"a,b\n" * 5_000_001, "larger than 20 MB"),
    ],
    ids=["empty", "pdf", "xls", "headcounts", "huge"],
)  # fmt: skip
def test_a_file_that_is_no_list_of_people_gets_a_sentence_at_once(data: bytes, words: str) -> None:
    client = world.sign_in(world.person("fay"))

    refused = upload(client, data)

    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert not DirectoryImport.objects.exists()


def test_hostile_text_in_a_file_is_shown_as_text() -> None:
    client, kept = uploaded(b'Employee ID,Name,Email,Department\n1,<script>alert(1)</script>,"x""><b>@a.example",=1+1\n')

    page = client.get(address("directory-import", kept)).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_report_lists_every_problem_and_no_cell_of_it_is_a_formula() -> None:
    client, kept = uploaded(b"Employee ID,Name,Email\n1,=1+1,\n2,Ana,=cmd|' /C calc'!A0\n")

    report = client.get(address("directory-import-problems", kept)).content.decode("utf-8-sig")

    lines = list(csv.reader(io.StringIO(report)))
    assert [line[0] for line in lines] == ["Row", "2", "2", "3"]
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "-", "@"))]
    assert "'=1+1" in {cell for line in lines for cell in line}


def test_an_upload_can_be_thrown_away_and_an_applied_one_stays_in_the_list() -> None:
    client, kept = uploaded()
    client.post(address("directory-import-application", kept), {"choice": "good", "levels_are_right": "on", "allow_leaving": "on"})
    assert client.post(address("directory-import-removal", kept)).status_code == 404
    upload(client, THREE)

    client.post(address("directory-import-removal", DirectoryImport.objects.get(applied_at=None)))

    assert list(DirectoryImport.objects.values_list("applied_at", flat=True)) == [MONDAY]
    assert "people.csv" in client.get(reverse("directory-imports")).content.decode()


def test_an_applied_import_has_nothing_left_to_correct() -> None:
    client, kept = uploaded()
    client.post(address("directory-import-application", kept), {"choice": "good", "levels_are_right": "on", "allow_leaving": "on"})

    answers = [client.post(address(f"directory-import-{part}", kept)) for part in ("reading", "columns", "levels", "removal")]

    assert {answer.status_code for answer in [*answers, client.get(address("directory-import-problems", kept))]} == {404}


def test_the_preview_takes_the_same_few_queries_for_more_people(
    django_assert_max_num_queries: Callable[[int], ContextManager[object]],
) -> None:
    lines = b"".join(b"%d,Person %d,p%d@a.example,Team Lead,1\n" % (number, number, number) for number in range(10, 300))
    client, kept = uploaded(THREE + lines)

    with django_assert_max_num_queries(15):
        client.get(address("directory-import", kept))


def test_looking_changes_nothing() -> None:
    client, kept = uploaded()
    before = list(Person.objects.order_by("id").values()), list(DirectoryImport.objects.values())

    for name in ("directory-import", "directory-import-problems"):
        assert client.get(address(name, kept)).status_code == 200
    for part in PARTS:
        assert client.get(address(f"directory-import-{part}", kept)).status_code == 405

    assert (list(Person.objects.order_by("id").values()), list(DirectoryImport.objects.values())) == before
