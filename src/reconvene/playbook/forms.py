"""The forms of the playbook."""

from django import forms
from django.utils.translation import gettext_lazy as _

from reconvene.base.forms import DesignForm, MemberTextField
from reconvene.playbook.rules import Helped, Review, TrialDraft


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


class TrialForm(DesignForm):
    """What came of a strategy for somebody who tried it: one tap, and two lines that may stay empty."""

    helped = forms.ChoiceField(
        label=_("Did it help?"),
        choices=[(Helped.YES, _("Yes")), (Helped.PARTLY, _("Partly")), (Helped.NO, _("No"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Tap whether it helped.")},
    )
    works_when = MemberTextField(label=_("It works when"), rows=2, longest=300, required=False)
    not_when = MemberTextField(label=_("It does not when"), rows=2, longest=300, required=False)
    keep_words = forms.BooleanField(required=False)

    def draft(self) -> TrialDraft:
        """The values for the action."""
        data = self.cleaned_data
        return TrialDraft(Helped(data["helped"]), data["works_when"], data["not_when"])


class ReviewForm(DesignForm):
    """What is to be done with a strategy; to be joined it needs another one."""

    review = forms.ChoiceField(choices=[(one.value, one.name) for one in Review])
    into = forms.UUIDField(required=False)

    def clean(self) -> dict[str, object]:
        """Raises ValidationError when it is to be joined to nothing."""
        given: dict[str, object] = super().clean() or {}
        if given.get("review") == Review.JOIN and not given.get("into"):
            raise forms.ValidationError(_("Choose the one that stays."))
        return given
