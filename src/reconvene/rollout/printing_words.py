"""The words that stand around the figures in the printouts: headings and sentences of the layouts in `typst/`, by the names they have there."""

from django.utils.translation import gettext as _

from reconvene.rollout.telling import Telling


def printing_words(telling: Telling) -> dict[str, str]:
    """Every word of the layouts that is no figure, in the reader's language."""
    t = telling
    return {
        "pays_before": _("It pays if each manager wins back"),
        "pays_after": _("in a year"),
        "a_week": _("That is about %(minutes)s a week. This line needs no estimate of effects, only the cost.") % {"minutes": t.minutes},
        "rests_on": _("Rests on: "),
        "rests": _("Rests on %(counts)s.") % {"counts": t.counts},
        "listed": _("The last pages list all figures, with their sources and what speaks against them."),
        "rule": _("Whoever did not answer counts as nothing, estimates far above the others are left out, and only the first year counts."),
        "band": _("Eight draws in ten lie between %(low)s and %(high)s; below nought it does not pay. In %(pays)s of %(draws)s draws it pays; seed %(seed)s.")
        % {"low": t.band.low_words, "high": t.band.high_words, "pays": t.pays, "draws": t.draws, "seed": t.seed},
        "jobs": _("The formats do different jobs; this compares cost only. The saving is mostly less time and no trainer."),
        "supports": _("What supports it"),
        "unknown": _("What we do not know"),
        "not_replaced": _("What peer groups do not replace"),
        "ask": _("What we ask for"),
        "true": _("What must be true"),
        "true_lede": _("Before any estimate of effects: what each manager has to win so that the cost comes back."),
        "proposed": _("What is proposed"),
        "read": _("How to read the rest"),
        "read_text": _(
            "Every figure is a range: low, likely, high. The numbers on the next pages are the likely ones, and page 6 shows what the ranges come to "
            "together. Each number is given with its sum. A figure is assumed until your own takes its place, and both give way to a measured one as "
            "soon as enough people from enough groups stand behind it."
        ),
        "costs": _("What it costs"),
        "costs_lede": _("With everybody’s time: nothing is left out because it is paid from another budget."),
        "part": _("Part"),
        "sum": _("Sum"),
        "amount": _("Amount"),
        "together": _("Together %(total)s. Rests on: %(what)s.") % {"total": t.total, "what": t.facts["total"].rests_on},
        "scale": _("At full scale: %(total)s a year") % {"total": t.facts["full_scale"].value},
        "scale_lede": _("The undisguised total, if every manager took part once in a year."),
        "scale_text": _(
            "Most of this is not an invoice. It is time that managers spend with each other instead of on something else, and it is counted at its "
            "full cost. What is paid outside is hosting, travel and set-up; the hours of IT are in it too."
        ),
        "formats": _("Beside other formats"),
        "formats_lede": _("Cost per head for the same managers. The formats do different jobs; this compares cost only."),
        "format": _("Format"),
        "formats_text": _(
            "The saving is mostly less time and no trainer. A seminar usually ends when people leave the room; a peer group has four weeks of practice "
            "between its two sessions, and a follow-up."
        ),
        "brings": _("What it brings, cut by doubt"),
        "brings_lede": _("An estimate of the first year. The sum before the cut is shown nowhere, because it would be quoted."),
        "isolation": _("How effects were told apart"),
        "careful": _("Rules that keep it careful"),
        "careful_1": _("Whoever did not answer, or named no value, counts as nothing."),
        "careful_2": _("Estimates far above the others are left out, and none may make up a third of a published sum."),
        "careful_3": _("Only the first year counts, although what people learn may last longer."),
        "sure": _("How sure we are"),
        "sure_lede": _("Every figure was drawn %(draws)s times from its range. In %(pays)s of the draws the case pays in its first year.")
        % {"draws": t.draws, "pays": t.pays},
        "sure_note": _("The bar holds eight draws in ten, the dot is what the likely figures come to. Below nought it does not pay."),
        "what": _("What"),
        "one_below": _("1 in 10 below"),
        "half_below": _("Half below"),
        "nine_below": _("9 in 10 below"),
        "seed": _(
            "Seed %(seed)s: whoever types it in with the same figures gets the same table. Figures are drawn independently of one another from "
            "triangles over low, likely and high; where they hang together in real life, the true band is wider."
        )
        % {"seed": t.seed},
        "matters": _("What matters most"),
        "matters_lede": _("Each figure at its low and at its high, all others as likely: what the benefit less the cost comes to."),
        "matters_note": _(
            "The full line is the likely case, the dotted one nought. Where a bar crosses the dotted line, this figure alone decides whether it pays: "
            "find it out first."
        ),
        "figure": _("Figure"),
        "range": _("Range"),
        "at_low": _("At its low"),
        "at_high": _("At its high"),
        "known": _("What is known, and what is not"),
        "known_lede": _("Evidence from elsewhere, with its grade and what speaks against taking it over."),
        "grade": _("Grade"),
        "found": _("What was found"),
        "against": _("What speaks against it"),
        "figures": _("Every figure, and what it rests on"),
        "figures_lede": _("Assumed: our default. Your own: typed in. Measured: published, from enough people in enough groups."),
        "figures_on": _("Every figure, continued"),
        "basis": _("Rests on"),
        "counter": _("Against it"),
    }  # fmt: skip
