"""A large company for benchmarks: people, groups at every stage and what hangs on them, written with a few statements. Used by pages.py."""

import random
import uuid
from collections import defaultdict
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Model

from reconvene.base import tenancy
from reconvene.base.pseudonyms import pseudonym_of
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
from reconvene.surveys.models import Response
from reconvene.surveys.rules import Moment

SEED, ZONE, MEMBERS, BATCH = 7, "Europe/Berlin", 5, 2000
REPORTS_EACH = 8  # people who report to one manager
LIVE_SHARE, WAITING_SHARE = 0.8, 0.1  # of the groups, of the people
FUNCTIONS = ("Procurement", "Customer support", "Warehouse", "Field service", "Payroll", "Quality", "Sales", "Finance")
Row = TypeVar("Row", bound=Model)


class Company:
    """A large organisation and the rows that the pages are about. Made inside `tenancy.within` of a new id."""

    def __init__(self, *, people: int, groups: int, now: datetime) -> None:
        self.now, self.rng = now, random.Random(SEED)
        self.live = int(groups * LIVE_SHARE)
        self.superiors = people // REPORTS_EACH  # whoever has reports stands first; the others can share any group
        self._rows: dict[type[Model], list[Model]] = defaultdict(list)
        self.organisation = Organisation.objects.create(
            id=tenancy.current(), name="Large", time_zone=ZONE, country="DE", created_at=now - timedelta(days=300)
        )
        self.levels = [Level.objects.create(name=name, rank=rank) for rank, name in enumerate(("Team lead", "Head"), start=1)]
        self.programme = Programme.objects.create(name="Open programme", starts_on=(now - timedelta(days=280)).date(), is_open=True)
        self.topics = list(Topic.objects.filter(organisation=None))
        self.people = [self._hire(number) for number in range(people)]
        self.groups = [self._form(number) for number in range(groups)]
        self.strategies = [self._settle(number) for number in range(groups)]
        self.waiting = [self._wait(number) for number in range(min(int(people * WAITING_SHARE), self.superiors - 2))]
        self.seats = [seat for start in range(0, len(self.waiting) // 3, 6) for seat in self._propose(self.waiting[start : start + 6])]
        for model, rows in self._rows.items():
            model._default_manager.bulk_create(rows, batch_size=BATCH)

    def members(self, group: int) -> list[Person]:
        """Who sits in the group of that number. Nobody sits in two live ones."""
        free = len(self.people) - self.superiors - 1
        return [self.people[self.superiors + 1 + (group % self.live + self.live * seat) % free] for seat in range(MEMBERS)]

    def open_room(self) -> Session:
        """Let the first group into its room and begin."""
        session = Session.objects.get(cycle__group=self.groups[0], kind="first")
        rooms = [entering.enter(session, person=person, now=self.now) for person in self.members(0)]
        entering.begin(rooms[-1], by=self.members(0)[0], now=self.now)
        return session

    def _add(self, row: Row) -> Row:
        """Keep a row for the statement that writes all of its model; models are written in the order of their first row."""
        self._rows[type(row)].append(row)
        return row

    def _hire(self, number: int) -> Person:
        manager = self._rows[Person][(number - 1) // REPORTS_EACH].pk if number else None
        return self._add(
            Person(
                name=f"Zoë{number % 900} Müller{number}", email=f"person{number}@large.example", external_id=str(number), manager_id=manager,
                function=FUNCTIONS[number % len(FUNCTIONS)], level=self.levels[number < 200], site=f"Site {number % 40}", time_zone=ZONE,
                country="DE", languages=["en"], job_title="Manager", roles=[Role.LEARNING] if number == 1 else [],
            )
        )  # fmt: skip

    def _form(self, number: int) -> Group:
        """One group before its first session, in its four weeks or finished, with everything that hangs on it."""
        formed = self.now - timedelta(days=40 if number < self.live else 120, hours=number % 24)
        ended = None if number < self.live else formed + timedelta(days=50)
        topic, name = self.topics[number % len(self.topics)], f"{NAMES[number % len(NAMES)]} {number // len(NAMES)}"
        group = self._add(
            Group(programme=self.programme, topic=topic, name=name, key_question="How can we?", formed_at=formed, ended_at=ended)
        )
        cycle = self._add(Cycle(group=group, topic=topic, started_at=formed, closed_at=ended, outcome="finish" if ended else ""))
        for seat, member in enumerate(self.members(number), start=1):
            challenge = self._add(
                Challenge(
                    person=member, topic=topic, text="Work that I hand over comes back half done. " * 4, urgency=7, raised_at=formed,
                    considered_at=formed, seated_at=formed, settled_at=ended,
                )
            )  # fmt: skip
            self._add(
                Membership(
                    group=group, programme=self.programme, person=member, challenge=challenge, seat=seat, started_at=formed, ended_at=ended
                )
            )
        self._meet(cycle, number=number)
        return group

    def _meet(self, cycle: Cycle, *, number: int) -> None:
        """Both sessions: a quarter of the live groups is before the first, the first group in the middle of it."""
        days = -90 if number >= self.live else 1 + number % 20 if number % 4 == 0 else -(1 + number % 27)
        first = self.now + timedelta(days=days) if number else self.now - timedelta(minutes=5)
        for kind, starts in (("first", first), ("reconvene", first + timedelta(days=28))):
            is_over = starts < self.now - timedelta(hours=2)
            session = self._add(
                Session(
                    cycle=cycle, kind=kind, local_start=starts.astimezone(ZoneInfo(ZONE)).strftime("%Y-%m-%dT%H:%M"), zone=ZONE,
                    starts_at=starts, host=self.members(number)[0], place="Room 1", started_at=starts if is_over else None,
                    ended_at=starts + timedelta(minutes=90) if is_over else None,
                )
            )  # fmt: skip
            if is_over and kind == "first":
                self._practise(session, self.members(number))

    def _practise(self, session: Session, members: list[Person]) -> None:
        """What is left of a held session, and what each member has in the four weeks."""
        ended = session.starts_at + timedelta(minutes=90)
        room = self._add(Room(session=session, code=f"OAK {len(self._rows[Room])}", opened_at=session.starts_at, closed_at=ended))
        for member, buddy in zip(members, members[1:] + members[:1], strict=True):
            self._add(Idea(room=room, author=member, client_id=uuid.uuid4(), written_at=ended, text="Agree on what done means"))
            self._add(Buddy(cycle=session.cycle, person=member, buddy=buddy))
            self._plan(session.cycle, member, ended=ended)
            self._answer(session.cycle, member, ended=ended)
            for due in (ended + timedelta(days=7), ended + timedelta(days=14)):
                self._add(
                    Notice(
                        person=member, kind="check_in", subject_id=session.cycle_id, due_at=due, not_after=due + timedelta(days=3),
                        is_counted=True, sent_at=due if due < self.now else None,
                    )
                )  # fmt: skip

    def _plan(self, cycle: Cycle, member: Person, *, ended: datetime) -> None:
        plan = self._add(
            Plan(
                cycle=cycle, person=member, want="Hand over the roster", if_cue="on Monday at ten", then_action="I ask one question",
                sign="It comes back done", made_at=ended,
            )
        )  # fmt: skip
        if ended + timedelta(days=7) < self.now:
            self._add(CheckIn(cycle=cycle, person=member, plan=plan, day=7, came_up="once", did_it="fully", answered_at=ended))

    def _answer(self, cycle: Cycle, member: Person, *, ended: datetime) -> None:
        self._add(
            Response(
                programme=self.programme, moment=Moment.AFTER_FIRST, pseudonym=pseudonym_of(cycle.id, member.id),
                group_pseudonym=pseudonym_of(cycle.group_id), week_of=ended.date() - timedelta(days=ended.weekday()),
                answers={"usable": self.rng.randint(5, 10), "openly": self.rng.randint(5, 10)},
            )
        )  # fmt: skip

    def _settle(self, number: int) -> Strategy:
        tried, month = self.rng.randint(0, 40), self.now.date().replace(day=1)
        return self._add(
            Strategy(
                topic=self.topics[number % len(self.topics)], situation="When work comes back half done", tried=tried,
                doing=f"agree on what done looks like, way {number}", led_to="fewer rounds", because="both mean the same",
                works_when="there is time before the start", not_when="in an emergency", first_step="Ask for three points",
                helped=tried // 2, groups=1 + tried // 5, lower=self.rng.random(), published_on=month, review_on=month + timedelta(days=365),
            )
        )  # fmt: skip

    def _wait(self, number: int) -> Challenge:
        """A challenge without a group, raised by somebody who has reports."""
        return self._add(
            Challenge(
                person=self.people[2 + number], topic=self.topics[number % len(self.topics)], text="There is too much to do", urgency=5,
                raised_at=self.now - timedelta(days=3), considered_at=self.now,
            )
        )  # fmt: skip

    def _propose(self, challenges: list[Challenge]) -> list[Seat]:
        first, second = (f"{self.now + timedelta(days=days):%Y-%m-%dT10:00}" for days in (7, 35))
        proposal = self._add(
            Proposal(
                programme=self.programme, topic=challenges[0].topic, zone=ZONE, first_local=first, reconvene_local=second,
                proposed_at=self.now - timedelta(hours=3), answer_by=self.now + timedelta(days=2),
            )
        )  # fmt: skip
        return [
            self._add(Seat(proposal=proposal, person=challenge.person, challenge=challenge, number=number, invited_at=self.now))
            for number, challenge in enumerate(challenges, start=1)
        ]
