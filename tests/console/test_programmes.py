from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reconvene.console.programme_queries import numbers, states
from reconvene.forming.actions import form_groups
from reconvene.groups.models import Programme
from reconvene.groups.rules import ProgrammeKind
from reconvene.people.models import Person
from reconvene.programmes.jobs import invite_waiting
from reconvene.programmes.models import Course, Participant, Roster
from tests import world
from tests.forming.queue import wait
from tests.programmes.programme import join_all, start
from tests.world import MONDAY, PEERS

pytestmark = pytest.mark.django_db
NEW = "console-programme-new"
MANY = tuple(f"n{number}" for number in range(20))


@pytest.fixture
def fay() -> Any:
    with time_machine.travel(MONDAY, tick=False):
        yield world.sign_in(world.person("fay"))


def filled(client: Client, recipe: str, **changes: object) -> dict[str, object]:
    """The form of a recipe as the page brings it, with some changes."""
    form = client.get(reverse(NEW), {"recipe": recipe}).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in {**values, **changes}.items() if value is not None and value is not False}


def send(client: Client, recipe: str, **changes: object) -> Any:
    return client.post(f"{reverse(NEW)}?recipe={recipe}", filled(client, recipe, **changes))


@pytest.mark.parametrize(
    "recipe", ["pressing-issue", "after-a-course", "new-managers", "reorganisation", "hybrid-teams", "merger", "pilot"]
)
def test_every_recipe_starts_as_it_is_with_one_form(fay: Client, recipe: str) -> None:
    for slug in ("change-people-did-not-ask-for", "silos", "nobody-speaks-up"):
        world.topic(slug)
    world.people(*PEERS)
    answer = send(fay, recipe)
    programme = Programme.objects.get(is_open=False)

    assert answer.status_code == 302
    assert (programme.recipe, programme.started_by, programme.starts_on) == (recipe, world.person("fay"), date(2026, 3, 3))
    assert fay.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("recipe", "changes", "field", "sentence"),
    [
        ("reorganisation", {"signs_up_until": "2026-03-01"}, "signs_up_until", "would end before it begins"),
        ("reorganisation", {"ends_on": "2026-03-05"}, "ends_on", "before the end of the sign-up"),
        ("hybrid-teams", {"ends_on": "2026-03-02"}, "ends_on", "before the first"),
        ("hybrid-teams", {"ends_on": "2046-03-02"}, "ends_on", "three years"),
        ("pilot", {"second_by": "2026-03-10"}, "second_by", "before the sign-up is over"),
        ("reorganisation", {"smallest": 6, "largest": 4}, "largest", "less than the least"),
        ("reorganisation", {"gap_shortest": 35, "gap_longest": 25}, "gap_longest", "less than the least"),
        ("reorganisation", {"gap_shortest": 3}, "gap_shortest", "no time to practise"),
        ("reorganisation", {"promise_days": 0}, "promise_days", "no time to answer"),
        ("reorganisation", {"name": " "}, "name", "Give it a name"),
        ("reorganisation", {"starts_on": "tomorrow"}, "starts_on", "like 2026-03-13"),
        ("reorganisation", {"starts_on": "2026-03-01"}, "starts_on", "lies in the past"),
        ("reorganisation", {"starts_on": "9999-12-31", "signs_up_until": "9999-12-31", "ends_on": "9999-12-31"}, "starts_on", "more than three years away"),
        ("reorganisation", {"signs_up_until": "2062-03-13", "ends_on": ""}, "signs_up_until", "Nobody waits so long"),
        ("reorganisation", {"functions": ["Nowhere"]}, "functions", "Nowhere"),
        ("reorganisation", {"functions": ["Payroll"]}, "__all__", "Fewer people"),
        ("reorganisation", {"levels": [3]}, "__all__", "Nobody in the directory"),
        ("pilot", {"functions": ["Payroll", "Quality", "Warehouse"]}, "__all__", "nobody could wait"),
        ("merger", {"topics": ["delegating"]}, "is_reviewed", "who has that challenge"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_sentence_and_nothing_is_started(
    fay: Client, recipe: str, changes: dict[str, object], field: str, sentence: str
) -> None:
    world.topic()
    world.people(*PEERS)
    answer = send(fay, recipe, **changes)

    assert answer.status_code == 422
    assert sentence in " ".join(answer.context["form"].errors[field])
    assert field != "starts_on" or f'value="{changes[field]}"' in answer.content.decode()
    assert not Programme.objects.filter(is_open=False).exists()


def test_people_are_counted_from_k_on_and_never_so_that_a_few_could_be_subtracted() -> None:
    world.people(*MANY)
    programme = start(levels=[1])
    invite_waiting(MONDAY)
    assert (numbers(programme).audience, numbers(programme).invited, numbers(programme).joined) == (20, 20, None)

    join_all(programme, *MANY[:12])
    assert numbers(programme).joined == 10
    join_all(programme, *MANY[:15])
    assert numbers(programme).joined is None  # six who did not join could be told apart


def test_how_many_wait_is_not_told_when_a_few_who_do_not_could_be_subtracted() -> None:
    world.people(*MANY)
    programme = start(levels=[1])
    invite_waiting(MONDAY)
    join_all(programme, *MANY, "fay")

    wait(*MANY[:15])
    assert (numbers(programme).joined, numbers(programme).waiting) == (20, None)  # six who have raised nothing

    wait(*MANY[15:], "fay")
    assert (numbers(programme).joined, numbers(programme).waiting) == (20, 20)


def test_the_page_of_a_programme_holds_no_name_no_topic_of_anybody_and_takes_few_queries(fay: Client) -> None:
    wait(*PEERS)
    Programme.objects.update(is_reviewed=True)
    programme = world.programme()
    form_groups(programme, seed=1, now=MONDAY)
    fay.get(reverse("console-programme", args=[programme.id]))
    with CaptureQueriesContext(connection) as seen:
        page = fay.get(reverse("console-programme", args=[programme.id])).content.decode()

    assert "1 group waits for your release" in page
    assert "Delegating" not in page and not any(f"{name.capitalize()} Example" in page for name in PEERS)
    assert states(programme).under_review == 1
    assert len([one for one in seen if "SAVEPOINT" not in one["sql"]]) <= 15


def test_what_was_started_may_be_renamed_and_lengthened_and_its_people_and_sizes_may_not(fay: Client) -> None:
    world.people(*PEERS)
    programme = start()
    address = reverse("console-programme-change", args=[programme.id])
    form = fay.get(address).context["form"]
    assert not {"functions", "sites", "levels", "smallest", "largest", "topics", "kind"} & set(form.fields)

    values = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    fay.post(address, {**values, "name": "Autumn", "signs_up_until": "2026-03-20", "largest": 4})
    programme.refresh_from_db()
    assert (programme.name, programme.signs_up_until, programme.largest) == ("Autumn", date(2026, 3, 20), 6)
    assert fay.post(address, {**values, "signs_up_until": "2026-02-20"}).status_code == 422


def test_the_open_programme_has_no_end_and_an_ended_one_no_change(fay: Client) -> None:
    assert fay.post(reverse("console-programme-end", args=[world.programme().id])).status_code == 404
    world.people(*PEERS)
    programme = start()
    fay.post(reverse("console-programme-end", args=[programme.id]))
    fay.post(reverse("console-programme-change", args=[programme.id]), {"name": "Other"})

    programme.refresh_from_db()
    assert programme.ended_at is not None and programme.name == "Spring"


def test_a_roster_finds_people_by_address_and_number_and_tells_every_other_row(fay: Client) -> None:
    ana, ben, cho = world.people("ana", "ben", "cho")
    cho.leave(now=MONDAY - timedelta(days=1))
    programme = start(ProgrammeKind.COURSE)
    address = reverse("console-programme-roster", args=[programme.id])
    lines = [
        "Email,Employee ID,Note",
        f"{ana.email.upper()},,x",
        f",{ben.external_id},x",
        "nobody@else.example,,x",
        ",,x",
        f"{ana.email},,x",
        f"{cho.email},,x",
    ]
    fay.post(address, {"file": SimpleUploadedFile("list.csv", "\n".join(lines).encode())})
    roster = Roster.objects.get()

    assert set(roster.matched) == {str(ana.id), str(ben.id)}
    assert [(number, code) for number, _text, code in roster.unknown] == [(4, "unknown"), (5, "empty"), (6, "twice"), (7, "left")]
    assert "nobody@else.example" in fay.get(address).content.decode()
    assert Participant.objects.count() == 0
    fay.post(reverse("console-programme-roster-application", args=[programme.id, roster.id]), {"answer": "apply"})
    assert Participant.objects.count() == 2 and not Roster.objects.exists()


def test_a_roster_names_rows_as_the_spreadsheet_does_and_finds_whoever_works_here_before_who_left(fay: Client) -> None:
    ana = world.person("ana")
    world.person("cho", external_id="7").leave(now=MONDAY - timedelta(days=1))
    again = Person.objects.create(organisation_id=ana.organisation_id, name="Cho Example", email="cho@aldermoor.example", external_id="900")
    Person.objects.create(organisation_id=ana.organisation_id, name="Old Hand", email=again.email, external_id="8", left_at=MONDAY)
    programme = start(ProgrammeKind.COURSE)
    lines = [
        "Participants of the course,,",
        "",
        "Email,Employee ID,Note",
        f"{again.email},,x",
        "",
        "nobody@else.example,,x",
        f"{ana.email},,x",
    ]

    address = reverse("console-programme-roster", args=[programme.id])
    fay.post(address, {"file": SimpleUploadedFile("list.csv", "\n".join(lines).encode())})

    roster = Roster.objects.get()
    assert roster.unknown == [[6, "nobody@else.example", "unknown"]]
    assert set(roster.matched) == {str(ana.id), str(again.id)}


@pytest.mark.parametrize(("name", "data"), [("a.csv", b"Name,Shoe size\nAna,38\n"), ("a.xlsx", b"not a workbook"), ("a.csv", b"")])
def test_a_file_that_is_no_roster_is_refused_with_a_sentence(fay: Client, name: str, data: bytes) -> None:
    programme = start(ProgrammeKind.COURSE)
    answer = fay.post(reverse("console-programme-roster", args=[programme.id]), {"file": SimpleUploadedFile(name, data)})

    assert answer.status_code == 422 and answer.context["form"].errors["file"]
    assert not Roster.objects.exists()


def test_a_member_joins_by_the_link_without_an_account_and_l_and_d_cannot_look_up_who_declined(fay: Client) -> None:
    world.people(*PEERS)
    programme = start()
    invite_waiting(MONDAY)
    ana = world.sign_in(world.person("ana"))
    assert reverse("programme", args=[programme.id]) in ana.get("/").content.decode()
    ana.post(reverse("programme", args=[programme.id]), {"answer": "join"})
    assert Participant.objects.joined().get().person == world.person("ana")
    world.sign_in(world.person("ben")).post(reverse("programme", args=[programme.id]), {"answer": "decline"})

    page = fay.get(reverse("console-programme", args=[programme.id])).content.decode()
    assert "not shown" in page and "Ben" not in page


def test_a_course_is_added_once_and_taken_off(fay: Client) -> None:
    topic = world.topic()
    for about in ("c:Tests", f"t:{topic.slug}"):
        fay.post(reverse("demand"), {"name": "Handing over work", "about": about})
    course = Course.objects.get()
    assert (course.category, course.topic) == ("Tests", topic)
    assert fay.post(reverse("demand"), {"name": "", "about": "c:Nowhere"}).status_code == 422

    fay.post(reverse("course-removal", args=[course.id]))
    assert not Course.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"source": "directory"}, "__all__", "fewer people"),
        ({"headcounts": ""}, "headcounts", "at least one line"),
        ({"headcounts": "1; Hamburg"}, "headcounts", "Line 1"),
        ({"headcounts": "1; Hamburg; many"}, "headcounts", "Line 1"),
        ({"headcounts": "99; Hamburg; 3"}, "headcounts", "levels go from 1"),
        ({"headcounts": "1; A; 3\n1; A; 4"}, "headcounts", "two lines"),
        ({"headcounts": "1; A; 99999999"}, "headcounts", "30,000"),
        ({"headcounts": "1; A; 2"}, "headcounts", "fewer people"),
        ({"join_share": "0"}, "join_share", "Between 1 and 100"),
        ({"rate": "nan"}, "rate", "Write a number"),
        ({"smallest": 6, "largest": 3}, "largest", "less than the least"),
        ({"currency": "euro"}, "currency", "Three capital letters"),
    ],
)  # fmt: skip
def test_a_year_that_makes_no_sense_is_refused_with_a_sentence(fay: Client, changes: dict[str, object], field: str, sentence: str) -> None:
    form = fay.get(reverse("years")).context["form"]
    usual = {name: form[name].value() for name in form.fields} | {
        "name": "Ours",
        "source": "typed",
        "headcounts": "1; A; 40",
        "is_on_site": "",
    }
    answer = fay.post(reverse("years"), {name: value for name, value in {**usual, **changes}.items() if value is not None})

    assert answer.status_code == 422
    assert sentence in " ".join(answer.context["form"].errors[field])
