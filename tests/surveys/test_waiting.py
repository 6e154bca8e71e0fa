"""Who waits for their half of a pilot: asked when the others begin and just before their turn, and what comes of both halves' answers."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from reconvene.base import tenancy
from reconvene.base.links import Link
from reconvene.base.pseudonyms import pseudonym_of
from reconvene.groups.models import Programme
from reconvene.groups.rules import Half
from reconvene.notices.models import Notice
from reconvene.releases.actions import publish_report
from reconvene.releases.models import LedgerLine
from reconvene.surveys import measures
from reconvene.surveys.actions import answer
from reconvene.surveys.jobs import ask_waiting_halves, take_answers_along
from reconvene.surveys.messages import WAITING_LINK, WHILE_WAITING
from reconvene.surveys.models import Response
from reconvene.surveys.queries import unanswered
from reconvene.surveys.rules import ITEMS, Moment, moment_of_waiting
from tests import world
from tests.releases.company import organisation
from tests.surveys.pilots import DRAWN, TURN, draw_pilot, seat, take_in, took_part, waited
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
SENTENCE = "I did it myself again"
MARCH = date(2026, 3, 1)


@pytest.fixture
def pilot() -> Programme:
    """Ana begins; Ben and Cho wait; Dan waited and takes part no longer."""
    made = draw_pilot()
    take_in(made, world.people("ana"), half=Half.FIRST, planned=1)
    take_in(made, world.people("ben", "cho", "dan"), half=Half.LATER, planned=2)
    made.participants.get(person=world.person("dan")).decline(now=DRAWN)
    return made


def link(pilot: Programme, name: str, *, about: str = "") -> str:
    one = pilot.participants.get(person=world.person(about or name))
    return f"/questions/waiting/{Link(WAITING_LINK, pilot.organisation_id, world.person(name).id, one.id, MONDAY).token()}/"


def asked() -> list[tuple[str, bool]]:
    return sorted(Notice.objects.filter(kind=WHILE_WAITING).values_list("person__external_id", "is_counted"))


def test_both_halves_are_asked_the_same_and_only_for_three_weeks() -> None:
    assert ITEMS[Moment.WAITING] == ITEMS[Moment.BEFORE_TURN] == ITEMS[Moment.JOINING]
    weeks = [DRAWN + timedelta(weeks=number) for number in range(11)]
    found = [moment_of_waiting(drawn_at=DRAWN, second_began_at=TURN if now >= TURN else None, now=now) for now in weeks]
    assert found == [Moment.WAITING] * 3 + [None] * 4 + [Moment.BEFORE_TURN] * 3 + [None]


def test_who_waits_is_asked_when_the_others_begin_and_once_more_when_their_turn_comes_within_the_caps(pilot: Programme) -> None:
    for days in (0, 1, 20, 22):
        ask_waiting_halves(DRAWN + timedelta(days=days))
    assert asked() == [("ben", True), ("cho", True)]

    pilot.begin_second_half(now=TURN)
    for days in (0, 1):
        ask_waiting_halves(TURN + timedelta(days=days))
    assert asked() == [("ben", True)] * 2 + [("cho", True)] * 2
    assert set(Notice.objects.values_list("due_at", flat=True)) == {DRAWN, TURN}


def test_a_pilot_without_a_draw_or_that_has_ended_asks_nobody(pilot: Programme) -> None:
    Programme.objects.filter(id=pilot.id).update(drawn_at=None, second_began_at=DRAWN)
    ask_waiting_halves(DRAWN)
    Programme.objects.filter(id=pilot.id).update(drawn_at=DRAWN, second_began_at=None, ended_at=DRAWN)
    ask_waiting_halves(DRAWN)

    assert asked() == []


def test_it_is_answered_by_link_or_from_the_home_page_and_by_nobody_else(pilot: Programme) -> None:
    page, client = f"/questions/programmes/{pilot.id}/", Client()
    with time_machine.travel(DRAWN + timedelta(days=1), tick=False):
        ben = world.sign_in(world.person("ben"))
        assert page in ben.get("/").content.decode() and page not in world.sign_in(world.person("ana")).get("/").content.decode()
        assert "While you wait" in client.get(link(pilot, "ben")).content.decode()
        for other in (link(pilot, "ana"), link(pilot, "dan"), link(pilot, "cho", about="ben")):
            assert client.get(other).status_code == 404
        assert world.sign_in(world.person("ana")).get(page).status_code == 404
        refused = client.post(link(pilot, "ben"), {"item-in_the_way": "11", "item-last_time": SENTENCE})
        assert refused.status_code == 422 and SENTENCE in refused.content.decode() and not Response.objects.exists()
        assert "Kept" in client.post(link(pilot, "ben"), {"item-in_the_way": "8", "item-last_time": SENTENCE}).content.decode()
        assert page not in ben.get("/").content.decode()
    with time_machine.travel(DRAWN + timedelta(days=30), tick=False):
        assert "Nothing is asked now" in ben.post(page, {"item-sure": "1"}).content.decode()

    kept = Response.objects.get()
    assert (kept.moment, kept.answers, kept.own_words, kept.programme) == (Moment.WAITING, {"in_the_way": 8}, SENTENCE, pilot)
    row = " ".join(str(value) for value in Response.objects.values_list().get())
    person, one = world.person("ben"), pilot.participants.get(person=world.person("ben"))
    assert not any(secret in row for secret in (str(person.id), person.id.hex, str(one.id), one.id.hex))


def test_what_is_said_just_before_ones_turn_is_not_asked_again_before_the_first_session(pilot: Programme) -> None:
    pilot.begin_second_half(now=TURN)
    ben, cho = world.people("ben", "cho")
    sent = {"item-in_the_way": "6", "item-last_time": SENTENCE}
    with time_machine.travel(TURN + timedelta(days=1), tick=False):
        assert "With this you have answered" in Client().post(link(pilot, "ben"), sent).content.decode()
        cycle = seat(pilot, [ben, cho, world.person("gil")], at=TURN + timedelta(days=2), name="Wren")
        take_answers_along(TURN + timedelta(days=2))
        take_answers_along(TURN + timedelta(days=2))
    assert [unanswered([cycle], person, moment=Moment.JOINING) for person in (ben, cho)] == [[], [cycle]]
    start = Response.objects.get(moment=Moment.JOINING)
    assert (start.answers, start.own_words) == ({"in_the_way": 6}, SENTENCE)

    with time_machine.travel(TURN + timedelta(days=3), tick=False):
        Client().post(link(pilot, "cho"), {"item-sure": "5"})
    assert unanswered([cycle], cho, moment=Moment.JOINING) == []
    assert set(Response.objects.filter(moment=Moment.JOINING).values_list("group_pseudonym", flat=True)) == {start.group_pseudonym}


def test_what_is_put_right_just_before_ones_turn_is_put_right_before_the_first_session_too_unless_other_was_said_there(
    pilot: Programme,
) -> None:
    pilot.begin_second_half(now=TURN)
    ben, cho = world.people("ben", "cho")
    with time_machine.travel(TURN + timedelta(days=1), tick=False):
        for name in ("ben", "cho"):
            Client().post(link(pilot, name), {"item-in_the_way": "6"})
        cycle = seat(pilot, [ben, cho, world.person("gil")], at=TURN + timedelta(days=2), name="Wren")
        take_answers_along(TURN + timedelta(days=2))
    answer(cycle, person=cho, moment=Moment.JOINING, answers={"in_the_way": 3}, now=TURN + timedelta(days=2))

    with time_machine.travel(TURN + timedelta(days=10), tick=False):
        for name in ("ben", "cho"):
            Client().post(link(pilot, name), {"item-in_the_way": "9"})

    said = Response.objects.current().filter(moment=Moment.JOINING).values_list("voice", "answers")
    assert dict(said) == {
        pseudonym_of(pilot.organisation_id, ben.id): {"in_the_way": 9}, pseudonym_of(pilot.organisation_id, cho.id): {"in_the_way": 3},
    }  # fmt: skip


def test_nothing_is_asked_once_ones_own_first_session_has_begun(pilot: Programme) -> None:
    pilot.begin_second_half(now=TURN)
    cycle = seat(pilot, world.people("ben", "cho", "gil"), at=TURN, name="Wren")
    facts = {"local_start": "2026-02-18T10:00", "zone": "UTC", "starts_at": TURN, "started_at": TURN}
    cycle.sessions.create(organisation_id=pilot.organisation_id, kind="first", **facts)
    with time_machine.travel(TURN + timedelta(days=3), tick=False):
        assert "Nothing is asked now" in Client().get(link(pilot, "ben")).content.decode()


def test_the_contrast_holds_both_halves_by_group_and_counts_who_took_part_in_the_first_half_only() -> None:
    pilot = draw_pilot()
    took_part(pilot, groups=2, after=(3, 4))
    waited(pilot, groups=3)
    later = pilot.participants.filter(half=Half.LATER).select_related("person")[:2]
    cycle = seat(pilot, [one.person for one in later], at=TURN, name="Wren")
    for one in later:
        answer(cycle, person=one.person, moment=Moment.JOINING, answers={"in_the_way": 9}, now=TURN)
        answer(cycle, person=one.person, moment=Moment.AFTER_RECONVENE, answers={"in_the_way": 0}, now=TURN)

    found = measures.contrast("contrast_in_the_way")(tenancy.current(), MONDAY)
    one, other = found.pilots[str(pilot.id)]  # type: ignore[union-attr]  # a contrast

    assert sorted(map(sorted, one.by_group((-10, 10)))) == [[3, 3, 4, 4]] * 2  # less in the way is better
    assert sorted(map(sorted, other.by_group((-10, 10)))) == [[-1, 0, 0, 1]] * 3
    before = measures.contrast("contrast_in_the_way")(tenancy.current(), TURN - timedelta(days=7))
    assert [half.values for half in before.pilots[str(pilot.id)]] == [{}, {}]  # type: ignore[union-attr]  # a contrast


def test_a_report_does_not_tell_whether_somebody_in_a_pilot_has_answered() -> None:
    pilot = draw_pilot()
    report = publish_report(organisation(), milestone_on=date(2026, 2, 1), now=datetime(2026, 2, 2, 9, tzinfo=UTC))
    took_part(pilot, groups=1, size=1)
    later = publish_report(organisation(), milestone_on=MARCH, now=MONDAY)

    found = [one.figures.get(key="contrast_in_the_way").value["hidden_cells"] for one in (report, later)]
    assert found == [1, 1]


def test_drawn_by_person_everybody_who_waits_counts_as_a_group_of_their_own() -> None:
    pilot = draw_pilot(randomised_by="person")
    waited(pilot, groups=2, is_planned=False)

    _, other = measures.contrast("contrast_sure")(tenancy.current(), MONDAY).pilots[str(pilot.id)]  # type: ignore[union-attr]  # a contrast
    assert other.by_group((-10, 10)) == [[0.0]] * 8 and set(other.behind.values()) == {None}


@pytest.mark.parametrize(("took", "wait", "is_shown"), [(3, 3, True), (2, 4, False), (4, 2, False)])
def test_a_pilot_is_published_from_k_people_and_three_groups_in_each_half_on(took: int, wait: int, is_shown: bool) -> None:
    pilot = draw_pilot()
    took_part(pilot, groups=took)
    waited(pilot, groups=wait)

    report = publish_report(organisation(), milestone_on=MARCH, now=MONDAY)

    figure = report.figures.get(key="contrast_in_the_way").value
    assert [cell["label"] for cell in figure["cells"]] == ([str(pilot.id)] if is_shown else []) and figure["hidden_cells"] == (not is_shown)
    if is_shown:
        assert {name: figure["cells"][0][name] for name in ("value", "low", "high")} == {"value": 3.0, "low": 2.0, "high": 4.0}
        lines = {(line.book, line.cell) for line in LedgerLine.objects.filter(table="contrast_in_the_way")}
        assert lines == {("eased", f"{pilot.id} took_part"), ("contrast_in_the_way", f"{pilot.id} waited")}
