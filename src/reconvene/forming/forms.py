"""Forms of calling a group on the spot and of joining one."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reconvene.base.forms import DesignForm


class CallForm(DesignForm):
    """Which topic, and now or when."""

    topic = forms.SlugField(max_length=80, error_messages={"required": _("Choose what it is about.")})
    when = forms.ChoiceField(choices=[("now", _("Now")), ("later", _("At a date"))], initial="now")
    starts = forms.DateTimeField(
        required=False,
        label=_("Date and time"),
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "input", "data-fit": ""}, format="%Y-%m-%dT%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        """A date is needed for "at a date"."""
        cleaned = super().clean() or {}
        if cleaned.get("when") == "later" and not cleaned.get("starts") and "starts" not in self.errors:
            self.add_error("starts", _("Say when it should start, or choose Now."))
        return cleaned

    @property
    def first_local(self) -> str | None:
        """Wall time of the first session, or None for now."""
        starts: datetime | None = self.cleaned_data.get("starts")
        return f"{starts:%Y-%m-%dT%H:%M}" if self.cleaned_data["when"] == "later" and starts else None


class NewcomerForm(DesignForm):
    """Somebody at the table who is not in the directory."""

    name = forms.CharField(
        max_length=120, label=_("My name"), error_messages={"required": _("Your name, so that the others know who is at the table.")}
    )
    email = forms.EmailField(
        max_length=254,
        label=_("My work mail address"),
        error_messages={
            "required": _("Your address, for the second session’s invitation."),
            "invalid": _("This does not look like a mail address."),
        },
    )


class CodeForm(DesignForm):
    """The code that the caller reads out."""

    code = forms.CharField(max_length=20, label=_("Code"))

    def clean_code(self) -> str:
        """Capital letters, blanks and dashes do not matter."""
        return "".join(char for char in self.cleaned_data["code"].lower() if char.isalnum())
