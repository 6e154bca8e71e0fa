"""The people of the demo whose pages are looked at, found by what they are in the middle of, and ids of what they have to do with."""

import contextlib
import uuid
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser

from reconvene.base.links import Link
from tests.browser.conftest import WIDTHS, Site, Someone

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
    "second": "SELECT id FROM people_person WHERE 'learning' = ANY(roles) ORDER BY external_id DESC LIMIT 1",
    "raiser": f"{FREE} OFFSET 1 LIMIT 1",
    "caller": f"{FREE} OFFSET 2 LIMIT 1",
    "lead": "SELECT id FROM people_person WHERE 'learning' = ANY(roles) ORDER BY external_id LIMIT 1",
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
    "check_in_topic": "SELECT t.slug FROM guides_topic t JOIN groups_cycle c ON c.topic_id = t.id WHERE c.id = '{check_in_cycle}'",
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
    "ahead_host": "SELECT host_id FROM scheduling_session WHERE cycle_id = '{ahead_cycle}' AND kind = 'first'",
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
    "trial": "SELECT id FROM groups_programme WHERE kind = 'pilot' AND ended_at IS NULL",
    "pilot": "SELECT id FROM groups_programme WHERE kind = 'pilot' AND ended_at IS NOT NULL",
    "waits": "SELECT person_id FROM programmes_participant WHERE programme_id = '{trial}' AND half = 'later' ORDER BY person_id LIMIT 1",
    "waited": "SELECT person_id FROM programmes_participant WHERE programme_id = '{pilot}' AND half = 'later' ORDER BY person_id LIMIT 1",
    "case": "SELECT id FROM rollout_businesscase WHERE shown_at IS NOT NULL LIMIT 1",
    "plan": "SELECT id FROM rollout_businesscase WHERE shown_at IS NULL LIMIT 1",
    "project": "SELECT id FROM rollout_project ORDER BY made_at LIMIT 1",
    "gate_judged": "SELECT id FROM rollout_gate WHERE project_id = '{project}' ORDER BY made_at LIMIT 1",
    "gate_signed": "SELECT id FROM rollout_gate WHERE project_id = '{project}' AND name LIKE '%second wave' LIMIT 1",
    "third_week_session": """SELECT s.id FROM scheduling_session s WHERE s.cycle_id = '{third_week_cycle}' AND s.kind = 'reconvene'""",
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
