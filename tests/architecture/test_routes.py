"""Who finds what: every address of the program with its policy, tried as nobody, as a stranger, and as another organisation.

The matrix is built from the URL resolver; an address without a policy fails. Not yours and not there are the same answer: 404.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_django
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from reconvene.availability.models import Connection
from reconvene.base import tenancy
from reconvene.base.links import Link
from reconvene.base.row_security import locked_models
from reconvene.forming.actions import form_groups
from reconvene.forming.models import Call, Proposal, Seat, SimulatedYear
from reconvene.groups.models import Group
from reconvene.groups.rules import Half, ProgrammeKind
from reconvene.guides.authoring.actions import start_guide
from reconvene.guides.authoring.boxes import blank, write
from reconvene.guides.models import GuideVersion
from reconvene.notices.models import Browser
from reconvene.people.models import DirectoryImport, Person
from reconvene.playbook.models import Following, Strategy
from reconvene.practice.models import CheckIn, JournalEntry, Plan
from reconvene.programmes.actions import Draft, add_course, keep_roster, start_programme
from reconvene.programmes.models import Participant
from reconvene.releases.models import Report, ThresholdChange
from reconvene.rollout.actions import start_case
from reconvene.rollout.models import BusinessCase, Printout
from reconvene.rollout.project_actions import sign_gate, start_project
from reconvene.rooms.actions import entering
from reconvene.rooms.models import Room
from reconvene.scheduling.models import Place, Session
from tests import world
from tests.forming.queue import wait
from tests.world import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.nowhere]

PUBLIC = "public"  # anybody, signed in or not
BY_CODE = "by code"  # whoever types the code of an open room; of those who are signed in, only its members
BY_LINK = "by link"  # whoever holds a signed link; the link is the only key
BY_SHORT_LINK = "by short link"  # whoever holds the short address of a text message, signed too: tests/notices/test_brief.py
SIGNED_IN = "signed in"  # every member of any organisation; shows only the reader's own
SHARED = "shared"  # everybody in the organisation, nobody of another
GUEST = "guest"  # the host of another group who conducts the session, and no member of its own group
OWN = "own"  # one person, or the members of one group
AFTER_A_CYCLE = "after a cycle"  # whoever has been through a closed cycle; shows only the reader's own: tests/rollout/test_stories.py
LEARNING = "learning"  # L&D
READERS = "readers"  # L&D and sponsors
OVERSEERS = "overseers"  # L&D, works council and data protection
IMPORTERS = "importers"  # L&D and administrators
ADMINS = "admins"  # administrators
KEEPERS = {LEARNING: "fay", READERS: "sam", IMPORTERS: "ada", ADMINS: "ada", OVERSEERS: "cora"}

POLICIES = {
    "account": SIGNED_IN, "account-address": SIGNED_IN, "account-pause": SIGNED_IN, "account-wishes": SIGNED_IN, "account_confirm_login_code": PUBLIC, "account_login": PUBLIC,
    "account-channel": SIGNED_IN, "account-browsers": SIGNED_IN, "account-browser-removal": OWN, "push-worker": PUBLIC, "short": BY_SHORT_LINK,
    "messages-channels": IMPORTERS, "messages-channel": IMPORTERS, "messages-channel-removal": IMPORTERS,
    "availability": SIGNED_IN, "availability-half-days": SIGNED_IN, "availability-hours": SIGNED_IN, "calendar-back": SIGNED_IN,
    "calendar-new": SIGNED_IN, "calendar-removal": OWN, "calendar-writing": OWN, "calendars": SIGNED_IN,
    "account_logout": SIGNED_IN, "account_request_login_code": PUBLIC, "business-cases": READERS, "business-case": READERS, "business-case-assumptions": LEARNING, "business-case-preview": LEARNING,
    "business-case-showing": LEARNING, "business-case-removal": LEARNING, "business-case-printout": READERS, "business-case-printout-file": READERS,
    "roll-outs": READERS, "roll-out": READERS, "roll-out-plan": LEARNING, "roll-out-tasks": LEARNING, "roll-out-task": LEARNING, "roll-out-test": LEARNING, "roll-out-showing": LEARNING,
    "roll-out-removal": LEARNING, "roll-out-readiness": LEARNING, "roll-out-pilot": READERS, "roll-out-survey": LEARNING, "roll-out-formal": READERS,
    "roll-out-gates": LEARNING, "roll-out-gate": READERS, "roll-out-lines": LEARNING, "roll-out-signing": READERS, "roll-out-judging": LEARNING,
    "roll-out-decision": LEARNING, "roll-out-paper": READERS, "roll-out-paper-text": LEARNING, "roll-out-paper-markdown": READERS, "roll-out-printout": READERS,
    "roll-out-printout-file": READERS, "data-papers": OVERSEERS, "data-paper": OVERSEERS, "data-paper-markdown": OVERSEERS, "stories": LEARNING, "story": AFTER_A_CYCLE, "needs": BY_LINK,
    "business-case-drawing": READERS, "call": OWN, "call-code": SIGNED_IN, "call-join": BY_LINK,
    "challenge": OWN, "challenge-hints": SIGNED_IN, "challenge-new": SIGNED_IN, "challenge-withdrawal": OWN, "challenge-offer": OWN, "challenge-fellow": OWN, "fellow": BY_LINK, "check-in": BY_LINK,
    "console": READERS, "console-ask-for-date": LEARNING, "console-groups": LEARNING, "console-next-in-line": LEARNING,
    "console-programmes": LEARNING, "console-programme-new": LEARNING, "console-programme": LEARNING, "console-programme-change": LEARNING,
    "console-programme-end": LEARNING, "console-programme-roster": LEARNING, "console-programme-roster-application": LEARNING,
    "console-workbench": LEARNING, "console-workbench-move": LEARNING, "console-workbench-lock": LEARNING, "console-workbench-solution": LEARNING,
    "console-workbench-release": LEARNING, "console-workbench-names": LEARNING, "digest": LEARNING, "demand": LEARNING, "course-removal": LEARNING, "years": LEARNING, "year": LEARNING, "programme": SHARED, "programme-by-link": BY_LINK,
    "console-place": LEARNING, "console-places": LEARNING, "console-place-removal": LEARNING, "console-place-calendar": LEARNING, "console-place-calendar-new": LEARNING, "dates": BY_LINK, "feed": BY_LINK, "my-feed": SIGNED_IN, "directory-import": IMPORTERS, "directory-import-application": IMPORTERS,
    "directory-import-columns": IMPORTERS, "directory-import-levels": IMPORTERS, "directory-import-problems": IMPORTERS,
    "directory-import-reading": IMPORTERS, "directory-import-removal": IMPORTERS, "directory-imports": IMPORTERS, "group": OWN,
    "group-call": SIGNED_IN, "group-dates": OWN, "group-history": OWN, "group-open-seats": OWN, "group-offers": OWN, "group-leaving": OWN, "group-topic": OWN, "groups": SIGNED_IN, "guide-marks": SIGNED_IN, "guide": SIGNED_IN,
    "own-guides": LEARNING, "own-guide-new": LEARNING, "own-guides-import": LEARNING, "own-guides-file": LEARNING, "own-library": LEARNING, "own-guide": LEARNING,
    "own-guide-words": LEARNING, "own-guide-preview": LEARNING, "own-guide-handing-in": LEARNING, "own-guide-review": LEARNING, "own-guide-version": LEARNING,
    "own-guide-retirement": LEARNING, "own-guide-discarding": LEARNING, "own-guide-file": LEARNING, "own-guide-comparison": LEARNING, "guide-adaptation": LEARNING, "guides": SIGNED_IN, "half-way": BY_LINK, "help-contact": ADMINS, "roles": ADMINS, "role": ADMINS,
    "home": SIGNED_IN, "host-card": OWN, "job-aid": SIGNED_IN, "handout": SIGNED_IN, "booklet": SIGNED_IN, "messages": IMPORTERS, "messages-go": IMPORTERS, "messages-stop": IMPORTERS, "on-paper": OWN, "on-paper-withdrawal": OWN, "pact": PUBLIC, "paper": OWN, "pause": BY_LINK, "playbook": SIGNED_IN,
    "practice": OWN, "practice-check-in": OWN, "practice-half-way": OWN, "practice-boss": OWN, "practice-journal": OWN, "practice-journal-copy": OWN,
    "practice-journal-deletion": OWN, "practice-journal-entry-deletion": OWN, "practice-plan": OWN, "practice-resuming": OWN, "practice-talk": OWN,
    "plan-by-link": BY_LINK, "talk-by-link": BY_LINK, "journal-by-link": BY_LINK,
    "practice-report": OWN, "practice-sharing": OWN, "report": READERS, "report-by-link": BY_LINK, "report-log": READERS, "report-file": READERS, "oversight": OVERSEERS, "oversight-proposal": OVERSEERS, "oversight-decision": OVERSEERS,
    "room": OWN, "room-conducting": GUEST, "room-conducting-tap": GUEST, "room-guest-end": OWN, "room-basis": OWN, "room-additions": OWN, "room-admissions": OWN, "room-begin": OWN, "room-card-withdrawal": OWN, "room-cards": OWN, "room-case": OWN, "room-causes": OWN, "room-claims": OWN,
    "room-consent": OWN, "room-dates": OWN, "room-by-link": BY_LINK, "room-device-admission": OWN, "room-device-removal": OWN, "room-end": OWN, "room-enter": OWN, "room-finishing": OWN, "room-help": OWN, "room-help-request": OWN, "room-helper": OWN, "room-helper-end": OWN, "room-hosts": OWN, "room-idea-choice": OWN,
    "room-idea-withdrawal": OWN, "room-ideas": OWN, "room-join": PUBLIC, "room-join-code": BY_CODE, "room-keys": OWN, "room-leaving": OWN,
    "room-lesson-withdrawal": OWN, "room-lessons": OWN, "room-marks": OWN, "room-mode": OWN, "room-moves": OWN, "room-move": OWN,
    "room-next-hosts": OWN, "room-pact": OWN, "room-plan": OWN, "room-presences": OWN, "room-question": OWN, "room-report": OWN, "room-report-withdrawal": OWN, "room-scores": OWN,
    "rehearsal-end": OWN, "rehearsal-play": OWN, "rehearse": OWN, "room-seen": OWN, "room-settling": OWN, "room-stage": OWN, "room-survey": OWN, "room-table": OWN, "room-table-lines": OWN, "room-table-stage": OWN,
    "room-twins": OWN, "room-twin-answer": OWN, "room-vote": OWN, "room-watch": BY_LINK, "room-wording": OWN, "seat": BY_LINK, "seat-by-hand": LEARNING, "seat-mine": OWN,
    "session": OWN, "session-answer": OWN, "session-calendar": OWN, "session-date": OWN, "session-host": OWN, "session-place": OWN,
    "playbook-export": LEARNING, "playbook-sheet": SIGNED_IN, "playbook-sheet-file": SIGNED_IN, "playbook-stewarding": LEARNING, "playbook-following": OWN, "topic-following": SIGNED_IN,
    "questions-start": OWN, "questions-twelve-weeks": OWN, "questions-by-seat": BY_LINK, "questions-later": BY_LINK, "questions-waiting": OWN, "questions-waiting-by-link": BY_LINK, "observers": OWN, "observing": BY_LINK,
    "strategy": SHARED, "strategy-review": LEARNING, "strategy-trial": SHARED, "strategy-trial-withdrawal": SHARED, "strategy-withdrawal": SIGNED_IN, "who-sees-what": PUBLIC,
}  # fmt: skip
WRITES_ON_GET = {
    "console", "demand", "report", "report-file", "home", "practice", "business-case", "business-case-assumptions", "business-case-drawing",
    "business-case-printout-file", "roll-out-gate",
}  # fmt: skip
"""Pages that note who opened them, because that is their promise: the report log; and, during the four weeks, that one still comes by."""
LINKS = {
    "call-join": "join", "check-in": "check-in", "dates": "dates", "feed": "feed", "half-way": "half-way", "journal-by-link": "journal", "pause": "pause",
    "plan-by-link": "plan", "report-by-link": "report", "talk-by-link": "talk",
    "programme-by-link": "programme", "needs": "needs", "fellow": "fellow", "questions-by-seat": "seat", "questions-later": "twelve-weeks", "questions-waiting-by-link": "while-waiting", "observing": "observer",
    "room-by-link": "room", "room-watch": "helper", "seat": "seat",
}  # fmt: skip
STAYS_ONES_OWN = {
    "account-browser-removal",
    "calendar-removal",
    "calendar-writing",
    "challenge",
    "challenge-withdrawal",
    "challenge-offer",
    "challenge-fellow",
    "seat-mine",
    "group-leaving",
    "playbook-following",
}
IN_A_LATER_CYCLE = {"group-topic"}
OTHER_KINDS = {
    "report-file": "csv",
    "business-case-printout": "page",
    "business-case-printout-file": "page",
    "business-case-drawing": "band",
    **dict.fromkeys(
        ("roll-out-paper", "roll-out-paper-text", "roll-out-paper-markdown", "roll-out-printout", "roll-out-printout-file"), "charter"
    ),
    **dict.fromkeys(("data-paper", "data-paper-markdown"), "annex"),
}
"""What some addresses call their kinds or names."""
LATER_IN_A_SESSION = {"card_id", "idea_id", "lesson_id", "thing_id", "device_id"}
"""There are cards, ideas, lessons and devices only later in a session than the town's is."""
UNKNOWN = uuid.UUID("00000000-0000-4000-8000-000000000000")


def routes() -> dict[str, URLPattern]:
    """Every named address, the demo's apart: it does not exist in production."""

    def walk(patterns: list[Any]) -> Iterator[URLPattern]:
        for pattern in patterns:
            yield from walk(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern]

    return {pattern.name or str(pattern.pattern): pattern for pattern in walk(get_resolver().url_patterns)}


@dataclass
class Town:
    """One organisation with a row of every kind, all of Ana's group; `arguments` fills any address."""

    group: Group
    arguments: dict[str, Any] = field(default_factory=dict)

    def address(self, name: str) -> str:
        wanted = routes()[name].pattern.converters
        of_kind = {"kind": OTHER_KINDS[name], "name": OTHER_KINDS[name]} if name in OTHER_KINDS else {}
        return reverse(name, kwargs={key: {**self.arguments, **of_kind}.get(key, UNKNOWN) for key in wanted})


NIGHTS = write(blank(), code="Z1", slug="our-nights", reviewed_on=MONDAY.date()).text
NOW = MONDAY + timedelta(hours=23, minutes=50)  # ten minutes before the first session


@pytest.fixture(scope="module")
def one_town(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Town]:
    """A group in its open room, a proposal, a challenge, a plan, a strategy, a report, an import: made once, never kept."""
    with django_db_blocker.unblock(), transaction.atomic():
        with tenancy.within(world.make_organisation().id), time_machine.travel(NOW, tick=False):
            group = world.make_group(*world.people("ana", "ben", "cho"))
            made = Town(group, _arguments(group))
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def town(one_town: Town, db: None) -> Iterator[Town]:
    """The town as it was made; what the test does to it is undone."""
    cache.clear()  # where wrong codes are counted
    with tenancy.within(one_town.group.organisation_id), time_machine.travel(NOW, tick=False):
        yield one_town


def _arguments(group: Group) -> dict[str, Any]:
    ana, now = world.person("ana"), NOW
    cycle = group.cycles.get()
    session = Session.objects.get(cycle=cycle, kind="first")
    entering.enter(session, person=ana, now=now)
    session.have_guest(world.person("flo"))
    wait("dan", "eli", "flo")
    form_groups(world.programme(), seed=1, now=MONDAY)
    seat = Seat.objects.get(person=world.person("dan"))
    Seat.objects.filter(id=seat.id).update(person=ana)
    plan = Plan.objects.create(cycle=cycle, person=ana, if_cue="Monday comes", then_action="I ask", made_at=now)
    return {
        "group_id": group.id,
        "cycle_id": cycle.id,
        "session_id": session.id,
        "place_id": Place.objects.create(name="Oak", site="Hall", seats=6).id,
        "code": Room.objects.get().code,
        "seat_id": seat.id,
        "proposal_id": Proposal.objects.get().id,
        "call_id": Call.objects.create(group=group, code="abcdefgh", called_by=ana, until=now + timedelta(days=2)).id,
        "kind": "address",
        "browser_id": Browser.objects.create(person=ana, name="Chrome", mark="x", added_at=now).id,
        "connection_id": Connection.objects.create(person=ana, kind="address", connected_at=now).id,
        "challenge_id": group.memberships.get(person=ana).challenge_id,
        "following_id": Following.objects.create(person=ana, topic=group.topic, told_for=MONDAY.date()).id,
        "strategy_id": Strategy.objects.create(topic=group.topic, doing="Ask", published_on=MONDAY.date(), review_on=MONDAY.date()).id,
        "entry_id": JournalEntry.objects.create(cycle=cycle, person=ana, text="Mine", written_at=now).id,
        "check_in_id": CheckIn.objects.create(cycle=cycle, person=ana, plan=plan, day=7, came_up="once", answered_at=now).id,
        "case_id": _case(now).id,
        **_roll_out(now),
        "import_id": _import(),
        "person_id": ana.id,
        "change_id": ThresholdChange.objects.create(k=9, was=8, proposed_by=world.person("fay"), proposed_at=now).id,
        **_programme(now),
        "milestone": f"{Report.objects.create(milestone_on=MONDAY.date().replace(day=1), k=8, published_at=now).milestone_on}",
        "slug": "delegating",
        **_own_guide(now),
        "token": "x",
    }


def _own_guide(now: datetime) -> dict[str, Any]:
    """A guide of the organisation's own, published once."""
    made = start_guide(world.person("fay"), title="Nights", category="Tests", words=blank(), now=now)
    GuideVersion.objects.create(guide=made, number=1, text=NIGHTS, edition=1, published_at=now)
    return {"guide_id": made.id, "number": 1}


def _case(now: datetime) -> BusinessCase:
    """A case that is shown to sponsors, with a file that was made of it."""
    case = start_case(world.person("fay"), name="The spring wave", currency="EUR", rate=1.0, seed=1, now=now)
    case.show(now=now)
    Printout.objects.create(case=case, kind="page", state="x", asked_at=now, worked_at=now, made_at=now, data=b"%PDF")
    return case


def _programme(now: datetime) -> dict[str, Any]:
    """A course that starts tomorrow, with a roster to be confirmed."""
    draft = Draft("After the course", ProgrammeKind.COURSE, now.date(), signs_up_until=now.date() + timedelta(days=7), is_reviewed=True)
    made = start_programme(world.person("fay"), draft=draft, now=now)
    roster = keep_roster(made, filename="a.csv", matched=[], unknown=[], by=world.person("fay"), now=now)
    course = add_course(world.person("fay"), name="Feedback", category="Tests", topic=None, now=now)
    year = SimulatedYear.objects.create(name="Ours", k=8, asked_at=now, seeds=[1], assumptions={"sizes": [3, 6]})
    facts = {"added_at": now, "invited_at": now, "joined_at": now, "half": Half.LATER}
    Participant.objects.create(programme=made, person=world.person("ana"), **facts)
    return {"programme_id": made.id, "roster_id": roster.id, "course_id": course.id, "year_id": year.id}


def _roll_out(now: datetime) -> dict[str, Any]:
    """A roll-out that is shown to sponsors, with a task, a signed and judged gate and a document that was printed."""
    fay = world.person("fay")
    values = {
        "name": "Peers",
        "starts_on": now.date(),
        "managers": 200,
        "sector": "other",
        "voice": "none",
        "sites": "one",
        "place": "mixed",
    }
    project = start_project(fay, values=values, smallest=3, largest=6, k=8, now=now)
    project.show(now=now)
    gate = project.gates.get()
    for who in (fay, world.person("sam")):
        sign_gate(gate, version=1, by=who, smallest=3, largest=6, k=8, now=now)
    report = Report.objects.create(milestone_on=MONDAY.date() - timedelta(days=70), k=8, published_at=now)
    judgement = gate.judgements.create(report=report, figures={}, has_breach=True, judged_at=now, judged_by=fay)
    project.printouts.create(kind="paper", paper="charter", state="x", asked_at=now, worked_at=now, made_at=now, data=b"%PDF")
    return {"project_id": project.id, "task_id": project.tasks.all()[0].id, "gate_id": gate.id, "judgement_id": judgement.id}


def _import() -> uuid.UUID:
    file = SimpleUploadedFile("a.csv", b"Employee ID,Full Name,Email\n1,Ruth Fox,ruth@a.example\n2,Tom Day,tom@a.example\n")
    world.sign_in(world.person("fay")).post(reverse("directory-imports"), {"file": file})
    return DirectoryImport.objects.get().id


def try_both(client: Client, address: str) -> tuple[int, int]:
    """What GET and an empty POST answer."""
    return client.get(address).status_code, client.post(address).status_code


def of(*policies: str) -> list[str]:
    return sorted(name for name, policy in POLICIES.items() if policy in policies and name in routes())


def with_arguments(*policies: str) -> list[str]:
    return [name for name in of(*policies) if routes()[name].pattern.converters]


def test_every_address_has_a_policy() -> None:
    assert set(routes()) - set(POLICIES) - {"demo"} == set()


def test_the_demo_is_not_there_unless_it_was_asked_for() -> None:
    assert not any(name.startswith("demo") for name in routes())


@pytest.mark.parametrize("name", of(SIGNED_IN, SHARED, OWN, GUEST, AFTER_A_CYCLE, LEARNING, READERS, OVERSEERS, IMPORTERS, ADMINS))
def test_nobody_finds_the_way_to_sign_in_and_nothing_else(name: str, town: Town) -> None:
    before = written()
    for answer in (Client().get(town.address(name)), Client().post(town.address(name))):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in/")
    assert written() == before


@pytest.mark.parametrize("name", of(PUBLIC))
def test_what_is_public_opens_for_anybody(name: str, town: Town) -> None:
    answer = Client().get(town.address(name))

    assert answer.status_code in (200, 302)
    assert "next=" not in answer.get("Location", "")


@pytest.mark.parametrize("name", of(BY_LINK))
def test_an_altered_an_ended_and_a_foreign_link_open_nothing(name: str, town: Town) -> None:
    ana, subject = world.person("ana"), UNKNOWN
    ended = Link(LINKS[name], ana.organisation_id, ana.id, subject, MONDAY).token()
    other = Link("something else", ana.organisation_id, ana.id, subject, MONDAY + timedelta(days=9)).token()
    unknown = Link(LINKS[name], ana.organisation_id, ana.id, subject, MONDAY + timedelta(days=9)).token()
    before = written()

    for token, status in (("x", {404}), (ended, {410}), (other, {404}), (unknown, {404} if name != "pause" else {200})):
        assert Client().get(reverse(name, args=[token])).status_code in status
        if name != "pause" or token != unknown:
            assert Client().post(reverse(name, args=[token])).status_code in status
    assert written() == before


@pytest.mark.parametrize("name", of(OWN, GUEST, BY_CODE))
def test_a_stranger_of_the_same_organisation_finds_nothing(name: str, town: Town) -> None:
    before = written()
    for who in ("gil", "fay", "ada"):  # a peer, L&D, an administrator
        stranger = world.sign_in(world.person(who))
        get, post = try_both(stranger, town.address(name))
        assert post == 404 or (get == 404 and post == 405)
        assert get in (404, 405)
    assert without_people(written()) == without_people(before)


@pytest.mark.parametrize("name", [name for name in of(OWN, BY_CODE) if name not in STAYS_ONES_OWN and not name.startswith("practice")])
def test_who_left_the_group_finds_nothing_of_it(name: str, town: Town) -> None:
    town.group.memberships.filter(person=world.person("ben")).update(ended_at=MONDAY)
    get, post = try_both(world.sign_in(world.person("ben")), town.address(name))

    assert get in (404, 405)
    assert post in (404, 405)
    assert 404 in (get, post)


@pytest.mark.parametrize("name", with_arguments(SHARED, OWN, GUEST, BY_CODE, LEARNING, READERS, OVERSEERS, IMPORTERS, ADMINS))
def test_somebody_of_another_organisation_finds_nothing_whatever_their_roles(name: str, town: Town) -> None:
    with tenancy.within(world.make_organisation("Other").id):
        gil = world.person("gil", roles=["learning", "sponsor", "admin"])
        client = world.sign_in(gil)
    before = written()
    get, post = try_both(client, town.address(name))

    assert get in (404, 405)
    assert post in (404, 405)
    assert 404 in (get, post)
    assert written() == before


@pytest.mark.parametrize("name", of(LEARNING, READERS, OVERSEERS, IMPORTERS, ADMINS))
def test_a_member_without_the_role_finds_nothing(name: str, town: Town) -> None:
    get, post = try_both(world.sign_in(world.person("ana")), town.address(name))

    assert get in (404, 405)
    assert post in (404, 405)
    assert 404 in (get, post)


@pytest.mark.parametrize("name", of(LEARNING, READERS, OVERSEERS, IMPORTERS, ADMINS))
def test_who_has_the_role_finds_the_page(name: str, town: Town) -> None:
    client = world.sign_in(world.person(KEEPERS[POLICIES[name]] if POLICIES[name] != LEARNING else "fay"))

    assert client.get(town.address(name)).status_code in (200, 302, 405)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in of(SIGNED_IN, SHARED, OWN, BY_CODE)
        if name not in IN_A_LATER_CYCLE and not LATER_IN_A_SESSION & set(routes()[name].pattern.converters)
    ],
)
def test_a_member_finds_their_own(name: str, town: Town) -> None:
    assert world.sign_in(world.person("ana")).get(town.address(name)).status_code in (200, 302, 405)


@pytest.mark.parametrize("name", of(GUEST))
def test_the_guest_host_finds_it_and_no_member_does(name: str, town: Town) -> None:
    member = try_both(world.sign_in(world.person("ana")), town.address(name))
    guest = try_both(world.sign_in(world.person("flo")), town.address(name))

    assert set(member) <= {404, 405} and 404 in member
    assert guest in ((200, 405), (405, 302))


def written() -> dict[str, int]:
    """How many rows of each table of ours were added, changed or deleted in this transaction, undone or not: what the server counts anyway."""
    names = [*(model._meta.db_table for model in locked_models()), "procrastinate_jobs"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables WHERE relname = ANY(%s)", [names])
        return dict(cursor.fetchall())


TOGETHER = 20  # addresses between two looks


def without_people(found: dict[str, int]) -> dict[str, int]:
    """Without the table to which `world.person` adds."""
    return {table: count for table, count in found.items() if table != Person._meta.db_table}


@pytest.mark.parametrize("who", ["ana", "fay"])
def test_opening_any_address_twice_changes_nothing(who: str, town: Town) -> None:
    client = world.sign_in(world.person(who))
    world.person("fay")
    names, before = sorted(set(routes()) - WRITES_ON_GET), written()
    for first in range(0, len(names), TOGETHER):
        some = names[first : first + TOGETHER]
        for name in [*some, *some]:
            client.get(town.address(name))
            client.head(town.address(name))
        assert client.session.get("_auth_user_id"), some
        assert (some, written()) == (some, before)


@pytest.mark.parametrize("name", of(SIGNED_IN, SHARED, OWN, BY_CODE, LEARNING))
def test_an_address_that_takes_a_form_alone_leads_to_a_page(name: str, town: Town) -> None:
    client = world.sign_in(world.person("fay" if POLICIES[name] == LEARNING else "ana"))
    answer = client.get(town.address(name))
    if answer.status_code != 405:
        return

    (above,) = re.findall(r'data-kind="main" href="([^"]+)"', answer.content.decode())

    assert client.get(above).status_code in (200, 302, 404), above
