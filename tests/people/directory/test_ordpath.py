import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconvene.people.directory.ordpath import BadPath, read_path


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", ()), ("0x", ()), ("58", (1,)), ("0x58", (1,)), ("68", (2,)), ("78", (3,)), ("84", (4,)), ("8C", (5,)), ("94", (6,)),
        ("5AC0", (1, 1)), ("5AD6", (1, 1, 1)), ("5ADE", (1, 1, 3)), ("5AE1", (1, 1, 4)), ("5AE158", (1, 1, 4, 1)),
        ("7AF06EB8", (3, 1, 21, 11)), ("A2", (8,)), ("48", (0,)), ("/", ()), ("/1/2/", (1, 2)), ("/3/1", (3, 1)),
    ],
)  # fmt: skip
def test_places_are_read(text: str, path: tuple[int, ...]) -> None:
    assert read_path(text) == tuple((number,) for number in path)


@pytest.mark.parametrize(
    ("text", "path"),
    [("3F80", ((-1,),)), ("62C0", ((1, 1),)), ("E00456", ((80,), (1,)))],
)
def test_negative_dotted_and_large_numbers_are_read(text: str, path: tuple[tuple[int, ...], ...]) -> None:
    assert read_path(text) == path


@pytest.mark.parametrize("text", ["5", "zz", "00000000", "F8", "/a/", "04", "5AC"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(BadPath):
        read_path(text)


@given(st.text(max_size=20) | st.binary(max_size=8).map(bytes.hex))
def test_any_text_is_a_place_or_refused(text: str) -> None:
    with contextlib.suppress(BadPath):
        assert isinstance(read_path(text), tuple)
