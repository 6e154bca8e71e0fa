"""Two groups that go on with the same topic become one when both hosts agree, and only then."""

from datetime import timedelta

import pytest
import time_machine
from reconvene.forming.merging import CannotMerge, NotTheHost, answer_merger, offer_merger, partners

from reconvene.challenges.models import Challenge
from reconvene.forming.going_on import find_next_dates
from reconvene.forming.models import Merger
from reconvene.groups.actions import close_cycle
from reconvene.groups.models import Cycle, Group
from reconvene.groups.rules import Outcome
from reconvene.people.models import KeepApart
from reconvene.scheduling.models import Session
from tests import world
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=30)


def goes_on(name: str, *members: str) -> Group:
    """A group before its second cycle, with dates; the first of them hosts."""
    group = world.make_group(*world.people(*members), name=name)
    following = close_cycle(group.cycles.get(), outcome=Outcome.AGAIN, now=LATER)
    assert following is not None and find_next_dates(following, now=LATER)
    return group


@pytest.fixture
def two() -> tuple[Group, Group]:
    return goes_on("Wren", "ana", "ben", "cho"), goes_on("Robin", "dan", "eli", "flo")


def sitting(group: Group) -> set[str]:
    return set(group.memberships.live().values_list("person__external_id", flat=True))


def test_both_hosts_agree_and_all_sit_at_one_table_with_its_dates(two: tuple[Group, Group]) -> None:
    wren, robin = two
    with pytest.raises(NotTheHost):
        offer_merger(wren, other=robin, by=world.person("ben"), now=LATER)
    offered = offer_merger(wren, other=robin, by=world.person("ana"), now=LATER)
    with pytest.raises(NotTheHost):
        answer_merger(offered, agrees=True, by=world.person("ana"), now=LATER)
    assert sitting(wren) == {"ana", "ben", "cho"}

    answer_merger(offered, agrees=True, by=world.person("dan"), now=LATER)

    wren.refresh_from_db()
    assert (sitting(wren), sitting(robin)) == (set(), {"ana", "ben", "cho", "dan", "eli", "flo"})
    assert wren.ended_at == LATER and Cycle.objects.get(group=wren, number=2).outcome == Outcome.MERGED
    assert not Session.objects.filter(cycle__group=wren, cycle__number=2, cancelled_at=None).exists()
    assert Session.objects.filter(cycle__group=robin, cycle__number=2, cancelled_at=None).count() == 2
    assert not Challenge.objects.open().exists()


@pytest.mark.parametrize("obstacle", ["reporting_line", "keep_apart", "level"])
def test_who_may_not_sit_together_is_not_brought_together_and_nothing_changes(obstacle: str, two: tuple[Group, Group]) -> None:
    wren, robin = two
    dan = world.person("dan")
    if obstacle == "reporting_line":
        type(dan).objects.filter(id=world.person("ben").id).update(manager=dan)
    elif obstacle == "keep_apart":
        KeepApart.objects.create(person=world.person("flo"), other=world.person("cho"))
    else:
        type(dan).objects.filter(id=dan.id).update(level=world.Level.objects.get(rank=3))
    offered = offer_merger(wren, other=robin, by=world.person("ana"), now=LATER)

    with pytest.raises(CannotMerge):
        answer_merger(offered, agrees=True, by=dan, now=LATER)
    assert (sitting(wren), sitting(robin)) == ({"ana", "ben", "cho"}, {"dan", "eli", "flo"})
    assert Cycle.objects.running().count() == 2


def test_only_groups_with_the_same_topic_and_room_that_have_not_begun_are_partners(two: tuple[Group, Group]) -> None:
    wren, robin = two
    assert [one.group for one in partners(wren, now=LATER)] == [robin]
    world.make_group(*world.people("gus", "hal", "ivy"), name="Owl")  # in its first cycle
    Session.objects.filter(cycle__group=robin, cycle__number=2, kind="first").update(started_at=LATER)

    assert partners(wren, now=LATER) == []


@time_machine.travel(LATER, tick=False)
def test_on_the_groups_page_the_host_and_nobody_else_offers_and_answers(two: tuple[Group, Group]) -> None:
    wren, robin = two
    ana, ben, dan = (world.sign_in(world.person(name)) for name in ("ana", "ben", "dan"))
    assert "Another group of 3" in ana.get(f"/groups/{wren.id}/").content.decode()
    assert "Another group" not in ben.get(f"/groups/{wren.id}/").content.decode()
    ana.post(f"/groups/{wren.id}/mergers/", {"other": robin.id})
    assert "would like to join you" in dan.get(f"/groups/{robin.id}/").content.decode()

    dan.post(f"/groups/{robin.id}/mergers/", {"agrees": "no"})
    assert Merger.objects.get().declined_at == LATER and len(sitting(wren)) == 3
