from collections.abc import Callable
from pathlib import Path

import pytest

from reconvene.base import tenancy
from reconvene.people import directory_actions as actions
from reconvene.people.directory.columns import ColumnMapping
from reconvene.people.directory.reading import ReadingChoice
from reconvene.people.directory.records import CountsPosts
from reconvene.people.directory.refusals import Unreadable
from reconvene.people.directory_queries import preview
from reconvene.people.models import DirectoryImport, Organisation, Person, RoleChange
from reconvene.people.rules import Role
from tests import world
from tests.world import MONDAY, TUESDAY

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parents[1] / "data" / "hr"
HEAD = "Employee ID,Name,Email,Job Title,Department,Manager ID\n"
THREE = HEAD + (
    "1,Ruth Fox,ruth@a.example,Director,Operations,\n2,Tom Day,tom@a.example,Team Lead,Operations,1\n3,Ida Roe,ida@a.example,Clerk,Operations,2\n"
)


def organisation() -> Organisation:
    return Organisation.objects.get(id=tenancy.current())


def staged(text: str | bytes, **options: object) -> DirectoryImport:
    data = text.encode() if isinstance(text, str) else text
    return actions.stage_import(organisation(), data=data, filename="people.csv", by=None, now=MONDAY, **options)  # type: ignore[arg-type]


def bring_in(text: str | bytes, **options: object) -> actions.Changes:
    return actions.apply_import(staged(text), now=TUESDAY, **options)  # type: ignore[arg-type]


def directory() -> dict[str | None, Person]:
    return {person.external_id: person for person in Person.objects.select_related("manager", "level")}


def rows() -> list[dict[str, object]]:
    return list(Person.objects.order_by("id").values())


def test_staging_a_file_changes_no_person() -> None:
    world.people("ana", "ben")
    before = rows()

    kept = staged(THREE)

    assert rows() == before
    assert ColumnMapping.from_json(kept.mapping["text"]).columns["manager_ref"] == "Manager ID"
    assert (kept.applied_at, kept.uploaded_at) == (None, MONDAY)


def test_applying_brings_people_in_with_level_manager_and_the_organisations_time_zone() -> None:
    changes = bring_in(THREE)

    found = directory()
    assert len(changes.added) == 3
    assert [(found[number].name, str(found[number].level), found[number].manager) for number in "123"] == [
        ("Ruth Fox", "Director", None), ("Tom Day", "Team lead", found["1"]), ("Ida Roe", "None", found["2"]),
    ]  # fmt: skip
    assert {person.time_zone for person in found.values()} == {"Europe/Berlin"}


def test_the_same_file_twice_changes_no_row() -> None:
    bring_in(THREE)
    before = rows()

    changes = bring_in(THREE)

    assert (changes.total, changes.unchanged) == (0, 3)
    assert rows() == before


@pytest.mark.parametrize("name", ["workday.csv", "bamboohr.csv", "personio-cp1252.csv", "organogram.csv", "successfactors.xlsx"])
def test_every_kind_of_export_twice_changes_no_row(name: str) -> None:
    data = (DATA / name).read_bytes()
    bring_in(data)
    before = rows()

    assert bring_in(data).total == 0
    assert rows() == before
    assert len(before) > 2


def test_people_without_a_name_or_address_are_seats_that_cannot_be_invited() -> None:
    bring_in((DATA / "organogram.csv").read_bytes())

    assert Person.objects.count() == 6
    assert sorted(Person.objects.invitable().values_list("name", flat=True)) == ["Dame Alice Hart", "Omar Said"]
    assert directory()["21"].manager == directory()["20"]


def test_a_changed_manager_department_and_swapped_addresses_are_written_and_roles_stay() -> None:
    bring_in(THREE)
    Person.objects.filter(external_id="2").update(roles=[Role.SPONSOR])

    bring_in(
        HEAD + "1,Ruth Fox,ruth@a.example,Director,Board,\n2,Tom Day,ida@a.example,Team Lead,Operations,1\n"
        "3,Ida Roe,tom@a.example,Clerk,Operations,1\n4,Lea New,lea@a.example,Clerk,Operations,3\n"
    )

    found = directory()
    assert found["1"].function == "Board"
    assert (found["2"].email, found["3"].email) == ("ida@a.example", "tom@a.example")
    assert (found["3"].manager, found["4"].manager) == (found["1"], found["3"])
    assert found["2"].roles == [Role.SPONSOR]


def test_more_than_one_in_twenty_leaving_stops_until_it_is_allowed() -> None:
    bring_in(THREE)
    fewer = "".join(THREE.splitlines(keepends=True)[:3])
    before = rows()

    with pytest.raises(actions.TooManyLeaving, match="1 of 3 people"):
        bring_in(fewer)
    assert rows() == before

    bring_in(fewer, allow_leaving=True)
    assert directory()["3"].left_at == TUESDAY


def test_whoever_comes_back_is_the_same_person() -> None:
    bring_in(THREE)
    ida = directory()["3"].id
    bring_in("".join(THREE.splitlines(keepends=True)[:3]), allow_leaving=True)

    changes = bring_in(THREE)

    assert [change.record.name for change in changes.returning] == ["Ida Roe"]
    assert (directory()["3"].id, directory()["3"].left_at) == (ida, None)


def test_the_roles_of_whoever_leaves_end_in_writing_and_do_not_come_back_with_them() -> None:
    bring_in(THREE)
    Person.objects.filter(external_id="3").update(roles=[Role.LEARNING])
    bring_in("".join(THREE.splitlines(keepends=True)[:3]), allow_leaving=True)

    ended = RoleChange.objects.get()
    assert (ended.person, ended.was, ended.roles, ended.changed_at) == (directory()["3"], ["learning"], [], TUESDAY)

    bring_in(THREE)
    assert (directory()["3"].left_at, directory()["3"].roles) == (None, [])
    assert RoleChange.objects.count() == 1


def test_roles_that_somebody_still_had_when_they_left_long_ago_end_in_writing_when_they_come_back() -> None:
    bring_in(THREE)
    Person.objects.filter(external_id="3").update(roles=[Role.SPONSOR], left_at=MONDAY)

    bring_in(THREE)

    assert directory()["3"].roles == []
    assert [tuple(one) for one in RoleChange.objects.values_list("was", "roles")] == [(["sponsor"], [])]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("".join(THREE.splitlines(keepends=True)[:3]), id="gone"),
        pytest.param(THREE.replace("ida@a.example", ""), id="without an address"),
    ],
)
def test_an_import_after_which_nobody_would_administer_is_refused(text: str) -> None:
    bring_in(THREE)
    Person.objects.filter(external_id="3").update(roles=[Role.ADMIN])
    before = rows()

    with pytest.raises(actions.NobodyAdministers, match="Ida Roe"):
        bring_in(text, allow_leaving=True)
    assert rows() == before and not RoleChange.objects.exists()

    Person.objects.filter(external_id="1").update(roles=[Role.ADMIN])
    bring_in(text, allow_leaving=True)
    assert rows() != before


def test_an_administrator_whom_no_file_brought_and_whoever_imports_stay() -> None:
    ada, fay, ben = world.person("ada", external_id=None), world.person("fay"), world.person("ben", external_id=None)
    kept = actions.stage_import(organisation(), data=THREE.encode(), filename="a.csv", by=fay, now=MONDAY)

    changes = actions.apply_import(kept, allow_leaving=True, now=TUESDAY)

    gone = {person.ref for person in changes.deactivated}
    assert ben.id in gone
    assert not gone & {ada.id, fay.id}
    assert {person.id for person in Person.objects.active() if person.roles} == {ada.id, fay.id}


def test_bad_rows_are_left_out_or_nothing_is_taken_as_chosen() -> None:
    text = THREE + "3,Double Roe,double@a.example,Clerk,Operations,\n"

    with pytest.raises(actions.BadRows) as refusal:
        bring_in(text, choice="nothing-if-bad")
    assert [problem.row for problem in refusal.value.preview.groups[0].problems] == [5]
    assert not Person.objects.exists()

    bring_in(text, choice="good")
    assert sorted(number or "" for number in directory()) == ["1", "2", "3"]


def test_a_row_whose_address_is_somebody_elses_is_told_by_its_row_and_counts_as_left_out_without_a_number() -> None:
    bring_in(THREE)
    text = THREE.replace("ida@a.example", "no address").replace(
        "Operations,2\n", "Operations,2\n,Zoe Zon,ida@a.example,Clerk,Operations,\n"
    )
    text += "4,Abe Abt,tom@a.example,Clerk,Operations,\n"
    text = text.replace("tom@a.example,Team Lead", "nowhere,Team Lead")

    with pytest.raises(actions.BadRows) as refusal:
        bring_in(text, choice="nothing-if-bad")
    told = {problem.row: problem for group in refusal.value.preview.groups for problem in group.problems}
    assert [(row, told[row].column, told[row].value, told[row].refuses) for row in (5, 6)] == [
        (5, "Email", "ida@a.example", True),
        (6, "Email", "tom@a.example", False),
    ]
    assert "Somebody else here has this address" in told[5].reason

    bring_in(text, choice="good")
    assert {one.summary["left_out"] for one in DirectoryImport.objects.exclude(applied_at=None)} == {0, 1}
    assert (directory()["4"].email, directory()["3"].email, Person.objects.filter(name="Zoe Zon").exists()) == (
        None,
        "ida@a.example",
        False,
    )


def test_an_import_is_applied_once_and_then_forgets_the_file() -> None:
    kept = staged(THREE)
    actions.apply_import(kept, now=TUESDAY)

    with pytest.raises(actions.AlreadyApplied):
        actions.apply_import(kept, now=TUESDAY)
    kept.refresh_from_db()
    assert (bytes(kept.data), kept.choices, kept.applied_at) == (b"", {}, TUESDAY)
    assert kept.summary == {
        "added": 3, "changed": 0, "returning": 0, "deactivated": 0, "unchanged": 0, "left_out": 0, "addresses": {"count": 0, "names": []},
    }  # fmt: skip
    for correct in (
        lambda: actions.correct_levels(kept, table={}),
        lambda: actions.correct_reading(kept, reading=ReadingChoice()),
        lambda: actions.correct_columns(kept, mapping=ColumnMapping(columns={})),
    ):
        with pytest.raises(actions.AlreadyApplied):
            correct()


def test_corrected_levels_and_columns_are_remembered_for_the_next_file() -> None:
    kept = staged(THREE)
    actions.correct_levels(kept, table={"Clerk": "Team lead", "Team Lead": None})
    actions.correct_columns(
        kept, mapping=ColumnMapping(columns={"external_id": "Employee ID", "name": "Name", "site": "Department", "level": "Job Title"})
    )
    actions.apply_import(kept, now=TUESDAY)
    assert [(str(directory()[number].level), directory()[number].site) for number in "23"] == [
        ("None", "Operations"),
        ("Team lead", "Operations"),
    ]

    again = preview(staged(THREE), now=TUESDAY)

    assert again.changes is not None
    assert (again.changes.total, again.mapping.columns["site"]) == (0, "Department")


def test_a_title_in_two_spellings_is_one_line_of_the_table_of_levels_and_gets_what_was_decided() -> None:
    first = staged(THREE)
    actions.correct_levels(first, table={"Team Lead": "Director"})
    actions.apply_import(first, now=TUESDAY)

    again = staged(THREE + "4,Max Ott,max@a.example,TEAM LEAD,Operations,1\n5,Lea Ott,lea@a.example,Team Lead,Operations,1\n")

    most = preview(again, now=TUESDAY).levels[0]
    assert (most.value, most.people, most.level) == ("Team Lead", 3, "Director")
    actions.apply_import(again, now=TUESDAY)
    assert {str(directory()[number].level) for number in "245"} == {"Director"}


def test_reading_differently_guesses_the_columns_anew_and_a_bad_choice_keeps_the_old_one() -> None:
    kept = staged(THREE.replace(",", ";"))
    with pytest.raises(Unreadable):
        actions.correct_reading(kept, reading=ReadingChoice(encoding="utf-32"))

    actions.correct_reading(kept, reading=ReadingChoice(header_row=0))

    kept.refresh_from_db()
    assert kept.choices["reading"] == {"header_row": 0}
    assert preview(kept, now=MONDAY).table.header is None


def test_headcounts_are_refused_and_leave_nothing_behind() -> None:
    with pytest.raises(CountsPosts, match="Number of Posts in FTE"):
        staged((DATA / "organogram-junior.csv").read_bytes())
    assert not DirectoryImport.objects.exists()


def test_columns_that_were_not_recognised_can_be_chosen() -> None:
    kept = staged("Wer,Wo\nAna Ruiz,ana@a.example\nBen Ito,ben@a.example\n", reading=ReadingChoice(header_row=1))
    assert "No column was found" in preview(kept, now=MONDAY).fault
    with pytest.raises(actions.NotReady):
        actions.apply_import(kept, now=TUESDAY)

    actions.correct_columns(kept, mapping=ColumnMapping(columns={"name": "Wer", "email": "Wo"}))
    actions.apply_import(kept, now=TUESDAY)

    assert sorted(Person.objects.values_list("name", flat=True)) == ["Ana Ruiz", "Ben Ito"]


def test_a_second_file_gives_the_department() -> None:
    mapping = ColumnMapping.from_json(
        '{"columns": {"external_id": 0, "name": 1}, "reading": {"header_row": 1},'
        ' "function_lookup": [{"file": "history.csv", "key": "id", "value": "dept", "blank": "until"}]}'
    )
    history = b"id,dept,until\n1,Sales,2020-01-01\n1,Board,\n2,Sales,\n"

    kept = staged("Employee ID,Name\n1,Ruth Fox\n2,Tom Day\n", mapping=mapping, files={"history.csv": history})
    actions.apply_import(kept, now=TUESDAY)

    assert [directory()[number].function for number in "12"] == ["Board", "Sales"]


@pytest.mark.nowhere
def test_an_address_in_use_in_another_organisation_is_told_and_nothing_is_changed(db: None) -> None:
    with tenancy.within(world.make_organisation("Other").id):
        bring_in(THREE)
    with tenancy.within(world.make_organisation("Aldermoor").id):
        with pytest.raises(actions.AddressElsewhere, match=r"ruth@a.example"):
            bring_in(THREE)
        assert not Person.objects.exists()


@pytest.mark.nowhere
def test_whoever_comes_back_while_another_organisation_has_their_address_is_told_of_too(db: None) -> None:
    here, other = world.make_organisation("Aldermoor"), world.make_organisation("Other")
    with tenancy.within(here.id):
        bring_in(THREE)
        bring_in(THREE.replace("3,Ida Roe,ida@a.example,Clerk,Operations,2\n", ""), allow_leaving=True)
    with tenancy.within(other.id):
        bring_in(HEAD + "8,Ida Roe,ida@a.example,Clerk,Sales,\n")

    with tenancy.within(here.id):
        with pytest.raises(actions.AddressElsewhere, match=r"ida@a.example"):
            bring_in(THREE)
        assert directory()["3"].left_at == TUESDAY


def test_writing_a_thousand_people_takes_few_statements(django_assert_max_num_queries: Callable[[int], object]) -> None:
    text = HEAD + "".join(
        f"{number},Person {number},p{number}@a.example,Team Lead,Sales,{number // 9 or ''}\n" for number in range(1, 1001)
    )
    kept = staged(text)

    with django_assert_max_num_queries(25):  # type: ignore[attr-defined]
        actions.apply_import(kept, now=TUESDAY)

    assert Person.objects.count() == 1000
