"""Plans, buddies, check-ins, half-way, reports, and the messages of the four weeks as they arrive."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reconvene.availability.models import WorkingHours
from reconvene.base import tenancy
from reconvene.groups.models import live_member_ids
from reconvene.guides.catalogue import library
from reconvene.notices import registry, sending
from reconvene.notices.actions import mute, set_wishes
from reconvene.notices.mail import thread_root
from reconvene.notices.models import Notice
from reconvene.people.models import Person
from reconvene.practice import actions, jobs, measures, queries
from reconvene.practice.models import Buddy, CheckIn, JournalEntry, Plan, Practice, PracticeReport
from reconvene.practice.rules import DidIt, HalfWay, ReportDraft
from reconvene.practice.words import draft_for_boss
from reconvene.releases.measurements import Shares
from reconvene.scheduling import kinds
from reconvene.scheduling.actions import leave
from reconvene.scheduling.models import Session
from tests import world
from tests.notices.mail_server import MailServer, mail_server
from tests.practice.small import DRAFT, HELD, at, checked_in, held_cycle, plan_of

pytestmark = pytest.mark.django_db
TIP = ("half done", "")  # the guide's own words, not the member's
WORDS = ["draft", "faster", "evenings", "finish", "minutes long", "delegating", "wren", "@aldermoor"]


def test_a_new_plan_takes_the_place_of_the_old_one_and_the_same_again_changes_nothing() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    first = plan_of(cycle, ana)

    assert plan_of(cycle, ana) == first
    second = actions.make_plan(cycle, person=ana, plan=replace(DRAFT, then_action="wait"), now=at(3))

    assert list(Plan.objects.current().filter(person=ana)) == [second]
    assert Plan.objects.get(id=first.id).replaced_at == at(3)


def test_a_vague_cue_is_refused_with_a_sentence() -> None:
    with pytest.raises(actions.VagueCue, match="“more often” is hard to notice"):
        actions.make_plan(held_cycle(), person=world.person("ana"), plan=replace(DRAFT, if_cue="more often"), now=HELD)

    assert Plan.objects.count() == 0


def test_pairing_again_gives_the_same_buddies() -> None:
    cycle = held_cycle("ana", "ben", "cho", "dan", "eli")
    members = world.people("ana", "ben", "cho", "dan", "eli")
    before = set(Buddy.objects.values_list("person", "buddy"))

    actions.pair_buddies(cycle, members=list(reversed(members)), seed=1, now=HELD)

    assert set(Buddy.objects.values_list("person", "buddy")) == before
    assert len(before) == 5


def test_four_weeks_bring_these_mails_on_these_days_and_no_words_of_anybody() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    tips = library().guides["delegating"].tips
    actions.make_plan(cycle, person=ana, plan=replace(DRAFT, first_on=date(2026, 3, 5)), now=HELD)
    actions.start_practice(cycle, now=HELD)
    actions.start_practice(cycle, now=HELD)

    arrived = []
    with mail_server() as server:
        for day in range(1, 28):
            before = len(server.arrived)
            sending.drain(tenancy.current(), now=at(day))
            actions.come_by(queries.practice_of(cycle.id, ana), now=at(day, hour=10))
            arrived += [(day, mail) for recipients, mail in server.arrived[before:] if recipients == ("ana@aldermoor.example",)]

    assert [(day, mail["Subject"]) for day, mail in arrived] == [
        (2, "Today is the day you chose"),
        (7, "How did the first week go? Three taps"),
        (10, "Fifteen minutes with your buddy"),
        (14, "Half-way: keep, shrink or swap"),
        (20, "How is it going? Three taps and one sentence"),
        (24, "Your practice report, three minutes"),
    ]
    buddy = Buddy.objects.get(person=ana).buddy.first_name
    for _, mail in arrived:
        text = (mail["Subject"] + mail.get_body(("plain",)).get_content() + mail.get_body(("html",)).get_content()).lower()
        assert not any(word in text.replace(*TIP) for word in WORDS)
        assert not any(re.search(rf"\b{name}\b", text) for name in ("ben", "cho", "dan", "eli") if name != buddy.lower())
    texts = [" ".join(mail.get_body(("plain",)).get_content().split()) for _, mail in arrived]
    assert "?came_up=once" in texts[1] and "?choice=shrink" in texts[3]
    assert [next((week for week, tip in enumerate(tips) if tip in text), None) for text in texts] == [0, 0, None, 1, 2, 3]
    asked = library().guides["delegating"].buddy_questions
    assert [[week for week, question in enumerate(asked) if question in text] for text in texts] == [[], [], [1], [], [], []]
    assert not Notice.objects.filter(person=ana, kind="plan_copy").exists()
    assert {mail["References"] for _, mail in arrived} == {thread_root(cycle.id, ana.id)}


def subjects_to(name: str, server: MailServer) -> list[str]:
    return [mail["Subject"] for recipients, mail in server.arrived if recipients == (f"{name}@aldermoor.example",)]


def test_after_two_messages_without_an_answer_or_a_visit_only_the_report_still_comes() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)
    actions.start_practice(cycle, now=HELD)

    with mail_server() as server:
        for day in range(1, 28):
            sending.drain(tenancy.current(), now=at(day))

    assert subjects_to("ana", server) == [
        "How did the first week go? Three taps", "Fifteen minutes with your buddy", "Your practice report, three minutes",
    ]  # fmt: skip
    assert actions.come_by(queries.practice_of(cycle.id, ana), now=at(24))
    assert actions.come_by(queries.practice_of(cycle.id, ana), now=at(24))  # a visit does not write for them; a tap does


@pytest.mark.parametrize("sign", ["visit", "talk", "journal", "resume"])
def test_any_sign_of_life_keeps_the_messages_coming(sign: str) -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)
    actions.start_practice(cycle, now=HELD)
    signs: dict[str, Callable[[], object]] = {
        "visit": lambda: actions.come_by(queries.practice_of(cycle.id, ana), now=at(8)),
        "talk": lambda: actions.talk_with_buddy(cycle, person=ana, now=at(8)),
        "journal": lambda: actions.write_in_journal(cycle, person=ana, text="Slow", now=at(8)),
        "resume": lambda: actions.see(cycle, person=ana, now=at(13)),
    }

    with mail_server() as server:
        for day in range(1, 15):
            sending.drain(tenancy.current(), now=at(day))
            if day == (13 if sign == "resume" else 8):
                signs[sign]()

    expected = ["How did the first week go? Three taps", "Fifteen minutes with your buddy", "Half-way: keep, shrink or swap"]
    assert subjects_to("ana", server) == [line for line in expected if sign != "talk" or "buddy" not in line]


def test_messages_keep_to_a_persons_own_days_and_hours_and_are_not_sent_late_on_a_day_off() -> None:
    ana = world.person("ana", time_zone="America/New_York", country="DE-BY")
    WorkingHours.objects.create(person=ana, weekdays=[0, 1, 3], starts=time(13, 30), ends=time(18))
    cycle = held_cycle()
    plan_of(cycle, ana)
    actions.start_practice(cycle, now=HELD)

    notices = Notice.objects.filter(person=ana).order_by("due_at")
    local = [one.due_at.astimezone(ZoneInfo("America/New_York")) for one in notices]
    ends = [one.not_after.astimezone(ZoneInfo("America/New_York")) for one in notices]

    assert {(moment.weekday(), moment.hour) for moment in local} <= {(0, 14), (1, 14), (3, 14)}
    assert len(local) == 5
    assert all(end.date() == day.date() + timedelta(days=2 if day.weekday() == 0 else 1) for day, end in zip(local, ends, strict=True))


def test_when_the_reconvene_moves_what_was_not_sent_moves_with_it_and_nothing_comes_twice() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)
    actions.start_practice(cycle, now=HELD)
    reconvene = Session.objects.get(cycle=cycle, kind="reconvene")

    with mail_server() as server:
        for day in range(1, 36):
            if day == 13:
                Session.objects.filter(id=reconvene.id).update(starts_at=at(34), local_start="2026-04-06T11:00")
                jobs.follow_the_reconvene(at(day))
                before = list(Notice.objects.filter(person=ana).order_by("id"))
                jobs.follow_the_reconvene(at(day))
                assert list(Notice.objects.filter(person=ana).order_by("id")) == before
            arrived = len(server.arrived)
            sending.drain(tenancy.current(), now=at(day))
            actions.come_by(queries.practice_of(cycle.id, ana), now=at(day, hour=10))
            server.arrived[arrived:] = [(to, mail) for to, mail in server.arrived[arrived:] if mail.add_header("X-Day", str(day)) is None]

    mine = [(int(mail["X-Day"]), mail["Subject"]) for to, mail in server.arrived if to == ("ana@aldermoor.example",)]
    assert mine == [
        (7, "How did the first week go? Three taps"),
        (10, "Fifteen minutes with your buddy"),
        (14, "Half-way: keep, shrink or swap"),
        (23, "How is it going? Three taps and one sentence"),  # the day before Good Friday is the last to say "tomorrow"
        (29, "Your practice report, three minutes"),
    ]


def test_a_cycle_that_somebody_has_left_is_laid_out_anew_once_and_not_at_every_tick() -> None:
    cycle = held_cycle()
    actions.start_practice(cycle, now=HELD)
    leave(cycle.group.memberships.get(person=world.person("dan")), now=at(1))
    Session.objects.filter(kind="reconvene").update(starts_at=at(34), local_start="2026-04-06T11:00")
    jobs.follow_the_reconvene(at(2))
    with CaptureQueriesContext(connection) as asked:
        jobs.follow_the_reconvene(at(2))

    moved = Practice.objects.filter(laid_out_for=at(34)).values_list("person__external_id", flat=True)
    assert (set(moved), len(asked)) == ({"ana", "ben", "cho"}, 1)


def test_one_cycle_whose_weeks_cannot_be_laid_out_holds_up_no_other() -> None:
    broken, sound = held_cycle(), held_cycle("eli", "flo", "gil", group="Lark")
    for cycle in (broken, sound):
        actions.start_practice(cycle, now=HELD)
    Session.objects.filter(kind="reconvene").update(starts_at=at(34), local_start="2026-04-06T11:00")
    Person.objects.filter(name__startswith="Ana").update(time_zone="Nowhere/Land")
    jobs.follow_the_reconvene(at(2))

    laid_out = set(Practice.objects.filter(cycle=sound).values_list("laid_out_for", flat=True))
    assert laid_out == {at(34)}
    assert at(34) not in Practice.objects.filter(cycle=broken).values_list("laid_out_for", flat=True)


def test_once_the_reconvene_has_begun_nothing_is_asked_any_more() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)
    Session.objects.filter(cycle=cycle, kind="reconvene").update(starts_at=at(6))
    notice = Notice(person=ana, kind="check_in", subject_id=cycle.id, due_at=at(7), not_after=at(9))
    compose = registry.composer("check_in")
    assert compose is not None

    assert compose(notice, now=at(5)) is not None
    assert compose(notice, now=at(6)) is None


def test_a_new_occasion_is_reminded_of_when_the_caps_have_room_and_the_old_one_is_not() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    actions.make_plan(cycle, person=ana, plan=replace(DRAFT, first_on=date(2026, 3, 5)), now=HELD)
    actions.start_practice(cycle, now=HELD)

    actions.make_plan(cycle, person=ana, plan=replace(DRAFT, first_on=date(2026, 3, 6)), now=at(1))
    actions.make_plan(cycle, person=ana, plan=replace(DRAFT, first_on=date(2026, 3, 12)), now=at(3))  # no room beside days 7 and 10

    found = Notice.objects.filter(person=ana, kind="occasion").order_by("due_at")
    assert [(one.due_at.day, one.dropped_because) for one in found] == [(5, "replaced"), (6, "replaced")]


def test_a_journal_is_dated_and_its_author_deletes_one_entry_or_all() -> None:
    cycle = held_cycle()
    ana, ben = world.people("ana", "ben")
    for day, text in ((3, "Too fast"), (5, "Slower"), (6, "Better")):
        actions.write_in_journal(cycle, person=ana, text=text, now=at(day))
    actions.write_in_journal(cycle, person=ben, text="Of Ben", now=at(4))
    entries = list(queries.journal_of(cycle.id, ana))

    assert [(entry.text, entry.written_at) for entry in entries] == [("Too fast", at(3)), ("Slower", at(5)), ("Better", at(6))]
    assert actions.delete_journal(cycle, person=ben, entry_id=entries[0].id) == 0
    assert actions.delete_journal(cycle, person=ana, entry_id=entries[0].id) == 1
    assert actions.delete_journal(cycle, person=ana) == 2
    assert [entry.text for entry in JournalEntry.objects.all()] == ["Of Ben"]


def test_the_draft_for_the_boss_is_made_of_plan_and_report_without_what_is_private() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan = plan_of(cycle, ana)
    actions.save_report(cycle, person=ana, report=ReportDraft(did="Asked twice", private_notes="only mine"), now=at(25))
    actions.write_in_journal(cycle, person=ana, text="never this", now=at(25))

    draft = draft_for_boss(plan, actions.prefill_report(cycle, ana))

    assert draft.split("\n\n")[1:-1] == [
        "What I want: to hand over whole tasks",
        "My plan: if someone brings me half a draft, then I ask what they would need to finish it",
        "I will notice that it works by: fewer drafts on my desk",
        "What I did so far: Asked twice",
    ]
    assert not any(words in draft for words in ("faster", "only mine", "never this", "free evenings"))


def test_ones_own_plan_comes_by_mail_only_when_asked_for() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)
    set_wishes(ana, hour=9, wants_plan_by_mail=True)
    actions.start_practice(cycle, now=HELD)

    with mail_server() as server:
        sending.drain(tenancy.current(), now=at(1))

    ((recipients, mail),) = server.arrived
    assert recipients == ("ana@aldermoor.example",)
    assert "If someone brings me half a draft, then I ask what they would need to finish it" in mail.get_body(("plain",)).get_content()


def test_who_answered_decided_muted_or_left_is_not_asked_again() -> None:
    cycle = held_cycle()
    ana, ben, cho, dan = world.people("ana", "ben", "cho", "dan")
    plans = {person: plan_of(cycle, person) for person in (ana, ben, cho)}
    actions.start_practice(cycle, now=HELD)
    checked_in(plans[ana])
    actions.go_half_way(plans[ana], choice=HalfWay.KEEP, now=at(13))
    mute(ben, now=HELD)
    cycle.group.memberships.get(person=cho).end(now=HELD)

    with mail_server() as server:
        for day in (7, 14):
            sending.drain(tenancy.current(), now=at(day))

    assert server.arrived == []  # Dan has no plan yet, so nothing is asked of him either
    assert dan.id


def test_a_cycle_without_dates_cannot_start() -> None:
    cycle = held_cycle()
    Session.objects.all().delete()

    with pytest.raises(actions.NoSessions):
        actions.start_practice(cycle, now=HELD)


def test_a_check_in_is_private_until_shared_and_private_again_when_taken_back() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    buddy = Buddy.objects.get(person=ana).buddy
    stranger = next(person for person in world.people("ben", "cho", "dan") if person != buddy)

    def reads(person: Person) -> list[CheckIn]:
        return list(queries.company_of(cycle.id, person, members=live_member_ids(cycle.group_id)).shared)

    kept = checked_in(plan_of(cycle, ana))
    assert reads(buddy) == []
    checked_in(kept.plan, share=True)
    assert reads(buddy) == [kept]
    assert reads(stranger) == reads(ana) == []
    actions.unshare(CheckIn.objects.get())

    assert reads(buddy) == []
    assert CheckIn.objects.count() == 1


def test_what_a_report_counted_stays_whatever_is_answered_later() -> None:
    cycle, organisation = held_cycle(), tenancy.current()
    plans = [plan_of(cycle, person) for person in world.people("ana", "ben", "cho")]
    first = [checked_in(plan, did_it=DidIt.NOT, share=True) for plan in plans]
    counted = measures.tried_once(organisation, at(8))
    assert counted == Shares("tried_once", yes=0, of=3, groups=1)

    again = [checked_in(plan, did_it=DidIt.FULLY, now=at(9)) for plan in plans[:2]]
    checked_in(plans[2], did_it=DidIt.NOT, happened="The same, in other words", now=at(9))

    assert measures.tried_once(organisation, at(8)) == counted
    assert measures.tried_once(organisation, at(10)) == Shares("tried_once", yes=2, of=3, groups=1)
    assert list(CheckIn.objects.current().order_by("answered_at", "person__name")) == [first[2], *again]
    for replaced in CheckIn.objects.exclude(replaced_at=None):
        assert (replaced.happened, replaced.tell_a_colleague, replaced.shared_at) == ("", "", None), "it counts, and nobody reads it again"


def test_check_ins_belong_to_two_days() -> None:
    plan = plan_of(held_cycle(), world.person("ana"))

    with pytest.raises(actions.UnknownDay):
        checked_in(plan, day=8)


def test_shrinking_keeps_the_old_plan_for_the_report_and_keeping_changes_nothing() -> None:
    plan = plan_of(held_cycle(), world.person("ana"))

    smaller = actions.go_half_way(plan, choice=HalfWay.SHRINK, new_plan=replace(DRAFT, then_action="wait a minute"), now=at(14))
    kept = actions.go_half_way(smaller, choice=HalfWay.KEEP, now=at(15))

    plan.refresh_from_db()
    assert (plan.half_way, plan.replaced_at) == ("shrink", at(14))
    assert (kept, kept.then_action, kept.half_way) == (smaller, "wait a minute", "keep")


def test_the_report_is_filled_in_from_plan_and_check_ins_until_it_is_written() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    checked_in(plan_of(cycle, ana))
    actions.save_report(cycle, person=ana, report=ReportDraft(private_notes="only mine"), now=at(9))
    smaller = replace(DRAFT, then_action="wait")
    actions.go_half_way(Plan.objects.get(), choice=HalfWay.SHRINK, new_plan=smaller, now=at(14))

    assert actions.prefill_report(cycle, ana) == ReportDraft(
        planned="someone brings me half a draft: ask what they would need to finish it\nsomeone brings me half a draft: wait",
        did="Day 7: partly. What decided it: I remembered",
        happened="It took two minutes",
        private_notes="only mine",
        times="once",
        weeks=(1,),
    )
    actions.save_report(cycle, person=ana, report=ReportDraft(did="I did not get to it"), now=at(25))

    assert actions.prefill_report(cycle, ana) == ReportDraft(did="I did not get to it")
    assert PracticeReport.objects.get().shown_at is None


def test_showing_a_report_twice_keeps_the_first_time() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    report = actions.save_report(cycle, person=ana, report=ReportDraft(did="it"), now=at(25))

    actions.show_report(report, now=at(28))
    actions.show_report(report, now=at(29))

    assert PracticeReport.objects.get().shown_at == at(28)


def test_the_group_sees_a_count_only_when_four_are_active() -> None:
    cycle = held_cycle()

    def counted() -> queries.Tried | None:
        return queries.company_of(cycle.id, world.person("ana"), members=live_member_ids(cycle.group_id)).tried

    for number, name in enumerate(("ana", "ben", "cho", "dan")):
        assert counted() is None
        plan = plan_of(cycle, world.person(name))
        checked_in(plan, **({} if number else {"did_it": None}))

    assert counted() == queries.Tried(yes=3, members=4)


def next_thing(person: Person, *, day: int) -> queries.NextPractice | None:
    running = Session.objects.visible_to(person).filter(cycle__closed_at=None, cancelled_at=None)
    return queries.next_thing(person, list(running.select_related("cycle__topic").order_by("starts_at")), now=at(day))


def test_the_next_thing_follows_the_day() -> None:
    cycle, ana = held_cycle(), world.person("ana")

    def kind(day: int) -> str | None:
        found = next_thing(ana, day=day)
        return found.kind if found else None

    assert kind(1) == "plan"
    plan = plan_of(cycle, ana)
    assert [kind(day) for day in (1, 3, 5, 6, 14, 21, 24)] == ["quiet", "recall", "recall", "check_in", "half_way", "check_in", "report"]
    checked_in(plan)
    actions.go_half_way(plan, choice=HalfWay.KEEP, now=at(14))
    assert [kind(day) for day in (7, 14)] == ["quiet", "quiet"]
    assert next_thing(world.person("eli"), day=7) is None


def test_measures_are_counts_of_people_and_groups_as_they_stood_at_an_instant() -> None:
    cycle = held_cycle()
    ana, ben = world.people("ana", "ben")
    for person in (ana, ben):
        checked_in(plan_of(cycle, person))
    smaller = replace(DRAFT, then_action="wait")
    actions.go_half_way(Plan.objects.current().get(person=ana), choice=HalfWay.SWAP, new_plan=smaller, now=at(14))
    organisation = tenancy.current()

    assert measures.tried_once(organisation, at(8)) == Shares("tried_once", yes=2, of=2, groups=1)
    assert measures.occasion_came(organisation, at(6)) == Shares("occasion_came", yes=0, of=0, groups=0)
    assert measures.plan_changed(organisation, at(8)) == Shares("plan_changed", yes=0, of=2, groups=1)
    assert measures.plan_changed(organisation, at(15)) == Shares("plan_changed", yes=1, of=2, groups=1)


def test_a_copy_of_the_plan_that_is_asked_for_later_comes_once_on_the_next_working_day() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)
    actions.start_practice(cycle, now=HELD)
    jobs.send_plan_copies(at(5))
    assert not Notice.objects.filter(kind="plan_copy").exists()

    set_wishes(ana, hour=9, wants_plan_by_mail=True)
    for _ in range(2):
        jobs.send_plan_copies(at(10, hour=15))  # a Friday afternoon

    days = [((row.due_at.date() - HELD.date()).days, row.is_counted) for row in Notice.objects.filter(kind="plan_copy")]
    assert days == [(13, False)]
    with mail_server() as server:
        sending.drain(tenancy.current(), now=at(13))
    assert [mail["Subject"] for _, mail in server.arrived if "copy" in mail["Subject"]] == ["Your plan, as a copy to keep"]
    jobs.send_plan_copies(at(14))
    assert Notice.objects.filter(kind="plan_copy").count() == 1


def test_one_copy_that_cannot_be_written_holds_up_no_other() -> None:
    cycle = held_cycle()
    for person in world.people("ana", "ben"):
        plan_of(cycle, person)
    actions.start_practice(cycle, now=HELD)
    for person in world.people("ana", "ben"):
        set_wishes(person, hour=9, wants_plan_by_mail=True)
    Person.objects.filter(name__startswith="Ana").update(time_zone="Nowhere/Land")
    jobs.send_plan_copies(at(5))

    assert [one.person for one in Notice.objects.filter(kind="plan_copy")] == [world.person("ben")]


def test_the_line_before_the_reconvene_is_not_for_those_for_whom_messages_fell_silent() -> None:
    cycle, ben = held_cycle(), world.person("ben")
    reconvene = Session.objects.get(cycle=cycle, kind="reconvene")
    actions.start_practice(cycle, now=HELD)
    line = Notice(person=ben, kind=kinds.TOMORROW, subject_id=reconvene.id, due_at=at(27), not_after=at(28))
    compose = registry.composer(kinds.TOMORROW)
    assert compose is not None and compose(line, now=at(27)) is not None

    for notice in Notice.objects.filter(person=ben, subject_id=cycle.id).order_by("due_at")[:2]:
        notice.mark_sent(channel="mail", now=notice.due_at)

    assert compose(line, now=at(27)) is None
