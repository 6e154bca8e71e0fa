"""What a web process remembers of rooms and of who is in them, for all its threads. Used by `stages`, `drafts` and `viewers`."""

from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """Values by key, at most `most`; the one that was not asked for or put in for longest is forgotten."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[Key, Value] = {}  # the one that was used last comes last
        self._lock = Lock()

    def get(self, key: Key) -> Value | None:
        """The value of a key, or None when it is not remembered."""
        with self._lock:
            if key not in self._values:
                return None
            value = self._values[key] = self._values.pop(key)
            return value

    def put(self, key: Key, value: Value) -> Value:
        """Remember a value in place of the one before; it is returned."""
        with self._lock:
            self._values.pop(key, None)
            self._values[key] = value
            if len(self._values) > self._most:
                del self._values[next(iter(self._values))]
            return value

    def forget(self, key: Key) -> None:
        """Remember nothing of a key any more."""
        with self._lock:
            self._values.pop(key, None)
