"""The workbench as its page shows it: roles, seats and steps, and what each move of a chosen person would do. Never a topic, never words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reconvene.console.workbench_words import ALIKE, REFUSED, WOULD_SEAT
from reconvene.forming.models import NamesShown
from reconvene.forming.queries import words
from reconvene.forming.workbench import WAITING, Bench, Preview, Standing, Table
from reconvene.groups.models import Programme
from reconvene.matching.moves import Move
from reconvene.people.models import Person

LOG_SHOWN = 20
PARTS = (("alike", 45), ("levels", 15), ("functions", 15))
"""The parts of the bar with their widths, as the engine weighs them by itself."""


@dataclass(frozen=True)
class Row:
    """One person: how the page names them, who it is in two lines, and, while another one is chosen, what changing places with them would do."""

    token: str
    title: str
    about: str
    why: str = ""
    swap: str = ""
    may_swap: bool = False
    is_chosen: bool = False

    @property
    def label(self) -> str:
        """Both lines in one."""
        return f"{self.title}, {self.about}" if self.about else self.title


@dataclass(frozen=True)
class Bar:
    """One part of a group's bar, in per cent of its width."""

    x: str
    width: str
    filled: str


@dataclass(frozen=True)
class Shown:
    """One group. `effect` is what would become of it if the chosen person came; empty for their own and when nobody is chosen."""

    table: Table
    rows: tuple[Row, ...]
    standing: Standing | None
    bars: tuple[Bar, ...]
    alike: str
    reasons: tuple[str, ...]
    is_broken: bool
    effect: str
    may_come: bool

    @property
    def number(self) -> int:
        """What the page calls it."""
        return self.table.number + 1


@dataclass(frozen=True)
class Page:
    """The whole workbench. `chosen` is the person who is being moved, `home` the token of where they are."""

    groups: tuple[Shown, ...]
    waiting: tuple[Row, ...]
    more_waiting: int
    chosen: Row | None
    home: str
    effect: str
    may_wait: bool
    names: NamesShown | None

    @property
    def waiting_count(self) -> int:
        """How many people wait."""
        return len(self.waiting) + self.more_waiting


def page_of(bench: Bench, *, reader: Person, chosen: str, now: datetime) -> Page:
    """The page, with the person of that token chosen. One query beside those of the bench."""
    names = NamesShown.objects.current(now=now).filter(programme=bench.programme, person=reader).first()
    key = bench.key_of.get(chosen, "")
    return _Writer(bench, key, names).page()


def shown_names(programme: Programme, *, reader: Person) -> list[NamesShown]:
    """The latest lines about names that were shown. One query."""
    return list(NamesShown.objects.visible_to(reader).filter(programme=programme).select_related("person")[:LOG_SHOWN])


class _Writer:
    """Puts a bench into words, for one reader."""

    def __init__(self, bench: Bench, key: str, names: NamesShown | None) -> None:
        self.bench, self.key, self.names = bench, key, names
        self.home = bench.table_of(key) if key else None
        self.would_seat = bench.what_would_seat() if bench.waiting else {}

    def page(self) -> Page:
        bench, key = self.bench, self.key
        leaving = bench.preview(Move(key)) if key and self.home else None
        return Page(
            groups=tuple(self._group(table) for table in bench.tables),
            waiting=tuple(self._row(one, None) for one in bench.waiting),
            more_waiting=bench.more_waiting,
            chosen=self._plain(key) if key else None,
            home=self.home.token if self.home else WAITING,
            effect=self._effect(leaving, to=None) if leaving else "",
            may_wait=leaving is not None and not leaving.refused,
            names=self.names,
        )

    def _group(self, table: Table) -> Shown:
        bench = self.bench
        standing = bench.standing(table.keys) if table.keys else None
        comes = bench.preview(Move(self.key, table.number)) if self.key and table != self.home else None
        keys = sorted(table.keys, key=lambda one: (bench.person(one).function, bench.token(one)))
        return Shown(
            table=table,
            rows=tuple(self._row(one, table) for one in keys),
            standing=standing,
            bars=tuple(_bars(standing)) if standing else (),
            alike=str(ALIKE[standing.alike]) if standing else "",
            reasons=tuple(words(str(code), params) for code, params in bench.reasons(table)) if table.keys else (),  # type: ignore[arg-type]  # as stored
            is_broken=bench.is_broken(table),
            effect=self._effect(comes, to=table) if comes else "",
            may_come=comes is not None and not comes.refused,
        )

    def _plain(self, key: str) -> Row:
        person = self.bench.person(key)
        role = [person.level.name if person.level else "", person.site]
        function = person.function or _("function unknown")
        title, rest = (person.name, [function, *role]) if self.names else (function, role)
        return Row(self.bench.token(key), title, ", ".join(one for one in rest if one), is_chosen=key == self.key)

    def _row(self, key: str, table: Table | None) -> Row:
        row = self._plain(key)
        why = str(WOULD_SEAT[self.would_seat[key]]) if key in self.would_seat else ""
        if not self.key or key == self.key or table == self.home:
            return replace(row, why=why)
        preview = self.bench.preview(Move(self.key, swapped=key))
        return replace(row, why=why, swap=self._effect(preview, to=table), may_swap=not preview.refused)

    def _effect(self, preview: Preview, *, to: Table | None) -> str:
        """What a move would do, or why it is refused, in a sentence or two."""
        if preview.refused:
            return str(REFUSED[preview.refused])
        said = []
        for number, after in sorted(preview.standings.items(), key=lambda one: to is None or one[0] != to.number):
            before = self.bench.standing(self.bench.tables[number].keys)
            facts = {"group": number + 1, "before": before.fit, "after": after.fit}
            said.append(
                _("Group %(group)s stays at %(after)s.") % facts
                if before.fit == after.fit
                else _("Group %(group)s: %(before)s becomes %(after)s.") % facts
            )
        return " ".join(said)


def _bars(standing: Standing) -> Iterator[Bar]:
    """Parts as wide as they weigh, each filled in fifths."""
    gap, at = 1.5, 0.0
    room = 100 - gap * (len(PARTS) - 1)
    whole = sum(weight for _name, weight in PARTS)
    for name, weight in PARTS:
        width = room * weight / whole
        yield Bar(f"{at:.2f}%", f"{width:.2f}%", f"{width * getattr(standing, name) / 5:.2f}%")
        at += width + gap


def heading(page: Page) -> str:
    """How things stand, in one line."""
    groups, waiting = len(page.groups), page.waiting_count
    if not groups:
        return _("No group waits for your release")
    said = ngettext("%(n)d group waits for your release", "%(n)d groups wait for your release", groups) % {"n": groups}
    if not waiting:
        return said
    return f"{said}, " + ngettext("%(n)d person for a seat", "%(n)d people for a seat", waiting) % {"n": waiting}


def versions(pairs: Sequence[str]) -> dict[str, str]:
    """What a form says of the groups as its reader saw them: "token:version" each. What cannot be read fits no group."""
    return {token: version for token, _colon, version in (pair.partition(":") for pair in pairs)}
