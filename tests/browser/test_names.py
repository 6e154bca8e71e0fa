"""L&D renames one topic and adapts the guide of another, a second person publishes it, a member meets both names; retired, ours is back."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import WIDTHS, Site, Someone
from tests.browser.people import Facts, become

pytestmark = pytest.mark.browser
NAME, TITLE = "Handing work on", "Rückmeldung geben"


def test_a_renamed_topic_and_an_adapted_guide_are_met_everywhere_and_ours_comes_back(site: Site, browser: Browser) -> None:
    people, facts = {}, Facts(site)
    for who, fact in (("lead", "lead"), ("member", "newcomer"), ("second", "second")):
        context = browser.new_context(viewport={"width": WIDTHS["desk"], "height": 900}, reduced_motion="reduce")
        people[who] = Someone(site, context, context.new_page(), who)
        become(people[who], facts[fact])
    lead, reviewer, member = (people[who].page for who in ("lead", "second", "member"))

    lead.goto(f"{site.origin}/guides/giving-feedback/")
    feedback = lead.locator("h1").inner_text().partition(":")[0]
    lead.get_by_role("button", name="Make our version of it").click()
    expect(lead.get_by_text(f"Your version of the built-in guide “{feedback}”.")).to_be_visible()
    desk = lead.url
    lead.get_by_role("link", name="Write on it").click()
    lead.get_by_label("Title", exact=True).fill(TITLE)
    lead.get_by_role("button", name="Save and leave").click()
    lead.get_by_role("button", name="Hand it in").click()
    expect(lead.get_by_text("You have written or handed it in.")).to_be_visible()
    lead.goto(f"{site.origin}/guides/ours/library/")
    lead.get_by_label("Called here: Delegating", exact=True).fill(NAME)
    lead.get_by_label("Called here: Hiring well", exact=True).fill(NAME)
    lead.get_by_role("button", name="Keep it so").click()
    expect(lead.get_by_role("alert")).to_contain_text(f"“{NAME}” is a name of “Delegating” already.")
    expect(lead.get_by_label("Called here: Delegating", exact=True)).to_have_value(NAME)
    lead.get_by_label("Called here: Hiring well", exact=True).fill("")
    lead.get_by_role("button", name="Keep it so").click()
    expect(lead.get_by_text("The library is as you want it.")).to_be_visible()

    reviewer.goto(f"{desk}review/")
    expect(reviewer.get_by_text(f"where it differs from the guide “{feedback}”, with which it began")).to_be_visible()
    reviewer.get_by_role("button", name="Publish it").click()
    expect(reviewer.get_by_text("Published.")).to_be_visible()

    for slug, title in (("delegating", NAME), ("giving-feedback", TITLE)):
        member.goto(f"{site.origin}/guides/")
        member.get_by_role("link", name=title, exact=True).click()
        expect(member.locator("h1")).to_contain_text(f"{title}: ")
        member.get_by_role("link", name="Talk about it with peers").click()
        expect(member.get_by_label(title).first).to_be_checked()
        member.goto(f"{site.origin}/playbook/?topic={slug}")
        expect(member.get_by_text(f"Only in “{title}”.")).to_be_visible()
    member.goto(f"{site.origin}/guides/giving-feedback/")
    expect(member.get_by_text(f"Your organisation’s version of the built-in guide “{feedback}”")).to_be_visible()
    member.goto(f"{site.origin}/guides/?q=r%C3%BCckmeldung+geben")
    expect(member.get_by_role("link", name=TITLE, exact=True)).to_be_visible()

    lead.goto(desk)
    lead.get_by_role("button", name="Retire it").click()
    expect(lead.get_by_text("The built-in guide stands in its place.")).to_be_visible()
    lead.goto(f"{site.origin}/guides/ours/library/")
    lead.get_by_label("Called here: Delegating", exact=True).fill("")
    lead.get_by_role("button", name="Keep it so").click()
    expect(lead.get_by_text("The library is as you want it.")).to_be_visible()
    member.goto(f"{site.origin}/guides/")
    for title in ("Delegating", feedback):
        expect(member.get_by_role("link", name=title, exact=True)).to_be_visible()
    for title in (NAME, TITLE):
        expect(member.get_by_role("link", name=title, exact=True)).to_have_count(0)
