"""What forms say by themselves is said in our words, not in Django's."""

import importlib
from collections.abc import Iterator

import pytest
from django import forms

from reconvene.base.forms import DesignForm, has_own_words, house_words, written
from reconvene.console.year_forms import YearForm
from reconvene.rollout.project_forms import PilotForm

MODULES = (
    "reconvene.console.forms", "reconvene.console.programme_forms", "reconvene.console.year_forms", "reconvene.rollout.forms",
    "reconvene.rollout.project_forms",
)  # fmt: skip


class Plain(DesignForm):
    """One field of each kind, without words of its own but one."""

    text = forms.CharField(max_length=1200)
    whole = forms.IntegerField(min_value=0, max_value=10_000)
    half = forms.FloatField(min_value=0.5)
    day = forms.DateField()
    one = forms.ChoiceField(choices=[("a", "A")])
    own = forms.CharField(error_messages={"required": "Give it a name."})


def all_forms() -> Iterator[type[DesignForm]]:
    for name in MODULES:
        module = importlib.import_module(name)
        yield from (one for one in vars(module).values() if isinstance(one, type) and issubclass(one, DesignForm) and one is not DesignForm)


def said(**typed: str) -> dict[str, str]:
    form = Plain(typed)
    return {name: errors[0] for name, errors in form.errors.items()}


def test_a_form_says_what_is_wrong_in_our_words_and_in_its_own_where_it_has_some() -> None:
    assert said() == {
        "text": "Write something here.", "whole": "Write a whole number.", "half": "Write a number.", "day": "Choose a day.", "one": "Choose one.",
        "own": "Give it a name.",
    }  # fmt: skip
    assert said(text="x" * 1201, whole="100000", half="0", day="soon", one="b", own="x") == {
        "text": "This is longer than 1,200 characters.", "whole": "Between 0 and 10,000, please.", "half": "0.5 or more, please.",
        "day": "Write a day, like 2026-03-02.", "one": "“b” is not in the list. Choose from it.",
    }  # fmt: skip
    assert said(whole="a lot", half="a lot")["whole"] == "Write a whole number."


def test_numbers_are_written_as_people_write_them() -> None:
    assert [written(one) for one in (0, 0.5, 1.0, 20_000, 1e6, 1e9)] == ["0", "0.5", "1", "20,000", "1,000,000", "1,000,000,000"]
    assert YearForm.base_fields["rate"].max_value == 1_000_000


def test_a_pilot_of_too_many_managers_and_a_rate_of_too_much_are_refused_with_numbers_that_can_be_read() -> None:
    assert PilotForm({"pilot_people": "100000", "pilot_groups": "9"}).errors["pilot_people"] == ["Between 0 and 10,000, please."]
    form = YearForm({"rate": "2000000"}, people=0, ranks={}, read=lambda **_file: pytest.fail("no file"))
    assert form.errors["rate"] == ["Between 1 and 1,000,000, please."]


@pytest.mark.parametrize("form", list(all_forms()), ids=lambda form: form.__name__)
def test_no_box_of_the_console_or_of_a_roll_out_is_left_with_words_of_django(form: type[DesignForm]) -> None:
    for name, field in form.base_fields.items():
        needed = {code for code in ("max_length", "min_value", "max_value") if getattr(field, code, None) is not None}
        needed |= {"required"} if field.required else set()
        needed |= {"invalid"} if isinstance(field, forms.IntegerField | forms.DateField) else set()

        assert {code for code in needed if not has_own_words(field, code)} <= house_words(field).keys(), name
