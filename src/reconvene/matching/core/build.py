"""Builds the compiled core with the machine's C compiler and loads it. Run at set-up as `python -m reconvene.matching.core.build`.

The library is kept beside the sources, or in the user's cache where that folder may not be written. Its name holds the sources, the flags and the
processor, so a changed source or another machine builds anew, in some seconds, at first use. Only a process that forms groups loads it.
"""

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from reconvene.base.translation import gettext as _

SOURCES = ("search.c", "bound.c", "dense.c", "rolling.c")
HERE = Path(__file__).parent
FLAGS = ("-O3", "-std=gnu11", "-fPIC", "-shared", "-ffp-contract=off", "-fno-math-errno")
"""Sums are never reordered or fused, so that the same seed gives the same groups on every machine."""


class NoCompiler(RuntimeError):
    """There is no C compiler here, or it failed. The message says what to do."""


@cache
def library() -> ctypes.CDLL:
    """The core, built if need be. Raises: NoCompiler."""
    for folder in _folders():
        if (path := folder / _name()).is_file():
            return ctypes.CDLL(str(path))
    return ctypes.CDLL(str(_built()))


def is_there() -> bool:
    """Whether the core can be had on this machine. Builds it if need be."""
    try:
        library()
    except NoCompiler:
        return False
    return True


def _folders() -> tuple[Path, ...]:
    return HERE / "built", Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "reconvene"


@cache
def _name() -> str:
    text = hashlib.sha256("\0".join((*FLAGS, _processor())).encode())
    for name in ("pool.h", *SOURCES):
        text.update((HERE / name).read_bytes())
    return f"core-{text.hexdigest()[:20]}.so"


def _processor() -> str:
    """What the code is made for: another processor may lack an instruction."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    known = sorted({line for line in lines if line.startswith(("flags", "Features"))})
    return "\n".join((sys.platform, platform.machine(), platform.processor(), *known))


def _compilers() -> Iterator[list[str]]:
    """Commands that compile C, best first: the one asked for, those of the machine, and the one that comes as a Python package."""
    named = (os.environ.get("CC", ""), "cc", "gcc", "clang")
    yield from ([path] for name in named if name and (path := shutil.which(name)))
    yield [sys.executable, "-m", "ziglang", "cc"]


def _built() -> Path:
    for folder in _folders():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder) as scratch:
                return _compiled(Path(scratch) / "core.so").replace(folder / _name())  # at once, so that nobody loads a half
        except OSError:  # may not be written: the next
            continue
    raise NoCompiler(
        _("The compiled core of the matching engine can be written nowhere: neither beside its sources nor in the user's cache.")
    )


def _compiled(target: Path) -> Path:
    for compiler in _compilers():
        for native in (["-march=native"], ["-mcpu=native"], []):
            command = [*compiler, *FLAGS, *native, *(str(HERE / name) for name in SOURCES), "-lm", "-o", str(target)]
            if subprocess.run(command, capture_output=True, check=False).returncode == 0:
                return target
    raise NoCompiler(
        _("No C compiler was found for the core of the matching engine. Install one, for instance gcc, or the package ziglang.")
    )


if __name__ == "__main__":
    try:
        library()
    except NoCompiler as missing:
        print(missing, _("Until then groups are searched without it, more slowly."), file=sys.stderr)
