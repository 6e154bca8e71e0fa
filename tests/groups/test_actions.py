from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from reconvene.challenges.models import Challenge
from reconvene.groups import jobs
from reconvene.groups.actions import CannotSit, Sitter, agree_to_pact, close_cycle, found_group, leave_group, seat_member
from reconvene.groups.models import Cycle, Group, Membership, Pact, Programme, live_member_ids
from reconvene.groups.rules import Outcome
from reconvene.scheduling.jobs import free_calendars_of_leavers
from reconvene.scheduling.models import Session
from tests import world
from tests.world import MONDAY, TUESDAY

pytestmark = pytest.mark.django_db


def found(*names: str) -> Group:
    sitters = [Sitter(person, world.make_challenge(person)) for person in world.people(*names)]
    return found_group(world.programme(), topic=world.topic(), sitters=sitters, now=MONDAY)[0]


def seats(group: Group) -> dict[int, str]:
    return {one.seat: one.person.first_name for one in group.memberships.live().select_related("person")}


def test_a_group_has_a_bird_a_running_cycle_and_everyone_seated_in_order() -> None:
    group = found("ana", "cho", "dan")

    assert seats(group) == {1: "Ana", 2: "Cho", 3: "Dan"}
    assert group.cycles.get().number == 1
    assert set(Challenge.objects.values_list("seated_at", flat=True)) == {MONDAY}
    assert live_member_ids(group.id) == [world.person(name).id for name in ("ana", "cho", "dan")]


def test_two_groups_of_one_minute_have_two_names() -> None:
    assert found("ana", "cho", "dan").name != found("eli", "flo", "gil").name


def test_a_group_of_which_one_cannot_be_is_not_made_at_all() -> None:
    with pytest.raises(CannotSit) as refusal:
        found("ana", "ben", "eva")

    assert (refusal.value.code, refusal.value.person) == ("reporting_line", world.person("eva"))
    assert not Group.objects.exists()
    assert not Cycle.objects.exists()


@pytest.mark.parametrize("distance", [1, 2, 3])
def test_nobody_sits_with_somebody_above_them_at_any_distance(distance: int) -> None:
    above = world.person("top")
    for step in range(distance - 1):
        above = world.person(f"between{step}", manager=above)
    below = world.person("below", manager=above)
    for first, second in ((world.person("top"), below), (below, world.person("top"))):
        with pytest.raises(CannotSit) as refusal:
            found_group(world.programme(), topic=world.topic(), sitters=[Sitter(first), Sitter(second)], now=MONDAY)
        assert refusal.value.code == "reporting_line"


def test_a_circle_in_the_reporting_lines_does_not_hang_the_database() -> None:
    one = world.person("one")
    one.manager = world.person("two", manager=one)
    one.save()

    with pytest.raises(CannotSit):
        found_group(world.programme(), topic=world.topic(), sitters=[Sitter(one) for one in world.people("one", "two")], now=MONDAY)
    assert seats(found("one", "ana", "cho")) == {1: "One", 2: "Ana", 3: "Cho"}


def test_a_seat_goes_to_the_first_free_number_and_six_is_the_end() -> None:
    group = found("ana", "cho", "dan")
    leave_group(Membership.objects.get(seat=2), now=MONDAY)
    assert seat_member(group, sitter=Sitter(world.person("eli")), now=TUESDAY).seat == 2
    for name in ("flo", "gil", "hal"):
        seat_member(group, sitter=Sitter(world.person(name)), now=TUESDAY)
    with pytest.raises(CannotSit) as refusal:
        seat_member(group, sitter=Sitter(world.person("ida")), now=TUESDAY)

    assert refusal.value.code == "full"


@pytest.mark.parametrize(("name", "code"), [("ana", "already_here"), ("eli", "other_group")])
def test_a_person_has_one_seat(name: str, code: str) -> None:
    group = found("ana", "cho", "dan")
    found("eli", "flo", "gil")
    with pytest.raises(CannotSit) as refusal:
        seat_member(group, sitter=Sitter(world.person(name)), now=MONDAY)

    assert refusal.value.code == code


def test_a_group_that_has_ended_takes_nobody() -> None:
    group = found("ana", "cho", "dan")
    group.end(now=TUESDAY)
    with pytest.raises(CannotSit) as refusal:
        seat_member(group, sitter=Sitter(world.person("eli")), now=TUESDAY)

    assert refusal.value.code == "ended"


def test_leaving_opens_the_seat_and_the_challenge_waits_again_with_its_place() -> None:
    group = found("ana", "cho", "dan")
    mine = Membership.objects.get(person=world.person("ana"))
    leave_group(mine, now=TUESDAY)
    leave_group(mine, now=TUESDAY + timedelta(days=1))
    mine.refresh_from_db()

    assert mine.ended_at == TUESDAY
    assert seats(group) == {2: "Cho", 3: "Dan"}
    challenge = Challenge.objects.get(person=world.person("ana"))
    assert (challenge.is_open, challenge.raised_at, challenge.considered_at) == (True, MONDAY, None)


def test_who_raised_the_same_topic_anew_leaves_with_the_newer_words_waiting() -> None:
    found("ana", "cho", "dan")
    newer = world.make_challenge(world.person("ana"), text="It is the deadlines now")
    leave_group(Membership.objects.get(person=world.person("ana")), now=TUESDAY)

    assert list(Challenge.objects.open().filter(person=world.person("ana"))) == [newer]


def test_going_on_keeps_everyones_seat_and_begins_the_next_cycle() -> None:
    group = found("ana", "cho", "dan")
    following = close_cycle(group.cycles.get(), outcome=Outcome.AGAIN, now=TUESDAY)

    assert following is not None
    assert (following.number, following.topic, following.closed_at) == (2, group.topic, None)
    assert len(seats(group)) == 3
    assert group.cycles.get(number=1).outcome == Outcome.AGAIN


def test_finishing_ends_the_group_settles_its_challenges_and_frees_its_members() -> None:
    group = found("ana", "cho", "dan")
    assert close_cycle(group.cycles.get(), outcome=Outcome.FINISH, now=TUESDAY) is None
    group.refresh_from_db()

    assert group.ended_at == TUESDAY
    assert seats(group) == {}
    assert set(Challenge.objects.values_list("settled_at", flat=True)) == {TUESDAY}
    assert len(seats(found("ana", "eli", "flo"))) == 3


def test_who_wants_something_else_leaves_with_the_challenge_settled_or_waiting_and_the_others_go_on() -> None:
    group = found("ana", "cho", "dan", "eli", "flo")
    eli, flo = world.people("eli", "flo")
    close_cycle(group.cycles.get(), outcome=Outcome.AGAIN, settled={eli.id}, waiting={flo.id}, now=TUESDAY)

    assert list(seats(group).values()) == ["Ana", "Cho", "Dan"]
    assert Challenge.objects.get(person=eli).settled_at == TUESDAY
    assert list(Challenge.objects.open()) == [Challenge.objects.get(person=flo)]


def test_when_the_group_ends_the_challenges_of_those_who_want_more_wait_again() -> None:
    group = found("ana", "cho", "dan")
    close_cycle(group.cycles.get(), outcome=Outcome.FINISH, waiting={world.person("ana").id}, now=TUESDAY)

    assert [one.person.first_name for one in Challenge.objects.open()] == ["Ana"]
    assert seats(group) == {}


def test_closing_twice_changes_nothing() -> None:
    group = found("ana", "cho", "dan")
    cycle = group.cycles.get()
    close_cycle(cycle, outcome=Outcome.AGAIN, now=TUESDAY)

    assert close_cycle(cycle, outcome=Outcome.FINISH, now=TUESDAY + timedelta(days=1)) is None
    assert group.cycles.count() == 2
    assert group.cycles.get(number=1).outcome == Outcome.AGAIN


def test_agreeing_twice_to_the_pact_is_one_agreement() -> None:
    cycle = found("ana", "cho", "dan").cycles.get()
    for now in (MONDAY, TUESDAY):
        agree_to_pact(cycle, session_kind="first", person=world.person("ana"), now=now)

    assert Pact.objects.get().agreed_at == MONDAY


def test_people_who_left_the_organisation_leave_their_groups_and_the_queue_at_the_tick() -> None:
    group = world.make_group(*world.people("ana", "cho", "dan", "eli"))
    waiting = world.make_challenge(world.person("ana"), topic=world.topic("feedback"))
    world.person("ana").leave(now=MONDAY)
    jobs.free_seats_of_leavers(TUESDAY)
    free_calendars_of_leavers(TUESDAY)
    waiting.refresh_from_db()

    assert seats(group) == {2: "Cho", 3: "Dan", 4: "Eli"}
    assert waiting.withdrawn_at == TUESDAY
    jobs.free_seats_of_leavers(TUESDAY + timedelta(days=1))
    assert Membership.objects.get(person=world.person("ana")).ended_at == TUESDAY


def test_a_group_whose_members_have_all_left_the_organisation_ends_at_the_tick_and_another_goes_on() -> None:
    group, other = found("ana", "cho"), found("dan", "eli")
    for person in world.people("ana", "cho", "dan"):
        person.leave(now=MONDAY)
    jobs.free_seats_of_leavers(TUESDAY)
    jobs.free_seats_of_leavers(TUESDAY + timedelta(days=1))

    assert {one: one.ended_at for one in Group.objects.all()} == {group: TUESDAY, other: None}


# The database's own rules: they hold whatever the code above does.


def test_the_database_refuses_two_live_groups_of_one_programme_for_one_person() -> None:
    found("ana", "cho", "dan")
    other = found("eli", "flo", "gil")
    with pytest.raises(IntegrityError, match="one_live_group_per_programme"), transaction.atomic():
        Membership.objects.create(group=other, programme=other.programme, person=world.person("ana"), seat=6, started_at=MONDAY)


def test_the_database_refuses_a_seventh_seat_and_two_people_on_one() -> None:
    group = found("ana", "cho", "dan")
    for seat, constraint in ((7, "six_seats_at_most"), (1, "one_person_per_seat")):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Membership.objects.create(group=group, programme=group.programme, person=world.person("eli"), seat=seat, started_at=MONDAY)


def test_the_database_refuses_to_bring_back_a_boss_by_reopening_a_seat() -> None:
    group = found("eva", "cho", "dan")
    leave_group(Membership.objects.get(person=world.person("eva")), now=MONDAY)
    seat_member(group, sitter=Sitter(world.person("ben")), now=MONDAY)
    with pytest.raises(IntegrityError, match="reporting_line"), transaction.atomic():
        Membership.objects.filter(person=world.person("eva")).update(ended_at=None, seat=6)


def test_the_database_lets_nobody_change_a_closed_cycle() -> None:
    cycle = found("ana", "cho", "dan").cycles.get()
    close_cycle(cycle, outcome=Outcome.AGAIN, now=TUESDAY)
    for change in ({"outcome": "finish"}, {"closed_at": None}, {"started_at": TUESDAY}):
        with pytest.raises(IntegrityError, match="closed_cycle"), transaction.atomic():
            Cycle.objects.filter(id=cycle.id).update(**change)


def test_the_database_refuses_one_session_without_the_other() -> None:
    group = world.make_group(*world.people("ana", "cho", "dan"))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for break_pair in (
        lambda: Session.objects.filter(kind="first").delete(),
        lambda: Session.objects.filter(kind="reconvene").update(cancelled_at=MONDAY),
    ):
        with pytest.raises(IntegrityError, match="sessions_in_pairs"), transaction.atomic():
            break_pair()

    assert Session.objects.filter(cycle__group=group, cancelled_at=None).count() == 2


def test_the_database_keeps_one_open_programme_and_sizes_from_three_to_six() -> None:
    facts = {"name": "Other", "starts_on": MONDAY.date()}
    for more, constraint in (
        ({"is_open": True}, "one_open_programme"),
        ({"smallest": 2}, "group_size_in_range"),
        ({"session_minutes": 45}, "session_minutes_known"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Programme.objects.create(**facts, **more)
