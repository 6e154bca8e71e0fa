"""The roll-out app."""

from django.apps import AppConfig


class RolloutConfig(AppConfig):
    """Names the app."""

    name = "reconvene.rollout"
    label = "rollout"
