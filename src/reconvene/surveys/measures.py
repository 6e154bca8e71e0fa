"""Measurements of the questionnaires, put into every report through `releases` and its gate. No row of a person leaves this module.

The outcome chain of method 4.2, as far as questionnaires know of it: need, sureness, used often, still doing it, a measure moved, money.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime

from reconvene.privacy.disclosure import Cell
from reconvene.releases.attributes import ATTRIBUTES, table
from reconvene.releases.registry import measure
from reconvene.releases.rules import Behind, Counts, Measurement, Shares, Spread, Sum, Table
from reconvene.surveys.models import Response
from reconvene.surveys.rules import HIGHEST, MOVED, Moment, adjusted

SHARES = {
    "knows_when": (Moment.AFTER_FIRST, "know_when", ("yes",)),
    "used_often": (Moment.AFTER_RECONVENE, "times_used", ("4+",)),
    "again": (Moment.AFTER_RECONVENE, "again", ("yes",)),
    "still_doing": (Moment.TWELVE_WEEKS, "still_doing", ("how_i_work", "sometimes")),
    "measure_moved": (Moment.TWELVE_WEEKS, "moved", tuple(MOVED)),
}
"""By key of the report: the moment, the item, and the answers that count as yes."""
WHOLE = (0.0, float(HIGHEST))
SPREADS = {
    "openly": (Moment.AFTER_FIRST, "openly", WHOLE),
    "usable": (Moment.AFTER_FIRST, "usable", WHOLE),
    "need": (Moment.JOINING, "in_the_way", WHOLE),
    "hours_saved": (Moment.AFTER_RECONVENE, "hours", (-20.0, 40.0)),
}
"""By key of the report: the moment, the item, and the scale; what lies off it counts as its end."""
EITHER_WAY = (-float(HIGHEST), float(HIGHEST))


def share(key: str) -> Callable[[uuid.UUID, datetime], Measurement]:
    """The measure of how many of those who answered an item gave an answer that counts as yes."""
    moment, item, yes = SHARES[key]

    def measured(organisation_id: uuid.UUID, until: datetime) -> Shares:
        rows = _latest(moment, item, organisation_id=organisation_id, until=until)
        return Shares(key, yes=len(_who(rows, item, yes)), of=len(rows), groups=_groups(rows), behind=_behind(rows))

    return measured


def spread(key: str) -> Callable[[uuid.UUID, datetime], Measurement]:
    """The measure of the answers to a scale or a number."""
    moment, item, scale = SPREADS[key]

    def measured(organisation_id: uuid.UUID, until: datetime) -> Spread:
        rows = _latest(moment, item, organisation_id=organisation_id, until=until)
        values = tuple(sorted(float(row.answers[item]) for row in rows))
        return Spread(values, _groups(rows), scale=scale, is_mean=True, behind=_behind(rows))

    return measured


def eased(organisation_id: uuid.UUID, until: datetime) -> Spread:
    """By how much the challenge gets less in the way at the reconvene than when the seat was taken, of those who answered both times."""
    later = _latest(Moment.AFTER_RECONVENE, "in_the_way", organisation_id=organisation_id, until=until)
    start = Response.objects.filter(organisation_id=organisation_id, moment=Moment.JOINING, answers__has_key="in_the_way")
    before = dict(start.filter(week_of__lt=until.date()).values_list("pseudonym", "answers"))
    pairs = [(before[row.pseudonym], row) for row in later if row.pseudonym in before]
    values = sorted(float(then["in_the_way"]) - float(row.answers["in_the_way"]) for then, row in pairs)
    rows = [row for _, row in pairs]
    return Spread(tuple(values), _groups(rows), scale=EITHER_WAY, is_mean=True, behind=_behind(rows))


def surer(organisation_id: uuid.UUID, until: datetime) -> Spread:
    """By how much people are surer at the reconvene than they find, looking back, that they were (the then-test, Howard 1980)."""
    rows = [
        row for row in _latest(Moment.AFTER_RECONVENE, "sure", organisation_id=organisation_id, until=until) if "sure_before" in row.answers
    ]
    values = sorted(float(row.answers["sure"]) - float(row.answers["sure_before"]) for row in rows)
    return Spread(tuple(values), _groups(rows), scale=EITHER_WAY, is_mean=True, behind=_behind(rows))


def missing(organisation_id: uuid.UUID, until: datetime) -> Counts:
    """What was missing for those who did not use their plan; each person once."""
    rows = _latest(Moment.TWELVE_WEEKS, "missing", organisation_id=organisation_id, until=until)
    by_reason: dict[str, list[Response]] = defaultdict(list)
    for row in rows:
        by_reason[str(row.answers["missing"])].append(row)
    cells = tuple(Cell(reason, len(some), _groups(some)) for reason, some in sorted(by_reason.items()))
    return Counts(cells, behind={reason: _behind(some)[""] for reason, some in by_reason.items()})


def benefit(organisation_id: uuid.UUID, until: datetime) -> Sum:
    """What people estimate, each with attribution and confidence. Who did not answer counts as nothing."""
    rows = [(adjusted(row.answers), row) for row in _latest(Moment.TWELVE_WEEKS, "value", organisation_id=organisation_id, until=until)]
    worth = [(value, row) for value, row in rows if value is not None]
    givers = [row for _, row in worth]
    return Sum(tuple(sorted(value for value, _ in worth)), _groups(givers), behind=_behind(givers))


def valued(organisation_id: uuid.UUID, until: datetime) -> Shares:
    """How many of those who answered after twelve weeks named a benefit above zero."""
    rows = _answered(Moment.TWELVE_WEEKS, organisation_id=organisation_id, until=until)
    yes = sum(adjusted(row.answers) is not None for row in rows)
    return Shares("valued", yes=yes, of=len(rows), groups=_groups(rows), behind=_behind(rows))


def share_by(key: str, attribute: str) -> Callable[[uuid.UUID, datetime], Measurement]:
    """The measure of a share by an attribute."""
    moment, item, yes = SHARES[key]

    def measured(organisation_id: uuid.UUID, until: datetime) -> Table:
        rows = _latest(moment, item, organisation_id=organisation_id, until=until)
        return table(key, attribute, organisation_id=organisation_id, behind=_behind(rows)[""], yes=_who(rows, item, yes))

    return measured


def register() -> None:
    """Put these measures into every report."""
    for key in SHARES:
        measure(key, share(key))
    for key in SPREADS:
        measure(key, spread(key))
    measure("eased", eased)
    measure("surer", surer)
    measure("missing", missing)
    measure("benefit", benefit)
    measure("valued", valued)
    for attribute in ATTRIBUTES:
        measure(f"again_by_{attribute}", share_by("again", attribute))


def _groups(rows: Iterable[Response]) -> int:
    return len({row.group_pseudonym for row in rows})


def _behind(rows: Iterable[Response]) -> dict[str, Behind]:
    """Who stands behind a figure, by the aliases that the rows have."""
    return {"": {row.voice: row.group_pseudonym for row in rows}}


def _who(rows: Iterable[Response], item: str, yes: tuple[str, ...]) -> frozenset[uuid.UUID | str]:
    return frozenset(row.voice for row in rows if row.answers[item] in yes)


def _latest(moment: Moment, item: str, *, organisation_id: uuid.UUID, until: datetime) -> list[Response]:
    """Of each person who answered an item the latest row from a week that had begun at `until`. A person in several cycles is one person."""
    return _answered(moment, organisation_id=organisation_id, until=until, item=item)


def _answered(moment: Moment, *, organisation_id: uuid.UUID, until: datetime, item: str = "") -> list[Response]:
    """The same without asking for one item: whoever answered anything."""
    rows = Response.objects.filter(organisation_id=organisation_id, moment=moment, week_of__lt=until.date())
    rows = rows.filter(answers__has_key=item) if item else rows.exclude(answers={})
    return list(rows.order_by("voice", "-week_of", "-id").distinct("voice").defer("own_words"))
