from datetime import UTC, date, datetime, timedelta

import pytest

from reconvene.challenges.models import Challenge
from reconvene.forming.actions import ProposalIsClosed, accept_seat, discard_proposal, form_groups, release_proposal, settle_proposal
from reconvene.forming.jobs import begin_second_halves, close_sign_ups, form_waiting, settle_overdue
from reconvene.forming.models import Proposal, Seat
from reconvene.forming.pool import seatable
from reconvene.groups.models import Programme
from reconvene.groups.rules import Half, Outcome, ProgrammeKind
from reconvene.notices.models import Notice
from reconvene.people.models import Organisation
from reconvene.programmes.actions import decline, end_programme
from tests import world
from tests.forming.queue import seat_of, wait
from tests.programmes.programme import join_all, start
from tests.world import MONDAY, PEERS

pytestmark = pytest.mark.django_db

CLOSES = MONDAY + timedelta(days=12)  # Saturday, the day after the last day of the sign-up
OTHERS = ("gil", "hal", "ida", "joe", "kim", "lea")


def asked() -> set[str]:
    return set(Seat.objects.held().values_list("person__external_id", flat=True))


def test_who_joined_a_wave_waits_for_its_end_and_is_seated_with_others_of_it() -> None:
    wait(*PEERS)
    programme = start()
    join_all(programme, *PEERS)
    form_waiting(MONDAY)
    close_sign_ups(MONDAY + timedelta(days=11))
    assert asked() == set()

    close_sign_ups(CLOSES)
    assert asked() == set(PEERS)
    assert Proposal.objects.get().programme == programme
    close_sign_ups(CLOSES)
    assert Proposal.objects.count() == 1


def test_a_challenge_on_another_topic_than_the_waves_is_seated_at_once_in_the_open_programme() -> None:
    wait(*PEERS)
    programme = start(topics=[world.topic("giving-feedback")])
    join_all(programme, *PEERS)
    form_waiting(MONDAY)

    assert Proposal.objects.get().programme == world.programme()


def test_at_the_end_of_a_sign_up_a_table_of_three_is_not_kept_waiting_and_who_is_left_waits_in_the_open_one() -> None:
    wait("ana", "cho", "dan")
    wait("eli", topic=world.topic("other"))
    Challenge.objects.update(raised_at=CLOSES)
    programme = start()
    join_all(programme, "ana", "cho", "dan", "eli")
    close_sign_ups(CLOSES)
    assert asked() == {"ana", "cho", "dan"}

    wait("flo", "gil", "hal", "ida", topic=world.topic("other"))
    form_waiting(CLOSES + timedelta(hours=13))
    assert Seat.objects.get(person=world.person("eli")).proposal.programme == world.programme()


def test_who_takes_part_no_longer_and_who_is_in_a_programme_that_ended_are_seated_in_the_open_one() -> None:
    wait(*PEERS)
    programme = start()
    join_all(programme, *PEERS)
    decline(programme, person=world.person("ana"), now=MONDAY)
    end_programme(programme, now=MONDAY)
    form_waiting(MONDAY)

    assert asked() == set(PEERS)


def pilot(*, by: str) -> Programme:
    wait(*PEERS, *OTHERS)
    programme = start(ProgrammeKind.PILOT, randomised_by=by, second_by=MONDAY.date() + timedelta(weeks=14))
    join_all(programme, *PEERS, *OTHERS)
    return programme


@pytest.mark.parametrize("by", ["group", "person"])
def test_half_of_a_pilot_begins_and_the_other_half_waits_until_the_first_have_reconvened(by: str) -> None:
    programme = pilot(by=by)
    close_sign_ups(CLOSES)
    programme.refresh_from_db()
    halves = dict(programme.participants.values_list("person__external_id", "half"))
    first = {name for name, half in halves.items() if half == Half.FIRST}
    assert programme.seed is not None and len(first) == 6
    assert asked() <= first and len(asked()) >= 3

    form_waiting(CLOSES + timedelta(hours=13))
    assert asked() <= first
    assert set(seatable(programme).values_list("person__external_id", flat=True)) <= first  # who is next in line for an open seat
    for seat in Seat.objects.held():
        accept_seat(seat, offers_to_host=False, now=CLOSES)
    begin_second_halves(CLOSES + timedelta(weeks=5))
    assert asked() <= first

    cycle = Proposal.objects.get(group__isnull=False).group.cycles.get()
    cycle.close(outcome=Outcome.FINISH, now=CLOSES + timedelta(weeks=5))
    Proposal.objects.open().update(dissolved_at=CLOSES)
    begin_second_halves(CLOSES + timedelta(weeks=5))
    assert asked() - first and asked() - first <= set(halves) - first


def test_the_waiting_half_begins_on_its_last_day_whatever_the_first_half_does() -> None:
    programme = pilot(by="person")
    close_sign_ups(CLOSES)
    begin_second_halves(MONDAY + timedelta(weeks=14))
    programme.refresh_from_db()

    assert programme.second_began_at == MONDAY + timedelta(weeks=14)


ZONES = [("America/Los_Angeles", datetime(2026, 6, 8, 7, 0, tzinfo=UTC)), ("Pacific/Auckland", datetime(2026, 6, 7, 12, 0, tzinfo=UTC))]
"""Where 8 June begins, and when."""


@pytest.mark.parametrize(("zone", "begins"), ZONES)
def test_the_waiting_half_begins_as_its_day_begins_on_the_organisations_clock(zone: str, begins: datetime) -> None:
    programme = pilot(by="person")
    close_sign_ups(CLOSES)
    Organisation.objects.update(time_zone=zone)
    Programme.objects.filter(id=programme.id).update(second_by=date(2026, 6, 8))
    begin_second_halves(begins - timedelta(seconds=1))
    assert Programme.objects.get(id=programme.id).second_began_at is None

    begin_second_halves(begins)
    assert Programme.objects.get(id=programme.id).second_began_at == begins


@pytest.mark.parametrize(("zone", "begins"), ZONES)
def test_a_programme_forms_groups_from_its_first_day_on_the_organisations_clock(zone: str, begins: datetime) -> None:
    wait(*PEERS)
    Organisation.objects.update(time_zone=zone)
    Programme.objects.update(starts_on=date(2026, 6, 8))
    form_waiting(begins - timedelta(seconds=1))
    assert asked() == set()

    form_waiting(begins)
    assert asked() == set(PEERS)


def test_a_pilot_that_too_few_joined_lets_all_begin() -> None:
    wait(*PEERS[:4])
    world.people(*PEERS)
    programme = start(ProgrammeKind.PILOT, randomised_by="group")
    join_all(programme, *PEERS[:4])
    close_sign_ups(CLOSES)

    assert asked() == set(PEERS[:4])
    assert Programme.objects.get(id=programme.id).drawn_at is None


def under_review() -> Proposal:
    Programme.objects.filter(is_open=True).update(is_reviewed=True)
    wait(*PEERS)
    (proposal,) = form_groups(world.programme(), seed=1, now=MONDAY)
    return proposal


def test_a_proposal_under_review_is_seen_by_nobody_until_it_is_released() -> None:
    proposal = under_review()
    ana = world.person("ana")
    assert Notice.objects.count() == 0
    assert not Seat.objects.visible_to(ana).exists() and not Proposal.objects.visible_to(ana).exists()
    with pytest.raises(ProposalIsClosed):
        accept_seat(seat_of("ana"), offers_to_host=False, now=MONDAY)

    release_proposal(proposal, now=MONDAY + timedelta(hours=1))
    release_proposal(proposal, now=MONDAY + timedelta(hours=2))
    assert Notice.objects.filter(kind="seat_offer").count() == 6
    assert Seat.objects.visible_to(ana).exists()


def test_a_release_that_comes_late_moves_the_dates_so_that_everybody_has_time_to_answer() -> None:
    proposal = under_review()
    late = proposal.first_at - timedelta(hours=20)
    released = release_proposal(proposal, now=late)

    assert late > proposal.keeps_dates_until
    assert released is not None and released.first_at > proposal.first_at
    assert released.answer_by > late and released.answer_by < released.first_at


def test_released_at_the_last_moment_it_goes_out_under_its_dates() -> None:
    proposal = under_review()
    released = release_proposal(proposal, now=proposal.keeps_dates_until)

    assert released is not None and released.first_at == proposal.first_at
    assert released.answer_by + timedelta(hours=12) == proposal.first_at
    assert proposal.release_by == min(proposal.answer_by, proposal.keeps_dates_until)


def test_what_is_not_released_or_is_discarded_leaves_everybody_waiting_and_tells_nobody() -> None:
    proposal = under_review()
    settle_overdue(proposal.answer_by)
    proposal.refresh_from_db()
    assert proposal.dissolved_at == proposal.answer_by
    (again,) = form_groups(world.programme(), seed=1, now=proposal.answer_by)
    discard_proposal(again, now=proposal.answer_by)
    settle_proposal(again, now=proposal.answer_by)

    assert asked() == set()
    assert Notice.objects.count() == 0
