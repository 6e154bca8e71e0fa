"""The intake form: one text box first, everything else below it and optional or answered with one tap."""

from django import forms
from django.utils.translation import gettext_lazy as _

from reconvene.availability.forms import HoursForm
from reconvene.base.forms import MemberTextField
from reconvene.challenges.rules import ChallengeDraft, Start

LONGEST_CHALLENGE = 2000
STARTS = (
    (Start.THIS_WEEK, _("This week"), _("Only slots in the next seven days.")),
    (Start.TWO_WEEKS, _("Within two weeks"), _("What most people choose.")),
    (Start.WHENEVER, _("Whenever it suits"), _("The widest choice of peers.")),
)


class ChallengeForm(HoursForm):
    """A challenge as a manager writes it. `topic` is a slug; `names` says what to do with names that were noticed."""

    text = MemberTextField(
        label=_("My challenge"),
        rows=4,
        longest=LONGEST_CHALLENGE,
        error_messages={
            "required": _("Write one or two sentences about what is pressing. Rough is fine."),
            "max_length": _(
                "This is longer than %(limit_value)d characters (%(show_value)d). Keep the one situation that presses most; the rest fits into the session."
            ),
        },
    )
    topic = forms.SlugField(
        max_length=80, error_messages={"required": _("Choose what it is about, so that we can find people with the same challenge.")}
    )
    urgency = forms.TypedChoiceField(
        choices=[(str(n), str(n)) for n in range(11)],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Tap a number from 0 to 10.")},
        label=_("How much does it get in the way of your work?"),
    )
    wants = MemberTextField(label=_("What I want from the group"), rows=2, longest=600, required=False)
    does_not_want = MemberTextField(label=_("What I do not want"), rows=2, longest=600, required=False)
    start = forms.ChoiceField(choices=[(value, words) for value, words, _note in STARTS], initial=Start.TWO_WEEKS, required=False)
    has_experience = forms.BooleanField(required=False, label=_("I have been through something like it and would share how"))
    keep_names = forms.BooleanField(required=False)

    def draft(self, *, names: tuple[str, ...]) -> ChallengeDraft:
        """The values for the action; `names` are those that stay in the text on purpose."""
        data = self.cleaned_data
        return ChallengeDraft(
            text=data["text"],
            urgency=data["urgency"],
            wants=data["wants"],
            does_not_want=data["does_not_want"],
            start=Start(data["start"] or Start.TWO_WEEKS),
            has_experience=data["has_experience"],
            names_kept=names,
        )
