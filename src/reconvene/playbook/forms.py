"""The one form of the playbook."""

from django import forms
from django.utils.translation import gettext_lazy as _

from reconvene.base.forms import DesignForm


class WithdrawalForm(DesignForm):
    """The secret that an author was given when the strategy was published."""

    secret = forms.CharField(
        max_length=200,
        label=_("Your author key"),
        help_text=_("A line of 43 letters and digits that you were given when your group published the strategy."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": _("Paste the key that you were given."),
            "max_length": _("This is too long for a key. Paste the key alone."),
        },
    )
