"""The page "How we write to you": choosing, letting a browser in and out, a number, and what the page says when a channel was lost."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from reconvene.base import tenancy
from reconvene.integrations.channels import sms
from reconvene.notices import channels, registry
from reconvene.notices.actions import CHANNEL_CHOSEN, MOST_BROWSERS, give_access, let_in
from reconvene.notices.channel_forms import PhoneForm, device_name
from reconvene.notices.models import Browser, Notice, Preference
from tests import world
from tests.integrations.channels.browsers import Device, encoded
from tests.integrations.channels.letters import drain
from tests.integrations.servers import always, server
from tests.notices.mail_server import mail_server
from tests.world import MONDAY, TUESDAY

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36"


def subscription(device: Device, address: str) -> dict[str, str]:
    return {"address": address, "key": encoded(device.key), "secret": encoded(device.secret)}


def page(browser: Client) -> str:
    return browser.get(reverse("account-channel")).content.decode()


@time_machine.travel(MONDAY, tick=False)
def test_one_tap_lets_a_phone_in_and_a_first_message_shows_there(settings: Any) -> None:
    settings.INSIDE_HOSTS = frozenset({"localhost"})
    device, ana = Device(), world.person("ana")
    browser = world.sign_in(ana)

    with server(always(201)) as service, mail_server() as mails:
        answer = browser.post(reverse("account-browsers"), subscription(device, f"{service.origin}/send"), headers={"User-Agent": PHONE})
        assert drain(MONDAY) == 1

    assert answer.status_code == 302 and mails.arrived == []
    assert device.opens(service.asked[0].body)["title"] == "Your messages come here from now on"
    assert Preference.objects.get(person=ana).channel == "push"
    assert "Chrome, Android" in page(browser)


@time_machine.travel(MONDAY, tick=False)
def test_a_first_message_that_does_not_arrive_comes_by_mail_and_both_pages_say_why(settings: Any) -> None:
    settings.INSIDE_HOSTS = frozenset({"localhost"})
    browser = world.sign_in(world.person("ana"))

    with server(always(410)) as service, mail_server() as mails:
        browser.post(reverse("account-browsers"), subscription(Device(), f"{service.origin}/send"))
        assert drain(MONDAY) == 1

    assert [mail["Subject"] for _to, mail in mails.arrived] == ["Your messages come by mail after all"]
    assert "your messages come by mail since Monday 2 March" in page(browser)
    assert "None of your devices takes our messages any more." in page(browser)
    assert "does not take your messages any more" in browser.get(reverse("account")).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "http://push.example/x"}, {"address": "javascript:alert(1)"}, {"address": "https://[::1"}, {"key": "AAAA"}, {"secret": "AAAA"},
        {"key": ""}, {"key": "!"},
    ],
)  # fmt: skip
def test_what_no_browser_would_say_is_not_kept(wrong: dict[str, str]) -> None:
    browser = world.sign_in(world.person("ana"))

    browser.post(reverse("account-browsers"), subscription(Device(), "https://push.example/x") | wrong)

    assert (Browser.objects.count(), Preference.objects.count(), Notice.objects.count()) == (0, 0, 0)


def test_a_browser_belongs_to_whoever_let_messages_in_last_and_the_oldest_of_many_goes() -> None:
    ana, ben = world.people("ana", "ben")
    facts = {"name": "Chrome", "key": "k", "secret": "s"}
    let_in(ana, address="https://push.example/shared", **facts, now=MONDAY)
    let_in(ben, address="https://push.example/shared", **facts, now=TUESDAY)

    assert [one.person for one in Browser.objects.all()] == [ben]
    for number in range(MOST_BROWSERS + 1):
        let_in(ben, address=f"https://push.example/{number}", **facts, now=TUESDAY + timedelta(minutes=number + 1))
    assert {one.address for one in Browser.objects.all()} == {f"https://push.example/{number}" for number in range(1, MOST_BROWSERS + 1)}


def test_taking_the_last_browser_off_brings_mail_back_and_nobody_takes_off_anothers() -> None:
    ana, ben = world.people("ana", "ben")
    one = let_in(ana, name="Chrome", address="https://push.example/x", key="k", secret="s", now=MONDAY)
    address = reverse("account-browser-removal", args=[one.id])

    assert world.sign_in(ben).post(address).status_code == 404
    assert world.sign_in(ana).post(address).status_code == 302

    assert (Browser.objects.count(), Preference.objects.get(person=ana).channel) == (0, "mail")


@time_machine.travel(MONDAY, tick=False)
def test_only_what_the_organisation_has_is_offered_and_can_be_chosen() -> None:
    ana, browser = world.person("ana"), world.sign_in(world.person("ana"))
    address = reverse("account-channel")

    assert "Slack" not in page(browser) and "SMS" not in page(browser)
    assert [browser.post(address, {"channel": wanted}).status_code for wanted in ("slack", "sms", "push", "fax", "")] == [
        404,
        422,
        404,
        404,
        404,
    ]
    give_access("slack", secret="xoxb-x", by=world.person("ada"), now=MONDAY)
    assert "Slack" in page(browser)
    assert browser.post(address, {"channel": "slack"}).status_code == 302
    assert (Preference.objects.get(person=ana).channel, Notice.objects.get().kind) == ("slack", CHANNEL_CHOSEN)
    assert browser.post(address, {"channel": "mail"}).status_code == 302
    assert Preference.objects.get(person=ana).channel == "mail"
    with tenancy.within(world.make_organisation("Other").id):
        assert "Slack" not in page(world.sign_in(world.person("gil")))


def test_a_refused_chat_is_said_on_the_page_and_the_choice_stands() -> None:
    ana, browser = world.person("ana"), world.sign_in(world.person("ana"))
    access = give_access("slack", secret="xoxb-x", by=world.person("ada"), now=MONDAY)
    Preference.objects.create(person=ana, channel="slack")
    access.refuse(because="invalid_auth", now=MONDAY)

    assert "Slack does not let your organisation in at the moment" in page(browser)


def test_a_number_is_cleaned_kept_for_its_owner_alone_and_forgotten_with_the_channel(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SMS_SENDER = "tests.integrations.channels.test_sms.Phones"
    monkeypatch.setattr(channels, "_ways", dict(channels._ways))
    sms.offer()
    ana, browser = world.person("ana"), world.sign_in(world.person("ana"))

    assert browser.post(reverse("account-channel"), {"channel": "sms", "phone": "0151 1234567"}).status_code == 422
    assert browser.post(reverse("account-channel"), {"channel": "sms", "phone": "+49 (151) 998-877.66"}).status_code == 302
    assert Preference.objects.get(person=ana).phone == "+4915199887766"
    for name in ("ana", "fay", "ada"):
        for where in ("account-channel", "account") if name == "ana" else ("messages", "messages-channels", "directory-imports"):
            page = world.sign_in(world.person(name)).get(reverse(where)).content.decode()
            assert not any(part in page for part in ("99887766", "998-877"))
    browser.post(reverse("account-channel"), {"channel": "mail"})
    assert Preference.objects.get(person=ana).phone == ""


@pytest.mark.parametrize("text", ["+0123456789", "+49", "+49 151 12345678 ext 5", "١٢٣٤٥٦٧٨", "+" + "1" * 16])
def test_what_is_no_number_is_refused(text: str) -> None:
    assert not PhoneForm({"phone": text}).is_valid()


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (PHONE, "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox, Linux"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_device_is_called_what_a_person_calls_it(agent: str, name: str) -> None:
    assert device_name(agent) == name


def test_the_worker_is_for_everybody_and_checked_for_anew() -> None:
    answer = Client().get(reverse("push-worker"))

    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "text/javascript", "no-cache")


def test_what_carries_a_calendar_words_or_a_name_goes_by_mail_whatever_was_chosen() -> None:
    assert registry.mail_only_kinds() == {"session_invitation", "session_cancellation", "help_wanted", "plan_copy", "address_changed"}
