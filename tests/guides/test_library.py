"""The library that is shipped: it is whole, its texts keep the house rules; and what the checker finds when files disagree."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from reconvene.guides.library import TopicEntry, check_library, load, parse_pact, parse_topics
from reconvene.guides.script import MODES, STEP_KINDS
from reconvene.guides.sheet import ScriptError

FOLDER = Path(__file__).resolve().parents[2] / "guides"
LIBRARY = load(FOLDER)
FIRST_TEN = {"B3", "B2", "A6", "A4", "D5", "C1", "D2", "B4", "C2", "D8"}
MINUTES = {
    "first": {"arrive": 5, "question": 3, "turns": 20, "ask": 8, "causes": 4, "cards": 8, "ideas": 15, "score": 5, "gap": 5, "plan": 12,
              "date": 2, "close": 3},
    "reconvene": {"arrive": 5, "turns": 24, "ask": 12, "lessons": 8, "readout": 10, "score": 5, "settle": 10, "plan": 8, "choices": 5,
                  "close": 3},
}  # fmt: skip
TOPICS = """
categories:
  - name: One
    topics:
      - {code: A1, slug: a, title: A, levels: [F], phrases: [q, r, s, t]}
      - {code: A2, slug: b, title: B, levels: [F, S], phrases: [q, r, s, t]}
"""


def every_protocol():
    return [pytest.param(protocol, id=protocol.key) for protocol in LIBRARY.protocols.values()]


def every_guide():
    return [pytest.param(guide, id=guide.slug) for guide in LIBRARY.guides.values()]


def test_the_ten_topics_of_the_first_wave_have_a_guide():
    assert {guide.code for guide in LIBRARY.guides.values()} == FIRST_TEN
    assert LIBRARY.guide_for_code("A6") is LIBRARY.guides["delegating"]
    assert LIBRARY.guide_for_code("E9") is None


def test_there_are_51_topics_in_five_categories():
    assert len(LIBRARY.topics) == 51
    assert [sum(topic.code[0] == letter for topic in LIBRARY.topics) for letter in "ABCDE"] == [6, 16, 11, 9, 9]
    assert len({topic.category for topic in LIBRARY.topics}) == 5


def test_a_topic_with_a_guide_has_the_phrases_of_both_each_once():
    topic = next(topic for topic in LIBRARY.topics if topic.slug == "delegating")
    guide = LIBRARY.guides["delegating"]
    assert {*guide.phrases, *guide.sounds_like} <= set(topic.phrases)
    assert "hand over work" in topic.phrases
    assert len(set(topic.phrases)) == len(topic.phrases)


@pytest.mark.parametrize("guide", every_guide())
def test_a_guide_keeps_the_measure_of_the_house(guide):
    assert FOLDER.joinpath("topics", f"{guide.slug}.md").exists()
    assert 120 <= len(guide.going_on.split()) <= 200
    assert len(re.findall(r"^\d\. \*\*(Mine|Ours|Theirs) to change\.\*\*", guide.going_on, re.MULTILINE)) == 3
    assert all(40 <= len(card.action.split()) <= 110 for card in guide.cards)
    assert len(re.findall(r"[.?]( |$)", guide.first_step)) <= 2
    assert all(question.endswith("?") for question in guide.questions)
    assert 10 <= len(guide.job_aid.splitlines()) <= 36


@pytest.mark.parametrize("guide", every_guide())
def test_whoever_a_card_names_with_a_year_stands_under_the_sources(guide):
    for card in guide.cards:
        for name in re.findall(r"([A-Z]\w+)(?: and others)? \(\d{4}", card.source):
            assert any(name in source for source in guide.sources), (card.key, name)


def test_no_text_of_the_library_raises_its_voice_or_uses_a_word_of_another_method():
    unwanted = re.compile(r"!|\b(themes?|facilitators?|best practices?|circles?|learning styles?|users?)\b", re.IGNORECASE)
    for path in sorted(FOLDER.rglob("*.md")):
        assert unwanted.findall(path.read_text(encoding="utf-8")) == [], path.name


def test_there_is_a_first_session_in_every_mode_and_a_reconvene_for_each_length():
    held = [("first", mode) for mode in MODES] + [("reconvene", "topic")]
    assert set(LIBRARY.protocols) == {(kind, mode, length) for kind, mode in held for length in (60, 75, 90)}


def test_seven_steps_take_the_minutes_of_the_published_timetable():
    assert [step.minutes for step in LIBRARY.protocols["first", "seven", 90].steps] == [3, 20, 15, 25, 15, 2, 10]


def test_a_round_each_gives_everybody_twenty_minutes():
    (rounds,) = (step for step in LIBRARY.protocols["first", "trio", 90].steps if step.kind == "rounds")
    assert rounds.minutes == 3 * 20
    assert LIBRARY.protocols["first", "trio", 90].people == (3, 4)


def test_a_case_is_diagnosed_before_anybody_proposes_and_ends_with_a_plan_for_everyone():
    kinds = [step.kind for step in LIBRARY.protocols["first", "case", 90].steps]
    assert kinds.index("tell") < kinds.index("ask") < kinds.index("causes") < kinds.index("ideas") < kinds.index("plan")


@pytest.mark.parametrize("kind", ["first", "reconvene"])
def test_the_90_minutes_are_spent_as_the_method_says(kind):
    protocol = LIBRARY.protocols[kind, "topic", 90]
    assert {step.key: step.minutes for step in protocol.steps} == MINUTES[kind]
    assert tuple(step.kind for step in protocol.steps) == STEP_KINDS[kind]


def test_a_first_session_of_an_hour_leaves_out_what_the_method_leaves_out_and_keeps_the_plan():
    minutes = {step.key: step.minutes for step in LIBRARY.protocols["first", "topic", 60].steps}
    assert (minutes["turns"], minutes["ideas"], minutes["plan"]) == (12, 10, 12)
    assert {"question", "gap"}.isdisjoint(minutes)


@pytest.mark.parametrize("protocol", every_protocol())
def test_the_minutes_of_a_protocol_add_up_and_leave_most_of_them_for_talking(protocol):
    assert sum(step.minutes for step in protocol.steps) == protocol.length
    assert all(step.minutes == sum(part.minutes for part in step.parts) for step in protocol.steps)
    silent = sum(part.minutes for step in protocol.steps for part in step.parts if part.silent)
    assert silent <= 25 * protocol.length / 90


@pytest.mark.parametrize("protocol", every_protocol())
def test_the_plan_gives_no_minutes_away_and_new_input_gives_first(protocol):
    order = {step.kind: step.cut_order for step in protocol.steps}
    assert order["plan"] is None
    assert order.get("cards", 1) == 1
    given = sorted(place for place in order.values() if place is not None)
    assert given
    assert len(set(given)) == len(given)


@pytest.mark.parametrize("protocol", every_protocol())
def test_the_host_reads_one_sentence_and_nobody_is_asked_more_than_one(protocol):
    for step in protocol.steps:
        assert len(re.findall(r"[.?](?: |$)", step.host_line)) == 1, step.key
        assert step.prompt.endswith("?")
        assert step.prompt.count("?") == 1


def test_the_pact_has_five_lines():
    assert len(LIBRARY.pact) == 5
    assert all(line.endswith(".") for line in LIBRARY.pact)


def test_a_pact_of_four_lines_is_refused():
    with pytest.raises(ScriptError, match="has 4 numbered lines; write 5"):
        parse_pact("1. a\n2. b\n3. c\n4. d\n", source="pact.md")


def test_topics_are_read_in_order_with_their_category():
    assert parse_topics(TOPICS, source="t") == (
        TopicEntry("A1", "a", "A", ("F",), ("q", "r", "s", "t"), "One"),
        TopicEntry("A2", "b", "B", ("F", "S"), ("q", "r", "s", "t"), "One"),
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("slug: b", "slug: a", "slug 'a' is there 2 times; keep one"),
        ("code: A2", "code: A1", "code 'A1' is there 2 times; keep one"),
        ("levels: [F]", "levels: [X]", "field 'levels' must be a list like [F, M, S]"),
        ("title: A,", "", "field 'title' is missing; write a text"),
        ("[q, r, s, t]", "[q]", "field 'phrases' must be a list of at least 4 texts"),
        ("categories:", "groups:", "cannot be read"),
        ("{code: A1", "{{code: A1", "cannot be read"),
    ],
)  # fmt: skip
def test_a_bad_list_of_topics_is_refused_with_the_entry_or_field(old, new, said):
    with pytest.raises(ScriptError, match=re.escape(said)):
        parse_topics(TOPICS.replace(old, new, 1), source="t")


def test_the_shipped_files_agree_with_one_another():
    assert check_library(tuple(LIBRARY.guides.values()), tuple(LIBRARY.protocols.values())) == ()


def test_a_guide_that_is_there_twice_is_found_by_code_slug_and_card():
    guide = LIBRARY.guides["delegating"]
    found = check_library((*LIBRARY.guides.values(), guide), ())
    assert [words.split(" '")[0] for words in found] == ["code", "slug", *["card key"] * len(guide.cards)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"related": ("nowhere",)}, "related names 'nowhere'; name another guide by its slug"),
        ({"related": ("delegating",)}, "related names 'delegating'; name another guide by its slug"),
        ({"first_step": "Begin in January."}, "names the month January"),
        ({"code": "Z9"}, "the key 'a6-1' must begin with 'z9-'"),
    ],
)
def test_a_guide_that_does_not_fit_the_others_is_found(change, said):
    guides = [replace(guide, **change) if guide.slug == "delegating" else guide for guide in LIBRARY.guides.values()]
    assert said in "\n".join(check_library(guides, ()))


def changed(step_key, **change):
    protocol = LIBRARY.protocols["first", "topic", 90]
    return replace(protocol, steps=tuple(replace(step, **change) if step.key == step_key else step for step in protocol.steps))


def silenced():
    protocol = LIBRARY.protocols["first", "topic", 90]
    steps = tuple(replace(step, parts=tuple(replace(part, silent=True) for part in step.parts)) for step in protocol.steps)
    return replace(protocol, steps=steps)


@pytest.mark.parametrize(
    ("protocol", "said"),
    [
        (changed("ask", minutes=9), "the parts of ask do not add up to its 9 minutes"),
        (changed("ask", minutes=9), "the steps take 91 minutes, not 90"),
        (changed("plan", cut_order=9), "plan has a cut order; a plan is never cut"),
        (changed("plan", kind="gap"), "has no step of kind plan"),
        (changed("ask", cut_order=1), "cut order '1' is there 2 times"),
        (changed("ask", key="gap"), "step 'gap' is there 2 times"),
        (silenced(), "90 of 90 minutes are silent; at most 25.0 may be"),
    ],
)
def test_a_protocol_that_does_not_hold_is_found(protocol, said):
    assert f"first-topic-90: {said}" in "\n".join(check_library((), (protocol,)))


@pytest.fixture
def copy(tmp_path):
    return Path(shutil.copytree(FOLDER, tmp_path / "guides"))


def test_a_guide_whose_title_is_not_that_of_the_topic_list_is_refused(copy):
    guide = copy / "topics" / "delegating.md"
    guide.write_text(guide.read_text(encoding="utf-8").replace("title: Delegating", "title: Letting go", 1), encoding="utf-8")
    with pytest.raises(ScriptError, match=r"delegating: topics\.yaml has .*'Delegating'.*, the guide has .*'Letting go'"):
        load(copy)


def test_the_error_of_a_broken_file_names_the_file(copy):
    (copy / "protocols" / "first.md").write_text("nothing", encoding="utf-8")
    with pytest.raises(ScriptError, match=r"^protocols/first\.md: line 1: "):
        load(copy)


def test_a_folder_that_is_not_there_is_an_error_of_its_own(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path)
