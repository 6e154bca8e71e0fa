"""The rooms app."""

from importlib import import_module

from django.apps import AppConfig


class RoomsConfig(AppConfig):
    """Names the app and registers its measure and the words of its notice."""

    name = "reconvene.rooms"
    label = "rooms"

    def ready(self) -> None:
        import_module("reconvene.rooms.measures").register()
        import_module("reconvene.rooms.messages")
