"""Server time, queries and weight of the main pages in a company of 10,000 people and 2,000 groups. Fails when a must falls short.

Run: python benchmarks/pages.py [--people 10000] [--groups 2000] [--runs 40]; with --large the console only, with 100,000 people and 20,000 groups
and a must of 100 ms.
Musts per page: 95 of 100 answers within 50 ms, 15 queries at most, page with its styles and scripts under 100 kB compressed.
"""

import argparse
import gc
import gzip
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import django

from reconvene.config.embedded import Embedded

MOST_MILLISECONDS, MOST_QUERIES, MOST_KILOBYTES = 50.0, 15, 100.0
LARGE_PEOPLE, LARGE_GROUPS, LARGE_MILLISECONDS = 100_000, 20_000, 100.0
NOT_QUERIES = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass(frozen=True)
class Page:
    """One page to measure: the name of its address, its arguments, and who asks for it (None: nobody signed in)."""

    name: str
    arguments: tuple[object, ...] = ()
    reader: Any = None
    query: str = ""


@dataclass(frozen=True)
class Measured:
    """What one page took. Times in milliseconds, weight in thousands of bytes."""

    page: str
    status: int
    middle: float
    high: float
    queries: int
    kilobytes: float
    slowest: tuple[str, ...]
    most: float = MOST_MILLISECONDS

    @property
    def is_good(self) -> bool:
        """Whether every must holds."""
        fast = self.high < self.most and self.queries <= MOST_QUERIES
        return self.status == 200 and fast and self.kilobytes < MOST_KILOBYTES


class Assets(HTMLParser):
    """The styles and scripts that a page asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the address of a stylesheet or a script."""
        found = dict(attrs)
        address = found.get("href") if tag == "link" and found.get("rel") == "stylesheet" else found.get("src") if tag == "script" else None
        if address:
            self.paths.add(address)


def kilobytes(page: bytes) -> float:
    """The page and its own styles and scripts, each compressed as the server or the proxy in front would."""
    from django.conf import settings
    from django.contrib.staticfiles import finders

    assets = Assets()
    assets.feed(page.decode())
    static = settings.STATIC_URL.strip("/") + "/"
    files = [finders.find(path.lstrip("/").removeprefix(static)) for path in assets.paths]
    parts = [page, *(Path(str(file)).read_bytes() for file in files if file)]
    return sum(len(gzip.compress(part, compresslevel=6)) for part in parts) / 1000


def pages(company: Any) -> list[Page]:
    """The main pages, each with somebody for whom it is full."""
    from reconvene.base.links import Link
    from reconvene.groups.models import Cycle

    group = company.groups[9]  # 10 days into its four weeks
    cycle = Cycle.objects.get(group=group)
    member, lead = company.members(9)[0], company.people[1]
    session = company.open_room()
    host, seat, waiting = session.host, company.seats[0], company.waiting[-1]
    token = Link("seat", company.organisation.id, seat.person_id, seat.id, company.now + timedelta(days=2)).token()
    return [
        Page("home", reader=member), Page("groups", reader=member), Page("group", (group.id,), member),
        Page("challenge-new", reader=member), Page("challenge", (waiting.id,), waiting.person),
        Page("seat", (token,)), Page("seat-mine", (seat.id,), seat.person), Page("group-call", reader=member),
        Page("session", (cycle.sessions.get(kind="reconvene").id,), member), Page("paper", (session.id,), host),
        Page("practice", (cycle.id,), member), Page("practice-plan", (cycle.id,), member), Page("practice-report", (cycle.id,), member),
        Page("playbook", reader=member), Page("playbook", reader=member, query="q=half+done"),
        Page("strategy", (company.strategies[0].id,), member),
        Page("guides", reader=member), Page("guide", ("delegating",), member), Page("job-aid", ("delegating",), member),
        Page("pact", reader=member), Page("account", reader=member), Page("who-sees-what", reader=member),
        Page("room", (session.id,), host), Page("room-stage", (session.id,), host), Page("room-table", (session.id,), host),
        Page("console", reader=lead), Page("console-groups", reader=lead), Page("console-programmes", reader=lead), Page("demand", reader=lead), Page("report-log", reader=lead),
        Page("seat-by-hand", reader=lead), Page("directory-imports", reader=lead),
    ]  # fmt: skip


def browser(reader: Any, organisation: uuid.UUID) -> Any:
    """A browser in which `reader` is signed in."""
    from django.test import Client

    from reconvene.base.middleware import ORGANISATION

    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    if reader is not None:
        client.force_login(reader)
        session = client.session
        session[ORGANISATION] = str(organisation)
        session.save()
    return client


def measure(page: Page, *, client: Any, runs: int, most: float) -> Measured:
    """Ask for a page `runs` times after two rounds that fill caches and count queries. Raises NoReverseMatch for an unknown address."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    address = reverse(page.name, args=page.arguments) + (f"?{page.query}" if page.query else "")
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    queries = [query for query in captured.captured_queries if not query["sql"].startswith(NOT_QUERIES)]
    times = []
    for _ in range(runs if answer.status_code == 200 else 1):
        started = time.perf_counter()
        client.get(address)
        times.append(1000 * (time.perf_counter() - started))
    times.sort()
    slowest = sorted(queries, key=lambda query: -float(query["time"]))[:3]
    return Measured(
        page.name + (f"?{page.query}" if page.query else ""),
        answer.status_code,
        times[len(times) // 2],
        times[int(0.95 * len(times))],
        len(queries),
        kilobytes(answer.content),
        tuple(f"{query['time']} s  {query['sql'][:300]}" for query in slowest),
        most,
    )


def measure_all(ready: list[tuple[Page, Any]], *, runs: int, most: float = MOST_MILLISECONDS) -> list[Measured]:
    """Every page, in its reader's browser, whose address is there; the others are named."""
    from django.urls import NoReverseMatch

    found = []
    for page, client in ready:
        try:
            found.append(measure(page, client=client, runs=runs, most=most))
        except NoReverseMatch:
            print(f"left out: there is no page {page.name}")
    return found


def report(found: list[Measured]) -> int:
    """Print the table; say which pages fall short and what their slowest queries are. Returns how many fall short."""
    print("| page | p50 ms | p95 ms | queries | kB compressed |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for one in found:
        print(f"| {one.page} | {one.middle:.1f} | {one.high:.1f} | {one.queries} | {one.kilobytes:.1f} |")
    short = [one for one in found if not one.is_good]
    for one in short:
        print(f"\n{one.page} falls short (answer {one.status}, p95 {one.high:.1f} ms, {one.queries} queries, {one.kilobytes:.1f} kB).")
        for query in one.slowest:
            print(f"   {query}")
    return len(short)


def main() -> int:
    """Build, measure, print. Returns 1 when a must falls short."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--groups", type=int, default=2_000)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--large", action="store_true", help="the console only, in a company ten times as large")
    options = parser.parse_args()
    if options.large:
        options.people, options.groups = LARGE_PEOPLE, LARGE_GROUPS
    with database():
        return _build_and_measure(options)


@contextmanager
def database() -> Iterator[None]:
    """Django on an embedded server of its own, without fsync; gone at the end."""
    with tempfile.TemporaryDirectory() as folder:
        embedded = Embedded(Path(folder), durable=False)
        os.environ |= {"DJANGO_SETTINGS_MODULE": "reconvene.config.settings", "RECONVENE_TESTING": "1", "RECONVENE_LOG_LEVEL": "ERROR"}
        os.environ["DATABASE_URL"] = embedded.start()
        try:
            django.setup()
            yield
        finally:
            embedded.stop()


def _build_and_measure(options: argparse.Namespace) -> int:
    from django.db import connection
    from worlds.large import Company

    from reconvene.base import tenancy
    from reconvene.config import upkeep
    from reconvene.releases.actions import publish_report

    upkeep.migrate()
    now, started = datetime.now(UTC), time.perf_counter()
    organisation = uuid.uuid4()
    with tenancy.within(organisation):
        company = Company(people=options.people, groups=options.groups, now=now)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum would long since have done; without it publishing takes minutes in a large company
        publish_report(company.organisation, milestone_on=now.date().replace(day=1), now=now)
    print(
        f"{options.people:,} people, {options.groups:,} groups, built in {time.perf_counter() - started:.0f} s; {options.runs} runs a page."
    )
    print(f"Load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors. Times say little when others use it too.\n")
    with tenancy.within(organisation):
        asked = [page for page in pages(company) if page.name == "console" or not options.large]
        ready = [(page, browser(page.reader, organisation)) for page in asked]
    gc.collect()
    gc.freeze()  # as the served program does when it is ready
    found = measure_all(ready, runs=options.runs, most=LARGE_MILLISECONDS if options.large else MOST_MILLISECONDS)
    connection.close()
    return 1 if report(found) else 0


if __name__ == "__main__":
    sys.exit(main())
