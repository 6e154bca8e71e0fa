"""What holds for the whole program: foreign keys point down, every table of the field is locked, every word goes through gettext."""

import re
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models
from django.template.base import Lexer, Token, TokenType

from reconvene.base.row_security import locked_models

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "reconvene"
FREE = {"base.DemoClock", "base.KeptKey", "notices.PushKey"}
"""Models of ours without an organisation, and why they need none: the demo's clock, the mark of the secret key and the key for push services are one row each for the whole
program."""


def layers() -> list[set[str]]:
    """The order of the apps as the import contract states it, the highest first."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    named = next(one["layers"] for one in contracts if one["type"] == "layers")
    return [{name.strip() for name in layer.split("|")} for layer in named]


def ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("reconvene.")]


def app_of(model: type[models.Model]) -> str:
    return model.__module__.split(".")[1]


def test_no_foreign_key_points_upwards_or_sideways() -> None:
    rank = {name: number for number, names in enumerate(layers()) for name in names}
    wrong = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in ours()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model.__module__.startswith("reconvene.") and app_of(field.related_model) != app_of(model)
        if rank[app_of(field.related_model)] <= rank[app_of(model)]
    ]

    assert wrong == []
    assert len(ours()) > 20


def test_every_model_of_ours_belongs_to_an_organisation() -> None:
    locked = set(locked_models())

    assert {model._meta.label for model in ours() if model not in locked} == FREE


@pytest.mark.django_db
def test_every_table_with_an_organisation_is_locked_for_its_owner_too() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        forced = {row[0] for row in cursor.fetchall()}
        cursor.execute(
            "SELECT tablename FROM pg_policies WHERE qual LIKE '%%reconvene.organisation%%' AND with_check LIKE '%%reconvene.organisation%%'"
        )
        policed = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        walks_through = cursor.fetchone()[0]
    tables = {model._meta.db_table for model in locked_models()}

    assert tables - forced == set()
    assert tables - policed == set()
    assert not walks_through


# Words of the interface

ATTRIBUTES = {"aria-label", "aria-description", "placeholder", "title", "alt", "label"}
NOT_WORDS = {"script", "style", "code", "kbd"}
ALLOWED = {"Reconvene", "L&D", "QR"}
TAGS_WITH_WORDS = {"six", "sees", "glyph", "field"}
HOLE = "\ufffc"
_HOOK = re.compile(r'data-[\w-]+="[^"]*"')  # a block that fills an attribute of the page around it
_LITERAL = re.compile(r"""(?<!_\()(?:"([^"]*)"|'([^']*)')""")


class Words(HTMLParser):
    """Collects text and attributes that a reader would see, from a template whose tags were taken out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in NOT_WORDS:
            self._inside.append(tag)
        self.found += [f"{name}={value}" for name, value in attrs if name in ATTRIBUTES and has_words(value or "")]

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside and has_words(data):
            self.found.append(" ".join(data.replace(HOLE, " ").split()))


def has_words(text: str) -> bool:
    for word in ALLOWED:
        text = text.replace(word, "")
    text = _HOOK.sub("", text)
    return any(char.isalpha() for char in text)


def untranslated(template: str) -> list[str]:
    """Everything in a template that would stay English in another language."""
    words, kept, is_translated = Words(), [], False
    for token in Lexer(template).tokenize():
        name = token.contents.split(" ", 1)[0] if token.token_type == TokenType.BLOCK else ""
        if name in ("blocktranslate", "blocktrans", "comment"):
            is_translated = True
        elif name in ("endblocktranslate", "endblocktrans", "endcomment"):
            is_translated = False
        elif not is_translated:
            kept.append(token.contents if token.token_type == TokenType.TEXT else HOLE)
            words.found += list(_literals(token, name))
    words.feed("".join(kept))
    words.close()
    return words.found


def _literals(token: Token, name: str) -> Iterator[str]:
    """Words given to a tag of the design as they are: {% six seats label="A table" %}."""
    if name in TAGS_WITH_WORDS:
        for first, second in _LITERAL.findall(token.contents):
            if " " in (first or second).strip():
                yield first or second


@pytest.mark.parametrize("path", sorted(SOURCE.glob("*/templates/**/*.html")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_word_of_a_template_goes_through_gettext(path: Path) -> None:
    assert untranslated(path.read_text()) == []


@pytest.mark.parametrize(
    "template",
    [
        "<p>Words</p>",
        "<p>{% if a %}Words{% endif %}</p>",
        "<img alt='Words'>",
        '<input placeholder="Words {{ a }}">',
        '<p>{% translate "a" %} words</p>',
        '{% six seats label="Two words" %}',
    ],
)
def test_a_word_that_does_not_is_found(template: str) -> None:
    assert untranslated(template) != []


@pytest.mark.parametrize(
    "template",
    [
        "<p>{% blocktranslate %}Words{% endblocktranslate %}</p>",
        "<p title=\"{% translate 'Words' %}\">{{ words }} · 7</p>",
        '{% six seats label=_("Two words") %}',
        "<script>let words;</script>",
        "<a class='words' href='/words/'>Reconvene</a>",
    ],
)
def test_what_is_translated_or_no_word_is_left_alone(template: str) -> None:
    assert untranslated(template) == []
