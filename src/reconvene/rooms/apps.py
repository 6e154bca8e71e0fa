"""The rooms app."""

from importlib import import_module

from django.apps import AppConfig


class RoomsConfig(AppConfig):
    """Names the app and registers its measure, the words of its notice and what it knows beside a guide."""

    name = "reconvene.rooms"
    label = "rooms"

    def ready(self) -> None:
        import_module("reconvene.rooms.measures").register()
        import_module("reconvene.rooms.messages")
        import_module("reconvene.rooms.beside").register()
