"""Who sees what, as data: every personal field, its audience, and the sentence beside it. Read by templates, docs and tests.

The words are marked here and translated where they are shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from reconvene.base.translation import gettext_noop as _  # the words of constants are only marked


class Audience(StrEnum):
    """The widest circle that sees a field."""

    ME = "me"
    BUDDY = "buddy"
    GROUP = "group"
    COMPANY = "company"
    COUNTS = "counts"
    ROOMS = "rooms"


SENTENCES: Mapping[Audience, str] = MappingProxyType(
    {
        Audience.ME: _("Visible to only you"),
        Audience.BUDDY: _("Visible to you and your buddy"),
        Audience.GROUP: _("Visible to your group"),
        Audience.COMPANY: _("Visible to everyone here"),
        Audience.COUNTS: _("Visible to L&D as counts"),
        Audience.ROOMS: _("Visible to L&D for booking rooms"),
    }
)


@dataclass(frozen=True)
class Visible:
    """Who sees a field, in a word and in one sentence without a full stop."""

    audience: Audience
    sentence: str


def _to(audience: Audience, sentence: str = "") -> Visible:
    return Visible(audience, sentence or SENTENCES[audience])


FIELDS: Mapping[str, Visible] = MappingProxyType(
    {
        "challenge.text": _to(Audience.GROUP, _("Visible to only you, and to your group from the first session on")),
        "challenge.topic": _to(Audience.GROUP, _("Visible to your group, and to L&D as counts")),
        "challenge.urgency": _to(Audience.ME),
        "challenge.wants": _to(Audience.GROUP, _("Visible to only you, and to your group from the first session on")),
        "challenge.free_times": _to(Audience.ME),
        "fellow.offer": _to(Audience.ME, _("Visible to only you, until you agree to be asked; then to the one who asks")),
        "calendar": _to(Audience.ME, _("Visible to only you; others see the one time that suits all")),
        "programme.part": _to(Audience.COUNTS, _("Visible to only you, and to L&D as counts")),
        "proposal.seat": _to(
            Audience.GROUP, _("Visible to those who are invited with you; in some programmes L&D looks at the seats first, as roles")
        ),
        "room.card": _to(Audience.GROUP, _("Visible to only you until the round ends, then to the one you wrote it for")),
        "room.cause": _to(Audience.GROUP, _("Visible to only you until all causes are shown, then to your group")),
        "room.idea": _to(Audience.GROUP, _("Visible to only you until all ideas are shown, then to your group")),
        "room.table_line": _to(Audience.GROUP, _("Visible to your group, with the typist’s name until whoever said it marks it as theirs")),
        "room.presence": _to(Audience.GROUP, _("Visible to your group, and to L&D as counts")),
        "room.score": _to(Audience.ME, _("Visible to only you; your group sees totals")),
        "guide.mark": _to(Audience.ME, _("Visible to only you; in a session your group sees totals")),
        "room.mark": _to(Audience.ME, _("Visible to only you; your group sees totals")),
        "help.request": _to(Audience.ME, _("Visible to only you and the person your organisation named for help")),
        "plan.if_then": _to(Audience.GROUP),
        "plan.obstacle": _to(Audience.ME),
        "plan.want": _to(Audience.ME),
        "plan.sign": _to(Audience.ME),
        "checkin": _to(Audience.ME, _("Visible to only you; your buddy sees what you share")),
        "journal": _to(Audience.ME, _("Visible to only you, always")),
        "practice.seen": _to(Audience.ME, _("Visible to nobody; messages fall silent by it")),
        "report": _to(Audience.GROUP, _("Visible to only you until you show it, then to your group, in its table of evidence too")),
        "lesson": _to(Audience.GROUP),
        "lesson.score": _to(Audience.ME, _("Visible to only you; your group sees totals")),
        "strategy": _to(Audience.COMPANY, _("Visible to everyone here, without names, once every author has agreed")),
        "strategy.trial": _to(Audience.COMPANY, _("Visible to everyone here, without your name; whether it helped only as a count")),
        "survey": _to(Audience.COUNTS),
        "survey.words": _to(Audience.ME),
        "survey.time": _to(Audience.GROUP, _("Visible to your group from four answers on, in words and without a number")),
        "observer.said": _to(Audience.ME, _("Visible to only you, once three people have answered")),
        "needs": _to(Audience.COUNTS, _("Visible to L&D as counts; neither who answered nor when is kept")),
        "story": _to(Audience.ME, _("Visible to only you and L&D, from when you offer it until you take it back")),
        "search": _to(Audience.ME),
        "guide.words": _to(Audience.COMPANY, _("Visible to L&D, and to everyone here once a second person has published it")),
        "person.name": _to(Audience.COMPANY),
        "person.channel": _to(Audience.ME),
        "person.email": _to(Audience.ME, _("Visible to only you and those who keep the directory")),
        "membership": _to(Audience.ROOMS, _("Visible to your group, and to L&D where rooms must be booked")),
    }
)
"""Every field that says something about a person. Nobody's boss sees any but what everyone sees."""

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "challenge.text": _("My challenge"),
        "challenge.topic": _("Its topic"),
        "challenge.urgency": _("How much it gets in the way"),
        "challenge.wants": _("What I want from the group, and what I do not want"),
        "challenge.free_times": _("When I am free"),
        "fellow.offer": _("That I may be asked about a topic, with my name and mail address"),
        "calendar": _("Calendars I connect, and when they say that I am busy"),
        "programme.part": _("Whether I take part in a programme"),
        "proposal.seat": _("That I am invited, and whether I said yes"),
        "room.card": _("Cards I send while someone speaks"),
        "room.cause": _("Causes I write"),
        "room.idea": _("Ideas I write"),
        "room.table_line": _("What I type in for somebody else after a session on paper"),
        "room.presence": _("That I was at a session"),
        "room.score": _("My scores of ideas"),
        "guide.mark": _("What I mark on the page of a guide"),
        "room.mark": _("Which strategies I know, have tried or would try"),
        "help.request": _("That I ask to be contacted, with my name and mail address"),
        "plan.if_then": _("The if-then line of my plan"),
        "plan.obstacle": _("What gets in my way"),
        "plan.want": _("What I want to reach"),
        "plan.sign": _("How I will notice that it works"),
        "checkin": _("My check-ins"),
        "journal": _("My journal of the four weeks"),
        "practice.seen": _("When I last came by in the four weeks"),
        "report": _("My practice report, once I show it"),
        "lesson": _("Lessons I write"),
        "lesson.score": _("My scores of lessons"),
        "strategy": _("A published strategy"),
        "strategy.trial": _("What I say of a strategy that I tried"),
        "survey": _("My answers before, at the end of, and twelve weeks after a session"),
        "survey.words": _("The sentences I write beside these answers"),
        "survey.time": _("Whether my share of the time was right"),
        "observer.said": _("What others say of me whom I asked by a link"),
        "needs": _("What I mark in the survey of topics"),
        "story": _("That I may be asked how a cycle went, whether it helped, and how to reach me"),
        "search": _("What I search for"),
        "guide.words": _("A guide that I write for L&D, with my name as writer or reviewer for L&D"),
        "person.name": _("My name and function"),
        "person.channel": _("How messages reach me: by which channel, on which devices, at which number"),
        "person.email": _("My mail address"),
        "membership": _("That I sit in a group"),
    }
)
"""What each field is called on the screen."""


def visible(field: str) -> Visible:
    """Who sees this field. Raises: KeyError for a field that has not been classed."""
    return FIELDS[field]
