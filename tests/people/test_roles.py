"""Who has which role: given by an administrator, written down, and never so that nobody administers or the overseer is the overseen."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from reconvene.people.actions import RolesRefused, give_roles
from reconvene.people.models import RoleChange
from reconvene.people.rules import Role
from tests import world

pytestmark = pytest.mark.django_db


def words(answer: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())  # type: ignore[attr-defined]


def test_a_second_person_of_learning_is_found_by_name_and_given_the_role_which_is_written_down() -> None:
    ben, ada = world.person("ben"), world.person("ada")
    browser = world.sign_in(ada)

    assert "Ben Example" in words(browser.get(reverse("roles"), {"q": "ben ex"}))
    assert browser.post(reverse("role", args=[ben.id]), {"roles": ["learning"], "was": ""}).status_code == 302

    ben.refresh_from_db()
    assert ben.is_learning_lead
    change = RoleChange.objects.get()
    assert (change.person, change.by, change.was, change.roles) == (ben, ada, [], ["learning"])
    for reader in ("ada", "fay", "cora"):
        page = reverse("roles") if reader == "ada" else reverse("oversight")
        assert "Ben Example no role L&amp;D Ada Example" in words(world.sign_in(world.person(reader)).get(page))


@pytest.mark.parametrize(
    ("name", "roles", "was", "says"),
    [
        ("ben", [Role.SPONSOR], [Role.LEARNING], "changed these roles meanwhile"),
        ("ben", [Role.COUNCIL, Role.LEARNING], [], "cannot run the programme or administer"),
        ("cora", [Role.COUNCIL, Role.ADMIN], [Role.COUNCIL], "cannot run the programme or administer"),
        ("ada", [], [Role.ADMIN], "Make somebody else an administrator first"),
    ],
)
def test_roles_that_cannot_be_are_refused_and_nothing_is_changed(name: str, roles: list[Role], was: list[Role], says: str) -> None:
    person, ada = world.person(name), world.person("ada")
    before = list(person.roles)

    answer = world.sign_in(ada).post(reverse("role", args=[person.id]), {"roles": roles, "was": " ".join(was)})

    person.refresh_from_db()
    assert answer.status_code == 409 and says in words(answer)
    assert person.roles == before and not RoleChange.objects.exists()


def test_somebody_who_left_or_cannot_sign_in_gets_no_role_and_a_role_that_is_none_is_refused() -> None:
    ada, gone, post = world.person("ada"), world.person("gil", left_at=world.MONDAY), world.person("flo", email=None)
    with pytest.raises(RolesRefused, match="mail address"):
        give_roles(gone, [Role.SPONSOR], was=[], by=ada, now=world.MONDAY)
    with pytest.raises(RolesRefused, match="mail address"):
        give_roles(post, [Role.SPONSOR], was=[], by=ada, now=world.MONDAY)
    browser = world.sign_in(ada)

    assert browser.get(reverse("role", args=[gone.id])).status_code == 404
    assert browser.post(reverse("role", args=[world.person("ben").id]), {"roles": ["king"], "was": ""}).status_code == 422


def test_an_administrator_who_gives_the_role_away_is_home_again_and_the_same_again_is_no_change() -> None:
    ada, ben = world.person("ada"), world.person("ben")
    give_roles(ben, [Role.ADMIN], was=[], by=ada, now=world.MONDAY)
    give_roles(ben, [Role.ADMIN], was=[Role.ADMIN], by=ada, now=world.MONDAY + timedelta(hours=1))

    answer = world.sign_in(ada).post(reverse("role", args=[ada.id]), {"was": "admin"})

    assert (answer.status_code, answer["Location"]) == (302, reverse("home"))
    assert [tuple(one) for one in RoleChange.objects.values_list("was", "roles")] == [(["admin"], []), ([], ["admin"])]
