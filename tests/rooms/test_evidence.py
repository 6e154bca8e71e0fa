"""The group's table of what was tried: from reports that their owners showed, and from nothing else."""

import re

import pytest

from reconvene.practice.actions import make_plan, save_report
from reconvene.practice.models import CheckIn, Plan, PracticeReport
from reconvene.practice.rules import PlanDraft, ReportDraft, Times, evidence_of
from reconvene.rooms import evidence
from tests.rooms.play import Table, a_table

pytestmark = pytest.mark.django_db
HEAD = "What was planned"


def reconvened(*names: str) -> Table:
    """A reconvene of three that has begun, in the reports."""
    table = a_table(*(names or ("ana", "ben", "cho")))
    table.begin()
    table.tell("ana", "end")
    table = Table(table.group, "reconvene")
    table.begin()
    table.go_to("turns")
    return table


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_only_what_its_owner_showed_stands_in_the_table_on_phones_and_on_the_shared_screen() -> None:
    table = reconvened()
    cycle = table.session.cycle
    PracticeReport.objects.create(cycle=cycle, person=table.people["cho"], planned="Hidden", did="Secret", saved_at=table.now)
    table.tell("ana", "report", planned="Ask on day two", did="Asked", happened="Fewer loops", times="few", weeks=[3, 1])
    table.later(seconds=9)
    table.tell("ben", "report", planned="ask on day  two.", did="", happened="No occasion came", times="never")
    assert HEAD not in table.text("ana"), "the reports come first"
    table.go_to("ask")
    for page in (table.text("cho"), table.text("ana"), table.text("ana", "room-table-stage")):
        shown = words(page)
        assert shown.count("Ask on day two") == 1, "the same plan is one row"
        assert "Ana" in shown and "2 or 3 times" in shown and "weeks 1, 3" in shown and "Fewer loops" in shown
        assert "not yet" in shown and "No occasion came" in shown
        assert "Hidden" not in shown and "Secret" not in shown
    (row,) = evidence.table(cycle)
    assert row.tried_by == 1, "a report that it never came to it is full, and counts as no try"
    for kind in ("lessons", "readout", "settle"):
        table.go_to(kind)
        assert HEAD in table.text("ben")


def test_what_is_taken_back_after_the_reports_is_gone_from_every_screen() -> None:
    table = reconvened()
    table.tell("ana", "report", planned="Ask on day two", did="Asked", happened="Fewer loops", times="once")
    table.go_to("ask")
    assert "Take my report off the table" in table.text("ana") and "Take my report off the table" not in table.text("ben")
    table.tell("ana", "report-withdrawal")
    for page in (table.text("ana"), table.text("ben"), table.text("ben", "room-table-stage")):
        assert "Fewer loops" not in page


def test_check_ins_fill_in_how_often_and_when_and_stay_private() -> None:
    table = reconvened()
    cycle, ana = table.session.cycle, table.people["ana"]
    plan = Plan.objects.create(cycle=cycle, person=ana, if_cue="a draft comes", then_action="ask", made_at=table.now)
    for day in (7, 21):
        CheckIn.objects.create(
            cycle=cycle, person=ana, plan=plan, day=day, came_up="once", did_it="fully", happened="It worked", answered_at=table.now
        )
    page = table.text("ana")
    for box in (r'name="times" value="few" checked', r'name="weeks" value="1" checked', r'name="weeks" value="3" checked'):
        assert re.search(box, page)
    assert evidence.table(cycle) == [] and "It worked" not in table.text("ben")


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        ([], ("", ())),
        ([(7, "no", "not")], (Times.NEVER, ())),
        ([(7, "once", "swapped")], ("", ())),
        ([(7, "once", "partly")], (Times.ONCE, (1,))),
        ([(7, "more", "fully")], (Times.FEW, (1,))),
        ([(7, "once", "not"), (21, "once", "fully")], (Times.ONCE, (3,))),
        ([(7, "once", "fully"), (21, "once", "fully")], (Times.FEW, (1, 3))),
    ],
)
def test_check_ins_tell_how_often_at_least(answered: list[tuple[int, str, str]], expected: tuple[str, tuple[int, ...]]) -> None:
    assert evidence_of(answered) == expected


def test_what_is_changed_in_a_shown_report_on_ones_own_page_waits_until_it_is_shown_again() -> None:
    table = reconvened()
    table.go_to("turns")
    table.tell("ben", "report", planned="Ask", did="Asked twice")
    cycle, ben = table.session.cycle, table.people["ben"]
    save_report(cycle, person=ben, report=ReportDraft(planned="Ask", did="Asked twice", private_notes="mine"), now=table.now)
    table.go_to("ask")
    assert "Asked twice" in table.text("cho"), "notes are nobody else's"
    save_report(cycle, person=ben, report=ReportDraft(planned="Ask", did="Asked twice, and it went wrong"), now=table.now)
    assert "Asked twice" not in table.text("cho")
    table.tell("ben", "report", planned="Ask", did="Asked twice, and it went wrong")
    assert "it went wrong" in table.text("cho")


def test_a_report_of_which_only_private_notes_were_written_is_filled_in_in_the_room_as_on_ones_own_page() -> None:
    table = reconvened()
    cycle, ben = table.session.cycle, table.people["ben"]
    draft = PlanDraft("", "", "", "When Cho brings a draft back", "I ask one question", "")
    make_plan(cycle, person=ben, plan=draft, now=table.now)
    save_report(cycle, person=ben, report=ReportDraft(private_notes="mine"), now=table.now)
    table.go_to("turns")
    assert "I ask one question" in table.text("ben")
