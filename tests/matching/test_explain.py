import re

import numpy as np
import pytest

from reconvene.matching.explain import LADDER, SENTENCES, sentence
from reconvene.matching.instance import Candidate, Instance, Rules
from reconvene.matching.progress import Stop
from reconvene.matching.result import Reason, Waiting
from reconvene.matching.solve import solve
from tests.matching.pools import instance, person, random_instance

QUICK = Stop(iterations=500)


def waits(*people: Candidate, rules: Rules | None = None) -> dict[str, Waiting]:
    """Who waits in this pool, and why."""
    return {each.key: each for each in solve(instance(*people, rules=rules), seed=1, stop=QUICK).waiting}


@pytest.mark.parametrize(
    ("different", "detail"),
    [
        ({"topic": "conflict"}, "topic"),
        ({"level": 4}, "level"),
        ({"languages": frozenset({"fr"})}, "language"),
        ({"first_slots": 2}, "slots"),
        ({"second_slots": 0}, "slots"),
        ({"superiors": ("ana",)}, "fixed_rules"),
        ({"apart": frozenset({"ana"})}, "fixed_rules"),
    ],
)
def test_who_waits_learns_the_one_rule_that_stood_in_the_way(different: dict[str, object], detail: str) -> None:
    waiting = waits(person("ana"), person("ben"), person("cho", **different))

    assert waiting["cho"] == Waiting("cho", Reason(f"waits_{detail}"), detail)


def test_a_site_is_named_where_it_matters() -> None:
    waiting = waits(person("ana"), person("ben"), person("cho", site="Lyon"), rules=Rules(same_site=True))

    assert waiting["cho"].detail == "site"


def test_too_few_with_the_topic_is_said_when_nothing_else_would_help() -> None:
    assert waits(person("ana"), person("ben"))["ana"] == Waiting("ana", Reason("waits_topic"))


def test_who_is_left_over_beside_full_groups_learns_that_too_few_wait() -> None:
    waiting = waits(*(person(str(at)) for at in range(4)), rules=Rules(smallest=3, largest=3, aim=3))

    assert [each.reason for each in waiting.values()] == [Reason("waits_topic")]


def test_a_seat_that_was_possible_but_did_no_good_is_said_to_be_so() -> None:
    people = [person(str(at), function=str(at)) for at in range(3)]
    close = person("close", level=3, close_to=frozenset("012"), function="0")
    similarity = np.zeros((4, 4))
    similarity[:3, :3] = 1 - np.eye(3)

    result = solve(Instance((*people, close), similarity), seed=1, stop=QUICK)

    assert result.waiting == (Waiting("close", Reason("waits_fit")),)


def test_two_rules_in_the_way_are_said_to_be_more_than_one() -> None:
    waiting = waits(*(person(key) for key in ("ana", "ben", "cho")), person("dov", level=7, languages=frozenset({"fr"})))

    assert waiting["dov"] == Waiting("dov", Reason("waits_several"))


def test_a_private_wish_reads_exactly_like_a_reporting_line() -> None:
    by_wish = waits(person("ana"), person("ben"), person("cho", apart=frozenset({"ana"})))
    by_line = waits(person("ana"), person("ben"), person("cho", superiors=("ana",)))

    assert by_wish == by_line


def test_a_group_says_why_it_sits_together() -> None:
    people = [
        person("ana", function="sales", has_experience=True),
        person("ben", function="finance", has_experience=True),
        person("cho", level=3, function="sales"),
    ]

    (group,) = solve(instance(*people), seed=1, stop=QUICK).groups

    assert [sentence(reason) for reason in group.reasons] == [
        "All 3 raised the same topic.",
        "All work at neighbouring levels of responsibility.",
        "2 functions sit at this table.",
        "2 of you have handled this before.",
        "Nobody here reports to anybody here, and no two share a boss.",
        "There are times for both sessions that suit all 3.",
    ]
    assert [reason.code for reason in group.seat_reasons["ben"]] == [
        "seat_topic", "seat_challenge_close", "seat_level_near", "seat_function", "seat_experience", "seat_new_people",
    ]  # fmt: skip


def test_every_reason_that_the_engine_gives_has_words() -> None:
    results = [solve(random_instance(12, seed), seed=1, stop=QUICK) for seed in range(25)]
    reasons = [reason for result in results for group in result.groups for seat in group.seat_reasons.values() for reason in seat]
    reasons += [reason for result in results for group in result.groups for reason in group.reasons]
    reasons += [each.reason for result in results for each in result.waiting]

    assert all(re.fullmatch(r"[A-Z0-9][^%]*\.", sentence(reason)) for reason in reasons)
    assert {f"waits_{code}" for code in LADDER} <= SENTENCES.keys()
