from datetime import timedelta

import pytest

from reconvene.availability.models import Busy
from reconvene.challenges.models import Challenge
from reconvene.forming.actions import accept_seat
from reconvene.forming.calling import (
    KnownAddress,
    NoCommonDate,
    call_group,
    join_as_newcomer,
    join_called_group,
    obstacles,
    start_group,
)
from reconvene.forming.jobs import release_lost_seats
from reconvene.forming.models import Call, Proposal, Seat
from reconvene.groups.actions import CannotSit
from reconvene.groups.models import Group, Membership
from reconvene.notices.models import Notice
from reconvene.people.models import Person
from reconvene.scheduling import kinds
from reconvene.scheduling.actions import BadDate
from reconvene.scheduling.models import Rsvp, Session
from tests import world
from tests.forming.queue import propose, seat_of, wait
from tests.world import MONDAY, TUESDAY

pytestmark = pytest.mark.django_db


def start(name: str = "ana", *, first_local: str | None = None) -> Call:
    return start_group(topic=world.topic(), by=world.person(name), first_local=first_local, now=MONDAY)


def call(*names: str, first_local: str | None = None) -> Proposal:
    return call_group(
        topic=world.topic(), people=world.people(*names), by=world.person("fay"), first_local=first_local, zone="Europe/Berlin", now=MONDAY
    )


def test_people_chosen_by_name_are_offered_seats_at_dates_that_suit_them() -> None:
    proposal = call("ana", "cho", "dan")

    assert proposal.called_by == world.person("fay")
    assert {seat.person.first_name for seat in proposal.seats.all()} == {"Ana", "Cho", "Dan"}
    assert Notice.objects.filter(kind="seat_offer").count() == 3
    assert 25 <= (proposal.reconvene_at - proposal.first_at).days <= 35
    assert proposal.answer_by < proposal.first_at
    for name in ("ana", "cho", "dan"):
        accept_seat(seat_of(name), offers_to_host=False, now=MONDAY)
    assert Group.objects.get().called_by == world.person("fay")


def test_a_called_group_takes_the_challenge_that_waits_but_not_one_that_is_offered_a_seat_elsewhere() -> None:
    propose(("ana", "cho", "dan"))
    (mine,) = wait("gil")
    proposal = call("gil", "ana", "eli")

    assert {seat.person.first_name: seat.challenge_id for seat in proposal.seats.all()} == {"Gil": mine.id, "Ana": None, "Eli": None}


@pytest.mark.parametrize(
    ("names", "code"), [(("ana", "cho"), "size"), (("ben", "eva", "cho"), "reporting_line"), (("ana", "ana", "cho"), "size")]
)
def test_people_who_cannot_sit_together_are_not_called(names: tuple[str, ...], code: str) -> None:
    with pytest.raises(CannotSit) as refusal:
        call(*names)

    assert refusal.value.code == code
    assert not Proposal.objects.exists()


def test_somebody_who_sits_in_a_group_is_an_obstacle() -> None:
    world.make_group(*world.people("ana", "cho", "dan"))

    assert [one.code for one in obstacles(world.people("ana", "eli", "flo"), programme=world.programme())] == ["other_group"]


def test_a_called_group_without_a_common_date_is_refused() -> None:
    Busy.objects.create(person=world.person("ana"), starts_at=MONDAY, ends_at=MONDAY + timedelta(days=90))
    with pytest.raises(NoCommonDate):
        call("ana", "cho", "dan")


@pytest.mark.parametrize("first_local", ["2026-02-27T10:00", "9999-12-31T10:00", "soon", "2028-01-10T10:00"])
def test_a_date_that_makes_no_sense_is_refused(first_local: str) -> None:
    with pytest.raises(BadDate):
        call("ana", "cho", "dan", first_local=first_local)
    with pytest.raises(BadDate):
        start(first_local=first_local)

    assert not Group.objects.exists()


def test_a_group_starts_at_once_with_its_reconvene_four_weeks_later() -> None:
    started = start()
    first, reconvene = Session.objects.order_by("starts_at")

    assert (first.starts_at, first.host) == (MONDAY, world.person("ana"))
    assert (reconvene.local.date() - first.local.date()).days == 28
    assert reconvene.local.time() == first.local.time()
    assert started.until == MONDAY + timedelta(hours=3)
    assert len(started.code) == 8


def test_only_who_chose_a_date_is_counted_in_for_it() -> None:
    started = start()
    join_called_group(started, person=world.person("cho"), now=MONDAY)

    said = [(one.person.first_name, one.session.kind) for one in Rsvp.objects.select_related("person", "session")]
    assert said == [("Ana", "first")], "nobody was shown the second date"


def test_a_group_started_for_a_date_invites_to_both_sessions() -> None:
    start(first_local="2026-03-05T14:00")

    assert Notice.objects.filter(kind=kinds.INVITATION, person=world.person("ana")).count() == 2


def test_starting_twice_gives_the_same_group() -> None:
    assert start() == start()
    assert Group.objects.count() == 1


def test_a_caller_who_sits_elsewhere_is_refused() -> None:
    world.make_group(*world.people("ana", "cho", "dan"))
    with pytest.raises(CannotSit) as refusal:
        start()

    assert refusal.value.code == "other_group"
    assert Group.objects.count() == 1


def test_joining_seats_a_person_with_their_challenge_and_invites_them_to_the_reconvene() -> None:
    started = start()
    (mine,) = wait("cho")
    for _time in range(2):
        join_called_group(started, person=world.person("cho"), now=MONDAY)
    mine.refresh_from_db()

    assert mine.seated_at == MONDAY
    assert Membership.objects.live().filter(person=world.person("cho")).count() == 1
    assert Notice.objects.filter(kind=kinds.INVITATION, person=world.person("cho")).count() == 1


def test_a_seventh_a_boss_and_somebody_from_another_group_cannot_join() -> None:
    started = start("ben")
    for person, code in ((world.person("eva"), "reporting_line"), (other_member(), "other_group")):
        with pytest.raises(CannotSit) as refusal:
            join_called_group(started, person=person, now=MONDAY)
        assert refusal.value.code == code
    for number in range(5):
        join_called_group(started, person=world.person(f"p{number}"), now=MONDAY)
    with pytest.raises(CannotSit) as refusal:
        join_called_group(started, person=world.person("p9"), now=MONDAY)

    assert refusal.value.code == "full"
    assert Membership.objects.live().filter(group=started.group).count() == 6


def other_member() -> Person:
    world.make_group(*world.people("gil", "hal", "ida"), name="Rook")
    return world.person("gil")


def test_a_newcomer_is_added_like_the_caller_and_seated() -> None:
    started = start()
    person = join_as_newcomer(started, name="Nia New", email="nia@elsewhere.example", now=MONDAY)

    assert (person.level, person.site, person.time_zone) == (world.person("ana").level, "Hall", "Europe/Berlin")
    assert Membership.objects.live().get(person=person).group == started.group


def test_a_newcomer_for_whom_there_is_no_seat_is_not_added_to_the_directory() -> None:
    started = start()
    for number in range(5):
        join_called_group(started, person=world.person(f"p{number}"), now=MONDAY)
    with pytest.raises(CannotSit):
        join_as_newcomer(started, name="Nia New", email="nia@elsewhere.example", now=MONDAY)

    assert not Person.objects.filter(email="nia@elsewhere.example").exists()


def test_an_address_that_somebody_has_is_refused_in_any_case() -> None:
    started = start()
    with pytest.raises(KnownAddress):
        join_as_newcomer(started, name="Not Ben", email=world.person("ben").email.upper(), now=MONDAY)

    assert Membership.objects.live().count() == 1


def test_a_group_that_has_ended_takes_nobody() -> None:
    started = start()
    started.group.end(now=TUESDAY)
    with pytest.raises(CannotSit) as refusal:
        join_called_group(started, person=world.person("cho"), now=TUESDAY)

    assert refusal.value.code == "ended"


def test_the_challenge_of_a_seat_offered_elsewhere_is_not_seated_twice() -> None:
    propose(("cho", "dan", "eli"))
    started = start()
    join_called_group(started, person=world.person("cho"), now=MONDAY)
    release_lost_seats(MONDAY)

    assert seat_of("cho").lapsed_at == MONDAY
    assert Proposal.objects.get().dissolved_at == MONDAY  # two are too few
    assert Challenge.objects.get(person=world.person("cho")).seated_at == MONDAY
    assert not Seat.objects.held().exists()
