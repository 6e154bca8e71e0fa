"""The console app."""

from importlib import import_module

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Names the app and registers the one mail that it causes."""

    name = "reconvene.console"
    label = "console"

    def ready(self) -> None:
        import_module("reconvene.console.messages")
