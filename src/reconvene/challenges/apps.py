"""The challenges app."""

from django.apps import AppConfig


class ChallengesConfig(AppConfig):
    """Names the app."""

    name = "reconvene.challenges"
    label = "challenges"
