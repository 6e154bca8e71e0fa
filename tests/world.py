"""A small world: the same people in every test, each standing for one relation.

Ana hosts. Ben, Cho, Dan, Eli and Flo are her peers: same level, different functions. Eva is Ben's boss. Fay runs the programme in L&D.
Sam is a sponsor. Ada administers. Cora is of the works council. Gil works for another organisation.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from reconvene.base import tenancy
from reconvene.base.middleware import ORGANISATION
from reconvene.challenges.models import Challenge
from reconvene.groups.models import Cycle, Group, Membership, Programme
from reconvene.guides.models import Topic
from reconvene.people.models import Level, Organisation, Person
from reconvene.people.rules import Role
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
FUNCTIONS = {
    "ana": "Procurement", "ben": "Customer support", "cho": "Warehouse", "dan": "Field service", "eli": "Payroll", "flo": "Quality",
    "eva": "Operations", "fay": "Learning & Development", "sam": "Board", "ada": "IT", "cora": "Works council", "gil": "Sales",
}  # fmt: skip
ROLES = {"fay": [Role.LEARNING], "sam": [Role.SPONSOR], "ada": [Role.ADMIN], "cora": [Role.COUNCIL]}
PEERS = ("ana", "ben", "cho", "dan", "eli", "flo")


def make_organisation(name: str = "Aldermoor") -> Organisation:
    """An organisation with its open programme and three levels of responsibility."""
    organisation = Organisation(name=name, time_zone="Europe/Berlin", country="DE", created_at=MONDAY)
    with tenancy.within(organisation.id):
        organisation.save()
        for rank, level in enumerate(("Team lead", "Head of department", "Director"), start=1):
            Level.objects.create(organisation=organisation, name=level, rank=rank)
        Programme.objects.create(organisation=organisation, name="Open programme", starts_on=MONDAY.date(), is_open=True)
    return organisation


def programme() -> Programme:
    """The open programme of the current organisation."""
    return Programme.objects.get(is_open=True, organisation_id=tenancy.current())


def person(name: str, **facts: Any) -> Person:
    """One of the people above, made on first use."""
    organisation = Organisation.objects.get(id=tenancy.current())
    known = Person.objects.filter(organisation=organisation, email=f"{name}@{organisation.name.lower()}.example").first()
    if known:
        return known
    rank = 2 if name == "eva" else 1
    usual: dict[str, Any] = {
        "name": f"{name.capitalize()} Example", "email": f"{name}@{organisation.name.lower()}.example", "external_id": name,
        "function": FUNCTIONS.get(name, "Finance"), "site": "Hall", "time_zone": "Europe/Berlin", "languages": ["en"], "country": "DE",
        "level": Level.objects.get(organisation=organisation, rank=rank), "roles": ROLES.get(name, []), "team_size": 7,
    }  # fmt: skip
    if name == "ben":
        usual["manager"] = person("eva")
    return Person.objects.create(organisation=organisation, **{**usual, **facts})


def people(*names: str) -> list[Person]:
    """Several of them."""
    return [person(name) for name in names]


def topic(slug: str = "delegating") -> Topic:
    """A built-in topic, made on first use."""
    made, _ = Topic.objects.get_or_create(
        slug=slug, organisation=None, defaults={"code": slug[:8].upper(), "title": slug.capitalize(), "category": "Tests"}
    )
    return made


def make_challenge(whose: Person, **facts: Any) -> Challenge:
    """An open challenge about delegating."""
    usual: dict[str, Any] = {"topic": topic(), "text": f"Work that {whose.first_name} hands over comes back half done", "urgency": 7}
    return Challenge.objects.create(person=whose, raised_at=MONDAY, **{**usual, **facts})


def make_group(*members: Person, now: datetime = MONDAY, name: str = "Wren") -> Group:
    """A live group with seated challenges, a running cycle and both sessions: Tuesday 10:00 in Berlin, and four weeks later."""
    group = Group.objects.create(programme=programme(), topic=topic(), name=name, key_question="How can we hand over work?", formed_at=now)
    for seat, member in enumerate(members, start=1):
        challenge = make_challenge(member, seated_at=now)
        Membership.objects.create(group=group, programme=group.programme, person=member, challenge=challenge, seat=seat, started_at=now)
    cycle = Cycle.objects.create(group=group, topic=group.topic, started_at=now)
    for kind, local, starts_at in (
        (Kind.FIRST, "2026-03-03T10:00", datetime(2026, 3, 3, 9, 0, tzinfo=UTC)),
        (Kind.RECONVENE, "2026-03-31T10:00", datetime(2026, 3, 31, 8, 0, tzinfo=UTC)),
    ):
        Session.objects.create(cycle=cycle, kind=kind, local_start=local, zone="Europe/Berlin", starts_at=starts_at, host=members[0])
    return group


def sign_in(whose: Person) -> Client:
    """A browser in which this person is signed in. The session is written as signing in would leave it, in one step: hundreds of tests begin so."""
    session = SessionStore()
    session.update(
        {
            SESSION_KEY: str(whose.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: whose.get_session_auth_hash(),
        }
    )
    session[ORGANISATION] = str(whose.organisation_id)
    session.create()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client
