"""Real browsers through both sessions, in each way to hold one: somebody late, somebody offline, the host lost and back, somebody leaving.

Each phone does what a simulated member would do, on the page itself: it fills the boxes and taps the buttons. The clock is the real one, so that
the host's phone, and not the time, moves the room; only while a phone is offline, ten minutes pass by the room's clock. Part of
`make test-faults`: a session takes a minute and a half.
"""

import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import Error as PlaywrightError

from reconvene.base import tenancy
from reconvene.practice.models import Plan
from reconvene.rooms.actions.moves import position
from reconvene.rooms.actions.turning import note
from reconvene.rooms.conductor import settle_clock
from reconvene.rooms.models import Idea, Lesson, Presence, Vote
from reconvene.rooms.rules import EventKind
from reconvene.rooms.simulation import Act, View, acts
from reconvene.rooms.state import RoomState
from reconvene.scheduling.models import Session
from tests import world
from tests.rooms.play import Table, offered
from tests.rooms.test_browser import a_page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nowhere, pytest.mark.browser]

SIX = ("ana", "ben", "cho", "dan", "eli", "flo")
THREE = SIX[:3]
HELD = [("topic", SIX, 90), ("topic", SIX, 60), ("case", SIX, 75), ("seven", SIX, 90), ("trio", THREE, 60)]
NOT_TYPED = {"done", "seen", "client_id", "to", "kind", "move"}
SOON = 15_000  # ms


@dataclass
class Phones:
    """The browsers of one session. Those in `offline` have no network and go on writing."""

    chromium: Browser
    port: int
    organisation: uuid.UUID
    table: Table
    pages: dict[str, Page] = field(default_factory=dict)
    offline: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def enter(self, *names: str) -> None:
        """Come in through the door, each in a browser of their own."""
        for who in names:
            page = self.pages[who] = a_page(self.chromium, self.port, self.table, who)
            page.set_default_timeout(SOON)
            page.on("pageerror", lambda error, who=who: self.faults.append(f"{who}: {error}"))  # type: ignore[misc]
            if page.get_by_role("button", name="Come in").count():
                page.get_by_role("button", name="Come in").click()
            page.wait_for_selector("#stage[data-name=lobby], #stage[data-name=step]")

    def lose(self, who: str) -> None:
        """The battery is empty."""
        self.pages.pop(who).context.close()

    def state(self) -> RoomState:
        """Where the room is by now."""
        with tenancy.within(self.organisation):
            stored = self.table.room.state
        assert stored is not None
        return settle_clock(stored, datetime.now(UTC))

    def host(self) -> Page | None:
        """The host's page, unless it is lost or offline."""
        host = self.state().host
        name = next(name for name, person in self.table.people.items() if str(person.id) == host)
        return None if name in self.offline else self.pages.get(name)

    def go_to(self, kind: str) -> None:
        """Everybody plays until the step is reached."""
        while (now := self.state()).closed_at is None and now.current.kind != kind:
            self.play()

    def play(self) -> None:
        """Everybody does what they would do where the room is; then the host's phone moves on, unless the room has moved by itself."""
        state = self.state()
        where = position(state)
        for who, page in list(self.pages.items()):
            if who not in self.offline:
                shows(page, where)
            me = str(self.table.people[who].id)
            for act in acts(View(me, state, offered(page.content()))):
                if act.key in self.sent:
                    continue
                self.sent.add(act.key)
                try:
                    self.carry_out(page, act)
                except PlaywrightError:
                    if position(self.state()) == where:
                        raise
                    return  # what the one before sent has moved the room meanwhile
            if position(self.state()) != where:
                return
        page = self.host()
        assert page is not None
        shows(page, where)
        footer = page.locator("#stage footer")
        button = footer.locator("button[form=end], button[name=move][value=part], button[name=move][value=turn]")
        if state.current.kind == "turns" and state.turn:  # two speak, as an example
            button = page.locator("#stage button[name=move][value=next]")
        if button.count() == 0:  # the host's own part is still open
            button = page.locator(
                "#stage button[name=move][value=part], #stage button[name=move][value=next], #stage button[name=move][value=turn]"
            )
        button.first.click()
        deadline = datetime.now(UTC) + timedelta(seconds=10)
        while position(self.state()) == where and self.state().closed_at is None:
            assert datetime.now(UTC) < deadline, f"the host's tap moved nothing at {where} ({state.current.kind})"
            page.wait_for_timeout(50)

    def carry_out(self, page: Page, act: Act) -> None:
        """Type and tap what the act says, where the page has it."""
        stage, fields = page.locator("#stage"), act.fields
        stage.evaluate("stage => stage.querySelectorAll('details:has(textarea, input[type=radio])').forEach(one => { one.open = true })")
        for name, value in fields.items():
            box = stage.locator(f'[name="{name}"]')
            if name in NOT_TYPED or box.count() == 0:  # a reconvene asks for less
                continue
            if box.first.evaluate("box => box.tagName") == "TEXTAREA":
                (box.last if "kind" in fields else box.first).fill(value)  # a card for somebody earlier may stand above
            elif box.first.get_attribute("type") == "radio":
                stage.locator(f'label:has([name="{name}"][value="{value}"])').first.click()
        if act.name == "pact":
            for button in stage.get_by_role("button", name="I agree").all():  # none, for who has agreed
                button.click()
        elif act.name == "report":
            stage.get_by_role("button", name="Show it to the group").click()
        elif act.name in ("dates", "vote"):
            ((name, value),) = fields.items()
            stage.locator(f'button[name="{name}"][value="{value}"]').first.click()
        elif "kind" in fields:
            stage.locator(f'button[name=kind][value="{fields["kind"]}"]').last.click()
        elif "move" in fields:
            stage.locator(f'button[name=move][value="{fields["move"]}"]').last.click()
        else:
            for button in stage.locator(
                "footer button[name=done]"
            ).all():  # none while the others read aloud; what was tapped is sent anyway
                button.click()
        page.wait_for_timeout(30)


def shows(page: Page, where: str) -> None:
    """Wait until the phone is where the room is."""
    page.wait_for_function("where => document.getElementById('stage').dataset.position === where", arg=where, timeout=SOON)


def pass_minutes(phones: Phones, minutes: int) -> None:
    """So many minutes pass by the room's clock, and the phones that have a network hear of it. The conductor does what the time asks for."""
    back = timedelta(minutes=minutes)
    with tenancy.within(phones.organisation):
        room = phones.table.room
        state = room.state
        assert state is not None
        moments = {name: value - back for name, value in vars(state).items() if isinstance(value, datetime)}
        room.keep(replace(state, **moments))
        note(room, EventKind.MOVED, now=datetime.now(UTC))


def begun(chromium: Browser, port: int, table: Table, organisation: uuid.UUID, *names: str, mode: str = "") -> Phones:
    """Those who are there in time are in, and the host begins."""
    with tenancy.within(organisation):
        table.session.starts_at = datetime.now(UTC)
        table.session.save()
    phones = Phones(chromium, port, organisation, table)
    phones.enter(*names)
    page = phones.pages["ana"]
    if mode:
        page.locator(f"input[name=mode][value={mode}]").check(force=True)
    page.get_by_role("button", name="Begin the session").click()
    page.wait_for_selector("#stage[data-name=step]")
    return phones


def age_the_host(phones: Phones) -> None:
    """A minute passes in which nothing is heard of the host's phone."""
    with tenancy.within(phones.organisation):
        Presence.objects.filter(room=phones.table.room, person=phones.table.people["ana"]).update(
            seen_at=datetime.now(UTC) - timedelta(minutes=2)
        )


@pytest.mark.parametrize(("mode", "names", "minutes"), HELD)
def test_both_sessions_are_held_whatever_happens_to_the_phones(
    port: int, chromium: Browser, mode: str, names: tuple[str, ...], minutes: int
) -> None:
    organisation = world.make_organisation()
    with tenancy.within(organisation.id):
        group = world.make_group(*world.people(*names))
        Session.objects.filter(cycle__group=group).update(minutes=minutes)
        table = Table(group)
    in_time = names if mode == "trio" else names[:-1]
    phones = begun(chromium, port, table, organisation.id, *in_time, mode=mode)
    phones.play()
    phones.enter(*names[len(in_time) :])  # somebody is late, and is told where the group is

    phones.play()
    phones.lose("ana")  # the host's phone is gone; another member takes over with one tap
    age_the_host(phones)
    ben = phones.pages["ben"]
    ben.reload()
    ben.get_by_role("button", name="I host for now").click()
    expect(ben.get_by_role("heading", name="For the host")).to_be_visible(timeout=SOON)
    phones.play()
    phones.enter("ana")  # back, as a member like the others

    has_ideas = any(step.kind == "ideas" for step in phones.state().steps)
    if has_ideas:
        phones.go_to("ideas")
        shows(phones.pages["cho"], position(phones.state()))
        phones.offline.add("cho")
        phones.pages["cho"].context.set_offline(True)
        phones.play()  # cho writes without a network while the room goes on
        pass_minutes(phones, 10)
        phones.play()
        with tenancy.within(organisation.id):
            assert not Idea.objects.filter(room=table.room, author=table.people["cho"]).exists()
        phones.offline.discard("cho")
        phones.pages["cho"].context.set_offline(False)
        expect(phones.pages["cho"].locator("#live")).to_have_attribute("data-state", "saved", timeout=2 * SOON)
    phones.go_to("plan")
    while phones.state().closed_at is None:
        phones.play()

    for page in phones.pages.values():
        expect(page.get_by_role("heading", name="The session is over. Thank you.")).to_be_visible(timeout=SOON)
    with tenancy.within(organisation.id):
        cho = table.people["cho"]
        assert Plan.objects.current().filter(cycle=table.session.cycle).count() == len(names)
        assert not has_ideas or Idea.objects.filter(room=table.room, author=cho).exists()
        assert table.room.closed_at is not None
    for page in phones.pages.values():
        page.context.close()
    assert phones.faults == []

    with tenancy.within(organisation.id):
        again = Table(group, "reconvene")
    phones = begun(chromium, port, again, organisation.id, *names)
    phones.go_to("lessons")
    if len(names) > 3:
        last = names[-1]
        phones.pages[last].get_by_role("button", name="Leave the room").click()
        expect(phones.pages[last].get_by_role("heading", name="You are outside the room")).to_be_visible(timeout=SOON)
        phones.lose(last)
    stayed, voted = len(phones.pages), 0
    while phones.state().closed_at is None:
        phones.play()
        with tenancy.within(organisation.id):
            voted = max(voted, Vote.objects.filter(room=again.room).count())

    with tenancy.within(organisation.id):
        assert Lesson.objects.filter(room=again.room).values("author").distinct().count() == stayed
        assert voted == stayed
        assert not Vote.objects.filter(room=again.room).exists()
        again.session.cycle.refresh_from_db()
        assert again.session.cycle.closed_at is not None
    assert phones.faults == []
