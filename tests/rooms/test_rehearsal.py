"""A host rehearses alone: five practice members play the whole session, ten times as fast, and nothing of it is left or known."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from reconvene.base import jobs, tenancy
from reconvene.base.models import Owned
from reconvene.base.rehearsal import KEY
from reconvene.guides.authoring.arrangement import Placed, arrange
from reconvene.notices.models import Notice
from reconvene.people.models import Organisation, Person
from reconvene.rooms.actions import rehearsal
from reconvene.rooms.jobs import throw_away_rehearsals
from reconvene.rooms.models import Idea, Room
from reconvene.rooms.offers import boxes
from reconvene.rooms.queries import stage
from reconvene.scheduling.models import Session
from tests import world
from tests.faults.hall import IS_FULL
from tests.rooms.play import Table, a_table, offered

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


class Rehearsed:
    """A host's browser in a rehearsal; real time is moved by the test, a tenth of what passes in the room."""

    def __init__(self, table: Table, kind: str = "first") -> None:
        self.table, self.now = table, table.now
        self.real = Session.objects.get(cycle__group=table.group, kind=kind)
        self.browser: Client = table.browsers["ana"]
        answer = self.post(reverse("rehearse", args=[self.real.id]))
        self.room = answer.headers["Location"]

    def get(self, path: str) -> Any:
        with time_machine.travel(self.now, tick=False):
            return self.browser.get(path)

    def post(self, path: str, **data: str) -> Any:
        with time_machine.travel(self.now, tick=False):
            return self.browser.post(path, data)

    def play(self, seconds: float = 2) -> None:
        """Real seconds pass, then the page lets the practice members play."""
        self.now += seconds * SECOND
        assert self.post(f"{self.room}rehearsal/").status_code == 204

    @property
    def kept(self) -> dict[str, str] | None:
        """What the browser's session holds of it."""
        with time_machine.travel(self.now, tick=False):
            return self.browser.session.get(KEY)

    @property
    def organisation(self) -> uuid.UUID:
        assert self.kept
        return uuid.UUID(self.kept["organisation"])

    def stored(self) -> Room:
        with tenancy.within(self.organisation):
            return Room.objects.select_related("session__cycle__topic", "session__cycle__group", "session__host", "organisation").get()


@pytest.fixture
def table() -> Table:
    return a_table()


@pytest.fixture
def rehearsed(table: Table) -> Rehearsed:
    return Rehearsed(table)


def rows_of(organisation: uuid.UUID) -> dict[str, int]:
    """Model -> rows of an organisation, without those that have none."""
    with tenancy.within(organisation):
        counts = {model._meta.label: model._default_manager.count() for model in apps.get_models() if issubclass(model, Owned)}
        counts["people.Organisation"] = Organisation.objects.count()
    return {label: count for label, count in counts.items() if count}


def test_the_host_stands_in_a_room_with_five_practice_members_and_none_of_the_groups_words(rehearsed: Rehearsed) -> None:
    page = rehearsed.get(rehearsed.room).content.decode()

    assert "Rehearsal, ten times as fast." in page
    assert page.count("in the room</span>") == 6
    assert "Robin Practice" in page
    assert "Begin the session" in page
    for name in ("Ben", "Cho", "Dan", "How can we hand over work?"):
        assert name not in page
    room = rehearsed.stored()
    assert room.session_id != rehearsed.real.id


def test_its_topic_is_called_as_at_home(table: Table) -> None:
    with tenancy.within(table.group.organisation_id):
        arrange(world.person("fay"), placed={table.group.topic.slug: Placed(False, None, "Handing work on")}, now=table.now)
    rehearsed = Rehearsed(table)

    assert "Handing work on" in rehearsed.get(f"{rehearsed.room}table/").content.decode()


def test_phone_and_shared_screen_say_that_it_is_a_rehearsal_and_offer_no_way_in(rehearsed: Rehearsed) -> None:
    code = rehearsed.stored().code
    for path in ("", "table/"):
        page = rehearsed.get(f"{rehearsed.room}{path}").content.decode()
        assert "Rehearsal, ten times as fast" in page
        assert "data-rehearsal" in page  # the page keeps what is typed apart from what a real session has still to send
        assert code not in page


@pytest.mark.parametrize(
    ("kind", "steps"),
    [("first", {"turns", "causes", "cards", "ideas", "score", "plan", "close"}), ("reconvene", {"lessons"})][: 2 if IS_FULL else 1],
)
def test_the_whole_session_plays_by_itself_and_is_told_to_nobody(table: Table, kind: str, steps: set[str]) -> None:
    """In nine minutes; practice members see what their pages show; the real session, its people and its counts stay as they were."""
    rehearsed, home, seen = Rehearsed(table, kind), table.group.organisation_id, set()
    before = rows_of(home)
    rehearsed.post(f"{rehearsed.room}begin/")
    began = rehearsed.now
    while not (room := rehearsed.stored()).closed_at:
        step = looked(room, rehearsed, since=began)
        seen.add(step)
        rehearsed.play(3 if step == "ideas" else 15)  # fine enough for every practice member to be heard before the time for ideas is up
        assert rehearsed.now - began < timedelta(minutes=13)
    assert rehearsed.now - began > timedelta(minutes=8)
    assert seen >= steps

    page = rehearsed.get(rehearsed.room).content.decode()
    assert "That was the whole session." in page
    assert "To my four weeks" not in page
    with tenancy.within(rehearsed.organisation):
        assert Idea.objects.count() >= (5 if kind == "first" else 0)
    with time_machine.travel(rehearsed.now + timedelta(days=1), tick=False):
        jobs.tick()
    with tenancy.within(rehearsed.organisation):
        assert not Notice.objects.exclude(sent_at=None).exists()
    after = rows_of(home)
    counted = set(before) | set(after) - {"notices.Notice"}  # the tick lays out the group's own reminders
    assert {label: after.get(label) for label in counted} == {label: before.get(label) for label in counted}
    rehearsed.real.refresh_from_db()
    assert rehearsed.real.started_at is None


def looked(room: Room, rehearsed: Rehearsed, *, since: datetime) -> str:
    """Hold what a practice member makes of its stage against the page itself; the kind of step it is in."""
    with tenancy.within(rehearsed.organisation):
        robin = Person.objects.get(name="Robin Practice")
        own = stage(room, viewer=robin, now=since + 10 * (rehearsed.now - since))
        if own.step is None:
            return own.name
        page, found = offered(render_to_string("rooms/stage.html", {"stage": own, "user": robin})), boxes(own)
        assert {name: set(page[name]) for name in found} == {name: set(values) for name, values in found.items()}
        return own.step.kind


def test_ending_leaves_no_row_and_leads_back(rehearsed: Rehearsed, table: Table) -> None:
    sandbox = rehearsed.organisation
    rehearsed.post(f"{rehearsed.room}begin/")
    for _ in range(8):
        rehearsed.play(15)
    before = rows_of(sandbox)
    assert before["people.Person"] == 6

    answer = rehearsed.post(f"{rehearsed.room}rehearsal/end/")

    assert answer.headers["Location"] == f"{reverse('host-card', args=[rehearsed.real.id])}?rehearsal=gone"
    assert rows_of(sandbox) == {}
    for _ in range(2):  # the room's own question follows there too, and must not use up what the person is told
        assert "The rehearsal is gone." in rehearsed.get(answer.headers["Location"]).content.decode()
    assert "The rehearsal is gone." not in rehearsed.get(reverse("host-card", args=[rehearsed.real.id])).content.decode()
    for late in ("", "stage/", "table/"):  # asked for while it ended, or in another tab
        assert rehearsed.get(f"{rehearsed.room}{late}").headers["Location"] == answer.headers["Location"]


def test_elsewhere_the_browser_stays_who_it_is(rehearsed: Rehearsed, table: Table) -> None:
    assert "Ana Example" in rehearsed.get(reverse("account")).content.decode()
    assert rehearsed.get(reverse("session", args=[rehearsed.real.id])).status_code == 200
    assert rehearsed.get(reverse("session", args=[rehearsed.stored().session_id])).status_code == 404


def test_nobody_else_comes_in(rehearsed: Rehearsed, table: Table) -> None:
    room, code = rehearsed.room, rehearsed.stored().code
    for browser in (table.browsers["ben"], world.sign_in(world.person("gil"))):
        with time_machine.travel(rehearsed.now, tick=False):
            assert browser.get(room).status_code == 404
            assert browser.post(f"{room}rehearsal/").status_code == 404
            assert browser.post(f"{room}rehearsal/end/").status_code == 404
            assert browser.get(reverse("room-join-code", args=[code])).status_code == 404
    with time_machine.travel(rehearsed.now, tick=False):
        assert Client().get(room).status_code == 302
        assert Client().get(reverse("room-join-code", args=[code])).status_code == 404


def test_somebody_elses_session_cannot_be_rehearsed(table: Table) -> None:
    stranger = world.sign_in(world.person("gil"))

    assert stranger.post(reverse("rehearse", args=[table.session.id])).status_code == 404
    assert tenancy.every_rehearsal() == []


def test_a_second_rehearsal_throws_the_first_away(rehearsed: Rehearsed) -> None:
    first = rehearsed.organisation
    rehearsed.post(reverse("rehearse", args=[rehearsed.real.id]))

    assert rows_of(first) == {}
    assert tenancy.every_rehearsal() == [rehearsed.organisation]


def test_dispatchers_leave_it_out_and_the_broom_takes_only_the_old(rehearsed: Rehearsed, table: Table) -> None:
    sandbox = rehearsed.organisation
    assert sandbox not in tenancy.every_organisation()
    for hours, left in ((1.9, [sandbox]), (2.1, [])):
        with time_machine.travel(table.now + timedelta(hours=hours), tick=False):
            throw_away_rehearsals(timestamp=0)
        assert tenancy.every_rehearsal() == left
    assert table.group.organisation_id in tenancy.every_organisation()

    answer = rehearsed.get(rehearsed.room)  # the page that is still open somewhere

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{reverse('host-card', args=[rehearsed.real.id])}?rehearsal=gone"


def test_only_a_rehearsal_can_be_thrown_away(table: Table) -> None:
    with pytest.raises(ValueError, match="Only a rehearsal"):
        rehearsal.throw_away(table.group.organisation_id)


def test_nobody_can_sign_in_as_a_practice_member(rehearsed: Rehearsed) -> None:
    with tenancy.within(rehearsed.organisation):
        assert [person.email for person in Person.objects.all()] == [None] * 6
