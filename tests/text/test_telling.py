"""What would give people away in a published wording, in several languages; and what is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconvene.text.telling import Kind, Known, phrases, spot_telling

KNOWN = Known(
    names=frozenset({"Ana", "Jürgen", "Zoë", "Łukasz", "Íñigo", "Ginevra", "Benoît"}),
    titles=frozenset({"controller", "head of group treasury", "leiterin werkstatt"}),
    functions=frozenset({"payroll", "learning & development"}),
    places=frozenset({"aldermoor", "hall north"}),
)


def found(text: str) -> list[tuple[str, str]]:
    """(piece, kind) of what is marked."""
    return [(one.text, one.kind.value) for one in spot_telling(text, known=KNOWN)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ana told me to wait", [("Ana", "name")]),
        ("Mit Jürgen Weber und Frau Schmidt", [("Jürgen Weber", "name"), ("Frau Schmidt", "name")]),
        ("avec Benoît et Mme Dupont", [("Benoît", "name"), ("Mme Dupont", "name")]),
        ("con Íñigo y la Sra. García", [("Íñigo", "name"), ("Sra. García", "name")]),
        ("con Ginevra e il Sig. Rossi", [("Ginevra", "name"), ("Sig. Rossi", "name")]),
        ("z Łukaszem nie, ale Łukasz tak", [("Łukasz", "name")]),
        ("write to jo@firm.example first", [("jo@firm.example", "name")]),
        ("asking the controller first", [("controller", "role")]),
        ("a controller of waste", []),
        ("our head of group treasury knows", [("head of group treasury", "role")]),
        ("die Leiterin Werkstatt fragen", [("Leiterin Werkstatt", "role")]),
        ("sending it to Payroll and to learning & development", [("Payroll", "role"), ("learning & development", "role")]),
        ("payroll takes a day", []),
        ("at Aldermoor, in Building 7 or room 3.12", [("Aldermoor", "place"), ("Building 7", "place"), ("room 3.12", "place")]),
        ("in Halle 4 und au bâtiment B", [("Halle 4", "place"), ("bâtiment B", "place")]),
        ("the team in Madrid and New York", [("Madrid", "place"), ("New York", "place")]),
        ("in this room I wait", []),
    ],
)
def test_names_roles_and_places_are_marked_in_several_languages(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("on 3 March 2026 and March 4th", ["3 March 2026", "March 4th"]),
        ("since March it went well", ["since March"]),
        ("am 3. März und im Oktober", ["3. März", "im Oktober"]),
        ("am 12.04.2026, nicht am 3.4.", ["12.04.2026", "3.4."]),
        ("le 1er août 2025, depuis janvier", ["1er août 2025", "depuis janvier"]),
        ("el 5 de mayo de 2025, desde enero", ["5 de mayo de 2025", "desde enero"]),
        ("il 7 luglio, in ottobre", ["7 luglio", "in ottobre"]),
        ("op 9 maart, sinds mei", ["9 maart", "sinds mei"]),
        ("od stycznia, 11 listopada 2025", ["od stycznia", "11 listopada 2025"]),
        ("2026-03-04 and Q3 2025 and KW 12", ["2026-03-04", "Q3 2025", "KW 12"]),
        ("the crisis of 2019", ["2019"]),
        ("we may march on Mondays at nine", []),
        ("two of five people in week 2", []),
    ],
)
def test_dates_are_marked_in_seven_languages(text: str, dates: list[str]) -> None:
    assert found(text) == [(date, "date") for date in dates]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("saved €1.2 million and 40,000 euros", ["€1.2 million", "40,000 euros"]),
        ("12 500 € oder 3 Mio. EUR", ["12 500 €", "3 Mio. EUR"]),
        ("fell by 12.5 % and by 7,3 Prozent", ["12.5 %", "7,3 Prozent"]),
        ("fell by 23 % but not by 20 %", ["23 %"]),
        ("a unit of 140 people, 38 Mitarbeiter", ["140 people", "38 Mitarbeiter"]),
        ("3 people, 2 of 5 colleagues", []),
        ("237 empleados y 1 200 salariés", ["237 empleados", "1 200 salariés"]),
        ("ticket KX-2041 took 3.75 hours", ["KX-2041", "3.75"]),
        ("after one hour, three lines, 2 days, 15 minutes", []),
    ],
)
def test_exact_numbers_are_marked_and_round_or_small_ones_are_not(text: str, numbers: list[str]) -> None:
    assert found(text) == [(number, "number") for number in numbers]


@given(st.text(max_size=300))
def test_marks_lie_in_the_text_in_order_and_do_not_overlap(text: str) -> None:
    end = 0
    for one in spot_telling(text, known=KNOWN):
        assert one.start >= end and text[one.start : one.end] == one.text and one.kind in Kind
        end = one.end


def test_a_long_text_is_read_in_time() -> None:
    text = "On 3 March 2026 Ana saved 12,500 euros in Building 7. " * 1000  # 54 kB
    assert len(spot_telling(text, known=KNOWN)) == 4000
    assert "building 7" in phrases(text)
