"""The home app."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """A member's own pages: home, groups. Reads from all apps below, owns nothing."""

    name = "reconvene.home"
    label = "home"
