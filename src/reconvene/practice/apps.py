"""The practice app."""

from importlib import import_module

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    """Names the app and registers the words of its notices."""

    name = "reconvene.practice"
    label = "practice"

    def ready(self) -> None:
        import_module("reconvene.practice.messages")
