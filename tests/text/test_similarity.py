import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconvene.text.similarity import COLUMNS, Vectoriser, cosine


def alike(texts: list[str]) -> np.ndarray:
    rows = Vectoriser().fit(texts).transform(texts)
    return cosine(rows, rows)


def test_alike_texts_score_higher_than_others_and_word_endings_do_not_matter() -> None:
    matrix = alike(["delegating tasks to my team", "how do I delegate a task", "the office is too noisy"])

    assert matrix[0, 1] > 3 * matrix[0, 2]


def test_the_same_text_is_alike_in_any_script_and_an_empty_one_is_like_nothing() -> None:
    matrix = alike(["one text", "one text", "", "другой текст", "完全不同"])

    assert matrix[0, 1] == pytest.approx(1)
    assert not matrix[2].any()


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
