"""How long 50,000 people take to read, stage and compare, and the most memory the process had. Fails beyond 60 s or 300 MB.

Run: python benchmarks/directory.py [rows]
"""

import io
import random
import resource
import sys
import time
from datetime import date

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


def main() -> int:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    data = make_file(rows)
    times = [time.perf_counter()]
    table = read_table(data, filename="large.csv")
    times.append(time.perf_counter())
    mapping = guess_columns(table.header, table.rows)
    titles = mapping.positions(table)["level"]
    levels = propose_levels((row[titles] for row in table.rows), LADDER)
    staged = stage(table, mapping, level_table=levels, choices=StagingChoices(today=date(2026, 3, 2)))
    times.append(time.perf_counter())
    existing = [
        Existing(record.row, record.external_id, record.email, record.name, record.job_title, record.level, "Elsewhere")
        for record in staged.records
    ]
    changes = compare(staged, existing)
    times.append(time.perf_counter())
    seconds = times[-1] - times[0]
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    steps = " ".join(
        f"{name} {after - before:.1f} s" for name, before, after in zip(("read", "stage", "compare"), times, times[1:], strict=False)
    )
    print(
        f"{rows:,} rows: {steps}; together {seconds:.1f} s (at most {MOST_SECONDS:.0f}), {megabytes:.0f} MB (at most {MOST_MEGABYTES:.0f})"
    )
    print(f"{len(staged.records):,} records, {len(staged.problems):,} problems, {len(changes.changed):,} changed")
    return 0 if seconds < MOST_SECONDS and megabytes < MOST_MEGABYTES else 1


if __name__ == "__main__":
    sys.exit(main())
