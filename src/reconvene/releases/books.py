"""The ledger's rows: read before a report is audited, written when it is published. Called by `actions` alone."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
from django.db import connection
from django.db.models import Max

from reconvene.base.pseudonyms import pseudonym_of
from reconvene.privacy.ledger import Line
from reconvene.releases.ledger import Known
from reconvene.releases.measurements import Measurement
from reconvene.releases.models import LedgerLine, LedgerNumber, Report

Key = uuid.UUID | str
AT_ONCE = 2_000
"""Rows to a statement: PostgreSQL takes 65,535 values in one."""
MOVE = """
    UPDATE releases_ledgernumber AS kept SET "group" = moved."group"
    FROM unnest(%s::bigint[], %s::bigint[]) AS moved(number, "group")
    WHERE kept.organisation_id = %s AND kept.number = moved.number
"""
"""As one statement with two values: the first report of a large company gives everybody their group."""


def known(organisation_id: uuid.UUID, measured: Iterable[Measurement]) -> Known:
    """What the ledger knows of these measurements' people; who is new gets a number. Three queries, and two more where somebody is new."""
    behind: dict[Key, Key | None] = {}
    for one in measured:
        for people in (one.behind or {}).values():
            behind |= {person: group if group is not None else behind.get(person) for person, group in people.items()}
    aliases = {person: _alias(organisation_id, person) for person in behind}
    groups = {person: _group_alias(group) for person, group in behind.items() if group is not None}
    numbers = _numbers(organisation_id, [*aliases.values(), *groups.values()])
    latest = {numbers[aliases[person]]: numbers[alias] for person, alias in groups.items()}
    return Known(
        _lines(organisation_id),
        {person: numbers[alias] for person, alias in aliases.items()},
        _latest_groups(organisation_id, latest),
    )


def write(report: Report, lines: Mapping[str, list[Line]]) -> None:
    """Write down what a report has published. Tells no one."""
    place = LedgerLine.objects.filter(organisation_id=report.organisation_id).aggregate(last=Max("place"))["last"] or 0
    rows = [(book, line) for book, some in lines.items() for line in some]
    LedgerLine.objects.bulk_create(
        LedgerLine(report=report, book=book, table=line.table, cell=line.cell, place=place + at, members=_packed(line.people))
        for at, (book, line) in enumerate(rows, start=1)
    )


def _alias(organisation_id: uuid.UUID, person: Key) -> str:
    return person if isinstance(person, str) else pseudonym_of(organisation_id, person)


def _group_alias(group: Key) -> str:
    return group if isinstance(group, str) else pseudonym_of(group)


def _numbers(organisation_id: uuid.UUID, aliases: list[str]) -> dict[str, int]:
    """The ledger number of each alias; new ones are given in no order that says anything."""
    numbers = dict(LedgerNumber.objects.filter(organisation_id=organisation_id).values_list("alias", "number"))
    fresh = sorted(set(aliases) - set(numbers))  # by alias, which is as good as by chance
    first = max(numbers.values(), default=-1) + 1
    LedgerNumber.objects.bulk_create((LedgerNumber(alias=alias, number=first + at) for at, alias in enumerate(fresh)), batch_size=AT_ONCE)
    return numbers | {alias: first + at for at, alias in enumerate(fresh)}


def _latest_groups(organisation_id: uuid.UUID, latest: Mapping[int, int]) -> dict[int, int]:
    rows = list(LedgerNumber.objects.filter(organisation_id=organisation_id))
    moved = {row.number: latest[row.number] for row in rows if row.number in latest and row.group != latest[row.number]}
    if moved:
        with connection.cursor() as cursor:
            cursor.execute(MOVE, [list(moved), list(moved.values()), organisation_id])
    return {row.number: row.group for row in rows if row.group is not None} | dict(latest)


def _lines(organisation_id: uuid.UUID) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = defaultdict(list)
    for row in LedgerLine.objects.filter(organisation_id=organisation_id).select_related("report"):
        found[row.book].append(Line(row.table, row.report.milestone_on.isoformat(), row.cell, _unpacked(bytes(row.members))))
    return dict(found)


def _packed(people: frozenset[int]) -> bytes:
    bits = np.zeros(max(people, default=0) + 1, dtype=np.bool_)
    bits[list(people)] = True
    return np.packbits(bits).tobytes()


def _unpacked(members: bytes) -> frozenset[int]:
    return frozenset(np.flatnonzero(np.unpackbits(np.frombuffer(members, dtype=np.uint8))).tolist())
