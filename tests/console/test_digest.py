from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from reconvene.console.digest import DIGEST, digest_lines, put_digest, set_digest
from reconvene.console.queries import ahead, stuck
from reconvene.forming.actions import accept_seat
from reconvene.forming.jobs import form_waiting, settle_overdue
from reconvene.forming.models import Seat
from reconvene.groups.actions import close_cycle
from reconvene.groups.models import Cycle
from reconvene.groups.rules import Outcome
from reconvene.notices.models import Notice
from reconvene.people.models import Organisation
from reconvene.scheduling.models import Session
from tests import world
from tests.forming.queue import wait
from tests.world import MONDAY, PEERS, TUESDAY

pytestmark = pytest.mark.django_db


def home() -> Organisation:
    return world.person("fay").organisation


def test_l_and_d_gets_one_mail_on_monday_morning_and_nobody_else_does() -> None:
    world.people("ana", "sam", "ada")
    assert put_digest(home(), now=MONDAY - timedelta(hours=3)) == 0  # seven o'clock in Berlin
    assert [put_digest(home(), now=MONDAY + timedelta(minutes=minutes)) for minutes in (0, 10, 120)] == [1, 0, 0]
    assert put_digest(home(), now=TUESDAY) == 0

    notice = Notice.objects.get(kind=DIGEST)
    assert (notice.person, notice.is_counted) == (world.person("fay"), False)


def test_who_stopped_it_gets_none_and_may_have_it_again() -> None:
    fay = world.person("fay")
    with time_machine.travel(MONDAY, tick=False):
        world.sign_in(fay).post(reverse("digest"), {"digest": "off"})
    assert put_digest(home(), now=MONDAY) == 0

    set_digest(fay, wanted=True, now=MONDAY)
    assert put_digest(home(), now=MONDAY) == 1


def test_it_counts_and_holds_no_name_of_a_person_a_group_or_a_topic() -> None:
    world.make_group(*world.people("ana", "cho", "dan"))
    said = " ".join(digest_lines(world.person("fay"), now=MONDAY))

    assert "1 group is live" in said and "1 session is ahead" in said and "nothing for you to do" in said
    assert not any(word in said for word in ("Ana", "Wren", "elegating", "Procurement"))


def test_a_room_that_is_missing_and_a_host_that_is_not_named_are_listed_for_two_weeks_ahead() -> None:
    group = world.make_group(*world.people("ana", "cho", "dan"))
    Session.objects.filter(kind="first").update(host=None)
    fay = world.person("fay")
    found = ahead(fay, now=MONDAY)
    assert (found.sessions, found.without_host, found.without_place) == (1, 1, 0)

    type(group.programme).objects.update(is_on_site=True)
    assert ahead(fay, now=MONDAY).needed[0].needs_place
    assert ahead(world.person("ana"), now=MONDAY).sessions == 0


def test_a_normal_cycle_needs_no_click_of_l_and_d_from_the_challenge_to_the_end() -> None:
    fay = world.person("fay")
    wait(*PEERS)
    form_waiting(MONDAY)
    for seat in Seat.objects.held():
        accept_seat(seat, offers_to_host=False, now=MONDAY + timedelta(hours=2))
    settle_overdue(MONDAY + timedelta(days=3))
    cycle = Cycle.objects.get()
    first, second = cycle.sessions.order_by("starts_at")
    looked_at = [MONDAY + timedelta(hours=3), first.starts_at - timedelta(hours=1)]
    for session in (first, second):
        session.start(now=session.starts_at)
        session.finish(now=session.starts_at + timedelta(minutes=90))
        looked_at += [session.starts_at + timedelta(hours=3), session.starts_at + timedelta(days=3)]
        assert [stuck(fay, now=now) for now in looked_at] == [[]] * len(looked_at)
    close_cycle(cycle, outcome=Outcome.FINISH, now=second.starts_at + timedelta(hours=2))

    assert stuck(fay, now=second.starts_at + timedelta(days=1)) == []
    assert not Notice.objects.filter(person=fay).exists()
