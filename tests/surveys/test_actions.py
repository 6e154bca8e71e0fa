"""Answers to questionnaires: what is accepted, and that nobody stands behind them."""

from datetime import date, timedelta

import pytest

from reconvene.base import tenancy
from reconvene.releases.measurements import Shares, Spread
from reconvene.surveys import measures
from reconvene.surveys.actions import answer
from reconvene.surveys.models import Response
from reconvene.surveys.rules import BadAnswer, Moment, checked
from tests import world
from tests.world import MONDAY, TUESDAY

pytestmark = pytest.mark.django_db
GIVEN = {"usable": "8", "openly": 10, "fair_time": "right", "know_when": ""}


def test_answers_are_kept_in_the_form_of_their_questions_without_the_skipped_ones() -> None:
    group = world.make_group(*world.people("ana", "ben", "cho"))

    answer(group.cycles.get(), person=world.person("ana"), moment=Moment.AFTER_FIRST, answers=GIVEN, now=TUESDAY)

    kept = Response.objects.get()
    assert kept.answers == {"usable": 8, "openly": 10, "fair_time": "right"}
    assert kept.week_of == date(2026, 3, 2)


def test_no_id_of_a_person_or_group_is_in_the_row() -> None:
    group, ana = world.make_group(*world.people("ana", "ben", "cho")), world.person("ana")

    answer(group.cycles.get(), person=ana, moment=Moment.AFTER_FIRST, answers=GIVEN, now=TUESDAY)

    row = " ".join(str(value) for value in Response.objects.values_list().get())
    for secret in (ana.id, group.id, group.cycles.get().id):
        assert str(secret) not in row and secret.hex not in row


def test_answering_twice_keeps_the_last() -> None:
    cycle = world.make_group(*world.people("ana", "ben", "cho")).cycles.get()
    for value in (3, 4):
        answer(cycle, person=world.person("ana"), moment=Moment.AFTER_FIRST, answers={"usable": value}, now=TUESDAY)

    assert Response.objects.get().answers == {"usable": 4}


def test_what_a_report_counted_stays_whatever_is_answered_later() -> None:
    cycle, organisation = world.make_group(*world.people("ana", "ben", "cho")).cycles.get(), tenancy.current()
    later, usable = TUESDAY + timedelta(weeks=3), measures.spread("usable")
    for person in world.people("ana", "ben", "cho"):
        answer(cycle, person=person, moment=Moment.AFTER_FIRST, answers={"usable": 3}, now=TUESDAY)
    report = MONDAY + timedelta(weeks=2)
    counted = usable(organisation, report)
    assert counted == Spread((3.0, 3.0, 3.0), 1, is_mean=True)

    answer(cycle, person=world.person("ana"), moment=Moment.AFTER_FIRST, answers={"usable": 9}, now=later)
    answer(cycle, person=world.person("ben"), moment=Moment.AFTER_FIRST, answers={"usable": 3}, now=later)

    assert usable(organisation, report) == counted
    assert usable(organisation, later + timedelta(weeks=1)) == Spread((3.0, 3.0, 9.0), 1, is_mean=True)
    assert Response.objects.current().count() == 3
    assert Response.objects.count() == 4, "the same answer again is none"


def test_answers_count_from_the_end_of_their_week() -> None:
    """Only the week is kept, so a week of which some days are still to come cannot be told from one that is over."""
    cycle, organisation = world.make_group(*world.people("ana", "ben", "cho")).cycles.get(), tenancy.current()
    sunday = MONDAY.replace(hour=23) + timedelta(days=6)
    for now in (TUESDAY, sunday):
        answer(cycle, person=world.person("ana"), moment=Moment.AFTER_FIRST, answers={"usable": 3}, now=now)
        assert measures.spread("usable")(organisation, sunday) == Spread((), 0, is_mean=True)
    assert measures.spread("usable")(organisation, sunday + timedelta(hours=1)) == Spread((3.0,), 1, is_mean=True)


@pytest.mark.parametrize(
    "bad", [{"usable": 11}, {"usable": "-1"}, {"usable": True}, {"usable": "many"}, {"fair_time": "a lot"}, {"again": "yes"}]
)
def test_what_a_question_does_not_allow_is_refused_by_its_key(bad: dict[str, object]) -> None:
    with pytest.raises(BadAnswer, match=f"^{next(iter(bad))}$"):
        checked(Moment.AFTER_FIRST, bad)


def test_measures_hold_values_and_groups_of_weeks_that_are_over_only() -> None:
    one = world.make_group(*world.people("ana", "ben", "cho")).cycles.get()
    two = world.make_group(*world.people("dan", "eli", "flo"), name="Robin").cycles.get()
    for cycle, name, value, when in ((one, "ana", 7, "yes"), (one, "ben", 3, "roughly"), (two, "dan", 7, "yes")):
        answers = {"usable": value, "know_when": when}
        answer(cycle, person=world.person(name), moment=Moment.AFTER_FIRST, answers=answers, now=TUESDAY)
    organisation, later = tenancy.current(), MONDAY + timedelta(days=7)

    assert measures.spread("usable")(organisation, later) == Spread((3.0, 7.0, 7.0), 2, is_mean=True)
    assert measures.share("knows_when")(organisation, later) == Shares("knows_when", yes=2, of=3, groups=2)
    assert measures.share("again")(organisation, later) == Shares("again", yes=0, of=0, groups=0)
    assert measures.spread("usable")(organisation, MONDAY) == Spread((), 0, is_mean=True)
