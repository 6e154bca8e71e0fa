"""The figures of a business case: what each means, what is assumed until the customer's own takes its place, from where, and what speaks against it. Pure.

Amounts are in euros. Strength says what kind of source stands behind a default; most are soft, and the page says so beside each.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reconvene.base.translation import gettext
from reconvene.base.translation import gettext_noop as _
from reconvene.rollout.formulas import BANDS, Range


class Strength(StrEnum):
    """What kind of source it is, the strongest first."""

    TRIAL = "trial"
    META = "meta"
    STATISTICS = "statistics"
    CASE = "case"
    VENDOR = "vendor"
    OWN = "own"


STRENGTHS = {
    Strength.TRIAL: _("Field experiment"),
    Strength.META: _("Meta-analysis"),
    Strength.STATISTICS: _("Official statistics"),
    Strength.CASE: _("Case or opinion"),
    Strength.VENDOR: _("Vendor’s claim"),
    Strength.OWN: _("Our estimate"),
}


class Unit(StrEnum):
    """What a figure counts."""

    PEOPLE = "people"
    HOURS = "hours"
    MONEY = "money"
    PERCENT = "percent"


@dataclass(frozen=True)
class Source:
    """Where a default comes from. `year` 0: it is ours. `against` says what speaks against it, or what it leaves out."""

    words: str
    year: int
    strength: Strength
    against: str

    @property
    def text(self) -> str:
        return gettext(self.words)

    @property
    def counter(self) -> str:
        return gettext(self.against)

    @property
    def kind(self) -> str:
        return gettext(STRENGTHS[self.strength])


@dataclass(frozen=True)
class Assumption:
    """One figure. `default` is in euros where it is money; `least` and `most` are what is believed, in the same unit; `help` says how to find one's own."""

    key: str
    words: str
    unit: Unit
    default: Range
    least: float
    most: float
    source: Source
    help: str = ""

    @property
    def label(self) -> str:
        return gettext(self.words)

    @property
    def hint(self) -> str:
        return gettext(self.help) if self.help else ""

    def bounds(self, rate: float) -> tuple[float, float]:
        """The least and the most that is believed, in a currency of which one euro buys `rate`."""
        factor = rate if self.unit == Unit.MONEY else 1.0
        return self.least * factor, self.most * factor

    def usual(self, rate: float) -> Range:
        """The default in a currency of which one euro buys `rate`."""
        return self.default.times(rate) if self.unit == Unit.MONEY else self.default


@dataclass(frozen=True)
class Section:
    """Figures that are asked for together."""

    key: str
    words: str
    explained: str
    figures: tuple[Assumption, ...]

    @property
    def title(self) -> str:
        return gettext(self.words)

    @property
    def text(self) -> str:
        return gettext(self.explained)


PILOT = Source(
    _("A pilot of 24 to 48 managers, as our method advises"),
    0,
    Strength.OWN,
    _("So few cannot prove a moderate effect. Read it as a test of feasibility and direction."),
)
SALARY = Source(
    _("Wages of managers plus on-costs come to some 60 to 95 euros an hour in Western Europe; 75 is taken"),
    0,
    Strength.OWN,
    _("Over all jobs an hour costs from 10.60 euros in Bulgaria to 55.20 in Luxembourg (Eurostat, 2024). Only payroll knows yours."),
)
ON_COSTS = Source(
    _("Eurostat: 24.7 % of labour costs in the EU are not wages, which is about 32 % on top of wages"),
    2024,
    Strength.STATISTICS,
    _("In the United States benefits are 29.5 % of the cost, about 42 % on top. It differs a lot from country to country."),
)
TIMETABLE = Source(
    _("Two sessions of 90 minutes, as the protocol has them"), 0, Strength.OWN, _("Who misses a session gives less, and gets less.")
)
AROUND = Source(
    _("Intake 0.5, check-ins 0.35, buddy 0.25, report and spare 0.5 hours"),
    0,
    Strength.OWN,
    _("Trying something new on the job takes time too. It is work that would be done anyway, so it is not counted."),
)
DESK = Source(
    _("What a first pilot asks of L&D, IT and those who buy; in later waves far less"),
    0,
    Strength.OWN,
    _("Talks with a works council or data protection can take more. Count them."),
)
ANSWERS = Source(
    _("The worked example of our method: 36 managers who name 90,000 euros together, 45 % due to the group, 65 % sure"),
    0,
    Strength.OWN,
    _(
        "What people say of their own gains is soft evidence. A waiting half of the programme tells more; only its contrast should be quoted."
    ),
)
SEMINAR = Source(
    _(
        "Two days and three hours of travel; 1,550 euros for fee, room and travel. Three open days cost around 2,500 a head (Rimser, mid-2010s)"
    ),
    0,
    Strength.CASE,
    _("An opinion piece in a trainers’ magazine, ten years old; prices differ by subject. Take your own invoices."),
)
INHOUSE = Source(
    _("A trainer’s day above 2,000 euros (Rimser, mid-2010s), with room and catering, for twelve people"),
    0,
    Strength.CASE,
    _("With fewer than twelve people the day costs more for each."),
)
ELEARNING = Source(
    _("Four hours at a desk and a licence for one course"),
    0,
    Strength.OWN,
    _(
        "No source. A meta-analysis of leadership training found more transfer face to face than alone at a desk (Lacerenza and others, 2017)."
    ),
)
SHARE_OF_DESK = Source(
    _("20 euros of L&D for each who is sent to a course"), 0, Strength.OWN, _("Choosing and buying a seminar can take longer.")
)
BAND_NAMES = {"1": _("First-line managers"), "2": _("Managers of managers"), "3": _("Directors")}
BAND_PEOPLE = {
    "1": _("First-line managers who take part"),
    "2": _("Managers of managers who take part"),
    "3": _("Directors who take part"),
}
BAND_SALARY = {
    "1": _("Yearly salary: first-line managers"),
    "2": _("Yearly salary: managers of managers"),
    "3": _("Yearly salary: directors"),
}
NOBODY, THE_36 = Range.exactly(0), Range.exactly(36)

SECTIONS = (
    Section(
        "who",
        _("Who takes part"),
        _("A pilot, a wave, or everybody. Everything below is worked out for these."),
        tuple(Assumption(f"people_{band}", BAND_PEOPLE[band], Unit.PEOPLE, THE_36 if band == "1" else NOBODY, 0, 100_000, PILOT) for band in BANDS),
    ),
    Section(
        "time",
        _("What their time costs"),
        _("Salaries by band, before on-costs. Finance has them; a mean is enough, and nobody’s own salary should be typed in."),
        (
            *(
                Assumption(f"salary_{band}", BAND_SALARY[band], Unit.MONEY, Range(75_000, 93_750, 118_750), 3_000, 1_000_000, SALARY)
                for band in BANDS
            ),
            Assumption("on_costs", _("On-costs on top of salaries"), Unit.PERCENT, Range(22, 32, 42), 0, 150, ON_COSTS),
            Assumption(
                "productive_hours", _("Productive hours in a year"), Unit.HOURS, Range(1_600, 1_650, 1_700), 800, 2_400,
                Source(_("1,600 to 1,700 hours in the EU, 1,750 to 1,850 in the United States"), 0, Strength.OWN, _("Contract hours less holidays, sickness and courses.")),
            ),
            Assumption("hours_sessions", _("Hours each in sessions"), Unit.HOURS, Range(2.5, 3, 3.5), 0, 100, TIMETABLE),
            Assumption("hours_around", _("Hours each around the sessions"), Unit.HOURS, Range(1, 1.6, 2.5), 0, 100, AROUND),
        ),
    ),
    Section(
        "desk",
        _("L&D, IT and what is paid outside"),
        _("Nothing is left out because it is paid from another budget."),
        (
            Assumption("learning_hours", _("Hours of L&D for all of it"), Unit.HOURS, Range(20, 40, 80), 0, 100_000, DESK),
            Assumption("learning_salary", _("Yearly salary: L&D and IT"), Unit.MONEY, Range(60_000, 75_000, 90_000), 3_000, 1_000_000, SALARY),
            Assumption("it_hours", _("Hours of IT: setting up, updates, backups"), Unit.HOURS, Range(2, 8, 24), 0, 100_000, DESK),
            Assumption("hosting", _("Hosting and licence, a manager"), Unit.MONEY, Range(6, 12, 24), 0, 10_000, DESK),
            Assumption("travel", _("Travel and rooms, a manager"), Unit.MONEY, NOBODY, 0, 20_000, DESK),
            Assumption("setup", _("Set-up, once: legal advice, works council, printing"), Unit.MONEY, Range(0, 0, 500), 0, 10_000_000, DESK),
        ),
    ),
    Section(
        "benefit",
        _("What it brings"),
        _("Cut by doubt: whoever names no value counts as nothing, and only the first year counts. Published figures take the place of these by themselves."),
        (
            Assumption("share_valuing", _("Of all who take part, name a value"), Unit.PERCENT, Range(10, 25, 40), 0, 100, ANSWERS),
            Assumption("value_each", _("Value that each of these names, in a year"), Unit.MONEY, Range(4_000, 10_000, 20_000), 0, 1_000_000, ANSWERS),
            Assumption("attribution", _("Of it, due to the group"), Unit.PERCENT, Range(30, 45, 60), 0, 100, ANSWERS),
            Assumption("confidence", _("How sure they are of all this"), Unit.PERCENT, Range(50, 65, 80), 0, 100, ANSWERS),
        ),
    ),
    Section(
        "scale",
        _("At full scale"),
        _("What it would cost in a year if every manager took part once."),
        (
            Assumption(
                "managers_all", _("Managers in all"), Unit.PEOPLE, Range.exactly(240), 0, 1_000_000,
                Source(_("An example, until you say it"), 0, Strength.OWN, _("A new case takes the people with a level in your directory.")),
            ),
            Assumption("learning_hours_each", _("Hours of L&D a manager, once it runs"), Unit.HOURS, Range(0.2, 0.5, 1.1), 0, 100, DESK),
        ),
    ),
    Section(
        "others",
        _("Other formats, to compare the cost"),
        _("Cost for each who takes part. The formats do different jobs; this compares nothing but cost."),
        (
            Assumption("seminar_hours", _("Open seminar: hours away"), Unit.HOURS, Range(17, 19, 22), 0, 400, SEMINAR),
            Assumption("seminar_fees", _("Open seminar: fee, room and travel"), Unit.MONEY, Range(1_000, 1_550, 2_500), 0, 100_000, SEMINAR),
            Assumption("inhouse_hours", _("In-house day for twelve: hours"), Unit.HOURS, Range.exactly(8), 0, 400, INHOUSE),
            Assumption("inhouse_fees", _("In-house day: trainer, room, catering"), Unit.MONEY, Range(200, 270, 400), 0, 100_000, INHOUSE),
            Assumption("elearning_hours", _("E-learning: hours"), Unit.HOURS, Range(2, 4, 8), 0, 400, ELEARNING),
            Assumption("elearning_fees", _("E-learning: licence"), Unit.MONEY, Range(20, 60, 150), 0, 100_000, ELEARNING),
            Assumption("other_learning", _("Share of L&D in any of these"), Unit.MONEY, Range.exactly(20), 0, 10_000, SHARE_OF_DESK),
        ),
    ),
)  # fmt: skip
ASSUMPTIONS: Mapping[str, Assumption] = {one.key: one for section in SECTIONS for one in section.figures}
FORMAT_NAMES = {
    "peer": _("Peer group, with four weeks of practice"),
    "elearning": _("E-learning"),
    "inhouse": _("In-house day for twelve"),
    "seminar": _("Open seminar, two days"),
}
NAMING = ("share_valuing", "value_each", "attribution", "confidence")
"""Figures that a measured benefit takes the place of."""
