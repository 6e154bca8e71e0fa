"""Decides whose an address is when several rows give the same one, and tells of those that belong to somebody who is there. Called by `records` and
the preview.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reconvene.base.translation import gettext as _
from reconvene.people.directory.cells import fold
from reconvene.people.directory.problems import Problem, ProblemKind
from reconvene.people.directory.rows import Record


@dataclass(frozen=True)
class Owner:
    """The row that keeps an address, or None when it is nobody's own; and all rows that give it."""

    row: int | None
    rows: tuple[int, ...]


def owners_of_shared(records: Iterable[Record]) -> dict[str, Owner]:
    """For each address (folded) that stands in several rows: whose it is.

    It belongs to the one name that can be read in it ("jane.doe@..." and Jane Doe), or to the one name that all rows share; with
    that name in several rows, to the first that has a number. Otherwise it is a shared mailbox and belongs to nobody.
    """
    users: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.email:
            users[fold(record.email)].append(record)
    return {mail: Owner(row=_owner(mail, rows), rows=tuple(record.row for record in rows)) for mail, rows in users.items() if len(rows) > 1}


def tell_taken(records: Iterable[Record], *, column: str) -> tuple[Problem, ...]:
    """What is wrong with rows whose address belongs to somebody else who stays; without a number such a row is left out."""
    return tuple(_taken(record, column=column) for record in records)


def _taken(record: Record, *, column: str) -> Problem:
    if record.external_id:
        kind = ProblemKind.MAIL_TAKEN
        reason = _("Somebody else here has this address. The row is taken without it.")
        suggestion = _("Give each person an address that only they read.")
    else:
        kind = ProblemKind.ONLY_MAIL_TAKEN
        reason = _("Somebody else here has this address, and the row has no number: the next import could not tell who this is.")
        suggestion = _("Give the person a number or an address of their own.")
    return Problem(record.row, column, record.email, reason, suggestion, kind)


def _owner(mail: str, rows: Sequence[Record]) -> int | None:
    local = _letters(mail.partition("@")[0])
    named = [record for record in rows if record.name and _last_name(record.name) in local]
    names = {fold(record.name) for record in named} or {fold(record.name) for record in rows}
    if len(names) != 1 or names == {""}:
        return None
    own = [record for record in rows if fold(record.name) in names]
    return min(own, key=lambda record: (not record.external_id, record.row)).row


def _last_name(name: str) -> str:
    """The letters of the last word, or something that stands in no address when they are too few to tell."""
    words = name.split()
    letters = _letters(words[-1]) if words else ""
    return letters if len(letters) >= 3 else "\0"


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if sign.isalnum())
