"""The mails of a whole cycle in Chromium, as a phone and a desk show them, in light and dark: read by axe, and as pictures for the eye."""

import os
from email.message import EmailMessage
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from reconvene.base import tenancy
from tests import world
from tests.notices.test_mail import every_letter

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nowhere, pytest.mark.browser]
WIDTHS = (390, 640)
SHELF = os.environ.get("MAIL_PICTURES")  # a folder for pictures of all mails, for the eye


@pytest.fixture
def letters() -> dict[str, EmailMessage]:
    """Made before the browser starts, whose event loop the database does not like."""
    with tenancy.within(world.make_organisation().id):
        return every_letter()


def test_mails_of_a_whole_cycle_can_be_read_on_a_phone_and_at_a_desk_in_light_and_dark(
    letters: dict[str, EmailMessage], chromium: Browser
) -> None:
    page = chromium.new_context().new_page()
    found: list[str] = []
    for kind, mail in letters.items():
        body = mail.get_body(("html",))
        assert body is not None
        page.set_content(body.get_content())
        page.evaluate(Axe().axe_script)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                if SHELF:
                    page.screenshot(path=Path(SHELF) / f"{kind}-{width}-{scheme}.png", full_page=True)
                excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                found += [f"{kind}, {width}: {excess} px too wide"] if excess > 0 else []
                violations = page.evaluate("axe.run({resultTypes: ['violations']}).then(result => result.violations)")
                found += [f"{kind}, {width}, {scheme}, {one['id']}: {one['nodes'][0]['html'][:160]}" for one in violations]
                shades = page.evaluate("[...document.querySelectorAll('.m-page, .m-bg')].map(one => getComputedStyle(one).backgroundColor)")
                found += [f"{kind}: {shade} in {scheme}" for shade in shades if (sum(rgb(shade)) < 384) != (scheme == "dark")]
        small = page.evaluate(
            "[...document.querySelectorAll('.m-btn, .m-alt')].filter(one => one.getBoundingClientRect().height < 44).length"
        )
        found += [f"{kind}: {small} buttons too small to tap"] if small else []

    assert found == []


def rgb(shade: str) -> list[int]:
    """Red, green and blue of a computed colour."""
    return [int(part) for part in shade.removeprefix("rgb(").rstrip(")").split(",")]
