"""The demo's own pages: becoming somebody, the clock, the mailbox; and that none of it is there outside the demo."""

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import include, path

from reconvene.base import clock
from reconvene.base.models import DemoClock
from reconvene.config.environment import ROOT
from reconvene.config.urls import urlpatterns as usual
from reconvene.scheduling.models import Session
from tests import world
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
urlpatterns = [*usual, path("demo/", include("reconvene.demo.urls"))]


@pytest.fixture
def demo(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """The program as a demo, on a Monday; its mail folder."""
    settings.DEMO = True
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [ROOT / "src" / "reconvene" / "demo" / "templates"]}]
    settings.ROOT_URLCONF = __name__
    settings.LOGIN_URL = "demo"
    settings.EMAIL_FILE_PATH = str(tmp_path / "demo-mail")
    clock.forget()
    with time_machine.travel(MONDAY, tick=False):
        yield tmp_path / "demo-mail"
    clock.forget()


def shown() -> timedelta:
    """How far the demo's clock is ahead of the machine's."""
    return DemoClock.objects.get().shown - MONDAY


def write_letter(folder: Path, name: str, *, to: str = "ana@aldermoor.example", calendar: bool = False) -> None:
    message = EmailMessage()
    message["To"], message["Subject"] = to, f"Subject of {name}"
    message.set_content(f"Words of {name}\nhttps://localhost/seats/\n<script>")
    if calendar:
        message.add_attachment("BEGIN:VCALENDAR", subtype="calendar")
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(bytes(message) + b"\n" + b"-" * 79 + b"\n")


def test_outside_the_demo_none_of_its_addresses_is_there() -> None:
    ana = world.person("ana")

    answers = [Client().get("/demo/"), Client().post("/demo/clock/", {"by": "week"}), Client().post(f"/demo/personas/{ana.id}/")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert DemoClock.objects.count() == 0


def test_who_is_not_signed_in_is_led_to_the_choice_of_people(demo: Path) -> None:
    answer = Client().get("/groups/")

    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/demo/")


def test_a_button_makes_one_somebody_and_the_page_itself_does_not(demo: Path) -> None:
    ana, client = world.person("ana"), Client()

    assert client.get(f"/demo/personas/{ana.id}/").status_code == 405
    assert "_auth_user_id" not in client.session
    answer = client.post(f"/demo/personas/{ana.id}/")

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(ana.id)
    assert client.get("/account/").status_code == 200


def test_one_cannot_become_who_has_left_or_never_was(demo: Path) -> None:
    gone = world.person("ana", left_at=MONDAY)

    answers = [Client().post(f"/demo/personas/{one}/") for one in (gone.id, "00000000-0000-0000-0000-000000000000")]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize(
    ("asked", "moved"),
    [({"by": "hour"}, timedelta(hours=1)), ({"by": "day"}, timedelta(days=1)), ({"by": "week"}, timedelta(days=7)),
     ({"by": "century"}, timedelta()), ({"by": "session"}, timedelta()), ({"rate": "-60"}, timedelta()), ({}, timedelta())],
    ids=str,
)  # fmt: skip
def test_the_clock_goes_forward_by_what_is_offered_and_by_nothing_else(demo: Path, asked: dict[str, str], moved: timedelta) -> None:
    answer = Client().post("/demo/clock/", asked)

    assert (answer.status_code, shown()) == (302, moved)
    assert clock.now() == MONDAY + moved


def test_the_clock_goes_to_just_before_my_next_session(demo: Path) -> None:
    group = world.make_group(*world.people("ana", "ben", "cho"))
    first = group.cycles.get().sessions.get(kind="first")

    world.sign_in(world.person("ana")).post("/demo/clock/", {"by": "session"})

    assert clock.now() == first.starts_at - timedelta(minutes=2)


def test_a_session_that_nobody_has_begun_yet_is_still_the_next_one(demo: Path) -> None:
    group = world.make_group(*world.people("ana", "ben", "cho"))
    first = group.cycles.get().sessions.get(kind="first")
    Session.objects.filter(id=first.id).update(starts_at=MONDAY - timedelta(minutes=20))

    world.sign_in(world.person("ana")).post("/demo/clock/", {"by": "session"})

    assert clock.now() == MONDAY


def test_the_clock_runs_faster_and_the_page_says_so(demo: Path) -> None:
    Client().post("/demo/clock/", {"rate": "60"})

    assert DemoClock.objects.get().rate == 60
    assert "60 times as fast" in Client().get("/demo/").content.decode()


def test_the_mailbox_shows_letters_by_address_and_dates_among_them(demo: Path) -> None:
    assert "Nothing yet." in Client().get("/demo/mailbox/").content.decode()
    write_letter(demo, "1.log")
    write_letter(demo, "2.log", to="ben@aldermoor.example", calendar=True)

    everything, bens = (Client().get(f"/demo/mailbox/{query}").content.decode() for query in ("", "?to=BEN@"))

    assert ("Subject of 1.log" in everything, "Subject of 2.log" in everything) == (True, True)
    assert ("Subject of 1.log" in bens, "Subject of 2.log" in bens) == (False, True)
    assert bens.count("with a date") == 1


def test_a_letter_has_its_links_and_no_markup_of_its_own(demo: Path) -> None:
    write_letter(demo, "1.log")

    page = Client().get("/demo/mailbox/1.log/").content.decode()

    assert '<a href="https://localhost/seats/"' in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("name", ["none.log", "..log", "%2e%2e%2fsecret.log", "1.txt", "a%00.log"])
def test_only_letters_can_be_read(demo: Path, name: str) -> None:
    write_letter(demo, "1.log")
    (demo.parent / "secret.log").write_text("not a letter")
    (demo / "1.txt").write_text("not a letter")

    assert Client().get(f"/demo/mailbox/{name}/").status_code == 404
