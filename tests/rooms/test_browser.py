"""The room's helper in a real browser: the stream moves the page, and what is written without a network arrives once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Locator, Page, Route, expect

from reconvene.base import tenancy
from reconvene.groups.actions import leave_group
from reconvene.groups.models import Membership
from reconvene.practice.models import PracticeReport
from reconvene.rooms.models import Card, Idea, Score
from reconvene.scheduling.models import Session
from tests import world
from tests.rooms.play import Table, a_table

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nowhere, pytest.mark.browser]


@pytest.fixture
def table() -> Iterator[Table]:
    """A group of four whose session is on now, in the room."""
    organisation = world.make_organisation()
    with tenancy.within(organisation.id):
        made = a_table()
        made.now = made.session.starts_at = datetime.now(UTC)
        made.session.save()
        made.begin()
    yield made


SLOW_STORE = """
const open = IDBFactory.prototype.open;
let isFirst = true;
IDBFactory.prototype.open = function (...args) {
  if (!isFirst) return open.apply(this, args);
  isFirst = false;
  const late = {};
  setTimeout(() => {
    const request = open.apply(this, args);
    for (const name of ["onupgradeneeded", "onsuccess"]) {
      request[name] = () => { late.result = request.result; late[name](); };
    }
  }, 3000);
  return late;
};
"""


def a_page(browser: Browser, port: int, table: Table, who: str, path: str = "", *, script: str = "") -> Page:
    """A member's phone in the room. `script` runs before any of the page's own."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    cookie = table.browsers[who].cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": f"http://localhost:{port}"}])
    page = context.new_page()
    page.add_init_script(script)
    page.goto(f"http://localhost:{port}/rooms/{table.session.id}/{path}")
    return page


def test_what_one_phone_does_the_other_phone_and_the_shared_screen_show_at_once(port: int, chromium: Browser, table: Table) -> None:
    ana, ben = a_page(chromium, port, table, "ana"), a_page(chromium, port, table, "ben")
    screen = a_page(chromium, port, table, "cho", "table/")
    ana.get_by_role("button", name="Next step").click()
    for page in (ana, ben, screen):
        expect(page.get_by_role("heading", name="Our question")).to_be_visible(timeout=5000)
    ben.get_by_role("button", name="Pause").click()
    expect(ana.get_by_text("Paused by someone at the table")).to_be_visible(timeout=5000)
    expect(screen.get_by_text("paused")).to_be_visible(timeout=5000)


def test_what_is_written_without_a_network_is_kept_said_and_sent_once(port: int, chromium: Browser, table: Table) -> None:
    organisation = table.people["ana"].organisation_id
    with tenancy.within(organisation):
        table.go_to("ideas")
    ben = a_page(chromium, port, table, "ben")
    ben.context.set_offline(True)
    ben.get_by_label("First idea").fill("Three lines at hand-over")
    expect(ben.get_by_text("Saved on this phone, sending…")).to_be_visible(timeout=8000)
    with tenancy.within(organisation):
        assert not Idea.objects.exists()
    ben.context.set_offline(False)
    expect(ben.locator("#live")).to_have_attribute("data-state", "saved", timeout=15000)
    with tenancy.within(organisation):
        assert [idea.text for idea in Idea.objects.all()] == ["Three lines at hand-over"]
    expect(ben.get_by_label("First idea")).to_have_value("Three lines at hand-over")


def test_what_is_written_while_the_phone_still_opens_its_store_is_kept(port: int, chromium: Browser, table: Table) -> None:
    """The first use of the store clears what another person left there; it must not take along what was typed meanwhile."""
    organisation = table.people["ana"].organisation_id
    with tenancy.within(organisation):
        table.go_to("ideas")
    ben = a_page(chromium, port, table, "ben", script=SLOW_STORE)
    ben.context.set_offline(True)  # or it is sent before one can see that it was kept
    ben.get_by_label("First idea").fill("Three lines at hand-over")
    expect(ben.get_by_text("Saved on this phone, sending…")).to_be_visible(timeout=8000)
    ben.context.set_offline(False)
    expect(ben.locator("#live")).to_have_attribute("data-state", "saved", timeout=15000)
    with tenancy.within(organisation):
        assert [idea.text for idea in Idea.objects.all()] == ["Three lines at hand-over"]


def test_words_that_are_being_typed_survive_what_the_others_do(port: int, chromium: Browser, table: Table) -> None:
    with tenancy.within(table.people["ana"].organisation_id):
        table.go_to("ideas")
    ben = a_page(chromium, port, table, "ben")
    box = ben.get_by_label("Second idea")
    box.press_sequentially("Half a sent")
    table.post("cho", "move", move="pause", seen="")
    expect(ben.get_by_text("Paused by someone at the table")).to_be_visible(timeout=5000)
    box.press_sequentially("ence")
    expect(box).to_have_value("Half a sentence")
    expect(box).to_be_focused()


def test_what_is_typed_in_after_a_session_is_kept_also_after_the_page_was_loaded_anew(port: int, chromium: Browser, table: Table) -> None:
    with tenancy.within(table.people["ana"].organisation_id):
        table.go_to("ideas")
        table.tell("ben", "ideas", **{table.boxes("ben", "idea")[0]: "Three lines"})
        table.go_to("plan")
        table.tell("ana", "end")
    ben = a_page(chromium, port, table, "ben")
    for name, words in (("Second idea", "Ask who decides"), ("Third idea, if there is one", "Ask once more")):
        ben.locator("details").evaluate_all("all => { for (const one of all) one.open = true }")
        ben.get_by_label(name).fill(words)
        ben.get_by_role("button", name="Keep my ideas").click()
        expect(ben.get_by_label(name)).to_be_hidden(timeout=5000)
        expect(ben.get_by_role("listitem").filter(has_text=words)).to_be_visible()
        ben.reload()
    with tenancy.within(table.people["ana"].organisation_id):
        assert {idea.text for idea in Idea.objects.all()} == {"Three lines", "Ask who decides", "Ask once more"}


def test_words_for_a_room_in_which_one_has_no_seat_any_more_stay_on_the_screen(port: int, chromium: Browser, table: Table) -> None:
    with tenancy.within(table.people["ana"].organisation_id):
        table.go_to("ideas")
    ben = a_page(chromium, port, table, "ben")
    ben.context.set_offline(True)
    ben.get_by_label("Second idea").fill("Ask who decides")
    expect(ben.get_by_text("No connection.")).to_be_visible(timeout=20000)
    with tenancy.within(table.people["ana"].organisation_id):
        leave_group(Membership.objects.live().get(person=table.people["ben"]), now=table.now)
    ben.context.set_offline(False)
    expect(ben.get_by_text("This could not be sent: what it belongs to is not there any more.")).to_be_visible(timeout=10000)
    ben.wait_for_timeout(4000)  # in which the page hears that it may not look any more
    expect(ben.get_by_text("Ask who decides")).to_be_visible()
    expect(ben.get_by_role("heading", name="Heads together")).to_be_hidden()
    ben.get_by_role("button", name="Remove this from my device").click()
    expect(ben.get_by_text("Ask who decides")).to_be_hidden()


def test_a_card_that_was_not_sent_stays_with_whom_it_was_written_for(port: int, chromium: Browser, table: Table) -> None:
    with tenancy.within(table.people["ana"].organisation_id):
        table.go_to("turns", part=1)
        first, second, third = ((table.room.state or pytest.fail()).order)[:3]
        names = {str(person.id): name for name, person in table.people.items()}
    page = a_page(chromium, port, table, names[third])

    def card_for(person: str) -> Locator:
        return page.get_by_label(f"A card for {names[person].capitalize()}", exact=True)

    card_for(first).press_sequentially("Half a th")
    table.move(table.host, "turn")
    expect(card_for(second)).to_have_value("", timeout=5000)
    expect(card_for(first)).to_be_focused()
    card_for(first).press_sequentially("ought")
    card_for(second).fill("What else?")
    table.move(table.host, "turn")
    expect(page.get_by_text("You have the floor")).to_be_visible(timeout=5000)
    table.post(names[first], "move", move="pause", seen="")
    expect(page.get_by_text("Paused by someone at the table")).to_be_visible(timeout=5000)
    expect(card_for(second)).to_have_value("What else?")
    page.locator("form", has=card_for(first)).get_by_role("button", name="A question").click()
    expect(page.get_by_text("Your cards")).to_be_visible(timeout=5000)
    expect(card_for(first)).to_be_hidden()
    expect(card_for(second)).to_have_value("What else?")
    with tenancy.within(table.people["ana"].organisation_id):
        assert [(str(card.receiver_id), card.text) for card in Card.objects.all()] == [(first, "Half a thought")]
        host = table.host
    table.move(host, "next")
    expect(page.get_by_role("heading", name="Questions only")).to_be_visible(timeout=5000)
    expect(card_for(second)).to_have_value("What else?")
    table.move(host, "next")
    expect(page.get_by_text("This card was given to nobody. Say it aloud, if you like.")).to_be_visible(timeout=5000)
    expect(page.get_by_text("What else?")).to_be_visible()
    page.get_by_role("button", name="Remove this from my device").click()
    expect(page.get_by_text("What else?")).to_be_hidden()


def test_what_is_typed_while_earlier_words_are_on_their_way_stays_in_its_box(port: int, chromium: Browser, table: Table) -> None:
    with tenancy.within(table.people["ana"].organisation_id):
        table.go_to("ideas", part=2)
    ben = a_page(chromium, port, table, "ben")
    open_details(ben, "One more idea of mine")
    first, second = (ben.get_by_label("Idea", exact=True).nth(number) for number in (0, 1))
    held: list[Route] = []
    ben.route("**/ideas/", lambda route: held.append(route))
    first.fill("Three lines")
    ben.get_by_role("button", name="Put it on the table").click()
    second.fill("Ask who decides")
    while not held:
        ben.wait_for_timeout(50)
    held.pop().continue_()
    expect(ben.get_by_role("listitem").filter(has_text="Three lines")).to_be_visible(timeout=5000)
    expect(ben.get_by_label("Idea", exact=True).first).to_have_value("Ask who decides")


def test_a_day_survives_what_the_others_do_and_comes_back_with_the_plan_after_the_page_was_closed(
    port: int, chromium: Browser, table: Table
) -> None:
    with tenancy.within(table.people["ana"].organisation_id):
        table.go_to("plan")
    ben = a_page(chromium, port, table, "ben")
    day = ben.get_by_label("First occasion")
    day.fill("2026-12-03")
    table.post("cho", "move", move="pause", seen="")
    expect(ben.get_by_text("Paused by someone at the table")).to_be_visible(timeout=5000)
    expect(day).to_have_value("2026-12-03")
    ben.wait_for_timeout(1000)  # until it is kept
    ben.goto("about:blank")
    ben.goto(f"http://localhost:{port}/rooms/{table.session.id}/")
    expect(day).to_have_value("2026-12-03")


def test_a_report_that_is_being_written_survives_the_next_turn_and_a_closed_page_and_every_week_of_it_is_sent(
    port: int, chromium: Browser, table: Table
) -> None:
    with tenancy.within(table.people["ana"].organisation_id):
        table.tell("ana", "end")
        second = Table(table.group, "reconvene")
        second.now = second.session.starts_at = datetime.now(UTC)
        second.session.save()
        second.begin()
        second.go_to("turns")
    ben = a_page(chromium, port, second, "ben")
    did, weeks = ben.get_by_label("I did", exact=True), ben.get_by_role("group", name="In which weeks")

    def expect_what_was_written() -> None:
        expect(did).to_have_value("Asked twice")
        for week in "13":
            expect(weeks.get_by_label(week, exact=True)).to_be_checked()

    open_details(ben, "My practice report")
    did.fill("Asked twice")
    for week in "13":
        weeks.get_by_text(week, exact=True).click()
    second.post("cho", "move", move="pause", seen="")
    expect(ben.get_by_text("Paused by someone at the table")).to_be_visible(timeout=5000)
    expect_what_was_written()
    second.post("cho", "move", move="go_on", seen="")
    expect(ben.get_by_text("Paused by someone at the table")).to_be_hidden(timeout=5000)
    before = ben.locator("#stage").get_attribute("data-position") or ""
    second.move(second.host, "turn")
    expect(ben.locator("#stage")).not_to_have_attribute("data-position", before, timeout=5000)
    second.post("cho", "move", move="pause", seen="")
    expect(ben.get_by_text("Paused by someone at the table")).to_be_visible(timeout=5000)
    expect_what_was_written()
    ben.goto("about:blank")
    ben.goto(f"http://localhost:{port}/rooms/{second.session.id}/")
    open_details(ben, "My practice report")
    expect_what_was_written()
    ben.get_by_role("button", name="Show it to the group").click()
    expect(ben.get_by_text("Your group sees your report")).to_be_visible()
    with tenancy.within(table.people["ana"].organisation_id):
        assert [(report.did, report.weeks) for report in PracticeReport.objects.all()] == [("Asked twice", [1, 3])]


def open_details(page: Page, name: str) -> None:
    """Open a closed part, unless it is open."""
    page.locator("details").filter(has=page.get_by_text(name, exact=True)).first.evaluate("node => { node.open = true }")


def test_the_host_is_told_who_still_writes_and_nothing_else_of_the_page_is_made_anew(port: int, chromium: Browser, table: Table) -> None:
    with tenancy.within(table.people["ana"].organisation_id):
        table.go_to("ideas")
    ana, fetched = a_page(chromium, port, table, "ana"), list[str]()
    expect(ana.get_by_text("Still writing: Ana, Ben, Cho, Dan", exact=True)).to_be_visible()
    ana.get_by_text("Hand over, or end early").click()
    ana.locator("#stage").evaluate("stage => { stage.mark = 'as it was' }")
    ana.on("request", lambda request: fetched.append(request.url.partition("/stage/")[2]) if "/stage/" in request.url else None)
    for who, left in (("ben", "Still writing: Ana, Cho, Dan"), ("cho", "Still writing: Ana, Dan")):
        table.post(who, "move", move="done", seen=table.position())
        expect(ana.get_by_text(left, exact=True)).to_be_visible(timeout=5000)
        expect(ana.locator("#stage")).to_have_attribute("data-counter", str(table_counter(table)))
        expect(ana.locator(".beside .six [data-seat=writing]")).to_have_count(left.count(","))  # all who are named but the host
    assert ana.locator("#stage").evaluate("stage => stage.mark") == "as it was"
    assert fetched == ["?of=waits"] * 2
    table.post("dan", "move", move="done", seen=table.position())
    expect(ana.get_by_text("Still writing: Ana", exact=True)).to_be_visible(timeout=5000)
    ana.get_by_role("button", name="I have written").click()
    expect(ana.get_by_text("Still writing: Ana, Ben, Cho, Dan", exact=True)).to_be_visible(timeout=5000)  # the next part began by itself


def table_counter(table: Table) -> int:
    """The number of the room's last event."""
    with tenancy.within(table.people["ana"].organisation_id):
        return table.room.counter


def test_a_tap_counts_though_the_stage_changes_under_the_finger(port: int, chromium: Browser, table: Table) -> None:
    ben = a_page(chromium, port, table, "ben")
    counter = int(ben.locator("#stage").get_attribute("data-counter") or 0)
    pause = ben.get_by_role("button", name="Pause").bounding_box()
    assert pause
    ben.mouse.move(pause["x"] + pause["width"] / 2, pause["y"] + pause["height"] / 2)
    with ben.expect_response(lambda answer: answer.url.endswith("/stage/")):
        ben.mouse.down()
        table.post("ana", "move", move="extend", seen=table.position())
    ben.wait_for_timeout(100)
    ben.mouse.up()
    expect(ben.get_by_text("Paused by someone at the table")).to_be_visible(timeout=5000)
    assert int(ben.locator("#stage").get_attribute("data-counter") or 0) == counter + 2


def test_a_cue_from_the_menu_goes_into_the_box_by_keyboard_and_is_kept_with_ones_own_words(
    port: int, chromium: Browser, table: Table
) -> None:
    with tenancy.within(table.people["ana"].organisation_id):
        table.go_to("plan")
    ben = a_page(chromium, port, table, "ben")
    box, menu = ben.get_by_label("If …"), ben.get_by_label("Or begin from one of these")
    cues = menu.locator("option").all_inner_texts()
    menu.focus()
    for key in ("ArrowDown", "ArrowDown"):
        ben.keyboard.press(key)  # choosing changes nothing yet and takes the focus nowhere
    expect(menu).to_be_focused()
    expect(menu).to_have_value(cues[2])
    expect(box).to_have_value("")
    ben.keyboard.press("Tab")
    ben.keyboard.press("Enter")
    expect(box).to_have_value(cues[2])
    expect(box).to_be_focused()
    menu.select_option(cues[1])
    ben.get_by_role("button", name="Put it in").click()
    expect(box).to_have_value(cues[1])
    box.fill("the audit begins")
    ben.get_by_role("button", name="Put it in").click()
    expect(box).to_have_value(f"the audit begins\n{cues[1]}")


WATCHED_LOCK = """
window.lock = [];
Object.defineProperty(navigator, "wakeLock", { value: { request: async () => {
  const one = new EventTarget();
  one.release = async () => { window.lock.push("off"); one.dispatchEvent(new Event("release")); };
  window.lock.push("on");
  return one;
} } });
"""


def test_the_screen_stays_on_only_as_long_as_one_is_in_a_session(port: int, chromium: Browser, table: Table) -> None:
    ben = a_page(chromium, port, table, "ben", script=WATCHED_LOCK)
    ben.wait_for_function("() => window.lock.join() === 'on'")
    with tenancy.within(table.people["ana"].organisation_id):
        table.move("ana", "next")
    expect(ben.get_by_role("heading", name="Our question")).to_be_visible(timeout=5000)
    assert ben.evaluate("window.lock.join()") == "on", "once is enough"
    table.tell("ana", "end")
    ben.wait_for_function("() => window.lock.join() === 'on,off'")


def leave(table: Table, seconds: float) -> None:
    """So much is left of the step, and of its last part, from now on."""
    with tenancy.within(table.people["ana"].organisation_id):
        room, state = table.room, table.room.state
        assert state is not None
        ends = datetime.now(UTC) + timedelta(seconds=seconds)
        room.keep(replace(state, step_ends_at=ends, part_ends_at=ends))


def test_times_are_announced_when_they_come_and_not_to_somebody_who_opens_the_page_later(
    port: int, chromium: Browser, table: Table
) -> None:
    with tenancy.within(table.people["ana"].organisation_id):
        table.go_to("ask")
    says = {}
    for left in (242, 200, 62, 30):
        leave(table, left)
        ben = a_page(chromium, port, table, "ben")
        ben.wait_for_timeout(3500)
        says[left] = ben.locator("#says").inner_text()
        ben.context.close()
    assert says == {242: "Half of the time is left.", 200: "", 62: "One minute left.", 30: ""}


def test_a_host_rehearses_alone_and_the_practice_members_play(port: int, chromium: Browser, table: Table) -> None:
    ana = a_page(chromium, port, table, "ana")
    ana.goto(f"http://localhost:{port}/sessions/{_reconvene(table)}/host-card/")
    ana.get_by_role("button", name="Rehearse").click()
    expect(ana.get_by_text("Rehearsal, ten times as fast.")).to_be_visible()
    ana.get_by_role("button", name="Begin the session").click()
    expect(ana.get_by_role("heading", name="Arrive again")).to_be_visible()
    with ana.expect_response(lambda answer: answer.url.endswith("/rehearsal/")) as played:
        ana.get_by_role("button", name="I agree").click()
    assert played.value.status == 204
    assert Axe().run(ana).response["violations"] == []
    ana.get_by_role("button", name="End the rehearsal").click()
    expect(ana.get_by_role("heading", name="Host card")).to_be_visible()
    expect(ana.get_by_text("The rehearsal is gone.")).to_be_visible()


def test_what_a_session_has_still_to_send_survives_a_rehearsal_on_the_same_phone(port: int, chromium: Browser, table: Table) -> None:
    with tenancy.within(table.people["ana"].organisation_id):
        table.go_to("ideas")
    ben = a_page(chromium, port, table, "ben")
    ben.route("**/ideas/", lambda way: way.abort())
    ben.get_by_label("First idea").fill("Three lines at hand-over")
    expect(ben.get_by_text("Saved on this phone, sending…")).to_be_visible(timeout=8000)
    ben.goto(f"http://localhost:{port}/sessions/{_reconvene(table)}/host-card/")
    ben.get_by_role("button", name="Rehearse").click()
    expect(ben.get_by_text("Rehearsal, ten times as fast.")).to_be_visible()
    screen = ben.context.new_page()
    screen.goto(f"{ben.url}table/")
    expect(screen.get_by_text("Rehearsal, ten times as fast")).to_be_visible()
    screen.wait_for_timeout(500)
    ben.get_by_role("button", name="End the rehearsal").click()
    expect(ben.get_by_role("heading", name="Host card")).to_be_visible()
    ben.unroute("**/ideas/")
    with ben.expect_response("**/ideas/") as sent:
        ben.goto(f"http://localhost:{port}/rooms/{table.session.id}/")
    assert sent.value.json()["saved"]
    expect(ben.get_by_label("First idea")).to_have_value("Three lines at hand-over")
    with tenancy.within(table.people["ana"].organisation_id):
        assert [idea.text for idea in Idea.objects.all()] == ["Three lines at hand-over"]


def _reconvene(table: Table) -> UUID:
    """The group's other session, which is still ahead."""
    with tenancy.within(table.people["ana"].organisation_id):
        return Session.objects.get(cycle=table.session.cycle, kind="reconvene").id


def test_a_score_is_given_by_sliding_a_finger_along_the_row_and_by_keys(port: int, chromium: Browser, table: Table) -> None:
    with tenancy.within(table.group.organisation_id):
        table.go_to("ideas")
        table.tell("ben", "ideas", **{table.boxes("ben", "idea")[0]: "Name the outcome"})
        table.go_to("score")
    ben = a_page(chromium, port, table, "ben")
    helps, could = (ben.get_by_role("group", name=name) for name in ("Could help in my situation", "I could do it within four weeks"))
    start, end = (helps.get_by_text(value, exact=True).bounding_box() for value in ("0", "4"))
    assert start is not None and end is not None
    finger = ben.context.new_cdp_session(ben)
    steps = [start["x"] + 5 + (end["x"] - start["x"]) * share / 8 for share in range(9)]
    height = start["y"] + start["height"] / 2
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": steps[0], "y": height}]})
    for x in steps[1:]:
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": height}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(helps.get_by_role("radio", name="4 of 5")).to_be_checked()
    could.get_by_role("radio", name="0 of 5").focus()
    ben.keyboard.press("Space")
    ben.keyboard.press("ArrowRight")
    expect(could.get_by_role("radio", name="1 of 5")).to_be_checked()
    expect(ben.locator("#live")).to_have_attribute("data-state", "saved")
    for _ in range(50):  # the last choice waits for a moment before it is sent
        if scores_of(table, "ben") == [(4, 1)]:
            return
        ben.wait_for_timeout(100)
    assert scores_of(table, "ben") == [(4, 1)]


def scores_of(table: Table, who: str) -> list[tuple[int | None, int | None]]:
    with tenancy.within(table.group.organisation_id):
        return list(Score.objects.filter(person=table.people[who]).values_list("help", "do"))
