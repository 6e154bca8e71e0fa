"""The demo app."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Names the app."""

    name = "reconvene.demo"
    label = "demo"
