"""Swapping hosts in a browser, from the offer to the session: nothing for axe to find on any page of it, and the guest's page follows by itself."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from reconvene.base import tenancy
from reconvene.forming.group_offers import offer
from reconvene.forming.models import GroupOffer
from reconvene.groups.models import Cycle, Group
from reconvene.groups.rules import OfferKind
from reconvene.rooms.actions import entering
from reconvene.rooms.models import Room
from reconvene.scheduling.models import Session
from tests import world
from tests.browser.looks import faults
from tests.rooms.play import Table

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nowhere, pytest.mark.browser]


def before_their_second_cycle(name: str, *members: str, hours: int) -> Group:
    """A group that goes on and meets again in so many hours; the first of them hosts."""
    now = datetime.now(UTC)
    group = world.make_group(*world.people(*members), name=name)
    Cycle.objects.filter(group=group).update(number=2)
    Session.objects.filter(cycle__group=group, kind="first").update(starts_at=now + timedelta(hours=hours))
    Session.objects.filter(cycle__group=group, kind="reconvene").update(starts_at=now + timedelta(days=28))
    return group


class Walk:
    """Two groups with one topic; Ana hosts Wren, Gus hosts Robin."""

    def __init__(self, port: int, chromium: Browser) -> None:
        self.wren = before_their_second_cycle("Wren", "ana", "ben", "cho", hours=30)
        self.robin = before_their_second_cycle("Robin", "gus", "hal", "ivy", hours=50)
        self.organisation, self.origin, self.chromium = self.wren.organisation_id, f"http://localhost:{port}", chromium
        self.table = Table(self.robin)

    def page(self, who: str, path: str) -> Page:
        with tenancy.within(self.organisation):
            cookie = world.sign_in(world.person(who)).cookies[settings.SESSION_COOKIE_NAME].value
        context = self.chromium.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.origin}])
        page = context.new_page()
        page.goto(self.origin + path)
        return page

    def states(self) -> Iterator[tuple[str, Page]]:
        """Each state by name, with the page on which it is looked at."""
        ana, gus = (self.page(who, f"/groups/{group.id}/") for who, group in (("ana", self.wren), ("gus", self.robin)))
        yield "partners", ana
        ana.get_by_role("button", name="Offer to swap hosts").click()
        yield "asked", ana
        gus.reload()
        yield "offered a swap", gus
        with tenancy.within(self.organisation):
            GroupOffer.objects.all().delete()
            offer(self.wren, other=self.robin, kind=OfferKind.MERGE, by=world.person("ana"), now=datetime.now(UTC))
        gus.reload()
        yield "offered to become one", gus
        with tenancy.within(self.organisation):
            GroupOffer.objects.all().delete()
            offer(self.wren, other=self.robin, kind=OfferKind.SWAP, by=world.person("ana"), now=datetime.now(UTC))
        gus.reload()
        gus.get_by_role("button", name="We swap hosts").click()
        expect(gus.get_by_text("Ana Example, who hosts another group, conducts this session")).to_be_visible()
        yield "a guest conducts", gus
        yield "home of the guest", self.page("ana", "/")
        steps = self.page("ana", f"/rooms/{self.table.session.id}/conducting/")
        yield "before the doors open", steps
        with tenancy.within(self.organisation):
            Session.objects.filter(id=self.table.session.id).update(starts_at=datetime.now(UTC) + timedelta(minutes=5))
            for who in ("gus", "hal", "ivy"):
                entering.enter(Session.objects.get(id=self.table.session.id), person=world.person(who), now=datetime.now(UTC))
        yield "home of the guest, doors open", self.page("ana", "/")
        steps.reload()
        yield "before they begin", steps
        hal = self.page("hal", f"/rooms/{self.table.session.id}/")
        yield "lobby with a guest", hal
        steps.get_by_role("button", name="Begin the session").click()
        expect(hal.locator("#step-title")).to_be_visible(timeout=10_000)
        yield "step with a guest", hal
        yield "shared screen with a guest", self.page("hal", f"/rooms/{self.table.session.id}/table/")
        title = hal.locator("#step-title").inner_text()
        steps.get_by_role("button", name="Next step").click()
        expect(hal.locator("#step-title")).not_to_have_text(title, timeout=10_000)
        steps.get_by_role("button", name="Pause").focus()
        hal.get_by_role("button", name="Pause").click()
        expect(steps.get_by_role("button", name="Go on")).to_be_visible(timeout=10_000)  # the page follows by itself
        yield "the guest's steps, paused", steps
        hal.get_by_role("button", name="End this now").click()
        steps.wait_for_url(self.origin + "/", timeout=10_000)


@pytest.fixture
def walk(port: int, chromium: Browser) -> Iterator[Walk]:
    with tenancy.within(world.make_organisation().id):
        made = Walk(port, chromium)
    yield made


def test_every_state_of_swapping_hosts_can_be_read_and_used(walk: Walk) -> None:
    found = {state: faults(page) for state, page in walk.states()}

    assert len(found) == 13 and {state: what for state, what in found.items() if what} == {}
    with tenancy.within(walk.organisation):
        state = Room.objects.get(session=walk.table.session).state
        assert state is not None and state.step == 1 and state.paused_at is not None
