"""Proposes a level of responsibility for each job title or grade, as a table that a person confirms or corrects."""

import re
from collections.abc import Iterable, Mapping, Sequence

from reconvene.people.directory.column_words import normalise

# Bands of responsibility, from leading a few people to leading all. The first rule that fits decides; None says: leads nobody,
# as far as the words tell. Words are matched in normalised text (lower case, no accents, no signs).
_BANDS = 6
_RULES: tuple[tuple[str, int | None], ...] = (
    # grades of the United Kingdom's Senior Civil Service, and of those below it
    (r"scs ?4|permanent secretary|cabinet secretary", 6),
    (r"scs ?3|director general", 6),
    (r"scs ?2", 5),
    (r"scs ?1a?|deputy director", 4),
    (r"(g|grade ?)6", 4),
    (r"(g|grade ?)7", 3),
    (r"seo|heo", 1),
    # people who help a leader, and titles where the word means something else
    (r"(assistant|secretary|adviser|advisor|pa) to .*|(executive|personal|management|team) assistant|executive secretary", None),
    (r"(account|product|project|program|programme|community|content|social media|case|customer success) manager", None),
    (r"lead (engineer|developer|designer|architect|consultant)", None),
    # names of levels themselves
    (r"(first ?line|front ?line|first time) (manager|leader)\w*|new managers?", 1),
    (r"managers? of managers|(middle|upper) (manager|management)", 4),
    (r"^(executives?|executive (team|board|committee)|c (level|suite)|top management|board)$", 6),
    # leaders of all
    (r"c[efotimhpr]o|c[hms]ro|chief .* officer|chief executive|president(?<!vice president)|managing director", 6),
    (r"geschaftsfuhr\w*|vorstand\w*|directeur general|directrice generale|director general|directora general|algemeen directeur", 6),
    (r"chief .*|evp|svp|(executive|senior) vice president|board member", 6),
    (r"vp|vice president|avp|vicepresident\w*", 5),
    (r"(associate|assistant|deputy|senior) director", 4),
    (r"director|directeur|directrice|directora|direktor\w*|bereichsleit\w*|general manager", 5),
    (r"head of .*|head|.* head|senior manager|area manager|regional manager|country manager|hauptabteilungsleit\w*", 4),
    (r"assistant manager|junior manager|deputy manager|shift manager", 1),
    (r"manager|manageress|abteilungsleit\w*|chef de service|jefe de .*|gerente|afdelingshoofd|leiter\w*|responsable", 3),
    (r"team ?lead\w*|team ?manager|gruppenleit\w*|teamleit\w*|chef d equipe|jefe de equipo|teamleider", 2),
    (r"lead|principal|supervisor|foreman|schichtleit\w*|meister|superviseur|forewoman|charge nurse", 1),
)
_NUMBER = re.compile(r"\d{1,3}(?:[.,]0+)?")
_TEAM_FIRST = re.compile(r"\b(team ?manager|jefe de equipo|chef d equipe)\b")
_COMPILED = tuple((re.compile(rf"\b(?:{words})(?= |$)"), band) for words, band in _RULES)


def propose_levels(values: Iterable[str], ladder: Sequence[str]) -> dict[str, str | None]:
    """A level for each different value, None where the words tell no responsibility for others.

    `ladder` names the organisation's levels from the least to the greatest responsibility. A value that is a level's own
    name gets that level. Otherwise value and level names are read by the same rules, and the level nearest by band is taken, the
    lower one of two. Level names that tell nothing ("L1", "L2") are taken to be spread evenly.
    """
    different = dict.fromkeys(value for value in values if value.strip())
    if not ladder:
        return dict.fromkeys(different)
    own = {normalise(level): level for level in ladder}
    bands = _ladder_bands(ladder)
    proposed: dict[str, str | None] = {}
    for value in different:
        band = band_of(value)
        nearest = None if band is None else min(zip(bands, ladder, strict=True), key=lambda pair: abs(pair[0] - band))[1]
        proposed[value] = own.get(normalise(value), nearest)
    return proposed


def are_numbers(people: Mapping[str, int]) -> bool:
    """Whether a column of levels holds plain numbers: 1, 2, 3. `people` says how many have each value."""
    return 2 * sum(count for value, count in people.items() if _NUMBER.fullmatch(value)) > sum(people.values())


def order_numbers(values: Iterable[str], ladder: Sequence[str], *, smallest_is_top: bool) -> dict[str, str]:
    """A level for each plain number among the values, in their order: neighbours get neighbouring levels, from the least responsibility up.

    Where there are more numbers than levels, they are spread over all of them.
    """
    numbers = {value: _as_number(value) for value in values if _NUMBER.fullmatch(value)}
    different = sorted(set(numbers.values()), reverse=smallest_is_top)
    last, top = max(1, len(different) - 1), len(ladder) - 1
    place = {number: at if len(different) <= len(ladder) else round(at * top / last) for at, number in enumerate(different)}
    return {value: ladder[place[number]] for value, number in numbers.items()} if ladder else {}


def smallest_is_top(pairs: Iterable[tuple[str, str]]) -> bool | None:
    """Whether the smallest number is the highest level, as the reporting lines tell it; None when they do not.

    `pairs` holds the values of a person and of their manager.
    """
    votes = 0
    for value, above in pairs:
        if _NUMBER.fullmatch(value) and _NUMBER.fullmatch(above):
            mine, theirs = _as_number(value), _as_number(above)
            votes += (mine > theirs) - (mine < theirs)
    return votes > 0 if votes else None


def _as_number(value: str) -> int:
    return int(re.split("[.,]", value)[0])


def band_of(value: str) -> int | None:
    """The band of a title or grade, 1 (leads a few) to 6 (leads all), or None when its words do not tell."""
    text = normalise(value)
    if _TEAM_FIRST.search(text):
        return 2
    return next((band for words, band in _COMPILED if words.search(text)), None)


def _ladder_bands(ladder: Sequence[str]) -> list[float]:
    """The band of each level, rising. Where a name tells nothing, or less than the one before, it lies between its neighbours."""
    told: dict[int, float] = {}
    for place, level in enumerate(ladder):
        band = band_of(level)
        if band is not None and band > max(told.values(), default=0):
            told[place] = float(band)
    told.setdefault(0, 1.0)
    told.setdefault(len(ladder) - 1, max(_BANDS, *told.values()))
    anchors = sorted(told.items())
    bands = []
    for place in range(len(ladder)):
        below = max(anchor for anchor in anchors if anchor[0] <= place)
        above = min(anchor for anchor in anchors if anchor[0] >= place)
        share = (place - below[0]) / max(1, above[0] - below[0])
        bands.append(below[1] + share * (above[1] - below[1]))
    return bands
