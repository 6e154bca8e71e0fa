"""The challenges app."""

from importlib import import_module

from django.apps import AppConfig


class ChallengesConfig(AppConfig):
    """Names the app and registers the words of its notices and what it knows beside a guide."""

    name = "reconvene.challenges"
    label = "challenges"

    def ready(self) -> None:
        import_module("reconvene.challenges.messages")
        import_module("reconvene.challenges.beside").register()
