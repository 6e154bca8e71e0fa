"""The forms of the page "How we write to you": a phone number, and what a browser says of itself when it lets messages in."""

import base64
import binascii
import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reconvene.base.forms import DesignForm

NUMBER = re.compile(r"\+[1-9]\d{6,14}")
KEY_BYTES, SECRET_BYTES = 65, 16
UNCOMPRESSED = 4
DEVICES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))


class PhoneForm(DesignForm):
    """The number for text messages."""

    phone = forms.CharField(
        max_length=30,
        label=gettext_lazy("Mobile number"),
        help_text=gettext_lazy("With the country in front, like +49 151 12345678. Kept encrypted, used for these messages only."),
        error_messages={"required": gettext_lazy("Write the number that texts should go to.")},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )

    def clean_phone(self) -> str:
        """E.164, whatever was typed between the digits."""
        number = re.sub(r"[\s()/.-]", "", self.cleaned_data["phone"])
        if not NUMBER.fullmatch(number):
            raise forms.ValidationError(_("This is not a number with its country in front, like +49 151 12345678."))
        return number


class BrowserForm(forms.Form):
    """A push subscription, sent by our script: never typed. Whether its address may be asked is decided when it is."""

    address = forms.CharField(max_length=1000)
    key = forms.CharField(max_length=120)
    secret = forms.CharField(max_length=60)

    def clean_address(self) -> str:
        """https, or a host inside."""
        address = str(self.cleaned_data["address"])
        try:
            parts = urlsplit(address)
        except ValueError as error:
            raise forms.ValidationError("address") from error
        if parts.scheme != "https" and (parts.hostname or "") not in settings.INSIDE_HOSTS:
            raise forms.ValidationError("address")
        return address

    def clean(self) -> dict[str, Any]:
        """A point of the curve and sixteen bytes."""
        cleaned = super().clean() or {}
        key, secret = _bytes(cleaned.get("key", "")), _bytes(cleaned.get("secret", ""))
        if len(key) != KEY_BYTES or key[0] != UNCOMPRESSED or len(secret) != SECRET_BYTES:
            raise forms.ValidationError("keys")
        return cleaned


def device_name(user_agent: str) -> str:
    """What a person calls the device: "Chrome, Android". No version; "" when nothing is known."""
    found = [next((name for sign, name in signs if sign in user_agent), "") for signs in (BROWSERS, DEVICES)]
    return ", ".join(name for name in found if name)


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""
