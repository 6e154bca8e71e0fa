"""What a group that goes on tells: when it meets again and what it takes up."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from reconvene.base.forms import DesignForm, MemberTextField
from reconvene.groups.rules import OfferKind


class DatesForm(DesignForm):
    """The first session of the next cycle, on the wall clock of whoever fills it in."""

    starts = forms.DateTimeField(
        label=_("Date and time"),
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "input", "data-fit": ""}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": _("Say when you meet."), "invalid": _("Write a date and a time.")},
    )

    @property
    def first_local(self) -> str:
        """The wall time as it is stored."""
        starts: datetime = self.cleaned_data["starts"]
        return f"{starts:%Y-%m-%dT%H:%M}"


class TopicForm(DesignForm):
    """What the next cycle is about."""

    topic = forms.SlugField(max_length=80, error_messages={"required": _("Choose a topic.")})
    question = MemberTextField(label=_("Our question"), rows=2, longest=300, required=False)


class OfferForm(forms.Form):
    """What is offered, and to which group."""

    kind = forms.ChoiceField(choices=[(kind.value, kind.name) for kind in OfferKind])
    other = forms.UUIDField()
