"""How long 50,000 people take to import, and the most memory the process had. Fails beyond 60 s or 300 MB.

Run: python benchmarks/directory.py [rows]            reads, stages and compares, without a database
     python benchmarks/directory.py --write [rows]    imports into a test database of the embedded PostgreSQL, then the same file again
"""

import io
import os
import random
import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from reconvene.people.directory.columns import guess_columns
from reconvene.people.directory.diff import compare
from reconvene.people.directory.levels import propose_levels
from reconvene.people.directory.reading import read_table
from reconvene.people.directory.recognition import Existing
from reconvene.people.directory.records import StagingChoices, stage

ROWS = 50_000
MOST_SECONDS = 60.0
MOST_MEGABYTES = 300.0
LADDER = ("Team lead", "Manager", "Senior manager", "Director", "Executive")
TITLES = ("Warehouse Manager", "Team Lead", "Head of Support", "Director of Sales", "Buyer", "Shift Supervisor", "Accountant")


def make_file(rows: int, *, seed: int = 7) -> bytes:
    """A CSV with a reporting tree of eight reports each, and a mistake in one row of a hundred."""
    draw = random.Random(seed)
    out = io.StringIO()
    out.write("Employee ID,First Name,Last Name,Work Email,Job Title,Department,Location,Time Zone,Languages,Country,Manager ID,Status\n")
    for number in range(rows):
        mail = f"person{number}@large.example" if number % 100 else "not an address"
        manager = f"E{(number - 1) // 8:06}" if number else ""
        out.write(
            f"E{number:06},Zoë{number % 900},Müller{number},{mail},{draw.choice(TITLES)},Department {number % 300},Site {number % 60},"
            f'Europe/Berlin,"German, English",Germany,{manager},active\n'
        )
    return out.getvalue().encode()


def measure_pure(data: bytes) -> list[tuple[str, float]]:
    """Seconds to read, to stage, and to compare with people who all differ."""
    started = time.perf_counter()
    table = read_table(data, filename="large.csv")
    read = time.perf_counter()
    mapping = guess_columns(table.header, table.rows)
    titles = mapping.positions(table)["level"]
    levels = propose_levels((row[titles] for row in table.rows), LADDER)
    staged = stage(table, mapping, level_table=levels, choices=StagingChoices(today=date(2026, 3, 2)))
    checked = time.perf_counter()
    existing = [
        Existing(record.row, record.external_id, record.email, record.name, record.job_title, record.level, "Elsewhere")
        for record in staged.records
    ]
    changes = compare(staged, existing)
    compared = time.perf_counter()
    print(f"{len(staged.records):,} records, {len(staged.problems):,} problems, {len(changes.changed):,} changed")
    return [("read", read - started), ("stage", checked - read), ("compare", compared - checked)]


def measure_written(data: bytes) -> list[tuple[str, float]]:
    """Seconds to bring everybody into an empty organisation, and to import the same file again, which changes nothing."""
    import django

    from reconvene.config.embedded import Embedded

    with tempfile.TemporaryDirectory() as folder:
        embedded = Embedded(Path(folder), durable=False)
        os.environ |= {"DJANGO_SETTINGS_MODULE": "reconvene.config.settings", "RECONVENE_TESTING": "1", "DATABASE_URL": embedded.start()}
        try:
            django.setup()
            return _write_twice(data)
        finally:
            embedded.stop()


def _write_twice(data: bytes) -> list[tuple[str, float]]:
    from django.core.management import call_command
    from django.db import connection

    from reconvene.base import tenancy
    from reconvene.people.directory_actions import apply_import, stage_import
    from reconvene.people.models import Level, Organisation

    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    call_command("migrate", verbosity=0)
    organisation = Organisation(name="Large", created_at=now)
    times = []
    with tenancy.within(organisation.id):
        organisation.save()
        Level.objects.bulk_create(Level(organisation=organisation, name=name, rank=rank) for rank, name in enumerate(LADDER, start=1))
        for name in ("first import", "same file again"):
            started = time.perf_counter()
            changes = apply_import(stage_import(organisation, data=data, filename="large.csv", by=None, now=now), now=now)
            times.append((name, time.perf_counter() - started))
            print(f"{name}: {changes.total:,} people changed")
    connection.close()
    return times


def main() -> int:
    words = [word for word in sys.argv[1:] if word != "--write"]
    rows = int(words[0]) if words else ROWS
    data = make_file(rows)
    times = measure_written(data) if "--write" in sys.argv else measure_pure(data)
    slowest = max(seconds for _, seconds in times) if "--write" in sys.argv else sum(seconds for _, seconds in times)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    steps = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in times)
    print(f"{rows:,} rows: {steps} (at most {MOST_SECONDS:.0f} s); {megabytes:.0f} MB (at most {MOST_MEGABYTES:.0f} MB)")
    return 0 if slowest < MOST_SECONDS and megabytes < MOST_MEGABYTES else 1


if __name__ == "__main__":
    sys.exit(main())
