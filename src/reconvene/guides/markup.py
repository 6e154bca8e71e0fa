"""Markdown of the library as safe HTML, and as data for typesetting. Called by the guides' pages and files, and by rooms for cards."""

import re
from functools import lru_cache
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

TAGS = {
    "p",
    "br",
    "ul",
    "ol",
    "li",
    "b",
    "strong",
    "i",
    "em",
    "h3",
    "h4",
    "blockquote",
    "hr",
    "a",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "code",
}
SHORT = 9  # dots of a line that has another one beside it
_DOTS = re.compile("…{3,}")
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@lru_cache(maxsize=1_000)  # the cards of a guide are shown on six phones after each step
def to_html(text: str) -> SafeString:
    """Paragraphs, lists, emphasis, small headings, tables and links; everything else is left out, raw HTML is shown as text."""
    return mark_safe(nh3.clean(_markdown.render(text), tags=TAGS, attributes={"a": {"href"}}, url_schemes={"https"}))  # noqa: S308  # cleaned


def with_lines(html: SafeString) -> SafeString:
    """The same with lines to write on, where rows of dots stand for them: they break as one."""
    lines = _DOTS.sub(lambda dots: f'<span class="fill"{" data-short" if len(dots[0]) < SHORT else ""}></span>', html)
    return mark_safe(lines)  # noqa: S308  # nothing was put in but the above


def to_pieces(text: str) -> list[dict[str, Any]]:
    """The same for a layout: pieces within pieces, each {"is": what the parser calls it, "text": its own words, "to": a public address or "", "of": [...]}.

    No piece is ever read as markup again; raw HTML is text.
    """
    return [_piece(node) for node in SyntaxTreeNode(_markdown.parse(text)).children]


def _piece(node: SyntaxTreeNode) -> dict[str, Any]:
    address = str(node.attrs.get("href", "")) if node.type == "link" else ""
    return {
        "is": node.type,
        "text": "" if node.type == "inline" else node.content,
        "to": address if address.startswith("https://") else "",
        "of": [_piece(inner) for inner in node.children],
    }
