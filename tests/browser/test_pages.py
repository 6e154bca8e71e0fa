"""Every state of every page in the demo, light and dark, on a phone and on a desk: nothing for axe to find, nothing to scroll sideways,
one main heading, a title. What has to be clicked to reach a state is clicked."""

import contextlib
import itertools
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import WIDTHS, Site
from tests.browser.people import Company
from tests.browser.states import MISSING, STATES
from tests.browser.visits import Visit
from tests.faults.hall import IS_FULL

pytestmark = pytest.mark.browser
ALL_LOOKS = tuple(itertools.product(WIDTHS, ("light", "dark")))
TURNS = itertools.cycle((("phone", "light"), ("desk", "dark")))


@pytest.fixture(scope="module")
def company(site: Site, browser: Browser) -> Iterator[Company]:
    with contextlib.ExitStack() as stack:
        yield Company(site, browser, stack)


@pytest.mark.parametrize(("state", "who", "visit", "says"), STATES, ids=[state for state, *_ in STATES])
def test_everybody_can_read_and_use_the_page(company: Company, state: str, who: str, visit: Visit, says: str) -> None:
    page = company.person(who).page
    page.set_viewport_size({"width": WIDTHS["phone"], "height": 844})
    if callable(visit):
        visit(company, page)
    else:
        answer = page.goto(company.site.origin + visit.format_map(company.facts))
        assert answer is not None
        assert answer.status == (404 if state in MISSING else 200)
    words = page.locator("body").inner_text()

    assert any(one in words for one in says.split("|")), words[:1500]
    assert faults(page) == []


def faults(page: Page) -> list[str]:
    """What keeps somebody from reading or using the page as it stands, at both widths. axe is a third of the whole run's work, so `make test` lets it
    look at one page on the phone in light and at the next at the desk in dark; `make test-faults` at each page in all four ways.
    """
    found = [] if page.locator("h1").count() == 1 else [f"{page.locator('h1').count()} main headings"]
    if not page.title().split("·")[0].strip():
        found.append("no title")
    page.evaluate(Axe().axe_script)
    looks = ALL_LOOKS if IS_FULL else (next(TURNS),)
    for device, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 844})
        excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if excess > 0:
            found.append(f"{device}: {excess} px too wide")
        for scheme in (scheme for wanted, scheme in looks if wanted == device):
            page.emulate_media(color_scheme=scheme)
            for one in page.evaluate("axe.run({resultTypes: ['violations']}).then(result => result.violations)"):
                found += [
                    f"{device}, {scheme}, {one['id']}: {node['html'][:200]} {node['any'][:1] and node['any'][0]['message'][:160]}"
                    for node in one["nodes"][:4]
                ]
    return found + too_wide(page)


def too_wide(page: Page) -> list[str]:
    """On which of the smallest screens one would have to scroll sideways: 320 px, and a phone upright and lying with text of twice the size."""
    found, tab = [], page.context.new_cdp_session(page)
    for name, width, height, text in (("320 px", 320, 568, 16), ("large text", 390, 844, 32), ("lying, large text", 844, 390, 32)):
        page.set_viewport_size({"width": width, "height": height})
        tab.send("Page.setFontSizes", {"fontSizes": {"standard": text, "fixed": text}})
        excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if excess > 0:
            found.append(f"{name}: {excess} px too wide")
    tab.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    tab.detach()
    return found
