"""The ledger in a report: what is refused stays as it was, who stood behind a number is remembered without a name, tables by one attribute."""

from datetime import date, timedelta

import pytest

from reconvene.people.models import Person
from reconvene.privacy.disclosure import Cell
from reconvene.releases import books
from reconvene.releases.actions import publish_report
from reconvene.releases.ledger import PEOPLE, Known, audited
from reconvene.releases.measurements import Counts, Shares, Table
from reconvene.releases.models import LedgerLine, LedgerNumber, Report
from reconvene.releases.rules import figure
from tests import world
from tests.releases import company
from tests.releases.company import FIRST_OF_MARCH, organisation

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
RAISED, MET = FIRST_OF_MARCH - timedelta(days=20), FIRST_OF_MARCH - timedelta(days=8)


def behind(*people: int) -> dict[str, str | None]:
    return {f"p{one}": None for one in people}


KNOWN = Known({}, {f"p{one}": one for one in range(200)}, {})


def release(measured: dict, *, on: date = MARCH, before: dict | None = None, known: Known = KNOWN) -> tuple[dict, dict]:
    values = {key: figure(key, one, k=8, on=on) for key, one in measured.items()}
    return audited(values, measured, before=before or {}, known=known, on=on, k=8)


def stage(people: int) -> Counts:
    return Counts((Cell("first_held", people, people),), is_nested=True, behind={"first_held": behind(*range(people))})


def test_a_cell_that_would_leave_a_few_of_the_total_is_merged_with_them() -> None:
    sites = {"Oslo": behind(*range(30)), "Bergen": behind(*range(30, 45)), "Molde": behind(*range(45, 49))}

    values, lines = release({"funnel": stage(49), "participants_by_site": Table("participants", "site", sites)})

    assert [(cell["label"], cell["people"]) for cell in values["participants_by_site"]["cells"]] == [("Oslo", 30), ("", 20)]
    assert values["participants_by_site"]["hidden_cells"] == 2
    assert [line.cell for line in lines[PEOPLE]] == ["first_held", "Oslo", ""]


def test_what_is_refused_stays_as_it_was_published() -> None:
    first, lines = release({"funnel": stage(40)})

    second, more = release({"funnel": stage(43)}, on=APRIL, before=first, known=Known(lines, KNOWN.numbers, {}))

    assert second["funnel"]["cells"] == first["funnel"]["cells"] == [{"label": "first_held", "people": 40, "taken_on": "2026-03-01"}]
    assert more == {}


def test_a_share_keeps_its_number_and_tells_how_many_answered_in_large_steps_when_steps_of_five_would_tell_too_much() -> None:
    answered = Shares("again", 30, 43, 43, behind={"": behind(*range(43))})

    alone, _ = release({"again": answered})
    beside, _ = release({"again": answered, "funnel": stage(46)})

    assert (alone["again"]["percent"], alone["again"]["people"], alone["again"]["low"]) == (70, 40, 50)
    assert (beside["again"]["percent"], beside["again"]["people"], beside["again"]["low"]) == (70, 20, 45)


def test_a_measure_that_does_not_say_who_stands_behind_it_is_hidden() -> None:
    values, lines = release({"again": Shares("again", 30, 43, 43), "topics": Counts((Cell("a", 20, 9),))})

    assert values["again"] == {"kind": "share", "title": "again", "hidden": "too_few"}
    assert (values["topics"]["cells"], values["topics"]["hidden_cells"], lines) == ([], 1, {})


def test_who_stands_behind_a_figure_is_not_written_into_logs() -> None:
    assert "p1" not in repr(Shares("again", 1, 2, 1, behind={"": behind(1, 2)}))


@pytest.mark.django_db
def test_a_report_tells_who_took_part_by_site_and_remembers_them_without_names() -> None:
    company.run_groups(6, topic=world.topic(), raised=RAISED, first=MET)
    people = list(Person.objects.filter(external_id__startswith="p").order_by("external_id"))
    for at, person in enumerate(people):
        person.site = "Oslo" if at < 20 else "Bergen"
    Person.objects.bulk_update(people, ["site"])

    report = publish_report(organisation(), milestone_on=MARCH, now=FIRST_OF_MARCH)

    table = report.figures.get(key="participants_by_site").value
    assert {cell["label"]: cell["people"] for cell in table["cells"]} == {"Oslo": 20, "Bergen": 15}
    line = LedgerLine.objects.get(table="participants_by_site", cell="Oslo")
    assert sum(bin(byte).count("1") for byte in bytes(line.members)) == 20
    assert LedgerNumber.objects.exclude(group=None).count() == 36
    assert not any(str(person.id) in f"{row}" for row in LedgerNumber.objects.values_list("alias") for person in people)


@pytest.mark.django_db
def test_two_people_more_in_a_month_are_told_nowhere() -> None:
    company.run_groups(6, topic=world.topic(), raised=RAISED, first=MET)
    publish_report(organisation(), milestone_on=MARCH, now=FIRST_OF_MARCH)
    lines = LedgerLine.objects.count()
    april = FIRST_OF_MARCH + timedelta(days=31)
    company.raise_need(company.hire(2, start=600), topic=world.topic(), at=april - timedelta(days=5))

    report = publish_report(organisation(), milestone_on=APRIL, now=april)

    before = dict(Report.objects.get(milestone_on=MARCH).figures.values_list("key", "value"))
    changed = {key for key, value in report.figures.values_list("key", "value") if value != before[key]}
    windows = {"need_to_first_session", "messages_per_week", "within_half", "within_promise", "within_twice"}
    assert changed <= windows  # each of a time of its own
    assert LedgerLine.objects.filter(book=PEOPLE).exclude(table__endswith="_size").count() <= lines


@pytest.mark.django_db
def test_the_ledger_takes_more_people_than_a_statement_takes_values() -> None:
    LedgerNumber.objects.bulk_create(
        LedgerNumber(alias=str(number), number=number, group=before) for number, before in ((1, 8), (2, 9), (3, None))
    )

    latest = books._latest_groups(organisation().id, dict.fromkeys(range(2, 70_000), 7))

    assert (len(latest), latest[1], latest[2]) == (69_999, 8, 7)
    assert dict(LedgerNumber.objects.values_list("number", "group")) == {1: 8, 2: 7, 3: 7}
