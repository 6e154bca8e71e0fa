"""How forms are drawn: each control points to who sees it, its hint and its error, and keeps what was typed."""

import re

from django import forms
from django.template import Context, Template

from reconvene.base.forms import DesignForm, MemberTextField


class Note(DesignForm):
    text = MemberTextField(rows=4, longest=40, label="My note", help_text="One sentence.")
    email = forms.EmailField(label="Address", required=False)
    day = forms.ChoiceField(choices=[("mon", "Monday")], required=False)


def drawn(form: Note, name: str = "text") -> str:
    return Template("{% field form." + name + ' "me" %}').render(Context({"form": form}))


def test_a_control_is_described_by_who_sees_it_and_its_hint() -> None:
    page = drawn(Note())

    described = re.search(r'<textarea[^>]*aria-describedby="([^"]*)"', page)
    assert described
    assert described[1].split() == ["id_text-sees", "id_text-hint"]
    assert [name for name in described[1].split() if f'id="{name}"' not in page] == []
    assert 'maxlength="40"' in page
    assert 'rows="4"' in page
    assert "aria-invalid" not in page


def test_an_error_is_named_first_and_what_was_typed_stays() -> None:
    page = drawn(Note({"text": "x" * 41}))

    described = re.search(r'<textarea[^>]*aria-describedby="([^"]*)"', page)
    assert described
    assert described[1].split()[0] == "id_text-error"
    assert 'id="id_text-error"' in page
    assert 'aria-invalid="true"' in page
    assert "x" * 41 in page


def test_members_text_is_cleaned_like_its_column() -> None:
    form = Note({"text": "  two\r\nlines\x00 "})

    assert form.is_valid()
    assert form.cleaned_data["text"] == "two\nlines"


def test_text_inputs_carry_the_designs_class_and_labels_no_colon() -> None:
    form = Note()

    assert 'class="input"' in str(form["email"])
    assert ":" not in form["email"].label_tag()


def test_words_of_members_are_never_markup() -> None:
    assert "<b>" not in drawn(Note({"text": "<b>bold</b>"}))
