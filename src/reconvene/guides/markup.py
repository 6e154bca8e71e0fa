"""Markdown of the library as safe HTML. Called by the guides' pages and by rooms for cards."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

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
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


def to_html(text: str) -> SafeString:
    """Paragraphs, lists, emphasis, small headings, tables and links; everything else is left out, raw HTML is shown as text."""
    return mark_safe(nh3.clean(_markdown.render(text), tags=TAGS, attributes={"a": {"href"}}, url_schemes={"https"}))  # noqa: S308  # cleaned
