"""Which cues name an occasion."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconvene.guides.guide import Guide
from reconvene.guides.library import load
from reconvene.practice.cues import cue_menu, vague_cue

FOLDER = Path(__file__).resolve().parents[2] / "guides"
OCCASIONS = [
    "someone brings me a draft that is half done",
    "on Monday morning, before the weekly meeting",
    "at 9:15 in the stand-up",
    "a customer raises their voice on the phone",
    "my boss asks for a date I cannot promise",
    "I notice that I am about to take a task back",
    "one of my team leads asks me what to do",
    "I open my inbox after lunch",
    "the hand-over on Thursday begins",
    "they ask me to decide something they could decide",
    "I feel myself getting impatient in a one-to-one",
    "Friday 14:00, when I plan next week",
    "the same mistake comes up in the review",
    "If a colleague interrupts me in the meeting",
    "people try to hand a task back to me",
    "a colleague says this could be done better",
    "I’m tempted to answer for them",
    "the phone rings during my quiet hour",
    "I see tears",
    "a promise fails",
    "my neck gets hot",
    "something is put off again",
    "work comes back unfinished",
    "it is Monday and there is more than I can do",
    "jemand bringt mir einen halbfertigen Entwurf",
    "mein Chef fragt nach einem Termin",
    "quelqu’un m’interrompt en réunion",
    "同僚が会議で私の話をさえぎる",
    "a bald customer shouts at me",
    "the work piles up on my desk",
]
WISHES = [
    "", "   ", "more often", "sometimes", "soon", "at some point", "when I have time", "whenever possible", "as soon as possible",
    "I try to listen", "try to delegate more", "to be clearer", "be better at feedback", "better", "listen better", "delegate more",
    "regularly", "from now on", "in general", "I should say no", "it fits", "things are difficult", "communication",
    "I delegate more often in meetings", "I listen better", "there is more stress", "life gets hard", "when needed", "hard talks", "work more calmly",
    "talk less in meetings", "work less on weekends", "talk less with everyone", "work towards a better balance", "静か",
    "öfter zuhören", "ich versuche ruhig zu bleiben",
]  # fmt: skip


@pytest.mark.parametrize("cue", OCCASIONS)
def test_an_occasion_is_accepted(cue: str) -> None:
    assert vague_cue(cue) is None


@pytest.mark.parametrize("cue", WISHES)
def test_a_wish_is_refused_with_what_it_lacks(cue: str) -> None:
    lack = vague_cue(cue)

    assert lack is not None and "when, where or with whom" in lack


def test_the_refusal_quotes_the_vague_words() -> None:
    assert vague_cue("I ask questions more often") == "“more often” is hard to notice. Say when, where or with whom."


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(text: str) -> None:
    assert vague_cue(text) is None or vague_cue(text)


@pytest.mark.parametrize("guide", [pytest.param(guide, id=guide.slug) for guide in load(FOLDER).guides.values()])
def test_every_example_of_a_guide_is_a_plan_that_the_form_takes(guide: Guide) -> None:
    cues = [line.removeprefix("If ").split(", then I ")[0] for line in guide.if_then]

    assert [cue for cue in cues if vague_cue(cue)] == []


def test_every_cue_of_the_menu_names_an_occasion() -> None:
    cues = [cue for _kind, some in cue_menu() for cue in some]
    assert len(cues) == len(set(cues)) == 8
    assert [cue for cue in cues if vague_cue(cue)] == []
