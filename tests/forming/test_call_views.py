from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from reconvene.base import tenancy
from reconvene.base.links import Link
from reconvene.forming.models import Call
from reconvene.groups.models import Group, Membership
from reconvene.people.models import Person
from tests import world
from tests.world import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def start(name: str = "ana", **typed: str) -> tuple[Client, object]:
    client = world.sign_in(world.person(name))
    return client, client.post("/calls/new/", {"topic": world.topic().slug, "when": "now", **typed})


def join_link() -> str:
    call = Call.objects.get()
    return f"/calls/by-link/{Link('join', call.organisation_id, call.called_by_id, call.id, call.until).token()}/"


def test_starting_a_group_leads_to_a_page_with_code_picture_and_link() -> None:
    client, answer = start()
    call = Call.objects.get()
    assert answer["Location"] == f"/calls/{call.id}/"
    text = client.get(answer["Location"]).content.decode()

    assert call.code.upper() in text
    assert "<svg" in text
    assert "With three you can begin." in text


def test_a_form_sent_twice_starts_one_group() -> None:
    first, second = start()[1], start()[1]

    assert first["Location"] == second["Location"]
    assert Group.objects.count() == 1


def test_whoever_typed_an_address_that_nobody_proved_is_signed_in_for_a_day_and_by_a_code_after_that() -> None:
    start()
    nia = Client()
    nia.post(join_link(), {"name": "Nia New", "email": "chief@aldermoor.example"})

    with time_machine.travel(MONDAY + timedelta(hours=23), tick=False):
        assert nia.get("/account/").status_code == 200
    with time_machine.travel(MONDAY + timedelta(hours=25), tick=False):
        assert nia.get("/account/").status_code == 302


@pytest.mark.parametrize(
    "typed",
    [
        {"topic": ""},
        {"topic": "no-such topic"},
        {"when": "later"},
        {"when": "later", "starts": "2026-02-01T10:00"},
        {"when": "later", "starts": "9999-12-31T23:59"},
        {"when": "later", "starts": "yesterday"},
        {"when": "\x00"},
    ],
)
def test_a_call_that_makes_no_sense_is_answered_with_a_sentence(typed: dict[str, str]) -> None:
    _client, answer = start(**typed)

    assert answer.status_code == 422
    assert "Not sent yet. What you wrote is still here." in answer.content.decode()
    assert not Group.objects.exists()


def test_an_unknown_topic_is_answered_with_a_sentence() -> None:
    _client, answer = start(topic="no-such-topic")

    assert answer.status_code == 422
    assert not Group.objects.exists()


def test_somebody_who_sits_elsewhere_learns_where_to_look() -> None:
    world.make_group(*world.people("ana", "cho", "dan"))
    _client, answer = start()

    assert answer.status_code == 422
    assert "You sit in another group already" in answer.content.decode()


def test_the_callers_page_is_for_its_members_only_and_outlives_the_session() -> None:
    client, answer = start()
    assert world.sign_in(world.person("ben")).get(answer["Location"]).status_code == 404
    session = Group.objects.get().cycles.get().sessions.get(kind="first")
    session.start(now=MONDAY)
    session.finish(now=MONDAY)

    assert client.get(answer["Location"]).status_code == 302


def test_the_part_that_tells_who_joined_is_sent_alone_when_asked_for() -> None:
    client, answer = start()
    part = client.get(answer["Location"], headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in part
    assert "You are the first at the table" in part


def test_a_code_in_any_case_with_blanks_leads_to_the_table() -> None:
    start()
    code = Call.objects.get().code.upper()
    ben = world.sign_in(world.person("ben"))
    answer = ben.post("/calls/code/", {"code": f" {code[:4]} {code[4:]} "})
    assert answer.status_code == 302
    ben.post(answer["Location"])

    assert Membership.objects.live().filter(person=world.person("ben")).exists()


@pytest.mark.parametrize("code", ["", "x", "\x00", "abcdefgh", "--------"])
def test_a_wrong_code_is_answered_with_a_sentence(code: str) -> None:
    answer = world.sign_in(world.person("ben")).post("/calls/code/", {"code": code})

    assert answer.status_code == 422


def test_a_code_ends_with_its_call() -> None:
    start()
    code = Call.objects.get().code
    with time_machine.travel(MONDAY + timedelta(hours=3, seconds=1), tick=False):
        assert world.sign_in(world.person("ben")).post("/calls/code/", {"code": code}).status_code == 422
        assert Client().get(join_link()).status_code == 410


def test_opening_the_join_link_seats_nobody() -> None:
    start()
    assert Client().get(join_link()).status_code == 200
    assert world.sign_in(world.person("ben")).get(join_link()).status_code == 200

    assert Membership.objects.count() == 1


def test_a_newcomer_joins_with_name_and_address_and_is_signed_in() -> None:
    start()
    nia = Client()
    answer = nia.post(join_link(), {"name": "Nia New", "email": "Nia@elsewhere.example"})
    assert answer.status_code == 302
    page = nia.get(answer["Location"])

    assert page.status_code == 200
    assert "Nia New" in page.content.decode()
    again = nia.post(join_link(), {"name": "Nia New", "email": "Nia@elsewhere.example"})
    assert again.status_code == 302
    assert Membership.objects.count() == 2


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"name": "Nia"},
        {"name": "", "email": "nia@x.example"},
        {"name": "Nia", "email": "nonsense"},
        {"name": "x" * 121, "email": "nia@x.example"},
    ],
)
def test_a_newcomer_without_name_or_address_is_asked_for_them(typed: dict[str, str]) -> None:
    start()
    before = Person.objects.count()

    assert Client().post(join_link(), typed).status_code == 422
    assert Person.objects.count() == before


def test_a_known_address_must_sign_in_and_nobody_is_signed_in_as_them() -> None:
    start()
    ben = world.person("ben")
    browser = Client()
    answer = browser.post(join_link(), {"name": "Not Ben", "email": ben.email.upper()})

    assert answer.status_code == 422
    assert "Sign in with it first" in answer.content.decode()
    assert "_auth_user_id" not in browser.session
    assert Membership.objects.count() == 1


def test_somebody_for_whom_there_is_no_seat_learns_why() -> None:
    start()
    call = Call.objects.get()
    for number in range(5):
        world.sign_in(world.person(f"p{number}")).post(join_link())
    browser = Client()
    member, newcomer = (
        world.sign_in(world.person("ben")).post(join_link()),
        browser.post(join_link(), {"name": "Nia", "email": "nia@x.example"}),
    )

    assert call.group.memberships.live().count() == 6
    for answer in (member, newcomer):
        assert answer.status_code == 422
        assert "All six seats are taken." in answer.content.decode()
    assert "_auth_user_id" not in browser.session
    assert not Person.objects.filter(email="nia@x.example").exists()


def test_a_boss_learns_kindly_that_this_seat_is_not_possible() -> None:
    start("ben")
    answer = world.sign_in(world.person("eva")).post(join_link())

    assert answer.status_code == 422
    assert "reporting line" in answer.content.decode()


def test_a_person_of_another_organisation_who_scans_the_code_is_a_newcomer() -> None:
    start()
    link = join_link()
    with tenancy.within(world.make_organisation("Other").id):
        gil = world.sign_in(world.person("gil"))
    page = gil.get(link)

    assert page.status_code == 200
    assert "My work mail address" in page.content.decode()


def test_altered_join_links_do_not_exist() -> None:
    start()
    for wrong in (join_link()[:-9] + "AAAAAAAA/", "/calls/by-link/x/"):
        assert Client().post(wrong, {"name": "Nia", "email": "nia@x.example"}).status_code == 404
