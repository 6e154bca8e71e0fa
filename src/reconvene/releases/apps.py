"""The releases app."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """Names the app."""

    name = "reconvene.releases"
    label = "releases"
