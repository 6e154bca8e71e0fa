"""The clock: the machine's, except in the demo, where it goes forward as it is told and never back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from reconvene.base import clock
from reconvene.base.models import DemoClock
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
SPANS = st.timedeltas(min_value=timedelta(days=-60), max_value=timedelta(days=60))


@pytest.fixture
def demo(settings: Any) -> None:
    settings.DEMO = True
    clock.forget()


@time_machine.travel(MONDAY, tick=False)
def test_outside_the_demo_it_is_the_machines_whatever_the_demos_clock_says() -> None:
    DemoClock.objects.create(id=1, real=MONDAY, shown=MONDAY + timedelta(days=100), rate=60)
    clock.forget()

    assert clock.now() == MONDAY
    assert clock.now().tzinfo is UTC
    assert clock.rate() == 1


def test_the_demos_clock_begins_as_the_machines_and_goes_as_fast_as_it_is_told(demo: None) -> None:
    with time_machine.travel(MONDAY, tick=False):
        assert clock.now() == MONDAY
        clock.demo_clock().run(rate=10, moment=MONDAY)
        clock.forget()
    with time_machine.travel(MONDAY + timedelta(minutes=3), tick=False):
        assert clock.now() == MONDAY + timedelta(minutes=30)
        assert clock.rate() == 10


def test_a_clock_that_was_moved_is_read_afresh_by_this_process(demo: None) -> None:
    with time_machine.travel(MONDAY, tick=False):
        clock.demo_clock().move(by=timedelta(days=7), moment=MONDAY)
        clock.forget()

        assert clock.now() == MONDAY + timedelta(days=7)
    assert DemoClock.objects.count() == 1


@pytest.mark.parametrize(("asked", "given_rate"), [(0, 1), (-5, 1), (1, 1), (60, 60), (61, 60), (10**9, 60)])
def test_the_rate_stays_between_one_and_sixty(asked: int, given_rate: int) -> None:
    kept = DemoClock.objects.create(id=1, real=MONDAY, shown=MONDAY)

    kept.run(rate=asked, moment=MONDAY)

    assert DemoClock.objects.get().rate == given_rate


@given(moves=st.lists(st.tuples(SPANS, st.integers(0, 3600), st.integers(-2, 90)), max_size=8))
def test_whatever_it_is_told_it_never_goes_back(moves: list[tuple[timedelta, int, int]]) -> None:
    kept = DemoClock(id=1, real=MONDAY, shown=MONDAY)
    kept.save = lambda **_: None  # type: ignore[method-assign]  # the row is not what is looked at
    real = shown = MONDAY
    for by, seconds, rate in moves:
        real += timedelta(seconds=seconds)
        assert kept.at(real) >= shown
        kept.move(by=by, moment=real)
        kept.run(rate=rate, moment=real)
        assert kept.at(real) >= shown
        shown = kept.at(real)
    assert isinstance(shown, datetime)
