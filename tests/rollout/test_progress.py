"""Where a plan stands: it follows from what was decided, not from the date. Marked by L&D, at the pilot by its gate, stopped by its last decision."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from reconvene.rollout import plan as planning
from reconvene.rollout.models import Choice, Gate, Judgement, PassedTest, Project
from reconvene.rollout.progress import progress_of
from reconvene.rollout.project_actions import Refused, Saved, decide, judge_gate, pass_test, take_test_back
from tests import world
from tests.rollout.plans import LATER, LATER_REPORT, NOW, address, boxes, client, make_plan, publish, share, sign, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_pilot_by_its_dates() -> object:
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def plan() -> Project:
    with time_machine.travel(NOW, tick=False):
        return make_plan()


def mark(plan: Project, *phases: int) -> None:
    """L&D marks these tests, one after the other."""
    for phase in phases:
        plan.refresh_from_db()
        assert pass_test(plan, phase=phase, version=plan.version, by=world.person("fay"), now=LATER) is Saved.DONE


def judged(gate: Gate, choice: Choice, reason: str, *, weeks: int = 0) -> Judgement:
    """The gate judged by a report of its own, and decided."""
    day = LATER_REPORT + timedelta(weeks=weeks)
    report = publish(on=day, tried_once=share(75, 65, 85, on=day))
    made = judge_gate(gate, report=report, has_breach=False, by=world.person("fay"), now=LATER)
    decide(made, choice=choice, reason=reason, by=world.person("fay"), now=LATER + timedelta(weeks=weeks))
    return made


def here(page: Any) -> str:
    """The name of the phase beside which the page says that the plan stands there."""
    text = words(page)
    return next((name for name in ("Normal", "Extend", "Pilot", "Seed", "Ground") if name in text.split("You are here")[0]), "")


def test_a_plan_stands_in_the_first_phase_whose_test_is_not_passed() -> None:
    assert [planning.phase_after(passed) for passed in ((), (0,), (0, 2), (0, 1, 2, 3), range(5))] == [0, 1, 1, 4, 4]


def test_no_date_moves_a_plan_and_what_is_over_is_said(plan: Project) -> None:
    page = client().get(address(plan))

    assert words(page).count("You are here") == 1 and here(page) == "Ground"
    assert "week 15 of the plan, Ground" in words(page)
    assert words(page).count("not yet passed") == 2 and "planned to end on 19 Apr 2026, not yet passed" in words(page)
    mark(plan, 0)
    after = client().get(address(plan))
    assert here(after) == "Seed" and words(after).count("not yet passed") == 1
    assert "passed on 2 Jul 2026, Fay Example" in words(after)


def test_learning_marks_a_test_on_the_page_and_takes_it_back_and_a_sponsor_only_reads(plan: Project) -> None:
    plan.show(now=NOW)
    fay, sam = client(), client("sam")
    form = boxes(fay.get(address(plan)))
    assert (form["phase"], "The test is passed: Ground" in words(fay.get(address(plan)))) == ("0", True)
    assert sam.post(address(plan, "test/"), {**form, "do": "pass"}).status_code == 404
    assert fay.post(address(plan, "test/"), {**form, "do": "pass"}).status_code == 302

    read = words(sam.get(address(plan)))
    assert "Test passed" in read and "passed on 2 Jul 2026, Fay Example" in read
    assert "The test is passed" not in read and "Not passed after all" not in read
    assert fay.post(address(plan, "test/"), {**boxes(fay.get(address(plan))), "do": "take-back"}).status_code == 302
    assert not PassedTest.objects.exists() and here(fay.get(address(plan))) == "Ground"


def test_of_two_who_mark_at_once_the_second_is_told(plan: Project) -> None:
    form = {**boxes(client().get(address(plan))), "do": "pass"}
    other = world.sign_in(world.person("flo", roles=["learning"]))
    assert other.post(address(plan, "test/"), form).status_code == 302
    answer = client().post(address(plan, "test/"), {**form, "phase": "1"})

    assert answer.status_code == 409 and "changed after you had opened it" in words(answer) and here(answer) == "Seed"
    assert [(one.phase, one.by) for one in PassedTest.objects.all()] == [(0, world.person("flo"))]


@pytest.mark.parametrize("phase", ["1", "2", "4", "9", "-1", "", "x"])
def test_only_the_phase_in_which_the_plan_stands_is_marked(plan: Project, phase: str) -> None:
    form = boxes(client().get(address(plan)))
    answer = client().post(address(plan, "test/"), {**form, "phase": phase, "do": "pass"})

    assert answer.status_code == 409 and "Only the test of the phase" in words(answer)
    assert not PassedTest.objects.exists()


def test_what_the_next_test_rests_on_is_not_taken_back(plan: Project) -> None:
    mark(plan, 0, 1)
    plan.refresh_from_db()
    with pytest.raises(Refused, match="Take that one back first"):
        take_test_back(plan, phase=0, version=plan.version, by=world.person("fay"), now=LATER)
    take_test_back(plan, phase=1, version=plan.version, by=world.person("fay"), now=LATER)

    assert sorted(progress_of(plan).passed) == [0]


def test_the_pilot_is_passed_only_when_its_gate_decides_to_extend(plan: Project) -> None:
    gate = sign(plan.gates.get())
    mark(plan, 0, 1)
    plan.refresh_from_db()
    page = words(client().get(address(plan)))
    assert "It is passed when its gate decides to extend" in page and "The test is passed" not in page
    with pytest.raises(Refused, match="its decision passes the test"):
        pass_test(plan, phase=2, version=plan.version, by=world.person("fay"), now=LATER)

    judged(gate, Choice.ADJUST, "Sharper plans")
    page = words(client().get(address(plan)))
    assert "To be adjusted since 2 July 2026: Sharper plans" in page and here(client().get(address(plan))) == "Pilot"
    judged(gate, Choice.EXTEND, "Good enough", weeks=4)
    after = client().get(address(plan))
    assert here(after) == "Extend" and "decided at the gate “Pilot” by Fay Example" in words(after) and "To be adjusted" not in words(after)
    with pytest.raises(Refused):
        take_test_back(plan, phase=2, version=plan.version, by=world.person("fay"), now=LATER)
    mark(plan, 3, 4)
    assert here(client().get(address(plan))) == "Normal"


def test_the_last_decision_counts_where_a_phase_has_two_gates(plan: Project) -> None:
    waves = [sign(plan.gates.get()), sign(plan.gates.create(name="Second wave", lines=plan.gates.get().lines, made_at=NOW))]
    mark(plan, 0, 1)
    judged(waves[0], Choice.EXTEND, "Well done")
    judged(waves[1], Choice.ADJUST, "Not at this site", weeks=4)

    assert progress_of(plan).now == planning.PILOT


def test_a_phase_with_a_signed_gate_is_passed_by_that_gate_alone(plan: Project) -> None:
    judged(sign(plan.gates.get()), Choice.EXTEND, "Well done")
    mark(plan, 0, 1, 3)
    assert progress_of(plan).now == 4
    later = sign(plan.gates.create(name="Extend", phase=3, lines=plan.gates.get().lines, made_at=NOW))

    assert progress_of(plan).now == 3
    judged(later, Choice.STOP, "Nobody came back", weeks=30)
    assert progress_of(plan).is_stopped


def test_a_decision_to_stop_ends_the_plan_for_all_to_see(plan: Project) -> None:
    plan.show(now=NOW)
    gate = sign(plan.gates.get())
    mark(plan, 0, 1)
    judged(gate, Choice.STOP, "Two in three never tried it")
    plan.refresh_from_db()
    for name in ("fay", "sam"):
        page = client(name).get(address(plan))
        assert "Stopped on 2 July 2026: Two in three never tried it" in words(page) and "· stopped on 2 July 2026" in words(page)
        assert not {"You are here", "not yet passed", "Mark done", "One more task", "Not passed after all"} & set_of(page)
        assert 'aria-current="step"' not in page.content.decode() and '<li class="quiet">' in page.content.decode()
    for act in (pass_test, take_test_back):
        with pytest.raises(Refused):
            act(plan, phase=1, version=plan.version, by=world.person("fay"), now=LATER)
    judged(gate, Choice.EXTEND, "Judged again", weeks=4)
    assert here(client().get(address(plan))) == "Extend"


def set_of(page: Any) -> set[str]:
    """Which of these words the page says."""
    said = ("You are here", "not yet passed", "Mark done", "One more task", "Not passed after all")
    return {one for one in said if one in words(page)}
