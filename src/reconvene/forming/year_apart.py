"""A simulated year in a process of its own, which gets its people through a pipe: nothing of them touches a disk, and the process that answers requests
goes on answering. Pure. Run as `python -m reconvene.forming.year_apart` by `simulate_apart`, and by nobody else.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from reconvene.forming.year import Assumptions, Figures, simulate
from reconvene.forming.year_ranges import from_values
from reconvene.forming.year_tables import Member

LONGEST = 900.0
"""Seconds for all seeds together."""
NICE = 10


class Ended(Exception):
    """The process ended before its time."""


def simulate_apart(
    members: Sequence[Member], assumptions: Assumptions, *, seeds: Sequence[int], longest: float = LONGEST
) -> Iterator[Figures]:
    """One seed's year after the other, as they come. Raises Ended when the process dies or takes longer than `longest` seconds."""
    matter = json.dumps({"members": [_written(one) for one in members], "assumptions": asdict(assumptions), "seeds": list(seeds)})
    try:
        yield from _told(matter, wanted=len(seeds), longest=longest)
    except (OSError, ValueError) as error:  # it died while it was told, or in the middle of a line
        raise Ended from error


def _told(matter: str, *, wanted: int, longest: float) -> Iterator[Figures]:
    with subprocess.Popen(
        [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        assert child.stdin is not None and child.stdout is not None
        patience = threading.Timer(longest, child.kill)
        patience.daemon = True
        patience.start()
        try:
            child.stdin.write(matter)
            child.stdin.close()
            for line in child.stdout:
                yield from_values(json.loads(line))
                wanted -= 1
        finally:
            patience.cancel()
            child.kill()
    if wanted:
        raise Ended


def main() -> int:
    """Read people, assumptions and seeds from the one who started this; write one line for each seed."""
    if hasattr(os, "nice"):
        os.nice(NICE)  # requests and rooms go first
    matter = json.load(sys.stdin)
    smallest, largest = matter["assumptions"].pop("sizes")
    members = [_read(row) for row in matter["members"]]
    for seed in matter["seeds"]:
        figures = simulate(members, Assumptions(**matter["assumptions"], sizes=(smallest, largest)), seed=seed)
        print(json.dumps(asdict(figures)), flush=True)  # to the pipe
    return 0


def _written(one: Member) -> list[Any]:
    return [one.key, one.level, one.site, one.function, list(one.line), sorted(one.languages)]


def _read(row: Sequence[Any]) -> Member:
    key, level, site, function, line, languages = row
    return Member(key, level, site, function, tuple(line), frozenset(languages))


if __name__ == "__main__":
    sys.exit(main())
