"""Starting a case, and the figures of one: three boxes for each, kept as they were typed until all of them can be taken."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reconvene.base.forms import DesignForm
from reconvene.base.sheets import opened_version
from reconvene.rollout.actions import Draft
from reconvene.rollout.assumptions import ASSUMPTIONS, SECTIONS, Assumption
from reconvene.rollout.formulas import Range
from reconvene.rollout.models import BusinessCase, read_figures
from reconvene.rollout.reading import BadFigure, as_decimal, read_range, together
from reconvene.rollout.simulation import LARGEST_SEED
from reconvene.rollout.wording import CURRENCIES, span

PARTS = ("low", "likely", "high")
REST = ("name", "rate", "seed", "keeps_plan")
"""What else is on the form."""
LEAST_RATE, MOST_RATE = 0.0001, 100_000.0


class RateField(forms.FloatField):
    """What one euro buys, with a point or a comma, as the assumptions take it."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class StartForm(DesignForm):
    """A new case: its name and its currency, which stays."""

    name = forms.CharField(
        label=gettext_lazy("What is to be decided?"),
        max_length=120,
        help_text=gettext_lazy("For example: the spring wave, or all managers."),
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"), choices=[(code, f"{code} · {words}") for code, words in CURRENCIES.items()]
    )
    rate = RateField(
        label=gettext_lazy("What one euro buys of it"),
        required=False,
        min_value=LEAST_RATE,
        max_value=MOST_RATE,
        help_text=gettext_lazy("Only for other currencies than the euro: our defaults are in euros and are multiplied by this, your own figures never."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("currency") == "EUR":
            given["rate"] = 1.0
        elif "rate" in given and not given["rate"]:
            self.add_error("rate", _("Write what one euro buys, so that our defaults are not taken for another currency."))
        return given


@dataclass(frozen=True)
class Line:
    """One figure on the form: what was typed in each of its boxes, what is wrong with it, and what somebody else saved meanwhile."""

    about: Assumption
    low: str
    likely: str
    high: str
    usual: str
    error: str = ""
    theirs: str = ""

    @property
    def boxes(self) -> tuple[tuple[str, str, str], ...]:
        """Name, heading and text of each box."""
        return tuple(
            (f"{self.about.key}-{part}", str(words), getattr(self, part))
            for part, words in zip(PARTS, (_("Low"), _("Likely"), _("High")), strict=True)
        )


class AssumptionsForm:
    """The assumptions of a case, and what the customer puts in their place. Not a Django form: a hundred boxes that come in threes, whose errors and defaults stand with each three.

    What was typed is kept in every case. `opened` is the state that the editor had before them; it goes along with the form, so that a change by
    somebody else can be told from one's own.
    """

    def __init__(self, case: BusinessCase, data: Mapping[str, str] | None = None) -> None:
        self.case, self.data = case, data
        self.is_bound = data is not None
        self.errors: dict[str, str] = {}
        self.figures: dict[str, Range] = {}
        self.theirs: dict[str, str] = {}
        self.changed_by = ""
        if data is None:
            self.typed = self._saved()
        else:
            self.typed = {name: data.get(name, "").replace("\x00", "")[:200] for name in self._saved()}
            self._read()

    def is_valid(self) -> bool:
        """Whether everything can be taken."""
        return self.is_bound and not self.errors

    @property
    def version(self) -> int:
        """The version that the editor had opened; 0 for nonsense, which no case has."""
        return opened_version(self.data or {}) if self.is_bound else self.case.version

    @property
    def shown_version(self) -> int:
        """The version that goes along with the form: after a conflict that of the case, so that sending it again is meant."""
        return self.case.version if self.theirs or not self.is_bound or self.changed_by else self.version

    @property
    def opened(self) -> str:
        """The figures as the editor had opened them, for the form to bring back."""
        if self.is_bound and not self.changed_by:
            return (self.data or {}).get("opened", "")[:20_000]
        saved = self._saved()
        return json.dumps({"figures": self.case.figures, "rest": {name: saved[name] for name in REST}})

    @property
    def draft(self) -> Draft:
        """What is to be saved."""
        return Draft(
            name=self.typed["name"].strip(),
            rate=self._rate,
            figures=self.figures,
            keeps_plan=bool(self.typed["keeps_plan"]),
            seed=int(self.typed["seed"]),
        )

    @property
    def _rate(self) -> float:
        """What one euro buys, as typed; as saved while that cannot be taken."""
        if self.case.currency == "EUR":
            return 1.0
        return self.case.rate if "rate" in self.errors else float(self.typed["rate"].strip().replace(",", "."))

    @property
    def sections(self) -> list[tuple[Any, list[Line]]]:
        """The figures by section."""
        return [(section, [self._line(one) for one in section.figures]) for section in SECTIONS]

    @property
    def error_list(self) -> list[tuple[str, str, str]]:
        """For the summary: the id of the box, the figure, and the sentence."""
        labels = {"name": _("Name"), "rate": _("What one euro buys"), "seed": _("Seed"), "": ""}
        return [
            (f"{key}-likely" if key in ASSUMPTIONS else key, ASSUMPTIONS[key].label if key in ASSUMPTIONS else labels[key], words)
            for key, words in self.errors.items()
        ]

    @property
    def said(self) -> list[tuple[str, str]]:
        """For each place where something can be wrong, what is; "" where nothing is."""
        rest = ("name", "seed") if self.case.currency == "EUR" else ("name", "seed", "rate")
        return [(key, self.errors.get(key, "")) for key in (*rest, *ASSUMPTIONS)]

    def collide(self, case: BusinessCase) -> None:
        """Somebody else has saved `case` since this form was opened. What they alone changed is taken over; what both changed stays as typed, with
        theirs beside it.
        """
        (before, rest), now = _opened((self.data or {}).get("opened", "")), case.own
        self.case = case
        saved = self._saved()
        for name in REST:
            if saved[name] in (rest.get(name), self.typed[name]):
                continue
            if self.typed[name] == rest.get(name):
                self.typed[name] = saved[name]
            else:
                self.theirs[name] = saved[name] or _("not ticked")
        self.changed_by = case.changed_by.name if case.changed_by else _("Somebody")
        for key, about in ASSUMPTIONS.items():
            mine, was, theirs = self.figures.get(key), before.get(key), now.get(key)
            if theirs in (was, mine):
                continue
            if mine == was:
                self._put(key, theirs)
            else:
                self.theirs[key] = (
                    span(theirs, about.unit, currency=case.currency)
                    if theirs
                    else _("our default, %(usual)s") % {"usual": self._usual(about)}
                )

    def _saved(self) -> dict[str, str]:
        """Every box as the case has it."""
        case = self.case
        texts = {"name": case.name, "rate": f"{case.rate:.12g}", "seed": str(case.seed), "keeps_plan": "on" if case.keeps_plan else ""}
        own = case.own
        for key in ASSUMPTIONS:
            for part in PARTS:
                texts[f"{key}-{part}"] = _text(getattr(own[key], part)) if key in own else ""
            if key in own and own[key].is_exact:
                texts[f"{key}-low"] = texts[f"{key}-high"] = ""
        return texts

    def _put(self, key: str, one: Range | None) -> None:
        for part in PARTS:
            self.typed[f"{key}-{part}"] = _text(getattr(one, part)) if one else ""

    def _read(self) -> None:
        """Read every box; errors by key."""
        self._read_rest()
        rate = self._rate
        for key, about in ASSUMPTIONS.items():
            texts = [self.typed[f"{key}-{part}"] for part in PARTS]
            try:
                found = read_range(texts, of=about, currency=self.case.currency, rate=rate)
            except BadFigure as bad:
                self.errors[key] = str(bad)
                continue
            if found is not None:
                self.figures[key] = found
        if not self.errors:
            whole = {key: self.figures.get(key, one.usual(rate)) for key, one in ASSUMPTIONS.items()}
            if wrong := together(whole):
                self.errors[""] = wrong

    def _read_rest(self) -> None:
        name, seed, rate = self.typed["name"].strip(), self.typed["seed"].strip(), self.typed["rate"].strip().replace(",", ".")
        if not name or len(name) > 120:
            self.errors["name"] = _("Write what is to be decided, in at most 120 letters.")
        if not (seed.isascii() and seed.isdecimal() and 1 <= int(seed[:9]) <= LARGEST_SEED and len(seed) <= 6):
            self.errors["seed"] = _("Write a whole number from 1 to %(most)s.") % {"most": f"{LARGEST_SEED:,}"}
        if self.case.currency != "EUR" and not _is_rate(rate):
            self.errors["rate"] = _("Write what one euro buys as a number above zero, like 0.95.")

    def _line(self, about: Assumption) -> Line:
        low, likely, high = (self.typed[f"{about.key}-{part}"] for part in PARTS)
        return Line(about, low, likely, high, self._usual(about), self.errors.get(about.key, ""), self.theirs.get(about.key, ""))

    def _usual(self, about: Assumption) -> str:
        return span(about.usual(self.case.rate), about.unit, currency=self.case.currency)


def _opened(text: str) -> tuple[dict[str, Range], dict[str, str]]:
    """The figures and the rest that a form brought back; nothing when they cannot be read, so that every difference is shown."""
    try:
        found = json.loads(text)
        return read_figures(found["figures"]), {name: str(found["rest"][name]) for name in REST}
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}, {}


def _is_rate(text: str) -> bool:
    try:
        return LEAST_RATE <= float(text) <= MOST_RATE
    except ValueError:
        return False


def _text(value: float) -> str:
    """A figure as it stands in a box."""
    return as_decimal(f"{value:.6f}".rstrip("0").rstrip("."))
