"""Four eyes on the threshold, and what the works council sees: settings, changes and the report log, and nothing else."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from reconvene.forming.models import NamesShown
from reconvene.people.directory_actions import apply_import, stage_import
from reconvene.people.models import Person, RoleChange
from reconvene.people.rules import Role
from reconvene.releases.actions import open_report, publish_report
from reconvene.releases.four_eyes import (
    AlreadyProposed,
    NeedsAnother,
    NotRaised,
    confirm_threshold,
    k_in_force,
    propose_threshold,
    refuse_threshold,
)
from reconvene.releases.models import ThresholdChange, Way
from tests import world
from tests.releases.company import FIRST_OF_MARCH, organisation
from tests.world import MONDAY

pytestmark = pytest.mark.django_db


def test_a_threshold_holds_only_when_a_second_person_has_confirmed_it() -> None:
    fay, gus = world.person("fay"), world.person("gus", roles=[Role.LEARNING])
    change = propose_threshold(12, by=fay, now=MONDAY)

    assert k_in_force(organisation().id) == 8
    with pytest.raises(NeedsAnother):
        confirm_threshold(change, by=fay, now=MONDAY)
    confirm_threshold(change, by=gus, now=MONDAY)
    confirm_threshold(change, by=gus, now=MONDAY + timedelta(days=1))

    change.refresh_from_db()
    assert (k_in_force(organisation().id), change.decided_by, change.confirmed_at) == (12, gus, MONDAY)
    assert publish_report(organisation(), milestone_on=date(2026, 3, 1), now=FIRST_OF_MARCH).k == 12


def test_where_there_is_a_works_council_one_of_the_two_is_of_it() -> None:
    fay, gus, cora = world.person("fay"), world.person("gus", roles=[Role.LEARNING]), world.person("cora")
    change = propose_threshold(12, by=fay, now=MONDAY)

    with pytest.raises(NeedsAnother):
        confirm_threshold(change, by=gus, now=MONDAY)
    confirm_threshold(change, by=cora, now=MONDAY)
    confirm_threshold(propose_threshold(14, by=cora, now=MONDAY), by=fay, now=MONDAY)

    assert k_in_force(organisation().id) == 14


@pytest.mark.parametrize("k", [0, 7, 8, 51])
def test_a_threshold_is_never_lowered_nor_raised_beyond_use(k: int) -> None:
    with pytest.raises(NotRaised):
        propose_threshold(k, by=world.person("fay"), now=MONDAY)


def test_a_refused_change_stays_written_down_and_changes_nothing() -> None:
    change = propose_threshold(12, by=world.person("fay"), now=MONDAY)
    with pytest.raises(AlreadyProposed):
        propose_threshold(13, by=world.person("fay"), now=MONDAY)
    refuse_threshold(change, by=world.person("cora"), now=MONDAY)
    confirm_threshold(change, by=world.person("cora"), now=MONDAY)

    change.refresh_from_db()
    assert (change.refused_at, change.confirmed_at, k_in_force(organisation().id)) == (MONDAY, None, 8)


def test_the_works_council_proposes_and_confirms_on_its_page_and_reads_who_opened_what() -> None:
    report = publish_report(organisation(), milestone_on=date(2026, 3, 1), now=FIRST_OF_MARCH)
    open_report(report, by=world.person("fay"), way=Way.PAGE, now=FIRST_OF_MARCH)
    cora, fay = world.sign_in(world.person("cora")), world.sign_in(world.person("fay"))

    assert fay.post(reverse("oversight-proposal"), {"k": "7"}).status_code == 422
    assert fay.post(reverse("oversight-proposal"), {"k": "12"}).status_code == 302
    page = cora.get(reverse("oversight")).content.decode()
    assert "Fay Example" in page and "1 March 2026" in page and 'name="confirm"' in page
    assert 'name="confirm"' not in fay.get(reverse("oversight")).content.decode()
    change = ThresholdChange.objects.get()
    fay.post(reverse("oversight-decision", args=[change.id]), {"confirm": "1"})
    assert k_in_force(organisation().id) == 8
    cora.post(reverse("oversight-decision", args=[change.id]), {"confirm": "1"})
    assert k_in_force(organisation().id) == 12


@pytest.mark.parametrize(
    "name", ["console", "report-log", "console-groups", "business-cases", "messages", "directory-imports", "help-contact"]
)
def test_the_works_council_finds_no_figures_groups_or_accounts(name: str) -> None:
    assert world.sign_in(world.person("cora")).get(reverse(name)).status_code == 404


def test_an_opening_is_still_found_when_somebody_opens_a_hundred_times_after_it() -> None:
    report, fay = publish_report(organisation(), milestone_on=date(2026, 3, 1), now=FIRST_OF_MARCH), world.person("fay")
    open_report(report, by=world.person("sam"), way=Way.CSV, now=MONDAY)
    for number in range(1, 121):
        open_report(report, by=fay, way=Way.PAGE, now=MONDAY + timedelta(hours=number))

    for name, page in (("cora", reverse("oversight")), ("fay", reverse("report-log"))):
        browser = world.sign_in(world.person(name))
        assert "Sam Example" not in browser.get(page).content.decode()
        assert "?page=2" in browser.get(page).content.decode()
        assert "Sam Example" in browser.get(page, {"page": "2"}).content.decode()


def test_the_works_council_reads_which_import_led_whose_sign_in_to_another_address_and_when() -> None:
    ben, fay = world.person("ben"), world.person("fay")
    text = "Employee ID,Name,Email,Job Title,Department\n" + "".join(
        f"{one.external_id},{one.name},{'fays-own@aldermoor.example' if one == ben else one.email},Clerk,Operations\n"
        for one in Person.objects.all()
    )
    staged = stage_import(organisation(), data=text.encode(), filename="people.csv", by=fay, now=MONDAY)
    apply_import(staged, now=MONDAY)

    ben.refresh_from_db()
    assert ben.email == "fays-own@aldermoor.example"  # whoever reads this mailbox is Ben from now on

    staged.refresh_from_db()
    assert staged.summary["addresses"] == {"count": 1, "names": ["Ben Example"]}
    for reader in ("cora", "fay"):
        page = world.sign_in(world.person(reader)).get(reverse("oversight")).content.decode()
        assert "people.csv" in page and "Ben Example" in page


def test_what_was_done_about_roles_and_names_is_found_behind_a_hundred_later_lines() -> None:
    fay, ada, ben, ana = world.person("fay"), world.person("ada"), world.person("ben"), world.person("ana")
    programme = world.programme()
    RoleChange.objects.create(person=ben, by=ada, roles=[Role.SPONSOR], changed_at=MONDAY)
    NamesShown.objects.create(programme=programme, person=ben, shown_at=MONDAY)
    later = [MONDAY + timedelta(hours=number) for number in range(1, 121)]
    RoleChange.objects.bulk_create(RoleChange(person=ana, by=ada, changed_at=at) for at in later)
    NamesShown.objects.bulk_create(NamesShown(programme=programme, person=fay, shown_at=at) for at in later)

    council, administrator = world.sign_in(world.person("cora")), world.sign_in(ada)
    assert "Ben Example" not in council.get(reverse("oversight")).content.decode()
    for asked in ("roles", "names"):
        assert f"?{asked}=2#{asked}" in council.get(reverse("oversight")).content.decode()
        assert "Ben Example" in council.get(reverse("oversight"), {asked: "2"}).content.decode()
    assert "?roles=2#changes" in administrator.get(reverse("roles")).content.decode()
    assert "Ben Example" in administrator.get(reverse("roles"), {"roles": "3"}).content.decode()
