"""Reports in a company of 240, in one of 7, and from month to month."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from reconvene.guides.authoring.arrangement import Placed, arrange
from reconvene.releases import jobs
from reconvene.releases.actions import open_report, publish_report
from reconvene.releases.models import Figure, LedgerLine, Opening, Report, Way
from reconvene.scheduling.rules import Kind
from tests import world
from tests.releases import company
from tests.releases.company import FIRST_OF_MARCH, organisation

pytestmark = pytest.mark.django_db
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
RAISED = FIRST_OF_MARCH - timedelta(days=20)
MET = FIRST_OF_MARCH - timedelta(days=8)


def values(report: Report) -> dict[str, dict]:
    return dict(report.figures.values_list("key", "value"))


def shown(value: dict) -> dict[str, int]:
    return {cell["label"]: cell["people"] for cell in value["cells"] if "people" in cell}


def make_large_company() -> None:
    delegating, feedback, rare = world.topic(), world.topic("feedback"), world.topic("rare")
    company.raise_need(company.hire(130), topic=delegating, at=RAISED)
    company.run_groups(11, topic=delegating, raised=RAISED, first=MET)
    company.run_groups(6, topic=feedback, raised=RAISED, first=MET, start=11, held=False)
    company.run_groups(1, topic=rare, raised=RAISED, first=MET, start=17)
    company.raise_need(company.hire(2, start=600), topic=world.topic("rarer"), at=RAISED)


def test_a_company_of_240_sees_its_funnel_rounded() -> None:
    make_large_company()
    figures = values(publish_report(organisation(), milestone_on=MARCH, now=FIRST_OF_MARCH))
    assert shown(figures["funnel"]) == {"raised": 240, "has_group": 110, "first_held": 70}
    assert figures["need_to_first_session"]["value"] == 9.0
    assert figures["need_to_first_session"]["people"] == 70


def test_small_topics_are_hidden_without_their_names_and_one_more_so_that_nothing_can_be_subtracted() -> None:
    make_large_company()
    topics = values(publish_report(organisation(), milestone_on=MARCH, now=FIRST_OF_MARCH))["topics"]
    assert shown(topics) == {"delegating": 195}
    assert topics["hidden_cells"] == 3
    assert "Rare" not in str(topics)


def test_in_a_company_of_seven_everything_is_hidden() -> None:
    company.raise_need(company.hire(1), topic=world.topic(), at=RAISED)
    (group,) = company.run_groups(1, topic=world.topic(), raised=RAISED, first=MET)
    company.hold(group, Kind.RECONVENE, at=MET + timedelta(days=5))
    report = publish_report(organisation(), milestone_on=MARCH, now=FIRST_OF_MARCH)
    figures = values(report)
    assert shown(figures["funnel"]) == shown(figures["topics"]) == {}
    assert figures["need_to_first_session"] == {"kind": "spread", "title": "need_to_first_session", "is_mean": False, "hidden": "too_few"}
    assert report.k == 8


def test_a_rename_breaks_no_figure_and_publishes_none_anew() -> None:
    make_large_company()
    first = publish_report(organisation(), milestone_on=MARCH, now=FIRST_OF_MARCH)
    arrange(world.person("fay"), placed={"delegating": Placed(False, None, "Handing work on")}, now=FIRST_OF_MARCH)
    (late,) = company.hire(1, start=900)
    company.raise_need([late], topic=world.topic(), at=FIRST_OF_MARCH)
    second = publish_report(organisation(), milestone_on=APRIL, now=FIRST_OF_MARCH + timedelta(days=31))

    assert values(second)["topics"] == values(first)["topics"]
    lines = LedgerLine.objects.filter(table="topics").values_list("cell", "report__milestone_on")
    assert list(lines) == [("delegating", MARCH)]


def test_figures_that_were_published_by_title_are_by_slug_from_now_on() -> None:
    make_large_company()
    first = publish_report(organisation(), milestone_on=MARCH, now=FIRST_OF_MARCH)
    figure = Figure.objects.get(report=first, key="topics")
    by_slug = figure.value
    cells = [{**cell, "label": "Delegating"} for cell in by_slug["cells"]]
    Figure.objects.filter(id=figure.id).update(value={**by_slug, "cells": [*cells, {**cells[0], "label": "A topic of old"}]})
    LedgerLine.objects.filter(table="topics").update(cell="Delegating")
    with connection.schema_editor(atomic=False) as editor:
        import_module("reconvene.releases.migrations.0002_topics_by_slug").by_slug(apps, editor)

    figure.refresh_from_db()
    assert figure.value == {**by_slug, "cells": [*by_slug["cells"], {**by_slug["cells"][0], "label": "A topic of old"}]}
    assert list(LedgerLine.objects.filter(table="topics").values_list("cell", flat=True)) == ["delegating"]
    second = publish_report(organisation(), milestone_on=APRIL, now=FIRST_OF_MARCH + timedelta(days=31))
    assert shown(values(second)["topics"]) == shown(by_slug)


def test_publishing_twice_changes_nothing() -> None:
    make_large_company()
    first = publish_report(organisation(), milestone_on=MARCH, now=FIRST_OF_MARCH)
    before = list(Figure.objects.order_by("id").values())
    company.raise_need(company.hire(50, start=700), topic=world.topic(), at=RAISED)
    assert publish_report(organisation(), milestone_on=MARCH, now=FIRST_OF_MARCH + timedelta(days=3)) == first
    assert list(Figure.objects.order_by("id").values()) == before
    assert Report.objects.count() == 1


def test_what_happens_after_the_first_of_the_month_waits_for_the_next_report() -> None:
    make_large_company()
    company.raise_need(company.hire(50, start=700), topic=world.topic(), at=FIRST_OF_MARCH + timedelta(hours=1))
    late = publish_report(organisation(), milestone_on=MARCH, now=FIRST_OF_MARCH + timedelta(days=9))
    assert shown(values(late)["funnel"])["raised"] == 240


def test_a_figure_moves_between_two_months_only_when_k_people_changed() -> None:
    make_large_company()
    publish_report(organisation(), milestone_on=MARCH, now=FIRST_OF_MARCH)
    april = FIRST_OF_MARCH + timedelta(days=31)
    company.raise_need(company.hire(9, start=700), topic=world.topic(), at=april - timedelta(days=5))
    company.run_groups(3, topic=world.topic("feedback"), raised=april - timedelta(days=9), first=april - timedelta(days=2), start=30)
    funnel = values(publish_report(organisation(), milestone_on=APRIL, now=april))["funnel"]
    taken = {cell["label"]: (cell["people"], cell["taken_on"]) for cell in funnel["cells"] if "people" in cell}
    assert taken["raised"] == (265, "2026-04-01")
    assert taken["has_group"] == (125, "2026-04-01")
    may = april + timedelta(days=30)
    company.raise_need(company.hire(7, start=800), topic=world.topic(), at=may - timedelta(days=5))
    funnel = values(publish_report(organisation(), milestone_on=date(2026, 5, 1), now=may))["funnel"]
    assert [(cell["people"], cell["taken_on"]) for cell in funnel["cells"][:1]] == [(265, "2026-04-01")]


def test_k_grows_with_the_largest_group_and_is_never_lowered() -> None:
    Report.objects.create(milestone_on=date(2026, 2, 1), k=12, published_at=FIRST_OF_MARCH)
    assert publish_report(organisation(), milestone_on=MARCH, now=FIRST_OF_MARCH).k == 12


def test_the_tick_publishes_once_and_not_for_a_month_before_the_organisation_was_there() -> None:
    jobs.publish_due(world.MONDAY + timedelta(days=1))
    assert not Report.objects.exists()
    for _ in range(2):
        jobs.publish_due(world.MONDAY + timedelta(days=31))
    assert [report.milestone_on for report in Report.objects.all()] == [APRIL]


def test_an_opening_is_one_line_for_each_way_in_half_an_hour_with_how_often() -> None:
    report = publish_report(organisation(), milestone_on=MARCH, now=FIRST_OF_MARCH)
    fay = world.person("fay")
    for minutes, way in ((0, Way.PAGE), (10, Way.PAGE), (11, Way.CSV), (45, Way.PAGE)):
        open_report(report, by=fay, way=way, now=FIRST_OF_MARCH + timedelta(minutes=minutes))
    assert list(Opening.objects.order_by("opened_at").values_list("way", "times")) == [("page", 2), ("csv", 1), ("page", 1)]
