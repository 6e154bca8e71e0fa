import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconvene.text.names import Spot, contacts_in, spot_names

KNOWN = {"Ana", "Ben", "Zoë", "Anna", "Lena", "Mark", "June", "Monday"}


def found(text: str) -> list[str]:
    """The names spotted in a text."""
    return [spot.text for spot in spot_names(text, known=KNOWN)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("I told Ana to wait.", ["Ana"]),
        ("Ana told me to wait.", ["Ana"]),
        ("ana and ben came late", []),
        ("ANA came late", ["ANA"]),
        ("Ben's plan and Ana's doubts", ["Ben", "Ana"]),
        ("Zoë and Ben", ["Zoë", "Ben"]),
        ("I spoke with Ben Miller yesterday", ["Ben Miller"]),
        ("With Anna-Lena in the room", ["Anna-Lena"]),
        ("Ben and Excel do not mix", ["Ben"]),
        ("Ask Ben Monday morning", ["Ben"]),
        ("On Monday we speak English", []),
        ("Our Analysis and Bench", []),
        ("Mark the date. Then call Mark.", ["Mark"]),
        ("Peter Schmidt from Acme said so", ["Peter Schmidt"]),
        ("Saint Peter knows. Peter. Schmidt too.", []),
        ("With Dr. Miller, Ms Brown and Frau Müller", ["Dr. Miller", "Ms Brown", "Frau Müller"]),
        ("MS Project is slow, and MS. On", []),
        ("", []),
    ],
)
def test_names_are_spotted_and_other_words_are_left_alone(text: str, names: list[str]) -> None:
    assert found(text) == names


def test_accents_match_however_they_are_composed() -> None:
    text = unicodedata.normalize("NFD", "Then Zoë left")

    (spot,) = spot_names(text, known=KNOWN)

    assert unicodedata.normalize("NFC", spot.text) == "Zoë"


def test_a_spot_says_where_it_is() -> None:
    assert spot_names("So Ana left", known={"Ana"}) == (Spot(3, 6, "Ana"),)


@given(st.text(alphabet="AnaBen eZoë.'-\n", max_size=60))
def test_spots_are_pieces_of_the_text_in_order_without_overlap(text: str) -> None:
    spots = spot_names(text, known=KNOWN)

    assert all(text[spot.start : spot.end] == spot.text for spot in spots)
    assert all(earlier.end <= later.start for earlier, later in pairwise(spots))


def test_mail_addresses_and_telephone_numbers_are_found_and_other_numbers_are_not() -> None:
    said = "Ring 0171 2345678 or +49 (30) 901820-0, write to plant2@works.example.com. Since 2011-2014 we made 12,000 parts, 0.5 % of them bad, order 4711, at 10:30 on 01.02.2026."

    assert contacts_in(said) == ("0171 2345678", "+49 (30) 901820-0", "plant2@works.example.com")
