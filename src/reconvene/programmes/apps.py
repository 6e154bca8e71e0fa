"""The programmes app."""

from importlib import import_module

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    """Lets the words of its notice, what it does at every tick, and its courses be known."""

    name = "reconvene.programmes"
    label = "programmes"

    def ready(self) -> None:
        import_module("reconvene.programmes.messages")
        import_module("reconvene.programmes.beside").register()
