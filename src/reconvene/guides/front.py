"""YAML of the library's files, read strictly: texts, lists and fields, nothing else. Pure.

Called by guides.sheet for front matter and by guides.library for the list of topics. Every plain value is a text, whatever YAML would make
of it, so that "no" stays a word and a day that does not exist is told like any other mistake.
"""

from collections.abc import Iterator
from typing import Any

import yaml

from reconvene.base.translation import gettext as _

# The parser in C is ten times as fast; where PyYAML was built without it, the other one reads the same.
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def read_yaml(text: str, *, first_line: int = 1, deepest: int) -> tuple[Any, dict[str, int]]:
    """The value written in `text`, and the line of each field at its top. `text` begins at `first_line` of its file.

    Raises:
        ValueError: what is wrong, with its line; also for fields that are there twice, tags, anchors, and more than `deepest` levels.
    """
    try:
        lines = dict(_checked(text, first_line, deepest))
        return yaml.load(text, Loader=LOADER), lines  # noqa: S506  # the base loader makes texts, lists and dicts only
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + first_line if error.problem_mark else first_line
        words = _("line %(line)s: %(problem)s; put the value between double quotes.")
        raise ValueError(words % {"line": line, "problem": error.problem}) from error
    except yaml.YAMLError as error:
        words = _("line %(line)s: cannot be read (%(problem)s); keep the layout of the other files.")
        raise ValueError(words % {"line": first_line, "problem": str(error).splitlines()[0]}) from error


def _checked(text: str, first_line: int, deepest: int) -> Iterator[tuple[str, int]]:
    """The fields at the top with their lines. Goes through the text piece by piece before anything is built of it, so depth costs nothing."""
    open_parts: list[set[str] | None] = []  # the fields seen in each mapping that is open; None for a list
    field_is_next: list[bool] = []
    for event in yaml.parse(text, Loader=LOADER):
        line = first_line + (event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise ValueError(_("line %(line)s: a value begins with '&' or '*'; put it between double quotes.") % {"line": line})
        if getattr(event, "tag", None):
            raise ValueError(_("line %(line)s: a value begins with '!'; put it between double quotes.") % {"line": line})
        if isinstance(event, yaml.CollectionEndEvent):
            open_parts.pop()
            field_is_next.pop()
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        fields = open_parts[-1] if open_parts else None
        if fields is not None:
            if field_is_next[-1]:
                name = _field(event, line)
                if name in fields:
                    words = _("line %(line)s: the field '%(name)s' is there twice; keep one.")
                    raise ValueError(words % {"line": line, "name": name})
                fields.add(name)
                if len(open_parts) == 1:
                    yield name, line
            field_is_next[-1] = not field_is_next[-1]
        if isinstance(event, yaml.CollectionStartEvent):
            open_parts.append(set() if isinstance(event, yaml.MappingStartEvent) else None)
            field_is_next.append(True)
            if len(open_parts) > deepest:
                words = _(
                    "line %(line)s: nested too deep, or a text with a colon; write plain lists, and such a text between double quotes."
                )
                raise ValueError(words % {"line": line})


def _field(event: yaml.NodeEvent, line: int) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        raise ValueError(_("line %(line)s: a field has no plain name; write 'name: value'.") % {"line": line})
    return str(event.value)
