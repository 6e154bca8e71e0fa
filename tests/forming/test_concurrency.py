"""Many workers and many browsers at once: nobody in two groups, no group over six, however they interleave."""

import random
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.db import connections
from django.db.models import Count

from reconvene.base import tenancy
from reconvene.challenges.actions import AlreadyWaiting, raise_challenge, withdraw_challenge
from reconvene.challenges.models import Challenge
from reconvene.challenges.rules import ChallengeDraft
from reconvene.forming import jobs
from reconvene.forming.actions import ProposalIsClosed, accept_seat, decline_seat, form_groups, settle_proposal
from reconvene.forming.calling import join_called_group, start_group
from reconvene.forming.going_on import choose_dates, find_next_dates
from reconvene.forming.locks import lock_forming
from reconvene.forming.models import Call, Proposal, Seat
from reconvene.forming.reseating import Moving, Refused, move_seat, release_tables, seat_the_rest
from reconvene.forming.rules import MOST_ROUNDS, enough
from reconvene.forming.workbench import WAITING, workbench
from reconvene.groups.actions import CannotSit, close_cycle
from reconvene.groups.models import Group, Membership, Programme
from reconvene.groups.rules import Outcome
from reconvene.notices.models import Notice
from reconvene.people.actions import RolesRefused, give_roles
from reconvene.people.models import Person
from reconvene.people.rules import Role
from reconvene.scheduling.actions import count_in, invite, leave
from reconvene.scheduling.jobs import free_calendars_of_leavers
from reconvene.scheduling.kinds import CANCELLATION
from reconvene.scheduling.models import Session
from reconvene.scheduling.rebooking import AskedSomethingElse, take_answer
from reconvene.scheduling.rules import Answer
from reconvene.scheduling.rules import Outcome as Came
from tests import world
from tests.faults.hall import volume
from tests.forming.queue import propose, seat_of, wait
from tests.world import MONDAY, PEERS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nowhere]
THREADS = 16
Act = Callable[[], object]


@pytest.fixture
def organisation(transactional_db: None) -> uuid.UUID:
    """An organisation whose rows other connections can see."""
    return world.make_organisation().id


def at_once(organisation: uuid.UUID, acts: Sequence[Act], *, threads: int = THREADS) -> list[object]:
    """Run the acts at the same moment, each on its own connection; return what they return, or the refusal they raise."""
    gate = threading.Barrier(min(threads, len(acts)))

    def run(act: Act) -> object:
        try:
            gate.wait(timeout=60)
            with tenancy.within(organisation):
                return act()
        except (ProposalIsClosed, CannotSit, AlreadyWaiting, Refused, RolesRefused) as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, acts))


@contextmanager
def forming_is_busy(organisation: uuid.UUID) -> Iterator[None]:
    """Meanwhile another worker forms groups."""
    has_begun, is_over = threading.Event(), threading.Event()

    def form() -> None:
        with tenancy.within(organisation):
            assert lock_forming(Programme.objects.get())
            has_begun.set()
            is_over.wait(timeout=60)
        connections.close_all()

    worker = threading.Thread(target=form)
    worker.start()
    assert has_begun.wait(timeout=60)
    try:
        yield
    finally:
        is_over.set()
        worker.join()


def assert_sound(organisation: uuid.UUID) -> None:
    """Nobody has two live seats or two open offers; no group has more than six or, once formed, fewer than three."""
    with tenancy.within(organisation):
        live = Membership.objects.live()
        assert not live.values("person").annotate(n=Count("id")).filter(n__gt=1).exists()
        offers = Seat.objects.held().filter(proposal__in=Proposal.objects.open())
        assert not offers.values("person").annotate(n=Count("id")).filter(n__gt=1).exists()
        sizes = list(live.values("group").annotate(n=Count("id")).values_list("n", flat=True))
        assert all(size <= 6 for size in sizes)
        names = list(Group.objects.live().values_list("name", flat=True))
        assert len(names) == len(set(names))
        for seats in (live.values_list("group", "person", "person__manager"), offers.values_list("proposal", "person", "person__manager")):
            assert not in_one_line(list(seats))


def in_one_line(seats: Sequence[tuple[object, uuid.UUID, uuid.UUID | None]]) -> list[object]:
    """Tables at which somebody sits with their boss or with another who has the same one. A seat is table, person, boss."""
    at = {(table, person) for table, person, _boss in seats}
    bosses = Counter((table, boss) for table, _person, boss in seats if boss)
    return [table for (table, boss), reports in bosses.items() if reports > 1 or (table, boss) in at]


def test_sixteen_workers_that_form_groups_at_once_offer_nobody_two_seats(organisation: uuid.UUID) -> None:
    with tenancy.within(organisation):
        wait(*(f"p{number}" for number in range(12)))
    acts = [lambda seed=seed: form_groups(Programme.objects.get(), seed=seed, now=MONDAY) for seed in range(THREADS)]
    at_once(organisation, acts)

    with tenancy.within(organisation):
        assert Seat.objects.held().count() == 12
        assert Proposal.objects.count() == 2
    assert_sound(organisation)


def test_sixteen_yeses_at_once_make_each_group_once(organisation: uuid.UUID) -> None:
    with tenancy.within(organisation):
        wait(*(f"p{number}" for number in range(15)))
        form_groups(Programme.objects.get(), seed=1, now=MONDAY)
        seats = list(Seat.objects.all())
        proposals = Proposal.objects.count()
    acts = [lambda seat=seat: accept_seat(seat, offers_to_host=True, now=MONDAY) for seat in [*seats, seats[0]]]
    results = at_once(organisation, acts[:THREADS])

    assert not any(isinstance(one, Exception) for one in results)
    with tenancy.within(organisation):
        assert Membership.objects.live().count() == 15
        assert Group.objects.count() == proposals == Proposal.objects.exclude(confirmed_at=None).count()
    assert_sound(organisation)


def test_a_tick_that_settles_many_and_a_yes_that_makes_a_group_do_not_wait_for_each_other(organisation: uuid.UUID) -> None:
    with tenancy.within(organisation):
        wait(*(f"p{number}" for number in range(12)))
        form_groups(Programme.objects.get(), seed=1, now=MONDAY)
        first, second = Proposal.objects.all()
        for proposal in (first, second):
            held = list(proposal.seats.held())
            for seat in held[: enough(len(held)) - 1]:
                accept_seat(seat, offers_to_host=True, now=MONDAY)
        last = second.seats.held().filter(accepted_at=None).order_by("number")[0]
    has_founded, late = threading.Event(), max(first.answer_by, second.answer_by)

    def tick() -> None:
        settle_proposal(first, now=late)
        has_founded.set()
        threading.Event().wait(0.5)  # until the yes waits
        settle_proposal(second, now=late)

    def say_yes() -> None:
        has_founded.wait(timeout=60)
        accept_seat(last, offers_to_host=True, now=MONDAY)

    came_of = at_once(organisation, [tick, say_yes])

    assert came_of[0] is None
    assert isinstance(came_of[1], ProposalIsClosed), "the tick gave the silent seat to the next in line"
    with tenancy.within(organisation):
        assert Proposal.objects.get(id=first.id).confirmed_at is not None
    assert_sound(organisation)


def test_a_proposal_whose_time_is_over_while_groups_are_formed_is_settled_afterwards(organisation: uuid.UUID) -> None:
    with tenancy.within(organisation):
        proposal = propose(PEERS)
        wait("gus", "hal")
        for name in ("ana", "ben"):
            accept_seat(seat_of(name), offers_to_host=False, now=MONDAY)
    with forming_is_busy(organisation), tenancy.within(organisation):
        jobs.settle_overdue(proposal.answer_by)
        assert (proposal.seats.held().count(), Proposal.objects.get().is_open) == (6, True)
    with tenancy.within(organisation):
        jobs.settle_overdue(proposal.answer_by)
        proposal.refresh_from_db()
        held = {seat.person.external_id for seat in proposal.seats.held()}

        assert (proposal.is_open, proposal.rounds, held) == (True, 2, {"ana", "ben", "gus", "hal"})


@pytest.mark.parametrize("gives_back", ["says no", "withdraws"])
def test_a_seat_given_back_while_groups_are_formed_goes_to_the_next_in_line_afterwards(organisation: uuid.UUID, gives_back: str) -> None:
    with tenancy.within(organisation):
        proposal = propose(("ana", "cho", "dan"))
        wait("gus")
        if gives_back == "withdraws":
            withdraw_challenge(seat_of("dan").challenge, now=MONDAY)
    with forming_is_busy(organisation), tenancy.within(organisation):
        if gives_back == "says no":
            decline_seat(seat_of("dan"), now=MONDAY)
        jobs.release_lost_seats(MONDAY)
        jobs.pass_on_given_back(MONDAY)
        accept_seat(seat_of("ana"), offers_to_host=False, now=MONDAY)
        assert (proposal.seats.held().count(), Proposal.objects.get().is_open) == (2, True)
    with tenancy.within(organisation):
        jobs.pass_on_given_back(MONDAY)

        assert {seat.person.external_id for seat in proposal.seats.held()} == {"ana", "cho", "gus"}
        assert not Proposal.objects.exclude(given_back_at=None).exists()


def test_a_seat_given_back_while_groups_are_formed_dissolves_the_proposal_when_nobody_is_in_line(organisation: uuid.UUID) -> None:
    with tenancy.within(organisation):
        propose(("ana", "cho", "dan"))
    with forming_is_busy(organisation), tenancy.within(organisation):
        decline_seat(seat_of("dan"), now=MONDAY)
    with tenancy.within(organisation):
        assert Proposal.objects.get().is_open
        jobs.pass_on_given_back(MONDAY)

        assert Proposal.objects.get().dissolved_at == MONDAY


def test_answers_and_deadlines_at_once_leave_every_proposal_either_a_group_or_dissolved(organisation: uuid.UUID) -> None:
    with tenancy.within(organisation):
        wait(*(f"p{number}" for number in range(12)))
        form_groups(Programme.objects.get(), seed=1, now=MONDAY)
        proposals = list(Proposal.objects.all())
        seats = list(Seat.objects.all())
    late = max(one.answer_by for one in proposals)
    acts: list[Act] = []
    for number, seat in enumerate(seats):
        if number % 4 == 3:
            acts.append(lambda seat=seat: decline_seat(seat, now=late))
        else:
            acts.append(lambda seat=seat: accept_seat(seat, offers_to_host=False, now=late))
    acts += [lambda one=one: settle_proposal(one, now=late) for one in [*proposals, *proposals]]
    at_once(organisation, acts[:THREADS])

    with tenancy.within(organisation):
        for _round in range(MOST_ROUNDS):  # those whom one table gave back may have been asked to the other
            for proposal in Proposal.objects.open():
                settle_proposal(proposal, now=proposal.answer_by)
        for proposal in Proposal.objects.all():
            assert not proposal.is_open
            sits = set(Membership.objects.filter(group=proposal.group).values_list("person_id", flat=True)) if proposal.group else set()
            assert len(sits) in (0, 3, 4, 5, 6)
            assert not proposal.seats.filter(declined_at__isnull=False, person__in=sits).exists()
    assert_sound(organisation)


def test_of_many_who_choose_dates_at_once_the_first_books_them_for_all(organisation: uuid.UUID) -> None:
    with tenancy.within(organisation):
        following = close_cycle(world.make_group(*world.people("ana", "ben", "cho")).cycles.get(), outcome=Outcome.AGAIN, now=MONDAY)
        assert following is not None
    starts = [f"2026-04-{day}T10:00" for day in range(13, 18)]
    acts: list[Act] = [lambda at=at: choose_dates(following, first_local=at, zone="Europe/Berlin", now=MONDAY) for at in starts]
    acts += [lambda: find_next_dates(following, now=MONDAY)] * 3
    has_booked = at_once(organisation, acts)

    assert sorted(has_booked, key=bool) == [False] * 7 + [True]
    with tenancy.within(organisation):
        assert Session.objects.filter(cycle=following).count() == 2


def test_one_person_offered_two_called_groups_sits_in_one(organisation: uuid.UUID) -> None:
    with tenancy.within(organisation):
        topic, callers = world.topic(), world.people("p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7")
        calls = [start_group(topic=topic, by=caller, first_local=None, now=MONDAY) for caller in callers]
        ana = world.person("ana")
    results = at_once(organisation, [lambda call=call: join_called_group(call, person=ana, now=MONDAY) for call in calls])

    assert sum(isinstance(one, Membership) for one in results) == 1
    assert {one.code for one in results if isinstance(one, CannotSit)} == {"other_group"}
    assert_sound(organisation)


def test_all_who_leave_their_group_at_once_have_left_it_and_it_has_ended(organisation: uuid.UUID) -> None:
    """What the host would have hosted goes to the next in turn, who may be on their way out as well."""
    with tenancy.within(organisation):
        wait(*(f"p{number}" for number in range(6)))
        form_groups(Programme.objects.get(), seed=1, now=MONDAY)
        for seat in Seat.objects.all():
            accept_seat(seat, offers_to_host=True, now=MONDAY)
        memberships = list(Membership.objects.live())
    results = at_once(organisation, [lambda one=one: leave(one, now=MONDAY) for one in memberships])

    assert results == [None] * 6
    with tenancy.within(organisation):
        assert not Membership.objects.live().exists()
        assert Group.objects.get().ended_at == MONDAY


def test_sixteen_people_who_join_one_table_at_once_fill_five_seats(organisation: uuid.UUID) -> None:
    with tenancy.within(organisation):
        call = start_group(topic=world.topic(), by=world.person("ana"), first_local=None, now=MONDAY)
        people = world.people(*(f"p{number}" for number in range(THREADS)))
    results = at_once(organisation, [lambda person=person: join_called_group(call, person=person, now=MONDAY) for person in people])

    assert sum(isinstance(one, Membership) for one in results) == 5
    with tenancy.within(organisation):
        assert sorted(Membership.objects.live().values_list("seat", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert_sound(organisation)


def test_sixteen_people_who_start_groups_in_the_same_minute_get_sixteen_names(organisation: uuid.UUID) -> None:
    with tenancy.within(organisation):
        people, topic = world.people(*(f"p{number}" for number in range(THREADS))), world.topic()
    at_once(organisation, [lambda person=person: start_group(topic=topic, by=person, first_local=None, now=MONDAY) for person in people])

    with tenancy.within(organisation):
        assert Call.objects.count() == THREADS
    assert_sound(organisation)


def test_a_boss_and_a_report_who_join_at_once_do_not_both_get_a_seat(organisation: uuid.UUID) -> None:
    with tenancy.within(organisation):
        call = start_group(topic=world.topic(), by=world.person("ana"), first_local=None, now=MONDAY)
        pair: list[Person] = world.people("ben", "eva")
    results = at_once(organisation, [lambda person=person: join_called_group(call, person=person, now=MONDAY) for person in pair])

    assert sorted(type(one).__name__ for one in results) == ["CannotSit", "Membership"]
    with tenancy.within(organisation):
        assert Membership.objects.live().count() == 2


def test_of_many_at_one_workbench_one_is_served_and_the_others_are_told(organisation: uuid.UUID) -> None:
    with tenancy.within(organisation):
        Programme.objects.update(is_reviewed=True)
        wait(*(f"p{number}" for number in range(9)))
        programme = Programme.objects.get()
        form_groups(programme, seed=1, now=MONDAY, is_last_call=True)
        bench = workbench(programme, now=MONDAY)
        seen = {table.token: table.version for table in bench.tables}
        table = max(bench.tables, key=lambda one: len(one.keys))
        moves = [Moving(bench.token(key), table.token, WAITING) for key in table.keys]
    acts: list[Act] = [lambda moving=moving: move_seat(programme, moving=moving, versions=seen, now=MONDAY) for moving in moves]
    acts += [lambda: seat_the_rest(programme, versions=seen, now=MONDAY)] * 2 + [
        lambda: release_tables(programme, token="", versions=seen, now=MONDAY)
    ] * 2
    codes = [one.code for one in at_once(organisation, acts) if isinstance(one, Refused)]

    assert {"changed"} <= set(codes) <= {"changed", "gone"}  # gone, when the release of all was first
    assert len(codes) >= len(moves) - 1
    with tenancy.within(organisation):
        held = Seat.objects.held().filter(proposal__in=Proposal.objects.open())
        assert all(3 <= held.filter(proposal=one).count() <= 6 for one in Proposal.objects.open())
    assert_sound(organisation)


def test_clients_that_raise_withdraw_answer_leave_and_form_at_once_break_no_rule(organisation: uuid.UUID) -> None:
    """72 people, of whom 48 report to the other 24. Each run is a burst of everything that a person or a worker can do about a seat."""
    clients, runs, chance = volume(12, 64), volume(5, 1_000), random.Random(17)
    with tenancy.within(organisation):
        people = world.people(*(f"p{number}" for number in range(72)))
        for number, person in enumerate(people[24:]):
            person.manager = people[number % 24]
        Person.objects.bulk_update(people[24:], ["manager"])
        wait(*(f"p{number}" for number in range(0, 72, 2)))
        programme, topics = world.programme(), [world.topic(), world.topic("priorities")]
    sat: Counter[str] = Counter()

    def act(person: Person, chosen: float, now: datetime) -> str:
        challenge = Challenge.objects.open().filter(person=person).first()
        seat = Seat.objects.held().filter(person=person, proposal__in=Proposal.objects.open()).first()
        member = Membership.objects.live().filter(person=person).first()
        if chosen < 0.1:
            form_groups(programme, seed=int(chosen * 1e6), now=now)
            return "formed"
        if seat is not None and chosen < 0.8:
            accept_seat(seat, offers_to_host=chosen < 0.5, now=now) if chosen < 0.7 else decline_seat(seat, now=now)
            return "answered"
        if member is not None and chosen < 0.4:
            leave(member, now=now)
            return "left"
        if challenge is not None and chosen < 0.3:
            withdraw_challenge(challenge, now=now)
            return "withdrew"
        if chosen > 0.95:
            for proposal in Proposal.objects.open():
                settle_proposal(proposal, now=max(now, proposal.answer_by))
            return "settled"
        raise_challenge(person, topic=topics[chosen < 0.6], draft=ChallengeDraft("Work comes back half done", 7), now=now)
        return "raised"

    for run in range(runs):
        now = MONDAY + timedelta(hours=9 * run)
        draws = [(one, chance.random()) for one in chance.sample(people, clients)]
        acts = [lambda one=one, chosen=chosen, now=now: act(one, chosen, now) for one, chosen in draws]
        for came_of in at_once(organisation, acts, threads=clients):
            sat[came_of if isinstance(came_of, str) else type(came_of).__name__] += 1
        assert_sound(organisation)
    with tenancy.within(organisation):
        print(f"\n{runs} runs of {clients} at once: {dict(sat)}; {Group.objects.count()} groups")

        assert Group.objects.exists()
    assert {"formed", "answered", "withdrew", "raised"} <= set(sat)


def test_of_two_administrators_who_take_the_role_from_each_other_at_once_one_stays(organisation: uuid.UUID) -> None:
    with tenancy.within(organisation):
        ada, ben = world.person("ada"), world.person("ben", roles=[Role.ADMIN])

    came_of = at_once(
        organisation,
        [lambda one=one, by=by: give_roles(one, [], was=[Role.ADMIN], by=by, now=MONDAY) for one, by in ((ada, ben), (ben, ada))],
    )

    assert sum(isinstance(one, RolesRefused) for one in came_of) == 1
    with tenancy.within(organisation):
        assert Person.objects.filter(roles__contains=[Role.ADMIN]).count() == 1


@pytest.mark.parametrize("seed", range(5))
def test_of_two_who_cannot_come_at_the_same_moment_one_brings_another_date_and_the_other_is_not_counted_against_it(
    organisation: uuid.UUID, seed: int
) -> None:
    with tenancy.within(organisation):
        group = world.make_group(*world.people("ana", "ben", "cho", "dan"))
        session = Session.objects.get(cycle__group=group, kind="first")
        everybody = world.people("ana", "ben", "cho", "dan")
        count_in([session], everybody, now=MONDAY)
        take_answer(session, person=everybody[0], given=Answer.NO, now=MONDAY)

    def decline(person: Person) -> object:
        try:
            return take_answer(session, person=person, given=Answer.NO, now=MONDAY, to=session.local_start)
        except AskedSomethingElse:
            return "changed"

    came = at_once(organisation, [lambda person=person: decline(person) for person in everybody[1:]])  # type: ignore[misc]

    assert Counter(came) == {Came.NEW_DATE: 1, "changed": 2}
    with tenancy.within(organisation):
        moved = Session.objects.get(id=session.id)
        assert (moved.sequence, moved.strikes) == (1, 1)
        assert not moved.rsvps.exists()


def test_two_ticks_at_once_take_a_leaver_out_of_a_session_once(organisation: uuid.UUID) -> None:
    with tenancy.within(organisation):
        group = world.make_group(*world.people("ana", "ben", "cho", "dan"))
        for session in Session.objects.all():
            invite(session, now=MONDAY)
        group.memberships.get(person=world.person("dan")).end(now=MONDAY + timedelta(hours=1))

    def tick(second: int) -> None:
        free_calendars_of_leavers(MONDAY + timedelta(hours=2, seconds=second))

    def another() -> None:
        at_once(organisation, [lambda: tick(10)])

    beside = threading.Thread(target=another)
    with tenancy.within(organisation):
        tick(0)
        beside.start()
        beside.join(timeout=2)  # either it is done, or it waits for us
    beside.join(timeout=60)

    with tenancy.within(organisation):
        assert sorted(Notice.objects.filter(kind=CANCELLATION).values_list("subject_id", flat=True)) == sorted(
            Session.objects.values_list("id", flat=True)
        )
