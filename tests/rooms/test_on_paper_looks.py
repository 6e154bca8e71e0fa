"""What is typed in after a session on paper, in a browser: axe finds nothing, and with its script the page keeps and shows what was typed."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from reconvene.base import tenancy
from reconvene.rooms.actions import on_paper
from reconvene.rooms.models import Idea
from reconvene.scheduling.models import Session
from tests import world
from tests.browser.looks import faults
from tests.rooms.paper import LESSON
from tests.rooms.play import Table, a_table
from tests.rooms.test_browser import a_page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nowhere, pytest.mark.browser]


def ended_just_now(table: Table) -> Table:
    table.session.starts_at = datetime.now(UTC) - timedelta(hours=2)
    table.session.save()
    table.now = datetime.now(UTC)
    return table


def meet(table: Table, *there: str) -> Table:
    people = [table.people[name].id for name in there or table.people]
    on_paper.meet_on_paper(table.session, by=table.people["ana"], there=people, now=table.now)
    return table


@pytest.fixture
def table() -> Iterator[Table]:
    """Three who met two hours ago, and of whose session nobody has told yet."""
    organisation = world.make_organisation()
    with tenancy.within(organisation.id):
        made = ended_just_now(a_table("ana", "ben", "cho"))
    yield made


def form(table: Table) -> tuple[Table, str]:
    """Who was there."""
    return table, f"../../sessions/{table.session.id}/on-paper/"


def begun(table: Table) -> tuple[Table, str]:
    """Somebody has begun it in the room."""
    table.session.starts_at = datetime.now(UTC)
    table.session.save()
    table.begin()
    return form(table)


def nothing_yet(table: Table) -> tuple[Table, str]:
    return meet(table), ""


def ideas(table: Table) -> tuple[Table, str]:
    meet(table)
    table.tell("ana", "ideas", **{table.boxes("ana", "idea")[0]: "Three lines at hand-over: what, by when, how I will look at it"})
    table.tell("ben", "ideas", **{table.boxes("ben", "idea")[0]: "Ask for the first bad version on purpose"})
    table.tell("ben", "table-lines", client_id=uuid4(), text="Agree on who may decide what before the work begins")
    table.tell("ana", "table-lines", client_id=uuid4(), text="Look in on day two, not on day ten")
    return table, ""


def forgotten(table: Table) -> tuple[Table, str]:
    return meet(table, "ben", "cho"), ""


def lessons(table: Table) -> tuple[Table, str]:
    Session.objects.filter(id=table.session.id).update(ended_at=table.now)
    second = meet(ended_just_now(Table(table.group, "reconvene")))
    box = second.boxes("ben", "when")[0].removeprefix("when")
    second.tell("ben", "lessons", **{f"{name}{box}": text for name, text in LESSON.items()})
    second.tell("ben", "table-lines", client_id=uuid4(), **{**LESSON, "doing": "showing a draft on day two"})
    second.tell("cho", "finishing")
    return second, ""


def at_one_laptop(table: Table) -> tuple[Table, str]:
    table.session.starts_at = datetime.now(UTC)
    table.session.save()
    table.enter("ana")
    table.tell("ana", "begin")
    table.go_to("close")
    table.tell("ana", "end")
    return table, ""


STATES: list[Callable[[Table], tuple[Table, str]]] = [form, begun, nothing_yet, ideas, forgotten, lessons, at_one_laptop]


@pytest.mark.parametrize("reach", STATES, ids=lambda reach: reach.__name__)
def test_what_is_typed_in_afterwards_can_be_read_and_used(
    port: int, chromium: Browser, table: Table, reach: Callable[[Table], tuple[Table, str]]
) -> None:
    with tenancy.within(table.people["ana"].organisation_id):
        shown, path = reach(table)
    for who in ("ana", "ben"):
        page = a_page(chromium, port, shown, who, path)
        page.emulate_media(reduced_motion="reduce")
        open_all(page)
        assert faults(page) == []
        page.context.close()


def open_all(page: Page) -> None:
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")


def opened(port: int, chromium: Browser, table: Table, who: str) -> Page:
    page = a_page(chromium, port, table, who)
    open_all(page)
    return page


def met_all(table: Table) -> UUID:
    """All of them met; their organisation."""
    organisation = table.people["ana"].organisation_id
    with tenancy.within(organisation):
        meet(table)
    return organisation


def test_what_is_typed_in_shows_at_once_and_a_line_from_the_table_is_claimed(port: int, chromium: Browser, table: Table) -> None:
    organisation = met_all(table)
    ana = opened(port, chromium, table, "ana")
    ana.get_by_label("First idea").fill("Three lines at hand-over")
    ana.get_by_role("button", name="Keep my ideas").click()
    expect(ana.locator("li.idea", has_text="Three lines")).to_contain_text("Yours")
    open_all(ana)
    ana.get_by_label("One idea from the table").fill("Look in on day two")
    ana.get_by_role("button", name="Put it on the table").click()
    expect(ana.locator("li.idea", has_text="day two")).to_contain_text("typed in by you")
    expect(ana.get_by_label("One idea from the table")).to_have_value("")

    ben = a_page(chromium, port, table, "ben")
    ben.get_by_role("button", name="This is mine").click()
    expect(ben.locator("li.idea", has_text="day two")).to_contain_text("Yours")
    with tenancy.within(organisation):
        assert Idea.objects.get(text="Look in on day two").author == table.people["ben"]
        assert Idea.objects.count() == 2


def test_what_is_typed_in_without_a_network_is_kept_and_sent_once(port: int, chromium: Browser, table: Table) -> None:
    organisation = met_all(table)
    ben = opened(port, chromium, table, "ben")
    ben.context.set_offline(True)
    ben.get_by_label("First idea").fill("Written on the train")
    ben.get_by_role("button", name="Keep my ideas").click()
    expect(ben.locator("#live")).to_contain_text("sending", timeout=10_000)
    ben.context.set_offline(False)
    expect(ben.locator("li.idea", has_text="on the train")).to_be_visible(timeout=15_000)
    with tenancy.within(organisation):
        assert Idea.objects.get().author == table.people["ben"]
