"""The forming app."""

from importlib import import_module

from django.apps import AppConfig


class FormingConfig(AppConfig):
    """Lets the words of its notices be known."""

    name = "reconvene.forming"
    label = "forming"

    def ready(self) -> None:
        import_module("reconvene.forming.messages")
