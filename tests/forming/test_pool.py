from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reconvene.base import tenancy
from reconvene.challenges.models import Challenge
from reconvene.challenges.rules import Start
from reconvene.forming.actions import accept_seat, form_groups
from reconvene.forming.models import Proposal
from reconvene.forming.pool import seatable, waiting_pool
from reconvene.people.models import KeepApart
from tests import world
from tests.forming.queue import LONG_AGO, propose, seat_of, wait
from tests.world import MONDAY, PEERS

pytestmark = pytest.mark.django_db


def names() -> set[str]:
    """Who is in the pool now."""
    pool = waiting_pool(world.programme(), now=MONDAY)
    return {person.first_name.lower() for person in pool.people.values()} if pool else set()


def test_nobody_waits_in_an_empty_queue() -> None:
    assert waiting_pool(world.programme(), now=MONDAY) is None
    assert form_groups(world.programme(), seed=1, now=MONDAY) == []


def test_everyone_with_an_open_challenge_is_in_the_pool_the_longest_waiting_first() -> None:
    wait("ben")
    wait("ana")
    Challenge.objects.filter(person=world.person("ben")).update(raised_at=MONDAY)
    pool = waiting_pool(world.programme(), now=MONDAY)

    assert pool is not None
    assert [person.first_name for person in pool.people.values()] == ["Ana", "Ben"]
    assert [round(one.waiting_days) for one in pool.instance().candidates] == [3, 0]


def test_who_withdrew_left_or_has_no_address_is_not_in_it() -> None:
    wait(*PEERS)
    wait("gil", withdrawn_at=MONDAY)
    world.person("ana").leave(now=MONDAY)
    ben = world.person("ben")
    ben.email = None
    ben.save()

    assert names() == {"cho", "dan", "eli", "flo"}


def test_who_sits_in_a_group_or_holds_a_seat_is_not_in_it() -> None:
    world.make_group(*world.people("gil", "hal", "ida"))
    wait("gil", topic=world.topic("feedback"))
    propose(PEERS)
    wait("joe")

    assert names() == {"joe"}


def test_a_person_with_two_challenges_enters_with_each_of_them_in_turn() -> None:
    one, other = wait("ana")[0], wait("ana", topic=world.topic("feedback"))[0]
    Challenge.objects.filter(id=other.id).update(raised_at=LONG_AGO + timedelta(minutes=1))
    seen = []
    for turn in range(4):
        now = MONDAY + timedelta(hours=turn)
        pool = waiting_pool(world.programme(), now=now)
        assert pool is not None
        seen.append(pool.challenges[0].id)
        form_groups(world.programme(), seed=1, now=now)

    assert seen == [one.id, other.id, one.id, other.id]


def test_a_second_challenge_of_somebody_seated_wakes_nobody() -> None:
    world.make_group(*world.people("ana", "ben", "cho"))
    wait("ana", topic=world.topic("feedback"))

    assert not seatable(world.programme()).exists()


def test_a_yes_that_came_to_a_group_takes_the_person_out_until_it_ends() -> None:
    propose(("ana", "cho", "dan"))
    for name in ("ana", "cho", "dan"):
        accept_seat(seat_of(name), offers_to_host=False, now=MONDAY)
    wait("eli")

    assert names() == {"eli"}


def test_the_engine_learns_who_is_above_whom_and_who_keeps_apart() -> None:
    wait("ana", "ben", "eva")
    KeepApart.objects.create(person=world.person("ana"), other=world.person("eva"))
    pool = waiting_pool(world.programme(), now=MONDAY)
    assert pool is not None
    by_key = {one.key: one for one in pool.instance().candidates}

    assert by_key[str(world.person("ben").id)].superiors == (str(world.person("eva").id),)
    assert by_key[str(world.person("ana").id)].apart == {str(world.person("eva").id)}


def test_people_who_met_before_are_known_to_have_met() -> None:
    group = world.make_group(*world.people("ana", "cho", "dan"))
    group.memberships.update(ended_at=MONDAY)
    wait("ana", "cho", topic=world.topic("feedback"))
    pool = waiting_pool(world.programme(), now=MONDAY)
    assert pool is not None
    by_key = {one.key: one for one in pool.instance().candidates}

    assert str(world.person("cho").id) in by_key[str(world.person("ana").id)].met


@pytest.mark.parametrize(("start", "first", "last"), [(Start.THIS_WEEK, 3, 7), (Start.TWO_WEEKS, 4, 18), (Start.WHENEVER, 5, 35)])
def test_a_first_session_lies_within_the_wish_and_after_the_time_to_answer(start: Start, first: int, last: int) -> None:
    wait("ana", start=start)
    pool = waiting_pool(world.programme(), now=MONDAY)
    assert pool is not None
    window = pool.first_window_of([str(world.person("ana").id)])

    assert ((window.first_day - MONDAY.date()).days, (window.last_day - MONDAY.date()).days) == (first, last)


def test_another_organisations_challenges_are_never_in_the_pool() -> None:
    with tenancy.within(world.make_organisation("Other").id):
        wait("gil", "hal", "ida")
        assert len(names()) == 3

    assert names() == set()
    assert Proposal.objects.count() == 0


def test_the_number_of_queries_does_not_grow_with_the_people() -> None:
    counts = []
    for number in (3, 12):
        wait(*(f"p{number}x{at}" for at in range(number)))
        with CaptureQueriesContext(connection) as seen:
            pool = waiting_pool(world.programme(), now=MONDAY)
            assert pool is not None
            pool.instance()
        counts.append(len(seen))

    assert counts == [10, 10]
