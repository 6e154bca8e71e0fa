"""Forms about sessions: another date, chosen from what suits all or typed in; a place."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reconvene.base.forms import DesignForm
from reconvene.scheduling.ics import one_line
from reconvene.scheduling.rules import write_local


class MoveForm(DesignForm):
    """Another day and time, on the wall clock of the session's own zone."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label=_("Start"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    @property
    def local_start(self) -> str:
        """The wall time in the form sessions keep it."""
        return write_local(datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"]))


class PlaceForm(DesignForm):
    """Where the session takes place: a room, or the address of a call."""

    place = forms.CharField(label=_("Place"), max_length=160, required=False, help_text=_("A room, or the address of a call."))

    def clean_place(self) -> Any:
        return one_line(self.cleaned_data["place"])
