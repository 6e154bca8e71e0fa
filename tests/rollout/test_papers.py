"""Documents: made from the live settings, claiming only what a test shows; one's own text beside them; as text and as PDF."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest
import time_machine
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateJob

import reconvene.rollout
from reconvene.base.typesetting import PAPER
from reconvene.groups.models import Programme
from reconvene.rollout import jobs, project_queries
from reconvene.rollout.blocks import blocks
from reconvene.rollout.claims import CLAIMS, LIMITS
from reconvene.rollout.models import Paper, Printout, Project
from reconvene.rollout.papers import KINDS
from reconvene.rollout.parts import Claimed, Heading, Limited, Listed, Live, Promised, Prose, Rows, generated
from tests import world
from tests.rollout.plans import NOW, address, boxes, client, make_plan, sign, words
from tests.rollout.test_printing import pages as pages_of

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
CONTROLS = re.compile(
    r"\b(never|cannot|can not|no ?body|no one|impossible|anonym\w*|pseudonym\w*|encrypt\w*|deleted|erased|hidden|rounded|protected|guarantee\w*|secure\w*"
    r"|is kept|are kept|is stored|not stored|only shown|is shown|are shown|sees only|no access|recorded|logged)\b",
    re.IGNORECASE,
)
"""Words with which one claims a control."""


@pytest.fixture(autouse=True)
def in_march() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def plan() -> Project:
    return make_plan(roles={"sponsor": "Mo Bell", "protection": "Di Roth"}, problem="Team leads leave in their first year")


def live(plan: Project) -> Live:
    return project_queries.live(plan, gate=plan.gates.get(), topics={})


def test_the_tests_that_show_a_claim_exist() -> None:
    for key, claim in CLAIMS.items():
        assert claim.shown_by, key
        for name in claim.shown_by:
            path, _colons, test = name.partition("::")
            tree = ast.parse((ROOT / path).read_text())
            assert test in {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}, (key, name)


def test_a_document_cannot_claim_what_is_not_in_the_list() -> None:
    for part in (Claimed, Limited):
        with pytest.raises(KeyError):
            part(("unbreakable",))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("chats", [(), ("slack",)])
def test_no_prose_claims_a_control(plan: Project, kind: str, chats: tuple[str, ...]) -> None:
    settings = replace(live(plan), chats=chats, help_contact="Pat")
    for part in KINDS[kind].make(settings):
        said: tuple[str, ...] = ()
        if isinstance(part, Prose | Heading):
            said = (part.text,)
        elif isinstance(part, Listed):
            said = part.items
        elif isinstance(part, Rows) and kind != "record":  # its table of fields is that of the screens, which a test holds
            said = tuple(cell for row in (part.head, *part.rows) for cell in row)
        for one in said:
            assert CONTROLS.search(one) is None, one


def test_a_sentence_that_claims_a_control_is_found() -> None:
    for one in ("Nobody can read it.", "All data are encrypted.", "Texts are deleted after 30 days.", "It is impossible to rank people."):
        assert CONTROLS.search(one), one


@pytest.mark.parametrize("kind", KINDS)
def test_what_claims_what_the_program_does_says_where_it_ends(plan: Project, kind: str) -> None:
    parts = KINDS[kind].make(live(plan))

    if kind in ("privacy", "assessment", "annex"):
        assert any(isinstance(part, Limited) and set(part.keys) == set(LIMITS) for part in parts)
    assert not any(isinstance(part, Promised) and CONTROLS.search(" ".join(part.items)) and kind == "record" for part in parts)


def test_documents_follow_the_settings(plan: Project) -> None:
    before = generated(KINDS["annex"], live(plan))
    assert "8 people or more from at least three groups" in before and "90 minutes" in before and "Not signed yet" in before
    Programme.objects.update(session_minutes=75, largest=6)
    sign(plan.gates.get())
    plan.moved = {"2": "2026-06-01"}

    after = generated(KINDS["annex"], live(plan))
    assert "75 minutes" in after and "Signed on 12 March 2026" in after
    assert "Slack" not in before and "Slack" in generated(KINDS["privacy"], replace(live(plan), chats=("slack",)))
    assert "Mo Bell" in generated(KINDS["sponsor"], live(plan)) and "1 June 2026" in generated(KINDS["sponsor"], live(plan))


def test_ones_own_text_is_kept_beside_and_marked_when_a_setting_has_changed(plan: Project) -> None:
    path = address(plan, "papers/charter/")
    form = boxes(client().get(path + "text/"))
    client().post(path + "text/", {**form, "text": form["text"] + "\nAnd biscuits."})
    page = words(client().get(path))
    assert "And biscuits." in page and "The settings are as they were then" in page
    client().post(address(plan, "plan/"), {**boxes(client().get(address(plan, "plan/"))), "role-sponsor": "Jo Fry"})
    page = words(client().get(path))
    assert "Settings have changed since" in page and "Jo Fry" in page and "And biscuits." in page
    assert "And biscuits." in client().get(path + "markdown/").content.decode()
    client().post(path + "text/", {"do": "reset"})
    assert "And biscuits." not in words(client().get(path))


def test_two_who_change_a_document_both_keep_what_they_wrote(plan: Project) -> None:
    path = address(plan, "papers/charter/text/")
    form = boxes(client().get(path))
    flo = world.sign_in(world.person("flo", roles=["learning"]))
    assert flo.post(path, {**form, "text": "Hers"}).status_code == 302
    answer = client().post(path, {**form, "text": "Mine"})
    assert answer.status_code == 409 and "Flo Example saved: Hers" in words(answer) and boxes(answer)["text"] == "Mine"
    assert client().post(path, boxes(answer)).status_code == 302

    assert Paper.objects.get().text == "Mine"
    assert client().post(path, {**boxes(client().get(path)), "text": ""}).status_code == 422


def test_a_hundred_times_asking_for_a_document_makes_one_file(plan: Project) -> None:
    visitor = client()
    for _time in range(100):
        visitor.post(address(plan, "papers/annex/printout/"))
    assert Printout.objects.count() == ProcrastinateJob.objects.filter(task_name="reconvene.rollout.jobs.work_out").count() == 1
    assert "step 1 of 3" in words(visitor.get(address(plan, "papers/annex/printout/")))
    _print()
    made = visitor.get(address(plan, "papers/annex/printout/file/")).content

    assert made.startswith(b"%PDF") and b"/MarkInfo" in made


@pytest.mark.parametrize("kind", KINDS)
def test_every_document_can_be_set_and_the_promise_is_one_page(plan: Project, kind: str) -> None:
    client().post(address(plan, f"papers/{kind}/printout/"))

    pages = pages_of(PAPER, Printout.objects.get().matter)
    assert pages == 1 if kind in ("bosses", "hosts", "sponsor") else pages <= 5


def test_words_that_people_type_are_never_markup(plan: Project) -> None:
    evil = (
        '# Title\n\n#panic("no") #set page(fill: red) $x$ <script>alert(1)</script> \\ `raw`\n\n| a | b |\n| --- |\n| c |\n\n- one\n\n|\n'
    )
    client().post(address(plan, "papers/charter/text/"), {"version": "1", "text": evil})
    page = client().get(address(plan, "papers/charter/")).content.decode()
    assert "<script>alert" not in page
    client().post(address(plan, "papers/charter/printout/"))
    _print()

    assert client().get(address(plan, "papers/charter/printout/file/")).content.startswith(b"%PDF")


def test_a_text_is_read_as_pieces() -> None:
    found = blocks("# T\n\n## H\nwords\n- a\n\n| x | y |\n| --- | --- |\n| 1 |\n\n- b\n- c")

    assert [one.kind for one in found] == ["title", "heading", "prose", "points", "table", "points"]
    assert found[4].rows == (("x", "y"), ("1", ""))


def test_the_roll_out_imports_nothing_that_holds_content() -> None:
    reached: set[str] = set()
    for path in Path(reconvene.rollout.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("reconvene."):
                reached.add(node.module.split(".")[1])

    assert reached.isdisjoint({"rooms", "practice", "surveys", "challenges", "playbook"})


def test_there_is_no_language_model_and_nothing_that_records() -> None:
    needed = (ROOT / "requirements.txt").read_text().lower()
    assert not re.findall(
        r"^(openai|anthropic|transformers|torch|tensorflow|llama\S*|langchain\S*|vllm|onnxruntime|sentence-transformers)\b",
        needed,
        re.MULTILINE,
    )
    for path in (ROOT / "src" / "reconvene").rglob("*.js"):
        assert not re.search(r"getUserMedia|MediaRecorder|SpeechRecognition|AudioContext", path.read_text()), path


def _print() -> None:
    made = Printout.objects.get()
    for work in (jobs.work_out, jobs.set_in_pages):
        work.work(printout=str(made.id), now=NOW)  # type: ignore[attr-defined]  # the job's own function


def test_papers_are_there_in_every_phase_that_names_them() -> None:
    assert {kind.phase for kind in KINDS.values()} == {0, 2}


def test_the_works_council_reads_the_documents_about_data_of_a_roll_out_that_is_not_shown(plan: Project) -> None:
    cora, at = client("cora"), f"/console/oversight/documents/{plan.id}/"
    Paper.objects.create(
        project=plan, kind="record", text="# Record\n\nWritten by hand.", based_on="x", changed_at=NOW, organisation_id=plan.organisation_id
    )
    listed = words(cora.get("/console/oversight/documents/"))

    assert plan.shown_at is None
    assert [kind.key for kind in KINDS.values() if _(kind.title) in listed] == ["annex", "assessment", "record", "privacy"]
    assert cora.get(f"{at}annex/markdown/").content.decode() == generated(KINDS["annex"], live(plan))
    own = words(cora.get(f"{at}record/"))
    assert "Written by hand." in own and "Settings have changed since this text was written." in own
    assert {kind: cora.get(f"{at}{kind}/").status_code for kind in ("charter", "sponsor", "hosts", "nothing")} == dict.fromkeys(
        ("charter", "sponsor", "hosts", "nothing"), 404
    )
    assert {cora.get(address(plan, rest)).status_code for rest in ("", "papers/annex/", "papers/annex/text/", "pilot/")} == {404}
    assert {client(name).get(f"{at}annex/").status_code for name in ("sam", "ada", "ana", "gil")} == {404}


def test_what_the_documents_say_of_the_attack_is_what_was_measured() -> None:
    measured = " ".join((Path(__file__).parents[2] / "docs" / "privacy.md").read_text().split())

    assert "With the ledger nobody was isolated in any of the 1,000 companies" in measured
    assert str(LIMITS["ledger"]).startswith("Every published number is audited beside all others. In none of a thousand companies")
