"""The charts of a case as drawings that stand alone: on a slide, and in the printouts. Pure strings of SVG, of the same places as on the page."""

from collections.abc import Callable
from xml.sax.saxutils import escape, quoteattr

from reconvene.rollout.telling import Telling

WIDTH, ROW, TOP = 720, 46, 56
INK, SECOND, ACCENT, EDGE, TRACK = "#221e18", "#565046", "#2c4299", "#857c6c", "#ece6da"
FACE = "Libertinus Serif, Charter, Cambria, Georgia, serif"
INSET = 8
"""Pixels left free on both sides, so that round ends are not cut."""


def breakeven(telling: Telling) -> str:
    """The one sentence, for a slide."""
    lines = (
        _text(0, 40, telling.name, size=18, fill=SECOND),
        _text(0, 96, f"{telling.hours}", size=54),
        _text(0, 136, telling.facts["breakeven"].label, size=20),
        _text(0, 166, telling.facts["breakeven"].words, size=16, fill=SECOND),
    )
    return _drawing(182, telling.facts["breakeven"].label + ": " + telling.hours, lines)


def comparison(telling: Telling) -> str:
    """Cost per head by format."""
    rows = []
    for at, bar in enumerate(telling.comparison):
        y = TOP + at * ROW
        rows += [
            _text(0, y, bar.label, size=16),
            _text(WIDTH, y, bar.value, size=16, anchor="end"),
            _rect(0, y + 8, 100, 12, TRACK),
            _rect(0, y + 8, float(bar.width), 12, ACCENT if bar.is_ours else EDGE),
        ]
    said = ", ".join(f"{bar.label} {bar.value}" for bar in telling.comparison)
    title = telling.facts["head"].label
    return _drawing(TOP + len(telling.comparison) * ROW, f"{title}: {said}", (_text(0, 22, title, size=20), *rows))


def band(telling: Telling) -> str:
    """The return of the first year, with its band."""
    chart, y = telling.band, 78.0
    title = telling.facts["roi"].label
    parts = [
        _text(0, 22, f"{title}: {telling.facts['roi'].value}", size=20),
        _text(0, 46, telling.band.words, size=16, fill=SECOND),
        _line(0, 100, y, EDGE, 1),
        _line(float(chart.low), float(chart.high), y, ACCENT, 12, cap="round", opacity=0.3),
        f'<line x1="{_x(float(chart.zero))}" x2="{_x(float(chart.zero))}" y1="{y - 16}" y2="{y + 16}" stroke="{INK}" stroke-width="2"/>',
        f'<circle cx="{_x(float(chart.likely))}" cy="{y}" r="8" fill="{ACCENT}"/>',
    ]
    for tick in chart.ticks:
        parts.append(_text(_x(float(tick.x)), y + 36, tick.label, size=15, anchor=tick.anchor, fill=SECOND))
    return _drawing(int(y) + 46, f"{title}: {telling.facts['roi'].value}; {chart.low_words} – {chart.high_words}", parts)


def tornado(telling: Telling) -> str:
    """What matters most."""
    swings, rows = telling.swings, []
    for at, one in enumerate(swings.rows):
        y = TOP + at * ROW
        rows += [
            _text(0, y, one.label, size=16),
            _text(WIDTH, y, f"{one.at_low} – {one.at_high}", size=15, anchor="end", fill=SECOND),
            _rect(0, y + 8, 100, 12, TRACK),
            _rect(float(one.x), y + 8, float(one.width), 12, ACCENT),
            _mark(float(swings.zero), y, dashes="2 3"),
            _mark(float(swings.likely), y),
        ]
    title = telling.swings.likely_words
    said = ", ".join(f"{one.label}: {one.at_low} – {one.at_high}" for one in swings.rows)
    return _drawing(TOP + len(swings.rows) * ROW, f"{title}; {said}", (_text(0, 22, f"{telling.net_label}: {title}", size=20), *rows))


DRAWINGS: dict[str, Callable[[Telling], str]] = {"breakeven": breakeven, "comparison": comparison, "band": band, "tornado": tornado}
"""Every drawing by its name in addresses and files."""


def _drawing(height: int, label: str, parts: object) -> str:
    inner = "".join(parts)  # type: ignore[arg-type]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-INSET} 0 {WIDTH + 2 * INSET} {height}" width="{WIDTH + 2 * INSET}" height="{height}"'
        f' role="img" aria-label={quoteattr(label)} font-family="{FACE}"><title>{escape(label)}</title>{inner}</svg>'
    )


def _x(percent: float) -> float:
    return round(percent * WIDTH / 100, 1)


def _text(x: float, y: float, words: str, *, size: int, anchor: str = "start", fill: str = INK) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" fill="{fill}">{escape(words)}</text>'


def _rect(left: float, y: float, width: float, height: int, fill: str) -> str:
    return f'<rect x="{_x(left)}" y="{y}" width="{_x(width)}" height="{height}" rx="3" fill="{fill}"/>'


def _mark(place: float, y: float, *, dashes: str = "none") -> str:
    """A line across the bar of one row."""
    ends = f'x1="{_x(place)}" x2="{_x(place)}" y1="{y + 5}" y2="{y + 23}"'
    return f'<line {ends} stroke="{INK}" stroke-width="2" stroke-dasharray="{dashes}"/>'


def _line(start: float, end: float, y: float, stroke: str, width: int, *, cap: str = "butt", opacity: float = 1) -> str:
    ends = f'x1="{_x(start)}" x2="{_x(end)}" y1="{y}" y2="{y}"'
    return f'<line {ends} stroke="{stroke}" stroke-width="{width}" stroke-linecap="{cap}" stroke-opacity="{opacity}"/>'
