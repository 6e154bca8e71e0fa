from datetime import UTC, datetime

import pytest

from reconvene.releases import demand
from reconvene.releases.rules import figure
from tests import world
from tests.releases.company import organisation

pytestmark = pytest.mark.django_db
FIRST_OF_APRIL = datetime(2026, 4, 1, tzinfo=UTC)


def raised(names: list[str], at: datetime, category: str) -> None:
    topic = world.topic(category.lower())
    type(topic).objects.filter(id=topic.id).update(category=category)
    for name in names:
        challenge = world.make_challenge(world.person(name), topic=topic)
        type(challenge).objects.filter(id=challenge.id).update(raised_at=at)


def test_a_quarter_is_that_of_the_latest_challenge_and_each_person_counts_once_in_it() -> None:
    raised([f"p{at}" for at in range(9)], datetime(2026, 2, 3, tzinfo=UTC), "Team")
    raised(["p0", "p1"], datetime(2026, 3, 3, tzinfo=UTC), "Self")
    raised(["p2"], datetime(2025, 12, 31, tzinfo=UTC), "Self")
    raised(["p3"], datetime(2026, 4, 2, tzinfo=UTC), "Self")
    found = demand.asked_for(organisation().id, FIRST_OF_APRIL)

    assert {cell.label: cell.people for cell in found.cells} == {"2026-1 Team": 7, "2026-1 Self": 2, "2025-4 Self": 1}
    assert demand.asked_for(organisation().id, datetime(2026, 3, 1, tzinfo=UTC)).cells[1].people == 9


def test_few_are_not_published_and_who_waits_alone_counts_as_a_group_of_their_own() -> None:
    raised([f"p{at}" for at in range(9)], datetime(2026, 2, 3, tzinfo=UTC), "Team")
    raised([f"q{at}" for at in range(7)], datetime(2026, 2, 3, tzinfo=UTC), "Self")
    value = figure("demand_asked", demand.asked_for(organisation().id, FIRST_OF_APRIL), k=8, on=FIRST_OF_APRIL.date())

    assert [(cell["label"], cell["people"]) for cell in value["cells"]] == [("2026-1 Team", 10)]
    assert value["hidden_cells"] == 1


@pytest.mark.parametrize(
    ("until", "last"),
    [(FIRST_OF_APRIL, "2026-1"), (datetime(2026, 3, 31, 22, tzinfo=UTC), "2026-1"), (datetime(2026, 1, 1, tzinfo=UTC), "2025-4"), (datetime(2026, 5, 1, tzinfo=UTC), "2026-2")],
)  # fmt: skip
def test_a_report_on_the_first_of_a_quarter_ends_with_the_one_before(until: datetime, last: str) -> None:
    found = demand.quarters_before(until)

    assert (len(found), found[-1]) == (4, last)
    assert sorted(found) == list(found)
