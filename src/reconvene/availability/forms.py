"""The forms of the page "When I can meet": working hours, half days, and what a calendar asks for."""

from collections.abc import Collection
from datetime import time
from typing import Any, TypedDict
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from reconvene.availability.models import WorkingHours
from reconvene.availability.registry import Access, Asks
from reconvene.availability.rules import HalfDay
from reconvene.base.forms import DesignForm

WEEKDAYS = ((0, _("Mon")), (1, _("Tue")), (2, _("Wed")), (3, _("Thu")), (4, _("Fri")), (5, _("Sat")), (6, _("Sun")))
HALF_HOURS = [(f"{hour:02}:{minute:02}", f"{hour}:{minute:02}") for hour in range(6, 23) for minute in (0, 30)]
SHORTEST = 90  # minutes: a session
LONGEST_ADDRESS = 2000


class Hours(TypedDict):
    """What `actions.set_hours` wants."""

    weekdays: list[int]
    starts: time
    ends: time


class HoursForm(DesignForm):
    """The part of the week in which sessions may be proposed. Also part of the form that raises a challenge."""

    weekdays = forms.TypedMultipleChoiceField(choices=WEEKDAYS, coerce=int, error_messages={"required": _("Choose at least one weekday.")})
    starts = forms.ChoiceField(choices=HALF_HOURS, label=_("from"))
    ends = forms.ChoiceField(choices=HALF_HOURS, label=_("to"))

    def clean(self) -> dict[str, Any]:
        """The working day must hold a session of 90 minutes."""
        cleaned = super().clean() or {}
        if cleaned.get("starts") and cleaned.get("ends") and _minutes(cleaned["ends"]) - _minutes(cleaned["starts"]) < SHORTEST:
            self.add_error("ends", _("There must be at least 90 minutes between from and to."))
        return cleaned

    def hours(self) -> Hours:
        """The values for the action."""
        data = self.cleaned_data
        return {"weekdays": data["weekdays"], "starts": time.fromisoformat(data["starts"]), "ends": time.fromisoformat(data["ends"])}


def initial_hours(hours: WorkingHours) -> dict[str, Any]:
    """How the form starts out for a person's working hours."""
    return {"weekdays": hours.weekdays, "starts": f"{hours.starts:%H:%M}", "ends": f"{hours.ends:%H:%M}"}


class HalfDaysForm(DesignForm):
    """The half days in which a person cannot meet, out of those that the page shows."""

    halves = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, shown: Collection[HalfDay], **options: Any) -> None:
        super().__init__(*args, **options)
        self._shown = {half.key: half for half in shown}
        self.fields["halves"].choices = [(key, key) for key in self._shown]  # type: ignore[attr-defined]  # it is a field with choices

    def chosen(self) -> list[HalfDay]:
        """The values for the action."""
        return [self._shown[key] for key in self.cleaned_data["halves"]]


class AddressForm(DesignForm):
    """A calendar behind a private address, or another that `can_be_written`."""

    address = forms.CharField(
        label=_("Private address of the calendar"),
        max_length=LONGEST_ADDRESS,
        help_text=_("It begins with https:// and often ends in .ics. Whoever has it can read your calendar, so it is kept encrypted."),
        error_messages={"required": _("Paste the address that your calendar program shows under sharing or publishing.")},
    )

    def __init__(self, *args: Any, can_be_written: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if can_be_written:
            self.fields["writes"] = forms.BooleanField(
                label=_("Write my sessions into this calendar"),
                required=False,
                help_text=_("A neutral entry for each, which moves when the date moves. Your invitations then come without one."),
            )

    def clean_address(self) -> str:
        """An https address without a name and password in it; webcal: is the same by another name."""
        address = str(self.cleaned_data["address"]).strip()
        if address.lower().startswith(("webcal://", "webcals://")):
            address = "https://" + address.split("://", 1)[1]
        try:
            parts = urlsplit(address)
            is_whole = bool(parts.hostname) and parts.scheme in ("https", "http") and parts.port != 0
        except ValueError:
            is_whole = False
        if not is_whole or any(char.isspace() for char in address):
            raise forms.ValidationError(_("This is no web address. It looks like https://calendar.example/private-abc123/basic.ics."))
        if parts.scheme == "http" and parts.hostname not in settings.INSIDE_HOSTS:
            raise forms.ValidationError(_("The address must begin with https://, so that nobody on the way can read along."))
        if parts.username is not None:
            raise forms.ValidationError(_("Leave the name and password out of the address."))
        return address

    def access(self) -> Access:
        """The values for the action."""
        return Access(address=self.cleaned_data["address"])


class LoginForm(AddressForm):
    """A calendar server with a name and password."""

    user = forms.CharField(label=_("User name"), max_length=200, error_messages={"required": _("Type the name you use for this calendar.")})
    secret = forms.CharField(
        label=_("App password"),
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "class": "input"}),
        help_text=_("Make one just for this in the settings of your calendar, if it offers that. It is kept encrypted."),
        error_messages={"required": _("Type the password, better one made just for this.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["address"].label = _("Address of the calendar or its server")
        self.fields["address"].help_text = _("It begins with https://. Your calendar program shows it under CalDAV.")

    def access(self) -> Access:
        """The values for the action."""
        return Access(self.cleaned_data["address"], self.cleaned_data["user"], self.cleaned_data["secret"])


FORMS: dict[Asks, type[AddressForm]] = {Asks.ADDRESS: AddressForm, Asks.LOGIN: LoginForm}
"""What is asked here; for a consent the person goes to the service."""


def _minutes(text: str) -> int:
    at = time.fromisoformat(text)
    return at.hour * 60 + at.minute
