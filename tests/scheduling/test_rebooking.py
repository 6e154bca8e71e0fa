"""Dates that come to nothing: another one without anybody's hand, a question the second time, and a kind end."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from reconvene.availability.models import Busy
from reconvene.base.jobs import tick
from reconvene.challenges.models import Challenge
from reconvene.groups.models import Group, Membership
from reconvene.notices.models import Notice
from reconvene.notices.registry import composer
from reconvene.practice.models import PracticeReport
from reconvene.scheduling import kinds, rebooking
from reconvene.scheduling.actions import move_session, pass_hosting
from reconvene.scheduling.jobs import replace_lost_dates
from reconvene.scheduling.models import Rsvp, Session
from reconvene.scheduling.rules import Answer, Outcome
from tests import world
from tests.world import MONDAY, TUESDAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LOST = TUESDAY + 2 * DAY


@pytest.fixture
def group() -> Group:
    """Four; Tuesday 3 March 10:00 and four weeks later."""
    return world.make_group(*world.people("ana", "ben", "cho", "dan"))


def dates(group: Group) -> list[str]:
    return list(Session.objects.filter(cycle__group=group).order_by("kind").values_list("local_start", flat=True))


def first(group: Group) -> Session:
    return Session.objects.get(cycle__group=group, kind="first")


def told(kind: str) -> list[str]:
    return sorted(Notice.objects.waiting().filter(kind=kind).values_list("person__name", flat=True))


def say(group: Group, name: str, given: Answer, *, now: datetime = MONDAY) -> Outcome:
    return rebooking.take_answer(first(group), person=world.person(name), given=given, now=now)


ALL = ["Ana Example", "Ben Example", "Cho Example", "Dan Example"]


def test_as_long_as_three_can_come_the_date_stands(group: Group) -> None:
    assert say(group, "ben", Answer.NO) is Outcome.KEPT
    assert dates(group) == ["2026-03-03T10:00", "2026-03-31T10:00"]
    assert Rsvp.objects.count() == 1


def test_when_fewer_than_three_can_come_the_next_date_that_suits_all_is_booked_and_everybody_is_asked_anew(group: Group) -> None:
    Busy.objects.create(person=world.person("dan"), starts_at=MONDAY, ends_at=MONDAY + 3 * DAY)
    say(group, "ben", Answer.NO)
    assert say(group, "cho", Answer.NO) is Outcome.NEW_DATE

    assert dates(group) == ["2026-03-05T10:00", "2026-03-31T10:00"]
    assert not Rsvp.objects.exists()
    assert told(kinds.INVITATION) == ALL
    assert (first(group).strikes, first(group).sequence) == (1, 1)


def test_a_group_that_agrees_on_the_date_that_fell_through_has_it_and_is_asked_no_more_whether_it_wants_to_meet(group: Group) -> None:
    session = first(group)
    session.ask(now=MONDAY)

    moved = move_session(session, local_start=session.local_start, by=world.person("ben"), now=MONDAY)

    assert (moved.local_start, moved.asked_at, moved.sequence) == (session.local_start, None, session.sequence + 1)
    assert told(kinds.INVITATION) == ALL
    again = move_session(moved, local_start=moved.local_start, by=world.person("ben"), now=MONDAY)
    assert again.sequence == moved.sequence


def test_whoever_takes_the_hosting_of_a_date_that_fell_through_is_not_told_that_they_host_it(group: Group) -> None:
    session = first(group)
    session.ask(now=MONDAY - DAY)

    pass_hosting(session, by=world.person("ana"), now=MONDAY - DAY)
    assert first(group).host == world.person("ben")
    assert told(kinds.HOST_CARD) == told(kinds.TOMORROW) == []

    move_session(session, local_start="2026-03-05T10:00", by=world.person("cho"), now=MONDAY)
    assert told(kinds.HOST_CARD) == ["Ben Example"]


def test_a_reconvene_that_would_be_too_near_goes_along(group: Group) -> None:
    Busy.objects.create(person=world.person("dan"), starts_at=MONDAY, ends_at=MONDAY + 7 * DAY)
    say(group, "ben", Answer.NO)
    say(group, "cho", Answer.NO)

    assert dates(group) == ["2026-03-09T10:00", "2026-04-07T10:00"]  # the day before is Easter Monday
    assert len(told(kinds.INVITATION)) == 8


def test_a_group_that_still_gathers_is_short_of_nobody(group: Group) -> None:
    Membership.objects.filter(person__in=world.people("cho", "dan")).update(ended_at=MONDAY)
    say(group, "ben", Answer.NO)
    assert dates(group)[0] == "2026-03-03T10:00"


def test_a_session_to_which_nobody_came_gets_another_date_after_a_day_and_not_before(group: Group) -> None:
    replace_lost_dates(first(group).starts_at + timedelta(hours=23))
    assert dates(group)[0] == "2026-03-03T10:00"

    replace_lost_dates(LOST)
    replace_lost_dates(LOST)

    assert dates(group) == ["2026-03-06T10:00", "2026-03-31T10:00"]
    assert first(group).strikes == 1


@pytest.mark.parametrize("facts", [{"started_at": TUESDAY}, {"started_at": TUESDAY, "ended_at": TUESDAY}, {"cancelled_at": TUESDAY}])
def test_what_was_begun_held_or_cancelled_is_not_lost(group: Group, facts: dict[str, datetime]) -> None:
    Session.objects.filter(id=first(group).id).update(**facts)
    replace_lost_dates(LOST)
    assert dates(group)[0] == "2026-03-03T10:00"


def test_the_second_time_in_a_row_the_group_is_asked_by_a_message_of_its_own(group: Group) -> None:
    replace_lost_dates(LOST)
    replace_lost_dates(LOST + 3 * DAY)

    assert first(group).asked_at == LOST + 3 * DAY
    assert told(kinds.STILL_WANTED) == sorted(ALL * 2)  # at once, and four days later to whoever has not answered
    assert told(kinds.INVITATION) == []
    notice = Notice.objects.filter(kind=kinds.STILL_WANTED).first()
    message = composer(kinds.STILL_WANTED)(notice, now=LOST + 3 * DAY)  # type: ignore[misc, arg-type]
    assert message is not None and message.subject == "Do you still want to meet?"
    for name in ("Ana", "Wren", "Delegating"):
        assert name not in " ".join((message.subject, *message.lines))


@pytest.fixture
def asked(group: Group) -> Group:
    Session.objects.filter(id=first(group).id).update(asked_at=LOST, strikes=2, sequence=1)
    return group


def test_when_all_have_answered_and_three_want_to_a_date_is_found_and_the_fourth_keeps_their_place_in_the_queue(asked: Group) -> None:
    for name in ("ana", "ben", "cho"):
        say(asked, name, Answer.YES, now=LOST)
    assert first(asked).asked_at == LOST
    assert say(asked, "dan", Answer.NO, now=LOST) is Outcome.NEW_DATE

    assert dates(asked) == ["2026-03-06T10:00", "2026-03-31T10:00"]
    assert (first(asked).asked_at, first(asked).strikes) == (None, 0)
    assert [seat.person.first_name for seat in asked.memberships.live()] == ["Ana", "Ben", "Cho"]
    assert Challenge.objects.get(person=world.person("dan")).seated_at is None


def test_whoever_is_silent_for_a_week_keeps_the_seat_when_three_want_to(asked: Group) -> None:
    for name in ("ana", "ben", "cho"):
        say(asked, name, Answer.YES, now=LOST)

    replace_lost_dates(LOST + 6 * DAY)
    assert first(asked).asked_at is not None
    replace_lost_dates(LOST + 8 * DAY)

    assert dates(asked)[0] == "2026-03-16T10:00"
    assert asked.memberships.live().count() == 4


def test_when_too_few_want_to_the_group_ends_kindly_and_nobody_is_named(asked: Group) -> None:
    say(asked, "ana", Answer.NO, now=LOST)
    assert Group.objects.live().exists()
    assert say(asked, "ben", Answer.NO, now=LOST) is Outcome.ENDED

    asked.refresh_from_db()
    assert asked.ended_at == LOST
    assert told(kinds.GROUP_ENDED) == ALL
    assert not Challenge.objects.exclude(seated_at=None).exists()
    assert Session.objects.filter(cancelled_at=LOST).count() == 2
    notice = Notice.objects.filter(kind=kinds.GROUP_ENDED).first()
    message = composer(kinds.GROUP_ENDED)(notice, now=LOST)  # type: ignore[misc, arg-type]
    assert message is not None and not any(name in " ".join(message.lines) for name in ("Ana", "Ben", "Wren", "Delegating"))


def test_silence_of_all_for_a_week_ends_the_group_once(asked: Group) -> None:
    for _ in range(2):
        replace_lost_dates(LOST + 8 * DAY)
    assert told(kinds.GROUP_ENDED) == ALL


def test_a_group_of_two_whose_date_was_lost_ends_instead_of_being_rebooked(group: Group) -> None:
    Membership.objects.filter(person__in=world.people("cho", "dan")).update(ended_at=MONDAY)
    replace_lost_dates(LOST)
    assert told(kinds.GROUP_ENDED) == ["Ana Example", "Ben Example"]


def test_a_lost_reconvene_may_lie_up_to_six_weeks_after_the_first_session(group: Group) -> None:
    Session.objects.filter(id=first(group).id).update(started_at=TUESDAY, ended_at=TUESDAY)
    lost_at = datetime.fromisoformat("2026-04-08T12:00+00:00")
    Session.objects.filter(cycle__group=group, kind="reconvene").update(starts_at=lost_at - 2 * DAY, local_start="2026-04-06T10:00")
    replace_lost_dates(lost_at)
    assert dates(group)[1] == "2026-04-10T10:00"
    assert (datetime.fromisoformat("2026-04-10") - datetime.fromisoformat("2026-03-03")).days == 38


def test_a_date_that_somebody_proposes_answers_the_question(asked: Group) -> None:
    from reconvene.scheduling.actions import move_session

    move_session(first(asked), local_start="2026-03-09T11:00", by=world.person("ana"), now=LOST)
    assert first(asked).asked_at is None


def test_the_tick_replaces_lost_dates_of_every_organisation(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    Session.objects.filter(id=first(group).id).update(starts_at=MONDAY - 3 * DAY)
    tick()
    assert first(group).strikes == 1


def test_one_date_that_cannot_be_replaced_holds_up_no_other(group: Group) -> None:
    """The first group's session stands in a zone that this machine does not know."""
    other = world.make_group(*world.people("eli", "flo", "eva"), name="Robin")
    Session.objects.filter(cycle__group=group, kind="first").update(zone="Nowhere/Atlantis")
    Session.objects.filter(cycle__group=other).update(starts_at=TUESDAY + timedelta(hours=1))

    replace_lost_dates(LOST)

    assert first(group).strikes == 0
    assert first(other).strikes == 1


# --- the reconvene

PAST = datetime.fromisoformat("2026-03-31T10:00+00:00") + DAY


@pytest.fixture
def practised(group: Group) -> Group:
    """The first session was held; the reconvene on 31 March was not."""
    Session.objects.filter(id=first(group).id).update(started_at=TUESDAY, ended_at=TUESDAY)
    return group


def test_a_reconvene_to_which_nobody_came_gets_one_other_date_and_then_the_four_weeks_end_kindly(practised: Group) -> None:
    replace_lost_dates(PAST)
    assert dates(practised)[1] == "2026-04-07T10:00"  # after Easter
    again = Session.objects.get(cycle__group=practised, kind="reconvene")
    assert (again.strikes, again.asked_at, told(kinds.INVITATION)) == (1, None, ALL)

    ends = again.starts_at + 2 * DAY
    for _ in range(2):
        replace_lost_dates(ends)

    practised.refresh_from_db()
    cycle = practised.cycles.get()
    assert (practised.ended_at, cycle.closed_at, cycle.outcome) == (ends, ends, "finish")
    assert told(kinds.CYCLE_ENDED) == ALL
    assert told(kinds.STILL_WANTED) == told(kinds.GROUP_ENDED) == told(kinds.CANCELLATION) == []
    assert not Challenge.objects.filter(settled_at=None).exists()
    assert first(practised).cancelled_at is None


def test_when_no_day_of_the_six_weeks_suits_the_four_weeks_end_at_once(practised: Group) -> None:
    Busy.objects.create(person=world.person("dan"), starts_at=PAST, ends_at=PAST + 30 * DAY)
    replace_lost_dates(PAST)
    assert practised.cycles.get().closed_at == PAST
    assert told(kinds.CYCLE_ENDED) == ALL


def test_when_fewer_than_three_can_come_to_the_reconvene_twice_the_last_who_says_so_reads_what_it_means(practised: Group) -> None:
    again, browsers = Session.objects.get(cycle__group=practised, kind="reconvene"), {}
    now = TUESDAY + 20 * DAY
    with time_machine.travel(now, tick=False):
        for name in ("ana", "ben"):
            browsers[name] = world.sign_in(world.person(name))
        for _ in range(2):
            answers = [
                browsers[name].post(reverse("session-answer", args=[again.id]), {"answer": "no"}, follow=True) for name in ("ana", "ben")
            ]
    assert "Your plan and your report stay yours." in answers[-1].content.decode()
    assert practised.cycles.get().closed_at == now
    assert told(kinds.CANCELLATION) == ALL  # the second date lay ahead


def test_what_was_reported_stays_ones_own_and_the_mail_leads_there(practised: Group) -> None:
    cycle, ana = practised.cycles.get(), world.person("ana")
    PracticeReport.objects.create(cycle=cycle, person=ana, did="I asked first", saved_at=TUESDAY)
    rebooking.end_kindly(Session.objects.get(cycle=cycle, kind="reconvene"), now=PAST)

    notices = {notice.person.first_name: notice for notice in Notice.objects.filter(kind=kinds.CYCLE_ENDED)}
    letters = {name: composer(kinds.CYCLE_ENDED)(notice, now=PAST) for name, notice in notices.items()}  # type: ignore[misc]
    page = reverse("practice", args=[cycle.id])
    assert [letters[name].button[1].endswith(page) for name in ("Ana", "Ben")] == [True, False]  # type: ignore[union-attr, index]
    with time_machine.travel(PAST, tick=False):
        assert world.sign_in(ana).get(page).status_code == 200
        assert world.sign_in(world.person("ben")).get(page).status_code == 404
    assert PracticeReport.objects.get().did == "I asked first"
