"""By whose figures a gate is judged: those of its programme where they are published, and nothing else; and which k was in force when it was signed."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from reconvene.groups.models import Programme
from reconvene.releases.models import ThresholdChange
from reconvene.rollout.designing import Pilot, design
from reconvene.rollout.judging import MEASURES, Line, Says, judge, judge_all, of_programme, wanted
from reconvene.rollout.models import BusinessCase, Gate, Project, RefusedChange
from reconvene.rollout.project_actions import Refused, Saved, change_project, judge_gate, sign_gate
from reconvene.rollout.queries import Worked
from reconvene.rollout.telling import _isolation
from tests import world
from tests.rollout.plans import LATER, LATER_REPORT, NOW, RULES, address, boxes, client, make_plan, publish, share, sign, words

pytestmark = pytest.mark.django_db
SIGNED_ON = date(2026, 5, 4)
ON = {"taken_on": LATER_REPORT.isoformat()}
LINES = {"tried_once": Line(65, 45), "usable": Line(7.5, 6), "again": Line(60, 40), "reconvened": Line(80, 60), "contrast": Line(1, 0)}


@pytest.fixture
def programme() -> Programme:
    return Programme.objects.create(name="Spring pilot", starts_on=NOW.date())


@pytest.fixture
def plan() -> Project:
    with time_machine.travel(NOW, tick=False):
        return make_plan()


def figures(programme: str) -> dict[str, Any]:
    """What a report may hold of one programme beside another one and all people."""
    other = "5d6c0f4e-0000-4000-8000-000000000000"

    def table(**cell: Any) -> dict[str, Any]:
        return {"kind": "table", "cells": [{"label": other, "percent": 10, "value": 1.0, "people": 99, "bound": "at_most", **ON}, {"label": programme, **cell, **ON}]}  # fmt: skip

    return {
        "tried_once": share(90, 80, 95), "again": share(90, 80, 95),
        "tried_once_by_programme": table(percent=70, bound="exactly"), "usable_by_programme": table(value=6.5, bound="exactly", low=5.0, high=8.0),
        "participants_by_programme": table(people=40), "reconvened_by_programme": table(people=30),
        "again_by_programme": {"kind": "table", "cells": [{"label": "", "percent": 70, "bound": "exactly", **ON}]},
        "contrast_in_the_way": {"kind": "contrast", "cells": [{"label": other, "value": -3.0, "low": -4.0, "high": -2.0, **ON}, {"label": programme, "value": 1.5, "low": -0.5, "high": 3.5, **ON}]},
    }  # fmt: skip


def test_the_figures_of_a_programme_are_its_own_and_no_others() -> None:
    found = of_programme("mine", figures("mine"), k=8)

    assert {key: (one.get("percent"), one.get("value")) for key, one in found.items() if key in ("tried_once", "usable")} == {
        "tried_once": (70, None),
        "usable": (None, 6.5),
    }
    assert (found["tried_once"]["low"], found["tried_once"]["high"]) == (35, 95)  # as wide as eight people make it
    assert [(cell["label"], cell["people"]) for cell in found["funnel"]["cells"]] == [("first_held", 40), ("reconvened", 30)]
    assert "again" not in found and "participants" not in found
    assert set(wanted(LINES)) >= set(figures("mine"))


def test_what_is_not_published_of_a_programme_is_not_to_be_judged_and_nothing_else_is_said() -> None:
    found = {one.key: one for one in judge_all(LINES, of_programme("mine", figures("mine"), k=9), after=SIGNED_ON, k=9)}

    assert {key: one.says for key, one in found.items()} == {
        "reconvened": Says.ADJUST, "tried_once": Says.GO, "usable": Says.ADJUST, "again": Says.OPEN, "contrast": Says.GO,
    }  # fmt: skip
    assert (found["again"].sentence, found["again"].warnings) == ("Not to be judged: fewer than 9 people behind it.", ())
    assert any("At least 9 people" in one for one in found["usable"].warnings)
    assert not any("Fewer than" in one for verdict in found.values() for one in verdict.warnings)
    assert all(one.is_hidden for one in judge_all(LINES, of_programme("nobody", figures("mine"), k=9), after=SIGNED_ON, k=9))


def test_a_contrast_says_what_so_few_people_cannot_show() -> None:
    measure, line = MEASURES["contrast"], Line(1, 0)

    def said(value: float, low: float, high: float) -> Any:
        cells = [{"label": "mine", "value": value, "low": low, "high": high, **ON}]
        return judge(measure, line, {"contrast_in_the_way": {"kind": "contrast", "cells": cells}}, after=SIGNED_ON)

    assert said(1.5, -0.5, 3.5).value == "1.5, likely −0.5 to 3.5"
    assert "cannot prove a moderate effect: four times in five only a difference of 3 points" in said(1.5, -0.5, 3.5).warnings[0]
    assert "fare better, by 0.5 to 2.5 points" in said(1.5, 0.5, 2.5).warnings[0] and said(1.5, 1.0, 2.0).sentence.startswith(
        "The line for go is reached, and the whole"
    )
    assert "fare worse" in said(-2.0, -3.0, -1.0).warnings[0] and said(-2.0, -3.0, -1.0).says is Says.STOP
    two = {"contrast_in_the_way": figures("mine")["contrast_in_the_way"]}
    assert judge(measure, line, two, after=SIGNED_ON).says is Says.OPEN  # of two pilots none stands for the whole organisation


def test_a_business_case_quotes_the_contrast_once_there_is_one() -> None:
    without = _isolation(Worked(BusinessCase(), None, {}))
    quoted = _isolation(Worked(BusinessCase(), None, figures("mine")))

    assert "takes its place when there is one" in without
    assert "eased by 1.5 points more, likely −0.5 to 3.5. So few people cannot prove a moderate effect" in quoted


@pytest.mark.parametrize(
    ("people", "groups", "waits", "k", "is_soon", "why"),
    [(36, 6, True, 8, True, "one group fewer hides it"), (60, 12, True, 8, True, "once the turn"), (36, 6, False, 8, False, "Nobody waits"), (24, 4, True, 8, False, "in each half"), (36, 6, True, 13, False, "13 people")],
)  # fmt: skip
def test_a_design_says_whether_its_halves_can_be_held_beside_each_other(people: int, groups: int, waits: bool, k: int, is_soon: bool, why: str) -> None:  # fmt: skip
    looked = design(Pilot(people, groups, waits), k=k)
    found = next(one for one in looked.outlooks if one.measure.key == "contrast")

    assert (found.is_soon, found.is_later, looked.can_contrast) == (is_soon, False, is_soon)
    assert why in found.why


def test_learning_chooses_the_programme_in_the_plan_and_the_gate_is_judged_by_its_figures(plan: Project, programme: Programme) -> None:
    elsewhere = world.make_organisation("Elsewhere").id
    path, gate = address(plan, "plan/"), plan.gates.get()
    with time_machine.travel(NOW, tick=False):
        form = boxes(client().get(path))
        assert form["programme"] == ""
        for wrong in (str(world.programme().id), str(elsewhere), "nonsense"):
            assert client().post(path, {**form, "programme": wrong}).status_code == 422
        assert client().post(path, {**form, "programme": str(programme.id)}).status_code == 302
        gate = sign(Gate.objects.get(id=gate.id))
    with time_machine.travel(LATER, tick=False):
        publish(**figures(str(programme.id)))
        page = words(client().get(address(plan, f"gates/{gate.id}/")))
        assert "They are of everybody in the programme “Spring pilot”" in page
        assert "go: 70 %, likely 35 to 95 %" in page and "90 %" not in page
        assert "Not to be judged: fewer than 8 people behind it." in page
        judgement = judge_gate(gate, report=plan_report(), has_breach=False, by=world.person("fay"), now=LATER)
        assert "go: 70 %, likely 35 to 95 %" in words(client().get(address(plan, f"gates/{gate.id}/")))

    assert judgement.figures["tried_once"]["percent"] == 70 and "again" not in judgement.figures


def plan_report() -> Any:
    from reconvene.releases.models import Report

    return Report.objects.get(milestone_on=LATER_REPORT)


def test_another_programme_after_signing_is_refused_and_recorded_and_nothing_is_saved(plan: Project, programme: Programme) -> None:
    gate, path = plan.gates.get(), address(plan, "plan/")
    with time_machine.travel(NOW, tick=False):
        form = boxes(client().get(path))
        sign(gate)
        answer = client().post(path, {**form, "name": "Another name", "programme": str(programme.id)})
        assert answer.status_code == 409 and "recorded there; nothing was saved" in words(answer)
        assert boxes(answer)["name"] == "Another name"
        assert client().post(path, {**form, "name": "Another name"}).status_code == 302
        page = words(client().get(address(plan, f"gates/{gate.id}/")))

    plan.refresh_from_db()
    attempt = RefusedChange.objects.get()
    assert (plan.programme, plan.name) == (None, "Another name")
    assert (attempt.by, attempt.measures, attempt.is_of_programme) == (world.person("fay"), [], True)
    assert "another programme by whose figures it is judged" in page


def test_another_programme_takes_a_single_signature_away(plan: Project, programme: Programme) -> None:
    gate = sign_gate(plan.gates.get(), version=1, by=world.person("sam"), now=NOW, **RULES)
    saved = change_project(plan, values={"programme_id": programme.id}, version=plan.version, by=world.person("fay"), now=NOW)

    assert saved is Saved.DONE and Gate.objects.get().sponsor is None and not RefusedChange.objects.exists()
    with pytest.raises(Refused, match="changed since you read"):
        sign_gate(gate, version=1, by=world.person("sam"), now=NOW, **RULES)


def test_a_gate_says_which_k_was_in_force_when_it_was_signed_and_what_a_higher_one_means(plan: Project) -> None:
    gate, fay, cora = sign(plan.gates.get()), world.person("fay"), world.person("cora")
    assert gate.k == 8
    with time_machine.travel(LATER, tick=False):
        page = words(client().get(address(plan, f"gates/{gate.id}/")))
        assert "at least: 8 when it was signed, 8 now" in page and "have raised" not in page
        change = ThresholdChange.objects.create(k=15, was=8, proposed_by=fay, proposed_at=NOW)
        change.confirm(by=cora, now=NOW + timedelta(days=1))
        page = words(client().get(address(plan, f"gates/{gate.id}/")))

    assert "8 when it was signed, 15 now" in page and "from 8 to 15" in page
    assert "these can be judged no more" not in page and "every line can still be judged" in page
    change = ThresholdChange.objects.create(k=30, was=15, proposed_by=fay, proposed_at=NOW)
    change.confirm(by=cora, now=NOW + timedelta(days=1))
    with time_machine.travel(LATER, tick=False):
        page = words(client().get(address(plan, f"gates/{gate.id}/")))
    assert "At the size of this pilot these can be judged no more:Tried the plan at least once" in page
    assert Gate.objects.get().lines == gate.lines
