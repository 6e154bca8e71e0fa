"""`reconvene match`: groups from files, without a database. The same reading, the same engine, the same dates as the server's."""

import argparse
import csv
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.utils.translation import gettext as _

from reconvene.availability.busy import NotACalendar, read_calendar
from reconvene.availability.dates import Pair, find_dates
from reconvene.availability.queries import public_holidays
from reconvene.availability.slots import Diary, Window, free_mask, grid
from reconvene.base.commands import CommandFailed
from reconvene.forming.rules import blend
from reconvene.groups.rules import GAP_LONGEST, GAP_SHORTEST
from reconvene.guides.finding import finder, likeness
from reconvene.guides.library import Library, load
from reconvene.guides.script import PUBLISHED
from reconvene.matching.explain import sentence
from reconvene.matching.instance import Candidate, Instance, Rules
from reconvene.matching.progress import Stop
from reconvene.matching.result import Formed, Result
from reconvene.matching.solve import solve
from reconvene.people.directory.columns import BadMapping, ColumnMapping, guess_columns
from reconvene.people.directory.levels import propose_levels
from reconvene.people.directory.reading import Table, read_table
from reconvene.people.directory.records import StagingChoices, stage
from reconvene.people.directory.refusals import Unreadable
from reconvene.people.directory.rows import Record
from reconvene.people.rules import DEFAULT_LANGUAGE
from reconvene.text.cells import as_text

LADDER = ("Team lead", "Manager", "Senior manager", "Director", "Vice president", "Chief officer")
FIRST_WINDOW = 18  # days in which the first sessions may lie
MINUTES = 90
ITERATIONS = 1_000_000
OUT_COLUMNS = ("group", "person", "name", "role", "topic", "reasons", "first_session", "reconvene", "zone")


@dataclass(frozen=True)
class Need:
    """One challenge of one person. A topic that was only guessed from the text does not keep people of other topics away."""

    record: Record
    text: str
    topic: str
    is_confirmed: bool = False


@dataclass(frozen=True)
class Dated:
    """A group of the engine with its pair of dates; None when the free times never lie four weeks apart."""

    formed: Formed
    dates: Pair | None
    zone: str


def run(options: argparse.Namespace) -> int:
    """Read the files, form groups, write them; print what was done.

    Raises CommandFailed with a sentence when a file cannot be read.
    """
    first_day = _first_day(options.start)
    library = load(settings.GUIDES_FOLDER, demands=PUBLISHED)
    records = read_people(options)
    needs = read_challenges(options.challenges, records=records, library=library)
    diaries = {key(need.record): diary(need.record, folder=options.availability, first_day=first_day) for need in needs}
    result, dated = match(needs, records=records, diaries=diaries, first_day=first_day, seed=options.seed)
    titles = {entry.slug: entry.title for entry in library.topics}
    write(options.out, needs=needs, result=result, dated=dated, titles=titles)
    if options.explain:
        explain(needs=needs, result=result, dated=dated, titles=titles)
    seated = sum(len(one.formed.members) for one in dated)
    done = _("%(challenges)s challenges, %(groups)s groups with %(seats)s seats, %(waiting)s people wait. Written to %(file)s.")
    counted = {"challenges": len(needs), "groups": len(dated), "seats": seated, "waiting": len(result.waiting)}
    print(done % {**counted, "file": options.out})
    return 0


def read_people(options: argparse.Namespace) -> tuple[Record, ...]:
    """The people of a directory file, with levels; problems go to standard error. Raises CommandFailed."""
    table, mapping = _table(options.people), None
    try:
        if options.mapping:
            mapping = ColumnMapping.from_json(_mapping_text(options.mapping))
            table = read_table(options.people.read_bytes(), filename=options.people.name, choice=mapping.reading)
        mapping = mapping or guess_columns(table.header, table.rows)
        lookups = {lookup.file: _table(options.people.with_name(lookup.file)) for lookup in mapping.function_lookup}
        source = "level" if "level" in mapping.columns else "job_title"
        positions = mapping.positions(table)
        titles = [row[positions[source]] for row in table.rows] if source in positions else []
        staged = stage(
            table, mapping, level_table=propose_levels(titles, LADDER), choices=StagingChoices(datetime.now(UTC).date(), lookups)
        )
    except (Unreadable, BadMapping) as error:
        raise CommandFailed(f"{options.people}: {error}") from error
    for problem in staged.problems:
        place = _("%(file)s, row %(row)s") % {"file": options.people.name, "row": problem.row}
        print(f"{place}: {problem.reason} {problem.suggestion}", file=sys.stderr)
    return staged.records


def read_challenges(path: Path, *, records: Sequence[Record], library: Library) -> list[Need]:
    """Challenges from a table with the columns person, text and perhaps topic; each person once. Raises CommandFailed."""
    table = _table(path)
    columns = {name.strip().lower(): at for at, name in enumerate(table.header or ())}
    if not {"person", "text"} <= set(columns):
        words = _("%(file)s: the first row must name the columns person and text (and topic, if known). It has: %(columns)s.")
        raise CommandFailed(words % {"file": path, "columns": ", ".join(columns) or _("nothing")})
    people = {name.casefold(): record for record in records for name in (record.external_id, record.email, record.name) if name}
    topics = {name.casefold(): entry.slug for entry in library.topics for name in (entry.slug, entry.code, entry.title)}
    needs: dict[str, Need] = {}
    for number, row in enumerate(table.rows, start=2):
        record = people.get(row[columns["person"]].strip().casefold())
        if record is None:
            words = _("%(file)s, row %(row)s: nobody in the people's file is %(name)s. Left out.")
            print(words % {"file": path.name, "row": number, "name": repr(row[columns["person"]])}, file=sys.stderr)
            continue
        text = row[columns["text"]]
        given = row[columns["topic"]].strip().casefold() if "topic" in columns else ""
        topic = topics.get(given) or next((one.topic for one in finder(text).find(text).suggestions), "")
        needs.setdefault(key(record), Need(record, text, topic, is_confirmed=given in topics))
    return list(needs.values())


def diary(record: Record, *, folder: Path | None, first_day: date) -> Diary:
    """When a person is free: usual hours of their zone, less their calendar file and the holidays of their country."""
    zone = record.time_zone if record.time_zone in available_timezones() else "UTC"
    since = datetime.combine(first_day, datetime.min.time(), ZoneInfo(zone))
    until = since + timedelta(days=FIRST_WINDOW + GAP_LONGEST + 1)
    busy: tuple[tuple[datetime, datetime], ...] = ()
    for path in _calendars(record, folder):
        try:
            busy += read_calendar(path.read_bytes(), since=since, until=until, zone=zone).busy
        except NotACalendar:
            words = _("%(file)s is not a calendar that can be read; %(name)s is taken as free.")
            print(words % {"file": path.name, "name": record.label}, file=sys.stderr)
    return Diary(key=key(record), zone=zone, busy=busy, holidays=public_holidays(record.country, (since.year, until.year)))


def match(
    needs: Sequence[Need], *, records: Sequence[Record], diaries: dict[str, Diary], first_day: date, seed: int
) -> tuple[Result, list[Dated]]:
    """The engine's result, and its groups with dates."""
    by_row = {record.row: record for record in records}
    window = Window(first_day, first_day + timedelta(days=FIRST_WINDOW))
    grids = [grid(one, minutes=MINUTES) for one in (window, window.shifted(GAP_SHORTEST, GAP_LONGEST))]
    candidates = tuple(_candidate(need, by_row=by_row, diary=diaries[key(need.record)], grids=grids) for need in needs)
    similarity = blend(likeness([need.text for need in needs]), topics=[need.topic or need.record.row for need in needs])
    rules = Rules(same_topic=all(need.is_confirmed for need in needs))
    result = solve(Instance(candidates=candidates, similarity=similarity, rules=rules), seed=seed, stop=Stop(iterations=ITERATIONS))
    return result, [_dated(formed, diaries=diaries, window=window) for formed in result.groups]


def write(path: Path, *, needs: Sequence[Need], result: Result, dated: Sequence[Dated], titles: dict[str, str]) -> None:
    """One row per person: the group, the reasons, both dates; then everybody left out, with why. Cells are safe to open in a spreadsheet.

    Raises CommandFailed when the file cannot be written.
    """
    by_key = {key(need.record): need for need in needs}
    try:
        file = path.open("w", newline="", encoding="utf-8-sig")
    except OSError as error:
        raise CommandFailed(_("%(file)s cannot be written: %(why)s.") % {"file": path, "why": error.strerror}) from error
    with file:
        writer = csv.writer(file)
        writer.writerow(OUT_COLUMNS)
        for number, one in enumerate(dated, start=1):
            shared = " ".join(sentence(reason) for reason in one.formed.reasons)
            for member in one.formed.members:
                need, own = by_key[member], " ".join(sentence(reason) for reason in one.formed.seat_reasons[member])
                role = "host" if member == one.formed.host else "member"
                dates = [f"{wall:%Y-%m-%d %H:%M}" for wall in (one.dates.first_local, one.dates.second_local)] if one.dates else ["", ""]
                writer.writerow(
                    map(
                        as_text,
                        [str(number), member, need.record.name, role, titles.get(need.topic, ""), f"{shared} {own}", *dates, one.zone],
                    )
                )
        for left in result.waiting:
            need = by_key[left.key]
            writer.writerow(
                map(as_text, ["", left.key, need.record.name, "waits", titles.get(need.topic, ""), sentence(left.reason), "", "", ""])
            )


def explain(*, needs: Sequence[Need], result: Result, dated: Sequence[Dated], titles: dict[str, str]) -> None:
    """The same, readably, on standard output."""
    by_key = {key(need.record): need for need in needs}
    for number, one in enumerate(dated, start=1):
        need = by_key[one.formed.host]
        group = {"number": number, "topic": titles.get(need.topic, _("an open topic")), "when": _when(one)}
        print("\n" + _("Group %(number)s: %(topic)s. %(when)s") % group)
        for reason in one.formed.reasons:
            print(f"  {sentence(reason)}")
        for member in one.formed.members:
            words = _("%(name)s (%(function)s), hosts the first session") if member == one.formed.host else _("%(name)s (%(function)s)")
            record = by_key[member].record
            print("  - " + words % {"name": record.label, "function": record.function or _("function unknown")})
    print("\n" + (_("Still waiting:") if result.waiting else _("Nobody is left waiting.")))
    for left in result.waiting:
        print(f"  - {by_key[left.key].record.label}: {sentence(left.reason)}")
    print()


def _when(one: Dated) -> str:
    if one.dates is None:
        return _("no common dates")
    first, second = (f"{wall:%a %d %b %H:%M}" for wall in (one.dates.first_local, one.dates.second_local))
    return _("%(first)s and %(second)s (%(zone)s)") % {"first": first, "second": second, "zone": one.zone}


def key(record: Record) -> str:
    """What names a person in the result: the id of the file, else the mail address, else the row."""
    return record.external_id or record.email or _("row %(row)s") % {"row": record.row}


def _first_day(given: str | None) -> date:
    """Tomorrow, or the day that was asked for. Raises CommandFailed."""
    try:
        return date.fromisoformat(given) if given else datetime.now(UTC).date() + timedelta(days=1)
    except ValueError as error:
        raise CommandFailed(_("%(given)s is not a date. Write it like 2026-03-02.") % {"given": repr(given)}) from error


def _candidate(need: Need, *, by_row: dict[int, Record], diary: Diary, grids: Sequence[tuple[datetime, ...]]) -> Candidate:
    record = need.record
    first, second = (free_mask(diary, slots, MINUTES) for slots in grids)
    return Candidate(
        key=key(record),
        topic=need.topic or f"none:{record.row}",
        level=LADDER.index(record.level) if record.level in LADDER else 0,
        function=record.function,
        site=record.site,
        languages=frozenset(record.languages) or frozenset({DEFAULT_LANGUAGE}),
        superiors=tuple(key(above) for above in _above(record, by_row)),
        first_slots=first,
        second_slots=second,
    )


def _above(record: Record, by_row: dict[int, Record]) -> Iterable[Record]:
    seen = {record.row}
    while record.manager_row is not None and record.manager_row not in seen and record.manager_row in by_row:
        record = by_row[record.manager_row]
        seen.add(record.row)
        yield record


def _dated(formed: Formed, *, diaries: dict[str, Diary], window: Window) -> Dated:
    members = [diaries[member] for member in formed.members]
    zones = [one.zone for one in members]
    zone = max(zones, key=lambda one: (zones.count(one), one))
    now = datetime.combine(window.first_day, datetime.min.time(), UTC)
    pairs = find_dates(members, now=now, window=window, minutes=MINUTES, gap=(GAP_SHORTEST, GAP_LONGEST), zone=zone)
    return Dated(formed, pairs[0] if pairs else None, zone)


def _calendars(record: Record, folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    named = [folder / f"{name}.ics" for name in (record.external_id, record.email) if name and "/" not in name]
    return [path for path in named if path.is_file()]


def _mapping_text(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailed(_("%(file)s cannot be read as a column mapping.") % {"file": path}) from error


def _table(path: Path) -> Table:
    try:
        return read_table(path.read_bytes(), filename=path.name)
    except OSError as error:
        raise CommandFailed(_("%(file)s cannot be read: %(why)s.") % {"file": path, "why": error.strerror}) from error
    except Unreadable as error:
        raise CommandFailed(f"{path}: {error}") from error
