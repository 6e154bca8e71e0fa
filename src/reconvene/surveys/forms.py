"""What somebody without an account may say of a member who asked them."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from reconvene.base.forms import DesignForm, MemberTextField
from reconvene.surveys.rules import LONGEST, Seen

SEEN = [
    (Seen.LESS, _("Less well than before")),
    (Seen.SAME, _("The same")),
    (Seen.BETTER, _("Better than before")),
    (Seen.CANNOT_SAY, _("I cannot say")),
]


class ObservingForm(DesignForm):
    """One tap and a line. `key` is made with the page, so that a form that is sent twice counts once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.ChoiceField(
        label=_("Compared with before"), choices=SEEN, widget=forms.RadioSelect, error_messages={"required": _("Tap one of the answers.")}
    )
    words = MemberTextField(label=_("What was different?"), rows=2, longest=LONGEST, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("initial", {"key": uuid4()})
        super().__init__(*args, **options)
