import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconvene.text.similarity import COLUMNS, Vectoriser, _topics, cosine, similarity_matrix, suggest

PHRASES = {
    "delegation": ("I end up doing everything myself", "I cannot hand over work", "my team waits for me to decide"),
    "conflict": ("two people in my team do not talk to each other", "there is tension between colleagues", "they argue in every meeting"),
    "hiring": ("I cannot find good candidates", "interviews take too long", "we hired the wrong person"),
}


def test_alike_texts_score_higher_than_others_and_word_endings_do_not_matter() -> None:
    texts = ["delegating tasks to my team", "how do I delegate a task", "the office is too noisy"]

    matrix = similarity_matrix(texts)

    assert matrix[0, 1] > 3 * matrix[0, 2]


def test_the_matrix_is_what_the_engine_wants() -> None:
    matrix = similarity_matrix(["one text", "one text", "", "другой текст", "完全不同"])

    assert matrix.shape == (5, 5)
    assert matrix[0, 1] == pytest.approx(1)
    assert not matrix.diagonal().any()
    assert not matrix[2].any()
    assert (matrix == matrix.T).all()


def test_common_letter_groups_weigh_less() -> None:
    texts = ["team alpha", "team bravo", "team gamma"]
    plain, fitted = Vectoriser(), Vectoriser().fit(texts)

    before = cosine(plain.transform([texts[0]]), plain.transform([texts[1]]))[0, 0]
    after = cosine(fitted.transform([texts[0]]), fitted.transform([texts[1]]))[0, 0]

    assert 0 < after < before


def test_counts_enter_with_their_logarithm() -> None:
    once, twice = Vectoriser().transform(["abc", "abc abc xyz"])
    shared = once.nonzero()[0]
    lone = np.setdiff1d(twice.nonzero()[0], shared)

    assert twice[shared[0]] / twice[lone[0]] == pytest.approx(1 + math.log(2))


@settings(max_examples=40)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_rows_have_length_one_or_nothing_in_them(texts: list[str]) -> None:
    rows = Vectoriser().fit(texts).transform(texts)

    assert rows.shape == (len(texts), COLUMNS)
    lengths = np.linalg.norm(rows, axis=1)
    assert np.all(np.isclose(lengths, 1) | (lengths == 0))


def test_columns_are_the_same_in_every_process() -> None:
    code = "from reconvene.text.similarity import Vectoriser; print(Vectoriser().transform(['delegation'])[0].nonzero()[0].tolist())"

    there = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)}
    ).stdout

    assert there.strip() == str(Vectoriser().transform(["delegation"])[0].nonzero()[0].tolist())


def test_one_sentence_in_a_long_story_carries_its_topic() -> None:
    story = (
        "We moved to a new building last spring and the budget was cut. Since then I end up doing all of it myself, "
        "because the new people are not trained yet. The canteen is good."
    )

    best = suggest(story, PHRASES)[0]

    assert best.topic == "delegation"
    assert "I end up doing all of it myself" in best.found[0]


def test_pieces_found_are_the_persons_own_words() -> None:
    story = "They argue in every meeting! And (frankly) we hired the wrong person; I'm tired."

    suggestions = suggest(story, PHRASES)

    assert {each.topic for each in suggestions[:2]} == {"conflict", "hiring"}
    assert all(piece in story for each in suggestions for piece in each.found)
    assert [each.score for each in suggestions] == sorted((each.score for each in suggestions), reverse=True)
    assert len(suggest(story, PHRASES, most=1)) == 1


@pytest.mark.parametrize("text", ["", "...", "zzz qqq xxx"])
def test_nothing_is_suggested_for_a_text_that_is_near_no_topic(text: str) -> None:
    assert suggest(text, PHRASES) == ()


def test_topics_without_phrases_are_passed_over() -> None:
    assert suggest("I cannot hand over work", {"empty": (), "blank": (" ",)}) == ()
    assert suggest("I cannot hand over work", {"empty": (), **PHRASES}) == suggest("I cannot hand over work", PHRASES)


def test_phrases_without_their_zeros_are_as_near_as_the_rows_of_the_vectoriser_say():
    phrases = (("a", ("it comes back half done", "quicker if I do it")), ("b", ("nobody says anything",)), ("c", ("", "they only nod nod")))
    said = [line for _, lines in phrases for line in lines]
    vectoriser, wholes, lines, starts = _topics(phrases)
    rows = vectoriser.transform(["nobody nods", "it is done", "…"])
    assert list(starts) == [0, 2, 3]
    assert np.allclose(wholes, vectoriser.transform([" ".join(lines) for _, lines in phrases]))
    assert np.allclose([lines.likeness(row) for row in rows], cosine(rows, Vectoriser().fit(said).transform(said)))
