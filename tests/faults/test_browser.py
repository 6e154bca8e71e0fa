"""room.js itself in Chromium, behind a network that fails: what is typed, what is shown, what is said."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from reconvene.base import tenancy
from reconvene.rooms.models import Card, Idea
from tests.faults.proxy import Mode, ProxyInThread
from tests.rooms.play import Table
from tests.rooms.test_browser import table  # noqa: F401  # a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nowhere, pytest.mark.browser]

WORDS = "Three lines at hand-over"


@pytest.fixture
def network(port: int) -> Iterator[ProxyInThread]:
    """The way from the phone to the server."""
    with ProxyInThread(port) as proxy:
        yield proxy


@pytest.fixture
def ideas(table: Table) -> Table:  # noqa: F811  # the fixture
    """The group at its ideas."""
    with tenancy.within(table.people["ana"].organisation_id):
        table.go_to("ideas")
    return table


def a_browser(chromium: Browser, network: ProxyInThread, table: Table, who: str) -> BrowserContext:  # noqa: F811
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    value = table.browsers[who].cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": f"http://localhost:{network.port}"}])
    return context


def a_room(context: BrowserContext, network: ProxyInThread, table: Table) -> Page:  # noqa: F811
    page = context.new_page()
    page.clock.install(time=datetime.now(UTC))
    page.goto(f"http://localhost:{network.port}/rooms/{table.session.id}/")
    expect(page.locator("#step-title")).to_be_visible()
    return page


def texts(table: Table) -> list[str]:  # noqa: F811
    with tenancy.within(table.people["ana"].organisation_id):
        return [idea.text for idea in Idea.objects.order_by("written_at")]


def test_a_phone_that_was_away_for_ten_minutes_keeps_everything_and_is_current_three_seconds_after_its_return(
    chromium: Browser,
    network: ProxyInThread,
    ideas: Table,
) -> None:
    page = a_room(a_browser(chromium, network, ideas, "ben"), network, ideas)
    page.wait_for_timeout(500)
    network.turn(Mode.HALF_OPEN)
    page.get_by_label("First idea").fill("Not the last word")
    page.clock.run_for(5_000)
    expect(page.locator("#live")).to_contain_text("Saved on this phone, sending…")
    page.get_by_label("First idea").fill(WORDS)
    page.get_by_label("Second idea").fill("Ask what slows them down")
    page.clock.fast_forward("10:00")
    page.clock.run_for(5_000)
    expect(page.locator("#live")).to_contain_text("No connection. Keep writing, nothing is lost.")
    ideas.post("cho", "move", move="pause", seen="")
    assert texts(ideas) == []
    network.turn(Mode.PASS)
    page.clock.run_for(2_500)
    begun = time.monotonic()
    expect(page.get_by_text("Paused by someone at the table")).to_be_visible(timeout=3_000)
    while texts(ideas) != [WORDS, "Ask what slows them down"] and time.monotonic() - begun < 3:
        page.clock.run_for(100)
    assert texts(ideas) == [WORDS, "Ask what slows them down"]
    expect(page.get_by_label("First idea")).to_have_value(WORDS)


def test_a_hotels_page_is_neither_shown_nor_taken_for_an_answer(
    chromium: Browser,
    network: ProxyInThread,
    ideas: Table,
) -> None:
    page = a_room(a_browser(chromium, network, ideas, "ben"), network, ideas)
    network.turn(Mode.PORTAL)
    page.get_by_label("First idea").fill(WORDS)
    page.clock.run_for(1_500)
    page.get_by_role("button", name="I have written").click()
    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(20_000)
    expect(page.locator("#live")).to_contain_text("No connection. Keep writing, nothing is lost.")
    expect(page.get_by_text("Hotel wifi")).to_have_count(0)
    expect(page.get_by_label("First idea")).to_have_value(WORDS)
    assert texts(ideas) == []
    network.turn(Mode.PASS)
    page.clock.run_for(3_000)
    expect(page.get_by_role("button", name="I have written")).to_have_count(0, timeout=3_000)
    expect(page.get_by_role("button", name="Pause")).to_be_visible()  # a pause is not made up for later
    assert texts(ideas) == [WORDS]


def test_two_tabs_share_one_stream_and_the_second_takes_over_when_the_first_is_closed(
    chromium: Browser,
    network: ProxyInThread,
    ideas: Table,
) -> None:
    context = a_browser(chromium, network, ideas, "ben")
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url) if "/stream" in request.url else None)
    first, second = a_room(context, network, ideas), a_room(context, network, ideas)
    second.wait_for_timeout(500)
    assert len(asked) == 1
    ideas.post("cho", "move", move="pause", seen="")
    for page in (first, second):
        page.clock.run_for(200)
        expect(page.get_by_text("Paused by someone at the table")).to_be_visible(timeout=3_000)
    first.close()
    second.wait_for_timeout(500)
    assert len(asked) == 2
    ideas.post("cho", "move", move="go_on", seen="")
    second.wait_for_timeout(300)
    second.clock.run_for(200)
    expect(second.get_by_role("button", name="Pause")).to_be_visible(timeout=3_000)


def test_a_phone_whose_clock_is_an_hour_wrong_shows_the_time_that_is_left(
    chromium: Browser,
    network: ProxyInThread,
    ideas: Table,
) -> None:
    page = a_browser(chromium, network, ideas, "ben").new_page()
    page.clock.install(time=datetime.now(UTC) + timedelta(hours=1))
    page.goto(f"http://localhost:{network.port}/rooms/{ideas.session.id}/")
    page.clock.run_for(1_000)
    with tenancy.within(ideas.people["ana"].organisation_id):
        state = ideas.room.state
    assert state is not None
    shown = page.locator("#clock").inner_text().split(":")
    left = (state.part_ends_at - datetime.now(UTC)).total_seconds()
    assert abs(int(shown[0]) * 60 + int(shown[1]) - left) < 5


def test_signing_out_in_another_tab_leaves_nothing_of_the_first_persons_words_for_the_second(
    chromium: Browser,
    network: ProxyInThread,
    ideas: Table,
) -> None:
    context = a_browser(chromium, network, ideas, "ben")
    page = a_room(context, network, ideas)
    context.route("**/ideas/", lambda route: route.abort())
    page.get_by_label("First idea").fill(WORDS)
    page.clock.run_for(1_500)
    other = context.new_page()
    other.goto(f"http://localhost:{network.port}/sign-out/")
    origin = f"http://localhost:{network.port}"
    other.locator("main form button[type=submit], main form button").last.click()
    other.wait_for_url("**/sign-in/**")
    page.clock.run_for(10_000)
    page.wait_for_url("**/sign-in/**", timeout=8_000)
    context.unroute("**/ideas/")
    value = ideas.browsers["cho"].cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": origin}])
    cho = a_room(context, network, ideas)
    cho.clock.run_for(5_000)
    expect(cho.locator("#live")).to_contain_text("Saved")
    expect(cho.get_by_label("First idea")).to_have_value("")
    assert texts(ideas) == []


def test_two_cards_written_without_a_network_are_two_cards(
    chromium: Browser,
    network: ProxyInThread,
    table: Table,  # noqa: F811
) -> None:
    with tenancy.within(table.people["ana"].organisation_id):
        table.go_to("turns", part=1)
        holder: Any = table.room.state
        speaker = next(name for name, person in table.people.items() if str(person.id) == holder.holder)
    listener = next(name for name in table.people if name != speaker)
    page = a_room(a_browser(chromium, network, table, listener), network, table)
    network.turn(Mode.CUT)
    for text in ("How long does that take?", "Who else is in the room?"):
        page.get_by_label("A card for").fill(text)
        page.get_by_role("button", name="A question").click()
        page.clock.run_for(2_000)
        expect(page.get_by_label("A card for")).to_have_value("")
    network.turn(Mode.PASS)
    page.clock.run_for(3_000)
    expect(page.locator("#live")).to_have_attribute("data-state", "saved", timeout=5_000)
    with tenancy.within(table.people["ana"].organisation_id):
        assert [card.text for card in Card.objects.order_by("written_at")] == ["How long does that take?", "Who else is in the room?"]
