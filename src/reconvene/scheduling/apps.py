"""The scheduling app."""

from importlib import import_module

from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    """Names the app and registers the words of its notices."""

    name = "reconvene.scheduling"
    label = "scheduling"

    def ready(self) -> None:
        import_module("reconvene.scheduling.messages")
