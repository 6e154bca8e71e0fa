"""Web push in a real Chromium: its owner agrees, what we seal arrives at a push service, the worker shows it, and a tap opens the link or pauses.

A Chromium without windows has no push service and no place to show notices. Only those are replaced: `PushManager.subscribe` answers with a real
key pair and an address of this machine, and what the worker would show or open is kept. The pages, their script and the worker are ours.
"""

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse
from playwright.sync_api import Browser, Page, Worker, expect

from reconvene.base import tenancy
from reconvene.notices import sending
from reconvene.notices.actions import put
from reconvene.notices.models import Preference
from reconvene.people.models import Organisation
from tests import world
from tests.integrations.channels.browsers import Device, encoded
from tests.integrations.channels.letters import ANSWER, known_kind
from tests.integrations.servers import always, server
from tests.rooms.conftest import port  # noqa: F401  # the fixture: the program on a free port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nowhere, pytest.mark.browser]
STAND_IN = """
Object.defineProperty(Notification, "permission", {{ get: () => "default" }});
PushManager.prototype.getSubscription = async () => null;
PushManager.prototype.subscribe = async (options) => {{
  window.asked = options;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0)).buffer;
  return {{ endpoint: "{address}", getKey: (name) => bytes({{ p256dh: "{key}", auth: "{secret}" }}[name]) }};
}};
"""

SHOWS = """() => {
self.shown = []; self.opened = [];
ServiceWorkerRegistration.prototype.showNotification = async (title, options) => { self.shown.push({ title, ...options }); };
Clients.prototype.openWindow = async (address) => { self.opened.push(address); };
}"""


@pytest.fixture
def organisation() -> Iterator[Organisation]:
    made = world.make_organisation()
    with tenancy.within(made.id):
        world.person("ana")
    yield made


def a_page(browser: Browser, origin: str, organisation: Organisation, script: str) -> Page:
    """Ana's phone, which already lets this site show notices."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, permissions=["notifications"])
    with tenancy.within(organisation.id):
        cookie = world.sign_in(world.person("ana")).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": origin}])
    page = context.new_page()
    page.add_init_script(script)
    page.goto(origin + reverse("account-channel"))
    return page


def test_from_agreeing_to_the_tap_on_the_notice(port: int, chromium: Browser, organisation: Organisation, settings: Any) -> None:  # noqa: F811
    origin, device = f"http://localhost:{port}", Device()
    settings.INSIDE_HOSTS, settings.ORIGIN = frozenset({"localhost"}), origin
    with server(always(201)) as service, known_kind():
        stand_in = STAND_IN.format(address=f"{service.origin}/send", key=encoded(device.key), secret=encoded(device.secret))
        page = a_page(chromium, origin, organisation, stand_in)
        page.get_by_role("button", name="Show them on this device").click()
        expect(page.get_by_text("A first message is on its way")).to_be_visible()
        assert drain(organisation, now=datetime.now(UTC)) == 1
        now = datetime.now(UTC)
        with tenancy.within(organisation.id):
            put(world.person("ana"), kind="letter", subject_id=uuid.uuid4(), due_at=now, not_after=now + timedelta(days=9), is_counted=True)
        assert drain(organisation, now=next_wednesday(now)) == 1
    first, counted = (device.opens(asked.body) for asked in service.asked)

    worker = page.context.service_workers[0]
    worker.evaluate(SHOWS)

    deliver(worker, first)
    deliver(worker, counted)
    assert [(one["title"], one["body"], [way["title"] for way in one.get("actions", [])]) for one in worker.evaluate("self.shown")] == [
        ("Your messages come here from now on", "Reconvene at Aldermoor", []),
        ("A neutral line", "Reconvene at Aldermoor", ["Pause the messages"]),
    ]
    tap(worker, first)
    tap(worker, counted)
    assert worker.evaluate("self.opened") == [origin + reverse("account-channel"), ANSWER]
    tap(worker, counted, "pause")
    assert worker.evaluate("self.shown.at(-1).title") == "The messages are paused"
    with tenancy.within(organisation.id):
        assert Preference.objects.get().muted_at is not None


def drain(organisation: Organisation, *, now: datetime) -> int:
    """How many a worker sends, in a thread of its own as Playwright has its event loop in this one."""

    def work() -> int:
        try:
            return sending.drain(organisation.id, now=now).sent
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result(timeout=30)


def next_wednesday(now: datetime) -> datetime:
    """At noon in Berlin or thereabouts, when counted messages may go."""
    return (now + timedelta(days=(2 - now.weekday() - 1) % 7 + 1)).replace(hour=10, minute=0)


def deliver(worker: Worker, message: dict[str, Any]) -> None:
    """What the browser does once it has opened what arrived: it wakes the worker, and waits until it is done."""
    wake(worker, "new PushEvent('push', { data: given })", json.dumps(message))


def tap(worker: Worker, message: dict[str, Any], action: str = "") -> None:
    """The person taps the notice, or the action below it."""
    notification = {"title": message["title"], "data": message}
    made = "Object.assign(new ExtendableEvent('notificationclick'), { action: given.action, notification: { ...given.notification, close() {} } })"
    wake(worker, made, {"action": action, "notification": notification})


def wake(worker: Worker, event: str, given: Any) -> None:
    script = f"""async (given) => {{
        const event = {event}, waits = [];
        event.waitUntil = (work) => waits.push(work);
        self.dispatchEvent(event);
        await Promise.all(waits);
    }}"""
    worker.evaluate(script, given)
