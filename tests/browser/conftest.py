"""A real demo on a free port with a database of its own and a real mail server, and the machine's Chromium."""

import contextlib
import email
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiosmtpd.controller import Controller
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.chromium import launch
from tests.databases import reopened

ROOT = Path(__file__).resolve().parents[2]
WIDTHS = {"phone": 390, "desk": 1280}


@dataclass
class Mailbox:
    """Everything the program has sent, in the order of arrival."""

    letters: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        message = email.message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.letters.append(message)
        return "250 Message accepted"

    def to(self, address: str, *, subject: str = "") -> list[EmailMessage]:
        """Messages to one address."""
        return [letter for letter in self.letters if letter["To"] == address and subject in letter["Subject"]]

    def wait_for(self, address: str, *, subject: str = "", seconds: float = 40) -> EmailMessage:
        """The latest message to an address; fails when none comes."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = self.to(address, subject=subject)
            if found:
                return found[-1]
            time.sleep(0.2)
        raise AssertionError(f"No message to {address} with {subject!r}; there are {[(m['To'], m['Subject']) for m in self.letters][-20:]}")


def link_in(letter: EmailMessage, pattern: str) -> str:
    """The first address in a message's text that holds `pattern`."""
    body = letter.get_body(("plain",))
    assert body is not None
    found = re.findall(r"https?://\S+", body.get_content())
    return next(address for address in found if pattern in address)


@dataclass
class Site:
    """The running demo."""

    origin: str
    mailbox: Mailbox
    process: subprocess.Popen[bytes]
    database: str
    var: Path

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Look into the database as the backup does: across organisations."""
        with psycopg.connect(self.database, options="-c reconvene.organisation=*") as connection:
            return connection.execute(query).fetchall()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")  # each file has a company of its own: another file's clock may have run ahead
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    port, smtp_port = free_port(), free_port()
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=smtp_port)
    controller.start()
    log = tmp_path_factory.mktemp("demo") / "log"
    with reopened(f"browser_{os.getpid()}") as url, log.open("wb") as output:
        surroundings = {
            **os.environ, "DATABASE_URL": url, "RECONVENE_VAR": str(log.parent), "RECONVENE_MAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
            "RECONVENE_INSIDE_HOSTS": "localhost",
        }  # fmt: skip
        surroundings.pop("RECONVENE_TESTING")
        process = subprocess.Popen(
            [sys.executable, "-m", "reconvene.config.cli", "demo", "--port", str(port)],
            cwd=ROOT,
            env=surroundings,
            stdout=output,
            stderr=output,
        )
        try:
            _wait_until_up(f"http://localhost:{port}/demo/", process, log)
            yield Site(f"http://localhost:{port}", mailbox, process, url, log.parent)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=40)
            controller.stop()


@pytest.fixture(scope="module")  # not longer: while Playwright runs, its event loop keeps Django's queries from this thread
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = launch(playwright)
        yield found
        found.close()


@dataclass
class Someone:
    """A person in a browser of their own."""

    site: Site
    context: BrowserContext
    page: Page
    name: str = ""
    email: str = ""

    def go(self, path: str) -> Page:
        """Open a page of the site, or a full address."""
        self.page.goto(path if path.startswith("http") else self.site.origin + path)
        return self.page

    def sign_in(self, address: str) -> Page:
        """Sign in by mailed code, as in real life."""
        before = len(self.site.mailbox.to(address))
        self.go("/sign-in/")
        self.page.get_by_label("Your work mail address").fill(address)
        self.page.get_by_role("button", name="Send me a code").click()
        self.page.wait_for_url("**/sign-in/code/**")
        until = time.monotonic() + 20
        while len(self.site.mailbox.to(address)) == before and time.monotonic() < until:
            time.sleep(0.1)
        body = self.site.mailbox.to(address)[-1].get_body(("plain",))
        assert body is not None
        code = re.search(r"^\s*([A-Z0-9]{3,}[-A-Z0-9]*)\s*$", body.get_content(), re.MULTILINE)
        assert code, body.get_content()
        self.page.get_by_label("Code").fill(code[1])
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(self.site.origin + "/")
        self.email = address
        return self.page

    def become(self, name: str) -> Page:
        """Become somebody by name through the demo's page of personas, or by address."""
        self.go("/demo/")
        self.page.get_by_role("button", name=f"Become {name}").click()
        self.name = name
        return self.page

    def shift_clock(self, by: str, times: int = 1) -> None:
        """Put the demo's clock forward: "1 hour", "1 day" or "1 week"."""
        for _ in range(times):
            self.go("/demo/")
            self.page.get_by_role("button", name=by, exact=True).click()
            self.page.wait_for_load_state()


@pytest.fixture
def someone(site: Site, browser: Browser) -> Iterator[Any]:
    """Make people with a browser context each; errors on their pages fail the test."""
    with contextlib.ExitStack() as stack:
        errors: list[str] = []

        def make(**options: Any) -> Someone:
            context = browser.new_context(**{"viewport": {"width": WIDTHS["phone"], "height": 844}, **options})
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(15_000)
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
            return Someone(site, context, page)

        yield make
        assert errors == []


def axe_violations(page: Page) -> list[str]:
    """What axe finds on the page as it is, one line each."""
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found.response["violations"]]


def _wait_until_up(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(1500):
        assert process.poll() is None, log.read_text()[-3000:]
        with contextlib.suppress(OSError):
            if urllib.request.urlopen(address, timeout=5).status == 200:
                return
        time.sleep(0.1)
    raise AssertionError(log.read_text()[-3000:])
