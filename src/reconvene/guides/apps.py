"""The guides app."""

from django.apps import AppConfig


class GuidesConfig(AppConfig):
    """Names the app."""

    name = "reconvene.guides"
    label = "guides"
