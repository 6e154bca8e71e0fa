"""Every state of every page in the demo, light and dark, on a phone and on a desk: nothing for axe to find, nothing to scroll sideways,
one main heading, a title. What has to be clicked to reach a state is clicked."""

import contextlib
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from reconvene.base.links import Link
from tests.browser.conftest import ROOT, WIDTHS, Site, Someone
from tests.faults.hall import IS_FULL
from tests.integrations.servers import server

pytestmark = pytest.mark.browser

HR = ROOT / "tests" / "data" / "hr"
LIVE = "groups_membership m JOIN people_person p ON p.id = m.person_id WHERE m.ended_at IS NULL"
FREE = """SELECT p.id FROM people_person p JOIN people_level l ON l.id = p.level_id WHERE l.rank = 1 AND p.country = 'DE'
    AND NOT EXISTS (SELECT 1 FROM groups_membership m WHERE m.person_id = p.id AND m.ended_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM challenges_challenge c WHERE c.person_id = p.id AND c.settled_at IS NULL AND c.withdrawn_at IS NULL)
    ORDER BY p.external_id"""
PRACTISING = """SELECT {wanted} FROM scheduling_session s JOIN groups_cycle c ON c.id = s.cycle_id JOIN groups_membership m
    ON m.group_id = c.group_id AND m.ended_at IS NULL WHERE s.kind = 'first' AND s.ended_at IS NOT NULL AND c.closed_at IS NULL
    ORDER BY abs(now()::date - s.ended_at::date - {day}), m.seat LIMIT 1"""
SEAT = """SELECT {wanted} FROM forming_seat f JOIN forming_proposal o ON o.id = f.proposal_id WHERE o.confirmed_at IS NULL AND o.dissolved_at
    IS NULL AND f.declined_at IS NULL AND f.lapsed_at IS NULL AND f.accepted_at IS {state} ORDER BY o.proposed_at, f.number LIMIT 1"""
# The session that can start now: within five minutes of the set-up, so it may be past when a slow machine comes to it.
SOON = """FROM scheduling_session s JOIN groups_cycle c ON c.id = s.cycle_id JOIN guides_topic t ON t.id = c.topic_id
    WHERE t.slug = 'too-much-to-do' AND s.kind = 'first' AND s.ended_at IS NULL"""

FACTS = {
    "organisation": "SELECT id FROM people_organisation",
    "newcomer": f"{FREE} LIMIT 1",
    "raiser": f"{FREE} OFFSET 1 LIMIT 1",
    "caller": f"{FREE} OFFSET 2 LIMIT 1",
    "lead": "SELECT id FROM people_person WHERE 'learning' = ANY(roles)",
    "sponsor": "SELECT id FROM people_person WHERE 'sponsor' = ANY(roles)",
    "council": "SELECT id FROM people_person WHERE 'council' = ANY(roles)",
    "host": f"SELECT s.host_id {SOON}",
    "soon": f"SELECT s.id {SOON}",
    "invited": SEAT.format(wanted="f.person_id", state="NULL"),
    "invited_seat": SEAT.format(wanted="f.id", state="NULL"),
    "agreed": SEAT.format(wanted="f.person_id", state="NOT NULL"),
    "agreed_seat": SEAT.format(wanted="f.id", state="NOT NULL"),
    "waiting": """SELECT c.person_id FROM challenges_challenge c WHERE c.seated_at IS NULL AND c.withdrawn_at IS NULL AND c.settled_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM forming_seat f WHERE f.person_id = c.person_id AND f.declined_at IS NULL AND f.lapsed_at IS NULL)
        AND NOT EXISTS (SELECT 1 FROM groups_membership m WHERE m.person_id = c.person_id AND m.ended_at IS NULL) ORDER BY c.raised_at LIMIT 1""",
    "waiting_challenge": "SELECT id FROM challenges_challenge WHERE person_id = '{waiting}' ORDER BY raised_at DESC LIMIT 1",
    "first_week": PRACTISING.format(wanted="m.person_id", day=3),
    "first_week_cycle": PRACTISING.format(wanted="c.id", day=3),
    "check_in": PRACTISING.format(wanted="m.person_id", day=7),
    "check_in_cycle": PRACTISING.format(wanted="c.id", day=7),
    "half_way": PRACTISING.format(wanted="m.person_id", day=14),
    "half_way_cycle": PRACTISING.format(wanted="c.id", day=14),
    "third_week": PRACTISING.format(wanted="m.person_id", day=21),
    "third_week_cycle": PRACTISING.format(wanted="c.id", day=21),
    "reporting": PRACTISING.format(wanted="m.person_id", day=25),
    "reporting_cycle": PRACTISING.format(wanted="c.id", day=25),
    "group": PRACTISING.format(wanted="m.group_id", day=7),
    "group_ahead": f"SELECT m.group_id FROM {LIVE} AND p.id = '{{host}}' LIMIT 1",
    "session_ahead": """SELECT s.id FROM scheduling_session s JOIN groups_cycle c ON c.id = s.cycle_id
        WHERE c.group_id = '{group}' AND s.kind = 'reconvene' AND s.ended_at IS NULL""",
    "stuck_group": """SELECT c.group_id FROM scheduling_session s JOIN groups_cycle c ON c.id = s.cycle_id WHERE s.kind = 'first' AND
        s.started_at IS NULL AND s.starts_at < now() - interval '2 days' AND c.closed_at IS NULL LIMIT 1""",
    "stuck_session": "SELECT s.id FROM scheduling_session s JOIN groups_cycle c ON c.id = s.cycle_id WHERE c.group_id = '{stuck_group}' AND s.kind = 'first'",
    "stuck": f"SELECT m.person_id FROM {LIVE} AND m.group_id = '{{stuck_group}}' ORDER BY m.seat LIMIT 1",
    "ahead": "SELECT m.person_id FROM groups_membership m WHERE m.group_id = '{ahead_group}' AND m.ended_at IS NULL ORDER BY m.seat LIMIT 1",
    "ahead_group": """SELECT c.group_id FROM scheduling_session s JOIN groups_cycle c ON c.id = s.cycle_id WHERE s.kind = 'first'
        AND s.started_at IS NULL AND s.starts_at > now() + interval '1 day' AND c.closed_at IS NULL ORDER BY s.starts_at LIMIT 1""",
    "ahead_cycle": "SELECT id FROM groups_cycle WHERE group_id = '{ahead_group}' AND closed_at IS NULL",
    "past_cycle": """SELECT c.id FROM groups_cycle c JOIN scheduling_session s ON s.cycle_id = c.id JOIN groups_membership m ON m.group_id = c.group_id
        JOIN people_person p ON p.id = m.person_id WHERE c.closed_at IS NOT NULL AND s.kind = 'reconvene' AND s.ended_at IS NOT NULL ORDER BY c.closed_at
        DESC, c.id LIMIT 1""",
    "past_group": "SELECT group_id FROM groups_cycle WHERE id = '{past_cycle}'",
    "past": "SELECT person_id FROM groups_membership WHERE group_id = '{past_group}' ORDER BY seat LIMIT 1",
    "past_challenge": "SELECT challenge_id FROM groups_membership WHERE group_id = '{past_group}' AND person_id = '{past}'",
    "observed": "SELECT id FROM surveys_observerquestion WHERE person_id = '{past}'",
    "twelve_cycle": """SELECT c.id FROM groups_cycle c JOIN scheduling_session s ON s.cycle_id = c.id WHERE c.closed_at IS NOT NULL AND s.kind = 'first'
        AND s.ended_at BETWEEN now() - interval '110 days' AND now() - interval '85 days' ORDER BY s.ended_at DESC LIMIT 1""",
    "twelve": """SELECT m.person_id FROM groups_membership m JOIN groups_cycle c ON c.group_id = m.group_id JOIN people_person p ON p.id = m.person_id
        WHERE c.id = '{twelve_cycle}' AND p.left_at IS NULL ORDER BY m.seat LIMIT 1""",
    "introduced": """INSERT INTO challenges_introduction (id, organisation_id, challenge_id, offer_id, asked_at) SELECT gen_random_uuid(),
        organisation_id, '{waiting_challenge}', id, now() FROM challenges_askme WHERE person_id = '{past}' RETURNING id""",
    "strategy": "SELECT id FROM playbook_strategy WHERE withdrawn_at IS NULL AND retired_on IS NULL ORDER BY id LIMIT 1",
    "placeless": "SELECT id FROM scheduling_session WHERE ended_at IS NULL AND cancelled_at IS NULL ORDER BY starts_at DESC LIMIT 1",
    "open_programme": "SELECT id FROM groups_programme WHERE is_open",
    "wave": "SELECT id FROM groups_programme WHERE recipe = 'after-a-survey'",
    "reviewed": "SELECT id FROM groups_programme WHERE recipe = 'merger'",
    "invited_head": "SELECT person_id FROM programmes_participant WHERE programme_id = '{wave}' AND joined_at IS NULL ORDER BY person_id LIMIT 1",
    "joined_head": "SELECT person_id FROM programmes_participant WHERE programme_id = '{wave}' AND joined_at IS NOT NULL ORDER BY person_id LIMIT 1",
    "case": "SELECT id FROM rollout_businesscase WHERE shown_at IS NOT NULL LIMIT 1",
    "plan": "SELECT id FROM rollout_businesscase WHERE shown_at IS NULL LIMIT 1",
    "project": "SELECT id FROM rollout_project ORDER BY made_at LIMIT 1",
    "gate_judged": "SELECT id FROM rollout_gate WHERE project_id = '{project}' ORDER BY made_at LIMIT 1",
    "gate_signed": "SELECT id FROM rollout_gate WHERE project_id = '{project}' AND name LIKE '%second wave' LIMIT 1",
    "milestone": "SELECT milestone_on FROM releases_report ORDER BY milestone_on LIMIT 1",
}  # fmt: skip


class Facts(dict[str, str]):
    """Ids from the demo's database, each asked for once."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def __missing__(self, name: str) -> str:
        rows = self.site.ask(FACTS[name].format_map(self) if "{" in FACTS[name] else FACTS[name])
        assert rows, f"The demo has no {name}."
        self[name] = str(rows[0][0])
        return self[name]

    def link(self, purpose: str, person: str, subject: str, *, days: int = 9) -> str:
        """A signed link as it stands in a message."""
        until = datetime.now(UTC) + timedelta(days=days)
        return Link(purpose, *(uuid.UUID(one) for one in (self["organisation"], person, subject)), until).token()


class Company:
    """The people whose pages are looked at, each in a browser of their own, made when they are first needed."""

    def __init__(self, site: Site, browser: Browser, stack: contextlib.ExitStack) -> None:
        self.site, self.browser, self.stack, self.facts = site, browser, stack, Facts(site)
        self.known: dict[str, Someone] = {}

    def person(self, who: str) -> Someone:
        """Somebody by their name in FACTS; "guest" is not signed in."""
        if who not in self.known:
            context = self.browser.new_context(viewport={"width": WIDTHS["phone"], "height": 844}, reduced_motion="reduce")
            self.stack.callback(context.close)
            self.known[who] = Someone(self.site, context, context.new_page(), who)
            self.known[who].page.set_default_timeout(15_000)
            if who != "guest":
                become(self.known[who], self.facts[who])
        return self.known[who]


def become(person: Someone, person_id: str) -> None:
    """Become anybody of the company: the demo's button with another person's id."""
    page = person.go("/demo/")
    form = page.locator("form[action*='/demo/personas/']").first
    form.evaluate("(form, id) => { form.action = `/demo/personas/${id}/` }", person_id)
    form.get_by_role("button").click()
    page.wait_for_url(person.site.origin + "/")


@pytest.fixture(scope="module")
def company(site: Site, browser: Browser) -> Iterator[Company]:
    with contextlib.ExitStack() as stack:
        yield Company(site, browser, stack)


Visit = str | Callable[[Company, Page], Any]


def sends(path: str, button: str, **boxes: str) -> Visit:
    """A form that is filled in by name and sent, without the browser's own checks."""

    def visit(company: Company, page: Page) -> None:
        page.goto(company.site.origin + path.format_map(company.facts))
        page.locator("main form").evaluate_all("forms => forms.forEach(form => { form.noValidate = true })")
        for name, text in boxes.items():
            page.locator(f"[name={name}]:visible").first.fill(text)
        page.get_by_role("button", name=button, exact=True).first.click()
        page.wait_for_load_state()

    return visit


def opened_sums(company: Company, page: Page) -> None:
    """A case with everything open that can be opened."""
    page.goto(company.site.origin + "/business-cases/{case}/".format_map(company.facts))
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


def wrong_assumptions(company: Company, page: Page) -> None:
    """Ranges that cannot be."""
    page.goto(company.site.origin + "/business-cases/{plan}/assumptions/".format_map(company.facts))
    page.locator("[name=salary_1-low]").fill("99000")
    page.locator("[name=hosting-likely]").fill("$7")
    page.get_by_role("button", name="Save and work it out").click()
    page.wait_for_load_state()


def two_editors(company: Company, page: Page) -> None:
    """The same figure is saved in another window before this one."""
    address = company.site.origin + "/business-cases/{plan}/assumptions/".format_map(company.facts)
    page.goto(address)
    other = page.context.new_page()
    for one, amount in ((other, "9"), (page, "7")):
        if one is other:
            one.goto(address)
        one.locator("[name=hosting-likely]").fill(amount)
        one.get_by_role("button", name="Save and work it out").click()
        one.wait_for_load_state()
    other.close()


def printout_made(company: Company, page: Page) -> None:
    """Ask for a file, and wait until the page says by itself that it is ready."""
    page.goto(company.site.origin + "/business-cases/{case}/".format_map(company.facts))
    page.get_by_role("button", name="The whole case").click()
    page.get_by_role("link", name="Keep the PDF").wait_for()


def new_gate(company: Company, page: Page) -> None:
    """One more gate, with its lines open."""
    page.goto(company.site.origin + "/roll-outs/{project}/".format_map(company.facts))
    page.get_by_label("One more gate, at the end of").select_option("3")
    page.get_by_role("button", name="Add the gate").click()
    page.wait_for_load_state()


def wrong_lines(company: Company, page: Page) -> None:
    """Lines that cannot be."""
    new_gate(company, page)
    page.locator("[name=tried_once-go]").fill("40")
    page.get_by_role("button", name="Set the lines").click()
    page.wait_for_load_state()


def two_plans(company: Company, page: Page) -> None:
    """The same role is filled in another window before this one."""
    address = company.site.origin + "/roll-outs/{project}/plan/".format_map(company.facts)
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    for one, name in ((other, "Kim"), (page, "Lou")):
        one.locator("[name=role-helpers]").fill(name)
        one.get_by_role("button", name="Save", exact=True).click()
        one.wait_for_load_state()
    other.close()


def paper_made(company: Company, page: Page) -> None:
    """Ask for a document, and wait until the page says by itself that it is ready."""
    page.goto(company.site.origin + "/roll-outs/{project}/papers/bosses/".format_map(company.facts))
    page.get_by_role("button", name="As PDF").click()
    page.get_by_role("link", name="Keep the PDF").wait_for()


def needs_survey(company: Company, page: Page) -> None:
    """A new plan, whose survey is opened."""
    page.goto(company.site.origin + "/roll-outs/")
    page.get_by_label("What is it called?").fill("Next site")
    page.get_by_label("How many managers there are").fill("90")
    page.get_by_role("button", name="Lay it out").click()
    page.get_by_role("link", name="Find three topics").click()
    page.get_by_role("button", name="Open the survey").click()
    page.get_by_label("The link to hand on").wait_for()


def survey_answered(company: Company, page: Page) -> None:
    """What a manager sees who opens the link."""
    needs_survey(company, page)
    page.goto(page.get_by_label("The link to hand on").input_value().replace("https://localhost", "http://localhost"))


def channel_lost(company: Company, page: Page) -> None:
    """A phone lets messages in with a key that is no point of the curve: to the program it is gone as soon as the first message is written."""
    page.goto(company.site.origin + "/account/channel/")
    facts = {"address": "https://push.example/x", "key": "B" + "A" * 85 + "E", "secret": "A" * 22}
    script = """(facts) => { const form = document.querySelector("form[data-push-key]");
        for (const [name, value] of Object.entries(facts)) form.elements[name].value = value; form.submit(); }"""
    page.evaluate(script, facts)
    page.wait_for_load_state()
    for _try in range(60):
        if page.get_by_text("your messages come by mail since").count():
            break
        page.wait_for_timeout(500)
        page.goto(company.site.origin + "/account/channel/")


def by_link(path: str, purpose: str, person: str, subject: str, *, days: int = 9, end: str = "/") -> Visit:
    """The page behind a signed link."""

    def visit(company: Company, page: Page) -> None:
        facts = company.facts
        page.goto(company.site.origin + path + facts.link(purpose, facts[person], facts[subject], days=days) + end)

    return visit


def over_the_top(company: Company, page: Page) -> None:
    by_link("/questions/later/", "twelve-weeks", "past", "past_cycle")(company, page)  # type: ignore[operator]
    page.locator("main form").evaluate("form => { form.noValidate = true }")
    page.locator("[name=item-sure]").first.check(force=True)
    page.locator("input[type=number]").last.fill("140")
    page.get_by_role("button", name="Keep my answers").click()
    page.wait_for_load_state()


def too_many_words(company: Company, page: Page) -> None:
    page.goto(company.site.origin + "/questions/{ahead_cycle}/start/".format_map(company.facts))
    page.locator("[name=item-last_time]").evaluate("box => { box.removeAttribute('maxlength') }")
    page.locator("[name=item-last_time]").fill("x" * 700)
    page.get_by_role("button", name="Keep my answers").click()
    page.wait_for_load_state()


def not_yet_answered(company: Company, page: Page) -> None:
    """The demo's people have answered twelve weeks later; those of that week have not."""
    company.site.ask(
        f"""DELETE FROM surveys_response r USING scheduling_session s WHERE s.cycle_id = '{company.facts["twelve_cycle"]}' AND s.kind = 'first'
        AND r.moment = 't3' AND r.week_of BETWEEN s.starts_at::date + 70 AND s.starts_at::date + 98 RETURNING r.id"""
    )
    page.goto(company.site.origin)


def suggestions(company: Company, page: Page) -> None:
    page.goto(company.site.origin + "/challenges/new/")
    page.get_by_label("My challenge").fill("I never delegate, and what I hand over comes back half done.")
    page.locator("#topics details").wait_for()
    page.locator("aside article.strategy, aside a[href*='/guides/']").first.wait_for()


def colleague_named(company: Company, page: Page) -> None:
    ((name,),) = company.site.ask("SELECT name FROM people_person WHERE name <> '' ORDER BY external_id LIMIT 1 OFFSET 40")
    sends("/challenges/new/", "Find my peers", text=f"{name} never answers my mails and I do not know what to do about it.")(company, page)  # type: ignore[operator]


def raised(company: Company, page: Page) -> None:
    page.goto(company.site.origin + "/challenges/new/")
    page.get_by_label("My challenge").fill("I never delegate, and what I hand over comes back half done.")
    page.locator("aside a[href*='/guides/']").first.wait_for()
    page.locator("#topics details").evaluate("node => { node.open = true }")
    page.locator("#topics input[name=topic][value=delegating]").first.check(force=True)
    page.locator("input[name=urgency][value='7']").check(force=True)
    page.get_by_role("button", name="Find my peers").click()
    page.wait_for_url("**/challenges/*-*/")


def uploaded(file: str) -> Visit:
    def visit(company: Company, page: Page) -> None:
        page.goto(company.site.origin + "/people/imports/")
        page.locator("input[type=file]").set_input_files(HR / file)
        page.get_by_role("button", name="Show me what it would change").click()
        page.wait_for_load_state()

    return visit


def called(company: Company, page: Page) -> None:
    page.goto(company.site.origin + "/calls/new/")
    page.locator("select[name=topic]").select_option(index=1)
    page.get_by_role("button", name="Open the table").click()
    page.wait_for_url("**/calls/*-*/")
    company.facts["call"] = page.locator("#address").input_value()


def joining(company: Company, page: Page) -> None:
    if "call" not in company.facts:
        called(company, company.person("caller").page)
    page.goto(company.facts["call"])


def silenced(company: Company, page: Page) -> None:
    """Two messages after the last visit that nothing was heard upon."""
    company.site.ask(
        f"""UPDATE notices_notice SET sent_at = now() + interval '1 hour', dropped_at = NULL, dropped_because = ''
        WHERE person_id = '{company.facts["half_way"]}' AND kind IN ('check_in', 'buddy') RETURNING id"""
    )
    page.goto(company.site.origin)


def lobby(company: Company, page: Page) -> None:
    page.goto(f"{company.site.origin}/rooms/{company.facts['soon']}/")
    if page.get_by_role("button", name="Come in").count():
        page.get_by_role("button", name="Come in").click()
    page.locator("#lobby").wait_for()


def alone(company: Company, page: Page) -> None:
    page.goto(f"{company.site.origin}/sessions/{company.facts['stuck_session']}/on-paper/")
    page.locator("input[name=there]").evaluate_all("all => all.forEach(one => { one.checked = false })")
    page.get_by_role("button", name="Count it as held").click()
    page.wait_for_load_state()


def letter(company: Company, page: Page) -> None:
    message = EmailMessage()
    message["To"], message["Subject"] = "someone@company.example", "There is a seat for you"
    message.set_content("Hello.\n\nSee the group and both dates:\nhttp://localhost/seats/by-link/x/\n")
    folder = company.site.var / "demo-mail"
    folder.mkdir(exist_ok=True)
    (folder / "1.log").write_bytes(bytes(message) + b"\n" + b"-" * 79)
    page.goto(company.site.origin + "/demo/mailbox/")
    assert page.locator("main tbody tr").count() == 1


def hours_too_short(company: Company, page: Page) -> None:
    page.goto(company.site.origin + "/account/availability/")
    page.locator("[name=starts]").select_option("09:00")
    page.locator("[name=ends]").select_option("09:30")
    page.get_by_role("button", name="Keep the hours").click()
    page.wait_for_load_state()


def half_days(company: Company, page: Page) -> None:
    page.goto(company.site.origin + "/account/availability/")
    page.get_by_text("Later weeks").click()
    for at in (2, 3, 40):
        page.locator("[name=halves]").nth(at).check(force=True)
    page.get_by_role("button", name="Keep the half days").click()
    page.wait_for_load_state()
    assert page.locator("[name=halves]:checked").count() == 3


def calendars_connected(company: Company, page: Page) -> None:
    """One that is read, one whose server is away, one that lets nobody in."""
    file = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20300302T090000Z\nEND:VEVENT\nEND:VCALENDAR\n"
    answers = {"/good.ics": (200, file), "/away.ics": (503, b""), "/refused.ics": (401, b"")}
    up = company.stack.enter_context(server(lambda _handler, asked: (answers[asked.path][0], {}, answers[asked.path][1])))
    for path in answers:
        page.goto(company.site.origin + "/account/calendars/address/new/")
        page.get_by_label("Private address of the calendar").fill(up.origin + path)
        page.get_by_role("button", name="Connect").click()
        page.wait_for_url("**/account/availability/")
    page.get_by_text("Being read for the first time").first.wait_for(state="detached", timeout=30_000)
    assert [page.get_by_text(words).count() for words in ("Read on", "did not answer properly", "no longer lets us in")] == [1, 1, 1]


def tried(company: Company, page: Page) -> None:
    page.goto(company.site.origin + "/playbook/strategies/{strategy}/trial/".format_map(company.facts))
    page.get_by_text("Partly", exact=True).click()
    page.locator("[name=not_when]").fill("the work changes every day")
    page.get_by_role("button", name="Pass it on").click()
    page.get_by_text("the work changes every day").wait_for()


def written_calendar(company: Company, page: Page) -> None:
    """A calendar server that lets nobody in, although its owner wants sessions written into it."""
    up = company.stack.enter_context(server(lambda _handler, _asked: (401, {}, b"")))
    page.goto(company.site.origin + "/account/calendars/caldav/new/")
    _log_in(page, up.origin, tick="Write my sessions into this calendar")
    page.get_by_text("no longer lets us in").last.wait_for(timeout=30_000)


def place_calendar(*, until: str) -> Visit:
    """The calendar of a place: the ways to connect one, the form, or one that is refused."""

    def visit(company: Company, page: Page) -> None:
        sends("/console/places/", "Add to the list", lines=f"Room {until}; Hamburg; 8")(company, page)  # type: ignore[operator]
        page.get_by_role("link", name=f"Calendar of Room {until}").click()
        if until == "Elm":
            return
        page.get_by_role("link", name="Connect: Calendar server (CalDAV)").click()
        page.wait_for_url("**/caldav/new/")
        if until == "Oak":
            return
        up = company.stack.enter_context(server(lambda _handler, _asked: (401, {}, b"")))
        _log_in(page, up.origin, tick="Write into it what groups hold")
        for _ in range(60):
            if page.get_by_text("no longer lets us in").count():
                return
            page.wait_for_timeout(500)
            page.reload()

    return visit


def _log_in(page: Page, origin: str, *, tick: str) -> None:
    page.get_by_label("Address of the calendar or its server").fill(origin)
    page.get_by_label("User name").fill("ana")
    page.get_by_label("App password").fill("word")
    page.get_by_label(tick).check()
    page.get_by_role("button", name="Connect").click()
    page.wait_for_load_state()


def code_page(company: Company, page: Page) -> None:
    sends("/sign-in/", "Send me a code", email="nobody@company.example")(company, page)  # type: ignore[operator]
    page.wait_for_url("**/sign-in/code/")


def wrong_code(company: Company, page: Page) -> None:
    code_page(company, page)
    page.get_by_label("Code", exact=True).fill("WRONG1")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()


# State, whose browser, where or how, what the page says there, HTTP status unless 200.
def roster_read(company: Company, page: Page) -> None:
    """A course is started, and its list of participants is read: one row is somebody, two are nobody."""
    page.goto(f"{company.site.origin}/console/programmes/new/?recipe=after-a-course")
    page.get_by_role("button", name="Start the programme").click()
    page.get_by_role("link", name="List of participants").click()
    rows = b"Email,Note\nfenna.dewit@halden.example,x\nnobody@else.example,x\n,x\n"
    page.set_input_files("[name=file]", {"name": "list.csv", "mimeType": "text/csv", "buffer": rows})
    page.get_by_role("button", name="Read the list").click()


def year_made(company: Company, page: Page) -> None:
    """A year of the directory, asked for and waited for."""
    page.goto(f"{company.site.origin}/console/years/")
    page.fill("[name=name]", "Ours")
    page.get_by_role("button", name="Simulate it").click()
    page.get_by_role("heading", name="Who would get no group, and why").wait_for(timeout=90_000)


STATES: list[tuple[str, str, Visit, str]] = [
    ("demo, signed out", "guest", "/demo/", "Whom would you like to be?"),
    ("demo, signed in", "host", "/demo/", "To my next session"),
    ("mailbox, empty search", "guest", "/demo/mailbox/?to=nobody-has-this", "Nothing yet"),
    ("mailbox", "guest", letter, "with a date|There is a seat for you"),
    ("letter", "guest", "/demo/mailbox/1.log/", "See the group"),
    ("sign-in", "guest", "/sign-in/", "There is a seat for you"),
    ("sign-in, no address", "guest", sends("/sign-in/", "Send me a code", email="no address"), "Not sent yet"),
    ("code", "guest", code_page, "Look into your mail"),
    ("wrong code", "guest", wrong_code, "Not sent yet"),
    ("who sees what, signed out", "guest", "/who-sees-what/", "Who sees what"),
    ("pact, signed out", "guest", "/pact/", "pact"),
    ("not found, signed out", "guest", "/nothing/here/", "There is nothing at this address"),
    ("altered link", "guest", "/seats/by-link/altered/", "This link does not work"),
    ("ended link", "guest", by_link("/seats/by-link/", "seat", "invited", "invited_seat", days=-1), "This link has ended"),
    ("seat by link", "guest", by_link("/seats/by-link/", "seat", "invited", "invited_seat"), "Take my seat"),
    ("dates by link", "guest", by_link("/dates/", "dates", "check_in", "check_in_cycle"), "Reconvene|session"),
    ("check-in by link", "guest", by_link("/check-ins/", "check-in", "check_in", "check_in_cycle"), "Keep the check-in"),
    ("half-way by link", "guest", by_link("/half-way/", "half-way", "half_way", "half_way_cycle"), "Keep|Half"),
    ("report by link", "guest", by_link("/reports/", "report", "reporting", "reporting_cycle"), "report"),
    ("plan by link", "guest", by_link("/plans/", "plan", "check_in", "check_in_cycle"), "What was your if-then?"),
    ("talk by link", "guest", by_link("/talks/", "talk", "half_way", "half_way_cycle"), "We have talked"),
    ("journal by link", "guest", by_link("/journals/", "journal", "half_way", "half_way_cycle"), "A line for your journal"),
    ("questions, before", "ahead", "/questions/{ahead_cycle}/start/", "Before you meet: three taps"),
    ("home, questions before", "ahead", "/", "Before you meet: three taps"),
    ("questions, before, kept", "ahead", sends("/questions/{ahead_cycle}/start/", "Keep my answers"), "Kept, thank you"),
    ("questions, before, with errors", "ahead", too_many_words, "Nothing was saved"),
    ("home, twelve weeks later", "twelve", not_yet_answered, "Twelve weeks later: one minute"),
    ("questions, later, signed in", "twelve", "/questions/{twelve_cycle}/later/", "Twelve weeks later"),
    ("questions, later, too early", "first_week", "/questions/{first_week_cycle}/later/", "Until then there is nothing to do"),
    ("questions, later by link", "guest", by_link("/questions/later/", "twelve-weeks", "past", "past_cycle"), "Twelve weeks later"),
    ("questions, later, with errors", "guest", over_the_top, "Nothing was saved"),
    ("group, history", "past", "/groups/{past_group}/history/", "What this group has done"),
    ("groups, before", "past", "/groups/", "My groups"),
    ("observers, none", "past", "/observers/{past_cycle}/", "Ask others what they see"),
    ("observers, link", "past", sends("/observers/{past_cycle}/", "Make the link"), "The link to hand on"),
    ("observing by link", "guest", by_link("/observing/", "observer", "past", "observed"), "What was different?"),
    ("challenge, settled", "past", "/challenges/{past_challenge}/", "May others ask you?"),
    ("challenge, may be asked", "past", sends("/challenges/{past_challenge}/", "You may ask me about this topic"), "Do not ask me any more"),
    ("fellow by link", "guest", by_link("/fellows/", "fellow", "past", "introduced"), "May somebody ask you about this?"),
    ("challenge, somebody asked", "waiting", "/challenges/{waiting_challenge}/", "Somebody has been asked"),
    ("pause by link", "guest", by_link("/messages/", "pause", "check_in", "check_in_cycle", end="/pause/"), "Pause"),
    ("join by link", "guest", joining, "Take a seat"),
    ("home, nothing yet", "newcomer", "/", "What is pressing right now?"),
    ("home, session soon", "host", "/", "Your table is ready"),
    ("home, invited", "invited", "/", "There is a seat for you"),
    ("home, agreed", "agreed", "/", "You said yes"),
    ("home, waiting", "waiting", "/", "We are looking for your peers"),
    ("home, first week", "first_week", "/", "Ahead"),
    ("home, check-in due", "check_in", "/", "Ahead"),
    ("home, half-way due", "half_way", "/", "Ahead"),
    ("home, third week", "third_week", "/", "Ahead"),
    ("home, report due", "reporting", "/", "Ahead"),
    ("challenge, empty form", "newcomer", "/challenges/new/", "What is pressing right now?"),
    ("challenge, with errors", "newcomer", sends("/challenges/new/", "Find my peers"), "Not sent yet"),
    ("challenge, name noticed", "newcomer", colleague_named, "Keep it as it is"),
    ("challenge, suggestions", "newcomer", suggestions, "choose from all topics"),
    ("challenge, just raised", "raiser", raised, "One first step for tomorrow"),
    ("challenge, waiting", "waiting", "/challenges/{waiting_challenge}/", "We are looking for your peers"),
    ("seat, asked", "invited", "/seats/{invited_seat}/", "Take my seat"),
    ("seat, agreed", "agreed", "/seats/{agreed_seat}/", "We wait for the others"),
    ("groups, none", "newcomer", "/groups/", "group"),
    ("groups", "check_in", "/groups/", "group"),
    ("group in practice", "check_in", "/groups/{group}/", "seat|Reconvene"),
    ("group before its first session", "host", "/groups/{group_ahead}/", "First session"),
    ("session soon", "host", "/sessions/{soon}/", "session"),
    ("session ahead", "check_in", "/sessions/{session_ahead}/", "session|Reconvene"),
    ("another date", "check_in", "/sessions/{session_ahead}/date/", "Another date"),
    ("another date, with errors", "check_in", sends("/sessions/{session_ahead}/date/", "Move the session", day="2020-01-01"), "lies in the past"),
    ("home, do you still want to meet", "stuck", "/", "still want to meet"),
    ("group, do you still want to meet", "stuck", "/groups/{stuck_group}/", "came to nothing"),
    ("do you still want to meet", "stuck", "/sessions/{stuck_session}/", "still want to meet"),
    ("we met on paper", "stuck", "/sessions/{stuck_session}/on-paper/", "Who was there"),
    ("we met on paper, with errors", "stuck", alone, "Tick at least two people"),
    ("host's card", "host", "/sessions/{soon}/host-card/", "host"),
    ("paper pack", "host", "/sessions/{soon}/paper/", ""),
    ("practice, first week", "first_week", "/practice/{first_week_cycle}/", "If"),
    ("practice, check-in due", "check_in", "/practice/{check_in_cycle}/", "If"),
    ("practice, half-way", "half_way", "/practice/{half_way_cycle}/", "If"),
    ("practice, third week", "third_week", "/practice/{third_week_cycle}/", "If"),
    ("practice, last days", "reporting", "/practice/{reporting_cycle}/", "If"),
    ("plan", "check_in", "/practice/{check_in_cycle}/plan/", "then I"),
    ("plan, with errors", "check_in", sends("/practice/{check_in_cycle}/plan/", "Keep the plan", if_cue="try to be better"), "Not sent yet"),
    ("half-way", "half_way", "/practice/{half_way_cycle}/half-way/", "Keep|half"),
    ("report", "reporting", "/practice/{reporting_cycle}/report/", "report"),
    ("draft for the boss", "reporting", "/practice/{reporting_cycle}/boss/", "Open it in my mail program"),
    ("journal, with errors", "half_way", sends("/practice/{half_way_cycle}/", "Put it into my journal"), "Write a line first"),
    ("journal", "half_way", sends("/practice/{half_way_cycle}/", "Put it into my journal", text="Slower than I thought"), "Take it along as a file"),
    ("home, fallen silent", "half_way", silenced, "Write to me again"),
    ("playbook", "newcomer", "/playbook/", "strateg"),
    ("playbook, found", "newcomer", "/playbook/?q=feedback", "strateg|found"),
    ("playbook, nothing found", "newcomer", "/playbook/?q=xylophone", "Nothing|No"),
    ("strategy", "newcomer", "/playbook/strategies/{strategy}/", "Works"),
    ("trial", "newcomer", "/playbook/strategies/{strategy}/trial/", "Did it help?"),
    ("trial, with errors", "newcomer", sends("/playbook/strategies/{strategy}/trial/", "Pass it on", works_when="there is time"), "Not sent yet"),
    ("strategy, tried", "newcomer", tried, "What others add who tried it"),
    ("topic on paper", "newcomer", "/playbook/sheets/giving-feedback/", "surest first"),
    ("looking after the playbook", "lead", "/playbook/stewarding/", "say the same"),
    ("withdrawal", "newcomer", "/playbook/withdrawals/", "key"),
    ("withdrawal, wrong key", "newcomer", sends("/playbook/withdrawals/", "Take it out", secret="wrong-key"), "No strategy here|Not sent yet"),
    ("guides", "newcomer", "/guides/", "guide|Guide"),
    ("guide", "newcomer", "/guides/delegating/", "minutes|step"),
    ("job aid", "newcomer", "/guides/delegating/job-aid/", "Print"),
    ("pact", "newcomer", "/pact/", "pact"),
    ("account", "newcomer", "/account/", "Pause"),
    ("how we write to you", "newcomer", "/account/channel/", "Your way now"),
    ("how we write to you, after a loss", "raiser", channel_lost, "your messages come by mail since"),
    ("my sessions in my calendar", "newcomer", "/account/feed/", "address"),
    ("my sessions in my calendar, with an address", "newcomer", sends("/account/feed/", "Make my address"), "Your address"),
    ("when I can meet", "newcomer", "/account/availability/", "My working hours"),
    ("when I can meet, hours with errors", "newcomer", hours_too_short, "Not sent yet"),
    ("when I can meet, half days", "newcomer", half_days, "Kept"),
    ("when I can meet, calendars", "raiser", calendars_connected, "Disconnect"),
    ("calendar, address", "newcomer", "/account/calendars/address/new/", "Private address"),
    ("calendar, server", "newcomer", "/account/calendars/caldav/new/", "App password"),
    ("calendar, with errors", "newcomer", sends("/account/calendars/caldav/new/", "Connect", address="http://a.example"), "Not sent yet"),
    ("home, a calendar stopped", "raiser", "/", "Connect it again"),
    ("who sees what", "newcomer", "/who-sees-what/", "Who sees what"),
    ("sign-out", "newcomer", "/sign-out/", "Sign out on this device?"),
    ("not found", "newcomer", "/groups/00000000-0000-0000-0000-000000000000/", "There is nothing at this address"),
    ("call, new", "caller", "/calls/new/", "Start a group"),
    ("call, with errors", "caller", sends("/calls/new/", "Open the table"), "Not sent yet"),
    ("call, code", "caller", "/calls/code/", "Join a group"),
    ("call, wrong code", "caller", sends("/calls/code/", "Join", code="nothing"), "Not sent yet"),
    ("call, table", "caller", called, "Let them join"),
    ("room, by code", "host", "/join/", "code"),
    ("room, door", "third_week", "/rooms/{third_week_session}/", "The doors open"),
    ("room, lobby", "host", lobby, ""),
    ("room, shared screen", "host", "/rooms/{soon}/table/", ""),
    ("report of the month", "sponsor", "/console/", "Overview|report"),
    ("reports", "lead", "/console/reports/", ""),
    ("business cases", "lead", "/business-cases/", "Start a case"),
    ("business cases, with errors", "lead", sends("/business-cases/", "Start it", name=""), "Not sent yet"),
    ("business cases, what a sponsor is shown", "sponsor", "/business-cases/", "Peer groups in the first year"),
    ("business case", "lead", opened_sums, "€"),
    ("business case, forecast and pilot data", "lead", "/business-cases/{plan}/", "The spring wave"),
    ("business case, for the sponsor", "sponsor", "/business-cases/{case}/", "It pays if each manager wins back"),
    ("business case, assumptions", "lead", "/business-cases/{plan}/assumptions/", "Default:"),
    ("business case, assumptions with errors", "lead", wrong_assumptions, "Not saved yet"),
    ("business case, two editors", "lead", two_editors, "saved: €9"),
    ("business case, no file yet", "lead", "/business-cases/{plan}/printouts/drawings/", "Not asked for yet"),
    ("business case, file", "lead", printout_made, "Keep the PDF"),
    ("business case, to be deleted", "lead", "/business-cases/{plan}/removal/", "Delete this case?"),
    ("oversight", "council", "/console/oversight/", "What is in force"),
    ("oversight, with errors", "council", sends("/console/oversight/", "Propose it", k="3"), "never lowered|Not sent yet|Not saved"),
    ("oversight, proposed", "lead", sends("/console/oversight/", "Propose it", k="9"), "Proposed: 9 people"),
    ("oversight, to be confirmed", "council", "/console/oversight/", "Confirm"),
    ("roll-outs", "lead", "/roll-outs/", "Lay out a plan"),
    ("roll-outs, with errors", "lead", sends("/roll-outs/", "Lay it out", name=""), "Not sent yet"),
    ("roll-out", "lead", "/roll-outs/{project}/", "You are here"),
    ("roll-out, for the sponsor", "sponsor", "/roll-outs/{project}/", "The promise to bosses"),
    ("roll-out, plan", "lead", "/roll-outs/{project}/plan/", "Setting, dates and roles"),
    ("roll-out, plan with errors", "lead", sends("/roll-outs/{project}/plan/", "Save", name=""), "Not saved yet"),
    ("roll-out, two editors", "lead", two_plans, "saved: Kim"),
    ("roll-out, readiness", "lead", "/roll-outs/{project}/readiness/", "You can begin"),
    ("roll-out, pilot", "lead", "/roll-outs/{project}/pilot/", "What could be judged"),
    ("roll-out, pilot refused", "lead", sends("/roll-outs/{project}/pilot/", "Look it through and save", pilot_people="6", pilot_groups="1"), "Everyone in one group"),
    ("roll-out, survey published", "lead", "/roll-outs/{project}/survey/", "Topics to begin with"),
    ("roll-out, survey open", "lead", needs_survey, "have answered so far"),
    ("roll-out, survey as managers see it", "lead", survey_answered, "Mark up to three"),
    ("roll-out, courses and groups", "lead", "/roll-outs/{project}/formal/", "What goes first"),
    ("roll-out, gate judged", "sponsor", "/roll-outs/{project}/gates/{gate_judged}/", "Judged and decided"),
    ("roll-out, gate to be judged", "lead", "/roll-outs/{project}/gates/{gate_signed}/", "Judge it by the latest report"),
    ("roll-out, judged without an answer", "lead", sends("/roll-outs/{project}/gates/{gate_signed}/", "Judge it"), "Say whether a serious breach"),
    ("roll-out, lines", "lead", new_gate, "Lines of the gate"),
    ("roll-out, lines with errors", "lead", wrong_lines, "Not saved yet"),
    ("roll-out, document", "lead", "/roll-outs/{project}/papers/annex/", "At least three groups|at least three groups"),
    ("roll-out, text of a document", "lead", "/roll-outs/{project}/papers/annex/text/", "Keep my text"),
    ("roll-out, no file yet", "lead", "/roll-outs/{project}/papers/hosts/printout/", "Not asked for yet"),
    ("roll-out, file", "lead", paper_made, "Keep the PDF"),
    ("roll-out, to be deleted", "lead", "/roll-outs/{project}/removal/", "two people have signed"),
    ("stories", "lead", "/roll-outs/stories/", "It did not help"),
    ("story", "past", "/story/", "May we ask you for a story?"),
    ("report, earlier", "sponsor", "/console/reports/{milestone}/", ""),
    ("overview", "lead", "/console/", ""),
    ("places", "lead", sends("/console/places/", "Add to the list", lines="Room Birch; Hamburg; 8"), "Room Birch"),
    ("place, no calendar", "lead", place_calendar(until="Elm"), "no group holds it"),
    ("place, calendar server", "lead", place_calendar(until="Oak"), "Write into it what groups hold"),
    ("place, calendar refused", "lead", place_calendar(until="Ash"), "What groups hold is written into it"),
    ("when I can meet, written", "raiser", written_calendar, "Your sessions are written into this calendar"),
    ("places, with errors", "lead", sends("/console/places/", "Add to the list", lines="Room Birch"), "write name, site and seats"),
    ("groups that need a hand", "lead", "/console/groups/", "hand"),
    ("programmes", "lead", "/console/programmes/", "Start one from a recipe"),
    ("programme, started from a recipe", "lead", "/console/programmes/new/?recipe=pilot", "Chance decides"),
    ("programme, with errors", "lead", sends("/console/programmes/new/?recipe=merger", "Start the programme", name="", starts_on="2026-01-05", signs_up_until="2026-01-04"), "before it begins"),
    ("programme, open", "lead", "/console/programmes/{open_programme}/", "Always on"),
    ("programme, groups to be released", "lead", "/console/programmes/{reviewed}/", "wait for your release"),
    ("programme, sign-up", "lead", "/console/programmes/{wave}/", "Sign-up until"),
    ("programme, rules", "lead", "/console/programmes/{wave}/rules/", "Change the rules"),
    ("programme, to be ended", "lead", "/console/programmes/{wave}/end/", "End the programme"),
    ("programme, list of participants", "lead", roster_read, "Rows that lead to nobody"),
    ("programme, for a member", "invited_head", "/programmes/{wave}/", "I take part"),
    ("programme, for who takes part", "joined_head", "/programmes/{wave}/", "You take part"),
    ("home, invited to a programme", "invited_head", "/", "You may take part"),
    ("demand map", "lead", "/console/demand/", "Courses that exist"),
    ("simulated years, with errors", "lead", sends("/console/years/", "Simulate it", name=""), "Not sent yet"),
    ("simulated year", "lead", year_made, "Who would get no group, and why"),
    ("messages", "lead", "/console/messages/", "Messages"),
    ("channels", "lead", "/console/messages/channels/", "Everybody gets mail"),
    ("channels, with errors", "lead", sends("/console/messages/channels/", "Give access", secret="xoxp-1"), "Not sent yet"),
    ("channels, open", "lead", sends("/console/messages/channels/", "Give access", secret="xoxb-1"), "Replace the access"),
    ("messages, a stop without a reason", "lead", sends("/console/messages/", "Stop them", reason=""), "Write why"),
    ("seat by hand", "lead", "/console/groups/new/", "seat|group"),
    ("place", "lead", "/console/sessions/{placeless}/place/", "Which room?"),
    ("directory", "lead", "/people/imports/", "Bring in the directory"),
    ("directory, no file", "lead", sends("/people/imports/", "Show me what it would change"), "Not sent yet"),
    ("directory, preview", "lead", uploaded("bamboohr.csv"), "bamboohr.csv"),
    ("directory, with an account of changes", "lead", uploaded("organogram.csv"), "organogram.csv"),
    ("directory, refused", "lead", uploaded("organogram-junior.csv"), "names no people"),
    ("directory, workbook", "lead", uploaded("successfactors.xlsx"), "successfactors.xlsx"),
]  # fmt: skip
FACTS["third_week_session"] = """SELECT s.id FROM scheduling_session s WHERE s.cycle_id = '{third_week_cycle}' AND s.kind = 'reconvene'"""
MISSING = {"not found", "not found, signed out", "altered link"}


@pytest.mark.parametrize(("state", "who", "visit", "says"), STATES, ids=[state for state, *_ in STATES])
def test_everybody_can_read_and_use_the_page(company: Company, state: str, who: str, visit: Visit, says: str) -> None:
    page = company.person(who).page
    page.set_viewport_size({"width": WIDTHS["phone"], "height": 844})
    if callable(visit):
        visit(company, page)
    else:
        answer = page.goto(company.site.origin + visit.format_map(company.facts))
        assert answer is not None
        assert answer.status == (404 if state in MISSING else 200)
    words = page.locator("body").inner_text()

    assert any(one in words for one in says.split("|")), words[:1500]
    assert faults(page) == []


def faults(page: Page) -> list[str]:
    """What keeps somebody from reading or using the page as it stands. Widths differ in layout only and schemes in colours only, so `make test` looks
    at the phone in light and at the desk in dark; `make test-faults` at all four.
    """
    found = [] if page.locator("h1").count() == 1 else [f"{page.locator('h1').count()} main headings"]
    if not page.title().split("·")[0].strip():
        found.append("no title")
    page.evaluate(Axe().axe_script)
    for device, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 844})
        excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if excess > 0:
            found.append(f"{device}: {excess} px too wide")
        for scheme in ("light", "dark") if IS_FULL else ("light",) if device == "phone" else ("dark",):
            page.emulate_media(color_scheme=scheme)
            for one in page.evaluate("axe.run({resultTypes: ['violations']}).then(result => result.violations)"):
                found += [
                    f"{device}, {scheme}, {one['id']}: {node['html'][:200]} {node['any'][:1] and node['any'][0]['message'][:160]}"
                    for node in one["nodes"][:4]
                ]
    return found + too_wide(page)


def too_wide(page: Page) -> list[str]:
    """On which of the smallest screens one would have to scroll sideways: 320 px, and a phone upright and lying with text of twice the size."""
    found, tab = [], page.context.new_cdp_session(page)
    for name, width, height, text in (("320 px", 320, 568, 16), ("large text", 390, 844, 32), ("lying, large text", 844, 390, 32)):
        page.set_viewport_size({"width": width, "height": height})
        tab.send("Page.setFontSizes", {"fontSizes": {"standard": text, "fixed": text}})
        excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if excess > 0:
            found.append(f"{name}: {excess} px too wide")
    tab.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    tab.detach()
    return found
