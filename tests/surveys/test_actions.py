"""Answers to questionnaires: what is accepted, and that nobody stands behind them."""

from datetime import date, timedelta

import pytest

from reconvene.base import tenancy
from reconvene.releases.rules import Shares, Spread
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


@pytest.mark.parametrize(
    "bad", [{"usable": 11}, {"usable": "-1"}, {"usable": True}, {"usable": "many"}, {"fair_time": "a lot"}, {"again": "yes"}]
)
def test_what_a_question_does_not_allow_is_refused_by_its_key(bad: dict[str, object]) -> None:
    with pytest.raises(BadAnswer, match=f"^{next(iter(bad))}$"):
        checked(Moment.AFTER_FIRST, bad)


def test_measures_hold_values_and_groups_of_begun_weeks_only() -> None:
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
