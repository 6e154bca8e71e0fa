"""Ways to the states of pages that need more than an address: what is typed, tapped or found first."""

from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import ROOT
from tests.browser.people import Company
from tests.integrations.servers import server

HR = ROOT / "tests" / "data" / "hr"

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


def in_two_windows(path: str, box: str, button: str, texts: tuple[str, str]) -> Visit:
    """The same box is saved in another window before this one."""

    def visit(company: Company, page: Page) -> None:
        other = page.context.new_page()
        for one in (page, other):
            one.goto(company.site.origin + path.format_map(company.facts))
        for one, text in zip((other, page), texts, strict=True):
            one.locator(f"[name={box}]").fill(text)
            with one.expect_event("load"):
                one.get_by_role("button", name=button, exact=True).click()
        other.close()  # once it stands still: Chromium says that it closed a page on its way to another one, and does not; Playwright waits for ever

    return visit


def made(path: str, button: str) -> Visit:
    """A file is asked for, and the page says by itself that it is ready."""

    def visit(company: Company, page: Page) -> None:
        page.goto(company.site.origin + path.format_map(company.facts))
        page.get_by_role("button", name=button).click()
        page.get_by_role("link", name="Keep the PDF").wait_for()

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


def typed_assumptions(company: Company, page: Page) -> None:
    """Figures that are being typed: one that counts, and then one that cannot be taken."""
    page.goto(company.site.origin + "/business-cases/{plan}/assumptions/".format_map(company.facts))
    page.locator("[name=hours_around-likely]").fill("2.25")
    page.get_by_text("None of it is saved yet").or_(page.get_by_text("each to win back, saved")).first.wait_for()
    page.locator("[name=hosting-likely]").fill("$7")
    page.get_by_text("and this is in USD").wait_for()


def role_refused(company: Company, page: Page) -> None:
    """The only administrator tries to give that role away."""
    page.goto(company.site.origin + "/people/roles/{lead}/".format_map(company.facts))
    page.get_by_label("Administrator").uncheck()
    page.get_by_role("button", name="Keep").click()
    page.wait_for_load_state()


def new_gate(company: Company, page: Page) -> None:
    """One more gate, with its lines open."""
    page.goto(company.site.origin + "/roll-outs/{project}/".format_map(company.facts))
    page.get_by_label("One more gate, at the end of").select_option("3")
    page.get_by_role("button", name="Add the gate").click()
    page.wait_for_load_state()


def marked_meanwhile(company: Company, page: Page) -> None:
    """A plan on whose page the first test is marked as passed after somebody else has done so."""
    new_plan(company, page)
    other = page.context.new_page()
    other.goto(page.url)
    for one in (other, page):
        with one.expect_event("load"):
            one.get_by_role("button", name="The test is passed").click()
    other.close()


def new_plan(company: Company, page: Page, name: str = "Peers at Leeds") -> None:
    """A plan that was just laid out."""
    page.goto(company.site.origin + "/roll-outs/")
    page.get_by_label("What is it called?").fill(name)
    page.get_by_label("How many managers there are").fill("90")
    page.get_by_role("button", name="Lay it out").click()
    page.wait_for_load_state()


def stopped_plan(company: Company, page: Page) -> None:
    """The plan, once its second wave is judged and it is decided to stop."""
    page.goto(company.site.origin + "/roll-outs/{project}/gates/{gate_signed}/".format_map(company.facts))
    page.locator("input[name=breach][value=yes]").check()
    page.get_by_role("button", name="Judge it").click()
    page.locator("input[name=choice][value=stop]").check()
    page.get_by_label("Why, in one sentence").fill("What was said at a table was told outside.")
    page.get_by_role("button", name="Decide").click()
    page.wait_for_load_state()
    page.goto(company.site.origin + "/roll-outs/{project}/".format_map(company.facts))


def wrong_lines(company: Company, page: Page) -> None:
    """Lines that cannot be."""
    new_gate(company, page)
    page.locator("[name=tried_once-go]").fill("40")
    page.get_by_role("button", name="Set the lines").click()
    page.wait_for_load_state()


def needs_survey(company: Company, page: Page) -> None:
    """A new plan, whose survey is opened."""
    new_plan(company, page, name="Next site")
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


def without_a_place(company: Company, page: Page) -> None:
    """Nobody has said where the host's next session is."""
    company.site.ask(f"UPDATE scheduling_session SET place = '' WHERE cycle_id = '{company.facts['ahead_cycle']}' RETURNING id")
    page.goto(company.site.origin)


def suggestions(company: Company, page: Page) -> None:
    page.goto(company.site.origin + "/challenges/new/")
    page.get_by_label("My challenge").fill("I never delegate, and what I hand over comes back half done.")
    page.locator("#topics details").wait_for()
    page.locator("aside article.strategy, aside a[href*='/guides/']").first.wait_for()


def unsure(company: Company, page: Page) -> None:
    page.goto(company.site.origin + "/challenges/new/")
    page.get_by_label("My challenge").fill("Hello everyone, I work in a small company and need some advice. What would you do?")
    page.get_by_text("We are not sure what this is about").wait_for()


def of_harm(company: Company, page: Page) -> None:
    page.goto(company.site.origin + "/challenges/new/")
    page.get_by_label("My challenge").fill("One of my drivers says that he wants to kill himself.")
    page.get_by_text("This may be about somebody’s life.").wait_for()


def about_nothing_of_this(company: Company, page: Page) -> None:
    page.goto(company.site.origin + "/challenges/new/")
    page.get_by_label("My challenge").fill("My flight was cancelled and the airline refuses to refund me.")
    page.get_by_text("This sounds like none of the topics here.").wait_for()


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


def on_desk(place: str, press: str = "", **boxes: str) -> Visit:
    """A guide of the organisation's own, begun with a copy: handed in when its button is to be pressed first, saved with other words in some boxes."""

    def visit(company: Company, page: Page) -> None:
        page.goto(company.site.origin + "/guides/ours/new/?copy=delegating")
        page.get_by_label("What is the topic?").fill("Nights")
        page.get_by_role("button", name="Put it on the desk").click()
        page.get_by_text("It is on the desk.").wait_for()
        desk = page.url.removesuffix("words/")
        if press:
            page.goto(desk)
            page.get_by_role("button", name=press).click()
            page.get_by_text("Handed in.").wait_for()
        page.goto(desk + place)
        for name, text in boxes.items():
            page.locator(f"[name={name}]").fill(text)
        if boxes:
            page.get_by_role("button", name="Save", exact=True).click()
            page.get_by_text("Saved.").wait_for()

    return visit


def second_version(company: Company, page: Page) -> None:
    """A guide that a second person has published twice: what its second version changed."""
    on_desk("", press="Hand it in")(company, page)  # type: ignore[operator]  # a way, no address
    desk, reviewer = page.url, company.person("second").page
    for number in (1, 2):
        reviewer.goto(f"{desk}review/")
        reviewer.get_by_role("button", name="Publish it").click()
        reviewer.get_by_text("Published.").wait_for()
        if number == 1:
            page.goto(f"{desk}words/")
            headline = page.locator("[name=headline]")
            headline.fill(headline.input_value().replace("the", "this", 1) + " at night")
            page.get_by_role("button", name="Save and leave").click()
            page.get_by_role("button", name="Hand it in").click()
            page.get_by_text("Handed in.").wait_for()
    page.goto(f"{desk}versions/2/")


def adapted(place: str, *, is_published: bool = False, slug: str = "pay-and-saying-no") -> Visit:
    """The organisation's version of a built-in guide, under another title: `place` on the desk, or, when it is published, an address."""

    def visit(company: Company, page: Page) -> None:
        page.goto(f"{company.site.origin}/guides/{slug}/")
        page.get_by_role("button", name="ur version").click()
        page.wait_for_url("**/guides/ours/**")
        desk = page.url
        page.goto(f"{desk}words/")
        if "Gehalt" not in page.locator("[name=title]").input_value():
            page.locator("[name=title]").fill("Gehalt, und wie man Nein sagt")
            page.get_by_role("button", name="Save and leave").click()
            page.get_by_text("Saved.").wait_for()
        if is_published:
            page.goto(desk)
            if page.get_by_role("button", name="Hand it in").is_visible():
                page.get_by_role("button", name="Hand it in").click()
                page.get_by_text("Handed in.").wait_for()
                reviewer = company.person("second").page
                reviewer.goto(f"{desk}review/")
                reviewer.get_by_role("button", name="Publish it").click()
                reviewer.get_by_text("Published.").wait_for()
        page.goto(company.site.origin + place if is_published else desk + place)

    return visit


def looked_at(company: Company, page: Page) -> None:
    """The boxes of a guide, with the frame beside them in which it is seen."""
    on_desk("words/")(company, page)  # type: ignore[operator]  # a way, no address
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="See it while writing").click()
    page.frame_locator("iframe").get_by_role("heading", level=1).wait_for()


def narrowed_library(company: Company, page: Page) -> None:
    """The library as L&D arranges it, with only the topics in sight whose names hold a word."""
    page.goto(company.site.origin + "/guides/ours/library/")
    page.get_by_label("Show only topics with").fill("team")


def marked_guide(company: Company, page: Page) -> None:
    """A guide whose first strategy was tried, and the second one is worth trying: kept without a button."""
    page.goto(company.site.origin + "/guides/delegating/")
    for number, name in enumerate(("Tried it", "Would try")):
        with page.expect_response(lambda answer: answer.url.endswith("/marks/")):
            page.locator("article.strategy").nth(number).get_by_text(name, exact=True).click()
    page.get_by_text("Kept. Only you see it").wait_for()
    page.reload()
    assert [box.get_attribute("value") for box in page.locator("article.strategy input:checked").all()] == ["tried", "would"]


def sheets_looked_at(company: Company, page: Page) -> None:
    """The same, with the sheets of the handout in the frame."""
    looked_at(company, page)
    page.get_by_role("button", name="Print", exact=True).click()
    page.frame_locator("iframe").get_by_role("img", name="Page 2 of 2").wait_for()


def broken_guide(company: Company, page: Page) -> None:
    """A file that is no guide is brought in."""
    page.goto(company.site.origin + "/guides/ours/files/")
    page.locator("input[type=file]").set_input_files({"name": "guide.md", "mimeType": "text/markdown", "buffer": b"---\ncode: A1\n---\n"})
    page.get_by_role("button", name="Check and bring in").click()
    page.get_by_text("Nothing was brought in").wait_for()


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


def year_of_file(rows: str, *, titles: str = "Job Title") -> Visit:
    """A year of an HR file with these rows, chosen and sent; `titles` is the heading of what tells the level."""

    def visit(company: Company, page: Page) -> None:
        page.goto(f"{company.site.origin}/console/years/")
        page.fill("[name=name]", "Of a file")
        page.get_by_text("An HR file", exact=True).first.click()
        content = f"Employee ID,Name,Email,{titles},Department,Site,Manager ID\n{rows}"
        page.set_input_files("[name=file]", {"name": "people.csv", "mimeType": "text/csv", "buffer": content.encode()})
        page.get_by_role("button", name="Simulate it").click()
        page.get_by_role("heading", name="Who would get no group, and why").or_(page.get_by_text("Not sent yet")).wait_for(timeout=90_000)

    return visit


def year_answered(rows: str, *, titles: str) -> Visit:
    """A year of an HR file that was asked about, and is sent again as it was proposed."""

    def visit(company: Company, page: Page) -> None:
        year_of_file(rows, titles=titles)(company, page)
        page.get_by_role("button", name="Simulate it").click()
        page.get_by_role("heading", name="Who would get no group, and why").wait_for(timeout=90_000)

    return visit


def year_made(company: Company, page: Page) -> None:
    """A year of the directory, asked for and waited for."""
    page.goto(f"{company.site.origin}/console/years/")
    page.fill("[name=name]", "Ours")
    page.get_by_role("button", name="Simulate it").click()
    page.get_by_role("heading", name="Who would get no group, and why").wait_for(timeout=90_000)


def empty_workbench(company: Company, page: Page) -> None:
    """A programme that is reviewed and has formed nothing yet."""
    page.goto(f"{company.site.origin}/console/programmes/new/?recipe=merger")
    page.get_by_role("button", name="Start the programme").click()
    page.get_by_role("link", name="Open the workbench").click()


def chosen_on_workbench(company: Company, page: Page) -> None:
    """Somebody whose group would be large enough without them."""
    page.goto(company.site.origin + "/console/programmes/{reviewed}/workbench/".format_map(company.facts))
    for number in range(page.get_by_role("link", name="Move ").count()):
        page.get_by_role("link", name="Move ").nth(number).click()
        if page.get_by_role("button", name="Let them wait").count():
            return
        page.get_by_role("link", name="Leave them where they are").click()
    raise AssertionError("Everybody sits in a group of three.")


def refused_on_workbench(company: Company, page: Page) -> None:
    """Their group is locked in another window before the move is kept, and opened again afterwards."""
    chosen_on_workbench(company, page)
    home = page.locator(".batch:has([data-moving])").get_attribute("id")
    other = page.context.new_page()
    other.goto(company.site.origin + "/console/programmes/{reviewed}/workbench/".format_map(company.facts))
    other.locator(f"#{home}").get_by_role("button", name="Lock").click()
    page.get_by_role("button", name="Let them wait").click()
    page.get_by_text("Somebody else changed").wait_for()
    with other.expect_event("load"):
        other.locator(f"#{home}").get_by_role("button", name="Unlock").click()
    other.close()
