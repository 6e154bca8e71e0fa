"""The design's components: seats, times on somebody's own clock, who-sees-it labels; everything said in words too."""

import itertools
import math
import re
from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from reconvene.base.templatetags import design
from reconvene.base.templatetags.design import AUDIENCES, ICONS, SeatMark

MIDNIGHT = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)


@given(count=st.integers(2, 12))
def test_seats_stand_evenly_round_the_table(count: int) -> None:
    places = design.seat_positions(middle=60, distance=46, count=count)

    assert {round(math.dist(place, (60, 60))) for place in places} == {46}
    gaps = [math.dist(a, b) for a, b in itertools.pairwise([*places, places[0]])]
    assert max(gaps) - min(gaps) < 0.05


def test_seats_go_clockwise_from_the_upper_left() -> None:
    (x1, y1), (x2, y2), *_ = design.seat_positions(middle=0, distance=10)

    assert (x1 < 0, y1 < 0) == (True, True)
    assert (x2 > 0, y2 < 0) == (True, True)


def test_the_table_has_six_seats_and_says_in_words_what_it_shows() -> None:
    page = str(design.six([SeatMark("taken", "AB"), SeatMark("you", "ME")], label="Two of six seats are taken"))

    assert re.findall(r'data-seat="(\w+)"', page) == ["taken", "you", "open", "open", "open", "open"]
    assert 'role="img" aria-label="Two of six seats are taken"' in page
    assert page.count('class="halo"') == 1


def test_letters_and_labels_are_never_markup() -> None:
    page = str(design.six([SeatMark("taken", "<i")], label='"><script>'))

    assert "<i<" not in page
    assert "<script>" not in page


def test_a_small_table_without_words_is_hidden_from_readers() -> None:
    assert 'aria-hidden="true"' in str(design.glyph(4, 1))
    assert 'role="img" aria-label="Four of six"' in str(design.glyph(4, 1, "Four of six"))


@given(taken=st.integers(0, 6))
def test_a_small_table_shows_how_many_are_taken(taken: int) -> None:
    assert str(design.glyph(taken)).count('class="seat on"') == taken


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_is_a_drawing_that_readers_skip(name: str) -> None:
    page = str(design.icon(name))

    assert page.startswith("<svg")
    assert 'aria-hidden="true"' in page
    assert "style=" not in page


@pytest.mark.parametrize("audience", AUDIENCES)
def test_who_sees_it_is_said_in_words(audience: str) -> None:
    assert str(AUDIENCES[audience][1]).replace("&", "&amp;") in str(design.sees(audience))


def test_own_words_replace_the_usual_ones() -> None:
    page = Template('{% sees "me" "Used for codes" "email-sees" %}').render(Context())

    assert "Used for codes" in page
    assert 'id="email-sees"' in page
    assert "Visible to" not in page


@pytest.mark.parametrize(
    ("zone", "day", "short", "hour"),
    [("UTC", "Monday 2 March", "Mon 2 Mar", "23:30"), ("Europe/Berlin", "Tuesday 3 March", "Tue 3 Mar", "00:30"),
     ("America/New_York", "Monday 2 March", "Mon 2 Mar", "18:30"), ("Asia/Kolkata", "Tuesday 3 March", "Tue 3 Mar", "05:00")],
)  # fmt: skip
def test_times_stand_on_the_readers_own_clock(zone: str, day: str, short: str, hour: str) -> None:
    assert (design.day(MIDNIGHT, zone), design.short_day(MIDNIGHT, zone), design.hour(MIDNIGHT, zone)) == (day, short, hour)
    assert f"{design.weekday(MIDNIGHT, zone)} {design.day_month(MIDNIGHT, zone)}" == day


def test_no_time_is_shown_as_nothing() -> None:
    assert {design.day(None), design.hour(None), design.short_day(None), design.weekday(None), design.day_month(None)} == {""}


def test_beside_a_large_table_people_are_listed_in_reading_order() -> None:
    assert design.round_table(["1", "2", "3", "4"]) == ["1", None, None, "2", "3", "4"]
    assert design.round_table(list("123456")) == ["1", "6", "5", "2", "3", "4"]
