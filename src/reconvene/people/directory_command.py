"""The directory import on the command line: `reconvene import-people FILE`. Wired by `config.cli`."""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TextIO

from reconvene.base import clock, tenancy
from reconvene.people import directory_actions as actions
from reconvene.people.directory.columns import BadMapping, ColumnMapping
from reconvene.people.directory.problems import EXPECTED, Problem
from reconvene.people.directory.reading import ReadingChoice
from reconvene.people.directory.refusals import Unreadable
from reconvene.people.directory_queries import Preview, preview
from reconvene.people.models import DirectoryImport, Organisation

DONE, REFUSED, BAD_ROWS, LEAVING = 0, 1, 2, 3
SHOWN = 40  # problems printed


@dataclass(frozen=True)
class Options:
    """What the command line may say. None means: detect it."""

    mapping: Path | None = None
    save_mapping: Path | None = None
    choice: actions.Choice = "good"
    allow_leaving: bool = False
    dry_run: bool = False
    reading: ReadingChoice | None = None

    @classmethod
    def from_arguments(cls, arguments: argparse.Namespace) -> Self:
        """From what `directory.arguments.add_arguments` parsed."""
        reading = ReadingChoice(arguments.encoding, arguments.delimiter, arguments.header_row, arguments.sheet)
        return cls(
            mapping=arguments.mapping,
            save_mapping=arguments.save_mapping,
            choice="nothing-if-bad" if arguments.nothing_if_bad else "good",
            allow_leaving=arguments.allow_leaving,
            dry_run=arguments.dry_run,
            reading=None if reading == ReadingChoice() else reading,
        )


def run(path: Path, *, organisation: Organisation, options: Options, out: TextIO) -> int:
    """Import one file and say what happened.

    Returns 0 when done, 1 when the file or mapping is refused, 2 when rows cannot be taken and the choice was to take nothing then,
    3 when more people would leave than allowed. Unless it returns 0, nothing was changed.
    """
    try:
        with tenancy.within(organisation.id):
            return _import(path, organisation, options, out)
    except (Unreadable, BadMapping, actions.NotReady, actions.AddressElsewhere, OSError) as refusal:
        _say(out, f"Not imported. {refusal}")
        return REFUSED
    except actions.BadRows as refusal:
        _say(out, f"Not imported. {refusal}")
        return BAD_ROWS
    except actions.TooManyLeaving as refusal:
        _say(out, f"Not imported. {refusal} Add --allow-leaving to confirm.")
        return LEAVING


def _import(path: Path, organisation: Organisation, options: Options, out: TextIO) -> int:
    now = clock.now()
    mapping = ColumnMapping.from_json(options.mapping.read_text(encoding="utf-8")) if options.mapping else None
    _say(out, f"Reading {path.name}")
    staged = actions.stage_import(
        organisation, data=path.read_bytes(), filename=path.name, by=None, now=now, mapping=mapping, reading=options.reading,
        files=_second_files(path.parent, mapping),
    )  # fmt: skip
    if options.save_mapping:
        options.save_mapping.write_text(staged.mapping["text"] + "\n", encoding="utf-8")
    found = preview(staged, now=now)
    _report(found, out)
    if options.dry_run:
        DirectoryImport.objects.filter(id=staged.id).delete()
        _say(out, "This was a trial: nothing was changed.")
        return DONE if found.staged is not None else REFUSED
    changes = actions.apply_import(
        staged, choice=options.choice, allow_leaving=options.allow_leaving, now=now, progress=Bar(out).show
    )  # fmt: skip
    _say(out, f"Done. {changes.total:,} people were changed.")
    return DONE


def _second_files(folder: Path, mapping: ColumnMapping | None) -> dict[str, bytes]:
    """The files a mapping looks things up in, from the folder of the main file only."""
    names = {Path(lookup.file).name for lookup in mapping.function_lookup} if mapping else set()
    return {name: (folder / name).read_bytes() for name in sorted(names)}


def _report(found: Preview, out: TextIO) -> None:
    table = found.table
    how = f"sheet {table.sheet}" if table.sheet else f"{table.encoding}, separated by {table.delimiter!r}"
    headings = f"headings in row {table.header_row}" if table.header_found else "no headings"
    _say(out, f"  {found.rows:,} rows, {how}, {headings}", *(f"  {note}" for note in table.notes))
    if found.staged is None or found.changes is None:
        return
    _say(out, *(f"  {name}: {place}" for name, place in found.mapping.columns.items()))
    if dates := found.staged.dates:
        doubt = ", though day and month could be the other way round" if dates.uncertain else ""
        _say(out, f"  dates are read as {dates.format}{doubt}")
    _problems(found.staged.problems, out)
    words = {"added": "new", "changed": "changed", "returning": "back", "deactivated": "leaving", "unchanged": "unchanged"}
    numbers = ", ".join(f"{number:,} {words[name]}" for name, number in actions.summarise(found.changes).items())
    _say(out, f"People: {numbers}, {len({problem.row for problem in found.staged.refusals}):,} left out")


def _problems(problems: Sequence[Problem], out: TextIO) -> None:
    seats = sum(problem.kind in EXPECTED for problem in problems)
    listed = sorted((problem for problem in problems if problem.kind not in EXPECTED), key=lambda problem: not problem.refuses)
    for problem in listed[:SHOWN]:
        left = " Left out." if problem.refuses else ""
        _say(out, f"  row {problem.row}, {problem.column or 'whole row'}, {problem.value!r}: {problem.reason}{left} {problem.suggestion}")
    if len(listed) > SHOWN:
        _say(out, f"  and {len(listed) - SHOWN:,} more")
    if seats:
        _say(out, f"  {seats:,} names or addresses are missing; these are seats that cannot be invited yet")


def _say(out: TextIO, *lines: str) -> None:
    for line in lines:
        out.write(f"{line}\n")
    out.flush()


class Bar:
    """A progress bar: redrawn on a terminal, one line at the end elsewhere."""

    WIDTH = 30

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.started = time.monotonic()

    def show(self, done: int, total: int) -> None:
        """Draw how far it is."""
        filled = self.WIDTH * done // max(1, total)
        line = f"Writing [{'#' * filled}{'.' * (self.WIDTH - filled)}] {done:,} of {total:,}, {time.monotonic() - self.started:.0f} s"
        if self.out.isatty():
            self.out.write(f"\r{line}" + ("\n" if done >= total else ""))
        elif done >= total:
            self.out.write(f"{line}\n")
        self.out.flush()
