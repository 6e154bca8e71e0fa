"""How forms of this program are drawn: classes, descriptions and the error summary. Every form inherits from DesignForm."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField

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
