"""Brings a directory file in: stage it, correct how it is read, apply it. Called by the directory's pages and by the command line."""

import base64
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Literal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from reconvene.base import tenancy
from reconvene.people.directory.columns import BadMapping, ColumnMapping, guess_columns
from reconvene.people.directory.diff import Change, Changes, NewPerson, Target, too_many_leaving
from reconvene.people.directory.reading import ReadingChoice, Table, read_table
from reconvene.people.directory.records import CountsPosts, NamesNobody, refuse_if_nobody_is_named
from reconvene.people.directory.rows import Record
from reconvene.people.directory_queries import Preview, last_applied, mapping_again, preview, read_upload
from reconvene.people.models import AddressChange, DirectoryImport, Level, Organisation, Person, PersonQuerySet, RoleChange
from reconvene.people.rules import Role

Choice = Literal["good", "nothing-if-bad"]
Progress = Callable[[int, int], None]
BATCH = 1000
ADDRESSES_NAMED = 20
_TEXTS = ("name", "job_title", "function", "site", "country")
_WRITTEN = ("external_id", "email", *_TEXTS, "level", "time_zone", "languages", "manager", "left_at", "address_changed_at")


class AlreadyApplied(Exception):
    """This import was applied before; applying it twice would do nothing but hide that."""


class NotReady(Exception):
    """The file cannot be staged with these choices. Its text is for the person."""


class BadRows(Exception):
    """Some rows cannot be taken, and the choice was to take nothing then. Holds the preview."""

    def __init__(self, found: Preview) -> None:
        super().__init__(_("Some rows cannot be taken, so nothing was changed."))
        self.preview = found


class TooManyLeaving(Exception):
    """More people would leave than an import may take away without a word. Holds the changes."""

    def __init__(self, changes: Changes) -> None:
        words = _(
            "%(gone)s of %(all)s people are not in this file and would be marked as having left. Confirm this, or choose the whole list."
        )
        super().__init__(words % {"gone": len(changes.deactivated), "all": changes.active_before})
        self.changes = changes


class NobodyAdministers(Exception):
    """Nobody who can sign in would administer the organisation after this import."""

    def __init__(self, names: Sequence[str]) -> None:
        words = _(
            "After this import nobody would administer the organisation: %(names)s would have left, or be without an address. Nothing was changed. "
            "Make somebody else an administrator first."
        )
        super().__init__(words % {"names": ", ".join(names[:5])})


class AddressElsewhere(Exception):
    """An address of the file belongs to an active person of another organisation of this installation."""

    def __init__(self, addresses: Sequence[str]) -> None:
        words = _("In use in another organisation of this installation: %(addresses)s. Nothing was changed. Mend these rows.")
        super().__init__(words % {"addresses": ", ".join(addresses[:5])})


@transaction.atomic
def stage_import(
    organisation: Organisation,
    *,
    data: bytes,
    filename: str,
    by: Person | None,
    now: datetime,
    mapping: ColumnMapping | None = None,
    reading: ReadingChoice | None = None,
    files: Mapping[str, bytes] | None = None,
) -> DirectoryImport:
    """Keep an uploaded file with a proposal of how to read it. Changes no person and tells nobody.

    Without a mapping, the one of the last applied import is used if its columns are there, else one is guessed. `files` are the
    second files a mapping names. Raises: Unreadable, or its kind CountsPosts, when no choice could make people of this file.
    """
    reading = reading or (mapping.reading if mapping else ReadingChoice())
    table = read_table(data, filename=filename, choice=reading)
    last = last_applied()
    mapping = mapping or mapping_again(last, table) or guess_columns(table.header, table.rows)
    _refuse_headcounts(table, mapping)
    return DirectoryImport.objects.create(
        organisation=organisation,
        filename=filename[:255],
        data=data,
        choices={
            "reading": reading.as_json(),
            "files": {name: base64.b64encode(content).decode() for name, content in (files or {}).items()},
        },
        mapping={"text": mapping.to_json()},
        level_table=last.level_table if last else {},
        uploaded_by=by,
        uploaded_at=now,
    )


def _refuse_headcounts(table: Table, mapping: ColumnMapping) -> None:
    try:
        refuse_if_nobody_is_named(table, mapping.positions(table))
    except CountsPosts:
        raise
    except (NamesNobody, BadMapping):
        return  # the preview shows it, where columns can be chosen


@transaction.atomic
def correct_reading(staged_import: DirectoryImport, *, reading: ReadingChoice) -> None:
    """Read the file in another way and guess its columns anew. Tells nobody.

    Raises: Unreadable when the file cannot be read so; AlreadyApplied.
    """
    _refuse_applied(staged_import)
    table = read_table(bytes(staged_import.data), filename=staged_import.filename, choice=reading)
    staged_import.choices = {**staged_import.choices, "reading": reading.as_json()}
    staged_import.mapping = {"text": guess_columns(table.header, table.rows).to_json()}
    staged_import.save(update_fields=["choices", "mapping"])


@transaction.atomic
def correct_columns(staged_import: DirectoryImport, *, mapping: ColumnMapping) -> None:
    """Take other columns. Tells nobody. Raises: BadMapping when a column is not in the file; AlreadyApplied."""
    _refuse_applied(staged_import)
    mapping.positions(read_upload(staged_import))
    staged_import.mapping = {"text": mapping.to_json()}
    staged_import.save(update_fields=["mapping"])


@transaction.atomic
def correct_levels(staged_import: DirectoryImport, *, table: Mapping[str, str | None]) -> None:
    """Keep a person's decisions about titles and grades; they are used again for the next file. Tells nobody. Raises: AlreadyApplied."""
    _refuse_applied(staged_import)
    staged_import.level_table = {**staged_import.level_table, **table}
    staged_import.save(update_fields=["level_table"])


def _refuse_applied(staged_import: DirectoryImport) -> None:
    if staged_import.applied_at is not None:
        raise AlreadyApplied(staged_import.filename)


@transaction.atomic
def apply_import(
    staged_import: DirectoryImport,
    *,
    now: datetime,
    choice: Choice = "good",
    allow_leaving: bool = False,
    progress: Progress | None = None,
) -> Changes:
    """Bring the people of the file in: all that can be taken, in one transaction, and forget the file's bytes.

    People who are no longer in the file get `left_at`; the apps above end their seats at the next tick. Their roles end, in writing, and do not come
    back with them. Whose address changes is signed out everywhere, and the address that it was is told, from the next tick on. Raises: AlreadyApplied,
    NotReady, BadRows, TooManyLeaving, AddressElsewhere, NobodyAdministers; nothing is changed then.
    """
    Organisation.objects.select_for_update().get(id=staged_import.organisation.id)  # one import after the other
    staged_import = DirectoryImport.objects.select_for_update().get(id=staged_import.id)
    _refuse_applied(staged_import)
    found = preview(staged_import, now=now)
    if found.staged is None or found.changes is None:
        raise NotReady(found.fault)
    if found.staged.refusals and choice == "nothing-if-bad":
        raise BadRows(found)
    if too_many_leaving(found.changes) and not allow_leaving:
        raise TooManyLeaving(found.changes)
    administered = list(_administrators(staged_import.organisation))
    _end_roles(found.changes, by=staged_import.uploaded_by, now=now)
    _write(found.changes, organisation=staged_import.organisation, now=now, progress=progress or _silent)
    if administered and not _administrators(staged_import.organisation).exists():
        raise NobodyAdministers([person.name for person in administered])
    moved = [
        AddressChange(person_id=str(one.ref), was=one.email, by=staged_import.uploaded_by, changed_at=now) for one in found.changes.moved
    ]
    AddressChange.objects.bulk_create(moved, batch_size=BATCH)
    _close(staged_import, found, now=now)
    return found.changes


def _administrators(organisation: Organisation) -> PersonQuerySet:
    """Who administers the organisation and can sign in."""
    return Person.objects.active().filter(organisation=organisation, roles__contains=[Role.ADMIN]).exclude(email=None).order_by("name")


def _end_roles(changes: Changes, *, by: Person | None, now: datetime) -> None:
    """Take the roles of whoever leaves, and write it down; also of who comes back and had left with them."""
    gone = [*(person.ref for person in changes.deactivated), *(change.existing.ref for change in changes.returning)]
    for ids in _batches(gone):
        holders = list(Person.objects.filter(id__in=ids).exclude(roles=[]))
        RoleChange.objects.bulk_create(
            RoleChange(organisation_id=one.organisation_id, person=one, by=by, was=sorted(one.roles), roles=[], changed_at=now)
            for one in holders
        )
        Person.objects.filter(id__in=[one.id for one in holders]).update(roles=[])


def _close(staged_import: DirectoryImport, found: Preview, *, now: datetime) -> None:
    assert found.staged is not None and found.changes is not None
    staged_import.applied_at = now
    staged_import.data = b""
    staged_import.choices = {}
    staged_import.level_table = {line.value: line.level or None for line in found.levels}
    left_out = len({problem.row for problem in found.staged.refusals})
    staged_import.summary = summarise(found.changes) | {"left_out": left_out, "addresses": _addresses(found.changes)}
    staged_import.save(update_fields=["applied_at", "data", "choices", "level_table", "summary"])


def summarise(changes: Changes) -> dict[str, int]:
    """How many people each kind of change touches."""
    return {
        "added": len(changes.added),
        "changed": len(changes.changed),
        "returning": len(changes.returning),
        "deactivated": len(changes.deactivated),
        "unchanged": changes.unchanged,
    }


def _addresses(changes: Changes) -> dict[str, Any]:
    """Of how many people the address changed to which the codes go by which they sign in, and the first of them by name: oversight shows it."""
    moved = sorted(one.label for one in changes.moved)
    return {"count": len(moved), "names": moved[:ADDRESSES_NAMED]}


def _silent(done: int, total: int) -> None:
    """Shows no progress."""


def _write(changes: Changes, *, organisation: Organisation, now: datetime, progress: Progress) -> None:
    given = {
        change.existing.ref: field.new
        for change in (*changes.changed, *changes.returning)
        for field in change.fields
        if field.field == "email"
    }
    brought_back = {change.existing.ref: change.existing.email for change in changes.returning}
    mails = [*(record.email for record in changes.added), *(brought_back | given).values()]
    try:
        with transaction.atomic():
            _write_people(changes, organisation=organisation, now=now, progress=progress)
    except IntegrityError as error:
        elsewhere = [mail for mail in mails if mail and tenancy.organisation_of_address(mail) not in (None, organisation.id)]
        if not elsewhere:
            raise
        raise AddressElsewhere(elsewhere) from error


def _write_people(changes: Changes, *, organisation: Organisation, now: datetime, progress: Progress) -> None:
    """Leavers go first and addresses are freed, so that two people may swap them. Foreign keys are checked at the end."""
    new_ids = {record.row: uuid.uuid4() for record in changes.added}
    levels = {level.name: level for level in Level.objects.all()}
    touched = [*changes.changed, *changes.returning]
    _free(touched, "email")
    _free(touched, "external_id")
    leaving = [person.ref for person in changes.deactivated]
    for ids in _batches(leaving):
        Person.objects.filter(id__in=ids).update(left_at=now)
    done, total = len(leaving), changes.total
    for added in _batches(changes.added):
        rows = [_new_person(record, new_id=new_ids[record.row], organisation=organisation) for record in added]
        for row, record in zip(rows, added, strict=True):
            _fill(row, record, levels=levels, fields=None)
            row.manager_id = _manager_id(changes.managers[record.row], new_ids)
        Person.objects.bulk_create(rows)
        progress(done := done + len(rows), total)
    for some in _batches(touched):
        people = Person.objects.in_bulk([change.existing.ref for change in some])
        for change in some:
            person = people[change.existing.ref]
            _fill(person, change.record, levels=levels, fields={field.field for field in change.fields})
            person.manager_id = _manager_id(changes.managers[change.record.row], new_ids)
            person.left_at = None
            if change.moves_address:
                person.address_changed_at = now
        # an upsert by id is one statement for the whole batch, where bulk_update would weigh every row against every other
        Person.objects.bulk_create(people.values(), update_conflicts=True, unique_fields=["id"], update_fields=list(_WRITTEN))
        progress(done := done + len(some), total)


def _free(touched: Iterable[Change], name: str) -> None:
    refs = [change.existing.ref for change in touched if any(field.field == name for field in change.fields)]
    for ids in _batches(refs):
        Person.objects.filter(id__in=ids).update(**{name: None})


def _new_person(record: Record, *, new_id: uuid.UUID, organisation: Organisation) -> Person:
    return Person(id=new_id, organisation=organisation, time_zone=record.time_zone or organisation.time_zone)


def _fill(person: Person, record: Record, *, levels: Mapping[str, Level], fields: set[str] | None) -> None:
    """Write the record's values into the row: the named fields, or all of them for a new person."""
    for name in _TEXTS:
        if fields is None or name in fields:
            setattr(person, name, getattr(record, name))
    for name in ("email", "external_id"):
        if fields is None or name in fields:
            setattr(person, name, getattr(record, name) or None)
    if fields is None or "level" in fields:
        person.level = levels.get(record.level) if record.level else None
    if fields is None or "languages" in fields:
        person.languages = list(record.languages)
    if fields is not None and "time_zone" in fields:
        person.time_zone = record.time_zone


def _manager_id(target: Target, new_ids: Mapping[int, uuid.UUID]) -> Any:
    return new_ids[target.row] if isinstance(target, NewPerson) else target


def _batches(items: Iterable[Any]) -> Iterable[list[Any]]:
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch
