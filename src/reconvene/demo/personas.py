"""Whom one can be in the demo: found by what they are doing, so that they are right after the clock has moved."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from reconvene.challenges.models import Challenge
from reconvene.forming.models import Seat
from reconvene.groups.models import Membership
from reconvene.people.models import Person
from reconvene.people.rules import Role
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind

A_GOOD_DAY = 7  # of practice: the first check-in is due
AT_THE_TABLE = 4  # how many people of the session that can start now are offered


@dataclass(frozen=True)
class Persona:
    """One person to become."""

    person: Person
    title: str
    note: str


def personas(*, now: datetime) -> list[Persona]:
    """Everybody worth being, each once."""
    seen: set[object] = set()
    chosen = []
    for persona in _all(now=now):
        if persona.person.id not in seen:
            seen.add(persona.person.id)
            chosen.append(persona)
    return chosen


def _all(*, now: datetime) -> Iterator[Persona]:
    yield from _newcomer()
    yield from _at_the_table(now=now)
    yield from _invited()
    yield from _practising(now=now)
    for number, person in enumerate(Person.objects.filter(roles__contains=[Role.LEARNING]).order_by("external_id")):
        if number == 0:
            yield Persona(person, _("The L&D lead"), _("Sees that it works, and nothing of what was said."))
        else:
            yield Persona(person, _("A second person of L&D"), _("Looks a guide through that the other one has written, and publishes it."))
    for person in Person.objects.filter(roles__contains=[Role.SPONSOR]):
        yield Persona(person, _("The sponsor"), _("Reads the report of the month, and the roll-out and the business case that L&D shows."))
    for person in Person.objects.filter(roles__contains=[Role.COUNCIL]):
        yield Persona(
            person, _("The works council"), _("Sees what is fixed about numbers, who changed it, and who opened which report. No number.")
        )


def _newcomer() -> Iterator[Persona]:
    busy = Membership.objects.live().values("person_id")
    waiting = Challenge.objects.open().values("person_id")
    free = Person.objects.active().filter(level__rank=1, country="DE").exclude(id__in=busy).exclude(id__in=waiting).order_by("external_id")
    for person in free[:1]:
        yield Persona(person, _("A manager with nothing yet"), _("Raise a challenge and see what happens."))


def _at_the_table(*, now: datetime) -> Iterator[Persona]:
    session = Session.objects.upcoming(now).filter(ended_at=None).select_related("cycle__group").first()
    if session is None:
        return
    members = Membership.objects.live().filter(group=session.cycle.group).select_related("person")
    ordered = sorted((one.person for one in members), key=lambda person: person.id != session.host_id)
    for number, person in enumerate(ordered[:AT_THE_TABLE]):
        if number == 0:
            yield Persona(
                person, _("The host of a session that can start now"), _("Three people are enough; open the others in more windows.")
            )
        else:
            yield Persona(person, _("A member of the same group"), _("Joins in a second window or on a phone."))


def _invited() -> Iterator[Persona]:
    seats = Seat.objects.held().filter(accepted_at=None, proposal__confirmed_at=None, proposal__dissolved_at=None)
    for seat in seats.select_related("person").order_by("proposal__proposed_at", "number")[:1]:
        yield Persona(seat.person, _("A manager with an invitation"), _("A group with reasons and two dates waits for an answer."))


def _practising(*, now: datetime) -> Iterator[Persona]:
    held = Session.objects.filter(kind=Kind.FIRST, ended_at__lt=now, cycle__closed_at=None).values_list("cycle__group_id", "ended_at")
    nearest = sorted(held, key=lambda one: abs((now - (one[1] or now)).days - A_GOOD_DAY))[:1]
    for member in (
        Membership.objects.live().filter(group_id__in=[group for group, _ended in nearest]).select_related("person").order_by("seat")[:1]
    ):
        yield Persona(member.person, _("A manager in the four weeks"), _("An experiment, check-ins, a buddy."))
