from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reconvene.availability.models import Busy
from reconvene.challenges.actions import withdraw_challenge
from reconvene.challenges.models import Challenge
from reconvene.challenges.rules import Start
from reconvene.forming import jobs
from reconvene.forming.actions import ProposalIsClosed, accept_seat, decline_seat, form_groups, invite_next, settle_proposal, suggest_dates
from reconvene.forming.dates import other_dates
from reconvene.forming.models import Proposal, Seat
from reconvene.groups.actions import Sitter, found_group, leave_group
from reconvene.groups.models import Group, Membership, Programme
from reconvene.matching.explain import SENTENCES
from reconvene.notices.models import Notice
from reconvene.notices.registry import composer
from reconvene.scheduling import kinds, messages
from reconvene.scheduling.actions import put_off
from reconvene.scheduling.models import Rsvp, Session
from tests import world
from tests.forming.queue import LONG_AGO, propose, seat_of, wait
from tests.world import MONDAY, PEERS, TUESDAY

pytestmark = pytest.mark.django_db


def accept(*names: str, now: datetime = MONDAY, host: bool = False) -> None:
    for name in names:
        accept_seat(seat_of(name), offers_to_host=host, now=now)


def coming() -> dict[str, int]:
    """To how many sessions everybody has said that they come."""
    return dict(Counter(one.person.first_name.lower() for one in Rsvp.objects.filter(answer="yes").select_related("person")))


def members() -> set[str]:
    """Who sits in the one live group."""
    return {one.person.first_name.lower() for one in Membership.objects.live().select_related("person")}


def offered(kind: str = "seat_offer") -> list[str]:
    """Who has a notice of this kind waiting or sent."""
    return sorted(one.person.first_name.lower() for one in Notice.objects.filter(kind=kind).select_related("person"))


def test_six_people_with_one_topic_are_offered_one_table_with_reasons_and_a_host_seat() -> None:
    proposal = propose(PEERS)

    assert sorted(seat.person.first_name.lower() for seat in proposal.seats.all()) == sorted(PEERS)
    assert [seat.number for seat in proposal.seats.all()] == [1, 2, 3, 4, 5, 6]
    codes = [code for code, _params in proposal.reasons]
    assert {"topic_all", "level_same", "no_line"} <= set(codes) <= set(SENTENCES)
    assert all(code in SENTENCES for seat in proposal.seats.all() for code, _params in seat.reasons)
    assert all(seat.reasons for seat in proposal.seats.all())
    assert offered() == sorted(PEERS)


@pytest.mark.parametrize("start", list(Start))
@pytest.mark.parametrize("weekday", range(7))
def test_both_dates_lie_25_to_35_days_apart_at_one_wall_time_after_everyone_could_answer(start: Start, weekday: int) -> None:
    now = datetime(2026, 3, 2 + weekday, 16, 0, tzinfo=UTC)  # summer time begins between the two sessions
    wait("ana", "cho", "dan", start=start)
    (proposal,) = form_groups(world.programme(), seed=1, now=now)
    first, second = (datetime.fromisoformat(text) for text in (proposal.first_local, proposal.reconvene_local))

    assert 25 <= (second.date() - first.date()).days <= 35
    assert first.time() == second.time()
    assert proposal.reconvene_at.astimezone(ZoneInfo(proposal.zone)).replace(tzinfo=None) == second
    assert proposal.answer_by + timedelta(hours=8) < proposal.first_at
    assert (first.date() - now.date()).days <= {Start.THIS_WEEK: 7, Start.TWO_WEEKS: 18, Start.WHENEVER: 35}[start]


def test_dates_are_free_for_everyone() -> None:
    for at, name in enumerate(("ana", "cho", "dan")):
        day = MONDAY + timedelta(days=3)
        Busy.objects.create(person=world.person(name), starts_at=day + timedelta(days=at), ends_at=day + timedelta(days=at + 6))
    proposal = propose(("ana", "cho", "dan"))

    assert not Busy.objects.filter(starts_at__lt=proposal.first_at, ends_at__gt=proposal.first_at).exists()
    assert proposal.first_at >= MONDAY + timedelta(days=11)


def test_people_who_never_have_time_together_go_on_waiting() -> None:
    for name in ("ana", "cho", "dan"):
        Busy.objects.create(person=world.person(name), starts_at=MONDAY, ends_at=MONDAY + timedelta(days=120))
    wait("ana", "cho", "dan")

    assert form_groups(world.programme(), seed=1, now=MONDAY) == []
    assert set(Challenge.objects.values_list("considered_at", flat=True)) == {MONDAY}


@pytest.mark.parametrize(("size", "hours"), [(5, 0), (4, 24), (3, 24)])
def test_a_small_table_is_proposed_only_when_somebody_has_waited_for_more_to_come(size: int, hours: int) -> None:
    wait(*PEERS[:size])
    Challenge.objects.update(raised_at=MONDAY)
    if hours:
        assert form_groups(world.programme(), seed=1, now=MONDAY + timedelta(hours=hours, seconds=-1)) == []
    (proposal,) = form_groups(world.programme(), seed=1, now=MONDAY + timedelta(hours=hours))

    assert proposal.seats.count() == size


def test_the_tick_finds_a_small_table_once_its_time_has_come() -> None:
    wait("ana", "cho", "dan")
    Challenge.objects.update(raised_at=MONDAY)
    for hours in range(0, 37, 6):
        jobs.form_waiting(MONDAY + timedelta(hours=hours))

    assert timedelta(hours=24) <= Proposal.objects.get().proposed_at - MONDAY <= timedelta(hours=36)


def test_a_boss_and_a_report_are_never_offered_one_table() -> None:
    wait("ben", "eva", "cho", "dan")
    for proposal in form_groups(world.programme(), seed=1, now=MONDAY):
        assert {"Ben", "Eva"} - {seat.person.first_name for seat in proposal.seats.all()}


def test_the_same_seed_gives_the_same_proposals() -> None:
    names = [f"p{number}" for number in range(14)]
    wait(*names)
    made = []
    for _turn in range(2):
        proposals = form_groups(world.programme(), seed=7, now=MONDAY)
        made.append([(one.first_local, [seat.person_id for seat in one.seats.all()], one.reasons) for one in proposals])
        Proposal.objects.all().delete()

    assert made[0] == made[1]
    assert len(made[0]) == 3


def test_four_of_six_are_enough_and_the_group_has_both_sessions_and_invitations() -> None:
    propose(PEERS)
    accept("ana", "ben", "cho")
    assert not Group.objects.exists()
    accept("dan")

    group = Group.objects.get()
    assert members() == {"ana", "ben", "cho", "dan"}
    first, reconvene = Session.objects.order_by("starts_at")
    proposal = Proposal.objects.get()
    assert (first.local_start, reconvene.local_start, first.zone) == (proposal.first_local, proposal.reconvene_local, proposal.zone)
    assert first.host is not None
    assert first.host != reconvene.host
    assert proposal.group == group
    assert set(offered(kinds.INVITATION)) == {"ana", "ben", "cho", "dan"}
    assert Challenge.objects.open().count() == 2


def test_three_of_four_are_enough() -> None:
    propose(PEERS[:4])
    accept("ana", "ben")
    assert not Group.objects.exists()
    accept("cho")

    assert members() == {"ana", "ben", "cho"}


def test_who_offers_to_host_hosts_the_first_session() -> None:
    propose(("ana", "cho", "dan"))
    accept("ana", "cho")
    accept("dan", host=True)

    assert Session.objects.get(kind="first").host == world.person("dan")


def test_saying_yes_twice_changes_nothing() -> None:
    propose(("ana", "cho", "dan"))
    accept("ana", "ana", now=MONDAY)
    accept("ana", now=TUESDAY)

    assert seat_of("ana").accepted_at == MONDAY
    assert Seat.objects.accepted().count() == 1


def test_a_decline_goes_to_the_next_in_line_and_keeps_the_place_in_the_queue() -> None:
    propose(PEERS)
    wait("gil")
    decline_seat(seat_of("flo"), now=MONDAY)

    assert seat_of("gil").number == seat_of("flo").number
    assert seat_of("gil").proposal == Proposal.objects.get()
    assert "gil" in offered()
    mine = Challenge.objects.get(person=world.person("flo"))
    assert (mine.is_open, mine.raised_at) == (True, LONG_AGO)
    decline_seat(seat_of("flo"), now=TUESDAY)
    assert seat_of("flo").declined_at == MONDAY


def test_a_no_is_not_turned_into_a_yes_by_an_old_page() -> None:
    propose(PEERS)
    decline_seat(seat_of("flo"), now=MONDAY)

    with pytest.raises(ProposalIsClosed):
        accept_seat(seat_of("flo"), offers_to_host=False, now=MONDAY)
    with pytest.raises(ProposalIsClosed):
        suggest_dates(seat_of("flo"), first_local="2026-03-10T10:00", now=MONDAY)


def test_a_decline_that_leaves_enough_makes_the_group() -> None:
    propose(PEERS[:5])
    accept("ana", "ben", "cho")
    decline_seat(seat_of("eli"), now=MONDAY)

    assert members() == {"ana", "ben", "cho"}


def test_a_yes_that_has_become_a_group_is_not_taken_back_by_declining() -> None:
    propose(("ana", "cho", "dan"))
    accept("ana", "cho", "dan")

    with pytest.raises(ProposalIsClosed):
        decline_seat(seat_of("ana"), now=MONDAY)
    assert members() == {"ana", "cho", "dan"}


def test_the_next_in_line_must_be_free_at_both_dates() -> None:
    proposal = propose(PEERS)
    wait("gil", "hal")
    Busy.objects.create(
        person=world.person("gil"), starts_at=proposal.reconvene_at - timedelta(hours=1), ends_at=proposal.reconvene_at + timedelta(hours=1)
    )
    decline_seat(seat_of("flo"), now=MONDAY)

    assert seat_of("gil") is None
    assert seat_of("hal") is not None


def test_the_next_in_line_is_not_asked_beside_a_boss_who_withdrew_but_still_holds_a_seat() -> None:
    propose(PEERS)
    wait("gil")
    gil = world.person("gil")
    gil.manager = world.person("ana")
    gil.save()
    withdraw_challenge(Challenge.objects.get(person=world.person("ana")), now=MONDAY)
    decline_seat(seat_of("flo"), now=MONDAY)

    assert seat_of("gil") is None
    jobs.release_lost_seats(MONDAY)
    assert seat_of("gil") is not None
    assert seat_of("ana").lapsed_at == MONDAY


def test_the_next_in_line_get_another_working_day_to_answer() -> None:
    proposal = propose(PEERS)
    wait("gil")
    later = proposal.answer_by - timedelta(hours=1)
    decline_seat(seat_of("flo"), now=later)
    proposal.refresh_from_db()

    assert proposal.answer_by == later + timedelta(hours=24)


def test_nobody_is_asked_the_evening_before_the_session() -> None:
    proposal = propose(PEERS)
    wait("gil")

    assert invite_next(proposal, now=proposal.first_at - timedelta(hours=30)) == 0


def test_silent_seats_lapse_when_the_time_to_answer_is_over_and_three_make_the_group() -> None:
    proposal = propose(PEERS)
    accept("ana", "ben", "cho")
    before, after = proposal.answer_by - timedelta(seconds=1), proposal.answer_by
    jobs.settle_overdue(before)
    assert not Group.objects.exists()
    jobs.settle_overdue(after)

    assert members() == {"ana", "ben", "cho"}
    assert Seat.objects.exclude(lapsed_at=None).count() == 3
    assert Challenge.objects.open().filter(considered_at=None).count() == 3


def test_silent_seats_are_offered_once_more_before_the_group_is_made() -> None:
    proposal = propose(PEERS)
    accept("ana", "ben")
    wait("gil", "hal")
    settle_proposal(proposal, now=proposal.answer_by)
    proposal.refresh_from_db()

    assert (proposal.rounds, proposal.is_open) == (2, True)
    assert {seat_of("gil").proposal_id, seat_of("hal").proposal_id} == {proposal.id}
    accept("gil", now=proposal.answer_by)
    assert members() == {"ana", "ben", "gil"}


def test_too_few_yeses_dissolve_kindly_and_everyone_keeps_their_place() -> None:
    proposal = propose(PEERS)
    accept("ana", "ben")
    settle_proposal(proposal, now=proposal.answer_by)
    proposal.refresh_from_db()

    assert proposal.dissolved_at == proposal.answer_by
    assert offered("proposal_dissolved") == ["ana", "ben"]
    assert Challenge.objects.open().filter(raised_at=LONG_AGO, considered_at=None).count() == 6
    settle_proposal(proposal, now=proposal.answer_by + timedelta(hours=1))
    assert offered("proposal_dissolved") == ["ana", "ben"]
    with pytest.raises(ProposalIsClosed):
        accept_seat(seat_of("cho"), offers_to_host=False, now=proposal.answer_by)


def test_when_fewer_than_three_seats_are_held_it_is_dissolved_at_once() -> None:
    proposal = propose(("ana", "cho", "dan"))
    accept("ana")
    decline_seat(seat_of("cho"), now=MONDAY)
    proposal.refresh_from_db()

    assert proposal.dissolved_at == MONDAY
    assert offered("proposal_dissolved") == ["ana"]


def test_a_late_yes_takes_a_free_seat_and_is_invited_to_both_sessions() -> None:
    propose(PEERS)
    accept("ana", "ben", "cho", "dan")
    accept("eli", now=TUESDAY)

    assert members() == {"ana", "ben", "cho", "dan", "eli"}
    assert offered(kinds.INVITATION).count("eli") == 2
    assert coming() == dict.fromkeys(PEERS[:5], 2)


def test_a_late_yes_counts_for_the_dates_that_the_seat_showed_and_not_for_one_that_moved_since() -> None:
    propose(PEERS)
    accept("ana", "ben", "cho", "dan")
    first = Session.objects.get(kind="first")
    put_off(first, local_start="2026-03-16T10:00", now=MONDAY)
    accept("eli", now=MONDAY)

    theirs = Rsvp.objects.filter(person=world.person("eli"))
    assert [one.session.kind for one in theirs] == ["reconvene"]


def test_whoever_takes_a_seat_under_both_dates_has_said_that_they_come() -> None:
    propose(("ana", "ben", "cho", "dan"))
    accept("ana", "ben", "cho")

    assert coming() == {"ana": 2, "ben": 2, "cho": 2}
    first, _again = Session.objects.order_by("starts_at")
    letter = messages.invitation(Notice.objects.filter(kind=kinds.INVITATION, subject_id=first.id).first(), now=MONDAY)
    assert letter is not None and letter.button is not None
    assert letter.button[0] == "Date, place and answer"
    put_off(first, local_start=first.local_start.replace("T1", "T0"), now=MONDAY)
    assert coming() == {"ana": 1, "ben": 1, "cho": 1}  # a date that has moved is asked about again
    letter = messages.invitation(Notice.objects.filter(kind=kinds.INVITATION, subject_id=first.id).latest("id"), now=MONDAY)
    assert letter is not None and letter.button is not None
    assert letter.button[0] == "Say whether you can come"


def test_a_late_yes_after_the_session_has_begun_keeps_its_place_in_the_queue() -> None:
    propose(PEERS)
    accept("ana", "ben", "cho", "dan")
    first = Session.objects.get(kind="first")
    first.start(now=first.starts_at)
    accept("eli", now=first.starts_at)

    assert members() == {"ana", "ben", "cho", "dan"}
    assert seat_of("eli").lapsed_at == first.starts_at
    assert Challenge.objects.get(person=world.person("eli")).is_open


def test_an_old_link_does_not_bring_back_somebody_who_left_the_group() -> None:
    propose(PEERS[:4])
    accept("ana", "ben", "cho", "dan")
    leave_group(Membership.objects.get(person=world.person("ana")), now=TUESDAY)
    accept("ana", now=TUESDAY)

    assert members() == {"ben", "cho", "dan"}


def test_who_did_not_answer_is_free_for_the_next_proposal_once_the_group_exists() -> None:
    propose(PEERS)
    accept("ana", "ben", "cho", "dan")
    wait("gil")
    (second,) = form_groups(world.programme(), seed=1, now=TUESDAY)

    assert {seat.person.first_name for seat in second.seats.all()} == {"Eli", "Flo", "Gil"}
    assert Seat.objects.held().filter(person=world.person("eli")).get().proposal == second


def test_who_leaves_a_group_is_proposed_a_new_one() -> None:
    propose(("ana", "cho", "dan"))
    accept("ana", "cho", "dan")
    leave_group(Membership.objects.get(person=world.person("ana")), now=TUESDAY)
    wait("eli", "flo")
    (second,) = form_groups(world.programme(), seed=1, now=TUESDAY)

    assert {seat.person.first_name for seat in second.seats.all()} == {"Ana", "Eli", "Flo"}


def test_who_joined_another_group_in_the_meantime_is_left_out_and_the_rest_make_the_group() -> None:
    propose(PEERS)
    accept("ana", "ben", "cho")
    found_group(world.programme(), topic=world.topic("feedback"), sitters=[Sitter(world.person("ana"))], now=MONDAY)
    accept("dan")

    proposal = Proposal.objects.get()
    assert {one.person.first_name for one in proposal.group.memberships.live()} == {"Ben", "Cho", "Dan"}
    assert seat_of("ana").lapsed_at == MONDAY


def test_a_new_reporting_line_between_two_who_said_yes_leaves_one_of_them_out() -> None:
    propose(PEERS[:4])
    accept("ana", "ben")
    ana = world.person("ana")
    ana.manager = world.person("ben")
    ana.save()
    accept("cho")
    assert not Group.objects.exists()
    accept("dan")

    assert len(members() & {"ana", "ben"}) == 1
    assert members() >= {"cho", "dan"}


def test_a_proposal_whose_dates_have_passed_is_dissolved_not_tried_for_ever() -> None:
    proposal = propose(("ana", "cho", "dan", "eli"))
    accept("ana", "cho")
    Seat.objects.filter(person=world.person("dan")).update(accepted_at=MONDAY)
    jobs.settle_overdue(proposal.first_at + timedelta(days=3))  # no worker ran for days
    proposal.refresh_from_db()

    assert proposal.dissolved_at is not None
    assert not Group.objects.exists()


def test_one_proposal_that_cannot_be_settled_does_not_hold_up_the_others() -> None:
    broken = propose(("ana", "cho", "dan"))
    sound = propose(("eli", "flo", "gil"))
    Seat.objects.update(accepted_at=MONDAY)
    Proposal.objects.filter(id=broken.id).update(zone="Nowhere/Land")
    jobs.settle_overdue(sound.answer_by)

    assert members() == {"eli", "flo", "gil"}


def test_the_seat_of_somebody_who_withdrew_goes_to_the_next_at_the_tick() -> None:
    propose(PEERS)
    wait("gil")
    withdraw_challenge(Challenge.objects.get(person=world.person("ana")), now=MONDAY)
    jobs.release_lost_seats(MONDAY)

    assert seat_of("ana").lapsed_at == MONDAY
    assert seat_of("gil").proposal == Proposal.objects.get()


def test_the_seat_of_somebody_who_left_is_given_back_at_the_tick() -> None:
    propose(("ana", "cho", "dan"))
    world.person("ana").leave(now=MONDAY)
    jobs.release_lost_seats(MONDAY)

    assert Proposal.objects.get().dissolved_at == MONDAY


def test_the_offer_of_a_seat_says_how_long_the_sessions_of_its_programme_are() -> None:
    Programme.objects.update(session_minutes=75)
    propose(PEERS)
    notice = Notice.objects.filter(kind="seat_offer").select_related("person").earliest("id")

    message = composer("seat_offer")(notice, now=MONDAY)  # type: ignore[misc]

    assert message is not None and message.lines[1].endswith("75 minutes each.")


def test_other_dates_suit_everyone_and_moving_to_one_tells_the_others_once() -> None:
    proposal = propose(("ana", "cho", "dan"))
    pair = other_dates(proposal, now=MONDAY)[1]
    chosen = f"{pair.first_local:%Y-%m-%dT%H:%M}"
    moved = suggest_dates(seat_of("ana"), first_local=chosen, now=MONDAY + timedelta(hours=1))

    assert moved.first_local == chosen != proposal.first_local
    assert 25 <= (moved.reconvene_at.date() - moved.first_at.date()).days <= 35
    waiting = Notice.objects.waiting().filter(kind="seat_offer")
    assert sorted(one.person.first_name for one in waiting) == ["Ana", "Cho", "Dan"]
    assert moved.answer_by >= MONDAY + timedelta(hours=25)


def test_a_late_suggestion_gives_the_others_time() -> None:
    proposal = propose(("ana", "cho", "dan"))
    late = proposal.answer_by - timedelta(minutes=1)
    pair = other_dates(proposal, now=late)[0]
    moved = suggest_dates(seat_of("ana"), first_local=f"{pair.first_local:%Y-%m-%dT%H:%M}", now=late)

    assert moved.answer_by == late + timedelta(hours=24)


def test_dates_do_not_move_once_somebody_else_has_said_yes_nor_to_a_time_that_was_not_offered() -> None:
    proposal = propose(("ana", "cho", "dan"))
    with pytest.raises(ProposalIsClosed):
        suggest_dates(seat_of("ana"), first_local="2026-03-07T03:00", now=MONDAY)
    pair = other_dates(proposal, now=MONDAY)[0]
    accept("cho")
    with pytest.raises(ProposalIsClosed):
        suggest_dates(seat_of("ana"), first_local=f"{pair.first_local:%Y-%m-%dT%H:%M}", now=MONDAY)


def test_the_tick_looks_at_a_new_challenge_at_once_and_at_old_ones_twice_a_day() -> None:
    wait("ana", "cho")
    jobs.form_waiting(MONDAY)
    assert set(Challenge.objects.values_list("considered_at", flat=True)) == {MONDAY}
    jobs.form_waiting(MONDAY + timedelta(hours=11))
    assert set(Challenge.objects.values_list("considered_at", flat=True)) == {MONDAY}
    jobs.form_waiting(MONDAY + timedelta(hours=13))
    assert set(Challenge.objects.values_list("considered_at", flat=True)) == {MONDAY + timedelta(hours=13)}
    wait("dan")
    jobs.form_waiting(MONDAY + timedelta(hours=14))
    assert Proposal.objects.get().seats.count() == 3


def test_a_second_challenge_of_somebody_with_a_group_does_not_make_the_tick_work_for_ever() -> None:
    world.make_group(*world.people("ana", "cho", "dan"))
    wait("ana", topic=world.topic("feedback"))
    wait("eli")
    jobs.form_waiting(MONDAY)
    jobs.form_waiting(TUESDAY - timedelta(hours=23))

    assert Challenge.objects.get(person=world.person("eli")).considered_at == MONDAY
