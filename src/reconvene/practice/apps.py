"""The practice app."""

from importlib import import_module

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    """Names the app, registers the words of its notices and its measures."""

    name = "reconvene.practice"
    label = "practice"

    def ready(self) -> None:
        import_module("reconvene.practice.messages")
        import_module("reconvene.practice.measures").register()
        import_module("reconvene.practice.beside").register()
