"""The console app."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Names the app."""

    name = "reconvene.console"
    label = "console"
