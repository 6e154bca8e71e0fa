"""A host's rehearsal: an organisation of its own with five simulated members, made in a moment and thrown away without a trace.

Nothing in it is told to anybody, counted or kept: dispatchers, sign-in and codes leave such organisations out (`base.row_security`), nobody in it
has an address, and it holds nothing of the real group, neither names nor a topic of its own nor a word.
"""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from reconvene.base import tenancy
from reconvene.groups.models import Cycle, Group, Membership, Programme
from reconvene.groups.questions import first_question
from reconvene.guides.models import Topic, TopicArrangement
from reconvene.people.models import Organisation, Person
from reconvene.rooms.actions.entering import enter
from reconvene.rooms.models import Room
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind

FORGOTTEN_AFTER = timedelta(hours=2)  # of real time; a rehearsal takes nine minutes
GAP = timedelta(days=28)


@transaction.atomic
def set_up(session: Session, *, host: Person, now: datetime, real: datetime) -> tuple[Session, Person]:
    """Make a rehearsal of `session` that begins `now`: the session to rehearse and the host's double. All six are in the room.

    `real` is the machine's time, by which a forgotten rehearsal is thrown away. Tells no one.
    """
    home, topic = host.organisation, _topic(session)
    question = first_question(topic, [])
    with tenancy.within(uuid.uuid4()):
        organisation = Organisation.objects.create(
            id=tenancy.current(), name=home.name, time_zone=home.time_zone, country=home.country, created_at=real, is_rehearsal=True,
            help_name=home.help_name, help_reach=home.help_reach, help_hours=home.help_hours,
        )  # fmt: skip
        double = _person(host.name, like=host, organisation=organisation)
        others = [_person(name, like=host, organisation=organisation) for name in _names()]
        programme = Programme.objects.create(name=_("Rehearsal"), starts_on=now.date(), session_minutes=session.minutes)
        TopicArrangement.objects.create(topic=topic, title=topic.title)  # called as at home
        group = Group.objects.create(programme=programme, topic=topic, name=_("Rehearsal"), key_question=question, formed_at=now)
        for seat, person in enumerate([double, *others], start=1):
            Membership.objects.create(group=group, programme=programme, person=person, seat=seat, started_at=now)
        rehearsed = _sessions(Cycle.objects.create(group=group, topic=topic, started_at=now), session, host=double, now=now)
        for person in [double, *others]:
            enter(rehearsed, person=person, now=now)
        return rehearsed, double


@transaction.atomic
def throw_away(organisation: uuid.UUID) -> None:
    """Delete a rehearsal with everything in it. Doing it again changes nothing. Raises ValueError for an organisation that is none."""
    with tenancy.within(organisation):
        found = Organisation.objects.filter(id=organisation).first()
        if found is None:
            return
        if not found.is_rehearsal:
            raise ValueError("Only a rehearsal is thrown away.")
        list(Room.objects.select_for_update())  # what is being played is finished first
        Group.objects.filter(organisation=found).delete()  # before its programme and its people, who are protected by it
        found.delete()


def throw_away_forgotten(*, real: datetime) -> int:
    """Delete the rehearsals that nobody ended within FORGOTTEN_AFTER; return how many."""
    thrown = 0
    for organisation in tenancy.every_rehearsal():
        with tenancy.within(organisation):
            is_old = Organisation.objects.filter(id=organisation, created_at__lt=real - FORGOTTEN_AFTER).exists()
        if is_old:
            throw_away(organisation)
            thrown += 1
    return thrown


def _topic(session: Session) -> Topic:
    """The session's topic when every organisation has it, else the first of the built-in ones."""
    topic = session.cycle.topic
    return topic if topic.organisation_id is None else Topic.objects.filter(organisation=None).order_by("code")[0]


def _names() -> tuple[str, ...]:
    return tuple(_("%(name)s Practice") % {"name": name} for name in ("Robin", "Kim", "Sascha", "Noor", "Luca"))


def _person(name: str, *, like: Person, organisation: Organisation) -> Person:
    """Somebody without an address: no mail finds them, and nobody can sign in as them."""
    return Person.objects.create(
        organisation=organisation, name=name, time_zone=like.time_zone, country=like.country, languages=like.languages
    )


def _sessions(cycle: Cycle, session: Session, *, host: Person, now: datetime) -> Session:
    """Both sessions, the rehearsed one now; before a reconvene the first one was held."""
    first_at = now if session.kind == Kind.FIRST else now - GAP
    made = {
        kind: Session.objects.create(
            cycle=cycle, kind=kind, local_start=f"{at:%Y-%m-%dT%H:%M}", zone="UTC", starts_at=at, minutes=session.minutes, host=host
        )
        for kind, at in ((Kind.FIRST, first_at), (Kind.RECONVENE, first_at + GAP))
    }
    if session.kind == Kind.RECONVENE:
        made[Kind.FIRST].start(now=first_at)
        made[Kind.FIRST].finish(now=made[Kind.FIRST].ends_at)
    return made[Kind(session.kind)]
