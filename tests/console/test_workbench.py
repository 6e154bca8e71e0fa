"""The workbench as L&D uses it: forms, without a script."""

import re
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reconvene.base import tenancy
from reconvene.challenges.models import Challenge
from reconvene.forming.models import NamesShown, Proposal
from reconvene.groups.models import Programme
from reconvene.notices.models import Notice
from tests import world
from tests.forming.test_reseating import NAMES, groups, seating, two_groups, wished
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(minutes=10)


@pytest.fixture
def programme() -> Programme:
    Programme.objects.filter(is_open=True).update(is_reviewed=True)
    return world.programme()


@pytest.fixture
def fay() -> Iterator[Client]:
    with time_machine.travel(LATER, tick=False):
        yield world.sign_in(world.person("fay"))


def address(programme: Programme, act: str = "") -> str:
    return reverse(f"console-workbench{'-' if act else ''}{act}", args=[programme.id])


def token(name: str) -> str:
    return str(Challenge.objects.get(person=world.person(name)).id)


def form_of(client: Client, programme: Programme, *, chosen: str = "") -> dict[str, object]:
    """The hidden fields of the page's form, as a browser sends them."""
    page = client.get(address(programme), {"move": token(chosen)} if chosen else {}).content.decode()
    form = page[page.index('<form id="bench-form"') :].split("</form>")[0]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(version|who|home)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return {name: values if name == "version" else values[0] for name, values in found.items()}


def press(client: Client, programme: Programme, act: str, *, chosen: str = "", **button: str) -> HttpResponse:
    """A button of the page, and the page that comes of it."""
    return client.post(address(programme, act), {**form_of(client, programme, chosen=chosen), **button}, follow=True)


def with_(name: str) -> str:
    """The token of the group in which this person sits."""
    return str(Proposal.objects.under_review().get(seats__person=world.person(name), seats__lapsed_at=None).id)


def test_the_page_holds_roles_and_steps_and_nobody_s_name_topic_words_or_id(programme: Programme, fay: Client) -> None:
    two_groups(programme, waiting=("ida",))
    page = fay.get(address(programme), {"move": token("ida")}).content.decode()

    assert "2 groups wait for your release, 1 person for a seat" in page
    assert "Payroll" in page and "Team lead, Hall" in page
    for name in (*NAMES, "ida"):
        assert f"{name.capitalize()} Example" not in page and str(world.person(name).id) not in page
    assert "Delegating" not in page and "half done" not in page and "delegating" not in page


def test_a_person_is_chosen_moved_with_the_effect_shown_before_and_taken_back(programme: Programme, fay: Client) -> None:
    two_groups(programme)
    chosen = fay.get(address(programme), {"move": token("ana")}).content.decode()
    assert "Procurement, Team lead, Hall: where to?" in chosen
    assert re.search(r"Group \d(: \d+ becomes \d+| stays at \d+)\.", chosen)

    moved = press(fay, programme, "move", chosen="ana", to=with_("eli"))
    assert "Moved." in moved.content.decode()
    assert seating(programme) == groups("b c d", "a e f g h")
    back = moved.context["undo"]
    fay.post(address(programme, "move"), {**form_of(fay, programme), **back})
    assert seating(programme) == groups("a b c d", "e f g h")
    press(fay, programme, "move", chosen="ana", swapped=token("eli"))
    assert seating(programme) == groups("e b c d", "a f g h")


def test_a_wish_is_refused_in_the_words_of_a_reporting_line_and_the_person_stays_chosen(programme: Programme, fay: Client) -> None:
    two_groups(programme, waiting=("ida", "jon"))
    wished("ana", "ida")
    world.person("cho").direct_reports.add(world.person("jon"))
    said = []
    for name in ("ida", "jon"):
        answer = press(fay, programme, "move", chosen=name, to=with_("ana"))
        page = answer.content.decode()
        said.append(re.findall(r'data-tone="stop"[^>]*><p>([^<]*)', page))
        assert answer.context["bench"].chosen.token == token(name)
        assert "The rules on who may sit together do not allow it." in page

    assert said[0] == said[1] == ["The rules on who may sit together do not allow it."]
    assert seating(programme) == groups("a b c d", "e f g h")


def test_the_second_of_two_is_told_and_keeps_their_choice(programme: Programme, fay: Client) -> None:
    two_groups(programme, waiting=("ida", "jon"))
    seen = form_of(fay, programme, chosen="jon")
    press(fay, programme, "move", chosen="ida", to=with_("ana"))
    answer = fay.post(address(programme, "move"), {**seen, "to": with_("ana")}, follow=True)

    assert "Somebody else changed these groups meanwhile" in answer.content.decode()
    assert answer.context["bench"].chosen.token == token("jon")
    assert seating(programme) == groups("a b c d i", "e f g h")


def test_a_group_is_locked_the_rest_seated_anew_and_all_released(programme: Programme, fay: Client) -> None:
    two_groups(programme, waiting=("ida",))
    press(fay, programme, "lock", lock=with_("ana"))
    assert "1 new group. 1 stayed as it was." in press(fay, programme, "solution").content.decode()
    assert seating(programme) == groups("a b c d", "e f g h i")
    press(fay, programme, "release", release=with_("eli"))
    assert Notice.objects.filter(kind="seat_offer").count() == 5
    page = press(fay, programme, "release", release="").content.decode()
    assert "the invitations go out now" in page and "No group waits for your release" in page
    assert Notice.objects.filter(kind="seat_offer").count() == 9


def test_a_release_that_moves_the_dates_says_so_before_and_after(programme: Programme, fay: Client) -> None:
    two_groups(programme)
    early, late = Proposal.objects.under_review()
    soon = (LATER + timedelta(days=1)).astimezone(ZoneInfo(late.zone))
    Proposal.objects.filter(id=late.id).update(first_local=f"{soon:%Y-%m-%dT%H:%M}")

    page = fay.get(address(programme)).content.decode()
    assert (
        page.count("It keeps this date if you release it by")
        == page.count("Too near by now: when you release it, later dates are found")
        == 1
    )
    kept = press(fay, programme, "release", release=str(early.id)).content.decode()
    moved = press(fay, programme, "release", release=str(late.id)).content.decode()
    assert "had come too near" not in kept
    assert "The dates of 1 group had come too near; it goes out under later ones." in moved
    late.refresh_from_db()
    assert late.first_at > LATER + timedelta(days=2)


def test_a_discarded_group_asks_nobody_and_its_people_wait(programme: Programme, fay: Client) -> None:
    two_groups(programme)
    answer = press(fay, programme, "release", discard=with_("ana"))

    assert seating(programme) == groups("e f g h")
    assert answer.context["bench"].waiting_count == 4
    assert Notice.objects.count() == 0


def test_names_are_shown_to_who_asked_written_down_and_listed_for_the_works_council(programme: Programme, fay: Client) -> None:
    two_groups(programme)
    assert "Ana Example" in press(fay, programme, "names", answer="show").content.decode()
    with time_machine.travel(LATER, tick=False):
        other = world.sign_in(world.person("kim", roles=["learning"]))
        assert "Ana Example" not in other.get(address(programme)).content.decode()
        council = world.sign_in(world.person("cora")).get(reverse("oversight")).content.decode()
    assert "Fay Example" in council and programme.name in council
    assert "Ana Example" not in press(fay, programme, "names", answer="hide").content.decode()
    assert NamesShown.objects.get().hidden_at == LATER


def test_only_a_programme_that_is_reviewed_has_one_and_only_in_ones_own_organisation(programme: Programme, fay: Client) -> None:
    assert "No group waits for your release" in fay.get(address(programme)).content.decode()
    elsewhere = world.make_organisation("Elsewhere")
    with tenancy.within(elsewhere.id):
        Programme.objects.update(is_reviewed=True)
        theirs = world.programme()
    assert fay.get(address(theirs)).status_code == 404
    assert fay.post(address(theirs, "names"), {"answer": "show"}).status_code == 404
    Programme.objects.filter(id=programme.id).update(is_reviewed=False)
    assert fay.get(address(programme)).status_code == 404


def test_the_page_takes_as_many_queries_for_two_groups_as_for_one(programme: Programme, fay: Client) -> None:
    taken = []
    two_groups(programme)
    for name in ("ana", "eli"):
        fay.get(address(programme), {"move": token(name)})
        with CaptureQueriesContext(connection) as seen:
            fay.get(address(programme), {"move": token(name)})
        taken.append(len(seen))
        if name == "ana":
            press(fay, programme, "release", discard=with_("ana"))
            Challenge.objects.filter(person__in=world.people("ana", "ben", "cho", "dan")).update(withdrawn_at=LATER)

    assert taken[0] == taken[1] <= 26
