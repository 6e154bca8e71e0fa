"""What documents of a roll-out are made of, and how a document is written from its parts. Pure; `papers` has the documents.

What the program does stands in a document only as a `Claimed` key of `claims.CLAIMS`, what it does not as a `Limited` one, and what people undertake as a
`Promised` sentence; plain prose (`Prose`) says nothing about controls, and a test looks for words that would.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reconvene.base.translation import gettext as _
from reconvene.rollout.claims import CLAIMS, LIMITS
from reconvene.rollout.plan import Setting


@dataclass(frozen=True)
class Live:
    """The settings as they are now. `lines` of the gate as measure, go, adjust, stop; `signed_on` when both have signed."""

    organisation: str
    project: str
    problem: str
    setting: Setting
    roles: Mapping[str, str]
    starts: Mapping[int, date]
    people: int
    groups: int
    has_waitlist: bool
    k: int
    smallest: int
    largest: int
    minutes: int
    gap: tuple[int, int]
    level_distance: int
    is_on_site: bool
    chats: tuple[str, ...]
    help_contact: str
    topics: tuple[str, ...]
    lines: tuple[tuple[str, str, str, str], ...]
    signed_on: date | None

    def role(self, key: str) -> str:
        """Who has a role; a line to fill in where nobody is named."""
        return self.roles.get(key) or "____________________"

    @property
    def hours(self) -> str:
        """What it takes of each in one cycle."""
        return f"{(2 * self.minutes + 90) / 60:g}"


@dataclass(frozen=True)
class Heading:
    """A section."""

    text: str


@dataclass(frozen=True)
class Prose:
    """A paragraph that says nothing about controls."""

    text: str


@dataclass(frozen=True)
class Listed:
    """Points that say nothing about controls."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Promised:
    """What people undertake, not the program."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Claimed:
    """What the program does, by keys of CLAIMS. Raises KeyError when it is made with one that is not there."""

    keys: tuple[str, ...]

    def __post_init__(self) -> None:
        for key in self.keys:
            CLAIMS[key]


@dataclass(frozen=True)
class Limited:
    """What the program does not do, by keys of LIMITS. Raises KeyError likewise."""

    keys: tuple[str, ...] = tuple(LIMITS)

    def __post_init__(self) -> None:
        for key in self.keys:
            LIMITS[key]


@dataclass(frozen=True)
class Rows:
    """A table."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Signatures:
    """Lines to sign on."""

    who: tuple[str, ...]


Part = Heading | Prose | Listed | Promised | Claimed | Limited | Rows | Signatures


@dataclass(frozen=True)
class Kind:
    """One document: its name, what it is for, in which phase it is needed, and how it is made."""

    key: str
    title: str
    purpose: str
    phase: int
    make: Callable[[Live], Sequence[Part]]
    is_about_data: bool = False
    """What becomes of people's data: works council and data protection read it at any time, whether the roll-out is shown or not."""


def generated(kind: Kind, live: Live) -> str:
    """The document in Markdown."""
    said = [f"# {_(kind.title)}", f"{live.organisation} · {live.project}"]
    for part in kind.make(live):
        said.append(_written(part, live))
    return "\n\n".join(said) + "\n"


def _written(part: Part, live: Live) -> str:
    match part:
        case Heading(text):
            return f"## {text}"
        case Prose(text):
            return text
        case Listed(items) | Promised(items):
            return "\n".join(f"- {one}" for one in items)
        case Claimed(keys):
            return "\n".join(f"- {_(CLAIMS[key].sentence) % {'k': live.k}}" for key in keys)
        case Limited(keys):
            return "\n".join(f"- {_(LIMITS[key])}" for key in keys)
        case Rows(head, rows):
            return "\n".join(f"| {' | '.join(_cell(cell) for cell in row)} |" for row in (head, tuple("---" for _one in head), *rows))
        case Signatures(who):
            return "\n\n".join(f"______________________________  \n{one}, {_('date')}" for one in who)


def _cell(text: str) -> str:
    return text.replace("|", "/").replace("\n", " ") or "–"
