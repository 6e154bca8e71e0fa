"""The console: who finds it, what it shows, what it never shows, and its few buttons."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reconvene.base import tenancy
from reconvene.console.messages import DATE_WANTED, date_wanted
from reconvene.console.queries import STUCK_SHOWN
from reconvene.forming.models import Proposal, Seat
from reconvene.groups.models import Group, Programme
from reconvene.guides.authoring.arrangement import Placed, arrange
from reconvene.notices.models import Notice
from reconvene.releases.actions import publish_report
from reconvene.releases.models import Figure, Opening, Report
from reconvene.scheduling.models import Session
from tests import world
from tests.releases import company
from tests.releases.company import FIRST_OF_MARCH, organisation
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
PAGES = ("/console/", "/console/reports/", "/console/groups/", "/console/groups/new/")


@pytest.fixture(autouse=True)
def in_march() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def fay() -> Client:
    return world.sign_in(world.person("fay"))


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def publish() -> Report:
    return publish_report(organisation(), milestone_on=date(2026, 3, 1), now=NOW)


def make_large_company() -> None:
    raised, met = FIRST_OF_MARCH - timedelta(days=20), FIRST_OF_MARCH - timedelta(days=8)
    company.raise_need(company.hire(60), topic=world.topic(), at=raised)
    company.run_groups(10, topic=world.topic(), raised=raised, first=met)


@pytest.mark.parametrize(("name", "found"), [("ana", ()), ("ada", ()), ("sam", PAGES[:2]), ("fay", PAGES)])
def test_only_learning_and_sponsors_find_reports_and_only_learning_finds_groups(name: str, found: tuple[str, ...]) -> None:
    client = world.sign_in(world.person(name))
    answers = {page: client.get(page).status_code for page in PAGES}
    assert answers == {page: 200 if page in found else 404 for page in PAGES}


def test_the_buttons_are_not_there_for_a_sponsor_or_for_another_organisation() -> None:
    group = world.make_group(*world.people("ana", "ben", "cho"))
    session = Session.objects.first()
    assert session is not None
    addresses = [f"/console/groups/{group.id}/date/", f"/console/proposals/{group.id}/next/", f"/console/sessions/{session.id}/place/"]
    sponsor = world.sign_in(world.person("sam"))
    other = world.make_organisation("Other")
    with tenancy.within(other.id):
        stranger = world.sign_in(world.person("fay"))
    assert [sponsor.post(one).status_code for one in addresses] == [404] * 3
    assert [stranger.post(one).status_code for one in addresses] == [404] * 3
    assert not Notice.objects.exists()


def test_a_report_of_a_large_company_shows_rounded_figures_with_a_table_for_each_chart() -> None:
    make_large_company()
    publish()
    page = text_of(fay(), "/console/")
    assert "About 120 managers have raised a challenge" in page
    assert page.count("Show as a table") >= 3
    assert "secret words" not in page


def test_a_report_of_a_small_company_hides_everything_and_says_why() -> None:
    company.run_groups(1, topic=world.topic(), raised=FIRST_OF_MARCH - timedelta(days=20), first=FIRST_OF_MARCH - timedelta(days=8))
    publish()
    page = text_of(fay(), "/console/")
    assert "Hidden: fewer than 8 people or 3 groups" in page
    assert "Too few people so far" in page
    assert "Delegating" not in page


def test_a_programme_that_is_renamed_has_its_new_name_in_a_report_that_was_looked_at_before() -> None:
    report, programme = Report.objects.create(milestone_on=date(2026, 3, 1), published_at=NOW), world.programme()
    cells = [{"label": str(programme.id), "people": 40}, {"label": "", "people": 25}]
    value = {"kind": "count", "attribute": "programme", "cells": cells, "hidden_cells": 0}
    Figure.objects.create(report=report, key="participants_by_programme", value=value)
    client = fay()
    assert programme.name in text_of(client, "/console/")

    Programme.objects.filter(id=programme.id).update(name="Leading in the night shift")

    page = text_of(client, "/console/")
    assert "Leading in the night shift" in page and programme.name not in page


def test_a_topic_that_is_renamed_has_its_new_name_on_every_page_and_file_of_a_report() -> None:
    report, topic = Report.objects.create(milestone_on=date(2026, 3, 1), published_at=NOW), world.topic()
    value = {"kind": "counts", "cells": [{"label": topic.slug, "people": 40, "taken_on": "2026-03-01"}], "hidden_cells": 0}
    Figure.objects.create(report=report, key="topics", value=value)
    client, addresses = fay(), ("/console/", "/console/demand/", "/console/reports/2026-03-01/file/csv/")
    assert all("Delegating" in text_of(client, address) for address in addresses)

    arrange(world.person("fay"), placed={topic.slug: Placed(False, None, "Handing work on")}, now=NOW)

    for page in (text_of(client, address) for address in addresses):
        assert "Handing work on" in page and "Delegating" not in page
    lines = [line for row in client.get("/console/demand/").context["map"].rows for line in row.topics]
    assert [(line.title, line.people) for line in lines] == [("Handing work on", 40)]


def test_before_the_first_report_the_page_says_when_it_comes() -> None:
    page = text_of(fay(), "/console/")
    assert "The first report is fixed for 1 April" in page


def test_every_opening_stands_in_the_log() -> None:
    publish()
    text_of(world.sign_in(world.person("sam")), "/console/")
    text_of(world.sign_in(world.person("sam")), "/console/reports/2026-03-01/")
    assert Opening.objects.count() == 1
    assert "Sam Example" in text_of(fay(), "/console/reports/")


@pytest.mark.parametrize("day", ["2025-01-01", "yesterday", "2026-13-01"])
def test_a_report_that_was_never_taken_is_not_there(day: str) -> None:
    assert fay().get(f"/console/reports/{day}/").status_code == 404


def test_a_sponsor_sees_no_live_group() -> None:
    world.make_group(*world.people("ana", "ben", "cho"))
    assert "Wren" not in text_of(world.sign_in(world.person("sam")), "/console/")


def test_a_session_that_was_not_held_is_shown_and_its_members_are_asked_once() -> None:
    group = world.make_group(*world.people("ana", "ben", "cho"))
    client = fay()
    page = text_of(client, "/console/")
    assert "1 group needs a hand" in page
    assert "The session on Tuesday 3 March was not held" in page
    for _ in range(2):
        assert client.post(f"/console/groups/{group.id}/date/").status_code == 302
    notices = list(Notice.objects.filter(kind=DATE_WANTED))
    assert {notice.person.first_name for notice in notices} == {"Ana", "Ben", "Cho"}
    assert len(notices) == 3
    message = date_wanted(notices[0], now=NOW)
    assert message is not None
    words = " ".join((message.subject, *message.lines))
    assert not any(name in words for name in ("Ana", "Ben", "Cho", "Wren", "Delegating"))


def test_a_session_without_a_room_is_shown_until_it_is_over() -> None:
    group = world.make_group(*world.people("ana", "ben", "cho"))
    first = Session.objects.earliest("starts_at")
    Session.objects.filter(id=first.id).update(started_at=first.starts_at, ended_at=first.ends_at)
    Programme.objects.update(is_on_site=True)
    assert "The session on Tuesday 31 March has no room" in text_of(fay(), "/console/")
    Session.objects.filter(cycle__group=group).exclude(id=first.id).update(ended_at=NOW)
    assert "No group needs a hand" in text_of(fay(), "/console/")


def test_a_room_is_set_and_everyone_gets_a_changed_entry() -> None:
    world.make_group(*world.people("ana", "ben", "cho"))
    reconvene = Session.objects.order_by("starts_at").last()
    assert reconvene is not None
    client = fay()
    assert client.post(f"/console/sessions/{reconvene.id}/place/", {"place": ""}).status_code == 422
    assert client.post(f"/console/sessions/{reconvene.id}/place/", {"place": "Hall, room 3"}).status_code == 302
    reconvene.refresh_from_db()
    assert reconvene.place == "Hall, room 3"


def make_proposal(*, said_yes: int) -> Proposal:
    proposal = Proposal.objects.create(
        programme=world.programme(), topic=world.topic(), zone="Europe/Berlin", first_local="2026-03-20T10:00",
        reconvene_local="2026-04-17T10:00", proposed_at=NOW - timedelta(days=2), answer_by=NOW + timedelta(hours=5),
    )  # fmt: skip
    for number, person in enumerate(world.people("ana", "ben", "cho", "dan", "eli"), start=1):
        accepted = NOW if number <= said_yes else None
        Seat.objects.create(proposal=proposal, person=person, number=number, invited_at=NOW, accepted_at=accepted)
    return proposal


def test_a_proposal_short_of_answers_is_shown_with_seats_and_date_but_no_topic_and_no_name() -> None:
    proposal = make_proposal(said_yes=2)
    page = text_of(fay(), "/console/")
    assert "2 of 5 said yes" in page
    assert "Not enough answers for a first session on Friday 20 March" in page
    assert not any(name in page for name in ("Ana Example", "Delegating"))
    assert fay().post(f"/console/proposals/{proposal.id}/next/").status_code == 302


def test_people_who_were_asked_a_minute_ago_are_not_short_of_answers() -> None:
    proposal = make_proposal(said_yes=0)
    proposal.held_at, proposal.released_at = proposal.proposed_at, NOW - timedelta(minutes=1)
    proposal.save()
    assert "No group needs a hand" in text_of(fay(), "/console/")
    proposal.released_at = NOW - timedelta(days=2)
    proposal.save()
    assert "0 of 5 said yes" in text_of(fay(), "/console/")


def test_of_many_groups_those_that_have_waited_longest_are_shown_and_it_is_said_that_there_are_more() -> None:
    for number in range(STUCK_SHOWN):
        world.make_group(*world.people(f"one{number}", f"two{number}", f"three{number}"), name=f"Bird {number}")
    page = text_of(fay(), "/console/")
    assert f"{STUCK_SHOWN} groups need a hand" in page
    assert "There are more." not in page
    latest = world.make_group(*world.people("ana", "ben", "cho"), name="Owl")
    Session.objects.filter(cycle__group=latest).update(starts_at=MONDAY + timedelta(days=4))
    page = text_of(fay(), "/console/")
    assert f"The {STUCK_SHOWN} groups that have waited longest" in page
    assert "There are more." in page
    assert page.count("was not held") == STUCK_SHOWN
    assert "Owl" not in page


def test_a_proposal_with_enough_answers_needs_no_hand() -> None:
    make_proposal(said_yes=4)
    assert "No group needs a hand" in text_of(fay(), "/console/")


def test_a_proposal_short_of_answers_is_shown_however_many_older_ones_have_enough() -> None:
    short = make_proposal(said_yes=2)
    for hours in range(1, STUCK_SHOWN + 2):
        older = make_proposal(said_yes=4)
        Proposal.objects.filter(id=older.id).update(proposed_at=short.proposed_at - timedelta(hours=hours))

    assert "2 of 5 said yes" in text_of(fay(), "/console/")


def test_the_list_of_groups_shows_dates_and_seats_and_never_a_topic_or_a_member() -> None:
    world.make_group(*world.people("ana", "ben", "cho"))
    page = text_of(fay(), "/console/groups/")
    assert "Wren" in page
    assert "3 of 6" in page
    assert "Tuesday 31 March" in page
    assert not any(name in page for name in ("Ana Example", "Ben Example", "Delegating", "hand over work", "half done"))


def test_the_list_of_groups_says_which_session_was_not_held() -> None:
    group = world.make_group(*world.people("ana", "ben", "cho"))
    client, first = fay(), Session.objects.get(cycle__group=group, kind="first")
    Session.objects.filter(cycle__group=group).update(starts_at=NOW + timedelta(days=1))
    assert "before the first session" in text_of(client, "/console/groups/")
    Session.objects.filter(id=first.id).update(starts_at=NOW - timedelta(hours=7))
    assert "its first session was not held" in text_of(client, "/console/groups/")
    Session.objects.filter(id=first.id).update(started_at=NOW, ended_at=NOW)
    assert "in the four weeks" in text_of(client, "/console/groups/")
    Session.objects.filter(cycle__group=group, kind="reconvene").update(starts_at=NOW - timedelta(hours=7))
    assert "its reconvene was not held" in text_of(client, "/console/groups/")


def test_the_list_of_groups_goes_on_where_it_ended_with_as_many_queries() -> None:
    client, counts = fay(), []
    for count, start in ((1, 0), (29, 1)):
        company.run_groups(count, topic=world.topic(), raised=MONDAY, first=MONDAY + timedelta(days=5), start=start)
        text_of(client, "/console/groups/")
        with CaptureQueriesContext(connection) as queries:
            text_of(client, "/console/groups/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16
    first = text_of(client, "/console/groups/")
    second = (
        text_of(client, "/console/groups/?after=Bird+5")
        if "after=Bird%205" not in first
        else text_of(client, "/console/groups/?after=Bird%205")
    )
    shown = [name for name in (f"Bird {n}<" for n in range(30)) if name in first]
    assert len(shown) == 25
    assert "Bird 6<" in second


def test_the_overview_takes_as_many_queries_with_one_group_as_with_thirty() -> None:
    publish()
    client, counts = fay(), []
    for count, start in ((1, 0), (29, 1)):
        company.run_groups(count, topic=world.topic(), raised=MONDAY, first=MONDAY, start=start, held=False)
        Session.objects.all().delete()
        for group in Group.objects.all():
            company.hold(group, "first", at=MONDAY + timedelta(days=1))
        text_of(client, "/console/")
        with CaptureQueriesContext(connection) as queries:
            text_of(client, "/console/")
        counts.append(len([one for one in queries if "SAVEPOINT" not in one["sql"]]))
    assert counts[0] == counts[1] <= 16


def address(*names: str, **more: str) -> str:
    people = "".join(f"&person={world.person(name).id}" for name in names)
    return "/console/groups/new/?topic=delegating" + people + "".join(f"&{key}={value}" for key, value in more.items())


def test_people_are_found_chosen_and_taken_out() -> None:
    world.topic()
    world.people("ana", "ben", "cho")
    client = fay()
    assert "Add Cho Example" in text_of(client, address("ana", q="ware"))
    page = text_of(client, address("ana", "ben", remove=str(world.person("ben").id)))
    assert "1 person chosen" in page
    assert "Ben Example" not in page


def test_a_reporting_line_is_said_plainly_and_nobody_can_be_invited() -> None:
    world.topic()
    client = fay()
    page = text_of(client, address("ana", "ben", "eva"))
    assert "Ben Example and somebody else here are in one reporting line" in page
    assert "Invite them" not in page
    form = {"topic": "delegating", "person": [str(person.id) for person in world.people("ana", "ben", "eva")]}
    assert client.post("/console/groups/new/", form).status_code == 422
    assert not Proposal.objects.exists()


def test_that_somebody_sits_in_another_group_is_not_told() -> None:
    world.make_group(*world.people("ana", "ben", "cho"))
    page = text_of(fay(), address("ana", "dan", "eli"))
    assert "Ana Example cannot sit in this group within the fixed rules" in page
    assert "another group" not in page


def test_a_group_seated_by_hand_is_invited_once_however_often_the_form_is_sent() -> None:
    world.topic()
    client = fay()
    people = world.people("ana", "cho", "dan")
    page = text_of(client, address("ana", "cho", "dan"))
    assert "Invite them" in page
    first = page.split('name="first_local" value="')[1].split('"')[0]
    form = {"topic": "delegating", "person": [str(person.id) for person in people], "first_local": first}
    assert [client.post("/console/groups/new/", form).status_code for _ in range(2)] == [302, 302]
    proposal = Proposal.objects.get()
    assert proposal.first_local == first
    assert {seat.person for seat in proposal.seats.all()} == set(people)


@pytest.mark.parametrize("form", [{}, {"topic": "nothing"}, {"topic": "delegating", "person": ["x", "1"]}])
def test_a_broken_form_invites_nobody(form: dict[str, object]) -> None:
    world.topic()
    answer = fay().post("/console/groups/new/", form)
    assert answer.status_code == 422
    assert not Proposal.objects.exists()
