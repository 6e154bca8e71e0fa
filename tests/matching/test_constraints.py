from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconvene.matching import constraints
from reconvene.matching.constraints import Seating, Violation, may_sit, violations
from reconvene.matching.instance import Candidate, Rules
from tests.matching.pools import instance, person, random_instance

RULES = Rules()
ANA, BEN, CHO = person("ana"), person("ben"), person("cho")


def test_one_topic_is_asked_for_unless_the_rules_say_otherwise() -> None:
    other = person("ben", topic="conflict")

    assert not constraints.one_topic(ANA, other, RULES)
    assert constraints.one_topic(ANA, BEN, RULES)
    assert constraints.one_topic(ANA, other, Rules(same_topic=False))


@pytest.mark.parametrize(("level", "distance", "near"), [(2, 0, True), (3, 0, False), (3, 1, True), (1, 1, True), (4, 1, False)])
def test_levels_may_differ_by_the_distance_and_no_more(level: int, distance: int, near: bool) -> None:
    assert constraints.near_levels(ANA, person("ben", level=level), Rules(level_distance=distance)) is near


def test_the_site_matters_only_where_the_rules_ask_for_it() -> None:
    other = person("ben", site="Lyon")

    assert constraints.one_site(ANA, other, RULES)
    assert not constraints.one_site(ANA, other, Rules(same_site=True))


def test_a_reporting_line_is_seen_at_any_depth_and_either_way() -> None:
    report = person("ben", superiors=("eva", "dov", "ana"))

    assert not constraints.no_reporting_line(ANA, report, RULES)
    assert not constraints.no_reporting_line(report, ANA, RULES)
    assert constraints.no_reporting_line(CHO, report, RULES)


def test_only_the_direct_superior_must_differ() -> None:
    ben = person("ben", superiors=("eva", "head"))

    assert not constraints.no_shared_superior(person("ana", superiors=("eva",)), ben, RULES)
    assert constraints.no_shared_superior(person("ana", superiors=("dov", "head")), ben, RULES)
    assert constraints.no_shared_superior(ANA, BEN, RULES)


def test_a_wish_not_to_sit_together_counts_both_ways() -> None:
    wish = person("ana", apart=frozenset({"ben"}))

    assert not constraints.not_apart(wish, BEN, RULES)
    assert not constraints.not_apart(BEN, wish, RULES)
    assert constraints.not_apart(wish, CHO, RULES)


def test_a_language_must_be_shared_by_all_and_not_only_by_each_two() -> None:
    ring = [person(key, languages=frozenset(both)) for key, both in (("a", ("en", "de")), ("b", ("de", "fr")), ("c", ("fr", "en")))]

    assert all(constraints.shared_language(pair, RULES) for pair in combinations(ring, 2))
    assert not constraints.shared_language(ring, RULES)


def test_a_slot_of_each_window_must_be_free_for_all() -> None:
    ring = [person(key, first_slots=slots) for key, slots in (("a", 0b011), ("b", 0b110), ("c", 0b101))]

    assert all(constraints.shared_slots(pair, RULES) for pair in combinations(ring, 2))
    assert not constraints.shared_slots(ring, RULES)
    assert not constraints.shared_slots([ANA, person("ben", second_slots=0b10)], RULES)
    assert constraints.shared_slots(ring, Rules(need_common_slot=False))


@pytest.mark.parametrize(("size", "right"), [(0, False), (2, False), (3, True), (6, True), (7, False)])
def test_sizes_are_kept(size: int, right: bool) -> None:
    assert constraints.right_size([person(str(at)) for at in range(size)], RULES) is right


def test_a_group_that_may_stand_has_no_violation() -> None:
    assert violations(instance(ANA, BEN, CHO), ["ana", "ben", "cho"]) == ()


def test_violations_name_the_rule_and_those_concerned() -> None:
    pool = instance(ANA, BEN, person("cho", level=4))

    assert violations(pool, ["cho", "ana", "ben"]) == (Violation("level", ("cho", "ana", "ben")),)
    assert violations(pool, ["ana", "ben"]) == (Violation("size", ("ana", "ben")),)


def test_a_private_wish_looks_exactly_like_a_reporting_line() -> None:
    wish = instance(ANA, BEN, person("cho", apart=frozenset({"ben"})))
    line = instance(ANA, BEN, person("cho", superiors=("ben",)))
    boss = instance(ANA, person("ben", superiors=("eva",)), person("cho", superiors=("eva",)))
    everyone = ["ana", "ben", "cho"]

    assert violations(wish, everyone) == violations(line, everyone) == violations(boss, everyone) == (Violation("fixed_rules"),)


@given(st.integers(0, 10_000), st.data())
def test_the_compiled_rules_say_the_same_as_the_rules(seed: int, data: st.DataObject) -> None:
    pool = random_instance(8, seed)
    chosen = data.draw(st.lists(st.integers(0, 7), min_size=1, max_size=6, unique=True))
    people: list[Candidate] = [pool.candidates[place] for place in chosen]

    assert Seating(pool).allows(chosen) is may_sit(people, pool.rules)


@given(st.integers(0, 10_000), st.data())
def test_no_violation_means_the_people_may_sit_and_the_size_is_right(seed: int, data: st.DataObject) -> None:
    pool = random_instance(8, seed)
    chosen = data.draw(st.lists(st.sampled_from(pool.candidates), max_size=8, unique_by=lambda one: one.key))

    stands = may_sit(chosen, pool.rules) and constraints.right_size(chosen, pool.rules)

    assert (not violations(pool, [one.key for one in chosen])) is stands
