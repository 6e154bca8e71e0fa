"""Session protocols as values, and the parsers of the Markdown that guides and protocols are written in. Pure.

Called by guides.library and, for the values, by guides and rooms. `guides/README.md` describes the layout of the files.
"""

import re
from dataclasses import dataclass, replace

from reconvene.base.translation import gettext as _
from reconvene.guides.guide import LEVELS, MOST_RELATED, STRENGTHS, Guide, Source, StrategyCard
from reconvene.guides.house import keep_house_rules
from reconvene.guides.sheet import Section, Sheet

LENGTHS = (60, 75, 90)  # minutes
SEES = ("me", "buddy", "group", "company", "counts")
MODES = ("topic", "case", "trio", "seven")
STEP_KINDS = {
    "first": ("arrive", "question", "turns", "ask", "causes", "cards", "ideas", "score", "gap", "plan", "date", "close"),
    "reconvene": ("arrive", "turns", "ask", "lessons", "readout", "score", "settle", "plan", "choices", "close"),
}
MODE_KINDS = {"case": ("whose", "tell", "reply"), "trio": ("rounds",)}  # besides those of every session
FEWEST_PEOPLE, MOST_PEOPLE = 3, 6
WEEKS = 4  # of practice: a tip and a question for the buddy in each
GUIDE_SECTIONS = (
    "What it is",
    "What it is not",
    "Key questions",
    "Story prompts",
    "What is going on",
    "Strategies",
    "A case",
    "Questions",
    "First step",
    "Job aid",
    "If-then examples",
    "Tips",
    "Buddy questions",
    "Signals",
    "Reconvene questions",
    "Sources",
)
GUIDE_FIELDS = frozenset(
    ["code", "slug", "title", "headline", "levels", "lede", "sounds_like", "phrases", "phrases_de", "related", "caution"] + ["reviewed_on"]
)
OWN_FIELDS = GUIDE_FIELDS | {"adapts", "minutes"}  # minutes are counted; files of before December 2026 name them
PROTOCOL_FIELDS = frozenset({"kind", "mode", "title", "fits", "people", "lengths"})
CARD_FACTS = ("Key", "Fits when", "Not when", "First step", "Works if", "Source", "Strength")
STEP_FACTS = ("Kind", "Prompt", "How", "Host line", "Sees", "Cut order", "May overrun")
KINDS = ("meta-analysis", "review", "field experiment", "experiment", "survey", "case study", "book", "theory")
CERTAINTIES = {"sure": True, "to check": False}


@dataclass(frozen=True)
class Demands:
    """The fewest of what a guide must have: phrases for matching, sources, neighbours."""

    phrases: int
    sources: int
    related: int
    is_checked: bool = True


BUILT_IN = Demands(40, 1, 2)
OWN = Demands(8, 0, 0)  # an organisation's own: its people's words are nearer, and what rests on experience names no work
PUBLISHED = Demands(0, 0, 0, is_checked=False)  # passed the checker once: a rule that came later must not take it from its readers

_DATED = re.compile(r".+ \((?:\d{4}|\d{4}[-–]\d{2,4})\)")


@dataclass(frozen=True)
class Part:
    """A stretch of a step, in whole minutes. `silent`: everyone writes, nobody talks."""

    key: str
    title: str
    minutes: int
    silent: bool
    how: str


@dataclass(frozen=True)
class Step:
    """A step of a session. `kind` is the room's behaviour, `sees` who sees what is written in it, `minutes` the sum of its parts.

    `cut_order` says when it gives minutes away, 1 first; None: never.
    """

    key: str
    kind: str
    title: str
    prompt: str
    how: str
    host_line: str
    sees: str
    minutes: int
    parts: tuple[Part, ...]
    cut_order: int | None
    may_overrun: bool


@dataclass(frozen=True)
class Protocol:
    """A conducted session: `kind` first or reconvene, `mode` one of MODES, `length` in minutes.

    `fits` says in one sentence for whom it is; `people` is the fewest and the most that it can be held with.
    """

    key: str
    kind: str
    mode: str
    title: str
    fits: str
    people: tuple[int, int]
    length: int
    steps: tuple[Step, ...]


def parse_guide(text: str, *, source: str, demands: Demands = BUILT_IN) -> Guide:
    """The guide written in `text`. `source` names the file in errors; `demands` is OWN for a guide that an organisation wrote,
    and PUBLISHED for one that its members read already.

    Raises:
        ScriptError: with every problem found, not only the first.
    """
    sheet = Sheet(text, source, fields=GUIDE_FIELDS if demands is BUILT_IN else OWN_FIELDS)
    sheet.expect_sections(GUIDE_SECTIONS)
    guide = Guide(
        code=sheet.text("code"),
        slug=sheet.text("slug"),
        title=sheet.text("title"),
        headline=sheet.text("headline"),
        levels=sheet.choices("levels", LEVELS),
        lede=sheet.text("lede"),
        sounds_like=sheet.texts("sounds_like", 3, 5),
        phrases=sheet.texts("phrases", demands.phrases, 100),
        phrases_de=sheet.texts("phrases_de", 30, 60) if "phrases_de" in sheet.front else (),
        what_it_is=sheet.prose("What it is"),
        what_it_is_not=sheet.prose("What it is not"),
        key_questions=sheet.items("Key questions", 3, 3),
        story_prompts=sheet.items("Story prompts", 3, 3),
        going_on=sheet.prose("What is going on"),
        cards=tuple(_card(block, sheet) for block in sheet.blocks("Strategies", 4, 6)),
        case=sheet.prose("A case"),
        questions=sheet.items("Questions", 4, 6),
        first_step=sheet.prose("First step"),
        job_aid=sheet.prose("Job aid"),
        if_then=sheet.items("If-then examples", 3, 4),
        tips=sheet.items("Tips", WEEKS, WEEKS),
        buddy_questions=sheet.items("Buddy questions", WEEKS, WEEKS),
        signals=sheet.items("Signals", 2, 4),
        reconvene_questions=sheet.items("Reconvene questions", 3, 4),
        sources=_sources(sheet) if demands.sources or sheet.entries("Sources") else (),
        related=sheet.texts("related", demands.related, MOST_RELATED),
        caution=sheet.text("caution", optional=True),
        reviewed_on=sheet.day("reviewed_on"),
        adapts=sheet.day("adapts") if "adapts" in sheet.front else None,
    )
    if demands.is_checked:
        keep_house_rules(guide, sheet)
        sheet.finish()
    return guide


def parse_protocol(text: str, *, source: str) -> tuple[Protocol, ...]:
    """The protocols written in `text`, one for each of its lengths, the shortest first. `source` names the file in errors.

    Raises:
        ScriptError: with every problem found, not only the first.
    """
    sheet = Sheet(text, source, fields=PROTOCOL_FIELDS)
    kind = sheet.choice("kind", tuple(STEP_KINDS))
    mode = sheet.choice("mode", MODES)
    title, fits, people = sheet.text("title"), sheet.text("fits"), sheet.span("people", FEWEST_PEOPLE, MOST_PEOPLE)
    lengths = tuple(int(length) for length in sheet.choices("lengths", tuple(str(length) for length in LENGTHS)))
    kinds = (*STEP_KINDS.get(kind, ()), *MODE_KINDS.get(mode, ()))
    timed = [_timed_steps(section, kinds, lengths, sheet) for section in sheet.sections]
    sheet.finish()
    return tuple(
        Protocol(
            f"{kind}-{mode}-{length}",
            kind,
            mode,
            title,
            fits,
            people,
            length,
            tuple(steps[length] for steps in timed if steps[length].parts),
        )
        for length in lengths
    )


def _card(block: Section, sheet: Sheet) -> StrategyCard:
    facts, rest = sheet.facts(block, CARD_FACTS)
    if not rest:
        sheet.problem(block.line, _("'%(title)s' says nothing to do; write the action above the list."), title=block.title)
    strength = facts["Strength"]
    if strength and strength not in STRENGTHS:
        words = _("Strength of '%(title)s' is '%(strength)s'; write one of %(known)s.")
        sheet.problem(block.line, words, title=block.title, strength=strength, known=", ".join(STRENGTHS))
    key, fits_when, not_when, first_step, works_if, source, _strength = (facts[name] for name in CARD_FACTS)
    return StrategyCard(key, block.title, rest, fits_when, not_when, first_step, works_if, source, strength)


def _sources(sheet: Sheet) -> tuple[Source, ...]:
    """The works under "Sources": `- Authors, Title (year); kind; certainty`."""
    sheet.items("Sources", 1, 20)
    found = []
    for line, entry in sheet.entries("Sources"):
        work, kind, certainty = (part.strip() for part in (["", "", "", *entry.rsplit(";", 2)])[-3:])
        if not _DATED.fullmatch(work) or kind not in KINDS or certainty not in CERTAINTIES:
            words = _("a source must read '- Authors, Title (year); kind; certainty', kind one of %(kinds)s, certainty one of %(known)s.")
            sheet.problem(line, words, kinds=", ".join(KINDS), known=", ".join(CERTAINTIES))
            work = entry  # so that a card that names it is not told a second time
        found.append(Source(work, kind, CERTAINTIES.get(certainty, False)))
    return tuple(found)


def _timed_steps(section: Section, kinds: tuple[str, ...], lengths: tuple[int, ...], sheet: Sheet) -> dict[int, Step]:
    """The step for each length; without parts where the session of that length leaves it out."""
    facts, rest = sheet.facts(section, STEP_FACTS)
    key, _colon, title = section.title.partition(": ")
    allowed = {"Kind": kinds, "Sees": SEES, "May overrun": ("yes", "no")}
    for name, values in allowed.items():
        if facts[name] and values and facts[name] not in values:
            words = _("%(name)s is '%(value)s'; write one of %(known)s.")
            sheet.problem(section.line, words, name=name, value=facts[name], known=", ".join(values))
    if not title:
        sheet.problem(section.line, _("'%(title)s' is no step; write '## key: Title'."), title=section.title)
    if facts["Cut order"] and facts["Cut order"] != "never" and not facts["Cut order"].isdecimal():
        sheet.problem(section.line, _("Cut order is '%(value)s'; write a whole number or 'never'."), value=facts["Cut order"])
    order = int(facts["Cut order"]) if facts["Cut order"].isdecimal() else None
    texts = (title, facts["Prompt"], facts["How"], facts["Host line"], facts["Sees"])
    bare = Step(key, facts["Kind"], *texts, 0, (), order, facts["May overrun"] == "yes")
    parts = {length: _parts(section, rest, length, sheet) for length in lengths}
    return {length: replace(bare, minutes=sum(p.minutes for p in held), parts=held) for length, held in parts.items()}


def _parts(section: Section, text: str, length: int, sheet: Sheet) -> tuple[Part, ...]:
    """The rows of the step's table that have minutes at this length."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    wanted = {"Part", "Title", "Silent", "How", str(length)}
    if len(rows) < 3 or not wanted <= set(rows[0]) or any(len(row) != len(rows[0]) for row in rows):
        words = _("'%(title)s' needs a table of parts with full rows and the columns %(columns)s.")
        sheet.problem(section.line, words, title=section.title, columns=", ".join(sorted(wanted)))
        return ()
    held = []
    for row in (dict(zip(rows[0], cells, strict=True)) for cells in rows[2:]):
        minutes = row[str(length)]
        if row["Silent"] not in ("yes", "no") or not (minutes == "-" or (minutes.isdecimal() and int(minutes) > 0)):
            words = _("part '%(part)s' of '%(title)s': Silent must be yes or no, minutes a whole number or '-' for left out at %(length)s.")
            sheet.problem(section.line, words, part=row["Part"], title=section.title, length=length)
        elif minutes != "-":
            held.append(Part(row["Part"], row["Title"], int(minutes), row["Silent"] == "yes", row["How"]))
    return tuple(held)
