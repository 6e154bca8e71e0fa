"""The directory import on the command line: `reconvene import-people FILE`. Wired by `config.cli`."""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TextIO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
    except (Unreadable, BadMapping, actions.NotReady, actions.AddressElsewhere, actions.NobodyAdministers, OSError) as refusal:
        _say(out, _("Not imported. %(why)s") % {"why": refusal})
        return REFUSED
    except actions.BadRows as refusal:
        _say(out, _("Not imported. %(why)s") % {"why": refusal})
        return BAD_ROWS
    except actions.TooManyLeaving as refusal:
        _say(out, _("Not imported. %(why)s Add --allow-leaving to confirm.") % {"why": refusal})
        return LEAVING


def _import(path: Path, organisation: Organisation, options: Options, out: TextIO) -> int:
    now = clock.now()
    mapping = ColumnMapping.from_json(options.mapping.read_text(encoding="utf-8")) if options.mapping else None
    _say(out, _("Reading %(name)s") % {"name": path.name})
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
        _say(out, _("This was a trial: nothing was changed."))
        return DONE if found.staged is not None else REFUSED
    changes = actions.apply_import(
        staged, choice=options.choice, allow_leaving=options.allow_leaving, now=now, progress=Bar(out).show
    )  # fmt: skip
    done = ngettext("Done. %(count)s person was changed.", "Done. %(count)s people were changed.", changes.total)
    _say(out, done % {"count": f"{changes.total:,}"})
    return DONE


def _second_files(folder: Path, mapping: ColumnMapping | None) -> dict[str, bytes]:
    """The files a mapping looks things up in, from the folder of the main file only."""
    names = {Path(lookup.file).name for lookup in mapping.function_lookup} if mapping else set()
    return {name: (folder / name).read_bytes() for name in sorted(names)}


def _report(found: Preview, out: TextIO) -> None:
    table = found.table
    rows = ngettext("%(count)s row", "%(count)s rows", found.rows) % {"count": f"{found.rows:,}"}
    as_text = _("%(encoding)s, separated by %(sign)s") % {"encoding": table.encoding, "sign": repr(table.delimiter)}
    how = _("sheet %(name)s") % {"name": table.sheet} if table.sheet else as_text
    headings = _("headings in row %(row)s") % {"row": table.header_row} if table.header_found else _("no headings")
    _say(out, f"  {rows}, {how}, {headings}", *(f"  {note}" for note in table.notes))
    if found.staged is None or found.changes is None:
        return
    _say(out, *(f"  {name}: {place}" for name, place in found.mapping.columns.items()))
    if dates := found.staged.dates:
        doubtful = _("dates are read as %(format)s, though day and month could be the other way round")
        words = doubtful if dates.uncertain else _("dates are read as %(format)s")
        _say(out, f"  {words % {'format': dates.format}}")
    _problems(found.staged.problems, out)
    people = _(
        "People: %(added)s new, %(changed)s changed, %(returning)s back, %(deactivated)s leaving, %(unchanged)s unchanged, %(out)s left out"
    )
    counted = {**actions.summarise(found.changes), "out": len({problem.row for problem in found.staged.refusals})}
    _say(out, people % {name: f"{number:,}" for name, number in counted.items()})


def _problems(problems: Sequence[Problem], out: TextIO) -> None:
    seats = sum(problem.kind in EXPECTED for problem in problems)
    listed = sorted((problem for problem in problems if problem.kind not in EXPECTED), key=lambda problem: not problem.refuses)
    for problem in listed[:SHOWN]:
        place = _("row %(row)s, %(column)s, %(value)s") % {
            "row": problem.row,
            "column": problem.column or _("whole row"),
            "value": repr(problem.value),
        }
        left = f" {_('Left out.')}" if problem.refuses else ""
        _say(out, f"  {place}: {problem.reason}{left} {problem.suggestion}")
    if len(listed) > SHOWN:
        _say(out, "  " + _("and %(count)s more") % {"count": f"{len(listed) - SHOWN:,}"})
    if seats:
        missing = ngettext(
            "%(count)s name or address is missing; this is a seat that cannot be invited yet",
            "%(count)s names or addresses are missing; these are seats that cannot be invited yet",
            seats,
        )
        _say(out, "  " + missing % {"count": f"{seats:,}"})


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
        line = _("Writing [%(bar)s] %(done)s of %(total)s, %(seconds)s s") % {
            "bar": "#" * filled + "." * (self.WIDTH - filled),
            "done": f"{done:,}",
            "total": f"{total:,}",
            "seconds": f"{time.monotonic() - self.started:.0f}",
        }
        if self.out.isatty():
            self.out.write(f"\r{line}" + ("\n" if done >= total else ""))
        elif done >= total:
            self.out.write(f"{line}\n")
        self.out.flush()
