"""Recognises in the rows of a file the people who are there already. Called by `diff`."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from reconvene.people.directory.cells import fold
from reconvene.people.directory.rows import Record

Ref = Hashable


@dataclass(frozen=True, slots=True)
class Existing:
    """One person who is there already. `ref` is the caller's own id; `manager` is the ref of their manager.

    `stays` protects somebody whom the directory does not know, such as an administrator, from being taken as gone.
    """

    ref: Ref
    external_id: str = ""
    email: str = ""
    name: str = ""
    job_title: str = ""
    level: str | None = None
    function: str = ""
    site: str = ""
    time_zone: str = ""
    languages: tuple[str, ...] = ()
    country: str = ""
    manager: Ref | None = None
    active: bool = True
    stays: bool = False

    @property
    def label(self) -> str:
        """What to call the person or post on a screen."""
        return self.name or self.job_title or self.external_id or self.email


def recognise(records: Sequence[Record], existing: Iterable[Existing]) -> dict[int, Existing]:
    """Who stands in which row. The number decides; else the address.

    Two different numbers with one address are one person only when the name is the same too: a company that renumbers its
    people keeps them, and an address given to somebody new does not hand over a history.
    """
    by_id: dict[str, Existing] = {}
    by_mail: dict[str, list[Existing]] = defaultdict(list)
    for person in sorted(existing, key=lambda person: not person.active):
        if person.external_id:
            by_id.setdefault(fold(person.external_id), person)
        if person.email:
            by_mail[fold(person.email)].append(person)
    found = {record.row: by_id[fold(record.external_id)] for record in records if fold(record.external_id) in by_id}
    taken = {person.ref for person in found.values()}
    for record in sorted(records, key=lambda record: not record.active):  # whoever works here has the first claim
        if record.row in found or not record.email:
            continue
        for person in by_mail.get(fold(record.email), ()):
            if person.ref not in taken and _may_be(record, person):
                found[record.row] = person
                taken.add(person.ref)
                break
    return found


def _may_be(record: Record, person: Existing) -> bool:
    if not record.external_id or not person.external_id:
        return True
    return bool(record.name) and fold(record.name) == fold(person.name)
