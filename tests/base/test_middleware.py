"""What happens to a form when something is wrong: on our side, with the session, with the token, with the database."""

import uuid
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from reconvene.base import tenancy
from reconvene.challenges.models import Challenge
from reconvene.config.urls import handler404, handler500
from reconvene.config.urls import urlpatterns as usual
from tests import world

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

TEXT = "Work that I hand over comes back half done, every single time."


def write_and(outcome: Callable[[], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A view that writes a row and then does something else."""

    def view(request: HttpRequest) -> HttpResponse:
        world.make_challenge(request.user, text="Written on the way")  # type: ignore[arg-type]
        return outcome()

    return view


def fail() -> HttpResponse:
    raise RuntimeError("A fault of ours")


def lose_the_database() -> HttpResponse:
    raise OperationalError("server closed the connection unexpectedly")


@login_not_required
def whose(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('reconvene.organisation', true)")
        return HttpResponse(str(cursor.fetchone()[0] or ""))


urlpatterns = [
    path("tests/kept/", write_and(lambda: HttpResponse("done"))),
    path("tests/refused/", write_and(lambda: HttpResponse("no", status=422))),
    path("tests/failed/", write_and(fail)),
    path("tests/answered-500/", write_and(lambda: HttpResponse("sorry", status=500))),
    path("tests/away/", write_and(lose_the_database)),
    path("tests/whose/", whose),
    *usual,
]
assert handler404
assert handler500


@pytest.fixture
def ana() -> Client:
    client = world.sign_in(world.person("ana"))
    client.raise_request_exception = False
    return client


def written() -> int:
    return Challenge.objects.filter(text="Written on the way").count()


@pytest.mark.parametrize(
    ("address", "status", "rows"), [("kept", 200, 1), ("refused", 422, 1), ("failed", 500, 0), ("answered-500", 500, 0), ("away", 503, 0)]
)
def test_a_request_that_fails_on_our_side_leaves_nothing_behind(ana: Client, address: str, status: int, rows: int) -> None:
    answer = ana.post(f"/tests/{address}/", {"text": TEXT})

    assert answer.status_code == status
    assert written() == rows


def test_the_page_of_a_failure_shows_the_text_and_no_details(ana: Client) -> None:
    page = ana.post("/tests/failed/", {"text": TEXT}).content.decode()

    assert "Something went wrong on our side" in page
    assert TEXT in page
    assert "A fault of ours" not in page


@pytest.mark.parametrize(
    ("address", "above"), [("account/pause", "/account/"), ("console/digest", "/console/"), ("groups/{id}/open-seats", "/groups/{id}/")]
)
def test_an_address_that_takes_a_form_alone_leads_to_the_page_above(ana: Client, address: str, above: str) -> None:
    group = uuid.UUID(int=7)

    answer = ana.get(f"/{address.format(id=group)}/")

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert f'href="{above.format(id=group)}"' in answer.content.decode()
    assert ana.head(f"/{address.format(id=group)}/").content == b""


def test_the_page_without_a_database_shows_the_text_and_that_it_comes_back(ana: Client) -> None:
    answer = ana.post("/tests/away/", {"text": TEXT, "short": "seven"})

    assert "The database does not answer" in answer.content.decode()
    assert TEXT in answer.content.decode()
    assert "seven" not in answer.content.decode()


def test_a_request_works_in_the_organisation_of_its_session_and_an_anonymous_one_in_none(ana: Client) -> None:
    assert ana.get("/tests/whose/").content.decode() == str(tenancy.current())
    with tenancy.within(uuid.uuid4()):  # what the work before had set is not inherited
        assert ana.get("/tests/whose/").content.decode() != str(tenancy.current())


def test_a_form_that_is_sent_after_signing_out_shows_the_text_and_the_way_back(ana: Client) -> None:
    ana.logout()

    answer = ana.post("/challenges/new/", {"text": TEXT, "urgency": "7"})

    assert answer.status_code == 401
    page = answer.content.decode()
    assert "You were signed out in the meantime" in page
    assert TEXT in page
    assert 'href="/sign-in/"' in page
    assert Challenge.objects.count() == 0


def test_a_form_without_words_goes_to_sign_in_as_usual(ana: Client) -> None:
    ana.logout()

    answer = ana.post("/account/pause/", {})

    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/sign-in/")


@pytest.mark.parametrize("token", ["", "t" * 32])
def test_a_form_with_a_stale_token_changes_nothing_and_shows_the_text(token: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = world.sign_in(world.person("ana")).cookies[settings.SESSION_COOKIE_NAME].value

    answer = client.post("/challenges/new/", {"text": TEXT, "csrfmiddlewaretoken": token})

    assert answer.status_code == 403
    page = answer.content.decode()
    assert "This page was open too long" in page
    assert TEXT in page
    assert Challenge.objects.count() == 0


def test_what_was_typed_cannot_become_part_of_the_page() -> None:
    client = Client(enforce_csrf_checks=True)

    page = client.post("/challenges/new/", {"text": "</textarea><script>alert('something')</script>"}).content.decode()

    assert "<script>alert" not in page
    assert "&lt;/textarea&gt;&lt;script&gt;" in page


def test_the_session_of_an_organisation_that_is_gone_signs_out_calmly(ana: Client) -> None:
    session = ana.session
    session["organisation"] = str(uuid.uuid4())
    session.save()

    answer = ana.get("/")

    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/sign-in/")
