"""The parser of guides and protocols: what it reads, what it refuses and how it says so, and the turns."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reconvene.guides.guide import Source, StrategyCard
from reconvene.guides.script import OWN, Part, Step, parse_guide, parse_protocol
from reconvene.guides.shares import turn_seconds
from reconvene.guides.sheet import ScriptError

PHRASES = "\n".join(f"  - phrase number {number}" for number in range(40))
CARD = """### Title {n}

{action}

And then that.

- Key: z1-{n}
- Fits when: it rains
- Not when: it snows
- First step: look up
- Works if: it is dry
- Source: Someone (1999)
- Strength: weak
"""
ACTION = "Do this *now*." + " So it goes on." * 11
GOING_ON = f"""Some **text**.{" It goes on and on." * 28}

1. **Mine to change.** I look away.
2. **Ours to change.** We look away.
3. **Theirs to change.** They look away."""
CASE = "It was so." + " Then it went on." * 26
GUIDE = f"""---
code: Z1
slug: a-topic
title: A topic
headline: One line
levels: [M, F]
lede: A sentence.
sounds_like:
  - One.
  - Two.
  - Three.
phrases:
{PHRASES}
related: [other, another]
reviewed_on: 2026-02-28
---
## What it is

This is a kind of thing that one knows by the rain on the roof.

## What it is not

It is not snow, which belongs to those who clear the roads in the morning.

## Key questions

- How can we stay dry so that we can work?
- How can I look up so that I see it coming?
- How can we help so that nobody gets wet?

## Story prompts

- Tell of rain.
- Tell of a roof.
- Tell of the sun.

## What is going on

{GOING_ON}

## Strategies

{CARD.format(n=1, action=ACTION)}
{CARD.format(n=2, action=ACTION)}
{CARD.format(n=3, action=ACTION)}
{CARD.format(n=4, action=ACTION)}
## A case

{CASE}

## Questions

- One?
- Two
  goes on?
- Three?
- Four?

## First step

Do it tomorrow before you do another thing.

## Job aid

{"".join(f"- Line {number}: …" + chr(10) for number in range(10))}
## If-then examples

- If it rains, then I look up.
- If it snows, then I stay in.
- If it is dry, then I go out.

## Tips

- Look.
- Again.
- On.
- Back.

## Buddy questions

- Seen?
- Again?
- Gone on?
- What now?

## Signals

- A
- B

## Reconvene questions

- Did it rain?
- Did it help?
- And next?

## Sources

- Someone, Something; with a semicolon (1999); field experiment; to check
"""
PROTOCOL = """---
kind: first
mode: topic
title: First session
fits: Everybody.
people: [3, 5]
lengths: [90, 60]
---
## ideas: Heads together
- Kind: ideas
- Prompt: What could we do?
- How: Write.
- Host line: We write first.
- Sees: group
- Cut order: 2
- May overrun: yes

| Part | Title | Silent | 90 | 60 | How |
| --- | --- | --- | --- | --- | --- |
| write | Write alone | yes | 4 | 3 | Small ideas. |
| read | Read out | no | 5 | 5 | Not your own. |

## gap: The gap
- Kind: gap
- Prompt: What differs?
- How: Talk.
- Host line: We talk.
- Sees: group
- Cut order: never
- May overrun: no

| Part | Title | Silent | 90 | 60 | How |
| --- | --- | --- | --- | --- | --- |
| talk | Talk | no | 5 | - | In turn. |
"""


def problems_of(parse, text):
    with pytest.raises(ScriptError) as caught:
        parse(text, source="file.md")
    assert caught.value.source == "file.md"
    return caught.value.problems


def test_a_guide_is_read_into_all_its_fields():
    guide = parse_guide(GUIDE, source="file.md")
    assert (guide.code, guide.slug, guide.title, guide.headline, guide.lede) == ("Z1", "a-topic", "A topic", "One line", "A sentence.")
    assert (guide.levels, guide.reviewed_on, guide.caution) == (("F", "M"), date(2026, 2, 28), "")
    assert (guide.sounds_like, len(guide.phrases), guide.phrases_de) == (("One.", "Two.", "Three."), 40, ())
    assert (guide.going_on, guide.case, guide.first_step) == (GOING_ON, CASE, "Do it tomorrow before you do another thing.")
    assert guide.what_it_is == "This is a kind of thing that one knows by the rain on the roof."
    assert guide.what_it_is_not == "It is not snow, which belongs to those who clear the roads in the morning."
    assert guide.key_questions[0] == "How can we stay dry so that we can work?"
    assert guide.story_prompts == ("Tell of rain.", "Tell of a roof.", "Tell of the sun.")
    assert guide.questions == ("One?", "Two goes on?", "Three?", "Four?")
    assert guide.if_then[2] == "If it is dry, then I go out."
    assert (guide.tips, guide.buddy_questions) == (("Look.", "Again.", "On.", "Back."), ("Seen?", "Again?", "Gone on?", "What now?"))
    assert (guide.signals, guide.reconvene_questions) == (("A", "B"), ("Did it rain?", "Did it help?", "And next?"))
    assert guide.sources == (Source("Someone, Something; with a semicolon (1999)", "field experiment", is_sure=False),)
    assert (len(guide.job_aid.splitlines()), guide.related) == (10, ("other", "another"))
    assert len(guide.cards) == 4
    assert guide.cards[1] == StrategyCard(
        "z1-2", "Title 2", f"{ACTION}\n\nAnd then that.", "it rains", "it snows", "look up", "it is dry", "Someone (1999)", "weak"
    )


def test_line_ends_of_another_system_and_a_byte_order_mark_change_nothing():
    assert parse_guide("\ufeff" + GUIDE.replace("\n", "\r\n"), source="file.md") == parse_guide(GUIDE, source="file.md")


def test_a_protocol_is_read_once_for_each_length_the_shortest_first():
    short, long = parse_protocol(PROTOCOL, source="file.md")
    assert (long.key, long.kind, long.mode, long.title, long.length) == ("first-topic-90", "first", "topic", "First session", 90)
    assert [(step.key, step.minutes, step.cut_order, step.may_overrun) for step in long.steps] == [
        ("ideas", 9, 2, True),
        ("gap", 5, None, False),
    ]
    assert long.steps[0].parts == (
        Part("write", "Write alone", 4, True, "Small ideas."),
        Part("read", "Read out", 5, False, "Not your own."),
    )
    assert long.steps[0].host_line == "We write first."
    assert short.length == 60


def test_a_step_without_minutes_at_a_length_is_left_out_there():
    short, _ = parse_protocol(PROTOCOL, source="file.md")
    assert [(step.key, step.minutes) for step in short.steps] == [("ideas", 8)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("---\ncode", "code", "line 1: the front matter is missing"),
        ("levels: [M, F]", "levels: [M, X]", "line 6: field 'levels' must be a list like [F, M, S]"),
        ("lede: A sentence.", "lede: A: sentence.", "line 7: "),
        ("lede: A sentence.", "lede:", "line 7: field 'lede' is missing or no text"),
        ("title: A topic\n", "", "line 1: field 'title' is missing or no text"),
        ("headline:", "heading:", "line 5: field 'heading' is not known here"),
        ("  - Three.\n", "", "line 8: field 'sounds_like' has 2 entries; write 3 to 5"),
        ("  - Three.\n", "  - {no: 1}\n", "line 11: nested too deep, or a text with a colon"),
        ("sounds_like:\n  - One.", "sounds_like: Me.\nphrases_de:\n  - One.", "line 8: field 'sounds_like' is no list of texts"),
        ("code: Z1", "code: [Z1]", "line 2: field 'code' is missing or no text"),
        ("slug: a-topic", "slug: A topic", "line 3: the slug 'A topic' must be small letters and hyphens"),
        ("reviewed_on: 2026-02-28", "reviewed_on: 2026-02-31", "field 'reviewed_on' is no date"),
        ("related: [other, another]", "related: [other]", "field 'related' has 1 entries; write 2 to 6"),
        ("related: [other", "caution: Take care.\nrelated: [other", "the caution does not say where to turn"),
        ("  - phrase number 7\n", "", "line 12: field 'phrases' has 39 entries; write 40 to 100"),
        ("  - phrase number 7\n", "  - Phrase number 8.\n", "the phrase 'phrase number 8' is there twice"),
        ("## A case\n", "## Case\n", "the section '## A case' is missing or empty"),
        (" Then it went on." * 10, "", "'A case' has 67 words; write 100 to 160"),
        ("**Ours to change.** We", "We", "no line that begins '2. **Ours to change.** '"),
        ("- How can we stay dry so that we can work?", "- How can we stay dry?", "a key question reads 'How can we"),
        ("- If it rains, then I look up.", "- When it rains I look up.", "an example reads 'If <"),
        ("- Gone on?", "- Gone on.", "a question must end with a question mark"),
        ("- Gone on?", "- Which topic?", "a text for mails says 'topic', which tells the topic"),
        ("- Again.\n", f"- {'Again. ' * 30}\n", "a text for mails has 209 characters; keep it to 200"),
        ("- First step: look up\n", "", "'Title 1' has no 'First step'; add a line"),
        ("- Works if: it is dry\n", f"- Works if: {'dry ' * 46}\n", "'Works if' of 'Title 1' is longer than 45 words"),
        ("- Key: z1-1", "- Key: y1-1", "the key 'y1-1' must be 'z1-' and a number of its own"),
        ("- Key: z1-1", "- Key: z1-2", "the key 'z1-2' must be 'z1-' and a number of its own"),
        ("Source: Someone (1999)", "Source: Another (1999)", "'Title 1' rests on Another (1999), which is not under"),
        ("Source: Someone (1999)", "Source: Someone (1998)", "'Title 1' rests on Someone (1998), which is not under"),
        ("Source: Someone (1999)", "Source: a good idea", "'Title 1' is called weak and names no author with a year"),
        ("; field experiment; to check", "; to check", "a source must read '- Authors, Title (year); kind; certainty'"),
        ("; field experiment; to check", "; field experiment; maybe", "a source must read"),
        ("(1999); field", "in 1999; field", "a source must read"),
        ("Do it tomorrow", "Do it in January", "names the month January"),
        ("Do it tomorrow", "Do it, user,", "'user' is not how this house speaks"),
        ("Do it tomorrow", "Do it with behavior", "'behavior' is American spelling"),
        ("Do it tomorrow", "Do it in your learning style", "'learning style' stands for a claim that is not sound"),
        ("## Job aid\n", "## Job aid\n\n### More\n", "a heading inside 'Job aid'"),
        ("## Signals\n", "## Sources\n", "'Sources' stands out of order"),
        ("reviewed_on: 2026-02-28", "reviewed_on: in spring", "field 'reviewed_on' is no date"),
        ("## First step\n", "## Frist step\n", "the heading 'Frist step' is not known"),
        ("## First step\n", "## Frist step\n", "the section '## First step' is missing or empty"),
        ("## Signals\n", "## Signals\n\nText before.\n", "'Signals' must be one list of 2 to 4 lines"),
        ("- Strength: weak\n", "- Strength: high\n", "Strength of 'Title 1' is 'high'; write one of strong"),
        ("- Not when: it snows\n", "", "'Title 1' has no 'Not when'; add a line '- Not when: …'"),
        ("### Title 1\n", "", "'Strategies' must be 4 to 6 parts, each under its own '### ' heading; it has 3"),
        ("---\n## What", "---\nLoose words.\n\n## What", "there is text before the first heading"),
        ("## Sources", "## Signals", "a heading is there twice: 'Signals'; keep one"),
    ],
)  # fmt: skip
def test_a_bad_guide_is_refused_with_the_line_or_field_and_how_to_mend_it(old, new, said):
    problems = problems_of(parse_guide, GUIDE.replace(old, new, 1))
    assert any(said in problem for problem in problems), problems
    assert all(problem.startswith("line ") for problem in problems)


@pytest.mark.parametrize(
    ("strength", "kind", "said"),
    [
        ("strong", "field experiment", ""),
        (
            "strong",
            "experiment",
            "'Title 1' is called strong, and no work that it names is one of: field experiment, meta-analysis, review",
        ),
        ("moderate", "experiment", ""),
        (
            "moderate",
            "survey",
            "is called moderate, and no work that it names is one of: experiment, field experiment, meta-analysis, review",
        ),
        ("weak", "survey", ""),
        ("contested", "book", ""),
    ],
)
def test_a_strategy_is_called_as_strong_as_the_works_that_it_names(strength: str, kind: str, said: str) -> None:
    text = GUIDE.replace("; field experiment; to check", f"; {kind}; to check").replace(
        "- Strength: weak\n", f"- Strength: {strength}\n", 1
    )
    if said:
        assert any(said in problem for problem in problems_of(parse_guide, text))
    else:
        assert parse_guide(text, source="a-topic.md").cards[0].strength == strength


def test_what_is_practice_is_no_more_than_weak() -> None:
    text = GUIDE.replace("Source: Someone (1999)", "Source: Someone (1999); the walk is practice")
    assert parse_guide(text, source="a-topic.md").cards[0].strength == "weak"
    said = problems_of(parse_guide, text.replace("- Strength: weak\n", "- Strength: moderate\n", 1))
    assert any("'Title 1' is called moderate, and its source says that it is practice; call it weak" in problem for problem in said)


def test_the_line_of_a_card_is_counted_from_the_top_of_the_file():
    text = GUIDE.replace("- Strength: weak\n", "- Strength: high\n", 1)
    line = text.splitlines().index("### Title 1") + 1
    assert problems_of(parse_guide, text) == (
        f"line {line}: Strength of 'Title 1' is 'high'; write one of strong, moderate, weak, contested, practice.",
    )


def test_all_problems_of_a_file_are_told_at_once_in_the_order_of_its_lines():
    text = GUIDE.replace("levels: [M, F]", "levels: [M, X]").replace("- Source: Someone (1999)\n", "")
    lines = [int(problem.split(":")[0].removeprefix("line ")) for problem in problems_of(parse_guide, text)]
    assert len(lines) == 9
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("code: Z1\n", "code: Z1\ncode: Z2\n", "line 3: the field 'code' is there twice; keep one"),
        ("title: A topic", "title: &a A topic", "line 4: a value begins with '&' or '*'"),
        ("title: A topic", "title: *a", "line 4: a value begins with '&' or '*'"),
        ("title: A topic", "title: !!python/object/apply:os.system [ls]", "line 4: a value begins with '!'"),
        ("title: A topic", "? [a, b]\n: c", "line 4: a field has no plain name"),
        ("title: A topic", f"title: {'[' * 3000}", "line 4: exceeded maximum nesting depth"),
        ("title: A topic", f"title: {'{a: ' * 900}", "line 4: nested too deep"),
        ("title: A topic", "title: A\x07topic", "line 4: holds a character that cannot be seen (U+0007)"),
        ("title: A topic", "title: A \u202etopic", "line 4: holds a character that cannot be seen (U+202E)"),
        ("title: A topic", f"title: {'a' * 5000}", "line 4: has 5007 characters; break it into lines"),
        ("Do it tomorrow", "<script>alert(1)</script> tomorrow", "there is HTML or something that looks like it"),
        ("Do it tomorrow", "Do <svg onload=alert(1)> it", "there is HTML or something that looks like it"),
        ("Do it tomorrow", "Do <!-- not --> it", "there is HTML or something that looks like it"),
        ("Do it tomorrow", "Do ![it](https://example.com/a.png)", "there is a picture"),
        ("Do it tomorrow", "[Do](javascript:alert(1)) it", "a link does not lead to a public page"),
        ("Do it tomorrow", "[Do](data:text/html;base64,PHN2Zz4=) it", "a link does not lead to a public page"),
        ("Do it tomorrow", "[Do](java&#115;cript:alert) it", "a link does not lead to a public page"),
        ("Do it tomorrow", "[Do](http://example.com) it", "a link does not lead to a public page"),
        ("Do it tomorrow", "[Do](//example.com) it", "a link does not lead to a public page"),
        ("Do it tomorrow", "[Do](https://localhost/) it", "a link does not lead to a public page"),
        ("Do it tomorrow", "[Do](https://10.0.0.7/) it", "a link does not lead to a public page"),
        ("Do it tomorrow", "[Do](https://[::1]/) it", "a link does not lead to a public page"),
        ("Do it tomorrow", "[Do](https://0x7f.1/) it", "a link does not lead to a public page"),
        ("Do it tomorrow", "[Do](https://wiki.corp/) it", "a link does not lead to a public page"),
        ("Do it tomorrow", "[Do](https://a:b@example.com/) it", "a link does not lead to a public page"),
        ("Do it tomorrow", "[Do][x] it\n\n[x]: data:text/html,a\n\nor not", "a link does not lead to a public page"),
        ("Do it tomorrow", f"{'> ' * 500}Do it", "this is nested too deep"),
        ("Do it tomorrow", f"{'[' * 1000}Do it", "this is nested too deep"),
        ("- Line 3: …", f"- Line 3: …\n{' ' * 12}- below", "this is nested too deep"),
    ],
)  # fmt: skip
def test_what_could_do_harm_is_refused_with_its_line(old, new, said):
    problems = problems_of(parse_guide, GUIDE.replace(old, new, 1))
    assert any(said in problem for problem in problems), problems
    assert all(problem.startswith("line ") and not problem.startswith("line 1:") for problem in problems)


def test_a_link_to_a_public_page_may_stand_in_a_guide():
    text = GUIDE.replace("Do it tomorrow", "[Do](https://www.example.org/a?b=c) it tomorrow")
    assert "https://www.example.org/a?b=c" in parse_guide(text, source="file.md").first_step


@example("")
@example("a: b")
@example("{}")
@given(st.text(max_size=300))
def test_whatever_stands_in_a_file_is_read_or_refused_with_a_line(text):
    for hostile in (text, f"---\n{text}\n---\n", f"---\n{text}\n---\n## What it is\n{text}", GUIDE.replace("A sentence.", text)):
        try:
            parse_guide(hostile, source="file.md")
        except ScriptError as error:
            assert all(problem.startswith("line ") for problem in error.problems)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind: first", "kind: second", "line 2: field 'kind' is 'second'; write one of first, reconvene"),
        ("mode: topic", "mode: quiz", "line 3: field 'mode' is 'quiz'"),
        ("people: [3, 5]", "people: [2, 5]", "line 6: field 'people' must be the fewest and the most people, like [3, 6]"),
        ("people: [3, 5]", "people: five", "line 6: field 'people' must be"),
        ("people: [3, 5]", "people: [5, 3]", "line 6: field 'people' must be"),
        ("fits: Everybody.\n", "", "line 1: field 'fits' is missing"),
        ("lengths: [90, 60]", "lengths: [90, 50]", "line 7: field 'lengths' must be a list like [60, 75, 90]"),
        ("- Kind: ideas", "- Kind: lessons", "line 9: Kind is 'lessons'; write one of arrive, question"),
        ("- Sees: group", "- Sees: world", "line 9: Sees is 'world'; write one of me, buddy, group, company, counts"),
        ("- Cut order: 2", "- Cut order: first", "line 9: Cut order is 'first'; write a whole number or 'never'"),
        ("- May overrun: yes", "- May overrun: perhaps", "line 9: May overrun is 'perhaps'; write one of yes, no"),
        ("- Host line: We write first.\n", "", "has no 'Host line'"),
        ("## ideas: Heads together", "## Heads together", "is no step; write '## key: Title'"),
        ("| 90 | 60 | How |", "| 90 | 6o | How |", "needs a table of parts with full rows and the columns 60, How, Part, Silent, Title"),
        ("| 60 | How |", "| 60 | How |\n| x |", "needs a table of parts with full rows"),
        ("| yes | 4 | 3 |", "| maybe | 4 | 3 |", "part 'write' of 'ideas: Heads together': Silent must be yes or no"),
        ("| yes | 4 | 3 |", "| yes | 4.5 | 3 |", "minutes a whole number or '-' for left out at 90"),
        ("| yes | 4 | 3 |", "| yes | 0 | 3 |", "minutes a whole number or '-' for left out at 90"),
    ],
)  # fmt: skip
def test_a_bad_protocol_is_refused_with_the_line_or_field_and_how_to_mend_it(old, new, said):
    problems = problems_of(parse_protocol, PROTOCOL.replace(old, new, 1))
    assert any(said in problem for problem in problems), problems


def test_the_error_reads_as_one_line_for_each_problem_with_the_file_in_front():
    assert str(ScriptError("a.md", ["line 1: x.", "line 2: y."])) == "a.md: line 1: x.\na.md: line 2: y."


def step_with(parts):
    held = tuple(Part(f"p{number}", "Part", minutes, silent, "How.") for number, (minutes, silent) in enumerate(parts))
    return Step("turns", "turns", "Turns", "Tell?", "How.", "Line.", "group", sum(p.minutes for p in held), held, None, True)


def test_turns_share_the_minutes_of_talking_and_not_the_silent_ones():
    step = step_with([(2, True), (18, False)])
    assert [turn_seconds(step, present) for present in (3, 4, 5, 6)] == [360, 270, 216, 180]


def test_a_turn_needs_somebody_present():
    with pytest.raises(ValueError, match="somebody present"):
        turn_seconds(step_with([(5, False)]), 0)


@given(st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=1, max_size=5), st.integers(3, 6))
def test_all_turns_fit_into_the_step_and_waste_less_than_a_second_each(parts, present):
    step = step_with(parts)
    talking = 60 * sum(minutes for minutes, silent in parts if not silent)
    used = turn_seconds(step, present) * present
    assert used <= talking <= step.minutes * 60
    assert talking - used < present


def test_the_minutes_are_counted_and_a_number_in_an_older_file_counts_for_nothing():
    """At 200 words a minute, and one at the least; what only serves matching is not read."""
    guide = parse_guide(GUIDE, source="file.md")
    longer = replace(guide, case="word " * 1000)
    assert longer.minutes - guide.minutes in (4, 5)  # 1,000 words instead of some hundred
    assert replace(guide, phrases=("word " * 1000,)).minutes == guide.minutes
    older = parse_guide(GUIDE.replace("lede:", "minutes: 99\nlede:"), source="", demands=OWN)
    assert older.minutes == guide.minutes
