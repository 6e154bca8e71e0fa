"""Forms of the console."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reconvene.base.forms import DesignForm
from reconvene.notices.chats import ChatKind


class PlaceForm(DesignForm):
    """Where a session takes place."""

    place = forms.CharField(
        max_length=160,
        label=_("Room and building"),
        help_text=_("As it should stand in the calendar entry. Everyone in the group gets a changed entry."),
        error_messages={"required": _("Write where the session takes place."), "max_length": _("This is longer than 160 characters.")},
    )


class ThresholdForm(DesignForm):
    """A higher threshold for published figures."""

    k = forms.IntegerField(
        label=_("People behind every figure"),
        help_text=_("More than now, so that fewer figures are shown. It cannot be taken back."),
        error_messages={"required": _("Write a number."), "invalid": _("Write a whole number.")},
    )


class PlacesForm(DesignForm):
    """Places to add to the list, one a line."""

    lines = forms.CharField(
        max_length=20_000,
        label=_("Places, one a line: name, site, seats"),
        help_text=_("As in “Room Birch; Hamburg; 8”. Write the site as the directory does. Lines pasted from a spreadsheet do as well."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write at least one line."), "max_length": _("This is longer than 20,000 characters.")},
    )


class CallForm(DesignForm):
    """A group called by hand: the topic, the people's ids, and a first date or none for the first that suits all."""

    topic = forms.SlugField(max_length=80, label=_("Topic"), error_messages={"required": _("Choose what it is about.")})
    first_local = forms.CharField(required=False, max_length=16, label=_("First session"))


class StopForm(DesignForm):
    """Why no message may leave."""

    reason = forms.CharField(
        max_length=200,
        label=_("Why are they stopped?"),
        help_text=_("Stands in the log below, for L&D and IT. No names of members, please."),
        error_messages={
            "required": _("Write why, so that others know when it may end."),
            "max_length": _("This is longer than 200 characters."),
        },
    )


class AccessForm(DesignForm):
    """What opens a company's chat: a token or a secret address, never shown again."""

    secret = forms.CharField(
        max_length=2000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Paste what opens the chat."), "max_length": _("This is longer than 2,000 characters.")},
    )

    def __init__(self, *args: Any, kind: ChatKind, **options: Any) -> None:
        super().__init__(*args, auto_id=f"id_{kind.key}_%s", **options)
        self.kind, field = kind, self.fields["secret"]
        field.label, field.help_text = gettext(kind.asks), gettext(kind.hint)

    def clean_secret(self) -> str:
        """What begins as this chat's secrets do; anything else was copied from the wrong place."""
        secret = str(self.cleaned_data["secret"])
        if not secret.startswith(self.kind.begins) or any(char.isspace() for char in secret):
            raise forms.ValidationError(gettext("It should begin with %(begins)s and hold no blanks.") % {"begins": self.kind.begins})
        return secret
