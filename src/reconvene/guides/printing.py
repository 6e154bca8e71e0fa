"""A guide as a file, tagged for screen readers: the handout on one sheet, and the booklet for whoever hosts. Called by guides.views.

A file takes a few hundredths of a second (benchmarks/guides.py), so it is made when it is asked for; the last ones are kept.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from reconvene.base.typesetting import CannotPrint, draw_pages, set_pages
from reconvene.guides.catalogue import library
from reconvene.guides.guide import Guide, StrategyCard
from reconvene.guides.markup import to_pieces
from reconvene.guides.script import LENGTHS, MODES, Part, Protocol, Step
from reconvene.guides.shares import ROUNDS, rounds, turns
from reconvene.guides.showing import KINDS, STRENGTHS

FOLDER = Path(__file__).parent / "typst"
KEPT = 64  # files in a process, some 60 kB each


class Layout(StrEnum):
    """What is made of a guide."""

    HANDOUT = "handout"
    BOOKLET = "booklet"


def printed(guide: Guide, layout: Layout, *, organisation: str, mode: str = MODES[0]) -> bytes:
    """The guide as a PDF in the language of the page, with the organisation's name at its foot where there are letters for it; of a booklet, the one for this
    mode, one of MODES. Raises CannotPrint.
    """
    language, folder = get_language() or "en", Path(settings.GUIDES_FOLDER)
    try:
        return _printed(guide, layout, organisation, mode, language, folder)
    except CannotPrint:
        return _printed(guide, layout, "", mode, language, folder)


@lru_cache(maxsize=KEPT)
def _printed(guide: Guide, layout: Layout, organisation: str, mode: str, language: str, _folder: Path) -> bytes:
    matter = _matter(guide, layout, organisation, language, mode)
    return set_pages(FOLDER / f"{layout}.typ", matter, is_tagged=True, on=guide.reviewed_on)


def drawn(guide: Guide, *, organisation: str) -> list[bytes]:
    """The pages of the handout as pictures, for whoever writes the guide. Raises CannotPrint."""
    return draw_pages(FOLDER / f"{Layout.HANDOUT}.typ", _matter(guide, Layout.HANDOUT, organisation, get_language() or "en"))


def _matter(guide: Guide, layout: Layout, organisation: str, language: str, mode: str = MODES[0]) -> dict[str, Any]:
    about = {
        "language": language.partition("-")[0],
        "organisation": organisation,
        "foot": " · ".join(part for part in (guide.title, organisation) if part),
        "guide": _guide(guide),
        "words": _words(guide),
    }
    return about | (_handout(guide) if layout is Layout.HANDOUT else _booklet(guide, mode))


def _guide(guide: Guide) -> dict[str, Any]:
    """What both layouts show of the guide itself."""
    return {
        "title": guide.title,
        "headline": guide.headline,
        "lede": guide.lede,
        "caution": guide.caution,
        "sounds_like": [f"“{line}”" for line in guide.sounds_like],
        "what_it_is": guide.what_it_is,
        "what_it_is_not": guide.what_it_is_not,
        "going_on": to_pieces(guide.going_on),
        "cards": [_card(card) for card in guide.cards],
        "case": to_pieces(guide.case),
        "first_step": to_pieces(guide.first_step),
        "job_aid": to_pieces(guide.job_aid),
        "signals": guide.signals,
        "if_then": guide.if_then,
        "questions": guide.questions,
        "sources": [f"{source.work}; {KINDS.get(source.kind, source.kind)}" for source in guide.sources],
    }


def _card(card: StrategyCard) -> dict[str, Any]:
    strength = STRENGTHS[card.strength][0] if card.strength in STRENGTHS else card.strength
    rests_on = _("%(source)s. Evidence: %(strength)s.") % {"source": card.source.rstrip("."), "strength": strength}
    return {
        "title": card.title,
        "action": to_pieces(card.action),
        "fits_when": card.fits_when,
        "not_when": card.not_when,
        "first_step": card.first_step,
        "works_if": card.works_if,
        "rests_on": rests_on[:1].upper() + rests_on[1:],
    }


def _words(guide: Guide) -> Mapping[str, str]:
    """The words around the guide's own."""
    return {
        "handout": _("handout"),
        "booklet": _("Host booklet"),
        "caution": _("When this is not for a group of peers."),
        "going_on": _("What is going on"),
        "try": _("Things to try"),
        "case": _("A case"),
        "fits": _("Fits when"),
        "not_when": _("Not when"),
        "first_step": _("First small step"),
        "works_if": _("It works if"),
        "small_step": _("First small step"),
        "signals": _("How you notice that it works"),
        "if_": _("If"),
        "then": _("then I"),
        "sources": _("Sources"),
        "contents": _("What is in here"),
        "print": _(
            "To fold it, print it on both sides with the setting “booklet” of your print window, and fold the sheets in the middle."
        ),
        "about": _("The topic in brief"),
        "is_not": _("What it is not."),
        "pact": _("The pact"),
        "aid": _("Job aid"),
        "weeks": _("The four weeks between"),
        "weeks_lede": _("Everyone practises their own plan. The program sends the tip; buddies ask each other the question."),
        "tip": _("Tip"),
        "buddy": _("Question to the buddy"),
        "plans": _("Plans as others wrote them"),
        "ask": _("Questions to ask yourself"),
        "turns": _("In 90 minutes everyone has, with"),
        "notes": _("Notes"),
    }


def _handout(guide: Guide) -> dict[str, Any]:
    words = _("Guide, %(minutes)s minutes to read. %(dated)s")
    return {"dated": words % {"minutes": guide.minutes, "dated": _dated(guide)}}


def _dated(guide: Guide) -> str:
    """When a guide was last gone through; of one's own, a second person did."""
    words = _("Reviewed in %(when)s.") if guide.is_own else _("As of %(when)s.")
    return words % {"when": date_format(guide.reviewed_on, "F Y")}


def _booklet(guide: Guide, mode: str) -> dict[str, Any]:
    protocols = library().protocols
    first = {length: protocols["first", mode, length] for length in LENGTHS}
    second = {length: protocols["reconvene", MODES[0], length] for length in LENGTHS}
    way = first[max(LENGTHS)]
    return {
        "dated": _dated(guide),
        "way": {"title": way.title, "fits": way.fits},
        "hosting": _hosting(mode),
        "pact": library().pact,
        "first": {
            "title": _("The first session"),
            "lede": _("Each step with the sentence to say. The minutes are those of a session of 90; of shorter ones in brackets."),
            "steps": _steps(first, lambda step: _first_aside(step, guide)),
        },
        "weeks": [
            {"title": _("Week %(number)s") % {"number": number}, "tip": tip, "question": question}
            for number, (tip, question) in enumerate(zip(guide.tips, guide.buddy_questions, strict=False), 1)
        ],
        "second": {
            "title": _("The reconvene"),
            "lede": _("Four weeks later, with another host. What was tried, what it led to, and what stays."),
            "steps": _steps(second, lambda step: (_("Questions to ask"), guide.reconvene_questions) if step.kind == "ask" else ("", ())),
        },
    }


def _hosting(mode: str) -> list[dict[str, Any]]:
    """What a host does at all, whatever the topic is, and in this way of holding the first session."""
    match mode:
        case "case":
            whose = _("One person brings a case and has the floor; the others listen, ask and then think aloud.")
            order = _("First questions, then guesses, then ideas. When advice comes too early, say: as a question, please.")
        case "trio":
            whose = _("Everybody has a round of the same length. Yours is the last.")
            order = _("In each round questions come before advice. When advice comes too early, say: as a question, please.")
        case _else:
            whose = _("Everybody gets the same time. You speak last.")
            order = _("First questions, then causes, then ideas. When advice comes too early, say: as a question, please.")
    before = (
        _("You open the room and go on to the next step. You need no training and nothing to learn by heart."),
        _("Read “Things to try” once. Print a job aid for everyone, or leave that to them."),
        _("Be there five minutes early. Is the door shut, does everybody see the screen if there is one?"),
    )
    during = (
        whose,
        order,
        _("When it gets heavy: pause. Anybody may, and nobody asks why."),
        _("Somebody is missing: begin with three. The network is gone: go on with this booklet and paper."),
    )
    return [{"title": _("Before"), "lines": before}, {"title": _("At the table"), "lines": during}]


def _steps(by_length: Mapping[int, Protocol], aside: Callable[[Step], tuple[str, tuple[str, ...]]]) -> list[dict[str, Any]]:
    """The steps of the longest session, with their minutes in the shorter ones."""
    longest = max(by_length)
    steps = []
    for step in by_length[longest].steps:
        shorter = [
            _("%(length)s: %(minutes)s") % {"length": length, "minutes": _minutes(by_length[length], step.key)}
            for length in sorted(by_length, reverse=True)
            if length != longest
        ]
        minutes = _("%(minutes)s minutes (%(shorter)s)") % {"minutes": step.minutes, "shorter": ", ".join(shorter)}
        title, lines = aside(step)
        steps.append(
            {
                "title": step.title,
                "minutes": minutes,
                "say": step.host_line,
                "prompt": step.prompt,
                "how": step.how,
                "parts": [_part(part, step, by_length[longest].people) for part in step.parts],
                "turns": _for_each_number(turns(step, by_length[longest].people)) if step.kind != ROUNDS else "",
                "aside": title,
                "lines": lines,
            }
        )
    return steps


def _part(part: Part, step: Step, people: tuple[int, int]) -> dict[str, str]:
    """A part in the longest session: its title with its minutes, which in rounds hang on how many there are, and what is done in it."""
    in_round = [(count, share) for count, parts in rounds(step, people) for one, share in parts if one == part]
    minutes = (
        _for_each_number(in_round)
        if in_round
        else ngettext("%(minutes)s minute", "%(minutes)s minutes", part.minutes) % {"minutes": part.minutes}
    )
    return {
        "title": part.title,
        "minutes": _("%(minutes)s, in silence") % {"minutes": minutes} if part.silent else minutes,
        "how": part.how,
    }


def _for_each_number(shares: Sequence[tuple[int, str]]) -> str:
    return ", ".join(_("%(people)s people: %(share)s") % {"people": people, "share": share} for people, share in shares)


def _minutes(protocol: Protocol, key: str) -> str:
    """How long a step takes; a dash where it is left out."""
    return next((str(step.minutes) for step in protocol.steps if step.key == key), "–")


def _first_aside(step: Step, guide: Guide) -> tuple[str, tuple[str, ...]]:
    """What the guide gives to a step of the first session: a title and its lines."""
    found = {
        "question": (_("Questions that others came with"), guide.key_questions),
        "turns": (_("For whoever looks for an occasion to tell"), guide.story_prompts),
        "ask": (_("Questions to ask"), guide.questions),
        "tell": (_("For whoever looks for an occasion to tell"), guide.story_prompts),
        "rounds": (_("Questions to ask"), guide.questions),
        "cards": (_("Read aloud from “Things to try”"), tuple(card.title for card in guide.cards)),
        "plan": (_("Plans as others wrote them"), guide.if_then),
    }
    return found.get(step.kind, ("", ()))
