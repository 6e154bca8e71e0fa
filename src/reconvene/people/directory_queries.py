"""What an uploaded directory file would do, computed from the stored bytes, choices and the people who are there. Writes nothing."""

import base64
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from reconvene.people.directory.cells import fold
from reconvene.people.directory.columns import BadMapping, ColumnMapping
from reconvene.people.directory.diff import Changes, compare, too_many_leaving
from reconvene.people.directory.levels import propose_levels
from reconvene.people.directory.mailboxes import tell_taken
from reconvene.people.directory.problems import Problem, ProblemKind
from reconvene.people.directory.reading import ReadingChoice, Table, read_table
from reconvene.people.directory.recognition import Existing
from reconvene.people.directory.records import Staged, StagingChoices, stage
from reconvene.people.directory.refusals import Unreadable
from reconvene.people.directory_words import KIND_WORDS
from reconvene.people.models import DirectoryImport, Level, Organisation, Person

_FIELDS = (
    "id", "external_id", "email", "name", "job_title", "level_id", "function", "site", "time_zone", "languages", "country", "manager_id",
    "left_at", "roles",
)  # fmt: skip
SAMPLE_ROWS = 3


@dataclass(frozen=True)
class LevelLine:
    """One title or grade of the file: how many rows have it, and the level it gets, empty for none."""

    value: str
    people: int
    level: str


@dataclass(frozen=True)
class ProblemGroup:
    """All problems of one kind, in the order of the rows."""

    kind: ProblemKind
    problems: tuple[Problem, ...]

    @property
    def refuses(self) -> bool:
        """Whether these rows are left out."""
        return self.problems[0].refuses

    @property
    def title(self) -> str:
        """What to call this kind of problem on a page."""
        return str(KIND_WORDS[self.kind])


@dataclass(frozen=True)
class Preview:
    """Everything there is to know before applying. `staged` and `changes` are None while `fault` says what hinders.

    `table` holds the first rows only, to show; `rows` is how many the file has.
    """

    table: Table
    rows: int
    mapping: ColumnMapping
    levels: tuple[LevelLine, ...] = ()
    staged: Staged | None = None
    changes: Changes | None = None
    fault: str = ""

    @property
    def stops(self) -> bool:
        """Whether more people would leave than an import may take away unasked."""
        return self.changes is not None and too_many_leaving(self.changes)

    @property
    def groups(self) -> tuple[ProblemGroup, ...]:
        """The problems by kind."""
        return by_kind(self.staged.problems if self.staged else ())


def by_kind(problems: Sequence[Problem]) -> tuple[ProblemGroup, ...]:
    """Problems by kind: rows that are left out first, then the largest kind."""
    kinds = Counter(problem.kind for problem in problems)
    groups = [ProblemGroup(kind, tuple(problem for problem in problems if problem.kind is kind)) for kind in kinds]
    return tuple(sorted(groups, key=lambda group: (not group.refuses, -len(group.problems))))


def read_upload(staged_import: DirectoryImport) -> Table:
    """The uploaded file as a table, with the choices made so far. Raises: Unreadable."""
    choice = ReadingChoice.from_json(staged_import.choices.get("reading", {}))
    return read_table(bytes(staged_import.data), filename=staged_import.filename, choice=choice)


def last_applied() -> DirectoryImport | None:
    """The latest import that was applied; its columns and levels are tried first for the next file."""
    return DirectoryImport.objects.exclude(applied_at=None).order_by("-applied_at").first()


def mapping_again(last: DirectoryImport | None, table: Table) -> ColumnMapping | None:
    """The mapping of the last import when this file has all its columns and it needs no second file."""
    if last is None:
        return None
    mapping = ColumnMapping.from_json(last.mapping["text"])
    try:
        mapping.positions(table)
    except BadMapping:
        return None
    by_heading = table.header is not None and all(isinstance(place, str) for place in mapping.columns.values())
    return mapping if by_heading and not mapping.function_lookup else None


def preview(staged_import: DirectoryImport, *, now: datetime) -> Preview:
    """What applying the import now would do. Raises: Unreadable when the file cannot be read with these choices."""
    organisation = staged_import.organisation
    table = read_upload(staged_import)
    mapping = ColumnMapping.from_json(staged_import.mapping["text"])
    try:
        levels, staged = _staged(
            table, mapping, corrected=staged_import.level_table, lookups=_second_files(staged_import, mapping), organisation=organisation, now=now
        )  # fmt: skip
    except (BadMapping, Unreadable) as fault:
        return Preview(table=table.head(SAMPLE_ROWS), rows=len(table.rows), mapping=mapping, fault=str(fault))
    at = mapping.positions(table).get("email")
    mail_column = "" if at is None else table.column_name(at)
    table, rows = table.head(SAMPLE_ROWS), len(table.rows)
    changes = compare(staged, existing_people(organisation, importer=staged_import.uploaded_by_id))
    staged = staged.with_problems(tell_taken(changes.mail_taken, column=mail_column))
    return Preview(table=table, rows=rows, mapping=mapping, levels=tuple(levels), staged=staged, changes=changes)


def _staged(
    table: Table,
    mapping: ColumnMapping,
    *,
    corrected: Mapping[str, str | None],
    lookups: Mapping[str, Table],
    organisation: Organisation,
    now: datetime,
) -> tuple[list[LevelLine], Staged]:
    """The level table of a file, and its rows checked with it. Raises: Unreadable, BadMapping."""
    levels = level_lines(table, mapping, corrected=corrected)
    today = now.astimezone(ZoneInfo(organisation.time_zone)).date()
    level_table = {line.value: line.level or None for line in levels}
    return levels, stage(table, mapping, level_table=level_table, choices=StagingChoices(today=today, lookups=lookups))


def level_lines(table: Table, mapping: ColumnMapping, *, corrected: Mapping[str, str | None]) -> list[LevelLine]:
    """The level table of a file, the most frequent values first: what was corrected, and proposals for the rest. Two spellings that are read as one
    are one line, under the more frequent.
    """
    position = mapping.positions(table).get("level")
    if position is None:
        return []
    spellings = Counter(row[position] for row in table.rows if row[position].strip()).most_common()
    people: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for value, number in spellings:
        people[shown.setdefault(fold(value), value)] += number
    ladder = list(Level.objects.order_by("rank").values_list("name", flat=True))
    proposed = propose_levels(people, ladder)
    known = {fold(value): level for value, level in corrected.items() if level is None or level in ladder}
    return [LevelLine(value, number, known.get(fold(value), proposed[value]) or "") for value, number in people.most_common()]


def existing_people(organisation: Organisation, *, importer: object) -> Iterator[Existing]:
    """Everybody of the organisation, also those who left. Whoever imports, and people with a role whom no file brought, stay."""
    levels = dict(Level.objects.values_list("id", "name"))
    known: dict[str, str] = {}  # the same department stands in thousands of rows: keep its text once
    spoken: dict[tuple[str, ...], tuple[str, ...]] = {}
    for row in Person.objects.filter(organisation=organisation).values_list(*_FIELDS, named=True).iterator(chunk_size=5000):
        yield Existing(
            ref=row.id,
            external_id=row.external_id or "",
            email=row.email or "",
            name=row.name,
            job_title=known.setdefault(row.job_title, row.job_title),
            level=levels.get(row.level_id),
            function=known.setdefault(row.function, row.function),
            site=known.setdefault(row.site, row.site),
            time_zone=known.setdefault(row.time_zone, row.time_zone),
            languages=spoken.setdefault(tuple(row.languages), tuple(row.languages)),
            country=known.setdefault(row.country, row.country),
            manager=row.manager_id,
            active=row.left_at is None,
            stays=row.id == importer or bool(row.roles and not row.external_id),
        )


def _second_files(staged_import: DirectoryImport, mapping: ColumnMapping) -> dict[str, Table]:
    stored: dict[str, str] = staged_import.choices.get("files", {})
    return {
        lookup.file: read_table(base64.b64decode(stored[lookup.file]), filename=lookup.file, choice=lookup.reading)
        for lookup in mapping.function_lookup
        if lookup.file in stored
    }
