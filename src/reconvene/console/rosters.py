"""Reading a list of participants: rows to people of the directory, by mail address or staff number, and every row that leads to nobody."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from reconvene.people.directory.columns import guess_columns
from reconvene.people.directory.reading import Table, read_table
from reconvene.people.directory.refusals import Unreadable
from reconvene.people.models import Person

MOST_UNKNOWN = 500
SHOWN_OF_A_ROW = 80


@dataclass(frozen=True)
class Matched:
    """What a list came to: ids of people, each once, and [row number, what stands there, code] of every other row."""

    people: tuple[str, ...]
    unknown: tuple[tuple[int, str, str], ...]


def read_roster(reader: Person, *, data: bytes, filename: str) -> Matched:
    """Match the rows of a file with the directory of the reader's organisation. Two queries.

    Raises Unreadable, with a sentence, when it is no table, or has no column of addresses or numbers.
    """
    table = read_table(data, filename=filename)
    mapping = guess_columns(table.header, table.rows)
    positions = mapping.positions(table)
    columns = [positions[name] for name in ("email", "external_id") if name in positions]
    if not columns:
        raise Unreadable(_("No column holds mail addresses or staff numbers. Add one, with a heading like “Email” or “Employee ID”."))
    return _match(reader, table, columns)


def _match(reader: Person, table: Table, columns: Sequence[int]) -> Matched:
    keys = {row[at].strip().casefold() for row in table.rows for at in columns if at < len(row) and row[at].strip()}
    # Whoever works here is last, and so counts before somebody who left and had the same address.
    here = Person.objects.visible_to(reader).order_by("left_at").annotate(address=Lower("email"), number=Lower("external_id"))
    known: dict[str, Person] = {}
    for person in here.filter(number__in=keys):
        known[str(person.external_id).casefold()] = person
    for person in here.filter(address__in=keys):  # an address says more than a number that happens to be the same
        known[str(person.email).casefold()] = person
    people: dict[str, None] = {}
    unknown: list[tuple[int, str, str]] = []
    for number, row in zip(table.row_numbers, table.rows, strict=True):
        texts = [row[at].strip() for at in columns if at < len(row) and row[at].strip()]
        found = next((known[text.casefold()] for text in texts if text.casefold() in known), None)
        code = _code(found, texts, people)
        if code:
            unknown.append((number, " ".join(texts)[:SHOWN_OF_A_ROW], code))
        else:
            people[str(found.id)] = None  # type: ignore[union-attr]  # no code: somebody was found
    return Matched(tuple(people), tuple(unknown[:MOST_UNKNOWN]))


def _code(found: Person | None, texts: Sequence[str], people: dict[str, None]) -> str:
    if not texts:
        return "empty"
    if found is None:
        return "unknown"
    if found.left_at is not None or not found.email or not found.name:
        return "left"
    return "twice" if str(found.id) in people else ""
