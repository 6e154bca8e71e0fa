"""Stories: offered by managers themselves after a cycle, seen by L&D, gone when they are taken back."""

from datetime import timedelta

import pytest

from reconvene.groups.models import Cycle
from reconvene.rollout.models import StoryOffer
from tests import world
from tests.rollout.plans import client, words
from tests.world import MONDAY

pytestmark = pytest.mark.django_db


def test_only_those_who_offer_are_seen_and_an_offer_taken_back_is_gone() -> None:
    world.make_group(*world.people("ana", "ben", "cho"))
    assert client("ana").get("/story/").status_code == 404  # the cycle still runs
    Cycle.objects.update(closed_at=MONDAY + timedelta(days=40))
    assert client("dan").get("/story/").status_code == 404
    assert client("ana").post("/story/", {"went_well": "no", "reach": ""}).status_code == 422
    client("ana").post("/story/", {"went_well": "no", "reach": "Fridays by phone"})
    seen = words(client().get("/roll-outs/stories/"))

    assert "Ana Example" in seen and "Fridays by phone" in seen and "Ben" not in seen
    assert seen.index("It did not help") < seen.index("Ana Example")
    assert client("ben").get("/roll-outs/stories/").status_code == 404
    client("ana").post("/story/", {"do": "back"})
    assert not StoryOffer.objects.exists()


def test_who_has_left_the_organisation_is_not_shown() -> None:
    ana = world.person("ana")
    StoryOffer.objects.create(person=ana, went_well=True, reach="x", offered_at=MONDAY)
    ana.leave(now=MONDAY)

    assert "Ana Example" not in words(client().get("/roll-outs/stories/"))
