"""The questions, in the words of whoever answers them."""

from django.utils import translation

from reconvene.surveys.rules import ITEMS, Item, Moment


def test_a_question_its_choices_and_its_ends_are_in_the_readers_language() -> None:
    item = Item("day", "This field is required.", (("mon", "Monday"),), between=("January", "May"))  # Django has them in every language

    with translation.override("de"):
        assert item.question == "Dieses Feld ist zwingend erforderlich."
        assert item.choices == (("mon", "Montag"),)
        assert item.ends == ("Januar", "Mai")
    assert item.question == "This field is required."


def test_the_question_after_the_first_session_on_a_fair_time_has_three_choices() -> None:
    item = next(item for item in ITEMS[Moment.AFTER_FIRST] if item.key == "fair_time")

    assert item.question == "My share of the time was"
    assert item.choices == (("little", "too little"), ("right", "about right"), ("much", "too much"))
    assert item.ends == ("Not at all", "Completely")
