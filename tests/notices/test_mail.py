"""Every kind of mail that a whole cycle brings, as it goes over the wire: threads, headers, both texts, ways to answer."""

import uuid
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest

from reconvene.challenges.models import AskMe, Introduction
from reconvene.console.digest import DIGEST
from reconvene.forming.models import Seat
from reconvene.groups.actions import close_cycle
from reconvene.groups.models import Cycle, Programme
from reconvene.groups.rules import Half, Outcome, ProgrammeKind
from reconvene.notices import registry
from reconvene.notices.actions import ADDRESS_CHANGED, CHANNEL_CHOSEN, set_wishes
from reconvene.notices.brief import brief_of
from reconvene.notices.mail import build, thread_root
from reconvene.notices.models import Notice
from reconvene.notices.rules import MAIL
from reconvene.people.models import AddressChange, Person
from reconvene.playbook.actions import publish
from reconvene.playbook.following import TOPIC_NEWS
from reconvene.playbook.models import Following
from reconvene.playbook.rules import StrategyDraft
from reconvene.practice import schedule
from reconvene.programmes.actions import INVITATION
from reconvene.programmes.models import Participant
from reconvene.scheduling import kinds
from reconvene.scheduling.models import Session
from reconvene.surveys.messages import TWELVE_WEEKS, WHILE_WAITING
from tests import world
from tests.forming.queue import propose
from tests.practice.small import HELD, at, held_cycle, plan_of

pytestmark = pytest.mark.django_db
IN_THE_THREAD = {
    schedule.PLAN_COPY, schedule.OCCASION, schedule.CHECK_IN, schedule.BUDDY, schedule.HALF_WAY, schedule.SECOND, schedule.REPORT,
    kinds.INVITATION, kinds.CANCELLATION, kinds.HOST_CARD, kinds.TOMORROW, kinds.STILL_WANTED, kinds.MISSED, "session_closed",
    TWELVE_WEEKS,
}  # fmt: skip
COUNTED = {TOPIC_NEWS, INVITATION, WHILE_WAITING} | IN_THE_THREAD - {
    kinds.INVITATION,
    kinds.CANCELLATION,
    kinds.HOST_CARD,
    kinds.STILL_WANTED,
    kinds.MISSED,
    "session_closed",
}


def letter(notice: Notice) -> EmailMessage:
    """The mail of a notice as it goes over the wire, read back."""
    compose = registry.composer(notice.kind)
    assert compose is not None
    message = compose(notice, now=notice.due_at)
    assert message is not None, notice.kind
    mail = build(notice, message, number=3 if notice.is_counted else 0)
    read = BytesParser(policy=policy.default).parsebytes(mail.message().as_bytes())
    assert isinstance(read, EmailMessage)
    return read


def notice(kind: str, *, person: Person, subject_id: uuid.UUID) -> Notice:
    facts = {"due_at": at(12), "not_after": at(30), "is_counted": kind in COUNTED, "channel": MAIL}
    return Notice(person=person, kind=kind, subject_id=subject_id, **facts)


def followed_by(person: Person) -> uuid.UUID:
    """A topic that the person follows, on which something was settled in the month before."""
    publish(StrategyDraft(world.topic().id, situation="work comes back", doing="ask early"), authors=3, now=at(12) - timedelta(days=31))
    return Following.objects.create(person=person, topic=world.topic(), told_for=at(12).date()).id


def invited_to(person: Person) -> uuid.UUID:
    """An invitation to a programme that has no sign-up to end."""
    programme = Programme.objects.create(name="Spring", starts_on=at(12).date())
    return Participant.objects.create(programme=programme, person=person, added_at=at(12), invited_at=at(12)).id


def waits_for_turn(person: Person) -> uuid.UUID:
    """Somebody’s place in the later half of a pilot that was drawn."""
    pilot = Programme.objects.create(
        name="Pilot", kind=ProgrammeKind.PILOT, starts_on=HELD.date(), signs_up_until=HELD.date(), formed_at=HELD, drawn_at=HELD
    )
    facts = {"added_at": HELD, "invited_at": HELD, "joined_at": HELD, "half": Half.LATER, "planned": 2}
    return Participant.objects.create(programme=pilot, person=person, **facts).id


def subjects(cycle: Cycle) -> dict[str, tuple[Person, uuid.UUID]]:
    """Whom each kind goes to, and the row it is about: Ana, who hosts and has a plan, and Ben."""
    ana, ben = world.people("ana", "ben")
    plan = plan_of(cycle, ana)
    reconvene = Session.objects.get(cycle=cycle, kind="reconvene")
    cancelled = Session.objects.create(
        cycle=cycle, kind="first", local_start="2026-03-03T10:00", zone="Europe/Berlin", starts_at=HELD, cancelled_at=HELD
    )
    first = Session.objects.get(cycle=cycle, kind="first", cancelled_at=None)
    reconvene.ask(now=HELD)
    propose(("eli", "flo", "gil"))
    seat = Seat.objects.get(person=world.person("eli"))
    return {
        **dict.fromkeys(IN_THE_THREAD, (ana, cycle.id)),
        schedule.OCCASION: (ana, plan.id),
        kinds.INVITATION: (ana, reconvene.id),
        kinds.CANCELLATION: (ana, cancelled.id),
        kinds.HOST_CARD: (ana, reconvene.id),
        kinds.TOMORROW: (ben, reconvene.id),
        kinds.STILL_WANTED: (ana, reconvene.id),
        kinds.MISSED: (ben, first.id),
        kinds.GROUP_ENDED: (ben, reconvene.id),
        kinds.CYCLE_ENDED: (ana, reconvene.id),
        "session_closed": (ana, reconvene.id),
        TOPIC_NEWS: (ana, followed_by(ana)),
        INVITATION: (ana, invited_to(ana)),
        WHILE_WAITING: (ben, waits_for_turn(ben)),
        DIGEST: (world.person("fay"), world.person("fay").id),
        "seat_offer": (seat.person, seat.id),
        "proposal_dissolved": (ana, uuid.uuid4()),
        "help_wanted": (ben, ana.id),
        "date_wanted": (ana, cycle.group_id),
        "no_dates_yet": (world.person("hal"), dateless_cycle().id),
        **introduction(),
        CHANNEL_CHOSEN: (ana, ana.id),
        ADDRESS_CHANGED: (ana, AddressChange.objects.create(person=ana, was="ana@old.example", changed_at=HELD).id),
    }


def dateless_cycle() -> Cycle:
    """Hal’s group goes on and has no dates."""
    group = world.make_group(*world.people("hal", "ivy", "kim"), name="Robin")
    following = close_cycle(group.cycles.get(), outcome=Outcome.AGAIN, now=HELD)
    assert following is not None
    return following


def introduction() -> dict[str, tuple[Person, uuid.UUID]]:
    """Sam waits alone and two are asked for him: one has not answered yet, the other agrees."""
    sam, topic = world.person("sam"), world.topic("feedback")
    found = {}
    for kind, agreed_at in (("fellow_asked", None), ("fellow_agreed", HELD)):
        challenge = world.make_challenge(sam, topic=topic, withdrawn_at=HELD if agreed_at else None)
        offer = AskMe.objects.create(person=world.person(kind), topic=topic, offered_at=HELD)
        asked = Introduction.objects.create(challenge=challenge, offer=offer, asked_at=HELD, agreed_at=agreed_at)
        found[kind] = (sam if agreed_at else offer.person, asked.id)
    return found


def every_letter() -> dict[str, EmailMessage]:
    """One mail of every kind there is."""
    cycle = held_cycle()
    set_wishes(world.person("ana"), hour=9, wants_plan_by_mail=True)
    wanted = subjects(cycle)
    assert set(wanted) == set(registry.kinds()) - {"test"}  # which another test registers
    return {kind: letter(notice(kind, person=whose, subject_id=about)) for kind, (whose, about) in wanted.items()}


@pytest.fixture
def letters() -> dict[str, EmailMessage]:
    return every_letter()


def test_all_mails_of_one_cycle_and_person_lie_in_one_thread(letters: dict[str, EmailMessage]) -> None:
    cycle = Cycle.objects.get(group__name="Wren")
    ana, ben = world.people("ana", "ben")
    roots = {kind: mail["References"] for kind, mail in letters.items() if mail["References"]}

    bens = {kinds.TOMORROW, kinds.MISSED}
    assert set(roots) == IN_THE_THREAD
    assert all(letters[kind]["In-Reply-To"] == root for kind, root in roots.items())
    assert {root for kind, root in roots.items() if kind not in bens} == {thread_root(cycle.id, ana.id)}
    assert {roots[kind] for kind in bens} == {thread_root(cycle.id, ben.id)} != {thread_root(cycle.id, ana.id)}
    assert not any(one.hex in root for one in (cycle.id, ana.id, ben.id) for root in roots.values())
    assert len({mail["Message-ID"] for mail in letters.values()}) == len(letters)


def test_what_counts_can_be_paused_by_the_mail_program_and_the_rest_cannot(letters: dict[str, EmailMessage]) -> None:
    pausable = {kind for kind, mail in letters.items() if mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"}

    assert pausable == COUNTED == {kind for kind, mail in letters.items() if "/messages/" in (mail["List-Unsubscribe"] or "")}


def test_both_texts_say_the_same_and_lead_to_the_same_places(letters: dict[str, EmailMessage]) -> None:
    for kind, mail in letters.items():
        plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
        assert plain is not None and html is not None, kind
        text, page = plain.get_content(), html.get_content()
        for line in text.splitlines():
            for address in [word for word in line.split() if word.startswith("http")]:
                assert address.replace("&", "&amp;") in page, (kind, address)
        assert "<" not in text and "&#" not in text, kind
        assert max(len(line) for line in mail.as_bytes().splitlines()) <= 998, kind


def test_every_message_that_asks_is_answered_by_a_link_that_needs_no_account(letters: dict[str, EmailMessage]) -> None:
    ways = {schedule.PLAN_COPY: "/plans/", schedule.OCCASION: "/plans/", schedule.CHECK_IN: "/check-ins/", schedule.SECOND: "/check-ins/",
            schedule.BUDDY: "/talks/", schedule.HALF_WAY: "/half-way/", schedule.REPORT: "/reports/", "seat_offer": "/seats/by-link/"}  # fmt: skip
    for kind, way in ways.items():
        body = letters[kind].get_body(("plain",))
        assert body is not None and way in body.get_content(), kind


def test_every_message_with_a_calendar_entry_goes_by_mail_whatever_was_chosen_and_no_brief_holds_more_than_its_subject() -> None:
    held = held_cycle()
    set_wishes(world.person("ana"), hour=9, wants_plan_by_mail=True)
    for kind, (whose, about) in subjects(held).items():
        compose, one = registry.composer(kind), notice(kind, person=whose, subject_id=about)
        message = compose(one, now=one.due_at) if compose else None
        assert message is not None
        assert message.calendar is None or kind in registry.mail_only_kinds(), kind
        brief = brief_of(one, message)
        assert (brief.pause is not None) == (kind in COUNTED), kind
        assert brief.answer[1].startswith("http://localhost:8000/"), kind
        assert "?" not in brief.answer[1], kind
        assert kind in registry.mail_only_kinds() or not any(name in repr(brief) for name in ("Ana", "Ben", "Delegating")), kind
