"""The steps that not every session has, looked at by axe: a case, a round each, a late group, two ideas that say the same."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser

from reconvene.base import tenancy
from reconvene.rooms.models import Idea
from tests import world
from tests.browser.looks import faults
from tests.rooms.play import Table, a_table
from tests.rooms.test_browser import a_page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nowhere, pytest.mark.browser]


@pytest.fixture
def table() -> Iterator[Table]:
    """Three at the table, before the host begins."""
    organisation = world.make_organisation()
    with tenancy.within(organisation.id):
        made = a_table("ana", "ben", "cho")
        made.now = made.session.starts_at = datetime.now(UTC)
        made.session.save()
        made.enter()
    yield made


def lobby(table: Table) -> None:
    """Before it begins, with the ways to choose from."""


def whose(table: Table) -> None:
    table.tell("ana", "begin", mode="case")
    table.move("ana", "next")
    table.move("cho", "offer")


def tell(table: Table) -> None:
    whose(table)
    table.tell("ana", "case", person=str(table.people["cho"].id))
    table.move("ana", "next")


def reply(table: Table) -> None:
    tell(table)
    table.go_to("causes")
    table.tell("ben", "causes", text="Nobody decides", whose="theirs")
    table.go_to("reply")


def rounds(table: Table) -> None:
    table.tell("ana", "begin", mode="trio")
    table.move("ana", "next")


def late(table: Table) -> None:
    table.tell("ana", "begin", mode="topic")
    table.go_to("ask")
    room, state = table.room, table.room.state
    assert state is not None
    room.keep(replace(state, ends_at=state.ends_at - timedelta(minutes=66)))
    table.move("ana", "next")


def twins(table: Table) -> None:
    """Ana asked Ben; both have one of their own."""
    table.tell("ana", "begin", mode="topic")
    table.go_to("ideas")
    for who, text in (("ana", "Ask earlier"), ("ben", "Ask before Monday")):
        table.tell(who, "ideas", **{table.boxes(who, "idea")[0]: text})
    table.go_to("ideas", part=2)
    ids = {str(idea.author_id): idea.id for idea in Idea.objects.all()}
    table.tell("ana", "twins", mine=ids[str(table.people["ana"].id)], other=ids[str(table.people["ben"].id)])


STATES: list[Callable[[Table], None]] = [lobby, whose, tell, reply, rounds, late, twins]


@pytest.mark.parametrize("reach", STATES)
def test_what_is_special_to_a_session_can_be_read_and_used(
    port: int, chromium: Browser, table: Table, reach: Callable[[Table], None]
) -> None:
    with tenancy.within(table.people["ana"].organisation_id):
        reach(table)
    for who, path in (("ana", ""), ("ben", ""), ("ben", "table/")):
        page = a_page(chromium, port, table, who, path)
        if reach is late and who == "ana":
            page.get_by_role("button", name="Rather end").wait_for()
        page.emulate_media(reduced_motion="reduce")  # colours change at once, so that contrast is measured where it stays
        assert faults(page) == []
        page.context.close()
