"""A session that was held on paper: who says so, what follows, and how a mistake is mended."""

import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reconvene.base import tenancy
from reconvene.groups.models import Cycle, Membership
from reconvene.notices.models import Notice
from reconvene.practice.models import Buddy, Plan
from reconvene.rooms.actions import entering, on_paper
from reconvene.rooms.actions.turning import NotNow, locked
from reconvene.rooms.measures import attended
from reconvene.rooms.models import Idea, Presence, Room, RoomEvent
from reconvene.rooms.state import NotPresent
from reconvene.scheduling.models import Session
from reconvene.surveys.models import Response
from tests import world
from tests.rooms.paper import SAID, met, own_box, tell, typed_for_table, visit, words
from tests.rooms.play import Table, a_table

pytestmark = pytest.mark.django_db


def test_from_its_start_on_a_session_can_be_counted_as_held_on_paper() -> None:
    table = a_table("ana", "ben", "cho")
    table.later(minutes=-1)
    for page in ("session", "room"):
        assert "We met on paper" not in visit(table, table.browsers["ben"], page).content.decode()
    early = tell(table, "ben")
    assert early.status_code == 409 and "still ahead" in early.content.decode()
    assert not Room.objects.exists()

    table.later(minutes=1)
    for page in ("session", "room"):
        assert "We met on paper" in visit(table, table.browsers["ben"], page).content.decode()
    form = visit(table, table.browsers["ben"], "on-paper").content.decode()
    assert len(re.findall(r'name="there" value="[^"]+" checked', form)) == 3
    assert not Room.objects.exists(), "looking changes nothing"


def test_what_follows_is_what_follows_from_any_session() -> None:
    table = a_table("ana", "ben", "cho", "dan")
    table.later(days=1)
    assert tell(table, "ben", "ana", "ben", "cho").status_code == 302

    session = Session.objects.get(id=table.session.id)
    assert (session.started_at, session.ended_at) == (session.starts_at, session.ends_at)
    there = {table.people[name].id for name in ("ana", "ben", "cho")}
    assert set(Presence.objects.exclude(admitted_at=None).values_list("person_id", flat=True)) == there
    assert {one.person_id for one in Notice.objects.filter(kind="session_closed")} == there
    assert Notice.objects.filter(kind="check_in", subject_id=session.cycle_id).count() == 4, "the four weeks are everybody's"
    assert {one.person_id for one in Buddy.objects.all()} == there
    assert {m.person.first_name: m.times_hosted for m in Membership.objects.all()} == {"Ana": 1, "Ben": 0, "Cho": 0, "Dan": 0}
    shares = attended(table.group.organisation_id, table.now + timedelta(days=1))
    assert (shares.yes, shares.of) == (3, 4)
    assert Cycle.objects.get().closed_at is None
    page = words(table, "dan")
    assert "Your group met on paper" in page and "Who was there: Ana, Ben, Cho<" in page
    assert list(Room.objects.attended_by(table.people["cho"])) == [table.room]


def test_whoever_hosts_is_counted_or_whoever_tells_when_the_host_was_away() -> None:
    table = a_table("ana", "ben", "cho")
    tell(table, "cho", "ben", "cho")
    assert {m.person.first_name: m.times_hosted for m in Membership.objects.all()} == {"Ana": 0, "Ben": 0, "Cho": 1}


def test_a_session_that_is_told_of_before_its_time_was_up_ended_when_it_was_told() -> None:
    table = a_table("ana", "ben", "cho")
    table.later(minutes=40)
    tell(table, "ana")
    assert Session.objects.get(id=table.session.id).ended_at == table.now


def test_one_alone_is_no_session_and_the_ticks_stay_as_they_were() -> None:
    table = a_table("ana", "ben", "cho")
    answer = tell(table, "ana", "ben")
    page = answer.content.decode()
    assert answer.status_code == 422 and "Tick at least two people" in page
    assert re.findall(r'name="there" value="([^"]+)" checked', page) == [str(table.people["ben"].id)]
    none = visit(table, table.browsers["ana"], "on-paper", post={})
    assert none.status_code == 422 and " checked" not in none.content.decode()
    assert not Room.objects.exists()
    with pytest.raises(NotPresent):
        on_paper.meet_on_paper(table.session, by=table.people["ana"], there=[table.people["ana"].id, uuid.uuid4()], now=table.now)


def test_told_twice_the_first_counts_and_nothing_comes_twice() -> None:
    table = met()
    before = (Notice.objects.count(), RoomEvent.objects.count(), table.room.on_paper_by)
    table.later(minutes=5)
    again = tell(table, "ben", "ben", "cho")
    assert again.status_code == 302 and again["Location"] == reverse("room", args=[table.session.id])
    on_paper.meet_on_paper(table.session, by=table.people["cho"], there=[p.id for p in table.people.values()], now=table.now)
    assert (Notice.objects.count(), RoomEvent.objects.count(), table.room.on_paper_by) == before
    assert Presence.objects.count() == 3 and sum(Membership.objects.values_list("times_hosted", flat=True)) == 1
    assert visit(table, table.browsers["ben"], "on-paper")["Location"] == reverse("room", args=[table.session.id])


def test_a_session_that_somebody_has_begun_is_refused_in_words() -> None:
    table = a_table("ana", "ben", "cho")
    table.begin()
    refused = tell(table, "ben")
    assert refused.status_code == 409 and "has begun this session in the room" in refused.content.decode()
    assert table.room.on_paper_at is None and table.room.closed_at is None
    assert "We met on paper" not in visit(table, table.browsers["ben"], "session").content.decode()


def test_who_only_looked_in_at_the_door_is_not_counted_unless_ticked() -> None:
    table = a_table("ana", "ben", "cho")
    table.enter("cho")
    tell(table, "ana", "ana", "ben")
    assert {one.person.first_name for one in Presence.objects.all()} == {"Ana", "Ben"}


@pytest.mark.parametrize("state", ["cancelled_at", "ended_at"])
def test_a_session_that_was_cancelled_or_is_over_cannot_be_told_of(state: str) -> None:
    table = a_table("ana", "ben", "cho")
    Session.objects.filter(id=table.session.id).update(**{state: table.now})
    refused = tell(table, "ana")
    assert refused.status_code == 409 and not Room.objects.exists()
    assert "on-paper" not in visit(table, table.browsers["ana"], "session").content.decode()


def test_for_strangers_and_former_members_there_is_nothing() -> None:
    table = met()
    idea = typed_for_table(table, "ana")
    Membership.objects.filter(person=table.people["cho"]).update(ended_at=table.now)
    for browser in (world.sign_in(world.person("eva")), world.sign_in(world.person("fay")), table.browsers["cho"]):
        for name in ("on-paper", "on-paper-withdrawal"):
            assert visit(table, browser, name, post={"there": []}).status_code == 404
        claim = browser.post(reverse("room-claims", args=[table.session.id, idea.id]))
        assert claim.status_code == 404
    assert Room.objects.count() == 1


def test_the_form_asks_the_same_number_of_questions_for_three_and_for_six() -> None:
    asked = []
    for names in (("ana", "ben", "cho"), ("dan", "eli", "flo", "gil", "sam", "ada")):
        table = Table(world.make_group(*world.people(*names), name=names[0]))
        with CaptureQueriesContext(connection) as queries:
            assert visit(table, table.browsers[names[0]], "on-paper").status_code == 200
        asked.append(len(queries))
    assert asked == [9, 9]


def test_a_mistake_is_mended_by_any_member_and_leaves_nothing() -> None:
    table = met()
    assert "This was a mistake" in words(table, "ben")
    assert visit(table, table.browsers["ben"], "on-paper-withdrawal", post={})["Location"] == reverse("session", args=[table.session.id])
    visit(table, table.browsers["cho"], "on-paper-withdrawal", post={})  # twice
    session = Session.objects.get(id=table.session.id)
    assert session.is_ahead and not Room.objects.exists() and not Presence.objects.exists() and not Buddy.objects.exists()
    assert not Notice.objects.filter(kind__in=["session_closed", "check_in", "plan_copy", "report"]).exists()
    assert set(Membership.objects.values_list("times_hosted", flat=True)) == {0}
    assert not Response.objects.exists()

    tell(table, "cho")
    assert Notice.objects.filter(kind="check_in").count() == 3, "said again, the four weeks begin again"


def typed_idea(table: Table) -> None:
    table.tell("ben", "ideas", **{own_box(table, "ben"): SAID})


def typed_plan(table: Table) -> None:
    Plan.objects.create(
        cycle=table.session.cycle, person=table.people["ben"], if_cue="Monday comes", then_action="I ask", made_at=table.now
    )


def answered(table: Table) -> None:
    table.tell("ben", "survey", **{"item-usable": "8"})


@pytest.mark.parametrize("act", [typed_idea, typed_plan, answered])
def test_once_somebody_has_typed_something_in_it_stays(act: Callable[[Table], None]) -> None:
    table = met()
    act(table)
    assert "This was a mistake" not in words(table, "cho")
    visit(table, table.browsers["cho"], "on-paper-withdrawal", post={})
    assert Session.objects.get(id=table.session.id).ended_at and Room.objects.exists()
    assert "Somebody has typed something in" in words(table, "cho")


# --- two at once, with connections of their own


@pytest.fixture
def at_once() -> Iterator[tuple[Table, uuid.UUID]]:
    organisation = world.make_organisation()
    with tenancy.within(organisation.id):
        table = a_table("ana", "ben", "cho")
    yield table, organisation.id


def both(organisation: uuid.UUID, *acts: Callable[[], Any]) -> list[Any]:
    """What came of acts that begin at the same moment, each in a transaction of its own: what they returned, or the refusal."""
    start, results = threading.Barrier(len(acts)), {}

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            with tenancy.within(organisation):
                start.wait()
                results[number] = act()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return [results.get(number) for number in range(len(acts))]


@pytest.mark.django_db(transaction=True)
@pytest.mark.nowhere
def test_two_who_tell_at_once_make_one_session(at_once: tuple[Table, uuid.UUID]) -> None:
    table, organisation = at_once
    everybody = [person.id for person in table.people.values()]

    def say(who: str) -> Callable[[], Any]:
        return lambda: on_paper.meet_on_paper(table.session, by=table.people[who], there=everybody, now=table.now)

    made = both(organisation, *(say(who) for who in table.people))
    with tenancy.within(organisation):
        assert {getattr(one, "id", one) for one in made} == {Room.objects.get().id}
        assert Notice.objects.filter(kind="session_closed").count() == 3
        assert sum(Membership.objects.values_list("times_hosted", flat=True)) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.nowhere
def test_who_comes_in_while_the_session_begins_waits_for_nothing_that_waits_for_them(at_once: tuple[Table, uuid.UUID]) -> None:
    table, organisation = at_once
    ana, has_locked = table.people["ana"], threading.Event()
    with tenancy.within(organisation):
        room = entering.enter(table.session, person=ana, now=table.now)

    def begin() -> None:
        with transaction.atomic():
            mine = locked(room)
            has_locked.set()
            time.sleep(0.3)  # so that the other is at its lock by now
            mine.session.start(now=table.now)

    def come_in() -> None:
        has_locked.wait(10)
        entering.enter(table.session, person=table.people["ben"], now=table.now)

    assert both(organisation, begin, come_in) == [None, None]


@pytest.mark.django_db(transaction=True)
@pytest.mark.nowhere
def test_who_begins_and_who_tells_at_once_never_both_succeed(at_once: tuple[Table, uuid.UUID]) -> None:
    table, organisation = at_once
    ana, everybody = table.people["ana"], [person.id for person in table.people.values()]
    with tenancy.within(organisation):
        room = entering.enter(table.session, person=ana, now=table.now)

    def begin(now: datetime) -> Any:
        return entering.begin(room, by=ana, now=now)

    made = both(
        organisation,
        lambda: begin(table.now),
        lambda: on_paper.meet_on_paper(table.session, by=table.people["ben"], there=everybody, now=table.now),
    )
    with tenancy.within(organisation):
        room = Room.objects.get()
        if room.on_paper_at is None:
            assert isinstance(made[1], NotNow) and room.closed_at is None
        else:
            assert room.closed_at is not None and not isinstance(made[0], Exception)
        assert Room.objects.count() == 1


def test_a_round_each_on_paper_asks_for_plans_and_for_no_ideas() -> None:
    table = a_table("ana", "ben", "cho")
    table.later(minutes=95)
    there = [str(person.id) for person in table.people.values()]
    assert visit(table, table.browsers["ana"], "on-paper", post={"there": there, "mode": "trio"}).status_code == 302
    assert table.room.state.mode == "trio"
    page = words(table, "ben")
    assert "Type in my plan" in page and "A few questions about the session" in page and "My own ideas" not in page
    assert table.post("ben", "ideas", **{f"idea-{uuid.uuid4()}": "Ask"}).status_code == 200 and not Idea.objects.exists()


def test_nobody_says_that_five_held_a_round_each() -> None:
    table = a_table("ana", "ben", "cho", "dan", "eli")
    table.later(minutes=95)
    there = [str(person.id) for person in table.people.values()]
    wrong = visit(table, table.browsers["ana"], "on-paper", post={"there": there, "mode": "trio"})
    assert wrong.status_code == 422 and "is for 4 people at most" in wrong.content.decode() and not Room.objects.exists()
    assert visit(table, table.browsers["ana"], "on-paper", post={"there": there, "mode": "case"}).status_code == 302
