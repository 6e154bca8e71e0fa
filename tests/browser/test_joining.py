"""Three browsers at one session: a member inside, a guest who joins by code on a phone, a start-up helper. Each state is looked at by axe."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from reconvene.base.links import Link
from tests.browser.conftest import WIDTHS, Site, Someone
from tests.browser.looks import faults
from tests.browser.people import Facts, become

pytestmark = pytest.mark.browser

STILL = {"reduced_motion": "reduce"}  # colours change at once, so that contrast is measured where it stays
DESK = {**STILL, "viewport": {"width": WIDTHS["desk"], "height": 844}}


def looks_right(page: Page, *, back_to: str) -> None:
    """Nothing for axe to find at both widths, light and dark; afterwards the window is as it was."""
    assert faults(page) == []
    page.set_viewport_size({"width": WIDTHS[back_to], "height": 844})
    page.emulate_media(color_scheme="light")


@pytest.fixture(scope="module")
def facts(site: Site, browser: Browser) -> Facts:
    """The demo, two minutes before its next session."""
    found, context = Facts(site), browser.new_context()
    host = Someone(site, context, context.new_page())
    become(host, found["host"])
    assert found["soon"]
    host.go("/demo/").get_by_role("button", name="To my next session").click()
    context.close()
    return found


def test_a_guest_by_code_and_a_helper_by_link_come_and_go(site: Site, facts: Facts, someone) -> None:
    member, guest, helper = someone(**DESK), someone(**STILL), someone(**STILL)
    become(member, facts["host"])
    inside = member.go(f"/rooms/{facts['soon']}/")
    inside.get_by_role("button", name="Come in").click()
    expect(inside.locator("#lobby")).to_be_visible()
    code = re.search(r"Code to join: ([A-Z]{6})", inside.locator(".beside").inner_text())
    assert code

    # The host asks a helper in; everybody in the room is told.
    inside.get_by_role("link", name="Ask a trained colleague").click()
    looks_right(inside, back_to="desk")
    inside.get_by_role("button", name="Make the link").click()
    link = inside.get_by_label("The link").input_value()
    looks_right(inside, back_to="desk")
    inside.get_by_role("link", name="Back to the room").click()
    expect(inside.locator("#stage")).to_contain_text("sees the steps, not the words, for the first ten minutes")
    watched = helper.go(link.replace(re.match(r"https?://[^/]+", link)[0], site.origin))  # type: ignore[index]
    expect(watched.get_by_role("heading", level=1)).to_have_text("Before they begin")
    looks_right(watched, back_to="phone")

    # The guest types the code as it was heard, chooses a name, and waits.
    page = guest.go("/join/")
    looks_right(page, back_to="phone")
    page.get_by_label("Six letters").fill("nadolu")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#code-error")).to_be_visible()
    looks_right(page, back_to="phone")
    page.get_by_label("Six letters").fill(f"{code[1][:3]} {code[1][3:]}".lower())
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Which seat is yours?")
    looks_right(page, back_to="phone")
    seat = page.locator("button[name=seat]").first
    name = seat.inner_text().removeprefix("I am ")
    seat.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have knocked")
    number = page.locator(".big").inner_text()
    looks_right(page, back_to="phone")

    # Somebody inside compares name and number; the guest's page opens by itself.
    notice = inside.locator(".alert", has_text="A device without an account")
    expect(notice).to_contain_text(name, timeout=10_000)
    expect(notice).to_contain_text(number)
    looks_right(inside, back_to="desk")
    inside.get_by_role("button", name=f"Let it in as {name}").click()
    expect(page.locator("#lobby")).to_be_visible(timeout=10_000)
    looks_right(page, back_to="phone")

    # Everybody sees the first step, the helper without a word; the guest counts as the member.
    inside.get_by_role("button", name="Begin the session").click()
    expect(page.locator("#step-title")).to_be_visible(timeout=10_000)
    expect(page.locator("#stage")).to_contain_text("sees the steps, not the words, until")
    expect(watched.get_by_role("heading", level=1)).to_have_text(page.locator("#step-title").inner_text(), timeout=10_000)
    expect(watched.locator("main")).not_to_contain_text(name)
    looks_right(watched, back_to="phone")
    page.get_by_role("button", name="I agree").click()
    expect(page.get_by_role("button", name="I agree")).to_have_count(0)

    # The exits are one tap away; elsewhere the guest is asked to sign in.
    page.get_by_role("link", name="Exits and help").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Exits and help")
    looks_right(page, back_to="phone")
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#stage")).to_contain_text("Paused by someone")
    visit = guest.context.new_page()
    visit.goto(f"{site.origin}/groups/")
    assert visit.url.endswith("?next=/groups/")
    visit.close()

    # A member ends the helper's look, and sends the device away; both pages say so by themselves.
    page.get_by_role("button", name="End this now").click()
    expect(watched.get_by_role("heading", level=1)).to_have_text("Your part is over. Thank you.", timeout=10_000)
    looks_right(watched, back_to="phone")
    inside.locator(".beside summary", has_text="One device without an account").click()
    looks_right(inside, back_to="desk")
    inside.get_by_role("button", name="Send this device away").click()
    expect(page.locator("main")).to_contain_text("Somebody in the room sent this device away", timeout=10_000)
    looks_right(page, back_to="phone")


def test_a_members_own_link_and_the_page_of_the_help_contact_can_be_read_and_used(site: Site, facts: Facts, someone) -> None:
    facts_of = f"""SELECT m.person_id FROM groups_membership m JOIN groups_cycle c ON c.group_id = m.group_id
        JOIN scheduling_session s ON s.cycle_id = c.id WHERE s.id = '{facts["soon"]}' AND m.ended_at IS NULL ORDER BY m.seat DESC"""
    person = site.ask(facts_of)[0][0]
    token = Link("room", uuid.UUID(facts["organisation"]), person, uuid.UUID(facts["soon"]), datetime.now(UTC) + timedelta(days=9)).token()
    page = someone(**STILL).go(f"/rooms/by-link/{token}/")
    looks_right(page, back_to="phone")
    page.get_by_role("button", name="Come in as").click()
    expect(page.locator("#stage h2").first).to_be_visible()

    ((administrator,),) = site.ask("SELECT id FROM people_person WHERE 'admin' = ANY(roles) AND left_at IS NULL LIMIT 1")
    admin = someone(**DESK)
    become(admin, str(administrator))
    form = admin.go("/people/help-contact/")
    looks_right(form, back_to="desk")
    form.get_by_label("Who").fill("Ruth Fox, counsellor")
    form.get_by_role("button", name="Keep").click()
    expect(form.get_by_role("alert")).to_be_visible()
    looks_right(form, back_to="desk")
    ((address,),) = site.ask("SELECT email FROM people_person WHERE 'sponsor' = ANY(roles) LIMIT 1")
    form.get_by_label("How to reach them").fill("Extension 4711")
    form.get_by_label("Their mail address in your directory").fill(address)
    form.get_by_role("button", name="Keep").click()
    expect(form.locator(".notes")).to_contain_text("Kept")

    page.get_by_role("link", name="Exits and help").click()
    looks_right(page, back_to="phone")
    page.get_by_role("button", name="Ask them to contact me").click()
    expect(page.locator("main")).to_contain_text("You asked today")
    looks_right(page, back_to="phone")
    letter = site.mailbox.wait_for(address, subject="Somebody asks you to contact them")
    body = letter.get_body(("plain",)).get_content()
    assert "@" in body
    assert "/rooms/" not in body
