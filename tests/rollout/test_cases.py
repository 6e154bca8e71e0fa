"""Business cases: who finds them, two editors at once, what is typed wrong, published figures, printouts, and what is never shown."""

import html
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from reconvene.base import tenancy
from reconvene.people.models import Organisation, Person
from reconvene.releases.models import Figure, Opening, Report
from reconvene.rollout import jobs
from reconvene.rollout.actions import start_case
from reconvene.rollout.assumptions import ASSUMPTIONS
from reconvene.rollout.formulas import Range
from reconvene.rollout.models import BusinessCase, Kind, Printout
from reconvene.rollout.wording import share_of_draws
from tests import world
from tests.rollout.test_basis import BENEFIT, FUNNEL, HOURS, LATER, VALUED

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_march() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case() -> BusinessCase:
    return start_case(world.person("fay"), name="The spring wave", currency="EUR", rate=1.0, seed=2026, now=NOW)


def fay() -> Client:
    return world.sign_in(world.person("fay"))


def words(answer: Any) -> str:
    """The page as it is read."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode())))


def address(case: BusinessCase, rest: str = "") -> str:
    return f"/business-cases/{case.id}/{rest}"


def form(case: BusinessCase, **boxes: str) -> dict[str, str]:
    """The form as a browser would send it back, with some boxes changed; names have _ for the hyphen before low, likely and high."""
    page = fay().get(address(case, "assumptions/")).content.decode()
    found = {}
    for box in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', box), re.search(r'value="([^"]*)"', box)
        if name and 'type="checkbox"' not in box and name[1] != "csrfmiddlewaretoken":
            found[name[1]] = html.unescape(value[1]) if value else ""
    return found | {re.sub(r"_(low|likely|high)$", r"-\1", name): text for name, text in boxes.items()}


def publish(**figures: Any) -> Report:
    report = Report.objects.create(milestone_on=date(2026, 3, 1), published_at=NOW)
    for key, value in figures.items():
        Figure.objects.create(report=report, key=key, value=value)
    return report


@pytest.mark.parametrize(("name", "found"), [("ana", 404), ("ada", 404), ("sam", 404), ("fay", 200)])
def test_a_case_that_is_not_shown_is_there_for_learning_only(case: BusinessCase, name: str, found: int) -> None:
    client = world.sign_in(world.person(name))

    pages = ("", "printouts/page/", "drawings/band.svg")
    assert {client.get(address(case, rest)).status_code for rest in pages} == {found}
    assert client.get("/business-cases/").status_code == (404 if name in ("ana", "ada") else 200)
    assert ("The spring wave" in words(client.get("/business-cases/"))) == (found == 200)


def test_a_sponsor_reads_what_is_shown_and_changes_nothing(case: BusinessCase) -> None:
    assert fay().post(address(case, "showing/")).status_code == 302
    sam = world.sign_in(world.person("sam"))

    page = words(sam.get(address(case)))
    assert "It pays if each manager wins back 5.8 hours in a year" in page
    assert "Change the assumptions" not in page and "Delete this case" not in page
    assert [sam.get(address(case, rest)).status_code for rest in ("assumptions/", "removal/")] == [404, 404]
    assert [sam.post(address(case, rest)).status_code for rest in ("assumptions/", "removal/", "showing/")] == [404] * 3
    assert sam.post("/business-cases/", {"name": "Mine", "currency": "EUR"}).status_code == 404

    fay().post(address(case, "showing/"))
    assert sam.get(address(case)).status_code == 404


def test_another_organisation_finds_nothing(case: BusinessCase) -> None:
    with tenancy.within(world.make_organisation("Other").id):
        stranger = world.sign_in(world.person("fay"))

    assert stranger.get(address(case)).status_code == 404
    assert "The spring wave" not in words(stranger.get("/business-cases/"))


def test_a_case_is_started_from_defaults_in_its_own_currency_for_as_many_managers_as_the_directory_has() -> None:
    client = fay()
    world.people("ana", "ben")
    world.person("gone", left_at=NOW)
    world.person("none", level=None)
    assert client.post("/business-cases/", {"name": "All of us", "currency": "CHF", "rate": ""}).status_code == 422
    assert client.post("/business-cases/", {"name": "All of us", "currency": "CHF", "rate": "0,95"}).status_code == 302
    assert BusinessCase.objects.get(name="All of us").rate == 0.95
    BusinessCase.objects.all().delete()
    assert client.post("/business-cases/", {"name": "All of us", "currency": "CHF", "rate": "0.95"}).status_code == 302
    case = BusinessCase.objects.get()

    assert 1 <= case.seed <= 999_999
    assert case.own["managers_all"] == Range.exactly(Person.objects.filter(left_at=None).exclude(level=None).count())
    page = words(client.get(address(case)))
    assert "CHF 14,945" in page  # 15,732 euros, at 0.95 a euro
    assert "€" not in page


def test_the_page_opens_every_number_and_never_shows_a_return_without_the_cut(case: BusinessCase) -> None:
    client = fay()
    client.post(address(case, "assumptions/"), form(case, it_hours_likely="0"))
    page = words(client.get(address(case)))

    assert "€423.67 ÷ €75 = 5.6 hours" in page
    assert "36 managers × 4.6 hours × €75" in page
    assert "36 × 25 % × €10,000 × 45 % × 65 % = €26,325" in page
    assert "€26,325 ÷ €15,252 = 1.73" in page
    assert "€15,252 ÷ (€26,325 ÷ 12) = 7.0 months" in page
    assert "= 73 %" in page
    assert "10,000 draws it pays; seed 2026" in page
    assert "490 %" not in page


def test_a_share_of_draws_is_never_all_or_none() -> None:
    assert [share_of_draws(share) for share in (0.0, 0.01, 0.625, 0.99, 1.0)] == [
        "fewer than 1\u00a0%", "1\u00a0%", "62\u00a0%", "99\u00a0%", "more than 99\u00a0%"
    ]  # fmt: skip


def test_what_is_typed_wrong_is_said_and_kept(case: BusinessCase) -> None:
    sent = form(case, salary_1_low="90000", salary_1_likely="72000", hours_around_likely="-2", travel_likely="$20", hosting_likely="7")

    answer = fay().post(address(case, "assumptions/"), sent)
    page = words(answer)

    assert answer.status_code == 422
    assert "Not saved yet. What you wrote is still here." in page
    assert "Yearly salary: first-line managers: The low figure may not be above the likely one" in page
    assert "below zero" in page and "in USD" in page
    assert 'value="$20"' in answer.content.decode() and 'value="7"' in answer.content.decode()
    assert BusinessCase.objects.get().figures == case.figures


def test_an_empty_pilot_and_a_bad_name_or_seed_are_refused(case: BusinessCase) -> None:
    client = fay()

    assert "An empty pilot" in words(client.post(address(case, "assumptions/"), form(case, people_1_likely="0")))
    page = words(client.post(address(case, "assumptions/"), form(case, name=" ", seed="1e3")))
    assert "in at most 120 letters" in page and "whole number from 1 to 999,999" in page
    assert client.post(address(case, "assumptions/"), {}).status_code == 422


def test_two_editors_keep_both_values_and_the_second_decides(case: BusinessCase) -> None:
    mine = form(case, hosting_likely="7", travel_likely="20", it_hours_likely="30", name="Mine")
    first = form(case, hosting_likely="9", on_costs_likely="28", name="Theirs", seed="77")
    client = fay()
    assert client.post(address(case, "assumptions/"), first).status_code == 302

    answer = client.post(address(case, "assumptions/"), mine)
    page, source = words(answer), answer.content.decode()

    assert answer.status_code == 409
    assert "Fay Example has saved this case since you opened it" in page
    assert "Fay Example saved: €9" in page
    assert 'name="hosting-likely" value="7"' in source  # mine stays
    assert 'name="on_costs-likely" value="28"' in source  # theirs, which I had not touched, is taken over
    assert "Fay Example saved: Theirs" in page and 'value="Mine"' in source and 'name="seed" value="77"' in source
    assert page.count("Fay Example saved:") == 2
    assert BusinessCase.objects.get().figures["hosting"]["likely"] == 9

    version = re.search(r'name="version" value="(\d+)"', source)
    assert version is not None
    again = {**mine, "version": version[1], "on_costs-likely": "28"}
    assert client.post(address(case, "assumptions/"), again).status_code == 302
    figures = BusinessCase.objects.get().figures
    assert (figures["hosting"]["likely"], figures["on_costs"]["likely"], figures["travel"]["likely"]) == (7, 28, 20)


def test_a_version_that_no_case_has_saves_nothing(case: BusinessCase) -> None:
    assert fay().post(address(case, "assumptions/"), {**form(case), "version": "²", "opened": "["}).status_code == 409


def test_published_figures_take_the_place_of_assumptions_by_themselves(case: BusinessCase) -> None:
    client = fay()
    client.post(address(case, "assumptions/"), form(case, hours_sessions_likely="4"))
    assert "Forecast" in words(client.get(address(case)))

    publish(funnel=FUNNEL, hours_in_sessions=HOURS)
    page = words(client.get(address(case)))
    assert "Pilot data" in page
    assert "Measured, report of 1 March 2026, by about 40 people. Instead of 4 hours." in page
    assert "60 managers × 4.1 hours × €75" in page
    assert "The total is measured, report of 1 March 2026, about 60 people; its parts are those of your plan." in page
    assert "Aldermoor, 12 March 2026" in page
    BusinessCase.objects.update(changed_at=NOW - timedelta(days=30))
    assert "Aldermoor, 1 March 2026" in words(client.get(address(case))), "never older than its newest figure"
    assert "4 measured, 0 of your own, 21 assumed" in page or "measured" in page

    Report.objects.all().delete()
    publish(funnel=FUNNEL, later=LATER, benefit=BENEFIT, valued=VALUED, hours_in_sessions=HOURS)
    page = words(client.get(address(case)))
    assert "Actual figures" in page
    assert "published: €24,000, each estimate times share due times confidence, ÷ about 40 whose twelve weeks are over = €600" in page
    assert "60 × €600 = €36,000" in page

    Organisation.objects.update(currency="CHF")
    assert "each estimate times share due" not in words(client.get(address(case))), "francs are not taken for euros"
    Organisation.objects.update(currency="EUR")

    client.post(address(case, "assumptions/"), {**form(case), "keeps_plan": "on"})
    page = words(client.get(address(case)))
    assert "For people who are still to come" in page and "36 × €600 = €21,600" in page


def test_a_figure_with_three_decimals_can_be_saved_again_as_it_stands_in_its_box(case: BusinessCase) -> None:
    assert fay().post(address(case, "assumptions/"), form(case, it_hours_likely="1.1250")).status_code == 302

    assert fay().post(address(case, "assumptions/"), form(case)).status_code == 302
    case.refresh_from_db()
    assert case.own["it_hours"] == Range.exactly(1.125)


def test_what_one_euro_buys_is_put_right_together_with_the_figures_and_keeps_its_digits() -> None:
    case = start_case(world.person("fay"), name="In rupees", currency="INR", rate=1.0, seed=2026, now=NOW)

    answer = fay().post(address(case, "assumptions/"), {**form(case, salary_1_likely="2500000"), "rate": "98.7654321"})

    assert answer.status_code == 302
    case.refresh_from_db()
    assert (case.rate, case.own["salary_1"]) == (98.7654321, Range.exactly(2_500_000))
    assert fay().post(address(case, "assumptions/"), form(case)).status_code == 302
    case.refresh_from_db()
    assert case.rate == 98.7654321


def in_april(on: date = date(2026, 4, 1), **figures: Any) -> None:
    """A report in which a benefit is newer than the number of those who were asked."""
    report = Report.objects.create(milestone_on=on, published_at=NOW)
    for key, value in figures.items():
        Figure.objects.create(report=report, key=key, value=value)


def first_held(people: int) -> dict[str, Any]:
    return {"cells": [{"label": "first_held", "people": people, "taken_on": "2026-01-01"}]}


@pytest.mark.parametrize(
    ("before", "shared"),
    [
        pytest.param(40, "÷ about 40 whose twelve weeks are over = €1,200", id="nobody else can have been asked"),
        pytest.param(120, "÷ about 120 whose twelve weeks are over = €400", id="so many can have been asked since"),
        pytest.param(None, "", id="how many is not known"),
    ],
)
def test_a_benefit_that_is_newer_than_the_number_of_people_is_shared_among_all_who_can_have_been_asked(
    case: BusinessCase, before: int | None, shared: str
) -> None:
    if before:
        in_april(on=date(2026, 2, 1), funnel=first_held(before))
    in_april(on=date(2026, 1, 1), funnel=first_held(35))  # more than twelve weeks before
    fresh = {"taken_on": "2026-04-01"}
    in_april(later=LATER, benefit={**BENEFIT, "value": 48_000, **fresh}, valued={**VALUED, **fresh})
    if before:
        Figure.objects.create(report=Report.objects.get(milestone_on=date(2026, 4, 1)), key="funnel", value=first_held(200))

    page = words(fay().get(address(case)))

    assert shared in page if shared else "published: €" not in page


def test_whoever_opens_a_case_with_published_figures_stands_in_the_report_log(case: BusinessCase) -> None:
    report = publish(hours_in_sessions=HOURS)
    case.show(now=NOW)
    world.sign_in(world.person("sam")).get(address(case))

    assert list(Opening.objects.values_list("report_id", "person__external_id")) == [(report.id, "sam")]


def work(printout: Printout) -> None:
    """What a worker does with it."""
    for one in (jobs.work_out, jobs.set_in_pages):
        one.work(printout=str(printout.id), now=NOW)  # type: ignore[attr-defined]
    printout.refresh_from_db()


def worded(printout: Printout) -> str:
    """Its words, before they are set in pages."""
    jobs.work_out.work(printout=str(printout.id), now=NOW)  # type: ignore[attr-defined]
    printout.refresh_from_db()
    return str(printout.matter)


def waiting(name: str) -> int:
    return ProcrastinateJob.objects.filter(task_name=f"reconvene.rollout.jobs.{name}", args__organisation=str(tenancy.current())).count()


def test_asking_a_hundred_times_makes_one_job_and_one_file(case: BusinessCase) -> None:
    client = fay()
    for _ in range(100):
        assert client.post(address(case, "printouts/whole/")).status_code == 302
    made = Printout.objects.get()

    assert waiting("work_out") == 1
    assert "Being made: step 1 of 3" in words(client.get(address(case, "printouts/whole/")))
    assert client.get(address(case, "printouts/whole/file/")).status_code == 404
    jobs.work_out.work(printout=str(made.id), now=NOW)  # type: ignore[attr-defined]
    assert "Being made: step 2 of 3" in words(client.get(address(case, "printouts/whole/"), headers={"HX-Request": "true"}))
    jobs.set_in_pages.work(printout=str(made.id), now=NOW)  # type: ignore[attr-defined]
    assert "It is ready" in words(client.get(address(case, "printouts/whole/")))
    client.post(address(case, "printouts/whole/"))
    assert (waiting("work_out"), waiting("set_in_pages"), Printout.objects.count()) == (1, 1, 1)

    file = client.get(address(case, "printouts/whole/file/"))
    assert file.content.startswith(b"%PDF")
    assert file["Content-Disposition"] == 'attachment; filename="the-spring-wave-whole.pdf"'


def test_a_changed_case_makes_a_new_file_and_the_old_one_goes(case: BusinessCase) -> None:
    client = fay()
    client.post(address(case, "printouts/page/"))
    old = Printout.objects.get()
    work(old)
    client.post(address(case, "assumptions/"), form(case, hosting_likely="9"))
    client.post(address(case, "printouts/page/"))

    assert Printout.objects.get().id != old.id
    for one in (jobs.work_out, jobs.set_in_pages):
        one.work(printout=str(old.id), now=NOW)  # type: ignore[attr-defined]  # whose case changed while it waited


def test_a_file_of_a_case_that_has_changed_is_not_handed_out(case: BusinessCase) -> None:
    case.show(now=NOW)
    client, sam = fay(), world.sign_in(world.person("sam"))
    client.post(address(case, "printouts/drawings/"))
    Printout.objects.get().finish(b"as it was", now=NOW)
    assert sam.get(address(case, "printouts/drawings/file/")).content == b"as it was"

    client.post(address(case, "assumptions/"), form(case, hosting_likely="9"))

    assert sam.get(address(case, "printouts/drawings/file/")).status_code == 404
    assert "Not asked for yet" in words(sam.get(address(case, "printouts/drawings/")))


def test_a_printout_takes_amounts_in_another_currency_as_little_for_its_own_as_the_page_does(case: BusinessCase) -> None:
    publish(funnel=FUNNEL, later=LATER, benefit=BENEFIT, valued=VALUED, hours_in_sessions=HOURS)
    client = fay()
    client.post(address(case, "printouts/page/"))
    old = Printout.objects.get()
    assert "each estimate times share due" in worded(old)

    Organisation.objects.update(currency="CHF")
    client.post(address(case, "printouts/page/"))
    made = Printout.objects.get()

    assert made.id != old.id, "the file with the francs is not handed out again"
    assert "each estimate times share due" not in worded(made)


def test_what_cannot_be_set_is_said_and_can_be_tried_again(case: BusinessCase) -> None:
    client = fay()
    client.post(address(case, "printouts/page/"))
    made = Printout.objects.get()
    made.work_out({"telling": {}, "drawings": {}}, now=NOW)
    jobs.set_in_pages.work(printout=str(made.id), now=NOW)  # type: ignore[attr-defined]

    assert "It could not be made" in words(client.get(address(case, "printouts/page/")))
    client.post(address(case, "printouts/page/"))
    work(made)
    assert "It is ready" in words(client.get(address(case, "printouts/page/")))


def test_what_nobody_makes_any_more_can_be_asked_for_anew(case: BusinessCase) -> None:
    client = fay()
    client.post(address(case, "printouts/page/"))
    made = Printout.objects.get()
    made.work_out({"telling": {}, "drawings": {}}, now=NOW)
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        assert "Try again" in words(client.get(address(case, "printouts/page/")))
        client.post(address(case, "printouts/page/"))
        assert "step 1 of 3" in words(client.get(address(case, "printouts/page/")))
    work(made)
    assert made.data


@pytest.mark.parametrize("kind", ["poster", "PAGE"])
def test_a_file_that_nobody_makes_is_not_there(case: BusinessCase, kind: str) -> None:
    assert fay().get(address(case, f"printouts/{kind}/")).status_code == 404
    assert fay().get(address(case, f"drawings/{kind}.svg")).status_code == 404


def test_a_deleted_case_takes_its_files_along(case: BusinessCase) -> None:
    client = fay()
    client.post(address(case, "printouts/page/"))
    assert "are gone then" in words(client.get(address(case, "removal/")))
    assert client.post(address(case, "removal/")).status_code == 302

    assert not Printout.objects.exists()


def test_pages_ask_as_little_of_the_database_with_many_cases_as_with_one(case: BusinessCase) -> None:
    publish(funnel=FUNNEL, hours_in_sessions=HOURS)
    client, counts = fay(), []
    asked: list[Callable[[], Any]] = [lambda: client.get("/business-cases/"), lambda: client.get(address(case))]
    for _ in range(2):
        for ask in asked:
            ask()
        for ask in asked:
            with CaptureQueriesContext(connection) as queries:
                assert ask().status_code == 200
            counts.append(len([one for one in queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]))
        for number in range(20):
            start_case(world.person("fay"), name=f"Case {number}", currency="EUR", rate=1.0, now=NOW)

    assert counts[:2] == counts[2:]
    assert "Cases changed earlier" in words(client.get("/business-cases/"))
    assert words(client.get("/business-cases/?page=2")).count("Fay Example") == 16  # of 41
    assert max(counts) <= 15


def test_every_assumption_says_where_it_is_from_and_what_speaks_against_it() -> None:
    for one in ASSUMPTIONS.values():
        assert one.source.text and one.source.counter and one.source.kind, one.key
        assert one.least <= one.default.low <= one.default.high <= one.most, one.key


def test_kinds_of_printouts_are_the_addresses(case: BusinessCase) -> None:
    assert set(Kind.values) == {"page", "whole", "drawings", "paper"}
    assert fay().post(address(case, "printouts/paper/")).status_code == 404  # of roll-outs, not of cases
