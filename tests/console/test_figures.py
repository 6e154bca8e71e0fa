"""Published values become charts: nothing is counted, nothing hidden comes back."""

from datetime import date

from reconvene.console.exports import rows
from reconvene.console.figures import charts, contrasts, has_hidden_contrast, named, tables
from reconvene.console.report_telling import headline

MARCH = date(2026, 3, 1)
SHARE = {"kind": "share", "percent": 75, "low": 60, "high": 90, "bound": "exactly", "people": 25, "taken_on": "2026-03-01"}


def cells(**people: int | None) -> list[dict]:
    taken = {"taken_on": "2026-03-01"}
    return [{"label": key, "people": n, **taken} if n else {"label": key, "hidden": "too_few"} for key, n in people.items()]


def test_a_report_without_figures_is_bare() -> None:
    empty = charts({}, on=MARCH, waits=[])
    assert empty.is_bare
    assert (empty.raised, empty.whole_way, empty.tried, empty.leading_topic) == (None, None, None, "")


def test_bars_are_measured_against_the_longest_and_hidden_ones_have_no_length() -> None:
    drawn = charts({"funnel": {"cells": cells(raised=120, has_group=None, settled=60)}}, on=MARCH, waits=[])
    assert [(bar.people, bar.width) for bar in drawn.funnel] == [(120, "100.0"), (None, "0"), (60, "50.0")]
    assert drawn.whole_way == 50
    assert drawn.has_hidden_stage


def test_the_whole_way_is_not_told_when_its_end_is_hidden() -> None:
    assert charts({"funnel": {"cells": cells(raised=120, settled=None)}}, on=MARCH, waits=[]).whole_way is None


def test_nor_when_its_ends_are_of_two_days() -> None:
    stages = [{"label": "raised", "people": 120, "taken_on": "2026-02-01"}, *cells(settled=60)]

    drawn = charts({"funnel": {"cells": stages}}, on=MARCH, waits=[])

    assert drawn.whole_way is None
    assert headline(drawn) == "By 1 February about 120 managers had raised a challenge."


def test_a_share_is_told_with_its_bound_and_few_answers_are_said_by_part_of_the_page() -> None:
    middle = {"kind": "spread", "value": 8.0, "bound": "exactly", "low": 7.0, "high": 9.0, "taken_on": "2026-03-01"}
    figures = {
        "funnel": {"cells": cells(raised=120, first_held=100, reconvened=30)},
        "later": {"cells": cells(twelve_weeks=50)},
        "attended": {**SHARE, "percent": 90, "bound": "at_least"},
        "tried_once": {**SHARE, "people": 55},  # of 100
        "again": {**SHARE, "percent": 10, "bound": "at_most"},  # 25 of the 30 who have reconvened
        "still_doing": {**SHARE, "people": None},  # fewer than 20 of 50
        "openly": {**middle, "people": 60},
        "eased": {**middle, "people": 15},
    }

    drawn = charts(figures, on=MARCH, waits=[])

    assert [bar.told for bar in drawn.shares] == ["90 % or more", "75 %", "10 % or fewer", "75 %"]
    assert drawn.thin == {
        "shares": ("Tried the plan at least once", "Still doing it after twelve weeks"),
        "results": ("Less in the way at the reconvene, in points",),
        "trust": (),
    }


def test_topics_stand_by_their_published_numbers_and_level_ones_have_no_leader() -> None:
    drawn = charts({"topics": {"cells": cells(b=10, a=10, c=25), "hidden_cells": 3}}, on=MARCH, waits=[])
    assert [bar.label for bar in drawn.topics] == ["c", "a", "b"]
    assert drawn.leading_topic == "c"
    assert charts({"topics": {"cells": cells(b=10, a=10), "hidden_cells": 0}}, on=MARCH, waits=[]).leading_topic == ""


def test_a_figure_that_was_kept_from_an_earlier_report_says_so() -> None:
    kept = {**SHARE, "taken_on": "2026-02-01"}
    fresh, old = charts({"tried_once": SHARE, "again": kept}, on=MARCH, waits=[]).shares
    assert (fresh.since, fresh.goal, old.since, old.goal) == (None, 65, date(2026, 2, 1), 60)


def test_the_time_chart_holds_six_reports_with_figures_of_their_own_oldest_first() -> None:
    def wait(on: date, days: float) -> tuple[date, dict]:
        return on, {"value": days, "bound": "exactly", "taken_on": on.isoformat()}

    months = [wait(date(2025, month, 1), float(month)) for month in range(12, 4, -1)]
    hidden, kept = (MARCH, {"hidden": "too_few"}), (date(2026, 2, 1), {"value": 3.0, "bound": "exactly", "taken_on": "2025-12-01"})
    drawn = charts({}, on=MARCH, waits=[hidden, kept, *months]).months
    assert [month.days for month in drawn] == [7.0, 8.0, 9.0, 10.0, 11.0, 12.0]
    assert [month.x for month in drawn] == ["15.0", "29.5", "44.0", "58.5", "73.0", "87.5"]
    assert drawn[3].y == "86.0"


def test_a_pilot_is_named_and_says_what_its_size_cannot_show() -> None:
    cell = {"label": "id-1", "value": 1.5, "low": -0.5, "high": 3.5, "taken_on": "2026-02-01"}
    figures = {
        "contrast_in_the_way": {"kind": "contrast", "cells": [cell, {**cell, "label": "gone"}], "hidden_cells": 0},
        "contrast_sure": {"kind": "contrast", "cells": [], "hidden_cells": 1},
    }
    (found,) = contrasts(figures, on=MARCH, names={"id-1": "The first pilot"})

    assert (found.pilot, found.points, found.interval, found.since) == ("The first pilot", "+1.5", ("−0.5", "+3.5"), date(2026, 2, 1))
    assert "cannot prove a moderate effect" in found.sentence
    assert has_hidden_contrast(figures) and not has_hidden_contrast({})


def test_programmes_are_told_by_name_and_nothing_else_is_renamed() -> None:
    cells = [{"label": "id-1", "people": 20, "taken_on": "2026-03-01"}, {"label": "", "people": 10, "taken_on": "2026-03-01"}]
    figures = {
        "participants_by_programme": {"kind": "table", "attribute": "programme", "cells": cells, "hidden_cells": 0},
        "participants_by_site": {"kind": "table", "attribute": "site", "cells": cells, "hidden_cells": 0},
    }
    found = {table.key: [row.label for row in table.rows] for table in tables(figures, on=MARCH, names={"id-1": "Pilot"})}

    assert found == {"site": ["id-1", ""], "programme": ["Pilot", ""]}
    assert next(rows(named(figures, names={"id-1": "Pilot"})))[1] == "Pilot"
