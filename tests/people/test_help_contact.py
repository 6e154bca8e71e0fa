"""Whom members can ask for help: named by an administrator, on the page or by `reconvene setup`."""

import pytest
from django.urls import reverse

from reconvene.people.actions import BadContact, name_help_contact
from reconvene.people.models import Organisation
from tests import world

pytestmark = pytest.mark.django_db

GOOD = {"name": "Gil, counsellor", "reach": "Extension 4711", "hours": "", "email": "GIL@aldermoor.example"}


def home() -> Organisation:
    return Organisation.objects.get(name="Aldermoor")


def test_an_administrator_names_the_person_and_takes_the_name_back() -> None:
    gil, ada = world.person("gil"), world.sign_in(world.person("ada"))
    assert ada.post(reverse("help-contact"), GOOD).status_code == 302
    assert (home().help_name, home().help_reach, home().help_person) == ("Gil, counsellor", "Extension 4711", gil)
    assert "Extension 4711" in ada.get(reverse("help-contact")).content.decode()
    ada.post(reverse("help-contact"), dict.fromkeys(GOOD, ""))

    assert not home().has_help
    assert home().help_person is None


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"name": ""}, "Say who it is"),
        ({"reach": ""}, "Say how members reach this person"),
        ({"email": "stranger@elsewhere.example"}, "Nobody in the directory has this address"),
        ({"email": "no address"}, "valid email"),
    ],
)
def test_what_cannot_be_right_is_said_and_nothing_is_kept(changed: dict[str, str], says: str) -> None:
    world.person("gil")
    answer = world.sign_in(world.person("ada")).post(reverse("help-contact"), GOOD | changed)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not home().has_help


def test_somebody_who_left_gets_no_requests() -> None:
    world.person("gil").leave(now=world.MONDAY)
    with pytest.raises(BadContact):
        name_help_contact(home(), **GOOD)


def test_the_way_to_the_page_is_shown_to_administrators_only() -> None:
    link = reverse("help-contact")

    assert link in world.sign_in(world.person("ada")).get(reverse("directory-imports")).content.decode()
    assert link not in world.sign_in(world.person("fay")).get(reverse("directory-imports")).content.decode()
