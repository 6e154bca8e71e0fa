"""Every state of every page in the demo, light and dark, on a phone and on a desk: nothing for axe to find, nothing to scroll sideways,
one main heading, a title. What has to be clicked to reach a state is clicked."""

import contextlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import WIDTHS, Site
from tests.browser.looks import faults
from tests.browser.people import Company
from tests.browser.states import STATES, STATUSES
from tests.browser.visits import Visit

pytestmark = pytest.mark.browser


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
        assert answer.status == STATUSES.get(state, 200)
    words = page.locator("body").inner_text()

    assert any(one in words for one in says.split("|")), words[:1500]
    assert faults(page) == []
