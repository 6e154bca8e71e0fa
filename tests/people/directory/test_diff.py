from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconvene.people.directory.columns import guess_columns
from reconvene.people.directory.diff import Changes, FieldChange, NewPerson, compare, too_many_leaving
from reconvene.people.directory.managers import find_circles
from reconvene.people.directory.reading import read_table
from reconvene.people.directory.recognition import Existing
from reconvene.people.directory.records import Staged, StagingChoices, stage

HEAD = "Employee ID,Name,Email,Department,Time Zone,Manager ID,Status\n"
ANA = Existing("a", "1", "ana@a.example", "Ana Ruiz", function="Sales", time_zone="Europe/Rome")
BEN = Existing("b", "2", "ben@a.example", "Ben Ito", function="Sales", time_zone="Europe/Rome", manager="a")
CHO = Existing("c", "3", "cho@a.example", "Cho Wu", function="Sales", time_zone="Europe/Rome", manager="a")
SAME = "1,Ana Ruiz,ana@a.example,Sales,Europe/Rome,,active\n2,Ben Ito,ben@a.example,Sales,Europe/Rome,1,active\n3,Cho Wu,cho@a.example,Sales,Europe/Rome,1,active\n"


def staged(text: str) -> Staged:
    table = read_table(text.encode(), filename="a.csv")
    return stage(table, guess_columns(table.header, table.rows), level_table={}, choices=StagingChoices(today=date(2026, 3, 2)))


def changes(lines: str, *existing: Existing, head: str = HEAD) -> Changes:
    return compare(staged(head + lines), existing or (ANA, BEN, CHO))


def changed_fields(result: Changes) -> dict[str, tuple[FieldChange, ...]]:
    return {change.record.name: change.fields for change in result.changed}


def test_the_same_people_again_change_nothing() -> None:
    result = changes(SAME)

    assert (result.total, result.unchanged, result.active_before) == (0, 3, 3)


def test_new_changed_gone_and_returning_people_are_told_apart() -> None:
    dan = Existing("d", "4", "dan@a.example", "Dan Day", time_zone="Europe/Rome", active=False)

    result = changes(
        "1,Ana Ruiz,ana@a.example,Board,Europe/Rome,,active\n2,Ben Ito,ben@a.example,Sales,Europe/Rome,5,active\n"
        "4,Dan Day,dan@a.example,,Europe/Rome,1,active\n5,Eli Fox,eli@a.example,Sales,Europe/Rome,1,active\n",
        ANA, BEN, CHO, dan,
    )  # fmt: skip

    assert [record.name for record in result.added] == ["Eli Fox"]
    assert changed_fields(result) == {
        "Ana Ruiz": (FieldChange("function", "Sales", "Board"),),
        "Ben Ito": (FieldChange("manager", "Ana Ruiz", "Eli Fox"),),
    }
    assert result.deactivated == (CHO,)
    assert [change.existing for change in result.returning] == [dan]
    assert result.managers == {2: None, 3: NewPerson(5), 4: "a", 5: "a"}


def test_whoever_the_file_marks_as_gone_leaves_and_is_not_added() -> None:
    result = changes(
        SAME.replace("Cho Wu,cho@a.example,Sales,Europe/Rome,1,active", "Cho Wu,cho@a.example,Sales,Europe/Rome,1,terminated")
        + "9,Old Hand,old@a.example,,,,left\n"
    )

    assert (result.deactivated, result.added, result.unchanged) == ((CHO,), (), 2)


def test_a_faulty_or_missing_cell_and_a_field_without_a_column_change_nothing() -> None:
    faulty = SAME.replace("ben@a.example", "ben at a").replace("Europe/Rome,1,active\n3", "Mars,99,active\n3")

    assert changes(faulty).total == 0
    assert changes("1,Ana Ruiz\n2,Ben Ito\n3,Cho Wu\n", head="Employee ID,Name\n").total == 0
    assert changes(SAME.replace("Europe/Rome", "")).total == 0


def test_nobody_whose_row_was_refused_is_taken_as_gone() -> None:
    result = changes(SAME.replace("Cho Wu,cho@a.example,Sales", "Cho Wu,cho@a.example,Sales,and,more,cells"))

    assert (result.deactivated, result.total) == ((), 0)


def test_without_a_number_the_address_tells_who_it_is() -> None:
    assert changes(SAME.replace("2,Ben Ito,ben@a.example", ",Ben Ito,BEN@a.example")).deactivated == ()


def test_new_numbers_for_the_same_names_keep_the_people() -> None:
    result = changes(SAME.replace("\n2,", "\nX2,"))

    assert changed_fields(result) == {"Ben Ito": (FieldChange("external_id", "2", "X2"),)}


def test_an_address_given_to_somebody_new_does_not_hand_over_a_history() -> None:
    result = changes(SAME.replace("2,Ben Ito,ben@a.example", "9,Bea Nuñez,ben@a.example"))

    assert [record.name for record in result.added] == ["Bea Nuñez"]
    assert result.deactivated == (BEN,)


def test_an_address_that_stays_with_somebody_else_is_not_given_twice() -> None:
    result = changes(SAME.replace("cho@a.example", "not an address") + "4,Dan Day,cho@a.example,Sales,Europe/Rome,1,active\n")

    assert [(record.name, record.email) for record in result.added] == [("Dan Day", "")]
    assert [record.name for record in result.mail_taken] == ["Dan Day"]


def test_an_address_of_somebody_who_comes_back_is_left_to_whoever_has_it_now() -> None:
    gone = replace(CHO, ref="d", external_id="4", name="Dan Day", active=False)

    result = changes(SAME + "4,Dan Day,not an address,Sales,Europe/Rome,1,active\n", ANA, BEN, CHO, gone)

    assert [change.fields for change in result.returning] == [(FieldChange("email", "cho@a.example", ""),)]


def test_an_address_goes_from_whoever_left_in_the_same_file_to_its_new_owner() -> None:
    result = changes(
        SAME.replace("Cho Wu,cho@a.example,Sales,Europe/Rome,1,active", "Cho Wu,cho@a.example,Sales,Europe/Rome,1,left")
        + "4,Dan Day,cho@a.example,Sales,Europe/Rome,1,active\n"
    )

    assert [(record.name, record.email) for record in result.added] == [("Dan Day", "cho@a.example")]


def test_two_people_may_swap_their_addresses() -> None:
    swapped = SAME.replace("ben@", "x@").replace("cho@", "ben@").replace("x@", "cho@")

    assert {name: fields[0].new for name, fields in changed_fields(changes(swapped)).items()} == {
        "Ben Ito": "cho@a.example",
        "Cho Wu": "ben@a.example",
    }


def test_an_old_manager_gives_way_when_the_new_lines_would_run_in_a_circle() -> None:
    result = changes(SAME.replace("Europe/Rome,,active", "Europe/Rome,2,active").replace("Rome,1,active\n3", "Rome,99,active\n3"))

    assert result.managers == {2: "b", 3: None, 4: "a"}


def test_a_manager_who_left_is_nobodys_manager() -> None:
    result = changes(SAME.replace("Ruiz,ana@a.example,Sales,Europe/Rome,,active", "Ruiz,ana@a.example,Sales,Europe/Rome,,left"))

    assert (result.deactivated, set(result.managers.values())) == ((ANA,), {None})


@pytest.mark.parametrize(("leaving", "stops"), [(0, False), (5, False), (6, True)])
def test_more_than_five_in_a_hundred_leaving_stops_the_import(leaving: int, stops: bool) -> None:
    assert too_many_leaving(Changes(deactivated=(ANA,) * leaving, active_before=100)) is stops


def applied(result: Changes, existing: list[Existing]) -> list[Existing]:
    """Everybody after the import, as whoever applies it must leave them."""
    people = {person.ref: person for person in existing}
    refs = {record.row: f"new {record.row} {len(existing)}" for record in result.added}
    manager = {row: refs[target.row] if isinstance(target, NewPerson) else target for row, target in result.managers.items()}
    fields = ("external_id", "email", "name", "level", "function", "time_zone")
    for record in result.added:
        people[refs[record.row]] = Existing(
            refs[record.row], **{name: getattr(record, name) for name in fields}, manager=manager[record.row]
        )
    for change in (*result.changed, *result.returning):
        new = {field.field: getattr(change.record, field.field) for field in change.fields if field.field != "manager"}
        people[change.existing.ref] = replace(change.existing, **new, manager=manager[change.record.row], active=True)
    for person in result.deactivated:
        people[person.ref] = replace(person, active=False)
    return list(people.values())


rows = st.lists(
    st.tuples(
        st.sampled_from(["", "1", "2", "3", "4", "É5"]), st.sampled_from(["Ana Ruiz", "Ben Ito", "", "N/D"]),
        st.sampled_from(["", "a@a.example", "b@a.example", "ana.ruiz@a.example", "broken"]), st.sampled_from(["Sales", "Board", ""]),
        st.sampled_from(["Europe/Rome", "", "Mars"]), st.sampled_from(["", "1", "2", "3", "9", "XX"]), st.sampled_from(["active", "left", ""]),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(rows, min_size=1, max_size=3))
def test_after_any_imports_the_last_file_again_changes_nothing_and_addresses_and_lines_stay_sound(
    files: list[list[tuple[str, ...]]],
) -> None:
    people: list[Existing] = []
    for lines in files:
        file = staged(HEAD + "".join(",".join(line) + "\n" for line in lines))
        people = applied(compare(file, people), people)

        assert compare(file, people).total == 0
        mails = [person.email.casefold() for person in people if person.active and person.email]
        assert len(mails) == len(set(mails))
        assert find_circles({person.ref: person.manager for person in people if person.active}) == []
        assert len({person.external_id for person in people if person.external_id}) == sum(bool(person.external_id) for person in people)
