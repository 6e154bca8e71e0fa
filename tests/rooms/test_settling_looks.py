"""The reconvene's own steps in a browser: nothing for axe to find in the evidence, the choice of a strategy, settling and consent."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser

from reconvene.base import tenancy
from reconvene.playbook.actions import publish
from reconvene.playbook.rules import StrategyDraft
from reconvene.rooms.models import Lesson, Mark
from tests import world
from tests.browser.looks import faults
from tests.rooms.play import Table, a_table
from tests.rooms.test_browser import a_page
from tests.world import MONDAY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nowhere, pytest.mark.browser]

LESSONS = {
    "ana": ("a task is new to the person", "asking for a first version after one hour", "fewer rewrites", "misunderstandings showed early"),
    "ben": ("Cho is on leave", "sending three lines at hand-over", "12,500 euros saved since March", "the controller in Madrid said so"),
    "cho": ("the team is full", "dropping one standing task first", "calmer weeks", ""),
}
SCORES = {"ana": (5, 4, 0), "ben": (4, 4, 5), "cho": (4, 4, 3), "dan": (4, 4, 0)}


def reconvened() -> Table:
    """Four whose reconvene is on now, at the questions; a strategy lay on their table, and three showed what they did."""
    strategy, _keys = publish(
        StrategyDraft(world.topic().id, situation="s", doing="ask for a first version", tried=4), authors=4, now=MONDAY
    )
    first = a_table()
    first.begin()
    Mark.objects.create(room=first.room, person=first.people["ana"], card_key=str(strategy.id), mark="would")
    first.tell("ana", "end")
    table = Table(first.group, "reconvene")
    table.now = table.session.starts_at = datetime.now(UTC)
    table.session.save()
    table.begin()
    table.go_to("turns")
    for who, plan, happened, times in (
        ("ana", "Ask for a first version after an hour", "Two of three drafts came back whole", "few"),
        ("ben", "Ask for a first version after an hour", "One, and it needed no second round", "once"),
        ("cho", "Drop a standing task before a new one", "The week was full before I could", "never"),
    ):
        table.tell(who, "report", planned=plan, did="", happened=happened, times=times, weeks=[] if times == "never" else [1, 3])
    table.go_to("ask")
    return table


def ask(table: Table) -> None:
    """The evidence."""


def readout(table: Table) -> None:
    world.person("gus", job_title="Controller")
    table.go_to("lessons")
    for who, (when, doing, led_to, because) in LESSONS.items():
        box = table.boxes(who, "doing")[0].removeprefix("doing-")
        lesson = {f"when-{box}": when, f"doing-{box}": doing, f"led_to-{box}": led_to, f"because-{box}": because}
        table.tell(who, "lessons", **lesson)
    table.go_to("readout")
    strategy = Mark.objects.get().card_key
    mine = Lesson.objects.get(author=table.people["ana"])
    table.tell("ana", "basis", mine.id, basis=f"improves:{strategy}")


def settle(table: Table) -> None:
    readout(table)
    table.go_to("score")
    by_author = {lesson.author.first_name.lower(): lesson for lesson in Lesson.objects.select_related("author")}
    for who, given in SCORES.items():
        scores = {f"help-{by_author[author].id}": value for author, value in zip(LESSONS, given, strict=True)}
        evidence = {f"evidence-{lesson.id}": "tried" if who == author else "believed" for author, lesson in by_author.items()}
        table.tell(who, "scores", **scores, **evidence)
    table.go_to("settle")
    for who, verdict in zip(LESSONS, ("keep", "keep", "disagree"), strict=True):
        table.tell("ana", "settling", by_author[who].id, verdict=verdict)


def choices(table: Table) -> None:
    settle(table)
    table.go_to("choices")


def closed(table: Table) -> None:
    choices(table)
    for who in table.people:
        for lesson in Lesson.objects.exclude(settled_at=None):
            table.tell(who, "consent", lesson.id, version=lesson.version, agrees="yes")
        table.tell(who, "vote", outcome="again")
    table.tell(table.host, "end")


STATES: list[Callable[[Table], None]] = [ask, readout, settle, choices, closed]


@pytest.fixture
def table() -> Iterator[Table]:
    organisation = world.make_organisation()
    with tenancy.within(organisation.id):
        made = reconvened()
    yield made


@pytest.mark.parametrize("reach", STATES)
def test_every_state_of_settling_can_be_read_and_used(port: int, chromium: Browser, table: Table, reach: Callable[[Table], None]) -> None:
    with tenancy.within(table.people["ana"].organisation_id):
        reach(table)
    paths = {ask: ("", "table/"), closed: ("", f"../../groups/{table.group.id}/")}.get(reach, ("",))
    for path in paths:
        page = a_page(chromium, port, table, "ana", path)
        page.emulate_media(reduced_motion="reduce")  # colours change at once, so that contrast is measured where it stays
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        assert faults(page) == [], (reach.__name__, path)
        page.context.close()
