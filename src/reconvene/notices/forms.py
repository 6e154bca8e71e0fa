"""The form of a person's wishes about messages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from reconvene.base.forms import DesignForm
from reconvene.notices.rules import HOURS


class WishesForm(DesignForm):
    """At what hour, and whether one's own plan may come by mail."""

    hour = forms.TypedChoiceField(
        label=_("Messages reach me from"),
        choices=[(hour, f"{hour}:00") for hour in HOURS],
        coerce=int,
        help_text=_("On working days, on your own clock; never after 18:00, on Fridays never after 15:00."),
    )
    wants_plan_by_mail = forms.BooleanField(label=_("Send me my own plan by mail, as a copy to keep"), required=False)
