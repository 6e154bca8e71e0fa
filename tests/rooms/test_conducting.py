"""The guest host: what their page shows and never shows, what their taps do, who is told, and how it ends."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from reconvene.base import tenancy
from reconvene.forming.going_on import find_next_dates
from reconvene.groups.actions import close_cycle
from reconvene.groups.models import Group
from reconvene.groups.rules import Outcome
from reconvene.rooms import simulation
from reconvene.rooms.actions import conducting
from reconvene.rooms.conductor import settle_clock
from reconvene.rooms.models import Room
from reconvene.rooms.rules import Move
from reconvene.rooms.state import NotPresent
from reconvene.scheduling.actions import move_session
from reconvene.scheduling.models import Session
from tests import world
from tests.rooms.play import Table, offered
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=30)


def goes_on(name: str, *members: str) -> Group:
    """A group before its second cycle, with dates; the first of them hosts."""
    group = world.make_group(*world.people(*members), name=name)
    following = close_cycle(group.cycles.get(), outcome=Outcome.AGAIN, now=LATER)
    assert following is not None and find_next_dates(following, now=LATER)
    return group


class Two:
    """Wren, which Ana hosts, and Robin, which Gus hosts; both have agreed to swap by their groups' pages."""

    def __init__(self) -> None:
        self.wren, self.robin = goes_on("Wren", "ana", "ben", "cho"), goes_on("Robin", "gus", "hal", "ivy", "joy")
        theirs = Session.objects.get(cycle__group=self.robin, cycle__closed_at=None, kind="first")
        move_session(theirs, local_start=f"{theirs.local:%Y-%m-%d}T14:00", by=world.person("gus"), now=LATER)
        self.table = Table(self.robin)
        self.ana, self.ben = world.sign_in(world.person("ana")), world.sign_in(world.person("ben"))
        with time_machine.travel(LATER, tick=False):
            self.ana.post(reverse("group-offers", args=[self.wren.id]), {"kind": "swap", "other": self.robin.id})
            self.table.browsers["gus"].post(reverse("group-offers", args=[self.robin.id]), {"agrees": "yes"})

    def look(self, **headers: str) -> Any:
        with time_machine.travel(self.table.now, tick=False):
            return self.ana.get(reverse("room-conducting", args=[self.table.session.id]), headers=headers)

    def words(self) -> str:
        return str(self.look().content.decode())

    def tap(self, move: str, *, seen: str | None = None, **more: str) -> Any:
        with time_machine.travel(self.table.now, tick=False):
            seen = self.table.position() if seen is None else seen
            return self.ana.post(reverse("room-conducting-tap", args=[self.table.session.id]), {"move": move, "seen": seen, **more})


@pytest.fixture
def two() -> Two:
    return Two()


def guest(two: Two) -> str:
    session = Session.objects.select_related("guest_host").get(id=two.table.session.id)
    return session.guest_host.first_name if session.guest_host else ""


def test_the_guest_begins_leads_through_all_steps_and_the_host_stays_the_host_in_the_record(two: Two) -> None:
    table = two.table
    table.enter()
    two.tap("begin")
    state = table.room.state
    assert (
        state is not None
        and state.host == str(table.people["gus"].id)
        and str(world.person("ana").id) not in (*state.present, *state.order)
    )

    steps = [state.step]
    for _ in range(60):
        if not (found := re.findall(r'name="move" value="(turn|part|next)"', two.words())):
            break
        before = table.position()
        assert two.tap(found[0]).status_code == 302
        assert table.position() != before
        state = table.room.state
        assert state is not None
        steps.append(state.step)
    assert steps == sorted(steps) and steps[-1] == len(state.steps) - 1
    assert table.room.presences.count() == 4
    table.tell("gus", "end")
    assert "This session is over" in two.words()
    assert two.tap("back").status_code == 404


def test_the_guests_page_holds_no_question_topic_or_word_of_anybody_in_any_step(two: Two) -> None:
    """Two members write into every box there is; the page is looked at before and after, in each part of each step."""
    table = two.table
    secrets = {"elegating", "hand over", "Robin", "half done", "Hal", "Ivy", "Joy"}
    assert_holds_none(two, secrets)
    table.enter()
    assert_holds_none(two, {*secrets, table.room.code})
    two.tap("begin")
    written: list[str] = []
    for _ in range(60):
        written += write_everything(table)
        assert_holds_none(two, {*secrets, table.room.code, *written})
        moves = re.findall(r'name="move" value="(part|next)"', two.words())
        if not moves:
            break
        two.tap(moves[0])
    assert len(written) > 10, written


def assert_holds_none(two: Two, secrets: set[str]) -> None:
    words = re.sub("[A-Za-z0-9]{64}", "", two.words())  # tokens against forgery hold any three letters
    assert [secret for secret in secrets if secret in words] == []


def write_everything(table: Table) -> list[str]:
    """Two members' simulated acts of the moment, as far as they move nothing; the words that were written."""
    words = []
    for who, person in list(table.people.items())[:2]:
        with tenancy.within(table.group.organisation_id):
            stored = table.room.state
        assert stored is not None
        state = settle_clock(stored, table.now)
        for act in simulation.acts(simulation.View(str(person.id), state, offered(table.text(who)), 3)):
            if act.name not in ("move", "begin", "end", "hosts", "leaving"):
                table.post(who, act.name, **act.fields)
                words += [str(text) for name, text in act.fields.items() if len(str(text)) > 12 and name not in ("person", "seen")]
    return words


def test_only_taps_that_need_no_words_are_carried_out_and_each_once(two: Two) -> None:
    table = two.table
    table.enter()
    two.tap("begin")
    was = table.position()
    two.tap("next")
    moved = table.position()
    two.tap("next", seen=was)
    assert (moved != was, table.position()) == (True, moved)

    before = table.room.saved_state
    for move in ("done", "offer", "pass", "take_turn", "end_later", "nothing", ""):
        two.tap(move)
    assert table.room.saved_state == before
    two.tap("pause")
    paused = table.room.state
    assert paused is not None and paused.paused_at == table.now and "left, paused" in two.words()
    table.later(minutes=2)
    two.tap("go_on")
    two.tap("extend")
    two.tap("back")
    state = table.room.state
    assert state is not None and (state.paused_at, state.step, len(state.extended)) == (None, 0, 1)


def test_with_nobody_there_nothing_begins_and_who_came_first_hosts_when_the_host_is_not_in(two: Two) -> None:
    table = two.table
    refused = two.tap("begin", seen="")
    assert (refused.status_code, "Nobody of the group is in the room yet" in refused.content.decode()) == (409, True)
    assert not Room.objects.filter(session=table.session).exists()
    table.enter("ivy")
    table.later(seconds=5)
    table.enter("hal", "joy")
    assert "3 are in the room" in two.words()
    assert two.tap("next").status_code == 409
    two.tap("begin")
    state = table.room.state
    assert state is not None and state.host == str(table.people["ivy"].id)


def test_everybody_in_the_room_reads_who_conducts_and_the_host_may_tap_too(two: Two) -> None:
    table = two.table
    table.enter()
    for moment in ("lobby", "step"):
        for who in table.people:
            assert "Ana Example, who hosts another group, conducts this session" in table.text(who), moment
        assert "conducts this session" in table.text("gus", "room-table-stage")
        if moment == "lobby":
            table.tell("gus", "begin")
    table.move("gus", "next")
    assert guest(two) == "Ana"


@pytest.mark.parametrize("who", ["gus", "joy"])
def test_anybody_ends_it_with_one_tap_and_the_guests_taps_do_nothing_more(two: Two, who: str) -> None:
    table = two.table
    table.enter()
    two.tap("begin")
    counter = table.room.counter
    table.tell(who, "guest-end")
    table.tell(who, "guest-end")

    assert guest(two) == "" and table.room.counter == counter + 1, "the screens look again, once"
    assert "conducts this session" not in table.text("ivy")
    state = table.room.saved_state
    assert (two.look().status_code, two.tap("next").status_code) == (404, 404)
    with pytest.raises(NotPresent):  # as a tap that was on its way when somebody ended it
        conducting.conduct(table.session, guest=world.person("ana"), move=Move.NEXT, seen=table.position(), now=table.now)
    assert table.room.saved_state == state
    followed = two.look(**{"HX-Request": "true"})
    assert (followed.status_code, followed["HX-Redirect"]) == (404, "/")


def test_the_guest_withdraws_with_one_tap_and_conducts_only_the_one_session(two: Two) -> None:
    table = two.table
    other = Session.objects.get(cycle__group=two.wren, cycle__closed_at=None, kind="first")
    assert guest(two) == "Ana" and other.guest_host == world.person("gus")
    with time_machine.travel(table.now, tick=False):
        for client, session in ((two.ben, table.session), (two.ana, other), (table.browsers["hal"], table.session)):
            assert client.get(reverse("room-conducting", args=[session.id])).status_code == 404
            assert client.post(reverse("room-conducting-tap", args=[session.id]), {"move": "begin"}).status_code == 404
        assert two.ben.post(reverse("room-guest-end", args=[table.session.id])).status_code == 404
        for name in ("room", "room-stage", "room-table", "session", "host-card", "paper"):
            assert two.ana.get(reverse(name, args=[table.session.id])).status_code == 404, name
        assert two.ana.post(reverse("room-enter", args=[table.session.id])).status_code == 404
        assert two.ana.get(reverse("group", args=[two.robin.id])).status_code == 404
        assert two.ana.post(reverse("room-guest-end", args=[table.session.id])).headers["Location"] == "/"
    assert guest(two) == ""
    other.refresh_from_db()
    assert other.guest_host == world.person("gus"), "the other group keeps its guest"


def test_the_home_page_leads_to_the_steps_while_the_doors_are_open(two: Two) -> None:
    for before, has_button in ((timedelta(minutes=70), False), (timedelta(minutes=50), True)):
        with time_machine.travel(two.table.session.starts_at - before, tick=False):
            words = two.ana.get("/").content.decode()
            assert ("To the steps" in words) is has_button
            assert "You conduct another group" in words and "Robin" not in words
            assert (
                "The doors open one hour" in two.ana.get(reverse("room-conducting", args=[two.table.session.id])).content.decode()
            ) is not has_button
