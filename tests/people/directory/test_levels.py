import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconvene.people.directory.levels import propose_levels

LADDER = ("Team lead", "Manager", "Senior manager", "Director", "Executive")


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("Production Supervisor - WC60", "Team lead"), ("Teamleiterin Innendienst", "Team lead"), ("Team Manager", "Team lead"),
        ("Assistant Manager", "Team lead"), ("Marketing Manager", "Manager"), ("Abteilungsleiter Außendienst", "Manager"),
        ("Head of Support", "Senior manager"), ("Senior Manager, Tax", "Senior manager"), ("SCS1", "Senior manager"),
        ("SCS1A", "Senior manager"), ("Deputy Director", "Senior manager"), ("Director of Logistics", "Director"),
        ("Vice President of Sales", "Director"), ("VP Engineering", "Director"), ("SCS2", "Director"), ("Bereichsleiter", "Director"),
        ("Chief Executive Officer", "Executive"), ("CEO", "Executive"), ("Managing Director", "Executive"), ("SCS4", "Executive"),
        ("President", "Executive"), ("Senior Vice President", "Executive"), ("Geschäftsführer", "Executive"),
        ("Assistant to the Chief Financial Officer", None), ("Executive Assistant", None), ("Account Manager", None),
        ("Product Manager", None), ("Sales Executive", None), ("Janitor", None), ("Lead Engineer", None), ("Production Technician", None),
        ("Senior manager", "Senior manager"),
    ],
)  # fmt: skip
def test_titles_and_grades_get_the_level_their_words_tell(title: str, level: str | None) -> None:
    assert propose_levels([title], LADDER) == {title: level}


def test_levels_whose_names_tell_nothing_are_spread_evenly() -> None:
    proposed = propose_levels(["CEO", "Director", "Manager", "Supervisor", "Clerk"], ("L1", "L2", "L3", "L4"))

    assert proposed == {"CEO": "L4", "Director": "L3", "Manager": "L2", "Supervisor": "L1", "Clerk": None}


def test_without_levels_nothing_is_proposed_and_blanks_are_left_out() -> None:
    assert propose_levels(["Manager", "", " "], ()) == {"Manager": None}


@given(st.lists(st.text(max_size=40)), st.lists(st.text(min_size=1, max_size=20), max_size=6, unique=True))
def test_every_value_gets_a_level_of_the_ladder_or_none(values: list[str], ladder: list[str]) -> None:
    proposed = propose_levels(values, ladder)

    assert set(proposed) == {value for value in values if value.strip()}
    assert set(proposed.values()) <= {*ladder, None}
