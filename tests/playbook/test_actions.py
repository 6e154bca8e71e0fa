"""Publishing and withdrawing, and that nothing leads back from a strategy to anybody."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.apps import apps
from django.db import connections
from django.db.models import ForeignKey, Model, TextField
from django.db.models.expressions import RawSQL

from reconvene.base import tenancy
from reconvene.playbook.actions import CannotMerge, UnknownSecret, add_evidence, merge, publish, refine, reorder, retire, standing, withdraw
from reconvene.playbook.models import AuthorKey, Strategy, Trial
from reconvene.playbook.queries import earlier_wordings
from reconvene.playbook.rules import State, StrategyDraft, StrategyEvidence
from tests import world
from tests.world import MONDAY, TUESDAY

pytestmark = pytest.mark.django_db


def draft(**facts: object) -> StrategyDraft:
    usual = {"topic_id": world.topic().id, "situation": "work comes back half done", "doing": "ask for a first version after an hour"}
    return StrategyDraft(**{**usual, **facts})  # type: ignore[arg-type]


def test_each_author_gets_a_secret_and_only_hashes_are_kept() -> None:
    strategy, secrets = publish(draft(tried=4, helped=3), authors=5, now=TUESDAY)
    assert len(set(secrets)) == 5
    kept = set(AuthorKey.objects.values_list("digest", flat=True))
    assert kept == {AuthorKey.digest_of(secret) for secret in secrets}
    assert kept.isdisjoint(secrets)
    assert (strategy.published_on, strategy.review_on) == (date(2026, 3, 1), date(2027, 3, 1))


@pytest.mark.parametrize(("facts", "authors"), [({}, 0), ({"doing": "  "}, 3), ({"tried": 1, "helped": 2}, 3)])
def test_a_strategy_without_author_words_or_sound_counts_is_refused(facts: dict[str, object], authors: int) -> None:
    with pytest.raises(ValueError, match="a strategy needs"):
        publish(draft(**facts), authors=authors, now=TUESDAY)
    assert not Strategy.objects.exists()


def test_any_author_can_take_it_out_and_twice_is_once() -> None:
    strategy, secrets = publish(draft(), authors=3, now=MONDAY)
    withdraw(f" {secrets[1]}\n", now=TUESDAY)
    assert not Strategy.objects.visible_to(world.person("ana")).exists()
    assert withdraw(secrets[0], now=TUESDAY.replace(hour=20)).withdrawn_at == TUESDAY
    strategy.refresh_from_db()
    assert strategy.withdrawn_at == TUESDAY


def test_a_foreign_secret_takes_nothing_out() -> None:
    publish(draft(), authors=3, now=MONDAY)
    with pytest.raises(UnknownSecret):
        withdraw("guess", now=TUESDAY)
    assert Strategy.objects.current().count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.nowhere
def test_what_two_groups_find_at_once_of_two_strategies_on_one_topic_both_counts() -> None:
    organisation, found = world.make_organisation().id, threading.Barrier(2)
    with tenancy.within(organisation):
        both = [publish(draft(tried=9, helped=5), authors=1, now=MONDAY)[0] for _ in range(2)]
        Strategy.objects.update(groups=4)

    def close(strategy: Strategy) -> None:
        try:
            with tenancy.within(organisation):
                stands = standing(strategy.id)
                assert stands is not None
                with contextlib.suppress(threading.BrokenBarrierError):
                    found.wait(timeout=1)  # until the other has found its own, or waits
                add_evidence(stands, StrategyEvidence(tried=9, helped=9, groups=1))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(close, both))

    with tenancy.within(organisation):
        assert set(Strategy.objects.values_list("tried", "helped", "groups")) == {(18, 14, 5)}


def test_putting_a_topic_in_order_writes_only_the_rows_that_change() -> None:
    sure, unsure, _new = (publish(draft(tried=tried, helped=tried // 2), authors=1, now=MONDAY)[0] for tried in (30, 10, 0))
    Strategy.objects.filter(id__in=[sure.id, unsure.id]).update(groups=5)
    reorder(world.topic().id)
    Strategy.objects.filter(id=sure.id).update(lower=0.0)
    before = places()
    reorder(world.topic().id)

    assert {one for one, place in places().items() if place != before[one]} == {sure.id}


def places() -> dict[object, str]:
    """Where each row lies in its table; a row that is written lies elsewhere."""
    return dict(Strategy.objects.annotate(place=RawSQL("ctid::text", [], output_field=TextField())).values_list("id", "place"))


def test_the_order_follows_evidence_that_may_be_shown_and_no_other() -> None:
    sure, _ = publish(draft(tried=30, helped=27), authors=3, now=MONDAY)
    unsure, _ = publish(draft(tried=30, helped=12), authors=3, now=MONDAY)
    praised, _ = publish(draft(tried=3, helped=3), authors=3, now=MONDAY)
    ignored, _ = publish(draft(tried=3, helped=0), authors=3, now=MONDAY)
    Strategy.objects.filter(id__in=[sure.id, unsure.id]).update(groups=5)
    reorder(world.topic().id)
    lower = dict(Strategy.objects.values_list("id", "lower"))
    assert lower[praised.id] == lower[ignored.id]
    assert lower[sure.id] > lower[unsure.id]
    assert lower[sure.id] > lower[praised.id]


def test_no_row_of_the_database_leads_from_a_strategy_to_a_person_or_a_group_or_back() -> None:
    def targets(model: type[Model]) -> set[str]:
        return {field.related_model._meta.label for field in model._meta.get_fields() if isinstance(field, ForeignKey)}  # type: ignore[union-attr]

    assert targets(Strategy) == {"people.Organisation", "guides.Topic", "playbook.Strategy"}
    assert targets(AuthorKey) == {"people.Organisation", "playbook.Strategy"}
    assert targets(Trial) == {"people.Organisation", "playbook.Strategy"}
    of_the_playbook = {"playbook.Strategy", "playbook.AuthorKey", "playbook.Trial"}
    pointing = {model._meta.label for model in apps.get_models() if targets(model) & of_the_playbook}
    # A lesson says on what it builds until its cycle closes; the database refuses it beside what was published (tests/rooms/test_settling.py).
    assert pointing == {*of_the_playbook, "rooms.Lesson"}


def test_the_tables_of_keys_and_trials_have_no_column_in_which_a_person_could_hide() -> None:
    assert {field.attname for field in AuthorKey._meta.concrete_fields} == {"id", "organisation_id", "strategy_id", "digest"}
    kept = {"id", "organisation_id", "strategy_id", "digest", "helped", "counted_as", "works_when", "not_when", "told_on"}
    assert {field.attname for field in Trial._meta.concrete_fields} == kept


def test_an_improved_wording_takes_the_place_and_the_evidence_of_the_earlier_one() -> None:
    first, keys = publish(draft(tried=4, helped=2, partly=1), authors=3, now=MONDAY)
    second, _ = refine(first, draft(doing="ask for a first page after an hour", tried=5, helped=4), authors=5, now=TUESDAY)
    third, _ = refine(second, draft(doing="ask for half a page", tried=3, helped=3), authors=3, now=TUESDAY)
    assert list(Strategy.objects.visible_to(world.person("ana"))) == [third]
    assert third.evidence == StrategyEvidence(tried=12, helped=9, partly=1, groups=3)
    assert {one.doing for one in earlier_wordings(third)} == {first.doing, second.doing}
    withdraw(keys[0], now=TUESDAY)
    assert {one.doing for one in earlier_wordings(third)} == {second.doing}
    assert list(Strategy.objects.visible_to(world.person("ana"))) == [third]


def test_who_retires_what_somebody_else_has_just_joined_to_another_does_not_cut_it_off() -> None:
    stays, goes = (publish(draft(), authors=3, now=MONDAY)[0] for _ in range(2))
    merge(Strategy.objects.get(id=goes.id), into=stays, now=MONDAY)
    retire(goes, now=TUESDAY)
    goes.refresh_from_db()
    assert (goes.became, list(Strategy.objects.current())) == (stays, [stays])


def test_two_that_say_the_same_become_one() -> None:
    stays, _ = publish(draft(tried=5, helped=5), authors=3, now=MONDAY)
    goes, _ = publish(draft(tried=4, helped=1), authors=3, now=MONDAY)
    merge(goes, into=stays, now=TUESDAY)
    stays.refresh_from_db()
    assert stays.evidence == StrategyEvidence(tried=9, helped=6, partly=0, groups=2)
    assert stays.state == State.CONFIRMED
    assert list(Strategy.objects.current()) == [stays]
    for again in (goes, stays):
        with pytest.raises(CannotMerge):
            merge(again, into=stays, now=TUESDAY)
    stays.refresh_from_db()
    assert stays.evidence == StrategyEvidence(tried=9, helped=6, partly=0, groups=2)


@pytest.mark.parametrize("is_first", [True, False])
def test_what_few_say_waits_when_it_joins_a_number_that_is_shown(is_first: bool) -> None:
    large, _ = publish(draft(tried=30, helped=21), authors=3, now=MONDAY)
    Strategy.objects.filter(id=large.id).update(groups=5)
    small, _ = publish(draft(tried=4, helped=0), authors=3, now=MONDAY)
    goes, stays = (small, large) if is_first else (large, small)
    merge(goes, into=stays, now=TUESDAY)
    stays.refresh_from_db()
    assert stays.evidence == StrategyEvidence(tried=30, helped=21, partly=0, groups=5)
    assert stays.waiting == StrategyEvidence(tried=4, helped=0, partly=0, groups=1)
    add_evidence(stays, StrategyEvidence(tried=5, helped=5, partly=0, groups=1))
    stays.refresh_from_db()
    assert stays.evidence == StrategyEvidence(tried=39, helped=26, partly=0, groups=7)
    assert stays.waiting == StrategyEvidence()


def test_what_is_on_two_topics_is_never_joined() -> None:
    one, _ = publish(draft(), authors=3, now=MONDAY)
    other, _ = publish(draft(topic_id=world.topic("feedback").id), authors=3, now=MONDAY)
    with pytest.raises(CannotMerge):
        merge(one, into=other, now=TUESDAY)
    assert Strategy.objects.current().count() == 2
