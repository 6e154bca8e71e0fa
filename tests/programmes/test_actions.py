from datetime import UTC, date, datetime, timedelta

import pytest

from reconvene.groups.models import Programme
from reconvene.groups.rules import ProgrammeKind
from reconvene.notices.models import Notice
from reconvene.people.models import Organisation
from reconvene.programmes.actions import CannotStart, SignUpIsOver, apply_roster, decline, end_programme, join, keep_roster
from reconvene.programmes.jobs import end_what_is_over, forget_rosters, invite_waiting
from reconvene.programmes.messages import INVITATION
from reconvene.programmes.models import Participant, Roster
from tests import world
from tests.programmes.programme import LAST_DAY, join_all, start
from tests.world import MONDAY, PEERS

pytestmark = pytest.mark.django_db


def invited() -> set[str]:
    return set(Notice.objects.filter(kind=INVITATION).values_list("person__external_id", flat=True))


def test_everybody_of_the_audience_is_invited_once_by_a_message_that_counts() -> None:
    world.people(*PEERS, "eva")
    start(levels=[1])
    for _ in range(2):
        invite_waiting(MONDAY)

    assert invited() == {*PEERS, "fay"}
    assert set(Notice.objects.filter(kind=INVITATION).values_list("is_counted", flat=True)) == {True}
    assert Notice.objects.filter(kind=INVITATION).count() == 7


def test_nobody_is_invited_before_the_first_day_nor_after_the_last() -> None:
    world.people(*PEERS)
    start(starts_on=MONDAY.date() + timedelta(days=2))
    invite_waiting(MONDAY)
    assert invited() == set()

    invite_waiting(MONDAY + timedelta(days=12))
    assert invited() == set()
    invite_waiting(MONDAY + timedelta(days=3))
    assert len(invited()) == 8


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"functions": ["Nowhere"]}, "empty_audience"),
        ({"functions": ["Payroll"]}, "too_few"),
        ({"kind": ProgrammeKind.PILOT, "functions": ["Payroll", "Quality", "Warehouse", "Procurement"]}, "one_group"),
    ],
)
def test_an_audience_that_makes_no_group_is_refused_and_nothing_is_written(facts: dict[str, object], code: str) -> None:
    world.people(*PEERS)
    with pytest.raises(CannotStart) as refusal:
        start(**facts)

    assert refusal.value.code == code
    assert not Programme.objects.filter(is_open=False).exists()


def test_a_programme_for_newcomers_passes_over_who_is_there_and_invites_who_comes() -> None:
    world.people(*PEERS)
    start(ProgrammeKind.ONBOARDING, levels=[1])
    invite_waiting(MONDAY)
    assert invited() == set()

    world.person("gil")
    invite_waiting(MONDAY + timedelta(hours=1))
    assert invited() == {"gil"}


def test_who_declined_is_not_asked_again_and_may_still_change_their_mind() -> None:
    ana = world.person("ana")
    world.people(*PEERS)
    programme = start()
    invite_waiting(MONDAY)
    decline(programme, person=ana, now=MONDAY)
    mine = Participant.objects.get(person=ana)
    assert (mine.joined_at, mine.declined_at) == (None, MONDAY)

    join_all(programme, "ana")
    mine.refresh_from_db()
    assert (mine.joined_at, mine.declined_at) == (MONDAY, None)


def test_nobody_joins_when_the_sign_up_is_over_nor_the_open_programme() -> None:
    world.people(*PEERS)
    programme = start()
    with pytest.raises(SignUpIsOver):
        join(programme, person=world.person("ana"), today=LAST_DAY + timedelta(days=1), now=MONDAY)
    with pytest.raises(SignUpIsOver):
        join(world.programme(), person=world.person("ana"), today=MONDAY.date(), now=MONDAY)


def test_a_roster_changes_nothing_until_it_is_confirmed_and_is_gone_afterwards() -> None:
    ana, ben = world.people("ana", "ben")
    programme = start(ProgrammeKind.COURSE)
    roster = keep_roster(programme, filename="a.csv", matched=[str(ana.id), str(ben.id)], unknown=[[3, "x", "unknown"]], by=ana, now=MONDAY)
    assert programme.participants.count() == 0

    assert apply_roster(roster, now=MONDAY) == 2
    assert Roster.objects.count() == 0
    invite_waiting(MONDAY)
    assert invited() == {"ana", "ben"}


def test_a_roster_that_nobody_confirms_is_forgotten() -> None:
    keep_roster(
        start(ProgrammeKind.COURSE),
        filename="a.csv",
        matched=[],
        unknown=[[1, "Ana Example", "unknown"]],
        by=world.person("fay"),
        now=MONDAY,
    )
    forget_rosters(MONDAY + timedelta(days=8))

    assert Roster.objects.count() == 0


def test_the_open_programme_cannot_be_ended_and_others_end_by_themselves_after_their_last_day() -> None:
    world.people(*PEERS)
    end_programme(world.programme(), now=MONDAY)
    programme = start(ProgrammeKind.ROLLING, ends_on=MONDAY.date() + timedelta(days=7))
    end_what_is_over(MONDAY + timedelta(days=7))
    assert Programme.objects.running().count() == 2

    end_what_is_over(MONDAY + timedelta(days=8))
    programme.refresh_from_db()
    assert programme.ended_at == MONDAY + timedelta(days=8)
    assert Programme.objects.running().get().is_open


@pytest.mark.parametrize(
    ("zone", "over"),
    [("America/Los_Angeles", datetime(2026, 3, 11, 7, 0, tzinfo=UTC)), ("Pacific/Auckland", datetime(2026, 3, 10, 11, 0, tzinfo=UTC))],
)
def test_a_programme_ends_when_its_last_day_is_past_on_the_organisations_clock(zone: str, over: datetime) -> None:
    Organisation.objects.update(time_zone=zone)
    world.people(*PEERS)
    programme = start(ProgrammeKind.ROLLING, ends_on=date(2026, 3, 10))
    end_what_is_over(over - timedelta(seconds=1))
    assert programme in Programme.objects.running()

    end_what_is_over(over)
    assert programme not in Programme.objects.running()
