"""Before the first session and twelve weeks after it: asked, answered by link without signing in, skippable, within the caps."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from reconvene.base import tenancy
from reconvene.base.links import Link
from reconvene.groups.actions import close_cycle
from reconvene.groups.models import Cycle
from reconvene.groups.rules import Outcome
from reconvene.notices.models import Notice
from reconvene.releases.measurements import Shares, Spread, Sum
from reconvene.scheduling.actions import leave
from reconvene.scheduling.models import Session
from reconvene.surveys import measures
from reconvene.surveys.actions import answer
from reconvene.surveys.jobs import ask_after_twelve_weeks
from reconvene.surveys.messages import LATER_LINK, TWELVE_WEEKS
from reconvene.surveys.models import Response
from reconvene.surveys.queries import time_shared
from reconvene.surveys.rules import Moment, adjusted, items_for, shares_of_time
from tests import world
from tests.world import MONDAY, TUESDAY

pytestmark = pytest.mark.django_db
LATER = TUESDAY + timedelta(days=84)
SENTENCE = "I took the work back and did it myself"


@pytest.fixture
def cycle() -> Cycle:
    """A group of four whose first session was held on Tuesday; Dan left it before the reconvene, and the others finished."""
    group = world.make_group(*world.people("ana", "ben", "cho", "dan"))
    cycle = group.cycles.get()
    Session.objects.filter(cycle=cycle, kind="first").update(started_at=TUESDAY, ended_at=TUESDAY)
    Session.objects.filter(cycle=cycle, kind="reconvene").update(
        started_at=TUESDAY + timedelta(days=28), ended_at=TUESDAY + timedelta(days=28)
    )
    leave(group.memberships.get(person=world.person("dan")), now=TUESDAY + timedelta(days=9))
    close_cycle(cycle, outcome=Outcome.FINISH, now=TUESDAY + timedelta(days=28))
    cycle.refresh_from_db()
    return cycle


def later_link(cycle: Cycle, name: str) -> str:
    person = world.person(name)
    return f"/questions/later/{Link(LATER_LINK, cycle.organisation_id, person.id, cycle.id, LATER + timedelta(days=30)).token()}/"


@time_machine.travel(LATER, tick=False)
def test_an_amount_is_asked_for_in_the_organisations_currency(cycle: Cycle) -> None:
    cycle.organisation.count_in("CHF")

    assert "In CHF. Leave it empty rather than guess." in Client().get(later_link(cycle, "ana")).content.decode()


def test_after_twelve_weeks_everybody_who_stayed_to_the_end_is_asked_once(cycle: Cycle) -> None:
    ask_after_twelve_weeks(LATER - timedelta(minutes=1))
    assert not Notice.objects.filter(kind=TWELVE_WEEKS).exists()

    ask_after_twelve_weeks(LATER)
    ask_after_twelve_weeks(LATER + timedelta(days=1))

    asked = Notice.objects.filter(kind=TWELVE_WEEKS)
    assert sorted(asked.values_list("person__external_id", flat=True)) == ["ana", "ben", "cho"]
    assert set(asked.values_list("due_at", "is_counted")) == {(LATER, True)}


def test_what_is_much_older_is_not_asked_for_any_more(cycle: Cycle) -> None:
    ask_after_twelve_weeks(LATER + timedelta(days=21))

    assert not Notice.objects.filter(kind=TWELVE_WEEKS).exists()


@time_machine.travel(LATER, tick=False)
def test_it_is_answered_by_link_without_an_account_and_shows_ones_own_sentence_again(cycle: Cycle) -> None:
    ana = world.person("ana")
    answer(cycle, person=ana, moment=Moment.JOINING, answers={"in_the_way": 8, "last_time": SENTENCE}, now=MONDAY)
    client, address = Client(), later_link(cycle, "ana")

    page = client.get(address).content.decode()
    assert SENTENCE in page and SENTENCE not in client.get(later_link(cycle, "ben")).content.decode()
    assert client.get(later_link(cycle, "dan")).status_code == 404  # who left half-way is not asked
    sent = {"item-in_the_way": "3", "item-still_doing": "sometimes", "item-moved_how": "Rework fell by a fifth", "item-value": ""}
    assert "Kept, thank you" in client.post(address, sent).content.decode()
    kept = Response.objects.get(moment=Moment.TWELVE_WEEKS)
    assert (kept.answers, kept.own_words) == ({"in_the_way": 3, "still_doing": "sometimes"}, "Rework fell by a fifth")
    refused = client.post(address, {"item-due": "140", "item-sure": "7", "item-moved": "time", "item-moved_how": "Two <days> sooner"})
    given_back = refused.content.decode()
    assert refused.status_code == 422 and Response.objects.get(id=kept.id).own_words == "Rework fell by a fifth"
    for words in ("Two &lt;days&gt; sooner", 'value="140"', 'value="7" checked', 'value="time" checked'):
        assert words in given_back


def test_who_never_used_the_plan_is_asked_what_was_missing_instead_of_what_moved(cycle: Cycle) -> None:
    with time_machine.travel(LATER, tick=False):
        answer(cycle, person=world.person("ana"), moment=Moment.AFTER_RECONVENE, answers={"times_used": "0"}, now=LATER)
        answer(cycle, person=world.person("ben"), moment=Moment.AFTER_RECONVENE, answers={"times_used": "1"}, now=LATER)
        pages = {name: Client().get(later_link(cycle, name)).content.decode() for name in ("ana", "ben", "cho")}

    assert [("item-missing" in page, "item-moved" in page) for page in pages.values()] == [(True, False), (False, True), (True, True)]
    assert [item.key for item in items_for(Moment.TWELVE_WEEKS, has_used=False)] == ["in_the_way", "sure", "still_doing", "missing"]


@time_machine.travel(MONDAY, tick=False)
def test_three_taps_and_a_sentence_before_the_first_session_and_none_after_it_began() -> None:
    group = world.make_group(*world.people("ana", "ben", "cho"))
    cycle, client = group.cycles.get(), world.sign_in(world.person("ana"))
    address = f"/questions/{cycle.id}/start/"
    assert address in client.get("/").content.decode() and address in client.get(f"/groups/{group.id}/").content.decode()

    client.post(address, {"item-in_the_way": "7", "item-how_often": "weekly", "item-last_time": SENTENCE})

    kept = Response.objects.get()
    assert (kept.moment, kept.answers, kept.own_words) == (Moment.JOINING, {"in_the_way": 7, "how_often": "weekly"}, SENTENCE)
    assert address not in client.get("/").content.decode()
    Session.objects.filter(kind="first").update(started_at=MONDAY)
    assert "Your group has begun" in client.post(address, {"item-in_the_way": "1"}).content.decode()
    assert Response.objects.get().answers["in_the_way"] == 7


def test_the_measures_know_the_difference_the_then_test_and_the_adjusted_benefit_and_no_words() -> None:
    one = world.make_group(*world.people("ana", "ben", "cho")).cycles.get()
    for name, start, end in (("ana", 8, 3), ("ben", 5, 5)):
        person = world.person(name)
        answer(one, person=person, moment=Moment.JOINING, answers={"in_the_way": start, "last_time": SENTENCE}, now=MONDAY)
        after = {"in_the_way": end, "sure": 8, "sure_before": 6, "hours": "-3", "times_used": "0"}
        answer(one, person=person, moment=Moment.AFTER_RECONVENE, answers=after, now=TUESDAY)
    worth = {"value": "9000", "due": "50", "confidence": "60", "moved": "rework", "still_doing": "stopped", "missing": "time"}
    answer(one, person=world.person("ana"), moment=Moment.TWELVE_WEEKS, answers=worth, now=TUESDAY)
    answer(one, person=world.person("ben"), moment=Moment.TWELVE_WEEKS, answers={"value": 500, "moved": "no"}, now=TUESDAY)
    organisation, until = tenancy.current(), MONDAY + timedelta(days=7)

    assert measures.eased(organisation, until).values == (0.0, 5.0)
    assert measures.surer(organisation, until).values == (2.0, 2.0)
    assert measures.benefit(organisation, until) == Sum((2700.0,), 1)  # without share and confidence an estimate counts as nothing
    assert measures.share("measure_moved")(organisation, until) == Shares("measure_moved", yes=1, of=2, groups=1)
    assert measures.share("still_doing")(organisation, until) == Shares("still_doing", yes=0, of=1, groups=1)
    assert measures.spread("hours_saved")(organisation, until) == Spread((-3.0, -3.0), 1, scale=(-20.0, 40.0), is_mean=True)
    assert [(cell.label, cell.people) for cell in measures.missing(organisation, until).cells] == [("time", 1)]
    assert measures.benefit(organisation, MONDAY) == Sum((), 0)
    assert measures.valued(organisation, until) == Shares(
        "valued", yes=1, of=2, groups=1
    )  # who named a value without share and confidence is a no
    assert measures.valued(organisation, MONDAY) == Shares("valued", yes=0, of=0, groups=0)


def test_an_estimate_without_share_or_confidence_counts_as_nothing() -> None:
    assert adjusted({"value": 90_000, "due": 45, "confidence": 65}) == 26_325
    assert adjusted({"value": 90_000, "due": 45}) is None and adjusted({"value": 0, "due": 45, "confidence": 65}) is None


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (["right"] * 3, ""),
        (["right"] * 4, "even"),
        (["right"] * 3 + ["little"], "mostly"),
        (["right", "right", "little", "much"], "uneven"),
    ],
)
def test_the_group_hears_in_words_from_four_answers_on_how_its_time_was_shared(answers: list[str], code: str) -> None:
    group = world.make_group(*world.people("ana", "ben", "cho", "dan"))
    people = world.people("ana", "ben", "cho", "dan")
    for person, given in zip(people, answers, strict=False):
        answer(group.cycles.get(), person=person, moment=Moment.AFTER_FIRST, answers={"fair_time": given}, now=TUESDAY)
    Session.objects.filter(kind="first").update(started_at=TUESDAY, ended_at=TUESDAY)

    assert shares_of_time(answers) == code == time_shared(group.cycles.get(), people=[person.id for person in people])
    page = world.sign_in(world.person("ana")).get(f"/groups/{group.id}/").content.decode()
    assert ("How you shared the time" in page) == bool(code)


def test_whoever_is_signed_in_comes_to_the_last_questions_from_the_home_page_until_they_are_answered_or_too_late(cycle: Cycle) -> None:
    browsers = {name: world.sign_in(world.person(name)) for name in ("ana", "ben", "dan")}
    address = f"/questions/{cycle.id}/later/"

    def is_asked(name: str, *, days: int = 84) -> bool:
        with time_machine.travel(TUESDAY + timedelta(days=days), tick=False):
            return address in browsers[name].get("/").content.decode()

    assert [is_asked("ana", days=days) for days in (83, 84, 113, 114)] == [False, True, True, False]
    assert (is_asked("ben"), is_asked("dan")) == (True, False)
    with time_machine.travel(LATER - timedelta(days=1), tick=False):
        assert "Until then there is nothing to do" in browsers["ana"].post(address, {"item-sure": "7"}).content.decode()
    assert not Response.objects.exists()
    with time_machine.travel(LATER, tick=False):
        assert browsers["dan"].get(address).status_code == 404
        assert "Kept, thank you" in browsers["ana"].post(address, {"item-sure": "7"}).content.decode()
    assert (is_asked("ana"), is_asked("ben")) == (False, True)
