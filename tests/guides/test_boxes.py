"""Guides as boxes and as files: there and back, notes, differences, how they read, and what is refused at the door."""

import io
import re
import stat
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from reconvene.guides.authoring import actions, packing
from reconvene.guides.authoring.boxes import FIELDS, blank, read, write
from reconvene.guides.authoring.changes import changes, pieces
from reconvene.guides.authoring.checks import check
from reconvene.guides.authoring.notes import words_of
from reconvene.guides.authoring.reading import lix, reading
from reconvene.guides.catalogue import library, sync_topics
from reconvene.guides.models import OwnGuide
from reconvene.guides.safety import LARGEST
from reconvene.guides.script import OWN, parse_guide
from reconvene.guides.sheet import ScriptError
from tests import world
from tests.guides.test_authoring import publish, published, start
from tests.world import MONDAY

DAY = date(2026, 3, 2)


def words(**changed: str) -> dict[str, str]:
    """A complete guide in its boxes."""
    return {**read(library().guides["delegating"]), **changed}


def wrong(**changed: str) -> dict[str, tuple[str, ...]]:
    """What the checker says of it, by box."""
    return dict(check(words(**changed), code="A6", slug="our-a", today=DAY).wrong)


def test_every_guide_of_the_library_is_the_same_after_it_was_in_boxes() -> None:
    for guide in library().guides.values():
        text = write(read(guide), code=guide.code, slug=guide.slug, reviewed_on=guide.reviewed_on).text
        again = parse_guide(text, source="")
        assert again == guide


def test_a_second_paragraph_on_a_cause_is_not_lost_in_the_boxes() -> None:
    written = write(words(), code="A6", slug="our-a", reviewed_on=DAY).text
    guide = parse_guide(written.replace("\n2. **Ours", "\n\nAnd what I put off.\n\n2. **Ours"), source="", demands=OWN)

    assert read(guide)["going-mine"] == f"{words()['going-mine']} And what I put off."


def test_a_line_about_a_strategy_may_go_on_below_and_none_is_lost_for_another() -> None:
    text = write(words(), code="A6", slug="our-a", reviewed_on=DAY).text
    line = f"- Not when: {words()['card-1-not_when']}"
    guide = parse_guide(text.replace(line, f"{line}\n  Nor on a Friday.", 1), source="", demands=OWN)
    assert (guide.cards[0].not_when, guide.cards[0].action) == (f"{words()['card-1-not_when']} Nor on a Friday.", words()["card-1-action"])

    with pytest.raises(ScriptError, match=r"line \d+: 'Not when' of '.+' is there twice; keep one."):
        parse_guide(text.replace(line, f"{line}\n- Not when: on a Friday.", 1), source="", demands=OWN)


def test_what_the_checker_finds_is_told_at_its_box() -> None:
    assert wrong() == {}
    assert "write 100 to 160" in wrong(case="Too short.")["case"][0]
    assert "HTML" in wrong(**{"card-2-action": "<b>" + words()["card-2-action"]})["card-2-action"][0]
    assert "question mark" in wrong(questions=words()["questions"].replace("?", "."))["questions"][0]
    assert "public page" in wrong(job_aid=words()["job_aid"] + "\n[here](http://10.0.0.1/)")["job_aid"][0]
    assert "heading" in wrong(what_it_is="## Sources\n" + words()["what_it_is"])["what_it_is"][0]
    assert "boxes below" in wrong(**{"card-1-action": words()["card-1-action"] + "\n- Not when: never"})["card-1-action"][0]
    assert "names no author" in wrong(**{"card-5-strength": "strong"})["card-5-title"][0]
    assert set(wrong(**{"tip-3": "Delegating is what you do."})) == {"tip-3"}


@pytest.mark.parametrize(
    "where",
    ["[a]: {}", "> [a]: {}", "- [a]: {}", "1. > [a]: {}", "[a\nb]: {}", "> [a\n> b]: {}", "[a\\]b]: {}", "[a\nb\\[c]: {}", "[a]:\n{}"],
)
def test_no_link_leads_inside_wherever_its_address_stands(where: str) -> None:
    found = wrong(job_aid=f"{words()['job_aid']}\n\n{where.format('https://10.0.0.5/admin')}")

    assert ["a link does not lead to a public page" in said.lower() for said in found["job_aid"]] == [True]


def test_a_place_to_fill_in_is_no_link() -> None:
    assert wrong(job_aid=words()["job_aid"].replace("\n", "\nSay to [name]: thank you, and [one thing]: why.\n", 1)) == {}


def test_a_strategy_without_its_limits_or_without_a_source_is_not_ready() -> None:
    assert check(words(**{"card-3-not_when": ""}), code="A6", slug="our-a", today=DAY).empty == ("card-3-not_when",)
    assert check(words(**{"card-2-source": ""}), code="A6", slug="our-a", today=DAY).is_ready
    assert check(words(**{"card-1-source": ""}), code="A6", slug="our-a", today=DAY).empty == ("card-1-source",)
    experience = check(words(**{"card-2-source": ""}), code="A6", slug="our-a", today=DAY).guide
    assert experience is not None
    assert experience.cards[1].source == "our own experience"


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(max_size=60), max_size=12))
def test_whatever_is_typed_is_checked_and_never_breaks_out_of_its_box(typed: dict[str, str]) -> None:
    found = check({**words(), **typed}, code="A6", slug="our-a", today=DAY)
    assert found.guide is None or (found.guide.slug, found.guide.code) == ("our-a", "A6")
    assert set(found.wrong) <= {"", *FIELDS}


def test_notes_go_to_the_boxes_that_their_headings_name_and_no_word_is_lost() -> None:
    notes = """# Handover at shift change
A half-day for shift leads.

## For whom
Shift leads in the first year.

Background:
Most faults begin in the last ten minutes.

## Techniques
### Walk the line together
Go along the machines and say what you saw.
### Write three lines
State, open, dangerous.

## Questions
1. What did you not say yesterday?
2. Who asks you back?

## Lunch
At noon in the canteen."""
    found = words_of(notes)
    assert found["lede"] == "Shift leads in the first year."
    assert found["questions"] == "What did you not say yesterday?\nWho asks you back?"
    assert (found["card-1-title"], found["card-2-action"]) == ("Walk the line together", "State, open, dangerous.")
    assert "Most faults begin" in found["going-intro"]
    together = " ".join(found.values())
    assert all(word in together for word in ("half-day", "canteen", "Lunch"))


def test_what_a_heading_of_the_notes_says_beside_the_name_of_its_box_is_not_lost() -> None:
    found = words_of(
        "## Case: a bakery in Leeds\nThe oven broke.\n\n## Why do people not delegate?\nFear.\n\n"
        "## Tools for the night shift\n- Stop: wait\n\n## Questions for shift leads\n- Who asks?\n\n"
        "## Discussion questions\n- Who answers?\n\n## First steps\nAsk once."
    )

    assert (found["case"], found["questions"], found["first_step"]) == (
        "Case: a bakery in Leeds\nThe oven broke.",
        "Who asks?\nWho answers?",
        "Ask once.",
    )
    assert found["going-intro"] == "Why do people not delegate?\nFear.\n\nTools for the night shift\n\nQuestions for shift leads"
    assert found["card-1-title"] == "Stop"


def test_each_exercise_of_the_notes_is_something_to_try() -> None:
    found = words_of(
        "Day one\n\nExercise 1: Say it in one sentence\nIn pairs.\n\n## Übung B – Rollen tauschen\nZu dritt.\n\nReading: Doe, Talks (1999)\nCase: A baker was late."
    )

    assert [found[f"card-{number}-title"] for number in (1, 2, 3)] == ["Say it in one sentence", "Rollen tauschen", ""]
    assert (found["card-1-action"], found["card-2-action"]) == ("In pairs.", "Zu dritt.")
    assert (found["sources"], found["case"]) == ("Doe, Talks (1999)", "A baker was late.")


def test_notes_may_name_a_box_at_the_beginning_of_a_line() -> None:
    found = words_of(
        "Why: nobody asks.\nCase: In a bakery the oven broke.\nThey met at six.\nSources: Doe, Ovens (1999)\nAt 9:30: coffee. Note: bring cups."
    )

    assert found["case"] == "In a bakery the oven broke.\nThey met at six."
    assert (found["going-intro"], found["sources"]) == ("nobody asks.", "Doe, Ovens (1999)\nAt 9:30: coffee. Note: bring cups.")


def test_strategies_that_are_counted_become_strategies() -> None:
    found = words_of("Strategy 1: Say what you saw\nThe same day.\nTipp 2: Ask once more\nWithout a plan in hand.")

    assert [(found[f"card-{n}-title"], found[f"card-{n}-action"]) for n in (1, 2)] == [
        ("Say what you saw", "The same day."),
        ("Ask once more", "Without a plan in hand."),
    ]


def test_a_difference_tells_whole_phrases() -> None:
    assert pieces("Ask one question before you answer.", "Ask one question before you say anything.") == (
        ("same", "Ask one question before you "), ("out", "answer."), ("in", "say anything."),
    )  # fmt: skip
    assert pieces("a b c", "x b y") == (("out", "a b c"), ("in", "x b y"))
    assert [one.field.name for one in changes(words(), words(headline="New", case="Other"))] == ["headline", "case"]


def test_how_it_reads_is_said_plainly() -> None:
    easy = "You ask. They say what they need. You write it down. Then you both look at it. It is done."
    assert (
        lix(easy)
        < 35
        < 55
        < lix("Organisational responsibilities notwithstanding, considerable interdepartmental coordination requirements " * 3)
    )
    told = reading(words())
    assert told is not None
    assert "Reads" in told.words
    assert reading(blank()) is None
    long = reading(words(lede="You ask. " * 30 + "One " * 30 + "end.", case="You ask. " * 30 + "One " * 60 + "end."))
    assert long is not None and (long.longest, long.words.startswith("Reads easily")) == (61, False)


def zipped(*files: tuple[str, bytes], **facts: int) -> bytes:
    """A zip of files."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files:
            info = zipfile.ZipInfo(name)
            info.external_attr = facts.get("mode", 0) << 16
            packed.writestr(info, content, zipfile.ZIP_DEFLATED)
    return held.getvalue()


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ([("a.zip", zipped(("../../etc/x.md", b"a")))], "leads out of its folder"),
        ([("a.zip", zipped(("/x.md", b"a")))], "leads out of its folder"),
        ([("a.zip", zipped(("c:\\x.md", b"a")))], "leads out of its folder"),
        ([("a.zip", zipped(("in.zip", zipped(("x.md", b"a")))))], "archive inside"),
        ([("a.zip", zipped(("a/b/c/d/x.md", b"a")))], "too many folders"),
        ([("a.zip", zipped(("x.md", b"/etc/passwd"), mode=stat.S_IFLNK | 0o777))], "link or a device"),
        ([("a.zip", zipped(("x.md", b"a" * (4 * LARGEST + 1))))], "is larger than"),
        ([("a.zip", zipped(*((f"{n}.md", b"a" * 700_000) for n in range(40))))], "holds more than 20 MB"),
        ([("a.zip", zipped(*((f"{n}.md", b"a") for n in range(201))))], "at most 200"),
        ([("a.zip", zipped(("x.exe", b"a")))], "neither a guide"),
        ([("a.zip", zipped(("x.md", b"a"))[:40])], "a.zip: is a damaged zip"),
        ([("a.zip", zipped(("x.md", b"a"))[:-30] + b"PK\x05\x06" + b"\x00" * 18)], "no guide in it|damaged"),
        ([("x.md", b"\n\n\xff")], "line 3: is not written in UTF-8"),
        ([("x.md", b"a"), ("x.md", b"b")], "is there twice"),
        ([("topics.yaml", b"categories: 7")], "cannot be read"),
        ([("x.txt", b"a")], "neither a guide"),
    ],
)  # fmt: skip
def test_what_comes_from_outside_is_refused_with_its_reason(files: list[tuple[str, bytes]], says: str) -> None:
    with pytest.raises(ScriptError) as refused:
        packing.unpack(files)
    assert any(one in str(refused.value) for one in says.split("|")), str(refused.value)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_in_which_a_byte_is_wrong_is_refused_wherever_it_is(method: int) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as packed:
        packed.writestr("x.md", write(words(), code="A6", slug="our-a", reviewed_on=DAY).text)
    told = set()
    for at in range(0, len(held.getvalue()), 7):
        broken = bytearray(held.getvalue())
        broken[at] ^= 0x5A
        try:
            packing.unpack([("a.zip", bytes(broken))])
        except ScriptError as error:
            told.add(str(error))
    assert "a.zip: is a damaged zip, or one of a kind that cannot be read; make it anew." in told


@pytest.mark.django_db
def test_guides_go_out_as_a_zip_and_come_back_the_same() -> None:
    fay = world.sign_in(world.person("fay"))
    guide = published()
    packed = fay.get("/guides/ours/files/all/").content
    assert sorted(zipfile.ZipFile(io.BytesIO(packed)).namelist()) == ["topics.yaml", f"topics/{guide.slug}.md"]
    before = (guide.words, guide.category, guide.code)
    OwnGuide.objects.all().delete()
    held = io.BytesIO(packed)
    held.name = "ours.zip"
    assert fay.post("/guides/ours/files/", {"chosen": held, "category": library().categories[3].name}).status_code == 302
    again = OwnGuide.objects.get()
    assert (again.words, again.category, again.code) == before


@pytest.mark.django_db
def test_what_is_retired_does_not_go_out_with_all_that_are_published() -> None:
    guide, other = published(), published("Days handed over")
    actions.retire(guide, now=MONDAY)

    packed = world.sign_in(world.person("fay")).get("/guides/ours/files/all/").content

    assert sorted(zipfile.ZipFile(io.BytesIO(packed)).namelist()) == ["topics.yaml", f"topics/{other.slug}.md"]


@pytest.mark.django_db
def test_one_broken_file_keeps_all_of_them_out_and_says_line_and_reason() -> None:
    guide = start()
    good = write(guide.words, code="Z7", slug="our-good", reviewed_on=DAY).text.replace(guide.title, "Good").replace("z1-", "z7-")
    files = [("good.md", good), ("bad.md", good.replace("our-good", "delegating").replace("code: Z7", "code: A6"))]
    with pytest.raises(ScriptError) as refused:
        actions.bring_in(world.person("fay"), files=files, categories={}, category=guide.category, now=MONDAY)
    told = str(refused.value)
    assert "bad.md: line" in told
    assert "the key 'z7-1' must be 'a6-'" in told
    assert OwnGuide.objects.count() == 1
    made = actions.bring_in(world.person("fay"), files=files[:1], categories={}, category=guide.category, now=MONDAY)
    assert (made[0].code, made[0].keys_given) == ("Z7", 5)


@pytest.mark.django_db
def test_a_file_with_a_key_or_a_slug_that_no_table_holds_is_refused_with_its_line() -> None:
    guide = start()
    good = write(guide.words, code="Z7", slug="our-good", reviewed_on=DAY).text.replace(guide.title, "Good").replace("z1-", "z7-")
    long = f"our-{'o' * 77}"
    files = [("a.md", good.replace("z7-2", "z7-40000")), ("b.md", good.replace("our-good", long))]
    with pytest.raises(ScriptError) as refused:
        actions.bring_in(world.person("fay"), files=files, categories={}, category=guide.category, now=MONDAY)

    one, other = str(refused.value).splitlines()
    assert re.fullmatch(r"a.md: line \d+: the number of the key 'z7-40000' is higher than 30000.", one)
    assert other == "b.md: line 3: the slug has 81 characters; 80 fit."


@pytest.mark.django_db
def test_a_file_with_the_last_code_leaves_codes_to_those_who_begin_afterwards() -> None:
    guide = start()
    last = write(guide.words, code="Z999", slug="our-last", reviewed_on=DAY).text.replace(guide.title, "Last").replace("z1-", "z999-")
    actions.bring_in(world.person("fay"), files=[("a.md", last)], categories={}, category=guide.category, now=MONDAY)

    begun = start("Days handed over")

    assert (begun.code, actions.looked_through(begun, now=MONDAY).wrong) == ("Z2", {})


@pytest.mark.django_db
@pytest.mark.parametrize(("count", "says"), [(150, "And 90 more."), (201, "bring at most 200 at once")])
def test_guides_come_as_single_files_as_many_as_in_a_zip(count: int, says: str) -> None:
    files = [SimpleUploadedFile(f"{number}.md", b"Ask once.") for number in range(count)]

    page = world.sign_in(world.person("fay")).post("/guides/ours/files/", {"chosen": files, "category": library().categories[0].name})

    assert page.status_code == 422
    assert says in page.content.decode()


@pytest.mark.django_db
def test_a_file_of_a_guide_that_is_there_leaves_it_in_its_category_unless_a_list_says_another_one() -> None:
    sync_topics()
    guide, fay = published(), world.person("fay")
    files, last = [("a.md", guide.versions.get().text)], library().categories[-1].name

    actions.bring_in(fay, files=files, categories={}, category=last, now=MONDAY)
    guide.refresh_from_db()
    assert guide.category == library().categories[0].name
    publish(guide)
    actions.bring_in(fay, files=files, categories={guide.slug: last}, category=guide.category, now=MONDAY)

    guide.refresh_from_db()
    assert guide.category == last


@pytest.mark.django_db
def test_files_do_not_write_over_words_that_nobody_has_published() -> None:
    guide = published()
    text = guide.versions.get().text
    by, now = world.person("fay"), MONDAY
    actions.bring_in(
        by, files=[("a.md", text.replace("Say the result", "Tell the result"))], categories={}, category=guide.category, now=now
    )
    with pytest.raises(ScriptError, match=r"line 3: .* words on the desk that are not published"):
        actions.bring_in(by, files=[("a.md", text)], categories={}, category=guide.category, now=now)
    assert publish(guide).versions.count() == 2
