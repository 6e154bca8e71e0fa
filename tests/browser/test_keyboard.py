"""The main ways through the program with Tab, Enter, Space and the arrow keys alone; what has the focus can be seen at every stop."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import WIDTHS, Site, Someone
from tests.browser.people import Facts, become

pytestmark = pytest.mark.browser

# How the element with the focus looks, and whether it can be seen: a radio button may be drawn by its label.
SEEN = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return {is: "body", shown: true};
  const drawn = [it, it.closest("label"), it.parentElement, ...(it.labels || [])].filter(Boolean);
  const marked = drawn.some((one) => {
    const style = getComputedStyle(one);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  });
  const inside = drawn.some((one) => {
    const box = one.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  });
  return {is: it.outerHTML.slice(0, 160), shown: marked && inside, marked, inside};
}"""


class Keys:
    """Somebody who has no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.unseen: list[str] = []

    def to(self, target: Locator, *, most: int = 120) -> None:
        """Tab on until the element has the focus. Every stop on the way must be visible."""
        for _ in range(most):
            if target.evaluate("node => node === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"{target} was not reached in {most} steps; the focus is on {self.page.evaluate(SEEN)['is']}")

    def press(self, key: str) -> None:
        """One key; notes a focus that cannot be seen."""
        self.page.keyboard.press(key)
        found = self.page.evaluate(SEEN)
        if not found["shown"]:
            self.unseen.append(f"{found['is']} marked={found['marked']} inside={found['inside']}")

    def follow(self, target: Locator, arrives: str) -> None:
        """Go to a link or button, press Enter, and be elsewhere."""
        self.to(target)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(arrives)


@pytest.fixture
def facts(site: Site) -> Facts:
    return Facts(site)


@pytest.fixture
def member(someone: Callable[..., Someone], facts: Facts) -> Callable[..., Keys]:
    """Somebody of FACTS with a keyboard, on a desk unless said otherwise."""

    def make(who: str, *, width: str = "desk") -> Keys:
        person = someone(viewport={"width": WIDTHS[width], "height": 844}, reduced_motion="reduce")
        become(person, facts[who])
        return Keys(person.page)

    return make


def test_signing_in(site: Site, someone: Callable[..., Someone], facts: Facts) -> None:
    ((address,),) = site.ask(f"SELECT email FROM people_person WHERE id = '{facts['newcomer']}'")
    person = someone(viewport={"width": WIDTHS["desk"], "height": 844})
    keys = Keys(person.go("/sign-in/"))
    keys.to(person.page.get_by_label("Your work mail address"))
    person.page.keyboard.type(address)
    person.page.keyboard.press("Enter")
    person.page.wait_for_url("**/sign-in/code/**")
    expect(person.page.get_by_label("Code")).to_be_focused()
    letter = site.mailbox.wait_for(address).get_body(("plain",))
    assert letter is not None
    code = next(line.strip() for line in letter.get_content().splitlines() if line.strip().isupper() and " " not in line.strip())
    person.page.keyboard.type(code)
    keys.follow(person.page.get_by_role("button", name="Sign in"), f"{site.origin}/")

    assert keys.unseen == []


def test_the_first_stop_skips_to_the_content(member: Callable[..., Keys]) -> None:
    keys = member("sponsor")
    keys.press("Tab")
    expect(keys.page.get_by_role("link", name="Skip to content")).to_be_focused()
    keys.page.keyboard.press("Enter")
    keys.press("Tab")

    assert keys.page.evaluate("document.activeElement.closest('main') !== null")
    assert keys.unseen == []


def test_raising_a_challenge(member: Callable[..., Keys]) -> None:
    keys = member("newcomer")
    page = keys.page
    keys.follow(page.get_by_role("link", name="Raise a challenge"), "**/challenges/new/")
    keys.to(page.get_by_label("My challenge"))
    for typed, is_hinted in (("What we agree, Ruth takes back.", True), ("Mein bester Mitarbeiter geht, und sein Wissen ist weg.", False)):
        page.keyboard.type(typed)  # in German every noun has a capital
        expect(page.locator("#name-hint")).to_be_visible(visible=is_hinted)
        page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("I never delegate, and what I hand over comes back half done.")
    page.locator("aside a[href*='/guides/']").first.wait_for()
    if not page.locator("#topics input[name=topic]:checked").count():
        keys.to(page.locator("#topics summary"))
        keys.press("Enter")
        keys.press("Tab")
        keys.press("Space")
    expect(page.locator("#topics input[name=topic]:checked")).to_have_count(1)
    keys.to(page.locator("input[name=urgency]").first)
    for _ in range(7):
        keys.press("ArrowRight")
    expect(page.locator("input[name=urgency][value='7']")).to_be_checked()
    keys.follow(page.get_by_role("button", name="Find my peers"), "**/challenges/*-*/")

    expect(page.get_by_role("heading", level=1)).to_have_text("We are looking for your peers")
    assert keys.unseen == []


def test_an_error_takes_the_focus_and_leads_to_its_field(member: Callable[..., Keys]) -> None:
    keys = member("caller")
    page = keys.page
    page.goto(page.url + "challenges/new/")
    page.locator("main form").first.evaluate("form => { form.noValidate = true }")
    keys.to(page.get_by_role("button", name="Find my peers"))
    page.keyboard.press("Enter")
    alert = page.get_by_role("alert").first
    expect(alert).to_be_focused()
    keys.to(alert.get_by_role("link", name="My challenge"))
    page.keyboard.press("Enter")
    keys.press("Tab")

    assert page.evaluate("document.activeElement.closest('form') !== null")
    assert keys.unseen == []


def test_taking_a_seat(member: Callable[..., Keys]) -> None:
    keys = member("invited")
    page = keys.page
    keys.follow(page.get_by_role("link", name="See the group and both dates"), "**/seats/**")
    keys.to(page.locator("input[name=host]:checked"))
    keys.press("ArrowUp")
    expect(page.locator("input[name=host][value=yes]")).to_be_checked()
    keys.to(page.get_by_role("button", name="Take my seat"))
    page.keyboard.press("Space")

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We wait for the others")
    assert keys.unseen == []


def test_the_menu_on_a_phone_opens_closes_and_leads_on(member: Callable[..., Keys]) -> None:
    keys = member("sponsor", width="phone")
    page = keys.page
    button, menu = page.get_by_role("button", name="Menu"), page.locator("#menu")
    expect(menu).to_be_hidden()
    keys.to(button)
    keys.press("Enter")
    expect(menu).to_be_visible()
    keys.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    keys.press("Space")
    keys.follow(menu.get_by_role("link", name="Playbook"), "**/playbook/")

    assert keys.unseen == []


def test_from_the_home_page_into_the_lobby(member: Callable[..., Keys]) -> None:
    keys = member("host", width="phone")
    page = keys.page
    keys.follow(page.get_by_role("link", name="Into the room"), "**/rooms/**")
    keys.to(page.get_by_role("button", name="Come in"))
    page.keyboard.press("Enter")
    expect(page.locator("#lobby")).to_be_visible()
    keys.press("Tab")

    assert keys.unseen == []


def test_a_line_for_the_journal_and_the_draft_for_the_boss(member: Callable[..., Keys], site: Site, facts: Facts) -> None:
    keys = member("half_way")
    page = keys.page
    page.goto(f"{site.origin}/practice/{facts['half_way_cycle']}/")
    keys.to(page.get_by_label("A line for yourself"))
    page.keyboard.type("Slower than I thought")
    keys.to(page.get_by_role("button", name="Put it into my journal"))
    page.keyboard.press("Enter")
    expect(page.locator("#journal ~ ol")).to_contain_text("Slower than I thought")
    expect(page.get_by_label("A line for yourself")).to_have_value("")
    page.get_by_label("A line for yourself").fill("Not sent yet")
    page.reload()
    expect(page.get_by_label("A line for yourself")).to_have_value("Not sent yet")

    keys.follow(page.get_by_role("link", name="A draft for my boss"), "**/boss/")
    keys.to(page.get_by_label("Draft, yours to change"))
    page.keyboard.press("Control+a")
    page.keyboard.type("May I try it on Monday & Friday?")
    letter = page.get_by_role("link", name="Open it in my mail program")
    expect(letter).to_have_attribute(
        "href", "mailto:?subject=What%20I%20am%20trying%20out&body=May%20I%20try%20it%20on%20Monday%20%26%20Friday%3F"
    )
    keys.to(page.get_by_role("button", name="Copy it"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Copied.")).to_be_visible()

    assert keys.unseen == []


def test_the_workbench_by_drag(member: Callable[..., Keys], facts: Facts) -> None:
    page = member("lead").page
    page.set_viewport_size({"width": WIDTHS["desk"], "height": 2400})  # from end to end of the hand's way
    page.goto(page.url + f"console/programmes/{facts['reviewed']}/workbench/")
    group = page.locator(".batch:not([data-wait]):has([data-person]:nth-child(4))").first
    home, person = group.get_attribute("id"), group.locator("[data-person]").first
    token = person.get_attribute("data-person")
    person.drag_to(page.locator("#group-waiting header"))
    expect(page.locator(f"#group-waiting [data-person='{token}']")).to_be_visible()
    expect(page.get_by_role("status").first).to_contain_text("Moved.")

    page.locator(f"[data-person='{token}']").drag_to(page.locator(f"#{home} header"))
    expect(page.locator(f"#{home} [data-person='{token}']")).to_be_visible()


def test_the_workbench(member: Callable[..., Keys], facts: Facts) -> None:
    keys = member("lead")
    page, waiting = keys.page, keys.page.locator("#group-waiting")
    page.goto(page.url + f"console/programmes/{facts['reviewed']}/")
    keys.follow(page.get_by_role("link", name="Open the workbench"), "**/workbench/")
    before = int(waiting.locator(".score").inner_text())
    for number in range(page.get_by_role("link", name="Move ").count()):
        keys.follow(page.get_by_role("link", name="Move ").nth(number), "**move=**")
        if page.get_by_role("button", name="Let them wait").count():
            break
        keys.press("Escape")
        page.wait_for_url("**/workbench/#**")
    expect(page.locator(".alert", has_text="where to?")).to_be_visible()
    expect(waiting.locator(".effect")).to_contain_text(re.compile("They would wait. Group .*(becomes|stays at)"))

    for act, says in (
        ("Let them wait", "Moved."), ("Take the last move back", "Moved."), ("Lock", "Locked."), ("Seat the rest anew", "Nothing better|new group"),
        ("Release", "Released"),
    ):  # fmt: skip
        keys.to(page.get_by_role("button", name=act, exact=True).first)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.get_by_role("status").first).to_contain_text(re.compile(says))
        if act == "Let them wait":
            expect(waiting.locator(".score")).to_have_text(str(before + 1))
    assert keys.unseen == []
