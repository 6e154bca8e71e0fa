"""`reconvene guides`: every fault of a folder of guides, or of single files, in one go, each with file, line and how to mend it; and what they
rest on.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings

from reconvene.base.commands import CommandFailed
from reconvene.base.translation import gettext as _
from reconvene.guides.guide import Guide
from reconvene.guides.heard import heard_faults
from reconvene.guides.library import guide_in, load
from reconvene.guides.sameness import shared
from reconvene.guides.sheet import ScriptError
from reconvene.guides.sources import page


def run(options: argparse.Namespace) -> int:
    """Do what was asked. Raises CommandFailed with all faults, one a line."""
    folder = Path(settings.GUIDES_FOLDER)
    paths = options.paths or [folder]
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise CommandFailed(_("There is no %(paths)s.") % {"paths": ", ".join(missing)})
    if options.what == "sources":
        print(_sources(paths[0]), end="")
        return 0
    faults = [fault for path in paths if path.is_dir() for fault in folder_faults(path)]
    faults += files_faults([path for path in paths if not path.is_dir()])
    if faults:
        raise CommandFailed("\n".join((*faults, _("%(count)s to mend.") % {"count": len(faults)})))
    print(_("Nothing to mend."))
    return 0


def _sources(folder: Path) -> str:
    try:
        return page(tuple(load(folder).guides.values()))
    except (ScriptError, OSError) as error:
        raise CommandFailed(_("The guides cannot be read; type `reconvene guides check` to see why.")) from error


def folder_faults(folder: Path) -> tuple[str, ...]:
    """What is wrong with the library in a folder, its guides' likeness to one another included."""
    try:
        load(folder)
    except ScriptError as error:
        faults = str(error).splitlines()
    except OSError as error:
        return (_("%(file)s: cannot be read; a library has topics, protocols, topics.yaml and pact.md.") % {"file": error.filename},)
    else:
        faults = []
    paths = sorted((folder / "topics").glob("*.md"))
    guides, _told = _guides(paths)
    return (*faults, *heard_faults(folder, {path.stem for path in paths}), *_alike(guides))


def files_faults(paths: Sequence[Path]) -> tuple[str, ...]:
    """What is wrong with single guides, and what they share with one another; not what they share with others, nor whether their neighbours exist."""
    guides, told = _guides(paths)
    return (*told, *_alike(guides))


def _guides(paths: Sequence[Path]) -> tuple[list[Guide], list[str]]:
    """The guides in these files that are sound, and what is wrong with the others."""
    guides, told = [], []
    for path in paths:
        try:
            guides.append(guide_in(path, source=str(path)))
        except ScriptError as error:
            told += str(error).splitlines()
    return guides, told


def _alike(guides: Sequence[Guide]) -> Iterator[str]:
    words = _("topics/%(one)s.md: shares %(share)s of its sentences with topics/%(other)s.md, like “%(example)s”; word them anew.")
    for one, other, share, example in shared(guides):
        yield words % {"one": one, "other": other, "share": f"{share:.0%}", "example": example[:80]}
