"""Groups at every stage: finished ones with their strategies, groups in practice, a session that can start now. Called by demo.company.

What lies in the past is written as rows, because nobody needs its messages any more; what is going on is done by the same actions as in
real life, with an earlier `now`, so that its messages and deadlines are real.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle as endless
from zoneinfo import ZoneInfo

from reconvene.availability.dates import is_between_the_years, local_later
from reconvene.base.pseudonyms import pseudonym_of
from reconvene.challenges.models import Challenge
from reconvene.demo.people import Cast
from reconvene.demo.words import CHALLENGES, LESSONS, PLANS, Lesson, PlanWords
from reconvene.groups.actions import Sitter, found_group
from reconvene.groups.models import Cycle, Group, Membership, Programme
from reconvene.groups.rules import GAP_IDEAL, GAP_LONGEST, GAP_SHORTEST, NAMES, Outcome
from reconvene.guides.catalogue import library
from reconvene.guides.models import Topic
from reconvene.people.models import Person
from reconvene.playbook.actions import reorder
from reconvene.playbook.models import Strategy
from reconvene.practice.actions import check_in, make_plan, pair_buddies, start_practice
from reconvene.practice.models import CheckIn, Plan
from reconvene.practice.rules import CameUp, DecidedBy, DidIt, PlanDraft
from reconvene.programmes.models import Participant
from reconvene.rooms.models import Presence, Room
from reconvene.scheduling.actions import book_sessions
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind
from reconvene.surveys.actions import answer_waiting
from reconvene.surveys.models import Response
from reconvene.surveys.rules import LATER_DAYS, Moment

ZONE = "Europe/Berlin"
FRIDAY = 4
ROOMS, ONLINE = ("Room Birch", "Room Elm", "Room Hazel", ""), "https://meet.halden.example/learning"
FAIR = ("right", "right", "right", "little", "much")


@dataclass
class Story:
    """The sample company's past and present, told in order with one source of chance."""

    cast: Cast
    programme: Programme
    topics: dict[str, Topic]
    rng: random.Random
    now: datetime
    taken: set[str]
    reserved: set[str]

    def finished_groups(self, *, each: int) -> None:
        """`each` groups per topic that went the whole way, one after the other over the last seven months."""
        busy: set[str] = set()
        for number, slug in enumerate(list(LESSONS) * each):
            if number % len(LESSONS) == 0:
                busy = set(self.reserved)  # in every round each person sits in one group at most
            members = self.cast.team_leads(self.rng, taken=busy, count=self.rng.choice((5, 5, 6)))
            began = self.now - timedelta(days=47 + 5 * number)
            self.finished_group(members, topic=self.topics[slug], name=f"{NAMES[number % len(NAMES)]}", began=began)
        for slug, lessons in LESSONS.items():
            Strategy.objects.bulk_create([self._strategy(self.topics[slug], lesson) for lesson in lessons])
            reorder(self.topics[slug].id)

    def stopped_early(self) -> None:
        """Not everything goes the whole way: needs that were withdrawn, groups that stopped before or after their first session."""
        for slug in list(LESSONS)[:3]:
            for person in self.cast.team_leads(self.rng, taken=self.reserved, count=4):
                began = self.now - timedelta(days=self.rng.randint(60, 200))
                Challenge.objects.create(
                    person=person, topic=self.topics[slug], text=self.rng.choice(CHALLENGES[slug]), urgency=self.rng.randint(4, 9), raised_at=began,
                    considered_at=began, withdrawn_at=began + timedelta(days=20),
                )  # fmt: skip
        for number, held in enumerate((False, False, True, True)):
            members = self.cast.team_leads(self.rng, taken=self.reserved, count=5)
            topic = self.topics[list(LESSONS)[number]]
            self.finished_group(
                members, topic=topic, name=f"{NAMES[-1 - number]}", began=self.now - timedelta(days=90 + 17 * number), held=(held, False)
            )

    def practising_group(self, slug: str, *, day: int, members: Sequence[Person]) -> Cycle:
        """A group whose first session was `day` days ago (on a weekend: the Friday before), with plans, buddies and the messages of the four weeks."""
        held = self.now - timedelta(days=day)
        first = self._at(held - timedelta(days=max(0, held.astimezone(ZoneInfo(ZONE)).weekday() - FRIDAY)), hour=10)
        cycle = self._present(members, topic=self.topics[slug], first=first, founded=self.now - timedelta(days=day + 9))
        session = cycle.sessions.get(kind=Kind.FIRST)
        ended = session.starts_at + timedelta(minutes=90)
        session.start(now=session.starts_at)
        session.finish(now=ended)
        pair_buddies(cycle, members=members, seed=day, now=ended)
        plans = [
            make_plan(cycle, person=member, plan=_draft(words, on=None), now=ended)
            for member, words in zip(members, _plans_on(slug), strict=False)
        ]
        start_practice(cycle, now=ended)
        for member in members:
            self._answers(cycle, member, moment=Moment.AFTER_FIRST, at=ended)
        if day > 7:
            for plan in plans[:-1]:
                self._check_in(plan, at=ended + timedelta(days=7))
        return cycle

    def group_ahead(self, slug: str, *, first: datetime, members: Sequence[Person], founded: int = 2) -> Cycle:
        """A group, founded that many days ago, whose first session at the local time `first` (naive) has not been held."""
        return self._present(members, topic=self.topics[slug], first=first, founded=self.now - timedelta(days=founded))

    def raise_challenge(self, person: Person, slug: str, *, days_ago: float, considered: bool = False) -> Challenge:
        """A challenge that waits."""
        return Challenge.objects.create(
            person=person, topic=self.topics[slug], text=self.rng.choice(CHALLENGES[slug]), urgency=self.rng.randint(4, 9),
            has_experience=self.rng.random() < 0.25, raised_at=self.now - timedelta(days=days_ago),
            considered_at=self.now if considered else None,
        )  # fmt: skip

    def finished_group(
        self, members: Sequence[Person], *, topic: Topic, name: str, began: datetime, held: tuple[bool, bool] = (True, True)
    ) -> None:
        """A group that is over: `held` says whether its first session and its reconvene took place."""
        ended = began + timedelta(days=GAP_IDEAL + 12)  # after the reconvene, also where its day was moved past a weekend
        group = Group.objects.create(programme=self.programme, topic=topic, name=name, formed_at=began, ended_at=ended)
        for seat, member in enumerate(members, start=1):
            challenge = Challenge.objects.create(
                person=member, topic=topic, text=self.rng.choice(CHALLENGES[topic.slug]), urgency=self.rng.randint(4, 9),
                raised_at=began - timedelta(days=self.rng.randint(2, 12)), considered_at=began, seated_at=began, settled_at=ended,
            )  # fmt: skip
            Membership.objects.create(
                group=group, programme=self.programme, person=member, challenge=challenge, seat=seat, started_at=began, ended_at=ended,
                times_hosted=1 if seat < 3 else 0,
            )  # fmt: skip
        cycle = Cycle.objects.create(group=group, topic=topic, started_at=began, closed_at=ended, outcome=Outcome.FINISH)
        first = self._at(began + timedelta(days=8), hour=10)
        dates = (Kind.FIRST, first, members[0]), (Kind.RECONVENE, first + timedelta(days=GAP_IDEAL), members[1])
        for (kind, local, host), was_held in zip(dates, held, strict=True):
            starts = local_later(local, ZONE, days=0)[1]
            session = Session.objects.create(
                cycle=cycle, kind=kind, local_start=f"{local:%Y-%m-%dT%H:%M}", zone=ZONE, starts_at=starts, host=host,
                place=self._place(members), started_at=starts if was_held else None,
                ended_at=starts + timedelta(minutes=90) if was_held else None,
            )  # fmt: skip
            if was_held:
                self._attended(session, members)
        if not all(held):
            return
        self._finished_practice(cycle, members, began=first.replace(tzinfo=ZoneInfo(ZONE)))

    def _finished_practice(self, cycle: Cycle, members: Sequence[Person], *, began: datetime) -> None:
        for member, words in zip(members, _plans_on(cycle.topic.slug), strict=False):
            plan = Plan.objects.create(
                cycle=cycle, person=member, want=words.want, if_cue=words.cue, then_action=words.action, sign=words.sign,
                made_at=began, half_way="keep" if self.rng.random() < 0.8 else "shrink",
            )  # fmt: skip
            if self.rng.random() < 0.85:
                self._past_check_in(plan, at=began + timedelta(days=21))
            self._answers(cycle, member, moment=Moment.AFTER_FIRST, at=began)
            if self.rng.random() < 0.85:
                self._answers(cycle, member, moment=Moment.AFTER_RECONVENE, at=began + timedelta(days=GAP_IDEAL))
            self._answers(cycle, member, moment=Moment.JOINING, at=began - timedelta(days=3))
            if began + timedelta(days=LATER_DAYS) < self.now:
                self._answers(cycle, member, moment=Moment.TWELVE_WEEKS, at=began + timedelta(days=LATER_DAYS))

    def _place(self, members: Sequence[Person]) -> str:
        """A room where all of them work, a link for people of several sites; now and then nobody has said yet."""
        room, sites = self.rng.choice(ROOMS), {member.site for member in members}
        return f"{room}, {sites.pop()}" if room and len(sites) == 1 else room and ONLINE

    def _attended(self, session: Session, members: Sequence[Person]) -> None:
        opened, closed = session.starts_at - timedelta(minutes=5), session.starts_at + timedelta(minutes=90)
        room = Room.objects.create(session=session, code=session.id.hex[:8], opened_at=opened, closed_at=closed)
        there = [member for member in members if self.rng.random() < 0.9]
        Presence.objects.bulk_create(
            Presence(room=room, person=member, asked_at=opened, admitted_at=opened, left_at=closed, seen_at=closed) for member in there
        )

    def _past_check_in(self, plan: Plan, *, at: datetime) -> None:
        did = self.rng.choices((DidIt.FULLY, DidIt.PARTLY, DidIt.NOT, DidIt.SWAPPED), (4, 4, 2, 1))[0]
        CheckIn.objects.create(
            cycle=plan.cycle, person=plan.person, plan=plan, day=21, came_up=self.rng.choice((CameUp.ONCE, CameUp.MORE)), did_it=did,
            decided_by=self.rng.choice((DecidedBy.MOMENT_CAME, DecidedBy.REMEMBERED, DecidedBy.NO_TIME)), answered_at=at,
        )  # fmt: skip

    def _check_in(self, plan: Plan, *, at: datetime) -> None:
        check_in(
            plan, day=7, came_up=self.rng.choice((CameUp.ONCE, CameUp.MORE)), did_it=self.rng.choice((DidIt.FULLY, DidIt.PARTLY)),
            decided_by=DecidedBy.REMEMBERED, happened="It worked better than I thought, and it took three minutes.",
            tell_a_colleague="", share=True, now=at,
        )  # fmt: skip

    def _answers(self, cycle: Cycle, person: Person, *, moment: Moment, at: datetime) -> None:
        tilt = self.rng.randint
        answers: dict[str, object] = {
            "usable": tilt(6, 10),
            "openly": tilt(6, 10),
            "fair_time": self.rng.choice(FAIR),
            "know_when": self.rng.choice(("yes", "yes", "roughly")),
        }
        if moment == Moment.AFTER_RECONVENE:
            answers = {"in_the_way": tilt(2, 6), "sure": tilt(6, 9), "sure_before": tilt(2, 6), "openly": tilt(7, 10),
                       "times_used": self.rng.choice(("1", "2-3", "2-3", "4+")), "again": self.rng.choice(("yes", "yes", "perhaps")),
                       "hours": _chance("hours", person.name).randint(-1, 8)}  # fmt: skip
        if moment in (Moment.JOINING, Moment.TWELVE_WEEKS):
            answers = self._before_or_later(moment, _chance(moment, person.name))
        Response.objects.create(
            programme=self.programme, moment=moment, pseudonym=pseudonym_of(cycle.id, person.id),
            voice=pseudonym_of(cycle.organisation_id, person.id), group_pseudonym=pseudonym_of(cycle.group_id),
            answers=answers, week_of=(at - timedelta(days=at.weekday())).date(),
        )  # fmt: skip

    def answers_while_waiting(self, one: Participant, *, drawn: datetime, turn: datetime) -> None:
        """What somebody said who waited for their half of a pilot: when the others began, and just before it was their turn. Some of it eases by itself."""
        in_the_way, sure = self.rng.randint(6, 9), self.rng.randint(2, 6)
        before = {"in_the_way": in_the_way, "sure": sure, "how_often": "weekly"}
        after = {"in_the_way": in_the_way - self.rng.choice((-1, 0, 0, 1, 2)), "sure": sure + self.rng.choice((-1, 0, 0, 1))}
        for moment, answers, at in ((Moment.WAITING, before, drawn), (Moment.BEFORE_TURN, after, turn)):
            if self.rng.random() < 0.9:
                answer_waiting(one, moment=moment, answers=answers, now=at)

    def _before_or_later(self, moment: Moment, chance: random.Random) -> dict[str, object]:
        """What somebody says before the first session, and twelve weeks later, when one in four puts a value on it."""
        if moment == Moment.JOINING:
            return {"in_the_way": chance.randint(6, 9), "sure": chance.randint(2, 6), "how_often": chance.choice(("2-3", "weekly", "more"))}
        doing = chance.choice(("how_i_work", "how_i_work", "sometimes", "stopped"))
        if doing == "stopped":
            return {"in_the_way": chance.randint(4, 7), "still_doing": doing, "missing": chance.choice(("occasion", "time", "fit"))}
        worth = {"value": 1000 * chance.randint(3, 20), "due": 10 * chance.randint(2, 6), "confidence": 10 * chance.randint(4, 8)}
        moved = chance.choice(("no", "no", "rework", "time"))
        return {"in_the_way": chance.randint(2, 5), "still_doing": doing, "moved": moved} | (worth if moved != "no" else {})

    def _strategy(self, topic: Topic, lesson: Lesson) -> Strategy:
        published = date(self.now.year, self.now.month, 1) - timedelta(days=31 * self.rng.randint(0, 4))
        published = published.replace(day=1)
        return Strategy(
            topic=topic, situation=lesson.situation, doing=lesson.doing, led_to=lesson.led_to, because=lesson.because,
            works_when=lesson.works_when, not_when=lesson.not_when, tried=lesson.tried, seen=lesson.groups, believed=2, helped=lesson.helped,
            groups=lesson.groups, published_on=published, review_on=published.replace(year=published.year + 1),
        )  # fmt: skip

    def _present(self, members: Sequence[Person], *, topic: Topic, first: datetime, founded: datetime) -> Cycle:
        sitters = [Sitter(member, self.raise_challenge(member, topic.slug, days_ago=(self.now - founded).days + 3)) for member in members]
        _, cycle = found_group(self.programme, topic=topic, sitters=sitters, now=founded)
        second = _reconvene_after(first)
        book_sessions(
            cycle, first_local=f"{first:%Y-%m-%dT%H:%M}", reconvene_local=f"{second:%Y-%m-%dT%H:%M}", zone=ZONE, minutes=90,
            place=self._place(members), host=members[0], now=founded,
        )  # fmt: skip
        return cycle

    def _at(self, moment: datetime, *, hour: int) -> datetime:
        """That day's wall time in the company's zone, naive; on a weekend the Monday after."""
        local = moment.astimezone(ZoneInfo(ZONE)).replace(hour=hour, minute=0, second=0, microsecond=0, tzinfo=None)
        return local + timedelta(days=max(0, 7 - local.weekday()) if local.weekday() > 4 else 0)


def _chance(*parts: str) -> random.Random:
    """Chance of its own for one answer, so that the rest of the story stays as it was told before."""
    return random.Random(" ".join(parts))  # noqa: S311  # a sample, not a secret


def _plans_on(slug: str) -> Iterator[PlanWords]:
    """What managers planned on a topic: our own words first, then those of its guide, and so on."""
    guide = library().guides[slug]
    of_the_guide = [
        PlanWords(guide.headline, guide.signals[-1], "I fall back into the old way when it is busy", cue, action, guide.signals[0])
        for cue, action in (line.removeprefix("If ").rstrip(".").split(", then I ") for line in guide.if_then)
    ]
    return endless([*PLANS.get(slug, ()), *of_the_guide])


def _draft(words: PlanWords, *, on: date | None) -> PlanDraft:
    return PlanDraft(
        want=words.want,
        best_result=words.best,
        obstacle=words.obstacle,
        if_cue=words.cue,
        then_action=words.action,
        sign=words.sign,
        first_on=on,
    )


def _reconvene_after(first: datetime) -> datetime:
    """The working day nearest to four weeks later on which somebody is there: no demo is to be held at Christmas."""
    days = sorted(range(GAP_SHORTEST, GAP_LONGEST + 1), key=lambda days: abs(days - GAP_IDEAL))
    there = (first + timedelta(days=days) for days in days)
    return next((day for day in there if day.weekday() < 5 and not is_between_the_years(day)), first + timedelta(days=GAP_IDEAL))
