"""The table of who sees what, and whom members can ask for help."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from reconvene.people.actions import BadContact, name_help_contact
from reconvene.people.forms import HelpContactForm
from reconvene.people.requests import PersonRequest
from reconvene.privacy.visibility import FIELDS, LABELS


@login_not_required
def who_sees_what(request: HttpRequest) -> HttpResponse:
    """Every personal field and its audience, from the same data that the labels use."""
    rows = [{"what": _(LABELS[field]), "who": _(visible.sentence)} for field, visible in FIELDS.items()]
    return render(request, "people/who_sees_what.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def help_contact(request: PersonRequest) -> HttpResponse:
    """Name the person whom members can ask for help. For administrators; it does not exist for others."""
    if not request.user.is_administrator:
        raise Http404
    organisation = request.user.organisation
    form = HelpContactForm(request.POST or None, initial=HelpContactForm.initial_of(organisation))
    if form.is_valid():
        try:
            name_help_contact(organisation, **form.cleaned_data)
        except BadContact as bad:
            form.add_error(bad.field, str(bad))
        else:
            messages.success(request, _("Kept. Members see it in every room from now on."))
            return redirect("help-contact")
    status = 422 if form.errors else 200
    return render(request, "people/help_contact.html", {"form": form, "place": "people"}, status=status)
