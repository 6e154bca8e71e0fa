"""The structures of pool.h and search.c for ctypes. The order of the fields is theirs; tests compare the sizes."""

import ctypes
from collections.abc import Mapping
from typing import Any

import numpy as np

from reconvene.matching.core.build import library

SEATS = 8
"""Places kept for one group in arrays of groups; the size of a group stands in the last."""
NEVER = -1e30

_INT, _REAL, _WORD = ctypes.c_int64, ctypes.c_double, ctypes.c_uint64
_ARRAY = ctypes.c_void_p
_BY_SIZE = _REAL * SEATS


class Structure(ctypes.Structure):
    """A structure that keeps the arrays alive which it points to."""

    def put(self, values: Mapping[str, Any]) -> None:
        """Set fields; an array is given as a contiguous numpy array, or None."""
        for name, value in values.items():
            if isinstance(value, np.ndarray):
                assert value.flags.c_contiguous
                self.__dict__.setdefault("arrays", {})[name] = value
                setattr(self, name, value.ctypes.data)
            elif isinstance(value, tuple):
                setattr(self, name, _BY_SIZE(*value))
            else:
                setattr(self, name, value)


def _fields(**kinds: Any) -> list[tuple[str, Any]]:
    return list(kinds.items())


class PoolLayout(Structure):
    """`Pool` of pool.h."""

    _fields_ = _fields(
        n=_INT, stride=_INT, dim=_INT, smallest=_INT, largest=_INT,
        values=_ARRAY, vectors=_ARRAY,
        similarity=_REAL, nearness=_REAL, nearness_step=_REAL, base=_REAL,
        levels=_ARRAY, level_gap=_REAL,
        topics=_ARRAY, sites=_ARRAY, bosses=_ARRAY,
        apart_starts=_ARRAY, apart=_ARRAY, tie_starts=_ARRAY, ties=_ARRAY, tie_costs=_ARRAY,
        drawn_seed=_WORD, drawn_below=_WORD,
        languages=_ARRAY, first_words=_INT, second_words=_INT, first=_ARRAY, second=_ARRAY, partners=_ARRAY,
        functions=_ARRAY, handled=_ARRAY, own=_ARRAY, charges=_ARRAY,
        pair_factor=_BY_SIZE, function_factor=_BY_SIZE, handled_factor=_BY_SIZE, own_factor=_BY_SIZE,
        floor=_REAL, floor_weight=_REAL, quality_factor=_BY_SIZE,
        unit_starts=_ARRAY, units=_ARRAY,
    )  # fmt: skip


class StateLayout(Structure):
    """`State` of pool.h."""

    _fields_ = _fields(
        groups=_INT, home=_ARRAY, members=_ARRAY, size=_ARRAY, side=_ARRAY, pairs=_ARRAY, worth=_ARRAY, shares=_ARRAY,
        near_width=_INT, near=_ARRAY, near_count=_ARRAY,
    )  # fmt: skip


class ColumnsLayout(Structure):
    """`Columns` of search.c."""

    _fields_ = _fields(room=_INT, count=_INT, slots=_INT, rows=_ARRAY, worths=_ARRAY, table=_ARRAY)


class RunLayout(Structure):
    """`Run` of search.c."""

    _fields_ = _fields(
        seed_a=_WORD, seed_b=_WORD, moves=_INT, hot=_REAL, cold=_REAL, side=ctypes.c_int32, keep=ctypes.c_int32, tried=_INT, accepted=_INT,
        typical=_REAL,
    )  # fmt: skip


class DenseLayout(Structure):
    """`Dense` of dense.c."""

    _fields_ = _fields(
        n=_INT, groups=_INT, values=_ARRAY, low=_ARRAY, high=_ARRAY, home=_ARRAY, size=_ARRAY, bring=_ARRAY,
        total=_REAL, seed_a=_WORD, seed_b=_WORD, moves=_INT, accepted=_INT, hot=_REAL, cold=_REAL,
    )  # fmt: skip


def call(name: str, *given: Any) -> int:
    """Call a function of the core: arrays and structures go as pointers, whole numbers as int64, others as double. Raises: NoCompiler."""
    return int(getattr(library(), name)(*[_argument(each) for each in given]))


def _argument(given: Any) -> Any:
    if isinstance(given, np.ndarray):
        assert given.flags.c_contiguous
        return ctypes.c_void_p(given.ctypes.data)
    if isinstance(given, Structure):
        return ctypes.byref(given)
    if isinstance(given, float):
        return _REAL(given)
    return given if given is None else _WORD(int(given) & (2**64 - 1))
