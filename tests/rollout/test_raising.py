"""Raising the threshold names, before it holds, exactly the lines of signed gates that could be judged no more, and what to do."""

import re

import pytest
import time_machine
from django.urls import reverse

from reconvene.base import tenancy
from reconvene.releases.four_eyes import MOST_K, k_in_force
from reconvene.releases.models import ThresholdChange
from reconvene.rollout.designing import Pilot, design, large_enough, lost_from
from reconvene.rollout.judging import MEASURES
from reconvene.rollout.models import Gate, Judgement
from reconvene.rollout.project_actions import add_gate
from reconvene.rollout.raising import losses
from tests import world
from tests.rollout.plans import LATER, NOW, RULES, client, make_plan, publish, sign, words

pytestmark = pytest.mark.django_db
PILOTS = [Pilot(24, 4, False), Pilot(36, 6, True), Pilot(36, 6, False), Pilot(48, 8, True), Pilot(70, 12, True), Pilot(10_000, 2_000, True)]


@pytest.mark.parametrize("pilot", PILOTS, ids=str)
def test_a_line_is_lost_from_the_first_number_at_which_the_rule_would_not_publish_it(pilot: Pilot) -> None:
    could = {k: design(pilot, k=k).possible for k in range(8, MOST_K + 1)}
    found = lost_from(pilot, MEASURES, was=8, k=MOST_K)

    assert found == {key: min(k for k in could if key not in could[k]) for key in MEASURES if key in could[8] and key not in could[MOST_K]}
    if found:
        larger = large_enough(pilot, found, k=MOST_K)
        assert larger is None or (set(found) <= design(larger, k=MOST_K).possible and larger.groups <= 3 * pilot.groups)


@pytest.mark.parametrize("k", [12, 25, 26, 37, 50])
def test_exactly_those_lines_are_named_that_could_not_be_signed_any_more(k: int) -> None:
    gate = sign(make_plan().gates.get())
    named = [(loss.name, [title for title, _number in loss.lost]) for loss in losses(world.person("cora"), 8, k, NOW)]

    pilot = Pilot(36, 6, True)
    never = [MEASURES[key].title for key in MEASURES if key in gate.own_lines and key not in design(pilot, k=k).possible]
    assert named == ([("Peers at Aldermoor, gate “Pilot”", never)] if never else [])


def test_a_gate_is_left_out_before_it_is_signed_and_once_it_is_settled() -> None:
    plan, fay = make_plan(), world.person("fay")
    add_gate(plan, name="Not signed", phase=3, by=fay, now=NOW, **RULES)
    gate = sign(plan.gates.get(name="Pilot"))

    def names() -> list[str]:
        return [loss.name for loss in losses(fay, 8, 30, NOW)]

    assert names() == ["Peers at Aldermoor, gate “Pilot”"]
    judgement = Judgement.objects.create(
        gate=gate, report=publish(), figures={}, has_breach=False, judged_at=LATER, choice="adjust", decided_at=LATER
    )
    assert names() == ["Peers at Aldermoor, gate “Pilot”"]
    Judgement.objects.filter(id=judgement.id).update(choice="extend")
    assert names() == []
    assert Gate.objects.count() == 2


def test_another_organisations_gates_are_not_named() -> None:
    sign(make_plan().gates.get())
    with tenancy.within(world.make_organisation("Other").id):
        assert losses(world.person("fay"), 8, 50, NOW) == []


def test_the_page_names_them_before_and_after_it_is_proposed_and_nobody_confirms_unread() -> None:
    oversight = reverse("oversight")
    with time_machine.travel(NOW, tick=False):
        assert "What it would take" not in words(client().get(oversight))
        gate = sign(make_plan().gates.get())
        page = words(client().get(oversight))
        assert "What it would take from signed gates" in page and "from 26 people on: Tried the plan at least once; “I leave" in page

        client().post(reverse("oversight-proposal"), {"k": "30"})
        answer = client("cora").get(oversight)
        page, source = words(answer), answer.content.decode()
        assert "With 30 people, 1 signed gate loses lines" in page and "Peers at Aldermoor, gate “Pilot”" in page
        assert "With 48 managers in 8 groups every line could be judged with 30 people, too" in page
        assert f"/gates/{gate.id}/" not in source and f"/gates/{gate.id}/" in client().get(oversight).content.decode()

        change = ThresholdChange.objects.get()
        decide, read = reverse("oversight-decision", args=[change.id]), re.search(r'name="read" value="(\w+)"', source)
        assert read is not None
        for unread in ({}, {"read": "x"}):
            answer = client("cora").post(decide, {"confirm": "1", **unread}, follow=True)
            assert "has changed since you read it" in words(answer)
        assert k_in_force(gate.organisation_id) == 8
        client("cora").post(decide, {"confirm": "1", "read": read[1]})
        assert k_in_force(gate.organisation_id) == 30


def test_once_the_phase_has_begun_it_says_to_judge_first() -> None:
    sign(make_plan().gates.get())
    (loss,) = losses(world.person("fay"), 8, 30, LATER)
    assert loss.advice[0].startswith("Its phase has begun. Judge it by the latest report first")
    (loss,) = losses(world.person("fay"), 8, 50, NOW)
    assert loss.advice[1].startswith("Otherwise no line is left")
