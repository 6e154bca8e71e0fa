"""The playbook app."""

from importlib import import_module

from django.apps import AppConfig


class PlaybookConfig(AppConfig):
    """Lets the words of its notice be known."""

    name = "reconvene.playbook"
    label = "playbook"

    def ready(self) -> None:
        import_module("reconvene.playbook.messages")
