"""A topic of the playbook as a paper: the pieces of its PDF. Nothing is told here that the page of the topic does not show. Called by the views."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.template.defaultfilters import capfirst
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reconvene.base.typesetting import Block
from reconvene.playbook.models import Strategy
from reconvene.playbook.rules import K, State
from reconvene.privacy.disclosure import Hidden

MONTH = "F Y"
STATES = {
    State.CONFIRMED: gettext_lazy("Confirmed by others."),
    State.CONTESTED: gettext_lazy("Contested: it helped no more people than it failed."),
}


def pieces(title: str, strategies: Sequence[Strategy], *, on: date) -> list[Block]:
    """The topic's title, where this comes from, and each strategy with its limits and its evidence, in their order."""
    return [
        Block("title", title),
        Block("note", _("From our playbook, %(month)s") % {"month": date_format(on, MONTH)}),
        Block(
            "prose",
            _("Settled by groups of peers in this organisation, the surest first. All authors agreed to the wording; no names are kept with it."),
        ),
        *(piece for strategy in strategies for piece in _of(strategy)),
    ]  # fmt: skip


def _of(strategy: Strategy) -> Iterable[Block]:
    yield Block("heading", str(capfirst(strategy.doing)))
    if strategy.situation:
        yield Block("prose", _("When %(situation)s") % {"situation": strategy.situation})
    said = (
        (_("It led to"), strategy.led_to),
        (_("Works when"), strategy.works_when),
        (_("Not when"), strategy.not_when),
        (_("First small step"), strategy.first_step),
    )
    if items := tuple(f"{label}: {words}" for label, words in said if words):
        yield Block("points", items=items)
    yield Block("note", " ".join(words for words in (str(STATES.get(strategy.state, "")), _evidence(strategy)) if words))


def _evidence(strategy: Strategy) -> str:
    share, month = strategy.share, date_format(strategy.published_on, MONTH)
    if isinstance(share, Hidden):
        return _("Figures are hidden until %(k)s people from three groups have tried it. Settled in %(month)s.") % {"k": K, "month": month}
    helped = {
        "exactly": _("helped %(percent)s %% of them"),
        "at_least": _("helped %(percent)s %% of them or more"),
        "at_most": _("helped %(percent)s %% of them or fewer"),
    }[share.bound] % {"percent": share.percent}
    tried = _("Tried by about %(n)s people") % {"n": share.people} if share.people else _("Tried by %(k)s people or more") % {"k": K}
    likely = _("likely %(low)s to %(high)s %%") % {"low": share.low, "high": share.high}
    settled = _("Settled by %(n)s groups, last in %(month)s.") % {"n": strategy.groups, "month": month}
    return f"{tried}; {helped}, {likely}. {settled}"
