"""What an administrator may say about the organisation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from reconvene.base.forms import DesignForm
from reconvene.people.models import Organisation


class HelpContactForm(DesignForm):
    """Whom members can ask for help. Everything empty means nobody."""

    name = forms.CharField(
        label=_("Who"), max_length=120, required=False, help_text=_("A name, and what they are if it helps: Ruth Fox, social counsellor")
    )
    reach = forms.CharField(
        label=_("How to reach them"),
        max_length=200,
        required=False,
        help_text=_("As members read it: a telephone number, an address, a room"),
    )
    hours = forms.CharField(label=_("When"), max_length=120, required=False, help_text=_("Such as: Monday to Friday, 9 to 17"))
    email = forms.EmailField(
        label=_("Their mail address in your directory"), required=False,
        help_text=_("A member can then ask to be contacted. Leave it empty for somebody from outside."),
    )  # fmt: skip

    @staticmethod
    def initial_of(organisation: Organisation) -> dict[str, str]:
        """What is named now."""
        person = organisation.help_person
        return {
            "name": organisation.help_name, "reach": organisation.help_reach, "hours": organisation.help_hours,
            "email": str(person.email or "") if person else "",
        }  # fmt: skip
