"""Workers whose clock is wrong, jumps, or passes a change to or from summer time (libfaketime): nothing is sent early, nothing twice, nothing lost."""

import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reconvene.base import tenancy
from reconvene.notices.actions import let_go
from reconvene.notices.models import Notice, Stop
from tests import world
from tests.faults.hall import volume
from tests.faults.mail_worker import Nursery, surroundings
from tests.faults.serving import ROOT
from tests.faults.test_notices import end_leases, fill, report
from tests.notices.sink import Sink, sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nowhere]
LIBRARY = "/usr/$LIB/faketime/libfaketimeMT.so.1"
WRONG = ("-1d", "+1d", "+10y")
BORDERS = {"spring": datetime(2026, 3, 29, 1, tzinfo=UTC), "autumn": datetime(2026, 10, 25, 1, tzinfo=UTC)}  # when Berlin puts its clocks
MINUTE = timedelta(minutes=1)
ZONE, FASTER = "Europe/Berlin", 600


@pytest.fixture
def mails(tmp_path: Path) -> Iterator[Sink]:
    with sink(tmp_path / "mails") as running:
        yield running


@contextmanager
def worker(organisation: uuid.UUID, mails: Sink, clock: Path, *, seconds: float, blind: bool = False) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that has begun, by the clock that stands in the file `clock`; until it ends by itself."""
    env = surroundings(mails.port, clock.parent) | {
        "LD_PRELOAD": LIBRARY, "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "TZ": ZONE,
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.faults.clock_worker", str(organisation), str(seconds), *(["blind"] if blind else [])]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stdout.readline() == b"ready\n"
    yield process
    assert process.wait(timeout=120) == 0


def due_around(now: datetime, *, due: int, by: Callable[[int], timedelta]) -> uuid.UUID:
    """An organisation with so many due notices, and as many that become due later, `by` their number."""
    return fill(2 * due, people=2 * due, due_at=lambda number: now - MINUTE if number < due else now + by(number - due), days=4000)


def due_by(organisation: uuid.UUID, moment: datetime) -> set[str]:
    with tenancy.within(organisation):
        return {notice.message_id for notice in Notice.objects.filter(due_at__lte=moment)}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("is_jump", [False, True], ids=["from the start", "while it works"])
def test_a_wrong_clock_stops_everything_and_once_it_is_right_each_is_sent_once(
    mails: Sink, tmp_path: Path, wrong: str, is_jump: bool
) -> None:
    begun, rounds, due = time.monotonic(), volume(1, 3), volume(30, 200)
    clock = tmp_path / "clock"
    for _ in range(rounds):
        before, now = len(mails.arrived()), datetime.now(UTC)
        organisation = due_around(now, due=due, by=lambda number: timedelta(hours=1, days=number))
        clock.write_text("+0" if is_jump else wrong)
        with worker(organisation, mails, clock, seconds=4) as running:
            while is_jump and len(mails.arrived()) == before and running.poll() is None:
                time.sleep(0.01)
            clock.write_text(wrong)
        early = [name for _moment, name in mails.arrived()[before:]]
        with tenancy.within(organisation):
            assert Stop.objects.filter(ended_at=None).exists()
            let_go(by=None, now=datetime.now(UTC))
        end_leases()
        with Nursery(port=mails.port, folder=tmp_path) as nursery:
            nursery.work(organisation, now=datetime.now(UTC))
        names = [name for _moment, name in mails.arrived()[before:]]
        assert is_jump or early == []
        assert sorted(names) == sorted(due_by(organisation, now))
        with tenancy.within(organisation):
            world.Organisation.objects.filter(id=organisation).delete()
    report(
        f"clock {wrong} {'while it works' if is_jump else 'from the start'}, {rounds} rounds, {due} due and {due} later: 0 early, 0 double",
        begun,
    )


@pytest.mark.parametrize("border", BORDERS)
def test_at_the_borders_of_summer_time_each_is_sent_once_and_not_before_its_time(mails: Sink, tmp_path: Path, border: str) -> None:
    """Two workers whose clocks pass the border at six hundred times the speed. When a mail was due is compared with when it arrived, by a clock of ours."""
    begun, clock, start, notices = time.monotonic(), tmp_path / "clock", BORDERS[border] - 90 * MINUTE, volume(60, 600)
    organisation = fill(notices, people=notices, due_at=lambda number: start + number * 240 * MINUTE / notices)
    clock.write_text(f"@{start.astimezone(ZoneInfo(ZONE)):%Y-%m-%d %H:%M:%S} x{FASTER}")
    born = time.monotonic()
    with worker(organisation, mails, clock, seconds=26, blind=True), worker(organisation, mails, clock, seconds=26, blind=True):
        pass
    with tenancy.within(organisation):
        due = {notice.message_id: notice.due_at for notice in Notice.objects.all()}
    early = [name for moment, name in mails.arrived() if due[name] > start + timedelta(seconds=FASTER * (moment - born))]
    report(f"{border}: {notices} notices due over four hours around the border: {len(mails.arrived())} arrived, {len(early)} early", begun)

    assert sorted(name for _moment, name in mails.arrived()) == sorted(due)
    assert early == []
