"""Boxes that two people may edit at once: what was typed is kept in every case, and after a conflict nothing of either is lost.

Called by the forms of a roll-out and of guides. Not Django forms: what the editor had before them goes along with the form, so that a change by somebody else can be told
from one's own.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

LONGEST = 20_000


@dataclass(frozen=True)
class Box:
    """One box as the page shows it. `kind`: text, date, number, long, choice or tick; `choices` for a choice as value and words."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    choices: Sequence[tuple[str, str]] = ()
    longest: int = 200
    text: str = ""
    error: str = ""
    theirs: str = ""


class Sheet(ABC):
    """A form of boxes with a version. A kind of sheet says which boxes there are (`boxes`) and what is wrong with them (`check`)."""

    def __init__(self, saved: Mapping[str, str], *, version: int, data: Mapping[str, str] | None = None) -> None:
        self.saved, self.saved_version, self.data = dict(saved), version, data
        self.errors: dict[str, str] = {}
        self.theirs: dict[str, str] = {}
        self.changed_by = ""
        self.is_bound = data is not None
        self.typed = dict(saved) if data is None else {name: _clean(data.get(name, "")) for name in saved}
        if self.is_bound:
            self.check()

    @abstractmethod
    def boxes(self) -> Sequence[Box]:
        """Every box, without what is in it."""

    @abstractmethod
    def check(self) -> None:
        """Fill `errors` by name."""

    def is_valid(self) -> bool:
        """Whether everything can be taken."""
        return self.is_bound and not self.errors

    @property
    def version(self) -> int:
        """The version that the editor had opened; 0 for nonsense, which nothing has."""
        return self.saved_version if self.data is None else opened_version(self.data)

    @property
    def shown_version(self) -> int:
        """The version that goes along with the form: after a conflict the newer one, so that sending it again is meant."""
        return self.saved_version if self.changed_by or not self.is_bound else self.version

    @property
    def opened(self) -> str:
        """The boxes as the editor had opened them, for the form to bring back."""
        if self.data is not None and not self.changed_by:
            return self.data.get("opened", "")[: 5 * LONGEST]
        return json.dumps(self.saved)

    @property
    def filled(self) -> list[Box]:
        """Every box with what is in it."""
        return [
            Box(
                one.name, one.label, one.kind, one.hint, one.choices, one.longest,
                self.typed[one.name], self.errors.get(one.name, ""), self.theirs.get(one.name, ""),
            )
            for one in self.boxes()
        ]  # fmt: skip

    @property
    def error_list(self) -> list[tuple[str, str, str]]:
        """For the summary: name, label and sentence."""
        labels = {box.name: box.label for box in self.boxes()}
        return [(name if name in labels else "", labels.get(name, ""), words) for name, words in self.errors.items()]

    def collide(self, saved: Mapping[str, str], *, version: int, by: str) -> None:
        """Somebody else has saved since this was opened. What they alone changed is taken over; what both changed stays as typed, with theirs beside it."""
        before = _opened((self.data or {}).get("opened", ""))
        words = {box.name: dict(box.choices) for box in self.boxes()}
        for name, theirs in saved.items():
            mine = self.typed.setdefault(name, theirs)
            if theirs in (before.get(name), mine):
                continue
            if mine == before.get(name):
                self.typed[name] = theirs
            else:
                self.theirs[name] = words.get(name, {}).get(theirs, theirs) or _("nothing")
        self.saved, self.saved_version, self.changed_by = dict(saved), version, by or _("Somebody")


def opened_version(data: Mapping[str, str]) -> int:
    """The version that goes along with a form; 0 for nonsense, which nothing has."""
    text = data.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _clean(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()[:LONGEST]


def _opened(text: str) -> dict[str, str]:
    """The boxes that a form brought back; none when they cannot be read, so that every difference is shown."""
    try:
        found = json.loads(text)
        return {str(name): str(value) for name, value in found.items()}
    except (ValueError, AttributeError):
        return {}
