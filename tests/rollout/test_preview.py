"""What a case comes to while its figures are typed: the same as it will when they are saved, and nothing is saved."""

import html
import re
from typing import Any

import pytest

from reconvene.releases.models import Opening
from reconvene.rollout.actions import start_case
from reconvene.rollout.models import BusinessCase
from tests import world
from tests.rollout.test_basis import HOURS
from tests.rollout.test_cases import NOW, address, case, fay, form, in_march, publish, words

__all__ = ["case", "in_march"]
pytestmark = pytest.mark.django_db


def typed(case: BusinessCase, **boxes: str) -> Any:
    """The answer while these boxes are typed."""
    answer = fay().post(address(case, "assumptions/preview/"), form(case, **boxes), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer


def test_what_is_typed_is_worked_out_as_it_will_be_when_it_is_saved_and_nothing_is(case: BusinessCase) -> None:
    before = BusinessCase.objects.values().get()
    boxes = {"it_hours_likely": "0", "on_costs_low": "20", "on_costs_likely": "25", "on_costs_high": "40", "seed": "7"}
    said = words(typed(case, **boxes))

    assert BusinessCase.objects.values().get() == before
    assert "With what you typed. None of it is saved yet." in said
    assert "With the saved figures: 5.8 hours" in said
    fay().post(address(case, "assumptions/"), form(case, **boxes))
    page, again = words(fay().get(address(case))), words(fay().get(address(case, "assumptions/")))
    for pattern in (
        r"wins back ([\d.]+ hours)",
        r"That is about (\d+ minutes?)",
        r"plausibly between (.+?)[:;]",
        r"What matters most: ([^.]+?)[.B]",
    ):
        found = [re.search(pattern, text) for text in (said, again)]
        assert all(found) and len({one[1] for one in found if one}) == 1, pattern
        assert found[0] and found[0][1].split(" and ")[0] in page, pattern
    assert "As saved" in again and "saved: " not in again


def test_what_cannot_be_taken_is_said_at_its_box_and_the_last_numbers_stay(case: BusinessCase) -> None:
    answer = typed(case, hosting_likely="<7>", salary_1_low="90000", salary_1_likely="72000")
    source, said = answer.content.decode(), words(answer)

    at_box = dict(re.findall(r'<div id="([\w]+)-error" hx-swap-oob="innerHTML">(.*?)</div>', source, re.DOTALL))
    wrong = {key for key, inside in at_box.items() if 'class="error"' in inside}
    assert wrong == {"hosting", "salary_1"}
    assert "<7>" not in source and "“<7>” is not a number" in html.unescape(at_box["hosting"])
    assert "From before. 2 entries cannot be taken yet." in said
    assert "wins back" not in source and 'id="preview"' not in source  # so what stood there is left
    assert "At least one manager" in words(typed(case, people_1_likely="0"))


def test_a_case_in_another_currency_follows_its_rate_while_it_is_typed() -> None:
    case = start_case(world.person("fay"), name="All", currency="CHF", rate=0.95, seed=1, now=NOW)
    said = words(typed(case, rate="1,9"))

    assert "CHF 29,891" in said and "saved: CHF 14,945" in said


def test_typing_beside_published_figures_is_one_opening_of_the_report(case: BusinessCase) -> None:
    publish(hours_in_sessions=HOURS)
    for text in ("7", "8", "9"):
        typed(case, hosting_likely=text)

    assert Opening.objects.count() == 1
