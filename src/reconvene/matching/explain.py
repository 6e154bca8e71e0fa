"""Why this group, why this seat, why no seat: reasons as codes, and the plain words for each.

No reason ever depends on who wished not to sit with whom beyond the general code `fixed_rules`.
"""

from collections.abc import Sequence

from reconvene.base.translation import gettext
from reconvene.base.translation import gettext_noop as _  # the words of constants are only marked
from reconvene.matching.constraints import FIXED_RULES, may_sit
from reconvene.matching.instance import Candidate, Instance
from reconvene.matching.result import Reason, Waiting

SENTENCES: dict[str, str] = {
    "topic_all": _("All %(count)s raised the same topic."),
    "challenges_close": _("Of all the challenges that wait now, these are nearest to each other."),
    "level_same": _("All work at the same level of responsibility."),
    "level_near": _("All work at neighbouring levels of responsibility."),
    "functions": _("%(count)s functions sit at this table."),
    "experience_one": _("One of you has handled this before."),
    "experience_some": _("%(count)s of you have handled this before."),
    "no_line": _("Nobody here reports to anybody here, and no two share a boss."),
    "site_one": _("All work at the same site."),
    "slots_all": _("There are times for both sessions that suit all %(count)s."),
    "hours_turn": _("You live in different time zones: the early or late hour goes by turns, and whoever had it last is spared."),
    "hours_stay": _("You live in different time zones, and these are the only hours that suit all; the next dates will make up for it."),
    "seat_topic": _("You raised the topic of this group."),
    "seat_challenge_close": _("Your challenge is close to the others' challenges."),
    "seat_level_same": _("The others carry responsibility like yours."),
    "seat_level_near": _("The others are at your level or the next."),
    "seat_function": _("You bring a function that nobody else here has."),
    "seat_experience": _("You have handled this before."),
    "seat_new_people": _("You do not work closely with anybody here."),
    "waits_topic": _("Too few people with this topic are waiting just now."),
    "waits_slots": _("There are people with this topic, but no times for both sessions that suit all."),
    "waits_level": _("The people with this topic work at levels too far from yours."),
    "waits_language": _("The people with this topic do not share a language with you."),
    "waits_site": _("The people with this topic work at other sites."),
    "waits_fixed_rules": _(
        "The rules on who may sit together left no table: people in one reporting line, or with one boss, or kept apart otherwise."
    ),
    "waits_several": _("More than one rule stood in the way this time."),
    "waits_fit": _("A seat would have been possible, but not at a table that fits well. Your place in the line is kept."),
}
"""Words for every code. The placeholders are the keys of Reason.params."""

LADDER = ("slots", "level", "language", "site", FIXED_RULES, "topic")
"""Rules in the order in which they are blamed: first what is easiest to change, last what the person came with."""


MANY, MATES = 200, 25
"""Where more people wait than this, only so many of them are tried as mates in a new table, so that explaining takes no longer than forming."""


def sentence(reason: Reason) -> str:
    """The reason in the reader's language. Raises: KeyError for a code without words."""
    return gettext(SENTENCES[reason.code]) % dict(reason.params)


def group_reasons(instance: Instance, members: Sequence[int]) -> tuple[Reason, ...]:
    """Why these people sit together; nothing here is about one person alone."""
    people = [instance.candidates[place] for place in members]
    size = len(people)
    topics = {person.topic for person in people}
    levels = {person.level for person in people}
    functions = {person.function for person in people}
    handled = sum(person.has_experience for person in people)
    chosen = (
        (len(topics) == 1, Reason("topic_all", {"count": size})),
        (len(topics) > 1, Reason("challenges_close")),
        (len(levels) == 1, Reason("level_same")),
        (len(levels) > 1 and max(levels) - min(levels) == 1, Reason("level_near")),
        (len(functions) > 1, Reason("functions", {"count": len(functions)})),
        (handled == 1, Reason("experience_one")),
        (handled > 1, Reason("experience_some", {"count": handled})),
        (True, Reason("no_line")),
        (instance.rules.same_site, Reason("site_one")),
        (instance.rules.need_common_slot, Reason("slots_all", {"count": size})),
    )
    return tuple(reason for holds, reason in chosen if holds)


def seat_reasons(instance: Instance, place: int, members: Sequence[int]) -> tuple[Reason, ...]:
    """Why this person sits here."""
    person = instance.candidates[place]
    others = [instance.candidates[other] for other in members if other != place]
    levels = {abs(other.level - person.level) for other in others}
    closeness = sum(instance.alike(place, other) for other in members) / max(1, len(others))
    chosen = (
        (all(other.topic == person.topic for other in others), Reason("seat_topic")),
        (closeness >= 0.5, Reason("seat_challenge_close")),
        (levels == {0}, Reason("seat_level_same")),
        (max(levels, default=0) == 1, Reason("seat_level_near")),
        (all(other.function != person.function for other in others), Reason("seat_function")),
        (person.has_experience, Reason("seat_experience")),
        (not any(_close(person, other) for other in others), Reason("seat_new_people")),
    )
    return tuple(reason for holds, reason in chosen if holds)


def _close(a: Candidate, b: Candidate) -> bool:
    return a.key in b.close_to or b.key in a.close_to


def why_waiting(instance: Instance, place: int, *, waiting: Sequence[int], groups: Sequence[Sequence[int]]) -> Waiting:
    """Which one rule kept this person without a seat, found by leaving each rule aside in turn.

    A seat is an open one in a group that stands, or one at a new table of people who wait. `waiting` includes `place`.
    """
    key = instance.candidates[place].key
    if _seat_exists(instance, place, waiting=waiting, groups=groups, without=""):
        return Waiting(key, Reason("waits_fit"))
    for code in LADDER:
        if _seat_exists(instance, place, waiting=waiting, groups=groups, without=code):
            return Waiting(key, Reason(f"waits_{code}"), code)
    alike = [one for one in waiting if _comparable(instance, place, one)]
    open_seat = any(len(members) < instance.rules.largest and _comparable(instance, place, members[0]) for members in groups)
    return Waiting(key, Reason("waits_several" if open_seat or len(alike) >= instance.rules.smallest else "waits_topic"))


def _comparable(instance: Instance, place: int, other: int) -> bool:
    """Whether the other raised the same topic, or topics do not matter."""
    return not instance.rules.same_topic or instance.candidates[place].topic == instance.candidates[other].topic


def _seat_exists(instance: Instance, place: int, *, waiting: Sequence[int], groups: Sequence[Sequence[int]], without: str) -> bool:
    people, rules = instance.candidates, instance.rules
    person = people[place]
    for members in groups:
        if len(members) < rules.largest and may_sit([person, *(people[one] for one in members)], rules, without=without):
            return True
    mates = [people[one] for one in waiting if one != place and may_sit((person, people[one]), rules, without=without)]
    if len(waiting) > MANY:
        mates = mates[:MATES]
    return _table_exists([person], mates, instance, without)


def _table_exists(table: list[Candidate], mates: Sequence[Candidate], instance: Instance, without: str) -> bool:
    if len(table) == instance.rules.smallest:
        return True
    return any(
        may_sit([*table, mate], instance.rules, without=without) and _table_exists([*table, mate], mates[at + 1 :], instance, without)
        for at, mate in enumerate(mates)
    )
