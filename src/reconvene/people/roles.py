"""Roles in words, and what was changed about them. Read by the pages of roles and by the console's oversight."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext_lazy

from reconvene.people.models import Person, RoleChange
from reconvene.people.rules import Role

ROLES = {
    Role.LEARNING: (gettext_lazy("L&D"), gettext_lazy("Runs programmes, reads reports, writes guides. Sees nothing of what is said.")),
    Role.SPONSOR: (gettext_lazy("Sponsor"), gettext_lazy("Reads the reports, and the roll-outs and business cases that L&D shows.")),
    Role.COUNCIL: (gettext_lazy("Works council or data protection"), gettext_lazy("Sees what is fixed about numbers, who changed it and who opened which report.")),
    Role.ADMIN: (gettext_lazy("Administrator"), gettext_lazy("Brings in the directory, gives roles, names whom members can ask for help.")),
}  # fmt: skip
"""Each role by name, and what it may do."""


def names_of(given: Sequence[str]) -> str:
    """Roles in words."""
    return ", ".join(str(words[0]) for one, words in ROLES.items() if one.value in given)


def role_changes(reader: Person, *, most: int, page: str | None) -> Page[Any]:
    """A page of the changes that the reader may see, the latest first, each with the roles before and since in words. Two queries."""
    changes = RoleChange.objects.visible_to(reader).select_related("person", "by").order_by("-changed_at", "id")
    found: Page[Any] = Paginator(changes, most).get_page(page)
    found.object_list = [(one, names_of(one.was), names_of(one.roles)) for one in found.object_list]
    return found
