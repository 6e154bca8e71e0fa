"""The sample company's programmes, at different stages: a sign-up that runs, groups that wait for L&D's release, one that has ended, a pilot whose
halves can be held beside each other, and one of which half waits.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from reconvene.demo.histories import ZONE, Story
from reconvene.demo.people import HEADS
from reconvene.forming.waves import close_sign_up
from reconvene.groups.models import Programme
from reconvene.groups.rules import GAP_IDEAL, NAMES, Half, ProgrammeKind
from reconvene.people.models import Person
from reconvene.programmes.actions import Draft, add_course, end_programme, join, keep_halves, start_programme
from reconvene.programmes.rules import SECOND_AFTER, Place, working_days_later

PILOT_BEGAN, PILOT_GROUPS, PILOT_SEED = 190, 4, 2041
"""Days ago, groups in each half, and the seed of its draw."""
PILOT_TOPICS = ("delegating", "giving-feedback", "too-much-to-do", "the-talk-i-keep-putting-off")
COURSES = (
    ("Giving feedback, one day", "giving-feedback"),
    ("Leading for the first time, three days", "from-expert-to-manager"),
    ("Time and priorities, half a day", "too-much-to-do"),
)


def tell_of_programmes(story: Story) -> None:
    """Programmes of heads of department, of which half of one waits; a pilot of team leads that is over; and a few courses."""
    _ended(story)
    _pilot(story)
    _waiting(story)
    _under_review(story)
    _signing_up(story)
    for name, slug in COURSES:
        add_course(story.cast.learning, name=name, category="", topic=story.topics[slug], now=story.now)


def _signing_up(story: Story) -> None:
    began = story.now - timedelta(days=4)
    heads = _heads(story, 0)
    programme = _start(
        story, Draft(
            "After the engagement survey", ProgrammeKind.WAVE, began.date(), signs_up_until=working_days_later(story.now.date(), 6), recipe="after-a-survey",
            topics=[story.topics[slug] for slug in ("giving-feedback", "too-much-to-do", "change-people-did-not-ask-for")], levels=[2],
        ), now=began,
    )  # fmt: skip
    _join(programme, [*heads, *_heads(story, 2)[:5]], now=began + timedelta(days=1))
    for number, head in enumerate(heads[:9]):
        story.raise_challenge(head, ("giving-feedback", "too-much-to-do")[number % 2], days_ago=2)


def _under_review(story: Story) -> None:
    began = story.now - timedelta(days=15)
    heads = _heads(story, 1)
    draft = Draft(
        "Two houses, one table", ProgrammeKind.WAVE, began.date(), signs_up_until=(story.now - timedelta(days=1)).date(), recipe="merger",
        topics=[story.topics[slug] for slug in ("change-people-did-not-ask-for", "conflict-between-two-people")], levels=[2], emphasis="mixing", is_reviewed=True,
    )  # fmt: skip
    programme = _start(story, draft, now=began)
    _join(programme, heads, now=began + timedelta(days=1))
    for head in heads[:10]:
        story.raise_challenge(head, "change-people-did-not-ask-for", days_ago=8)
    for head in heads[10:]:  # too few for a group, so that somebody waits on the workbench
        story.raise_challenge(head, "conflict-between-two-people", days_ago=8)
    close_sign_up(programme, now=story.now - timedelta(hours=2))


def _ended(story: Story) -> None:
    began = story.now - timedelta(days=120)
    draft = Draft("The new warehouse system", ProgrammeKind.ROLLING, began.date(), ends_on=(began + timedelta(days=21)).date(),
                  recipe="pressing-issue", functions=["Warehouse operations", "Field service", "Customer support"], emphasis="waiting", promise_days=5)  # fmt: skip
    programme = _start(story, draft, now=began)
    end_programme(programme, now=began + timedelta(days=22))


def _pilot(story: Story) -> None:
    """The first pilot, over by now: four groups that began at once, four that waited until they had reconvened and were asked the same meanwhile."""
    began = story.now - timedelta(days=PILOT_BEGAN)
    turn = began + timedelta(days=GAP_IDEAL + 22)
    draft = Draft("The first pilot", ProgrammeKind.PILOT, began.date() - timedelta(days=14), signs_up_until=began.date(), recipe="pilot", seed=PILOT_SEED,
                  second_by=(began + SECOND_AFTER).date(), randomised_by="group", levels=[1])  # fmt: skip
    programme = _start(story, draft, now=began - timedelta(days=14))
    own = replace(story, programme=programme, rng=random.Random(PILOT_SEED))  # noqa: S311  # a sample; of its own, so that all else stays as it was
    taken = set(story.reserved)
    tables = [own.cast.team_leads(own.rng, taken=taken, count=5) for _number in range(2 * PILOT_GROUPS)]
    _join(programme, [person for table in tables for person in table], now=began - timedelta(days=10))
    places = {
        str(person.id): Place(Half.FIRST if number < PILOT_GROUPS else Half.LATER, number + 1)
        for number, table in enumerate(tables)
        for person in table
    }
    keep_halves(programme, places, seed=PILOT_SEED, now=began)
    programme.form(now=began)
    for number, table in enumerate(tables):
        topic = story.topics[PILOT_TOPICS[number % len(PILOT_TOPICS)]]
        own.finished_group(table, topic=topic, name=NAMES[number], began=began if number < PILOT_GROUPS else turn + timedelta(days=3))
    for one in programme.participants.filter(half=Half.LATER).select_related("person", "programme"):
        own.answers_while_waiting(one, drawn=began, turn=turn)
    programme.begin_second_half(now=turn)
    end_programme(programme, now=turn + timedelta(days=GAP_IDEAL + 20))


def _waiting(story: Story) -> None:
    """A small pilot, drawn four days ago: one group has its dates, three heads of department wait and are asked how things are."""
    began = story.now - timedelta(days=18)
    drawn = story.now - timedelta(days=4)
    draft = Draft("Heads of department, a trial", ProgrammeKind.PILOT, began.date(), signs_up_until=drawn.date(), recipe="pilot", seed=PILOT_SEED,
                  second_by=(drawn + SECOND_AFTER).date(), randomised_by="group", levels=[2])  # fmt: skip
    programme = _start(story, draft, now=began)
    heads = _heads(story, 2)[5:12]
    _join(programme, heads, now=began + timedelta(days=1))
    halves = {Half.FIRST: heads[:4], Half.LATER: heads[4:]}
    places = {str(one.id): Place(half, number) for number, (half, some) in enumerate(halves.items(), start=1) for one in some}
    keep_halves(programme, places, seed=PILOT_SEED, now=drawn)
    programme.form(now=drawn)
    own = replace(story, programme=programme, rng=random.Random(PILOT_SEED))  # noqa: S311  # a sample; of its own, so that all else stays as it was
    own.group_ahead("too-many-priorities", first=_morning(story.now + timedelta(days=8)), members=halves[Half.FIRST], founded=2)
    for head in halves[Half.LATER]:
        own.raise_challenge(head, "too-many-priorities", days_ago=1)


def _morning(moment: datetime) -> datetime:
    """Ten o'clock on that day's wall clock, naive; on a weekend the Monday after."""
    local = moment.astimezone(ZoneInfo(ZONE)).replace(hour=10, minute=0, second=0, microsecond=0, tzinfo=None)
    return local + timedelta(days=max(0, 7 - local.weekday()) if local.weekday() > 4 else 0)


def _start(story: Story, draft: Draft, *, now: datetime) -> Programme:
    """Started in the past: its invitations went out then, and are not sent now."""
    programme = start_programme(story.cast.learning, draft=draft, now=now)
    programme.participants.update(invited_at=now)
    return programme


def _join(programme: Programme, people: Sequence[Person], *, now: datetime) -> None:
    for person in people:
        join(programme, person=person, today=now.date(), now=now)


def _heads(story: Story, number: int) -> list[Person]:
    """One head of department of each function."""
    assert number < HEADS
    return [people[1 + number] for people in story.cast.by_function.values()]
