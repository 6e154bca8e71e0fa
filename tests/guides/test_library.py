"""The library that is shipped: it is whole, its texts keep the house rules; and what the checker finds when files disagree."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from reconvene.guides.checking import files_faults
from reconvene.guides.house import TURN
from reconvene.guides.library import Category, check_library, check_list, load, parse_pact, parse_topics
from reconvene.guides.sameness import shared
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
  - key: one
    name: One
    topics: [a, b]
  - key: two
    name: Two
    topics:
      - c
"""


def file_faults(slug):
    return files_faults([FOLDER / "topics" / f"{slug}.md"])


def every_protocol():
    return [pytest.param(protocol, id=protocol.key) for protocol in LIBRARY.protocols.values()]


def every_guide():
    return [pytest.param(guide, id=guide.slug) for guide in LIBRARY.guides.values()]


def test_the_library_is_as_wide_as_what_managers_bring():
    assert len(LIBRARY.categories) == 23
    assert [slug for category in LIBRARY.categories for slug in category.slugs] == list(LIBRARY.guides)
    assert [topic.slug for topic in LIBRARY.topics] == list(LIBRARY.guides)
    assert len(LIBRARY.guides) == 103
    assert LIBRARY.guide_for_code("A6") is LIBRARY.guides["delegating"]
    assert LIBRARY.guide_for_code("Z9") is None


@pytest.mark.parametrize("path", sorted((FOLDER / "topics").glob("*.md")), ids=lambda path: path.stem)
def test_quotation_marks_are_those_of_print(path):
    _before, fields, body = path.read_text(encoding="utf-8").split("---\n", 2)
    shown = re.findall(r"^(?:title|headline|lede|caution): \"?(.+?)\"?$", fields, re.MULTILINE)
    assert len(shown) >= 3
    assert not [line for line in (*shown, *body.splitlines()) if re.search(r"[\"']", line)]


@pytest.mark.parametrize("code", sorted(FIRST_TEN))
def test_a_flagship_knows_german_words_too(code):
    guide = LIBRARY.guide_for_code(code)
    assert guide is not None
    assert 30 <= len(guide.phrases_de) <= 60


def test_a_topic_has_all_phrases_of_its_guide_each_once():
    topic = next(topic for topic in LIBRARY.topics if topic.slug == "delegating")
    guide = LIBRARY.guides["delegating"]
    assert topic.phrases == (*guide.sounds_like, *guide.phrases, *guide.phrases_de)
    assert "hand over work" in topic.phrases
    assert (topic.title, topic.category) == ("Delegating", "Delegating and ownership")


@pytest.mark.parametrize("guide", every_guide())
def test_a_guide_has_everything_that_a_session_and_four_weeks_need(guide):
    assert file_faults(guide.slug) == ()
    assert 40 <= len(guide.phrases) <= 100
    assert all((card.not_when, card.source, card.first_step, card.works_if) for card in guide.cards)
    assert [card.key for card in guide.cards if not (card.first_step[0].isupper() and card.first_step.endswith("."))] == []
    assert (len(guide.key_questions), len(guide.story_prompts), len(guide.tips), len(guide.buddy_questions)) == (3, 3, 4, 4)


@pytest.mark.parametrize("guide", every_guide())
def test_a_guide_of_ours_says_when_it_is_not_for_a_group_of_peers_and_where_to_turn(guide):
    assert TURN.search(guide.caution)


def test_no_two_guides_are_cautious_in_the_same_words():
    sentences = [sentence for guide in LIBRARY.guides.values() for sentence in re.split(r"(?<=[.;:]) ", guide.caution)]
    assert [sentence for sentence in set(sentences) if sentences.count(sentence) > 1] == []


def test_no_two_guides_share_more_than_a_tenth_of_their_sentences():
    assert list(shared(tuple(LIBRARY.guides.values()))) == []


def test_a_guide_that_repeats_another_one_is_found_with_an_example():
    guide = LIBRARY.guides["delegating"]
    other = replace(LIBRARY.guides["giving-feedback"], slug="other", going_on=guide.going_on, job_aid=guide.job_aid, case=guide.case)
    assert {(one, two) for one, two, _share, _example in shared((guide, other))} == {("delegating", "other"), ("other", "delegating")}


def test_no_protocol_raises_its_voice_or_uses_a_word_of_another_method():
    unwanted = re.compile(r"!|\b(themes?|facilitators?|best practices?|circles?|learning styles?|users?)\b", re.IGNORECASE)
    for path in (*sorted(FOLDER.joinpath("protocols").glob("*.md")), FOLDER / "pact.md", FOLDER / "README.md"):
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


def test_categories_are_read_in_order_with_their_topics():
    assert parse_topics(TOPICS, source="t") == (Category("one", "One", ("a", "b")), Category("two", "Two", ("c",)))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("      - c", "      - a", "slug 'a' is there 2 times; keep one"),
        ("key: two", "key: one", "key 'one' is there 2 times; keep one"),
        ("name: Two", "name: One", "category 'One' is there 2 times; keep one"),
        ("    name: One\n", "", "cannot be read ('name'); each category has a key, a name and a list of topics"),
        ("[a, b]", "[]", "the category 'One' must have a key, a name and at least one topic"),
        ("[a, b]", "[{a: b}]", "the category 'One' must have a key, a name and at least one topic"),
        ("categories:", "groups:", "cannot be read"),
        ("[a, b]", "[a, b", "line "),
        ("[a, b]", "[a, [[[b]]]]", "line 5: nested too deep"),
    ],
)  # fmt: skip
def test_a_bad_list_of_topics_is_refused_with_the_entry_or_field(old, new, said):
    with pytest.raises(ScriptError, match=re.escape(said)):
        parse_topics(TOPICS.replace(old, new, 1), source="t")


def test_the_shipped_files_agree_with_one_another():
    assert check_library(tuple(LIBRARY.guides.values()), tuple(LIBRARY.protocols.values())) == ()


def test_a_guide_that_is_there_twice_is_found_by_code_slug_title_and_card():
    guide = LIBRARY.guides["delegating"]
    found = check_library((*LIBRARY.guides.values(), guide), ())
    assert [words.split(" '")[0] for words in found] == ["code", "slug", "title", *["card key"] * len(guide.cards)]


def test_topics_without_a_guide_guides_without_a_topic_and_unknown_neighbours_are_found():
    guide = replace(LIBRARY.guides["delegating"], related=("nowhere", "delegating", "a"))
    assert list(check_list([Category("one", "One", ("a", "b"))], [guide], {"delegating", "a"})) == [
        "topics.yaml: the topic 'b' has no guide; write topics/b.md.",
        "topics/delegating.md: is in no category; put its slug into topics.yaml.",
        "topics/delegating.md: related names 'nowhere'; name another guide by its slug.",
        "topics/delegating.md: related names 'delegating'; name another guide by its slug.",
    ]


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


def test_a_file_under_another_name_than_its_slug_is_refused(copy):
    (copy / "topics" / "delegating.md").rename(copy / "topics" / "handing-over.md")
    with pytest.raises(ScriptError, match=r"topics/handing-over\.md: line 1: the slug is 'delegating'; file and slug have one name"):
        load(copy)


def test_the_faults_of_all_files_are_told_at_once(copy):
    for slug in ("delegating", "giving-feedback"):
        guide = copy / "topics" / f"{slug}.md"
        guide.write_text(guide.read_text(encoding="utf-8").replace("levels: [F", "levels: [X"), encoding="utf-8")
    (copy / "pact.md").write_text("1. One line.", encoding="utf-8")
    with pytest.raises(ScriptError) as caught:
        load(copy)
    assert [problem.split(":")[0] for problem in caught.value.problems] == ["topics/delegating.md", "topics/giving-feedback.md", "pact.md"]


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (b"\xff\xfe\x00", "line 1: is not written in UTF-8"),
        (b"---\n" + b"a" * 10_000_000, "the file goes on beyond 200000 characters"),
        (b"---\ncode: A6\n" + b"a" * 500_000 + b"\n---\n", "line 3: has 500000 characters"),
        (b"---\ncode: A6\n---\n" + b"a b\n" * 60_000, "line 49999: the file goes on beyond 200000 characters"),
    ],
)  # fmt: skip
def test_a_file_of_the_wrong_kind_or_size_is_refused_with_its_line(copy, held, said):
    (copy / "topics" / "delegating.md").write_bytes(held)
    with pytest.raises(ScriptError, match=said):
        load(copy)


def test_the_error_of_a_broken_file_names_the_file(copy):
    (copy / "protocols" / "first.md").write_text("nothing", encoding="utf-8")
    with pytest.raises(ScriptError, match=r"^protocols/first\.md: line 1: "):
        load(copy)


def test_a_folder_that_is_not_there_is_an_error_of_its_own(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path)
