"""Pages by which an administrator gives roles. For administrators; nobody else finds them."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from reconvene.base import clock
from reconvene.people.actions import RolesRefused, give_roles
from reconvene.people.doors import for_administrators
from reconvene.people.models import Person
from reconvene.people.requests import PersonRequest
from reconvene.people.roles import ROLES, names_of, role_changes
from reconvene.people.rules import Role

FOUND, LOGGED = 20, 50


class RolesForm(forms.Form):
    """The roles of one person, and those that were shown when the page was opened."""

    roles = forms.MultipleChoiceField(choices=[(role.value, role.value) for role in Role], required=False)
    was = forms.CharField(required=False, max_length=80)


@require_GET
@for_administrators
def roles(request: PersonRequest) -> HttpResponse:
    """Who has a role, a search for somebody who should, and what was changed."""
    asked = request.GET.get("q", "")[:80].replace("\x00", "").strip()
    people = Person.objects.visible_to(request.user).active().order_by("name", "id")
    page = {
        "holders": [(one, names_of(one.roles)) for one in people.exclude(roles=[])],
        "asked": asked,
        "found": people.filter(Q(name__icontains=asked) | Q(email__icontains=asked)).exclude(email=None)[:FOUND] if asked else (),
        "most": FOUND,
        "changes": role_changes(request.user, most=LOGGED, page=request.GET.get("roles")),
        "place": "people",
    }
    return render(request, "people/roles.html", page)


@require_http_methods(["GET", "POST"])
@for_administrators
def role(request: PersonRequest, person_id: UUID) -> HttpResponse:
    """Give one person roles, or take them away."""
    person = get_object_or_404(Person.objects.visible_to(request.user).active(), id=person_id)
    form, refusal, status = RolesForm(request.POST or None), "", 200
    chosen: list[str] = list(person.roles)
    if request.method == "POST":
        chosen = request.POST.getlist("roles")
        if form.is_valid():
            was = form.cleaned_data["was"].split()
            try:
                given = give_roles(person, [Role(one) for one in form.cleaned_data["roles"]], was=was, by=request.user, now=clock.now())
            except RolesRefused as why:
                refusal, status = str(why), 409
                person.refresh_from_db()
            else:
                words = _("%(name)s: %(roles)s. It holds from their next click.")
                messages.success(request, words % {"name": given.name, "roles": names_of(given.roles) or _("no role")})
                return redirect("roles" if request.user.id != given.id or given.is_administrator else "home")
        else:
            refusal, status = _("There is no such role."), 422
    choices = [(one.value, *words, one.value in chosen) for one, words in ROLES.items()]
    page = {"person": person, "choices": choices, "was": " ".join(sorted(person.roles)), "refusal": refusal, "place": "people"}
    return render(request, "people/role.html", page, status=status)
