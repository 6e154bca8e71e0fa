"""What becomes of lessons: kept, dropped, disagreed about; what they do to the playbook; and what happens when people get in each other's way."""

import html
import re
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reconvene.base import tenancy
from reconvene.base.row_security import locked_models
from reconvene.groups.models import Cycle, Membership
from reconvene.people.models import Person
from reconvene.playbook.actions import add_evidence, publish, refine, withdraw
from reconvene.playbook.models import Strategy
from reconvene.playbook.rules import StrategyDraft, StrategyEvidence
from reconvene.rooms.actions.turning import locked
from reconvene.rooms.models import Consent, Lesson, Mark, Room, Score, Secret
from reconvene.rooms.rules import Basis
from reconvene.scheduling.models import Session
from tests import world
from tests.rooms.play import Table
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
THREE = ("ana", "ben", "cho")
SIX = (*THREE, "dan", "eli", "flo")


def a_strategy(doing: str = "ask for a first version") -> tuple[Strategy, tuple[str, ...]]:
    draft = StrategyDraft(world.topic().id, situation="work comes back half done", doing=doing, tried=4, helped=3)
    return publish(draft, authors=4, now=MONDAY)


def second(*names: str, marked: tuple[Strategy, ...] = ()) -> Table:
    """A reconvene that has begun; in the first session Ana marked these strategies."""
    table = Table(world.make_group(*world.people(*(names or THREE))))
    table.begin()
    for strategy in marked:
        Mark.objects.create(room=table.room, person=table.people["ana"], card_key=str(strategy.id), mark="would")
    Mark.objects.create(room=table.room, person=table.people["ana"], card_key="first-version", mark="new")
    table.tell("ana", "end")
    table = Table(table.group, "reconvene")
    table.begin()
    return table


def write(table: Table, who: str, **words: str) -> Lesson:
    """A lesson of one member, in the step for it."""
    table.go_to("lessons")
    box = next(box for box in table.boxes(who, "doing")).removeprefix("doing-")
    said = {"when": "a task is new", "doing": f"asking early ({who})", **words}
    table.tell(who, "lessons", **{f"{name}-{box}": text for name, text in said.items()})
    return Lesson.objects.get(author=table.people[who])


def score(table: Table, lesson: Lesson, *given: tuple[str, int]) -> None:
    """What each member gives the lesson, having tried it."""
    table.go_to("score")
    for who, value in given:
        table.tell(who, "scores", **{f"help-{lesson.id}": value, f"evidence-{lesson.id}": "tried"})


def agree(table: Table, lesson: Lesson, *names: str) -> None:
    lesson.refresh_from_db()
    for who in names or table.people:
        table.tell(who, "consent", lesson.id, version=lesson.version, agrees="yes")


def settled(table: Table, *lessons: Lesson) -> None:
    """Kept by the group, at the consent."""
    table.go_to("settle")
    for lesson in lessons:
        table.tell("ana", "settling", lesson.id, verdict="keep")
    table.go_to("choices")


def words(page: Any) -> str:
    text = page if isinstance(page, str) else page.content.decode()
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


# what becomes of a lesson


def test_a_disagreement_is_a_result_on_the_groups_page_and_is_never_published() -> None:
    table = second()
    lesson = write(table, "ben")
    table.go_to("settle")
    for verdict in ("keep", "drop", "open", "disagree"):
        table.tell("cho", "settling", lesson.id, verdict=verdict)
        lesson.refresh_from_db()
        assert lesson.verdict == verdict
    assert "You do not see this alike" in words(table.text("ana")).replace("you do", "You do")
    table.go_to("choices")
    assert "What you do not see alike" in table.text("ana") and "asking early (ben)" in table.text("ana")
    refused = table.post("ana", "consent", lesson.id, version=lesson.version, agrees="yes")
    assert refused.status_code == 200 and "The wording has changed since" in refused.content.decode() and not Consent.objects.exists()
    for who in THREE:
        table.tell(who, "vote", outcome="again")
    table.tell(table.host, "end")
    assert not Strategy.objects.exists()
    assert "What we do not see alike" in table.text("ben")
    page = reverse("group", args=[table.group.id])
    assert "asking early (ben)" in table.browsers["ana"].get(page).content.decode()
    table.group.memberships.filter(person=table.people["cho"]).update(person=world.person("flo"))
    assert "asking early" not in world.sign_in(world.person("flo")).get(page).content.decode(), "she was not there"


def test_a_lesson_that_was_dropped_is_not_asked_about_and_a_kept_one_without_a_limit_is_asked_for_one() -> None:
    table = second()
    kept, dropped = write(table, "ana"), write(table, "ben")
    table.go_to("settle")
    table.tell("ana", "settling", dropped.id, verdict="drop")
    table.tell("ana", "settling", kept.id, verdict="keep")
    assert "It has no limit yet" in table.text("cho")
    table.tell("cho", "wording", kept.id, version=1, not_when="they know the work")
    assert "It has no limit yet" not in table.text("cho")
    table.go_to("choices")
    assert "asking early (ana)" in table.text("cho") and "asking early (ben)" not in table.text("cho")


def test_a_lesson_without_what_to_do_waits_on_the_table_for_its_words_and_is_not_scored() -> None:
    table = second()
    whole, half = write(table, "ana"), write(table, "ben", doing="", when="they ask before they come 6")
    table.go_to("lessons", part=1)
    shown = words(table.text("cho"))
    assert "When they ask before they come 6 …" in shown and "What to do is still missing" in shown
    score(table, whole, ("cho", 4))
    assert "they ask before" not in words(table.text("cho"))
    table.tell("cho", "wording", half.id, version=1, doing="answering with a question")
    assert "When they ask before they come 6, answering with a question" in words(table.text("cho"))


def test_what_to_do_cannot_be_left_out_once_it_is_there() -> None:
    table = second()
    lesson = write(table, "ana")
    table.go_to("settle")
    refused = table.post("cho", "wording", lesson.id, version=1, doing="", when="always").content.decode()
    assert "To let the lesson go, drop it instead." in refused
    lesson.refresh_from_db()
    assert (lesson.doing, lesson.when, lesson.version) == ("asking early (ana)", "a task is new", 1)


def test_which_rule_broke_a_tie_is_said() -> None:
    table = second("ana", "ben", "cho")
    first, other = write(table, "ana"), write(table, "ben")
    score(table, first, ("ana", 5), ("ben", 1), ("cho", 3))
    score(table, other, ("ana", 3), ("ben", 3), ("cho", 3))
    table.go_to("settle")
    page = words(table.text("cho"))
    assert page.index("asking early (ben)") < page.index("asking early (ana)")
    assert "That one stands first because fewer of its scores are 0 or 1" in page and "3 tried it" in page


# from the playbook and back


def test_better_words_take_the_place_of_the_strategy_and_nothing_leads_back_to_the_group() -> None:
    strategy, _keys = a_strategy()
    table = second(marked=(strategy,))
    lesson = write(table, "ben", doing="asking for a first version after an hour")
    table.go_to("readout")
    assert "ask for a first version" in table.text("ben") and 'name="basis"' in table.text("ben")
    assert 'name="basis"' not in table.text("ana"), "only its author chooses"
    table.tell("ben", "basis", lesson.id, basis=f"improves:{strategy.id}")
    assert "Says better what the playbook has" in table.text("ana")
    score(table, lesson, ("ana", 5), ("ben", 2), ("cho", 0))
    settled(table, lesson)
    agree(table, lesson)
    table.tell(table.host, "end")

    strategy.refresh_from_db()
    better = Strategy.objects.current().get()
    assert strategy.became == better and better.doing == "asking for a first version after an hour"
    assert better.evidence == StrategyEvidence(tried=7, helped=4, partly=1, groups=2), "5 helped, 2 helped partly, 0 did not"
    lesson.refresh_from_db()
    assert (lesson.builds_on, lesson.basis) == (None, "") and lesson.published_at and Secret.objects.count() == 3
    assert [mark.card_key for mark in Mark.objects.all()] == ["first-version"], (
        "who marked the earlier wording would tell which group it was"
    )


def test_no_row_job_log_export_or_search_leads_from_what_was_published_to_a_person_or_a_group(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    strategy, _keys = a_strategy()
    table = second(marked=(strategy,))
    lesson = write(table, "ben", doing="asking early")
    table.go_to("readout")
    table.tell("ben", "basis", lesson.id, basis=f"improves:{strategy.id}")
    settled(table, lesson)
    agree(table, lesson)
    table.tell(table.host, "end")
    for who in THREE:
        assert "Key to withdraw it" in table.post(who, "keys").content.decode()
        table.post(who, "keys", kept="yes")
    kept, others = rows()

    published = {str(one) for one in Strategy.objects.values_list("id", flat=True)}
    assert len(published) == 2 and all(one in kept for one in published), "the walk finds what it looks for"
    assert [one for one in published if one in others] == []
    known = {str(key) for model in (Person, Membership, Cycle, Session, Room, Lesson) for key in model.objects.values_list("id", flat=True)}
    named = {"Ana", "Ben", "Cho", "Wren", str(table.group.id), *known}
    lead = world.sign_in(world.person("fay"))
    exported = (
        lead.get(reverse("playbook-export")).content.decode() + lead.get(reverse("playbook-sheet", args=["delegating"])).content.decode()
    )
    vectors = " ".join(str(vector) for both in Strategy.objects.values_list("search", "fits") for vector in both)
    assert "asking early" in exported and "ask" in vectors
    for where in (kept, exported.replace("Fay Example", ""), vectors):
        assert [one for one in named if re.search(rf"\b{one}\b", where, re.IGNORECASE)] == []
    logged = " ".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    assert [one for one in (*published, "asking early") if one in logged] == []


def rows() -> tuple[str, str]:
    """All rows of the playbook, and those of all other tables and jobs, as text."""
    with connection.cursor() as cursor:
        found: dict[bool, list[str]] = {True: [], False: []}
        for table in [*(model._meta.db_table for model in locked_models()), "procrastinate_jobs", "procrastinate_events"]:
            cursor.execute(f"SELECT t::text FROM {table} t")
            found[table.startswith("playbook_")] += [str(text) for (text,) in cursor.fetchall()]
    return "\n".join(found[True]), "\n".join(found[False])


def test_a_strategy_that_holds_gains_this_groups_evidence_and_its_words_stay_in_the_group() -> None:
    strategy, _keys = a_strategy()
    table = second(marked=(strategy,))
    lesson = write(table, "ben")
    table.go_to("readout")
    table.tell("ben", "basis", lesson.id, basis=f"confirms:{strategy.id}")
    score(table, lesson, ("ana", 4), ("ben", 1), ("cho", 3))
    settled(table, lesson)
    agree(table, lesson)
    table.tell(table.host, "end")
    stands = Strategy.objects.get()
    assert stands.evidence == StrategyEvidence(tried=7, helped=5, partly=1, groups=2) and stands.state == "confirmed"
    assert stands.doing == "ask for a first version" and not Secret.objects.exists()
    assert "Added to the evidence of the playbook" in table.text("ana")
    assert not Lesson.objects.exclude(builds_on=None).exists()


def test_what_one_group_adds_to_a_number_that_is_shown_waits_until_enough_people_stand_behind_the_change() -> None:
    strategy, _keys = a_strategy()
    strategy.take_over(StrategyEvidence(tried=8, helped=6, groups=2))
    assert strategy.is_measured
    shown, group = strategy.evidence, StrategyEvidence(tried=3, helped=1, partly=1, groups=1)
    add_evidence(strategy, group)
    better, _ = refine(strategy, StrategyDraft(strategy.topic_id, "s", "ask early", tried=4, helped=4), authors=4, now=MONDAY)
    assert (better.tried, better.helped, better.partly) == (shown.tried, shown.helped, shown.partly), "3 and 4 people are fewer than 8"
    add_evidence(better, group)
    better.refresh_from_db()
    assert better.evidence == StrategyEvidence(tried=12 + 10, helped=9 + 6, partly=2, groups=6) and better.waiting == StrategyEvidence()


def test_the_database_keeps_no_reference_beside_what_was_published() -> None:
    strategy, _keys = a_strategy()
    table = second(marked=(strategy,))
    lesson = write(table, "ben")
    lesson.publish(now=table.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        lesson.build_on(strategy, basis=Basis.IMPROVES)


def test_without_everybodys_yes_the_strategy_stays_as_it_is_and_the_reference_is_forgotten() -> None:
    strategy, _keys = a_strategy()
    table = second(marked=(strategy,))
    lesson = write(table, "ben")
    table.go_to("readout")
    table.tell("ben", "basis", lesson.id, basis=f"confirms:{strategy.id}")
    settled(table, lesson)
    agree(table, lesson, "ana", "ben")
    table.tell(table.host, "end")
    assert Strategy.objects.get().evidence == strategy.evidence
    assert not Lesson.objects.exclude(builds_on=None).exists() and Mark.objects.count() == 1


def test_only_a_strategy_that_lay_on_the_table_can_be_chosen_only_by_the_author_and_another_choice_needs_everybodys_yes_anew() -> None:
    (strategy, _), (elsewhere, _) = a_strategy(), a_strategy("wait a day")
    table = second(marked=(strategy,))
    lesson = write(table, "ben")
    table.go_to("readout")
    assert "wait a day" not in table.text("ben")
    for who, chosen in (("ben", elsewhere.id), ("ben", uuid.uuid4()), ("ana", strategy.id)):
        table.post(who, "basis", lesson.id, basis=f"improves:{chosen}")
        assert Lesson.objects.get().builds_on is None
    settled(table, lesson)
    agree(table, lesson)
    table.tell("ben", "basis", lesson.id, basis=f"improves:{strategy.id}")
    assert "your answer does not count any more" in table.text("ana")
    table.tell(table.host, "end")
    assert not Strategy.objects.filter(became__isnull=False).exists()


def test_what_improves_a_strategy_that_was_withdrawn_meanwhile_stands_by_itself() -> None:
    strategy, keys = a_strategy()
    table = second(marked=(strategy,))
    lesson = write(table, "ben")
    table.go_to("readout")
    table.tell("ben", "basis", lesson.id, basis=f"improves:{strategy.id}")
    settled(table, lesson)
    agree(table, lesson)
    withdraw(keys[0], now=table.now)
    table.tell(table.host, "end")
    (published,) = Strategy.objects.current()
    assert published.doing == "asking early (ben)" and published.evidence == StrategyEvidence(groups=1)
    assert Strategy.objects.get(id=strategy.id).became is None


def test_what_was_said_better_between_the_two_sessions_is_still_on_the_table_in_its_new_words() -> None:
    strategy, _keys = a_strategy()
    table = second(marked=(strategy,))
    better, _ = refine(strategy, StrategyDraft(strategy.topic_id, "s", "ask early", tried=4, helped=4), authors=4, now=MONDAY)
    lesson = write(table, "ben")
    table.go_to("readout")
    assert f'value="confirms:{better.id}"' in table.text("ben")
    table.tell("ben", "basis", lesson.id, basis=f"confirms:{strategy.id}")
    lesson.refresh_from_db()
    assert lesson.builds_on == better, "also from a page that was opened before"


# what would give people away


def test_before_consent_what_gives_people_away_is_marked_in_words_and_blocks_nothing() -> None:
    cache.clear()
    world.person("gus", job_title="Treasurer", site="Harbour Works")
    for one in ("hal", "ivy"):
        world.person(one, job_title="Dispatcher")
    table = second()
    telling = {"when": "Ben is on leave", "led_to": "12,500 euros saved since March", "because": "the treasurer at Harbour Works says so"}
    telling["watch_out"] = "the dispatcher is busy"
    lesson = write(table, "ben", **telling)
    table.go_to("settle")
    table.tell("ana", "settling", lesson.id, verdict="keep")
    for kind in ("settle", "choices"):
        table.go_to(kind)
        page = table.text("cho")
        for marked, what in (
            ("Ben", "a name"),
            ("12,500 euros", "an exact number"),
            ("since March", "a date"),
            ("treasurer", "a role that one person has"),
            ("Harbour Works", "a place"),
        ):
            assert re.search(rf'<mark>{marked}</mark> <span class="note">\({what}\)', page), (kind, marked)
    assert "dispatcher</mark>" not in page, "two people are dispatchers"
    table.tell("cho", "wording", lesson.id, version=1, when="a manager is on leave", because="those who know say so")
    page = table.text("cho")
    assert "<mark>Ben</mark>" not in page and "<mark>12,500 euros</mark>" in page
    agree(table, lesson)
    table.tell(table.host, "end")
    assert Strategy.objects.get().led_to == telling["led_to"], "it marks, the group decides"


def test_more_lessons_take_no_more_questions_to_the_directory() -> None:
    table = second()
    lessons = [write(table, who) for who in THREE]
    table.go_to("choices")
    counts = []
    for kept in (1, 3):
        for lesson in lessons[:kept]:
            table.tell("ana", "settling", lesson.id, verdict="keep")
        cache.clear()
        for _look in range(2):
            with CaptureQueriesContext(connection) as asked:
                assert table.text("cho").count('name="agrees" value="yes"') == kept
            counts.append(len(asked))
    assert counts[0] == counts[2] and counts[1] == counts[3], "more lessons take no more"
    assert counts[1] < counts[0], "the same words are not looked up again"


# in each other's way


def test_of_six_who_change_one_lesson_at_once_one_is_first_and_the_others_see_both_texts() -> None:
    table = second(*SIX)
    lesson = write(table, "ana")
    table.go_to("settle")
    answers = {
        who: table._post(who, "wording", lesson.id, data={"version": 1, "doing": f"asking ({who} says)"}, headers={"X-Draft": "yes"})
        for who in SIX
    }
    assert [answer.status_code for answer in answers.values()] == [302, 409, 409, 409, 409, 409] or answers["ana"].status_code == 200
    for who in SIX[1:]:
        receipt = answers[who].json()
        assert receipt["theirs"] == "asking (ana says)" and "nothing was overwritten" in receipt["sentence"], who
    lesson.refresh_from_db()
    assert (lesson.doing, lesson.version) == ("asking (ana says)", 2)
    for number, who in enumerate(SIX[1:], start=2):
        table.tell(who, "wording", lesson.id, version=number, doing=f"asking ({who} says)")
    lesson.refresh_from_db()
    assert (lesson.doing, lesson.version) == ("asking (flo says)", 7), "having seen the other text, everybody may change it"


def test_a_no_that_comes_after_publishing_is_told_of_the_key() -> None:
    table = second()
    lesson = write(table, "ben")
    settled(table, lesson)
    agree(table, lesson)
    table.tell(table.host, "end")
    late = table.post("cho", "consent", lesson.id, version=lesson.version, agrees="no")
    assert "you can take out with your key" in late.content.decode() and Strategy.objects.count() == 1
    key = re.search(r">([\w-]{43})</textarea>", table.post("cho", "keys").content.decode())
    assert key is not None
    withdraw(key[1], now=table.now)
    assert not Strategy.objects.current().exists()


@pytest.fixture
def company() -> Iterator[uuid.UUID]:
    yield world.make_organisation().id


@pytest.mark.nowhere
@pytest.mark.django_db(transaction=True)
def test_a_no_that_is_sent_while_the_session_is_closed_waits_and_either_counts_or_says_so(company: uuid.UUID) -> None:
    with tenancy.within(company):
        table = second()
        lesson = write(table, "ben")
        settled(table, lesson)
        agree(table, lesson)
    refused: list[str] = []

    def say_no() -> None:
        with time_machine.travel(table.now, tick=False):
            address = reverse("room-consent", args=[table.session.id, lesson.id])
            answer = table.browsers["cho"].post(address, {"version": 1, "agrees": "no"}, headers={"HX-Request": "true"})
        refused.append(answer.content.decode())
        connections.close_all()

    with tenancy.within(company):
        locked(Room.objects.get(session=table.session))  # as the one who closes holds it
        other = threading.Thread(target=say_no)
        other.start()
        other.join(timeout=1.0)
        assert other.is_alive(), "it waits for the room"
        table.tell(table.host, "end")
    other.join(timeout=20)
    assert "you can take out with your key" in refused[0]
    with tenancy.within(company):
        assert Strategy.objects.current().count() == 1 and not Consent.objects.exists()


def test_somebody_who_is_erased_after_publishing_leaves_the_strategy_and_the_others_keys() -> None:
    table = second()
    lesson = write(table, "ben")
    settled(table, lesson)
    agree(table, lesson)
    for who in THREE:
        table.tell(who, "vote", outcome="again")
    table.tell(table.host, "end")
    Person.objects.filter(id=table.people["ben"].id).delete()
    assert Strategy.objects.current().count() == 1 and Cycle.objects.filter(closed_at__isnull=False).exists()
    assert table.get("ana", "room").status_code == 200
    assert table.browsers["ana"].get(reverse("group", args=[table.group.id])).status_code == 200
    assert {one.person_id for one in Secret.objects.all()} == {table.people["ana"].id, table.people["cho"].id}
    page = table.post("ana", "keys").content.decode()
    key = re.search(r">([\w-]{43})</textarea>", page)
    assert key is not None and "What your group published" in page
    withdraw(key[1], now=table.now)
    assert not Strategy.objects.current().exists()


def test_words_that_are_too_long_for_a_table_are_refused_and_not_cut() -> None:
    table = second()
    table.go_to("lessons")
    box = table.boxes("ben", "doing")[0]
    long = "asking early " * 4000  # 52 kB
    answer = table._post("ben", "lessons", data={box: long}, headers={"X-Draft": "yes"})
    assert answer.status_code == 409 and "Nothing was cut" in answer.json()["sentence"] and not Lesson.objects.exists()
    lesson = write(table, "ben")
    table.go_to("readout")
    page = table._post("ana", "wording", lesson.id, data={"version": 1, "doing": long}, headers={})
    assert "51999 characters" in words(page) and "This was not saved. Copy it" in words(page)
    assert Lesson.objects.get().doing == "asking early (ben)"


def test_scores_that_are_sent_twice_count_once_and_after_the_reveal_not_at_all() -> None:
    table = second()
    lesson = write(table, "ben")
    score(table, lesson, ("ana", 2), ("ana", 5), ("ana", 5))
    assert list(Score.objects.values_list("help", flat=True)) == [5]
    table.go_to("score")
    table.move(table.host, "part")
    late = table.post("cho", "scores", **{f"help-{lesson.id}": 0, f"evidence-{lesson.id}": "tried"})
    assert "The scores are on the table already" in late.content.decode() and Score.objects.count() == 1


def test_when_one_of_three_leaves_before_settling_the_two_go_on_and_nobody_answers_for_who_left() -> None:
    table = second()
    of_cho, of_ben = write(table, "cho"), write(table, "ben")
    table.go_to("score")
    table.tell("cho", "leaving")
    table.go_to("settle")
    for lesson in (of_cho, of_ben):
        table.tell("ana", "settling", lesson.id, verdict="keep")
    table.go_to("choices")
    assert "Somebody has left early" in table.text("ana")
    for lesson in (of_cho, of_ben):
        agree(table, lesson, "ana", "ben")
    table.tell(table.host, "end")
    assert [one.doing for one in Strategy.objects.all()] == ["asking early (ben)"]
    assert "Kept in your group" in table.text("ana") and "asking early (cho)" in table.text("ana")


@pytest.mark.parametrize("which", ["-" * 36, "0" * 36, f"{uuid.UUID(int=0)}\n"])
def test_what_is_no_id_of_a_strategy_is_refused_as_one_and_changes_nothing(which: str) -> None:
    table = second()
    lesson = write(table, "ben")
    table.move(table.host, "next")
    answer = table._post("ben", "basis", lesson.id, data={"basis": f"improves:{which}"}, headers={"X-Draft": "yes"})

    assert answer.status_code == 409
    lesson.refresh_from_db()
    assert (lesson.builds_on_id, lesson.basis) == (None, "")


@pytest.mark.parametrize("bases", [("confirms", "confirms"), ("confirms", "improves"), ("improves", "confirms")])
def test_a_group_counts_once_for_a_strategy_whatever_how_many_of_its_lessons_build_on_it(bases: tuple[str, str]) -> None:
    strategy, _keys = a_strategy()
    table = second(marked=(strategy,))
    lessons = [write(table, who) for who in ("ana", "ben")]
    table.go_to("readout")
    for who, lesson, basis in zip(("ana", "ben"), lessons, bases, strict=True):
        table.tell(who, "basis", lesson.id, basis=f"{basis}:{strategy.id}")
    for lesson in lessons:
        score(table, lesson, ("ana", 4), ("ben", 4), ("cho", 4))
    settled(table, *lessons)
    for lesson in lessons:
        agree(table, lesson)
    table.tell(table.host, "end")
    stands = Strategy.objects.current().get()
    assert stands.evidence == StrategyEvidence(tried=7, helped=6, partly=0, groups=2), "three people of one more group"
    assert {bool(lesson.counted_at or lesson.published_at) for lesson in Lesson.objects.all()} == {True}


def test_of_two_lessons_that_say_one_strategy_better_neither_takes_the_place_of_the_other() -> None:
    strategy, _keys = a_strategy()
    table = second(marked=(strategy,))
    lessons = [write(table, who) for who in ("ana", "ben")]
    table.go_to("readout")
    for who, lesson in zip(("ana", "ben"), lessons, strict=True):
        table.tell(who, "basis", lesson.id, basis=f"improves:{strategy.id}")
    settled(table, *lessons)
    for lesson in lessons:
        agree(table, lesson)
    table.tell(table.host, "end")
    current = Strategy.objects.current()
    assert {one.doing for one in current} == {"asking early (ana)", "asking early (ben)"}
    assert sorted(one.groups for one in current) == [1, 2], "one has the evidence of the earlier wording"
