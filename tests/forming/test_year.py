from datetime import timedelta
from pathlib import Path
from statistics import median

import pytest

from reconvene.forming.jobs import simulate_next
from reconvene.forming.models import SimulatedYear
from reconvene.forming.rules import is_large_enough
from reconvene.forming.year import ANSWERS, Assumptions, Figures, headcounts, simulate, waits_of
from reconvene.forming.year_apart import Ended, simulate_apart
from reconvene.forming.year_people import members_of, people_of_file
from reconvene.forming.year_ranges import over_seeds
from reconvene.forming.year_tables import SHIPPED, Member, Policy, Waiting, tables_of
from reconvene.forming.years import SEEDS, ask_for_year, directory, result_of
from reconvene.people.directory_actions import apply_import, stage_import
from reconvene.people.directory_glance import read_once
from reconvene.people.models import DirectoryImport, Level, Organisation, Person
from tests import world
from tests.world import MONDAY, PEERS

HR = Path(__file__).resolve().parents[1] / "data" / "hr"
ROWS = [(1, "Halden", 120), (1, "Leeds", 40), (2, "Halden", 20), (2, "Leeds", 8), (3, "Halden", 4), (4, "Halden", 1)]


USUAL = Assumptions()


def years(
    assumptions: Assumptions = USUAL, *, rows: list[tuple[int, str, int]] = ROWS, seeds: range = range(1, 4)
) -> list[Figures]:  # frozen
    return [simulate(headcounts(rows), assumptions, seed=seed) for seed in seeds]


def test_the_same_seed_gives_the_same_year_and_another_one_another() -> None:
    one, again, other = (simulate(headcounts(ROWS), Assumptions(), seed=seed) for seed in (1, 1, 2))

    assert one == again != other


def test_hours_and_cost_follow_from_the_seats_and_the_rates() -> None:
    assumptions = Assumptions(join_share=0.5, hours_each=5, rate=100, learning_hours=10, learning_rate=50, hosting=7)
    for year in years(assumptions):
        seats = year.hours / 5
        assert seats == int(seats) and 3 * year.groups <= seats <= 6 * year.groups
        assert year.cost == pytest.approx(seats * 500 + 500 + 7)
        assert sum(year.months) == year.groups > 0


def test_more_who_join_wait_less() -> None:
    few, many = (over_seeds(years(Assumptions(join_share=share), seeds=range(1, 6)), k=8) for share in (0.1, 0.8))

    assert many.wait.middle < few.wait.middle
    assert many.seated_share.middle > few.seated_share.middle
    assert few.wait.low <= few.wait.middle <= few.wait.high


def test_who_has_nobody_near_their_level_never_gets_a_group_and_that_is_said() -> None:
    rows = [(1, "A", 90), (5, "A", 2)]
    found = over_seeds(years(Assumptions(join_share=1.0), rows=rows), k=2)
    top = next(one for one in found.never if one.level == 5)

    assert top.never == top.raised > 0
    assert top.reason == "no_peer_level"


def test_groups_on_site_leave_a_small_site_alone_and_others_do_not() -> None:
    rows, everybody = [(1, "A", 60), (1, "B", 2)], {"join_share": 1.0, "topics": 1}
    on_site, anywhere = (over_seeds(years(Assumptions(is_on_site=here, **everybody), rows=rows), k=2) for here in (True, False))
    small = [next(one for one in found.never if one.site == "B") for found in (on_site, anywhere)]

    assert (small[0].never, small[0].reason) == (small[0].raised, "few_at_site")
    assert small[1].never == 0 < small[1].raised


def test_peers_under_one_superior_are_no_peers() -> None:
    members = [Member(f"p{at}", 1, "A", "f", ("boss",)) for at in range(12)]
    found = simulate(members, Assumptions(join_share=1.0, topics=1), seed=1)

    assert found.groups == 0
    assert found.classes[0].why == {"one_line": found.classes[0].never} and found.classes[0].never > 0


def test_a_class_below_k_is_counted_and_not_shown() -> None:
    found = over_seeds(years(), k=8)

    assert {(one.level, one.site) for one in found.never} == {(1, "Halden"), (1, "Leeds"), (2, "Halden"), (2, "Leeds")}
    assert found.hidden_classes == 2


@pytest.mark.parametrize("members", [[], [Member("a", 1)] * 4, [Member("a", 1), Member("b", 1)]])
def test_too_few_people_and_the_same_one_twice_are_refused(members: list[Member]) -> None:
    with pytest.raises(ValueError, match="people for one group"):
        simulate(members, Assumptions(), seed=1)


@pytest.mark.django_db
def test_a_year_of_the_directory_is_worked_out_seed_by_seed_and_asking_twice_is_asking_once() -> None:
    fay = world.person("fay")
    world.people(*PEERS, "gil", "eva")
    asked = [
        ask_for_year(fay, name="Ours", rows=[], assumptions=Assumptions(join_share=1.0), currency="EUR", k=8, now=MONDAY) for _ in range(2)
    ]
    assert asked[0] == asked[1]

    for done in range(1, len(SEEDS) + 1):
        simulate_next.work(year=str(asked[0].id), now=MONDAY + timedelta(seconds=done))  # type: ignore[attr-defined]
        assert len(SimulatedYear.objects.get().runs) == done
    row = SimulatedYear.objects.get()
    assert row.made_at is not None and result_of(row).people == 9


@pytest.mark.django_db
def test_the_directory_is_read_with_its_lines_and_without_ids() -> None:
    ben = world.person("ben")
    found = {one.function: one for one in directory(ben.organisation)}

    assert found["Customer support"].line == (found["Operations"].key,)
    assert not any(str(ben.id) in repr(one) for one in found.values())


@pytest.mark.django_db
def test_a_year_that_cannot_be_is_marked_and_nobody_waits_for_it() -> None:
    row = ask_for_year(world.person("fay"), name="x", rows=[], assumptions=Assumptions(), currency="EUR", k=8, now=MONDAY)
    simulate_next.work(year=str(row.id), now=MONDAY)  # type: ignore[attr-defined]
    row.refresh_from_db()

    assert row.failed_at == MONDAY


def shape(members: list[Member]) -> list[tuple[object, ...]]:
    """What people are to the simulation, whatever their keys: themselves, and the levels above them."""
    level_of = {one.key: one.level for one in members}
    return sorted(
        (one.level, one.site, one.function, sorted(one.languages), [level_of.get(key) or 0 for key in one.line]) for one in members
    )


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["workday.csv", "bamboohr.csv", "personio-cp1252.csv", "organogram.csv", "successfactors.xlsx"])
def test_people_of_a_file_are_those_that_an_import_of_it_brings_into_the_directory(name: str) -> None:
    organisation = Organisation.objects.get()
    ladder = {level.name: level.rank for level in Level.objects.order_by("rank")}
    data = (HR / name).read_bytes()
    glance = read_once(organisation, data=data, filename=name, now=MONDAY)
    ranks = {line.value: ladder[line.level] for line in glance.lines(list(ladder), smallest_is_top=False) if line.level}
    assert glance.staged is not None
    of_file = members_of(people_of_file(glance.staged, ranks=ranks))
    assert not Person.objects.exists() and not DirectoryImport.objects.exists()

    apply_import(stage_import(organisation, data=data, filename=name, by=None, now=MONDAY), now=MONDAY)

    assert len(of_file) >= 3
    assert shape(of_file) == shape(directory(organisation))


def test_a_process_of_its_own_gives_the_same_years_and_ends_with_whoever_asked() -> None:
    members, assumed = headcounts(ROWS), Assumptions(join_share=0.2)

    assert list(simulate_apart(members, assumed, seeds=(1, 2))) == [simulate(members, assumed, seed=seed) for seed in (1, 2)]
    left = simulate_apart(members, assumed, seeds=range(1, 1000))
    next(left)
    left.close()  # waits for the process, which would need minutes


def test_a_process_that_dies_or_takes_too_long_is_no_result() -> None:
    with pytest.raises(Ended):
        list(simulate_apart([Member("a", 1)], Assumptions(), seeds=(1,)))
    with pytest.raises(Ended):
        list(simulate_apart(headcounts(ROWS), Assumptions(), seeds=(1, 2), longest=0.01))


def waiting(count: int, *, since: int, line: bool = False) -> list[Waiting]:
    """People on one topic; with `line` the second reports to the first."""
    return [Waiting(Member(f"p{at}", 1, function=f"f{at}", line=("p0",) if line and at == 1 else ()), 0, since) for at in range(count)]


@pytest.mark.parametrize(("count", "waited", "tables"), [(5, 0, [5]), (4, 0, []), (4, 1, [4]), (3, 0, []), (3, 1, [3]), (2, 99, [])])
def test_the_shipped_policy_is_that_of_the_program(count: int, waited: int, tables: list[int]) -> None:
    found = tables_of(waiting(count, since=10 - waited), USUAL.rules, SHIPPED, today=10, seed=1)

    assert [len(table.keys) for table in found] == tables
    assert all(is_large_enough(size, waited=timedelta(days=waited), in_a_hurry=False) for size in tables)


def test_first_come_sits_people_in_the_order_of_coming_and_keeps_the_rules() -> None:
    at_once = Policy(patience=(0, 0, 0), is_first_come=True)
    found = tables_of(waiting(10, since=10, line=True), USUAL.rules, at_once, today=10, seed=1)

    assert [table.keys for table in found] == [("p0", "p2", "p3", "p4", "p5", "p6"), ("p1", "p7", "p8", "p9")]


def test_the_quality_of_a_table_does_not_grow_by_waiting() -> None:
    early, late = (tables_of(waiting(6, since=10 - days), USUAL.rules, SHIPPED, today=10, seed=1) for days in (0, 9))

    assert [table.quality for table in early] == pytest.approx([table.quality for table in late])


def test_a_table_waits_for_the_look_and_nobody_sits_before_they_asked() -> None:
    weekly, shipped = (
        simulate(headcounts(ROWS), Assumptions(join_share=1.0), seed=1, policy=one) for one in (Policy(looks_every=7), SHIPPED)
    )

    assert weekly.wait > shipped.wait >= ANSWERS


def test_the_waits_of_everybody_are_those_of_the_year() -> None:
    members, assumptions = headcounts(ROWS), Assumptions(join_share=1.0)
    year, waits = simulate(members, assumptions, seed=1), waits_of(members, assumptions, seed=1)

    assert (len(waits), sum(bool(each) for each in waits.values())) == (year.raised, year.seated)
    assert median(wait for each in waits.values() for wait in each) == year.wait
