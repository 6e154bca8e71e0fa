"""How fast messages leave: a large due hour through two workers, six invitations of a new group, and the look for due work in a long outbox.

Run: python -m benchmarks.notices [--full] [--only drain | invite | look]
Starts an embedded PostgreSQL, real workers, and a mail server that only swallows (`tests.notices.sink`). Musts: 100,000 notices in ten minutes,
that is 167 a second, with the database under 30 % busy; six invitations within 5 s for 95 of 100 groups; due work found within 5 ms.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django

from reconvene.config.embedded import Embedded
from tests.notices.sink import Sink, sink

ROOT = Path(__file__).resolve().parents[1]
PER_SECOND, BUSY, INVITED, DUE = 100_000 / 600, 30.0, 5.0, 5.0
WORKERS = 2
VOLUMES = {False: (5_000, 20, 500_000), True: (100_000, 100, 5_000_000)}
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Build, measure, print. Returns 1 when a must falls short."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="100,000 notices, 100 groups, 5 million on record")
    parser.add_argument("--only", choices=["drain", "invite", "look"], help="one of the three")
    chosen = parser.parse_args()
    notices, groups, on_record = VOLUMES[chosen.full]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        embedded = Embedded(folder / "postgres", durable=True)
        surroundings = {"DJANGO_SETTINGS_MODULE": "reconvene.config.settings", "RECONVENE_LOG_LEVEL": "ERROR", "RECONVENE_VAR": str(folder)}
        surroundings |= {"RECONVENE_SECRET_KEY": "for the benchmark only " + "x1y2z3w4" * 8, "DATABASE_URL": embedded.start()}
        stack.callback(embedded.stop)
        mails = stack.enter_context(sink(folder / "mails"))
        os.environ |= {**surroundings, "RECONVENE_MAIL_URL": f"smtp://127.0.0.1:{mails.port}"}
        django.setup()
        good = _measure(mails, folder=folder, only=chosen.only, notices=notices, groups=groups, on_record=on_record)
        from django.db import connection

        connection.close()
    return 0 if good else 1


def _measure(mails: Sink, *, folder: Path, only: str | None, notices: int, groups: int, on_record: int) -> bool:
    from reconvene.config import upkeep

    upkeep.migrate()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; the database waits for its disk.\n")
    organisation = _company(people=max(600, notices // 20))
    measures = {
        "drain": lambda: _drain(mails, organisation, folder=folder, notices=notices),
        "invite": lambda: _invite(mails, folder=folder, groups=groups),
        "look": lambda: _look(organisation, on_record=on_record),
    }
    good = [measure() for name, measure in measures.items() if only in (None, name)]  # all of them, also after one that falls short
    return all(good)


def _company(*, people: int) -> uuid.UUID:
    """A company with groups ahead of their reconvene, and no notices."""
    from benchmarks.worlds.large import Company
    from reconvene.base import tenancy
    from reconvene.notices.models import Notice

    organisation = uuid.uuid4()
    with tenancy.within(organisation):
        Company(people=people, groups=people // 10, now=datetime.now(UTC))
        Notice.objects.all().delete()
    return organisation


def _drain(mails: Sink, organisation: uuid.UUID, *, folder: Path, notices: int) -> bool:
    """So many invitations, each with its calendar part, all due in the last hour."""
    from reconvene.base import tenancy
    from reconvene.notices.models import Notice

    before = len(mails.arrived())
    with tenancy.within(organisation):
        Notice.objects.bulk_create(_invitations(notices, now=datetime.now(UTC)), batch_size=5000)
        _analyse()
    busy_before = _database_seconds()
    with _workers(folder, WORKERS) as workers:
        arrived = _wait_until(mails, before + notices, seconds=60 + notices / 20)[before:]
        _settle(organisation)
        busy, own = _database_seconds() - busy_before, sum(_seconds(worker.pid) for worker in workers)
    took = arrived[-1][0] - arrived[0][0]
    speed, share = len(arrived) / took, 100 * busy / took / (os.cpu_count() or 1)
    doubles = len(arrived) - len({name for _moment, name in arrived})
    print(f"drain: {len(arrived):,} of {notices:,} by {WORKERS} workers in {took:.0f} s, {speed:.0f} a second, {doubles} double; "
          f"database {share:.0f} % of the machine busy; processor time of a mail {1000 * own / notices:.1f} ms in the workers, "
          f"{1000 * busy / notices:.1f} ms in the database; load {os.getloadavg()[0]:.1f}")  # fmt: skip
    return len(arrived) == notices and doubles == 0 and speed >= PER_SECOND and share < BUSY


def _invitations(count: int, *, now: datetime) -> Iterator[Any]:
    from reconvene.groups.models import Membership
    from reconvene.notices.models import Notice
    from reconvene.scheduling.models import Session

    ahead = Session.objects.filter(starts_at__gt=now, cancelled_at=None, ended_at=None).values_list("id", "cycle__group_id")
    sessions = {group: session for session, group in ahead}
    seats = list(Membership.objects.live().filter(group__in=sessions).values_list("person_id", "group_id"))
    for number in range(count):
        person, group = seats[number % len(seats)]
        due_at = now - timedelta(seconds=3600 * (number + 1) / (count + 1))
        yield Notice(
            person_id=person, kind="session_invitation", subject_id=sessions[group], due_at=due_at, not_after=now + timedelta(days=2)
        )


def _invite(mails: Sink, *, folder: Path, groups: int) -> bool:
    """From the beginning of forming a group to the last of its six invitations in the server's hands, while a worker goes on as usual."""
    from reconvene.base import tenancy
    from reconvene.forming.actions import form_groups
    from reconvene.notices.models import Notice
    from tests import world

    organisation, spans = world.make_organisation("Forming").id, []
    with _workers(folder, 1):
        for number in range(groups):
            now = datetime.now(UTC)
            with tenancy.within(organisation):
                for seat in range(6):
                    challenge = world.make_challenge(world.person(f"p{number}x{seat}", function=f"Function {seat}"))
                    challenge.raised_at, challenge.considered_at = now - timedelta(days=3), now
                    challenge.save()
            begun, before = time.monotonic(), len(mails.arrived())
            with tenancy.within(organisation):
                form_groups(world.programme(), seed=1, now=now)
                waiting = Notice.objects.filter(due_at__gte=now).count()
            arrived = _wait_until(mails, before + waiting, seconds=30)
            spans.append(arrived[-1][0] - begun if waiting == len(arrived) - before == 6 else 60.0)
    spans.sort()
    high = spans[int(0.95 * len(spans))]
    print(
        f"invite: {groups} groups of six; last of six invitations p50 {spans[len(spans) // 2]:.2f} s, p95 {high:.2f} s, most {spans[-1]:.2f} s"
    )
    return high < INVITED


def _look(organisation: uuid.UUID, *, on_record: int) -> bool:
    """The tick's and the worker's look for due work, with so many notices on record, a hundredth of them still waiting."""
    from django.db import connection

    from reconvene.base import tenancy
    from reconvene.notices.models import Notice
    from reconvene.notices.queries import is_anything_due
    from reconvene.notices.sending import BATCH

    with tenancy.within(organisation):
        _fill(on_record)
        _analyse()
        now = datetime.now(UTC)
        batch = Notice.objects.due(now).filter(is_counted=True)[:BATCH]
        looks = [lambda: is_anything_due(now=now), lambda: list(batch.values_list("id"))]
        own, spans = time.process_time(), [_milliseconds(look) for look in looks for _ in range(100)]
        own = 1000 * (time.process_time() - own) / len(spans)
        plan, total = batch.explain(analyze=True), Notice.objects.count()
    spans.sort()
    high = spans[int(0.95 * len(spans))]
    print(f"look: with {total:,} notices on record p50 {spans[len(spans) // 2]:.2f} ms, p95 {high:.2f} ms; "
          f"{own:.2f} ms of our own processor time; load {os.getloadavg()[0]:.1f}\n{plan}")  # fmt: skip
    connection.close()
    return high < DUE


def _milliseconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


def _fill(count: int) -> None:
    """Sent ones over two years; of each hundred one waits for a day ahead; of each ten thousand one is due."""
    from django.db import connection

    from reconvene.base import tenancy

    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH someone AS (SELECT array_agg(id) AS ids FROM people_person WHERE organisation_id = %(ours)s)
            INSERT INTO notices_notice (id, organisation_id, person_id, kind, subject_id, due_at, not_after, is_counted, collapse_key, attempts,
                dropped_because, sent_at)
            SELECT gen_random_uuid(), %(ours)s, ids[1 + n %% array_length(ids, 1)], 'check_in', gen_random_uuid(), due, due + interval '2 days',
                true, '', 1, '', CASE WHEN n %% 100 = 0 THEN NULL ELSE due END
            FROM someone, generate_series(1, %(count)s) AS n, LATERAL (SELECT now() + CASE WHEN n %% 10000 = 0 THEN interval '-1 minute'
                WHEN n %% 100 = 0 THEN n * interval '1 second' ELSE -(n %% 63000000) * interval '1 second' END AS due) AS moment""",
            {"ours": tenancy.current(), "count": count},
        )


@contextmanager
def _workers(folder: Path, count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    workers = []
    with (folder / "workers.log").open("ab") as log, ExitStack() as stack:
        for _ in range(count):
            command = [sys.executable, "-m", "reconvene.config.cli", "worker"]
            process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=log, stderr=log)
            stack.callback(_end, process)
            workers.append(process)
        yield workers


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(timeout=40)


def _wait_until(mails: Sink, count: int, *, seconds: float) -> list[tuple[float, str]]:
    """What has arrived, once it is so many or the time is over."""
    until = time.monotonic() + seconds
    while mails.count < count and time.monotonic() < until:
        time.sleep(0.05 if seconds < 60 else 1.0)
    return mails.arrived()


def _settle(organisation: uuid.UUID) -> None:
    """Wait until the last mails are marked."""
    from reconvene.base import tenancy
    from reconvene.notices.models import Notice

    for _ in range(100):
        with tenancy.within(organisation):
            if not Notice.objects.waiting().exists():
                return
        time.sleep(0.1)


def _analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _database_seconds() -> float:
    """Processor time of PostgreSQL's processes since it started, in seconds."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    postmaster = int(_facts(backend)[1])
    processes = [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]
    return sum(_seconds(pid) for pid in processes if pid == postmaster or (_facts(pid) or ["", ""])[1] == str(postmaster))


def _seconds(pid: int) -> float:
    """Processor time of a process and of its children that have ended."""
    return sum(int(number) for number in _facts(pid)[11:15]) / TICKS


def _facts(pid: int) -> list[str]:
    """What the kernel says of a process, from its state on; nothing once it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


if __name__ == "__main__":
    sys.exit(main())
