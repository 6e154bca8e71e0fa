"""A large company for benchmarks: people, groups at every stage and what hangs on them, written with a few statements. Used by pages.py."""

import random
import uuid
from collections import defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Model

from reconvene.base import tenancy
from reconvene.challenges.models import Challenge
from reconvene.forming.models import Proposal, Seat
from reconvene.groups.models import Cycle, Group, Membership, Programme
from reconvene.groups.rules import NAMES
from reconvene.guides.models import Topic
from reconvene.notices.models import Notice
from reconvene.people.models import Level, Organisation, Person
from reconvene.people.rules import Role
from reconvene.playbook.models import Strategy
from reconvene.practice.models import Buddy, CheckIn, Plan
from reconvene.rooms.actions import entering
from reconvene.rooms.models import Idea, Room
from reconvene.scheduling.models import Session
from reconvene.surveys.models import Response, pseudonym_of

SEED, ZONE, MEMBERS, BATCH = 7, "Europe/Berlin", 5, 2000
REPORTS_EACH = 8  # people who report to one manager
LIVE_SHARE, WAITING_SHARE = 0.8, 0.1  # of the groups, of the people
FUNCTIONS = ("Procurement", "Customer support", "Warehouse", "Field service", "Payroll", "Quality", "Sales", "Finance")


class Company:
    """A large organisation, written with a few statements, and the rows that the pages are about."""

    def __init__(self, *, people: int, groups: int, now: datetime) -> None:

        self.now, self.rng = now, random.Random(SEED)
        self.organisation = Organisation.objects.create(
            id=tenancy.current(), name="Large", time_zone=ZONE, country="DE", created_at=now - timedelta(days=300)
        )
        self.levels = [Level.objects.create(name=name, rank=rank) for rank, name in enumerate(("Team lead", "Head", "Director"), start=1)]
        self.programme = Programme.objects.create(name="Open programme", starts_on=(now - timedelta(days=280)).date(), is_open=True)
        self.topics = list(Topic.objects.filter(organisation=None))
        self.people = self._hire(people)
        self.superiors = people // REPORTS_EACH  # whoever has reports stands first; the others can share any group
        self.groups = self._form(groups)
        self.strategies = self._settle(groups)
        self.waiting, self.seats = self._wait(int(people * WAITING_SHARE))

    def _hire(self, count: int) -> list[Any]:

        made: list[Any] = []
        for number in range(count):
            manager = made[(number - 1) // REPORTS_EACH].id if number else None
            made.append(
                Person(
                    name=f"Zoë{number % 900} Müller{number}",
                    email=f"person{number}@large.example",
                    external_id=str(number),
                    function=FUNCTIONS[number % len(FUNCTIONS)],
                    level=self.levels[0 if number > 200 else 1],
                    manager_id=manager,
                    site=f"Site {number % 40}",
                    time_zone=ZONE,
                    country="DE",
                    languages=["en"],
                    job_title="Manager",
                    roles=[Role.LEARNING] if number == 1 else [],
                )
            )
        return Person.objects.bulk_create(made, batch_size=2000)

    def _form(self, count: int) -> list[Any]:
        """Groups before their first session, in the four weeks, and finished; with everything that hangs on them."""

        live = int(count * LIVE_SHARE)
        groups, cycles, seats, challenges = [], [], [], []
        for number in range(count):
            formed = self.now - timedelta(days=40 if number < live else 120, hours=number % 24)
            ended = None if number < live else formed + timedelta(days=50)
            topic = self.topics[number % len(self.topics)]
            name = f"{NAMES[number % len(NAMES)]} {number // len(NAMES)}"
            group = Group(programme=self.programme, topic=topic, name=name, key_question="How can we?", formed_at=formed, ended_at=ended)
            groups.append(group)
            cycles.append(Cycle(group=group, topic=topic, started_at=formed, closed_at=ended, outcome="finish" if ended else ""))
            for seat, member in enumerate(self.members(number), start=1):
                challenge = Challenge(
                    person=member,
                    topic=topic,
                    text="Work that I hand over comes back half done. " * 4,
                    urgency=7,
                    raised_at=formed,
                    considered_at=formed,
                    seated_at=formed,
                    settled_at=ended,
                )
                challenges.append(challenge)
                seats.append(
                    Membership(
                        group=group,
                        programme=self.programme,
                        person=member,
                        challenge=challenge,
                        seat=seat,
                        started_at=formed,
                        ended_at=ended,
                    )
                )
        for model, rows in ((Group, groups), (Cycle, cycles), (Challenge, challenges), (Membership, seats)):
            model.objects.bulk_create(rows, batch_size=2000)
        self._meet(cycles, live)
        return groups

    def members(self, group: int) -> list[Person]:
        """Who sits in the group of that number. Nobody sits in two live ones."""
        free = self.people[self.superiors + 1 :]
        return [free[(group % self.live + self.live * seat) % len(free)] for seat in range(MEMBERS)]

    def _meet(self, cycles: list[Any], live: int) -> None:
        """Both sessions of every cycle; of those that were held, rooms, ideas, plans, buddies, check-ins and answers."""

        sessions, held = [], []
        for number, cycle in enumerate(cycles):
            ahead = 1 + number % 20 if number % 4 == 0 else -(1 + number % 27)
            first = self.now + timedelta(days=ahead if number < live else -90)
            first = self.now - timedelta(minutes=5) if number == 0 else first
            for kind, starts in (("first", first), ("reconvene", first + timedelta(days=28))):
                over = starts + timedelta(minutes=90) if starts < self.now - timedelta(hours=2) else None
                local = starts.astimezone(ZoneInfo(ZONE)).strftime("%Y-%m-%dT%H:%M")
                host = self.members(number)[0]
                session = Session(
                    cycle=cycle,
                    kind=kind,
                    local_start=local,
                    zone=ZONE,
                    starts_at=starts,
                    host=host,
                    place="Room 1",
                    started_at=starts if over else None,
                    ended_at=over,
                )
                sessions.append(session)
                if over and kind == "first":
                    held.append((session, self.members(number)))
        Session.objects.bulk_create(sessions, batch_size=2000)
        self._practise(held)

    def _practise(self, held: list[tuple[Any, list[Any]]]) -> None:

        rows: dict[Any, list[Any]] = {model: [] for model in (Room, Idea, Plan, Buddy, CheckIn, Notice, Response)}
        for session, members in held:
            ended, cycle = session.ended_at, session.cycle
            room = Room(session=session, code=f"OAK {len(rows[Room])}", opened_at=session.starts_at, closed_at=ended)
            rows[Room].append(room)
            for seat, member in enumerate(members):
                plan = Plan(
                    cycle=cycle,
                    person=member,
                    want="Hand over the roster",
                    if_cue="on Monday at ten",
                    then_action="I ask one question",
                    sign="It comes back done",
                    made_at=ended,
                )
                rows[Plan].append(plan)
                rows[Idea].append(Idea(room=room, author=member, client_id=uuid.uuid4(), written_at=ended, text="Agree on what done means"))
                rows[Buddy].append(Buddy(cycle=cycle, person=member, buddy=members[(seat + 1) % MEMBERS]))
                if ended + timedelta(days=7) < self.now:
                    rows[CheckIn].append(
                        CheckIn(cycle=cycle, person=member, plan=plan, day=7, came_up="once", did_it="fully", answered_at=ended)
                    )
                for day in (7, 14):
                    due = ended + timedelta(days=day)
                    sent = due if due < self.now else None
                    rows[Notice].append(
                        Notice(
                            person=member,
                            kind="check_in",
                            subject_id=cycle.id,
                            due_at=due,
                            not_after=due + timedelta(days=3),
                            is_counted=True,
                            sent_at=sent,
                        )
                    )
                answers = {"usable": self.rng.randint(5, 10), "openly": self.rng.randint(5, 10)}
                rows[Response].append(
                    Response(
                        programme=self.programme,
                        moment="T1",
                        pseudonym=pseudonym_of(cycle.id, member.id),
                        group_pseudonym=pseudonym_of(cycle.group_id),
                        answers=answers,
                        week_of=ended.date() - timedelta(days=ended.weekday()),
                    )
                )
        for model, made in rows.items():
            model.objects.bulk_create(made, batch_size=2000)

    def _settle(self, count: int) -> list[Any]:

        today = self.now.date().replace(day=1)
        made = []
        for number in range(count):
            tried = self.rng.randint(0, 40)
            made.append(
                Strategy(
                    topic=self.topics[number % len(self.topics)],
                    situation="When work comes back half done",
                    tried=tried,
                    doing=f"agree on what done looks like, way {number}",
                    led_to="fewer rounds",
                    because="both mean the same",
                    works_when="there is time before the start",
                    not_when="in an emergency",
                    first_step="Ask for three points",
                    helped=tried // 2,
                    groups=1 + tried // 5,
                    lower=self.rng.random(),
                    published_on=today,
                    review_on=today + timedelta(days=365),
                )
            )
        return Strategy.objects.bulk_create(made, batch_size=1000)

    def _wait(self, count: int) -> tuple[list[Any], list[Any]]:
        """Challenges without a group, raised by people who have reports, and proposals to a third of them."""

        people = self.people[2 : 2 + min(count, self.superiors - 2)]
        waiting = [
            Challenge(
                person=person,
                topic=self.topics[number % len(self.topics)],
                text="There is too much to do",
                urgency=5,
                raised_at=self.now - timedelta(days=3),
                considered_at=self.now,
                seated_at=None,
            )
            for number, person in enumerate(people)
        ]
        Challenge.objects.bulk_create(waiting, batch_size=2000)
        proposals, seats = [], []
        first, second = ((self.now + timedelta(days=days)).strftime("%Y-%m-%dT10:00") for days in (7, 35))
        for start in range(0, len(waiting) // 3, 6):
            proposal = Proposal(
                programme=self.programme,
                topic=waiting[start].topic,
                zone=ZONE,
                first_local=first,
                reconvene_local=second,
                proposed_at=self.now - timedelta(hours=3),
                answer_by=self.now + timedelta(days=2),
            )
            proposals.append(proposal)
            for number, challenge in enumerate(waiting[start : start + 6], start=1):
                seat = Seat(proposal=proposal, person=challenge.person, challenge=challenge, number=number, invited_at=self.now)
                seats.append(seat)
        Proposal.objects.bulk_create(proposals)
        Seat.objects.bulk_create(seats)
        return waiting, seats

    def open_room(self) -> Any:
        """Let the first group into its room and begin; returns its session."""

        session = Session.objects.get(cycle__group=self.groups[0], kind="first")
        room = None
        for membership in Membership.objects.filter(group=self.groups[0]).select_related("person"):
            room = entering.enter(session, person=membership.person, now=self.now)
        entering.begin(room, by=session.host, now=self.now)
        return session
