"""What others say who tried a strategy: once each, without a name, and in numbers only when enough of them have."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from reconvene.people.models import Person
from reconvene.playbook.actions import merge, publish, take_back_trial, tell_trial
from reconvene.playbook.models import Strategy, Trial
from reconvene.playbook.queries import said_by_others
from reconvene.playbook.rules import Helped, K, State, StrategyDraft, StrategyEvidence, TrialDraft, change_of, state_of
from tests import world
from tests.world import MONDAY, TUESDAY

pytestmark = pytest.mark.django_db
ADDRESS = "/playbook/strategies/{}/trial/"


@pytest.fixture
def strategy() -> Strategy:
    draft = StrategyDraft(world.topic().id, situation="work comes back half done", doing="ask for a first version", tried=4, helped=3)
    return publish(draft, authors=4, now=MONDAY)[0]


def told(strategy: Strategy, people: list[Person], helped: Helped = Helped.YES) -> StrategyEvidence:
    """The counters after these people have told."""
    for person in people:
        tell_trial(strategy, person=person, trial=TrialDraft(helped), now=TUESDAY)
    strategy.refresh_from_db()
    return strategy.evidence


def crowd(count: int, start: str = "a") -> list[Person]:
    return world.people(*(f"{start}{number}" for number in range(count)))


def test_the_counters_move_when_enough_people_have_told_and_not_before(strategy: Strategy) -> None:
    before = strategy.evidence
    assert told(strategy, crowd(K - 1)) == before
    assert strategy.is_tried_by_others
    assert told(strategy, world.people("zoe"), Helped.PARTLY) == StrategyEvidence(tried=4 + K, helped=3 + K - 1, partly=1, groups=2)
    assert told(strategy, crowd(K - 1, "b")) == strategy.evidence


def test_one_person_counts_once_and_the_later_word_stands(strategy: Strategy) -> None:
    ana = world.person("ana")
    for helped in (Helped.NO, Helped.YES, Helped.PARTLY):
        tell_trial(strategy, person=ana, trial=TrialDraft(helped), now=TUESDAY)
    assert list(Trial.objects.values_list("helped", "counted_as")) == [("partly", "")]


def test_a_changed_mind_moves_the_counters_only_with_others(strategy: Strategy) -> None:
    people = crowd(K)
    after = told(strategy, people)
    assert told(strategy, people[: K - 1], Helped.NO) == after
    assert told(strategy, people[K - 1 :], Helped.NO) == StrategyEvidence(tried=4 + K, helped=3, partly=0, groups=2)


def test_what_is_taken_back_is_gone_at_once_and_from_the_counters_later(strategy: Strategy) -> None:
    people = crowd(K)
    ana = world.person("ana")
    tell_trial(strategy, person=ana, trial=TrialDraft(Helped.NO, not_when="it is urgent"), now=TUESDAY)
    take_back_trial(strategy, person=ana)
    assert not Trial.objects.exists()
    after = told(strategy, people)
    tell_trial(strategy, person=people[0], trial=TrialDraft(Helped.YES, works_when="there is time"), now=TUESDAY)
    assert [one.works_when for one in said_by_others(strategy)] == ["there is time"]
    take_back_trial(strategy, person=people[0])
    strategy.refresh_from_db()
    assert strategy.evidence == after
    assert said_by_others(strategy) == []
    told(strategy, crowd(K - 1, "b"))
    assert strategy.evidence == StrategyEvidence(tried=after.tried + K - 2, helped=after.helped + K - 2, partly=0, groups=after.groups)
    assert Trial.objects.count() == 2 * K - 2


def test_what_was_told_of_a_strategy_that_became_another_counts_there_and_once_for_each_person(strategy: Strategy) -> None:
    draft = StrategyDraft(world.topic().id, situation="work comes back half done", doing="ask for a first draft", tried=4, helped=3)
    goes, people = publish(draft, authors=4, now=MONDAY)[0], crowd(K - 1)
    assert told(goes, people).tried == 4
    merge(goes, into=strategy, now=TUESDAY)
    strategy.refresh_from_db()
    assert (strategy.tried, strategy.is_tried_by_others) == (8, True)
    client = world.sign_in(people[0])
    page = client.get(ADDRESS.format(strategy.id)).content.decode()
    assert [line for line in page.split("<") if " checked" in line and 'value="yes"' in line]
    assert told(strategy, people[:1], Helped.PARTLY).tried == 8, "who told of it before is the same person"
    assert told(strategy, world.people("zoe")) == StrategyEvidence(tried=8 + K, helped=6 + K - 1, partly=1, groups=3)
    assert client.post(f"{ADDRESS.format(strategy.id)}withdrawal/").status_code == 302
    assert Trial.objects.of(strategy, person=people[0]).get().helped == ""
    assert told(strategy, crowd(K - 1, "b")).tried == 8 + K + K - 2


def test_who_told_while_their_strategy_became_another_is_counted_with_that_one(strategy: Strategy) -> None:
    draft = StrategyDraft(world.topic().id, situation="work comes back half done", doing="ask for a first draft", tried=4, helped=3)
    goes = publish(draft, authors=4, now=MONDAY)[0]
    before = told(strategy, crowd(K - 1))
    merge(goes, into=strategy, now=TUESDAY)
    told(goes, world.people("zoe"))
    strategy.refresh_from_db()
    assert (before.tried, strategy.tried) == (4, 8 + K)


def test_the_row_of_a_trial_is_found_by_its_author_alone(strategy: Strategy) -> None:
    ana, ben = world.people("ana", "ben")
    tell_trial(strategy, person=ana, trial=TrialDraft(Helped.YES), now=TUESDAY)
    assert Trial.objects.of(strategy, person=ana).count() == 1
    assert not Trial.objects.of(strategy, person=ben).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(playbook_trial)::text FROM playbook_trial")
        ((row,),) = cursor.fetchall()
    assert not any(word in row for word in (str(ana.id), ana.id.hex, "Ana", ana.email))


def test_the_form_keeps_what_was_written_when_an_answer_is_missing_or_somebody_could_be_recognised(strategy: Strategy) -> None:
    client = world.sign_in(world.person("ana"))
    world.person("ben")
    address = ADDRESS.format(strategy.id)
    missing = client.post(address, {"works_when": "there is time"})
    assert (missing.status_code, "Tap whether it helped." in missing.content.decode()) == (422, True)
    assert "there is time" in missing.content.decode()
    named = client.post(address, {"helped": "no", "not_when": "Ben is away"})
    assert named.status_code == 422
    assert "<b>Ben</b>" in named.content.decode()
    dated = client.post(address, {"helped": "no", "not_when": "it is the week of 3 March"})
    assert (dated.status_code, "<b>3 March</b>" in dated.content.decode()) == (422, True)
    assert not Trial.objects.exists()
    assert client.post(address, {"helped": "no", "not_when": "Ben is away", "keep_words": "on"}).status_code == 302
    page = client.get(f"/playbook/strategies/{strategy.id}/").content.decode()
    assert "Ben is away" in page
    assert "Tried by a few, also outside the group that settled it." in page
    assert [line for line in client.get(address).content.decode().split("<") if " checked" in line and 'value="no"' in line]
    assert client.post(f"{address}withdrawal/").status_code == 302
    assert not Trial.objects.exists()


def test_nobody_of_another_organisation_and_nothing_that_retired_takes_a_trial(strategy: Strategy) -> None:
    client = world.sign_in(world.person("ana"))
    Strategy.objects.update(retired_on=TUESDAY.date())
    assert client.post(ADDRESS.format(strategy.id), {"helped": "yes"}).status_code == 404
    assert client.get(f"/playbook/strategies/{strategy.id}/").status_code == 200
    Strategy.objects.update(withdrawn_at=TUESDAY)
    assert client.get(f"/playbook/strategies/{strategy.id}/").status_code == 404


@given(st.lists(st.tuples(st.sampled_from(["", *Helped]), st.sampled_from(["", *Helped])), max_size=40))
def test_a_change_is_never_smaller_than_the_people_it_needs_and_adds_up(told: list[tuple[str, str]]) -> None:
    change = change_of(told)
    moved = [pair for pair in told if pair[0] != pair[1]]
    assert (change is None) == (len(moved) < K)
    if change is not None:
        assert change.tried == sum(bool(after) for _, after in told) - sum(bool(before) for before, _ in told)
        assert change.helped == sum(after == Helped.YES for _, after in told) - sum(before == Helped.YES for before, _ in told)
        assert change.groups in (0, 1)


def test_a_strategy_is_contested_only_when_its_numbers_may_be_shown() -> None:
    assert state_of(tried=4, helped=0, partly=0, groups=1) == State.FRESH
    assert state_of(tried=7, helped=0, partly=0, groups=3) == State.CONFIRMED
    assert state_of(tried=20, helped=9, partly=2, groups=3) == State.CONTESTED
    assert state_of(tried=20, helped=12, partly=2, groups=3) == State.CONFIRMED


def test_taking_back_what_waits_beside_a_number_that_is_shown_takes_it_from_there(strategy: Strategy) -> None:
    strategy.take_over(StrategyEvidence(tried=10, groups=2))
    goes = publish(StrategyDraft(world.topic().id, situation="s", doing="ask for a first draft"), authors=1, now=MONDAY)[0]
    people, later = crowd(K), crowd(K, "b")
    told(goes, people)
    for person in people[:5]:
        take_back_trial(goes, person=person)
    told(goes, later[:3])
    merge(goes, into=strategy, now=TUESDAY)
    strategy.refresh_from_db()
    assert (strategy.evidence.helped, strategy.waiting) == (3, StrategyEvidence(tried=6, helped=6, groups=2))
    for person in (*people[5:], *later[:3]):
        take_back_trial(strategy, person=person)
    after = told(strategy, later[3:5], Helped.NO)
    assert (after.tried, after.helped, strategy.waiting) == (16, 3, StrategyEvidence())
