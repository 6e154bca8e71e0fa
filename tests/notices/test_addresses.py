"""Whose address is changed by an import hears of it where it was, and is signed out everywhere."""

import email
import re
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.urls import reverse

from reconvene.base import tenancy
from reconvene.notices import actions, jobs, sending
from reconvene.notices.bounces import keep_report
from reconvene.notices.models import Bounce, Browser, Notice, Preference, preference_of, unreachable
from reconvene.notices.rules import MAIL
from reconvene.people.directory_actions import apply_import, stage_import
from reconvene.people.models import AddressChange, Organisation, Person
from tests import world
from tests.notices.mail_server import mail_server
from tests.notices.returned import bounce, complaint
from tests.world import MONDAY

pytestmark = pytest.mark.django_db


def bring_in(addresses: dict[str, str], *, by: str | None = "fay") -> None:
    """An import of everybody, in which these have another address."""
    rows = [
        f"{one.external_id},{one.name},{addresses.get(str(one.external_id), one.email or '')},Clerk,Operations\n"
        for one in Person.objects.all()
    ]
    file = "Employee ID,Name,Email,Job Title,Department\n" + "".join(rows)
    whose = Organisation.objects.get(id=tenancy.current())
    staged = stage_import(whose, data=file.encode(), filename="people.csv", by=world.person(by) if by else None, now=MONDAY)
    apply_import(staged, now=MONDAY)


def sent() -> dict[str, EmailMessage]:
    """What goes out now, by address."""
    with mail_server() as server:
        jobs.tell_of_addresses(MONDAY)
        jobs.tell_of_addresses(MONDAY + timedelta(seconds=10))
        sending.drain(tenancy.current(), now=MONDAY + timedelta(seconds=10))
        assert len(server.arrived) == len({recipients for recipients, _ in server.arrived})
        return {recipient: mail for (recipient,), mail in server.arrived}


def test_the_address_that_it_was_hears_at_once_that_it_was_changed_and_by_which_role_and_not_to_which() -> None:
    world.people("ana", "ben", "fay", "cora")

    bring_in({"ben": "fays-own@aldermoor.example"})

    arrived = sent()
    assert list(arrived) == ["ben@aldermoor.example"]
    body = arrived["ben@aldermoor.example"].get_body(("plain",))
    assert body is not None
    text = " ".join(body.get_content().split())
    assert "on 2 March 2026 at 10:00, by: L&D." in text and "Tell your works council or data protection" in text
    assert not any(word in text for word in ("fays-own", "Fay", "Ben"))


def test_an_address_that_is_taken_away_first_and_given_anew_later_is_told_and_overseen_too() -> None:
    world.people("ana", "ben", "fay", "cora")

    bring_in({"ben": ""})

    assert list(sent()) == ["ben@aldermoor.example"]
    assert "Ben Example" in world.sign_in(world.person("cora")).get(reverse("oversight")).content.decode()


def test_nobody_is_told_of_a_first_address_or_of_capital_letters_and_both_stay_signed_in() -> None:
    browser = world.sign_in(world.person("ben"))
    Person.objects.create(organisation_id=tenancy.current(), name="Hal Example", external_id="hal")
    world.person("fay")

    bring_in({"ben": "Ben@Aldermoor.example", "hal": "hal@aldermoor.example"})

    assert Person.objects.get(external_id="hal").email == "hal@aldermoor.example"
    assert sent() == {}
    assert browser.get(reverse("home")).status_code == 200


def test_whose_address_is_changed_is_signed_out_on_every_device_and_the_others_are_not() -> None:
    ana, ben, _ = world.people("ana", "ben", "fay")
    browsers = {one: world.sign_in(one) for one in (ana, ben)}
    for one in (ana, ben):
        actions.let_in(one, name="Chrome", address=f"https://push.example/{one.name}", key="k", secret="s", now=MONDAY)

    bring_in({"ben": "ben@new.example"})
    jobs.tell_of_addresses(MONDAY)

    assert (browsers[ana].get(reverse("home")).status_code, browsers[ben].get(reverse("home")).status_code) == (200, 302)
    assert [one.person for one in Browser.objects.all()] == [ana]
    lost = Preference.objects.get(person=ben)
    assert (lost.channel, lost.lost_channel, lost.lost_because) == (MAIL, "push", "address")
    ben.refresh_from_db()
    assert world.sign_in(ben).get(reverse("home")).status_code == 200


def test_a_company_that_changes_its_domain_tells_everybody_by_the_ordinary_queue_in_as_many_queries_as_one(
    django_assert_max_num_queries: Any,
) -> None:
    world.person("fay")
    whose = tenancy.current()
    Person.objects.bulk_create(
        Person(organisation_id=whose, name=f"One {n}", external_id=str(n), email=f"{n}@old.example") for n in range(120)
    )
    bring_in({str(n): f"{n}@new.example" for n in range(120)}, by=None)

    with django_assert_max_num_queries(12):
        jobs.tell_of_addresses(MONDAY)
    with mail_server() as server:
        assert [sending.drain(whose, now=MONDAY).sent for _ in range(3)] == [50, 50, 20]

    assert {recipient for (recipient,), _ in server.arrived} == {f"{n}@old.example" for n in range(120)}
    assert all("the command line" in " ".join(mail.get_body(("plain",)).get_content().split()) for _, mail in server.arrived)


def test_an_address_that_is_nobodys_any_more_is_forgotten_after_ninety_days() -> None:
    world.people("ben", "fay")
    bring_in({"ben": "ben@new.example"})

    jobs.tell_of_addresses(MONDAY + timedelta(days=90))
    assert (AddressChange.objects.count(), Notice.objects.count()) == (1, 1)
    jobs.tell_of_addresses(MONDAY + timedelta(days=90, seconds=1))
    assert (AddressChange.objects.count(), Notice.objects.count()) == (0, 1)


def test_what_comes_back_from_the_address_that_it_was_closes_and_mutes_nothing_of_the_person() -> None:
    _, ben = world.people("fay", "ben")
    bring_in({"ben": "ben@new.example"})
    sent()
    ben.refresh_from_db()
    notice = Notice.objects.get(person=ben)

    without_address = re.sub(rb"(To|Final-Recipient): [^\r]*\r\n", b"", bounce(notice))
    for report in (without_address, complaint(notice)):
        assert keep_report(email.message_from_bytes(report), now=MONDAY)

    assert sorted(Bounce.objects.values_list("kind", flat=True)) == ["complaint", "permanent"]
    assert not unreachable({ben.id}) and preference_of(ben).muted_at is None


def test_whoever_brings_a_file_reads_before_how_many_are_signed_out_and_told() -> None:
    fay, _ = world.people("fay", "ben")
    file = "Employee ID,Name,Email\nfay,Fay Example,fay@aldermoor.example\nben,Ben Example,ben@new.example\n"
    whose = Organisation.objects.get(id=tenancy.current())
    staged = stage_import(whose, data=file.encode(), filename="people.csv", by=fay, now=MONDAY)

    page = world.sign_in(fay).get(reverse("directory-import", args=[staged.id])).content.decode()

    assert "The mail address of 1 person changes." in page and "Nobody gets a message by this, but whose address changes." in page
