"""Two groups that go on with the same topic become one, or swap hosts, when both hosts agree, and only then."""

from datetime import timedelta

import pytest
import time_machine

from reconvene.availability.models import Connection
from reconvene.challenges.models import Challenge
from reconvene.forming.going_on import find_next_dates
from reconvene.forming.group_offers import NotPossible, NotTheHost, answer_offer, offer, partners
from reconvene.forming.models import GroupOffer
from reconvene.groups.actions import Sitter, close_cycle, seat_member
from reconvene.groups.models import Cycle, Group, Membership
from reconvene.groups.rules import OfferKind, Outcome
from reconvene.notices.models import Notice
from reconvene.notices.registry import composer
from reconvene.notices.rules import Message
from reconvene.people.models import KeepApart, Person
from reconvene.scheduling import feeds, kinds
from reconvene.scheduling.actions import cancel_sessions, hand_over, move_session
from reconvene.scheduling.copies import differing
from reconvene.scheduling.jobs import end_guest_seats
from reconvene.scheduling.models import Session
from reconvene.scheduling.queries import engagements
from reconvene.scheduling.rebooking import rebook
from tests import world
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=30)
HOUR = timedelta(hours=1)
MERGE, SWAP = OfferKind


def goes_on(name: str, *members: str) -> Group:
    """A group before its second cycle, with dates; the first of them hosts."""
    group = world.make_group(*world.people(*members), name=name)
    following = close_cycle(group.cycles.get(), outcome=Outcome.AGAIN, now=LATER)
    assert following is not None and find_next_dates(following, now=LATER)
    return group


@pytest.fixture
def two() -> tuple[Group, Group]:
    return goes_on("Wren", "ana", "ben", "cho"), goes_on("Robin", "dan", "eli", "flo")


def sitting(group: Group) -> set[str]:
    return set(group.memberships.live().values_list("person__external_id", flat=True))


def test_both_hosts_agree_and_all_sit_at_one_table_with_its_dates(two: tuple[Group, Group]) -> None:
    wren, robin = two
    with pytest.raises(NotTheHost):
        offer(wren, other=robin, kind=MERGE, by=world.person("ben"), now=LATER)
    offered = offer(wren, other=robin, kind=MERGE, by=world.person("ana"), now=LATER)
    with pytest.raises(NotTheHost):
        answer_offer(offered, agrees=True, by=world.person("ana"), now=LATER)
    assert sitting(wren) == {"ana", "ben", "cho"}

    answer_offer(offered, agrees=True, by=world.person("dan"), now=LATER)

    wren.refresh_from_db()
    assert (sitting(wren), sitting(robin)) == (set(), {"ana", "ben", "cho", "dan", "eli", "flo"})
    assert wren.ended_at == LATER and Cycle.objects.get(group=wren, number=2).outcome == Outcome.MERGED
    assert not Session.objects.filter(cycle__group=wren, cycle__number=2, cancelled_at=None).exists()
    assert Session.objects.filter(cycle__group=robin, cycle__number=2, cancelled_at=None).count() == 2
    assert not Challenge.objects.open().exists()


@pytest.mark.parametrize("obstacle", ["reporting_line", "keep_apart", "level"])
def test_who_may_not_sit_together_is_not_brought_together_and_nothing_changes(obstacle: str, two: tuple[Group, Group]) -> None:
    wren, robin = two
    dan = world.person("dan")
    if obstacle == "reporting_line":
        type(dan).objects.filter(id=world.person("ben").id).update(manager=dan)
    elif obstacle == "keep_apart":
        KeepApart.objects.create(person=world.person("flo"), other=world.person("cho"))
    else:
        type(dan).objects.filter(id=dan.id).update(level=world.Level.objects.get(rank=3))
    offered = offer(wren, other=robin, kind=MERGE, by=world.person("ana"), now=LATER)

    with pytest.raises(NotPossible):
        answer_offer(offered, agrees=True, by=dan, now=LATER)
    assert (sitting(wren), sitting(robin)) == ({"ana", "ben", "cho"}, {"dan", "eli", "flo"})
    assert Cycle.objects.running().count() == 2


def test_only_groups_with_the_same_topic_and_room_that_have_not_begun_are_partners(two: tuple[Group, Group]) -> None:
    wren, robin = two
    assert [one.group for one in partners(wren, now=LATER)] == [robin]
    world.make_group(*world.people("gus", "hal", "ivy"), name="Owl")  # in its first cycle
    goes_on("Lark", "kim", "lou", "mia", "noa")  # seven at one table are too many; their hosts could swap, but not at the same hour
    assert [one.group for one in partners(wren, now=LATER)] == [robin]
    Session.objects.filter(cycle__group=robin, cycle__number=2, kind="first").update(started_at=LATER)

    assert partners(wren, now=LATER) == []


@time_machine.travel(LATER, tick=False)
def test_on_the_groups_page_the_host_and_nobody_else_offers_and_answers(two: tuple[Group, Group]) -> None:
    wren, robin = two
    ana, ben, dan = (world.sign_in(world.person(name)) for name in ("ana", "ben", "dan"))
    assert "Another group of 3" in ana.get(f"/groups/{wren.id}/").content.decode()
    assert "Another group" not in ben.get(f"/groups/{wren.id}/").content.decode()
    ana.post(f"/groups/{wren.id}/offers/", {"kind": "merge", "other": robin.id})
    assert "would like to join you" in dan.get(f"/groups/{robin.id}/").content.decode()

    dan.post(f"/groups/{robin.id}/offers/", {"agrees": "no"})
    assert GroupOffer.objects.get().declined_at == LATER and len(sitting(wren)) == 3


def apart(group: Group) -> Session:
    """The coming first session of a group, put to another hour than the other group's."""
    session = coming(group)
    move_session(session, local_start=f"{session.local:%Y-%m-%d}T14:00", by=world.person("dan"), now=LATER + HOUR)
    return coming(group)


def coming(group: Group) -> Session:
    return Session.objects.get(cycle__group=group, cycle__closed_at=None, kind="first")


def invited(session: Session) -> set[str]:
    found = Notice.objects.waiting().filter(subject_id=session.id, kind=kinds.INVITATION)
    return set(found.values_list("person__external_id", flat=True))


def swap(two: tuple[Group, Group]) -> None:
    wren, robin = two
    apart(robin)
    offered = offer(wren, other=robin, kind=SWAP, by=world.person("ana"), now=LATER)
    answer_offer(offered, agrees=True, by=world.person("dan"), now=LATER)


def test_hosts_are_swapped_for_the_first_session_and_each_group_stays_as_it_is(two: tuple[Group, Group]) -> None:
    wren, robin = two
    swap(two)

    assert (coming(wren).guest_host, coming(robin).guest_host) == (world.person("dan"), world.person("ana"))
    assert (coming(wren).host, coming(robin).host) == (world.person("ana"), world.person("dan"))
    assert (sitting(wren), sitting(robin)) == ({"ana", "ben", "cho"}, {"dan", "eli", "flo"})
    assert not Session.objects.filter(kind="reconvene").exclude(guest_host=None).exists()
    assert (invited(coming(wren)), invited(coming(robin))) == ({"ana", "ben", "cho", "dan"}, {"dan", "eli", "flo", "ana"})
    assert partners(wren, now=LATER) != [] and not partners(wren, now=LATER)[0].may_swap, "once"


def test_hosts_of_any_level_and_of_groups_too_large_for_one_table_may_swap() -> None:
    wren, lark = goes_on("Wren", "ana", "ben", "cho", "eli"), goes_on("Lark", "dan", "lou", "mia", "noa")
    type(world.person("dan")).objects.filter(id=world.person("dan").id).update(level=world.Level.objects.get(rank=3))
    apart(lark)
    (partner,) = partners(wren, now=LATER)

    assert (partner.may_merge, partner.may_swap) == (False, True)
    swap((wren, lark))
    assert coming(wren).guest_host == world.person("dan")


@pytest.mark.parametrize(
    "obstacle", ["their boss", "boss of a boss", "works for one of them", "keep apart", "asked to be apart", "same hour", "other host"]
)
def test_who_should_not_hear_somebody_conducts_nothing_and_nothing_changes(obstacle: str, two: tuple[Group, Group]) -> None:
    wren, robin = two
    ana, ben, dan, eve = world.people("ana", "ben", "dan", "eva")
    apart(robin)
    offered = offer(wren, other=robin, kind=SWAP, by=ana, now=LATER)
    if obstacle == "their boss":
        Person.objects.filter(id=ben.id).update(manager=dan)
    elif obstacle == "boss of a boss":
        Person.objects.filter(id=eve.id).update(manager=dan)  # and Eva is Ben's
    elif obstacle == "works for one of them":
        Person.objects.filter(id=ana.id).update(manager=world.person("flo"))
    elif obstacle == "keep apart":
        KeepApart.objects.create(person=dan, other=world.person("cho"))
    elif obstacle == "asked to be apart":
        KeepApart.objects.create(person=world.person("eli"), other=ana)
    elif obstacle == "same hour":
        move_session(coming(robin), local_start=coming(wren).local_start, by=dan, now=LATER)
    else:
        hand_over(coming(wren), host=ben, now=LATER)

    with pytest.raises(NotPossible):
        answer_offer(offered, agrees=True, by=dan, now=LATER)
    assert not Session.objects.exclude(guest_host=None).exists()
    assert GroupOffer.objects.open().exists()


def test_members_who_should_not_sit_together_are_no_obstacle_to_swapping(two: tuple[Group, Group]) -> None:
    KeepApart.objects.create(person=world.person("flo"), other=world.person("cho"))
    swap(two)

    assert coming(two[0]).guest_host is not None


def test_the_guest_hears_of_a_new_date_of_one_that_is_called_off_and_of_nothing_else(two: tuple[Group, Group]) -> None:
    _wren, robin = two
    swap(two)
    session = coming(robin)
    letter = message(session, "ana", kinds.INVITATION)
    assert letter is not None and "ou conduct a session on" in letter.subject
    assert letter.calendar is not None and f"/rooms/{session.id}/conducting/".encode() in letter.calendar.replace(b"\r\n ", b"")
    assert not any(word in str(letter) for word in ("elegating", "hand over", "Robin", "Dan", "Eli"))

    Notice.objects.filter(subject_id=session.id).update(sent_at=LATER + HOUR)
    move_session(session, local_start=f"{session.local:%Y-%m-%d}T15:00", by=world.person("eli"), now=LATER + 2 * HOUR)
    changed = message(coming(robin), "ana", kinds.INVITATION)
    assert changed is not None and changed.subject.startswith("Changed: you conduct a session on") and "15:00" in " ".join(changed.lines)
    assert {notice.kind for notice in Notice.objects.filter(subject_id=session.id, person=world.person("ana"))} == {kinds.INVITATION}

    cancel_sessions(session.cycle, now=LATER)
    session.refresh_from_db()
    assert session.guest_host is None
    gone = message(session, "ana", kinds.CANCELLATION)
    assert gone is not None and gone.calendar is not None and b"METHOD:CANCEL" in gone.calendar


@pytest.mark.parametrize("change", ["left", "group over", "own group over", "boss joins", "sits there", "same hour", "date in question"])
def test_the_guests_part_ends_with_what_it_rests_on(change: str, two: tuple[Group, Group]) -> None:
    wren, robin = two
    swap(two)
    ana, session = world.person("ana"), coming(robin)
    if change == "left":
        ana.leave(now=LATER)
    elif change == "group over":
        close_cycle(session.cycle, outcome=Outcome.FINISH, now=LATER)
    elif change == "own group over":
        close_cycle(coming(wren).cycle, outcome=Outcome.FINISH, now=LATER)
    elif change == "boss joins":
        Person.objects.filter(id=ana.id).update(manager=world.person("gus"))
        seat_member(robin, sitter=Sitter(world.person("gus")), now=LATER)
    elif change == "sits there":
        Membership.objects.filter(person=ana).update(ended_at=LATER)
        seat_member(robin, sitter=Sitter(ana), now=LATER)
    elif change == "same hour":
        move_session(coming(wren), local_start=session.local_start, by=ana, now=LATER)
    else:
        session.strikes = 1
        session.save()
        rebook(session, now=LATER)
    end_guest_seats(LATER)

    assert not Session.objects.filter(guest_host=ana).exists()
    end_guest_seats(LATER)


@time_machine.travel(LATER, tick=False)
def test_on_the_groups_page_hosts_read_what_a_guest_hears_and_anybody_ends_it(two: tuple[Group, Group]) -> None:
    wren, robin = two
    apart(robin)
    ana, ben, dan, eli = (world.sign_in(world.person(name)) for name in ("ana", "ben", "dan", "eli"))
    assert "Offer to swap hosts" in ana.get(f"/groups/{wren.id}/").content.decode()
    assert ana.post(f"/groups/{wren.id}/offers/", {"kind": "nothing", "other": robin.id}).status_code == 404
    ana.post(f"/groups/{wren.id}/offers/", {"kind": "swap", "other": robin.id})
    page = dan.get(f"/groups/{robin.id}/").content.decode()
    assert "Your guest hears what is said" in page and "ask the others first" in page and "Ana" not in page
    dan.post(f"/groups/{robin.id}/offers/", {"agrees": "yes"})

    assert "Ana Example, who hosts another group, conducts this session" in eli.get(f"/groups/{robin.id}/").content.decode()
    assert "You conduct another group" in ana.get("/").content.decode()
    assert "You conduct another group" not in ben.get("/").content.decode()
    eli.post(f"/rooms/{coming(robin).id}/guest/end/", {"from": "group"})
    assert "You conduct another group" not in ana.get("/").content.decode()
    dan.post(f"/rooms/{coming(wren).id}/guest/end/")
    assert not Session.objects.exclude(guest_host=None).exists()


def test_whose_calendar_we_write_gets_the_guest_session_there_and_nobody_plans_over_it(two: tuple[Group, Group]) -> None:
    _wren, robin = two
    swap(two)
    ana, session = world.person("ana"), coming(robin)
    Connection.objects.create(person=ana, kind="caldav", connected_at=LATER, read_again_at=LATER, writes_since=LATER)

    assert (session.id, ana.id) in {(one.session_id, one.person_id) for one in differing(LATER, most=9)}
    assert (session.starts_at, session.ends_at) in engagements([ana], since=LATER, until=session.ends_at)[ana.id]
    assert session in feeds.sessions_for(ana, now=LATER)


def message(session: Session, name: str, kind: str) -> Message | None:
    notice = Notice.objects.waiting().get(subject_id=session.id, kind=kind, person=world.person(name))
    compose = composer(kind)
    assert compose is not None
    return compose(notice, now=LATER)
