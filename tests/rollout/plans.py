"""A roll-out to test with, and published figures."""

import html
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.test import Client

from reconvene.releases.models import Figure, Report
from reconvene.rollout.models import Gate, Project
from reconvene.rollout.project_actions import sign_gate, start_project
from tests import world

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
RULES = {"smallest": 3, "largest": 6, "k": 8}
LATER = NOW + timedelta(weeks=16)
"""In the middle of the pilot."""
LATER_REPORT = date(2026, 7, 1)


def make_plan(**values: Any) -> Project:
    """A roll-out with the usual tasks and gate; begins on Monday 16 March 2026, its pilot on 4 May."""
    usual = {"name": "Peers at Aldermoor", "starts_on": date(2026, 3, 16), "managers": 240, "sector": "industry", "voice": "council", "sites": "many", "place": "mixed"}  # fmt: skip
    return start_project(world.person("fay"), values={**usual, **values}, now=NOW, **RULES)


def sign(gate: Gate) -> Gate:
    """Both sides sign."""
    for who in ("fay", "sam"):
        gate = sign_gate(gate, version=gate.version, by=world.person(who), now=NOW, **RULES)
    return gate


def share(percent: int, low: int, high: int, *, people: int | None = 30, on: date = LATER_REPORT) -> dict[str, Any]:
    return {
        "kind": "share",
        "title": "x",
        "percent": percent,
        "bound": "exactly",
        "low": low,
        "high": high,
        "people": people,
        "taken_on": on.isoformat(),
    }


def middle(value: float, reach: float = 0.5, *, people: int | None = 30, on: date = LATER_REPORT) -> dict[str, Any]:
    return {
        "kind": "spread",
        "title": "x",
        "is_mean": True,
        "value": value,
        "bound": "exactly",
        "low": value - reach,
        "high": value + reach,
        "people": people,
        "taken_on": on.isoformat(),
    }


def funnel(**people: int) -> dict[str, Any]:
    cells = [{"label": label, "people": count, "taken_on": LATER_REPORT.isoformat()} for label, count in people.items()]
    return {"kind": "funnel", "title": "funnel", "cells": cells}


def publish(on: date = LATER_REPORT, **figures: Any) -> Report:
    report = Report.objects.create(milestone_on=on, published_at=NOW)
    for key, value in figures.items():
        Figure.objects.create(report=report, key=key, value=value)
    return report


def client(name: str = "fay") -> Client:
    return world.sign_in(world.person(name))


def words(answer: Any) -> str:
    """The page as it is read."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode())))


def boxes(answer: Any) -> dict[str, str]:
    """The form with a version as a browser would send it back."""
    found: dict[str, str] = {}
    page = answer.content.decode()
    form = next(one for one in re.findall(r"<form.*?</form>", page, re.S) if 'name="version"' in one)
    for box in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', box), re.search(r'value="([^"]*)"', box)
        if name and name[1] != "csrfmiddlewaretoken" and ('type="checkbox"' not in box or "checked" in box):
            found[name[1]] = html.unescape(value[1]) if value else "on"
    for name, inside in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        found[name] = chosen[1] if chosen else ""
    for name, inside in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S):
        found[name] = html.unescape(inside)
    return found


def address(project: Project, rest: str = "") -> str:
    return f"/roll-outs/{project.id}/{rest}"
