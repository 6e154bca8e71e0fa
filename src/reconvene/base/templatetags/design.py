"""The design components that templates share: icons, who-sees-it labels, the table with six seats. Built in to every template.

Nothing here queries. Positions are SVG attributes, because the content security policy allows no style attributes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from django import template
from django.forms.boundfield import BoundWidget
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

register = template.Library()

ICONS = {
    "arrow": '<path d="M4 10h12m-4.5-4.5L16 10l-4.5 4.5"/>',
    "book": '<path d="M10 5.5C8.5 4.3 6.3 4 3.5 4v11c2.8 0 5 .3 6.5 1.5 1.5-1.2 3.7-1.5 6.5-1.5V4c-2.8 0-5 .3-6.5 1.5Zm0 0v11"/>',
    "calendar": '<rect x="3.5" y="4.5" width="13" height="12" rx="2"/><path d="M3.5 8.5h13M7 3v3M13 3v3"/>',
    "check": '<path d="m4.5 10.5 3.5 3.5 7.5-8"/>',
    "clock": '<circle cx="10" cy="10" r="6.75"/><path d="M10 6v4l2.5 2"/>',
    "cloud": '<path d="M6 15.5a3.5 3.5 0 0 1-.3-7 4.5 4.5 0 0 1 8.7 0 3.5 3.5 0 0 1-.4 7"/><path d="M10 17v-6.5m-2.2 2.2L10 10.5l2.2 2.2"/>',
    "counts": '<path d="M4 16.5V11M8 16.5V5M12 16.5v-4M16 16.5V8"/>',
    "cross": '<path d="m5.5 5.5 9 9m0-9-9 9"/>',
    "eye": '<path d="M2.5 10S5.5 5 10 5s7.5 5 7.5 5-3 5-7.5 5-7.5-5-7.5-5z"/><circle cx="10" cy="10" r="2.25"/>',
    "group": '<circle cx="10" cy="10" r="2.6"/><circle cx="6.55" cy="4.02" r="1.5"/><circle cx="13.45" cy="4.02" r="1.5"/>'
    '<circle cx="16.9" cy="10" r="1.5"/><circle cx="13.45" cy="15.98" r="1.5"/><circle cx="6.55" cy="15.98" r="1.5"/>'
    '<circle cx="3.1" cy="10" r="1.5"/>',
    "info": '<circle cx="10" cy="10" r="6.75"/><path d="M10 9.2v4.3M10 6.6v.1"/>',
    "key": '<circle cx="7" cy="10" r="3.25"/><path d="M10.25 10H17m-2.5 0v3"/>',
    "lock": '<rect x="4" y="9" width="12" height="8" rx="2"/><path d="M7 9V6.5a3 3 0 0 1 6 0V9"/>',
    "mail": '<rect x="3" y="5" width="14" height="10.5" rx="2"/><path d="m3.5 6.5 6.5 5 6.5-5"/>',
    "menu": '<path d="M3.5 6h13M3.5 10h13M3.5 14h13"/>',
    "pause": '<path d="M7.25 5v10M12.75 5v10"/>',
    "pen": '<path d="m12.5 4.5 3 3L7 16l-3.5.5L4 13z"/>',
    "place": '<path d="M10 17s5.5-4.6 5.5-9A5.5 5.5 0 0 0 4.5 8c0 4.4 5.5 9 5.5 9Z"/><circle cx="10" cy="8" r="2"/>',
    "plus": '<path d="M10 4.5v11M4.5 10h11"/>',
    "print": '<path d="M6 8V3.5h8V8M6 14H4.5A1.5 1.5 0 0 1 3 12.5v-3A1.5 1.5 0 0 1 4.5 8h11A1.5 1.5 0 0 1 17 9.5v3a1.5 1.5 0 0 1-1.5'
    ' 1.5H14M6 11.5h8v5H6z"/>',
    "search": '<circle cx="9" cy="9" r="5"/><path d="m13 13 4 4"/>',
    "two": '<circle cx="6" cy="10" r="3.25"/><circle cx="14" cy="10" r="3.25"/>',
    "warning": '<path d="M10 3.5 17.5 16h-15z"/><path d="M10 8.3v3.4M10 13.7v.1"/>',
}

AUDIENCES = {
    "me": ("lock", _("Visible to only you")),
    "buddy": ("two", _("Visible to you and your buddy")),
    "group": ("group", _("Visible to your group")),
    "company": ("book", _("Visible to everyone in your organisation")),
    "counts": ("counts", _("Visible to L&D as counts only")),
}

SEAT_DISTANCE, SEAT_RADIUS, FIRST_SEAT = 46.0, 12.5, -120  # in a box of 120; seats go clockwise from the upper left
SEATS = 6


@dataclass(frozen=True)
class SeatMark:
    """One seat of the table. `tone` is taken, you, asked, open, away, writing or done; `text` up to two letters."""

    tone: str
    text: str = ""


def seat_positions(*, middle: float, distance: float, count: int = SEATS) -> list[tuple[float, float]]:
    """Centres of `count` seats round a table, clockwise from the upper left, in the units of `middle`."""
    angles = [math.radians(FIRST_SEAT + number * 360 / count) for number in range(count)]
    return [(round(middle + distance * math.cos(a), 2), round(middle + distance * math.sin(a), 2)) for a in angles]


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A small line drawing beside a word; never alone."""
    return format_html('<svg class="icon" viewBox="0 0 20 20" aria-hidden="true">{}</svg>', mark_safe(ICONS[name]))  # noqa: S308  # constants above


@register.simple_tag
def sees(audience: str, words: str = "", html_id: str = "") -> SafeString:
    """Who will see what is written here: stands on the line of the field's label. `words` replaces the usual sentence."""
    drawing, sentence = AUDIENCES[audience]
    named = format_html(' id="{}"', html_id) if html_id else ""
    return format_html('<span class="sees"{}>{}<span>{}</span></span>', named, icon(drawing), words or sentence)


@register.simple_tag
def six(seats: Sequence[SeatMark], size: str = "m", middle: str = "", label: str = "") -> SafeString:
    """The table with six seats. `label` says in words what the picture shows."""
    marks = [*seats, *[SeatMark("open")] * (SEATS - len(seats))][:SEATS]
    places = zip(marks, seat_positions(middle=60, distance=SEAT_DISTANCE), strict=True)
    drawn = format_html_join("", "{}", [(_seat(mark, x, y),) for mark, (x, y) in places])
    text = format_html('<text class="mid" x="60" y="60.5" font-size="9">{}</text>', middle) if middle else ""
    frame = '<svg class="six" data-size="{}" viewBox="0 0 120 120" role="img" aria-label="{}"><circle class="top" cx="60" cy="60" r="27.5"/>{}{}</svg>'
    return format_html(frame, size, label, text, drawn)


@lru_cache(maxsize=4096)  # the same seats are drawn for each of six phones
def _seat(mark: SeatMark, x: float, y: float) -> SafeString:
    halo = format_html('<circle class="halo" cx="{}" cy="{}" r="15.1"/>', x, y) if mark.tone == "you" else ""
    text = format_html('<text x="{}" y="{}" font-size="9">{}</text>', x, round(y + 0.4, 2), mark.text) if mark.text else ""
    frame = '<g class="seat" data-seat="{}">{}<circle cx="{}" cy="{}" r="{}"/>{}</g>'
    return format_html(frame, mark.tone, halo, x, y, SEAT_RADIUS, text)


@register.simple_tag
@lru_cache(maxsize=256)  # a page of groups draws the same few tables again and again
def glyph(taken: int = SEATS, me: int = 0, label: str = "") -> SafeString:
    """The table at text size: `taken` filled seats, of which number `me` (from 1) is one's own."""
    kinds = ["me" if number == me else "on" if number <= taken else "" for number in range(1, SEATS + 1)]
    places = zip(kinds, seat_positions(middle=12, distance=8.9), strict=True)
    seats = format_html_join("", '<circle class="seat {}" cx="{}" cy="{}" r="2.4"/>', [(kind, x, y) for kind, (x, y) in places])
    role = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="glyph" viewBox="0 0 24 24" {}><circle class="top" cx="12" cy="12" r="5.4"/>{}</svg>', role, seats)


@register.simple_tag
def field(bound: object, audience: str = "", words: str = "", rows: int = 0) -> SafeString:
    """One form field as the design has it: label and who sees it on one line, control, hint, error. For text, select and file fields."""
    return render_to_string("base/field.html", {"bound": bound, "audience": audience, "words": words, "rows": rows})


@register.simple_tag
def radio(choice: BoundWidget) -> SafeString:
    """One radio button of a bound field that a template lays out itself. What `choice.tag` renders, without two templates for each button."""
    attributes = {
        **choice.data["attrs"],
        "type": "radio",
        "name": choice.data["name"],
        "value": choice.data["value"],
        "id": choice.id_for_label,
    }
    return format_html("<input{}>", flatatt(attributes))


@register.filter
def clause(text: str, word: str = "") -> str:
    """A text that goes into the middle of a sentence: without the stops and blanks at its ends, and without `word`, which stands before it."""
    text = text.strip(" \n.,;:…")
    return text[len(word) :].lstrip() if word and text.casefold().startswith(f"{word.casefold()} ") else text


@register.filter
def round_table(people: Sequence[object]) -> list[object | None]:
    """Who sits where beside a large table, in reading order: the left side from the top, then the right side; None for an open seat.

    Seats go clockwise from the upper left, so the left side holds the first, the last and the last but one.
    """
    seated: list[object | None] = [*people, *[None] * (SEATS - len(people))]
    return [seated[number] for number in (0, 5, 4, 1, 2, 3)]


@register.filter
def day(moment: datetime | None, zone: str = "UTC") -> str:
    """A date with its weekday, on the wall clock of `zone`: Tuesday 3 March."""
    return formats.date_format(moment.astimezone(ZoneInfo(zone)), "l j F") if moment else ""


@register.filter
def short_day(moment: datetime | None, zone: str = "UTC") -> str:
    """A short date on the wall clock of `zone`, for lists: Tue 3 Mar."""
    return formats.date_format(moment.astimezone(ZoneInfo(zone)), "D j M") if moment else ""


@register.filter
def weekday(moment: datetime | None, zone: str = "UTC") -> str:
    """The weekday on the wall clock of `zone`: Tuesday."""
    return formats.date_format(moment.astimezone(ZoneInfo(zone)), "l") if moment else ""


@register.filter
def day_month(moment: datetime | None, zone: str = "UTC") -> str:
    """The date on the wall clock of `zone`: 3 March."""
    return formats.date_format(moment.astimezone(ZoneInfo(zone)), "j F") if moment else ""


@register.filter
def hour(moment: datetime | None, zone: str = "UTC") -> str:
    """A time of day on the wall clock of `zone`: 10:00."""
    return formats.date_format(moment.astimezone(ZoneInfo(zone)), "H:i") if moment else ""
