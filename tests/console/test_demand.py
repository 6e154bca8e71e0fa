"""The demand map from published figures: what has a number or a course has a row; everything else is named in one line."""

import re

import pytest
from django.urls import reverse

from reconvene.guides.models import Topic
from reconvene.programmes.models import Course
from reconvene.releases.models import Report
from tests import world
from tests.world import MONDAY

pytestmark = pytest.mark.django_db


def test_categories_with_nothing_but_dashes_take_no_row() -> None:
    for code, category in (("T1", "Asked for"), ("T2", "Taught"), ("T3", "Settled long ago"), ("T4", "Silent"), ("T5", "Quiet")):
        Topic.objects.create(code=code, slug=code.lower(), title=f"On {category}", category=category)
    report = Report.objects.create(milestone_on=MONDAY.date(), k=8, published_at=MONDAY)
    for key, cells in {
        "demand_asked": [{"label": "2026-1 Asked for", "people": 10}],
        "demand_settled": [{"label": "2026-1 Settled long ago", "people": 15}],
    }.items():
        report.figures.create(key=key, value={"cells": cells})
    Course.objects.create(name="One day", category="Taught", added_at=MONDAY)

    page = world.sign_in(world.person("fay")).get(reverse("demand")).content.decode()

    assert re.findall(r'<th scope="row">(.*?)</th>', page) == ["Asked for", "Settled long ago", "Taught"]
    assert "No number and no course: Quiet; Silent." in page
    assert "Asked for, and no course exists: Asked for." in page
    assert re.findall(r"Asked, quarter (\d) of (\d+)", page) == [("2", "2025"), ("3", "2025"), ("4", "2025"), ("1", "2026")]
