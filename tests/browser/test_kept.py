"""What was typed into a form stays in this tab until the server has it: also what was changed in a box that was full, and for nobody else."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Site, Someone
from tests.browser.people import Facts, become

pytestmark = pytest.mark.browser


@pytest.fixture
def facts(site: Site) -> Facts:
    return Facts(site)


@pytest.fixture
def phone(someone: Callable[..., Someone]) -> Someone:
    return someone(viewport={"width": 390, "height": 844})


def test_a_plan_that_could_not_be_sent_is_there_again_until_it_is_kept_or_left_as_it_was(phone: Someone, facts: Facts) -> None:
    become(phone, facts["half_way"])
    address = f"/practice/{facts['half_way_cycle']}/plan/"
    page = phone.go(address)
    box = page.get_by_label("then I …")
    before = box.input_value()
    assert before
    box.fill("I ask one open question and wait")
    page.context.set_offline(True)
    page.get_by_role("button", name="Keep the plan").click()
    page.wait_for_url("chrome-error://**")
    page.context.set_offline(False)

    phone.go(address)
    expect(box).to_have_value("I ask one open question and wait")
    page.get_by_role("link", name="Leave it as it is").click()
    phone.go(address)
    expect(box).to_have_value(before)

    box.fill("I ask one open question and wait")
    page.get_by_role("button", name="Keep the plan").click()
    expect(page.get_by_text("Your plan is kept.")).to_be_visible()
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('keep:'))") == []


def test_what_one_person_typed_is_not_shown_to_the_next_in_the_same_tab(phone: Someone, facts: Facts) -> None:
    become(phone, facts["raiser"])
    phone.go("/challenges/new/").get_by_label("My challenge").fill("Something only I know")
    phone.context.clear_cookies()  # the sign-in has run out
    become(phone, facts["caller"])

    expect(phone.go("/challenges/new/").get_by_label("My challenge")).to_have_value("")
    become(phone, facts["raiser"])
    expect(phone.go("/challenges/new/").get_by_label("My challenge")).to_have_value("Something only I know")
