"""The plan of a roll-out: who finds it, dates and tasks by the setting, two editors at once, bad input, as many queries with much as with little."""

import re
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reconvene.base import tenancy
from reconvene.rollout import plan as planning
from reconvene.rollout import readiness
from reconvene.rollout.models import Project, Task
from reconvene.rollout.plan import Setting
from tests import world
from tests.rollout.plans import LATER, NOW, address, boxes, client, funnel, make_plan, publish, share, sign, words

pytestmark = pytest.mark.django_db
START = {
    "name": "Peers",
    "starts_on": "2026-03-16",
    "managers": "240",
    "sector": "public",
    "voice": "union",
    "sites": "one",
    "place": "remote",
}


@pytest.fixture(autouse=True)
def in_march() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def plan() -> Project:
    return make_plan()


def test_only_learning_finds_a_plan_and_sponsors_once_it_is_shown(plan: Project) -> None:
    found = [client(name).get(address(plan)).status_code for name in ("ana", "ada", "sam", "fay")]
    plan.show(now=NOW)

    assert found == [404, 404, 404, 200]
    assert client("sam").get(address(plan)).status_code == 200
    assert "One more task" not in words(client("sam").get(address(plan)))
    assert client("sam").post(address(plan, "pilot/"), {"pilot_people": 24, "pilot_groups": 4}).status_code == 404
    with tenancy.within(world.make_organisation("Other").id):
        assert "Peers at Aldermoor" not in words(client("sam").get("/roll-outs/"))


def test_a_plan_is_laid_out_from_its_setting() -> None:
    assert client().post("/roll-outs/", {**START, "starts_on": "1999-01-01"}).status_code == 422
    assert client().post("/roll-outs/", {**START, "managers": "2"}).status_code == 422
    assert not Project.objects.exists()
    assert client().post("/roll-outs/", START).status_code == 302
    keys = set(Project.objects.get().tasks.values_list("key", flat=True))

    assert {"union", "staff", "online", "survey", "gate"} <= keys
    assert not keys & {"council", "executives", "rooms", "room", "shifts", "sitewaves"}


def test_a_new_plan_does_not_begin_more_than_a_month_ago_and_an_old_one_may_be_edited() -> None:
    answer = client().post("/roll-outs/", {**START, "starts_on": "2026-02-08"})
    assert answer.status_code == 422 and "lies in the past by more than a month. Choose 9 February 2026 or later" in words(answer)
    assert 'value="2026-02-08"' in answer.content.decode() and not Project.objects.exists()
    assert client().post("/roll-outs/", {**START, "starts_on": "2026-02-09"}).status_code == 302

    old = make_plan(starts_on=date(2025, 3, 3))
    form = boxes(client().get(address(old, "plan/")))
    assert client().post(address(old, "plan/"), {**form, "problem": "Turnover of team leads"}).status_code == 302


@pytest.mark.parametrize("sector", planning.SECTORS)
@pytest.mark.parametrize("voice", planning.VOICES)
def test_every_setting_has_tasks_in_every_phase_and_the_roles_it_asks_for(sector: str, voice: str) -> None:
    for sites in planning.SITES:
        for place in planning.PLACES:
            setting = Setting(300, sector, voice, sites, place)
            steps, duties = planning.steps_for(setting), {duty.key for duty in planning.duties_for(setting)}
            assert {step.phase for step in steps} == {0, 1, 2, 3, 4}
            assert ("council" in duties) == (voice in ("council", "both")) and ("union" in duties) == (voice in ("union", "both"))


def test_dates_follow_from_the_first_day_and_from_days_that_were_moved() -> None:
    starts = planning.phase_starts(date(2026, 3, 16), {2: date(2026, 6, 1)})

    assert [starts[number].isoformat() for number in range(5)] == ["2026-03-16", "2026-04-20", "2026-06-01", "2026-08-24", "2026-12-28"]
    assert planning.due_on(0, 1, starts) == date(2026, 3, 20)  # a Friday
    assert planning.due_on(1, 99, starts) == date(2026, 5, 31)
    with pytest.raises(planning.Reversed):
        planning.phase_starts(date(2026, 3, 16), {2: date(2026, 3, 1)})


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"phase-2": "2026-03-01"}, "Pilot would begin before Seed"), ({"starts_on": ""}, "Write a day"), ({"starts_on": "2026-02-30"}, "Write a day"),
        ({"phase-1": "3026-01-01"}, "Write a day"), ({"managers": "-4"}, "how many managers"), ({"managers": "99999999999"}, "how many managers"),
        ({"sector": "zoo"}, "one of the list"), ({"name": ""}, "Write a name"), ({"problem": "x" * 301}, "at most 300"), ({"role-sponsor": "y" * 161}, "at most 160"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_what_was_typed(plan: Project, wrong: dict[str, str], says: str) -> None:
    answer = client().post(address(plan, "plan/"), {**boxes(client().get(address(plan, "plan/"))), **wrong})

    assert answer.status_code == 422 and says in words(answer)
    assert "sector" in wrong or all(text in answer.content.decode() for text in wrong.values())  # a list cannot show what is not in it
    assert Project.objects.get().version == 1


def test_a_task_before_the_first_day_is_refused_and_one_day_that_was_typed_stays(plan: Project) -> None:
    task = plan.tasks.get(key="charter")
    form = boxes(client().get(address(plan, "plan/")))
    assert client().post(address(plan, "plan/"), {**form, f"task-{task.id}": "2026-01-05"}).status_code == 422
    assert client().post(address(plan, "plan/"), {**form, f"task-{task.id}": "2026-04-07", "starts_on": "2026-03-23"}).status_code == 302

    page = words(client().get(address(plan)))
    assert Task.objects.get(id=task.id).due_on == date(2026, 4, 7)
    assert "by 7 Apr 2026" in page and "23 Mar 2026 to 26 Apr 2026" in page


def test_two_who_edit_a_plan_both_keep_what_they_wrote(plan: Project) -> None:
    form = boxes(client().get(address(plan, "plan/")))
    flo = world.sign_in(world.person("flo", roles=["learning"]))
    assert flo.post(address(plan, "plan/"), {**form, "role-sponsor": "Mo Bell", "problem": "Turnover of team leads"}).status_code == 302
    answer = client().post(address(plan, "plan/"), {**form, "role-sponsor": "Jo Fry"})
    found = boxes(answer)

    assert answer.status_code == 409 and "Flo Example saved: Mo Bell" in words(answer)
    assert (found["role-sponsor"], found["problem"]) == ("Jo Fry", "Turnover of team leads")
    assert client().post(address(plan, "plan/"), found).status_code == 302
    saved = Project.objects.get()
    assert (saved.roles["sponsor"], saved.problem, saved.version) == ("Jo Fry", "Turnover of team leads", 3)


def test_two_who_size_the_pilot_both_see_what_the_other_wants(plan: Project) -> None:
    form = boxes(client().get(address(plan, "pilot/")))
    assert client().post(address(plan, "pilot/"), {**form, "pilot_people": "48", "pilot_groups": "8"}).status_code == 302
    answer = client().post(address(plan, "pilot/"), {**form, "pilot_people": "24", "pilot_groups": "4"})

    assert answer.status_code == 409 and "Theirs: 48 managers in 8 groups" in words(answer) and boxes(answer)["pilot_people"] == "24"


@pytest.mark.parametrize(
    ("people", "groups", "says"),
    [
        ("0", "0", "empty pilot"),
        ("6", "1", "Everyone in one group"),
        ("-3", "1", "Between 0 and 10,000, please."),
        ("many", "4", "whole number"),
    ],
)
def test_a_pilot_that_cannot_be_is_not_saved(plan: Project, people: str, groups: str, says: str) -> None:
    form = boxes(client().get(address(plan, "pilot/")))
    answer = client().post(address(plan, "pilot/"), {**form, "pilot_people": people, "pilot_groups": groups})

    assert answer.status_code == 422 and says in words(answer)
    assert Project.objects.get().pilot_people == 36


def test_a_task_whose_day_is_over_says_so_until_it_is_done(plan: Project) -> None:
    task = plan.tasks.get(key="council")
    Task.objects.filter(id=task.id).update(due_on=date(2020, 1, 6))
    assert "was due on 6 Jan 2020" in words(client().get(address(plan)))
    client().post(address(plan, f"tasks/{task.id}/"), {"do": "finish"})
    assert "was due on 6 Jan 2020" not in words(client().get(address(plan)))


def test_tasks_are_done_by_whoever_said_so_first_and_follow_the_setting(plan: Project) -> None:
    task = plan.tasks.get(key="council")
    for name in ("fay", "flo"):
        world.sign_in(world.person(name, roles=["learning"])).post(address(plan, f"tasks/{task.id}/"), {"do": "finish"})
    task.refresh_from_db()
    assert task.done_by and task.done_by.name == "Fay Example"
    client().post(address(plan, "tasks/"), {"text": "Order biscuits", "phase": "2"})
    client().post(address(plan, "plan/"), {**boxes(client().get(address(plan, "plan/"))), "voice": "none"})

    left = set(plan.tasks.values_list("key", "text"))
    assert ("council", "") in left and ("executives", "") not in left and ("", "Order biscuits") in left
    client().post(address(plan, f"tasks/{task.id}/"), {"do": "reopen"})
    task.refresh_from_db()
    assert task.done_at is None


def test_the_readiness_check_says_what_to_do_where_the_answer_is_no(plan: Project) -> None:
    assert len(readiness.QUESTIONS) == 12
    answers = {one.key: "yes" for one in readiness.QUESTIONS}
    client().post(address(plan, "readiness/"), {**answers, "owner": "no"})
    assert "You can begin" in words(client().get(address(plan, "readiness/")))
    client().post(address(plan, "readiness/"), {**answers, "owner": "no", "sponsor": "no"})
    page = words(client().get(address(plan, "readiness/")))

    assert "First this, then begin" in page
    assert page.index("Find one head") < page.index("Free that day")  # what must come first comes first
    assert "2 points of the readiness check are open" in words(client().get(address(plan)))


def test_courses_and_groups_keep_only_what_differs_from_ours(plan: Project) -> None:
    topic = world.topic("delegating")
    page = client().get(address(plan, "formal/")).content.decode()
    given = {
        name: re.search(r'value="([^"]*)" selected', inside)[1]
        for name, inside in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S)
    }  # type: ignore[index]  # one is selected
    client().post(address(plan, "formal/"), {**given, topic.slug: "course"})

    assert Project.objects.get().beside == {topic.slug: "course"}
    assert "chosen here" in words(client().get(address(plan, "formal/")))


def test_a_plan_with_a_signed_gate_stays_and_another_goes(plan: Project) -> None:
    other = make_plan(name="Other")
    sign(plan.gates.get())

    assert client().post(address(plan, "removal/")).status_code == 409
    assert client().post(address(other, "removal/")).status_code == 302
    assert list(Project.objects.all()) == [plan]


def test_pages_ask_as_little_of_the_database_with_much_as_with_little(plan: Project) -> None:
    gate = sign(plan.gates.get())
    publish(tried_once=share(75, 65, 85), funnel=funnel(first_held=40))
    plan.show(now=NOW)
    pages = ["/roll-outs/", "/roll-outs/stories/", *(address(plan, rest) for rest in (
        "", "plan/", "readiness/", "pilot/", "survey/", "formal/", f"gates/{gate.id}/", "papers/annex/", "papers/annex/markdown/", "papers/annex/text/", "papers/annex/printout/"))]  # fmt: skip

    def counts() -> list[int]:
        found = []
        with time_machine.travel(LATER, tick=False):
            visitor = client()
            for page in pages:
                visitor.get(page)
                with CaptureQueriesContext(connection) as queries:
                    assert visitor.get(page).status_code == 200, page
                found.append(len([one for one in queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]))
        return found

    few = counts()
    for number in range(10):
        plan.tasks.create(phase=2, text=f"Task {number}")
        make_plan(name=f"Plan {number}")
        gate.refused_changes.create(by=world.person("fay"), at=NOW)
    many = counts()
    assert few == many
    assert max(many) <= 15, dict(zip(pages, many, strict=True))


def test_roles_are_kept_when_a_setting_hides_them(plan: Project) -> None:
    form: dict[str, Any] = boxes(client().get(address(plan, "plan/")))
    client().post(address(plan, "plan/"), {**form, "role-council": "Kim Voss"})
    assert "Kim Voss" in words(client().get(address(plan)))
