"""What keeps somebody from reading or using a page as it stands: axe at both widths and in both schemes, and whatever would scroll sideways.

Called by the tests of pages and of the states of a session.
"""

import itertools
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import WIDTHS
from tests.faults.hall import IS_FULL

SCHEMES = ("light", "dark")
SMALLEST = (("320 px", 320, 568, 16), ("large text", 390, 844, 32), ("lying, large text", 844, 390, 32))
TURNS, SMALL_TURNS = itertools.cycle(WIDTHS), itertools.cycle(SMALLEST)
AXE = f"window.bringAxe = () => {{ if (!window.axe) {{ {Axe().axe_script} }} }}"
RUN = "where => axe.run(where, {resultTypes: ['violations'], preload: false, %s}).then(result => result.violations)"
ALL = RUN % "rules: {}"
ALL_BUT_CONTRAST = RUN % "rules: {'color-contrast': {enabled: false}}"
CONTRAST_OF_NEW = """known => {
    const colours = new Map(), seen = new Set(known), fresh = [], met = []
    const behind = element => {
        if (!element) return ""
        if (!colours.has(element)) {
            const style = getComputedStyle(element)
            colours.set(element, `${behind(element.parentElement)}/${style.backgroundColor} ${style.backgroundImage} ${style.opacity}`)
        }
        return colours.get(element)
    }
    for (const element of document.body.querySelectorAll("*")) {
        if (!element.matches("input, textarea, select") && ![...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())) continue
        if (!element.checkVisibility()) continue
        const style = getComputedStyle(element), words = `${style.color} ${style.fontSize} ${style.fontWeight} ${behind(element)}`
        let sum = 0
        for (let place = 0; place < words.length; place++) sum = (Math.imul(sum, 31) + words.charCodeAt(place)) | 0
        if (!seen.has(sum)) { seen.add(sum); met.push(sum); fresh.push(element) }
    }
    if (!fresh.length) return [met, []]
    return axe.run({include: fresh}, {resultTypes: ['violations'], preload: false, runOnly: ['color-contrast']}).then(result => [met, result.violations])
}"""
"""Contrast is a matter of style, not of page: each pair of a text's colour and size with what lies behind it is looked at where it first comes up."""

_known: set[int] = set()


def faults(page: Page) -> list[str]:
    """What keeps somebody from reading or using the page as it stands, at both widths. axe is much of the run's work, most of it for
    contrast, so `make test` lets it look at one page on the phone and at the next at the desk, and in both schemes at the contrast of what no earlier
    page had; `make test-faults` at all of each page in all four ways.
    """
    found = [] if page.locator("h1").count() == 1 else [f"{page.locator('h1').count()} main headings"]
    if not page.title().split("·")[0].strip():
        found.append("no title")
    _bring_axe(page)
    turn = next(TURNS)
    for device, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 844})
        excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if excess > 0:
            found.append(f"{device}: {excess} px too wide")
        if IS_FULL:
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # no colour half-way to another
                found += _told(f"{device}, {scheme}", page.evaluate(ALL, "html"))
        elif device == turn:
            found += _told(device, page.evaluate(ALL_BUT_CONTRAST, "html"))
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # no colour half-way to another
                met, violations = page.evaluate(CONTRAST_OF_NEW, list(_known))
                if not violations:
                    _known.update(met)
                found += _told(f"{device}, {scheme}", violations)
    return found + too_wide(page)


def _bring_axe(page: Page) -> None:
    if not page.evaluate("'bringAxe' in window"):
        page.context.add_init_script(AXE)  # for its next pages: to hand it over each time takes as long as half of its work
        page.evaluate(AXE)
    page.evaluate("bringAxe()")


def _told(look: str, violations: list[dict[str, Any]]) -> list[str]:
    return [
        f"{look}, {one['id']}: {node['html'][:200]} {node['any'][:1] and node['any'][0]['message'][:160]}"
        for one in violations
        for node in one["nodes"][:4]
    ]


def too_wide(page: Page) -> list[str]:
    """On which of the smallest screens one would have to scroll sideways: 320 px, and a phone upright and lying with text of twice the size. `make test` lets
    each page stand on one of them, in turn; `make test-faults` on all.
    """
    found, tab = [], page.context.new_cdp_session(page)
    for name, width, height, text in SMALLEST if IS_FULL else [next(SMALL_TURNS)]:
        page.set_viewport_size({"width": width, "height": height})
        tab.send("Page.setFontSizes", {"fontSizes": {"standard": text, "fixed": text}})
        excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if excess > 0:
            found.append(f"{name}: {excess} px too wide")
    tab.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    tab.detach()
    return found
