"""The forming app."""

from django.apps import AppConfig


class FormingConfig(AppConfig):
    """Names the app."""

    name = "reconvene.forming"
    label = "forming"
