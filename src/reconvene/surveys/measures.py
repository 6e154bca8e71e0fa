"""Measurements of the questionnaires, put into every report through `releases` and its gate. No row of a person leaves this module.

The outcome chain of method 4.2, as far as questionnaires know of it: need, sureness, used often, still doing it, a measure moved, money.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime

from reconvene.base.pseudonyms import pseudonym_of
from reconvene.groups.models import Programme
from reconvene.groups.rules import Half, ProgrammeKind
from reconvene.privacy.disclosure import Cell
from reconvene.programmes.models import Participant
from reconvene.releases.attributes import ATTRIBUTES, by_programme, table
from reconvene.releases.measurements import Behind, Contrast, Counts, HalfAnswers, Measurement, Shares, Spread, Sum, Table
from reconvene.releases.registry import measure
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
OVER_PROGRAMMES = ("usable", "openly")
"""Spreads that are told by programme too, because gates are judged by them; and of the shares:"""
SHARED_OUT = ("again", "still_doing")
CONTRASTS = {"contrast_in_the_way": ("in_the_way", -1, "eased"), "contrast_sure": ("sure", 1, "contrast_sure")}
"""By key of the report: the item, whether more is better (1) or worse (-1), and with which figures it is added up."""
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
    changes = _changes(later, "in_the_way", since=Moment.JOINING, until=until)
    rows = [row for row, _ in changes]
    return Spread(tuple(sorted(-change for _, change in changes)), _groups(rows), scale=EITHER_WAY, is_mean=True, behind=_behind(rows))


def surer(organisation_id: uuid.UUID, until: datetime) -> Spread:
    """By how much people are surer at the reconvene than they find, looking back, that they were (the then-test, Howard 1980)."""
    rows, values = _surer(organisation_id, until)
    return Spread(tuple(sorted(values.values())), _groups(rows), scale=EITHER_WAY, is_mean=True, behind=_behind(rows))


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


def share_by_programme(key: str) -> Callable[[uuid.UUID, datetime], Measurement]:
    """The measure of a share by programme."""
    moment, item, yes = SHARES[key]

    def measured(organisation_id: uuid.UUID, until: datetime) -> Table:
        rows = _latest(moment, item, organisation_id=organisation_id, until=until)
        return by_programme(key, behind=_behind(rows)[""], programmes=_programmes(rows), yes=_who(rows, item, yes))

    return measured


def spread_by_programme(key: str) -> Callable[[uuid.UUID, datetime], Measurement]:
    """The measure of a mean by programme."""
    moment, item, scale = SPREADS[key]

    def measured(organisation_id: uuid.UUID, until: datetime) -> Table:
        rows = _latest(moment, item, organisation_id=organisation_id, until=until)
        return _means(key, rows, {row.voice: float(row.answers[item]) for row in rows}, scale=scale)

    return measured


def eased_by_programme(organisation_id: uuid.UUID, until: datetime) -> Table:
    """By how much the challenge eased, by programme."""
    later = _latest(Moment.AFTER_RECONVENE, "in_the_way", organisation_id=organisation_id, until=until)
    changes = _changes(later, "in_the_way", since=Moment.JOINING, until=until)
    return _means("eased", [row for row, _ in changes], {row.voice: -change for row, change in changes}, scale=EITHER_WAY)


def surer_by_programme(organisation_id: uuid.UUID, until: datetime) -> Table:
    """By how much people are surer, looking back, by programme."""
    rows, values = _surer(organisation_id, until)
    return _means("surer", rows, values, scale=EITHER_WAY)


def contrast(key: str) -> Callable[[uuid.UUID, datetime], Measurement]:
    """The measure of those who took part beside those who waited, in pilots: by how much more an answer got better between the two times at which
    both halves were asked. Who took part: from before the first session to the reconvene of their first cycle in the pilot. Who waited: from the draw
    until their turn came.
    """
    item, sign, question = CONTRASTS[key]

    def measured(organisation_id: uuid.UUID, until: datetime) -> Contrast:
        rows = list(
            Response.objects.counted(until).filter(
                organisation_id=organisation_id, moment__in=[Moment.AFTER_RECONVENE, Moment.BEFORE_TURN],
                answers__has_key=item, programme__kind=ProgrammeKind.PILOT, programme__drawn_at__isnull=False,
            ).order_by("-week_of", "id").defer("own_words")
        )  # fmt: skip
        first = _in_the_first_half(organisation_id, {row.programme_id for row in rows})
        drawn = Programme.objects.filter(organisation_id=organisation_id, kind=ProgrammeKind.PILOT, drawn_at__lte=until)
        pilots = {}
        for programme in sorted(
            {row.programme_id for row in rows} | set(drawn.values_list("id", flat=True))
        ):  # that one answered is not told
            came = [
                row
                for row in rows
                if row.programme_id == programme and row.moment == Moment.AFTER_RECONVENE and (programme, row.voice) in first
            ]
            waited = [row for row in rows if row.programme_id == programme and row.moment == Moment.BEFORE_TURN]
            pilots[str(programme)] = (
                _half(_changes(came, item, since=Moment.JOINING, until=until), sign),
                _half(_changes(waited, item, since=Moment.WAITING, until=until), sign),
            )
        return Contrast(question, pilots, scale=EITHER_WAY)

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
    for key in SHARED_OUT:
        measure(f"{key}_by_programme", share_by_programme(key))
    for key in OVER_PROGRAMMES:
        measure(f"{key}_by_programme", spread_by_programme(key))
    measure("eased_by_programme", eased_by_programme)
    measure("surer_by_programme", surer_by_programme)
    for key in CONTRASTS:
        measure(key, contrast(key))


def _changes(rows: Iterable[Response], item: str, *, since: Moment, until: datetime) -> list[tuple[Response, float]]:
    """Of those who answered an item at `since` too: their later row, and by how much the answer rose."""
    rows = list(rows)
    earlier = Response.objects.counted(until).filter(pseudonym__in=[row.pseudonym for row in rows], moment=since, answers__has_key=item)
    before = dict(earlier.values_list("pseudonym", "answers"))
    return [(row, float(row.answers[item]) - float(before[row.pseudonym][item])) for row in rows if row.pseudonym in before]


def _surer(organisation_id: uuid.UUID, until: datetime) -> tuple[list[Response], dict[uuid.UUID | str, float]]:
    """Who answered how sure they are and, looking back, how sure they were; and the difference by person."""
    answered = _latest(Moment.AFTER_RECONVENE, "sure", organisation_id=organisation_id, until=until)
    rows = [row for row in answered if "sure_before" in row.answers]
    return rows, {row.voice: float(row.answers["sure"]) - float(row.answers["sure_before"]) for row in rows}


def _means(key: str, rows: Iterable[Response], values: Mapping[uuid.UUID | str, float], *, scale: tuple[float, float]) -> Table:
    rows = list(rows)
    return by_programme(key, behind=_behind(rows)[""], programmes=_programmes(rows), values=values, scale=scale)


def _programmes(rows: Iterable[Response]) -> dict[uuid.UUID | str, uuid.UUID]:
    return {row.voice: row.programme_id for row in rows}


def _half(changes: Iterable[tuple[Response, float]], sign: int) -> HalfAnswers:
    """The answers of one half by person; of several rows of one person the earliest, which comes last."""
    found = {row.voice: (sign * change, row.group_pseudonym or None) for row, change in changes}
    return HalfAnswers({voice: change for voice, (change, _) in found.items()}, {voice: group for voice, (_, group) in found.items()})


def _in_the_first_half(organisation_id: uuid.UUID, programmes: Collection[uuid.UUID]) -> set[tuple[uuid.UUID, str]]:
    """Programme and alias of everybody whom the draw put into the half that began at once, also of those who take part no longer."""
    rows = Participant.objects.filter(organisation_id=organisation_id, programme__in=programmes, half=Half.FIRST)
    return {(programme, pseudonym_of(organisation_id, person)) for programme, person in rows.values_list("programme_id", "person_id")}


def _groups(rows: Iterable[Response]) -> int:
    return len({row.group_pseudonym for row in rows})


def _behind(rows: Iterable[Response]) -> dict[str, Behind]:
    """Who stands behind a figure, by the aliases that the rows have."""
    return {"": {row.voice: row.group_pseudonym for row in rows}}


def _who(rows: Iterable[Response], item: str, yes: tuple[str, ...]) -> frozenset[uuid.UUID | str]:
    return frozenset(row.voice for row in rows if row.answers[item] in yes)


def _latest(moment: Moment, item: str, *, organisation_id: uuid.UUID, until: datetime) -> list[Response]:
    """Of each person who answered an item the latest row from a week that was over at `until`. A person in several cycles is one person."""
    return _answered(moment, organisation_id=organisation_id, until=until, item=item)


def _answered(moment: Moment, *, organisation_id: uuid.UUID, until: datetime, item: str = "") -> list[Response]:
    """The same without asking for one item: whoever answered anything."""
    rows = Response.objects.counted(until).filter(organisation_id=organisation_id, moment=moment)
    rows = rows.filter(answers__has_key=item) if item else rows.exclude(answers={})
    return list(rows.order_by("voice", "-week_of", "-id").distinct("voice").defer("own_words"))
