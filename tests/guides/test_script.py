"""The parser of guides and protocols: what it reads, what it refuses and how it says so, and the turns."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconvene.guides.script import Part, Step, StrategyCard, parse_guide, parse_protocol, turn_seconds
from reconvene.guides.sheet import ScriptError

PHRASES = "\n".join(f"  - phrase number {number}" for number in range(12))
CARD = """### Title {n}

Do this *now*.

And then that.

- Key: z1-{n}
- Fits when: it rains
- Not when: it snows
- Source: Someone (1999)
- Strength: weak
"""
GUIDE = f"""---
code: Z1
slug: a-topic
title: A topic
headline: One line
levels: [M, F]
lede: A sentence.
minutes: 9
sounds_like:
  - One.
  - Two.
  - Three.
phrases:
{PHRASES}
related: [other]
reviewed_on: 2026-02-28
---
## What is going on

Some **text**.

1. Mine.

## Strategies

{CARD.format(n=1)}
{CARD.format(n=2)}
{CARD.format(n=3)}
## Questions

- One?
- Two
  goes on?
- Three?
- Four?

## First step

Do it.

## Job aid

- Line: …

## Tips

- Look.
- Again.
- On.
- Back.

## Signals

- A
- B

## Sources

- Someone, Something (1999)
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
    assert (guide.levels, guide.minutes, guide.reviewed_on, guide.caution) == (("F", "M"), 9, date(2026, 2, 28), "")
    assert (guide.sounds_like, len(guide.phrases), guide.related) == (("One.", "Two.", "Three."), 12, ("other",))
    assert (guide.going_on, guide.first_step, guide.job_aid) == ("Some **text**.\n\n1. Mine.", "Do it.", "- Line: …")
    assert guide.questions == ("One?", "Two goes on?", "Three?", "Four?")
    assert (guide.signals, guide.sources) == (("A", "B"), ("Someone, Something (1999)",))
    assert len(guide.cards) == 3
    assert guide.cards[1] == StrategyCard(
        "z1-2", "Title 2", "Do this *now*.\n\nAnd then that.", "it rains", "it snows", "Someone (1999)", "weak"
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
        ("minutes: 9", "minutes: soon", "line 8: field 'minutes' is no whole number"),
        ("minutes: 9", "minutes: yes", "line 8: field 'minutes' is no whole number"),
        ("minutes: 9", "minutes: 0", "line 8: field 'minutes' is no whole number"),
        ("levels: [M, F]", "levels: [M, X]", "line 6: field 'levels' must be a list like [F, M, S]"),
        ("lede: A sentence.", "lede: A: sentence.", "line 7: "),
        ("lede: A sentence.", "lede:", "line 7: field 'lede' is missing or no text"),
        ("title: A topic\n", "", "line 1: field 'title' is missing or no text"),
        ("headline:", "heading:", "line 5: field 'heading' is not known here"),
        ("  - Three.\n", "", "line 9: field 'sounds_like' has 2 entries; write 3 to 5"),
        ("  - Three.\n", "  - no\n", "line 9: field 'sounds_like' is no list of texts"),
        ("reviewed_on: 2026-02-28", "reviewed_on: in spring", "field 'reviewed_on' is no date"),
        ("## First step\n", "## Frist step\n", "the heading 'Frist step' is not known"),
        ("## First step\n", "## Frist step\n", "the section '## First step' is missing or empty"),
        ("## Signals\n", "## Signals\n\nText before.\n", "'Signals' must be one list of 2 to 4 lines"),
        ("- Strength: weak\n", "- Strength: high\n", "Strength of 'Title 1' is 'high'; write one of strong"),
        ("- Not when: it snows\n", "", "'Title 1' has no 'Not when'; add a line '- Not when: …'"),
        ("### Title 1\n", "", "'Strategies' must be 3 to 5 parts"),
        ("---\n## What", "---\nLoose words.\n\n## What", "there is text before the first heading"),
        ("## Sources", "## Signals", "a heading is there twice"),
    ],
)  # fmt: skip
def test_a_bad_guide_is_refused_with_the_line_or_field_and_how_to_mend_it(old, new, said):
    problems = problems_of(parse_guide, GUIDE.replace(old, new, 1))
    assert any(said in problem for problem in problems), problems
    assert all(problem.startswith("line ") for problem in problems)


def test_the_line_of_a_card_is_counted_from_the_top_of_the_file():
    text = GUIDE.replace("- Strength: weak\n", "- Strength: high\n", 1)
    line = text.splitlines().index("### Title 1") + 1
    assert problems_of(parse_guide, text) == (
        f"line {line}: Strength of 'Title 1' is 'high'; write one of strong, moderate, weak, practice.",
    )


def test_all_problems_of_a_file_are_told_at_once():
    text = GUIDE.replace("minutes: 9", "minutes: soon").replace("- Source: Someone (1999)\n", "")
    assert len(problems_of(parse_guide, text)) == 4


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
