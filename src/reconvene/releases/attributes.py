"""The attributes by which measures may be told, one at a time: function, site, level; and the programme, by which gates are judged. Nothing can be
combined, and there are no others.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping

from reconvene.base.pseudonyms import pseudonym_of
from reconvene.people.models import Person
from reconvene.releases.measurements import Behind, Table

ATTRIBUTES = {"function": "function", "site": "site", "level": "level__name"}
"""By name the column of Person."""
PROGRAMME = "programme"
"""Not of a person but of what is measured: in which programme it happened."""
Programmes = Mapping[uuid.UUID | str, uuid.UUID]
"""The programme by person."""


def table(
    measure: str, attribute: str, *, organisation_id: uuid.UUID, behind: Behind, yes: frozenset[uuid.UUID | str] | None = None
) -> Table:
    """A measure by an attribute, as the directory has it now. Of whom it is not known, or who are not in it any more, stand under ""."""
    of = _values(attribute, organisation_id, by_alias=any(isinstance(person, str) for person in behind))
    cells: Mapping[str, dict[uuid.UUID | str, uuid.UUID | str | None]] = defaultdict(dict)
    for person, group in behind.items():
        cells[of.get(person, "")][person] = group
    return Table(measure, attribute, dict(cells), yes)


def by_programme(
    measure: str,
    *,
    behind: Behind,
    programmes: Programmes,
    yes: frozenset[uuid.UUID | str] | None = None,
    values: Mapping[uuid.UUID | str, float] | None = None,
    scale: tuple[float, float] = (0.0, 10.0),
    is_mean: bool = True,
) -> Table:
    """What people said by the programme in which they said it, the latest where there are several. Labels are ids: names may change.

    What somebody said has to be what the measure over all people counts of them: otherwise a programme beside all would tell how one person differs.
    """
    cells: dict[str, dict[uuid.UUID | str, uuid.UUID | str | None]] = defaultdict(dict)
    for person, group in behind.items():
        cells[str(programmes[person])][person] = group
    return Table(measure, PROGRAMME, dict(cells), yes, values, scale, is_mean)


def _values(attribute: str, organisation_id: uuid.UUID, *, by_alias: bool) -> dict[uuid.UUID | str, str]:
    rows = Person.objects.filter(organisation_id=organisation_id).values_list("id", ATTRIBUTES[attribute])
    return {pseudonym_of(organisation_id, person) if by_alias else person: value or "" for person, value in rows}
