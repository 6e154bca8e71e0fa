"""Measures by programme, and the halves of a pilot beside each other: through the same gate, the same ledger, and kept until enough people changed."""

from datetime import date, timedelta

import pytest

from reconvene.base import tenancy
from reconvene.challenges.models import Challenge
from reconvene.groups.models import Group, Membership, Programme
from reconvene.people.models import Person
from reconvene.practice.measures import tried_by_programme
from reconvene.practice.models import CheckIn, Plan
from reconvene.practice.rules import CameUp, DecidedBy, DidIt
from reconvene.releases import measures
from reconvene.releases.actions import publish_report
from reconvene.releases.ledger import Known, audited
from reconvene.releases.measurements import Contrast, HalfAnswers, Spread, Table
from reconvene.releases.models import LedgerLine
from reconvene.releases.rules import carried, figure
from reconvene.rooms.measures import attended_by_programme
from reconvene.rooms.models import Presence, Room
from reconvene.scheduling.rules import Kind
from reconvene.surveys.measures import eased_by_programme, share_by_programme, spread_by_programme
from tests import world
from tests.releases import company
from tests.releases.company import FIRST_OF_MARCH, organisation
from tests.surveys.pilots import TURN, draw_pilot, took_part, waited

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
NUMBERS = {f"p{one}": one for one in range(200)}
RAISED, MET = FIRST_OF_MARCH - timedelta(days=60), FIRST_OF_MARCH - timedelta(days=40)


def behind(*people: int) -> dict[str, str | None]:
    return {f"p{one}": f"g{one // 4}" for one in people}


def plan_of(group: Group, person: Person) -> Plan:
    return Plan.objects.create(cycle=group.cycles.get(), person=person, want="x", if_cue="x", then_action="x", sign="x", made_at=MET)


def means(values: dict[int, float], *, programme: str = "mine") -> Table:
    return Table("usable", "programme", {programme: behind(*values)}, values={f"p{one}": value for one, value in values.items()})


def test_a_mean_by_programme_is_rounded_bounded_and_told_without_its_people() -> None:
    shown = figure("usable_by_programme", means(dict.fromkeys(range(12), 7.3)), k=8, on=MARCH)
    high = figure("usable_by_programme", means(dict.fromkeys(range(12), 10.0)), k=8, on=MARCH)

    assert shown["cells"] == [{"label": "mine", "value": 7.5, "bound": "exactly", "low": 6.0, "high": 8.5, "taken_on": "2026-03-01"}]
    assert (high["cells"][0]["value"], high["cells"][0]["bound"]) == (9.0, "at_least")
    assert figure("usable_by_programme", means(dict.fromkeys(range(8), 7.0)), k=8, on=MARCH)["cells"] == []  # of two groups
    assert figure("usable_by_programme", means(dict.fromkeys(range(12), 7.0)), k=13, on=MARCH)["hidden_cells"] == 1


def test_a_mean_of_all_people_and_of_one_programme_do_not_tell_of_the_few_in_the_other() -> None:
    values = dict.fromkeys(range(15), 7.0)
    table = Table(
        "usable", "programme", {"mine": behind(*range(12)), "other": behind(12, 13, 14)}, values={f"p{one}": 7.0 for one in values}
    )
    everybody = Spread(tuple(values.values()), 4, is_mean=True, behind={"": behind(*range(15))})
    measured = {"usable": everybody, "usable_by_programme": table}
    fresh = {key: figure(key, one, k=8, on=MARCH) for key, one in measured.items()}

    found, lines = audited(fresh, measured, before={}, known=Known({}, NUMBERS, {}), on=MARCH, k=8)

    assert found["usable"]["value"] == 7.0 and found["usable_by_programme"]["cells"] == [
        {"label": "", "value": 7.0, "bound": "exactly", "low": 5.5, "high": 8.5, "taken_on": "2026-03-01"}
    ]
    assert {(line.table, line.cell) for line in lines["usable"]} == {("usable", ""), ("usable_by_programme", "")}


@pytest.mark.parametrize(("changed", "is_kept"), [(7, True), (8, False)])
def test_a_share_mean_or_contrast_changes_when_k_people_changed_their_answers(changed: int, is_kept: bool) -> None:
    def half(start: int, value: float, moved: int = 0) -> HalfAnswers:
        values = {f"p{one}": value + (one - start < moved) * 3 for one in range(start, start + 12)}
        return HalfAnswers(values, behind(*range(start, start + 12)))

    def shares(yes: int) -> Table:
        return Table("again", "programme", {"mine": behind(*range(40))}, yes=frozenset(f"p{one}" for one in range(yes)))

    for key, old, new in (
        ("again_by_programme", shares(20), shares(20 + changed)),
        ("usable_by_programme", means(dict.fromkeys(range(12), 5.0)), means({one: 5.0 + (one < changed) * 3 for one in range(12)})),
        ("contrast_sure", Contrast("contrast_sure", {"a": (half(0, 2), half(20, 0))}), Contrast("contrast_sure", {"a": (half(0, 2, changed), half(20, 0))})),
    ):  # fmt: skip
        before, now = figure(key, old, k=8, on=MARCH), figure(key, new, k=8, on=APRIL)
        found = carried(now, before=before, was={"2026-03-01": old}, now=new, k=8)
        assert (found["cells"] == before["cells"]) == is_kept and now["cells"] != before["cells"]


def test_a_contrast_whose_halves_would_tell_of_a_few_beside_another_figure_is_hidden() -> None:
    """Those who took part are three people fewer than those behind another figure about the same question."""
    half = HalfAnswers({f"p{one}": 3.0 for one in range(12)}, behind(*range(12)))
    other = HalfAnswers({f"p{one}": 0.0 for one in range(100, 112)}, behind(*range(100, 112)))
    measured = {
        "contrast_in_the_way": Contrast("eased", {"a": (half, other)}),
        "eased": Spread((3.0,) * 15, 4, scale=(-10.0, 10.0), is_mean=True, behind={"": behind(*range(15))}),
    }
    fresh = {key: figure(key, one, k=8, on=MARCH) for key, one in measured.items()}
    assert fresh["contrast_in_the_way"]["cells"][0]["value"] == 3.0

    found, _ = audited(fresh, measured, before={}, known=Known({}, NUMBERS, {}), on=MARCH, k=8)

    told = [bool(found["contrast_in_the_way"]["cells"]), "hidden" not in found["eased"]]
    assert sorted(told) == [False, True]


@pytest.mark.django_db
def test_what_somebody_did_counts_in_their_latest_programme_and_who_took_part_in_each() -> None:
    groups = company.run_groups(4, topic=world.topic(), raised=RAISED, first=MET)
    mine = Programme.objects.create(name="Mine", starts_on=MARCH)
    for group in groups[:3]:
        Group.objects.filter(id=group.id).update(programme=mine)
        Membership.objects.filter(group=group).update(programme=mine)
        company.hold(group, Kind.RECONVENE, at=MET + timedelta(days=28))
    for seat in Membership.objects.filter(group=groups[0]):
        CheckIn.objects.create(
            cycle=groups[0].cycles.get(), person=seat.person, plan=plan_of(groups[0], seat.person), day=7, came_up=CameUp.ONCE, did_it=DidIt.FULLY, decided_by=DecidedBy.REMEMBERED,
            answered_at=MET + timedelta(days=7),
        )  # fmt: skip
    session = groups[0].cycles.get().sessions.get(kind=Kind.FIRST)
    room = Room.objects.create(session=session, code="abcdefgh", opened_at=MET)
    Presence.objects.create(room=room, person=groups[0].memberships.first().person, asked_at=MET, admitted_at=MET, seen_at=MET)
    here, there = str(mine.id), str(world.programme().id)

    def sizes(table: Table) -> dict[str, tuple[int, int]]:
        return {label: (len(people), sum(one in (table.yes or ()) for one in people)) for label, people in table.behind.items()}

    Membership.objects.filter(group=groups[0]).update(ended_at=MET + timedelta(days=29))
    again = company.seat(
        list(Challenge.objects.filter(person__in=groups[0].memberships.values("person"))), at=MET + timedelta(days=29), name="Robin"
    )
    company.hold(again, Kind.FIRST, at=MET + timedelta(days=35))
    organisation_id = tenancy.current()
    assert sizes(measures.participants_by_programme(organisation_id, FIRST_OF_MARCH)) == {here: (18, 0), there: (12, 0)}
    assert sizes(measures.reconvened_by_programme(organisation_id, FIRST_OF_MARCH)) == {here: (18, 0)}
    assert sizes(attended_by_programme(organisation_id, FIRST_OF_MARCH)) == {here: (12, 0), there: (12, 1)}
    assert sizes(tried_by_programme(organisation_id, FIRST_OF_MARCH)) == {here: (6, 6)}
    wait = measures.wait_by_programme(organisation_id, FIRST_OF_MARCH)
    assert {label: len(people) for label, people in wait.behind.items()} == {here: 12, there: 12}
    assert set((wait.values or {}).values()) == {14.0, 39.0}
    assert sizes(measures.participants_by_programme(organisation_id, MET)) == {}


@pytest.mark.django_db
def test_answers_by_programme_are_those_of_the_questionnaires_and_a_report_publishes_them() -> None:
    pilot = draw_pilot()
    took_part(pilot, groups=3)
    waited(pilot, groups=3)
    until = TURN + timedelta(days=7)

    eased = eased_by_programme(tenancy.current(), until)
    assert sorted((eased.values or {}).values()) == [2.0] * 3 + [3.0] * 6 + [4.0] * 3
    assert {label: len(people) for label, people in spread_by_programme("openly")(tenancy.current(), until).behind.items()} == {
        str(pilot.id): 12
    }  # type: ignore[union-attr]  # a table
    assert len(share_by_programme("again")(tenancy.current(), until).yes) == 12  # type: ignore[union-attr, arg-type]
    report = publish_report(organisation(), milestone_on=MARCH, now=FIRST_OF_MARCH)
    openly, again = (report.figures.get(key=key).value["cells"] for key in ("openly_by_programme", "again_by_programme"))
    assert [(cell["label"], cell["value"]) for cell in openly] == [(str(pilot.id), 8.0)]
    assert [(cell["label"], cell["percent"], cell["bound"]) for cell in again] == [(str(pilot.id), 90, "at_least")]
    assert set(LedgerLine.objects.filter(table="openly_by_programme").values_list("book", flat=True)) == {"openly"}
