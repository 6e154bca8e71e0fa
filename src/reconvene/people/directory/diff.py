"""Compares a staged file with the people who are there, before anything is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconvene.people.directory.cells import fold
from reconvene.people.directory.managers import find_circles
from reconvene.people.directory.recognition import Existing, Ref, recognise
from reconvene.people.directory.records import Staged
from reconvene.people.directory.rows import Record

_COMPARED = ("external_id", "email", "name", "job_title", "level", "function", "site", "time_zone", "languages", "country")
_NEVER_BLANKED = frozenset({"external_id", "time_zone"})


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Stands for somebody whom the import will add, by the row in the file."""

    row: int


Target = Ref | NewPerson | None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one person: what stands there and what will stand there, as text for a screen."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """A person who is there and whose fields change; also one who comes back, perhaps with no field changed."""

    record: Record
    existing: Existing
    fields: tuple[FieldChange, ...]

    @property
    def moves_address(self) -> bool:
        """Whether the address to which the codes for signing in go is another one afterwards, or none. Capital letters make no other address."""
        return any(one.field == "email" and one.old and fold(one.old) != fold(one.new) for one in self.fields)


@dataclass(frozen=True)
class Changes:
    """What an import will do. `unchanged` and `active_before` are numbers of people.

    `managers` gives, for the row of everybody who works here, the manager they will have. `mail_taken` are records whose address
    belongs to somebody else who stays; they are taken without it, or left out when they have no number either.
    """

    added: tuple[Record, ...] = ()
    changed: tuple[Change, ...] = ()
    deactivated: tuple[Existing, ...] = ()
    returning: tuple[Change, ...] = ()
    unchanged: int = 0
    active_before: int = 0
    managers: Mapping[int, Target] = field(default_factory=dict)
    mail_taken: tuple[Record, ...] = ()

    @property
    def total(self) -> int:
        """How many people the import touches."""
        return len(self.added) + len(self.changed) + len(self.deactivated) + len(self.returning)

    @property
    def moved(self) -> tuple[Existing, ...]:
        """As they are until now: the people whose address is another one afterwards, or none."""
        return tuple(change.existing for change in (*self.changed, *self.returning) if change.moves_address)


def compare(staged: Staged, existing: Iterable[Existing]) -> Changes:
    """What applying the staged file would change.

    People are recognised by number, else by address. A blank or faulty cell of a field that must not be blank, and every field
    that the file has no column for, changes nothing. Whoever is not in the file, or is marked as gone in it, is deactivated,
    but nobody whose row was refused. The reporting lines that come out never run in a circle.
    """
    people = list(existing)
    found = recognise(staged.records, people)
    leaving = _leaving(staged, people, found)
    working = [record for record in staged.records if record.active]
    without_mail, mail_taken = _contested(staged, working, people, found=found, leaving=leaving)
    working = [
        _without_mail(record) if record.row in without_mail else record
        for record in working
        if record.external_id or record.row not in without_mail  # with neither, the next file could not tell who it is
    ]
    managers = _managers(staged, working, people, found=found)
    labels = {person.ref: person.label for person in people}
    labels |= {NewPerson(record.row): record.label for record in working if record.row not in found}
    changes = []
    for record in working:
        if person := found.get(record.row):
            fields = staged.fields | {"email"} if record.row in without_mail else staged.fields
            moved = _manager_change(person, managers[record.row], labels)
            changes.append(Change(record, person, _field_changes(record, person, fields) + moved))
    changed = tuple(change for change in changes if change.existing.active and change.fields)
    returning = tuple(change for change in changes if not change.existing.active)
    return Changes(
        added=tuple(record for record in working if record.row not in found),
        changed=changed,
        deactivated=tuple(leaving),
        returning=returning,
        unchanged=len(changes) - len(changed) - len(returning),
        active_before=sum(person.active for person in people),
        managers=managers,
        mail_taken=mail_taken,
    )


def too_many_leaving(changes: Changes, *, share: float = 0.05) -> bool:
    """Whether the import would deactivate more than this share of the people who are active now."""
    return len(changes.deactivated) > share * changes.active_before


def _leaving(staged: Staged, people: Sequence[Existing], found: Mapping[int, Existing]) -> list[Existing]:
    staying = {found[record.row].ref for record in staged.records if record.active and record.row in found}
    gone = {found[record.row].ref for record in staged.records if not record.active and record.row in found}
    ids = {external_id for external_id, _ in staged.refused if external_id}
    mails = {mail for _, mail in staged.refused if mail}
    return [
        person
        for person in people
        if person.active
        and person.ref not in staying
        and not person.stays
        and (person.ref in gone or not (fold(person.external_id) in ids or fold(person.email) in mails))
    ]


def _contested(
    staged: Staged, working: Sequence[Record], people: Sequence[Existing], *, found: Mapping[int, Existing], leaving: Sequence[Existing]
) -> tuple[set[int], tuple[Record, ...]]:
    """The rows that must do without an address because somebody else has it, and which of these records the file gave it to.

    First come people who stay and whose cell says nothing, then what the file gives, then what those who come back once had.
    """
    given = [record for record in working if "email" in staged.fields and "email" not in record.faulty]
    silent = {record.row for record in working} - {record.row for record in given}
    free = {person.ref for person in leaving} | {found[record.row].ref for record in given if record.row in found}
    held = {fold(person.email) for person in people if person.active and person.email and person.ref not in free}
    lost = tuple(record for record in given if record.email and fold(record.email) in held)
    without = {record.row for record in lost}
    held |= {fold(record.email) for record in given}
    for row in sorted(silent & found.keys()):
        person = found[row]
        if not person.active and person.email:
            if fold(person.email) in held:
                without.add(row)
            held.add(fold(person.email))
    return without, lost


def _without_mail(record: Record) -> Record:
    return replace(record, email="", faulty=record.faulty - {"email"})


def _managers(staged: Staged, working: Sequence[Record], people: Sequence[Existing], *, found: Mapping[int, Existing]) -> dict[int, Target]:
    nodes: dict[int, Target] = {record.row: found[record.row].ref if record.row in found else NewPerson(record.row) for record in working}
    managers: dict[int, Target] = {}
    kept: dict[Target, int] = {}
    for record in working:
        if "manager" in staged.fields and "manager" not in record.faulty:
            managers[record.row] = nodes.get(record.manager_row) if record.manager_row else None
        else:
            managers[record.row] = found[record.row].manager if record.row in found else None
            kept[nodes[record.row]] = record.row
    above: dict[Ref, Target] = {person.ref: person.manager for person in people if person.active}
    above |= {nodes[row]: target for row, target in managers.items()}
    for circle in find_circles(above):
        managers |= {kept[node]: None for node in circle if node in kept}
    return managers


def _field_changes(record: Record, person: Existing, fields: frozenset[str]) -> tuple[FieldChange, ...]:
    changes = []
    for name in _COMPARED:
        old, new = getattr(person, name), getattr(record, name)
        if old == new or name not in fields or name in record.faulty or (not new and name in _NEVER_BLANKED):
            continue
        changes.append(FieldChange(name, _shown(old), _shown(new)))
    return tuple(changes)


def _manager_change(person: Existing, target: Target, labels: Mapping[Target, str]) -> tuple[FieldChange, ...]:
    if person.manager == target:
        return ()
    return (FieldChange("manager", labels.get(person.manager, ""), labels.get(target, "")),)


def _shown(value: str | tuple[str, ...] | None) -> str:
    return ", ".join(value) if isinstance(value, tuple) else value or ""
