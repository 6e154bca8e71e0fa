"""The sample company, made in one transaction: 240 managers and groups at every stage, so that no screen is empty."""

import random
import uuid
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from reconvene.base import clock, tenancy
from reconvene.demo.frames import tell_of_programmes
from reconvene.demo.histories import ZONE, Story
from reconvene.demo.people import COMPANY, LEVELS, hire
from reconvene.demo.roll_out import roll_out
from reconvene.forming.actions import accept_seat, form_groups
from reconvene.forming.models import Proposal
from reconvene.groups.models import Programme
from reconvene.guides.models import Topic
from reconvene.people.models import Level, Organisation, Person
from reconvene.people.rules import Role
from reconvene.releases.actions import publish_report
from reconvene.rollout.actions import Draft, change_case, start_case
from reconvene.rollout.formulas import Range
from reconvene.scheduling.rules import Kind

SEED = 2026
FINISHED_PER_TOPIC = 4
REPORTS = 4  # monthly ones, so that there is something to look back at
DAYS_OF_PRACTICE = {
    "delegating": 7,
    "the-talk-i-keep-putting-off": 14,
    "giving-feedback": 3,
    "too-many-priorities": 21,
    "nobody-speaks-up": 25,  # two days later at most, when that was a weekend; the reconvene has to be still ahead
}
WAITING = {"delegating": 7, "the-talk-i-keep-putting-off": 6, "too-much-to-do": 9, "giving-feedback": 5, "change-people-did-not-ask-for": 4,
           "conflict-between-two-people": 2}  # fmt: skip

OWN_FIGURES = {
    "people_1": (90, 96, 100), "people_2": (20, 22, 24), "people_3": (2, 2, 2), "salary_1": (64_000, 72_000, 83_000),
    "salary_2": (82_000, 94_000, 108_000), "salary_3": (120_000, 138_000, 160_000), "on_costs": (27, 28, 29),
    "productive_hours": (1_620, 1_640, 1_660), "learning_hours": (110, 140, 190), "it_hours": (20, 30, 45), "hosting": (5, 7, 9), "travel": (0, 6, 15),
    "managers_all": (240, 240, 240), "seminar_fees": (1_250, 1_480, 1_900), "inhouse_fees": (230, 290, 380),
}  # fmt: skip
NEXT_WAVE = {"people_1": (30, 36, 36), "people_2": (0, 0, 0), "salary_1": (64_000, 72_000, 83_000), "on_costs": (27, 28, 29)}
CASES = (("Peer groups in the first year", OWN_FIGURES, False), ("The spring wave", NEXT_WAVE, True))
"""Name, own figures as low, likely and high, and whether the planned numbers stay."""


def found_company() -> Organisation:
    """Make the company as of now."""
    now = clock.now()
    with tenancy.within(uuid.uuid4()):
        organisation = Organisation.objects.create(
            id=tenancy.current(), name=COMPANY, time_zone=ZONE, country="DE", created_at=now - timedelta(days=300)
        )
        for rank, name in enumerate(LEVELS, start=1):
            Level.objects.create(organisation=organisation, name=name, rank=rank)
        programme = Programme.objects.create(
            organisation=organisation, name="Open programme", starts_on=(now - timedelta(days=280)).date(), is_open=True
        )
        rng = random.Random(SEED)  # noqa: S311  # a sample, not a secret
        cast = hire(organisation, rng=rng)
        topics = {topic.slug: topic for topic in Topic.objects.filter(organisation=None)}
        story = Story(cast, programme, topics, rng, now, taken=set(), reserved=set())
        _tell(story)
        tell_of_programmes(story)
        for milestone in _last_firsts(now.date(), REPORTS):
            publish_report(organisation, milestone_on=milestone, now=now)
        _make_the_case(now)
        roll_out(now)
        return organisation


def _tell(story: Story) -> None:
    story.stopped_early()
    story.finished_groups(each=FINISHED_PER_TOPIC)
    for slug, day in DAYS_OF_PRACTICE.items():
        story.practising_group(slug, day=day, members=story.cast.team_leads(story.rng, taken=story.taken, count=5))
    story.group_ahead("too-much-to-do", first=_soon(story.now), members=story.cast.team_leads(story.rng, taken=story.taken, count=5))
    for slug, days in (("giving-feedback", 3), ("change-people-did-not-ask-for", 6)):
        members = story.cast.team_leads(story.rng, taken=story.taken, count=6)
        story.group_ahead(slug, first=_morning(story.now + timedelta(days=days)), members=members)
    stuck = story.cast.team_leads(story.rng, taken=story.taken, count=4)
    lost = story.group_ahead("conflict-between-two-people", first=_morning(story.now - timedelta(days=5)), members=stuck, founded=12)
    lost.sessions.filter(kind=Kind.FIRST).update(strikes=1)  # the second date in a row, so its members are asked
    _wait_and_form(story)


def _wait_and_form(story: Story) -> None:
    """Challenges that wait, real proposals from them with some answers given, and a few newcomers whom nobody fits yet."""
    for slug, count in WAITING.items():
        for number in range(count):
            for person in story.cast.team_leads(story.rng, taken=story.taken, count=1, near=number % 4 > 0):
                story.raise_challenge(person, slug, days_ago=1 + number % 5)
    form_groups(story.programme, seed=SEED, now=story.now - timedelta(hours=3))
    for proposal in Proposal.objects.open().order_by("proposed_at"):
        seats = list(proposal.seats.held().order_by("number"))
        for seat in seats[1 : max(1, len(seats) - 3)]:
            accept_seat(seat, offers_to_host=False, now=story.now - timedelta(hours=1))


def _make_the_case(now: datetime) -> None:
    """A business case with the company's own figures, shown to the sponsor, and one about people still to come, which is not."""
    lead = Person.objects.filter(roles__contains=[Role.LEARNING]).order_by("external_id")[0]
    for name, own, keeps_plan in CASES:
        case = start_case(lead, name=name, currency="EUR", rate=1.0, seed=SEED, now=now - timedelta(days=9))
        figures = {key: Range(*one) for key, one in own.items()}
        draft = Draft(name=name, rate=1.0, figures=figures, keeps_plan=keeps_plan, seed=SEED)
        case = change_case(case, draft=draft, version=case.version, by=lead, now=now - timedelta(days=3))
        if not keeps_plan:
            case.show(now=now - timedelta(days=2))


def _last_firsts(today: date, count: int) -> list[date]:
    """The first days of the last `count` months, oldest first."""
    firsts = [today.replace(day=1)]
    while len(firsts) < count:
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    return firsts[::-1]


def _soon(now: datetime) -> datetime:
    """The next full five minutes on the company's clock: a session that can start now."""
    local = now.astimezone(ZoneInfo(ZONE)).replace(second=0, microsecond=0, tzinfo=None)
    return local + timedelta(minutes=5 - local.minute % 5)


def _morning(moment: datetime) -> datetime:
    local = moment.astimezone(ZoneInfo(ZONE)).replace(hour=10, minute=0, second=0, microsecond=0, tzinfo=None)
    return local + timedelta(days=max(0, 7 - local.weekday()) if local.weekday() > 4 else 0)
