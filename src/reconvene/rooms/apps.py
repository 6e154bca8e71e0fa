"""The rooms app."""

from django.apps import AppConfig


class RoomsConfig(AppConfig):
    """Names the app."""

    name = "reconvene.rooms"
    label = "rooms"
