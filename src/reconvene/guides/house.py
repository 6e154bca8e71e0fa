"""The house rules for the wording of a guide: what `guides/README.md` asks and a machine can see. Pure.

Called by guides.script for each guide; every finding has its line and says how to mend it. A guide in another language than English is held to the rules
that hold in any: lengths, in characters because words are not everywhere of one size, and what must not stand in a mail.
"""

import re
from collections.abc import Iterator

from reconvene.base.translation import gettext as _
from reconvene.guides.guide import NAMED, Guide
from reconvene.guides.sheet import Sheet
from reconvene.text.words import is_english

LONGEST_TIP = 200  # characters
LONGEST_PHRASE = 120  # characters
LONGEST_SLUG = 80  # characters, as the tables have them
HIGHEST_KEY = 30_000  # that a file may bring; what follows it still has numbers
TELLING = 5  # letters from which on a word of the title says what the topic is
WORDS = {"What it is": (15, 90), "What it is not": (15, 90), "What is going on": (120, 220), "A case": (100, 160), "First step": (8, 60)}
ACTION_WORDS = (40, 110)
FACT_WORDS = {"Fits when": 40, "Not when": 40, "First step": 45, "Works if": 45}
RESTS_ON = {
    "strong": frozenset({"meta-analysis", "review", "field experiment"}),
    "moderate": frozenset({"meta-analysis", "review", "field experiment", "experiment"}),
}
"""The kinds of work of which a strategy must name one to be called so."""
AID_LINES = (10, 36)
HEADINGS = ("Job aid", "Key questions", "Reconvene questions", "Buddy questions", "If-then examples")  # besides those in WORDS
FEWEST, MOST = 1.5, 9  # characters that stand for a word of an English guide, from Chinese to German
ENOUGH_TO_TELL = 300  # characters of a guide, from which on its language is told; with fewer it is taken for English
TURN = re.compile(r"\b[Tt]urn to \w")

QUESTION_MARKS = ("?", "？", "؟", ";")  # the last is the Greek one

_WORD = re.compile(r"[^\W\d_]+")
_CAUSES = ("Mine", "Ours", "Theirs")
_MONTH = re.compile(r"\b(January|February|April|June|July|August|September|October|November|December)\b")
_UNWANTED = re.compile(r"!|\b(?:themes?|facilitators?|best practices?|circles?|users?)\b", re.IGNORECASE)
_UNSOUND = re.compile(
    r"learning styles?|learning pyramid|\bMBTI\b|Myers[- ]Briggs|7-38-55|70-20-10|10,?000 hours|power pos(?:e|es|ing)\b|90 ?(?:%|per ?cent) is forgotten"
    r"|70 ?(?:%|per ?cent) of (?:all )?changes?",
    re.IGNORECASE,
)
_AMERICAN = re.compile(
    r"\b(?:behavior|favor|color|labor\b|organiz|recogniz|realiz|apologiz|prioritiz|criticiz|summariz|emphasiz|center\b)\w*", re.IGNORECASE
)
_PRACTICE = re.compile(r"\b(?:is|are) practice\b|\bour own experience\b")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def keep_house_rules(guide: Guide, sheet: Sheet) -> None:
    """Note at the sheet whatever the wording of the guide does against the rules."""
    english = _is_english(guide)
    for line, words in (
        *_fields(guide, sheet, english),
        *_lengths(sheet, english),
        *_causes(guide, sheet),
        *_cards(guide, sheet, english),
        *_endings(guide, sheet, english),
        *_weekly(guide, sheet),
        *_wording(sheet, english),
    ):
        sheet.problem(line, words.replace("%", "%%"))


def _is_english(guide: Guide) -> bool:
    """Whether a guide is written in English, by its running text."""
    told = (guide.lede, guide.what_it_is, guide.what_it_is_not, guide.case, guide.first_step, *(card.action for card in guide.cards))
    text = "\n".join((*told, *guide.key_questions, *guide.questions, *guide.if_then))
    return len(text) < ENOUGH_TO_TELL or is_english(text)


def _outside(text: str, least: int, most: int, english: bool) -> dict[str, int | str]:
    """How long a text is and how long it may be, when it is not as long as that; nothing when it is. The bounds are words of an English one."""
    if english:
        count, unit = len(text.split()), _("words")
    else:
        count, least, most, unit = len(text), int(FEWEST * least), MOST * most, _("characters")
    return {} if least <= count <= most else {"count": count, "least": least, "most": most, "unit": unit}


def _fields(guide: Guide, sheet: Sheet, english: bool) -> Iterator[tuple[int, str]]:
    if guide.slug and not _SLUG.fullmatch(guide.slug):
        yield sheet.lines["slug"], _("the slug '%(slug)s' must be small letters and hyphens.") % {"slug": guide.slug}
    if len(guide.slug) > LONGEST_SLUG:
        yield sheet.lines["slug"], _("the slug has %(count)s characters; %(most)s fit.") % {"count": len(guide.slug), "most": LONGEST_SLUG}
    if guide.code and not re.fullmatch(r"[A-Z]\d{1,3}", guide.code):
        yield sheet.lines["code"], _("the code '%(code)s' must be a capital and a number, like A6.") % {"code": guide.code}
    if english and guide.caution and not TURN.search(guide.caution):
        yield sheet.lines["caution"], _("the caution does not say where to turn; add 'Turn to …'.")
    said = [phrase.casefold().strip(" .") for phrase in (*guide.sounds_like, *guide.phrases, *guide.phrases_de)]
    for phrase in sorted({phrase for phrase in said if said.count(phrase) > 1}):
        yield sheet.lines.get("phrases", 1), _("the phrase '%(phrase)s' is there twice; keep one.") % {"phrase": phrase}
    for phrase in (phrase for phrase in (*guide.phrases, *guide.phrases_de) if len(phrase) > LONGEST_PHRASE):
        words = _("the phrase '%(phrase)s…' is longer than %(most)s characters; shorten it.")
        yield sheet.lines.get("phrases", 1), words % {"phrase": phrase[:30], "most": LONGEST_PHRASE}


def _lengths(sheet: Sheet, english: bool) -> Iterator[tuple[int, str]]:
    for section in sheet.sections:
        least, most = WORDS.get(section.title, (0, 0))
        if most and section.text and (wrong := _outside(section.text, least, most, english)):
            yield section.line, _("'%(title)s' has %(count)s %(unit)s; write %(least)s to %(most)s.") % {"title": section.title, **wrong}
        if section.title in ("What it is", "What it is not") and "\n\n" in section.text:
            yield section.line, _("'%(title)s' is more than one paragraph; write one.") % {"title": section.title}
        lines = len(section.text.splitlines())
        if section.title == "Job aid" and section.text and not AID_LINES[0] <= lines <= AID_LINES[1]:
            words = _("'Job aid' has %(count)s lines; half a page is %(least)s to %(most)s.")
            yield section.line, words % {"count": lines, "least": AID_LINES[0], "most": AID_LINES[1]}
        if section.title != "Strategies":
            for number, line in enumerate(section.lines, section.line + 1):
                if line.startswith("#"):
                    yield number, _("a heading inside '%(title)s'; write it in bold instead.") % {"title": section.title}


def _causes(guide: Guide, sheet: Sheet) -> Iterator[tuple[int, str]]:
    for number, whose in enumerate(_CAUSES, 1):
        if guide.going_on and not re.search(rf"^{number}\. \*\*{whose} to change\.\*\* ", guide.going_on, re.MULTILINE):
            words = _("'What is going on' has no line that begins '%(number)s. **%(whose)s to change.** '; write it.")
            yield sheet.line_of("What is going on"), words % {"number": number, "whose": whose}


def _cards(guide: Guide, sheet: Sheet, english: bool) -> Iterator[tuple[int, str]]:
    lines = {block.title: block.line for section in sheet.sections if section.title == "Strategies" for block in section.split("### ")}
    if len(lines) < len(guide.cards):
        yield sheet.line_of("Strategies"), _("two strategies have one title; tell them apart.")
    keys = [card.key for card in guide.cards]
    for card in guide.cards:
        line, named = lines[card.title], NAMED.findall(card.source)
        if card.key and (keys.count(card.key) > 1 or not re.fullmatch(rf"{re.escape(guide.code.lower())}-[1-9]\d*", card.key)):
            words = _("the key '%(key)s' must be '%(code)s-' and a number of its own.")
            yield line, words % {"key": card.key, "code": guide.code.lower()}
        elif card.key and int(card.key.rpartition("-")[2]) > HIGHEST_KEY:
            yield line, _("the number of the key '%(key)s' is higher than %(most)s.") % {"key": card.key, "most": HIGHEST_KEY}
        if wrong := _outside(card.action, *ACTION_WORDS, english):
            yield (
                line,
                _("'%(title)s' says what to do in %(count)s %(unit)s; write %(least)s to %(most)s.") % {"title": card.title, **wrong},
            )
        facts = (card.fits_when, card.not_when, card.first_step, card.works_if)
        for (name, most), text in zip(FACT_WORDS.items(), facts, strict=True):
            if wrong := _outside(text, 0, most, english):
                yield line, _("'%(name)s' of '%(title)s' is longer than %(most)s %(unit)s.") % {"name": name, "title": card.title, **wrong}
        for author, year in named:
            if not any(source.is_named(author, year) for source in guide.sources):
                words = _("'%(title)s' rests on %(author)s (%(year)s), which is not under '## Sources'; add it there.")
                yield line, words % {"title": card.title, "author": author, "year": year}
        if card.strength not in ("practice", "") and not named:
            words = _("'%(title)s' is called %(strength)s and names no author with a year; name one, or call it practice.")
            yield line, words % {"title": card.title, "strength": card.strength}
        if card.strength in RESTS_ON and _PRACTICE.search(card.source):
            words = _("'%(title)s' is called %(strength)s, and its source says that it is practice; call it weak.")
            yield line, words % {"title": card.title, "strength": card.strength}
        kinds = {one.kind for one in guide.sources for author, year in named if one.is_named(author, year)}
        if named and card.strength in RESTS_ON and not kinds & RESTS_ON[card.strength]:
            words = _("'%(title)s' is called %(strength)s, and no work that it names is one of: %(kinds)s; name one, or call it weak.")
            yield line, words % {"title": card.title, "strength": card.strength, "kinds": ", ".join(sorted(RESTS_ON[card.strength]))}


def _endings(guide: Guide, sheet: Sheet, english: bool) -> Iterator[tuple[int, str]]:
    asked = ("Questions", "Reconvene questions", "Buddy questions", "Key questions")
    for line, entry in (found for title in asked for found in sheet.entries(title)):
        if not entry.endswith("?" if english else QUESTION_MARKS):
            yield line, _("a question must end with a question mark.")
    for line, entry in sheet.entries("Key questions") if english else ():
        if not re.match(r"How (?:can|could|do) (?:we|I) ", entry) or not re.search(r" so that ", entry):
            yield line, _("a key question reads 'How can we … so that …?', or 'How can I …'.")
    for line, entry in sheet.entries("If-then examples") if english else ():
        if not re.fullmatch(r"If .+, then I .+\.", entry):
            yield line, _("an example reads 'If <what one can see or hear>, then I <one small act>.'")
    if len(re.findall(r"[.?](?: |$)", guide.first_step)) > 3:
        yield sheet.line_of("First step"), _("'First step' is longer than three sentences; keep it small.")


def _weekly(guide: Guide, sheet: Sheet) -> Iterator[tuple[int, str]]:
    """Tips and buddy questions stand in mails that others may come to see: short, and with no telling word of the topic's title."""
    telling = {word for word in _WORD.findall(guide.title.lower()) if len(word) >= TELLING}
    for line, entry in (found for title in ("Tips", "Buddy questions") for found in sheet.entries(title)):
        for word in sorted(telling & set(_WORD.findall(entry.lower()))):
            words = _("a text for mails says '%(word)s', which tells the topic to whoever sees the mail; say it without.")
            yield line, words % {"word": word}
        if len(entry) > LONGEST_TIP:
            words = _("a text for mails has %(count)s characters; keep it to %(most)s.")
            yield line, words % {"count": len(entry), "most": LONGEST_TIP}


def _wording(sheet: Sheet, english: bool) -> Iterator[tuple[int, str]]:
    """Words that no text of a guide uses. The phrases for matching may: people speak as they speak; titles of works are as they are."""
    quoted = range(sheet.line_of("Sources"), len(sheet.every_line) + 1) if sheet.line_of("Sources") > 1 else range(0)
    unseen = sheet.lines_of_fields("phrases", "phrases_de")
    for number, line in enumerate(sheet.every_line, 1):
        if number in unseen:
            continue
        for found in _UNSOUND.findall(line):
            yield number, _("'%(word)s' stands for a claim that is not sound; leave it out.") % {"word": found}
        if not english or number in quoted or line.startswith("- Source:"):
            continue
        for found in _UNWANTED.findall(line):
            yield number, _("'%(word)s' is not how this house speaks; say it otherwise.") % {"word": found}
        for found in _MONTH.findall(line):
            yield number, _("names the month %(month)s; guides are read all year, say it without.") % {"month": found}
        for found in _AMERICAN.findall(line):
            yield number, _("'%(word)s' is American spelling; write it the British way.") % {"word": found}
