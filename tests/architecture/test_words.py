"""Every word of the interface goes through gettext, in Python too: a walk over the syntax of every module finds those that do not.

Words are a text of at least two, a hole of an f-string counting as one; a single word is as often a code as a label. Templates are in
test_structure.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "reconvene"
MODULES = {path.relative_to(SOURCE).as_posix(): path for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts}

NO_WORDS_OF_OURS = {
    "base/row_security.py": "SQL",
    "demo/company.py": "the sample company",
    "demo/frames.py": "the sample company’s programmes",
    "demo/histories.py": "what happened in the sample company",
    "demo/people.py": "the sample company's people",
    "demo/words.py": "what the sample company's people wrote",
    "demo/roll_out.py": "the sample company's roll-out",
    "guides/sources.py": "a page of the documents, made from the library",
    "people/directory/cells.py": "what files of other programs say for nothing or nobody",
    "people/directory/column_words.py": "headings in files of other programs",
    "people/directory/levels.py": "patterns of job titles",
    "people/directory/places.py": "names of zones, languages and countries in files of other programs",
    "rooms/stream.py": "lines of the event stream, which carries no words",
    "rooms/viewers.py": "SQL",
    "text/names.py": "words that are compared and never shown",
}
NO_WORDS_IN = {
    ("config/environment.py", "SETTINGS"): "written for docs/operations/settings.md",
    ("forming/headless.py", "LADDER"): "levels that titles are compared with; none is shown",
    ("guides/house.py", "FACT_WORDS"): "how files of the library are laid out",
    ("guides/house.py", "HEADINGS"): "how files of the library are laid out",
    ("guides/house.py", "RESTS_ON"): "kinds of work, as files of the library name them",
    ("guides/house.py", "WORDS"): "how files of the library are laid out",
    ("guides/authoring/boxes.py", "CARD_FACTS"): "how files of the library are laid out",
    ("guides/authoring/boxes.py", "EXPERIENCE"): "how files of the library are laid out",
    ("guides/authoring/boxes.py", "SECTIONS"): "how files of the library are laid out",
    ("guides/authoring/notes.py", "KNOWN"): "headings of notes, to be found and not shown",
    ("guides/authoring/packing.py", "TOPICS_HEAD"): "how files of the library are laid out",
    ("guides/authoring/packing.py", "LIST"): "how files of the library are laid out",
    ("guides/authoring/views/shelf.py", "PRIVATE"): "a header",
    ("guides/script.py", "CARD_FACTS"): "how files of the library are laid out",
    ("guides/script.py", "GUIDE_SECTIONS"): "how files of the library are laid out",
    ("guides/script.py", "CERTAINTIES"): "how files of the library are laid out",
    ("guides/script.py", "KINDS"): "how files of the library are laid out",
    ("guides/script.py", "STEP_FACTS"): "how files of the library are laid out",
    ("guides/showing.py", "KINDS"): "how files of the library are laid out; what is shown for them is translated",
    ("practice/cues.py", "OCCASIONS"): "words that are looked for in what a person writes",
    ("practice/cues.py", "VAGUE"): "words that are looked for in what a person writes",
    ("practice/cues.py", "VAGUE_IN_GERMAN"): "words that are looked for in what a person writes",
    ("rollout/drawings.py", "FACE"): "names of typefaces",
    ("rollout/evidence.py", "EVIDENCE"): "names of authors",
    ("rollout/case_views.py", "PRIVATE"): "a header",
    ("text/words.py", "_ENGLISH"): "words that are looked for and not shown",
    ("text/words.py", "_GERMAN"): "words that are looked for and not shown",
}
"""Constants of a module that hold other texts than words for its reader; the same texts are let pass in the rest of the module."""

TRANSLATORS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "npgettext", "pgettext"}
FOR_OPERATORS = {"log", "logger", "logging", "warnings"}
FOR_MACHINES = {"re", "sql"}
FAULTS_OF_OURS = {"AssertionError", "BadInstance", "NoOrganisation", "ValueError"}
"""Exceptions that tell a programmer, and no user, that a function was called wrongly."""
HOLE = "\ufffc"
_SQL = re.compile(r"\s*(ALTER|CREATE|DELETE|DROP|INSERT|LISTEN|LOCK|NOTIFY|SELECT|SET|SHOW|TRUNCATE|UPDATE|WITH)\b")
_TAG = re.compile(r"</?\w[^<>]*>")
_PLACEHOLDER = re.compile(r"%(\(\w+\))?[ds]|\{\w*\}")
_WORD = re.compile(r"[^\W\d_]{2,}(['’-][^\W\d_]+)*")


def are_words(text: str) -> bool:
    """Whether somebody could read this: two words beside each other, or one beside a hole."""
    parts = [part.strip(".,;:?!()\"'“”…") for part in _PLACEHOLDER.sub(HOLE, _TAG.sub(" ", text)).split()]
    words = sum(_WORD.fullmatch(part) is not None for part in parts)
    return words > 0 and words + parts.count(HOLE) > 1 and not _SQL.match(text)


def untranslated(source: str, *, constants: frozenset[str] = frozenset()) -> list[str]:
    """Every text in a module that would stay English in another language. The constants' own texts are allowed everywhere in it."""
    tree = ast.parse(source)
    allowed = {text for node in ast.walk(tree) if _names(node) & constants for text in _texts(node)}
    return [text.replace(HOLE, "…") for text in _found(tree) if text not in allowed]


def _names(node: ast.AST) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _texts(node: ast.AST) -> Iterator[str]:
    for inside in ast.walk(node):
        if isinstance(inside, ast.Constant) and isinstance(inside.value, str):
            yield inside.value


def _found(node: ast.AST) -> Iterator[str]:
    if _is_for_nobody(node):
        return
    if isinstance(node, ast.Constant | ast.JoinedStr) and are_words(text := _text(node)):
        yield text
    for child in _below(node):
        yield from _found(child)


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else HOLE for part in node.values)
    return node.value if isinstance(node.value, str) else ""


def _below(node: ast.AST) -> Iterator[ast.AST]:
    """What is looked at inside a node: all but types, the text of an f-string or for gettext, codes, and notes on the columns of a model."""
    types = (getattr(node, "annotation", None), getattr(node, "returns", None))
    for child in ast.iter_child_nodes(node):
        if child in types:
            continue
        if isinstance(child, ast.Constant) and (isinstance(node, ast.JoinedStr) or _called(node) in TRANSLATORS):
            continue
        if isinstance(child, ast.Assign) and isinstance(node, ast.ClassDef) and any(_is(base, "StrEnum") for base in node.bases):
            continue
        if isinstance(child, ast.keyword) and child.arg == "help_text" and _is_column(node):
            continue
        yield child


def _is_column(node: ast.AST) -> bool:
    """Whether this is a field of a model. No form is made from a model, so nobody but a programmer reads its help_text."""
    return _is(_owner(node), "models") or _called(node) in ("ArrayField", "MemberText")


def _is(node: ast.AST | None, *names: str) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _owner(node: ast.AST) -> ast.AST | None:
    """In front of the dot of a call: `models` in `models.TextField()`."""
    return node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None


def _called(node: ast.AST) -> str:
    """The last name of what a call calls."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""


def _is_for_nobody(node: ast.AST) -> bool:
    """Docstrings, and what is written for operators, programmers and machines."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Raise):
        return node.exc is not None and _called(node.exc) in FAULTS_OF_OURS
    return isinstance(node, ast.Assert) or _is(_owner(node), *FOR_OPERATORS, *FOR_MACHINES)


@pytest.mark.parametrize("module", [name for name in MODULES if name not in NO_WORDS_OF_OURS])
def test_every_word_of_a_module_goes_through_gettext(module: str) -> None:
    constants = frozenset(name for where, name in NO_WORDS_IN if where == module)

    assert untranslated(MODULES[module].read_text(), constants=constants) == []


def test_every_exception_is_needed() -> None:
    assert [name for name in NO_WORDS_OF_OURS if not untranslated(MODULES[name].read_text())] == []
    assert [key for key in NO_WORDS_IN if not _is_needed(*key)] == []


def _is_needed(module: str, constant: str) -> bool:
    source = MODULES[module].read_text()
    return len(untranslated(source, constants=frozenset({constant}))) < len(untranslated(source))


@pytest.mark.parametrize(
    "source",
    [
        'print("Two words")',
        'raise CommandFailed("There is no file.")',
        'print(f"{count} rows")',
        'print(f"Written to {file}.")',
        'print("%(count)s rows" % {"count": count})',
        'print("{} rows".format(count))',
        '_(f"There is no file {file}.")',
        '_("There is no file " + file)',
        '_("One word" if one else "two words")',
        '_("Right: %(what)s") % {"what": "an open topic"}',
        'messages.error(request, "This is over.")',
        'parser.add_argument("--yes", help="without asking")',
        'place = forms.CharField(help_text="A room, or a call.")',
        'WORDS = {"a": "These are words."}',
        'format_html("<b>Two words</b>")',
        'raise ValidationError("This is wrong.")',
        "f\"{_('Right.')} {'Not right.'}\"",
    ],
)
def test_a_word_that_does_not_is_found(source: str) -> None:
    assert untranslated(source) != []


@pytest.mark.parametrize(
    "source",
    [
        '_("Two words")',
        'translation.gettext("Two " "words")',
        'ngettext("%(count)s row", "%(count)s rows", count) % {"count": count}',
        'WORDS = {"a": gettext_noop("These are words.")}',
        'def say():\n    """These are words."""',
        'NAME = 1\n"""These are words."""',
        'log.error("The worker stopped (exit %s).", code)',
        'raise ValueError("Nobody is present.")',
        'assert people, "Nobody is present."',
        'cursor.execute("SELECT id FROM people_person")',
        'sql.SQL("{} IS NULL")',
        'WISH = re.compile(r"i want|i should")',
        'class Kind(StrEnum):\n    NO_KEY = "no key"',
        'sees = models.TextField(help_text="Never shown to others")',
        'path = f"{folder}/{name}.log"',
        'print(f"{place}: {reason} {suggestion}")',
        'now.strftime("%d %b %Y")',
        "format_html('<span class=\"two words\">{}</span>', word)",
        'CODES = ("first", "reconvene")',
    ],
)
def test_what_is_translated_or_no_word_is_left_alone(source: str) -> None:
    assert untranslated(source) == []


def test_the_texts_of_an_allowed_constant_are_let_pass_in_its_module() -> None:
    source = 'FACTS = ("Fits when", "Not when")\nprint(facts["Fits when"])'

    assert untranslated(source) == ["Fits when", "Not when", "Fits when"]
    assert untranslated(source, constants=frozenset({"FACTS"})) == []
