"""How forms of this program are drawn: classes, descriptions and the error summary, and what they say by themselves. Every form inherits from DesignForm."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from reconvene.base.fields import clean_text


class MemberTextField(forms.CharField):
    """A box for a member's own words: cleaned like the column it goes to, with a limit that the browser knows too."""

    def __init__(self, *, rows: int = 3, longest: int = 2000, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        options.setdefault("max_length", longest)
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        return clean_text(super().to_python(value) or "")


class DesignForm(forms.Form):
    """A form whose controls carry the design's classes and point to their label of who sees them, hint and error."""

    error_css_class = "error"

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.error_messages |= {code: words for code, words in house_words(field).items() if not has_own_words(field, code)}
            if isinstance(
                field.widget, forms.TextInput | forms.EmailInput | forms.NumberInput | forms.DateInput | forms.ClearableFileInput
            ):
                field.widget.attrs.setdefault("class", "input")

    def __getitem__(self, name: str) -> BoundField:
        bound = super().__getitem__(name)
        attributes = bound.field.widget.attrs
        attributes.setdefault("aria-describedby", f"{bound.auto_id}-sees" + (f" {bound.auto_id}-hint" if bound.help_text else ""))
        if self.is_bound and bound.errors and "aria-invalid" not in attributes:
            attributes["aria-invalid"] = "true"
            attributes["aria-describedby"] = f"{bound.auto_id}-error {attributes['aria-describedby']}"
        return bound


def written(value: float) -> str:
    """A number as people write it: 0.5, 20, 1,000,000."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,}"


def house_words(field: forms.Field) -> dict[str, str]:
    """What a field says in our words where it has none of its own, by the code of what is wrong."""
    if isinstance(field, forms.ChoiceField):
        return {"required": _("Choose one."), "invalid_choice": _("“%(value)s” is not in the list. Choose from it.")}
    if isinstance(field, forms.DateField):
        return {"required": _("Choose a day."), "invalid": _("Write a day, like 2026-03-02.")}
    if isinstance(field, forms.IntegerField):  # FloatField and DecimalField are kinds of it
        asked = _("Write a number.") if isinstance(field, forms.FloatField | forms.DecimalField) else _("Write a whole number.")
        bounds = _bounds(field)
        return {"required": asked, "invalid": asked, "min_value": bounds, "max_value": bounds}
    if isinstance(field, forms.CharField):
        most = (
            {"max_length": _("This is longer than %(most)s characters.") % {"most": written(field.max_length)}} if field.max_length else {}
        )
        return {"required": _("Write something here."), **most}
    return {}


def _bounds(field: forms.IntegerField) -> str:
    least: Any = field.min_value
    most: Any = field.max_value
    if least is not None and most is not None:
        return _("Between %(least)s and %(most)s, please.") % {"least": written(least), "most": written(most)}
    if least is not None:
        return _("%(least)s or more, please.") % {"least": written(least)}
    return _("%(most)s or less, please.") % {"most": written(most)} if most is not None else ""


def has_own_words(field: forms.Field, code: str) -> bool:
    """Whether the field was given words for this code, other than Django's."""
    usual = [getattr(kind, "default_error_messages", {}).get(code) for kind in type(field).__mro__]
    return code in field.error_messages and field.error_messages[code] not in usual
