"""A published report in words: the sentences that its page and its PDF share, and the pieces of the PDF. Nothing is counted here, and nothing that is hidden
has a number or a name here.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from django.template.defaultfilters import floatformat
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reconvene.base.typesetting import Block, Span
from reconvene.console.figures import Bar, Beside, Charts, Entry, Month, ShareBar, Table, Trust
from reconvene.privacy.disclosure import FEWEST_GROUPS, ROUND_TO

DAY, SHORT = "j F Y", "j F"


def headline(charts: Charts) -> str:
    """What the report comes to, in one to three sentences."""
    if not charts.raised:
        return _("Too few people so far for figures that could not point at one of them.")
    since = charts.funnel[0].since
    words = _("By %(day)s about %(n)s managers had raised a challenge.") if since else _("About %(n)s managers have raised a challenge.")
    said = [words % {"n": charts.raised, "day": date_format(since, SHORT) if since else ""}]
    if charts.wait.value:
        said.append(_("Of those who met last month, half did so within %(days)s working days.") % {"days": floatformat(charts.wait.value)})
    if charts.tried:
        said.append(_("About %(percent)s %% try their plan.") % {"percent": charts.tried.percent})
    return " ".join(said)


def time_to_meet(charts: Charts) -> str:
    """What the figure of the time to the first session says."""
    if not charts.wait.value:
        return _("Time to the first session")
    words = (
        _("Time to the first session: half waited %(days)s working days or more")
        if charts.wait.bound == "at_least"
        else _("Time to the first session: half met within %(days)s working days")
    )
    return words % {"days": floatformat(charts.wait.value)}


def pieces(
    charts: Charts, tables: Sequence[Table], *, on: date, k: int, contrasts: Sequence[Beside] = (), has_hidden_contrast: bool = False
) -> list[Block]:
    """The report as a paper: what holds for every figure, then the figures in the order of the page, each with what it means."""
    return [
        Block("title", _("Report of %(day)s") % {"day": date_format(on, DAY)}),
        Block("prose", headline(charts)),
        *_rules(k),
        *_funnel(charts, k),
        *_waits(charts, k),
        *_shares(charts, k),
        *_topics(charts, k),
        *_results(charts, k),
        *_contrasts(contrasts, k, is_any_hidden=has_hidden_contrast),
        *_tables(tables, k),
        *_trust(charts, k),
    ]


def _rules(k: int) -> Iterable[Block]:
    facts = {"k": k, "groups": FEWEST_GROUPS, "step": ROUND_TO}
    yield Block("heading", _("What holds for every figure"))
    yield Block(
        "points",
        items=tuple(
            words % facts
            for words in (
                _("At least %(k)s people from %(groups)s groups stand behind it, or it is hidden."),
                _("What could be worked out from its neighbours, or from anything published before, is hidden too."),
                _("Counts and per cent are rounded to %(step)s, and a figure changes only when enough people have changed it; until then the earlier one stays, with its date."),
            )
        ),
    )  # fmt: skip


def _funnel(charts: Charts, k: int) -> Iterable[Block]:
    yield Block("heading", _("From challenge to settled strategy"))
    yield Block("note", _("All managers so far, rounded to five"))
    yield _bars(charts.funnel, (_("Stage"), _("People")))
    yield from _hidden(k, if_any=charts.has_hidden_stage)


def _waits(charts: Charts, k: int) -> Iterable[Block]:
    yield Block("heading", time_to_meet(charts))
    yield Block("note", _("Working days from raising a challenge: the median of the four weeks before each report"))
    if charts.months:
        yield Block("figures", rows=((_("Report of"), _("Median, working days"), _("Likely")), *(_month(one) for one in charts.months)))
    else:
        yield Block("prose", _("Time to the first session: hidden"))
    if charts.promise:
        yield _share_rows(charts.promise, _("Of those, against what their programme promises"))
    yield from _hidden(k, if_any=not charts.months or any(one.percent is None for one in charts.promise))


def _shares(charts: Charts, k: int) -> Iterable[Block]:
    yield Block("heading", _("What reaches the job"))
    if not charts.shares:
        yield Block("prose", _("No answers are collected yet."))
        return
    yield Block("note", _("Of those who answered; a dotted line is the usual mark for “go”; where a gate is signed, its lines count"))
    yield _share_rows(charts.shares, _("Step"))
    yield Block(
        "note",
        _("Bars are 95 % Wilson intervals, worked out from the rounded figures. Few answers make long bars: read the bar, not the dot."),
    )
    yield Block("points", items=tuple(f"{bar.label}: {bar.sentence}" for bar in charts.shares if bar.sentence))
    yield from _thin(charts.thin["shares"])
    yield from _hidden(k, if_any=charts.has_hidden_share)


def _topics(charts: Charts, k: int) -> Iterable[Block]:
    yield Block("heading", _("What managers ask for"))
    yield Block("note", _("People by the topic of their latest challenge, rounded to five"))
    if charts.topics:
        yield _bars(charts.topics, (_("Topic"), _("People")))
    # Whether any are hidden, and how many, would tell of one person who raises something new: so it is always said.
    yield Block("prose", _("All other topics: hidden"))
    yield from _hidden(k, if_any=True)


def _results(charts: Charts, k: int) -> Iterable[Block]:
    if not charts.results:
        return
    yield Block("heading", _("What came of it, by their own account"))
    yield from _values(charts.results)
    yield from _thin(charts.thin["results"])
    if charts.missing:
        yield Block("part", _("What was missing for those who did not use their plan"))
        yield _bars(charts.missing, (_("Missing"), _("People")))
    yield Block(
        "note",
        _("The benefit is a sum of own estimates, in the currency of the organisation, each taken times the share that people give to their group and times how sure they are. Who did not answer counts as nothing, estimates far above the others are left out, and it is rounded down. Soft evidence: a waiting half of the programme tells more."),
    )  # fmt: skip
    yield from _hidden(k, if_any=any(one.value is None for one in charts.results) or any(bar.people is None for bar in charts.missing))


def _contrasts(contrasts: Sequence[Beside], k: int, *, is_any_hidden: bool) -> Iterable[Block]:
    if not contrasts and not is_any_hidden:
        return
    yield Block("heading", _("Those who took part, beside those who waited"))
    yield Block(
        "prose",
        _(
            "In a pilot chance decides who begins and who waits. Both halves are asked the same, twice, before the later half begins: what differs is not what time alone does."
        ),
    )
    for pilot, some in groupby(contrasts, key=lambda one: one.pilot):
        found = list(some)
        rows = tuple((_with(one.label, _since(one.since)), one.points, _likely(one.interval)) for one in found)
        yield Block("part", pilot)
        yield Block("figures", rows=((_("Question"), _("Difference"), _("Likely")), *rows))
        yield Block("points", items=tuple(f"{one.label}: {one.sentence}" for one in found))
    if is_any_hidden:
        words = _(
            "A pilot is shown once %(k)s people from three groups have answered both times, in each half; those who wait count by the groups planned for them."
        )
        yield Block("note", words % {"k": k})
    yield Block(
        "note",
        _("Scale of 0 to 10. The interval allows for chance, and for people in one group answering alike. No groups, managers or bosses are compared."),
    )  # fmt: skip


def _tables(tables: Sequence[Table], k: int) -> Iterable[Block]:
    if not tables:
        return
    yield Block("heading", _("By function, site, level and programme"))
    yield Block(
        "note",
        _(
            "These tables and no others: one attribute at a time, nothing to filter. They do not compare functions; each has too few people for that."
        ),
    )
    for table in tables:
        rows = tuple((row.label or _("All others together"), *(_entry(one) for one in row.entries)) for row in table.rows)
        yield Block("part", table.title)
        yield Block("figures", rows=((table.title, *table.columns), *rows))
    yield from _hidden(k, if_any=any(one.is_hidden for table in tables for row in table.rows for one in row.entries))


def _trust(charts: Charts, k: int) -> Iterable[Block]:
    if charts.trust:
        yield Block("heading", _("Trust, before anything else"))
        yield from _values(charts.trust)
        yield from _thin(charts.thin["trust"])
        yield from _hidden(k, if_any=any(one.value is None for one in charts.trust))


def _hidden(k: int, *, if_any: bool) -> Iterable[Block]:
    if if_any:
        words = _("Hidden: fewer than %(k)s people or %(groups)s groups, or it could be worked out from its neighbours.")
        yield Block("note", words % {"k": k, "groups": FEWEST_GROUPS})


def _thin(labels: Sequence[str]) -> Iterable[Block]:
    if labels:
        words = _("Fewer than 60 %% of those who were asked have answered: %(which)s. Those who did not may be different.")
        yield Block("note", words % {"which": "; ".join(labels)})


def _bars(bars: Sequence[Bar], head: tuple[str, str]) -> Block:
    rows = tuple((_with(bar.label, _since(bar.since)), _("hidden") if bar.people is None else str(bar.people)) for bar in bars)
    return Block("figures", rows=(head, *rows), spans=tuple(None if bar.people is None else Span(float(bar.width)) for bar in bars))


def _share_rows(bars: Sequence[ShareBar], head: str) -> Block:
    rows = tuple(
        (_with(bar.label, _people(bar.people), _since(bar.since)), *_share(bar.percent, bar.bound, low=bar.low, high=bar.high))
        for bar in bars
    )
    spans = tuple(None if bar.percent is None else Span(bar.percent, bar.low, bar.high, bar.goal) for bar in bars)
    return Block("figures", rows=((head, _("Share"), _("Likely")), *rows), spans=spans)


def _share(percent: int | None, bound: str, *, low: int, high: int) -> tuple[str, str]:
    if percent is None:
        return _("hidden"), ""
    return _bounded(f"{percent} %", bound), _("%(low)s to %(high)s %%") % {"low": low, "high": high}


def _values(values: Sequence[Trust]) -> Iterable[Block]:
    rows = tuple(
        (
            _with(one.label, _people(one.people), _since(one.since)),
            _("hidden") if one.value is None else _bounded(floatformat(one.value, "-1g"), one.bound),
            _likely(one.interval),
        )
        for one in values
    )
    yield Block("figures", rows=((_("Figure"), _("Value"), _("Likely")), *rows))
    yield Block("points", items=tuple(f"{one.label}: {one.sentence}" for one in values if one.sentence))


def _likely(interval: tuple[str, str] | None) -> str:
    return _("%(low)s to %(high)s") % {"low": interval[0], "high": interval[1]} if interval else ""


def _month(month: Month) -> tuple[str, str, str]:
    return _with(date_format(month.on, DAY), _people(month.people)), _bounded(floatformat(month.days), month.bound), _likely(month.interval)


def _entry(one: Entry) -> str:
    if one.is_hidden:
        return _("hidden")
    told = str(one.people) if one.people is not None else _bounded(f"{one.percent} %", one.bound)
    return _with(told, _since(one.since))


def _bounded(number: str, bound: str) -> str:
    if bound == "at_least":
        return _("at least %(number)s") % {"number": number}
    return _("at most %(number)s") % {"number": number} if bound == "at_most" else number


def _people(people: int | None) -> str:
    return _("of about %(n)s") % {"n": people} if people else ""


def _since(since: date | None) -> str:
    return _("as of %(day)s") % {"day": date_format(since, SHORT)} if since else ""


def _with(words: str, *facts: str) -> str:
    """The words, and in brackets what there is to say beside them."""
    said = ", ".join(fact for fact in facts if fact)
    return f"{words} ({said})" if said else words
