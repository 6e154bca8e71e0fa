"""Business cases. Written by L&D; sponsors read what they are shown."""

from collections.abc import Mapping

from django.db import models

from reconvene.rollout.assumptions import ASSUMPTIONS
from reconvene.rollout.formulas import Range
from reconvene.rollout.models.shown import Shown, ShownQuerySet
from reconvene.rollout.simulation import LARGEST_SEED
from reconvene.rollout.wording import CURRENCIES


class BusinessCase(Shown):
    """What peer groups cost and bring, for one decision. Holds only the customer's own figures; defaults and measured ones join when it is read."""

    currency = models.CharField(max_length=3, choices=list(CURRENCIES.items()), default="EUR")
    rate = models.FloatField(default=1.0, help_text="What one euro buys of the currency; only our defaults are multiplied by it")
    figures = models.JSONField(default=dict, help_text="Own figures: low, likely and high by key")
    keeps_plan = models.BooleanField(default=False, help_text="Whether the planned number of managers stays when another was published")
    seed = models.PositiveIntegerField(help_text="Of chance, so that the same band comes out again")

    objects = ShownQuerySet.as_manager()

    class Meta(Shown.Meta):
        constraints = [
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="a_euro_buys_something"),
            models.CheckConstraint(condition=models.Q(seed__lte=LARGEST_SEED), name="seed_can_be_typed"),
        ]

    @property
    def own(self) -> dict[str, Range]:
        """The customer's own figures; keys that the program no longer knows are left out."""
        return read_figures(self.figures)


def read_figures(figures: Mapping[str, Mapping[str, float]]) -> dict[str, Range]:
    """Figures from a JSON column."""
    return {key: Range(one["low"], one["likely"], one["high"]) for key, one in figures.items() if key in ASSUMPTIONS}


def write_figures(ranges: Mapping[str, Range]) -> dict[str, dict[str, float]]:
    """Figures for a JSON column."""
    return {key: {"low": one.low, "likely": one.likely, "high": one.high} for key, one in ranges.items()}
