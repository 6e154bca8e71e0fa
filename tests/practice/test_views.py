"""Practice pages: one's own, and by signed link."""

import re
from dataclasses import replace
from html import unescape
from urllib.parse import unquote

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reconvene.base import tenancy
from reconvene.base.links import Link
from reconvene.groups.models import Cycle
from reconvene.groups.rules import Outcome
from reconvene.guides.catalogue import library
from reconvene.notices.models import Notice
from reconvene.people.models import Person
from reconvene.practice import actions
from reconvene.practice.messages import CHECK_IN_LINK, HALF_WAY_LINK, JOURNAL_LINK, PLAN_LINK, REPORT_LINK, TALK_LINK
from reconvene.practice.models import Buddy, CheckIn, JournalEntry, Plan, Practice, PracticeReport
from reconvene.practice.rules import HalfWay
from tests import world
from tests.practice.small import DRAFT, HELD, at, checked_in, held_cycle, plan_of

pytestmark = pytest.mark.django_db
PAGES = ["practice", "practice-plan", "practice-half-way", "practice-report", "practice-boss"]
LINKS = [("check-in", CHECK_IN_LINK), ("half-way", HALF_WAY_LINK), ("report-by-link", REPORT_LINK), ("plan-by-link", PLAN_LINK)]


def link(name: str, purpose: str, cycle: Cycle, whose: Person) -> str:
    return reverse(name, args=[Link(purpose, tenancy.current(), whose.id, cycle.id, at(40)).token()])


@pytest.mark.parametrize("page", PAGES)
@time_machine.travel(at(7), tick=False)
def test_members_see_their_own_page_and_strangers_find_nothing(page: str) -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)
    address = reverse(page, args=[cycle.id])

    assert "someone brings me half a draft" in world.sign_in(ana).get(address).content.decode()
    assert world.sign_in(world.person("eli")).get(address).status_code == 404
    assert Client().get(address).status_code == 302


@time_machine.travel(at(7), tick=False)
def test_a_buddy_who_has_left_the_group_is_nobodys_buddy_on_any_page() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)
    buddy, browser = Buddy.objects.get(person=ana).buddy, world.sign_in(ana)
    pages = [reverse("practice", args=[cycle.id]), link("check-in", CHECK_IN_LINK, cycle, ana)]
    offers = [buddy.first_name in browser.get(page).content.decode() for page in pages]

    cycle.group.memberships.get(person=buddy).end(now=at(7))

    assert offers == [True, True]
    assert [buddy.first_name in browser.get(page).content.decode() for page in pages] == [False, False]


@time_machine.travel(at(7), tick=False)
def test_nobody_else_sees_a_private_word() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    checked_in(plan_of(cycle, ana))
    buddy = Buddy.objects.get(person=ana).buddy
    plan_of(cycle, buddy)

    page = world.sign_in(buddy).get(reverse("practice", args=[cycle.id])).content.decode()
    assert "It took two minutes" not in page
    checked_in(Plan.objects.get(person=ana), share=True)
    page = world.sign_in(buddy).get(reverse("practice", args=[cycle.id])).content.decode()

    assert "It took two minutes" in page and "Partly" in page


@time_machine.travel(at(7), tick=False)
def test_the_page_shows_the_four_weeks_with_the_reconvene_last() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)

    page = world.sign_in(ana).get(reverse("practice", args=[cycle.id])).content.decode()

    assert "Day 7 of 28" in page
    assert page.count("<time datetime") >= 28
    assert re.search(r'aria-current="date"><time datetime="2026-03-10">', page)
    assert "Reconvene 10:00" in page


@pytest.mark.parametrize(
    ("day", "button"),
    [(12, "Keep the check-in"), (13, "Half-way: keep, shrink or swap"), (16, "Keep the check-in"), (24, "My practice report")],
)
def test_the_main_button_is_what_is_due_on_that_day(day: int, button: str) -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)

    with time_machine.travel(at(day), tick=False):
        page = world.sign_in(ana).get(reverse("practice", args=[cycle.id])).content.decode()

    assert re.findall(r'data-kind="main"[^>]*>([^<]+)<', page) == [button]
    assert "A reminder that you reconvene" in page or "Your host card" in page


@time_machine.travel(at(7), tick=False)
def test_a_first_tap_is_kept_and_the_others_follow() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)
    browser, address = world.sign_in(ana), reverse("practice-check-in", args=[cycle.id])

    browser.post(address, {"came_up": "once"})
    for _ in range(2):
        browser.post(address, {"came_up": "once", "did_it": "fully", "decided_by": "remembered", "happened": "It worked", "share": "on"})

    kept = CheckIn.objects.current().get()
    assert (kept.day, kept.came_up, kept.did_it, kept.happened, kept.shared_at) == (7, "once", "fully", "It worked", at(7))
    assert browser.post(address, {"came_up": "perhaps"}).status_code == 422


@time_machine.travel(at(7), tick=False)
def test_only_the_author_takes_a_check_in_back() -> None:
    kept = checked_in(plan_of(held_cycle(), world.person("ana")), share=True)
    address = reverse("practice-sharing", args=[kept.id])

    assert world.sign_in(world.person("ben")).post(address).status_code == 404
    assert world.sign_in(world.person("ana")).get(address).status_code == 405
    world.sign_in(world.person("ana")).post(address)

    assert CheckIn.objects.get().shared_at is None


@time_machine.travel(at(2), tick=False)
def test_a_vague_plan_comes_back_with_a_sentence_and_what_was_typed() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    browser, address = world.sign_in(ana), reverse("practice-plan", args=[cycle.id])

    refused = browser.post(address, {"want": "calm", "if_cue": "more often", "then_action": "breathe"})
    assert refused.status_code == 422
    assert "“more often” is hard to notice" in refused.content.decode() and "breathe" in refused.content.decode()
    assert browser.post(address, {"want": "calm", "if_cue": "my boss calls", "then_action": "breathe"}).status_code == 302

    assert Plan.objects.get().if_cue == "my boss calls"


@pytest.mark.parametrize(("name", "purpose"), LINKS)
@time_machine.travel(at(14), tick=False)
def test_a_link_from_a_mail_opens_without_an_account_and_changes_nothing_by_itself(name: str, purpose: str) -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)
    address = link(name, purpose, cycle, ana)

    assert "half a draft" in Client().get(address, {"came_up": "once"}).content.decode()
    assert (CheckIn.objects.count(), PracticeReport.objects.count(), Plan.objects.get().half_way) == (0, 0, "")
    assert Client().get(link(name, "other", cycle, ana)).status_code == 404
    assert Client().get(link(name, purpose, cycle, world.person("eli"))).status_code == 404


@time_machine.travel(at(7), tick=False)
def test_the_tap_in_the_mail_is_filled_in_and_a_button_keeps_it() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)
    address = link("check-in", CHECK_IN_LINK, cycle, ana)

    page = Client().get(address, {"came_up": "more"}).content.decode()
    assert re.search(r'value="more"[^>]*checked', page)
    answer = Client().post(address, {"came_up": "more", "did_it": "not", "decided_by": "no_time"})

    assert "Kept, thank you" in answer.content.decode()
    assert (CheckIn.objects.get().came_up, CheckIn.objects.get().shared_at) == ("more", None)


@time_machine.travel(at(14), tick=False)
def test_half_way_by_link_swaps_or_asks_for_both_lines() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)
    address = link("half-way", HALF_WAY_LINK, cycle, ana)

    assert Client().post(address, {"choice": "swap", "if_cue": "", "then_action": ""}).status_code == 422
    Client().post(address, {"choice": "swap", "if_cue": "the phone rings at lunch", "then_action": "let it ring"})

    assert Plan.objects.current().get().then_action == "let it ring"
    assert Plan.objects.current().get().obstacle == DRAFT.obstacle


@pytest.mark.parametrize("choice", HalfWay)
def test_whoever_has_decided_half_way_is_not_asked_again_also_after_other_words(choice: HalfWay) -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan, new = plan_of(cycle, ana), replace(DRAFT, then_action="ask once")
    with time_machine.travel(at(14), tick=False):
        actions.go_half_way(plan, choice=choice, new_plan=None if choice == HalfWay.KEEP else new, now=at(14))
        actions.make_plan(cycle, person=ana, plan=replace(DRAFT, then_action="ask once and wait"), now=at(14))
        home, page = (world.sign_in(ana).get(address).content.decode() for address in ("/", f"/practice/{cycle.id}/"))
    assert "Half-way: keep the plan" not in home
    assert f"/practice/{cycle.id}/half-way/" not in page


@time_machine.travel(at(14), tick=False)
def test_the_plan_for_the_weeks_after_the_reconvene_is_the_one_that_is_swapped_once_it_is_made() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)
    actions.make_plan(cycle, person=ana, plan=replace(DRAFT, then_action="ask each Monday"), now=at(14), is_for_keeping=True)
    Client().post(link("half-way", HALF_WAY_LINK, cycle, ana), {"choice": "swap", "if_cue": DRAFT.if_cue, "then_action": "let it ring"})
    assert Plan.objects.current().get(is_for_keeping=True).then_action == "let it ring"
    assert Plan.objects.current().get(is_for_keeping=False).then_action == DRAFT.then_action


@time_machine.travel(at(25), tick=False)
def test_the_report_is_kept_by_link() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)

    Client().post(link("report-by-link", REPORT_LINK, cycle, ana), {"did": "I did not get to it", "private_notes": "mine"})

    report = PracticeReport.objects.get()
    assert (report.did, report.private_notes, report.shown_at) == ("I did not get to it", "mine", None)


@time_machine.travel(at(7), tick=False)
def test_who_left_the_group_keeps_their_plan_and_sees_nobody_else() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)
    buddy = Buddy.objects.get(person=ana).buddy
    cycle.group.memberships.get(person=ana).end(now=at(5))

    page = world.sign_in(ana).get(reverse("practice", args=[cycle.id])).content.decode()

    assert "half a draft" in page
    assert buddy.name not in page


@time_machine.travel(at(12), tick=False)
def test_the_practice_page_takes_as_many_queries_with_much_on_it_as_with_little() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan = plan_of(cycle, ana)
    browser, address = world.sign_in(ana), reverse("practice", args=[cycle.id])
    actions.start_practice(cycle, now=HELD)
    browser.get(address)

    def taken() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(address).status_code == 200
        return len([one for one in seen if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    little = taken()
    for number in range(12):
        actions.write_in_journal(cycle, person=ana, text=f"Line {number}", now=at(12))
    checked_in(plan, share=True)
    for whose in world.people("ben", "cho", "dan"):
        checked_in(plan_of(cycle, whose), share=True)

    assert (little, taken()) == (17, 17)  # one of them only because the test is in an organisation already


@time_machine.travel(at(12), tick=False)
def test_a_line_goes_into_the_journal_and_out_as_a_file_and_nobody_else_finds_it() -> None:
    cycle = held_cycle()
    ana, ben = world.people("ana", "ben")
    browser, address = world.sign_in(ana), reverse("practice-journal", args=[cycle.id])

    assert browser.post(address, {"text": " "}).status_code == 422
    browser.post(address, {"text": "Too fast again"})
    with time_machine.travel(at(13), tick=False):
        Client().post(link("journal-by-link", JOURNAL_LINK, cycle, ana), {"text": "From the train"})
    copy, of_ben = (world.sign_in(whose).get(reverse("practice-journal-copy", args=[cycle.id])) for whose in (ana, ben))
    entry = JournalEntry.objects.first()
    assert entry is not None

    assert copy.content.decode() == "2026-03-15\nToo fast again\n\n2026-03-16\nFrom the train\n"
    assert copy["Content-Disposition"] == 'attachment; filename="journal.txt"'
    assert of_ben.content == b""
    assert "Too fast again" in browser.get(reverse("practice", args=[cycle.id])).content.decode()
    assert "Too fast again" not in Client().get(link("journal-by-link", JOURNAL_LINK, cycle, ana)).content.decode()
    assert world.sign_in(ben).post(reverse("practice-journal-entry-deletion", args=[entry.id])).status_code == 404
    browser.post(reverse("practice-journal-entry-deletion", args=[entry.id]))
    assert JournalEntry.objects.count() == 1
    browser.post(reverse("practice-journal-deletion", args=[cycle.id]))
    assert JournalEntry.objects.count() == 0


@time_machine.travel(at(7), tick=False)
def test_a_journal_is_offered_after_a_check_in_by_link_too() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)

    page = Client().post(link("check-in", CHECK_IN_LINK, cycle, ana), {"came_up": "once"}).content.decode()
    found = re.search(r'action="(/journals/[^"]+)"', page)
    assert found
    Client().post(found[1], {"text": "It took courage"})

    assert [(entry.person, entry.text) for entry in JournalEntry.objects.all()] == [(ana, "It took courage")]


@time_machine.travel(at(12), tick=False)
def test_ones_line_and_the_talk_are_answered_by_link() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)
    actions.start_practice(cycle, now=HELD)
    line, talk = link("plan-by-link", PLAN_LINK, cycle, ana), link("talk-by-link", TALK_LINK, cycle, ana)

    for address in (line, talk):
        assert Client().get(address).status_code == 200
    assert library().guides["delegating"].buddy_questions[1] in Client().get(talk).content.decode()
    assert (Practice.objects.get(person=ana).seen_at, Buddy.objects.get(person=ana).talked_at) == (HELD, None)
    Client().post(line)
    assert Practice.objects.get(person=ana).seen_at == at(12)
    Client().post(talk)

    assert Buddy.objects.get(person=ana).talked_at == at(12)
    assert Client().get(link("talk-by-link", TALK_LINK, cycle, world.person("eli"))).status_code == 404


@time_machine.travel(at(12), tick=False)
def test_the_choice_tapped_in_the_mail_is_filled_in() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)

    page = Client().get(link("half-way", HALF_WAY_LINK, cycle, ana), {"choice": "shrink"}).content.decode()

    assert re.search(r'value="shrink"[^>]*checked', page)
    assert "someone brings me half a draft" in page


@time_machine.travel(at(12), tick=False)
def test_the_draft_for_the_boss_opens_in_ones_own_mail_program_and_leaves_nothing() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)
    browser = world.sign_in(ana)
    before = Notice.objects.count()

    page = browser.get(reverse("practice-boss", args=[cycle.id])).content.decode()
    letter = re.search(r'href="mailto:\?subject=([^&"]+)&amp;body=([^"]+)"', page)
    assert letter

    assert unquote(letter[1]) == "What I am trying out"
    assert "if someone brings me half a draft, then I ask what they would need" in unquote(letter[2])
    assert "I am faster myself" not in page
    assert Notice.objects.count() == before
    assert browser.post(reverse("practice-boss", args=[cycle.id])).status_code == 405


@time_machine.travel(at(13), tick=False)
def test_the_home_page_says_that_messages_fell_silent_and_one_tap_brings_them_back() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)
    actions.start_practice(cycle, now=HELD)
    Notice.objects.filter(person=ana, kind__in=["check_in", "buddy"]).update(sent_at=at(10))
    browser = world.sign_in(ana)

    assert "Write to me again" in browser.get("/").content.decode()
    browser.post(reverse("practice-resuming", args=[cycle.id]))

    assert "Write to me again" not in browser.get("/").content.decode()
    assert Practice.objects.get(person=ana).seen_at == at(13)


@time_machine.travel(at(3), tick=False)
def test_on_day_three_the_home_page_asks_for_the_line_from_memory_and_gives_the_weeks_tip_and_a_plan_has_examples() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)

    browser = world.sign_in(ana)
    page = browser.get("/").content.decode()
    plan = unescape(browser.get(reverse("practice-plan", args=[cycle.id])).content.decode())

    assert all(line in plan for line in library().guides["delegating"].if_then)
    assert "What was your if-then?" in page
    assert re.search(r"<summary>[^<]+</summary>\s*<dl class=\"plan\">", page)
    assert library().guides["delegating"].tips[0] in page


@time_machine.travel(at(7), tick=False)
def test_the_guide_leads_those_who_practise_its_topic_to_their_plan() -> None:
    cycle = held_cycle()
    address = reverse("practice-plan", args=[cycle.id])
    guides = [f"/guides/{slug}/" for slug in (cycle.topic.slug, "giving-feedback")]
    world.topic("giving-feedback")

    assert [address in world.sign_in(world.person("ana")).get(guide).content.decode() for guide in guides] == [True, False]
    assert address not in world.sign_in(world.person("stranger")).get(guides[0]).content.decode()

    cycle.close(outcome=Outcome.AGAIN, now=at(30))
    assert address not in world.sign_in(world.person("ana")).get(guides[0]).content.decode()


LINES = {"if_cue": "someone asks me in the corridor how to go on", "then_action": "ask what they would do if I were away"}


@time_machine.travel(at(7), tick=False)
def test_the_page_of_the_guide_has_the_two_lines_of_who_practises_it() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)
    address, plan = reverse("guide", args=[cycle.topic.slug]), reverse("practice-plan", args=[cycle.id])
    page = world.sign_in(ana).get(address).content.decode()

    assert f'action="{plan}"' in page and DRAFT.if_cue in page and DRAFT.then_action in page and DRAFT.want not in page
    assert "Keep this plan" not in world.sign_in(world.person("eli")).get(address).content.decode()


@time_machine.travel(at(7), tick=False)
def test_two_lines_from_the_guide_stand_on_the_rest_of_the_plan() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)
    answer = world.sign_in(ana).post(reverse("practice-plan", args=[cycle.id]), LINES)

    assert answer.headers["Location"] == reverse("practice", args=[cycle.id])
    plan = Plan.objects.current().get(cycle=cycle, person=ana)
    assert (plan.if_cue, plan.then_action) == (LINES["if_cue"], LINES["then_action"])
    assert (plan.want, plan.best_result, plan.obstacle, plan.sign) == (DRAFT.want, DRAFT.best_result, DRAFT.obstacle, DRAFT.sign)


@time_machine.travel(at(7), tick=False)
def test_two_lines_from_the_guide_begin_a_plan_and_wait_for_the_rest() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    answer = world.sign_in(ana).post(reverse("practice-plan", args=[cycle.id]), LINES)

    page = answer.content.decode()
    assert answer.status_code == 200 and LINES["if_cue"] in page and LINES["then_action"] in page and "Not sent yet" not in page
    assert not Plan.objects.filter(cycle=cycle, person=ana).exists()


@time_machine.travel(at(7), tick=False)
def test_a_vague_line_from_the_guide_is_told_and_kept_as_typed() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    plan_of(cycle, ana)
    answer = world.sign_in(ana).post(reverse("practice-plan", args=[cycle.id]), LINES | {"if_cue": "try to be better"})

    assert answer.status_code == 422 and "try to be better" in answer.content.decode()
    assert Plan.objects.current().get(cycle=cycle, person=ana).if_cue == DRAFT.if_cue
