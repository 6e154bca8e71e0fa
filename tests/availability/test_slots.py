import os
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconvene.availability.dates import Change, Pair, cheapest_change, find_dates, find_starts, is_between_the_years, local_later
from reconvene.availability.slots import Diary, Window, WorkingWeek, free_mask, grid

ZONES = sorted(available_timezones() - {"Factory", "localtime"})
MONDAY = date(2027, 3, 1)
WEEK = Window(MONDAY, date(2027, 3, 5))
NOW = datetime(2027, 2, 28, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def utc(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


def free_starts(diary: Diary, window: Window, minutes: int = 90) -> list[datetime]:
    """The starts at which the person is free, as instants."""
    row = grid(window, minutes=minutes)
    mask = free_mask(diary, row, minutes)
    return [start for at, start in enumerate(row) if mask >> at & 1]


def busy_but(*free: tuple[datetime, datetime]) -> tuple[tuple[datetime, datetime], ...]:
    """Busy from February to May 2027 but for these times."""
    edges = [utc(1, 0, month=2), *(edge for span in sorted(free) for edge in span), utc(30, 0, month=5)]
    return tuple(zip(edges[::2], edges[1::2], strict=True))


def test_a_grid_has_a_start_every_half_hour_and_no_session_leaves_the_window() -> None:
    row = grid(Window(MONDAY, MONDAY), minutes=90)

    assert row[0] == utc(1, 0)
    assert row[-1] == utc(1, 22, 30)
    assert {later - earlier for earlier, later in pairwise(row)} == {timedelta(minutes=30)}


def test_an_ordinary_tuesday_leaves_the_lunch_hour() -> None:
    day = date(2027, 3, 2)

    starts = free_starts(Diary("ana", "UTC"), Window(day, day))

    assert [f"{start:%H:%M}" for start in starts] == [
        "09:00", "09:30", "10:00", "10:30", "11:00", "12:30", "13:00", "13:30", "14:00", "14:30", "15:00", "15:30",
    ]  # fmt: skip


def test_monday_begins_at_ten_and_friday_ends_at_three() -> None:
    starts = free_starts(Diary("ana", "UTC"), WEEK)

    assert min(starts) == utc(1, 10)
    assert max(starts) == utc(5, 13, 30)


def test_weekends_holidays_and_days_off_are_left_free() -> None:
    diary = Diary("ana", "UTC", WorkingWeek(frozenset({0, 1, 2})), holidays=frozenset({date(2027, 3, 2)}))

    assert {start.date() for start in free_starts(diary, Window(MONDAY, date(2027, 3, 9)))} == {
        MONDAY, date(2027, 3, 3), date(2027, 3, 8), date(2027, 3, 9),
    }  # fmt: skip


def test_a_busy_interval_blocks_what_overlaps_it_and_not_what_touches_it() -> None:
    day = date(2027, 3, 2)
    diary = Diary("ana", "UTC", busy=((utc(2, 14), utc(2, 15)),))

    blocked = set(free_starts(Diary("ana", "UTC"), Window(day, day))) - set(free_starts(diary, Window(day, day)))

    assert sorted(blocked) == [utc(2, 13), utc(2, 13, 30), utc(2, 14), utc(2, 14, 30)]


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    first=st.dates(date(2026, 1, 1), date(2028, 12, 25)),
    minutes=st.sampled_from((60, 75, 90)),
    hours=st.tuples(st.integers(0, 11), st.integers(12, 23)),
    spans=st.lists(st.tuples(st.integers(0, 160), st.integers(0, 300)), max_size=6),
)
def test_every_bit_says_what_a_look_at_the_clock_says(
    zone: str, first: date, minutes: int, hours: tuple[int, int], spans: list[tuple[int, int]]
) -> None:
    window = Window(first, first + timedelta(days=6))
    origin = datetime.combine(first, time(), UTC)
    busy = tuple((origin + at * HOUR, origin + at * HOUR + timedelta(minutes=length)) for at, length in spans)
    week = WorkingWeek(frozenset(range(6)), time(hours[0]), time(hours[1]))
    diary = Diary("ana", zone, week, busy, frozenset({first + timedelta(days=2)}))
    row = grid(window, minutes=minutes)

    mask = free_mask(diary, row, minutes)

    assert [bool(mask >> at & 1) for at in range(len(row))] == [_is_free(diary, start, minutes) for start in row]


def _is_free(diary: Diary, start: datetime, minutes: int) -> bool:
    """The definition, one start at a time: wall times of that day are turned into instants and compared."""
    zone, end = ZoneInfo(diary.zone), start + timedelta(minutes=minutes)
    day = start.astimezone(zone).date()
    days = [day + timedelta(days=off) for off in (-1, 0, 1)]
    if any(begins < end and ends > start for begins, ends in diary.busy if begins < ends):
        return False

    def fits(day: date) -> bool:
        def at(wall: time) -> datetime:
            return datetime.combine(day, wall, zone).astimezone(UTC)

        opens = max(diary.week.start, time(10)) if day.weekday() == 0 else diary.week.start
        closes = min(diary.week.end, time(15)) if day.weekday() == 4 else diary.week.end
        covers_lunch = start <= at(time(12)) and end >= at(time(13))
        works = day.weekday() in diary.week.weekdays and day not in diary.holidays
        return works and at(opens) <= start and end <= at(closes) and not covers_lunch

    return any(fits(day) for day in days)


@settings(max_examples=400, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    day=st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    days=st.integers(0, 60),
)
def test_no_wall_time_shifts_in_any_zone_on_any_day(zone: str, day: date, at: time, days: int) -> None:
    local, instant = local_later(datetime.combine(day, at), zone, days=days)

    shown = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert local == datetime.combine(day + timedelta(days=days), at)
    assert shown == local or _is_in_a_gap(local, zone)


def _is_in_a_gap(local: datetime, zone: str) -> bool:
    offsets = [local.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() for fold in (0, 1)]
    return offsets[0] < offsets[1]


SOME_ZONES = ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata"]
EVERY_ZONE = os.environ.get("RECONVENE_FAULTS") == "full"


@pytest.mark.parametrize("zone", ZONES if EVERY_ZONE else SOME_ZONES)
def test_ten_in_the_morning_stays_ten_on_every_day_of_three_years(zone: str) -> None:
    start = datetime(2025, 1, 1, 10)

    for days in range(3 * 365):
        local, instant = local_later(start, zone, days=days)
        assert instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local == start + timedelta(days=days)


@pytest.mark.parametrize("zone", ZONES if EVERY_ZONE else SOME_ZONES)
def test_the_working_day_begins_and_ends_at_the_same_wall_time_on_every_day_of_three_years(zone: str) -> None:
    """Half hours are counted in UTC, so a zone a quarter off has its first start a quarter after nine, every day."""
    week = WorkingWeek(frozenset({1, 2, 3}))
    window = Window(date(2025, 1, 1), date(2027, 12, 31))
    days: dict[date, list[datetime]] = {}
    for start in free_starts(Diary("ana", zone, week), window):
        local = start.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        days.setdefault(local.date(), []).append(local)

    all_days = {window.first_day + timedelta(days=at) for at in range(3 * 365)}
    inner = all_days - {window.first_day, window.last_day}  # at the ends a day of the zone is not a day in UTC
    assert inner & set(days) == {day for day in inner if day.weekday() in week.weekdays}
    for day in inner & set(days):
        assert time(9) <= min(days[day]).time() < time(9, 30)
        assert time(15) < max(days[day]).time() <= time(15, 30)


@pytest.mark.parametrize("zone", [*SOME_ZONES, "America/Santiago", "Africa/Casablanca", "Pacific/Kiritimati"])
def test_both_sessions_are_at_the_same_wall_time_wherever_a_change_of_the_clocks_lies(zone: str) -> None:
    """Every ninth day of three years, so that each change lies between some pairs."""
    diaries = [Diary(key, zone, WorkingWeek(frozenset(range(7)))) for key in ("ana", "ben")]
    for first in (date(2025, 1, 1) + timedelta(days=at) for at in range(0, 3 * 365, 9)):
        now = datetime.combine(first, time(), UTC) - timedelta(days=2)
        best = find_dates(diaries, now=now, window=Window(first, first), zone=zone)[0]
        assert "same_time" in best.reasons
        for local, instant in ((best.first_local, best.first), (best.second_local, best.second)):
            assert instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local


def test_an_interval_without_length_keeps_nobody_from_anything() -> None:
    diary = Diary("ana", "UTC", busy=((utc(2, 14, 15), utc(2, 14, 15)),))

    assert free_starts(diary, WEEK) == free_starts(Diary("ana", "UTC"), WEEK)


def test_a_part_of_a_second_counts() -> None:
    diary = Diary("ana", "UTC", busy=((utc(2, 9), utc(2, 10) + timedelta(microseconds=1)),))

    assert min(start for start in free_starts(diary, WEEK) if start.day == 2) == utc(2, 10, 30)


def test_a_wall_time_that_does_not_exist_is_read_with_the_offset_before_the_gap() -> None:
    local, instant = local_later(datetime(2027, 2, 28, 2, 30), "Europe/Paris", days=28)

    assert (local, instant) == (datetime(2027, 3, 28, 2, 30), utc(28, 1, 30))


def test_a_wall_time_that_exists_twice_means_the_first() -> None:
    assert local_later(datetime(2027, 10, 3, 2, 30), "Europe/Paris", days=28)[1] == utc(31, 0, 30, month=10)
    assert local_later(datetime(2027, 10, 3, 2, 30, fold=1), "Europe/Paris", days=28)[1] == utc(31, 0, 30, month=10)


def test_an_aware_time_is_no_wall_time() -> None:
    with pytest.raises(ValueError, match="wall time"):
        local_later(NOW, "UTC", days=28)


def test_the_reconvene_is_at_the_same_wall_time_four_weeks_later_across_a_clock_change() -> None:
    best = find_dates([Diary("ana", "Europe/Paris"), Diary("ben", "Europe/Paris")], now=NOW, window=WEEK, zone="Europe/Paris")[0]

    assert best == Pair(datetime(2027, 3, 1, 10), utc(1, 9), datetime(2027, 3, 29, 10), utc(29, 8), 28, ("same_time", "gap_ideal"))


def test_nobody_meets_between_the_years_who_need_not() -> None:
    diary = Diary("ana", "Europe/Paris")
    november, now = Window(date(2027, 11, 24), date(2027, 11, 30)), datetime(2027, 11, 22, tzinfo=UTC)

    pairs = find_dates([diary], now=now, window=november, zone="Europe/Paris")
    days = {pair.first_local.date().day: (pair.second_local.month, pair.second_local.day) for pair in pairs}
    assert days[24] == (12, 22), "four weeks on"
    assert days[26] == (12, 23), "29 November would be four weeks before Christmas Eve"
    assert days[30] == (1, 3), "five weeks: later days of the gap lie in the new year"
    taken = [datetime(2027, 12, 20, tzinfo=UTC), datetime(2027, 12, 23, 13, tzinfo=UTC), datetime(2027, 12, 23, 14, 30, tzinfo=UTC)]
    hour = datetime(2027, 12, 24, 9, tzinfo=UTC)  # the same wall time as the first session
    busy = ((taken[0], taken[1]), (taken[2], hour), (hour + timedelta(minutes=90), datetime(2028, 1, 10, tzinfo=UTC)))
    busy = (*busy, (datetime(2027, 12, 10, tzinfo=UTC), taken[0]))
    friday = Window(date(2027, 11, 26), date(2027, 11, 26))
    found = {
        pair.first_local: pair
        for pair in find_dates([Diary("ana", "Europe/Paris", busy=busy)], now=now, window=friday, zone="Europe/Paris")
    }
    assert found[datetime(2027, 11, 26, 10)].second_local == datetime(2027, 12, 23, 14), "another hour rather than Christmas Eve"
    holidays = Window(date(2027, 12, 20), date(2028, 1, 7))
    starts = find_starts([diary], now=now, window=holidays, zone="Europe/Paris")
    ranked = [is_between_the_years(local) for local, _start in starts]
    assert ranked == sorted(ranked) and 0 < sum(ranked) < len(ranked), "they are possible, and come last"


def test_easter_monday_moves_the_gap_and_not_the_time() -> None:
    diary = Diary(
        "ana",
        "Europe/Paris",
        holidays=frozenset({date(2027, 3, 29)}),
        busy=busy_but((utc(1, 9), utc(1, 10, 30)), (utc(20, 0), utc(20, 0, month=4))),
    )

    (pair,) = find_dates([diary], now=NOW, window=WEEK, zone="Europe/Paris")

    assert (pair.first_local, pair.second_local, pair.days) == (datetime(2027, 3, 1, 10), datetime(2027, 3, 30, 10), 29)
    assert pair.reasons == ("same_time", "gap_near")


def test_another_time_is_taken_when_the_same_one_is_nowhere_free() -> None:
    diary = Diary("ana", "UTC", busy=busy_but((utc(2, 9), utc(2, 10, 30)), (utc(30, 14), utc(30, 15, 30))))

    (pair,) = find_dates([diary], now=NOW, window=WEEK, zone="UTC")

    assert (pair.first_local, pair.second_local) == (datetime(2027, 3, 2, 9), datetime(2027, 3, 30, 14))
    assert pair.reasons == ("other_time", "gap_ideal")


def test_a_time_that_leaves_lunch_alone_comes_before_an_earlier_one_that_does_not() -> None:
    diary = Diary("ana", "UTC", busy=busy_but((utc(2, 11), utc(2, 12, 30)), (utc(3, 9), utc(3, 10, 30)), (utc(20, 0), utc(20, 0, month=4))))

    first, second = find_dates([diary], now=NOW, window=WEEK, zone="UTC")

    assert (first.first, second.first) == (utc(3, 9), utc(2, 11))
    assert "lunch_touched" in second.reasons


@pytest.mark.parametrize(
    ("zone", "first", "last"), [("Pacific/Auckland", utc(1, 20), utc(2, 2, 30)), ("Pacific/Honolulu", utc(2, 19), utc(3, 1, 30))]
)
def test_the_days_of_the_window_are_those_of_the_groups_own_zone(zone: str, first: datetime, last: datetime) -> None:
    tuesday = Window(date(2027, 3, 2), date(2027, 3, 2))

    pairs = find_dates([Diary("ana", zone)], now=NOW, window=tuesday, zone=zone)

    assert {pair.first_local.date() for pair in pairs} == {date(2027, 3, 2)}
    assert (min(pair.first for pair in pairs), max(pair.first for pair in pairs)) == (first, last)


def test_nothing_in_the_past_is_proposed() -> None:
    pairs = find_dates([Diary("ana", "UTC")], now=utc(3, 10, 1), window=WEEK, zone="UTC")

    assert min(pair.first for pair in pairs) == utc(3, 10, 30)


@settings(max_examples=25, deadline=None)
@given(
    zones=st.lists(
        st.sampled_from(["Europe/Paris", "America/New_York", "Europe/Athens", "Asia/Kolkata", "Australia/Lord_Howe"]),
        min_size=1,
        max_size=3,
    ),
    first=st.dates(date(2026, 1, 1), date(2027, 12, 1)),
    gap=st.tuples(st.integers(20, 28), st.integers(28, 40)),
)
def test_every_pair_suits_everybody_and_keeps_the_gap(zones: list[str], first: date, gap: tuple[int, int]) -> None:
    diaries = [Diary(str(at), zone, WorkingWeek(start=time(6), end=time(22))) for at, zone in enumerate(zones)]
    window = Window(first, first + timedelta(days=4))
    now = datetime.combine(first, time(), UTC) + 12 * HOUR

    for pair in find_dates(diaries, now=now, window=window, gap=gap, zone=zones[0]):
        assert gap[0] <= pair.days == (pair.second_local.date() - pair.first_local.date()).days <= gap[1]
        assert window.first_day <= pair.first_local.date() <= window.last_day
        assert pair.first >= now
        for start, local in ((pair.first, pair.first_local), (pair.second, pair.second_local)):
            assert start.astimezone(ZoneInfo(zones[0])).replace(tzinfo=None) == local
            assert all(_is_free(diary, start, 90) for diary in diaries)
        if "same_time" in pair.reasons:
            assert (pair.second_local, pair.second) == local_later(pair.first_local, zones[0], days=pair.days)


def test_one_interval_that_could_move_is_the_cheapest_change() -> None:
    ana = Diary("ana", "UTC", busy=busy_but((utc(2, 9), utc(2, 10, 30)), (utc(30, 9), utc(30, 10, 30))))
    ben = Diary("ben", "UTC", busy=((utc(30, 8), utc(30, 10)),))
    asked = {"now": NOW, "window": WEEK, "zone": "UTC"}

    assert find_dates([ana, ben], **asked) == ()
    assert cheapest_change([ana, ben], **asked) == Change("move_busy", {"person": "ben", "starts": "2027-03-30T08:00:00+00:00"})


def test_two_intervals_over_the_same_hour_are_not_one_change() -> None:
    ana = Diary("ana", "UTC", busy=busy_but((utc(2, 9), utc(2, 10, 30)), (utc(30, 9), utc(30, 10, 30))))
    ben = Diary("ben", "UTC", busy=((utc(30, 8), utc(30, 10)), (utc(30, 9), utc(30, 11))))

    assert cheapest_change([ana, ben], now=NOW, window=WEEK, zone="UTC") is None


def test_the_shortest_of_several_things_that_could_move_is_named_and_never_a_whole_day() -> None:
    ana = Diary("ana", "UTC", busy=busy_but((utc(2, 9), utc(2, 10, 30)), (utc(3, 9), utc(3, 10, 30)), (utc(30, 9), utc(30, 10, 30))))
    ben = Diary("ben", "UTC", busy=((utc(2, 9), utc(2, 11)), (utc(3, 9), utc(3, 10))))
    away = Diary("ben", "UTC", busy=((utc(2, 8), utc(3, 18)),))

    change = cheapest_change([ana, ben], now=NOW, window=WEEK, zone="UTC")

    assert change == Change("move_busy", {"person": "ben", "starts": "2027-03-03T09:00:00+00:00"})
    assert cheapest_change([ana, away], now=NOW, window=WEEK, zone="UTC") is None


def test_a_longer_window_is_next() -> None:
    away = Diary("ana", "UTC", holidays=frozenset(MONDAY + timedelta(days=day) for day in range(7)))

    assert cheapest_change([away, Diary("ben", "UTC")], now=NOW, window=WEEK, zone="UTC") == Change("widen_window", {"days": 7})


def test_one_person_fewer_is_last_and_never_leaves_fewer_than_three() -> None:
    never = Diary("ana", "UTC", WorkingWeek(frozenset({6})))
    others = [Diary(key, "UTC") for key in ("ben", "cho", "dov")]

    assert cheapest_change([never, *others], now=NOW, window=WEEK, zone="UTC") == Change("without_person", {"person": "ana"})
    assert cheapest_change([never, *others[:2]], now=NOW, window=WEEK, zone="UTC") is None


def test_no_change_is_named_where_dates_exist_or_nobody_asks() -> None:
    assert cheapest_change([Diary("ana", "UTC")], now=NOW, window=WEEK, zone="UTC") is None
    assert cheapest_change([], now=NOW, window=WEEK, zone="UTC") is None
    assert find_dates([], now=NOW, window=WEEK, zone="UTC") == ()


def test_weeks_and_windows_that_end_before_they_start_are_refused() -> None:
    with pytest.raises(ValueError, match="working day"):
        WorkingWeek(start=time(9), end=time(9))
    with pytest.raises(ValueError, match="window"):
        Window(MONDAY, MONDAY - timedelta(days=1))


# --- by turns, when members live in different zones

FAR = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Europe/London", "America/Sao_Paulo"]
LONG_DAY = WorkingWeek(start=time(6), end=time(22))


def worst(start: datetime, zones: list[str]) -> set[int]:
    """Places of those with the worst hour, by counting minutes one after the other."""

    def weight(zone: str) -> int:
        local = [(start + timedelta(minutes=at)).astimezone(ZoneInfo(zone)).hour for at in range(90)]
        return sum((not 10 <= hour < 16) + (not 9 <= hour < 17) for hour in local)

    weights = [weight(zone) for zone in zones]
    return {at for at, one in enumerate(weights) if one == max(weights)} if len(set(weights)) > 1 else set()


@settings(max_examples=40, deadline=None)
@given(
    zones=st.lists(st.sampled_from(FAR), min_size=3, max_size=5),
    spared=st.sets(st.integers(0, 4), max_size=3),
    hours=st.lists(st.tuples(st.integers(0, 23), st.integers(2, 9)), min_size=3, max_size=5),
)
def test_nobody_has_the_worst_hour_twice_in_a_row_while_there_is_another_choice(
    zones: list[str], spared: set[int], hours: list[tuple[int, int]]
) -> None:
    """Everybody is free for some hours of two days in UTC. All pairs there are, tried one by one."""
    spared = {place for place in spared if place < len(zones)}
    days, gap = (2, 3), (28, 29)
    free = [
        (utc(day, 0) + opens * HOUR, utc(day, 0) + (opens + length) * HOUR)
        for (opens, length), day in zip(hours, (2, 3, 2, 3, 2), strict=False)
    ]
    again = [(opens + 28 * 24 * HOUR, closes + 28 * 24 * HOUR) for opens, closes in free]
    merged = sorted({*free, *again})
    calm = [span for at, span in enumerate(merged) if at == 0 or span[0] >= merged[at - 1][1]]
    people = [Diary(str(at), zone, LONG_DAY, busy=busy_but(*calm)) for at, zone in enumerate(zones)]
    window = Window(date(2027, 3, days[0]), date(2027, 3, days[1]))

    pairs = find_dates(people, now=NOW, window=window, gap=gap, zone=zones[0], spared={str(one) for one in spared})

    def repeats(first: datetime, second: datetime) -> int:
        return bool(worst(first, zones) & spared_zones) + bool(worst(first, zones) & worst(second, zones))

    spared_zones = {at for at, zone in enumerate(zones) if zone in {zones[one] for one in spared}}
    firsts = set.intersection(*(set(free_starts(one, window.shifted(-1, 1))) for one in people))
    seconds = set.intersection(*(set(free_starts(one, window.shifted(27, 30))) for one in people))
    zone = ZoneInfo(zones[0])
    every = [
        repeats(one, other)
        for one in firsts
        for other in seconds
        if window.first_day <= one.astimezone(zone).date() <= window.last_day
        and gap[0] <= (other.astimezone(zone).date() - one.astimezone(zone).date()).days <= gap[1]
    ]
    assert bool(pairs) == bool(every)
    if pairs:
        assert repeats(pairs[0].first, pairs[0].second) == pairs[0].repeats == min(every)


def test_berlin_and_new_york_take_turns_and_say_so() -> None:
    people = [Diary(name, zone) for name, zone in (("ana", "Europe/Berlin"), ("ben", "Europe/Berlin"), ("cho", "America/New_York"))]
    early, late = utc(2, 14), utc(2, 14, 30)  # nine in New York; half past three in Berlin

    best = find_dates(people, now=NOW, window=Window(date(2027, 3, 2), date(2027, 3, 2)), zone="Europe/Berlin")[0]
    assert (best.first, f"{best.second_local:%H:%M}", best.reasons[0], best.reasons[-1]) == (early, "15:30", "other_time", "hours_turn")

    best = find_dates(people, now=NOW, window=Window(date(2027, 3, 2), date(2027, 3, 2)), zone="Europe/Berlin", spared={"cho"})[0]
    assert best.first == late
