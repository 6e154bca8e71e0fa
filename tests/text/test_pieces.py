import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconvene.text.pieces import LONGEST, clauses, sentences, telling
from reconvene.text.words import words_of


def cut(text: str) -> list[str]:
    """The clauses of a text, as they stand in it."""
    return [text[first:last] for first, last in clauses(text)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("They argue. I listen, mostly; then I leave", ["They argue", "I listen", "mostly", "then I leave"]),
        (
            "It costs $1.10 at 9:40, and he (a friend) said “no way” – twice",
            ["It costs $1.10 at 9:40", "he", "a friend", "said", "no way", "twice"],
        ),
        ("Und abends mache ich es selbst, aber ungern", ["abends mache ich es selbst", "ungern"]),
        ("It stays whole and short", ["It stays whole and short"]),
        (
            "I gave him the report two weeks ago and he brought it back half done because nobody had told him what it was for",
            ["I gave him the report two weeks ago", "he brought it back half done", "because nobody had told him what it was for"],
        ),
        ("...", []),
    ],
)
def test_a_text_is_cut_where_somebody_would_pause(text: str, pieces: list[str]) -> None:
    assert cut(text) == pieces


def test_sentences_keep_their_commas() -> None:
    text = " One, two. Three and four! "
    assert [text[first:last] for first, last in sentences(text)] == ["One, two", "Three and four"]


def shown(text: str, *speaks: dict[str, float]) -> tuple[str, ...] | list[tuple[str, ...]]:
    """What is shown of a text for topics of which these words speak; for the only one where there is one."""
    words, places = words_of(text), clauses(text)
    each = np.array([[topic.get(text[word.first : word.last], 0.0) for topic in speaks] for word in words], dtype=np.float32)
    worth = np.array([each[[at for at, word in enumerate(words) if first <= word.first < last]].sum(axis=0) for first, last in places])
    found = telling(text, words, places, worth, each)
    return found[0] if len(speaks) == 1 else found


def test_the_pieces_that_speak_most_are_shown_best_first_and_no_weak_one_beside_a_strong_one() -> None:
    text = "The printer hums all day, two colleagues quarrel, my neighbour plays loud music."
    assert shown(text, {"quarrel": 2.0}) == ("two colleagues quarrel",)
    assert shown(text, {"quarrel": 2.0, "music": 1.5}) == ("two colleagues quarrel", "my neighbour plays loud music")
    assert shown(text, {"quarrel": 2.0, "music": 0.5}) == ("two colleagues quarrel",)
    assert shown(text, {}) == ()


def test_no_piece_is_shown_for_two_topics() -> None:
    text = "Two colleagues quarrel, the rota is unfair."
    assert shown(text, {"quarrel": 1.0}, {"quarrel": 2.0, "unfair": 0.5}) == [("Two colleagues quarrel",), ("the rota is unfair",)]
    assert shown(text, {"quarrel": 1.0}, {"quarrel": 2.0}) == [("Two colleagues quarrel",), ()]


def test_a_piece_that_says_next_to_nothing_is_shown_only_when_there_is_no_other() -> None:
    assert shown("He left, the whole team argues", {"left": 2.0, "argues": 1.0}) == ("the whole team argues",)
    assert shown("He left", {"left": 2.0}) == ("He left",)


def test_of_a_piece_without_a_pause_the_words_that_speak_most_are_shown() -> None:
    text = "yesterday " * 20 + "the colleagues quarrel over holidays " + "tomorrow " * 20
    (piece,) = shown(text, {"quarrel": 2.0, "holidays": 1.0})
    assert isinstance(piece, str)
    assert "colleagues quarrel over holidays" in piece
    assert len(piece.split()) <= LONGEST


@given(st.text(max_size=300))
def test_pieces_stand_in_the_text_in_order_and_do_not_overlap(text: str) -> None:
    ends = [place for piece in clauses(text) for place in piece]
    assert ends == sorted(ends)
    assert all(0 <= first < last <= len(text) for first, last in clauses(text))
