"""What the figures in the boxes of a case come to, beside what the saved ones do: shown while they are typed, kept nowhere. Called by the pages."""

from copy import copy
from dataclasses import dataclass, replace

from django.utils.translation import ngettext

from reconvene.rollout import arithmetic
from reconvene.rollout.actions import Draft
from reconvene.rollout.forms import AssumptionsForm
from reconvene.rollout.models import BusinessCase, write_figures
from reconvene.rollout.queries import Worked
from reconvene.rollout.telling import label_of
from reconvene.rollout.wording import hours, minutes, number, percent, share_of_draws

SHOWN = ("total", "head", "benefit", "full_scale", "bcr", "roi", "payback")
"""Below break-even, in the order of the page."""


@dataclass(frozen=True)
class Line:
    """One number. `was` is what the saved figures come to; "" when it is the same."""

    label: str
    value: str
    was: str


@dataclass(frozen=True)
class Preview:
    """What the figures come to, break-even first, and the band around the return. `is_saved`: nothing was typed that is not saved."""

    hours: str
    was: str
    minutes: str
    lines: tuple[Line, ...]
    low: str
    high: str
    pays: str
    draws: str
    first: str
    is_saved: bool


def preview(saved: Worked, draft: Draft | None = None) -> Preview:
    """What a draft comes to, or the saved figures themselves. Draws 10,000 draws unless somebody has asked for the same ones before: some 15 ms."""
    tried = saved if draft is None else _with(saved, draft)
    now, before = arithmetic.facts(tried), arithmetic.facts(saved)
    band = tried.simulation.bands["roi"]
    return Preview(
        hours=hours(tried.outcome.breakeven),
        was=_unless_same(hours(saved.outcome.breakeven), hours(tried.outcome.breakeven)),
        minutes=minutes(tried.outcome.minutes),
        lines=tuple(Line(now[key].label, now[key].value, _unless_same(before[key].value, now[key].value)) for key in SHOWN),
        low=percent(band.low),
        high=percent(band.high),
        pays=share_of_draws(tried.simulation.pays),
        draws=number(tried.simulation.draws),
        first=label_of(tried.swings[0].key) if tried.swings else "",
        is_saved=draft is None or draft == _as_it_is(saved.case),
    )


def refusal(form: AssumptionsForm) -> str:
    """What keeps the figures in the boxes from being worked out, in a sentence; "" when nothing does. What is wrong with a box stands at the box."""
    count = len(form.errors)
    if not count:
        return ""
    return form.errors.get("") or ngettext("%(n)d entry cannot be taken yet.", "%(n)d entries cannot be taken yet.", count) % {"n": count}


def _with(saved: Worked, draft: Draft) -> Worked:
    """The case as it would be, in memory only."""
    case = copy(saved.case)
    case.rate, case.figures, case.keeps_plan, case.seed = draft.rate, write_figures(draft.figures), draft.keeps_plan, draft.seed
    return replace(saved, case=case)


def _as_it_is(case: BusinessCase) -> Draft:
    return Draft(name=case.name, rate=case.rate, figures=case.own, keeps_plan=case.keeps_plan, seed=case.seed)


def _unless_same(was: str, now: str) -> str:
    return "" if was == now else was
