"""Members' texts are stored clean, and cleaning twice changes nothing."""

from hypothesis import given
from hypothesis import strategies as st

from reconvene.base.fields import clean_text


@given(st.text())
def test_cleaning_is_idempotent_and_leaves_no_control_characters(text):
    once = clean_text(text)

    assert clean_text(once) == once
    assert not any(ord(char) < 32 and char not in "\t\n" for char in once)


def test_line_ends_are_one_kind_and_accents_one_form():
    assert clean_text("a\r\nb\rc\x00 e\u0301 ") == "a\nb\nc é"
